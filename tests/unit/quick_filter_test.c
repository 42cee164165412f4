/* The grammar of quick filters as a table: type, text, and the condition or the error. */
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
#include "model/calendar.h"
#include "model/quick_filter.h"
#include "tests/support/build.h"
#include "tests/support/condition_text.h"

/* 2026-11-20T13:03:11.000000204Z: 14:03 in Vienna. */
#define NOW (INT64_C(1795179791) * CALENDAR_NANOS + 204)

#define BIG_INTEGER "java.math.BigInteger"
#define BIG_DECIMAL "java.math.BigDecimal"
#define BOOLEAN "java.lang.Boolean"
#define STRING "java.lang.String"
#define INSTANT "java.time.Instant"
#define ZONED "java.time.ZonedDateTime"
#define DATE "java.time.LocalDate"
#define TIME "java.time.LocalTime"
#define DURATION "java.time.Duration"
#define PERIOD "java.time.Period"
#define UUID "java.util.UUID"

struct row {
    const char *type, *text;
    const char *condition; /* of column X, in short; NULL: it is an error */
    size_t at;             /* where the error is */
    const char *expected;  /* what its message says */
};

static struct zone *vienna(void)
{
    struct zone *z = NULL;
    struct err e;

    if (zone_open("Europe/Vienna", &z, &e) != ERR_OK)
        skip(); /* no time zone data on this machine */
    return z;
}

/* Says what is wrong with a row; true: nothing. */
static bool row_is_right(const struct row *r, const struct zone *zone)
{
    struct quick_filter_column column = {"X", r->type};
    struct when_now now = {zone, NOW};
    struct condition *c = NULL;
    struct err e = {.code = ERR_OK};
    size_t at = SIZE_MAX;
    enum err_code rc = quick_filter_parse(r->text, &column, &now, &c, &at, &e);
    char *found = c ? condition_short_text(c) : mem_strdup("");
    bool right = rc == ERR_OK ? r->condition && strcmp(found, r->condition) == 0
                              : !r->condition && at == r->at && strstr(e.msg, r->expected);

    if (!right && rc == ERR_OK)
        print_error("%s '%s': %s\n", r->type, r->text, found);
    if (!right && rc != ERR_OK)
        print_error("%s '%s': error at %zu: %s\n", r->type, r->text, at, e.msg);
    if (!right)
        print_error("  expected %s, at %zu: %s\n", r->condition ? r->condition : "an error",
                    r->at, r->expected ? r->expected : "");
    free(found);
    condition_free(c);
    return right;
}

static void check(const struct row *rows, size_t n)
{
    struct zone *zone = vienna();
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++)
        wrong += !row_is_right(&rows[i], zone);
    zone_free(zone);
    assert_int_equal(wrong, 0);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(*(rows)))

static void components_are_joined_and_binds_tighter(void **state)
{
    static const struct row rows[] = {
        {"int", "", "", 0, NULL},
        {"int", "  ", "", 0, NULL},
        {"int", "1 || 2", "any(X in 1, X in 2)", 0, NULL},
        {"int", ">1&&<5", "all(X > #1, X < #5)", 0, NULL},
        {"int", ">1 && <5 || 7", "any(all(X > #1, X < #5), X in 7)", 0, NULL},
        {"int", "7 || >1 && <5 || null", "any(X in 7, all(X > #1, X < #5), X null)", 0,
         NULL},
        {"int", ">1 && >2 && >3", "all(X > #1, X > #2, X > #3)", 0, NULL},
        {"int", "1.5 || 2", "X in 2", 0, NULL},
        {"int", "1.5 && 2", "none", 0, NULL},
        {"int", "!1.5 && 2", "X in 2", 0, NULL},
        {"int", "!1.5 || 2", "all()", 0, NULL},
        {"int", "<5 && !null", "all(X < #5, X not null)", 0, NULL},
        {STRING, "a\\&&b", "X in/i \"a&&b\"", 0, NULL},
        {STRING, "a\\||b", "X in/i \"a||b\"", 0, NULL},
        {STRING, "a\\\\||b", "X in/i \"a\\||b\"", 0, NULL},
        {STRING, "a\\&b", "X in/i \"a\\&b\"", 0, NULL},
        {STRING, "a & b | c", "X in/i \"a & b | c\"", 0, NULL},
        {STRING, "a&&&b", "all(X in/i \"a\", X in/i \"&b\")", 0, NULL},
        {STRING, "=\"a\" || b", "any(X in \"a\", X in/i \"b\")", 0, NULL},
        {"int", "1 ||", NULL, 4, "a value behind the operator, found the end"},
        {"int", "1 || ", NULL, 5, "a value behind the operator"},
        {"int", "|| 1", NULL, 0, "a value before it, found the end"},
        {"int", "1 &&", NULL, 4, "a value behind the operator"},
        {"int", "1 && && 2", NULL, 5, "a value behind the operator"},
        {"int", "1 && || 2", NULL, 5, "a value behind the operator"},
        {"int", "||", NULL, 0, "a value before it"},
        {STRING, "a && ~", NULL, 6, "a text, found the end"},
        {"int", "  1 || x", NULL, 7, "a number, null, nan or inf, found 'x'"},
        {STRING, "a\\&&b && !~", NULL, 11, "a text, found the end"},
    };

    (void)state;
    CHECK(rows);
}

