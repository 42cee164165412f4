/*
 * What nobody sees is taken from the network all the same: a server queues what a client
 * does not read. A relay counts the bytes that pass while the terminal takes nothing, or
 * while the picture is paused.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/support/relay.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

/* Updates as fast as they are read, for longer than each test watches. */
#define FLOOD "--rate 10000 --tick-ms 5 --interval-ms 5 message.20=flood:600000"
#define STALL_MS 4000     /* what can wait on the way has come by then */
#define LEAST (256 << 10) /* bytes that come after it */
#define MOST_MS 60000     /* in which they do */

struct drained {
    struct demo_program *d;
    struct relay *r;
    struct pty *t;
};

static void begin(struct drained *s)
{
    s->d = trial_serve(FLOOD);
    s->r = relay_new(demo_program_address(s->d));
    s->t = trial_view_at(relay_address(s->r), "trades", "--auth=anonymous");
    viewer_wait_table(s->t);
    pty_keys(s->t, "F");
    pty_wait_text(s->t, "FOLLOW");
}

static void end(struct drained *s)
{
    trial_leave(s->t); /* it had no more memory than any other */
    relay_free(s->r);
    demo_program_free(s->d);
}

static void rest_ms(int ms)
{
    struct timespec ts = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&ts, &ts) != 0)
        ;
}

/* More bytes come however long nobody reads the terminal. */
static void watch(struct drained *s, const char *what)
{
    int64_t end = trial_now_ms() + MOST_MS;
    size_t from = relay_bytes_down(s->r), late;

    rest_ms(STALL_MS);
    late = relay_bytes_down(s->r);
    while (relay_bytes_down(s->r) - late < LEAST) {
        if (trial_now_ms() > end)
            fail_msg("%zu bytes came late", relay_bytes_down(s->r) - late);
        rest_ms(10);
    }
    print_message("row 27: %s for %d s: %zu KB came, and %d KB after it\n", what,
                  STALL_MS / 1000, (late - from) >> 10, LEAST >> 10);
}

static void a_terminal_that_takes_nothing_does_not_stop_the_network(void **state)
{
    struct drained s = {0};

    (void)state;
    begin(&s);
    watch(&s, "a terminal stalled");
    pty_wait_text(s.t, " frames skipped");
    pty_keys(s.t, "gg");
    pty_wait_text(s.t, "row 1 of ");
    end(&s);
}

/* The number of updates that a pause has missed, as it is shown. */
static int64_t missed(const struct pty *t)
{
    char *screen = pty_screen(t);
    const char *at = strstr(screen, "PAUSED  ");
    int64_t n = 0;

    for (at = at ? at + strlen("PAUSED  ") : ""; *at == ',' || (*at >= '0' && *at <= '9');
         at++)
        n = *at == ',' ? n : 10 * n + (*at - '0');
    free(screen);
    return n;
}

static bool has_missed_more(struct pty *t, void *ctx)
{
    return missed(t) > *(int64_t *)ctx;
}

static void a_pause_goes_on_reading_and_counts_what_it_misses(void **state)
{
    struct drained s = {0};
    int64_t before;

    (void)state;
    begin(&s);
    pty_keys(s.t, "p");
    pty_wait_text(s.t, "PAUSED");
    before = missed(s.t);
    watch(&s, "paused before a stalled terminal");
    pty_wait(s.t, has_missed_more, &before, "more that was missed");
    print_message("row 27: paused: %" PRId64 " updates missed\n", missed(s.t) - before);
    pty_keys(s.t, "p");
    pty_wait_gone(s.t, "PAUSED");
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_that_takes_nothing_does_not_stop_the_network),
        cmocka_unit_test(a_pause_goes_on_reading_and_counts_what_it_misses),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
