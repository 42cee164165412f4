/*
 * Values with counts, totals and parts of the demo server's tables: what comes, what it
 * cannot do, and what stays when a link is lost.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/folder.h"
#include "tests/support/pty.h"
#include "tests/support/site.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

static struct pty *open_table(const struct demo_program *d, const char *table)
{
    struct pty *t = trial_view(d, table, NULL);

    pty_wait_text(t, "row 1 of ");
    return t;
}

static void values_and_totals_of_the_ships(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships");

    (void)state;
    pty_keys(t, "cClass<Enter>D");
    pty_wait_text(t, "ships: values of Class");
    pty_wait_row(t, 1, "Count ▼");
    pty_wait_row(t, 3, "46");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "row 1 of 46");
    pty_keys(t, "T");
    pty_wait_text(t, "Σ");
    pty_keys(t, "U");
    pty_wait_text(t, "row 1 of 240");
    pty_keys(t, "T");
    pty_wait_gone(t, "Σ");
    pty_keys(t, "cArrived<Enter>I");
    pty_wait_text(t, "max     2026-01-15 23:37:43.000000000");
    pty_wait_text(t, "zone    "); /* that they are in, on the screen and in a copy */
    trial_leave(t);
    demo_program_free(d);
}

static void a_screen_without_room_for_totals_says_so(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships");

    (void)state;
    pty_resize(t, 5, 20);
    pty_wait_row(t, 3, "row 1");
    pty_keys(t, "T");
    pty_wait_row(t, 4, "the scre");
    pty_keys(t, "T");
    pty_wait_gone(t, "the scre");
    trial_leave(t);
    demo_program_free(d);
}

static void totals_that_are_refused_take_no_line(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "trades");

    (void)state;
    pty_keys(t, "T");
    pty_wait_text(t, "cannot do this on a table that changes");
    pty_wait_gone(t, "Σ");
    trial_leave(t);
    demo_program_free(d);
}

static void values_and_totals_come_back_with_the_server(void **state)
{
    struct site *s = site_new("");
    struct pty *t = open_table(s->demo, "ships");

    (void)state;
    pty_keys(t, "TcClass<Enter>D");
    pty_wait_row(t, 3, "46");
    site_kill(s);
    pty_wait_row(t, 0, "✗");
    site_serve(s, "");
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "row 1 of 46");
    pty_wait_text(t, "Σ");
    trial_leave(t);
    site_free(s);
}

static void values_are_not_listed_while_the_server_is_gone(void **state)
{
    struct site *s = site_new("");
    struct pty *t = open_table(s->demo, "ships");

    (void)state;
    site_kill(s);
    pty_wait_row(t, 0, "disconnected: these rows are old");
    pty_keys(t, "D");
    pty_wait_text(t, "the connection is gone: nothing can be opened");
    site_serve(s, "");
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "D");
    pty_wait_text(t, "ships: values of Ship");
    trial_leave(t);
    site_free(s);
}

/* From the list of tables: 20 parts of 40 rows each. */
static void open_parts(struct pty *t)
{
    pty_keys(t, "t");
    pty_wait_text(t, "voyages");
    pty_keys(t, "/voyages<Enter><Enter>");
    pty_wait_text(t, "voyages: partitions");
    pty_wait_text(t, "row 1 of 20 ");
    pty_wait_row(t, 1, "Count");
}

static void parts_open_one_by_one_several_and_merged(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships");

    (void)state;
    open_parts(t);
    pty_keys(t, "j<Enter>");
    pty_wait_text(t, "row 1 of 40 ");
    pty_wait_row(t, 3, "2022");
    pty_keys(t, "q");
    pty_wait_text(t, "row 2 of 20 ");
    pty_keys(t, "V2j<Enter>");
    pty_wait_text(t, "row 1 of 120 ");
    pty_keys(t, "q");
    pty_wait_text(t, " of 20 ");
    pty_keys(t, "<Esc>:merge<Enter>");
    pty_wait_text(t, "row 1 of 800 ");
    pty_keys(t, "[");
    pty_wait_row(t, 1, "Port ▲");
    trial_leave(t);
    demo_program_free(d);
}

