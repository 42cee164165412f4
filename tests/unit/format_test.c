/* model/format: values as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/format.h"

static const struct format_options plain = {.time_digits = 9};

/* The text of a value, valid until the next call. */
static const char *text_of(const struct value *v, const struct format_options *o)
{
    static char text[16384];
    struct buf b;

    buf_init(&b, sizeof(text) - 1);
    format_value(v, o, &b);
    memcpy(text, b.len ? (const char *)b.data : "", b.len);
    text[b.len] = '\0';
    buf_release(&b);
    return text;
}

static const char *int_text(enum kind kind, int64_t i, const struct format_options *o)
{
    struct type t = {.kind = kind};
    struct value v = {.state = VALUE_SET, .type = &t, .i = i};

    return text_of(&v, o);
}

static const char *real_text(enum kind kind, double d)
{
    struct type t = {.kind = kind};
    struct value v = {.state = VALUE_SET, .type = &t, .d = d};

    return text_of(&v, &plain);
}

static const char *shown_bytes(enum kind kind, const void *data, size_t n,
                               const struct format_options *o)
{
    struct type t = {.kind = kind};
    struct value v = {.state = VALUE_SET, .type = &t, .bytes = {data, n}};

    return text_of(&v, o);
}

static const char *decimal_text(int32_t scale, const void *unscaled, size_t n)
{
    uint8_t in[256];
    uint32_t s = (uint32_t)scale;

    assert_true(n + 4 <= sizeof(in));
    for (int i = 0; i < 4; i++)
        in[i] = (uint8_t)(s >> (8 * i));
    memcpy(in + 4, unscaled, n);
    return shown_bytes(KIND_BIG_DECIMAL, in, n + 4, &plain);
}

static void whole_numbers(void **state)
{
    struct format_options grouped = {.group_digits = true};

    (void)state;
    assert_string_equal(int_text(KIND_BYTE, -127, &plain), "-127");
    assert_string_equal(int_text(KIND_INT, 0, &plain), "0");
    assert_string_equal(int_text(KIND_LONG, INT64_MAX, &plain), "9223372036854775807");
    assert_string_equal(int_text(KIND_LONG, INT64_MIN, &plain), "-9223372036854775808");
    assert_string_equal(int_text(KIND_LONG, INT64_MIN, &grouped),
                        "-9,223,372,036,854,775,808");
    assert_string_equal(int_text(KIND_INT, 999, &grouped), "999");
    assert_string_equal(int_text(KIND_INT, 1000, &grouped), "1,000");
    assert_string_equal(int_text(KIND_SHORT, -100000, &grouped), "-100,000");
}

