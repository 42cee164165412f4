/*
 * client/follower.h - the changes to some rows of a table, as the server tells them.
 *
 * A subscription that keeps no row: each update is given as it came, in positions among the
 * rows that are followed. Its end is told, also one that broke off; who wants to go on
 * opens another one. Loop thread. Protocol: Barrage viewport subscriptions with positional
 * deltas.
 */
#ifndef CLIENT_FOLLOWER_H
#define CLIENT_FOLLOWER_H

#include "client/session.h"
#include "client/snapshot.h"
#include "model/update.h"

struct follower_handler {
    /* Once, before any update; the schema is borrowed for the life of the follower. */
    enum err_code (*schema)(void *ctx, const struct schema *schema, struct err *e);
    /* Rows removed are counted before it, those added and modified after it, from 0 among
     * the rows that are followed. Borrowed for the callback. */
    enum err_code (*update)(void *ctx, const struct update *u, struct err *e);
    /* Nothing more comes: why, also what one of the two above has failed with. Not called
     * after follower_free(), which may be called in it. */
    void (*ended)(void *ctx, const struct err *why);
};

struct follower_options {
    struct bytes ticket; /* copied */
    struct snapshot_rows rows;
    int32_t interval_ms; /* 0: the server's own */
    int32_t max_message;
};

struct follower; /* opaque */

/* Owned. session_can_call() must hold. ERR_LIMIT when the request cannot be built. */
enum err_code follower_open(struct session *session, const struct follower_options *o,
                            const struct follower_handler *handler, void *ctx,
                            struct follower **out, struct err *e);
void follower_free(struct follower *f); /* accepts NULL; cancels */

/* No message is read after the one at hand, until it goes on. */
void follower_hold(struct follower *f, bool hold);

#endif
