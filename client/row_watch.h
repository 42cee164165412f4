/*
 * client/row_watch.h - the row counts of a connection, for as long as somebody wants them.
 *
 * Keeps a stream of client/row_counts open while they are wanted and there is a session to
 * ask. One that breaks off while the session lives is replaced after a wait by
 * client/backoff. Loop thread.
 */
#ifndef CLIENT_ROW_WATCH_H
#define CLIENT_ROW_WATCH_H

#include <uv.h>

#include "client/row_counts.h"

struct row_watch_handler {
    /* As row_counts_handler. */
    void (*told)(void *ctx, struct bytes ticket, int64_t rows, const struct err *failure);
    /* What was told is not kept current any more. */
    void (*ended)(void *ctx);
};

struct row_watch; /* opaque */

/* Owned. Nothing is wanted yet. */
struct row_watch *row_watch_new(uv_loop_t *loop, const struct row_watch_handler *handler,
                                void *ctx);
/* Accepts NULL; the loop needs one more turn to close the timer. */
void row_watch_free(struct row_watch *w);

void row_watch_want(struct row_watch *w, bool wanted);

/* The session to ask, SESSION_READY, borrowed until another is named; NULL: none may be
 * asked now, which leaves a stream as it is. */
void row_watch_session(struct row_watch *w, struct session *session);

/* Closes the stream and tells nobody; the next one waits for row_watch_session(). */
void row_watch_close(struct row_watch *w);

#endif
