/*
 * Work on the demo server's tables from the keyboard: what a newcomer tries, what the
 * server cannot do, and what stays when a link is lost.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/site.h"
#include "tests/support/trial.h"

#define HEADER 1 /* its line on the screen */

static struct pty *open_table(const struct demo_program *d, const char *table,
                              const char *option)
{
    struct pty *t = trial_view(d, table, option);

    pty_wait_text(t, "row 1 of ");
    return t;
}

static void sorts_filters_and_undo_work_on_the_ships(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, "cLength<Enter>]");
    pty_wait_row(t, HEADER, "Length ▼");
    pty_wait_row(t, 3, " 399 ");
    pty_keys(t, "cClass<Enter>z[");
    pty_wait_row(t, HEADER, "Class ▲2");
    pty_wait_row(t, HEADER, "Length ▼1");
    pty_keys(t, "&B<Enter>");
    pty_wait_row(t, HEADER, "Class ▲2⌕");
    pty_wait_text(t, "filter B");
    pty_keys(t, "U");
    pty_wait_gone(t, "⌕");
    pty_keys(t, "UU");
    pty_wait_text(t, "undo of sort by Length");
    pty_wait_row(t, 3, "Albatross");
    pty_keys(t, "gU");
    pty_wait_row(t, HEADER, "Length ▼");
    trial_leave(t);
    demo_program_free(d);
}

static void a_table_that_changes_is_searched(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "book", NULL); /* 26 symbols of ten levels */

    (void)state;
    pty_keys(t, "cLevel<Enter>/1<Enter>");
    pty_wait_text(t, "hit 2 of 26 of '1': row 11, column 2 (Level)");
    pty_keys(t, "3n");
    pty_wait_text(t, "hit 5 of 26 of '1': row 41");
    pty_keys(t, "g/no such text<Enter>");
    pty_wait_text(t, "no row has 'no such text'");
    pty_keys(t, "]");
    pty_wait_text(t, "the demo server cannot do this on a table that changes");
    trial_leave(t);
    demo_program_free(d);
}

static void what_the_demo_server_lacks_is_said(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", "--write");

    (void)state;
    pty_keys(t, ":share<Enter>");
    pty_wait_text(t, "share: the demo server cannot share tables or give them names");
    pty_keys(t, ":name mine<Enter>");
    pty_wait_text(t, "name: the demo server cannot share tables or give them names");
    pty_keys(t, ":!1<Enter>");
    pty_wait_text(t, "this server has no console");
    pty_keys(t, ":snapshot<Enter>"); /* it can do that */
    pty_wait_text(t, "ships: snapshot");
    pty_keys(t, ":tab book<Enter>");
    pty_wait_row(t, 0, "[2 book");
    pty_wait_text(t, "row 1 of 260 ");
    pty_keys(t, "gT");
    pty_wait_row(t, 0, "[1 ships");
    pty_keys(t, ":join natural 2 Ship=Symbol<Enter>");
    pty_wait_text(t, "natural join: the demo server cannot join with a table that changes");
    pty_keys(t, ":join asof 2 Ship=Symbol Length=Level<Enter>");
    pty_wait_text(t, "the demo server cannot join as of a column");
    pty_keys(t, ":table empty 5<Enter>");
    pty_wait_text(t, "empty table: the demo server cannot make a table of nothing");
    pty_keys(t, ":table time PT1S<Enter>");
    pty_wait_text(t, "time table: the demo server cannot make a table of nothing");
    pty_keys(t, ":tab pulse<Enter>");
    pty_wait_text(t, "Sensor");
    pty_keys(t, ":ring 5<Enter>");
    pty_wait_text(t, "this server has no console");
    trial_leave(t);
    demo_program_free(d);
}

static void marks_are_ascii_where_the_screen_is(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", "--ascii");

    (void)state;
    pty_keys(t, "cLength<Enter>]cCrew<Enter>z[");
    pty_wait_row(t, HEADER, "Length v1");
    pty_wait_row(t, HEADER, "Crew ^2");
    pty_keys(t, "&>5<Enter>");
    pty_wait_row(t, HEADER, "Crew ^2&");
    pty_keys(t, ":sort-abs down<Enter>");
    pty_wait_row(t, HEADER, "Crew |v|&");
    trial_leave(t);
    demo_program_free(d);
}

