/*
 * The codec beside a slow encoder and a slow decoder that share nothing with it: both work
 * on a list of all deltas. Fed with random sets, their encodings cut off and changed at
 * every byte, and random commands, the two must say the same; whatever is accepted must be
 * a sound set.
 */
#include "client/rowset_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"

enum { MAX_RANGES = 150, MAX_DELTAS = 4096, MAX_BYTES = 4096 };

struct deltas {
    int64_t d[MAX_DELTAS];
    size_t n;
};

/* --- The slow decoder --- */

/* A little-endian value of 1, 2, 4 or 8 bytes. */
static int64_t slow_int(const uint8_t *p, size_t size)
{
    uint64_t u = p[size - 1] & 0x80 ? UINT64_MAX : 0;

    while (size > 0)
        u = u << 8 | p[--size];
    return (int64_t)u;
}

/* Lists the deltas of in; false when it is not a stream of whole commands and one end mark.
 */
static bool slow_parse(struct bytes in, struct deltas *out)
{
    static const size_t sizes[8] = {0, 2, 4, 8, 1, 0, 0, 0};
    size_t at = 0;

    for (out->n = 0; at < in.len && in.data[at] != 0x20;) {
        unsigned kind = in.data[at] >> 3;
        size_t size = sizes[in.data[at] & 7], each;
        int64_t value;

        if (kind < 1 || kind > 3 || size == 0 || at + 1 + size > in.len)
            return false;
        value = slow_int(in.data + at + 1, size);
        at += 1 + size;
        if (kind == 1) {
            out->d[out->n++] = value;
            continue;
        }
        each = kind == 2 ? 2 : 1;
        for (; value > 0 && at + each <= in.len; value--, at += each)
            out->d[out->n++] = slow_int(in.data + at, each);
        if (value != 0)
            return false;
    }
    return at + 1 == in.len;
}

/* The set that a list of deltas says, NULL when it says none; owned. */
static struct rowset *slow_build(const struct deltas *list)
{
    struct rowset *rs = rowset_new();
    uint64_t key = 0, start = 0;
    bool open = false;

    for (size_t i = 0; i < list->n; i++) {
        int64_t d = list->d[i];
        uint64_t size = d < 0 ? ~(uint64_t)d + 1 : (uint64_t)d;

        if ((d == 0 && i > 0) || (d < 0 && !open) || key + size > (uint64_t)INT64_MAX) {
            rowset_free(rs);
            return NULL;
        }
        key += size;
        if (d >= 0)
            start = key;
        open = d >= 0;
        rowset_add(rs, (int64_t)start,
                   (int64_t)key); /* the end comes on top of the start */
    }
    return rs;
}

/* --- The slow encoder --- */

static void list_deltas(const struct rowset *rs, struct deltas *out)
{
    size_t n;
    const struct rowrange *r = rowset_ranges(rs, &n);

    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        out->d[out->n++] = r[i].first - (i > 0 ? r[i - 1].last : 0);
        if (r[i].last > r[i].first)
            out->d[out->n++] = r[i].first - r[i].last;
    }
}

/* How a delta is written: on its own, or in a run of shorts or bytes with its neighbours.
 */
enum form { ALONE, SHORT, BYTE };

static enum form natural_form(int64_t d)
{
    if (d >= 32767 || d <= -32767)
        return ALONE;
    return d >= -128 && d <= 127 ? BYTE : SHORT;
}

/* Bytes that pay neither by their number nor by coming last before a lone delta or the end
 * become shorts. */
static void assign_forms(const struct deltas *list, enum form *form)
{
    for (size_t i = 0; i < list->n;) {
        size_t end = i;

        form[i] = natural_form(list->d[i]);
        while (end < list->n && natural_form(list->d[end]) == form[i])
            end++;
        for (size_t k = i; k < end; k++) {
            form[k] = natural_form(list->d[i]);
            if (form[k] == BYTE && end - i < 4 && end < list->n &&
                natural_form(list->d[end]) == SHORT)
                form[k] = SHORT;
        }
        i = end;
    }
}

