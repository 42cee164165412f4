/*
 * client/rpc/internal.h - what the modules of client/rpc share of gRPC: tags of batches,
 * the queue, the channel itself, and what a call puts off.
 *
 * Private to client/rpc and to the demo server, which is gRPC's other end. No header that
 * others include shows a gRPC type.
 */
#ifndef CLIENT_RPC_INTERNAL_H
#define CLIENT_RPC_INTERNAL_H

#include <grpc/grpc.h>
#include <stdbool.h>

#include "client/rpc/channel.h"
#include "client/rpc/handshake.h"
#include "client/rpc/pump.h"
#include "client/rpc/wakeup.h"

/* The tag of a batch: given to gRPC with the batch, ours again when done() is called. */
struct pump_tag {
    struct wakeup_item item; /* first: the queue hands this back */
    bool ok;
    void (*done)(struct pump_tag *c, bool ok); /* loop thread */
};

/* Borrowed: the queue that calls are made on. */
grpc_completion_queue *pump_queue(struct pump *p);
uv_loop_t *pump_loop(struct pump *p);
bool pump_held(const struct pump *p);

/* Borrowed, as long as the channel is there. */
grpc_channel *channel_grpc(struct channel *c);
struct pump *channel_pump(struct channel *c);

/* The server has answered a call. */
void channel_note_answer(struct channel *c);

/* A call could not be made: starts to find out whether that is because of TLS. NULL when
 * the server has answered before, so that the reason is another one. See
 * handshake_start(). */
struct handshake *channel_ask_why(struct channel *c, handshake_fn *fn, void *ctx);

/* Something that client/rpc/call puts off, to be run at the latest by channel_free(). Part
 * of its owner, who keeps it in place while it is in the list; all zero: it is not. */
struct channel_late {
    struct channel_late *next, **link;
    void (*run)(struct channel_late *late); /* it is out of the list then */
};
void channel_late_add(struct channel *c, struct channel_late *late);
void channel_late_run(struct channel_late *late); /* does nothing when it is in no list */

#endif
