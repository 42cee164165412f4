/*
 * Every column type of the server with its extremes, beside Java's own text of the same
 * value: what is shown is that text, but for what is listed here with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define VALUES_MAX 12
#define TEXT_MAX 400
#define UTC "java.time.ZoneOffset.UTC"
#define TIME "java.time."
#define BIG "new java.math."

/* How the text of Java becomes the one that is to be seen. */
typedef void as_shown(char *text);

struct sweep {
    const char *type;                /* what the header says of it */
    as_shown *as_shown;              /* NULL: Java's text */
    const char *words;               /* Java's text of X; NULL: String.valueOf(X) */
    const char *values[VALUES_MAX];  /* Java expressions, NULL at the end */
    const char *instead[VALUES_MAX]; /* what is seen in place of Java's text; NULL: that */
};

/* --- from Java's text to the one that is seen --- */

static void replace_all(char *text, const char *what, const char *with)
{
    size_t len = strlen(what), by = strlen(with);
    char *at = text;

    assert_true(by <= len);
    while ((at = strstr(at, what)) != NULL) {
        memcpy(at, with, by);
        memmove(at + by, at + len, strlen(at + len) + 1);
        at += by;
    }
}

/* "2024-01-02T03:04:05.5Z" is "2024-01-02 03:04:05.5" in the zone that was chosen. */
static void as_instant(char *text)
{
    char *at = strchr(text, 'T');

    if (at)
        *at = ' ';
    replace_all(text, "Z", "");
}

static void as_float(char *text)
{
    replace_all(text, "Infinity", "Inf");
}

/* --- a table --- */

static void append(struct buf *b, const char *text)
{
    assert_int_equal(buf_append_text(b, text, NULL), ERR_OK);
}

/* One column X with a value in each row and, where the words are another, Java's text S. */
static size_t make(const struct sweep *s)
{
    struct buf formula;
    size_t n = 0;

    buf_init(&formula, 4096);
    for (; s->values[n]; n++) {
        char *one = s->values[n + 1] ? mem_printf("ii == %zu ? %s : ", n, s->values[n])
                                     : mem_strdup(s->values[n]);

        append(&formula, one);
        free(one);
    }
    server_control("make sweep %zu view X=%.*s; S=%s", n, (int)formula.len,
                   (const char *)formula.data, s->words ? s->words : "String.valueOf(X)");
    buf_release(&formula);
    return n;
}

/* Numbers that are written in another way are compared as numbers, of their own size. */
static bool same_number(const char *type, const char *a, const char *b)
{
    char *end_a, *end_b;
    double x = strtod(a, &end_a), y = strtod(b, &end_b);

    if (strcmp(type, "float") == 0) {
        x = (double)strtof(a, NULL);
        y = (double)strtof(b, NULL);
    }
    return *a && *b && !*end_a && !*end_b && memcmp(&x, &y, sizeof(x)) == 0;
}

/* Times are padded to the digits of their column. */
static bool same_time(const char *shown, const char *java)
{
    size_t n = strlen(java);

    if (strncmp(shown, java, n) != 0)
        return false;
    for (shown += n; *shown; shown++)
        if (!strchr(":.0", *shown))
            return false;
    return true;
}

static bool check_row(const struct sweep *s, const struct sheet *sheet, size_t row)
{
    int x = sheet_column(sheet, "X"), words = sheet_column(sheet, "S");
    const char *shown = x >= 0 ? sheet->cell[row][x] : NULL;
    const char *java = words >= 0 ? sheet->cell[row][words] : NULL;
    char want[TEXT_MAX];
    bool ok;

    (void)snprintf(want, sizeof(want), "%s",
                   s->instead[row] ? s->instead[row]
                   : java          ? java
                                   : "(not on the screen)");
    if (!s->instead[row] && s->as_shown)
        s->as_shown(want);
    ok = shown && (strcmp(shown, want) == 0 ||
                   (s->as_shown == as_instant && same_time(shown, want)) ||
                   (s->as_shown == as_float && same_number(s->type, shown, want)));
    if (!ok)
        print_error("%s, %s: \"%s\", but Java says \"%s\": \"%s\"\n", s->type,
                    s->values[row], shown ? shown : "(not on the screen)",
                    java ? java : "?", want);
    return ok;
}

static void check(const struct sweep *s)
{
    static struct sheet sheet; /* large */
    size_t n = make(s), right = 0;
    struct pty *t = viewer_open("sweep", &viewer_large);

    sheet_settle(t);
    assert_true(sheet_read(t, &sheet));
    assert_int_equal(sheet.n_rows, n);
    assert_string_equal(sheet.type[0], s->type);
    for (size_t row = 0; row < n; row++)
        right += check_row(s, &sheet, row);
    sheet_release(&sheet);
    assert_int_equal(right, n);
    assert_true(pty_has(t, "live"));
    viewer_leave(t);
}

