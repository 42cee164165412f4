/*
 * Row sets travel as a stream of commands, each one byte of kind and width and then values,
 * little-endian. The values are deltas on a running key: zero or more begins an element,
 * negative ends the range that the element before began (protocol: deephaven-core
 * ExternalizableRowSetUtils). The encoder chooses commands as the server does, so that
 * equal sets have equal bytes on both sides.
 */
#include "client/rowset_codec.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

enum { KIND_OFFSET = 0x08, KIND_SHORTS = 0x10, KIND_BYTES = 0x18, KIND_END = 0x20 };
enum { WIDTH_16 = 1, WIDTH_32 = 2, WIDTH_64 = 3, WIDTH_8 = 4 };
#define KIND_MASK 0xf8u /* the two high bits belong to no kind */
#define WIDTH_MASK 0x07u

#define MIN_BYTE_RUN 4 /* shorter runs of small values stay among the shorts */

/* --- Reading row sets --- */

struct rowset_reader {
    struct bytes in;
    size_t pos;
    size_t base; /* where in starts in what the message is about, for error texts */
};

struct rowset_decoding {
    struct rowset_reader *r;
    struct rowset *set; /* NULL: its keys are only counted */
    uint64_t count;
    int64_t value;   /* the running key */
    int64_t pending; /* element begun and not yet added, or -1 */
    bool any;
};

/* Reads a value of size 1, 2, 4 or 8 bytes; the caller has checked that it is there. */
static int64_t take(struct rowset_reader *r, size_t size)
{
    const uint8_t *p = r->in.data + r->pos;

    r->pos += size;
    return bytes_signed(p, size);
}

static enum err_code add_range(struct rowset_decoding *d, int64_t first, int64_t last,
                               struct err *e)
{
    size_t n;

    d->count += (uint64_t)(last - first) + 1;
    if (!d->set)
        return ERR_OK;
    rowset_add(d->set, first, last);
    (void)rowset_ranges(d->set, &n);
    if (n > CODEC_MAX_RANGES)
        return err_set(e, ERR_LIMIT, "row set has more than %zu ranges", CODEC_MAX_RANGES);
    return ERR_OK;
}

static enum err_code flush_pending(struct rowset_decoding *d, struct err *e)
{
    int64_t key = d->pending;

    d->pending = -1;
    return key < 0 ? ERR_OK : add_range(d, key, key, e);
}

/* Applies the delta that was read up to here. */
static enum err_code apply_delta(struct rowset_decoding *d, int64_t delta, struct err *e)
{
    size_t at = d->r->base + d->r->pos;
    uint64_t step = delta < 0 ? -(uint64_t)delta : (uint64_t)delta;
    int64_t start = d->pending;

    if (delta == 0 && d->any)
        return err_set(e, ERR_PROTO, "row set repeats key %" PRId64 " before byte %zu",
                       d->value, at);
    if (delta < 0 && start < 0)
        return err_set(e, ERR_PROTO,
                       "row set ends a range it did not begin before byte %zu", at);
    if (step > (uint64_t)ROWSET_MAX_KEY - (uint64_t)d->value)
        return err_set(e, ERR_PROTO,
                       "row set passes the largest key with %" PRId64 " and %" PRIu64
                       " before byte %zu",
                       d->value, step, at);
    d->value += (int64_t)step;
    d->any = true;
    if (delta < 0) {
        d->pending = -1;
        return add_range(d, start, d->value, e);
    }
    TRY(flush_pending(d, e));
    d->pending = d->value;
    return ERR_OK;
}

/* The value that a command carries: an offset, or the length of its array. */
static enum err_code read_value(struct rowset_reader *r, uint8_t command, int64_t *value,
                                struct err *e)
{
    static const size_t size_of[WIDTH_MASK + 1] = {
        [WIDTH_16] = 2, [WIDTH_32] = 4, [WIDTH_64] = 8, [WIDTH_8] = 1};
    size_t size = size_of[command & WIDTH_MASK];

    if (size == 0)
        return err_set(e, ERR_PROTO,
                       "row set has command 0x%02x without a width at byte %zu", command,
                       r->base + r->pos - 1);
    if (r->in.len - r->pos < size)
        return err_set(e, ERR_PROTO, "row set ends inside a value at byte %zu",
                       r->base + r->pos);
    *value = take(r, size);
    return ERR_OK;
}

