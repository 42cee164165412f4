#include "client/ipc_encode.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ALIGNMENT 8
#define MS_PER_DAY INT64_C(86400000)

/* protocol: Arrow types of Deephaven columns. */
static const struct wire_field fields[] = {
    [KIND_BYTE] = {.type = WIRE_TYPE_INT, .bit_width = 8, .is_signed = true},
    [KIND_SHORT] = {.type = WIRE_TYPE_INT, .bit_width = 16, .is_signed = true},
    [KIND_INT] = {.type = WIRE_TYPE_INT, .bit_width = 32, .is_signed = true},
    [KIND_LONG] = {.type = WIRE_TYPE_INT, .bit_width = 64, .is_signed = true},
    [KIND_CHAR] = {.type = WIRE_TYPE_INT, .bit_width = 16},
    [KIND_BOOL] = {.type = WIRE_TYPE_BOOL},
    [KIND_FLOAT] = {.type = WIRE_TYPE_FLOAT, .bit_width = 32},
    [KIND_DOUBLE] = {.type = WIRE_TYPE_FLOAT, .bit_width = 64},
    [KIND_INSTANT] = {.type = WIRE_TYPE_TIMESTAMP, .unit = 3},
    [KIND_DATE] = {.type = WIRE_TYPE_DATE, .unit = 1},
    [KIND_TIME] = {.type = WIRE_TYPE_TIME, .unit = 3, .bit_width = 64},
    [KIND_DURATION] = {.type = WIRE_TYPE_DURATION, .unit = 3},
    [KIND_PERIOD] = {.type = WIRE_TYPE_INTERVAL, .unit = 0},
    [KIND_PERIOD_DURATION] = {.type = WIRE_TYPE_INTERVAL, .unit = 2},
    [KIND_BIG_INTEGER] = {.type = WIRE_TYPE_BINARY},
    [KIND_BIG_DECIMAL] = {.type = WIRE_TYPE_BINARY},
    [KIND_BINARY] = {.type = WIRE_TYPE_BINARY},
    [KIND_LIST] = {.type = WIRE_TYPE_LIST, .n_children = 1},
    [KIND_STRING] = {.type = WIRE_TYPE_UTF8},
    [KIND_UNKNOWN] = {.type = WIRE_TYPE_UTF8},
};

const struct wire_field *ipc_field_of(enum kind kind)
{
    return &fields[kind];
}

struct body_writer {
    bool deephaven_nulls;
    struct buf body;
    struct wire_batch batch;
    size_t nodes_cap, buffers_cap;
    enum err_code rc; /* first failure; nothing is written after it */
    struct err *e;
};

static void put(struct body_writer *w, const void *data, size_t n)
{
    if (w->rc == ERR_OK)
        w->rc = buf_append(&w->body, data, n, w->e);
}

static void put_number(struct body_writer *w, uint64_t v, size_t size)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(v >> (8 * i));
    put(w, bytes, size);
}

static void add_node(struct body_writer *w, size_t length, size_t nulls)
{
    MEM_GROW(w->batch.nodes, w->nodes_cap, w->batch.n_nodes + 1);
    w->batch.nodes[w->batch.n_nodes++] =
        (struct wire_node){(int64_t)length, (int64_t)nulls};
}

static size_t buffer_start(const struct body_writer *w)
{
    return w->body.len;
}

/* Pads what was written since start; the length includes the padding. */
static void add_buffer(struct body_writer *w, size_t start)
{
    static const uint8_t zeros[ALIGNMENT];

    put(w, zeros, (ALIGNMENT - w->body.len % ALIGNMENT) % ALIGNMENT);
    MEM_GROW(w->batch.buffers, w->buffers_cap, w->batch.n_buffers + 1);
    w->batch.buffers[w->batch.n_buffers++] =
        (struct wire_buffer){(int64_t)start, (int64_t)(w->body.len - start)};
}

static size_t value_size(enum kind kind)
{
    switch (kind) {
    case KIND_BYTE:
        return 1;
    case KIND_SHORT:
    case KIND_CHAR:
        return 2;
    case KIND_INT:
    case KIND_FLOAT:
    case KIND_PERIOD:
        return 4;
    case KIND_LONG:
    case KIND_DOUBLE:
    case KIND_INSTANT:
    case KIND_DATE:
    case KIND_TIME:
    case KIND_DURATION:
        return 8;
    default:
        return 0;
    }
}

