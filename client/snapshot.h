/*
 * client/snapshot.h - rows of a table from first to last, batch by batch, as its columns
 * lie in the messages of the server.
 *
 * Nothing is kept: a batch is taken while its message is there, and the next message is
 * read when its taker is ready (snapshot_hold()), so that memory is bounded by the messages
 * on their way, whatever the table. Up to SNAPSHOT_CELLS rows are as of one moment. More
 * come in slices, each a request of its own and at most two under way, so that the server
 * need not make or keep all of it at once: a table that changes meanwhile is then not as of
 * one moment. It goes through a channel of its own, with a large window, and does not slow
 * the screen's.
 *
 * Protocol: Barrage BarrageSnapshotRequest over DoExchange: rows by their position, one
 * request for each stream, answered in the order of their keys. Loop thread.
 */
#ifndef CLIENT_SNAPSHOT_H
#define CLIENT_SNAPSHOT_H

#include "client/session.h"
#include "model/flat.h"
#include "model/schema.h"

#define SNAPSHOT_CELLS INT64_C(10000000) /* as of one moment, and in one request */

/* Rows first to last, counted from 0 at the start, or from 0 at the end with the highest
 * first. last may be INT64_MAX: all there are. */
struct snapshot_rows {
    int64_t first, last;
    bool from_end;
};

struct snapshot_batch {
    const struct flat *columns; /* one for each of the schema; borrowed for the callback */
    uint64_t rows;
    struct bytes header, body; /* the same as it came: a bare Arrow message and its body */
};

struct snapshot_handler {
    /* The schema, borrowed for the life of the snapshot, and its bare Arrow message. Once,
     * before any batch. */
    enum err_code (*schema)(void *ctx, const struct schema *schema, struct bytes message,
                            struct err *e);
    enum err_code (*batch)(void *ctx, const struct snapshot_batch *b, struct err *e);
    /* Everything has come (NULL), or why not; also what the two above have failed with.
     * Not called after snapshot_free(), which may be called in it. */
    void (*ended)(void *ctx, const struct err *why);
};

struct snapshot_options {
    struct bytes ticket; /* copied */
    struct snapshot_rows rows;
    size_t n_columns; /* 0: not known, and then few rows are asked for */
    int32_t max_message;
};

struct snapshot; /* opaque */

/* Owned. session_can_call() must hold; the call may carry the login. ERR_LIMIT when the
 * request cannot be built. */
enum err_code snapshot_open(struct session *session, const struct snapshot_options *o,
                            const struct snapshot_handler *handler, void *ctx,
                            struct snapshot **out, struct err *e);
void snapshot_free(struct snapshot *s); /* accepts NULL; cancels what is under way */

/* No message is read after the one at hand, until it goes on. */
void snapshot_hold(struct snapshot *s, bool hold);

uint64_t snapshot_rows_done(const struct snapshot *s); /* given so far */

/* How many rows come in all, as far as is known; -1: not yet. */
int64_t snapshot_rows_due(const struct snapshot *s);

/* All came in one answer. */
bool snapshot_is_one_moment(const struct snapshot *s);

#endif
