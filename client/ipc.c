/*
 * client/ipc.c - a flat, pre-order array of fields mirrors the schema; reading walks it.
 *
 * Each field knows where its nodes and buffers start in any batch of the schema. One field
 * at most may have an unknown number of buffers; it takes what the others leave, and all
 * columns behind it start that much later. A column is read through a short chain of views,
 * one for each level of list nesting, whose buffers have been checked against the body;
 * values are then read row by row, and list offsets are checked as they are followed.
 */
#include "client/ipc.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LIST_SLOTS 4 /* slots that one list is worth when they are counted */
#define NAMED_MAX 3  /* fields of unknown layout named in an error */

enum how {
    HOW_UNKNOWN, /* counted, never read */
    HOW_NULL,    /* no buffers, all null */
    HOW_INT,     /* signed, width bytes, times factor */
    HOW_UINT,    /* unsigned, fits int64 */
    HOW_UINT64,  /* as a big integer */
    HOW_BOOL,
    HOW_HALF,
    HOW_FLOAT,
    HOW_DOUBLE,
    HOW_DATE_MS,
    HOW_DAY_TIME,
    HOW_FIXED, /* width bytes as they are */
    HOW_DECIMAL,
    HOW_BYTES, /* offsets of width bytes, then data */
    HOW_LIST,  /* offsets of width bytes, then a child */
    HOW_FIXED_LIST
};

struct field {
    enum how how;
    const struct type *type; /* borrowed from the schema; NULL when inside HOW_UNKNOWN */
    uint64_t width;          /* bytes of a value or an offset; items of HOW_FIXED_LIST */
    int64_t factor;          /* HOW_INT: multiplier */
    int32_t scale;           /* HOW_DECIMAL */
    bool has_null;           /* a sentinel means null when the stream uses sentinels */
    int64_t null;            /* HOW_INT, HOW_UINT: the sentinel */
    size_t n_nodes;          /* own */
    size_t n_buffers;        /* own; 0 for the field whose number is not known */
    size_t min_bytes;        /* BIG_INTEGER, BIG_DECIMAL: shortest value */
};

struct span_of {
    size_t field, node, buffer; /* where a column starts */
};

struct ipc_layout {
    struct field *fields; /* owned; pre-order */
    size_t n_fields;
    struct span_of *columns; /* owned; per schema column */
    size_t n_columns;
    size_t n_nodes;   /* in every batch */
    size_t n_buffers; /* likewise, without those of the open field */
    bool has_open;    /* some field has an unknown number of buffers */
    size_t open_column;
    const struct schema *schema; /* borrowed, for names */
};

/* --- metadata --- */

/* Value of the "deephaven:" key in a list of pairs, or NULL. */
static const struct bytes *pair_find(const struct wire_pair *pairs, size_t n,
                                     const char *key)
{
    static const char prefix[] = "deephaven:";
    size_t len = strlen(key);

    for (size_t i = 0; i < n; i++) {
        struct bytes k = pairs[i].key;

        if (k.len == sizeof(prefix) - 1 + len &&
            memcmp(k.data, prefix, sizeof(prefix) - 1) == 0 &&
            memcmp(k.data + sizeof(prefix) - 1, key, len) == 0)
            return &pairs[i].value;
    }
    return NULL;
}

static char *copy(struct bytes b)
{
    return b.len ? mem_strndup((const char *)b.data, b.len) : mem_strdup("");
}

/* The same among the pairs of a field. A schema without any pair has no array to point
 * into.
 */
static const struct bytes *field_pair(const struct wire_schema *in,
                                      const struct wire_field *f, const char *key)
{
    return f->n_pairs ? pair_find(in->pairs + f->first_pair, f->n_pairs, key) : NULL;
}

/* Owned; the empty text, or NULL if optional, when the key is absent. */
static char *meta(const struct wire_schema *in, const struct wire_field *f, const char *key,
                  bool optional)
{
    const struct bytes *v = field_pair(in, f, key);

    if (v)
        return copy(*v);
    return optional ? NULL : mem_strdup("");
}

static bool is_true(const struct bytes *v)
{
    return v && bytes_equal(*v, bytes_of("true"));
}

static bool flag(const struct wire_schema *in, const struct wire_field *f, const char *key)
{
    return is_true(field_pair(in, f, key));
}

static void read_attributes(const struct wire_schema *in, struct schema *s)
{
    static const char prefix[] = "deephaven:attribute.";
    size_t skip = sizeof(prefix) - 1;
    size_t cap = 0;

    for (size_t i = 0; i < in->n_table_pairs; i++) {
        struct bytes k = in->table_pairs[i].key;

        if (k.len <= skip || memcmp(k.data, prefix, skip) != 0)
            continue;
        MEM_GROW(s->attributes, cap, s->n_attributes + 1);
        s->attributes[s->n_attributes++] = (struct schema_attribute){
            .name = copy((struct bytes){k.data + skip, k.len - skip}),
            .value = copy(in->table_pairs[i].value),
        };
    }
}

static void read_table_meta(const struct wire_schema *in, struct schema *s)
{
    const struct wire_pair *p = in->table_pairs;
    size_t n = in->n_table_pairs;

    read_attributes(in, s);
    s->is_blink = is_true(pair_find(p, n, "attribute.BlinkTable"));
    s->is_append_only = is_true(pair_find(p, n, "attribute.AddOnly")) ||
                        is_true(pair_find(p, n, "attribute.AppendOnly"));
    s->is_input = pair_find(p, n, "unsent.attribute.InputTable") != NULL;
}

