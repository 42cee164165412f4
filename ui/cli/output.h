/*
 * ui/cli/output.h - where a run without a screen writes: standard output, or a file that is
 * replaced as a whole.
 *
 * Written by a thread of the loop's pool, so that a reader that stalls does not stop the
 * loop. What is put meanwhile is kept: the producer pauses while output_is_full(). Loop
 * thread.
 */
#ifndef UI_CLI_OUTPUT_H
#define UI_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "base/err.h"

struct output; /* opaque */

struct output_handler {
    void (*drained)(void *ctx); /* it is not full any more */
    /* Nothing can be written any more: why, or NULL when nobody reads the pipe. */
    void (*failed)(void *ctx, const struct err *why);
    void (*done)(void *ctx); /* after output_end(): all is written, and is the file */
};

/* path NULL: standard output. Owned. ERR_IO when the file cannot be written. */
enum err_code output_open(uv_loop_t *loop, const char *path,
                          const struct output_handler *handler, void *ctx,
                          struct output **out, struct err *e);

/* The same into a descriptor (given), such as that of a pipe. */
struct output *output_new_fd(uv_loop_t *loop, int fd, const struct output_handler *handler,
                             void *ctx);

/* Keeps the text (copied) and begins to write it, unless something is being written. The
 * signature is that of a writer's sink; ctx is the output. Always ERR_OK: failures come
 * later. */
enum err_code output_put(void *ctx, struct bytes text, struct err *e);

/* Something is being written, and more waits behind it. */
bool output_is_full(const struct output *o);

/* Forgets all that was put, also what is in the file by now. False: it has gone where
 * nothing can be taken back from, and stays. */
bool output_take_back(struct output *o);

/* It goes into a pipe that nobody will ever read. */
bool output_is_for_nobody(const struct output *o);

/* Nothing follows: done() or failed() is called, later. */
void output_end(struct output *o);

uint64_t output_bytes(const struct output *o); /* put so far */

/* Without output_end() and done() the file is as it was. A write that a reader keeps
 * waiting is left to the end of the process. Accepts NULL. */
void output_free(struct output *o);

#endif
