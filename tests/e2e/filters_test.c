/*
 * Filters of a table of the real server, by each key and command that makes, edits or drops
 * one. Which rows are to be left is reckoned here from the formulas of the table.
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

#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define ROWS 1000 /* of the table small */

static int64_t left[ROWS];
static size_t n_left;

typedef bool keeps_fn(int64_t row);

static void keep(keeps_fn *keeps)
{
    n_left = 0;
    for (int64_t i = 0; i < ROWS; i++)
        if (keeps(i))
            left[n_left++] = i;
}

static char *of_those_left(const char *column, int64_t i)
{
    assert_true((uint64_t)i < n_left);
    return sheet_formula_million(column, left[i]);
}

/* The rows that are left are on the screen, with the cursor on the row-th, from 1. */
static void check(struct pty *t, keeps_fn *keeps, int64_t row)
{
    keep(keeps);
    sheet_wait_status(t, row, (int64_t)n_left);
    sheet_settle(t);
    (void)sheet_check(t, of_those_left);
}

static void wait_rows(struct pty *t, keeps_fn *keeps)
{
    char text[32];

    keep(keeps);
    (void)snprintf(text, sizeof(text), n_left == ROWS ? " of 1,000 " : " of %zu ", n_left);
    pty_wait_text(t, text);
}

static void check_ends(struct pty *t, keeps_fn *keeps)
{
    wait_rows(t, keeps);
    pty_keys(t, "G");
    check(t, keeps, (int64_t)n_left);
    pty_keys(t, "gg");
    check(t, keeps, 1);
}

static bool all(int64_t i)
{
    return i >= 0;
}

static bool over_900(int64_t i)
{
    return i > 900;
}

static bool n_is_null(int64_t i)
{
    return i % 5 == 0;
}

static bool over_900_and_null(int64_t i)
{
    return over_900(i) && n_is_null(i);
}

static bool has_77(int64_t i)
{
    return i % 100 == 77 || i / 10 == 77;
}

static bool over_900_with_77(int64_t i)
{
    return over_900(i) && has_77(i);
}

static bool c_is_a(int64_t i)
{
    return i % 26 == 0;
}

static bool c_is_not_a(int64_t i)
{
    return i % 26 > 0;
}

static bool c_is_not_n(int64_t i)
{
    return i % 26 != 13;
}

static bool over_900_not_n(int64_t i)
{
    return over_900(i) && c_is_not_n(i);
}

static bool up_to_940(int64_t i)
{
    return i <= 940;
}

static bool c_is_neither_a_nor_b(int64_t i)
{
    return i % 26 > 1;
}

static bool b_is_true(int64_t i)
{
    return i % 3 == 0;
}

static bool even_and_true(int64_t i)
{
    return i % 2 == 0 && i % 3 == 0;
}

static bool even(int64_t i)
{
    return i % 2 == 0;
}

/* --- typed --- */

static void filters_of_columns_add_up_and_are_told(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cI<Enter>&>900<Enter>");
    pty_wait_row(t, 1, "I ⌕");
    pty_wait_text(t, "filter >900");
    check(t, over_900, 1);
    check_ends(t, over_900);
    pty_keys(t, "cN<Enter>&null<Enter>");
    pty_wait_text(t, "filter null");
    pty_wait_text(t, "1 more filter");
    check_ends(t, over_900_and_null);
    pty_keys(t, "&");
    pty_wait_text(t, "filter N: null");
    pty_keys(t, "<C-u><Enter>"); /* an empty text is no filter */
    check_ends(t, over_900);
    pty_keys(t, "U");
    check(t, over_900_and_null, 1);
    pty_keys(t, "UU");
    pty_wait_gone(t, "⌕");
    check(t, all, 1);
    viewer_leave(t);
}

static void a_wrong_text_keeps_the_filter_that_was_there(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));
    int row, col;

    pty_keys(t, "&>900<Enter>");
    check(t, over_900, 1);
    pty_keys(t, "&<C-u><lt>5 && 7x<Enter>");
    pty_wait_text(t, "expected");
    pty_wait_text(t, "filter I: <5 && 7x");
    pty_wait_quiet(t, 1); /* the cursor goes there last */
    pty_cursor(t, &row, &col);
    assert_int_equal(col, strlen("filter I: <5 && 7"));
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "filter >900");
    check(t, over_900, 1);
    viewer_leave(t);
}