static void whole_numbers_are_decided_by_their_type(void **state)
{
    static const struct row rows[] = {
        {"int", "5", "X in 5", 0, NULL},
        {"int", "=5", "X in 5", 0, NULL},
        {"int", " = 5 ", "X in 5", 0, NULL},
        {"int", "!5", "X not in 5", 0, NULL},
        {"int", "!=5", "X not in 5", 0, NULL},
        {"int", "!= 5", "X not in 5", 0, NULL},
        {"int", ">5", "X > #5", 0, NULL},
        {"int", ">=5", "X >= #5", 0, NULL},
        {"int", "=>5", "X >= #5", 0, NULL},
        {"int", "<5", "X < #5", 0, NULL},
        {"int", "<=5", "X <= #5", 0, NULL},
        {"int", "=<5", "X <= #5", 0, NULL},
        {"int", "-5", "X in -5", 0, NULL},
        {"int", "- 5", "X in -5", 0, NULL},
        {"int", ">- 5", "X > #-5", 0, NULL},
        {"int", "-0", "X in 0", 0, NULL},
        {"int", "007", "X in 7", 0, NULL},
        {"int", "1,234", "X in 1234", 0, NULL},
        {"int", "1,234,567", "X in 1234567", 0, NULL},
        {"int", "1234,567", "X in 1234567", 0, NULL},
        {"int", "5.", "X in 5", 0, NULL},
        {"int", "5.000", "X in 5", 0, NULL},
        {"int", "1e5", "X in 100000", 0, NULL},
        {"int", "1.5E3", "X in 1500", 0, NULL},
        {"int", "1500e-2", "X in 15", 0, NULL},
        {"int", "1e+2", "X in 100", 0, NULL},
        {"int", "1.5", "none", 0, NULL},
        {"int", "!1.5", "all()", 0, NULL},
        {"int", ">1.5", "X > #1", 0, NULL},
        {"int", ">=1.5", "X >= #2", 0, NULL},
        {"int", "<1.5", "X < #2", 0, NULL},
        {"int", "<=1.5", "X <= #1", 0, NULL},
        {"int", ">-1.5", "X > #-2", 0, NULL},
        {"int", "<-1.5", "X < #-1", 0, NULL},
        {"int", ">.5", "X > #0", 0, NULL},
        {"int", ">-.5", "X > #-1", 0, NULL},
        {"int", "<-.5", "X < #0", 0, NULL},
        {"int", "> 9.99", "X > #9", 0, NULL},
        {"int", "< 9.99", "X < #10", 0, NULL},
        {"byte", "300", "none", 0, NULL},
        {"byte", "!300", "all()", 0, NULL},
        {"byte", ">=300", "none", 0, NULL},
        {"byte", "<300", "all()", 0, NULL},
        {"byte", "<=300", "all()", 0, NULL},
        {"byte", ">-300", "X not null", 0, NULL},
        {"byte", "<-300", "X null", 0, NULL},
        {"byte", "127", "X in 127", 0, NULL},
        {"byte", ">127", "X > #127", 0, NULL},
        {"byte", "-127", "X in -127", 0, NULL},
        {"byte", "-128", "none", 0, NULL},
        {"byte", "!-128", "all()", 0, NULL},
        {"byte", ">-128", "X not null", 0, NULL},
        {"byte", ">=-128", "X not null", 0, NULL},
        {"byte", "<=-128", "X null", 0, NULL},
        {"short", "32768", "none", 0, NULL},
        {"short", "-32767", "X in -32767", 0, NULL},
        {"long", "9223372036854775807", "X in 9223372036854775807", 0, NULL},
        {"long", "9223372036854775808", "none", 0, NULL},
        {"long", "<9223372036854775808", "all()", 0, NULL},
        {"long", "-9223372036854775808", "none", 0, NULL},
        {"long", "-9223372036854775807", "X in -9223372036854775807", 0, NULL},
        {"long", ">9007199254740993", "X > #9007199254740993", 0, NULL},
        {"long", ">-1e99", "X not null", 0, NULL},
        {"long", "<1e9999", "all()", 0, NULL},
        {"int", "null", "X null", 0, NULL},
        {"int", "=null", "X null", 0, NULL},
        {"int", "NULL", "X null", 0, NULL},
        {"int", "!null", "X not null", 0, NULL},
        {"int", "!=null", "X not null", 0, NULL},
        {"int", "5null", "X null", 0, NULL},
        {"int", "-null", "X null", 0, NULL},
        {"int", "nan", "none", 0, NULL},
        {"int", "!nan", "all()", 0, NULL},
        {"int", "inf", "none", 0, NULL},
        {"int", "!-inf", "all()", 0, NULL},
        {"int", "5x", NULL, 1, "nothing behind the number, found 'x'"},
        {"int", "5 6", NULL, 1, "nothing behind the number"},
        {"int", "5 null", NULL, 1, "nothing behind the number"},
        {"int", "4,00", NULL, 1, "nothing behind the number, found ',00'"},
        {"int", "1,2345", NULL, 5, "nothing behind the number, found '5'"},
        {"int", ",123", NULL, 0, "a number"},
        {"int", "==5", NULL, 1, "a number"},
        {"int", "<=>5", NULL, 2, "a number"},
        {"int", "<>5", NULL, 1, "a number"},
        {"int", "+5", NULL, 0, "a number"},
        {"int", "4.0.0", NULL, 3, "nothing behind the number"},
        {"int", "1e", NULL, 1, "nothing behind the number"},
        {"int", "1e5.5", NULL, 3, "nothing behind the number"},
        {"int", ">=", NULL, 2, "a number"},
        {"int", "-", NULL, 1, "a number"},
        {"int", ".", NULL, 0, "a number"},
        {"int", "abc", NULL, 0, "a number, null, nan or inf, found 'abc'"},
        {"int", ">null", NULL, 0, "= or != before null"},
        {"int", "<nan", NULL, 0, "= or != before null"},
        {"int", ">=inf", NULL, 0, "= or != before null"},
        {"int", "1e99999", NULL, 0, "at most 10000 digits"},
        {"int", "1e9999999", NULL, 0, "fewer digits"},
        {"int", "11111111", "X in 11111111", 0, NULL},
        {"int", ">1e9", "X > #1000000000", 0, NULL},
    };

    (void)state;
    CHECK(rows);
}

static void floating_numbers_know_nan_and_both_infinities(void **state)
{
    static const struct row rows[] = {
        {"double", "1.5", "X in 1.5d", 0, NULL},
        {"double", "!1.5", "X not in 1.5d", 0, NULL},
        {"double", "-0.0", "X in 0d", 0, NULL},
        {"double", "0", "X in 0d", 0, NULL},
        {"double", ".5", "X in 0.5d", 0, NULL},
        {"double", "1,234.5", "X in 1234.5d", 0, NULL},
        {"double", "0.1", "X in 0.10000000000000001d", 0, NULL},
        {"double", ">1.5", "X > #1.5", 0, NULL},
        {"double", "<=-1.5", "X <= #-1.5", 0, NULL},
        {"double", ">=1e-20", "X >= #0.00000000000000000001", 0, NULL},
        {"double", "1e-20",
         "all(X >= #0.00000000000000000001, X <= #0.00000000000000000001)", 0, NULL},
        {"double", "!1e-20",
         "any(X < #0.00000000000000000001, X > #0.00000000000000000001, X nan)", 0, NULL},
        {"double", "1e-300", "all(X >= #1E-300, X <= #1E-300)", 0, NULL},
        {"double", "1.25e300", "all(X >= #1.25E+300, X <= #1.25E+300)", 0, NULL},
        {"double", "1e400", "none", 0, NULL},
        {"double", "!1e400", "all()", 0, NULL},
        {"double", ">1e400", "X >= #Infinity", 0, NULL},
        {"double", "<1e400", "X < #Infinity", 0, NULL},
        {"double", ">=-1e400", "X > #-Infinity", 0, NULL},
        {"double", "<-1e400", "X <= #-Infinity", 0, NULL},
        {"double", "nan", "X nan", 0, NULL},
        {"double", "NaN", "X nan", 0, NULL},
        {"double", "!nan", "X not nan", 0, NULL},
        {"double", "inf", "X >= #Infinity", 0, NULL},
        {"double", "Infinity", "X >= #Infinity", 0, NULL},
        {"double", "\u221e", "X >= #Infinity", 0, NULL},
        {"double", "-inf", "all(X <= #-Infinity, X not null)", 0, NULL},
        {"double", "- inf", "all(X <= #-Infinity, X not null)", 0, NULL},
        {"double", "!inf", "any(X < #Infinity, X nan)", 0, NULL},
        {"double", "!=-inf", "any(X > #-Infinity, X null, X nan)", 0, NULL},
        {"double", "null", "X null", 0, NULL},
        {"double", ">nan", NULL, 0, "= or != before null"},
        {"double", "infin", NULL, 3, "nothing behind the number"},
        {"float", "0.1", "X in 0.10000000000000001d", 0, NULL},
        {"float", "1e39", "none", 0, NULL},
        {"float", "<1e39", "X < #Infinity", 0, NULL},
        {"float", "1e-40",
         "all(X >= #0.0000000000000000000000000000000000000001, X <= "
         "#0.0000000000000000000000000000000000000001)",
         0, NULL},
        {"float", "nan", "X nan", 0, NULL},
    };

    (void)state;
    CHECK(rows);
}

