/*
 * Tables that the server makes of the one on the screen: distinct values with their counts,
 * and the row of totals. What they are to hold is reckoned here from the formulas.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

/* --- distinct values --- */

/* Rows of small whose C is the letter: its rows are numbered from 0 and C goes round. */
static int64_t rows_with(char letter)
{
    int64_t n = 0;

    for (int64_t i = 0; i < 1000; i++)
        n += 'a' + i % 26 == letter;
    return n;
}

/* Equal counts stand in the order in which the values come first. */
static char *letter_counts(const char *column, int64_t i)
{
    char letter = (char)('a' + i);

    return strcmp(column, "C") == 0 ? mem_printf("%c", letter)
                                    : mem_printf("%" PRId64, rows_with(letter));
}

static char *with_letter_c(const char *column, int64_t i)
{
    return sheet_formula_million(column, 2 + 26 * i);
}

static void values_are_listed_with_counts_and_enter_filters_by_one(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cC\rD");
    sheet_wait_status(t, 1, 26);
    sheet_settle(t);
    pty_wait_text(t, "small: values of C");
    assert_true(sheet_check(t, letter_counts) > 20);
    pty_keys(t, "jj\r");
    pty_wait_text(t, " of 39 ");
    sheet_settle(t);
    assert_true(sheet_check(t, with_letter_c) > 0);
    pty_keys(t, "U");
    pty_wait_text(t, " of 1,000 ");
    viewer_leave(t);
}

static void keys_typed_before_the_values_are_there_are_for_these(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cC\rDjj\r");
    pty_wait_text(t, " of 39 ");
    sheet_settle(t);
    assert_true(sheet_check(t, with_letter_c) > 0);
    pty_keys(t, "Dq"); /* what closes it waits for nothing */
    pty_wait_text(t, " of 39 ");
    pty_keys(t, "Djj<Esc>");
    pty_wait_text(t, "the list was given up; the server may still be busy");
    pty_wait_text(t, " of 39 ");
    viewer_leave(t);
}

static void rows_without_a_value_are_listed_and_filtered_by(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cN\rD");
    pty_wait_text(t, " of 801 ");
    sheet_settle(t);
    pty_wait_row(t, 3, "200"); /* the most frequent of all */
    pty_keys(t, "\r");
    pty_wait_text(t, " of 200 ");
    pty_wait_text(t, "null"); /* the text of the filter */
    viewer_leave(t);
}

static void values_follow_the_filters_of_their_table(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, ":where I < 26\r");
    pty_wait_text(t, " of 26 ");
    pty_keys(t, "cB\rD");
    pty_wait_text(t, " of 2 ");
    sheet_settle(t);
    pty_wait_text(t, "17"); /* as often false */
    pty_wait_text(t, "9");
    pty_keys(t, "q");
    pty_wait_text(t, " of 26 ");
    viewer_leave(t);
}

static void a_list_has_no_values_to_count(void **state)
{
    struct pty *t = viewer_open("types", VIEWER_SETTING(state));

    pty_keys(t, "cInts\rD");
    pty_wait_text(t, "the server does not count lists by value");
    viewer_leave(t);
}

static void periods_are_counted_and_filtered_by(void **state)
{
    struct pty *t = viewer_open("types", VIEWER_SETTING(state));

    pty_keys(t, "cPeriod\rD");
    pty_wait_text(t, "types: values of Period");
    pty_wait_text(t, "row 1 of 9 ");
    sheet_settle(t);
    pty_keys(t, "\r");
    pty_wait_text(t, "filter =");
    viewer_leave(t);
}

static void the_list_of_tables_tells_no_rows_of_what_was_made_of_one(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));
    char *screen;

    pty_keys(t, "t");
    pty_wait_text(t, "query scope variable");
    pty_keys(t, "/small"); /* which may be below the screen else */
    pty_wait_gone(t, "appending");
    pty_wait_text(t, "1,000"); /* as the server has it */
    pty_keys(t, "<Esc>q:where I < 26\r");
    pty_wait_text(t, " of 26 ");
    pty_keys(t, "t");
    pty_wait_text(t, "query scope variable");
    pty_keys(t, "/small");
    pty_wait_gone(t, "appending"); /* the list is down to it */
    screen = pty_screen(t);
    assert_null(strstr(strstr(screen, "small"), " 26"));
    free(screen);
    pty_keys(t, "<Enter>"); /* what is typed for the list is closed */
    viewer_leave(t);
}

/* --- totals --- */

/* The line with the sign of totals in the gutter and the text; owned, NULL: none. */
static char *totals_line(const struct pty *t, const char *total)
{
    int rows, cols;

    pty_size(t, &rows, &cols);
    for (int row = rows - 1; row >= 0; row--) {
        char *text = pty_row(t, row);

        if ((strstr(text, "Σ") || strstr(text, " sum ")) && strstr(text, total))
            return text;
        free(text);
    }
    return NULL;
}

