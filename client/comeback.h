/*
 * client/comeback.h - when somebody whose stream broke off is to ask for it again.
 *
 * While the connection lives, after a wait of seconds (client/backoff); while it does not,
 * as soon as it does. When it comes back with another session everything is to be asked
 * for, also what had been refused in the one before. For a while after that, "not found"
 * counts as broken off too: a server that starts lets clients in before its tables are
 * there. Loop thread.
 */
#ifndef CLIENT_COMEBACK_H
#define CLIENT_COMEBACK_H

#include "client/connection.h"

/* Time in which the streams asked for again must hold, for the next wait to be short. It is
 * little, since some gateways cut whatever is quiet for a few seconds. */
#define COMEBACK_STEADY_MS 2000

/* How often what failed on the server is asked for again before that is believed. protocol:
 * what breaks on the way, or at a gateway, may be told as INTERNAL or UNKNOWN, too; but a
 * server that fails by itself mostly does so again. */
#define COMEBACK_FAULTS 3

struct comeback_handler {
    void (*again)(void *ctx);
    /* The connection is lost for good, or was never had. */
    void (*gone)(void *ctx, const struct err *why);
};

struct comeback; /* opaque */

/* Owned; the connection is borrowed. No callback comes from inside a function here. */
struct comeback *comeback_new(struct connection *connection,
                              const struct comeback_handler *handler, void *ctx);
void comeback_free(struct comeback *b); /* accepts NULL */

/* Something ended so. True when that may pass: again() or gone() will be called. */
bool comeback_wait(struct comeback *b, const struct err *why);

/* What it waits for may be there now: does not wait for the timer, should it run. */
void comeback_hurry(struct comeback *b);

/* What is being asked for may be there now, while the server's answer may be of before:
 * "not found" is not believed once. */
void comeback_expect(struct comeback *b);
void comeback_stop(struct comeback *b); /* it is not wanted any more, or had otherwise */

/* Whether it waits, and until when in milliseconds of uv_hrtime() (0: until the connection
 * is back). */
bool comeback_waits(const struct comeback *b, uint64_t *due_ms);

#endif