/* All rows of the first one are of Bergen. */
static void a_part_stays_that_part_whatever_is_filtered_in_it(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = open_table(d, "ships");

    (void)state;
    open_parts(t);
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "row 1 of 40 ");
    pty_keys(t, "g&Bergen<Enter>");
    pty_wait_text(t, "filter all Bergen ");
    pty_wait_text(t, "row 1 of 40 ");
    pty_keys(t, ":recipe<Enter>");
    pty_wait_text(t, "filter Port, Year: =\"Bergen\", =2021");
    pty_keys(t, "q:code<Enter>");
    pty_wait_text(t, "t = voyages");
    pty_wait_text(t, "t = t.merge()");
    pty_keys(t, "q:link<Enter>");
    pty_wait_text(t, "op=filter,Port%2C%20Year,");
    pty_keys(t, "q");
    trial_leave(t);
    demo_program_free(d);
}

static void parts_come_back_with_the_server(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "voyages", NULL);

    (void)state;
    pty_wait_text(t, "voyages: partitions");
    pty_wait_text(t, "row 1 of 20 ");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "row 1 of 40 ");
    site_kill(s);
    pty_wait_row(t, 0, "✗");
    site_serve(s, "");
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "q");
    pty_wait_text(t, "row 1 of 20 ");
    trial_leave(t);
    site_free(s);
}

#define CALLS 9
#define ROUNDS_MAX 4 /* the calls come in no fixed order */

/* The keys of the parts were asked for again, by a log: where it is another call, the
 * subscription has ended by the fault, or an export was not made. */
static bool has_asked_for_keys_again(const char *log)
{
    char *text = text_file_read(log);
    bool again = strstr(text, "asking again: a fault that was asked for") &&
                 !strstr(text, "updates: a fault that was asked for") &&
                 !strstr(text, "release of an export");

    free(text);
    return again;
}

/* True when it was the call for the keys that broke off. */
static bool open_parts_with_a_fault(int call)
{
    char *fault = mem_printf("call.%d=status:14", call);
    char *log = mem_printf("%s/log", group_folder), *option = mem_printf("--log=%s", log);
    struct demo_program *d = trial_serve(fault);
    struct pty *t = trial_view(d, "voyages", option);
    bool keys;

    pty_wait_text(t, "voyages: partitions");
    pty_wait_text(t, "row 1 of 20 ");
    trial_leave(t);
    keys = has_asked_for_keys_again(log);
    assert_int_equal(unlink(log), 0);
    demo_program_free(d);
    free(option);
    free(log);
    free(fault);
    return keys;
}

/* One call breaks off each time; that for the keys of the parts is among them. */
static void parts_open_whatever_breaks_off_once(void **state)
{
    int keys = 0;

    (void)state;
    for (int round = 0; round < ROUNDS_MAX && keys == 0; round++)
        for (int i = 2; i <= CALLS + round; i++)
            keys += open_parts_with_a_fault(i);
    assert_in_range(keys, 1, INT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_totals_of_the_ships),
        cmocka_unit_test(a_screen_without_room_for_totals_says_so),
        cmocka_unit_test(totals_that_are_refused_take_no_line),
        cmocka_unit_test(values_and_totals_come_back_with_the_server),
        cmocka_unit_test(values_are_not_listed_while_the_server_is_gone),
        cmocka_unit_test(parts_open_one_by_one_several_and_merged),
        cmocka_unit_test(a_part_stays_that_part_whatever_is_filtered_in_it),
        cmocka_unit_test(parts_come_back_with_the_server),
        cmocka_unit_test(parts_open_whatever_breaks_off_once),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
