/*
 * The viewer while its terminal changes size, its server goes, or nothing happens at all
 * (see tests/support/trial.h).
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
#include "tests/support/program.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define SIZES 1000
#define REQUESTS_PER_S 60
#define ALONE_MS 22000 /* more than three keep-alive pings of the transport */

/* --- sizes of the terminal --- */

/* At most 60 requests in any second. */
static void check_rate(struct trial_trace *trace)
{
    size_t most = 0;

    trial_trace_read(trace);
    assert_true(trace->n > 0);
    for (size_t i = 0, from = 0; i < trace->n; i++) {
        while (trace->list[i].ms - trace->list[from].ms >= 1000)
            from++;
        most = i + 1 - from > most ? i + 1 - from : most;
    }
    print_message("row 23: %zu requests, at most %zu in a second\n", trace->n, most);
    assert_in_range(most, 1, REQUESTS_PER_S);
}

static void a_storm_of_sizes_ends_with_the_last_one(void **state)
{
    struct trial_trace trace;
    struct prng p = {SIZES};
    int64_t before;

    (void)state;
    trial_trace_start(&trace);
    char *spec = mem_printf("request.5=delay:300 --tick-ms 10 --trace %s", trace.path);
    struct demo_program *d = trial_serve(spec);
    struct pty *t = trial_view(d, "billion", NULL);
    trial_start(t);
    pty_keys(t, "5000G");
    before = trial_now_ms();
    for (int i = 0; i < SIZES; i++) {
        if (i % 100 == 0)
            pty_resize(t, 1, 1);
        else
            pty_resize(t, 1 + (int)prng_below(&p, 80), 1 + (int)prng_below(&p, 400));
    }
    print_message("row 23: %d sizes in %" PRId64 " ms\n", SIZES, trial_now_ms() - before);
    pty_resize(t, 24, 100);
    sheet_wait_status(t, 5000, TRIAL_ROWS);
    sheet_settle(t);
    (void)sheet_check(t, trial_formula);
    trial_check_keys(t);
    trial_leave(t);
    demo_program_free(d);
    check_rate(&trace);
    trial_trace_release(&trace);
    free(spec);
}

static void what_another_size_cut_is_painted_anew(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "500G");
    sheet_wait_status(t, 500, TRIAL_ROWS);
    for (int i = 0; i < 20; i++) {
        pty_resize(t, 3, 7); /* it may be gone before the viewer has looked */
        pty_resize(t, 24, 100);
        pty_wait_row(t, 22, " row 500 of 1,000,000,000 ");
        sheet_settle(t);
        (void)sheet_check(t, trial_formula);
    }
    trial_leave(t);
    demo_program_free(d);
}

/* --- the server goes --- */

static void another_server_on_the_same_port_is_another_session(void **state)
{
    struct demo_program *first = trial_serve("");
    struct pty *t = trial_view(first, "billion", NULL);
    char *again, *spec;

    (void)state;
    trial_start(t);
    again = mem_strdup(demo_program_address(first));
    demo_program_kill(first, SIGKILL);
    pty_wait_row(t, 0, TRIAL_OLD);
    (void)sheet_check(t, trial_formula);
    spec = mem_printf("--port %s", strchr(again, ':') + 1);
    struct demo_program *second = trial_serve(spec);
    assert_string_equal(demo_program_address(second), again);
    trial_check_keys(t); /* of the old session nothing comes back by itself */
    (void)trial_check_cells(t);
    struct pty *other = trial_view(second, "billion", NULL);
    trial_start(other);
    trial_leave(other);
    trial_leave(t);
    free(spec);
    free(again);
    demo_program_free(first);
    demo_program_free(second);
}

/* Nobody touches it while the other tests run. */
static struct demo_program *alone_server;
static struct pty *alone;
static int64_t alone_since;

static int leave_one_alone(void **state)
{
    (void)state;
    alone_server = trial_serve("");
    alone = trial_view(alone_server, "billion", NULL);
    trial_start(alone);
    alone_since = trial_now_ms();
    return 0;
}

static void a_viewer_left_alone_stays_connected(void **state)
{
    (void)state;
    while (trial_now_ms() - alone_since < ALONE_MS) {
        pty_wait_quiet(alone, 500);
        assert_false(pty_has(alone, TRIAL_OLD));
    }
    pty_keys(alone, "G");
    sheet_wait_status(alone, TRIAL_ROWS, TRIAL_ROWS);
    sheet_settle(alone);
    (void)sheet_check(alone, trial_formula);
    trial_leave(alone);
    demo_program_free(alone_server);
}

static void a_port_that_says_nothing_can_be_left(void **state)
{
    struct relay *r = relay_fake("127.0.0.1", "", 0, false);
    char *target = mem_printf("%s/billion", relay_address(r));
    struct pty *t = pty_start(&(struct pty_options){
        .argv = (const char *const[]){target, NULL}, .split_stderr = true});

    (void)state;
    pty_wait_row(t, 0, "connecting");
    trial_leave(t);
    free(target);
    relay_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_storm_of_sizes_ends_with_the_last_one),
        cmocka_unit_test(what_another_size_cut_is_painted_anew),
        cmocka_unit_test(another_server_on_the_same_port_is_another_session),
        cmocka_unit_test(a_port_that_says_nothing_can_be_left),
        cmocka_unit_test(a_viewer_left_alone_stays_connected),
    };

    return cmocka_run_group_tests(tests, leave_one_alone, trial_tell);
}
