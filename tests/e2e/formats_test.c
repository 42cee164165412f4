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

static bool has_copied_all(struct pty *t, void *ctx)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);
    char *got = pty_clipboard(out, n);
    bool has = got && strncmp(got, "-24,691.34\n", 11) == 0 &&
               strstr(got, "\n467900.8930") != NULL;

    (void)ctx;
    free(got);
    return has;
}

/* The rows that are not held, too. */
static void a_copy_as_shown_is_by_the_patterns_of_the_table(void **state)
{
    struct pty *t;

    (void)state;
    open_own(&t, "format_own");
    pty_let_copy(t);
    pty_wait_text(t, "-24,691.34");
    pty_keys(t, "gvgy");
    pty_wait(t, has_copied_all, NULL, "a copy of all rows as they are shown");
    viewer_leave(t);
}

static void patterns_tick_with_their_table(void **state)
{
    struct pty *t;

    (void)state;
    open_own(&t, "format_ticks");
    sheet_wait_status(t, 1, 40);
    for (int i = 0; i < 3; i++) { /* a picture that stands still is of one update */
        pty_keys(t, "p");
        pty_wait_text(t, "PAUSED");
        expect_own_formats(t);
        pty_keys(t, "p");
        pty_wait_gone(t, "PAUSED");
    }
    viewer_leave(t);
}

/* --- colours that the table brings along --- */

static void expect_look(struct pty *t, const char *text, int fg, int bg)
{
    viewer_wait_look(t, text, (struct viewer_look){.fg = fg, .bg = bg});
}

/* In 256 colours; what the user has is on top. */
static void colours_of_the_table_are_shown(void **state)
{
    struct pty *t = viewer_open("format_colours", &viewer_large);

    (void)state;
    pty_wait_text(t, "F (string)   col 1/5");
    expect_look(t, "f102", 196, -1);
    expect_look(t, "f103", -1, -1);
    expect_look(t, "g102", 7, 18); /* to be read on it */
    expect_look(t, "h102", 21, 226);
    expect_look(t, "k102", -1, -1);
    expect_look(t, "k107", 16, 46); /* that of its row */
    expect_look(t, "h107", 21, 226);
    expect_look(t, "f100", 0, 6); /* the cursor */
    pty_keys(t, "jjV");
    expect_look(t, "f100", 196, -1);
    expect_look(t, "h102", 0, 3); /* selected */
    pty_keys(t, "<Esc>");
    expect_look(t, "h102", 21, 226);
    viewer_leave(t);
}

static void colours_stay_with_their_cells(void **state)
{
    struct pty *t = viewer_open("format_colours", &viewer_large);

    (void)state;
    pty_wait_text(t, "F (string)   col 1/5");
    pty_keys(t, "$[0");
    pty_wait_row(t, 3, "f139");
    expect_look(t, "f138", 196, -1);
    expect_look(t, "f137", -1, -1);
    expect_look(t, "k107", 16, 46);
    pty_keys(t, ":where V > 130<Enter>");
    pty_wait_gone(t, "f139");
    expect_look(t, "f106", 196, -1);
    expect_look(t, "k107", 16, 46);
    pty_keys(t, "--3g>"); /* two are hidden, and one goes to the end */
    pty_wait_text(t, "col 3/3");
    expect_look(t, "h106", 21, 226);
    expect_look(t, "h107", 21, 226);
    expect_look(t, "k107", 16, 46);
    viewer_leave(t);
}

