/*
 * The data files of the public apache/arrow-testing repository, read in place: streams that
 * once broke an Arrow reader, and well-formed ones with their contents as JSON.
 *
 * The folder is named by DHVIEW_ARROW_TESTING, or is the one the build was configured with;
 * without it the test is skipped, loudly. Streams are cut into messages here (protocol:
 * Arrow IPC Streaming Format), for in Flight messages come one by one.
 */
#include <dirent.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "client/ipc.h"
#include "model/format.h"
#include "tests/support/recording.h"

#define FUZZ_SLOTS ((uint64_t)1 << 20) /* accepted from one hostile batch */
#define GOLD_SLOTS ((uint64_t)1 << 24)
#define MEMORY_BASE ((size_t)1 << 20) /* bytes that columns may take whatever the input */
#define MEMORY_PER_BYTE 64            /* and for each byte of input; a list takes most */

static const char *root;

/* --- a stream, message by message --- */

struct stream {
    struct bytes in;   /* what is left */
    struct bytes head; /* the message */
    struct bytes body; /* what follows it, as long as it says */
    struct wire_message m;
};

/* Takes the flatbuffer of the next message; false at the end of the stream. Streams from
 * before Arrow 0.15 lack the marker in front of the length. */
static bool take_head(struct stream *s)
{
    uint32_t n;

    if (s->in.len < 4)
        return false;
    n = bytes_u32(s->in.data);
    s->in = (struct bytes){s->in.data + 4, s->in.len - 4};
    if (n == UINT32_MAX) {
        if (s->in.len < 4)
            return false;
        n = bytes_u32(s->in.data);
        s->in = (struct bytes){s->in.data + 4, s->in.len - 4};
    }
    if (n == 0)
        return false;
    s->head = (struct bytes){s->in.data, n < s->in.len ? n : s->in.len};
    s->in = (struct bytes){s->in.data + s->head.len, s->in.len - s->head.len};
    return true;
}

/* The next message, decoded; false at the end or, with *rc set, at an error. The body is
 * shorter than announced when the file is. */
static bool next_message(struct stream *s, enum err_code *rc, struct err *e)
{
    wire_message_release(&s->m);
    *rc = ERR_OK;
    if (!take_head(s))
        return false;
    *rc = wire_message_decode(s->head, &s->m, e);
    if (*rc != ERR_OK)
        return false;
    size_t n =
        (uint64_t)s->m.body_length < s->in.len ? (size_t)s->m.body_length : s->in.len;
    s->body = (struct bytes){s->in.data, n};
    s->in = (struct bytes){s->in.data + n, s->in.len - n};
    return true;
}

/* --- a batch into columns --- */

static void free_columns(struct column **columns, size_t n)
{
    for (size_t c = 0; c < n; c++)
        column_free(columns[c]);
    free(columns);
}

static size_t columns_memory(struct column *const *columns, size_t n)
{
    size_t total = 0;

    for (size_t c = 0; c < n; c++)
        total += columns[c] ? column_memory(columns[c]) : 0;
    return total;
}

/* Reads every value; what a value cannot be read from crashes here. */
static void read_columns(struct column *const *columns, size_t n)
{
    struct format_options o = {.time_digits = 9, .max_bytes = 200};
    struct buf text;

    buf_init(&text, 4096);
    for (size_t c = 0; c < n; c++) {
        for (size_t i = 0; columns[c] && i < column_length(columns[c]); i++) {
            struct value v = column_get(columns[c], i);

            buf_clear(&text);
            format_value(&v, &o, &text);
        }
    }
    buf_release(&text);
}

static enum err_code decode_batch(const struct ipc_layout *l, const struct stream *s,
                                  const struct rowset *which, uint64_t slots,
                                  struct column **out, struct err *e)
{
    struct ipc_wants w = {.columns = which, .slots_left = &slots};

    return ipc_batch_decode(l, &s->m.batch, s->body, &w, out, e);
}

/* --- hostile streams --- */

struct outcome {
    size_t messages, batches, refused, skipped;
    uint64_t values;
};

