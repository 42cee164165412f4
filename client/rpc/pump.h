/*
 * client/rpc/pump.h - the completion-queue thread and its hand-over to the loop.
 *
 * A gRPC completion queue makes progress only inside grpc_completion_queue_next(), so one
 * thread blocks there and passes every completion to the loop thread. One pump serves all
 * channels.
 */
#ifndef CLIENT_RPC_PUMP_H
#define CLIENT_RPC_PUMP_H

#include <stdbool.h>
#include <uv.h>

struct pump; /* opaque */

/* Starts gRPC, the queue and the thread. Signals are to be blocked by the caller around
 * this, so that gRPC's threads inherit the mask. Owned. */
struct pump *pump_new(uv_loop_t *loop);

/* From on = true to false no call may be started and nothing sent: a frame is made, which
 * must not depend on the network. Broken only by our own mistake; asserted. Loop thread. */
void pump_hold(struct pump *p, bool on);

/* Ends the thread and frees p. Every call must have been cancelled: their last completions
 * run inside this function. Loop thread; the loop then needs one more turn to close the
 * handle. */
void pump_free(struct pump *p);

#endif
