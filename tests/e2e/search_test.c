/*
 * Searching a table of the real server: the hits are those of the formulas of the table, in
 * order, with their number among all; they are found in rows that are not held, in filtered
 * and sorted tables, and in tables that tick.
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

static void hits_are_visited_once_each_and_wrap_with_a_word(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cS<Enter>/w-77<Enter>"); /* row-77, row-770 to row-779 */
    pty_wait_text(t, "hit 1 of 11 of 'w-77': row 78");
    sheet_wait_status(t, 78, 1000);
    pty_keys(t, "n");
    pty_wait_text(t, "hit 2 of 11 of 'w-77': row 771");
    sheet_wait_status(t, 771, 1000);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
    pty_keys(t, "779Gn");
    pty_wait_text(t, "hit 11 of 11");
    sheet_wait_status(t, 780, 1000);
    pty_keys(t, "N");
    pty_wait_text(t, "hit 10 of 11");
    pty_keys(t, "ggnnn"); /* each goes on from the one that is waited for */
    pty_wait_text(t, "hit 3 of 11");
    sheet_wait_status(t, 772, 1000);
    pty_keys(t, "4n2N");
    pty_wait_text(t, "hit 5 of 11");
    pty_keys(t, "ggN");
    pty_wait_text(t, "hit 11 of 11 of 'w-77': row 780");
    pty_wait_text(t, "went on from the end");
    viewer_leave(t);
}

static void a_search_starts_at_the_cursor_whether_or_not_its_row_matches(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "500GcI<Enter>/<lt>3<Enter>"); /* I is 0, 1, 2 */
    pty_wait_text(t, "hit 1 of 3 of '<3': row 1");
    pty_wait_text(t, "went on from the top");
    pty_keys(t, "n");
    pty_wait_text(t, "hit 2 of 3");
    sheet_wait_status(t, 2, 1000);
    pty_keys(t, "500GN");
    pty_wait_text(t, "hit 3 of 3");
    sheet_wait_status(t, 3, 1000);
    pty_keys(t, "/=7.5<Enter>");
    pty_wait_text(t, "no row has '=7.5' in I");
    sheet_wait_status(t, 3, 1000);
    pty_keys(t, "/7x<Enter>");
    pty_wait_text(t, "expected nothing behind the number");
    pty_keys(t, "<Esc>");
    viewer_leave(t);
}

static void a_value_like_this_one_is_found_in_every_type(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "3GcN<Enter>*"); /* N is null every five rows, else i % 1000 */
    pty_wait_text(t, "hit 1 of 1");
    pty_keys(t, "ggcN<Enter>*");
    pty_wait_text(t, "hit 2 of 200 of '=null': row 6");
    pty_keys(t, "cC<Enter>*");
    pty_wait_text(t, "row 32"); /* f, 26 rows on */
    pty_keys(t, "cB<Enter>*");
    pty_wait_text(t, "of 666 of '=false'");
    pty_keys(t, "cT<Enter>*");
    pty_wait_text(t, "hit 1 of 1");
    viewer_leave(t);
}

static void all_columns_are_searched_and_the_hits_column_is_told(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cI<Enter>g/row-77<Enter>");
    pty_wait_text(t, "hit 1 of 11 of 'row-77': row 78, column 2 (S)");
    pty_wait_text(t, "S (string)");
    pty_keys(t, "g/no such text<Enter>");
    pty_wait_text(t, "no row has 'no such text'");
    viewer_leave(t);
}

static void the_hits_column_is_told_also_when_other_columns_are_shown_since(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cI<Enter>-g/row-77<Enter>");
    pty_wait_text(t, "hit 1 of 11 of 'row-77': row 78, column 1 (S)");
    pty_keys(t, "g-n");
    pty_wait_text(t, "hit 2 of 11 of 'row-77': row 771, column 2 (S)");
    viewer_leave(t);
}

static void a_table_that_was_asked_for_anew_is_searched_anew(void **state)
{
    struct pty *t;

    server_control("make search_anew 100 view X = ii");
    t = viewer_open("search_anew", VIEWER_SETTING(state));
    sheet_settle(t);
    pty_keys(t, "/=5<Enter>");
    pty_wait_text(t, "hit 1 of 1 of '=5': row 6");
    server_control("make search_anew 100 view X = ii %% 10");
    pty_wait_text(t, "search_anew was replaced"); /* told later, it would hide the hit */
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    pty_keys(t, "n");
    pty_wait_text(t, "hit 2 of 10 of '=5': row 16");
    viewer_leave(t);
    server_control("forget search_anew");
}