/* A batch of a hostile stream: rows are bounded as the reader of updates does. */
static enum err_code hostile_batch(const struct schema *schema, const struct ipc_layout *l,
                                   const struct stream *s, struct outcome *o, struct err *e)
{
    size_t n = schema->n_columns;

    if (n == 0 || (uint64_t)s->m.batch.length > FUZZ_SLOTS / n)
        return err_set(e, ERR_LIMIT, "batch of %" PRId64 " rows", s->m.batch.length);
    struct rowset *all = rowset_new_range(0, (int64_t)n - 1);
    struct column **columns = MEM_ARRAY(struct column *, n);
    enum err_code rc = decode_batch(l, s, all, FUZZ_SLOTS, columns, e);
    /* Rows are paid for by the update that announces them, the rest by the body. */
    uint64_t paid = s->body.len + 8 * n * (uint64_t)s->m.batch.length;

    assert_true(columns_memory(columns, n) <= MEMORY_BASE + MEMORY_PER_BYTE * paid);
    if (rc == ERR_OK) {
        read_columns(columns, n);
        for (size_t c = 0; c < n; c++)
            o->values += column_length(columns[c]);
    }
    free_columns(columns, n);
    rowset_free(all);
    return rc;
}

static enum err_code hostile_message(struct stream *s, struct schema **schema,
                                     struct ipc_layout **l, struct outcome *o,
                                     struct err *e)
{
    if (s->m.header == WIRE_HEADER_SCHEMA && !*schema)
        return ipc_schema_decode(&s->m.schema, schema, l, e);
    if (s->m.header == WIRE_HEADER_BATCH && *schema) {
        o->batches++;
        return hostile_batch(*schema, *l, s, o, e);
    }
    o->skipped++; /* dictionaries, and schemas out of place */
    return ERR_OK;
}

static void run_hostile(struct bytes in, struct outcome *o, struct err *e)
{
    struct stream s = {.in = in};
    struct schema *schema = NULL;
    struct ipc_layout *layout = NULL;
    enum err_code rc;

    while (next_message(&s, &rc, e)) {
        o->messages++;
        rc = hostile_message(&s, &schema, &layout, o, e);
        if (rc != ERR_OK) {
            assert_int_equal(e->code, rc);
            o->refused++;
        }
    }
    if (rc != ERR_OK)
        o->refused++;
    assert_true(o->refused == 0 || e->msg[0] != '\0');
    wire_message_release(&s.m);
    ipc_layout_free(layout);
    schema_free(schema);
}

/* Most of the inputs are of metadata version 4, which is refused at once. Giving them
 * version 5 takes their damage further in. */
static void make_version_5(uint8_t *head, size_t len)
{
    uint32_t at = len >= 4 ? bytes_u32(head) : 0;

    if (at < 4 || at > len - 4)
        return;
    int64_t vtable = (int64_t)at - (int32_t)bytes_u32(head + at);
    if (vtable < 0 || vtable > (int64_t)len - 6 || bytes_u16(head + vtable) < 6)
        return;
    size_t field = (size_t)at + bytes_u16(head + vtable + 4);
    if (field == at || field > len - 2)
        return;
    head[field] = 4;
    head[field + 1] = 0;
}

/* A copy with every message made version 5, as far as they can be found. Owned. */
static struct bytes upgraded(struct bytes in)
{
    uint8_t *copy = mem_dup(in.data, in.len);
    struct stream s = {.in = {copy, in.len}};
    struct wire_message m = {0};

    while (take_head(&s)) {
        uint8_t *head = copy + (s.head.data - copy);

        make_version_5(head, s.head.len);
        wire_message_release(&m);
        if (wire_message_decode(s.head, &m, NULL) != ERR_OK)
            break;
        size_t n = (uint64_t)m.body_length < s.in.len ? (size_t)m.body_length : s.in.len;
        s.in = (struct bytes){s.in.data + n, s.in.len - n};
    }
    wire_message_release(&m);
    return (struct bytes){copy, in.len};
}

static void run_and_tell(const char *name, struct bytes in, struct outcome *total)
{
    struct outcome o = {0};
    struct err e = {0};

    run_hostile(in, &o, &e);
    printf("%.64s: %zu bytes, %zu messages, %zu batches, %zu refused, %" PRIu64
           " values%s%s\n",
           name, in.len, o.messages, o.batches, o.refused, o.values, o.refused ? ": " : "",
           e.msg);
    total->messages += o.messages;
    total->batches += o.batches;
    total->refused += o.refused > 0;
    total->values += o.values;
}

