#include "client/rowset_codec.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/rowset_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ENOUGH ((size_t)1 << 20)

/* The bytes that hex says, in memory of exactly their size; free data. */
static struct bytes unhex(const char *hex)
{
    size_t n = strlen(hex) / 2;
    uint8_t *data = mem_calloc(n, 1);
    size_t len = 0;

    for (const char *p = hex; *p;) {
        unsigned byte;
        int used;

        if (sscanf(p, " %2x%n", &byte, &used) != 1)
            fail_msg("not hex: %s", hex);
        data[len++] = (uint8_t)byte;
        p += used;
    }
    data = mem_realloc(data, len, 1);
    return (struct bytes){data, len};
}

static char *hex_of(struct bytes b)
{
    char *hex = mem_calloc(b.len + 1, 3);

    for (size_t i = 0; i < b.len; i++)
        (void)snprintf(hex + i * 3, 4, "%02x ", b.data[i]);
    if (b.len > 0)
        hex[b.len * 3 - 1] = '\0';
    return hex;
}

static void assert_bytes(const struct buf *b, const char *hex)
{
    char *found = hex_of(buf_bytes(b));

    assert_string_equal(found, hex);
    free(found);
}

/* The server's own bytes (protocol: deephaven-core ExternalizableRowSetUtils). */
static const char *const rowset_vectors[][2] = {
    {"", "20"},
    {"0", "0c 00 20"},
    {"5", "0c 05 20"},
    {"0-9", "1c 02 00 f7 20"},
    {"0-49", "1c 02 00 cf 20"},
    {"0-99", "1c 02 00 9d 20"},
    {"100-149", "1c 02 64 cf 20"},
    {"0-128", "1c 02 00 80 20"},
    {"0-129", "14 02 00 00 7f ff 20"},
    {"127-128", "1c 02 7f ff 20"},
    {"0,2,4,6", "1c 04 00 02 02 02 20"},
    {"0-9,20-29", "1c 04 00 f7 0b f7 20"},
    {"0-9,1000-1009,2000-2009", "14 05 00 00 f7 ff df 03 f7 ff df 03 0c f7 20"},
    {"0-32766", "14 02 00 00 02 80 20"},
    {"0-32767", "0c 00 09 01 80 20"},
    {"0-99999", "0c 00 0a 61 79 fe ff 20"},
    {"0-9999999", "0c 00 0a 81 69 67 ff 20"},
    {"1000000-1000049", "0a 40 42 0f 00 0c cf 20"},
    {"1,300,302-600,70000", "14 04 01 00 2b 01 02 00 d6 fe 0a 18 0f 01 00 20"},
    {"2147483647", "0a ff ff ff 7f 20"},
    {"4294967296", "0b 00 00 00 00 01 00 00 00 20"},
    {"4294967296-4294967345", "0b 00 00 00 00 01 00 00 00 0c cf 20"},
    {"0-1099511627776", "0c 00 0b 00 00 00 00 00 ff ff ff 20"},
    {"9223372036854775807", "0b ff ff ff ff ff ff ff 7f 20"},
};

static void row_sets_have_the_bytes_of_the_server(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rowset_vectors); i++) {
        struct rowset *rs = rowset_parse(rowset_vectors[i][0]), *back = NULL;
        struct bytes in = unhex(rowset_vectors[i][1]);
        struct buf out;

        buf_init(&out, ENOUGH);
        assert_int_equal(rowset_encode(rs, &out, NULL), ERR_OK);
        assert_bytes(&out, rowset_vectors[i][1]);
        assert_int_equal(rowset_decode(in, &back, NULL), ERR_OK);
        assert_rowset(back, rowset_vectors[i][0]);
        rowset_free(rs);
        rowset_free(back);
        buf_release(&out);
        free((void *)in.data);
    }
}

