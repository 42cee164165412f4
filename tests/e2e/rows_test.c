/* Rows of tables of 10^3, 10^6 and 10^9 rows, reached in every way, cell by cell. */
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
#include "base/number.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

static const struct {
    const char *name;
    int64_t rows;
} tables[] = {{"small", 1000}, {"million", 1000000}, {"billion", 1000000000}};

/* Of one session: a table, views of it now and next, and some that are being released. */
#define EXPORTS_MAX 20 /* of one session; other tests leave 15 for a while */

static struct prng numbers;

static void settled_at(struct pty *t, int64_t row, int64_t rows)
{
    sheet_wait_status(t, row, rows);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
}

static void first_last_and_random_rows(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        int64_t n = tables[i].rows;
        struct pty *t = viewer_open(tables[i].name, z);

        settled_at(t, 1, n);
        pty_keys(t, "G");
        settled_at(t, n, n);
        pty_keys(t, "gg");
        settled_at(t, 1, n);
        for (int k = 0; k < 8; k++) {
            int64_t row = 1 + (int64_t)prng_below(&numbers, (uint64_t)n);

            viewer_keys(t, "%" PRId64 "G", row);
            settled_at(t, row, n);
        }
        pty_keys(t, "50%");
        settled_at(t, n / 2 + 1, n);
        pty_keys(t, ":77<Enter>");
        settled_at(t, 77, n);
        pty_keys(t, "<C-g>12,345<Enter>");
        settled_at(t, n < 12345 ? n : 12345, n);
        viewer_leave(t);
    }
}

static void page_keys_held_down_skip_nothing(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    int page = viewer_height(z);
    struct pty *t = viewer_open("million", z);

    for (int i = 0; i < 200; i++)
        pty_keys(t, "<PgDn>");
    settled_at(t, 1 + 200 * page, 1000000);
    for (int i = 0; i < 200; i++)
        pty_keys(t, "<PgUp>");
    settled_at(t, 1, 1000000);
    for (int i = 0; i < 100; i++)
        pty_keys(t, "<C-d>");
    settled_at(t, 1 + 100 * (page / 2), 1000000);
    for (int i = 0; i < 500; i++)
        pty_keys(t, "j");
    settled_at(t, 501 + 100 * (page / 2), 1000000);
    viewer_leave(t);
}

static void counts_multiply_and_never_overflow(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("billion", z);

    pty_keys(t, "123456j");
    settled_at(t, 123457, 1000000000);
    pty_keys(t, "100000<PgDn>");
    settled_at(t, 123457 + 100000 * viewer_height(z), 1000000000);
    pty_keys(t, "99999999999999999999999j");
    settled_at(t, 1000000000, 1000000000);
    pty_keys(t, "99999999999999999999999<PgUp>");
    settled_at(t, 1, 1000000000);
    pty_keys(t, "99999999999999999999999G");
    settled_at(t, 1000000000, 1000000000);
    viewer_leave(t);
}

static void the_cursor_moves_within_the_screen(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    int last = viewer_height(z) - 1; /* the last line, from the first */
    struct pty *t = viewer_open("million", z);

    pty_keys(t, "500G");
    settled_at(t, 500, 1000000);
    pty_keys(t, "zt");
    settled_at(t, 500, 1000000);
    pty_wait_row(t, 3, "      500│");
    pty_keys(t, "L");
    settled_at(t, 500 + last, 1000000);
    pty_keys(t, "M");
    settled_at(t, 500 + last / 2, 1000000);
    pty_keys(t, "H");
    settled_at(t, 500, 1000000);
    pty_keys(t, "zb");
    settled_at(t, 500, 1000000);
    pty_wait_row(t, 3 + last, "      500│");
    pty_keys(t, "zz");
    settled_at(t, 500, 1000000);
    pty_wait_row(t, 3 + last / 2, "      500│");
    viewer_leave(t);
}

/* A jump is shown at once; what it needs is asked for when it is over. */
static void jumps_far_and_back_are_right_at_each_end(void **state)
{
    static const int64_t rows = 1000000000;
    const struct viewer_setting *z = VIEWER_SETTING(state);
    int height = viewer_height(z);
    struct pty *t = viewer_open("billion", z);

    for (int i = 0; i < 3; i++) {
        pty_keys(t, "G");
        settled_at(t, rows, rows);
        viewer_keys(t, "%dk", height + 20 + i * 700); /* from what is held by its end */
        settled_at(t, rows - height - 20 - i * 700, rows);
        pty_keys(t, "gg");
        settled_at(t, 1, rows);
        viewer_keys(t, "%dj", height + 20 + i * 700);
        settled_at(t, 1 + height + 20 + i * 700, rows);
        viewer_keys(t, "%d%%", 99 - i);
        settled_at(t, rows / 100 * (99 - i) + 1, rows);
    }
    pty_keys(t, "100%");
    settled_at(t, rows, rows);
    viewer_leave(t);
}

