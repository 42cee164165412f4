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
#include "tests/support/stopwatch.h"

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
    if (t->shown > t->out.len) /* in pieces the screen is behind, and has no mark */
        t->shown = t->out.len;
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

bool pty_has_written(const struct pty *t, size_t from, const char *text)
{
    return from < t->out.len &&
           memmem(t->out.data + from, t->out.len - from, text, strlen(text)) != NULL;
}

/* --- all that was written, piece by piece --- */

/* The screen takes in what has been read, up to the next control sequence each time, until
 * predicate holds. */
static bool show_until(struct pty *t, pty_predicate *predicate, void *ctx)
{
    if (predicate(t, ctx))
        return true;
    while (t->shown < t->out.len) {
        const char *from = t->out.data + t->shown + 1;
        const char *next = memchr(from, '\033', t->out.len - t->shown - 1);

        pty_show(t, next != NULL ? (size_t)(next - t->out.data) : t->out.len);
        if (predicate(t, ctx))
            return true;
    }
    return false;
}

void pty_wait_seen(struct pty *t, pty_predicate *predicate, void *ctx, const char *what)
{
    int64_t end = pty_now_ms() + t->timeout_ms;
    bool drained = false;

    t->in_pieces = true;
    while (!show_until(t, predicate, ctx)) {
        int64_t left = end - pty_now_ms();

        if (left <= 0 || drained)
            fail_screen(t, what);
        if (t->ended) { /* one last look, as in pty_wait() */
            drain(t);
            drained = true;
        } else {
            pty_pump(t, left < STEP_MS ? (int)left : STEP_MS);
        }
    }
    t->in_pieces = false;
}

/* --- frames --- */

/* True when the child's first thread sleeps or does nothing at all; turns: how often it has
 * had a processor. Where the system keeps no books it always does. */
static bool rests(const struct pty *t, unsigned long long *turns)
{
    char path[40], state = 'S';
    FILE *f;

    *turns = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)t->child);
    f = fopen(path, "re");
    if (f != NULL && fscanf(f, "%*[^)]) %c", &state) != 1)
        state = 'S';
    if (f != NULL)
        (void)fclose(f);
    (void)snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)t->child);
    f = fopen(path, "re");
    if (f != NULL && fscanf(f, "%*u %*u %llu", turns) != 1)
        *turns = 0;
    if (f != NULL)
        (void)fclose(f);
    return state != 'R' && state != 'D';
}

/* Reads all that has been written so far. The terminal passes it on in the background, so a
 * mark is sent behind it; false when there is no room for one. */
static bool read_up_to_here(struct pty *t)
{
    const char mark = PTY_MARK;
    int64_t end = pty_now_ms() + t->timeout_ms;

    if (write(t->slave, &mark, 1) != 1)
        return false;
    t->marks++;
    while (t->marks > 0) {
        if (pty_now_ms() > end)
            fail_screen(t, "what has been written");
        pty_pump(t, 10);
    }
    return true;
}

/* True when no frame is under way, or written and not read: it would be read in halves. */
static bool frame_is_whole(struct pty *t)
{
    unsigned long long before, after;

    if (t->master < 0 || t->slave < 0)
        return true;
    return rests(t, &before) && read_up_to_here(t) && rests(t, &after) && before == after;
}

void pty_wait_frame(struct pty *t, pty_predicate *predicate, void *ctx, const char *what)
{
    int64_t end = pty_now_ms() + t->timeout_ms;

    for (;;) {
        bool whole = frame_is_whole(t);
        int64_t left = end - pty_now_ms();

        if (whole && predicate(t, ctx))
            return;
        if (left <= 0 || t->ended)
            fail_screen(t, what);
        pty_pump(t, !whole ? 1 : left < STEP_MS ? (int)left : STEP_MS);
    }
}

/* --- texts, silence, ends --- */

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

void pty_wait_row_seen(struct pty *t, int row, const char *text)
{
    char *what = mem_printf("\"%s\" once in row %d", text, row);

    pty_wait_seen(t, has_text, &(struct wanted){text, row}, what);
    free(what);
}

void pty_wait_gone(struct pty *t, const char *text)
{
    char *what = mem_printf("no \"%s\"", text);

    pty_wait_frame(t, lacks_text, &(struct wanted){text, -1}, what);
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
    size_t read = t->out.len;

    do {
        int64_t left = ms - (pty_now_ms() - last);

        if (pty_now_ms() > end)
            fail_screen(t, "quiet");
        pty_pump(t, left > 0 ? (int)left : 1);
        if (t->out.len > read)
            last = pty_now_ms();
        read = t->out.len;
    } while (pty_now_ms() - last < ms || !frame_is_whole(t) || t->out.len > read);
}

void pty_watch(struct pty *t, int64_t ms)
{
    int64_t end = pty_now_ms() + ms, left;

    while ((left = end - pty_now_ms()) > 0)
        pty_pump(t, (int)(left < STEP_MS ? left : STEP_MS));
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

int64_t pty_ended_ms(const struct pty *t)
{
    assert_true(t->ended);
    return t->told_ms;
}

int64_t pty_ended_after(const struct pty *t, const struct stopwatch *w)
{
    int64_t ms = pty_ended_ms(t) - (w->since + t->waited_ns - w->program_waited) / 1000000;

    return ms > 0 ? ms : 0;
}