static void slow_put(struct buf *out, int64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)((uint64_t)value >> (8 * i) & 0xff);

        assert_int_equal(buf_append(out, &byte, 1, NULL), ERR_OK);
    }
}

static void slow_command(struct buf *out, unsigned kind, int64_t value)
{
    static const size_t size_of[] = {[1] = 2, [2] = 4, [3] = 8, [4] = 1};
    unsigned width = 3;

    if (value == (int8_t)value)
        width = 4;
    else if (value == (int16_t)value)
        width = 1;
    else if (value == (int32_t)value)
        width = 2;
    slow_put(out, kind | width, 1);
    slow_put(out, value, size_of[width]);
}

static void slow_encode(const struct rowset *rs, struct buf *out)
{
    struct deltas list;
    enum form form[MAX_DELTAS];

    list_deltas(rs, &list);
    assign_forms(&list, form);
    for (size_t i = 0; i < list.n;) {
        size_t end = i + 1;

        while (end < list.n && form[i] != ALONE && form[end] == form[i])
            end++;
        if (end - i > 1)
            slow_command(out, form[i] == SHORT ? 0x10 : 0x18, (int64_t)(end - i));
        else
            slow_command(out, 0x08, list.d[i]);
        for (size_t k = i; end - i > 1 && k < end; k++)
            slow_put(out, list.d[k], form[i] == SHORT ? 2 : 1);
        i = end;
    }
    slow_put(out, 0x20, 1);
}

/* --- Random sets and streams --- */

/* A gap or length; of a kind that stays for a while, so that long runs of each form come
 * up. */
static int64_t random_delta(struct prng *p, unsigned *bits)
{
    static const unsigned kinds[] = {3, 7, 8, 9, 15, 16, 32, 55};

    if (prng_below(p, 6) == 0)
        *bits = kinds[prng_below(p, sizeof(kinds) / sizeof(kinds[0]))];
    if (prng_below(p, 10) == 0) /* at an edge: 127, 128, 32767 and so on */
        return ((int64_t)1 << *bits) - 2 + (int64_t)prng_below(p, 4);
    return (int64_t)prng_magnitude(p, *bits);
}

static struct rowset *random_set(struct prng *p)
{
    size_t n = prng_below(p, prng_below(p, 4) ? 8 : MAX_RANGES);
    struct rowset *rs = rowset_new();
    int64_t key = 0;
    unsigned bits = 3;

    for (size_t i = 0; i < n; i++) {
        int64_t gap = random_delta(p, &bits) + (i > 0 ? 2 : 0);
        int64_t len = prng_below(p, 2) ? 0 : random_delta(p, &bits);

        if (gap > INT64_MAX - key || len > INT64_MAX - key - gap)
            break;
        rowset_add(rs, key + gap, key + gap + len);
        key += gap + len;
        if (key >= INT64_MAX - 2)
            break;
    }
    return rs;
}

/* A stream that is mostly well formed, so that a good part of them is accepted. */
static size_t random_stream(struct prng *p, uint8_t *out)
{
    static const uint8_t kinds[] = {0x0c, 0x09, 0x0a, 0x0b, 0x14, 0x1c};
    size_t n = 0, commands = prng_below(p, 8);

    for (size_t i = 0; i < commands; i++) {
        uint8_t command = kinds[prng_below(p, sizeof(kinds))];
        size_t values = 1, size = 1;

        if (prng_below(p, 40) == 0)
            command = (uint8_t)prng_next(p);
        out[n++] = command;
        if (command >= 0x10)
            out[n++] = (uint8_t)(values = prng_below(p, 6));
        size = command == 0x09 || command == 0x14 ? 2 : command == 0x0a ? 4 : 1;
        size = command == 0x0b ? 8 : size;
        for (size_t v = 0; v < values; v++) {
            int64_t value = (int64_t)prng_magnitude(p, (unsigned)(8 * size - 1)) + 1;

            if (prng_below(p, 3) == 0)
                value = -value;
            for (size_t b = 0; b < size; b++)
                out[n++] = (uint8_t)((uint64_t)value >> (8 * b));
        }
    }
    out[n++] = 0x20;
    return n;
}