static void a_text_is_looked_for_in_all_columns(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cI<Enter>&>900<Enter>");
    check(t, over_900, 1);
    pty_keys(t, "cS<Enter>g&row-77<Enter>");
    pty_wait_text(t, "filter all row-77");
    sheet_wait_status(t, 0, 0);
    pty_keys(t, "U");
    check(t, over_900, 1);
    pty_keys(t, "cS<Enter>&~77<Enter>");
    check(t, over_900_with_77, 1);
    viewer_leave(t);
}

/* --- made of a value --- */

static void values_are_kept_and_dropped(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cC<Enter>@");
    pty_wait_row(t, 1, "C ⌕");
    check(t, c_is_a, 1);
    check_ends(t, c_is_a);
    pty_keys(t, "U");
    check(t, all, 1);
    pty_keys(t, "g@");
    check(t, c_is_not_a, 1);
    pty_keys(t, "g@");
    check_ends(t, c_is_neither_a_nor_b);
    pty_keys(t, "UU");
    check(t, all, 1);
    pty_keys(t, "cN<Enter>@");
    check_ends(t, n_is_null);
    viewer_leave(t);
}

static void a_menu_offers_more_filters_by_this_value(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "901GcI<Enter>z&");
    pty_wait_text(t, "rows by this value");
    pty_wait_text(t, ">900");
    pty_keys(t, "/more<Enter>");
    pty_wait_text(t, "filter >900");
    pty_keys(t, "gg");
    check(t, over_900, 1);
    viewer_leave(t);
}

/* --- in the server's language --- */

static void conditions_are_in_the_servers_language(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, ":where I % 2 == 0<Enter>");
    pty_wait_text(t, "1 filter");
    check_ends(t, even);
    pty_keys(t, "cB<Enter>&true<Enter>");
    check_ends(t, even_and_true);
    pty_keys(t, ":where Nope > 5<Enter>");
    pty_wait_text(t, "refused by the server"); /* too long for a line */
    pty_wait_text(t, "Cannot find variable or c");
    pty_keys(t, "q");
    check(t, even_and_true, 1);
    pty_keys(t, ":where<Enter>");
    pty_wait_text(t, "where: expected a condition such as Price > 5, found nothing");
    viewer_leave(t);
}

/* The columns at the other end are asked for before the refusal is there. */
static void a_refused_formula_leaves_a_table_live_whose_screen_has_moved(void **state)
{
    struct pty *t = viewer_open("wide", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, ":where nope > 3<Enter>$");
    pty_wait_text(t, "refused by the server");
    pty_keys(t, "q");
    pty_wait_row(t, 0, "● live");
    pty_wait_row(t, 1, "C999");
    sheet_settle(t);
    assert_true(sheet_check(t, sheet_formula_wide) > 0);
    viewer_leave(t);
}

/* --- listed, cleared --- */

static void filters_are_listed_to_edit_and_drop(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, ":filters<Enter>");
    pty_wait_text(t, "there are no filters; & makes one");
    pty_keys(t, ":where I % 2 == 0<Enter>");
    check(t, even, 1);
    pty_keys(t, "cB<Enter>&true<Enter>");
    check(t, even_and_true, 1);
    pty_keys(t, ":filters<Enter>");
    pty_wait_text(t, "filter 1 of 2");
    pty_wait_text(t, "I % 2 == 0");
    pty_keys(t, "d");
    check(t, b_is_true, 1);
    pty_keys(t, ":filters<Enter>");
    pty_wait_text(t, "filter 1 of 1");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "filter B: true");
    pty_keys(t, "<C-u><Enter>");
    check(t, all, 1);
    viewer_leave(t);
}

static void all_filters_are_cleared_after_asking(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "r");
    pty_wait_text(t, "there are no filters");
    pty_keys(t, "&>900<Enter>");
    check(t, over_900, 1);
    pty_keys(t, "cN<Enter>&null<Enter>");
    check(t, over_900_and_null, 1);
    pty_keys(t, "r");
    pty_wait_text(t, "clear 2 filters? (y, n)");
    pty_keys(t, "n<Enter>");
    pty_wait_text(t, "the filters stay");
    check(t, over_900_and_null, 1);
    pty_keys(t, "ry<Enter>");
    pty_wait_gone(t, "⌕");
    check(t, all, 1);
    pty_keys(t, "U");
    check(t, over_900_and_null, 1);
    viewer_leave(t);
}