static void read_column_meta(const struct wire_schema *in, const struct wire_field *f,
                             struct schema_column *c)
{
    c->name = copy(f->name);
    c->java_type = meta(in, f, "type", false);
    c->description = meta(in, f, "description", false);
    c->style_column = meta(in, f, "styleColumn", true);
    c->number_format_column = meta(in, f, "numberFormatColumn", true);
    c->date_format_column = meta(in, f, "dateFormatColumn", true);
    c->is_row_style = flag(in, f, "isRowStyle");
    c->is_format = c->is_row_style || flag(in, f, "isStyle") ||
                   flag(in, f, "isNumberFormat") || flag(in, f, "isDateFormat");
    c->is_key = flag(in, f, "inputtable.isKey");
}

/* --- names of Arrow types --- */

static const char *type_word(int type)
{
    static const char *const words[] = {
        [WIRE_TYPE_NONE] = "None",
        [WIRE_TYPE_NULL] = "Null",
        [WIRE_TYPE_INT] = "Int",
        [WIRE_TYPE_FLOAT] = "Float",
        [WIRE_TYPE_BINARY] = "Binary",
        [WIRE_TYPE_UTF8] = "Utf8",
        [WIRE_TYPE_BOOL] = "Bool",
        [WIRE_TYPE_DECIMAL] = "Decimal",
        [WIRE_TYPE_DATE] = "Date",
        [WIRE_TYPE_TIME] = "Time",
        [WIRE_TYPE_TIMESTAMP] = "Timestamp",
        [WIRE_TYPE_INTERVAL] = "Interval",
        [WIRE_TYPE_LIST] = "List",
        [WIRE_TYPE_STRUCT] = "Struct",
        [WIRE_TYPE_UNION] = "Union",
        [WIRE_TYPE_FIXED_BINARY] = "FixedSizeBinary",
        [WIRE_TYPE_FIXED_LIST] = "FixedSizeList",
        [WIRE_TYPE_MAP] = "Map",
        [WIRE_TYPE_DURATION] = "Duration",
        [WIRE_TYPE_LARGE_BINARY] = "LargeBinary",
        [WIRE_TYPE_LARGE_UTF8] = "LargeUtf8",
        [WIRE_TYPE_LARGE_LIST] = "LargeList",
        [WIRE_TYPE_RUN_END] = "RunEndEncoded",
        [WIRE_TYPE_BINARY_VIEW] = "BinaryView",
        [WIRE_TYPE_UTF8_VIEW] = "Utf8View",
        [WIRE_TYPE_LIST_VIEW] = "ListView",
        [WIRE_TYPE_LARGE_LIST_VIEW] = "LargeListView",
    };

    if (type < 0 || (size_t)type >= sizeof(words) / sizeof(words[0]))
        return NULL;
    return words[type];
}

static const char *unit_word(const struct wire_field *f)
{
    static const char *const times[] = {"s", "ms", "us", "ns"};
    static const char *const dates[] = {"day", "ms"};
    static const char *const intervals[] = {"year-month", "day-time", "month-day-nano"};
    size_t u = (size_t)f->unit;

    if (f->type == WIRE_TYPE_DATE)
        return u < 2 ? dates[u] : "?";
    if (f->type == WIRE_TYPE_INTERVAL)
        return u < 3 ? intervals[u] : "?";
    return u < 4 ? times[u] : "?";
}

/* The type in words, owned. */
static char *arrow_name(const struct wire_field *f)
{
    const char *word = type_word(f->type);

    if (f->dictionary)
        return mem_printf("dictionary of %s", word ? word : "an unknown type");
    if (!word)
        return mem_printf("Arrow type %d", f->type);
    switch (f->type) {
    case WIRE_TYPE_INT:
        return mem_printf("%s%d", f->is_signed ? "Int" : "UInt", f->bit_width);
    case WIRE_TYPE_FLOAT:
    case WIRE_TYPE_DECIMAL:
        return mem_printf("%s%d", word, f->bit_width);
    case WIRE_TYPE_DATE:
    case WIRE_TYPE_TIME:
    case WIRE_TYPE_TIMESTAMP:
    case WIRE_TYPE_INTERVAL:
    case WIRE_TYPE_DURATION:
        return mem_printf("%s(%s)", word, unit_word(f));
    case WIRE_TYPE_LIST:
    case WIRE_TYPE_LARGE_LIST:
    case WIRE_TYPE_FIXED_LIST:
        if (f->n_children == 1) {
            char *item = arrow_name(f + 1);
            char *name = mem_printf("%s<%s>", word, item);
            free(item);
            return name;
        }
        break;
    default:
        break;
    }
    return mem_strdup(word);
}

/* --- field layouts --- */

/* Buffers a field itself takes in a batch (protocol: Arrow Columnar Format, buffer
 * listing); false when that depends on the batch. */
static bool buffer_count(const struct wire_field *f, size_t *n)
{
    if (f->dictionary) {
        *n = 2; /* validity and indices */
        return true;
    }
    switch (f->type) {
    case WIRE_TYPE_NULL:
    case WIRE_TYPE_RUN_END:
        *n = 0;
        return true;
    case WIRE_TYPE_STRUCT:
    case WIRE_TYPE_FIXED_LIST:
        *n = 1;
        return true;
    case WIRE_TYPE_UNION: /* no validity since metadata version 5 */
        *n = f->unit == 1 ? 2 : 1;
        return true;
    case WIRE_TYPE_BINARY:
    case WIRE_TYPE_UTF8:
    case WIRE_TYPE_LARGE_BINARY:
    case WIRE_TYPE_LARGE_UTF8:
    case WIRE_TYPE_LIST_VIEW:
    case WIRE_TYPE_LARGE_LIST_VIEW:
        *n = 3;
        return true;
    case WIRE_TYPE_NONE:
    case WIRE_TYPE_BINARY_VIEW: /* their data buffers are counted in the batch */
    case WIRE_TYPE_UTF8_VIEW:
        *n = 0;
        return false;
    default:
        *n = 2;
        return type_word(f->type) != NULL;
    }
}

