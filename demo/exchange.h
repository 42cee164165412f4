/*
 * demo/exchange.h - a DoExchange or DoGet stream: from requests to messages.
 *
 * The next message is made when the one before it has left, so a slow client gets fewer and
 * larger updates instead of a growing queue. Protocol: Arrow Flight DoExchange and DoGet
 * with Barrage. Loop thread only.
 */
#ifndef DEMO_EXCHANGE_H
#define DEMO_EXCHANGE_H

#include "demo/fault/faults.h"
#include "demo/fault/trace.h"
#include "demo/rpc.h"
#include "demo/subscriber.h"

struct exchange_options {
    const struct world *world;   /* borrowed */
    const struct faults *faults; /* borrowed; never NULL */
    int64_t interval_ms;         /* between deltas where the client does not say */
    uint64_t growth_cells;
    const char *hold_file; /* borrowed; NULL: a fault that holds back does nothing */
    FILE *trace;           /* borrowed; NULL: no record of requests */
    bool queues; /* updates do not wait for a client that is slow: like a real server */
    bool first;  /* no stream was opened before: the faults planned for it are its own */
};

struct exchange; /* opaque */

/* Resolves the ticket of a stream: true and *out owned by the caller; false when the call
 * was answered with a reason, or will be asked for again (exchange_retry). */
typedef bool exchange_resolve_fn(void *ctx, struct exchange *x, struct bytes ticket,
                                 struct selection *out);

/* Called when the stream is over, x being freed afterwards. */
typedef void exchange_gone_fn(void *ctx, struct exchange *x);

/* Takes over the rpc. Freed when its stream is over. */
struct exchange *exchange_new(struct rpc *rpc, bool is_get,
                              const struct exchange_options *o,
                              exchange_resolve_fn *resolve, exchange_gone_fn *gone,
                              void *ctx, int64_t now_ms);

/* Ends the stream with a status; x is freed. */
void exchange_fail(struct exchange *x, grpc_status_code status, const char *text);

/* It has been asked for a table that is not there yet; *ticket is borrowed. */
bool exchange_waits(const struct exchange *x, struct bytes *ticket);

/* The ticket that could not be resolved yet may be now. */
void exchange_retry(struct exchange *x);

/* Time goes on: sends what is due. x may be gone afterwards. */
void exchange_tick(struct exchange *x, int64_t now_ms);

#endif
