/*
 * client/rpc/wakeup.h - a queue from other threads to the loop thread.
 *
 * wakeup_push() is the one call another thread may make; items come out on the loop thread
 * in the order they were pushed, and none is lost: a push always wakes the loop. Knows
 * nothing of gRPC, so that it can be checked alone under a thread sanitizer.
 */
#ifndef CLIENT_RPC_WAKEUP_H
#define CLIENT_RPC_WAKEUP_H

#include <stdbool.h>
#include <uv.h>

/* The link that an item embeds; the queue owns it from push to the call of run. */
struct wakeup_item {
    struct wakeup_item *next;
    void (*run)(struct wakeup_item *item); /* loop thread */
};

struct wakeup; /* opaque */

/* Owned; close with wakeup_close(). Loop thread. */
struct wakeup *wakeup_new(uv_loop_t *loop);

/* Any thread. */
void wakeup_push(struct wakeup *w, struct wakeup_item *item);

/* Runs what is queued now; returns whether anything was. Loop thread. */
bool wakeup_drain(struct wakeup *w);

/* No push may come any more; what is queued has been drained. Frees w once the loop has
 * closed its handle. Loop thread. */
void wakeup_close(struct wakeup *w);

#endif
