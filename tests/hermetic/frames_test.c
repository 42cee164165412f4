/* How often the viewer writes: beside a table that gains ten thousand rows a second, and on
 * a terminal that takes nothing for a while. */
#include <ctype.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define FRAMES_MAX 60   /* a second */
#define FRAMES_SLACK 66 /* of a second, by which the meter may lag, and a few at once */
#define WATCH_MS 3000
#define STALL_MS                                                                           \
    4500 /* output is lost for longer than it takes to call a terminal slow                \
          */

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A demo server whose tables change, and are sent, many times between two frames. */
static struct demo_program *start_demo(void)
{
    return demo_program_start((const char *const[]){"--rate", "10000", "--interval-ms", "2",
                                                    "--tick-ms", "2", NULL});
}

/* At the end of the table that grows. */
static struct pty *follow(const struct demo_program *d, const struct viewer_setting *z)
{
    char *target = mem_printf("%s/trades", demo_program_address(d));
    struct pty *t = pty_start(&(struct pty_options){
        .rows = z->rows, .cols = z->cols, .argv = (const char *const[]){target, NULL}});

    free(target);
    viewer_wait_table(t);
    pty_keys(t, "F");
    pty_wait_text(t, "FOLLOW");
    return t;
}

static bool is_past(struct pty *t, void *ctx)
{
    (void)t;
    return now_ms() >= *(int64_t *)ctx;
}

static void watch(struct pty *t, int ms)
{
    int64_t end = now_ms() + ms;

    pty_wait(t, is_past, &end, "time to pass");
}

/* Frames drawn so far, as the link meter tells them; 0: it is not there. */
static uint64_t frames_shown(const struct pty *t)
{
    int row = pty_find_row(t, "frames");
    char *line = row < 0 ? NULL : pty_row(t, row);
    const char *p = line ? strstr(line, "frames") : NULL;
    uint64_t n = 0;

    if (p && strstr(p, " in all"))
        p = strstr(p, " in all");
    while (p > line && (isdigit((unsigned char)p[-1]) || p[-1] == ','))
        p--;
    for (; p && (isdigit((unsigned char)*p) || *p == ','); p++)
        n = *p == ',' ? n : n * 10 + (uint64_t)(*p - '0');
    free(line);
    return n;
}

/* One of several readings may be of half a frame: of "1,299" and "1,300" at once. */
static uint64_t frames_told(struct pty *t)
{
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < 3; i++) {
        uint64_t n;

        pty_wait_text(t, "frames");
        n = frames_shown(t);
        least = n < least ? n : least;
        watch(t, 30);
    }
    return least;
}

static bool has_drawn(struct pty *t, void *ctx)
{
    return frames_shown(t) >= *(uint64_t *)ctx;
}

static void at_most_sixty_frames_a_second(void **state)
{
    struct demo_program *d = start_demo();
    struct pty *t = follow(d, VIEWER_SETTING(state));
    int64_t started, took;
    uint64_t frames;

    pty_keys(t, "gm");
    pty_wait_text(t, "dropped");
    started = now_ms();
    frames = frames_told(t);
    watch(t, WATCH_MS);
    pty_wait(t, has_drawn, &(uint64_t){frames + 3}, "some frames");
    frames = frames_told(t) - frames;
    took = now_ms() - started;
    print_message("%" PRIu64 " frames in %" PRId64 " ms\n", frames, took);
    assert_in_range(frames, 3, (uint64_t)(took * FRAMES_MAX / 1000 + FRAMES_SLACK));
    pty_keys(t, "<Esc>");
    viewer_leave(t);
    demo_program_free(d);
}

static void stall(int ms)
{
    struct timespec ts = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&ts, &ts) != 0)
        ;
}

static void a_terminal_that_stalls_is_told_and_gets_the_newest_frame(void **state)
{
    struct demo_program *d = start_demo();
    struct pty *t = follow(d, VIEWER_SETTING(state));

    stall(STALL_MS); /* the terminal reads nothing */
    pty_wait_text(t, "slow terminal: ");
    pty_wait_text(t, " frames skipped");
    pty_wait_gone(t, "slow terminal"); /* it keeps up again */
    pty_keys(t, "gg");
    pty_wait_text(t, "row 1 of ");
    viewer_leave(t);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(at_most_sixty_frames_a_second),
        VIEWER_SIZES(a_terminal_that_stalls_is_told_and_gets_the_newest_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
