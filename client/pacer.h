/*
 * client/pacer.h - keeps the picture of one feed current on a slow link: client/lag_policy
 * on a clock, for the stream that is shown. Loop thread.
 */
#ifndef CLIENT_PACER_H
#define CLIENT_PACER_H

#include "client/connection.h"
#include "client/subscription.h"

struct pacer; /* opaque */

/* Another stream is to replace this one, with at least pacer_least_ms() between updates.
 * late: what this one has still to bring is of no use. changed: the rate is another than
 * before. */
typedef void pacer_replace_fn(void *ctx, bool late, bool changed);

/* Owned; the connection and ctx are borrowed. */
struct pacer *pacer_new(struct connection *c, pacer_replace_fn *replace, void *ctx);
void pacer_free(struct pacer *p); /* accepts NULL; the loop needs one more turn */

/* The stream that is shown holds what was asked of it. It is borrowed until
 * pacer_over(), or the next. interval_ms is what the user wants between updates (0:
 * the server's own). */
void pacer_began(struct pacer *p, struct subscription *stream, int32_t interval_ms);
void pacer_over(struct pacer *p);

/* It has brought an update; the very first stream begins so, once it holds all. */
void pacer_update(struct pacer *p, struct subscription *stream, int32_t interval_ms);

/* The user wants another rate: what the link was found to bring counts no more. */
void pacer_forget(struct pacer *p);

int32_t pacer_least_ms(const struct pacer *p); /* 0: as the user wants */

/* What waits in the stream would delay the answer to a request. */
bool pacer_is_behind(const struct pacer *p);

/* By how much the picture is late, and when that is another number of seconds, from
 * LAG_LATE_MS on; or LAG_NEVER. */
uint64_t pacer_late_ms(const struct pacer *p, uint64_t now_ms);
uint64_t pacer_late_next_ms(const struct pacer *p, uint64_t now_ms);

#endif
