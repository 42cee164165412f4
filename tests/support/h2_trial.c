#include "tests/support/h2_trial.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/sheet.h"

/* Behind the first rows come the answers to what is asked next, and with them a ping of
 * gRPC's. It sends one at a time: were its answer held back, no keep-alive would go out. */
#define QUIET_MS 300
#define LEFT_MS 5000  /* after which what was said of it is on the screen */
#define WAIT_MS 60000 /* a link is given up after 12 s, and later on a slow machine */

struct h2_run h2_begin(struct h2_case *c, const struct demo_program *server)
{
    const char *upstream = c->setting == H2_ALONE ? NULL : demo_program_address(server);
    struct h2_run r = {.c = c, .relay = h2_faults_relay(upstream, &c->plan)};

    r.t = trial_view_at(relay_address(r.relay), "billion",
                        c->outcome == H2_ENDS ? "--no-retry" : NULL);
    pty_set_timeout(r.t, WAIT_MS);
    return r;
}

/* Rows are there; then it happens. */
void h2_go_on(struct h2_run *r)
{
    if (r->c->outcome == H2_ENDS)
        return;
    trial_start(r->t);
    pty_wait_quiet(r->t, QUIET_MS);
    relay_fire(r->relay);
    if (r->c->setting == H2_THEN_ASK)
        pty_keys(r->t, "5000G");
}

static bool is_told(struct pty *t, void *ctx)
{
    const struct h2_case *c = ctx;

    return pty_has(t, TRIAL_OLD) && pty_has(t, c->text);
}

/* What takes long on a slow machine is taken for a slow link, and left for a stream that
 * has no fault. */
static bool is_slow(const struct pty *t)
{
    return pty_has_written(t, 0, "slow link: ");
}

struct wanted_end {
    struct h2_case *c;
    int64_t left_ms; /* when the flood was; 0: not yet */
};

/* Or a flood was left some time ago, and nothing is told of it. */
static bool is_told_or_left(struct pty *t, void *ctx)
{
    struct wanted_end *w = ctx;

    if (w->left_ms == 0 && atomic_load(&w->c->plan.left))
        w->left_ms = trial_now_ms();
    return is_told(t, w->c) ||
           (is_slow(t) && w->left_ms > 0 && trial_now_ms() - w->left_ms > LEFT_MS);
}

static bool waits_or_is_slow(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_has(t, "····") || is_slow(t);
}

/* Keys that ask for nothing new come before those that do. */
static void watch_live(struct h2_run *r)
{
    trial_check_keys(r->t);
    if (r->c->setting != H2_THEN_ASK)
        pty_keys(r->t, "5000G");
    sheet_wait_status(r->t, 5000, TRIAL_ROWS);
    if (r->c->outcome == H2_WAITS) {
        pty_wait(r->t, waits_or_is_slow, NULL, "rows that do not come");
        if (!pty_has(r->t, "····"))
            print_message("        a slow link: that rows do not come is not checked\n");
    } else {
        sheet_settle(r->t);
        assert_true(trial_check_cells(r->t) > 0);
    }
    pty_wait_row(r->t, 0, "● live");
}

/* True when it is told that the rows are old. */
static bool watch_old(struct h2_run *r)
{
    pty_wait(r->t, is_told_or_left, &(struct wanted_end){r->c, 0}, r->c->text);
    if (is_told(r->t, r->c))
        return true;
    print_message("        a slow link: that it is told is not checked\n");
    return false;
}

static void watch(struct h2_run *r)
{
    if (r->c->outcome == H2_OLD && watch_old(r))
        trial_check_keys(r->t);
    else
        watch_live(r);
    (void)trial_check_cells(r->t);
    pty_keys(r->t, "gg"); /* what was held before is still held, and right */
    sheet_wait_status(r->t, 1, TRIAL_ROWS);
    if (r->c->outcome == H2_GOES_ON) /* or comes again */
        sheet_settle(r->t);
    assert_true(trial_check_cells(r->t) > 0);
    trial_leave(r->t);
}

void h2_finish(struct h2_run *r)
{
    struct h2_case *c = r->c;

    print_message("row %d: %s\n", c->row, c->name);
    if (c->outcome == H2_ENDS)
        trial_ended(r->t, 1, c->text);
    else
        watch(r);
    relay_free(r->relay);
    if (c->plan.flooded > 0)
        print_message("        %" PRIu64 " frames\n", c->plan.flooded);
    assert_true(c->plan.happened > 0 || c->plan.step[0].when == H2_NEVER);
}

void h2_run_all(struct h2_case *c, size_t n, size_t side_by_side,
                const struct demo_program *server)
{
    struct h2_run runs[H2_SIDE_BY_SIDE];

    for (size_t i = 0; i < n; i += side_by_side) {
        size_t now = n - i < side_by_side ? n - i : side_by_side;

        for (size_t k = 0; k < now; k++)
            runs[k] = h2_begin(&c[i + k], server);
        for (size_t k = 0; k < now; k++)
            h2_go_on(&runs[k]);
        for (size_t k = 0; k < now; k++)
            h2_finish(&runs[k]);
    }
}
