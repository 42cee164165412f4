/*
 * client/rpc/call.h - one RPC, unary or streaming: messages out, messages in, an end.
 *
 * A call is started with its first message already on it, so that a request costs one round
 * trip. Callbacks come on the loop thread, in the order headers, message..., end, and never
 * from inside a call_* function. After call_drop() none comes, so an owner that goes away
 * drops its calls and is safe. gRPC's own objects are freed when their last batch is back.
 */
#ifndef CLIENT_RPC_CALL_H
#define CLIENT_RPC_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "client/rpc/call_end.h"
#include "client/rpc/channel.h"

struct call_metadata; /* opaque: headers or trailers as received */

/* Value of the first entry of that (lower-case) name; false when there is none. Borrowed
 * for the time of the callback. */
bool call_metadata_get(const struct call_metadata *md, const char *name,
                       struct bytes *value);

struct call_handler {
    /* Initial metadata; not called for a reply that has only trailers. May be NULL. */
    void (*headers)(void *ctx, const struct call_metadata *md);
    void (*message)(void *ctx, struct bytes message);   /* borrowed for the callback */
    void (*end)(void *ctx, const struct call_end *end); /* the call is gone afterwards */
};

struct call_options {
    const char *method;        /* "/package.Service/Method", a string that stays */
    const char *authorization; /* header value or NULL; copied, sent as "authorization" */
    struct bytes message;      /* first message; copied */
    bool has_message;          /* false: nothing is sent yet (streams only) */
    bool half_close;           /* no further message follows: unary and server streams */
    int timeout_ms;            /* 0: none; never set one on a stream */
    bool bulk;                 /* on channel_bulk() of the channel: it brings much */
};

struct call; /* opaque */

/* Starts a call; owned by the caller until end() was called or call_drop(). handler and ctx
 * are borrowed until then. */
struct call *call_start(struct channel *channel, const struct call_options *o,
                        const struct call_handler *handler, void *ctx);

/* Sends one more message (copied). While an earlier one has not left yet it waits; newest
 * says that it may replace one that still waits. */
void call_send(struct call *c, struct bytes message, bool newest);

/* The same for the last one: nothing may be sent behind it. */
void call_send_last(struct call *c, struct bytes message);

/* While a call is held, no message is read after the one that is at hand; those that follow
 * wait within the window of its channel, and so does its end. */
void call_hold(struct call *c, bool hold);

/* Cancels and lets go: no callback comes any more and c must not be used again. A call
 * whose first batch is on its way is cancelled when that has left, or when the channel is
 * freed. Accepts NULL. */
void call_drop(struct call *c);

#endif