static void a_range_of_a_thousand_million_rows_is_found(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "billion", NULL);

    (void)state;
    pty_keys(t, "&>=600 && <lt>700<Enter>");
    pty_wait_text(t, "row 1 of 100");
    pty_wait_row(t, 3, " 600 ");
    pty_keys(t, "r");
    pty_wait_text(t, "clear 1 filter? (y, n)");
    pty_keys(t, "y<Enter>");
    pty_wait_text(t, "of 1,000,000,000");
    trial_leave(t);
    demo_program_free(d);
}

static void a_filter_of_many_rows_says_what_it_may_hold_up(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = trial_view_at(relay_address(r), "billion", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    relay_stall_up(r); /* so that it is read before the answer */
    pty_keys(t, "cName<Enter>&~x<Enter>");
    pty_wait_text(t, "over 1,000,000,000 rows: it may hold up every other filter");
    pty_keys(t, "<Esc>:where Row == 5<Enter>");
    pty_wait_text(t, "this runs a formula over 1,000,000,000 rows");
    pty_keys(t, "<Esc>cRow<Enter>&5<Enter>");
    pty_wait_text(t, "filter Row 5: ");
    relay_flow(r);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static void a_value_that_comes_when_its_column_is_gone_is_told(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = trial_view_at(relay_address(r), "billion", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    relay_stall_up(r);
    pty_keys(t, ":select Row<Enter>500000000GcName<Enter>@");
    pty_wait_text(t, "asking for the value of this cell");
    relay_flow(r);
    pty_wait_text(t, "there is no column Name any more");
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

/* Which of the first 20 rows are of class B says nothing of the first 20 of class B. */
static void the_cursor_stays_where_a_filter_before_a_cut_goes(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, "cClass<Enter>&B<Enter>");
    pty_wait_text(t, "row 1 of 46");
    pty_keys(t, ":head 20<Enter>");
    pty_wait_text(t, "row 1 of 20");
    pty_keys(t, "2G:filters<Enter>");
    pty_wait_text(t, "Enter edits, d drops");
    pty_keys(t, "d");
    pty_wait_text(t, "one filter less");
    pty_keys(t, "T"); /* asked for after where the row goes */
    pty_wait_text(t, "Σ");
    pty_wait_text(t, "row 2 of 20");
    trial_leave(t);
    demo_program_free(d);
}

static void what_the_demo_cannot_do_it_says(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "trades", NULL);

    (void)state;
    pty_keys(t, "[");
    pty_wait_text(t, "the demo server cannot do this");
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, "U");
    pty_wait_text(t, "nothing to undo");
    trial_leave(t);
    demo_program_free(d);
}

static void sort_and_filters_come_back_with_the_server(void **state)
{
    struct site *s = site_new("");
    struct pty *t = open_table(s->demo, "ships", NULL);

    (void)state;
    pty_keys(t, "cClass<Enter>&B<Enter>");
    pty_wait_row(t, HEADER, "Class ⌕");
    pty_keys(t, "cLength<Enter>]");
    pty_wait_row(t, HEADER, "Length ▼");
    pty_wait_text(t, "row 1 of 46");
    site_kill(s);
    pty_wait_row(t, 0, "✗");
    site_serve(s, "");
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_wait_row(t, HEADER, "Length ▼");
    pty_wait_text(t, "row 1 of 46");
    pty_keys(t, "UU");
    pty_wait_text(t, "row 1 of 240");
    trial_leave(t);
    site_free(s);
}

static void a_sort_and_a_filter_stay_when_the_table_is_asked_for_anew(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, "cClass<Enter>&B<Enter>");
    pty_wait_text(t, "row 1 of 46");
    pty_keys(t, "]");
    pty_wait_row(t, HEADER, "Class ▼⌕");
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    pty_wait_row(t, HEADER, "Class ▼⌕");
    pty_wait_text(t, "row 1 of 46");
    trial_leave(t);
    demo_program_free(d);
}

