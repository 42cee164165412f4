/*
 * Tables that are made on the real server and given to others: by a link, by a name, of
 * nothing, of two tables, as they were at a moment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/script_run.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define MESSAGE_ROW 23

static const struct viewer_setting writing = {24, 80, "--write", NULL, false, false};

static void say(struct pty *t, const char *command, const char *said)
{
    viewer_keys(t, ":%s<Enter>", command);
    pty_wait_row(t, MESSAGE_ROW, said);
}

/* Until the server lists the table, which it does with some delay. */
static void wait_listed(struct pty *t, const char *name)
{
    pty_keys(t, "t");
    pty_wait_text(t, "query scope variable");
    pty_keys(t, "/");
    pty_keys(t, name);
    pty_wait_row(t, 2, name);
    pty_keys(t, "<Esc>q");
    pty_wait_gone(t, "query scope variable");
}

/* The TARGET that a box shows, which is on one line. Owned. */
static char *target_in_box(struct pty *t)
{
    char *screen, *at, *out;

    pty_wait_quiet(t, 1); /* the whole of it */
    screen = pty_screen(t);
    at = strstr(screen, "dh+plain://");
    assert_non_null(at);
    out = mem_strndup(at, strcspn(at, " \n"));
    free(screen);
    return out;
}

/* --- shares --- */

static char *share(struct pty *t)
{
    pty_keys(t, ":share<Enter>");
    pty_wait_text(t, "shared until this session ends");
    return target_in_box(t);
}

static void a_share_opens_for_others_until_the_session_ends(void **state)
{
    struct pty *t = viewer_open("small", &viewer_large), *other;
    char *target, *line,
        *over = mem_printf("dhview: %s: not found: nothing is shared there: "
                           "a share ends with the session that made it\n",
                           server_address());

    (void)state;
    pty_keys(t, ":head 7<Enter>");
    pty_wait_text(t, "row 1 of 7 ");
    target = share(t);
    pty_keys(t, "qUU"); /* what was shared stays */
    pty_wait_text(t, "of 1,000 ");
    other = pty_dhview(target, NULL);
    pty_wait_text(other, "row 1 of 7 ");
    pty_wait_text(other, "row-6");
    line = mem_printf("dhview --once '%s' --columns I --rows -1:", target);
    script_expect(pty_home(other), line, 0, "I\n6\n", "");
    viewer_leave(t);
    script_expect(pty_home(other), line, 4, "", over);
    pty_wait_text(other, "row-6"); /* who has it keeps it */
    free(line);
    free(over);
    free(target);
    viewer_leave(other);
}

/* --- names --- */

static void a_table_becomes_a_variable_that_python_sees(void **state)
{
    struct pty *t = viewer_open("small", &writing);

    (void)state;
    pty_keys(t, ":where I % 2 == 0<Enter>");
    pty_wait_text(t, "of 500 ");
    say(t, "name made_half", "made_half is this table now, for all who use the server");
    server_python("assert made_half.size == 500\n"
                  "assert [c.name for c in made_half.columns][:2] == ['I', 'S']\n");
    pty_keys(t, ":tab made_half<Enter>");
    pty_wait_row(t, 0, "made_half");
    pty_wait_text(t, "row 1 of 500 ");
    viewer_leave(t);
    server_python(
        "assert made_half.size == 500\ndel made_half\n"); /* it outlives the session */
}

static void a_name_is_refused_in_a_line(void **state)
{
    struct pty *t = viewer_open("small", &writing);

    (void)state;
    wait_listed(t, "million");
    say(t, "name", "name: expected a name for a variable, found nothing");
    say(t, "name 2nd", "expected letters, digits and _, no digit first, found \"2nd\"");
    say(t, "name a b", "no digit first, found \"a b\"");
    say(t, "name class", "\"class\" is a word that Python keeps for itself");
    say(t, "name million", "million is taken by a Table on the server");
    server_python("made_number = 5\nmade_none = None\n"); /* which are in no list */
    say(t, "name made_number", "name: made_number is taken by a variable on the server");
    say(t, "name made_none", "name: made_none is taken by a variable on the server");
    server_python("assert made_number == 5 and made_none is None\n"
                  "del made_number, made_none\n");
    viewer_leave(t);
    t = viewer_open("small", &viewer_small);
    say(t, "name made_no", "it changes what others see: it is for dhview --write");
    viewer_leave(t);
}

