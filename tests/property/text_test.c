/* base/text over random bytes: whatever comes in, only harmless text comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

#define INPUT_MAX 200
#define ROUNDS 40000

static uint64_t seed = 0x5eed0f7e47U;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Bytes of one kind of thing: anything, plain text, any code point, or a likely trap. */
static size_t random_piece(uint8_t *out)
{
    static const char *const traps[] = {
        "\x1b[2J",      "\x1b]52;c;",   "\xc2\x9b",
        "\xe2\x80\xae", "\xcc\x81",     "\xf0\x9f\x91\xa9",
        "\xe2\x80\x8d", "\xed\xa0\x80", "\xe6\x97\xa5",
        "\r",           "\x7f",         "\xf3\xa0\x84\x80",
        "\xc0\x80",     "\xe2\x82",     "\xef\xb8\x8f",
        "\xe0\xa4\xbf",
    };
    uint64_t r = next_random();
    const char *trap = traps[(r >> 8) % (sizeof(traps) / sizeof(traps[0]))];

    switch (r % 4) {
    case 0:
        out[0] = (uint8_t)(r >> 16);
        return 1;
    case 1:
        out[0] = (uint8_t)(0x20 + (r >> 16) % 0x5f);
        return 1;
    case 2:
        return (size_t)utf8proc_encode_char((utf8proc_int32_t)((r >> 16) % 0x110000), out);
    default:
        memcpy(out, trap, strlen(trap));
        return strlen(trap);
    }
}

static struct bytes random_input(uint8_t *data)
{
    size_t want = next_random() % (INPUT_MAX - 16), n = 0;

    while (n < want)
        n += random_piece(data + n);
    return (struct bytes){data, n};
}

/* The rule that a terminal depends on, written without base/text. */
static void check_harmless(const uint8_t *s, size_t n, bool ascii)
{
    for (size_t i = 0; i < n;) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len = utf8proc_iterate(s + i, (utf8proc_ssize_t)(n - i), &cp);
        utf8proc_category_t cat = utf8proc_category(cp);

        assert_true(len > 0);
        assert_true(cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0));
        assert_true(!ascii || cp < 0x7f);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_CN);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_CC);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_CF);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_CO);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_CS);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_ZL);
        assert_int_not_equal(cat, UTF8PROC_CATEGORY_ZP);
        i += (size_t)len;
    }
}

/* Columns of safe text: what its characters take, marks none. */
static size_t columns(const uint8_t *s, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n;) {
        utf8proc_int32_t cp;

        i += (size_t)utf8proc_iterate(s + i, (utf8proc_ssize_t)(n - i), &cp);
        sum += (size_t)utf8proc_charwidth(cp);
    }
    return sum;
}

static void check_clusters(struct bytes in, bool ascii)
{
    struct text_iter it = text_iter(in, ascii);
    struct text_cluster c;
    size_t sum = 0;

    while (text_next(&it, &c)) {
        assert_in_range(c.len, 1, TEXT_CLUSTER_MAX);
        assert_in_range(c.width, 1, 2);
        assert_int_equal(c.utf8[c.len], 0);
        check_harmless((const uint8_t *)c.utf8, c.len, ascii);
        assert_int_equal(columns((const uint8_t *)c.utf8, c.len), c.width);
        sum += c.width;
    }
    assert_int_equal(it.pos, in.len);
    assert_int_equal(text_width(in, ascii, SIZE_MAX), sum);
}

static void check_clean(struct bytes in, bool ascii, size_t width)
{
    size_t full = text_width(in, ascii, SIZE_MAX);
    struct buf out;
    size_t used;

    buf_init(&out, 8 * INPUT_MAX);
    used = text_clean(in, ascii, width, &out);
    check_harmless(out.data, out.len, ascii);
    assert_int_equal(columns(out.data, out.len), used);
    assert_true(used <= width);
    if (full <= width)
        assert_int_equal(used, full);
    else
        assert_true(width == 0 || used + 1 >= width); /* a wide one may leave a column */
    buf_release(&out);
}

static void anything_comes_out_harmless(void **state)
{
    (void)state;
    print_message("seed %llx\n", (unsigned long long)seed);
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t data[INPUT_MAX];
        struct bytes in = random_input(data);
        bool ascii = i % 2;

        check_clusters(in, ascii);
        check_clean(in, ascii, next_random() % 64);
        check_clean(in, ascii, 100000);
    }
}

static void lines_are_harmless(void **state)
{
    (void)state;
    print_message("seed %llx\n", (unsigned long long)seed);
    for (int i = 0; i < ROUNDS / 4; i++) {
        uint8_t data[INPUT_MAX];
        struct bytes in = random_input(data);
        char *line;

        data[in.len] = '\0';
        line = text_clean_line((const char *)data, i % 2);
        check_harmless((const uint8_t *)line, strlen(line), i % 2);
        assert_int_equal(columns((const uint8_t *)line, strlen(line)),
                         text_width(bytes_of((const char *)data), i % 2, SIZE_MAX));
        free(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_comes_out_harmless),
        cmocka_unit_test(lines_are_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
