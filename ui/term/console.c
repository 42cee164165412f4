#include "ui/term/console.h"

#include <signal.h>

#include "ui/term/term.h"

static const int watched_signals[CONSOLE_SIGNALS] = {SIGWINCH, SIGINT,  SIGTERM,
                                                     SIGHUP,   SIGTSTP, SIGCONT};

static void on_signal(uv_signal_t *handle, int number)
{
    struct console *c = handle->data;

    c->handler->signal(c->ctx, number);
}

void console_init(struct console *c, uv_loop_t *loop, const struct console_handler *handler,
                  void *ctx)
{
    *c = (struct console){.handler = handler, .ctx = ctx};
    (void)uv_timer_init(loop, &c->silence);
    c->silence.data = c;
    for (size_t i = 0; i < CONSOLE_SIGNALS; i++) {
        (void)uv_signal_init(loop, &c->signals[i]);
        c->signals[i].data = c;
        (void)uv_signal_start(&c->signals[i], on_signal, watched_signals[i]);
    }
}

static void read_keys(struct console *c);

static void on_silence(uv_timer_t *timer)
{
    read_keys(timer->data);
}

static void await_silence(struct console *c)
{
    int ms = term_key_wait();

    if (ms < 0 || c->stopped)
        (void)uv_timer_stop(&c->silence);
    else
        (void)uv_timer_start(&c->silence, on_silence, (uint64_t)ms + 1, 0);
}

static void read_keys(struct console *c)
{
    struct key k;

    while (!c->stopped && (k = term_read_key()).code != K_NONE) {
        if (k.code == K_HANGUP) {
            c->handler->gone(c->ctx);
            return;
        }
        if (k.code == K_PASTE)
            c->handler->paste(c->ctx, term_paste());
        else if (k.code == K_MOUSE)
            c->handler->mouse(c->ctx, term_mouse());
        else
            c->handler->key(c->ctx, k);
    }
    await_silence(c);
    console_watch(c);
}

static void on_terminal(uv_poll_t *poll, int status, int events)
{
    struct console *c = poll->data;

    if (status < 0) {
        c->events = 0; /* libuv has stopped it by itself */
        c->handler->gone(c->ctx);
        return;
    }
    if (events & UV_WRITABLE) {
        if (term_write() == TERM_GONE)
            c->handler->gone(c->ctx);
        c->handler->written(c->ctx);
    }
    read_keys(c);
}

void console_open(struct console *c)
{
    (void)uv_poll_init(c->signals[0].loop, &c->keys, term_fd());
    c->keys.data = c;
    c->open = true;
    console_watch(c);
}

void console_watch(struct console *c)
{
    int events = UV_READABLE | (term_waiting() ? UV_WRITABLE : 0);

    if (c->stopped || events == c->events)
        return; /* libuv would take the terminal out of the system's list and in again */
    c->events = events;
    (void)uv_poll_start(&c->keys, events, on_terminal);
}

void console_stop(struct console *c)
{
    c->stopped = true;
    c->events = 0;
    (void)uv_timer_stop(&c->silence);
    if (c->open)
        (void)uv_poll_stop(&c->keys);
}

void console_resume(struct console *c)
{
    c->stopped = false;
    read_keys(c);
}