/* --- as it was --- */

static void a_snapshot_stays_as_it_is_and_undo_takes_it_back(void **state)
{
    struct pty *t;

    (void)state;
    server_control("clear");
    server_control("add 1 5 first");
    t = viewer_open("ctl", &viewer_small);
    pty_wait_text(t, "row 1 of 5 ");
    pty_keys(t, ":snapshot<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "snapshot");
    server_control("add 1 9 second");
    pty_keys(t, ":recipe<Enter>");
    pty_wait_text(t, "snapshot");
    pty_keys(t, "q:meta<Enter>");
    pty_wait_text(t, "5 rows, 2 columns, never changes");
    pty_keys(t, "q");
    pty_wait_text(t, "row 1 of 5 ");
    pty_wait_text(t, "first");
    pty_keys(t, "U");
    pty_wait_text(t, "row 1 of 9 ");
    pty_wait_text(t, "second");
    viewer_leave(t);
}

static void what_is_known_of_a_table_is_shown(void **state)
{
    struct pty *t = viewer_open("blinking", &viewer_large);

    (void)state;
    pty_keys(t, ":meta<Enter>");
    pty_wait_text(t, "blink: each cycle has new rows alone");
    pty_wait_text(t, "Timestamp  java.time.Instant");
    pty_wait_text(t, "X          long");
    pty_wait_text(t, "BlinkTable  true");
    viewer_leave(t);
}

/* --- blink tables --- */

static void a_blink_table_is_kept_as_a_ring_of_its_last_rows(void **state)
{
    struct pty *t = viewer_open("blinking", &writing);

    (void)state;
    wait_listed(t, "million"); /* else it is not known what is taken */
    say(t, "ring 0", "ring: expected from 1 to 100000000 rows, found \"0\"");
    say(t, "ring 5 million", "ring: million is taken by a Table on the server");
    pty_keys(t, ":select X<Enter>");
    pty_wait_text(t, "col 1/1");
    server_python("made_number = 5\n"); /* which is in no list */
    say(t, "ring 5 made_number", "made_number is taken by a variable on the server");
    server_python("assert made_number == 5\ndel made_number\n");
    say(t, "ring 50 made_ring", "made made_ring");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, 0, "made_ring");
    pty_wait_text(t, "row 1 of 50 ");
    server_python("assert [c.name for c in made_ring.columns] == ['X']\n"
                  "assert '_dhview_ring' not in globals()\n"
                  "del made_ring\n");
    viewer_leave(t);
    t = viewer_open("small", &writing);
    say(t, "ring 5", "ring: only a blink table loses its rows; :tail keeps");
    viewer_leave(t);
}

/* In what it ever wrote: the message may have gone again while Python was waited for. */
static bool has_told(struct pty *t, void *ctx)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    return memmem(out, n, ctx, strlen(ctx)) != NULL;
}

static void a_ring_that_fails_leaves_nothing_behind(void **state)
{
    struct pty *t;

    (void)state;
    server_python("from deephaven import time_table\n"
                  "made_blink = time_table('PT1s', blink_table=True)\n");
    t = viewer_open("made_blink", &writing);
    wait_listed(t, "made_blink"); /* only what was listed is missed */
    server_python("del made_blink\n");
    pty_wait(t, has_told, "removed on the server", "the removal"); /* which would hide it */
    say(t, "ring 5 made_ring", "name 'made_blink' is not defined");
    server_python("assert '_dhview_ring' not in globals()\n");
    viewer_leave(t);
}

/* --- of nothing --- */

