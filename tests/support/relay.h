/*
 * tests/support/relay.h - a TCP relay on 127.0.0.1 between the viewer and a server, whose
 * link can be stalled and cut, and a listener that is no such server at all.
 *
 * One thread of its own moves the bytes; the functions here return once it has taken the
 * order in. A filter (tests/support/h2_faults.h is one) decides on that thread what becomes
 * of the bytes. Tests only.
 */
#ifndef TESTS_SUPPORT_RELAY_H
#define TESTS_SUPPORT_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relay;      /* opaque */
struct relay_link; /* one connection; opaque */

/* Called on the relay's thread. Only pass is needed, and fire where relay_fire() is called;
 * the others may be NULL. Each link has state_size bytes of
 * state, zero at first, that relay_state() gives. */
struct relay_filter {
    size_t state_size;
    void (*open)(void *ctx, struct relay_link *l);
    /* n (not 0) bytes came; what is to be passed on is given to relay_send(). */
    void (*pass)(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n);
    /* relay_fire() was called. */
    void (*fire)(void *ctx, struct relay_link *l);
    /* Comes by now and then; returns in how many ms at the latest it wants to again, -1:
     * never. */
    int (*tick)(void *ctx, struct relay_link *l);
    void (*close)(void *ctx, struct relay_link *l);
};

/* Listens on a free port and passes each connection on to upstream, "127.0.0.1:port".
 * Fails the test when that is impossible. Owned by the caller. */
struct relay *relay_new(const char *upstream);

/* Likewise on an IPv4 address of this machine, "host:port"; port 0: a free one. */
struct relay *relay_at(const char *address, const char *upstream);

/* Listens on host (an IPv4 address of this machine) and, instead of passing anything on,
 * sends each connection n bytes of data and then closes it or says nothing more. */
struct relay *relay_fake(const char *host, const void *data, size_t n, bool closes);

/* Passes on what the filter makes of it; filter and ctx are borrowed until relay_free.
 * upstream NULL: there is no server, only the filter. */
struct relay *relay_filtered(const char *upstream, const struct relay_filter *filter,
                             void *ctx);

void relay_free(struct relay *r); /* accepts NULL */

/* "host:port" it listens on; borrowed until relay_free. */
const char *relay_address(const struct relay *r);

/* Connections taken so far. */
int relay_connections(struct relay *r);

/* Bytes that servers have sent and that were passed on so far. */
size_t relay_bytes_down(const struct relay *r);

/* Nothing is read any more from either side; the connections stay. */
void relay_stall(struct relay *r);
void relay_stall_up(struct relay *r); /* only from the viewer */
void relay_flow(struct relay *r);     /* the opposite */

/* Closes what the server sends (the viewer reads an end), and goes on with the rest. */
void relay_half_close(struct relay *r);

/* Resets all connections and refuses new ones, until it is mended. Nobody else is given its
 * port. */
void relay_cut(struct relay *r);
void relay_mend(struct relay *r);

/* Calls the filter's fire() for each connection. */
void relay_fire(struct relay *r);

/* --- for filters --- */

void *relay_state(struct relay_link *l);

/* Sends to the server (up) or the viewer; without a server, or after relay_end(), the bytes
 * are lost. Waits while that side does not read, some seconds at most. */
void relay_send(struct relay_link *l, bool up, const void *data, size_t n);

/* True when that side would take some thousand bytes without a wait. */
bool relay_can_send(const struct relay_link *l, bool up);

/* Closes one direction: that side reads an end, and may still send. */
void relay_end(struct relay_link *l, bool up);

/* What a filter may be made of: passes all on as it is; closes both directions. */
void relay_pass_on(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n);
void relay_break_off(void *ctx, struct relay_link *l);

#endif
