/*
 * The viewer while its terminal changes size, its server goes, or nothing happens at all
 * (see tests/support/trial.h).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/heartbeat.h"
#include "tests/support/h2.h"
#include "tests/support/program.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/slow_link.h"
#include "tests/support/stopwatch.h"
#include "tests/support/trial.h"

#define SIZES 1000
#define REQUESTS_PER_S 60
#define REQUESTS_AT_ONCE 10
#define ALONE_MS 22000 /* more than four heartbeats */
#define WATCH_MS 9000
#define DELAY_MS 30
#define STARVED_MS 1000 /* of one second a silence may come */
#define STARVED_TRIES 5
#define ROUND_TRIPS 10
#define STOPPED_MS 6000 /* with the silence before, longer than a link may be silent */

/* --- sizes of the terminal --- */

/* At most 60 requests a second, and a few at once. When they left is not known: a server
 * that has no processor for a while reads many at the same time. */
static void check_rate(struct trial_trace *trace, int64_t ms)
{
    trial_trace_read(trace);
    print_message("row 23: %zu requests in %" PRId64 " ms\n", trace->n, ms);
    assert_in_range(trace->n, 1, ms * REQUESTS_PER_S / 1000 + REQUESTS_AT_ONCE);
}

static void a_storm_of_sizes_ends_with_the_last_one(void **state)
{
    struct trial_trace trace;
    struct prng p = {SIZES};
    int64_t before, took;

    (void)state;
    trial_trace_start(&trace);
    char *spec = mem_printf("request.5=delay:300 --tick-ms 10 --trace %s", trace.path);
    struct demo_program *d = trial_serve(spec);
    before = trial_now_ms();
    struct pty *t = trial_view(d, "billion", NULL);
    trial_start(t);
    pty_keys(t, "5000G");
    for (int i = 0; i < SIZES; i++) {
        if (i % 100 == 0)
            pty_resize(t, 1, 1);
        else
            pty_resize(t, 1 + (int)prng_below(&p, 80), 1 + (int)prng_below(&p, 400));
    }
    pty_resize(t, 24, 100);
    sheet_wait_status(t, 5000, TRIAL_ROWS);
    sheet_settle(t);
    took = trial_now_ms() - before;
    (void)sheet_check(t, trial_formula);
    trial_check_keys(t);
    trial_leave(t);
    demo_program_free(d);
    check_rate(&trace, took);
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

static void another_server_on_the_same_port_is_logged_in_to_anew(void **state)
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
    pty_wait_row(t, 0, "● live");
    trial_check_keys(t);
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

/* --- a viewer that is left alone --- */

/* What goes from the viewer to the server. */
struct traffic {
    atomic_int calls, pings;
};

static void on_open(void *ctx, struct relay_link *l)
{
    struct h2_reader *up = relay_state(l);

    (void)ctx;
    up->preface = H2_PREFACE;
}

static void count(struct traffic *seen, const struct h2_frame *f)
{
    if (f->type == H2_HEADERS)
        atomic_fetch_add(&seen->calls, 1);
    if (f->type == H2_PING && !(f->flags & H2_ACK))
        atomic_fetch_add(&seen->pings, 1);
}

static void on_pass(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n)
{
    struct h2_reader *reader = relay_state(l);

    relay_send(l, up, data, n);
    while (up && n > 0) {
        enum h2_part part;
        size_t took = h2_read(reader, data, n, &part);

        if (part == H2_PART_HEAD && h2_head_whole(reader))
            count(ctx, &reader->frame);
        data += took;
        n -= took;
    }
}

static const struct relay_filter counting = {
    .state_size = sizeof(struct h2_reader), .open = on_open, .pass = on_pass};

/* Nobody touches it while the other tests run. */
static struct demo_program *alone_server;
static struct relay *alone_relay;
static struct traffic alone_traffic;
static struct pty *alone;
static int64_t alone_since;

static int leave_one_alone(void **state)
{
    (void)state;
    alone_server = trial_serve("");
    alone_relay =
        relay_filtered(demo_program_address(alone_server), &counting, &alone_traffic);
    alone = trial_view_at(relay_address(alone_relay), "billion", "--auth=anonymous");
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
    relay_free(alone_relay);
    demo_program_free(alone_server);
}

/* Until it has been live, and has written nothing for a second. */
static void wait_idle(struct pty *t)
{
    pty_wait_row(t, 0, "● live");
    pty_wait_quiet(t, 1000);
}

/* Watches a viewer that is left alone for a while. What it wrote must be nothing; where it
 * or its server had no processor for so long that an answer was late, and that was told, it
 * is watched once more. */
static void watch_idle(struct pty *t, const struct demo_program *server)
{
    for (int again = 0;; again++) {
        struct stopwatch w;
        size_t before, after;
        int64_t from, ms, starved;

        if (again > 0)
            wait_idle(t);
        w = stopwatch_start_both(pty_pid(t), demo_program_pid(server));
        from = trial_now_ms();
        (void)pty_output(t, &before);
        while ((ms = trial_now_ms() - from) < WATCH_MS)
            pty_wait_quiet(t, 500);
        starved = ms - stopwatch_ms(&w);
        const char *output = (const char *)pty_output(t, &after);
        if (after == before)
            return;
        if (starved < STARVED_MS || again == STARVED_TRIES)
            fail_msg("\"%.*s\"", (int)(after - before), output + before);
        print_message("idle: without a processor for %" PRId64 " ms\n", starved);
    }
}

/* Such pings are what peers with gRPC's default policy end a connection for. */
static void a_viewer_left_alone_writes_nothing_and_asks_once_in_4_s(void **state)
{
    int64_t from, ms;
    int calls;

    (void)state;
    while (trial_now_ms() - alone_since < 3000) /* what follows the first rows */
        pty_wait_quiet(alone, 500);
    wait_idle(alone);
    from = trial_now_ms();
    calls = atomic_load(&alone_traffic.calls);
    watch_idle(alone, alone_server);
    ms = trial_now_ms() - from;
    calls = atomic_load(&alone_traffic.calls) - calls;
    print_message("idle: %d calls in %" PRId64 " ms\n", calls, ms);
    assert_in_range(calls, 1, ms / HEARTBEAT_ASK_MS + 1);
    assert_int_equal(atomic_load(&alone_traffic.pings), 0);
}

/* The milliseconds in the tab line. */
static double shown_round_trip(struct pty *p)
{
    char *row = pty_row(p, 0), *end = strstr(row, " ms"), *at = end;
    double out = -1;

    while (at && at > row && at[-1] != ' ')
        at--;
    if (at)
        out = strtod(at, NULL);
    free(row);
    return out;
}

static bool is_short_round_trip(struct pty *p)
{
    return shown_round_trip(p) >= 0 && shown_round_trip(p) < 2 * DELAY_MS;
}

/* With the next key; a machine that has other work makes some of them longer again. */
static void wait_short_round_trip(struct pty *p)
{
    for (int i = 0; i < ROUND_TRIPS; i++) {
        pty_keys(p, "j");
        sheet_sync(p);
        if (is_short_round_trip(p))
            return;
        pty_wait_quiet(p, HEARTBEAT_ASK_MS);
    }
    fail_msg("the round trip is %.0f ms", shown_round_trip(p));
}

/* The first round trip that is measured, of a server that has just begun, is longer than
 * all that follow. */
static void a_round_trip_that_is_another_is_shown_with_the_next_key(void **state)
{
    struct demo_program *server = trial_serve("");
    struct slow_link link = {.delay_ms = DELAY_MS, .bytes_per_s = 10000000};
    struct relay *relay = slow_link_new(demo_program_address(server), &link);
    struct pty *p = trial_view_at(relay_address(relay), "billion", "--auth=anonymous");

    (void)state;
    trial_start(p);
    pty_wait_quiet(p, 1000); /* what follows the first rows */
    assert_true(shown_round_trip(p) >= 2 * DELAY_MS);
    link.delay_ms = 0;
    watch_idle(p, server);
    wait_short_round_trip(p);
    trial_leave(p);
    relay_free(relay);
    demo_program_free(server);
}

/* --- links that die without a word --- */

static void rest_ms(int ms)
{
    struct timespec ts = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&ts, &ts) != 0)
        ;
}