static void big_numbers_keep_their_digits_and_lose_their_scale(void **state)
{
    static const struct row rows[] = {
        {BIG_INTEGER, "5", "X in 5", 0, NULL},
        {BIG_INTEGER, "!5", "X not in 5", 0, NULL},
        {BIG_INTEGER, "12345678901234567890",
         "all(X >= #12345678901234567890, X <= #12345678901234567890)", 0, NULL},
        {BIG_INTEGER, "!12345678901234567890",
         "any(X < #12345678901234567890, X > #12345678901234567890)", 0, NULL},
        {BIG_INTEGER, "-9223372036854775808",
         "all(X >= #-9223372036854775808, X <= #-9223372036854775808)", 0, NULL},
        {BIG_INTEGER, "1e20",
         "all(X >= #100000000000000000000, X <= #100000000000000000000)", 0, NULL},
        {BIG_INTEGER, ">1.5", "X > #1", 0, NULL},
        {BIG_INTEGER, ">=1.5", "X >= #2", 0, NULL},
        {BIG_INTEGER, "<=-99.5", "X <= #-100", 0, NULL},
        {BIG_INTEGER, "1.5", "none", 0, NULL},
        {BIG_INTEGER, "!1.5", "all()", 0, NULL},
        {BIG_INTEGER, "nan", "none", 0, NULL},
        {BIG_INTEGER, "!inf", "all()", 0, NULL},
        {BIG_DECIMAL, "5", "all(X >= #5, X <= #5)", 0, NULL},
        {BIG_DECIMAL, "1.50", "all(X >= #1.5, X <= #1.5)", 0, NULL},
        {BIG_DECIMAL, "!1.5", "any(X < #1.5, X > #1.5)", 0, NULL},
        {BIG_DECIMAL, ">12345678901234567890.123", "X > #12345678901234567890.123", 0,
         NULL},
        {BIG_DECIMAL, "<0", "X < #0", 0, NULL},
        {BIG_DECIMAL, "1.234E+70", "all(X >= #1.234E+70, X <= #1.234E+70)", 0, NULL},
        {BIG_DECIMAL, "inf", "none", 0, NULL},
        {BIG_DECIMAL, "!nan", "all()", 0, NULL},
        {BIG_DECIMAL, "null", "X null", 0, NULL},
    };

    (void)state;
    CHECK(rows);
}

static void booleans_have_short_words(void **state)
{
    static const struct row rows[] = {
        {BOOLEAN, "true", "X in true", 0, NULL},
        {BOOLEAN, "T", "X in true", 0, NULL},
        {BOOLEAN, "tr", "X in true", 0, NULL},
        {BOOLEAN, "tru", "X in true", 0, NULL},
        {BOOLEAN, "1", "X in true", 0, NULL},
        {BOOLEAN, "y", "X in true", 0, NULL},
        {BOOLEAN, "ye", "X in true", 0, NULL},
        {BOOLEAN, "YES", "X in true", 0, NULL},
        {BOOLEAN, "0", "X in false", 0, NULL},
        {BOOLEAN, "f", "X in false", 0, NULL},
        {BOOLEAN, "fa", "X in false", 0, NULL},
        {BOOLEAN, "fal", "X in false", 0, NULL},
        {BOOLEAN, "fals", "X in false", 0, NULL},
        {BOOLEAN, "False", "X in false", 0, NULL},
        {BOOLEAN, "n", "X in false", 0, NULL},
        {BOOLEAN, "no", "X in false", 0, NULL},
        {BOOLEAN, "=true", "X in true", 0, NULL},
        {BOOLEAN, "= true", "X in true", 0, NULL},
        {BOOLEAN, "!true", "X not in true", 0, NULL},
        {BOOLEAN, "!= no", "X not in false", 0, NULL},
        {BOOLEAN, "null", "X null", 0, NULL},
        {BOOLEAN, "!NULL", "X not null", 0, NULL},
        {BOOLEAN, "2", NULL, 0, "true, false or null, found '2'"},
        {BOOLEAN, "truely", NULL, 0, "true, false or null"},
        {BOOLEAN, "!", NULL, 1, "true, false or null, found the end"},
        {BOOLEAN, ">true", NULL, 0, "with = or !="},
        {BOOLEAN, "==true", NULL, 1, "true, false or null"},
    };

    (void)state;
    CHECK(rows);
}

static void characters_may_be_quoted(void **state)
{
    static const struct row rows[] = {
        {"char", "A", "X in c'A'", 0, NULL},
        {"char", "=A", "X in c'A'", 0, NULL},
        {"char", "a", "X in c'a'", 0, NULL},
        {"char", "!A", "X not in c'A'", 0, NULL},
        {"char", "!= A", "X not in c'A'", 0, NULL},
        {"char", ">A", "X > c'A'", 0, NULL},
        {"char", "<=A", "X <= c'A'", 0, NULL},
        {"char", "\"A\"", "X in c'A'", 0, NULL},
        {"char", "'A'", "X in c'A'", 0, NULL},
        {"char", "=\"A\"", "X in c'A'", 0, NULL},
        {"char", "!\"A\"", "X not in c'A'", 0, NULL},
        {"char", "> \" \"", "X > c' '", 0, NULL},
        {"char", "\" \"", "X in c' '", 0, NULL},
        {"char", "\"", "X in c'\"'", 0, NULL},
        {"char", "\"\"\"", "X in c'\"'", 0, NULL},
        {"char", "==", "X in c'='", 0, NULL},
        {"char", "=", "X in c'='", 0, NULL},
        {"char", "!", "X in c'!'", 0, NULL},
        {"char", "<", "X in c'<'", 0, NULL},
        {"char", ">=", "X > c'='", 0, NULL},
        {"char", "!=", "X not in c'='", 0, NULL},
        {"char", "!!", "X not in c'!'", 0, NULL},
        {"char", "!==", "X not in c'='", 0, NULL},
        {"char", "\u00e9", "X in c'\u00e9'", 0, NULL},
        {"char", "null", "X null", 0, NULL},
        {"char", "!null", "X not null", 0, NULL},
        {"char", "&", "X in c'&'", 0, NULL},
        {"char", "NULL", NULL, 0, "one character, or null, found 'NULL'"},
        {"char", "AB", NULL, 0, "one character"},
        {"char", "=AB", NULL, 1, "one character, or null, found 'AB'"},
        {"char", "\"\"", NULL, 0, "one character"},
        {"char", "\"A'", NULL, 0, "one character"},
        {"char", "\U0001f600", NULL, 0, "one character"},
        {"char", ">null", NULL, 0, "which has no order"},
    };

    (void)state;
    CHECK(rows);
}

