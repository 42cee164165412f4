/*
 * The viewer on a link that brings less than the table changes (tests/support/slow_link.h),
 * before a server that queues what is not read: the picture must not fall behind without a
 * word, nor without an end, and what a key asks for must not wait for it.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/slow_link.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define RTT_MS 200
#define BYTES_PER_S 125000 /* 1 Mbit/s */
#define KEY_MS 1300        /* 2 RTT, a window of 64 KiB (525 ms), its own bytes */
#define VIEWERS 3
#define BACKLOG_MS 2000
#define BUSY "--queue --rate 10000 --tick-ms 5 --interval-ms 5"

static const struct slow_link how = {RTT_MS / 2, BYTES_PER_S};

/* A table that grows: at its end each update is a screen of other rows. */
static struct pty *view(struct relay *r)
{
    struct pty *t = trial_view_at(relay_address(r), "trades", "--auth=anonymous");

    viewer_wait_table(t);
    return t;
}

/* For seconds only. */
static bool is_late(struct pty *t, void *ctx)
{
    char *top = pty_row(t, 0);
    bool late = strstr(top, " s late") != NULL;

    (void)ctx;
    free(top);
    return late;
}

static void a_slow_link_is_told_and_gets_fewer_updates_until_it_keeps_up(void **state)
{
    struct demo_program *d = trial_serve(BUSY);
    struct relay *r = slow_link_new(demo_program_address(d), &how);
    struct pty *t = view(r);

    (void)state;
    pty_keys(t, "F");
    pty_wait_seen(t, is_late, NULL, "a picture that is late");
    pty_wait_text(t, "trades: the link is slow: an update every 2 s at most");
    pty_wait_row(t, 0, "● live");
    pty_wait_text(t, "slow link: every 2 s");
    trial_check_keys(t);
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static bool has_first_rows(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_has(t, "row 1 of ") && !pty_has(t, "··");
}

/* How long the first rows take when some seconds of updates wait, in ms. */
static int64_t time_key(struct pty *t)
{
    int64_t since = trial_now_ms();

    pty_keys(t, "F");
    pty_wait_text(t, "FOLLOW");
    while (trial_now_ms() - since < BACKLOG_MS)
        pty_wait_row(t, 0, "trades");
    since = trial_now_ms();
    pty_keys(t, "gg");
    pty_wait(t, has_first_rows, NULL, "the first rows");
    return trial_now_ms() - since;
}

/* The link takes its time, and the machine may be busy: the best of some viewers counts. */
static void rows_that_a_key_asks_for_do_not_wait_for_old_updates(void **state)
{
    struct demo_program *d = trial_serve(BUSY);
    struct relay *r = slow_link_new(demo_program_address(d), &how);
    int64_t best = INT64_MAX;

    (void)state;
    for (int i = 0; i < VIEWERS && best > KEY_MS; i++) {
        struct pty *t = view(r);
        int64_t took = time_key(t);

        print_message("a key on a slow link: rows after %" PRId64 " ms\n", took);
        best = took < best ? took : best;
        trial_leave(t);
    }
    assert_in_range(best, 0, KEY_MS);
    relay_free(r);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_link_is_told_and_gets_fewer_updates_until_it_keeps_up),
        cmocka_unit_test(rows_that_a_key_asks_for_do_not_wait_for_old_updates),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