static void doubles_are_the_shortest_that_read_back(void **state)
{
    static const struct {
        double v;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {123456789, "123456789.0"},
        {0.0001, "0.0001"},
        {0.000125, "0.000125"},
        {1.5e9, "1500000000.0"},
        {999999999999999.9, "999999999999999.9"},
        {99999999999999.75, "99999999999999.75"},
        {0.00001, "1e-05"},
        {1e300, "1e+300"},
        {1.5e-300, "1.5e-300"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {0x1p-44, "5.684341886080802e-14"},
        {5e-324, "5e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {9007199254740993.0, "9007199254740992.0"},
        {189.43, "189.43"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(real_text(KIND_DOUBLE, cases[i].v), cases[i].text);
    assert_string_equal(real_text(KIND_DOUBLE, NAN), "NaN");
    assert_string_equal(real_text(KIND_DOUBLE, -NAN), "NaN");
    assert_string_equal(real_text(KIND_DOUBLE, INFINITY), "Inf");
    assert_string_equal(real_text(KIND_DOUBLE, -INFINITY), "-Inf");
}

static void floats_do_not_show_digits_of_a_double(void **state)
{
    (void)state;
    assert_string_equal(real_text(KIND_FLOAT, (double)0.1F), "0.1");
    assert_string_equal(real_text(KIND_FLOAT, (double)16777216.0F), "16777216.0");
    assert_string_equal(real_text(KIND_FLOAT, (double)FLT_MAX), "3.4028235e+38");
    assert_string_equal(real_text(KIND_FLOAT, (double)1e-45F), "1e-45");
    assert_string_equal(real_text(KIND_FLOAT, (double)-3.14F), "-3.14");
}

static void a_locale_does_not_change_numbers(void **state)
{
    static const char *const names[] = {"de_AT.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8"};
    bool found = false;

    (void)state;
    for (size_t i = 0; i < 3 && !found; i++)
        found = setlocale(LC_NUMERIC, names[i]) != NULL;
    if (!found) {
        print_message("no locale with a decimal comma here\n");
        skip();
    }
    assert_string_equal(real_text(KIND_DOUBLE, 0.1), "0.1");
    assert_string_equal(real_text(KIND_DOUBLE, 1.0 / 3), "0.3333333333333333");
    (void)setlocale(LC_NUMERIC, "C");
}

static void characters(void **state)
{
    struct buf b;
    struct text_cluster c;
    struct text_iter it;
    const char *lone;

    (void)state;
    assert_string_equal(int_text(KIND_CHAR, 'x', &plain), "x");
    assert_string_equal(int_text(KIND_CHAR, 0xe9, &plain), "é");
    assert_string_equal(int_text(KIND_CHAR, 0x20ac, &plain), "€");
    assert_string_equal(int_text(KIND_CHAR, -1, &plain), "?");
    lone = int_text(KIND_CHAR, 0xd800, &plain);
    it = text_iter(bytes_of(lone), false);
    buf_init(&b, 64);
    while (text_next(&it, &c)) {
        assert_true(c.mark);
        assert_int_equal(buf_append(&b, c.utf8, c.len, NULL), ERR_OK);
    }
    assert_int_equal(b.len, 6);
    assert_memory_equal(b.data, "<d800>", 6);
    buf_release(&b);
}

static void booleans_and_unknown(void **state)
{
    (void)state;
    assert_string_equal(int_text(KIND_BOOL, 1, &plain), "true");
    assert_string_equal(int_text(KIND_BOOL, 0, &plain), "false");
    assert_string_equal(int_text(KIND_UNKNOWN, 0, &plain), "?");
}

static void strings_are_cut_between_characters(void **state)
{
    struct format_options o = {.max_bytes = 2};

    (void)state;
    assert_string_equal(shown_bytes(KIND_STRING, "abc", 3, &plain), "abc");
    assert_string_equal(shown_bytes(KIND_STRING, "", 0, &plain), "");
    assert_string_equal(shown_bytes(KIND_STRING, NULL, 0, &o), "");
    assert_string_equal(shown_bytes(KIND_STRING, "abc", 3, &o), "ab");
    assert_string_equal(shown_bytes(KIND_STRING, "a€b", 5, &o), "a€");
    assert_string_equal(shown_bytes(KIND_STRING, "a\x80\x80\x80\x80\x80\x80", 7, &o),
                        "a\x80\x80\x80\x80");
}

static void instants(void **state)
{
    struct format_options o = {.time_digits = 3};

    (void)state;
    assert_string_equal(int_text(KIND_INSTANT, INT64_C(1795183391204999999), &o),
                        "2026-11-20 14:03:11.204");
    assert_string_equal(int_text(KIND_INSTANT, INT64_C(1795183391204999999), &plain),
                        "2026-11-20 14:03:11.204999999");
    o.time_digits = 0;
    assert_string_equal(int_text(KIND_INSTANT, -1, &o), "1969-12-31 23:59:59");
    assert_string_equal(int_text(KIND_INSTANT, -1, &plain),
                        "1969-12-31 23:59:59.999999999");
    assert_string_equal(int_text(KIND_INSTANT, INT64_MAX, &plain),
                        "2262-04-11 23:47:16.854775807");
    assert_string_equal(int_text(KIND_INSTANT, INT64_MIN, &plain),
                        "1677-09-21 00:12:43.145224192");
}

static void instants_in_a_zone(void **state)
{
    struct zone *z = NULL;
    struct format_options o = {.time_digits = 0};

    (void)state;
    if (zone_open("Europe/Vienna", &z, NULL) != ERR_OK) {
        print_message("no time zone data here\n");
        skip();
    }
    o.zone = z;
    assert_string_equal(int_text(KIND_INSTANT, INT64_C(1795183391204999999), &o),
                        "2026-11-20 15:03:11");
    assert_string_equal(int_text(KIND_INSTANT, INT64_C(1780000000000000000), &o),
                        "2026-05-28 22:26:40");
    zone_free(z);
}

static void dates(void **state)
{
    (void)state;
    assert_string_equal(int_text(KIND_DATE, 0, &plain), "1970-01-01");
    assert_string_equal(int_text(KIND_DATE, 20777, &plain), "2026-11-20");
    assert_string_equal(int_text(KIND_DATE, 11016, &plain), "2000-02-29");
    assert_string_equal(int_text(KIND_DATE, 2932896, &plain), "9999-12-31");
    assert_string_equal(int_text(KIND_DATE, 2932897, &plain), "+10000-01-01");
    assert_string_equal(int_text(KIND_DATE, -719528, &plain), "0000-01-01");
    assert_string_equal(int_text(KIND_DATE, -719529, &plain), "-0001-12-31");
    assert_string_equal(int_text(KIND_DATE, INT64_MAX, &plain), "+25252734927768524-07-27");
    assert_string_equal(int_text(KIND_DATE, INT64_MIN, &plain), "-25252734927764585-06-07");
}

/* Every day of a thousand years against the C library. */
static void dates_agree_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -300000; day < 400000; day++) {
        time_t t = (time_t)(day * 86400);
        struct tm tm;
        char expect[32];

        assert_non_null(gmtime_r(&t, &tm));
        assert_true(strftime(expect, sizeof(expect), "%Y-%m-%d", &tm) > 0);
        assert_string_equal(int_text(KIND_DATE, day, &plain), expect);
    }
}

static void times_of_day(void **state)
{
    struct format_options o = {.time_digits = 3};

    (void)state;
    assert_string_equal(int_text(KIND_TIME, 0, &o), "00:00:00.000");
    assert_string_equal(int_text(KIND_TIME, INT64_C(86399999999999), &o), "23:59:59.999");
    assert_string_equal(int_text(KIND_TIME, INT64_C(86399999999999), &plain),
                        "23:59:59.999999999");
    assert_string_equal(int_text(KIND_TIME, INT64_C(86400000000000), &o),
                        "86400000000000ns");
    assert_string_equal(int_text(KIND_TIME, -1, &o), "-1ns");
}

static void durations(void **state)
{
    static const struct {
        int64_t nanos;
        const char *text;
    } cases[] = {
        {0, "PT0S"},
        {INT64_C(3723500000000), "PT1H2M3.5S"},
        {INT64_C(3600000000000), "PT1H"},
        {-500000000, "PT-0.5S"},
        {INT64_C(-90500000000), "PT-1M-30.5S"},
        {1, "PT0.000000001S"},
        {INT64_C(-60000000000), "PT-1M"},
        {INT64_MAX, "PT2562047H47M16.854775807S"},
        {INT64_MIN, "PT-2562047H-47M-16.854775808S"},
    };
    struct format_options o = {.time_digits = 3};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(int_text(KIND_DURATION, cases[i].nanos, &plain), cases[i].text);
    assert_string_equal(int_text(KIND_DURATION, 1999999999, &o), "PT1.999S");
    assert_string_equal(int_text(KIND_DURATION, -1999999, &o), "PT-0.001S");
    assert_string_equal(int_text(KIND_DURATION, 999, &o), "PT0S");
}

static void periods(void **state)
{
    static const uint8_t mixed[] = {1, 0,    0,    0,    2, 0, 0, 0,
                                    0, 0xc3, 0x9d, 0xd0, 0, 0, 0, 0};
    static const uint8_t least[] = {0, 0, 0, 0x80, 0, 0, 0, 0x80,
                                    0, 0, 0, 0,    0, 0, 0, 0x80};
    static const uint8_t nothing[16] = {0};

    (void)state;
    assert_string_equal(int_text(KIND_PERIOD, 14, &plain), "P1Y2M");
    assert_string_equal(int_text(KIND_PERIOD, -14, &plain), "P-1Y-2M");
    assert_string_equal(int_text(KIND_PERIOD, 24, &plain), "P2Y");
    assert_string_equal(int_text(KIND_PERIOD, 0, &plain), "P0D");
    assert_string_equal(shown_bytes(KIND_PERIOD_DURATION, mixed, 16, &plain), "P1M2DT3.5S");
    assert_string_equal(shown_bytes(KIND_PERIOD_DURATION, nothing, 16, &plain), "P0D");
    assert_string_equal(shown_bytes(KIND_PERIOD_DURATION, least, 16, &plain),
                        "P-178956970Y-8M-2147483648DT-2562047H-47M-16.854775808S");
    assert_string_equal(shown_bytes(KIND_PERIOD_DURATION, mixed, 15, &plain), "?");
}

static void big_integers(void **state)
{
    static const uint8_t two_100[13] = {0x10};
    static const uint8_t minus_two_100[13] = {0xf0};
    static const uint8_t two_63[9] = {0, 0x80};
    struct format_options grouped = {.group_digits = true};

    (void)state;
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, "\0\x80", 2, &plain), "128");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, "\xff", 1, &plain), "-1");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, "\0", 1, &plain), "0");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, two_63 + 1, 8, &plain),
                        "-9223372036854775808");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, two_63, 9, &plain),
                        "9223372036854775808");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, two_100, 13, &plain),
                        "1267650600228229401496703205376");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, minus_two_100, 13, &grouped),
                        "-1,267,650,600,228,229,401,496,703,205,376");
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, "", 0, &plain),
                        "<integer of 0 bytes>");
}

