/*
 * client/subscription.h - one subscription: a DoExchange stream, its viewport, and its
 * replica.
 *
 * The first request may carry the session's login. It names no column unless the caller
 * knows the schema: the server takes a column that does not exist, and fails the stream
 * with the first row that is added to its viewport. Later requests move the viewport; they
 * may be sent without waiting, the newest wins, and an answer counts only when effective
 * viewport, columns and direction equal the request. A bad message ends the stream with a
 * reason and leaves the replica as it was; ERR_MISFIT is the one reason for which a
 * fresh subscription helps: an update that could be read, but contradicts what is held (see
 * replica_apply()). Streams are ended by cancelling, never by half-close. Loop thread.
 *
 * Protocol: Barrage BarrageSubscriptionRequest, BarrageUpdateMetadata; viewport
 * subscriptions with positional deltas, growing snapshots.
 */
#ifndef CLIENT_SUBSCRIPTION_H
#define CLIENT_SUBSCRIPTION_H

#include "client/session.h"
#include "model/replica.h"
#include "model/viewport.h"

struct subscription_handler {
    void (*schema)(void *ctx); /* subscription_replica() is there from now on */
    void (*update)(void *ctx); /* the replica has changed */
    /* The stream is over; rows in the replica are old. Not called after
     * subscription_close(). */
    void (*ended)(void *ctx, const struct err *why);
};

struct subscription_options {
    struct bytes ticket; /* copied */
    int32_t interval_ms; /* 0: the server's own */
    int32_t max_message; /* bytes asked of the server for one message */
    int64_t list_limit;  /* items of a list that are sent; 0: all */
    /* The viewport's columns are known to exist. Otherwise the first request names none,
     * which asks for all, and as soon as the schema is here another drops the rest.
     * Guessing is no way out: a set with a column that does not exist is taken, but the
     * next delta then ends every subscription to that table, other clients' too (seen with
     * server 42.7). */
    bool columns_known;
};

struct subscription; /* opaque */

/* Owned. session_can_call() must hold. The viewport is copied. ERR_LIMIT or ERR_USAGE when
 * the request cannot be built. */
enum err_code subscription_open(struct session *session,
                                const struct subscription_options *o,
                                const struct viewport *viewport,
                                const struct subscription_handler *handler, void *ctx,
                                struct subscription **out, struct err *e);

/* Asks for another viewport (copied); replaces one that has not left yet. Does nothing once
 * the stream is over. */
void subscription_request(struct subscription *s, const struct viewport *viewport);

/* Borrowed: the viewport asked for last. */
const struct viewport *subscription_asked(const struct subscription *s);

/* Borrowed; NULL until the schema came. Stays readable after the end. */
const struct replica *subscription_replica(const struct subscription *s);

/* The replica holds what was asked for last. */
bool subscription_settled(const struct subscription *s);
bool subscription_ended(const struct subscription *s);

/* The answer to a request, the first included, or a part of it is still to come; since
 * when, counted from the last part that came, in milliseconds of uv_hrtime(). */
bool subscription_pending(const struct subscription *s, uint64_t *since_ms);

/* Updates applied so far. */
uint64_t subscription_updates(const struct subscription *s);

/* Cancels the stream and keeps the replica; ended() is not called. */
void subscription_stop(struct subscription *s);

void subscription_close(
    struct subscription *s); /* accepts NULL; cancels the stream, frees the replica */

#endif
