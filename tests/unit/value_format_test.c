/* model/value_format, number_pattern, time_pattern: values by patterns, as Java has them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/value_format.h"

#define NOON INT64_C(1795260191204056789) /* 2026-11-21T11:23:11.204056789Z */

static const struct type of_doubles = {.kind = KIND_DOUBLE};
static const struct type of_instants = {.kind = KIND_INSTANT};

static struct value_format *format_of(const char *text, const struct type *t)
{
    struct value_format *f = NULL;
    struct err e = {.code = ERR_OK};
    size_t at;

    if (value_format_parse(text, t, &f, &at, &e) != ERR_OK)
        fail_msg("%s: %s", text, e.msg);
    return f;
}

/* Fails unless the value is shown so. */
static void expect(const char *format, const struct value *v, const char *want)
{
    struct value_format *f = format_of(format, v->type);
    struct buf out;

    buf_init(&out, 4096);
    value_format_put(f, v, &(struct format_options){.time_digits = 9}, &out);
    (void)buf_append(&out, "", 1, NULL);
    if (strcmp((const char *)out.data, want) != 0)
        fail_msg("%s: expected \"%s\", found \"%s\"", format, want, out.data);
    buf_release(&out);
    value_format_free(f);
}

static void expect_double(const char *format, double d, const char *want)
{
    expect(format, &(struct value){VALUE_SET, &of_doubles, .d = d}, want);
}

static void expect_long(const char *format, int64_t i, const char *want)
{
    static const struct type t = {.kind = KIND_LONG};

    expect(format, &(struct value){VALUE_SET, &t, .i = i}, want);
}

static void expect_time(const char *format, enum kind kind, int64_t i, const char *want)
{
    struct type t = {.kind = kind};

    expect(format, &(struct value){VALUE_SET, &t, .i = i}, want);
}

/* Fails unless it is refused at that byte, with these words. */
static void refused(const char *format, enum kind kind, size_t at, const char *words)
{
    struct type t = {.kind = kind};
    struct value_format *f = NULL;
    struct err e = {.code = ERR_OK};
    size_t found = 999;

    if (value_format_parse(format, &t, &f, &found, &e) == ERR_OK)
        fail_msg("%s was taken", format);
    assert_int_equal(e.code, ERR_USAGE);
    if (found != at || !strstr(e.msg, words))
        fail_msg("%s: at %zu: %s", format, found, e.msg);
    assert_null(f);
}

/* --- numbers --- */

static void digits_are_there_always_or_where_they_are_needed(void **state)
{
    (void)state;
    expect_double("0.00", 3.14159, "3.14");
    expect_double("0.00", 3, "3.00");
    expect_double("#.##", 0.5, "0.5");
    expect_double("#.00", 0.5, ".50");
    expect_double(".##", 0.25, ".25");
    expect_double("000.#", 7, "007");
    expect_double("#", 0, "0");
    expect_double("0.", 5, "5.");
    expect_double("0.00", -0.001, "-0.00");
    expect_double("#,##0.00", -1234567.891, "-1,234,567.89");
    expect_double("#,####", 123456789, "1,2345,6789");
    expect_long("#,##0", INT64_MAX, "9,223,372,036,854,775,807");
    expect_long("0.00", -12, "-12.00");
}

static void a_number_is_rounded_to_the_nearest_and_a_half_to_even(void **state)
{
    (void)state;
    expect_double("0", 0.5, "0");
    expect_double("0", 1.5, "2");
    expect_double("0.00", 0.125, "0.12");
    expect_double("0.00", 0.375, "0.38");
    expect_double("0.00", 1.015, "1.01"); /* a little less than it says */
    expect_double("0.0", 0.15, "0.1");
    expect_double("0.0", 0.35, "0.3");
    expect_double("0.00", 1.115, "1.11");
    expect_double("0.00", 0.615, "0.61");
    expect_double("0.0", 9.99, "10.0");
    expect_double("0", 1e15 + 0.5, "1000000000000000");
    expect_double("0.0", 1e-300, "0.0");
}

static void a_percent_sign_shows_hundredths(void **state)
{
    (void)state;
    expect_double("0.0%", 0.1234, "12.3%");
    expect_double("0%", 0.285, "28%"); /* as doubles multiply */
    expect_double("0\u2030", 0.0042, "4\u2030");
    expect_double("'%'0", 0.5, "%0");
    expect_long("#,##0%", 50, "5,000%");
}

