/*
 * Formats beside the server's own: it writes numbers and times by a pattern, in Java, and
 * each of them is what the same pattern gives here, in the cells of ":format" too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/value_format.h"
#include "tests/support/folder.h"
#include "tests/support/script_run.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define TABLE "format_patterns"
#define ROWS 400
#define X                                                                                  \
    "(ii - 200) * (ii % 7 == 0 ? 125000.25 : ii % 5 == 0 ? 0.005 : ii % 3 == 0 ? 0.125 : " \
    "0.37)"
#define N "ii * ii * ii * 26123456789012L - 3000000000000000L"
#define NUMBER_BEFORE "new java.text.DecimalFormat("
#define NUMBER_BEHIND ").format(X)"
#define TIME_BEFORE "java.time.format.DateTimeFormatter.ofPattern("
#define TIME_BEHIND ").withZone(java.time.ZoneId.of(`Europe/Vienna`)).format(T)"
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static char folder[] = "/tmp/dhview-formats-XXXXXX";

/* A ";" would end the formula, and the server takes quotes for those of a time. */
static const char *const numbers[] = {
    "0",    "0.00",    "#,##0.00", "#.##",    "#.00",  ".###",  "000.0",
    "0.0%", "0.###E0", "00.##E00", "$ #,##0", "#,###", "'#'0.", "##0.0 'x'"};

static const char *const times[] = {"yyyy-MM-dd HH:mm:ss.SSS",
                                    "d/M/yy h:mm a",
                                    "EEE d MMM yyyy",
                                    "EEEE, MMMM dd",
                                    "DDD HH:mm X",
                                    "HHmm xx Z",
                                    "d.M. XXX VV",
                                    "ss.SSSSSSSSS"};

/* What Java makes of all patterns, with "|" behind each: one formula is compiled once. */
static void add_texts(char **line, const char *const *patterns, size_t n,
                      const char *before, const char *behind)
{
    for (size_t i = 0; i < n; i++)
        mem_addf(line, "%s%s`%s`%s + `|`", i ? " + " : "", before, patterns[i], behind);
}

static void make_table(void)
{
    char *line = mem_strdup("X = " X "; N = " N "; T = epochNanosToInstant(N); Numbers = ");

    add_texts(&line, numbers, COUNT(numbers), NUMBER_BEFORE, NUMBER_BEHIND);
    mem_addf(&line, "; Times = ");
    add_texts(&line, times, COUNT(times), TIME_BEFORE, TIME_BEHIND);
    mem_addf(&line, "; P = " NUMBER_BEFORE "`%s`" NUMBER_BEHIND, numbers[2]);
    mem_addf(&line, "; Q = " TIME_BEFORE "`%s`" TIME_BEHIND, times[2]);
    server_control("make " TABLE " %d update %s", ROWS, line);
    free(line);
}

static void expect_format(const char *format, const struct value *v, const char *want)
{
    struct value_format *f = NULL;
    struct err e;
    struct buf out;
    size_t at;

    if (value_format_parse(format, v->type, &f, &at, &e) != ERR_OK)
        fail_msg("%s: %s", format, e.msg);
    buf_init(&out, 4096);
    value_format_put(f, v, &(struct format_options){0}, &out);
    (void)buf_append(&out, "", 1, NULL);
    if (strcmp((const char *)out.data, want) != 0)
        fail_msg("%s: the server has \"%s\", found \"%s\"", format, want, out.data);
    buf_release(&out);
    value_format_free(f);
}

/* The next part of a line; borrowed from it. */
static const char *next(char **rest, const char *end)
{
    const char *cell = strsep(rest, end);

    assert_non_null(cell);
    return cell;
}

static void check_line(char *line)
{
    static const struct type real = {.kind = KIND_DOUBLE}, instant = {.kind = KIND_INSTANT};
    struct value x = {VALUE_SET, &real, .d = strtod(next(&line, "\t"), NULL)};
    struct value t = {VALUE_SET, &instant, .i = strtoll(next(&line, "\t"), NULL, 10)};

    (void)next(&line, "\t"); /* the time as it is usual */
    for (size_t i = 0; i < COUNT(numbers); i++)
        expect_format(numbers[i], &x, next(&line, "|"));
    (void)next(&line, "\t");
    for (size_t i = 0; i < COUNT(times); i++) {
        char *format = mem_printf("%s zone Europe/Vienna", times[i]);

        expect_format(format, &t, next(&line, "|"));
        free(format);
    }
}

