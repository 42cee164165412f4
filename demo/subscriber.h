/*
 * demo/subscriber.h - what one viewport subscription has been sent, and what comes next.
 *
 * Knows no gRPC and no clock: it is asked for the next update at a time, which makes it
 * deterministic. A new request replaces viewport, columns and direction together; the
 * newest wins. A request is answered in rounds of a limited number of cells, each a
 * snapshot of the part covered so far; what changed meanwhile comes first, as a delta under
 * the old viewport. Protocol: Barrage viewport subscriptions, growing snapshots. Loop
 * thread only.
 */
#ifndef DEMO_SUBSCRIBER_H
#define DEMO_SUBSCRIBER_H

#include "demo/outgoing.h"

struct subscriber; /* opaque */

/* Owned. View and world are borrowed. cells: of one round. */
struct subscriber *subscriber_new(const struct selection *view, const struct world *w,
                                  const struct outgoing_options *o, uint64_t cells);
void subscriber_free(struct subscriber *s); /* accepts NULL */

/* Asks for another viewport; both sets are given. columns may reach past the last. */
void subscriber_request(struct subscriber *s, struct rowset *viewport,
                        struct rowset *columns, bool reverse);

/* A round is due: some request is not fully answered. */
bool subscriber_growing(const struct subscriber *s);

/* The next update at that time, which never goes back: a delta when the table changed, else
 * a round when one is due, else NULL. Owned by the caller, to be sent before anything else
 * and not after the subscription is freed. */
struct outgoing *subscriber_next(struct subscriber *s, int64_t at_ms);

/* An update even when nothing has changed. Owned. */
struct outgoing *subscriber_repeat(struct subscriber *s, int64_t at_ms);

#endif
