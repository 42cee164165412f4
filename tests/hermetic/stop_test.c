/* The viewer while its process is stopped, and when it goes on. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define STARTS 8
#define START_MS 300 /* in which a start may be stopped */
#define STOPPED_MS 6000
#define STOPPING_MS 1000

static const struct viewer_look old = {.fg = 5, .bg = -1}, usual = {.fg = -1, .bg = -1};

/* A server that is traced, with these options too. */
struct scene {
    struct trial_trace trace;
    struct demo_program *server;
};

static struct scene serve(const char *spec)
{
    struct scene s;
    char *options;

    trial_trace_start(&s.trace);
    options = mem_printf("%s --trace %s", spec, s.trace.path);
    s.server = trial_serve(options);
    free(options);
    return s;
}

static void end(struct scene *s)
{
    demo_program_free(s->server);
    trial_trace_release(&s->trace);
}

static void ctrl_z_gives_up_all_streams_and_fg_subscribes_again(void **state)
{
    struct scene s = serve("message.1=hold");
    char *other = mem_printf("%s/trades", demo_program_address(s.server));
    struct pty *t = trial_view(s.server, "billion", other);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    trial_trace_wait_open(t, &s.trace, "streams=1 exports=2 counters=1");
    pty_keys(t, "500G");
    sheet_wait_status(t, 500, TRIAL_ROWS);
    sheet_settle(t);
    pty_keys(t, "<C-z>jj"); /* what is typed behind it waits */
    pty_wait_stopped(t);
    pty_check_restored(t);
    trial_trace_wait_open(t, &s.trace, "sessions=1 streams=0 exports=2 counters=0");
    demo_program_hold(s.server);
    pty_kill(t, SIGCONT);
    sheet_wait_status(t, 502, TRIAL_ROWS);
    viewer_wait_look(t, "Vafali", old);
    demo_program_let_go(s.server);
    viewer_wait_look(t, "Vafali", usual);
    assert_true(trial_check_cells(t) > 0);
    trial_trace_wait_open(t, &s.trace, "streams=1 exports=2 counters=1");
    trial_leave(t);
    end(&s);
    free(other);
}

static void an_open_popup_gives_its_stream_up_too(void **state)
{
    struct scene s = serve("");
    struct pty *t = trial_view(s.server, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "500Gz<Enter>");
    pty_wait_text(t, "row 500:");
    trial_trace_wait_open(t, &s.trace, "streams=2 ");
    pty_kill(t, SIGTSTP);
    pty_wait_stopped(t);
    trial_trace_wait_open(t, &s.trace, "streams=0 ");
    pty_kill(t, SIGCONT);
    pty_wait_text(t, "row 500:");
    trial_trace_wait_open(t, &s.trace, "streams=2 ");
    pty_wait_gone(t, "old");
    trial_leave(t);
    end(&s);
}

/* Where the stream carries the login it is let in first. */
static void a_start_that_is_stopped_leaves_no_stream_open(void **state)
{
    struct prng p = prng_start();
    struct scene s = serve("");

    (void)state;
    for (size_t i = program_rounds(STARTS); i > 0; i--) {
        struct pty *t = trial_view(s.server, "billion", NULL);

        pty_wait_row(t, 0, "billion");
        pty_watch(t, (int64_t)prng_below(&p, START_MS));
        pty_kill(t, SIGTSTP);
        pty_wait_stopped(t);
        trial_trace_wait_open(t, &s.trace, "streams=0 ");
        pty_kill(t, SIGCONT);
        trial_start(t);
        trial_leave(t);
    }
    end(&s);
}

static void a_server_that_does_not_answer_delays_a_stop_by_a_moment(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = trial_view_at(relay_address(r), "billion", "--auth=anonymous");
    struct stopwatch w;

    (void)state;
    trial_start(t);
    relay_stall(r);
    w = stopwatch_start(pty_pid(t));
    pty_keys(t, "<C-z>");
    pty_wait_stopped(t);
    assert_in_range(stopwatch_ms(&w), 0, STOPPING_MS);
    pty_check_restored(t);
    relay_flow(r);
    pty_kill(t, SIGCONT);
    pty_keys(t, "G");
    sheet_wait_status(t, TRIAL_ROWS, TRIAL_ROWS);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

/* SIGSTOP leaves no chance to do anything; here a question is out, and its answer comes
 * while nobody can read it. */
static void time_in_which_the_process_was_stopped_is_no_silence_of_the_server(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = trial_view_at(relay_address(r), "billion", "--auth=anonymous");

    (void)state;
    trial_start(t);
    relay_stall(r);
    pty_wait_row(t, 0, "silent for ");
    pty_kill(t, SIGSTOP);
    pty_wait_stopped(t);
    relay_flow(r);
    pty_watch(t, STOPPED_MS);
    pty_kill(t, SIGCONT);
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "G");
    sheet_wait_status(t, TRIAL_ROWS, TRIAL_ROWS);
    sheet_settle(t);
    assert_true(trial_check_cells(t) > 0);
    assert_false(pty_has(t, TRIAL_OLD));
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ctrl_z_gives_up_all_streams_and_fg_subscribes_again),
        cmocka_unit_test(an_open_popup_gives_its_stream_up_too),
        cmocka_unit_test(a_start_that_is_stopped_leaves_no_stream_open),
        cmocka_unit_test(a_server_that_does_not_answer_delays_a_stop_by_a_moment),
        cmocka_unit_test(time_in_which_the_process_was_stopped_is_no_silence_of_the_server),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
