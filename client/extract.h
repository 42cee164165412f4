/*
 * client/extract.h - rows of a table from first to last, of all its columns or of some in
 * the order that is asked for.
 *
 * A snapshot (client/snapshot); where columns are chosen, of a view of them that the server
 * makes first, so that a file has the same order in every format. Loop thread.
 */
#ifndef CLIENT_EXTRACT_H
#define CLIENT_EXTRACT_H

#include "client/connection.h"
#include "client/snapshot.h"
#include "client/table.h"

struct extract_options {
    struct table *table; /* whose schema is known; used in the call */
    struct snapshot_rows rows;
    const char *const *names; /* of n columns; used in the call; n = 0: all */
    size_t n;
    int32_t max_message; /* that the session takes; a piece of it is asked for at once */
};

struct extract; /* opaque */

/* Owned; the connection is borrowed. The handler is told as that of a snapshot, and also
 * when there is no view. What of the table is not made yet is asked for. ERR_LOST where its
 * session is not SESSION_READY; else as table_build() and snapshot_open(). */
enum err_code extract_open(struct connection *connection, const struct extract_options *o,
                           const struct snapshot_handler *handler, void *ctx,
                           struct extract **out, struct err *e);
void extract_free(struct extract *x); /* accepts NULL; cancels what is under way */

/* As those of a snapshot, which need not be there yet. */
void extract_hold(struct extract *x, bool hold);
uint64_t extract_rows_done(const struct extract *x);
int64_t extract_rows_due(const struct extract *x);
bool extract_is_one_moment(const struct extract *x);

#endif