static void texts_stand_beside_the_digits(void **state)
{
    (void)state;
    expect_double("\u20ac 0.00", 2.5, "\u20ac 2.50");
    expect_double("0 'E'", 5, "5 E");
    expect_double("'#'0", 5, "#5");
    expect_double("0 o''clock", 5, "5 o'clock");
    expect_double("0 'o''clock'", 5, "5 o'clock");
    expect_double("0.0;(0.0)", -2.5, "(2.5)");
    expect_double("+0;-0", 3, "+3");
    expect_double("+0;-0", -3, "-3");
    expect_double("0;0", -3, "-3");
}

static void an_exponent_follows_the_digits_before_the_point(void **state)
{
    (void)state;
    expect_double("0.00E0", 12345, "1.23E4");
    expect_double("00.#E00", 0.00123, "12.3E-04");
    expect_double("0.###E0", 0, "0E0");
    expect_double("0.0E0", 9.96, "1.0E1");
    expect_double("0.0E000", -1e300, "-1.0E300");
}

static void big_numbers_keep_all_their_digits(void **state)
{
    static const uint8_t ten24[] = {0x00, 0xd3, 0xc2, 0x1b, 0xce, 0xcc,
                                    0xed, 0xa1, 0x00, 0x00, 0x00}; /* 10^24 */
    static const uint8_t half[] = {3, 0, 0, 0, 0x30, 0x39};        /* 12.345 */
    struct type integer = {.kind = KIND_BIG_INTEGER}, decimal = {.kind = KIND_BIG_DECIMAL};

    (void)state;
    expect("#,##0", &(struct value){VALUE_SET, &integer, .bytes = {ten24, sizeof(ten24)}},
           "1,000,000,000,000,000,000,000,000");
    expect("0.00", &(struct value){VALUE_SET, &decimal, .bytes = {half, sizeof(half)}},
           "12.34"); /* a half, exactly */
    expect("0.0%", &(struct value){VALUE_SET, &decimal, .bytes = {half, sizeof(half)}},
           "1234.5%");
}

static void what_is_no_number_is_as_usual(void **state)
{
    (void)state;
    expect_double("0.00", NAN, "NaN");
    expect_double("0.00", -INFINITY, "-Inf");
}

static void a_wrong_number_pattern_says_where(void **state)
{
    (void)state;
    refused("", KIND_DOUBLE, 0, "expected 0 or #, found the end");
    refused("abc", KIND_DOUBLE, 3, "expected 0 or #, found the end");
    refused("0#", KIND_INT, 1, "expected 0 or a point");
    refused("0.#0", KIND_INT, 3, "expected #, as the zeros stand before it");
    refused("#.#0", KIND_INT, 3, "expected #, as the zeros stand before it");
    refused("0.0.0", KIND_INT, 3, "expected one point, found \".0\"");
    refused("0.0,0", KIND_INT, 3, "commas stand before the point");
    refused("#,.0", KIND_INT, 2, "expected 0 or #");
    refused("0,", KIND_INT, 2, "expected 0 or #, found the end");
    refused("0 'x", KIND_INT, 2, "a second '");
    refused("0%%", KIND_INT, 2, "no second %");
    refused("\u00a4 0", KIND_INT, 0, "no sign of a currency");
    refused("0E", KIND_INT, 2, "expected 0 behind E");
    refused("##0E0", KIND_INT, 3, "only 0 before the point");
    refused("0 5.", KIND_INT, 3, "expected ; or a text");
    refused("0;0;0", KIND_INT, 3, "expected ; or a text");
    refused("0 abcdefghijklmnopqrstuvwxyzabcdef", KIND_INT, 31, "at most 30 bytes");
}

static void points_are_found_in_what_was_written(void **state)
{
    struct value_format *f = format_of("'v. '#,##0.00 x;(0.00)", &of_doubles);
    struct value_format *whole = format_of("#,##0 '.'", &of_doubles);

    (void)state;
    assert_int_equal(value_format_point(f, &of_doubles, bytes_of("v. 1,234.50 x")), 8);
    assert_int_equal(value_format_point(f, &of_doubles, bytes_of("(4.50)")), 2);
    assert_int_equal(value_format_point(whole, &of_doubles, bytes_of("1,234 .")), 5);
    assert_int_equal(value_format_point(NULL, &of_doubles, bytes_of("12.5")), 2);
    value_format_free(f);
    value_format_free(whole);
}

/* --- times --- */