struct made {
    enum how how;
    enum kind kind;
};

static void set_null(struct field *f, int64_t null)
{
    f->has_null = true;
    f->null = null;
}

static int64_t lowest(uint64_t width)
{
    return width == 8 ? INT64_MIN : -((int64_t)1 << (8 * width - 1));
}

static struct made make_signed(struct field *f, enum kind kind, uint64_t width,
                               int64_t factor)
{
    f->width = width;
    f->factor = factor;
    set_null(f, lowest(width));
    return (struct made){HOW_INT, kind};
}

static struct made make_int(const struct wire_field *in, const char *java, struct field *f)
{
    static const enum kind kinds[] = {
        [1] = KIND_BYTE, [2] = KIND_SHORT, [4] = KIND_INT, [8] = KIND_LONG};
    int bits = in->bit_width;

    if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    uint64_t width = (uint64_t)bits / 8;
    if (in->is_signed)
        return make_signed(f, kinds[width], width, 1);
    f->width = width;
    if (width == 8)
        return (struct made){HOW_UINT64, KIND_BIG_INTEGER};
    if (width != 2 ||
        (java[0] && strcmp(java, "char") != 0 && strcmp(java, "java.lang.Character") != 0))
        return (struct made){HOW_UINT, KIND_LONG};
    set_null(f, 0xffff);
    return (struct made){HOW_UINT, KIND_CHAR};
}

static struct made make_float(const struct wire_field *in, struct field *f)
{
    f->width = (uint64_t)in->bit_width / 8;
    switch (in->bit_width) {
    case 16:
        return (struct made){HOW_HALF, KIND_FLOAT};
    case 32:
        f->has_null = true;
        return (struct made){HOW_FLOAT, KIND_FLOAT};
    case 64:
        f->has_null = true;
        return (struct made){HOW_DOUBLE, KIND_DOUBLE};
    default:
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    }
}

static struct made make_time(const struct wire_field *in, enum kind kind, uint64_t width,
                             struct field *f)
{
    static const int64_t factors[] = {1000000000, 1000000, 1000, 1};

    if (in->unit < 0 || in->unit > 3)
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    return make_signed(f, kind, width, factors[in->unit]);
}

static struct made make_calendar(const struct wire_field *in, struct field *f)
{
    if (in->type == WIRE_TYPE_DATE && in->unit == 0)
        return make_signed(f, KIND_DATE, 4, 1);
    if (in->type == WIRE_TYPE_DATE && in->unit == 1) {
        (void)make_signed(f, KIND_DATE, 8, 1);
        return (struct made){HOW_DATE_MS, KIND_DATE};
    }
    if (in->type == WIRE_TYPE_TIME && (in->bit_width == 32 || in->bit_width == 64))
        return make_time(in, KIND_TIME, (uint64_t)in->bit_width / 8, f);
    if (in->type == WIRE_TYPE_INTERVAL && in->unit == 0)
        return make_signed(f, KIND_PERIOD, 4, 1);
    if (in->type == WIRE_TYPE_INTERVAL && in->unit == 1) {
        f->width = 8;
        return (struct made){HOW_DAY_TIME, KIND_PERIOD_DURATION};
    }
    if (in->type == WIRE_TYPE_INTERVAL && in->unit == 2) {
        f->width = 16;
        return (struct made){HOW_FIXED, KIND_PERIOD_DURATION};
    }
    return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
}

static struct made make_bytes(const struct wire_field *in, const char *java,
                              struct field *f)
{
    bool large = in->type == WIRE_TYPE_LARGE_UTF8 || in->type == WIRE_TYPE_LARGE_BINARY;
    enum kind kind = KIND_BINARY;

    f->width = large ? 8 : 4;
    if (in->type == WIRE_TYPE_UTF8 || in->type == WIRE_TYPE_LARGE_UTF8) {
        kind = KIND_STRING;
    } else if (strcmp(java, "java.math.BigInteger") == 0) {
        kind = KIND_BIG_INTEGER;
        f->min_bytes = 1;
    } else if (strcmp(java, "java.math.BigDecimal") == 0) {
        kind = KIND_BIG_DECIMAL;
        f->min_bytes = 5; /* the scale and one byte of digits */
    }
    return (struct made){HOW_BYTES, kind};
}

static struct made make_decimal(const struct wire_field *in, struct field *f)
{
    int bits = in->bit_width;

    if (bits != 32 && bits != 64 && bits != 128 && bits != 256)
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    f->width = (uint64_t)bits / 8;
    f->scale = in->scale;
    return (struct made){HOW_DECIMAL, KIND_BIG_DECIMAL};
}

static struct made make_sized(const struct wire_field *in, struct field *f)
{
    if (in->bit_width < 0)
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    f->width = (uint64_t)in->bit_width;
    return in->type == WIRE_TYPE_FIXED_BINARY ? (struct made){HOW_FIXED, KIND_BINARY}
                                              : (struct made){HOW_FIXED_LIST, KIND_LIST};
}

static struct made make_list(const struct wire_field *in, struct field *f)
{
    struct made m = {HOW_LIST, KIND_LIST};