/* --- the cursor's row --- */

/* Waits until the cursor is on the row-th of those left, which is row i of the source. */
static void wait_row(struct pty *t, keeps_fn *keeps, int64_t row, int64_t i)
{
    keep(keeps);
    assert_int_equal(left[row - 1], i);
    sheet_wait_status(t, row, (int64_t)n_left);
    sheet_settle(t);
    (void)sheet_check(t, of_those_left);
}

static void the_cursor_stays_on_its_row_or_the_next_one_left(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cC<Enter>40G&!=n<Enter>"); /* row 39 has an n: the next is 40 */
    wait_row(t, c_is_not_n, 39, 40);
    pty_keys(t, "cI<Enter>900G&>900<Enter>");
    wait_row(t, over_900_not_n, 34, 935);
    pty_keys(t, "cC<Enter>&<C-u><Enter>"); /* dropped: the same row */
    wait_row(t, over_900, 35, 935);
    pty_keys(t, "cI<Enter>&<C-u>null || <lt>=940<Enter>"); /* another in its place */
    wait_row(t, up_to_940, 936, 935);
    pty_keys(t, "ry<Enter>");
    wait_row(t, all, 936, 935);
    viewer_leave(t);
}

static void in_a_sorted_table_it_stays_likewise(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cD<Enter>]");
    pty_wait_row(t, 1, "D ▼");
    sheet_settle(t);
    pty_keys(t, "100GcN<Enter>&null<Enter>"); /* row 900 has none */
    pty_wait_text(t, "row 20 of 200");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "N, row 20");
    pty_keys(t, "qry<Enter>");
    pty_wait_text(t, "row 100 of 1,000");
    viewer_leave(t);
}

/* --- live --- */