static void a_column_that_has_gone_cannot_be_searched(void **state)
{
    struct pty *t;

    server_control("make search_gone 100 view X = ii; Y = 2 * ii");
    t = viewer_open("search_gone", VIEWER_SETTING(state));
    sheet_settle(t);
    pty_keys(t, "cY<Enter>/=10<Enter>");
    pty_wait_text(t, "hit 1 of 1 of '=10': row 6");
    server_control("make search_gone 0 view X = ii");
    pty_wait_text(t, "was replaced on the server"); /* which would hide what is told next */
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    pty_keys(t, "n");
    pty_wait_text(t, "there is no row here");
    server_control("make search_gone 50 view X = ii");
    pty_wait_text(t, "was replaced on the server");
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "row 1 of 50");
    pty_keys(t, "n");
    pty_wait_text(t, "there is no column Y any more");
    viewer_leave(t);
    server_control("forget search_gone");
}

static void only_the_rows_that_are_left_are_searched(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cI<Enter>&>900<Enter>");
    sheet_wait_status(t, 1, 99);
    pty_keys(t, "cS<Enter>/77<Enter>");
    pty_wait_text(t, "hit 1 of 1 of '77': row 77");
    sheet_wait_status(t, 77, 99);
    pty_keys(t, "cI<Enter>]");
    sheet_wait_status(t, 1, 99);
    pty_keys(t, "n"); /* I falls from 999: row 977 is the 23rd */
    pty_wait_text(t, "hit 1 of 1 of '77': row 23");
    viewer_leave(t);
}

static void a_search_that_takes_long_is_given_up(void **state)
{
    struct pty *t;

    server_control("make search_many 30000000 view X = ii");
    t = viewer_open("search_many", VIEWER_SETTING(state));
    sheet_settle(t);
    pty_keys(t, "/=-5<Enter><Esc>"); /* none has it: all rows are looked at */
    pty_wait_text(t, "the search is given up");
    pty_keys(t, "j");
    sheet_wait_status(t, 2, 30000000);
    pty_keys(t, "n");
    pty_wait_text(t, "no row has '=-5' in X");
    viewer_leave(t);
    server_control("forget search_many");
}

/* A table of 62 steps leaves no room for those of a search. */
static void a_table_of_too_many_steps_says_so(void **state)
{
    char *base = server_target("small"), *target = mem_printf("%s?op=head,999", base);
    struct pty *t;

    (void)state;
    for (int i = 1; i < 62; i++) {
        char *longer = mem_printf("%s&op=head,%d", target, 999 - i);

        free(target);
        target = longer;
    }
    t = pty_start(&(struct pty_options){.rows = 24,
                                        .cols = 80,
                                        .argv = (const char *const[]){target, NULL},
                                        .split_stderr = true});
    sheet_wait_status(t, 1, 999 - 61);
    pty_wait_text(t, "static");
    pty_keys(t, "/=5<Enter>");
    pty_wait_text(t, "64 steps");
    pty_keys(t, "nj");
    sheet_wait_status(t, 2, 999 - 61);
    viewer_leave(t);
    free(target);
    free(base);
}

static void tables_that_grow_are_searched_too(void **state)
{
    struct pty *t = viewer_open("appending", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "cX<Enter>/=30<Enter>");
    pty_wait_text(t, "hit 1 of 1 of '=30': row 11");
    viewer_leave(t);
}

/* Rows of which row 41 says "second"; their times change every second. */
static void make_ticking(const char *name, int64_t rows)
{
    char *text = mem_printf(
        "from deephaven import empty_table, time_table\n"
        "%s = empty_table(%" PRId64 ").view(\n"
        "    [\"K = ii\", \"V = ii == 40 ? `second` : `first`\"]).natural_join(\n"
        "    time_table(\"PT1S\").last_by(), on=[])\n",
        name, rows);

    server_python(text);
    free(text);
}