static void a_huge_integer_is_named(void **state)
{
    size_t n = 32 << 20;
    uint8_t *data = malloc(n);

    (void)state;
    assert_non_null(data);
    memset(data, 0x55, n);
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, data, n, &plain),
                        "<integer of 33554432 bytes>");
    assert_string_equal(shown_bytes(KIND_BIG_DECIMAL, data, n, &plain),
                        "<decimal of 33554428 bytes>");
    assert_int_equal(strlen(shown_bytes(KIND_BIG_INTEGER, data, 4096, &plain)), 9864);
    assert_string_equal(shown_bytes(KIND_BIG_INTEGER, data, 4097, &plain),
                        "<integer of 4097 bytes>");
    free(data);
}

static void big_decimals(void **state)
{
    (void)state;
    assert_string_equal(shown_bytes(KIND_BIG_DECIMAL, "\2\0\0\0\x30\x39", 6, &plain),
                        "123.45");
    assert_string_equal(shown_bytes(KIND_BIG_DECIMAL, "\xfd\xff\xff\xff\1", 5, &plain),
                        "1000");
    assert_string_equal(decimal_text(0, "\x05", 1), "5");
    assert_string_equal(decimal_text(1, "\x05", 1), "0.5");
    assert_string_equal(decimal_text(3, "\xfb", 1), "-0.005");
    assert_string_equal(decimal_text(2, "\0", 1), "0.00");
    assert_string_equal(decimal_text(-2, "\0", 1), "0");
    assert_string_equal(shown_bytes(KIND_BIG_DECIMAL, "\0\0\0\0", 4, &plain),
                        "<decimal of 0 bytes>");
    assert_string_equal(shown_bytes(KIND_BIG_DECIMAL, "\0", 1, &plain),
                        "<decimal of 0 bytes>");
}