static void other_spellings_of_a_set_are_read(void **state)
{
    static const char *const cases[][2] = {
        {"5", "0b 05 00 00 00 00 00 00 00 20"},
        {"5", "09 05 00 20"},
        {"5", "0a 05 00 00 00 20"},
        {"5", "1c 01 05 20"},
        {"5", "14 00 0c 05 1c 00 20"},
        {"5-7", "0c 05 0c 01 0c 01 20"},
        {"5-9", "0c 05 0c fe 0c 01 0c ff 20"},
        {"0-"
         "9223372036854775807",
         "0c 00 0b 01 00 00 00 00 00 00 80 20"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in = unhex(cases[i][1]);
        struct rowset *rs = NULL;

        assert_int_equal(rowset_decode(in, &rs, NULL), ERR_OK);
        assert_rowset(rs, cases[i][0]);
        rowset_free(rs);
        free((void *)in.data);
    }
}

static void malformed_row_sets_are_refused(void **state)
{
    static const char *const cases[] = {
        "",                                 /* nothing at all */
        "0c 05",                            /* no end mark */
        "0c",                               /* value cut off */
        "0b 01 02 03 04 05 06 07",          /* likewise, 64 bits */
        "1c 03 01 01 20",                   /* array cut off */
        "14 01 01",                         /* likewise, shorts */
        "1b ff ff ff ff ff ff ff 7f 01 20", /* array of 2^63 - 1 */
        "13 00 00 00 00 00 00 00 40 01 20", /* its size in bytes overflows */
        "1c ff 01 20",                      /* negative array length */
        "08 05 20",                         /* no width */
        "0d 05 20",
        "0e 05 20",
        "0f 05 20", /* no such width */
        "10 20",
        "18 20", /* arrays without a width */
        "00 20",
        "2c 05 20",
        "34 05 20",
        "3c 20", /* no such kind */
        "21",
        "24",
        "60",
        "a0",
        "4c 05 20",             /* bits that mean nothing */
        "0c ff 20",             /* end of a range not begun */
        "0c 05 0c ff 0c ff 20", /* ended twice */
        "0c 00 0c 00 20",
        "0c 05 0c fe 0c 00 20",                /* a key repeated */
        "0c 01 0b ff ff ff ff ff ff ff 7f 20", /* past the largest key */
        "0c 00 0b 00 00 00 00 00 00 00 80 20", /* range of 2^63 + 1 */
        "0c 01 0b 01 00 00 00 00 00 00 80 20", /* range past the largest key */
        "0b 00 00 00 00 00 00 00 80 20",       /* -2^63 on its own */
        "20 20",
        "0c 05 20 00", /* bytes after the end mark */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in = unhex(cases[i]);
        struct rowset *rs = NULL;
        struct err e = {0};

        if (rowset_decode(in, &rs, &e) != ERR_PROTO || rs)
            fail_msg("not refused: %s", cases[i]);
        assert_int_equal(e.code, ERR_PROTO);
        assert_non_null(strstr(e.msg, "byte"));
        free((void *)in.data);
    }
}

/* An array of n ones and twos after a 0, so of n + 1 keys; step 1 makes them one range. */
static struct bytes long_array(size_t n, uint8_t step)
{
    uint8_t *data = mem_calloc(n + 9, 1);

    memcpy(data, (uint8_t[]){0x0c, 0, 0x1a}, 3);
    for (size_t i = 0; i < 4; i++)
        data[3 + i] = (uint8_t)(n >> (8 * i));
    memset(data + 7, step, n);
    data[7 + n] = 0x20;
    return (struct bytes){data, n + 8};
}

static void ranges_are_limited_and_keys_are_not(void **state)
{
    static const struct {
        size_t keys;
        uint8_t step;
        enum err_code rc;
    } cases[] = {
        {CODEC_MAX_RANGES, 2, ERR_OK},
        {CODEC_MAX_RANGES + 1, 2, ERR_LIMIT},
        {CODEC_MAX_RANGES + 2, 2, ERR_LIMIT}, /* before the end mark */
        {CODEC_MAX_RANGES + 1, 1, ERR_OK},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in = long_array(cases[i].keys - 1, cases[i].step);
        struct rowset *rs = NULL;

        assert_int_equal(rowset_decode(in, &rs, NULL), cases[i].rc);
        if (cases[i].rc == ERR_OK)
            assert_int_equal(rowset_count(rs), cases[i].keys);
        rowset_free(rs);
        free((void *)in.data);
    }
}

static long memory_peak(void)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    return use.ru_maxrss; /* kilobytes */
}

#define BOMB "0c 00 0b 00 00 00 00 00 00 00 c0 20" /* keys 0 to 2^62 */

static void a_huge_set_in_few_bytes_takes_little_memory(void **state)
{
    struct bytes in = unhex(BOMB);
    struct rowset *rs = NULL;
    long before = memory_peak();

    (void)state;
    assert_int_equal(rowset_decode(in, &rs, NULL), ERR_OK);
    assert_rowset(rs, "0-4611686018427387904");
    assert_true(memory_peak() - before < 1024);
    rowset_free(rs);
    free((void *)in.data);
}

