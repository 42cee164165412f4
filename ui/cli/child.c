/*
 * A run has a process, three pipes and a timer; the object is freed when all five handles
 * are closed. It is over when the process has ended, has read its input, and (where that
 * is wanted) its first line is there, or the pipe is at its end: something that the program
 * left running may hold the pipe open, and what a pipe held may be told after the end of
 * the process. The handle of one that was killed is closed when its end was told, since
 * nobody would take it from the system then.
 */
#include "ui/cli/child.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define HANDLES 5
#define WORDS_MAX 160 /* bytes of standard error that are looked at */

struct child {
    child_fn *fn; /* NULL: over, or cancelled */
    void *ctx;
    char *name; /* owned */
    unsigned max_s;
    uv_process_t process;
    uv_pipe_t in, out, err;
    uv_timer_t timer;
    int open; /* handles */
    uv_write_t write;
    struct bytes input; /* owned */
    bool fed, unread;   /* the input has gone, or the program would not take it */
    bool exited, out_ended;
    int64_t status;
    int signal;
    char line[CHILD_ROOM];
    size_t line_len;
    char words[WORDS_MAX];
    size_t words_len;
    char rest[512]; /* what is read and not looked at, so that the program goes on */
};

/* --- its end --- */

static void wipe(struct child *c)
{
    uint8_t *input = (uint8_t *)(uintptr_t)c->input.data;

    if (input)
        explicit_bzero(input, c->input.len);
    free(input);
    free(c->name);
    explicit_bzero(c, sizeof(*c));
}

static void on_closed(uv_handle_t *handle)
{
    struct child *c = handle->data;

    if (--c->open > 0)
        return;
    wipe(c);
    free(c);
}

static void close_one(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void close_all(struct child *c)
{
    c->fn = NULL;
    close_one((uv_handle_t *)&c->in);
    close_one((uv_handle_t *)&c->out);
    close_one((uv_handle_t *)&c->err);
    close_one((uv_handle_t *)&c->timer);
    if (c->exited)
        close_one((uv_handle_t *)&c->process);
}

static void kill_all(struct child *c)
{
    if (!c->exited)
        (void)kill(-c->process.pid, SIGKILL); /* gone already: as good */
}

void child_cancel(struct child *c)
{
    if (!c)
        return;
    kill_all(c);
    close_all(c);
}

/* The end of a program may be told before its last words are looked at. */
static void read_last_words(struct child *c)
{
    uv_os_fd_t fd;
    ssize_t n;

    if (uv_fileno((const uv_handle_t *)&c->err, &fd) != 0)
        return;
    n = read(fd, c->words + c->words_len, sizeof(c->words) - 1 - c->words_len);
    c->words_len += n > 0 ? (size_t)n : 0;
}

/* What it said, unless what it printed is in it: that may be a secret. */
static const char *words_of(struct child *c)
{
    read_last_words(c);
    c->words[c->words_len] = '\0';
    c->words[strcspn(c->words, "\r\n")] = '\0';
    c->line[c->line_len] = '\0';
    c->line[strcspn(c->line, "\r\n")] = '\0';
    return *c->line && strstr(c->words, c->line) ? "" : c->words;
}

static enum err_code explain(struct child *c, struct err *e)
{
    const char *words = words_of(c);
    const char *colon = *words ? ": " : "";

    if (c->signal != 0)
        return err_set(e, ERR_IO, "%s: ended by signal %d%s%s", c->name, c->signal, colon,
                       words);
    if (c->status != 0)
        return err_set(e, ERR_IO, "%s: exit status %d%s%s", c->name, (int)c->status, colon,
                       words);
    return err_set(e, ERR_IO, "%s: it did not read all of the text%s%s", c->name, colon,
                   words);
}

static void finish(struct child *c, const struct err *why)
{
    child_fn *fn = c->fn;
    struct err e;

    if (!why && (c->signal != 0 || c->status != 0 || c->unread)) {
        (void)explain(c, &e);
        why = &e;
    }
    close_all(c);
    fn(c->ctx, (struct bytes){(uint8_t *)c->line, c->line_len},
       why); /* it is freed in a turn to come */
}

static void finish_if_over(struct child *c)
{
    if (c->fn && c->exited && c->fed &&
        (c->out_ended || memchr(c->line, '\n', c->line_len)))
        finish(c, NULL);
}

static void on_process_end(uv_process_t *process, int64_t status, int signal)
{
    struct child *c = process->data;

    c->exited = true;
    c->status = status;
    c->signal = signal;
    if (!c->fn)
        close_one((uv_handle_t *)&c->process);
    finish_if_over(c);
}

static void on_timeout(uv_timer_t *timer)
{
    struct child *c = timer->data;
    struct err e;

    kill_all(c);
    (void)err_set(&e, ERR_IO, "%s: not done in %u s", c->name, c->max_s);
    finish(c, &e);
}

/* --- what it is told --- */

static void on_written(uv_write_t *write, int status)
{
    struct child *c = write->data;

    if (uv_is_closing((uv_handle_t *)&c->in))
        return;
    uv_close((uv_handle_t *)&c->in, on_closed); /* which is the end of its input */
    c->fed = true;
    c->unread = status < 0;
    finish_if_over(c);
}

static int feed(struct child *c)
{
    uv_buf_t text = uv_buf_init((char *)(uintptr_t)c->input.data, (unsigned)c->input.len);

    c->fed = c->input.len == 0;
    if (c->fed)
        return 0;
    c->write.data = c;
    return uv_write(&c->write, (uv_stream_t *)&c->in, &text, 1, on_written);
}

/* --- what it says --- */

static uv_buf_t room_in(struct child *c, char *text, size_t len, size_t max)
{
    return len < max ? uv_buf_init(text + len, (unsigned)(max - len))
                     : uv_buf_init(c->rest, sizeof(c->rest));
}

static void out_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct child *c = handle->data;

    (void)wanted;
    *buf = room_in(c, c->line, c->line_len, sizeof(c->line) - 1);
}