    if (in->n_children != 1)
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    if (in->type == WIRE_TYPE_FIXED_LIST)
        return make_sized(in, f);
    f->width = in->type == WIRE_TYPE_LARGE_LIST ? 8 : 4;
    return m;
}

static struct made make(const struct wire_field *in, const char *java, struct field *f)
{
    if (in->dictionary)
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    switch (in->type) {
    case WIRE_TYPE_NULL:
        return (struct made){HOW_NULL, KIND_STRING};
    case WIRE_TYPE_INT:
        return make_int(in, java, f);
    case WIRE_TYPE_FLOAT:
        return make_float(in, f);
    case WIRE_TYPE_BOOL:
        return (struct made){HOW_BOOL, KIND_BOOL};
    case WIRE_TYPE_TIMESTAMP:
        return make_time(in, KIND_INSTANT, 8, f);
    case WIRE_TYPE_DURATION:
        return make_time(in, KIND_DURATION, 8, f);
    case WIRE_TYPE_DATE:
    case WIRE_TYPE_TIME:
    case WIRE_TYPE_INTERVAL:
        return make_calendar(in, f);
    case WIRE_TYPE_BINARY:
    case WIRE_TYPE_UTF8:
    case WIRE_TYPE_LARGE_BINARY:
    case WIRE_TYPE_LARGE_UTF8:
        return make_bytes(in, java, f);
    case WIRE_TYPE_FIXED_BINARY:
        return make_sized(in, f);
    case WIRE_TYPE_DECIMAL:
        return make_decimal(in, f);
    case WIRE_TYPE_LIST:
    case WIRE_TYPE_LARGE_LIST:
    case WIRE_TYPE_FIXED_LIST:
        return make_list(in, f);
    default:
        return (struct made){HOW_UNKNOWN, KIND_UNKNOWN};
    }
}

/* State while the pre-order fields of a schema are walked once. */
struct walk {
    const struct wire_schema *in;
    struct ipc_layout *l;
    size_t at;             /* next field */
    size_t n_open;         /* fields with an unknown number of buffers */
    char *open[NAMED_MAX]; /* owned; their names */
};

static void note_open(struct walk *w, const struct wire_field *f, size_t column)
{
    if (w->n_open < NAMED_MAX)
        w->open[w->n_open] = copy(f->name);
    w->n_open++;
    w->l->has_open = true;
    w->l->open_column = column;
}

/* Counts a field and everything below it without reading it. Children of a dictionary are
 * in the dictionary's batches, not in those of the table. */
static enum err_code walk_unread(struct walk *w, size_t column, bool counted, struct err *e)
{
    size_t todo = 1;

    while (todo > 0) {
        if (w->at >= w->in->n_fields)
            return err_set(e, ERR_PROTO, "schema ends inside column %zu", column);
        const struct wire_field *f = &w->in->fields[w->at];
        struct field *out = &w->l->fields[w->at++];

        todo += f->n_children - 1;
        if (!counted)
            continue;
        out->n_nodes = 1;
        if (!buffer_count(f, &out->n_buffers))
            note_open(w, f, column);
        if (f->dictionary && f->n_children) {
            for (size_t i = f->n_children; i > 0; i--)
                TRY(walk_unread(w, column, false, e));
            todo -= f->n_children;
        }
    }
    return ERR_OK;
}

/* Java type of a list's items: what the child says, else what the list says. Owned. */
static char *item_java(const struct wire_schema *in, const struct wire_field *list,
                       const char *java)
{
    char *own = meta(in, list + 1, "type", true);
    size_t len = strlen(java);

    if (own)
        return own;
    own = meta(in, list, "componentType", true);
    if (own)
        return own;
    if (len > 2 && strcmp(java + len - 2, "[]") == 0)
        return mem_strndup(java, len - 2);
    return mem_strdup("");
}

/* Lays out one field and its children; *type is owned by the caller, NULL never. */
static enum err_code walk_field(struct walk *w, size_t column, const char *java,
                                struct type **type, struct err *e)
{
    const struct wire_field *in = &w->in->fields[w->at];
    struct field *f = &w->l->fields[w->at];
    struct made m = make(in, java, f);
    struct type *item = NULL;

    f->how = m.how;
    if (m.kind != KIND_LIST && (m.how == HOW_UNKNOWN || in->n_children)) {
        f->how = HOW_UNKNOWN;
        *type = type_new(KIND_UNKNOWN, NULL);
        f->type = *type;
        return walk_unread(w, column, true, e);
    }
    f->n_nodes = 1;
    (void)buffer_count(in, &f->n_buffers);
    w->at++;
    if (m.kind == KIND_LIST) {
        if (w->at >= w->in->n_fields)
            return err_set(e, ERR_PROTO, "schema ends inside column %zu", column);
        char *item_type = item_java(w->in, in, java);
        enum err_code rc = walk_field(w, column, item_type, &item, e);

        free(item_type);
        if (rc != ERR_OK) {
            type_free(item);
            return rc;
        }
    }
    *type = type_new(m.kind, item);
    f->type = *type;
    return ERR_OK;
}

/* A column that holds a field of unknown layout is not read at all. */
static void hide_column(struct ipc_layout *l, size_t field, struct type **type)
{
    type_free(*type);
    *type = type_new(KIND_UNKNOWN, NULL);
    l->fields[field].how = HOW_UNKNOWN;
    l->fields[field].type = *type;
}

static enum err_code walk_column(struct walk *w, size_t c, struct schema_column *out,
                                 struct err *e)
{
    struct ipc_layout *l = w->l;
    size_t first = w->at;
    size_t open = w->n_open;