static void a_scale_bomb_becomes_an_exponent(void **state)
{
    (void)state;
    assert_string_equal(decimal_text(INT32_MIN, "\x7b", 1), "1.23E+2147483650");
    assert_string_equal(decimal_text(INT32_MAX, "\x85", 1), "-1.23E-2147483645");
    assert_string_equal(decimal_text(INT32_MAX, "\0", 1), "0E-2147483647");
    assert_string_equal(decimal_text(-65, "\1", 1), "1E+65");
    assert_int_equal(strlen(decimal_text(-64, "\1", 1)), 65);
    assert_int_equal(strlen(decimal_text(65, "\1", 1)), 67);
    assert_string_equal(decimal_text(66, "\1", 1), "1E-66");
}

static void binary_is_a_list_of_signed_bytes(void **state)
{
    struct format_options o = {.max_bytes = 5};

    (void)state;
    assert_string_equal(shown_bytes(KIND_BINARY, "\1\2\xff", 3, &plain), "[1, 2, -1]");
    assert_string_equal(shown_bytes(KIND_BINARY, "", 0, &plain), "[]");
    assert_string_equal(shown_bytes(KIND_BINARY, "\1\2\3\4", 4, &o), "[1, 2, …]");
}

static const char *list_text(const struct column *items, const struct type *t,
                             const struct format_options *o)
{
    struct value v = {.state = VALUE_SET, .type = t, .list = items};

    return text_of(&v, o);
}

