/*
 * A link opens a table for what its operations make of it: what is on the screen while that
 * is under way, and when the server or the user will not have it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/site.h"
#include "tests/support/trial.h"

#define FIRST_NAME "Albatross" /* in the first row of ships */
#define CODE "ships?op=where,Length%20%3E%20300"

static void a_link_never_shows_the_table_that_it_starts_from(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = trial_view(d, "ships?op=tail,7", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of 7");
    pty_wait_row(t, 0, "● live");
    pty_check_never(t, FIRST_NAME);
    pty_check_never(t, "of 240");
    pty_keys(t, "U");
    pty_wait_text(t, "undo of the link");
    pty_wait_text(t, FIRST_NAME);
    trial_leave(t);
    demo_program_free(d);
}

static void a_refused_link_says_why_and_shows_the_table_live(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = trial_view(d, "ships?op=sort,down,Nowhere", NULL);

    (void)state;
    pty_wait_text(t, "sort: column(s) not found: Nowhere");
    pty_wait_text(t, "row 1 of 240");
    pty_wait_text(t, FIRST_NAME);
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "]"); /* and it can be worked on */
    pty_wait_row(t, 1, "▼");
    trial_leave(t);
    demo_program_free(d);
}

static void keys_before_the_first_rows_of_a_link_do_what_they_do_elsewhere(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t;

    (void)state;
    relay_stall(r);
    t = trial_view_at(relay_address(r), "ships?op=head,30", NULL);
    pty_keys(t, "]");
    pty_wait_text(t, "there is no table here yet");
    pty_keys(t, "G");
    pty_wait_read(t);
    relay_flow(r);
    pty_wait_text(t, "row 30 of 30");
    pty_check_never(t, "of 240");
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

/* A link that runs code waits for an answer, so that its way can be cut before. */
static struct pty *run_over_a_stalled_link(const struct demo_program *d, struct relay **r)
{
    struct pty *t;

    *r = relay_new(demo_program_address(d));
    t = trial_view_at(relay_address(*r), CODE, NULL);
    pty_wait_text(t, "run it? (y, n)");
    relay_stall_up(*r);
    pty_keys(t, "y<Enter>");
    pty_wait_text(t, " s; Esc goes back"); /* how long it has waited */
    pty_check_never(t, FIRST_NAME);
    return t;
}

static void a_link_that_is_given_up_shows_the_table_that_it_starts_from(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r;
    struct pty *t = run_over_a_stalled_link(d, &r);

    (void)state;
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "the link was given up");
    pty_wait_text(t, FIRST_NAME);
    pty_wait_text(t, "row 1 of 240");
    relay_flow(r);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static void operations_go_on_top_of_a_link_that_is_under_way(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r;
    struct pty *t = run_over_a_stalled_link(d, &r);

    (void)state;
    pty_keys(t, ":head 3<Enter>");
    pty_wait_text(t, "the first 3 rows: ");
    relay_flow(r);
    pty_wait_text(t, "row 1 of 3");
    pty_keys(t, ":recipe<Enter>");
    pty_wait_text(t, "where Length > 300");
    pty_wait_text(t, "head 3");
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static void a_link_outlives_the_server_that_was_to_make_it(void **state)
{
    struct site *s = site_new("");
    struct relay *r;
    struct pty *t = run_over_a_stalled_link(s->demo, &r);

    (void)state;
    site_kill(s);
    site_serve(s, "");
    relay_flow(r);
    pty_wait_text(t, "row 1 of 59");
    pty_wait_row(t, 0, "● live");
    pty_check_never(t, "of 240");
    trial_leave(t);
    relay_free(r);
    site_free(s);
}

static void a_link_that_may_run_does_so_when_the_server_is_back(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, CODE, NULL);

    (void)state;
    pty_wait_text(t, "run it? (y, n)");
    site_kill(s);
    pty_wait_row(t, 0, "✗");
    pty_keys(t, "y<Enter>");
    pty_wait_gone(t, "run it? (y, n)");
    site_serve(s, "");
    pty_wait_text(t, "row 1 of 59");
    pty_check_never(t, "of 240");
    trial_leave(t);
    site_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_never_shows_the_table_that_it_starts_from),
        cmocka_unit_test(a_refused_link_says_why_and_shows_the_table_live),
        cmocka_unit_test(keys_before_the_first_rows_of_a_link_do_what_they_do_elsewhere),
        cmocka_unit_test(a_link_that_is_given_up_shows_the_table_that_it_starts_from),
        cmocka_unit_test(operations_go_on_top_of_a_link_that_is_under_way),
        cmocka_unit_test(a_link_outlives_the_server_that_was_to_make_it),
        cmocka_unit_test(a_link_that_may_run_does_so_when_the_server_is_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
