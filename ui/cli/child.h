/*
 * ui/cli/child.h - one run of a program beside the loop: it is fed a text, its first line
 * is taken, and why it failed is told.
 *
 * It runs in a session of its own: it has no terminal to spoil, and goes with all that it
 * started when it is cancelled before it ends. What it leaves running after its end (as
 * what holds a clipboard does) goes on. All that it was given and has said is wiped from
 * memory. The loop never waits for it. Loop thread.
 */
#ifndef UI_CLI_CHILD_H
#define UI_CLI_CHILD_H

#include <stdbool.h>
#include <uv.h>

#include "base/buf.h"
#include "base/err.h"

#define CHILD_ROOM 4100 /* bytes of its standard output that are kept, an end mark too */

struct child_wish {
    const char *name;        /* what it is called in messages */
    const char *const *args; /* NULL at the end; the first is looked for in PATH */
    struct bytes input;      /* copied; empty: it has nothing to read, */
    int input_fd;            /* or it reads from this (borrowed for the call); 0: none */
    unsigned max_s;          /* after which it is killed; 0: never */
    bool prints; /* it is over when its first line is there as well; else what it prints is
                    dropped */
};

struct child; /* opaque */

/* The run is over, and the object gone: what it printed (less than CHILD_ROOM bytes,
 * borrowed), or why it failed: its status and the first line of its standard error, unless
 * what it printed is in that. A program that did not read all of its input has failed. */
typedef void child_fn(void *ctx, struct bytes printed, const struct err *why);

/* Borrowed until fn is called or it is cancelled. fn is never called from inside. ERR_IO
 * when it cannot be started. */
enum err_code child_start(uv_loop_t *loop, const struct child_wish *wish, child_fn *fn,
                          void *ctx, struct child **out, struct err *e);

/* Kills it; fn is not called. The loop goes on until the system has told its end. Accepts
 * NULL. */
void child_cancel(struct child *c);

#endif
