/*
 * A run has a process, the two pipes it writes into, and a timer; the object is freed when
 * all four handles are closed. It is over when the process has ended and its first line is
 * there, or the pipe is at its end: something that the command left running may hold the
 * pipe open, and what a pipe held may be told after the end of the process.
 */
#include "ui/cli/secret_command.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/cli/secret.h"

#define WORDS_MAX 160 /* bytes of standard error that are looked at */

struct secret_command {
    secret_command_fn *fn; /* NULL: over, or cancelled */
    void *ctx;
    uv_process_t process;
    uv_pipe_t out, err;
    uv_timer_t timer;
    int open; /* handles */
    bool exited, out_ended;
    int64_t status;
    int signal;
    char line[SECRET_ROOM];
    size_t line_len;
    char words[WORDS_MAX];
    size_t words_len;
    char rest[512]; /* what is read and not looked at, so that the command goes on */
};

/* --- its end --- */

static void on_closed(uv_handle_t *handle)
{
    struct secret_command *c = handle->data;

    if (--c->open > 0)
        return;
    explicit_bzero(c, sizeof(*c));
    free(c);
}

static void close_all(struct secret_command *c)
{
    uv_handle_t *const handles[] = {(uv_handle_t *)&c->process, (uv_handle_t *)&c->out,
                                    (uv_handle_t *)&c->err, (uv_handle_t *)&c->timer};

    c->fn = NULL;
    for (size_t i = 0; i < sizeof(handles) / sizeof(*handles); i++)
        uv_close(handles[i], on_closed);
}

static void kill_all(struct secret_command *c)
{
    if (!c->exited)
        (void)kill(-c->process.pid, SIGKILL); /* gone already: as good */
}

void secret_command_cancel(struct secret_command *c)
{
    if (!c)
        return;
    kill_all(c);
    close_all(c);
}

/* What it said, unless the secret is in it. */
static const char *words_of(struct secret_command *c)
{
    c->words[c->words_len] = '\0';
    c->words[strcspn(c->words, "\r\n")] = '\0';
    c->line[c->line_len] = '\0';
    c->line[strcspn(c->line, "\r\n")] = '\0';
    return *c->line && strstr(c->words, c->line) ? "" : c->words;
}

static enum err_code explain(struct secret_command *c, struct err *e)
{
    const char *words = words_of(c);
    const char *colon = *words ? ": " : "";

    if (c->signal != 0)
        return err_set(e, ERR_IO, "secret-command: ended by signal %d%s%s", c->signal,
                       colon, words);
    return err_set(e, ERR_IO, "secret-command: exit status %d%s%s", (int)c->status, colon,
                   words);
}

static void finish(struct secret_command *c, const struct err *why)
{
    secret_command_fn *fn = c->fn;
    void *ctx = c->ctx;
    struct secret *secret = NULL;
    struct err e = {0};

    if (why)
        e = *why;
    else if (c->signal != 0 || c->status != 0)
        (void)explain(c, &e);
    else if (secret_first_line(c->line, c->line_len, &secret, &e) != ERR_OK)
        (void)err_wrap(&e, ERR_IO, "secret-command");
    close_all(c);
    fn(ctx, secret, secret ? NULL : &e);
}

static void finish_if_over(struct secret_command *c)
{
    if (c->fn && c->exited && (c->out_ended || memchr(c->line, '\n', c->line_len)))
        finish(c, NULL);
}

static void on_process_end(uv_process_t *process, int64_t status, int signal)
{
    struct secret_command *c = process->data;

    c->exited = true;
    c->status = status;
    c->signal = signal;
    finish_if_over(c);
}

static void on_timeout(uv_timer_t *timer)
{
    struct secret_command *c = timer->data;
    struct err e;

    kill_all(c);
    (void)err_set(&e, ERR_IO, "secret-command: not done in %d s", SECRET_COMMAND_MAX_S);
    finish(c, &e);
}

/* --- what it says --- */

static uv_buf_t room_in(struct secret_command *c, char *text, size_t len, size_t max)
{
    return len < max ? uv_buf_init(text + len, (unsigned)(max - len))
                     : uv_buf_init(c->rest, sizeof(c->rest));
}

static void out_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct secret_command *c = handle->data;

    (void)wanted;
    *buf = room_in(c, c->line, c->line_len, sizeof(c->line) - 1);
}

static void err_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct secret_command *c = handle->data;

    (void)wanted;
    *buf = room_in(c, c->words, c->words_len, sizeof(c->words) - 1);
}

static void on_out(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct secret_command *c = stream->data;

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
    struct secret_command *c = stream->data;

    if (n < 0)
        (void)uv_read_stop(stream);
    else if (buf->base != c->rest)
        c->words_len += (size_t)n;
}

/* --- its start --- */

static int spawn(uv_loop_t *loop, struct secret_command *c, const char *command)
{
    char *args[] = {(char *)"sh", (char *)"-c", (char *)(uintptr_t)command, NULL};
    uv_stdio_container_t stdio[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->out},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->err},
    };
    uv_process_options_t o = {.exit_cb = on_process_end,
                              .file = "/bin/sh",
                              .args = args,
                              .flags = UV_PROCESS_DETACHED,
                              .stdio_count = 3,
                              .stdio = stdio};
    int rc = uv_spawn(loop, &c->process, &o);

    if (rc == 0)
        rc = uv_read_start((uv_stream_t *)&c->out, out_room, on_out);
    if (rc == 0)
        rc = uv_read_start((uv_stream_t *)&c->err, err_room, on_err);
    return rc;
}

enum err_code secret_command_start(uv_loop_t *loop, const char *command,
                                   secret_command_fn *fn, void *ctx,
                                   struct secret_command **out, struct err *e)
{
    struct secret_command *c = MEM_NEW(struct secret_command);
    int rc;

    secret_guard(); /* before the first byte is read */
    *c = (struct secret_command){.fn = fn, .ctx = ctx, .open = 4};
    c->process.data = c->out.data = c->err.data = c->timer.data = c;
    (void)uv_pipe_init(loop, &c->out, 0);
    (void)uv_pipe_init(loop, &c->err, 0);
    (void)uv_timer_init(loop, &c->timer);
    rc = spawn(loop, c, command);
    if (rc != 0) {
        c->exited = c->process.pid <= 0;
        secret_command_cancel(c);
        return err_set(e, ERR_IO, "secret-command: /bin/sh: %s", uv_strerror(rc));
    }
    (void)uv_timer_start(&c->timer, on_timeout, SECRET_COMMAND_MAX_S * UINT64_C(1000), 0);
    *out = c;
    return ERR_OK;
}