static void tables_that_change_are_searched_with_a_count(void **state)
{
    struct pty *t;

    make_ticking("search_ticks", 100);
    t = viewer_open("search_ticks", VIEWER_SETTING(state));
    pty_wait_text(t, "row 1 of 100");
    pty_keys(t, "cV<Enter>/SECO<Enter>");
    pty_wait_text(t, "hit 1 of 1 of 'SECO': row 41, column 2 (V)");
    pty_keys(t, "n");
    pty_wait_text(t, "went on from the top");
    pty_keys(t, "/f*<Enter>");
    pty_wait_text(t, "hit 41 of 99 of 'f*': row 42");
    pty_keys(t, "N");
    pty_wait_text(t, "hit 40 of 99 of 'f*': row 40");
    pty_keys(t, "/none<Enter>");
    pty_wait_text(t, "no row has 'none' in V");
    pty_keys(t, "0g/7<Enter>");
    pty_wait_text(t, "hit 1 of 1 of '7': row 8, column 1 (K); went on from the top");
    pty_keys(t, "cK<Enter>]");
    pty_wait_text(t, "sort by K");
    pty_keys(t, "/<lt>3<Enter>");
    pty_wait_text(t, "hit 1 of 3 of '<3': row 98");
    pty_keys(t, "pn");
    pty_wait_text(t, "the picture is paused; p lets it go on");
    viewer_leave(t);
    server_control("forget search_ticks");
}

static void tables_that_change_in_every_way_are_searched(void **state)
{
    static const char *const tables[] = {"modified", "shrinking", "blinking"};
    static const char *const columns[] = {"K", "P", "X"};

    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        struct pty *t = viewer_open(tables[i], VIEWER_SETTING(state));
        char *column = mem_printf("c%s<Enter>", columns[i]);

        pty_wait_text(t, "row 1 of ");
        pty_keys(t, column);
        pty_keys(t, "/>=0<Enter>");
        pty_wait_text(t, "of '>=0': row ");
        pty_keys(t, "N");
        pty_wait_text(t, "of '>=0': row ");
        pty_keys(t, "/=-9<Enter>");
        pty_wait_text(t, "no row has '=-9' in ");
        pty_keys(t, "g/no such text<Enter>");
        pty_wait_text(t, "no row has 'no such text'");
        viewer_leave(t);
        free(column);
    }
}

/* Also of those that no call of the server's own can look for. */
static void a_value_of_any_type_is_found_in_a_table_that_changes(void **state)
{
    static const char *const columns[] = {
        "What",     "Float",  "Instant",    "ZonedDateTime", "LocalDate", "LocalTime",
        "Duration", "Period", "BigInteger", "BigDecimal",    "UUID"};
    struct pty *t;

    server_python(
        "from deephaven import time_table\n"
        "search_types = types.natural_join(time_table('PT1S').last_by(), on=[])\n");
    t = viewer_open("search_types", VIEWER_SETTING(state));
    pty_wait_text(t, "row 1 of 9");
    for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
        char *keys = mem_printf("c%s<Enter>3G*", columns[i]); /* the least of its type */
        char *told = mem_printf("(%s)", columns[i]);

        pty_keys(t, keys);
        pty_wait_text(t, "hit ");
        pty_wait_text(t, told);
        sheet_wait_status(t, strcmp(columns[i], "LocalTime") == 0 ? 5 : 3, 9);
        pty_keys(t, "<C-l>");
        free(keys);
        free(told);
    }
    viewer_leave(t);
    server_control("forget search_types");
}

static void tables_that_change_and_are_large_are_searched_for_one_value(void **state)
{
    struct pty *t;

    make_ticking("search_much", 11000000);
    t = viewer_open("search_much", VIEWER_SETTING(state));
    pty_wait_text(t, "row 1 of 11,000,000");
    pty_keys(t, "cK<Enter>/=700<Enter>");
    pty_wait_text(t, "hit of '=700': row 701, column 1 (K)");
    pty_keys(t, "n");
    pty_wait_text(t, "went on from the top");
    pty_keys(t, "/<lt>3<Enter>");
    pty_wait_text(t, "it changes, and is large: only one value can be looked for in it");
    pty_keys(t, "g/x<Enter>");
    pty_wait_text(t, "it changes, and is large: only one column of it can be searched");
    viewer_leave(t);
    server_control("forget search_much");
    /* by another name: news of one that is replaced would hide what is told */
    make_ticking("search_vast", 3000000000);
    t = viewer_open("search_vast", VIEWER_SETTING(state));
    pty_wait_text(t, "row 1 of 3,000,000,000");
    pty_keys(t, "cK<Enter>/=700<Enter>");
    pty_wait_text(t, "it changes, and is large: it has more than 2,147,483,647 rows");
    viewer_leave(t);
    server_control("forget search_vast");
}