static void err_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct child *c = handle->data;

    (void)wanted;
    *buf = room_in(c, c->words, c->words_len, sizeof(c->words) - 1);
}

static void on_out(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct child *c = stream->data;

    if (n < 0) {
        c->out_ended = true;
        (void)uv_read_stop(stream);
    } else if (buf->base != c->rest) {
        c->line_len += (size_t)n;
    }
    finish_if_over(c);
}

static void on_err(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct child *c = stream->data;

    if (n < 0)
        (void)uv_read_stop(stream);
    else if (buf->base != c->rest)
        c->words_len += (size_t)n;
}

/* --- its start --- */

static uv_stdio_container_t pipe_or_nothing(bool wanted, int direction, uv_pipe_t *pipe)
{
    uv_stdio_container_t out = {.flags = UV_IGNORE};

    if (wanted) {
        out.flags = (uv_stdio_flags)(UV_CREATE_PIPE | direction);
        out.data.stream = (uv_stream_t *)pipe;
    }
    return out;
}

static uv_stdio_container_t inherited(int fd)
{
    return (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fd};
}

static int spawn(uv_loop_t *loop, struct child *c, const struct child_wish *wish)
{
    uv_stdio_container_t stdio[] = {
        wish->input_fd > 0 ? inherited(wish->input_fd)
                           : pipe_or_nothing(c->input.len > 0, UV_READABLE_PIPE, &c->in),
        pipe_or_nothing(wish->prints, UV_WRITABLE_PIPE, &c->out),
        pipe_or_nothing(true, UV_WRITABLE_PIPE, &c->err),
    };
    uv_process_options_t o = {.exit_cb = on_process_end,
                              .file = wish->args[0],
                              .args = (char **)(uintptr_t)wish->args,
                              .flags = UV_PROCESS_DETACHED,
                              .stdio_count = 3,
                              .stdio = stdio};
    int rc = uv_spawn(loop, &c->process, &o);

    c->out_ended = !wish->prints;
    if (rc == 0 && wish->prints)
        rc = uv_read_start((uv_stream_t *)&c->out, out_room, on_out);
    if (rc == 0)
        rc = uv_read_start((uv_stream_t *)&c->err, err_room, on_err);
    return rc == 0 ? feed(c) : rc;
}

static struct child *child_new(uv_loop_t *loop, const struct child_wish *wish)
{
    struct child *c = MEM_NEW(struct child);

    c->name = mem_strdup(wish->name);
    c->max_s = wish->max_s;
    c->open = HANDLES;
    c->process.data = c->in.data = c->out.data = c->err.data = c->timer.data = c;
    (void)uv_pipe_init(loop, &c->in, 0);
    (void)uv_pipe_init(loop, &c->out, 0);
    (void)uv_pipe_init(loop, &c->err, 0);
    (void)uv_timer_init(loop, &c->timer);
    if (wish->input.len == 0)
        return c;
    c->input = (struct bytes){mem_dup(wish->input.data, wish->input.len), wish->input.len};
    return c;
}

enum err_code child_start(uv_loop_t *loop, const struct child_wish *wish, child_fn *fn,
                          void *ctx, struct child **out, struct err *e)
{
    struct child *c = child_new(loop, wish);
    int rc;

    c->fn = fn;
    c->ctx = ctx;
    rc = spawn(loop, c, wish);
    if (rc != 0) {
        c->exited = c->process.pid <= 0;
        child_cancel(c);
        return err_set(e, ERR_IO, "%s: %s: %s", wish->name, wish->args[0], uv_strerror(rc));
    }
    if (wish->max_s > 0)
        (void)uv_timer_start(&c->timer, on_timeout, wish->max_s * UINT64_C(1000), 0);
    *out = c;
    return ERR_OK;
}