static void colours_are_those_that_the_terminal_has(void **state)
{
    static const struct {
        const char *env;
        struct {
            int fg, bg;
        } f, g, h;
    } cases[] = {
        {"COLORTERM=truecolor",
         {PTY_RGB + 0xff0000, -1},
         {7, PTY_RGB + 0x80},
         {PTY_RGB + 0xff, PTY_RGB + 0xffff00}},
        {"TERM=xterm", {1, -1}, {7, 4}, {4, 3}},
        {"NO_COLOR=1", {-1, -1}, {-1, -1}, {-1, -1}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct viewer_setting z = {.rows = 24, .cols = 80, .env = cases[i].env};
        struct pty *t = viewer_open("format_colours", &z);

        pty_wait_text(t, "F (string)   col 1/5");
        expect_look(t, "f102", cases[i].f.fg, cases[i].f.bg);
        expect_look(t, "g102", cases[i].g.fg, cases[i].g.bg);
        expect_look(t, "h102", cases[i].h.fg, cases[i].h.bg);
        viewer_leave(t);
    }
}

/* The column of the screen where a part of its line begins. */
static int column_of(const char *line, const char *part)
{
    int n = 0;

    for (; line < part; line++)
        n += ((unsigned char)*line & 0xc0) != 0x80;
    return n;
}

/* Of each text that is on the screen now; true when both colours were seen. */
static bool check_tints(const struct pty *t)
{
    bool red = false, blue = false;

    for (int row = 4; row < 20; row++) { /* below the cursor's */
        char *line = pty_row(t, row);
        const char *at = strstr(line, "dish");
        bool is_red = at != NULL;
        struct pty_cell c;

        at = at ? at : strstr(line, "uish");
        pty_cell(t, row, at ? column_of(line, at) : 0, &c);
        if (at && is_red)
            assert_int_equal(c.fg, 196);
        else if (at)
            assert_int_equal(c.fg, 21);
        red = red || is_red;
        blue = blue || (at && !is_red);
        free(line);
    }
    return red && blue;
}

static void colours_tick_with_their_table(void **state)
{
    struct pty *t = viewer_open("format_tinted", &viewer_large);

    (void)state;
    sheet_wait_status(t, 1, 20);
    for (int i = 0; i < 4; i++) {
        sheet_settle(t);
        assert_true(check_tints(t));
    }
    viewer_leave(t);
}

/* The text has no colour of its own there: it is black on green. */
static void a_change_is_seen_on_a_colour(void **state)
{
    struct pty *t = viewer_open("format_changes", &viewer_large);

    (void)state;
    viewer_wait_look(t, "evenly", (struct viewer_look){.fg = 0, .bg = 46, .bold = true});
    viewer_wait_look(t, "oddly",
                     (struct viewer_look){.fg = 0, .bg = 46, .underline = true});
    viewer_leave(t);
}

static void a_wide_table_brings_what_its_near_columns_need(void **state)
{
    struct pty *t = viewer_open("format_wide", &viewer_large);

    (void)state;
    pty_wait_text(t, "C0 (long)   col 1/1,000");
    expect_look(t, "2000", 0, 46); /* of C0 */
    expect_look(t, "2001", -1, -1);
    expect_look(t, "2003.00", -1, -1);
    pty_keys(t, "$");
    pty_wait_text(t, "C999 (long)");
    expect_look(t, "2998", 0, 46);
    expect_look(t, "2996.00", -1, -1);
    expect_look(t, "2995", -1, -1);
    viewer_leave(t);
}

static void the_option_leaves_values_as_usual(void **state)
{
    struct pty *t = viewer_open("format_colours", &viewer_large);

    (void)state;
    expect_look(t, "h102", 21, 226);
    pty_keys(t, ":set server-formats no<Enter>");
    expect_look(t, "h102", -1, -1);
    pty_keys(t, ":set server-formats yes<Enter>");
    expect_look(t, "h102", 21, 226);
    viewer_leave(t);
    t = viewer_open("format_own", &viewer_large);
    pty_wait_text(t, "Thu 1 Jan 1970");
    pty_keys(t, ":select X, T<Enter>:set server-formats no<Enter>");
    pty_wait_gone(t, "Thu 1 Jan 1970");
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
    server_control("forget format_colours");
    server_control("forget format_tinted");
    server_control("forget format_changes");
    server_control("forget format_wide");
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
        cmocka_unit_test(a_copy_as_shown_is_by_the_patterns_of_the_table),
        cmocka_unit_test(patterns_tick_with_their_table),
        cmocka_unit_test(colours_of_the_table_are_shown),
        cmocka_unit_test(colours_stay_with_their_cells),
        cmocka_unit_test(colours_are_those_that_the_terminal_has),
        cmocka_unit_test(colours_tick_with_their_table),
        cmocka_unit_test(a_change_is_seen_on_a_colour),
        cmocka_unit_test(a_wide_table_brings_what_its_near_columns_need),
        cmocka_unit_test(the_option_leaves_values_as_usual),
    };

    server_require();
    return cmocka_run_group_tests(tests, make, end);
}