static void a_table_of_nothing_gets_columns_and_code(void **state)
{
    struct pty *t = viewer_open("small", &viewer_small);

    (void)state;
    pty_keys(t, ":table empty 12<Enter>");
    pty_wait_text(t, "row 1 of 12 ");
    assert_false(pty_has(t, "no name")); /* no saved views are looked for */
    pty_keys(t, ":add N = ii * 3<Enter>");
    pty_wait_text(t, "33");
    pty_keys(t, ":code<Enter>");
    pty_wait_text(t, "from deephaven import empty_table");
    pty_wait_text(t, "t = empty_table(12)");
    pty_wait_text(t, "t = t.update_view(\"N = ii * 3\")");
    pty_keys(t, "q");
    say(t, "link", "this table has no name on the server");
    say(t, "table empty x", "expected a number of rows, such as 100, found \"x\"");
    say(t, "table time 1s", "expected a period such as PT1S or PT0.5S, found \"1s\"");
    say(t, "table full", "expected empty ROWS or time PERIOD, found \"full\"");
    viewer_leave(t);
}

static void a_table_of_times_ticks(void **state)
{
    struct pty *t = viewer_open("small", &viewer_small);

    (void)state;
    pty_keys(t, ":table time PT0.1S<Enter>");
    pty_wait_row(t, 0, "time PT0.1S");
    pty_wait_row(t, 1, "Timestamp");
    pty_wait_text(t, " 9│ 20");
    pty_wait_row(t, 3, ".000"); /* from a whole second on */
    viewer_leave(t);
}

/* --- joins --- */

/* made_l in front, made_r in the second tab. */
static struct pty *open_two(void)
{
    char *left = server_target("made_l"), *right = server_target("made_r");
    struct pty *t = pty_dhview(left, right, NULL);

    pty_wait_text(t, "row 1 of 4 ");
    pty_keys(t, "gt");
    pty_wait_text(t, "row 1 of 3 ");
    pty_keys(t, "gT");
    pty_wait_text(t, "row 1 of 4 ");
    free(left);
    free(right);
    return t;
}

static void columns_of_another_tab_are_joined(void **state)
{
    struct pty *t = open_two();

    (void)state;
    pty_keys(t, ":join natural made_r Key=K Y<Enter>");
    pty_wait_row(t, 1, " Y");
    pty_wait_text(t, "4│    1    20");
    pty_wait_text(t, "3│    3     ∅");
    pty_keys(t, "gt:head 1<Enter>"); /* the join stays what it was */
    pty_wait_text(t, "row 1 of 1 ");
    pty_keys(t, "gT");
    pty_wait_text(t, "4│    1    20");
    pty_keys(t, ":recipe<Enter>");
    pty_wait_text(t, "natural join with made_r on Key=K, adding Y");
    pty_keys(t, "qU");
    pty_wait_text(t, "col 1/1");
    pty_keys(t, ":join asof 2 Key=K Y<Enter>"); /* of the one row that is left there */
    pty_wait_text(t, "4│    1     0    10");
    viewer_leave(t);
}

static void a_join_takes_the_row_before_and_its_code_and_link_do(void **state)
{
    struct pty *t = open_two(), *again;
    char *link;

    (void)state;
    pty_resize(t, 24, 200);
    pty_keys(t, ":join asof made_r Key=K<Enter>");
    pty_wait_text(t, "3│    3     2    30");
    pty_wait_text(t, "1│    0     0    10");
    pty_keys(t, ":code<Enter>");
    pty_wait_text(t, "t = left_1.aj(t, [\"Key >= K\"])");
    pty_keys(t, "q:link<Enter>");
    pty_wait_text(t, "a target that opens this");
    link = target_in_box(t);
    again = pty_dhview(link, NULL);
    pty_wait_text(again, "3│    3     2    30");
    free(link);
    viewer_leave(again);
    viewer_leave(t);
}

static void a_join_is_refused_in_a_line(void **state)
{
    struct pty *t = open_two();

    (void)state;
    say(t, "join outer 2 Key", "join: expected natural or asof, a tab, columns with");
    say(t, "join natural 1 Key",
        "no other tab of this server has the number or the table 1");
    say(t, "join natural nope Key", "has the number or the table nope");
    say(t, "join natural 2 No=K", "join: no column of this table is named No");
    say(t, "join natural 2 Key=No", "join: no column of the other table is named No");
    say(t, "join natural 2 Key=K No", "join: no column of the other table is named No");
    pty_keys(t, ":join natural 2 Key=V<Enter>"); /* V is text */
    pty_wait_text(t, "natural join: ");
    pty_wait_row(t, 0, "● live");
    viewer_leave(t);
}