    if (first >= w->in->n_fields)
        return err_set(e, ERR_PROTO, "schema has fewer fields than columns");
    l->columns[c] = (struct span_of){first, l->n_nodes, l->n_buffers};
    read_column_meta(w->in, &w->in->fields[first], out);
    TRY(walk_field(w, c, out->java_type, &out->type, e));
    out->arrow_name = arrow_name(&w->in->fields[first]);
    if (w->n_open > open)
        hide_column(l, first, &out->type);
    for (size_t i = first; i < w->at; i++) {
        l->n_nodes += l->fields[i].n_nodes;
        l->n_buffers += l->fields[i].n_buffers;
    }
    return ERR_OK;
}

static enum err_code walk_all(struct walk *w, struct schema *s, struct err *e)
{
    for (size_t c = 0; c < s->n_columns; c++)
        TRY(walk_column(w, c, &s->columns[c], e));
    if (w->at != w->in->n_fields)
        return err_set(e, ERR_PROTO, "schema has %zu fields outside its %zu columns",
                       w->in->n_fields - w->at, s->n_columns);
    if (w->n_open > 1)
        return err_set(e, ERR_PROTO, "%zu fields of types not known here: %s, %s%s%s",
                       w->n_open, w->open[0], w->open[1], w->n_open > 2 ? ", " : "",
                       w->n_open > 2 ? w->open[2] : "");
    return ERR_OK;
}

enum err_code ipc_schema_decode(const struct wire_schema *in, struct schema **schema,
                                struct ipc_layout **layout, struct err *e)
{
    struct schema *s = MEM_NEW(struct schema);
    struct ipc_layout *l = MEM_NEW(struct ipc_layout);
    struct walk w = {.in = in, .l = l};
    enum err_code rc;

    s->n_columns = l->n_columns = in->n_columns;
    s->columns = MEM_ARRAY(struct schema_column, in->n_columns);
    l->n_fields = in->n_fields;
    l->fields = MEM_ARRAY(struct field, in->n_fields);
    l->columns = MEM_ARRAY(struct span_of, in->n_columns);
    l->schema = s;
    read_table_meta(in, s);
    rc = walk_all(&w, s, e);
    for (size_t i = 0; i < NAMED_MAX; i++)
        free(w.open[i]);
    if (rc != ERR_OK) {
        ipc_layout_free(l);
        schema_free(s);
        return rc;
    }
    *schema = s;
    *layout = l;
    return ERR_OK;
}

void ipc_layout_free(struct ipc_layout *l)
{
    if (!l)
        return;
    free(l->fields);
    free(l->columns);
    free(l);
}

/* --- views: the buffers of one column, checked against the body --- */

struct view {
    const struct field *f;
    uint64_t n;           /* rows, as the node says */
    const uint8_t *valid; /* bitmap of at least n bits, or NULL: all valid */
    const uint8_t *data;  /* fixed width: at least n values; else data_len bytes */
    uint64_t data_len;
    const uint8_t *offsets; /* n + 1 of them; NULL only when n is 0 */
};

struct reader {
    const struct ipc_layout *l;
    const struct wire_batch *batch;
    struct bytes body;
    bool deephaven_nulls;
    uint64_t *slots_left; /* for the whole update */
    uint64_t batch_slots; /* for this batch: what its bytes can pay for */
    struct view chain[WIRE_MAX_DEPTH + 1];
};

static enum err_code buffer_at(const struct reader *r, size_t i, struct bytes *out,
                               struct err *e)
{
    struct wire_buffer b = r->batch->buffers[i];

    if (b.offset < 0 || b.length < 0 || (uint64_t)b.length > r->body.len ||
        (uint64_t)b.offset > r->body.len - (uint64_t)b.length)
        return err_set(e, ERR_PROTO,
                       "buffer %zu at %" PRId64 " of %" PRId64 " bytes in a body of %zu", i,
                       b.offset, b.length, r->body.len);
    *out = (struct bytes){r->body.len ? r->body.data + b.offset : NULL, (size_t)b.length};
    return ERR_OK;
}

/* The buffer holds n values of width bytes. */
static enum err_code check_room(size_t i, struct bytes b, uint64_t n, uint64_t width,
                                struct err *e)
{
    if (width && n > b.len / width)
        return err_set(e, ERR_PROTO,
                       "buffer %zu has %zu bytes for %" PRIu64 " values of %" PRIu64, i,
                       b.len, n, width);
    return ERR_OK;
}

static enum err_code view_validity(struct reader *r, struct view *v, size_t i,
                                   int64_t null_count, struct err *e)
{
    struct bytes b = {0};

    TRY(buffer_at(r, i, &b, e));
    if (b.len == 0 || v->n == 0) {
        if (null_count > 0 && v->n > 0)
            return err_set(e, ERR_PROTO, "%" PRId64 " nulls but no validity bitmap",
                           null_count);
        return ERR_OK;
    }
    if ((v->n - 1) / 8 >= b.len)
        return err_set(e, ERR_PROTO, "validity bitmap of %zu bytes for %" PRIu64 " rows",
                       b.len, v->n);
    v->valid = b.data;
    return ERR_OK;
}

static enum err_code view_offsets(struct reader *r, struct view *v, size_t i, struct err *e)
{
    struct bytes b = {0};