static void texts_have_wildcards_and_escapes(void **state)
{
    static const struct row rows[] = {
        {STRING, "foo", "X in/i \"foo\"", 0, NULL},
        {STRING, "=foo", "X in/i \"foo\"", 0, NULL},
        {STRING, "= foo ", "X in/i \"foo\"", 0, NULL},
        {STRING, "Foo Bar", "X in/i \"Foo Bar\"", 0, NULL},
        {STRING, "!=foo", "X not in/i \"foo\"", 0, NULL},
        {STRING, "!foo", "X not in/i \"foo\"", 0, NULL},
        {STRING, "~foo", "X has/i \"foo\"", 0, NULL},
        {STRING, "!~foo", "any(X null, X not has/i \"foo\")", 0, NULL},
        {STRING, "foo*", "X like/i \"\\Qfoo\\E.*\"", 0, NULL},
        {STRING, "=foo*", "X like/i \"\\Qfoo\\E.*\"", 0, NULL},
        {STRING, "!foo*", "any(X null, X not like/i \"\\Qfoo\\E.*\")", 0, NULL},
        {STRING, "!=foo*", "any(X null, X not like/i \"\\Qfoo\\E.*\")", 0, NULL},
        {STRING, "*foo", "X like/i \".*\\Qfoo\\E\"", 0, NULL},
        {STRING, "=*foo", "X like/i \".*\\Qfoo\\E\"", 0, NULL},
        {STRING, "!*foo", "any(X null, X not like/i \".*\\Qfoo\\E\")", 0, NULL},
        {STRING, "!=*foo", "any(X null, X not like/i \".*\\Qfoo\\E\")", 0, NULL},
        {STRING, "*foo*", "X has/i \"foo\"", 0, NULL},
        {STRING, "!*foo*", "any(X null, X not has/i \"foo\")", 0, NULL},
        {STRING, "f*o", "X in/i \"f*o\"", 0, NULL},
        {STRING, "~*foo", "X has/i \"foo\"", 0, NULL},
        {STRING, "~foo*", "X has/i \"foo\"", 0, NULL},
        {STRING, "~*foo*", "X has/i \"foo*\"", 0, NULL},
        {STRING, "~\\*foo", "X has/i \"*foo\"", 0, NULL},
        {STRING, "~foo\\*", "X has/i \"foo*\"", 0, NULL},
        {STRING, "~a*b", "X has/i \"a*b\"", 0, NULL},
        {STRING, "*", "X not null", 0, NULL},
        {STRING, "**", "X not null", 0, NULL},
        {STRING, "!*", "X null", 0, NULL},
        {STRING, "~*", "X not null", 0, NULL},
        {STRING, "!~*", "X null", 0, NULL},
        {STRING, "null", "X null", 0, NULL},
        {STRING, "=null", "X null", 0, NULL},
        {STRING, "= Null", "X null", 0, NULL},
        {STRING, "!null", "X not null", 0, NULL},
        {STRING, "!=NULL", "X not null", 0, NULL},
        {STRING, "~null", "X has/i \"null\"", 0, NULL},
        {STRING, "null*", "X like/i \"\\Qnull\\E.*\"", 0, NULL},
        {STRING, "=", "X in/i \"\"", 0, NULL},
        {STRING, "!=", "X not in/i \"\"", 0, NULL},
        {STRING, "==x", "X in/i \"=x\"", 0, NULL},
        {STRING, "!==x", "X not in/i \"=x\"", 0, NULL},
        {STRING, "\\=x", "X in/i \"=x\"", 0, NULL},
        {STRING, "\\!x", "X in/i \"!x\"", 0, NULL},
        {STRING, "\\~x", "X in/i \"~x\"", 0, NULL},
        {STRING, "\\!=x", "X in/i \"!=x\"", 0, NULL},
        {STRING, "\\!~x", "X in/i \"!~x\"", 0, NULL},
        {STRING, "\\=x*", "X like/i \"\\Q=x\\E.*\"", 0, NULL},
        {STRING, "=\\=x", "X in/i \"\\=x\"", 0, NULL},
        {STRING, "\\*foo", "X in/i \"*foo\"", 0, NULL},
        {STRING, "foo\\*", "X in/i \"foo*\"", 0, NULL},
        {STRING, "=\\*foo\\*", "X in/i \"*foo*\"", 0, NULL},
        {STRING, "\\*foo*", "X like/i \"\\Q*foo\\E.*\"", 0, NULL},
        {STRING, "\\\\*foo", "X in/i \"\\\\*foo\"", 0, NULL},
        {STRING, "\\null", "X in/i \"null\"", 0, NULL},
        {STRING, "=\\NULL", "X in/i \"NULL\"", 0, NULL},
        {STRING, "!=\\null", "X not in/i \"null\"", 0, NULL},
        {STRING, "\\\\null", "X in/i \"\\null\"", 0, NULL},
        {STRING, "a\\b", "X in/i \"a\\b\"", 0, NULL},
        {STRING, ">foo", "X in/i \">foo\"", 0, NULL},
        {STRING, "<=foo", "X in/i \"<=foo\"", 0, NULL},
        {STRING, "=\"Foo\"", "X in \"Foo\"", 0, NULL},
        {STRING, "!=\"Foo\"", "X not in \"Foo\"", 0, NULL},
        {STRING, "!\"Foo\"", "X not in \"Foo\"", 0, NULL},
        {STRING, "=\"null\"", "X in \"null\"", 0, NULL},
        {STRING, "=\"\"", "X in \"\"", 0, NULL},
        {STRING, "!=\"\"", "X not in \"\"", 0, NULL},
        {STRING, "=\" \"", "X in \" \"", 0, NULL},
        {STRING, "=\"*\\*\"", "X in \"*\\*\"", 0, NULL},
        {STRING, "=\"a\"b\"", "X in \"a\"b\"", 0, NULL},
        {STRING, "=\"", "X in/i \"\"\"", 0, NULL},
        {STRING, "\"Foo\"", "X in/i \"\"Foo\"\"", 0, NULL},
        {STRING, "~\"Foo\"", "X has/i \"\"Foo\"\"", 0, NULL},
        {STRING, "=\"Foo\"*", "X like/i \"\\Q\"Foo\"\\E.*\"", 0, NULL},
        {STRING, "~a\\Eb", "X has/i \"a\\Eb\"", 0, NULL},
        {STRING, "a\\Eb*", "X like/i \"\\Qa\\E\\\\E\\Qb\\E.*\"", 0, NULL},
        {STRING, "~\u00e9", "X like \"(?iu).*\\Q\u00e9\\E.*\"", 0, NULL},
        {STRING, "!~\u00e9", "any(X null, X not like \"(?iu).*\\Q\u00e9\\E.*\")", 0, NULL},
        {STRING, "\u00e9*", "X like \"(?iu)\\Q\u00e9\\E.*\"", 0, NULL},
        {STRING, "\u00e9", "X in/i \"\u00e9\"", 0, NULL},
        {STRING, "5", "X in/i \"5\"", 0, NULL},
        {STRING, "~", NULL, 1, "a text, found the end"},
        {STRING, "!", NULL, 1, "a text, found the end"},
        {STRING, "!~", NULL, 2, "a text, found the end"},
    };

    (void)state;
    CHECK(rows);
}

static void objects_are_compared_by_their_text(void **state)
{
    static const struct row rows[] = {
        {UUID, "ab", "{!isNull(X) && (`` + X).matches(`(?isu)\\134Qab\\134E`)}", 0, NULL},
        {UUID, "!=ab", "{isNull(X) || !(`` + X).matches(`(?isu)\\134Qab\\134E`)}", 0, NULL},
        {UUID, "ab*", "{!isNull(X) && (`` + X).matches(`(?isu)\\134Qab\\134E.*`)}", 0,
         NULL},
        {UUID, "~`", "{!isNull(X) && (`` + X).matches(`(?isu).*\\134Q\\140\\134E.*`)}", 0,
         NULL},
        {UUID, "=\"a'b\"", "{!isNull(X) && (`` + X).equals(`a\\047b`)}", 0, NULL},
        {UUID, "=\"Ab\"", "{!isNull(X) && (`` + X).equals(`Ab`)}", 0, NULL},
        {UUID, "!=\"Ab\"", "{isNull(X) || !(`` + X).equals(`Ab`)}", 0, NULL},
        {UUID, "null", "X null", 0, NULL},
        {UUID, "!null", "X not null", 0, NULL},
        {UUID, "=\"a\" || null", "{(!isNull(X) && (`` + X).equals(`a`)) || (isNull(X))}", 0,
         NULL},
        {UUID, "!null && =\"a\" || =\"b\"",
         "{((!isNull(X)) && (!isNull(X) && (`` + X).equals(`a`))) || (!isNull(X) && (`` + "
         "X).equals(`b`))}",
         0, NULL},
        {"int[]", "null", "X null", 0, NULL},
        {"int[]", "!=null", "X not null", 0, NULL},
        {"int[]", "5", NULL, 0, "the server cannot compare lists, found '5'"},
        {"io.deephaven.vector.IntVector", "=5", NULL, 1, "the server cannot compare lists"},
    };

    (void)state;
    CHECK(rows);
}

