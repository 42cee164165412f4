/*
 * client/row_counts.h - how many rows the tables have that a session has made on the
 * server, told for each as it changes: one ExportedTableUpdates stream.
 *
 * It serves tables without a stream of their own. The server begins with all that there
 * are, one message each and no end to that, and goes on with every cycle of its updates. A
 * table that is not coalesced is never told, one that is released falls silent, and one
 * that fails is told once, with the reason. Loop thread.
 *
 * Protocol: deephaven-core table.proto ExportedTableUpdates.
 */
#ifndef CLIENT_ROW_COUNTS_H
#define CLIENT_ROW_COUNTS_H

#include "client/session.h"

struct row_counts_handler {
    /* The table of a ticket (borrowed for the callback) has so many rows; -1: not known.
     * failure is why it has failed, else NULL. */
    void (*told)(void *ctx, struct bytes ticket, int64_t rows, const struct err *failure);
    void (*ended)(void *ctx, const struct err *why); /* nothing more is told */
};

struct row_counts; /* opaque */

/* Owned. The session must be SESSION_READY. */
struct row_counts *row_counts_open(struct session *session,
                                   const struct row_counts_handler *handler, void *ctx);
void row_counts_close(struct row_counts *r); /* accepts NULL; not in one of its callbacks */

#endif
