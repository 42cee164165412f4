/*
 * ui/term/console.h - what comes from outside the network: the terminal's keys, and
 * signals.
 *
 * Turns readiness of the terminal and signals of the process into calls on the loop.
 * Started in two steps, since signals are watched before there is a terminal. In the
 * caller's memory, which stays where it is; its handles are closed with the loop. Loop
 * thread.
 */
#ifndef UI_TERM_CONSOLE_H
#define UI_TERM_CONSOLE_H

#include <stdbool.h>
#include <uv.h>

#include "ui/term/key.h"
#include "ui/term/keyreader.h"

/* ctx is the owner's. */
struct console_handler {
    void (*key)(void *ctx, struct key k);
    void (*paste)(void *ctx, const struct paste *p); /* borrowed for the call */
    void (*mouse)(void *ctx, const struct mouse *m); /* likewise */
    void (*written)(void *ctx); /* the terminal took some of what waited for it */
    void (*gone)(void *ctx);    /* the terminal is */
    void (*signal)(void *ctx, int number);
};

#define CONSOLE_SIGNALS 6

struct console {
    const struct console_handler *handler;
    void *ctx;
    uv_poll_t keys;
    uv_timer_t silence; /* until what came so far is decided */
    uv_signal_t signals[CONSOLE_SIGNALS];
    int events;   /* of uv_poll_event that are watched; 0: not yet, or no more */
    bool open;    /* keys is a handle of the loop */
    bool stopped; /* no more calls for the terminal */
};

/* Watches signals. handler is borrowed. */
void console_init(struct console *c, uv_loop_t *loop, const struct console_handler *handler,
                  void *ctx);

/* Once the terminal is started: watches it too. */
void console_open(struct console *c);

/* After term_flush(), which may have left something to be written. */
void console_watch(struct console *c);

/* No keys are read until console_resume(), also of those that wait; signals are told. To be
 * called before term_end(): the loop must not come upon a descriptor that is closed. */
void console_stop(struct console *c);
void console_resume(struct console *c);

#endif