static void instants_are_spans_in_the_chosen_zone(void **state)
{
    static const struct row rows[] = {
        {INSTANT, "2026-11-20",
         "all(X >= @2026-11-19 23:00:00, X <= @2026-11-20 22:59:59.999999999)", 0, NULL},
        {INSTANT, "2026",
         "all(X >= @2025-12-31 23:00:00, X <= @2026-12-31 22:59:59.999999999)", 0, NULL},
        {INSTANT, "2026-11",
         "all(X >= @2026-10-31 23:00:00, X <= @2026-11-30 22:59:59.999999999)", 0, NULL},
        {INSTANT, "2026-nov",
         "all(X >= @2026-10-31 23:00:00, X <= @2026-11-30 22:59:59.999999999)", 0, NULL},
        {INSTANT, "2026.Novem",
         "all(X >= @2026-10-31 23:00:00, X <= @2026-11-30 22:59:59.999999999)", 0, NULL},
        {INSTANT, "2026/1-2",
         "all(X >= @2026-01-01 23:00:00, X <= @2026-01-02 22:59:59.999999999)", 0, NULL},
        {INSTANT, "2026-11-20 14",
         "all(X >= @2026-11-20 13:00:00, X <= @2026-11-20 13:59:59.999999999)", 0, NULL},
        {INSTANT, "2026-11-20T14:03",
         "all(X >= @2026-11-20 13:03:00, X <= @2026-11-20 13:03:59.999999999)", 0, NULL},
        {INSTANT, "2026-11-20t14:03:11",
         "all(X >= @2026-11-20 13:03:11, X <= @2026-11-20 13:03:11.999999999)", 0, NULL},
        {INSTANT, "2026-11-20 14:03:11.2",
         "all(X >= @2026-11-20 13:03:11.200000000, X <= @2026-11-20 13:03:11.299999999)", 0,
         NULL},
        {INSTANT, "2026-11-20 14:03:11.250",
         "all(X >= @2026-11-20 13:03:11.250000000, X <= @2026-11-20 13:03:11.250999999)", 0,
         NULL},
        {INSTANT, "2026-11-20 14:03:11.250000001", "X in @2026-11-20 13:03:11.250000001", 0,
         NULL},
        {INSTANT, "!2026-11-20 14:03:11.250000001",
         "X not in @2026-11-20 13:03:11.250000001", 0, NULL},
        {INSTANT, ">2026-11-20 14:03:11.250000001", "X > @2026-11-20 13:03:11.250000001", 0,
         NULL},
        {INSTANT, "!=2026-11-20",
         "any(X < @2026-11-19 23:00:00, X > @2026-11-20 "
         "22:59:59.999999999)",
         0, NULL},
        {INSTANT, "<2026-11-20", "X < @2026-11-19 23:00:00", 0, NULL},
        {INSTANT, "<=2026-11-20", "X <= @2026-11-20 22:59:59.999999999", 0, NULL},
        {INSTANT, ">2026-11-20", "X > @2026-11-20 22:59:59.999999999", 0, NULL},
        {INSTANT, "> 2026-11-20 14:00", "X > @2026-11-20 13:00:59.999999999", 0, NULL},
        {INSTANT, ">=2026-11-20", "X >= @2026-11-19 23:00:00", 0, NULL},
        {INSTANT, "=>2026", "X >= @2025-12-31 23:00:00", 0, NULL},
        {INSTANT, "today",
         "all(X >= @2026-11-19 23:00:00, X <= @2026-11-20 22:59:59.999999999)", 0, NULL},
        {INSTANT, "Yesterday",
         "all(X >= @2026-11-18 23:00:00, X <= @2026-11-19 22:59:59.999999999)", 0, NULL},
        {INSTANT, "now", "X in @2026-11-20 13:03:11.000000204", 0, NULL},
        {INSTANT, ">= today", "X >= @2026-11-19 23:00:00", 0, NULL},
        {INSTANT, "<NOW", "X < @2026-11-20 13:03:11.000000204", 0, NULL},
        {INSTANT, "2024-02-29",
         "all(X >= @2024-02-28 23:00:00, X <= @2024-02-29 22:59:59.999999999)", 0, NULL},
        {INSTANT, "null", "X null", 0, NULL},
        {INSTANT, "!=null", "X not null", 0, NULL},
        {INSTANT, "1066", "none", 0, NULL},
        {INSTANT, ">1066", "X not null", 0, NULL},
        {INSTANT, "<1066", "X null", 0, NULL},
        {INSTANT, "<3000", "all()", 0, NULL},
        {INSTANT, ">=3000", "none", 0, NULL},
        {INSTANT, "!3000", "all()", 0, NULL},
        {INSTANT, "<null", NULL, 0, "which has no order"},
        {INSTANT, "abc2026", NULL, 0, "a date such as"},
        {INSTANT, "26-11-20", NULL, 0, "a date such as"},
        {INSTANT, "20260", NULL, 0, "a date such as"},
        {INSTANT, "2026-13", NULL, 5, "a month"},
        {INSTANT, "2026-no", NULL, 5, "a month"},
        {INSTANT, "2026-novx", NULL, 5, "a month"},
        {INSTANT, "2026-", NULL, 5, "a month"},
        {INSTANT, "2026-11-", NULL, 8, "a day that the month has"},
        {INSTANT, "2026-11-31", NULL, 8, "a day that the month has, found '31'"},
        {INSTANT, "2026-02-29", NULL, 8, "a day that the month has"},
        {INSTANT, "2026-11-0", NULL, 8, "a day that the month has"},
        {INSTANT, "2026-11-201", NULL, 8, "a day that the month has"},
        {INSTANT, "2026 14:00", NULL, 4, "nothing behind it"},
        {INSTANT, "2026-11-20 24", NULL, 11, "hours: 00 to 23"},
        {INSTANT, "2026-11-20 9", NULL, 11, "hours: 00 to 23"},
        {INSTANT, "2026-11-20T", NULL, 11, "hours: 00 to 23, found the end"},
        {INSTANT, "2026-11-20  14", NULL, 10, "nothing behind it"},
        {INSTANT, "2026-11-20 14:60", NULL, 14, "minutes: 00 to 59"},
        {INSTANT, "2026-11-20 14:03:61", NULL, 17, "seconds: 00 to 59"},
        {INSTANT, "2026-11-20 14:03:11.", NULL, 20, "1 to 9 digits of a second"},
        {INSTANT, "2026-11-20 14:03:11.0123456789", NULL, 20, "1 to 9 digits of a second"},
        {INSTANT, "2026-11-20 14:03 nowhere", NULL, 17, "a time zone"},
        {INSTANT, "todays", NULL, 0, "a date such as"},
        {INSTANT, "5", NULL, 0, "a date such as"},
        {INSTANT, ">", NULL, 1, "a date such as 2026-11-20, found the end"},
    };

    (void)state;
    CHECK(rows);
}