static void following_goes_on_through_filters(void **state)
{
    struct pty *t = viewer_open("appending", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cX<Enter>F");
    pty_wait_text(t, "FOLLOW");
    pty_keys(t, "&>=30<Enter>");
    pty_wait_row(t, 1, "X ⌕");
    pty_wait_text(t, "FOLLOW");
    pty_keys(t, "ry<Enter>");
    pty_wait_gone(t, "⌕");
    pty_wait_text(t, "FOLLOW");
    sheet_settle(t);
    viewer_leave(t);
}

static void a_pending_value_is_fetched_before_it_is_filtered_by(void **state)
{
    struct pty *t = viewer_open("million", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cI<Enter>500000G@"); /* typed before its rows can be here */
    pty_wait_text(t, "filter =499999");
    sheet_wait_status(t, 1, 1);
    viewer_leave(t);
}

static void a_miss_tells_that_case_counts_where_it_does(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cS<Enter>&=\"ROW-5\"<Enter>");
    pty_wait_text(t, "filter S =\"ROW-5\": no row is left; case counts here");
    pty_keys(t, "&<C-u>ROW-5<Enter>"); /* here it does not */
    sheet_wait_status(t, 1, 1);
    pty_keys(t, "&<C-u><Enter>/=\"ROW-5\"<Enter>");
    pty_wait_text(t, "no row has '=\"ROW-5\"' in S; case counts here");
    pty_keys(t, "cC<Enter>/F<Enter>"); /* letters from a on */
    pty_wait_text(t, "no row has 'F' in C; case counts here");
    pty_keys(t, "/9<Enter>");
    pty_wait_text(t, "no row has '9' in C");
    pty_wait_gone(t, "case counts");
    viewer_leave(t);
}

/* 6,000 rows, stored in six parts by Day and Sym, which the server reads when it must. */
static void make_parts(void)
{
    server_python("import os, tempfile\n"
                  "from deephaven import empty_table, parquet\n"
                  "folder = tempfile.TemporaryDirectory(prefix='dhview-parts-')\n"
                  "for day in ('2026-11-20', '2026-11-21', '2026-11-22'):\n"
                  "    for sym in ('AA', 'BB'):\n"
                  "        d = '%s/Day=%s/Sym=%s' % (folder.name, day, sym)\n"
                  "        os.makedirs(d)\n"
                  "        parquet.write(empty_table(1000).view(\n"
                  "            ['V = ii', 'T = `t` + (ii % 7)']), d + '/part.parquet')\n"
                  "filters_parts = parquet.read(\n"
                  "    folder.name, file_layout=parquet.ParquetFileLayout.KV_PARTITIONED)\n"
                  "filters_parts_folder = folder\n");
}

static void a_table_stored_in_parts_is_filtered_by_them_first(void **state)
{
    struct pty *t;

    make_parts();
    t = viewer_open("filters_parts", VIEWER_SETTING(state));
    pty_wait_text(t, "row 1 of 6,000");
    pty_keys(t, "cV<Enter>&<lt>5<Enter>");
    sheet_wait_status(t, 1, 30);
    pty_keys(t, "cT<Enter>&~T1<Enter>");
    sheet_wait_status(t, 1, 6);
    pty_keys(t, "cDay<Enter>&2026-11-21<Enter>");
    sheet_wait_status(t, 1, 2);
    pty_wait_text(t, "2026-11-21  BB");
    pty_wait_gone(t, "2026-11-20");
    pty_keys(t, ":filters<Enter>");
    pty_wait_row(t, 2, "Day "); /* though it was typed last */
    pty_wait_row(t, 3, "V ");
    pty_keys(t, "q");
    pty_keys(t, "UUU");
    sheet_wait_status(t, 1, 6000);
    viewer_leave(t);
    server_control("forget filters_parts");
    server_control("forget filters_parts_folder");
}

/* What is typed is UTF-8 also where the locale knows no more than ASCII. */
static void letters_that_the_locale_does_not_have_are_typed_too(void **state)
{
    struct viewer_setting z = viewer_small;
    struct pty *t;

    (void)state;
    z.env = "LC_ALL=C";
    server_control("make typed 3 update S=ii==0 ? `x` : ii==1 ? `\u65e5\u672c \u00e4` : "
                   "`\u00e4\u00e9`; N=ii");
    t = viewer_open("typed", &z);
    pty_keys(t, "&~\u00e9\r");
    pty_wait_text(t, "row 1 of 1 ");
    pty_keys(t, ":where S.startsWith(`\u65e5\u672c`)\r");
    pty_wait_text(t, "row 0 of 0 ");
    pty_keys(t, "U");
    pty_wait_text(t, "row 1 of 1 ");
    viewer_leave(t);
    server_control("forget typed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(filters_of_columns_add_up_and_are_told),
        VIEWER_TEST(a_wrong_text_keeps_the_filter_that_was_there, "80x24", &viewer_small),
        VIEWER_TEST(a_text_is_looked_for_in_all_columns, "80x24", &viewer_small),
        VIEWER_SIZES(values_are_kept_and_dropped),
        VIEWER_SIZES(a_menu_offers_more_filters_by_this_value),
        VIEWER_TEST(conditions_are_in_the_servers_language, "80x24", &viewer_small),
        VIEWER_TEST(a_refused_formula_leaves_a_table_live_whose_screen_has_moved, "80x24",
                    &viewer_small),
        VIEWER_TEST(filters_are_listed_to_edit_and_drop, "80x24", &viewer_small),
        VIEWER_TEST(all_filters_are_cleared_after_asking, "80x24", &viewer_small),
        VIEWER_SIZES(the_cursor_stays_on_its_row_or_the_next_one_left),
        VIEWER_TEST(in_a_sorted_table_it_stays_likewise, "80x24", &viewer_small),
        VIEWER_TEST(following_goes_on_through_filters, "80x24", &viewer_small),
        VIEWER_TEST(a_pending_value_is_fetched_before_it_is_filtered_by, "200x50",
                    &viewer_large),
        VIEWER_TEST(a_miss_tells_that_case_counts_where_it_does, "80x24", &viewer_small),
        VIEWER_TEST(letters_that_the_locale_does_not_have_are_typed_too, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_table_stored_in_parts_is_filtered_by_them_first, "80x24",
                    &viewer_small),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