static bool has_total(struct pty *t, void *ctx)
{
    char *line = totals_line(t, ctx);

    free(line);
    return line != NULL;
}

static void wait_total(struct pty *t, const char *total)
{
    pty_wait(t, has_total, (void *)(uintptr_t)total, total);
}

static void sums_of_numbers_stand_below_the_rows_and_follow_filters(void **state)
{
    struct pty *t = viewer_open("ten", VIEWER_SETTING(state));

    pty_keys(t, "T");
    wait_total(t, "4995000"); /* 10 times 0 + ... + 999 */
    pty_keys(t, ":where C0 < 100\r");
    wait_total(t, "450");
    pty_keys(t, "U");
    wait_total(t, "4995000");
    pty_keys(t, "T");
    pty_wait_gone(t, "4995000");
    viewer_leave(t);
}

static void the_total_of_a_column_is_chosen_from_a_list(void **state)
{
    struct pty *t = viewer_open("ten", VIEWER_SETTING(state));

    pty_keys(t, "zT");
    pty_wait_text(t, "total of this column");
    pty_keys(t, "/Max\r");
    wait_total(t, "9990");
    pty_wait_text(t, "total Max");
    pty_keys(t, "zT\r");
    pty_wait_gone(t, "total Max");
    viewer_leave(t);
}

static void the_attribute_of_a_table_says_which_totals_it_has(void **state)
{
    struct pty *t;

    server_python("derived_totals = ten.with_attributes(\n"
                  "    {'TotalsTable': 'true,false,Skip;C0=Max:Min,C1=Count,;;'})\n");
    t = viewer_open("derived_totals", VIEWER_SETTING(state));
    wait_total(t, "1000"); /* in the first of two lines */
    pty_wait_text(t, "9990");
    pty_wait_text(t, "total Max, Min");
    viewer_leave(t);
    server_control("forget derived_totals");
}

/* What the server refuses would fail all of them. */
static void the_server_has_a_total_wherever_one_is_asked_for(void **state)
{
    struct pty *t;

    server_python(
        "derived_ops = ':'.join(['Sum', 'AbsSum', 'Min', 'Max', 'Var', 'Avg', "
        "'Median', 'Std', 'First', 'Last', 'CountDistinct', 'Distinct', 'Count', "
        "'Unique'])\n"
        "derived_all = types.with_attributes({'TotalsTable': 'true,false,Skip;' +\n"
        "    ''.join('%s=%s,' % (c.name, derived_ops) for c in types.columns) + "
        "';;'})\n");
    t = viewer_open("derived_all", VIEWER_SETTING(state));
    pty_wait_text(t, "Σ");
    sheet_settle(t);
    wait_total(t, "[-127, -1, 0, 1, 6, 7, 8, 127]"); /* the distinct ones of a column */
    pty_keys(t, "$");
    sheet_settle(t);
    wait_total(t, "9"); /* none was refused */
    viewer_leave(t);
    server_python("del derived_all, derived_ops\n");
}

static void totals_tick_with_their_table(void **state)
{
    struct pty *t;

    server_control("clear");
    server_control("add 1 10 a");
    t = viewer_open("ctl", VIEWER_SETTING(state));
    pty_keys(t, "T");
    wait_total(t, "55");
    server_control("add 100 100 a");
    wait_total(t, "155");
    server_control("clear");
    pty_wait_gone(t, "155"); /* one row is left, of nulls */
    viewer_leave(t);
}

/* --- statistics --- */

struct labelled {
    const char *label, *figure;
};

static bool has_figure(struct pty *t, void *ctx)
{
    const struct labelled *w = ctx;
    char *screen = pty_screen(t), *at = strstr(screen, w->label);
    bool has = false;

    if (at) {
        at += strlen(w->label);
        at += strspn(at, " ");
        has = strncmp(at, w->figure, strlen(w->figure)) == 0;
    }
    free(screen);
    return has;
}

/* A line of the popup with the label and the figure. */
static void wait_figure(struct pty *t, const char *label, const char *figure)
{
    struct labelled w = {label, figure};
    char *what = mem_printf("%s%s", label, figure);

    pty_wait(t, has_figure, &w, what);
    free(what);
}

static void figures_of_a_column_are_told(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cD\rI");
    wait_figure(t, "│ sum ", "124875");
    wait_figure(t, "│ rows ", "1000");
    wait_figure(t, "│ min ", "0");
    wait_figure(t, "│ max ", "249.75");
    pty_keys(t, "qcN\rI");
    pty_wait_text(t, "statistics of N");
    wait_figure(t, "│ values ", "800"); /* without nulls */
    pty_keys(t, "q:where I < 100\r");
    pty_wait_text(t, " of 100 ");
    pty_keys(t, "cC\rI");
    pty_wait_text(t, "statistics of C");
    wait_figure(t, "│ distinct ", "26");
    pty_wait_text(t, "most frequent");
    pty_wait_text(t, "│     4 ");
    viewer_leave(t);
}