static enum err_code read_array(struct rowset_decoding *d, uint8_t command, size_t size,
                                struct err *e)
{
    struct rowset_reader *r = d->r;
    int64_t count = 0;

    TRY(read_value(r, command, &count, e));
    if (count < 0 || (uint64_t)count > (r->in.len - r->pos) / size)
        return err_set(e, ERR_PROTO,
                       "row set has an array of %" PRId64 " values of %zu bytes, with %zu"
                       " bytes left at byte %zu",
                       count, size, r->in.len - r->pos, r->base + r->pos);
    for (int64_t i = 0; i < count; i++)
        TRY(apply_delta(d, take(r, size), e));
    return ERR_OK;
}

/* Reads one command; *more turns false at the end mark. */
static enum err_code read_command(struct rowset_decoding *d, bool *more, struct err *e)
{
    struct rowset_reader *r = d->r;
    int64_t delta = 0;
    uint8_t command;

    if (r->pos == r->in.len)
        return err_set(e, ERR_PROTO, "row set without an end mark at byte %zu",
                       r->base + r->pos);
    command = r->in.data[r->pos++];
    switch (command & KIND_MASK) {
    case KIND_OFFSET:
        TRY(read_value(r, command, &delta, e));
        return apply_delta(d, delta, e);
    case KIND_SHORTS:
        return read_array(d, command, 2, e);
    case KIND_BYTES:
        return read_array(d, command, 1, e);
    case KIND_END:
        if (command == KIND_END) {
            *more = false;
            return flush_pending(d, e);
        }
        break;
    default:
        break;
    }
    return err_set(e, ERR_PROTO, "row set has unknown command 0x%02x at byte %zu", command,
                   r->base + r->pos - 1);
}

static enum err_code read_commands(struct rowset_decoding *d, struct err *e)
{
    enum err_code rc = ERR_OK;
    bool more = true;

    while (more && rc == ERR_OK)
        rc = read_command(d, &more, e);
    return rc;
}

/* Reads one row set and leaves r behind it. */
static enum err_code read_rowset(struct rowset_reader *r, struct rowset **out,
                                 struct err *e)
{
    struct rowset_decoding d = {.r = r, .set = rowset_new(), .pending = -1};
    enum err_code rc = read_commands(&d, e);

    if (rc != ERR_OK) {
        rowset_free(d.set);
        return rc;
    }
    *out = d.set;
    return ERR_OK;
}

static enum err_code check_end(const struct rowset_reader *r, const char *what,
                               struct err *e)
{
    if (r->pos != r->in.len)
        return err_set(e, ERR_PROTO, "%zu bytes after the %s at byte %zu",
                       r->in.len - r->pos, what, r->pos);
    return ERR_OK;
}

enum err_code rowset_decode(struct bytes in, struct rowset **out, struct err *e)
{
    struct rowset_reader r = {.in = in};
    struct rowset *set = NULL;
    enum err_code rc;

    TRY(read_rowset(&r, &set, e));
    rc = check_end(&r, "row set", e);
    if (rc != ERR_OK) {
        rowset_free(set);
        return rc;
    }
    *out = set;
    return ERR_OK;
}

enum err_code rowset_decode_count(struct bytes in, uint64_t *count, struct err *e)
{
    struct rowset_reader r = {.in = in};
    struct rowset_decoding d = {.r = &r, .pending = -1};

    TRY(read_commands(&d, e));
    TRY(check_end(&r, "row set", e));
    *count = d.count;
    return ERR_OK;
}

/* --- Writing row sets --- */

struct encoding {
    struct buf *out;
    struct err *e;
    int16_t *shorts; /* small deltas not yet written */
    size_t n;
    size_t cap;
    int64_t value; /* the running key */
};

static enum err_code write_int(struct buf *out, int64_t value, size_t size, struct err *e)
{
    uint8_t raw[8];

    for (size_t i = 0; i < size; i++)
        raw[i] = (uint8_t)((uint64_t)value >> (8 * i));
    return buf_append(out, raw, size, e);
}