static void lists(void **state)
{
    struct type item = {.kind = KIND_INT};
    struct type list = {.kind = KIND_LIST, .item = &item};
    struct column *c = column_new(&item);
    struct format_options o = {.max_bytes = 5};

    (void)state;
    assert_string_equal(list_text(c, &list, &plain), "[]");
    column_push_int(c, 1);
    column_push_int(c, 2);
    column_push_null(c);
    assert_string_equal(list_text(c, &list, &plain), "[1, 2, null]");
    assert_string_equal(list_text(c, &list, &o), "[1, 2, …]");
    o.max_bytes = 1;
    assert_string_equal(list_text(c, &list, &o), "[…]");
    column_free(c);
}

static void lists_of_strings_and_of_lists(void **state)
{
    struct type text = {.kind = KIND_STRING};
    struct type inner = {.kind = KIND_LIST, .item = &text};
    struct type outer = {.kind = KIND_LIST, .item = &inner};
    struct format_options o = {.max_bytes = 8};
    struct column *c = column_new(&inner);

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct column *strings = column_new(&text);

        column_push_bytes(strings, bytes_of("ab"));
        column_push_bytes(strings, bytes_of("cdefghijklmn"));
        column_push_list(c, strings);
    }
    assert_string_equal(list_text(c, &outer, &plain),
                        "[[ab, cdefghijklmn], [ab, cdefghijklmn]]");
    assert_string_equal(list_text(c, &outer, &o), "[[ab, cd…], …]");
    column_free(c);
}

static void a_time_in_a_list_has_all_digits_that_it_needs(void **state)
{
    struct type item = {.kind = KIND_DURATION};
    struct type list = {.kind = KIND_LIST, .item = &item};
    struct format_options none = {.time_digits = 0};
    struct column *c = column_new(&item);

    (void)state;
    column_push_int(c, INT64_C(1500000000));
    column_push_int(c, INT64_C(2000000000));
    column_push_int(c, INT64_MAX);
    assert_string_equal(list_text(c, &list, &none),
                        "[PT1.5S, PT2S, PT2562047H47M16.854775807S]");
    column_free(c);
}

static void a_list_of_an_empty_string_is_no_empty_list(void **state)
{
    struct type text = {.kind = KIND_STRING};
    struct type list = {.kind = KIND_LIST, .item = &text};
    struct column *c = column_new(&text);

    (void)state;
    column_push_bytes(c, bytes_of(""));
    assert_string_equal(list_text(c, &list, &plain), "[\"\"]");
    column_push_bytes(c, bytes_of("a"));
    assert_string_equal(list_text(c, &list, &plain), "[\"\", a]");
    column_free(c);
}