static void a_time_is_shown_by_its_letters(void **state)
{
    (void)state;
    expect_time("yyyy-MM-dd HH:mm:ss.SSS", KIND_INSTANT, NOON, "2026-11-21 11:23:11.204");
    expect_time("d/M/yy h:mm a", KIND_INSTANT, NOON, "21/11/26 11:23 AM");
    expect_time("EEE d MMM, EEEE MMMM", KIND_INSTANT, NOON,
                "Sat 21 Nov, Saturday November");
    expect_time("DDD SSSSSSSSS", KIND_INSTANT, NOON, "325 204056789");
    expect_time("'day' d 'o''clock' ''", KIND_INSTANT, NOON, "day 21 o'clock '");
    expect_time("yyyy SSS", KIND_INSTANT, -1, "1969 999"); /* cut, not rounded */
    expect_time("d.M.yyyy", KIND_DATE, 20778, "21.11.2026");
    expect_time("yyyy", KIND_DATE, 20000000, "+56728");
    expect_time("hh:mm a", KIND_TIME, INT64_C(47000) * 1000000000, "01:03 PM");
    expect_time("hh a", KIND_TIME, 0, "12 AM");
    expect_time("HH", KIND_TIME, -5, "-5ns");
}

static void a_zone_moves_what_is_shown(void **state)
{
    (void)state;
    expect_time("HH:mm XXX z VV zone Europe/Vienna", KIND_INSTANT, NOON,
                "12:23 +01:00 CET Europe/Vienna");
    expect_time("HH:mm x zone Asia/Kolkata", KIND_INSTANT, NOON, "16:53 +0530");
    expect_time("HH X Z", KIND_INSTANT, NOON, "11 Z +0000");
    expect_time("zone America/New_York", KIND_INSTANT, NOON,
                "2026-11-21 06:23:11.204056789");
    expect_time("'zone 'HH zone UTC", KIND_INSTANT, NOON, "zone 11");
    expect_time("z zone Europe/Vienna", KIND_INSTANT, INT64_C(1784000000000000000), "CEST");
}

static void a_wrong_time_pattern_says_where(void **state)
{
    (void)state;
    refused("", KIND_INSTANT, 0, "expected a pattern such as HH:mm");
    refused("HH:mm Q", KIND_INSTANT, 6, "found \"Q\"");
    refused("HHH", KIND_INSTANT, 0, "expected 1 to 2 times H");
    refused("V", KIND_INSTANT, 0, "expected 2 to 2 times V");
    refused("yyyy 'x", KIND_INSTANT, 5, "a second '");
    refused("yyyy[MM]", KIND_INSTANT, 4, "[ ] { } # in quotes");
    refused("yyyy HH", KIND_DATE, 5, "letters of a date");
    refused("HH dd", KIND_TIME, 3, "letters of a time of day");
    refused("HH zone Nowhere/Here", KIND_INSTANT, 8, "time zone 'Nowhere/Here'");
    refused("dd zone UTC", KIND_DATE, 8, "in no zone");
    refused("0.0", KIND_STRING, 0, "expected a column of numbers");
}

static void a_format_is_only_for_the_values_it_was_made_for(void **state)
{
    struct type t = {.kind = KIND_LONG}, date = {.kind = KIND_DATE};
    struct value_format *f = format_of("0.0", &of_doubles);
    struct value_format *times = format_of("HH", &of_instants);

    (void)state;
    assert_true(value_format_fits(f, &t));
    assert_false(value_format_fits(f, &of_instants));
    assert_true(value_format_fits(times, &of_instants));
    assert_false(value_format_fits(times, &date));
    assert_false(value_format_fits(NULL, &t));
    assert_string_equal(value_format_text(f), "0.0");
    assert_null(value_format_zone(times));
    value_format_free(f);
    value_format_free(times);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_there_always_or_where_they_are_needed),
        cmocka_unit_test(a_number_is_rounded_to_the_nearest_and_a_half_to_even),
        cmocka_unit_test(a_percent_sign_shows_hundredths),
        cmocka_unit_test(texts_stand_beside_the_digits),
        cmocka_unit_test(an_exponent_follows_the_digits_before_the_point),
        cmocka_unit_test(big_numbers_keep_all_their_digits),
        cmocka_unit_test(what_is_no_number_is_as_usual),
        cmocka_unit_test(a_wrong_number_pattern_says_where),
        cmocka_unit_test(points_are_found_in_what_was_written),
        cmocka_unit_test(a_time_is_shown_by_its_letters),
        cmocka_unit_test(a_zone_moves_what_is_shown),
        cmocka_unit_test(a_wrong_time_pattern_says_where),
        cmocka_unit_test(a_format_is_only_for_the_values_it_was_made_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
