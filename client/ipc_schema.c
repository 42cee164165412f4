/* Schema messages into the model's schema and a layout for reading batches; see
 * ipc_layout.h. */
#include "client/ipc_layout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/hierarchy.h"

#define NAMED_MAX 3 /* fields of unknown layout named in an error */

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

/* The same among the pairs of a field. A schema without any pair has no array to point
 * into.
 */
static const struct bytes *field_pair(const struct wire_schema *in,
                                      const struct wire_field *f, const char *key)
{
    return f->n_pairs ? pair_find(in->pairs + f->first_pair, f->n_pairs, key) : NULL;
}

/* Owned by the schema; or when the key is absent. */
static const char *meta(const struct wire_schema *in, const struct wire_field *f,
                        const char *key, struct schema *s, const char * or)
{
    const struct bytes *v = field_pair(in, f, key);

    return v ? pool_share(&s->texts, *v) : or ;
}

static bool is_true(const struct bytes *v)
{
    return v && bytes_equal(*v, bytes_of("true"));
}

static bool is_false(const struct bytes *v)
{
    return v && bytes_equal(*v, bytes_of("false"));
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
            .name = pool_copy(&s->texts, (struct bytes){k.data + skip, k.len - skip}),
            .value = pool_copy(&s->texts, in->table_pairs[i].value),
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

static enum hierarchy_role read_role(const struct wire_schema *in,
                                     const struct wire_field *f)
{
    if (flag(in, f, "hierarchicalTable.isRowDepthColumn"))
        return HIERARCHY_DEPTH;
    if (flag(in, f, "hierarchicalTable.isRowExpandedColumn"))
        return HIERARCHY_EXPANDED;
    return flag(in, f, "rollupTable.isConstituentNodeColumn") ? HIERARCHY_CONSTITUENT
                                                              : HIERARCHY_PLAIN;
}

static void read_column_meta(const struct wire_schema *in, const struct wire_field *f,
                             struct schema *s, struct schema_column *c)
{
    c->name = pool_copy(&s->texts, f->name);
    c->java_type = meta(in, f, "type", s, "");
    c->description = meta(in, f, "description", s, "");
    c->style_column = meta(in, f, "styleColumn", s, NULL);
    c->number_format_column = meta(in, f, "numberFormatColumn", s, NULL);
    c->date_format_column = meta(in, f, "dateFormatColumn", s, NULL);
    c->is_row_style = flag(in, f, "isRowStyle");
    c->is_format = c->is_row_style || flag(in, f, "isStyle") ||
                   flag(in, f, "isNumberFormat") || flag(in, f, "isDateFormat");
    c->is_partition = flag(in, f, "isPartitioning");
    c->is_key = flag(in, f, "inputtable.isKey");
    c->is_unsortable = is_false(field_pair(in, f, "isSortable"));
    c->role = read_role(in, f);
    c->is_expand_by = flag(in, f, "hierarchicalTable.isExpandByColumn");
    if (flag(in, f, "treeTable.isIdentifierColumn"))
        s->hierarchy = HIERARCHY_TREE;
    else if (c->role == HIERARCHY_DEPTH && s->hierarchy == HIERARCHY_NONE)
        s->hierarchy = HIERARCHY_ROLLUP;
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
static bool buffer_count(const struct wire_field *f, uint8_t *n)
{
    switch (f->type) {
    case WIRE_TYPE_NULL:
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

struct decoding {
    enum ipc_coding coding;
    enum kind kind;
};

static struct decoding make_signed(struct ipc_field *f, enum kind kind, uint32_t width,
                                   int32_t factor)
{
    f->width = width;
    f->factor = factor;
    f->has_null = true;
    return (struct decoding){CODING_INT, kind};
}

static struct decoding make_int(const struct wire_field *in, const char *java,
                                struct ipc_field *f)
{
    static const enum kind kinds[] = {
        [1] = KIND_BYTE, [2] = KIND_SHORT, [4] = KIND_INT, [8] = KIND_LONG};
    int bits = in->bit_width;

    if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    uint32_t width = (uint32_t)bits / 8;
    if (in->is_signed)
        return make_signed(f, kinds[width], width, 1);
    f->width = width;
    if (width == 8)
        return (struct decoding){CODING_UINT64, KIND_BIG_INTEGER};
    if (width != 2 ||
        (java[0] && strcmp(java, "char") != 0 && strcmp(java, "java.lang.Character") != 0))
        return (struct decoding){CODING_UINT, KIND_LONG};
    f->has_null = true;
    return (struct decoding){CODING_UINT, KIND_CHAR};
}

static struct decoding make_float(const struct wire_field *in, struct ipc_field *f)
{
    f->width = (uint32_t)in->bit_width / 8;
    switch (in->bit_width) {
    case 16:
        return (struct decoding){CODING_HALF, KIND_FLOAT};
    case 32:
        f->has_null = true;
        return (struct decoding){CODING_FLOAT, KIND_FLOAT};
    case 64:
        f->has_null = true;
        return (struct decoding){CODING_DOUBLE, KIND_DOUBLE};
    default:
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    }
}

static struct decoding make_time(const struct wire_field *in, enum kind kind,
                                 uint32_t width, struct ipc_field *f)
{
    static const int32_t factors[] = {1000000000, 1000000, 1000, 1};

    if (in->unit < 0 || in->unit > 3)
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    return make_signed(f, kind, width, factors[in->unit]);
}

static struct decoding make_calendar(const struct wire_field *in, struct ipc_field *f)
{
    if (in->type == WIRE_TYPE_DATE && in->unit == 0)
        return make_signed(f, KIND_DATE, 4, 1);
    if (in->type == WIRE_TYPE_DATE && in->unit == 1) {
        (void)make_signed(f, KIND_DATE, 8, 1);
        return (struct decoding){CODING_DATE_MS, KIND_DATE};
    }
    if (in->type == WIRE_TYPE_TIME && (in->bit_width == 32 || in->bit_width == 64))
        return make_time(in, KIND_TIME, (uint32_t)in->bit_width / 8, f);
    if (in->type == WIRE_TYPE_INTERVAL && in->unit == 0)
        return make_signed(f, KIND_PERIOD, 4, 1);
    if (in->type == WIRE_TYPE_INTERVAL && in->unit == 1) {
        f->width = 8;
        return (struct decoding){CODING_DAY_TIME, KIND_PERIOD_DURATION};
    }
    if (in->type == WIRE_TYPE_INTERVAL && in->unit == 2) {
        f->width = 16;
        return (struct decoding){CODING_FIXED, KIND_PERIOD_DURATION};
    }
    return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
}

static struct decoding make_bytes(const struct wire_field *in, const char *java,
                                  struct ipc_field *f)
{
    bool large = in->type == WIRE_TYPE_LARGE_UTF8 || in->type == WIRE_TYPE_LARGE_BINARY;
    enum kind kind = KIND_BINARY;

    f->width = large ? 8 : 4;
    if (in->type == WIRE_TYPE_UTF8 || in->type == WIRE_TYPE_LARGE_UTF8) {
        kind = KIND_STRING;
    } else if (strcmp(java, "java.math.BigInteger") == 0) {
        kind = KIND_BIG_INTEGER;
    } else if (strcmp(java, "java.math.BigDecimal") == 0) {
        kind = KIND_BIG_DECIMAL;
    }
    return (struct decoding){CODING_BYTES, kind};
}

static struct decoding make_decimal(const struct wire_field *in, struct ipc_field *f)
{
    int bits = in->bit_width;

    if (bits != 32 && bits != 64 && bits != 128 && bits != 256)
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    f->width = (uint32_t)bits / 8;
    f->scale = in->scale;
    return (struct decoding){CODING_DECIMAL, KIND_BIG_DECIMAL};
}

static struct decoding make_sized(const struct wire_field *in, struct ipc_field *f)
{
    if (in->bit_width < 0)
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    f->width = (uint32_t)in->bit_width;
    return in->type == WIRE_TYPE_FIXED_BINARY
               ? (struct decoding){CODING_FIXED, KIND_BINARY}
               : (struct decoding){CODING_FIXED_LIST, KIND_LIST};
}

static struct decoding make_list(const struct wire_field *in, struct ipc_field *f)
{
    struct decoding m = {CODING_LIST, KIND_LIST};

    if (in->n_children != 1)
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    if (in->type == WIRE_TYPE_FIXED_LIST)
        return make_sized(in, f);
    f->width = in->type == WIRE_TYPE_LARGE_LIST ? 8 : 4;
    return m;
}

static struct decoding make(const struct wire_field *in, const char *java,
                            struct ipc_field *f)
{
    switch (in->type) {
    case WIRE_TYPE_NULL:
        return (struct decoding){CODING_NULL, KIND_STRING};
    case WIRE_TYPE_INT:
        return make_int(in, java, f);
    case WIRE_TYPE_FLOAT:
        return make_float(in, f);
    case WIRE_TYPE_BOOL:
        return (struct decoding){CODING_BOOL, KIND_BOOL};
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
        return (struct decoding){CODING_UNKNOWN, KIND_UNKNOWN};
    }
}

/* State while the pre-order fields of a schema are walked once. */
struct schema_walk {
    const struct wire_schema *in;
    struct schema *s;
    struct ipc_layout *l;
    size_t at;                   /* next field */
    size_t n_open;               /* fields with an unknown number of buffers */
    const char *open[NAMED_MAX]; /* their names, from the pool */
};

static void note_open(struct schema_walk *w, const struct wire_field *f, size_t column)
{
    if (w->n_open < NAMED_MAX)
        w->open[w->n_open] = pool_copy(&w->s->texts, f->name);
    w->n_open++;
    w->l->has_open = true;
    w->l->open_column = column;
}

/* Counts a field and everything below it without reading it. */
static enum err_code walk_unread(struct schema_walk *w, size_t column, struct err *e)
{
    size_t todo = 1;

    while (todo > 0) {
        if (w->at >= w->in->n_fields)
            return err_set(e, ERR_PROTO, "schema ends inside column %zu", column);
        const struct wire_field *f = &w->in->fields[w->at];
        struct ipc_field *out = &w->l->fields[w->at++];

        todo += f->n_children - 1;
        out->n_nodes = 1;
        if (!buffer_count(f, &out->n_buffers))
            note_open(w, f, column);
    }
    return ERR_OK;
}

/* Java type of a list's items: what the child says, else what the list says. */
static const char *item_java(struct schema_walk *w, const struct wire_field *list,
                             const char *java)
{
    const char *own = meta(w->in, list + 1, "type", w->s, NULL);
    size_t len = strlen(java);

    if (!own)
        own = meta(w->in, list, "componentType", w->s, NULL);
    if (own)
        return own;
    if (len > 2 && strcmp(java + len - 2, "[]") == 0)
        return pool_share(&w->s->texts, (struct bytes){(const uint8_t *)java, len - 2});
    return "";
}

/* Lays out one field and its children; *type is owned by the caller, NULL never. */
static enum err_code walk_field(struct schema_walk *w, size_t column, const char *java,
                                struct type **type, struct err *e)
{
    const struct wire_field *in = &w->in->fields[w->at];
    struct ipc_field *f = &w->l->fields[w->at];
    struct decoding m = make(in, java, f);
    struct type *item = NULL;

    f->coding = m.coding;
    if (m.kind != KIND_LIST && (m.coding == CODING_UNKNOWN || in->n_children)) {
        f->coding = CODING_UNKNOWN;
        *type = type_new(KIND_UNKNOWN, NULL);
        f->type = *type;
        return walk_unread(w, column, e);
    }
    f->n_nodes = 1;
    (void)buffer_count(in, &f->n_buffers);
    w->at++;
    if (m.kind == KIND_LIST) {
        if (w->at >= w->in->n_fields)
            return err_set(e, ERR_PROTO, "schema ends inside column %zu", column);
        enum err_code rc = walk_field(w, column, item_java(w, in, java), &item, e);

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
    l->fields[field].coding = CODING_UNKNOWN;
    l->fields[field].type = *type;
}

/* protocol: a server sends neither unless it is asked to. Cells of the one are in messages
 * of their own, rows of the other are not those that the batch announces. */
static enum err_code refuse_encoded(const struct schema_walk *w, size_t first,
                                    const struct schema_column *c, struct err *e)
{
    for (size_t i = first; i < w->at; i++) {
        const struct wire_field *f = &w->in->fields[i];

        if (f->dictionary)
            return err_set(e, ERR_PROTO, "column %.64s is dictionary-encoded, unasked",
                           c->name);
        if (f->type == WIRE_TYPE_RUN_END)
            return err_set(e, ERR_PROTO, "column %.64s is run-end encoded, unasked",
                           c->name);
    }
    return ERR_OK;
}

static enum err_code walk_column(struct schema_walk *w, size_t c, struct schema_column *out,
                                 struct err *e)
{
    struct ipc_layout *l = w->l;
    size_t first = w->at;
    size_t open = w->n_open;
    char *arrow;

    if (first >= w->in->n_fields)
        return err_set(e, ERR_PROTO, "schema has fewer fields than columns");
    l->columns[c] = (struct ipc_start){(uint32_t)first, l->n_nodes, l->n_buffers};
    read_column_meta(w->in, &w->in->fields[first], w->s, out);
    TRY(walk_field(w, c, out->java_type, &out->type, e));
    TRY(refuse_encoded(w, first, out, e));
    arrow = arrow_name(&w->in->fields[first]);
    out->arrow_name = pool_share(&w->s->texts, bytes_of(arrow));
    free(arrow);
    if (w->n_open > open)
        hide_column(l, first, &out->type);
    for (size_t i = first; i < w->at; i++) {
        l->n_nodes += l->fields[i].n_nodes;
        l->n_buffers += l->fields[i].n_buffers;
    }
    return ERR_OK;
}

static enum err_code walk_all(struct schema_walk *w, struct err *e)
{
    struct schema *s = w->s;

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

static bool is_byte_array(const struct ipc_layout *l, size_t c)
{
    const struct ipc_field *f = &l->fields[l->columns[c].field];
    const char *java = l->schema->columns[c].java_type;

    return f->coding == CODING_LIST && f[1].coding == CODING_INT && f[1].width == 1 &&
           java && strcmp(java, "byte[]") == 0;
}

void ipc_layout_fit(struct ipc_layout *l, const struct wire_batch *batch)
{
    uint32_t n = 0;

    if (batch->n_nodes >= l->n_nodes || l->has_open)
        return;
    for (size_t c = 0; c < l->n_columns; c++)
        n += is_byte_array(l, c);
    if (batch->n_nodes + n != l->n_nodes || batch->n_buffers + n != l->n_buffers)
        return;
    l->n_nodes -= n;
    l->n_buffers -= n;
    n = 0;
    for (size_t c = 0; c < l->n_columns; c++) {
        struct ipc_field *item = &l->fields[l->columns[c].field] + 1;

        l->columns[c].node -= n;
        l->columns[c].buffer -= n;
        if (is_byte_array(l, c)) {
            item->n_nodes = 0;
            item->n_buffers = 1;
            n++;
        }
    }
}

enum err_code ipc_schema_decode(const struct wire_schema *in, struct schema **schema,
                                struct ipc_layout **layout, struct err *e)
{
    struct schema *s = schema_new(in->n_columns);
    struct ipc_layout *l = MEM_NEW(struct ipc_layout);
    struct schema_walk w = {.in = in, .s = s, .l = l};
    enum err_code rc;

    l->n_columns = in->n_columns;
    l->n_fields = in->n_fields;
    l->fields = MEM_ARRAY(struct ipc_field, in->n_fields);
    l->columns = MEM_ARRAY(struct ipc_start, in->n_columns);
    l->schema = s;
    read_table_meta(in, s);
    rc = walk_all(&w, e);
    if (rc == ERR_OK)
        rc = hierarchy_settle(s, e);
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