/* By a relay, past its first rows. */
static struct pty *view_over(struct relay *r, const char *table)
{
    struct pty *t = trial_view_at(relay_address(r), table, "--auth=anonymous");

    pty_set_timeout(t, 3 * PTY_TIMEOUT_MS); /* silence takes long by itself */
    pty_wait_row(t, 0, "● live");
    return t;
}

static void a_dead_link_is_told_from_a_quiet_table(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = view_over(r, "billion");
    int64_t before;

    (void)state;
    pty_wait_quiet(t, 1500); /* the calls that follow the first rows are answered */
    before = trial_now_ms();
    relay_stall(r);
    pty_wait_row_seen(t, 0, "silent for ");
    print_message("row 15: silent after %" PRId64 " ms\n", trial_now_ms() - before);
    pty_wait_row(t, 0, TRIAL_OLD);
    print_message("row 15: lost after %" PRId64 " ms\n", trial_now_ms() - before);
    pty_wait_text(t, "no sign of life");
    trial_check_keys(t);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static void a_silence_that_ends_in_time_is_no_loss(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = view_over(r, "billion");

    (void)state;
    relay_stall(r);
    pty_wait_row_seen(t, 0, "silent for ");
    relay_flow(r);
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "G");
    sheet_wait_status(t, TRIAL_ROWS, TRIAL_ROWS);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

/* The answer is there by the time it goes on, and has not been read yet. */
static void the_time_in_which_the_viewer_was_stopped_is_no_silence(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = view_over(r, "billion");

    (void)state;
    pty_wait_quiet(t, 1500);
    relay_stall(r);
    pty_wait_row_seen(t, 0, "silent for ");
    pty_kill(t, SIGSTOP);
    pty_wait_stopped(t);
    relay_flow(r);
    rest_ms(STOPPED_MS);
    pty_kill(t, SIGCONT);
    pty_wait_row(t, 0, "● live");
    pty_wait_quiet(t, 500);
    assert_false(pty_has(t, "no sign of life"));
    assert_int_equal(relay_connections(r), 1); /* it was not connected to again */
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static bool is_noticed(struct pty *t, void *ctx)
{
    char *line = pty_row(t, 0);
    bool yes = strstr(line, "slow") || strstr(line, "silent");

    (void)ctx;
    free(line);
    return yes;
}

/* Rows go on coming, as long as the receive window lasts, whose room is told upwards, too:
 * "slow", and then "silent". */
static void a_stall_towards_the_server_alone_is_noticed(void **state)
{
    struct demo_program *d = trial_serve("--tick-ms 200");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = view_over(r, "leaders");
    int64_t before = trial_now_ms();

    (void)state;
    relay_stall_up(r);
    pty_wait(t, is_noticed, NULL, "a stall in one direction");
    print_message("row 15, one direction: noticed after %" PRId64 " ms\n",
                  trial_now_ms() - before);
    relay_flow(r);
    pty_wait_row(t, 0, "● live");
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
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
        cmocka_unit_test(another_server_on_the_same_port_is_logged_in_to_anew),
        cmocka_unit_test(a_round_trip_that_is_another_is_shown_with_the_next_key),
        cmocka_unit_test(a_dead_link_is_told_from_a_quiet_table),
        cmocka_unit_test(a_silence_that_ends_in_time_is_no_loss),
        cmocka_unit_test(the_time_in_which_the_viewer_was_stopped_is_no_silence),
        cmocka_unit_test(a_stall_towards_the_server_alone_is_noticed),
        cmocka_unit_test(a_port_that_says_nothing_can_be_left),
        cmocka_unit_test(a_viewer_left_alone_writes_nothing_and_asks_once_in_4_s),
        cmocka_unit_test(a_viewer_left_alone_stays_connected),
    };

    return cmocka_run_group_tests(tests, leave_one_alone, trial_tell);
}
