/* model/typed_value: what is read of each type, what is refused, and that the text of a
 * value is read as that value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/format.h"
#include "model/typed_value.h"

static struct type type = {.kind = KIND_LONG};
static struct schema_column column = {.name = "X", .type = &type};
static struct when_now now = {NULL, 0};

static void be(enum kind kind, const char *java_type)
{
    type.kind = kind;
    column.java_type = java_type;
}

/* The slot that a text becomes; the column is to be freed. */
static struct column *read_as(const char *text)
{
    struct column *c = column_new(&type);
    struct err e;

    if (typed_value_read(text, &column, &now, c, &e) != ERR_OK)
        fail_msg("'%s': %s", text, e.msg);
    assert_int_equal(column_length(c), 1);
    return c;
}

static void reads_number(const char *text, int64_t expected)
{
    struct column *c = read_as(text);
    struct value v = column_get(c, 0);

    assert_int_equal(v.state, VALUE_SET);
    assert_true(v.i == expected);
    column_free(c);
}

static void reads_double(const char *text, double expected)
{
    struct column *c = read_as(text);

    assert_true(column_get(c, 0).d == expected);
    column_free(c);
}

/* By the text that is shown of it. */
static void reads_text(const char *text, const char *expected)
{
    struct column *c = read_as(text);
    struct value v = column_get(c, 0);
    struct buf out;

    assert_int_equal(v.state, VALUE_SET);
    buf_init(&out, 10000);
    format_value(&v, &(struct format_options){.time_digits = 9}, &out);
    assert_int_equal(out.len, strlen(expected));
    if (out.len > 0)
        assert_memory_equal(out.data, expected, out.len);
    buf_release(&out);
    column_free(c);
}

static void reads_null(const char *text)
{
    struct column *c = read_as(text);

    assert_int_equal(column_get(c, 0).state, VALUE_NULL);
    column_free(c);
}

static void refuses(const char *text, const char *why)
{
    struct column *c = column_new(&type);
    struct err e;

    assert_int_equal(typed_value_read(text, &column, &now, c, &e), ERR_USAGE);
    assert_string_equal(e.msg, why);
    assert_int_equal(column_length(c), 0);
    column_free(c);
}

static void a_whole_number_is_one_that_its_type_holds(void **state)
{
    (void)state;
    be(KIND_BYTE, "byte");
    reads_number("-127", -127);
    reads_number("+1e2", 100);
    refuses("-128", "X: expected a whole number from -127 to 127, found '-128'");
    refuses("1.5", "X: expected a whole number from -127 to 127, found '1.5'");
    refuses("5 x", "X: expected nothing behind the number, found '5 x'");
    refuses("nan", "X: expected a number or null, found 'nan'");
    be(KIND_LONG, "long");
    reads_number("9,223,372,036,854,775,807", INT64_MAX);
    refuses("9223372036854775808",
            "X: expected a whole number from -9223372036854775807 to 9223372036854775807, "
            "found '9223372036854775808'");
}

static void a_floating_number_is_no_null_of_the_wire(void **state)
{
    (void)state;
    be(KIND_DOUBLE, "double");
    reads_double("-0.1", -0.1);
    reads_double("-inf", -(double)INFINITY);
    refuses("-1.7976931348623157e308",
            "X: expected a number that a double can hold, found '-1.7976931348623157e308'");
    refuses("1e309", "X: expected a number that a double can hold, found '1e309'");
    be(KIND_FLOAT, "float");
    reads_double("16777217", 16777216);
    refuses("1e39", "X: expected a number that a float can hold, found '1e39'");
}

static void large_numbers_keep_all_their_digits(void **state)
{
    static const char *const same[] = {
        "0", "127", "128", "-128", "-129", "255", "-1", "-123456789012345678901234567890"};

    (void)state;
    be(KIND_BIG_INTEGER, "java.math.BigInteger");
    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
        reads_text(same[i], same[i]);
    reads_text("-12e3", "-12000");
    refuses("0.5", "X: expected a whole number, found '0.5'");
    refuses("1e5000", "X: expected a number of at most 4000 digits, found '1e5000'");
    be(KIND_BIG_DECIMAL, "java.math.BigDecimal");
    reads_text("-0.050", "-0.05");
    reads_text("123456789012345678901.5", "123456789012345678901.5");
    reads_text("0", "0");
}

static void a_text_in_quotes_is_itself(void **state)
{
    (void)state;
    be(KIND_STRING, "java.lang.String");
    reads_null("");
    reads_null("NULL");
    reads_text("\"null\"", "null");
    reads_text("\"\"", "");
    reads_text("\"a \"\"b\"\"\"", "a \"b\"");
    reads_text("a \"b\"", "a \"b\"");
    be(KIND_CHAR, "char");
    reads_number("\"\"\"\"", '"');
    reads_number("\xe2\x82\xac", 0x20ac);
    refuses("ab", "X: expected one character of at most 16 bits, or null, found 'ab'");
    refuses("\xf0\x9f\x98\x80", "X: expected one character of at most 16 bits, or null, "
                                "found '\xf0\x9f\x98\x80'");
}