static void hostile_streams_are_answered_cleanly(void **state)
{
    struct name_list files = recording_files(root, "stream-fuzz", "");
    struct outcome as_is = {0};
    struct outcome as_5 = {0};

    (void)state;
    assert_true(files.n >= 40);
    for (size_t i = 0; i < files.n; i++) {
        struct bytes in = recording_read(root, "stream-fuzz", files.names[i]);
        struct bytes newer = upgraded(in);

        run_and_tell(files.names[i], in, &as_is);
        run_and_tell("  as version 5", newer, &as_5);
        recording_free(in);
        recording_free(newer);
    }
    printf("%zu inputs, %zu refused; as version 5: %zu refused, %zu messages, %zu batches, "
           "%" PRIu64 " values read\n",
           files.n, as_is.refused, as_5.refused, as_5.messages, as_5.batches, as_5.values);
    assert_true(as_5.batches > 0);
    name_list_release(&files);
}

/* --- expectations from JSON --- */

static int64_t json_number(const json_t *j)
{
    if (json_is_string(j))
        return strtoll(json_string_value(j), NULL, 10);
    assert_true(json_is_integer(j));
    return json_integer_value(j);
}

static const char *text_at(const json_t *j, const char *key)
{
    const char *s = json_string_value(json_object_get(j, key));

    return s ? s : "";
}

static int64_t int_at(const json_t *j, const char *key)
{
    return json_number(json_object_get(j, key));
}

/* Nanoseconds in a unit. */
static int64_t factor_of(const json_t *type)
{
    const char *unit = text_at(type, "unit");

    return strcmp(unit, "SECOND") == 0        ? 1000000000
           : strcmp(unit, "MILLISECOND") == 0 ? 1000000
           : strcmp(unit, "MICROSECOND") == 0 ? 1000
                                              : 1;
}

static bool is_scaled(const char *name)
{
    return strcmp(name, "time") == 0 || strcmp(name, "timestamp") == 0 ||
           strcmp(name, "duration") == 0;
}

static enum kind int_kind(const json_t *type)
{
    int64_t bits = int_at(type, "bitWidth");

    if (json_is_true(json_object_get(type, "isSigned")))
        return bits == 8    ? KIND_BYTE
               : bits == 16 ? KIND_SHORT
               : bits == 32 ? KIND_INT
                            : KIND_LONG;
    return bits == 64 ? KIND_BIG_INTEGER : bits == 16 ? KIND_CHAR : KIND_LONG;
}

/* The kind that a field must have; what is not in the list cannot be shown. */
static enum kind kind_of(const json_t *field)
{
    static const struct {
        const char *name;
        enum kind kind;
    } kinds[] = {{"bool", KIND_BOOL},           {"utf8", KIND_STRING},
                 {"largeutf8", KIND_STRING},    {"binary", KIND_BINARY},
                 {"decimal", KIND_BIG_DECIMAL}, {"largebinary", KIND_BINARY},
                 {"date", KIND_DATE},           {"fixedsizebinary", KIND_BINARY},
                 {"time", KIND_TIME},           {"timestamp", KIND_INSTANT},
                 {"list", KIND_LIST},           {"largelist", KIND_LIST},
                 {"duration", KIND_DURATION},   {"fixedsizelist", KIND_LIST}};
    const json_t *type = json_object_get(field, "type");
    const char *name = text_at(type, "name");

    if (strcmp(name, "int") == 0)
        return int_kind(type);
    if (strcmp(name, "floatingpoint") == 0)
        return strcmp(text_at(type, "precision"), "DOUBLE") == 0 ? KIND_DOUBLE : KIND_FLOAT;
    if (strcmp(name, "interval") == 0)
        return strcmp(text_at(type, "unit"), "YEAR_MONTH") == 0 ? KIND_PERIOD
                                                                : KIND_PERIOD_DURATION;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    return KIND_UNKNOWN;
}

static bool is_null_type(const json_t *field)
{
    return strcmp(text_at(json_object_get(field, "type"), "name"), "null") == 0;
}

/* --- values against JSON; each returns how many were compared --- */