static uint64_t float_bits(double d)
{
    float f = (float)d;
    uint32_t bits;

    memcpy(&bits, &f, sizeof(bits));
    return bits;
}

static uint64_t double_bits(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof(bits));
    return bits;
}

/* protocol: null sentinels of Deephaven's types. */
static uint64_t null_bits(enum kind kind)
{
    switch (kind) {
    case KIND_BYTE:
        return 0x80;
    case KIND_SHORT:
        return 0x8000;
    case KIND_CHAR:
        return 0xffff;
    case KIND_INT:
    case KIND_PERIOD:
        return UINT64_C(0x80000000);
    case KIND_FLOAT:
        return float_bits(-(double)FLT_MAX);
    case KIND_DOUBLE:
        return double_bits(-DBL_MAX);
    default:
        return UINT64_C(1) << 63;
    }
}

static uint64_t value_bits(enum kind kind, const struct value *v)
{
    if (v->state != VALUE_SET)
        return null_bits(kind);
    if (kind == KIND_FLOAT)
        return float_bits(v->d);
    if (kind == KIND_DOUBLE)
        return double_bits(v->d);
    return (uint64_t)(kind == KIND_DATE ? v->i * MS_PER_DAY : v->i);
}

static size_t count_nulls(const struct batch_column *c)
{
    size_t nulls = 0;

    for (size_t i = 0; i < c->n; i++)
        nulls += column_get(c->column, c->from + i).state != VALUE_SET;
    return nulls;
}

/* Writes one bit per slot: bit(v). */
static void put_bits(struct body_writer *w, const struct batch_column *c,
                     bool (*bit)(const struct value *v))
{
    size_t start = buffer_start(w);

    for (size_t i = 0; i < c->n; i += 8) {
        uint8_t byte = 0;

        for (size_t k = 0; k < 8 && i + k < c->n; k++) {
            struct value v = column_get(c->column, c->from + i + k);

            byte = (uint8_t)(byte | (bit(&v) ? 1U << k : 0U));
        }
        put(w, &byte, 1);
    }
    add_buffer(w, start);
}

static bool is_set(const struct value *v)
{
    return v->state == VALUE_SET;
}

static bool is_true(const struct value *v)
{
    return v->state == VALUE_SET && v->i != 0;
}

static void put_validity(struct body_writer *w, const struct batch_column *c, bool sentinel)
{
    size_t nulls = sentinel && w->deephaven_nulls ? 0 : count_nulls(c);

    add_node(w, c->n, nulls);
    if (nulls > 0)
        put_bits(w, c, is_set);
    else
        add_buffer(w, buffer_start(w));
}

static void put_fixed(struct body_writer *w, const struct batch_column *c)
{
    enum kind kind = c->type->kind;
    size_t start;

    put_validity(w, c, true);
    start = buffer_start(w);
    for (size_t i = 0; i < c->n; i++) {
        struct value v = column_get(c->column, c->from + i);

        put_number(w, value_bits(kind, &v), value_size(kind));
    }
    add_buffer(w, start);
}

static void put_period_duration(struct body_writer *w, const struct batch_column *c)
{
    static const uint8_t zeros[16];
    size_t start;

    put_validity(w, c, false);
    start = buffer_start(w);
    for (size_t i = 0; i < c->n; i++) {
        struct value v = column_get(c->column, c->from + i);

        put(w, v.state == VALUE_SET ? v.bytes.data : zeros, sizeof(zeros));
    }
    add_buffer(w, start);
}

/* The items of a list that are sent. protocol: preview_list_length_limit */
static struct batch_column cut_list(const struct batch_column *c, const struct value *v)
{
    size_t n = column_length(v->list);
    uint64_t most =
        c->list_limit < 0 ? 0 - (uint64_t)c->list_limit : (uint64_t)c->list_limit;
    struct batch_column items = {c->type->item, v->list, 0, n, c->list_limit};

    if (most > 0 && n > most) {
        items.n = (size_t)most;
        items.from = c->list_limit < 0 ? n - items.n : 0;
    }
    return items;
}

