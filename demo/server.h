/*
 * demo/server.h - the demo server: a Barrage server of our own on loopback, in one process.
 *
 * Speaks what the viewer uses of a real server; everything else is UNIMPLEMENTED. All state
 * belongs to the loop thread.
 */
#ifndef DEMO_SERVER_H
#define DEMO_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

#include "base/err.h"
#include "demo/fault/faults.h"

struct server_options {
    int port; /* 0: a free one */
    uint64_t seed;
    int64_t epoch_ns; /* wall-clock time at the start, as tables show it */
    int64_t trades_per_s;
    int64_t session_ms;  /* life of a token */
    int64_t interval_ms; /* between deltas, where the client does not say */
    int64_t tick_ms;     /* tables change this often at most */
    uint64_t growth_cells;
    bool queues;          /* updates do not wait for a client that reads slowly */
    size_t wide_columns;  /* of the table "wide" */
    FILE *trace;          /* NULL, or where requests are recorded; borrowed */
    const char *psk;      /* NULL: anonymous; borrowed */
    struct faults faults; /* its seed is replaced by the one above */
};

/* What the options mean when nothing is said. */
struct server_options server_defaults(void);

struct server; /* opaque */

/* Owned; serves from now on while the loop runs. Signals are to be blocked by the caller
 * around this, so that gRPC's threads inherit the mask. ERR_IO when the port cannot be had.
 */
enum err_code server_new(uv_loop_t *loop, const struct server_options *o,
                         struct server **out, struct err *e);

int server_port(const struct server *s);

/* Tells clients of the end, ends all calls and calls done on a later turn of the loop;
 * server_free() may be called then. */
void server_stop(struct server *s, void (*done)(void *ctx), void *ctx);

/* Only once stopped; the loop then needs one more turn to close handles. */
void server_free(struct server *s);

#endif