static void check_hex(struct bytes b, const char *hex)
{
    assert_int_equal(strlen(hex), 2 * b.len);
    for (size_t i = 0; i < b.len; i++)
        assert_int_equal(b.data[i], hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
}

/* Two's complement, big-endian, against decimal digits. */
static void check_big(struct bytes b, const char *want)
{
    const struct type big = {KIND_BIG_INTEGER, NULL};
    struct value v = {VALUE_SET, &big, {.bytes = b}};
    struct buf text;

    buf_init(&text, 256);
    format_value(&v, &(struct format_options){0}, &text);
    assert_true(bytes_equal(buf_bytes(&text), bytes_of(want)));
    buf_release(&text);
}

static void check_interval(struct bytes b, const json_t *want)
{
    assert_int_equal(b.len, 16);
    assert_int_equal(bytes_u32(b.data), 0);
    assert_int_equal((int32_t)bytes_u32(b.data + 4), int_at(want, "days"));
    assert_int_equal((int64_t)bytes_u64(b.data + 8),
                     int_at(want, "milliseconds") * 1000000);
}

static int64_t floor_days(int64_t ms)
{
    return ms / 86400000 - (ms % 86400000 < 0);
}

static void check_int(const struct value *v, const json_t *type, const json_t *want)
{
    int64_t n = json_is_boolean(want) ? json_is_true(want) : json_number(want);

    if (strcmp(text_at(type, "name"), "date") == 0 && factor_of(type) == 1000000)
        n = floor_days(n);
    else if (is_scaled(text_at(type, "name")))
        n *= factor_of(type); /* fits: those that do not were told apart before */
    assert_int_equal(v->i, n);
}

static void check_scalar(const struct value *v, const json_t *type, const json_t *want)
{
    switch (v->type->kind) {
    case KIND_FLOAT:
        assert_true((float)v->d == (float)json_number_value(want));
        return;
    case KIND_DOUBLE:
        assert_true(v->d == json_number_value(want));
        return;
    case KIND_STRING:
        assert_int_equal(v->bytes.len, json_string_length(want));
        assert_memory_equal(v->bytes.data, json_string_value(want), v->bytes.len);
        return;
    case KIND_BINARY:
        check_hex(v->bytes, json_string_value(want));
        return;
    case KIND_BIG_INTEGER:
        check_big(v->bytes, json_string_value(want));
        return;
    case KIND_BIG_DECIMAL:
        assert_true(v->bytes.len > 4);
        assert_int_equal((int32_t)bytes_u32(v->bytes.data), int_at(type, "scale"));
        check_big((struct bytes){v->bytes.data + 4, v->bytes.len - 4},
                  json_string_value(want));
        return;
    case KIND_PERIOD_DURATION:
        check_interval(v->bytes, want);
        return;
    default:
        check_int(v, type, want);
    }
}

static uint64_t check_slots(const struct column *c, const json_t *field,
                            const json_t *column, size_t from, size_t to);

static uint64_t check_list(const struct value *v, const json_t *field, const json_t *column,
                           size_t row)
{
    const json_t *type = json_object_get(field, "type");
    const json_t *offsets = json_object_get(column, "OFFSET");
    size_t from;
    size_t to;

    if (offsets) {
        from = (size_t)json_number(json_array_get(offsets, row));
        to = (size_t)json_number(json_array_get(offsets, row + 1));
    } else {
        from = row * (size_t)int_at(type, "listSize");
        to = from + (size_t)int_at(type, "listSize");
    }
    return check_slots(v->list, json_array_get(json_object_get(field, "children"), 0),
                       json_array_get(json_object_get(column, "children"), 0), from, to);
}

/* Slots 0, 1, ... of c against rows from (inclusive) to (exclusive) of a JSON column. */
static uint64_t check_slots(const struct column *c, const json_t *field,
                            const json_t *column, size_t from, size_t to)
{
    const json_t *valid = json_object_get(column, "VALIDITY");
    const json_t *data = json_object_get(column, "DATA");
    enum kind kind = kind_of(field);
    uint64_t compared = 0;

    assert_int_equal(column_length(c), to - from);
    for (size_t row = from; row < to; row++) {
        struct value v = column_get(c, row - from);
        bool null = valid && json_number(json_array_get(valid, row)) == 0;

        if (is_null_type(field) || (null && kind != KIND_UNKNOWN)) {
            assert_int_equal(v.state, VALUE_NULL);
            compared++;
            continue;
        }
        assert_int_equal(v.state, VALUE_SET);
        assert_int_equal(v.type->kind, kind);
        if (kind == KIND_LIST) {
            compared += 1 + check_list(&v, field, column, row);
        } else if (kind != KIND_UNKNOWN) {
            check_scalar(&v, json_object_get(field, "type"), json_array_get(data, row));
            compared++;
        }
    }
    return compared;
}

/* --- golden streams --- */

struct tally {
    uint64_t values;
    size_t columns, placeholders, refused;
};

/* Whether a value of the column is no int64 of nanoseconds; the server sends none such. */
static bool overflows(const json_t *field, const json_t *column)
{
    const json_t *type = json_object_get(field, "type");
    const json_t *data = json_object_get(column, "DATA");
    const json_t *valid = json_object_get(column, "VALIDITY");
    int64_t scaled;

    if (!is_scaled(text_at(type, "name")))
        return false;
    for (size_t i = 0; i < json_array_size(data); i++) {
        bool null = valid && json_number(json_array_get(valid, i)) == 0;
        int64_t v = json_number(json_array_get(data, i));

        if (!null && __builtin_mul_overflow(v, factor_of(type), &scaled))
            return true;
    }
    return false;
}

/* Decodes one column alone: what is beside it must not matter. */
static void gold_column(const struct schema *schema, const struct ipc_layout *l,
                        const struct stream *s, size_t c, const json_t *field,
                        const json_t *column, struct tally *t)
{
    struct rowset *one = rowset_new_range((int64_t)c, (int64_t)c);
    struct column **columns = MEM_ARRAY(struct column *, schema->n_columns);
    struct err e = {0};
    enum err_code rc = decode_batch(l, s, one, GOLD_SLOTS, columns, &e);

    t->columns++;
    if (overflows(field, column)) {
        assert_int_equal(rc, ERR_PROTO);
        assert_non_null(strstr(e.msg, "nanoseconds"));
        t->refused++;
    } else {
        if (rc != ERR_OK)
            fail_msg("%s", e.msg);
        t->values += check_slots(columns[c], field, column, 0, (size_t)s->m.batch.length);
        if (schema->columns[c].type->kind == KIND_UNKNOWN && !is_null_type(field))
            t->placeholders++;
    }
    free_columns(columns, schema->n_columns);
    rowset_free(one);
}

/* All columns at once; those that are refused alone are left out. */
static void gold_whole(const struct schema *schema, const struct ipc_layout *l,
                       const struct stream *s, const json_t *fields, const json_t *columns)
{
    struct column **out = MEM_ARRAY(struct column *, schema->n_columns);
    struct rowset *which = rowset_new();
    struct rowset_iter it;
    struct err e = {0};
    int64_t c;

    for (size_t i = 0; i < schema->n_columns; i++)
        if (!overflows(json_array_get(fields, i), json_array_get(columns, i)))
            rowset_add(which, (int64_t)i, (int64_t)i);
    if (decode_batch(l, s, which, GOLD_SLOTS, out, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    it = rowset_iter(which);
    while (rowset_next(&it, &c))
        (void)check_slots(out[c], json_array_get(fields, (size_t)c),
                          json_array_get(columns, (size_t)c), 0, (size_t)s->m.batch.length);
    free_columns(out, schema->n_columns);
    rowset_free(which);
}

static void gold_batch(const struct schema *schema, const struct ipc_layout *l,
                       const struct stream *s, const json_t *fields, const json_t *batch,
                       struct tally *t)
{
    const json_t *columns = json_object_get(batch, "columns");

    assert_int_equal(s->m.batch.length, int_at(batch, "count"));
    for (size_t c = 0; c < schema->n_columns; c++)
        gold_column(schema, l, s, c, json_array_get(fields, c), json_array_get(columns, c),
                    t);
    gold_whole(schema, l, s, fields, columns);
}

static void gold_schema(const struct schema *schema, const json_t *fields)
{
    assert_int_equal(schema->n_columns, json_array_size(fields));
    for (size_t c = 0; c < schema->n_columns; c++) {
        const json_t *field = json_array_get(fields, c);

        assert_string_equal(schema->columns[c].name, text_at(field, "name"));
        if (!is_null_type(field))
            assert_int_equal(schema->columns[c].type->kind, kind_of(field));
    }
}

/* Such columns are refused: nobody asks for them. */
static bool has_encoded(const struct wire_schema *s)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        if (s->fields[i].dictionary || s->fields[i].type == WIRE_TYPE_RUN_END)
            return true;
    }
    return false;
}

static void check_encoded_is_refused(const struct wire_schema *s)
{
    struct schema *schema = NULL;
    struct ipc_layout *layout = NULL;
    struct err e;

    assert_int_equal(ipc_schema_decode(s, &schema, &layout, &e), ERR_PROTO);
    assert_non_null(strstr(e.msg, "-encoded, unasked"));
    assert_null(schema);
}

static struct tally run_gold(struct bytes in, const json_t *want)
{
    const json_t *fields = json_object_get(json_object_get(want, "schema"), "fields");
    const json_t *batches = json_object_get(want, "batches");
    struct stream s = {.in = in};
    struct schema *schema = NULL;
    struct ipc_layout *layout = NULL;
    struct tally t = {0};
    struct err e = {0};
    enum err_code rc;
    size_t n = 0;

    while (next_message(&s, &rc, &e)) {
        if (s.m.header == WIRE_HEADER_SCHEMA && has_encoded(&s.m.schema)) {
            check_encoded_is_refused(&s.m.schema);
            t.refused++;
            wire_message_release(&s.m);
            return t;
        }
        if (s.m.header == WIRE_HEADER_SCHEMA) {
            if (ipc_schema_decode(&s.m.schema, &schema, &layout, &e) != ERR_OK)
                fail_msg("%s", e.msg);
            gold_schema(schema, fields);
        } else if (s.m.header == WIRE_HEADER_BATCH) {
            gold_batch(schema, layout, &s, fields, json_array_get(batches, n++), &t);
        }
    }
    if (rc != ERR_OK)
        fail_msg("%s", e.msg);
    assert_int_equal(n, json_array_size(batches));
    wire_message_release(&s.m);
    ipc_layout_free(layout);
    schema_free(schema);
    return t;
}

static json_t *read_json_gz(const char *name)
{
    char *command = mem_printf("gzip -dc '%s/stream-gold/%s.json.gz'", root, name);
    FILE *f = popen(command, "r");
    json_error_t why;
    json_t *j = f ? json_loadf(f, JSON_ALLOW_NUL, &why) : NULL;

    if (!j)
        fail_msg("cannot read %s: %s", name, f ? why.text : "no gzip");
    pclose(f);
    free(command);
    return j;
}

static void golden_streams_decode_as_their_json_says(void **state)
{
    struct name_list files = recording_files(root, "stream-gold", ".stream");
    uint64_t total = 0;

    (void)state;
    assert_true(files.n >= 20);
    for (size_t i = 0; i < files.n; i++) {
        char *name = mem_strndup(files.names[i], strlen(files.names[i]) - 7);
        struct bytes in = recording_read(root, "stream-gold", files.names[i]);
        json_t *want = read_json_gz(name);
        struct tally t = run_gold(in, want);

        printf("%s: %" PRIu64 " values compared in %zu columns of batches, %zu cannot be "
               "shown, %zu refused\n",
               name, t.values, t.columns, t.placeholders, t.refused);
        total += t.values;
        json_decref(want);
        recording_free(in);
        free(name);
    }
    printf("%zu streams, %" PRIu64 " values compared\n", files.n, total);
    assert_true(total > 5000);
    name_list_release(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_streams_are_answered_cleanly),
        cmocka_unit_test(golden_streams_decode_as_their_json_says),
    };
    const char *line = "==============================================================";

    root = getenv("DHVIEW_ARROW_TESTING");
    if (!root || !*root)
        root = TEST_ARROW_TESTING;
    char *probe = mem_printf("%s/stream-gold", root);
    bool there = access(probe, R_OK) == 0;

    free(probe);
    if (!there) {
        printf("%s\nSKIPPED: no data of apache/arrow-testing in \"%s\"; name its folder "
               "with\nDHVIEW_ARROW_TESTING to run this test\n%s\n",
               line, root, line);
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
