/* The update interval of a table: what is said of it, what ":set interval" shows, and what
 * the status line says agree at each moment, also when it cannot be had. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/trial.h"
#include "tests/support/viewer.h"

/* Streams are held up before their schema while the test says so, or fail there, but for
 * the first. */
#define HELD "--tick-ms 50 message.1=hold"
#define FAILING "--tick-ms 50 first.1=delay:0 message.1=status:12"

static struct pty *open_leaders(const struct demo_program *d)
{
    struct pty *t = trial_view(d, "leaders", NULL);

    viewer_wait_table(t);
    return t;
}

/* Types keys and waits for what they bring. */
static void expect(struct pty *t, const char *keys, const char *text)
{
    pty_keys(t, keys);
    pty_wait_text(t, text);
}

static void a_rate_is_announced_when_its_rows_are_there(void **state)
{
    struct demo_program *d = trial_serve(HELD);
    struct pty *t = open_leaders(d);

    (void)state;
    demo_program_hold(d);
    expect(t, ":set interval 500<Enter>", "asking for an update every 500 ms at most ...");
    expect(t, ":set interval<Enter>", "interval is the server's own");
    demo_program_let_go(d);
    pty_wait_text(t, "leaders: an update every 500 ms at most");
    expect(t, ":set interval<Enter>", "interval is 500 ms");
    expect(t, ":set interval 500<Enter>", "leaders: an update every 500 ms at most");
    trial_leave(t);
    demo_program_free(d);
}

static void the_last_of_several_rates_wins(void **state)
{
    struct demo_program *d = trial_serve(HELD);
    struct pty *t = open_leaders(d);

    (void)state;
    demo_program_hold(d);
    expect(t, ":set interval 500<Enter>:set interval 700<Enter>",
           "asking for an update every 700 ms at most ...");
    expect(t, ":set interval 900<Enter>", "asking for an update every 900 ms at most ...");
    demo_program_let_go(d);
    pty_wait_text(t, "leaders: an update every 900 ms at most");
    expect(t, ":set interval<Enter>", "interval is 900 ms");
    demo_program_hold(d);
    expect(t, "<C-r>", "asking for it anew ...");
    expect(t, ":set interval 800<Enter>", "asking for an update every 800 ms at most ...");
    demo_program_let_go(d);
    pty_wait_text(t, "leaders: subscribed anew");
    expect(t, ":set interval<Enter>", "interval is 800 ms");
    trial_leave(t);
    demo_program_free(d);
}

/* Another table may have the name: its columns and the paused rows do not go together. */
static void a_pause_ends_when_a_table_asked_for_anew_is_there(void **state)
{
    struct demo_program *d = trial_serve(HELD);
    struct pty *t = open_leaders(d);

    (void)state;
    demo_program_hold(d);
    expect(t, "<C-r>", "asking for it anew ...");
    expect(t, "p", "PAUSED");
    demo_program_let_go(d);
    pty_wait_text(t, "leaders: subscribed anew");
    pty_wait_gone(t, "PAUSED");
    expect(t, "G", "row 120 of 120"); /* all rows can be gone to again */
    trial_leave(t);
    demo_program_free(d);
}

static void a_rate_that_cannot_be_had_leaves_the_old_one(void **state)
{
    struct demo_program *d = trial_serve(FAILING);
    struct pty *t = open_leaders(d);

    (void)state;
    expect(t, ":set interval 500<Enter>", "leaders: no other rate: ");
    expect(t, ":set interval<Enter>", "interval is the server's own");
    expect(t, "z-", "leaders: no other rate: ");
    expect(t, ":set interval<Enter>", "interval is the server's own");
    pty_wait_row(t, 0, "● live");
    trial_leave(t);
    demo_program_free(d);
}

static void a_table_that_has_ended_has_no_rate(void **state)
{
    struct demo_program *d = trial_serve("--tick-ms 50 first.5=status:12");
    struct pty *t = open_leaders(d);

    (void)state;
    pty_wait_text(t, "ENDED");
    expect(t, ":set interval 500<Enter>", "leaders: has ended; ^r asks for it anew");
    expect(t, ":set interval<Enter>", "interval is the server's own");
    pty_wait_text(t, "ENDED");
    expect(t, "z-", "leaders: has ended; ^r asks for it anew");
    expect(t, "<C-r>", "leaders: subscribed anew");
    pty_wait_gone(t, "ENDED");
    expect(t, ":set interval<Enter>", "interval is the server's own");
    trial_leave(t);
    demo_program_free(d);
}

/* For two seconds at least: by then it was told why, once. */
static bool is_old(struct pty *t, void *ctx)
{
    char *top = pty_row(t, 0), *old = strstr(top, TRIAL_OLD " (");
    bool ok = old && strtol(old + strlen(TRIAL_OLD " ("), NULL, 10) >= 2;

    (void)ctx;
    free(top);
    return ok;
}

static void a_lost_server_has_no_rate(void **state)
{
    struct demo_program *d = trial_serve("--tick-ms 50");
    struct pty *t = open_leaders(d);

    (void)state;
    demo_program_kill(d, SIGKILL);
    pty_wait(t, is_old, NULL, "rows that are old");
    expect(t, ":set interval 500<Enter>", "leaders: the connection is gone");
    expect(t, ":set interval<Enter>", "interval is the server's own");
    trial_leave(t);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_is_announced_when_its_rows_are_there),
        cmocka_unit_test(the_last_of_several_rates_wins),
        cmocka_unit_test(a_pause_ends_when_a_table_asked_for_anew_is_there),
        cmocka_unit_test(a_rate_that_cannot_be_had_leaves_the_old_one),
        cmocka_unit_test(a_table_that_has_ended_has_no_rate),
        cmocka_unit_test(a_lost_server_has_no_rate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