/* --- the values --- */

#define ARRAY "java.util.Arrays.toString(X)"
#define VECTOR "java.util.Arrays.toString(X.toArray())"
#define PLAIN "X.stripTrailingZeros().toPlainString()"

static const struct sweep all[] = {
    /* clang-format off */
    {"byte", NULL, NULL, {"(byte)-127", "(byte)127", "(byte)0", "NULL_BYTE"},
     {[3] = "∅"}},
    {"short", NULL, NULL, {"(short)-32767", "(short)32767", "NULL_SHORT"}, {[2] = "∅"}},
    {"int", NULL, NULL, {"-2147483647", "2147483647", "0", "NULL_INT"}, {[3] = "∅"}},
    {"long", NULL, NULL, {"-9223372036854775807L", "9223372036854775807L", "NULL_LONG"},
     {[2] = "∅"}},
    {"float", as_float, NULL,
     {"1.4E-45f", "1.17549435E-38f", "3.4028235E38f", "0.1f", "16777216f", "-0.0f",
      "Float.NaN", "Float.POSITIVE_INFINITY", "Float.NEGATIVE_INFINITY", "NULL_FLOAT"},
     {[9] = "∅"}},
    {"double", as_float, NULL,
     {"4.9E-324", "2.2250738585072014E-308", "1.7976931348623157E308", "0.1",
      "9007199254740993.0", "-0.0", "Double.NaN", "Double.POSITIVE_INFINITY",
      "Double.NEGATIVE_INFINITY", "NULL_DOUBLE"}, {[9] = "∅"}},
    {"boolean", NULL, NULL, {"true", "false"}, {0}},
    {"char", NULL, NULL, {"'A'", "(char)0", "(char)27", "(char)0x202e", "(char)0xfffe",
                          "(char)0xd800", "NULL_CHAR"}, {[5] = "<d800>", [6] = "∅"}},
    {"string", NULL, NULL, {"`a`", "``", "`null`", "`\\t\\u0000`", "(String)null"},
     {[1] = "\"\"", [4] = "∅"}},
    {"big decimal", NULL, PLAIN,
     {BIG "BigDecimal(`1.50`)", BIG "BigDecimal(`1E+30`)", BIG "BigDecimal(`-1E-30`)",
      BIG "BigDecimal(`0.000`)",
      BIG "BigDecimal(`1234567890123456789012345678.90123456789`)"}, {0}},
    {"big integer", NULL, NULL,
     {BIG "BigInteger(`2`).pow(127)", BIG "BigInteger(`-2`).pow(127)",
      BIG "BigInteger(`-128`)", BIG "BigInteger(`0`)"}, {0}},
    {"instant", as_instant, NULL,
     {TIME "Instant.ofEpochSecond(0, 1)", TIME "Instant.ofEpochSecond(-1, 0)",
      "epochNanosToInstant(-9223372036000000000L)",
      "epochNanosToInstant(9223372035999999999L)"}, {0}},
    {"instant", NULL, NULL,
     {"epochNanosToInstant(-9223372036854775807L)", "epochNanosToInstant(9223372036854775807L)"}, {0}},
    {"instant", as_instant, "String.valueOf(X.toInstant())",
     {TIME "ZonedDateTime.of(2024,2,29,12,0,0,1," UTC ")",
      TIME "ZonedDateTime.of(2024,2,29,12,0,0,0," TIME "ZoneOffset.ofHours(14))",
      TIME "ZonedDateTime.of(1678,1,1,0,0,0,0," UTC ")"}, {0}},
    {"date", NULL, NULL,
     {TIME "LocalDate.of(1970,1,1)", TIME "LocalDate.of(1582,10,15)", TIME "LocalDate.of(1,1,1)",
      TIME "LocalDate.of(0,2,29)", TIME "LocalDate.of(-1,1,1)", TIME "LocalDate.of(9999,12,31)",
      TIME "LocalDate.of(10000,1,1)"}, {0}},
    {"time", as_instant, NULL,
     {TIME "LocalTime.MIN", TIME "LocalTime.MAX", TIME "LocalTime.of(12,0,0,1)"}, {0}},
    {"duration", NULL, NULL,
     {TIME "Duration.ZERO", TIME "Duration.ofNanos(Long.MAX_VALUE)",
      TIME "Duration.ofNanos(-9223372036854775807L)", TIME "Duration.ofMillis(-500)",
      TIME "Duration.ofDays(1)"}, {0}},
    {"period", NULL, NULL,
     {TIME "Period.ZERO", TIME "Period.of(1,2,3)", TIME "Period.of(-1,14,-40)",
      TIME "Period.of(Integer.MAX_VALUE,Integer.MIN_VALUE,1)"}, {0}},
    {"byte[]", NULL, ARRAY, {"new byte[]{(byte)-127, (byte)127}"}, {0}},
    {"short[]", NULL, ARRAY, {"new short[]{(short)-32767, (short)32767}"}, {0}},
    {"int[]", NULL, ARRAY, {"new int[]{-2147483647, 2147483647}", "new int[]{NULL_INT}"},
     {[1] = "[null]"}},
    {"long[]", NULL, ARRAY,
     {"new long[]{-9223372036854775807L}", "new long[]{9223372036854775807L}"}, {0}},
    {"float[]", as_float, ARRAY,
     {"new float[]{0.1f, -0.0f, 3.5f, Float.NaN, Float.POSITIVE_INFINITY}"}, {0}},
    {"double[]", as_float, ARRAY,
     {"new double[]{0.1, -0.0, 3.5, Double.NaN, Double.NEGATIVE_INFINITY}"}, {0}},
    {"char[]", NULL, ARRAY, {"new char[]{'A', 'z'}"}, {0}},
    {"boolean[]", NULL, ARRAY, {"new Boolean[]{Boolean.TRUE, Boolean.FALSE, null}"}, {0}},
    {"string[]", NULL, ARRAY, {"new String[]{`a`, null, `b`}"}, {0}},
    {"big decimal[]", NULL, ARRAY,
     {"new java.math.BigDecimal[]{" BIG "BigDecimal(`1.5`), null}"}, {0}},
    {"big integer[]", NULL, ARRAY,
     {"new java.math.BigInteger[]{" BIG "BigInteger(`2`).pow(100), null}"}, {0}},
    {"instant[]", as_instant, ARRAY,
     {"new java.time.Instant[]{" TIME "Instant.ofEpochSecond(1, 1), null}"}, {0}},
    {"instant[]", as_instant, ARRAY,
     {"new java.time.ZonedDateTime[]{" TIME "ZonedDateTime.of(2024,2,29,12,0,1,0," UTC ")}"}, {0}},
    {"date[]", NULL, ARRAY,
     {"new java.time.LocalDate[]{" TIME "LocalDate.of(1,1,1), " TIME "LocalDate.of(9999,12,31)}"}, {0}},
    {"time[]", NULL, ARRAY, {"new java.time.LocalTime[]{" TIME "LocalTime.MAX, null}"}, {0}},
    {"duration[]", NULL, ARRAY,
     {"new java.time.Duration[]{" TIME "Duration.ofNanos(Long.MAX_VALUE), null}"}, {0}},
    {"string[]", NULL, ARRAY, {"new java.util.UUID[]{new java.util.UUID(1, 2)}"}, {0}},
    {"int[]", NULL, VECTOR, {"new io.deephaven.vector.IntVectorDirect(1, 2147483647)"}, {0}},
    {"double[]", NULL, VECTOR, {"new io.deephaven.vector.DoubleVectorDirect(0.5, -0.25)"}, {0}},
    {"string[]", NULL, VECTOR, {"new io.deephaven.vector.ObjectVectorDirect(`a`, `b`)"}, {0}},
    {"period-duration", NULL, "X.getPeriod() + String.valueOf(X.getDuration()).substring(1)",
     {"new org.apache.arrow.vector.PeriodDuration(" TIME "Period.of(1,2,3), " TIME "Duration.ofNanos(4L))"}, {0}},
    {"UUID", NULL, NULL, {"new java.util.UUID(-1L, -1L)", "new java.util.UUID(0, 0)", "(java.util.UUID)null"}, {[2] = "∅"}},
    {"DayOfWeek", NULL, NULL, {TIME "DayOfWeek.MONDAY", TIME "DayOfWeek.SUNDAY"}, {0}},
    {"URI", NULL, NULL, {"java.net.URI.create(`http://a/b`)"}, {0}},
    {"Object", NULL, NULL, {"(Object)java.util.List.of(1, 2)"}, {0}},
    /* What the wire loses without a word (tests/README.md): no client can tell. Should a
     * later server send it whole, this is where it shows. */
    {"instant", as_instant, NULL,
     {TIME "ZonedDateTime.of(1600,1,1,0,0,0,0," UTC ")"}, {"2184-07-20 23:34:33.709551616"}},
    {"date", NULL, NULL, {TIME "LocalDate.MAX", TIME "LocalDate.MIN"},
     {"-169108099-06-28", "+169108099-07-05"}},
    {"duration", NULL, NULL, {TIME "Duration.ofNanos(Long.MIN_VALUE)"}, {"∅"}},
    {"period[]", NULL, ARRAY, {"new java.time.Period[]{" TIME "Period.of(1,2,3), null}"},
     {"[P1Y2M, null]"}},
    {"string", NULL, NULL, {"`a` + (char)0xd800"}, {"a?"}},
    /* clang-format on */
};

static void what_is_seen_is_javas_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        check(&all[i]);
    server_control("forget sweep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_seen_is_javas_text),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