static void a_zone_may_stand_behind_a_time(void **state)
{
    static const struct row rows[] = {
        {INSTANT, "2026-11-20 14:03Z",
         "all(X >= @2026-11-20 14:03:00, X <= @2026-11-20 14:03:59.999999999)", 0, NULL},
        {INSTANT, ">2026-11-20T14:03:11.000000000Z", "X > @2026-11-20 14:03:11", 0, NULL},
        {INSTANT, ">=2026-11-20 14:03+02:00", "X >= @2026-11-20 12:03:00", 0, NULL},
        {INSTANT, ">=2026-11-20 14:03 -0530", "X >= @2026-11-20 19:33:00", 0, NULL},
        {INSTANT, ">=2026-11-20 14-05", "X >= @2026-11-20 19:00:00", 0, NULL},
        {INSTANT, ">=1890-01-01 00:00+01:05:21", "X >= @1889-12-31 22:54:39", 0, NULL},
        {INSTANT, ">=2026-11-20 14:03 UTC", "X >= @2026-11-20 14:03:00", 0, NULL},
        {INSTANT, ">=2026-11-20 14:03 America/New_York", "X >= @2026-11-20 19:03:00", 0,
         NULL},
        {INSTANT, ">=2026-07-01 14:03 America/New_York", "X >= @2026-07-01 18:03:00", 0,
         NULL},
        {INSTANT, ">=2026-11-20T14:03:11+01:00[Europe/Vienna]", "X >= @2026-11-20 13:03:11",
         0, NULL},
        {INSTANT, ">=2026-11-20T14:03:11Z[UTC]", "X >= @2026-11-20 14:03:11", 0, NULL},
        {INSTANT, ">=2026-11-20 14:03 CET", "X >= @2026-11-20 13:03:00", 0, NULL},
        {INSTANT, ">=2026-07-01 14:03 CEST", "X >= @2026-07-01 12:03:00", 0, NULL},
        {INSTANT, ">=2026-07-01 14:03 CET", "X >= @2026-07-01 13:03:00", 0, NULL},
        {INSTANT, ">=2046-07-01 14:03 cest", "X >= @2046-07-01 12:03:00", 0, NULL},
        {INSTANT, ">=2026-11-20 UTC", "X >= @2026-11-20 00:00:00", 0, NULL},
        {INSTANT, ">=2026-11-20 14:03 +25:00", NULL, 19, "an offset such as"},
        {INSTANT, ">=2026-11-20T14:03Z[UTC", NULL, 19, "a time zone in brackets"},
        {INSTANT, ">=2026-11-20 14:03 local", NULL, 19, "a time zone"},
        {INSTANT, ">=2026-11-20 14:03 Europe/../x", NULL, 19, "a time zone"},
        {INSTANT, ">=2026-11-20 14:03Z Z", NULL, 19, "nothing behind it"},
    };

    (void)state;
    CHECK(rows);
}

/* On 2026-03-29 from 02:00 to 03:00, on 2026-10-25 back from 03:00 to 02:00. */
static void days_on_which_the_clocks_change_are_as_long_as_they_were(void **state)
{
    static const struct row rows[] = {
        {INSTANT, "2026-03-29",
         "all(X >= @2026-03-28 23:00:00, X <= @2026-03-29 21:59:59.999999999)", 0, NULL},
        {INSTANT, "2026-10-25",
         "all(X >= @2026-10-24 22:00:00, X <= @2026-10-25 22:59:59.999999999)", 0, NULL},
        {INSTANT, ">=2026-03-29 02:30", "X >= @2026-03-29 01:00:00", 0, NULL},
        {INSTANT, ">2026-03-29 02:30:00.500000000", "X > @2026-03-29 01:00:00", 0, NULL},
        {INSTANT, "2026-03-29 02:30", "none", 0, NULL},
        {INSTANT, "!2026-03-29 02:30", "all()", 0, NULL},
        {INSTANT, "2026-03-29 01",
         "all(X >= @2026-03-29 00:00:00, X <= @2026-03-29 00:59:59.999999999)", 0, NULL},
        {INSTANT, ">=2026-10-25 02:30", "X >= @2026-10-25 00:30:00", 0, NULL},
        {INSTANT, "2026-10-25 02:30:00.000000000", "X in @2026-10-25 00:30:00", 0, NULL},
        {INSTANT, "2026-10-25 02:59:59.999999999", "X in @2026-10-25 00:59:59.999999999", 0,
         NULL},
        {INSTANT, "2026-10-25 02:30:00.000000000 CET", "X in @2026-10-25 01:30:00", 0,
         NULL},
        {INSTANT, "2026-10-25 02:30:00.000000000 CEST", "X in @2026-10-25 00:30:00", 0,
         NULL},
        {INSTANT, "2026-10-25 02",
         "all(X >= @2026-10-25 00:00:00, X <= @2026-10-25 01:59:59.999999999)", 0, NULL},
    };

    (void)state;
    CHECK(rows);
}

static void zoned_times_are_compared_by_their_instant(void **state)
{
    static const struct row rows[] = {
        {ZONED, ">=2026-11-20 14:03", "{epochNanos(X) >= 1795179780000000000L}", 0, NULL},
        {ZONED, "2026-11-20 14:03:11.000000204",
         "{(epochNanos(X) >= 1795179791000000204L) && (epochNanos(X) <= "
         "1795179791000000204L)}",
         0, NULL},
        {ZONED, "!=2026-11-20 14:03:11.000000204",
         "{(epochNanos(X) < 1795179791000000204L) || (epochNanos(X) > "
         "1795179791000000204L)}",
         0, NULL},
        {ZONED, "<now || null", "{(epochNanos(X) < 1795179791000000204L) || (isNull(X))}",
         0, NULL},
        {ZONED, "null", "X null", 0, NULL},
        {ZONED, "<3000", "all()", 0, NULL},
        {ZONED, "x", NULL, 0, "a date such as"},
    };

    (void)state;
    CHECK(rows);
}

static void dates_and_times_of_day_are_spans_too(void **state)
{
    static const struct row rows[] = {
        {DATE, "2026-11-20", "all(X >= '2026-11-20', X <= '2026-11-20')", 0, NULL},
        {DATE, "2026-11", "all(X >= '2026-11-01', X <= '2026-11-30')", 0, NULL},
        {DATE, "2024-feb", "all(X >= '2024-02-01', X <= '2024-02-29')", 0, NULL},
        {DATE, "2026", "all(X >= '2026-01-01', X <= '2026-12-31')", 0, NULL},
        {DATE, "!2026", "any(X < '2026-01-01', X > '2026-12-31')", 0, NULL},
        {DATE, "<2026", "X < '2026-01-01'", 0, NULL},
        {DATE, "<=2026", "X <= '2026-12-31'", 0, NULL},
        {DATE, ">2026-11-20", "X > '2026-11-20'", 0, NULL},
        {DATE, "today", "all(X >= '2026-11-20', X <= '2026-11-20')", 0, NULL},
        {DATE, ">=yesterday", "X >= '2026-11-19'", 0, NULL},
        {DATE, ">+12345-01-01", "X > '+12345-01-01'", 0, NULL},
        {DATE, ">-0044-03-15", "X > '-0044-03-15'", 0, NULL},
        {DATE, "null", "X null", 0, NULL},
        {DATE, ">null", NULL, 0, "which has no order"},
        {DATE, "now", NULL, 0, "a date such as"},
        {DATE, "2026-11-20 14:00", NULL, 10, "nothing behind it"},
        {DATE, "5", NULL, 0, "a date such as"},
        {TIME, "14", "all(X >= '14:00:00.000000000', X <= '14:59:59.999999999')", 0, NULL},
        {TIME, "14:03", "all(X >= '14:03:00.000000000', X <= '14:03:59.999999999')", 0,
         NULL},
        {TIME, "14:03:11", "all(X >= '14:03:11.000000000', X <= '14:03:11.999999999')", 0,
         NULL},
        {TIME, "14:03:11.5", "all(X >= '14:03:11.500000000', X <= '14:03:11.599999999')", 0,
         NULL},
        {TIME, "14:03:11.123456789",
         "all(X >= '14:03:11.123456789', X <= '14:03:11.123456789')", 0, NULL},
        {TIME, "!23", "any(X < '23:00:00.000000000', X > '23:59:59.999999999')", 0, NULL},
        {TIME, ">23:59", "X > '23:59:59.999999999'", 0, NULL},
        {TIME, "<00:00", "X < '00:00:00.000000000'", 0, NULL},
        {TIME, "!null", "X not null", 0, NULL},
        {TIME, "24:00", NULL, 0, "hours: 00 to 23"},
        {TIME, "9:00", NULL, 0, "hours: 00 to 23"},
        {TIME, "14:3", NULL, 3, "minutes"},
        {TIME, "14:03:11,5", NULL, 8, "nothing behind it"},
        {TIME, "today", NULL, 0, "hours"},
    };

    (void)state;
    CHECK(rows);
}