/* Writes a command with its value in the smallest width. */
static enum err_code write_value(struct encoding *c, unsigned kind, int64_t value)
{
    unsigned width = WIDTH_64;
    size_t size = 8;

    if (value >= INT8_MIN && value <= INT8_MAX) {
        width = WIDTH_8;
        size = 1;
    } else if (value >= INT16_MIN && value <= INT16_MAX) {
        width = WIDTH_16;
        size = 2;
    } else if (value >= INT32_MIN && value <= INT32_MAX) {
        width = WIDTH_32;
        size = 4;
    }
    TRY(write_int(c->out, kind | width, 1, c->e));
    return write_int(c->out, value, size, c->e);
}

/* Writes shorts from to to, without to, as one offset or one array of size-byte values. */
static enum err_code write_run(struct encoding *c, size_t from, size_t to, unsigned kind,
                               size_t size)
{
    if (from == to)
        return ERR_OK;
    if (to - from == 1)
        return write_value(c, KIND_OFFSET, c->shorts[from]);
    TRY(write_value(c, kind, (int64_t)(to - from)));
    for (size_t i = from; i < to; i++)
        TRY(write_int(c->out, c->shorts[i], size, c->e));
    return ERR_OK;
}

/* Writes what is collected: runs of values that fit a byte become bytes when they are long
 * enough to pay for their own command, or when nothing comes after them. */
static enum err_code flush_shorts(struct encoding *c)
{
    size_t written = 0, small = 0; /* small: length of the run of byte values before i */

    for (size_t i = 0; i <= c->n; i++) {
        bool last = i == c->n;

        if (!last && c->shorts[i] >= INT8_MIN && c->shorts[i] <= INT8_MAX) {
            small++;
            continue;
        }
        if (last || small >= MIN_BYTE_RUN) {
            TRY(write_run(c, written, i - small, KIND_SHORTS, 2));
            TRY(write_run(c, i - small, i, KIND_BYTES, 1));
            written = i;
        }
        small = 0;
    }
    c->n = 0;
    return ERR_OK;
}

/* Moves the running key up to key; ends says that key is the last of the range begun. */
static enum err_code write_key(struct encoding *c, int64_t key, bool ends)
{
    int64_t delta = key - c->value;

    c->value = key;
    if (delta >= INT16_MAX) {
        TRY(flush_shorts(c));
        return write_value(c, KIND_OFFSET, ends ? -delta : delta);
    }
    MEM_GROW(c->shorts, c->cap, c->n + 1);
    c->shorts[c->n++] = (int16_t)(ends ? -delta : delta);
    return ERR_OK;
}

static enum err_code write_ranges(struct encoding *c, const struct rowset *rs)
{
    size_t n;
    const struct rowrange *ranges = rowset_ranges(rs, &n);

    for (size_t i = 0; i < n; i++) {
        TRY(write_key(c, ranges[i].first, false));
        if (ranges[i].last > ranges[i].first)
            TRY(write_key(c, ranges[i].last, true));
    }
    TRY(flush_shorts(c));
    return write_int(c->out, KIND_END, 1, c->e);
}

enum err_code rowset_encode(const struct rowset *rs, struct buf *out, struct err *e)
{
    struct encoding c = {.out = out, .e = e};
    size_t start = out->len;
    enum err_code rc = write_ranges(&c, rs);

    free(c.shorts);
    if (rc != ERR_OK)
        out->len = start;
    return rc;
}

/* --- Shifts --- */

enum { PART_STARTS, PART_ENDS, PART_DESTINATIONS, N_PARTS };

/* Pairs the keys of the three parts, of which there are as many in each, by position. */
static enum err_code pair_parts(struct rowset *const part[N_PARTS], struct shift **out,
                                struct err *e)
{
    struct rowset_iter it[N_PARTS];
    int64_t key[N_PARTS] = {0};
    struct shift *s = shift_new();

    for (size_t i = 0; i < N_PARTS; i++)
        it[i] = rowset_iter(part[i]);
    while (rowset_next(&it[PART_STARTS], &key[PART_STARTS])) {
        (void)rowset_next(&it[PART_ENDS], &key[PART_ENDS]);
        (void)rowset_next(&it[PART_DESTINATIONS], &key[PART_DESTINATIONS]);
        enum err_code rc = shift_add(s, key[PART_STARTS], key[PART_ENDS],
                                     key[PART_DESTINATIONS] - key[PART_STARTS], e);

        if (rc != ERR_OK) {
            shift_free(s);
            return rc;
        }
    }
    *out = s;
    return ERR_OK;
}

