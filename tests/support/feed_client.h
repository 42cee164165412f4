/*
 * tests/support/feed_client.h - a feed on a server, without a screen: a loop, a connection
 * that is logged in, and one table that is shown.
 *
 * A connection that gives up and a feed that ends fail the test. Tests only; one thread.
 */
#ifndef TESTS_SUPPORT_FEED_CLIENT_H
#define TESTS_SUPPORT_FEED_CLIENT_H

#include <uv.h>

#include "client/feed.h"

struct feed_client {
    uv_loop_t loop;
    uv_timer_t alarm; /* so that waiting ends */
    struct pump *pump;
    struct connection *connection;
    struct feed *feed; /* owned; NULL: none */
    bool open;         /* calls can be made */
    int changed;       /* how often its feed told of a change until it was */
    bool restarted;    /* what feed_apply() asked for is there, or was refused: why */
    bool refused;
    struct err why;
    int limit_s; /* of a wait */
};

/* Connects to "host:port"; a wait that takes longer than limit_s fails the test. Owned. */
struct feed_client *feed_client_new(const char *address, int limit_s);
void feed_client_free(struct feed_client *c);

/* One more feed, on what the ticket names; v is copied. Owned by the caller. */
struct feed *feed_client_open(struct feed_client *c, const char *name, struct bytes ticket,
                              const struct viewport *v);

/* Opens c's own feed on a variable of the query scope, and waits for its rows. */
void feed_client_show(struct feed_client *c, const char *table, const struct viewport *v);

/* Lets the loop run until it is so; fails the test, naming what, when that takes too long.
 */
typedef bool feed_client_is(struct feed_client *c);
void feed_client_wait(struct feed_client *c, feed_client_is *is, const char *what);

bool feed_client_settled(struct feed_client *c);   /* its feed is */
bool feed_client_restarted(struct feed_client *c); /* restarted; the caller resets it */

#endif
