/*
 * demo/rpc.h - one call that a client made: its method and headers, messages in and out, a
 * status.
 *
 * One message is on its way out at a time, others may be queued behind it; the owner is
 * told when the last has left. An rpc frees itself once it is over and no batch is left;
 * its owner hears gone() exactly once before that, unless it finished the call itself. Loop
 * thread only.
 */
#ifndef DEMO_RPC_H
#define DEMO_RPC_H

#include <grpc/grpc.h>
#include <stdbool.h>

#include "base/buf.h"

struct rpc; /* opaque */

struct rpc_handler {
    void (*message)(void *ctx, struct bytes message); /* borrowed for the callback */
    void (*half_closed)(void *ctx);                   /* no message follows */
    void (*sent)(void *ctx);                          /* the last message has left */
    void (*gone)(void *ctx); /* the client is, or the call was cancelled */
};

/* Takes over a call that the server was asked for; method and headers are given. */
struct rpc *rpc_new(grpc_call *call, char *method, const grpc_metadata_array *headers);

const char *rpc_method(const struct rpc *r); /* borrowed */

/* A request header, borrowed for the life of r; false when there is none. */
bool rpc_header(const struct rpc *r, const char *name, struct bytes *value);

/* The "authorization" that the first reply carries (copied); NULL: none. */
void rpc_set_authorization(struct rpc *r, const char *value);

/* Messages and events go to this handler from now on; reading starts. */
void rpc_handle(struct rpc *r, const struct rpc_handler *handler, void *ctx);

/* Sends a message (copied). Only when rpc_idle(). */
void rpc_send(struct rpc *r, struct bytes message);
bool rpc_idle(const struct rpc *r); /* nothing on its way, not over */

/* Sends it (copied) behind what is on its way, however slowly the client reads; not once
 * the call is over, or RPC_QUEUE_MAX wait: rpc_takes(). */
#define RPC_QUEUE_MAX 10000
void rpc_queue(struct rpc *r, struct bytes message);
bool rpc_takes(const struct rpc *r);

/* Ends the call, after the message on its way; the owner hears nothing any more. text may
 * be NULL. */
void rpc_finish(struct rpc *r, grpc_status_code status, const char *text);

/* A message and status OK. */
void rpc_reply(struct rpc *r, struct bytes message);

/* Calls that have not been freed yet. */
size_t rpc_alive(void);

/* Resets the stream without a status. */
void rpc_cut(struct rpc *r);

#endif
