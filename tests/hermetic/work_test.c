/*
 * Work on the demo server's tables from the keyboard: what a newcomer tries, what the
 * server cannot do, and what stays when a link is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
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
    pty_wait_text(t, "filter Row 5: 0.");
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