    TRY(buffer_at(r, i, &b, e));
    if (v->n == 0)
        return ERR_OK; /* then the buffer may be empty, without the first 0 */
    if (v->n > INT64_MAX - 1)
        return err_set(e, ERR_PROTO, "node of %" PRIu64 " rows", v->n);
    TRY(check_room(i, b, v->n + 1, v->f->width, e));
    v->offsets = b.data;
    return ERR_OK;
}

static enum err_code view_data(struct reader *r, struct view *v, size_t i, uint64_t width,
                               struct err *e)
{
    struct bytes b = {0};

    TRY(buffer_at(r, i, &b, e));
    TRY(check_room(i, b, v->n, width, e));
    v->data = b.data;
    v->data_len = b.len;
    return ERR_OK;
}

/* Takes the buffers of one field, from index buffer on. */
static enum err_code view_buffers(struct reader *r, struct view *v, size_t buffer,
                                  int64_t null_count, struct err *e)
{
    if (v->f->how == HOW_UNKNOWN || v->f->how == HOW_NULL)
        return ERR_OK;
    TRY(view_validity(r, v, buffer, null_count, e));
    switch (v->f->how) {
    case HOW_BYTES:
        TRY(view_offsets(r, v, buffer + 1, e));
        return view_data(r, v, buffer + 2, 0, e);
    case HOW_LIST:
        return view_offsets(r, v, buffer + 1, e);
    case HOW_FIXED_LIST:
        return ERR_OK;
    case HOW_BOOL:
        TRY(view_data(r, v, buffer + 1, 0, e));
        if (v->n && (v->n - 1) / 8 >= v->data_len)
            return err_set(e, ERR_PROTO, "%" PRIu64 " bytes for %" PRIu64 " booleans",
                           v->data_len, v->n);
        return ERR_OK;
    default:
        return view_data(r, v, buffer + 1, v->f->width, e);
    }
}

/* Checks the buffers of a column and of its items, down to the last level that is read. */
static enum err_code view_column(struct reader *r, size_t c, size_t extra, struct err *e)
{
    struct span_of at = r->l->columns[c];

    at.buffer += extra;
    for (size_t depth = 0;; depth++) {
        const struct field *f = &r->l->fields[at.field + depth];
        struct wire_node node = r->batch->nodes[at.node + depth];
        struct view *v = &r->chain[depth];

        if (node.length < 0 || node.null_count < 0 || node.null_count > node.length)
            return err_set(e, ERR_PROTO,
                           "node of %" PRId64 " rows, %" PRId64 " of them null",
                           node.length, node.null_count);
        *v = (struct view){.f = f, .n = (uint64_t)node.length};
        TRY(view_buffers(r, v, at.buffer, node.null_count, e));
        at.buffer += f->n_buffers;
        if (f->how != HOW_LIST && f->how != HOW_FIXED_LIST)
            return ERR_OK;
        if (depth + 1 > WIRE_MAX_DEPTH)
            return err_set(e, ERR_PROTO, "lists nested deeper than %d", WIRE_MAX_DEPTH);
    }
}

/* --- values --- */

static int64_t read_signed(const uint8_t *p, uint64_t width)
{
    switch (width) {
    case 1:
        return (int8_t)p[0];
    case 2:
        return (int16_t)bytes_u16(p);
    case 4:
        return (int32_t)bytes_u32(p);
    default:
        return (int64_t)bytes_u64(p);
    }
}

static int64_t read_unsigned(const uint8_t *p, uint64_t width)
{
    return width == 1 ? p[0] : width == 2 ? bytes_u16(p) : (int64_t)bytes_u32(p);
}

static enum err_code push_signed(const struct reader *r, const struct field *f,
                                 const uint8_t *p, struct column *out, struct err *e)
{
    int64_t v = read_signed(p, f->width);
    int64_t scaled;

    if (r->deephaven_nulls && f->has_null && v == f->null) {
        column_push_null(out);
        return ERR_OK;
    }
    if (__builtin_mul_overflow(v, f->factor, &scaled))
        return err_set(e, ERR_PROTO, "%s %" PRId64 " does not fit nanoseconds",
                       kind_name(f->type->kind), v);
    column_push_int(out, scaled);
    return ERR_OK;
}

static void push_unsigned(const struct reader *r, const struct field *f, const uint8_t *p,
                          struct column *out)
{
    int64_t v = read_unsigned(p, f->width);

    if (r->deephaven_nulls && f->has_null && v == f->null)
        column_push_null(out);
    else
        column_push_int(out, v);
}

/* Big-endian two's complement of little-endian bytes, as short as it can be. */
static size_t to_big_endian(const uint8_t *le, size_t n, bool negative, uint8_t *out)
{
    uint8_t fill = negative ? 0xff : 0;
    size_t top = n;

    while (top > 1 && le[top - 1] == fill && (le[top - 2] >> 7) == (fill & 1))
        top--;
    size_t len = 0;
    if ((le[top - 1] >> 7) != (fill & 1))
        out[len++] = fill; /* keeps the sign */
    while (top > 0)
        out[len++] = le[--top];
    return len;
}

static void push_uint64(const uint8_t *p, struct column *out)
{
    uint8_t be[9];
    size_t len = to_big_endian(p, 8, false, be);

    column_push_bytes(out, (struct bytes){be, len});
}

static void push_decimal(const struct field *f, const uint8_t *p, struct column *out)
{
    uint8_t v[4 + 33];
    uint32_t scale = (uint32_t)f->scale;

    for (size_t i = 0; i < 4; i++)
        v[i] = (uint8_t)(scale >> (8 * i));
    size_t len = to_big_endian(p, f->width, p[f->width - 1] >> 7, v + 4);
    column_push_bytes(out, (struct bytes){v, 4 + len});
}