static void following_a_table_that_stands_keeps_to_its_end(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("billion", z);

    pty_keys(t, "F");
    settled_at(t, 1000000000, 1000000000);
    pty_wait_text(t, "FOLLOW");
    pty_keys(t, "j<PgDn>L");
    settled_at(t, 1000000000, 1000000000);
    pty_wait_text(t, "FOLLOW");
    pty_keys(t, "<PgUp>");
    settled_at(t, 1000000000 - viewer_height(z), 1000000000);
    assert_false(pty_has(t, "FOLLOW"));
    viewer_leave(t);
}

static void a_table_shorter_than_the_screen_has_an_end(void **state)
{
    static const char *const moves[] = {"G", "50%", "<PgDn>", "<C-u>", "F", "zt", "zb"};
    struct pty *t = viewer_open("types", VIEWER_SETTING(state));
    int64_t row, rows;

    for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
        pty_keys(t, moves[i]);
        sheet_settle(t);
        pty_wait_row(t, 3, " 1│ ordinary");
        pty_wait_row(t, 11, " 9│ -inf");
        assert_true(sheet_status(t, &row, &rows) && row >= 1 && row <= 9 && rows == 9);
    }
    viewer_leave(t);
}

/* What is on the screen is right, the current column is c of n. */
static void settled_on(struct pty *t, sheet_formula *formula, int c, int n)
{
    char text[96], at[NUMBER_LEN], of[NUMBER_LEN];

    (void)snprintf(text, sizeof(text), "C%d (long)   col %s/%s", c,
                   number_grouped(c + 1, at), number_grouped(n, of));
    pty_wait_text(t, text);
    sheet_settle(t);
    (void)sheet_check(t, formula);
}

static void sideways(struct pty *t, sheet_formula *formula, int n)
{
    settled_on(t, formula, 0, n);
    pty_keys(t, "$");
    settled_on(t, formula, n - 1, n);
    pty_keys(t, "0");
    settled_on(t, formula, 0, n);
    viewer_keys(t, "%dl", n / 2);
    settled_on(t, formula, n / 2, n);
    for (int i = 0; i < 30; i++)
        pty_keys(t, "<C-Right>");
    sheet_settle(t);
    (void)sheet_check(t, formula);
    for (int i = 0; i < 60; i++)
        pty_keys(t, "<C-Left>");
    pty_keys(t, "G");
    sheet_settle(t);
    (void)sheet_check(t, formula);
    viewer_keys(t, "cC%d<Enter>", n - n / 4);
    settled_on(t, formula, n - n / 4, n);
    pty_keys(t, "5<C-Right>5h");
    sheet_settle(t);
    (void)sheet_check(t, formula);
    pty_keys(t, "gg0");
    settled_on(t, formula, 0, n);
}

static void a_thousand_columns_scroll_sideways(void **state)
{
    struct pty *t = viewer_open("wide", VIEWER_SETTING(state));

    sideways(t, sheet_formula_wide, 1000);
    viewer_leave(t);
}

static void ten_thousand_columns_scroll_sideways_and_leave_nothing_behind(void **state)
{
    struct pty *t = viewer_open("verywide", VIEWER_SETTING(state));

    sideways(t, sheet_formula_verywide, 10000);
    server_control("exports %d", EXPORTS_MAX); /* of dozens of views of its columns */
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(first_last_and_random_rows),
        VIEWER_SIZES(jumps_far_and_back_are_right_at_each_end),
        VIEWER_SIZES(page_keys_held_down_skip_nothing),
        VIEWER_SIZES(counts_multiply_and_never_overflow),
        VIEWER_SIZES(following_a_table_that_stands_keeps_to_its_end),
        VIEWER_SIZES(a_table_shorter_than_the_screen_has_an_end),
        VIEWER_SIZES(the_cursor_moves_within_the_screen),
        VIEWER_SIZES(a_thousand_columns_scroll_sideways),
        VIEWER_SIZES(ten_thousand_columns_scroll_sideways_and_leave_nothing_behind),
    };

    server_require();
    numbers = prng_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