static void a_hits_column_is_told_whatever_its_type(void **state)
{
    static const struct {
        const char *keys, *column;
    } cases[] = {
        {"41", "1 (B)"},         {"2.2", "2 (F)"},
        {"-1", "3 (D)"},         {"3.5", "4 (G)"},
        {"66", "5 (H)"},         {"q", "6 (C)"},
        {"TRUE", "7 (L)"},       {"2026-11-20 14", "8 (T)"},
        {"2026-11-21", "9 (E)"}, {"09:30", "10 (M)"},
        {"e t", "11 (S)"},
    };
    struct pty *t;

    server_python(
        "from deephaven import empty_table\n"
        "search_kinds = empty_table(1).view([\n"
        "    'B = (byte)41', 'F = 2.25f', 'D = -1.75',\n"
        "    'G = new java.math.BigDecimal(`3.50`)',\n"
        "    'H = java.math.BigInteger.valueOf(66)', 'C = (char)113', 'L = true',\n"
        "    'T = parseInstant(`2026-11-20T14:03:11.25 UTC`)',\n"
        "    'E = parseLocalDate(`2026-11-21`)',\n"
        "    'M = parseLocalTime(`09:30:00`)', 'S = `Some Text`'])\n");
    t = viewer_open("search_kinds", VIEWER_SETTING(state));
    pty_wait_text(t, "row 1 of 1");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *keys = mem_printf("g/%s<Enter>", cases[i].keys);
        char *told = mem_printf("hit 1 of 1 of '%s': row 1, column %s", cases[i].keys,
                                cases[i].column);

        pty_keys(t, keys);
        pty_wait_text(t, told);
        free(keys);
        free(told);
    }
    viewer_leave(t);
    server_control("forget search_kinds");
}

static void a_hits_column_is_told_in_a_wide_table(void **state)
{
    struct pty *t = viewer_open("wide", VIEWER_SETTING(state)); /* row * 1000 + column */

    sheet_settle(t);
    pty_keys(t, "g/7777<Enter>");
    pty_wait_text(t, "hit 1 of 1 of '7777': row 8, column 778 (C777)");
    sheet_wait_status(t, 8, 10000);
    sheet_settle(t);
    pty_keys(t, "-g/7777<Enter>");
    pty_wait_text(t, "row 8, hidden column C777");
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(hits_are_visited_once_each_and_wrap_with_a_word),
        VIEWER_TEST(a_search_starts_at_the_cursor_whether_or_not_its_row_matches, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_value_like_this_one_is_found_in_every_type, "200x50", &viewer_large),
        VIEWER_TEST(all_columns_are_searched_and_the_hits_column_is_told, "80x24",
                    &viewer_small),
        VIEWER_TEST(the_hits_column_is_told_also_when_other_columns_are_shown_since,
                    "80x24", &viewer_small),
        VIEWER_TEST(a_table_that_was_asked_for_anew_is_searched_anew, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_column_that_has_gone_cannot_be_searched, "80x24", &viewer_small),
        VIEWER_TEST(only_the_rows_that_are_left_are_searched, "80x24", &viewer_small),
        VIEWER_TEST(a_search_that_takes_long_is_given_up, "80x24", &viewer_small),
        cmocka_unit_test(a_table_of_too_many_steps_says_so),
        VIEWER_TEST(tables_that_grow_are_searched_too, "80x24", &viewer_small),
        VIEWER_SIZES(tables_that_change_are_searched_with_a_count),
        VIEWER_TEST(tables_that_change_in_every_way_are_searched, "80x24", &viewer_small),
        VIEWER_TEST(a_value_of_any_type_is_found_in_a_table_that_changes, "200x50",
                    &viewer_large),
        VIEWER_TEST(tables_that_change_and_are_large_are_searched_for_one_value, "80x24",
                    &viewer_small),
        VIEWER_TEST(a_hits_column_is_told_whatever_its_type, "80x24", &viewer_small),
        VIEWER_TEST(a_hits_column_is_told_in_a_wide_table, "80x24", &viewer_small),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