/* IEEE 754 binary16; every value of it is a float. */
static double half_value(uint16_t h)
{
    int exponent = h >> 10 & 31;
    int fraction = h & 1023;
    double v;

    if (exponent == 31)
        v = fraction ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        v = ldexp(fraction, -24);
    else
        v = ldexp(fraction + 1024, exponent - 25);
    return h >> 15 ? -v : v;
}

static void push_float(const struct reader *r, const struct field *f, const uint8_t *p,
                       struct column *out)
{
    uint32_t narrow;
    uint64_t wide;
    float s;
    double d;

    if (f->how == HOW_HALF) {
        column_push_double(out, half_value(bytes_u16(p)));
        return;
    }
    if (f->how == HOW_FLOAT) {
        narrow = bytes_u32(p);
        memcpy(&s, &narrow, sizeof(s));
        if (r->deephaven_nulls && narrow == 0xff7fffff) /* -FLT_MAX */
            column_push_null(out);
        else
            column_push_double(out, (double)s);
        return;
    }
    wide = bytes_u64(p);
    memcpy(&d, &wide, sizeof(d));
    if (r->deephaven_nulls && wide == 0xffefffffffffffff) /* -DBL_MAX */
        column_push_null(out);
    else
        column_push_double(out, d);
}

static void push_date_ms(const struct reader *r, const struct field *f, const uint8_t *p,
                         struct column *out)
{
    const int64_t day = 86400000;
    int64_t ms = read_signed(p, 8);

    if (r->deephaven_nulls && ms == f->null)
        column_push_null(out);
    else
        column_push_int(out, ms / day - (ms % day < 0));
}

/* Interval(DAY_TIME), int32 days and int32 milliseconds, as months, days, nanoseconds. */
static void push_day_time(const uint8_t *p, struct column *out)
{
    uint8_t v[16] = {0};
    uint64_t ns = (uint64_t)(read_signed(p + 4, 4) * 1000000);

    memcpy(v + 4, p, 4);
    for (size_t i = 0; i < 8; i++)
        v[8 + i] = (uint8_t)(ns >> (8 * i));
    column_push_bytes(out, (struct bytes){v, sizeof(v)});
}

/* Offsets i and i + 1, in order and at most limit. */
static enum err_code read_offsets(const struct view *v, uint64_t i, uint64_t limit,
                                  uint64_t *from, uint64_t *to, struct err *e)
{
    uint64_t w = v->f->width;
    int64_t a = read_signed(v->offsets + i * w, w);
    int64_t b = read_signed(v->offsets + (i + 1) * w, w);

    if (a < 0 || b < a || (uint64_t)b > limit)
        return err_set(e, ERR_PROTO,
                       "row %" PRIu64 " spans %" PRId64 " to %" PRId64 " of %" PRIu64, i, a,
                       b, limit);
    *from = (uint64_t)a;
    *to = (uint64_t)b;
    return ERR_OK;
}

static enum err_code push_var(const struct view *v, uint64_t i, struct column *out,
                              struct err *e)
{
    uint64_t from;
    uint64_t to;

    TRY(read_offsets(v, i, v->data_len, &from, &to, e));
    if (to - from < v->f->min_bytes)
        return err_set(e, ERR_PROTO, "%s of %" PRIu64 " bytes", kind_name(v->f->type->kind),
                       to - from);
    column_push_bytes(out, (struct bytes){v->data ? v->data + from : NULL, to - from});
    return ERR_OK;
}

static enum err_code read_rows(struct reader *r, size_t depth, uint64_t from, uint64_t to,
                               struct column *out, struct err *e);

static enum err_code push_list(struct reader *r, size_t depth, uint64_t i,
                               struct column *out, struct err *e)
{
    const struct view *v = &r->chain[depth];
    uint64_t n = r->chain[depth + 1].n;
    uint64_t from;
    uint64_t to;

    if (v->f->how == HOW_LIST) {
        TRY(read_offsets(v, i, n, &from, &to, e));
    } else {
        if (__builtin_mul_overflow(i, v->f->width, &from) ||
            __builtin_add_overflow(from, v->f->width, &to) || to > n)
            return err_set(e, ERR_PROTO, "row %" PRIu64 " lies behind %" PRIu64 " items", i,
                           n);
    }
    struct column *items = column_new(v->f->type->item);
    enum err_code rc = read_rows(r, depth + 1, from, to, items, e);
    if (rc != ERR_OK) {
        column_free(items);
        return rc;
    }
    column_push_list(out, items);
    return ERR_OK;
}

static enum err_code push_value(struct reader *r, size_t depth, uint64_t i,
                                struct column *out, struct err *e)
{
    const struct view *v = &r->chain[depth];
    const struct field *f = v->f;
    const uint8_t *p = v->data && f->how != HOW_BOOL ? v->data + i * f->width : NULL;

    switch (f->how) {
    case HOW_UNKNOWN:
        column_push_int(out, 0);
        return ERR_OK;
    case HOW_NULL:
        column_push_null(out);
        return ERR_OK;
    case HOW_INT:
        return push_signed(r, f, p, out, e);
    case HOW_UINT:
        push_unsigned(r, f, p, out);
        return ERR_OK;
    case HOW_UINT64:
        push_uint64(p, out);
        return ERR_OK;
    case HOW_BOOL:
        column_push_int(out, v->data[i / 8] >> (i % 8) & 1);
        return ERR_OK;
    case HOW_HALF:
    case HOW_FLOAT:
    case HOW_DOUBLE:
        push_float(r, f, p, out);
        return ERR_OK;
    case HOW_DATE_MS:
        push_date_ms(r, f, p, out);
        return ERR_OK;
    case HOW_DAY_TIME:
        push_day_time(p, out);
        return ERR_OK;
    case HOW_FIXED:
        column_push_bytes(out, (struct bytes){p, f->width});
        return ERR_OK;
    case HOW_DECIMAL:
        push_decimal(f, p, out);
        return ERR_OK;
    case HOW_BYTES:
        return push_var(v, i, out, e);
    case HOW_LIST:
    case HOW_FIXED_LIST:
        return push_list(r, depth, i, out, e);
    }
    return ERR_OK;
}