static void a_paused_picture_goes_on_for_an_operation(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED");
    pty_keys(t, "cLength<Enter>]");
    pty_wait_row(t, HEADER, "Length ▼");
    pty_wait_gone(t, "PAUSED");
    trial_leave(t);
    demo_program_free(d);
}

/* --- trees --- */

#define FOLDERS 52 /* of "folders", four of which lie in no other */
#define FOLDER_ROWS (FOLDERS + 5 * FOLDERS)

static int64_t folder_of(int64_t id)
{
    return id < FOLDERS ? (id - 4) / 3 : (id - FOLDERS) / 5;
}

/* Ids in the order in which they are shown, all below one that has no parent. */
static size_t list_folder(int64_t id, int64_t *out, size_t n)
{
    out[n++] = id;
    for (int64_t i = 4; i < FOLDER_ROWS && id < FOLDERS; i++)
        if (folder_of(i) == id)
            n = list_folder(i, out, n);
    return n;
}

static char *folder_cell(const char *column, int64_t row)
{
    int64_t ids[FOLDER_ROWS];
    size_t n = 0;

    for (int64_t root = 0; root < 4; root++)
        n = list_folder(root, ids, n);
    assert_in_range(row, 0, n - 1);
    if (strcmp(column, "Id") == 0)
        return mem_printf("%" PRId64, ids[row]);
    if (strcmp(column, "Parent") == 0 && ids[row] >= 4)
        return mem_printf("%" PRId64, folder_of(ids[row]));
    return NULL;
}

static void the_tree_of_folders_opens_from_the_list_and_so_do_its_nodes(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, "t");
    pty_wait_text(t, "billion");
    pty_keys(t, "/folders<Enter><Enter>");
    pty_wait_text(t, "row 1 of 4 ");
    pty_keys(t, "za");
    pty_wait_text(t, "row 1 of 12 "); /* three folders and five files */
    pty_wait_row(t, 3, "▾ harbour");
    pty_wait_row(t, 4, "  ▸ letters");
    pty_keys(t, "8G");
    pty_wait_text(t, "row 8 of 12 ");
    pty_keys(t, "za");
    pty_wait_text(t, "there is nothing below this row");
    pty_keys(t, "zR");
    pty_wait_text(t, " of 312 ");
    sheet_settle(t);
    assert_true(sheet_check(t, folder_cell) > 30);
    pty_keys(t, "G");
    pty_wait_text(t, "row 312 of 312 ");
    sheet_settle(t);
    assert_true(sheet_check(t, folder_cell) > 30);
    pty_keys(t, "gg");
    pty_wait_text(t, "row 1 of 312 ");
    sheet_settle(t);
    pty_keys(t, "za");
    pty_wait_text(t, "row 1 of 235 "); /* without the 77 below the first */
    pty_keys(t, "zM");
    pty_wait_text(t, "row 1 of 4 ");
    trial_leave(t);
    demo_program_free(d);
}

static void the_folders_open_as_a_target(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "folders", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of 4 ");
    pty_keys(t, "]");
    pty_wait_text(t, "the demo server cannot sort or filter a tree");
    pty_wait_text(t, "row 1 of 4 ");
    pty_keys(t, ":meta<Enter>");
    pty_wait_text(t, "4 rows, 6 columns"); /* those that are to be looked at */
    assert_false(pty_has(t, "__"));
    trial_leave(t);
    demo_program_free(d);
}

static void ships_are_rolled_up_to_the_rows_they_are(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, "cShip<Enter>gr");
    pty_wait_text(t, " of 17 "); /* 16 names */
    pty_keys(t, "jza");
    pty_wait_text(t, "row 2 of 32 ");
    pty_wait_row(t, 4, "▾ Albatross ");
    pty_wait_row(t, 5, "    Albatross ");
    pty_keys(t, "zR");
    pty_wait_text(t, " of 257 ");
    pty_keys(t, "zM");
    pty_wait_text(t, " of 17 ");
    pty_keys(t, "&Ibis<Enter>");
    pty_wait_text(t, "the demo server cannot sort or filter a tree");
    pty_keys(t, "U");
    pty_wait_text(t, " of 240 ");
    trial_leave(t);
    demo_program_free(d);
}

