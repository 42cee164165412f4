/* How often the viewer writes: beside a table that gains ten thousand rows a second, and on
 * a terminal that takes nothing for a while. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <vterm.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define FRAMES_MAX 60  /* a second */
#define FRAMES_SLACK 6 /* the first ones, and the burst that is allowed */
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

/* How often the cursor came to its place in the prompt, from the output's offset on: each
 * frame that changes anything leaves it there, once. */
static uint64_t frames_since(struct pty *t, size_t from)
{
    uint64_t frames = 0;
    int rows, cols;
    size_t n;
    const uint8_t *out = pty_output(t, &n);
    VTerm *vt;
    VTermPos pos = {0, 0}, home;

    pty_size(t, &rows, &cols);
    pty_cursor(t, &home.row, &home.col);
    vt = vterm_new(rows, cols);
    vterm_set_utf8(vt, 1);
    vterm_screen_enable_altscreen(vterm_obtain_screen(vt), 1);
    vterm_screen_reset(vterm_obtain_screen(vt), 1);
    for (size_t i = 0; i < n; i++) {
        bool was = pos.row == home.row && pos.col == home.col;

        vterm_input_write(vt, (const char *)out + i, 1);
        vterm_state_get_cursorpos(vterm_obtain_state(vt), &pos);
        frames += i >= from && !was && pos.row == home.row && pos.col == home.col;
    }
    vterm_free(vt);
    return frames;
}

static void at_most_sixty_frames_a_second(void **state)
{
    struct demo_program *d = start_demo();
    struct pty *t = follow(d, VIEWER_SETTING(state));
    int64_t started, took;
    uint64_t frames;
    size_t from;

    pty_keys(t, ":frames"); /* shows the cursor */
    pty_wait_text(t, ":frames");
    started = now_ms();
    from = viewer_bytes(t);
    watch(t, WATCH_MS);
    took = now_ms() - started;
    frames = frames_since(t, from);
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