static void lengths_of_time_are_iso_texts(void **state)
{
    static const struct row rows[] = {
        {DURATION, "PT1H", "{!isNull(X) && X.equals(parseDuration(`PT1H`))}", 0, NULL},
        {DURATION, "!=pt1h", "{isNull(X) || !X.equals(parseDuration(`pt1h`))}", 0, NULL},
        {DURATION, ">P1DT2H3M4.5S", "{X > 'P1DT2H3M4.5S'}", 0, NULL},
        {DURATION, "<PT-1.5S", "{X < 'PT-1.5S'}", 0, NULL},
        {DURATION, "<=-P1D", "{X <= '-P1DT0S'}", 0, NULL},
        {DURATION, "null", "X null", 0, NULL},
        {DURATION, "1h", NULL, 0, "a duration such as PT1H30M"},
        {DURATION, "PT", NULL, 0, "a duration"},
        {DURATION, "P1DT", NULL, 0, "a duration"},
        {DURATION, "PT1M1H", NULL, 0, "a duration"},
        {DURATION, "P1Y", NULL, 0, "a duration"},
        {DURATION, ">null", NULL, 0, "which has no order"},
        {PERIOD, "P1Y2M3D", "{!isNull(X) && X.equals(parsePeriod(`P1Y2M3D`))}", 0, NULL},
        {PERIOD, "!P2W", "{isNull(X) || !X.equals(parsePeriod(`P2W`))}", 0, NULL},
        {PERIOD, "!null", "X not null", 0, NULL},
        {PERIOD, ">P1Y", NULL, 0, "periods have no order"},
        {PERIOD, "P", NULL, 0, "a period such as P1Y2M3D"},
        {PERIOD, "PT1H", NULL, 0, "a period"},
    };

    (void)state;
    CHECK(rows);
}

/* --- The other way round ---------------------------------------------------------------
 */

static struct condition *parsed(const char *text, const struct quick_filter_column *column,
                                const struct when_now *now)
{
    struct condition *c = NULL;
    struct err e;
    size_t at;

    if (quick_filter_parse(text, column, now, &c, &at, &e) != ERR_OK)
        fail_msg("%s '%s': %s", column->java_type, text, e.msg);
    return c;
}

/* What is made of a value, in one line: label: text => condition. */
static void check_choices(const char *java_type, const struct value *v,
                          const struct zone *zone, const char *const *expected)
{
    struct quick_filter_column column = {"X", java_type};
    struct quick_filter_choice choices[QUICK_FILTER_CHOICES];
    struct when_now now = {zone, NOW};
    struct err e = {.code = ERR_OK};
    size_t n = quick_filter_choices(v, &column, &now, choices, &e);

    for (size_t i = 0; i < n; i++) {
        struct condition *c = parsed(choices[i].text, &column, &now);
        char *text = condition_short_text(c);
        char line[512];

        (void)snprintf(line, sizeof(line), "%s: %s => %s", choices[i].label,
                       choices[i].text, text);
        assert_non_null(expected[i]);
        assert_string_equal(line, expected[i]);
        free(text);
        condition_free(c);
    }
    assert_null(expected[n]);
    quick_filter_choices_release(choices, n);
}

static struct value text_value(const char *text)
{
    return (struct value){
        .state = VALUE_SET, .type = type_new(KIND_STRING, NULL), .bytes = bytes_of(text)};
}

static struct value int_value(enum kind kind, int64_t i)
{
    return (struct value){.state = VALUE_SET, .type = type_new(kind, NULL), .i = i};
}

static struct value real_value(enum kind kind, double d)
{
    return (struct value){.state = VALUE_SET, .type = type_new(kind, NULL), .d = d};
}

static void a_text_in_a_cell_is_found_again_whatever_is_in_it(void **state)
{
    static const char *const texts[] = {
        "foo", "Foo",  "",     " ",      " a ",  "null",   "\\null", "*",
        "*a*", "\\*a", "a\\*", "a&&b",   "a||b", "a\\&&b", "|||",    "&&&&",
        "=x",  "!x",   "~x",   "!~x",    "\"",   "\"\"",   "\"a\"",  "a\"",
        "\\",  "a\\",  "\n",   "a && b", "a ||", "5",      "\u00e9", "\\E",
        "\\Q", "`",    "'",    "NULL",   "\\=x", "&",      "|",      "\\||",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct quick_filter_column column = {"X", STRING};
        struct quick_filter_choice choices[QUICK_FILTER_CHOICES];
        struct when_now now = {NULL, NOW};
        struct value v = text_value(texts[i]);
        struct err e;
        size_t n = quick_filter_choices(&v, &column, &now, choices, &e);
        struct condition *found, *expected;

        assert_true(n >= 2);
        expected = condition_in("X", literal_text(LITERAL_TEXT, texts[i]));
        found = parsed(choices[0].text, &column, &now);
        assert_true(condition_equal(found, expected));
        condition_free(found);
        found = parsed(choices[1].text, &column, &now);
        assert_true(condition_equal(found, condition_inverted(expected)));
        condition_free(found);
        for (size_t k = 2; k < n && *texts[i]; k++) { /* a part: the value is all of it */
            found = parsed(choices[k].text, &column, &now);
            assert_true(found->kind == CONDITION_CONTAINS ||
                        found->kind == CONDITION_MATCHES || found->kind == CONDITION_ANY);
            if (found->kind == CONDITION_CONTAINS)
                assert_string_equal(found->text, texts[i]);
            condition_free(found);
        }
        condition_free(expected);
        quick_filter_choices_release(choices, n);
    }
}