/* --- Properties --- */

/* Both decoders say the same of in; true when they accept it. */
static bool decoders_agree(struct bytes in)
{
    struct deltas list;
    struct rowset *slow = slow_parse(in, &list) ? slow_build(&list) : NULL, *fast = NULL;
    uint8_t *exact = mem_dup(in.data, in.len); /* so that a sanitizer sees a read too far */
    enum err_code rc = rowset_decode((struct bytes){exact, in.len}, &fast, NULL);

    free(exact);
    assert_int_equal(rc, slow ? ERR_OK : ERR_PROTO);
    assert_int_equal(!fast, !slow);
    if (!fast)
        return false;
    rowset_check(fast);
    assert_true(rowset_equal(fast, slow));
    rowset_free(fast);
    rowset_free(slow);
    return true;
}

static void sets_survive_and_have_the_expected_bytes(void **state)
{
    struct prng p = prng_start();

    (void)state;
    for (size_t round = program_rounds(20000); round > 0; round--) {
        struct rowset *rs = random_set(&p), *back = NULL;
        struct buf fast, slow;

        buf_init(&fast, SIZE_MAX);
        buf_init(&slow, SIZE_MAX);
        slow_encode(rs, &slow);
        assert_int_equal(rowset_encode(rs, &fast, NULL), ERR_OK);
        assert_true(bytes_equal(buf_bytes(&fast), buf_bytes(&slow)));
        assert_int_equal(rowset_decode(buf_bytes(&fast), &back, NULL), ERR_OK);
        rowset_check(back);
        assert_true(rowset_equal(rs, back));
        assert_true(decoders_agree(buf_bytes(&fast)));
        rowset_free(rs);
        rowset_free(back);
        buf_release(&fast);
        buf_release(&slow);
    }
}

/* Cut off anywhere a set lacks its end mark; changed anywhere it may be another set. */
static void damaged_sets_are_refused_or_sound(void **state)
{
    struct prng p = prng_start();

    (void)state;
    for (size_t round = program_rounds(300); round > 0; round--) {
        struct rowset *rs = random_set(&p);
        struct buf b;

        buf_init(&b, SIZE_MAX);
        assert_int_equal(rowset_encode(rs, &b, NULL), ERR_OK);
        for (size_t len = 0; len < b.len && len < MAX_BYTES; len++)
            assert_false(decoders_agree((struct bytes){b.data, len}));
        for (size_t i = 0; i < b.len && b.len < MAX_BYTES; i++) {
            uint8_t was = b.data[i];

            for (unsigned bit = 0; bit < 8; bit++) {
                b.data[i] = (uint8_t)(was ^ 1u << bit);
                decoders_agree(buf_bytes(&b));
            }
            b.data[i] = (uint8_t)~was;
            decoders_agree(buf_bytes(&b));
            b.data[i] = was;
        }
        rowset_free(rs);
        buf_release(&b);
    }
}

static void random_streams_are_read_alike(void **state)
{
    struct prng p = prng_start();
    size_t rounds = program_rounds(50000), accepted = 0;
    uint8_t stream[MAX_BYTES];

    (void)state;
    for (size_t round = 0; round < rounds; round++)
        accepted += decoders_agree((struct bytes){stream, random_stream(&p, stream)});
    print_message("%zu of %zu random streams accepted\n", accepted, rounds);
    if (rounds >= 1000) { /* both outcomes must come up for this to say something */
        assert_true(accepted > rounds / 50);
        assert_true(accepted < rounds);
    }
}

static struct shift *random_shift(struct prng *p)
{
    struct shift *s = shift_new();
    size_t n = prng_below(p, 12);
    int64_t key = 0;
    unsigned bits = 3;