/* What is made of the ships of a class, by rows of the rollup: all, A to E, those of none.
 */
static void check_class(struct pty *t, int row)
{
    long long count = 0, sum = 0, least = INT64_MAX, shown[3];
    char *line = pty_row(t, 3 + row);
    const char *cells = strstr(line, "│");

    for (int64_t id = 0; id < 240; id++) {
        if (row != 0 && row != (id % 19 == 5 ? 6 : 1 + id % 5))
            continue;
        count++;
        sum += id * 91193 % 1000003 - 1000;
        if (id % 23 != 5 && 20 + id * 137 % 380 < least)
            least = 20 + id * 137 % 380;
    }
    assert_non_null(cells);
    cells += strcspn(cells, "0123456789");
    assert_int_equal(sscanf(cells, "%lld %lld %lld", &shown[0], &shown[1], &shown[2]), 3);
    assert_int_equal(shown[0], count);
    assert_int_equal(shown[1], sum);
    assert_int_equal(shown[2], least);
    free(line);
}

static void a_refusal_tells_what_was_given_up_with_it(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    assert_int_equal(kill(demo_program_pid(d), SIGSTOP), 0); /* both are under way */
    pty_keys(t, "gr]");
    pty_wait_text(t, "sort by Ship");
    assert_int_equal(kill(demo_program_pid(d), SIGCONT), 0);
    pty_wait_text(t, "the demo server cannot sort or filter a tree");
    pty_wait_text(t, "given up together: rollup by Ship, sort by Ship");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "row 1 of 240 ");
    trial_leave(t);
    demo_program_free(d);
}

static void what_is_made_of_ships_by_class_is_right(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships", NULL);

    (void)state;
    pty_keys(t, ":rollup Class Ship Sum(Containers) Min(Length) Max(Draft) Avg(Crew) "
                "-rows<Enter>");
    pty_wait_text(t, " of 7 ");
    sheet_settle(t);
    for (int i = 0; i < 7; i++)
        check_class(t, i);
    pty_wait_row(t, 5, " 15.75  42.0"); /* of B */
    pty_keys(t, "zR");
    pty_wait_text(t, " of 100 ");
    pty_wait_row(t, 5, "A  Albatross ");
    trial_leave(t);
    demo_program_free(d);
}

static void a_table_that_changes_is_not_rolled_up(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "book", NULL);

    (void)state;
    pty_keys(t, "gr");
    pty_wait_text(t, "the demo server cannot roll up a table that changes");
    pty_wait_text(t, "row 1 of 260 ");
    trial_leave(t);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_filters_and_undo_work_on_the_ships),
        cmocka_unit_test(a_table_that_changes_is_searched),
        cmocka_unit_test(what_the_demo_server_lacks_is_said),
        cmocka_unit_test(marks_are_ascii_where_the_screen_is),
        cmocka_unit_test(a_range_of_a_thousand_million_rows_is_found),
        cmocka_unit_test(a_filter_of_many_rows_says_what_it_may_hold_up),
        cmocka_unit_test(a_value_that_comes_when_its_column_is_gone_is_told),
        cmocka_unit_test(the_cursor_stays_where_a_filter_before_a_cut_goes),
        cmocka_unit_test(what_the_demo_cannot_do_it_says),
        cmocka_unit_test(sort_and_filters_come_back_with_the_server),
        cmocka_unit_test(a_sort_and_a_filter_stay_when_the_table_is_asked_for_anew),
        cmocka_unit_test(a_paused_picture_goes_on_for_an_operation),
        cmocka_unit_test(the_tree_of_folders_opens_from_the_list_and_so_do_its_nodes),
        cmocka_unit_test(the_folders_open_as_a_target),
        cmocka_unit_test(ships_are_rolled_up_to_the_rows_they_are),
        cmocka_unit_test(a_refusal_tells_what_was_given_up_with_it),
        cmocka_unit_test(what_is_made_of_ships_by_class_is_right),
        cmocka_unit_test(a_table_that_changes_is_not_rolled_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