enum err_code shift_decode(struct bytes in, struct shift **out, struct err *e)
{
    static const char *const part_name[N_PARTS] = {"starts", "ends", "destinations"};
    struct rowset_reader r = {.in = in};
    struct rowset *part[N_PARTS] = {NULL};
    enum err_code rc = ERR_OK;

    for (size_t i = 0; i < N_PARTS && rc == ERR_OK; i++) {
        rc = read_rowset(&r, &part[i], e);
        if (rc != ERR_OK)
            err_wrap(e, rc, "shift %s", part_name[i]);
        else if (rowset_count(part[i]) != rowset_count(part[0]))
            rc = err_set(e, ERR_PROTO, "shift has %" PRIu64 " starts but %" PRIu64 " %s",
                         rowset_count(part[0]), rowset_count(part[i]), part_name[i]);
        else if (rowset_count(part[i]) > CODEC_MAX_RANGES)
            rc = err_set(e, ERR_LIMIT, "shift has %" PRIu64 " moves, more than %zu",
                         rowset_count(part[i]), CODEC_MAX_RANGES);
    }
    if (rc == ERR_OK)
        rc = check_end(&r, "shift", e);
    if (rc == ERR_OK)
        rc = pair_parts(part, out, e);
    for (size_t i = 0; i < N_PARTS; i++)
        rowset_free(part[i]);
    return rc;
}

enum err_code shift_encode(const struct shift *s, struct buf *out, struct err *e)
{
    size_t n, start = out->len;
    const struct shift_move *moves = shift_moves(s, &n);
    enum err_code rc = ERR_OK;

    for (size_t p = 0; p < N_PARTS && rc == ERR_OK; p++) {
        struct rowset *part = rowset_new();

        for (size_t i = 0; i < n; i++) {
            int64_t key = p == PART_ENDS ? moves[i].last : moves[i].first;

            if (p == PART_DESTINATIONS)
                key += moves[i].delta;
            rowset_add(part, key, key);
        }
        rc = rowset_encode(part, out, e);
        rowset_free(part);
    }
    if (rc != ERR_OK)
        out->len = start;
    return rc;
}

/* --- Bitsets --- */

enum err_code bitset_decode(struct bytes in, size_t limit, struct rowset **out,
                            struct err *e)
{
    size_t n_bytes = limit / 8 + (limit % 8 != 0), n = 0;
    struct rowset *set = rowset_new();

    if (n_bytes > in.len)
        n_bytes = in.len;
    for (size_t i = 0; i < n_bytes && n <= CODEC_MAX_RANGES; i++) {
        for (size_t bit = 0; bit < 8 && i * 8 + bit < limit; bit++) {
            int64_t key = (int64_t)(i * 8 + bit);

            if (in.data[i] >> bit & 1)
                rowset_add(set, key, key);
        }
        (void)rowset_ranges(set, &n);
    }
    if (n > CODEC_MAX_RANGES) {
        rowset_free(set);
        return err_set(e, ERR_LIMIT, "bitset has more than %zu ranges", CODEC_MAX_RANGES);
    }
    *out = set;
    return ERR_OK;
}

enum err_code bitset_encode(const struct rowset *columns, struct buf *out, struct err *e)
{
    uint64_t n_bytes = rowset_empty(columns) ? 0 : (uint64_t)rowset_last(columns) / 8 + 1;
    struct rowset_iter it = rowset_iter(columns);
    enum err_code rc;
    uint8_t *bits;
    int64_t key;

    if (n_bytes > out->max - out->len)
        return err_set(e, ERR_LIMIT, "bitset of %" PRIu64 " bytes passes the limit of %zu",
                       n_bytes, out->max);
    bits = MEM_ARRAY(uint8_t, (size_t)n_bytes);
    while (rowset_next(&it, &key))
        bits[key / 8] = (uint8_t)(bits[key / 8] | 1u << (key % 8));
    rc = buf_append(out, bits, (size_t)n_bytes, e);
    free(bits);
    return rc;
}