static void encoding_stops_at_the_limit_of_the_buffer(void **state)
{
    struct rowset *rs = rowset_parse("0-9,1000-1009,2000-2009"),
                  *far = rowset_parse("4000");
    struct shift *s = shift_new();
    struct buf out;

    (void)state;
    assert_int_equal(shift_add(s, 0, 9, 1, NULL), ERR_OK);
    for (size_t max = 3; max < 3 + 9; max++) {
        buf_init(&out, max);
        assert_int_equal(buf_append(&out, "abc", 3, NULL), ERR_OK);
        assert_int_equal(rowset_encode(rs, &out, NULL), ERR_LIMIT);
        assert_int_equal(shift_encode(s, &out, NULL), ERR_LIMIT);
        assert_int_equal(bitset_encode(far, &out, NULL), ERR_LIMIT);
        assert_true(bytes_equal(buf_bytes(&out), bytes_of("abc")));
        buf_release(&out);
    }
    rowset_free(rs);
    rowset_free(far);
    shift_free(s);
}

/* Values of all widths, in arrays and alone, and ranges that end near and far. */
static void no_half_row_set_is_left_in_a_full_buffer(void **state)
{
    struct rowset *rs = rowset_parse("0-9,1000-1009,2000,100000-200000,300000-300001,"
                                     "9000000000-90000000000,90000000002");
    struct buf whole, out;
    struct err e;

    (void)state;
    buf_init(&whole, ENOUGH);
    assert_int_equal(rowset_encode(rs, &whole, NULL), ERR_OK);
    for (size_t max = 0; max < whole.len; max++) {
        buf_init(&out, max);
        assert_int_equal(rowset_encode(rs, &out, &e), ERR_LIMIT);
        assert_non_null(strstr(e.msg, "pass the limit of"));
        assert_int_equal(out.len, 0);
        buf_release(&out);
    }
    buf_release(&whole);
    rowset_free(rs);
}

struct shift_vector {
    struct shift_move moves[2];
    size_t n;
    const char *hex;
};

static void check_shift_vector(const struct shift_vector *v)
{
    struct bytes in = unhex(v->hex);
    struct shift *s = NULL;
    const struct shift_move *moves;
    struct buf out;
    size_t n;

    assert_int_equal(shift_decode(in, &s, NULL), ERR_OK);
    moves = shift_moves(s, &n);
    assert_int_equal(n, v->n);
    if (n > 0)
        assert_memory_equal(moves, v->moves, n * sizeof(*moves));
    buf_init(&out, ENOUGH);
    assert_int_equal(shift_encode(s, &out, NULL), ERR_OK);
    assert_bytes(&out, v->hex);
    buf_release(&out);
    shift_free(s);
    free((void *)in.data);
}

static void shifts_have_the_bytes_of_the_server(void **state)
{
    static const struct shift_vector vectors[] = {
        {{{0}}, 0, "20 20 20"},
        {{{0, 9, 1}}, 1, "0c 00 20 0c 09 20 0c 01 20"},
        {{{10, 19, 5}}, 1, "0c 0a 20 0c 13 20 0c 0f 20"},
        {{{100, 199, 5}, {300, 399, -10}},
         2,
         "14 02 64 00 c8 00 20 14 02 c7 00 c8 00 20 14 02 69 00 b9 00 20"},
        /* begins next to each other share a range of the first part */
        {{{5, 5, 1}, {6, 6, 4}}, 2, "1c 02 05 ff 20 1c 02 05 ff 20 1c 02 06 04 20"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(vectors); i++)
        check_shift_vector(&vectors[i]);
}

static void malformed_shifts_are_refused(void **state)
{
    static const struct {
        const char *hex;
        enum err_code rc;
    } cases[] = {
        {"", ERR_PROTO},
        {"20", ERR_PROTO},
        {"20 20", ERR_PROTO},
        {"20 20 20 20", ERR_PROTO},
        {"0c 00 20 0c 09 20 0c 01", ERR_PROTO},
        {"0c 00 20 0c 09 20 20", ERR_PROTO},                            /* unequal */
        {"0c 00 20 1c 02 03 04 20 0c 01 20", ERR_PROTO},                /* unequal */
        {"0c 09 20 0c 08 20 0c 01 20", ERR_PROTO},                      /* end < begin */
        {"1c 02 00 05 20 1c 02 06 09 20 1c 02 14 14 20", ERR_PROTO},    /* overlap */
        {"1c 02 00 05 20 1c 02 04 05 20 1c 02 14 01 20", ERR_PROTO},    /* at the target */
        {"0c 05 20 0c 09 20 0b ff ff ff ff ff ff ff 7f 20", ERR_PROTO}, /* past the end */
        {BOMB BOMB BOMB, ERR_LIMIT},
        {BOMB "20 20", ERR_LIMIT},
        {"0c 05 20" BOMB "20", ERR_PROTO},
    };
    long before = memory_peak();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in = unhex(cases[i].hex);
        struct shift *s = NULL;
        struct err e = {0};
        enum err_code rc = shift_decode(in, &s, &e);

        if (rc != cases[i].rc || s)
            fail_msg("code %d for %s", (int)rc, cases[i].hex);
        assert_int_equal(e.code, rc);
        free((void *)in.data);
    }
    assert_true(memory_peak() - before < 4096);
}

