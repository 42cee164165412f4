/* Waiting, on the terminal harness: until something is seen, or nothing comes. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/pty_internal.h"

#define STEP_MS 1000              /* longest single poll */
#define DRAIN_MARK "\037\036\037" /* never part of a program's output */
#define TAIL_SHOWN 400            /* bytes of raw output shown on failure */

static _Noreturn void fail_screen(const struct pty *t, const char *what)
{
    char *screen = pty_screen(t);
    size_t from = t->out.len > TAIL_SHOWN ? t->out.len - TAIL_SHOWN : 0;

    print_error("waited in vain for: %s\nchild: %s, status %d\n", what,
                t->ended     ? "ended"
                : t->stopped ? "stopped"
                             : "runs",
                t->status);
    print_error("screen of %d rows and %d columns:\n", t->rows, t->cols);
    for (char *rest = screen, *line; (line = strsep(&rest, "\n")) != NULL;)
        print_error("%s\n", line); /* one by one, as long texts are cut */
    print_error("-----\n");
    print_error("standard error: %s\nend of the output:", pty_stderr(t));
    for (size_t i = from; i < t->out.len; i++) {
        unsigned char c = (unsigned char)t->out.data[i];
        print_error(c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c);
    }
    print_error("\n");
    free(screen);
    fail();
    abort(); /* fail() does not return */
}

/* Reads what is still on its way after the child's end. The terminal passes bytes on in the
 * background, so we send a mark behind them and read up to it. */
static void drain(struct pty *t)
{
    const size_t mark = strlen(DRAIN_MARK);
    int64_t end = pty_now_ms() + t->timeout_ms;
    char *found;

    while (t->err >= 0 && pty_now_ms() < end) {
        struct pollfd p = {.fd = t->err, .events = POLLIN};
        if (poll(&p, 1, 0) <= 0)
            break;
        pty_read_stderr(t);
    }
    if (t->master < 0)
        return;
    tcflow(t->slave, TCOON);
    while (write(t->slave, DRAIN_MARK, mark) != (ssize_t)mark && pty_now_ms() < end)
        pty_pump(t, 10);
    while (t->out.len < mark ||
           (found = memmem(t->out.data, t->out.len, DRAIN_MARK, mark)) == NULL) {
        if (pty_now_ms() > end)
            fail_screen(t, "the rest of the output");
        pty_pump(t, 10);
    }
    t->out.len = (size_t)(found - t->out.data);
    *found = '\0';
}

void pty_wait(struct pty *t, pty_predicate *predicate, void *ctx, const char *what)
{
    int64_t end = pty_now_ms() + t->timeout_ms;
    bool drained = false;

    for (;;) {
        pty_pump(t, 0);
        if (predicate(t, ctx))
            return;
        int64_t left = end - pty_now_ms();
        if (left <= 0 || drained)
            fail_screen(t, what);
        if (t->ended) { /* one last look, with all it wrote on the screen */
            drain(t);
            drained = true;
        } else {
            pty_pump(t, left < STEP_MS ? (int)left : STEP_MS);
        }
    }
}

struct wanted {
    const char *text;
    int row; /* -1: any */
};

static bool has_text(struct pty *t, void *ctx)
{
    const struct wanted *w = ctx;

    if (w->row < 0)
        return pty_has(t, w->text);
    char *row = pty_row(t, w->row);
    bool found = strstr(row, w->text) != NULL;
    free(row);
    return found;
}

static bool lacks_text(struct pty *t, void *ctx)
{
    return !has_text(t, ctx);
}

void pty_wait_text(struct pty *t, const char *text)
{
    pty_wait(t, has_text, &(struct wanted){text, -1}, text);
}

void pty_wait_row(struct pty *t, int row, const char *text)
{
    char *what = mem_printf("\"%s\" in row %d", text, row);

    pty_wait(t, has_text, &(struct wanted){text, row}, what);
    free(what);
}

void pty_wait_gone(struct pty *t, const char *text)
{
    char *what = mem_printf("no \"%s\"", text);

    pty_wait(t, lacks_text, &(struct wanted){text, -1}, what);
    free(what);
}

void pty_wait_read(struct pty *t)
{
    int64_t end = pty_now_ms() + t->timeout_ms;
    int waiting = 0;

    while (ioctl(t->slave, FIONREAD, &waiting) == 0 && waiting > 0) {
        if (pty_now_ms() > end)
            fail_screen(t, "all that was typed is read");
        pty_pump(t, 1);
    }
}

void pty_wait_quiet(struct pty *t, int ms)
{
    int64_t end = pty_now_ms() + t->timeout_ms, last = pty_now_ms();

    while (pty_now_ms() - last < ms) {
        if (pty_now_ms() > end)
            fail_screen(t, "quiet");
        if (pty_pump(t, (int)(ms - (pty_now_ms() - last))))
            last = pty_now_ms();
    }
}

static bool has_stopped(struct pty *t, void *ctx)
{
    (void)ctx;
    return t->stopped;
}

void pty_wait_stopped(struct pty *t)
{
    pty_wait(t, has_stopped, NULL, "the child to stop");
}

static bool has_ended(struct pty *t, void *ctx)
{
    (void)ctx;
    return t->ended;
}

int pty_wait_exit(struct pty *t)
{
    pty_wait(t, has_ended, NULL, "the child to end");
    drain(t);
    return WIFSIGNALED(t->status) ? -WTERMSIG(t->status) : WEXITSTATUS(t->status);
}