static void a_part_of_a_time_is_its_first_moment(void **state)
{
    (void)state;
    be(KIND_INSTANT, "java.time.Instant");
    reads_number("1970-01-02", INT64_C(86400000000000));
    reads_number("\"1970-01-01 00:00:01.5\"", 1500000000);
    reads_number("1970-01-01T01:00+01:00", 0);
    refuses("1970-13", "X: expected a month: 1 to 12, or its name, found '1970-13'");
    refuses("2300", "X: expected a time that there is, found '2300'");
    be(KIND_DATE, "java.time.LocalDate");
    reads_number("1970-02", 31);
    be(KIND_TIME, "java.time.LocalTime");
    reads_number("00:01", INT64_C(60000000000));
}

static void a_length_of_time_is_iso_8601(void **state)
{
    (void)state;
    be(KIND_DURATION, "java.time.Duration");
    reads_number("-P1DT2.5S", -INT64_C(86402500000000));
    reads_number("PT-1M", -INT64_C(60000000000));
    refuses("P1M", "X: expected a duration such as PT1H30M, or null, found 'P1M'");
    refuses("PT", "X: expected a duration such as PT1H30M, or null, found 'PT'");
    refuses("PT1S2H", "X: expected a duration such as PT1H30M, or null, found 'PT1S2H'");
    refuses("P999999D",
            "X: expected a duration such as PT1H30M, or null, found 'P999999D'");
    be(KIND_PERIOD, "java.time.Period");
    reads_number("P1Y-2M", 10);
    refuses("P1D", "X: expected a period of years and months such as P1Y2M, or null, found "
                   "'P1D'");
}

static void a_list_or_an_object_can_be_null_alone(void **state)
{
    (void)state;
    be(KIND_STRING, "java.util.UUID");
    reads_null("null");
    refuses("x", "X: expected null, as there are no words for other values of its type, "
                 "found 'x'");
    be(KIND_BINARY, "byte[]");
    refuses("1", "X: expected null, as there are no words for other values of its type, "
                 "found '1'");
}

/* --- the way back --- */

/* A text, and what is given of the value that it is read as. */
static void comes_back(const char *text, const char *expected)
{
    struct column *c = read_as(text);
    struct value v = column_get(c, 0);
    struct err e;
    char *back = typed_value_text(&v, &column, &now, &e);

    if (!back)
        fail_msg("'%s': %s", text, e.msg);
    assert_string_equal(back, expected);
    free(back);
    column_free(c);
}

static void the_text_of_a_value_is_read_as_that_value(void **state)
{
    struct zone *vienna = NULL;

    (void)state;
    be(KIND_STRING, "java.lang.String");
    comes_back("null", "null");
    comes_back("plain text", "plain text");
    comes_back("\"\"", "\"\"");
    comes_back("\"Null\"", "\"Null\"");
    comes_back("\"\"\"a\"\"\"", "\"\"\"a\"\"\"");
    be(KIND_DOUBLE, "double");
    comes_back("0.1", "0.1");
    comes_back("nan", "NaN");
    comes_back("-infinity", "-Inf");
    be(KIND_BOOL, "java.lang.Boolean");
    comes_back("TRUE", "true");
    be(KIND_DURATION, "java.time.Duration");
    comes_back("PT90M", "PT1H30M");
    be(KIND_INSTANT, "java.time.Instant");
    comes_back("2026-10-25T00:30:00.5Z", "2026-10-25 00:30:00.500Z");
    if (zone_open("Europe/Vienna", &vienna, NULL) != ERR_OK)
        skip(); /* no time zone data on this machine */
    now.zone = vienna;
    comes_back("2026-11-20T12:00Z", "2026-11-20 13:00:00");
    comes_back("2026-10-25T01:30Z", "2026-10-25 01:30:00Z"); /* 02:30 for the second time */
    now.zone = NULL;
    zone_free(vienna);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_number_is_one_that_its_type_holds),
        cmocka_unit_test(a_floating_number_is_no_null_of_the_wire),
        cmocka_unit_test(large_numbers_keep_all_their_digits),
        cmocka_unit_test(a_text_in_quotes_is_itself),
        cmocka_unit_test(a_part_of_a_time_is_its_first_moment),
        cmocka_unit_test(a_length_of_time_is_iso_8601),
        cmocka_unit_test(a_list_or_an_object_can_be_null_alone),
        cmocka_unit_test(the_text_of_a_value_is_read_as_that_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
