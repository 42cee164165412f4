/*
 * client/ipc_batch.c - record batches into columns.
 *
 * A column is viewed (client/ipc_view), which checks its buffers against the body; values
 * are then read row by row, and list offsets are checked as they are followed.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/ipc_view.h"

#define LIST_SLOTS 4 /* slots that one list is worth when they are counted */

struct reader {
    struct ipc_view view;
    bool deephaven_nulls;
    uint64_t *slots_left; /* for the whole update */
    uint64_t batch_slots; /* for this batch: what its bytes can pay for */
    uint64_t bytes_left;  /* of the body, for values that are copied whole */
    uint64_t slots, room; /* taken so far; and for so many there was memory */
};

/* --- values --- */

static int64_t read_unsigned(const uint8_t *p, uint64_t width)
{
    return width == 1 ? p[0] : width == 2 ? bytes_u16(p) : (int64_t)bytes_u32(p);
}

/* The value that stands for null: the lowest of its width, and for char the highest. */
static bool is_sentinel(const struct reader *r, const struct ipc_field *f, int64_t v)
{
    int64_t lowest = f->width == 8 ? INT64_MIN : -((int64_t)1 << (8 * f->width - 1));

    return r->deephaven_nulls && f->has_null &&
           v == (f->coding == CODING_UINT ? 0xffff : lowest);
}

static enum err_code push_signed(const struct reader *r, const struct ipc_field *f,
                                 const uint8_t *p, struct column *out, struct err *e)
{
    int64_t v = bytes_signed(p, f->width);
    int64_t scaled;

    if (is_sentinel(r, f, v)) {
        column_push_null(out);
        return ERR_OK;
    }
    if (__builtin_mul_overflow(v, f->factor, &scaled))
        return err_set(e, ERR_PROTO, "%s %" PRId64 " does not fit nanoseconds",
                       kind_name(f->type->kind), v);
    column_push_int(out, scaled);
    return ERR_OK;
}