static void a_list_says_which_items_it_has(void **state)
{
    static const char *const items[] = {"a, b", "null", "[c]", " d",    "e ",       "f\"g",
                                        "h\\i", "…",    "j k", "a\\\"", "nullable", ","};
    struct type text = {.kind = KIND_STRING}, unit = {.kind = KIND_CHAR};
    struct type list = {.kind = KIND_LIST, .item = &text};
    struct type chars = {.kind = KIND_LIST, .item = &unit};
    struct format_options o = {.max_bytes = 4};
    struct column *c = column_new(&text);

    (void)state;
    column_push_null(c);
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
        column_push_bytes(c, bytes_of(items[i]));
    assert_string_equal(list_text(c, &list, &plain),
                        "[null, \"a, b\", \"null\", \"[c]\", \" d\", \"e \", \"f\\\"g\", "
                        "h\\i, \"…\", j k, \"a\\\\\\\"\", nullable, \",\"]");
    column_free(c);
    c = column_new(&text);
    column_push_bytes(c, bytes_of("a, b and more"));
    assert_string_equal(list_text(c, &list, &o), "[\"a, \"…]");
    column_free(c);
    c = column_new(&unit);
    column_push_int(c, ',');
    column_push_int(c, 'x');
    assert_string_equal(list_text(c, &chars, &plain), "[\",\", x]");
    column_free(c);
}

static void a_long_list_costs_what_is_shown(void **state)
{
    struct type item = {.kind = KIND_LONG};
    struct type list = {.kind = KIND_LIST, .item = &item};
    struct column *c = column_new(&item);
    struct format_options o = {.max_bytes = 40};
    clock_t start;

    (void)state;
    for (int i = 0; i < 1000000; i++)
        column_push_int(c, i);
    start = clock();
    for (int i = 0; i < 1000; i++)
        assert_in_range(strlen(list_text(c, &list, &o)), 40, 60);
    /* A thousand times the whole list would take many minutes. */
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10);
    column_free(c);
}

static void lists_in_lists_have_a_deepest_level(void **state)
{
    struct type types[40] = {{.kind = KIND_INT}};
    struct column *c = column_new(&types[0]);

    (void)state;
    column_push_int(c, 7);
    for (int i = 1; i < 39; i++) {
        struct column *next;

        types[i] = (struct type){.kind = KIND_LIST, .item = &types[i - 1]};
        next = column_new(&types[i]);
        column_push_list(next, c);
        c = next;
    }
    types[39] = (struct type){.kind = KIND_LIST, .item = &types[38]};
    assert_string_equal(list_text(c, &types[39], &plain),
                        "[[[[[[[[[[[[[[[[[…]]]]]]]]]]]]]]]]]");
    column_free(c);
}

static void a_full_buffer_cuts_every_kind(void **state)
{
    struct type t = {.kind = KIND_BINARY};
    struct value v = {.state = VALUE_SET, .type = &t, .bytes = bytes_of("abcdef")};
    struct buf b;

    (void)state;
    for (size_t max = 0; max < 12; max++) {
        buf_init(&b, max);
        format_value(&v, &plain, &b);
        assert_int_equal(b.len, max);
        buf_release(&b);
    }
}

static void null_and_absent(void **state)
{
    struct type t = {.kind = KIND_INT};
    struct value v = {.state = VALUE_NULL, .type = &t};

    (void)state;
    assert_string_equal(text_of(&v, &plain), "null");
    v.state = VALUE_ABSENT;
    assert_string_equal(text_of(&v, &plain), "");
}