static void each_type_has_choices_of_its_own(void **state)
{
    struct zone *zone = vienna();
    struct value null = {.state = VALUE_NULL, .type = type_new(KIND_STRING, NULL)};
    struct value v;

    (void)state;
    check_choices(STRING, &null, zone,
                  (const char *const[]){"is null: =null => X null",
                                        "is not null: !=null => X not null",
                                        "is exactly: =\"\" => X in \"\"",
                                        "is not exactly: !=\"\" => X not in \"\"", NULL});
    check_choices("int[]", &null, zone,
                  (const char *const[]){"is null: =null => X null",
                                        "is not null: !=null => X not null", NULL});
    v = text_value("*a\\E*");
    check_choices(STRING, &v, zone,
                  (const char *const[]){
                      "is exactly: =\"*a\\E*\" => X in \"*a\\E*\"",
                      "is not exactly: !=\"*a\\E*\" => X not in \"*a\\E*\"",
                      "contains: ~**a\\E* => X has/i \"*a\\E*\"",
                      "does not contain: !~**a\\E* => any(X null, X not has/i \"*a\\E*\")",
                      "starts with: =\\*a\\E** => X like/i \"\\Q*a\\E\\\\E\\Q*\\E.*\"",
                      "ends with: =**a\\E\\* => X like/i \".*\\Q*a\\E\\\\E\\Q*\\E\"",
                      NULL});
    v = int_value(KIND_LONG, -1234567);
    check_choices("long", &v, zone,
                  (const char *const[]){"is: =-1234567 => X in -1234567",
                                        "is not: !=-1234567 => X not in -1234567",
                                        "more than: >-1234567 => X > #-1234567",
                                        "at least: >=-1234567 => X >= #-1234567",
                                        "less than, or null: <-1234567 => X < #-1234567",
                                        "at most, or null: <=-1234567 => X <= #-1234567",
                                        NULL});
    v = real_value(KIND_DOUBLE, (double)NAN);
    check_choices(
        "double", &v, zone,
        (const char *const[]){"is: =NaN => X nan", "is not: !=NaN => X not nan", NULL});
    v = real_value(KIND_DOUBLE, -(double)INFINITY);
    check_choices("double", &v, zone,
                  (const char *const[]){
                      "is: =-Inf => all(X <= #-Infinity, X not null)",
                      "is not: !=-Inf => any(X > #-Infinity, X null, X nan)", NULL});
    v = int_value(KIND_BOOL, 1);
    check_choices(BOOLEAN, &v, zone,
                  (const char *const[]){"is: =true => X in true",
                                        "is not: !=true => X not in true",
                                        "is null: =null => X null",
                                        "is not null: !=null => X not null", NULL});
    v = int_value(KIND_CHAR, '=');
    check_choices("char", &v, zone,
                  (const char *const[]){
                      "is: =\"=\" => X in c'='", "is not: !=\"=\" => X not in c'='",
                      "more than: >\"=\" => X > c'='", "at least: >=\"=\" => X >= c'='",
                      "less than, or null: <\"=\" => X < c'='",
                      "at most, or null: <=\"=\" => X <= c'='", NULL});
    zone_free(zone);
}

static void a_time_is_found_again_also_when_the_clocks_show_it_twice(void **state)
{
    struct zone *zone = vienna();
    struct value v = int_value(KIND_INSTANT, NOW);

    (void)state;
    check_choices(
        INSTANT, &v, zone,
        (const char *const[]){
            "is: =2026-11-20 14:03:11.000000204 => X in @2026-11-20 13:03:11.000000204",
            "is not: !=2026-11-20 14:03:11.000000204 => X not in @2026-11-20 "
            "13:03:11.000000204",
            "after: >2026-11-20 14:03:11.000000204 => X > @2026-11-20 "
            "13:03:11.000000204",
            "at or after: >=2026-11-20 14:03:11.000000204 => X >= @2026-11-20 "
            "13:03:11.000000204",
            "before, or null: <2026-11-20 14:03:11.000000204 => X < @2026-11-20 "
            "13:03:11.000000204",
            "at or before, or null: <=2026-11-20 14:03:11.000000204 => X <= "
            "@2026-11-20 13:03:11.000000204",
            NULL});
    zone_free(zone);
}

static void what_has_no_text_says_why(void **state)
{
    struct quick_filter_choice choices[QUICK_FILTER_CHOICES];
    struct when_now now = {NULL, NOW};
    struct value v = text_value("");
    struct err e = {.code = ERR_OK};

    (void)state;
    v.bytes = (struct bytes){(const uint8_t *)"a\0b", 3};
    assert_int_equal(quick_filter_choices(&v, &(struct quick_filter_column){"X", STRING},
                                          &now, choices, &e),
                     0);
    assert_non_null(strstr(e.msg, "NUL"));
    v = text_value("[1, 2]");
    assert_int_equal(quick_filter_choices(&v, &(struct quick_filter_column){"X", "int[]"},
                                          &now, choices, &e),
                     0);
    assert_non_null(strstr(e.msg, "cannot compare lists"));
    v = int_value(KIND_CHAR, 0xd800);
    assert_int_equal(quick_filter_choices(&v, &(struct quick_filter_column){"X", "char"},
                                          &now, choices, &e),
                     0);
    assert_non_null(strstr(e.msg, "one character"));
}

/* --- Search ----------------------------------------------------------------------------
 */

static void a_search_leaves_out_columns_that_cannot_have_it(void **state)
{
    static const char *const types[] = {STRING, "int",   "double", INSTANT, DATE,
                                        TIME,   "int[]", UUID,     STRING};
    static const struct {
        const char *text, *condition;
    } rows[] = {
        {" foo ", "search(c0 \"foo\")"},
        {"5", "search(c0 c1 c2 \"5\")"},
        {".5", "any(search(c0 \".5\"), c2 in 0.5d)"},
        {"-.5", "any(search(c0 \"-.5\"), c2 in -0.5d)"},
        {"+5", "search(c0 \"+5\")"},
        {"nan", "any(search(c0 \"nan\"), c2 nan)"},
        {"1e5", "any(search(c0 \"1e5\"), c1 in 100000, c2 in 100000d)"},
        {"1,000", "any(search(c0 \"1,000\"), c1 in 1000, c2 in 1000d)"},
        {">5", "search(c0 \">5\")"},
        {"null", "search(c0 \"null\")"},
        {"a && b || c", "search(c0 \"a && b || c\")"},
        {"14:03", "any(search(c0 \"14:03\"), all(c5 >= '14:03:00.000000000', c5 <= "
                  "'14:03:59.999999999'))"},
        {"2026-11-20",
         "any(search(c0 c1 c2 \"2026-11-20\"), all(c3 >= @2026-11-20 00:00:00, c3 <= "
         "@2026-11-20 23:59:59.999999999), all(c4 >= '2026-11-20', c4 <= '2026-11-20'))"},
        {"now", "search(c0 \"now\")"},
    };
    struct schema *s = build_schema("slllllsss");
    struct when_now now = {NULL, NOW};

    (void)state;
    for (size_t i = 0; i < s->n_columns; i++)
        s->columns[i].java_type = types[i];
    s->columns[8].is_format = true;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct condition *c = quick_filter_search(rows[i].text, s, &now);
        char *text = condition_short_text(c);

        assert_string_equal(text, rows[i].condition);
        free(text);
        condition_free(c);
    }
    assert_null(quick_filter_search("  ", s, &now));
    s->columns[0].is_format = true;
    s->columns[1].is_format = s->columns[2].is_format = true;
    struct condition *c = quick_filter_search("foo", s, &now);

    assert_int_equal(c->kind, CONDITION_NONE);
    condition_free(c);
    schema_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_joined_and_binds_tighter),
        cmocka_unit_test(whole_numbers_are_decided_by_their_type),
        cmocka_unit_test(floating_numbers_know_nan_and_both_infinities),
        cmocka_unit_test(big_numbers_keep_their_digits_and_lose_their_scale),
        cmocka_unit_test(booleans_have_short_words),
        cmocka_unit_test(characters_may_be_quoted),
        cmocka_unit_test(texts_have_wildcards_and_escapes),
        cmocka_unit_test(objects_are_compared_by_their_text),
        cmocka_unit_test(instants_are_spans_in_the_chosen_zone),
        cmocka_unit_test(a_zone_may_stand_behind_a_time),
        cmocka_unit_test(days_on_which_the_clocks_change_are_as_long_as_they_were),
        cmocka_unit_test(zoned_times_are_compared_by_their_instant),
        cmocka_unit_test(dates_and_times_of_day_are_spans_too),
        cmocka_unit_test(lengths_of_time_are_iso_texts),
        cmocka_unit_test(a_text_in_a_cell_is_found_again_whatever_is_in_it),
        cmocka_unit_test(each_type_has_choices_of_its_own),
        cmocka_unit_test(a_time_is_found_again_also_when_the_clocks_show_it_twice),
        cmocka_unit_test(what_has_no_text_says_why),
        cmocka_unit_test(a_search_leaves_out_columns_that_cannot_have_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