static void bitsets_have_the_bytes_of_the_server(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},       {"0", "01"},        {"0-2", "07"},        {"7", "80"},
        {"8", "00 01"}, {"0,2,9", "05 02"}, {"0-19", "ff ff 0f"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rowset *rs = rowset_parse(cases[i][0]), *back = NULL;
        struct bytes in = unhex(cases[i][1]);
        struct buf out;

        buf_init(&out, ENOUGH);
        assert_int_equal(bitset_encode(rs, &out, NULL), ERR_OK);
        assert_bytes(&out, cases[i][1]);
        assert_int_equal(bitset_decode(in, 20, &back, NULL), ERR_OK);
        assert_rowset(back, cases[i][0]);
        rowset_free(rs);
        rowset_free(back);
        buf_release(&out);
        free((void *)in.data);
    }
}

static void bits_at_the_limit_and_above_are_dropped(void **state)
{
    static const struct {
        const char *hex;
        size_t limit;
        const char *set;
    } cases[] = {
        {"ff ff ff", 0, ""},      {"ff ff ff", 1, "0"},
        {"ff ff ff", 8, "0-7"},   {"ff ff ff", 9, "0-8"},
        {"ff ff ff", 24, "0-23"}, {"ff ff ff", SIZE_MAX, "0-23"},
        {"01 00 00 00", 9, "0"},  {"00 00 80", 23, ""},
        {"00 00 80", 24, "23"},   {"", 5, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in = unhex(cases[i].hex);
        struct rowset *rs = NULL;

        assert_int_equal(bitset_decode(in, cases[i].limit, &rs, NULL), ERR_OK);
        assert_rowset(rs, cases[i].set);
        rowset_free(rs);
        free((void *)in.data);
    }
}

static void a_bitset_of_too_many_ranges_is_refused(void **state)
{
    size_t n = CODEC_MAX_RANGES / 4 + 2; /* four ranges in each byte 0x55 */
    uint8_t *data = mem_calloc(n, 1);
    struct rowset *rs = NULL;

    (void)state;
    memset(data, 0x55, n);
    assert_int_equal(bitset_decode((struct bytes){data, n - 2}, SIZE_MAX, &rs, NULL),
                     ERR_OK);
    assert_int_equal(rowset_count(rs), CODEC_MAX_RANGES);
    rowset_free(rs);
    rs = NULL;
    for (size_t over = n - 1; over <= n; over++) {
        struct bytes in = {data, over};

        assert_int_equal(bitset_decode(in, SIZE_MAX, &rs, NULL), ERR_LIMIT);
        assert_null(rs);
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* first, while little memory has been used */
        cmocka_unit_test(a_huge_set_in_few_bytes_takes_little_memory),
        cmocka_unit_test(malformed_shifts_are_refused),
        cmocka_unit_test(row_sets_have_the_bytes_of_the_server),
        cmocka_unit_test(other_spellings_of_a_set_are_read),
        cmocka_unit_test(malformed_row_sets_are_refused),
        cmocka_unit_test(ranges_are_limited_and_keys_are_not),
        cmocka_unit_test(encoding_stops_at_the_limit_of_the_buffer),
        cmocka_unit_test(no_half_row_set_is_left_in_a_full_buffer),
        cmocka_unit_test(shifts_have_the_bytes_of_the_server),
        cmocka_unit_test(bitsets_have_the_bytes_of_the_server),
        cmocka_unit_test(bits_at_the_limit_and_above_are_dropped),
        cmocka_unit_test(a_bitset_of_too_many_ranges_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