static void what_a_join_takes_is_completed(void **state)
{
    struct pty *t = open_two();

    (void)state;
    pty_keys(t, ":join a<Tab>");
    pty_wait_text(t, ":join asof made_r");
    pty_keys(t, " K<Tab>");
    pty_wait_text(t, ":join asof made_r Key");
    pty_keys(t, "=K Y<Tab><Enter>");
    pty_wait_row(t, 1, " Y");
    viewer_leave(t);
}

/* --- what is no variable, or no table --- */

static void a_field_of_an_application_opens_by_its_target_and_from_the_list(void **state)
{
    char *target = mem_printf("dh+plain://%s/app/sample.app/field/five", server_address());
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    pty_wait_text(t, "row 1 of 5 ");
    pty_wait_text(t, "8");
    say(t, "code",
        "only a variable of the query scope has a name in Python, and five is none");
    pty_keys(t, ":link<Enter>");
    pty_wait_text(t, target);
    pty_keys(t, "qt/five");
    pty_wait_text(t, "  sample.app");
    pty_keys(t, "<Enter><Enter>");
    pty_wait_text(t, "row 1 of 5 ");
    viewer_leave(t);
    free(target);
}

static void figures_and_frames_say_what_they_are(void **state)
{
    struct pty *t;

    (void)state;
    server_python("import pandas\n"
                  "from deephaven.plot.figure import Figure\n"
                  "made_frame = pandas.DataFrame({'A': [1, 2]})\n"
                  "made_plot = Figure().plot_xy('s', x=[1, 2], y=[3, 4]).show()\n");
    t = viewer_open("small", &viewer_large);
    pty_keys(t, "t/made_frame");
    pty_wait_text(t, "made_frame  pandas.DataFrame");
    pty_keys(t, "<Enter><Enter>");
    pty_wait_text(t, "made_frame is a data frame; to_table() of it is a table");
    pty_keys(t, "/<C-u>made_plot");
    pty_wait_text(t, "made_plot  ");
    pty_keys(t, "<Enter><Enter>");
    pty_wait_text(t, "made_plot is a plot; the web UI shows it");
    pty_keys(t, ":tab made_frame<Enter>"); /* nothing is opened for it */
    pty_wait_text(t, "made_frame is a data frame; to_table() of it is a table");
    assert_false(pty_has(t, "2 made_frame"));
    viewer_leave(t);
    server_python("del made_frame, made_plot\n");
}

static int make_tables(void **state)
{
    (void)state;
    server_python(
        "from deephaven import empty_table\n"
        "made_l = empty_table(4).update('Key = ii == 3 ? 1 : ii == 2 ? 3 : ii')\n"
        "made_r = empty_table(3).update(['K = ii', 'Y = (ii + 1) * 10', 'V = `v`'])\n");
    return 0;
}

static int forget_tables(void **state)
{
    (void)state;
    server_python("del made_l, made_r\n");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_opens_for_others_until_the_session_ends),
        cmocka_unit_test(a_table_becomes_a_variable_that_python_sees),
        cmocka_unit_test(a_name_is_refused_in_a_line),
        cmocka_unit_test(a_snapshot_stays_as_it_is_and_undo_takes_it_back),
        cmocka_unit_test(what_is_known_of_a_table_is_shown),
        cmocka_unit_test(a_blink_table_is_kept_as_a_ring_of_its_last_rows),
        cmocka_unit_test(a_ring_that_fails_leaves_nothing_behind),
        cmocka_unit_test(a_table_of_nothing_gets_columns_and_code),
        cmocka_unit_test(a_table_of_times_ticks),
        cmocka_unit_test(columns_of_another_tab_are_joined),
        cmocka_unit_test(a_join_takes_the_row_before_and_its_code_and_link_do),
        cmocka_unit_test(a_join_is_refused_in_a_line),
        cmocka_unit_test(what_a_join_takes_is_completed),
        cmocka_unit_test(a_field_of_an_application_opens_by_its_target_and_from_the_list),
        cmocka_unit_test(figures_and_frames_say_what_they_are),
    };

    server_require();
    return cmocka_run_group_tests(tests, make_tables, forget_tables);
}
