/*
 * tests/support/relay.h - a TCP relay on 127.0.0.1 between the viewer and a server, whose
 * link can be stalled and cut, and a listener that is no such server at all.
 *
 * One thread of its own moves the bytes; the functions here return once it has taken the
 * order in. Tests only.
 */
#ifndef TESTS_SUPPORT_RELAY_H
#define TESTS_SUPPORT_RELAY_H

#include <stdbool.h>
#include <stddef.h>

struct relay; /* opaque */

/* Listens on a free port and passes each connection on to upstream, "127.0.0.1:port".
 * Fails the test when that is impossible. Owned by the caller. */
struct relay *relay_new(const char *upstream);

/* Listens on host (an IPv4 address of this machine) and, instead of passing anything on,
 * sends each connection n bytes of data and then closes it or says nothing more. */
struct relay *relay_fake(const char *host, const void *data, size_t n, bool closes);

void relay_free(struct relay *r); /* accepts NULL */

/* "host:port" it listens on; borrowed until relay_free. */
const char *relay_address(const struct relay *r);

/* Connections taken so far. */
int relay_connections(struct relay *r);

/* Nothing is read any more from either side; the connections stay. */
void relay_stall(struct relay *r);
void relay_flow(struct relay *r); /* the opposite */

/* Closes what the server sends (the viewer reads an end), and goes on with the rest. */
void relay_half_close(struct relay *r);

/* Resets all connections and refuses new ones. */
void relay_cut(struct relay *r);

#endif