static void push_unsigned(const struct reader *r, const struct ipc_field *f,
                          const uint8_t *p, struct column *out)
{
    int64_t v = read_unsigned(p, f->width);

    if (is_sentinel(r, f, v))
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

static void push_decimal(const struct ipc_field *f, const uint8_t *p, struct column *out)
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

static void push_float(const struct reader *r, const struct ipc_field *f, const uint8_t *p,
                       struct column *out)
{
    uint32_t narrow;
    uint64_t wide;
    float s;
    double d;

    if (f->coding == CODING_HALF) {
        column_push_double(out, half_value(bytes_u16(p)));
        return;
    }
    if (f->coding == CODING_FLOAT) {
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

static void push_date_ms(const struct reader *r, const struct ipc_field *f,
                         const uint8_t *p, struct column *out)
{
    const int64_t day = 86400000;
    int64_t ms = bytes_signed(p, 8);

    if (is_sentinel(r, f, ms))
        column_push_null(out);
    else
        column_push_int(out, ms / day - (ms % day < 0));
}

/* Interval(DAY_TIME), int32 days and int32 milliseconds, as months, days, nanoseconds. */
static void push_day_time(const uint8_t *p, struct column *out)
{
    uint8_t v[16] = {0};
    uint64_t ns = (uint64_t)(bytes_signed(p + 4, 4) * 1000000);

    memcpy(v + 4, p, 4);
    for (size_t i = 0; i < 8; i++)
        v[8 + i] = (uint8_t)(ns >> (8 * i));
    column_push_bytes(out, (struct bytes){v, sizeof(v)});
}

/* Offsets i and i + 1, in order and at most limit. */
static enum err_code read_offsets(const struct ipc_node *v, uint64_t i, uint64_t limit,
                                  uint64_t *from, uint64_t *to, struct err *e)
{
    uint64_t w = v->f->width;
    int64_t a = bytes_signed(v->offsets + i * w, w);
    int64_t b = bytes_signed(v->offsets + (i + 1) * w, w);

    if (a < 0 || b < a || (uint64_t)b > limit)
        return err_set(e, ERR_PROTO,
                       "row %" PRIu64 " spans %" PRId64 " to %" PRId64 " of %" PRIu64, i, a,
                       b, limit);
    *from = (uint64_t)a;
    *to = (uint64_t)b;
    return ERR_OK;
}

/* Bytes that a value has at least. */
static uint64_t shortest(enum kind kind)
{
    switch (kind) {
    case KIND_BIG_INTEGER:
        return 1;
    case KIND_BIG_DECIMAL:
        return 5; /* the scale and one byte of digits */
    default:
        return 0;
    }
}

/* Rows may not share the bytes of their values, or a small body could fill any memory:
 * offsets go back behind a row that is null, and lists behind such a one have items anew.
 */
static enum err_code push_copy(struct reader *r, struct bytes v, struct column *out,
                               struct err *e)
{
    if (v.len > r->bytes_left)
        return err_set(e, ERR_PROTO,
                       "value of %zu bytes where %" PRIu64 " of the body's %zu are left",
                       v.len, r->bytes_left, r->view.body.len);
    r->bytes_left -= v.len;
    column_push_bytes(out, v);
    return ERR_OK;
}

static enum err_code push_var(struct reader *r, const struct ipc_node *v, uint64_t i,
                              struct column *out, struct err *e)
{
    uint64_t from = 0;
    uint64_t to = 0;

    TRY(read_offsets(v, i, v->data_len, &from, &to, e));
    if (to - from < shortest(v->f->type->kind))
        return err_set(e, ERR_PROTO, "%s of %" PRIu64 " bytes", kind_name(v->f->type->kind),
                       to - from);
    return push_copy(r, (struct bytes){v->data ? v->data + from : NULL, to - from}, out, e);
}

static enum err_code read_rows(struct reader *r, size_t depth, uint64_t from, uint64_t to,
                               struct column *out, struct err *e);

static enum err_code push_list(struct reader *r, size_t depth, uint64_t i,
                               struct column *out, struct err *e)
{
    const struct ipc_node *v = &r->view.chain[depth];
    uint64_t n = r->view.chain[depth + 1].n;
    uint64_t from = 0;
    uint64_t to = 0;

    if (v->f->coding == CODING_LIST) {
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

/* Numbers and times, whose bytes are at p. */
static void push_fixed(struct reader *r, const struct ipc_field *f, const uint8_t *p,
                       struct column *out)
{
    switch (f->coding) {
    case CODING_UINT:
        push_unsigned(r, f, p, out);
        break;
    case CODING_UINT64:
        push_uint64(p, out);
        break;
    case CODING_DATE_MS:
        push_date_ms(r, f, p, out);
        break;
    case CODING_DAY_TIME:
        push_day_time(p, out);
        break;
    case CODING_DECIMAL:
        push_decimal(f, p, out);
        break;
    default:
        push_float(r, f, p, out);
        break;
    }
}

static enum err_code push_value(struct reader *r, size_t depth, uint64_t i,
                                struct column *out, struct err *e)
{
    const struct ipc_node *v = &r->view.chain[depth];
    const struct ipc_field *f = v->f;
    const uint8_t *p = v->data && f->coding != CODING_BOOL ? v->data + i * f->width : NULL;

    switch (f->coding) {
    case CODING_UNKNOWN:
        column_push_int(out, 0);
        return ERR_OK;
    case CODING_NULL:
        column_push_null(out);
        return ERR_OK;
    case CODING_BOOL:
        column_push_int(out, v->data[i / 8] >> (i % 8) & 1);
        return ERR_OK;
    case CODING_INT:
        return push_signed(r, f, p, out, e);
    case CODING_FIXED:
        return push_copy(r, (struct bytes){p, f->width}, out, e);
    case CODING_BYTES:
        return push_var(r, v, i, out, e);
    case CODING_LIST:
    case CODING_FIXED_LIST:
        return push_list(r, depth, i, out, e);
    default:
        push_fixed(r, f, p, out);
        return ERR_OK;
    }
}

/* Asks for memory for twice what is taken, so that it is asked seldom. */
static enum err_code make_room(struct reader *r, uint64_t n, struct err *e)
{
    uint64_t had = r->room;

    r->slots += n;
    if (r->slots <= had)
        return ERR_OK;
    r->room = 2 * r->slots;
    return mem_room((r->room - had) * COLUMN_SLOT_ROOM, e);
}

/* Values that take no bytes in the body could be claimed without end, so all are counted.
 */
static enum err_code charge(struct reader *r, const struct ipc_field *f, uint64_t n,
                            struct err *e)
{
    bool list = f->coding == CODING_LIST || f->coding == CODING_FIXED_LIST;
    uint64_t left = *r->slots_left < r->batch_slots ? *r->slots_left : r->batch_slots;

    if (list ? n > left / LIST_SLOTS : n > left)
        return err_set(e, ERR_LIMIT, "%" PRIu64 " values where %" PRIu64 " are accepted", n,
                       list ? left / LIST_SLOTS : left);
    if (list)
        n *= LIST_SLOTS;
    *r->slots_left -= n;
    r->batch_slots -= n;
    return make_room(r, n, e);
}

/* Appends rows from (inclusive) to (exclusive), at most as many as the node says. */
static enum err_code read_rows(struct reader *r, size_t depth, uint64_t from, uint64_t to,
                               struct column *out, struct err *e)
{
    const struct ipc_node *v = &r->view.chain[depth];

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

/* Rows that column c brings, as the caller expects them. */
static enum err_code rows_of(const struct reader *r, const struct ipc_wants *wants,
                             size_t c, uint64_t *n, struct err *e)
{
    uint64_t node = r->view.chain[0].n;
    uint64_t rows = (uint64_t)r->view.batch->length;

    if (node > rows || (!wants->rows && node != rows))
        return err_set(e, ERR_PROTO, "%" PRIu64 " rows in a batch of %" PRIu64, node, rows);
    *n = wants->rows && wants->rows[c] < node ? wants->rows[c] : node;
    return ERR_OK;
}

static enum err_code read_column(struct reader *r, const struct ipc_wants *wants, size_t c,
                                 struct column **out, struct err *e)
{
    uint64_t n = 0;

    TRY(ipc_view_column(&r->view, c, e));
    TRY(rows_of(r, wants, c, &n, e));
    if (!*out)
        *out = column_new(r->view.l->schema->columns[c].type);
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

enum err_code ipc_batch_due(const struct wire_message *m, size_t body, struct err *e)
{
    if (m->header != WIRE_HEADER_BATCH)
        return err_set(e, ERR_PROTO, "message of kind %d where a record batch is due",
                       (int)m->header);
    if ((uint64_t)m->body_length > body)
        return err_set(e, ERR_PROTO, "body of %zu bytes, announced as %" PRId64, body,
                       m->body_length);
    return ERR_OK;
}

enum err_code ipc_batch_decode(const struct ipc_layout *l, const struct wire_batch *batch,
                               struct bytes body, const struct ipc_wants *wants,
                               struct column **out, struct err *e)
{
    struct reader r = {.view = {.l = l, .batch = batch, .body = body},
                       .deephaven_nulls = wants->deephaven_nulls,
                       .slots_left = wants->slots_left,
                       .bytes_left = body.len};
    struct rowset_iter it = rowset_iter(wants->columns);
    int64_t c;

    TRY(ipc_view_check(&r.view, e));
    TRY(mem_room(body.len, e)); /* texts are copied */
    r.batch_slots = affordable(batch, body, wants->columns);
    while (rowset_next(&it, &c)) {
        assert((uint64_t)c < l->n_columns);
        enum err_code rc = read_column(&r, wants, (size_t)c, &out[c], e);

        if (rc != ERR_OK)
            return err_wrap(e, rc, "column %s", l->schema->columns[c].name);
    }
    return ERR_OK;
}