static void alignment_and_points(void **state)
{
    struct type number = {.kind = KIND_DOUBLE}, whole = {.kind = KIND_LONG};
    struct type text = {.kind = KIND_STRING}, decimal = {.kind = KIND_BIG_DECIMAL};

    (void)state;
    assert_int_equal(format_align(&number), ALIGN_RIGHT);
    assert_int_equal(format_align(&whole), ALIGN_RIGHT);
    assert_int_equal(format_align(&decimal), ALIGN_RIGHT);
    assert_int_equal(format_align(&text), ALIGN_LEFT);
    assert_int_equal(format_point(&number, "12.5", 4), 2);
    assert_int_equal(format_point(&number, "1e+300", 6), 1);
    assert_int_equal(format_point(&number, "NaN", 3), 3);
    assert_int_equal(format_point(&decimal, "1000", 4), 4);
    assert_int_equal(format_point(&decimal, "1.2E+70", 7), 1);
    assert_int_equal(format_point(&whole, "1.5", 3), 3);
}

static void whole_numbers_are_as_wide_as_their_text(void **state)
{
    static const int64_t numbers[] = {0,     9,      10,        -1,       -10,
                                      99999, 100000, INT64_MAX, INT64_MIN};
    struct type whole = {.kind = KIND_LONG}, other = {.kind = KIND_DOUBLE};
    struct value v = {.state = VALUE_SET, .type = &whole};

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        v.i = numbers[i];
        assert_int_equal(format_whole_width(&v), strlen(text_of(&v, &plain)));
    }
    v.state = VALUE_NULL;
    assert_int_equal(format_whole_width(&v), 0);
    v = (struct value){.state = VALUE_SET, .type = &other, .d = 12};
    assert_int_equal(format_whole_width(&v), 0);
}

static void fraction_digits_needed(void **state)
{
    struct type t = {.kind = KIND_INSTANT}, other = {.kind = KIND_LONG};
    static const struct {
        int64_t nanos;
        int digits;
    } cases[] = {{0, 0},        {INT64_C(5000000000), 0},
                 {1000000, 3},  {-1000000, 3},
                 {1000, 6},     {1, 9},
                 {INT64_MIN, 9}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct value v = {.state = VALUE_SET, .type = &t, .i = cases[i].nanos};

        assert_int_equal(format_time_digits(&v), cases[i].digits);
        v.type = &other;
        assert_int_equal(format_time_digits(&v), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(doubles_are_the_shortest_that_read_back),
        cmocka_unit_test(floats_do_not_show_digits_of_a_double),
        cmocka_unit_test(a_locale_does_not_change_numbers),
        cmocka_unit_test(characters),
        cmocka_unit_test(booleans_and_unknown),
        cmocka_unit_test(strings_are_cut_between_characters),
        cmocka_unit_test(instants),
        cmocka_unit_test(instants_in_a_zone),
        cmocka_unit_test(dates),
        cmocka_unit_test(dates_agree_with_the_c_library),
        cmocka_unit_test(times_of_day),
        cmocka_unit_test(durations),
        cmocka_unit_test(periods),
        cmocka_unit_test(big_integers),
        cmocka_unit_test(a_huge_integer_is_named),
        cmocka_unit_test(big_decimals),
        cmocka_unit_test(a_scale_bomb_becomes_an_exponent),
        cmocka_unit_test(binary_is_a_list_of_signed_bytes),
        cmocka_unit_test(lists),
        cmocka_unit_test(lists_of_strings_and_of_lists),
        cmocka_unit_test(a_time_in_a_list_has_all_digits_that_it_needs),
        cmocka_unit_test(a_list_of_an_empty_string_is_no_empty_list),
        cmocka_unit_test(a_list_says_which_items_it_has),
        cmocka_unit_test(a_long_list_costs_what_is_shown),
        cmocka_unit_test(lists_in_lists_have_a_deepest_level),
        cmocka_unit_test(a_full_buffer_cuts_every_kind),
        cmocka_unit_test(null_and_absent),
        cmocka_unit_test(alignment_and_points),
        cmocka_unit_test(whole_numbers_are_as_wide_as_their_text),
        cmocka_unit_test(fraction_digits_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