static void patterns_mean_what_they_mean_to_the_server(void **state)
{
    struct script_run r = script_run(
        folder, "dhview --once --format tsv --no-header %s/" TABLE, server_address());
    char *rest = r.out, *line;
    size_t n = 0;

    (void)state;
    assert_string_equal(r.err, "");
    for (; (line = strsep(&rest, "\n")) && *line; n++)
        check_line(line);
    assert_int_equal(n, ROWS);
    script_run_release(&r);
}

/* Fails unless two columns read the same in all rows on the screen. */
static void expect_alike(struct pty *t, const char *a, const char *b)
{
    struct sheet s;
    int at, same;

    sheet_settle(t);
    assert_true(sheet_read(t, &s));
    at = sheet_column(&s, a);
    same = sheet_column(&s, b);
    assert_true(at >= 0 && same >= 0 && s.n_rows > 5);
    for (size_t i = 0; i < s.n_rows; i++)
        assert_string_equal(s.cell[i][at], s.cell[i][same]);
    sheet_release(&s);
}

static void a_column_with_a_format_reads_like_the_servers_own_text(void **state)
{
    struct pty *t = viewer_open(TABLE, &viewer_large);

    (void)state;
    pty_keys(t, ":select X, P, T, Q<Enter>");
    pty_wait_text(t, "col 1/4");
    pty_keys(t, ":format #,##0.00<Enter>");
    pty_wait_text(t, "X is shown by #,##0.00");
    pty_keys(t, ":format T = EEE d MMM yyyy zone Europe/Vienna<Enter>");
    pty_wait_text(t, "T is shown by EEE d MMM yyyy");
    expect_alike(t, "X", "P");
    expect_alike(t, "T", "Q");
    pty_keys(t, "G");
    sheet_wait_status(t, ROWS, ROWS);
    expect_alike(t, "X", "P");
    expect_alike(t, "T", "Q");
    viewer_leave(t);
}

/* --- patterns that the table brings along --- */

/* Of the tables in formats_tables.py. Fails unless X and T are shown as the server itself
 * writes them, and B as usual. */
static void expect_own_formats(struct pty *t)
{
    expect_alike(t, "X", "P");
    expect_alike(t, "T", "Q");
    expect_alike(t, "B", "C"); /* what is no pattern formats nothing */
}

static void open_own(struct pty **t, const char *table)
{
    *t = viewer_open(table, &viewer_large);
    pty_keys(*t, ":set zone Europe/Vienna<Enter>");
}

static void patterns_of_the_table_itself_are_honoured(void **state)
{
    struct pty *t;

    (void)state;
    open_own(&t, "format_own");
    pty_wait_text(t, "X (double)   col 1/6"); /* what formats is no column to be seen */
    expect_own_formats(t);
    pty_keys(t, "G");
    sheet_wait_status(t, ROWS, ROWS);
    expect_own_formats(t);
    pty_keys(t, "gg]");
    pty_wait_row(t, 3, "467900.8930");
    expect_own_formats(t);
    pty_keys(t, "&>1000<Enter>");
    sheet_wait_status(t, 1, 379);
    expect_own_formats(t);
    viewer_leave(t);
}

static void the_users_own_format_goes_before_that_of_the_table(void **state)
{
    struct pty *t;

    (void)state;
    open_own(&t, "format_own");
    pty_keys(t, ":format<Enter>");
    pty_wait_text(t, "X is shown by #,##0.00   (the server's own)");
    pty_keys(t, ":format 'user' 0.0<Enter>");
    pty_wait_text(t, "user ");
    pty_keys(t, ":format default<Enter>");
    pty_wait_gone(t, "user ");
    expect_own_formats(t);
    viewer_leave(t);
}

static void patterns_tick_with_their_table(void **state)
{
    struct pty *t;

    (void)state;
    open_own(&t, "format_ticks");
    sheet_wait_status(t, 1, 40);
    for (int i = 0; i < 5; i++)
        expect_own_formats(t);
    viewer_leave(t);
}

static int make(void **state)
{
    (void)state;
    folder_make(folder);
    make_table();
    server_control("run %s/tests/e2e/formats_tables.py", TEST_SOURCE_DIR);
    return 0;
}

static int end(void **state)
{
    (void)state;
    server_control("forget " TABLE);
    server_control("forget format_own");
    server_control("forget format_ticks");
    folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_mean_what_they_mean_to_the_server),
        cmocka_unit_test(a_column_with_a_format_reads_like_the_servers_own_text),
        cmocka_unit_test(patterns_of_the_table_itself_are_honoured),
        cmocka_unit_test(the_users_own_format_goes_before_that_of_the_table),
        cmocka_unit_test(patterns_tick_with_their_table),
    };

    server_require();
    return cmocka_run_group_tests(tests, make, end);
}