/* Values that take no bytes in the body could be claimed without end, so all are counted.
 */
static enum err_code charge(struct reader *r, const struct field *f, uint64_t n,
                            struct err *e)
{
    bool list = f->how == HOW_LIST || f->how == HOW_FIXED_LIST;
    uint64_t left = *r->slots_left < r->batch_slots ? *r->slots_left : r->batch_slots;

    if (list ? n > left / LIST_SLOTS : n > left)
        return err_set(e, ERR_LIMIT, "%" PRIu64 " values where %" PRIu64 " are accepted", n,
                       list ? left / LIST_SLOTS : left);
    if (list)
        n *= LIST_SLOTS;
    *r->slots_left -= n;
    r->batch_slots -= n;
    return ERR_OK;
}

/* Appends rows from (inclusive) to (exclusive), at most as many as the node says. */
static enum err_code read_rows(struct reader *r, size_t depth, uint64_t from, uint64_t to,
                               struct column *out, struct err *e)
{
    const struct view *v = &r->chain[depth];

    TRY(charge(r, v->f, to - from, e));
    for (uint64_t i = from; i < to; i++) {
        if (v->valid && !(v->valid[i / 8] >> (i % 8) & 1))
            column_push_null(out);
        else
            TRY(push_value(r, depth, i, out, e));
    }
    return ERR_OK;
}

/* --- batches --- */

static enum err_code check_counts(const struct ipc_layout *l, const struct wire_batch *b,
                                  size_t *open_buffers, struct err *e)
{
    if (b->compressed)
        return err_set(e, ERR_PROTO, "compressed record batch, which was not asked for");
    if (b->length < 0)
        return err_set(e, ERR_PROTO, "record batch of %" PRId64 " rows", b->length);
    if (b->n_nodes != l->n_nodes)
        return err_set(e, ERR_PROTO, "record batch has %zu nodes, the schema %zu",
                       b->n_nodes, l->n_nodes);
    if (l->has_open ? b->n_buffers < l->n_buffers : b->n_buffers != l->n_buffers)
        return err_set(e, ERR_PROTO, "record batch has %zu buffers, the schema %zu",
                       b->n_buffers, l->n_buffers);
    *open_buffers = b->n_buffers - l->n_buffers;
    return ERR_OK;
}

/* Rows that column c brings, as the caller expects them. */
static enum err_code rows_of(const struct reader *r, const struct ipc_wants *wants,
                             size_t c, uint64_t *n, struct err *e)
{
    uint64_t node = r->chain[0].n;
    uint64_t rows = (uint64_t)r->batch->length;

    if (node > rows || (!wants->rows && node != rows))
        return err_set(e, ERR_PROTO, "%" PRIu64 " rows in a batch of %" PRIu64, node, rows);
    *n = wants->rows && wants->rows[c] < node ? wants->rows[c] : node;
    return ERR_OK;
}

static enum err_code read_column(struct reader *r, const struct ipc_wants *wants, size_t c,
                                 size_t extra, struct column **out, struct err *e)
{
    uint64_t n = 0;

    TRY(view_column(r, c, extra, e));
    TRY(rows_of(r, wants, c, &n, e));
    if (!*out)
        *out = column_new(r->l->schema->columns[c].type);
    return read_rows(r, 0, 0, n, *out, e);
}

/* Slots that a batch can pay for: its rows, and one for each bit of its body. */
static uint64_t affordable(const struct wire_batch *batch, struct bytes body,
                           const struct rowset *columns)
{
    uint64_t cells;
    uint64_t total;

    if (__builtin_mul_overflow((uint64_t)batch->length, rowset_count(columns), &cells) ||
        __builtin_mul_overflow(cells, (uint64_t)LIST_SLOTS, &cells) ||
        __builtin_add_overflow(cells, 8 * (uint64_t)body.len, &total))
        return UINT64_MAX;
    return total;
}

enum err_code ipc_batch_decode(const struct ipc_layout *l, const struct wire_batch *batch,
                               struct bytes body, const struct ipc_wants *wants,
                               struct column **out, struct err *e)
{
    struct reader r = {.l = l,
                       .batch = batch,
                       .body = body,
                       .deephaven_nulls = wants->deephaven_nulls,
                       .slots_left = wants->slots_left};
    struct rowset_iter it = rowset_iter(wants->columns);
    size_t open_buffers = 0;
    int64_t c;

    TRY(check_counts(l, batch, &open_buffers, e));
    r.batch_slots = affordable(batch, body, wants->columns);
    while (rowset_next(&it, &c)) {
        assert((uint64_t)c < l->n_columns);
        bool behind = l->has_open && (size_t)c > l->open_column;
        enum err_code rc =
            read_column(&r, wants, (size_t)c, behind ? open_buffers : 0, &out[c], e);

        if (rc != ERR_OK)
            return err_wrap(e, rc, "column %s", l->schema->columns[c].name);
    }
    return ERR_OK;
}