static void statistics_of_a_large_table_are_asked_for(void **state)
{
    struct pty *t = viewer_open("million", VIEWER_SETTING(state));

    pty_keys(t, "cN\rI");
    pty_wait_text(t, "the server has to read all 1,000,000 rows");
    pty_keys(t, "\r");
    wait_figure(t, "│ values ", "800000");
    viewer_leave(t);
}

static void totals_stand_while_the_picture_is_paused(void **state)
{
    struct pty *t;

    server_control("clear");
    server_control("add 1 10 a");
    t = viewer_open("ctl", VIEWER_SETTING(state));
    pty_keys(t, "T");
    wait_total(t, "55");
    pty_keys(t, "p");
    server_control("add 100 100 a");
    pty_wait_text(t, "1 missed");
    wait_total(t, "55");
    pty_keys(t, "p");
    wait_total(t, "155");
    viewer_leave(t);
    server_control("clear");
}

/* --- refusals --- */

/* Its rows can be had as far as no text is read as a number. */
static struct pty *open_unreadable(void **state)
{
    struct pty *t;

    server_control("make reasons 3000 view I = (int) ii; "
                   "Bad = ii < 1500 ? (int) ii : Integer.parseInt(`x` + ii)");
    t = viewer_open("reasons", VIEWER_SETTING(state));
    pty_keys(t, "cBad\r");
    return t;
}

/* Of each the server tells an id alone; the end of the reason is wider than the screen. */
static void whatever_is_refused_tells_the_reason_of_the_log_whole(void **state)
{
    static const struct {
        const char *keys, *begins;
    } asks[] = {
        {"[", "│ sort: In formula: Bad"},
        {"I", "│ statistics: In formula: Bad"},
        {"D", "│ aggregation: In formula: Bad"},
        {"T", "│ totals: aggregation: In formula: Bad"},
        {"/9\r", "│ search: filter: Error while init"},
        {":where Bad > 3\r", "│ where: Error while init"},
    };
    struct pty *t = open_unreadable(state);

    for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
        pty_keys(t, asks[i].keys);
        pty_wait_text(t, asks[i].begins);
        pty_wait_text(t, "\"x1500\""); /* the last words */
        pty_keys(t, "q");
        pty_wait_gone(t, "q closes");
    }
    pty_keys(t, "2000G");
    pty_wait_text(t, "Failed to snapshot current values for column Bad: For input string");
    pty_wait_row(t, 0, "these rows are old");
    pty_keys(t, "j");
    pty_wait_text(t, "Failed to snapshot current values for column Bad: For input string");
    pty_keys(t, "E");
    pty_wait_text(t, "messages, the newest first");
    pty_wait_text(t, "where: Error while initializing where");
    viewer_leave(t);
    server_control("forget reasons");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(values_are_listed_with_counts_and_enter_filters_by_one),
        VIEWER_TEST(keys_typed_before_the_values_are_there_are_for_these, "80x24",
                    &viewer_small),
        VIEWER_TEST(rows_without_a_value_are_listed_and_filtered_by, "80x24",
                    &viewer_small),
        VIEWER_TEST(values_follow_the_filters_of_their_table, "80x24", &viewer_small),
        VIEWER_TEST(a_list_has_no_values_to_count, "80x24", &viewer_small),
        VIEWER_TEST(periods_are_counted_and_filtered_by, "80x24", &viewer_small),
        VIEWER_TEST(the_list_of_tables_tells_no_rows_of_what_was_made_of_one, "80x24",
                    &viewer_small),
        VIEWER_LOOKS(sums_of_numbers_stand_below_the_rows_and_follow_filters),
        VIEWER_TEST(the_total_of_a_column_is_chosen_from_a_list, "80x24", &viewer_small),
        VIEWER_TEST(the_attribute_of_a_table_says_which_totals_it_has, "80x24",
                    &viewer_small),
        VIEWER_TEST(the_server_has_a_total_wherever_one_is_asked_for, "200x50",
                    &viewer_large),
        VIEWER_TEST(figures_of_a_column_are_told, "80x24", &viewer_small),
        VIEWER_TEST(statistics_of_a_large_table_are_asked_for, "80x24", &viewer_small),
        VIEWER_TEST(totals_stand_while_the_picture_is_paused, "80x24", &viewer_small),
        VIEWER_TEST(totals_tick_with_their_table, "80x24", &viewer_small),
        VIEWER_TEST(whatever_is_refused_tells_the_reason_of_the_log_whole, "80x24",
                    &viewer_small),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