static void put_offsets(struct body_writer *w, const struct batch_column *c)
{
    size_t start = buffer_start(w);
    uint64_t end = 0;

    for (size_t i = 0; i < c->n; i++) {
        struct value v = column_get(c->column, c->from + i);

        if (i == 0)
            put_number(w, 0, 4);
        if (v.state == VALUE_SET)
            end += c->type->kind == KIND_LIST ? cut_list(c, &v).n : v.bytes.len;
        put_number(w, end, 4);
    }
    add_buffer(w, start);
}

static void put_binary(struct body_writer *w, const struct batch_column *c)
{
    size_t start;

    put_validity(w, c, false);
    put_offsets(w, c);
    start = buffer_start(w);
    for (size_t i = 0; i < c->n; i++) {
        struct value v = column_get(c->column, c->from + i);

        if (v.state == VALUE_SET)
            put(w, v.bytes.data, v.bytes.len);
    }
    add_buffer(w, start);
}

/* The items of all lists, one after the other; lists hold no lists here. Owned. */
static struct column *join_items(const struct batch_column *c)
{
    struct column *items = column_new(c->type->item);

    for (size_t i = 0; i < c->n; i++) {
        struct value list = column_get(c->column, c->from + i);
        struct batch_column part;

        if (list.state != VALUE_SET)
            continue;
        part = cut_list(c, &list);
        for (size_t k = 0; k < part.n; k++) {
            struct value v = column_get(part.column, part.from + k);

            column_push_value(items, &v);
        }
    }
    return items;
}

static void put_column(struct body_writer *w, const struct batch_column *c);

static void put_list(struct body_writer *w, const struct batch_column *c)
{
    struct value first = column_get(c->column, c->from);
    struct column *items;

    put_validity(w, c, false);
    put_offsets(w, c);
    if (c->n == 1 && first.state == VALUE_SET) { /* a list of any length is not copied */
        struct batch_column part = cut_list(c, &first);

        put_column(w, &part);
        return;
    }
    items = join_items(c);
    put_column(w, &(struct batch_column){
                      .type = c->type->item, .column = items, .n = column_length(items)});
    column_free(items);
}

static void put_nothing(struct body_writer *w, const struct type *t)
{
    bool offsets = value_size(t->kind) == 0 && t->kind != KIND_BOOL &&
                   t->kind != KIND_PERIOD_DURATION && t->kind != KIND_LIST;

    add_node(w, 0, 0);
    for (int i = 0; i < 2 + offsets; i++)
        add_buffer(w, buffer_start(w));
    if (t->kind == KIND_LIST)
        put_nothing(w, t->item);
}

static void put_column(struct body_writer *w, const struct batch_column *c)
{
    if (!c->column || c->n == 0) {
        put_nothing(w, c->type);
    } else if (value_size(c->type->kind) > 0) {
        put_fixed(w, c);
    } else if (c->type->kind == KIND_BOOL) {
        put_validity(w, c, false);
        put_bits(w, c, is_true);
    } else if (c->type->kind == KIND_PERIOD_DURATION) {
        put_period_duration(w, c);
    } else if (c->type->kind == KIND_LIST) {
        put_list(w, c);
    } else {
        put_binary(w, c);
    }
}

enum err_code batch_encode(const struct batch_column *columns, size_t n_columns,
                           uint64_t rows, bool deephaven_nulls, struct bytes metadata,
                           struct buf *out, struct err *e)
{
    struct body_writer w = {.deephaven_nulls = deephaven_nulls, .e = e};
    struct buf header;

    buf_init(&w.body, out->max);
    buf_init(&header, out->max);
    w.batch.length = (int64_t)rows;
    for (size_t i = 0; i < n_columns; i++)
        put_column(&w, &columns[i]);
    if (w.rc == ERR_OK)
        w.rc = wire_batch_encode(&w.batch, (int64_t)w.body.len, &header, e);
    if (w.rc == ERR_OK)
        w.rc = wire_flight_data_encode(
            &(struct wire_flight_data){.data_header = buf_bytes(&header),
                                       .app_metadata = metadata,
                                       .data_body = buf_bytes(&w.body)},
            out, e);
    buf_release(&header);
    buf_release(&w.body);
    free(w.batch.nodes);
    free(w.batch.buffers);
    return w.rc;
}