    for (size_t i = 0; i < n; i++) {
        int64_t first = key + random_delta(p, &bits);
        int64_t last = first + random_delta(p, &bits);
        int64_t delta = random_delta(p, &bits) * (prng_below(p, 2) ? 1 : -1);

        if (shift_add(s, first, last, delta, NULL) == ERR_OK)
            key = last + 1;
    }
    return s;
}

static void assert_shifts_equal(const struct shift *a, const struct shift *b)
{
    size_t n_a, n_b;
    const struct shift_move *x = shift_moves(a, &n_a), *y = shift_moves(b, &n_b);

    assert_int_equal(n_a, n_b);
    if (n_a > 0)
        assert_memory_equal(x, y, n_a * sizeof(*x));
}

/* Whatever is accepted must come back when written and read again. */
static void check_damaged_shift(struct bytes in)
{
    uint8_t *exact = mem_dup(in.data, in.len);
    struct shift *s = NULL, *again = NULL;
    enum err_code rc = shift_decode((struct bytes){exact, in.len}, &s, NULL);
    struct buf b;

    free(exact);
    if (rc != ERR_OK) {
        assert_true(rc == ERR_PROTO || rc == ERR_LIMIT);
        assert_null(s);
        return;
    }
    buf_init(&b, SIZE_MAX);
    assert_int_equal(shift_encode(s, &b, NULL), ERR_OK);
    assert_int_equal(shift_decode(buf_bytes(&b), &again, NULL), ERR_OK);
    assert_shifts_equal(s, again);
    shift_free(s);
    shift_free(again);
    buf_release(&b);
}

static void shifts_survive_and_damage_is_seen(void **state)
{
    struct prng p = prng_start();

    (void)state;
    for (size_t round = program_rounds(500); round > 0; round--) {
        struct shift *s = random_shift(&p), *back = NULL;
        struct buf b;

        buf_init(&b, SIZE_MAX);
        assert_int_equal(shift_encode(s, &b, NULL), ERR_OK);
        assert_int_equal(shift_decode(buf_bytes(&b), &back, NULL), ERR_OK);
        assert_shifts_equal(s, back);
        for (size_t i = 0; i < b.len; i++) {
            struct shift *cut = NULL;

            assert_int_equal(shift_decode((struct bytes){b.data, i}, &cut, NULL),
                             ERR_PROTO);
            b.data[i] ^= (uint8_t)(1u << prng_below(&p, 8));
            check_damaged_shift(buf_bytes(&b));
            b.data[i] = (uint8_t)prng_next(&p);
            check_damaged_shift(buf_bytes(&b));
            buf_clear(&b);
            assert_int_equal(shift_encode(s, &b, NULL), ERR_OK);
        }
        shift_free(s);
        shift_free(back);
        buf_release(&b);
    }
}

static void bitsets_survive(void **state)
{
    struct prng p = prng_start();

    (void)state;
    for (size_t round = program_rounds(5000); round > 0; round--) {
        size_t limit = prng_below(&p, 200), n = prng_below(&p, 30);
        struct rowset *rs = rowset_new(), *back = NULL;
        struct buf b;

        for (size_t i = 0; i < n; i++) {
            int64_t first = (int64_t)prng_below(&p, 200);

            rowset_add(rs, first, first + (int64_t)prng_below(&p, 9));
        }
        buf_init(&b, SIZE_MAX);
        assert_int_equal(bitset_encode(rs, &b, NULL), ERR_OK);
        assert_true(b.len == 0 || b.data[b.len - 1] != 0);
        assert_int_equal(bitset_decode(buf_bytes(&b), limit, &back, NULL), ERR_OK);
        rowset_check(back);
        rowset_remove(rs, (int64_t)limit, INT64_MAX);
        assert_true(rowset_equal(rs, back));
        rowset_free(rs);
        rowset_free(back);
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_survive_and_have_the_expected_bytes),
        cmocka_unit_test(damaged_sets_are_refused_or_sound),
        cmocka_unit_test(random_streams_are_read_alike),
        cmocka_unit_test(shifts_survive_and_damage_is_seen),
        cmocka_unit_test(bitsets_survive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
