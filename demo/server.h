/*
 * demo/server.h - the demo server: a Barrage server of our own on loopback, in one process.
 *
 * Speaks what the viewer uses of a real server; everything else is UNIMPLEMENTED. All state
 * belongs to the loop thread.
 */
#ifndef DEMO_SERVER_H
#define DEMO_SERVER_H

#include <uv.h>

#include "base/err.h"
#include "demo/options.h"

struct server; /* opaque */

/* Owned; serves from now on while the loop runs. Signals are to be blocked by the caller
 * around this, so that gRPC's threads inherit the mask. ERR_IO when the port cannot be had,
 * ERR_USAGE when an option names a table that there is not; *out is to be stopped then. */
enum err_code server_new(uv_loop_t *loop, const struct server_options *o,
                         struct server **out, struct err *e);

int server_port(const struct server *s);

/* The tables that were to be late are there from now on; clients are told at the next tick.
 */
void server_reveal(struct server *s);

/* Commits the fault that is planned for when it is told to. */
void server_fault(struct server *s);

/* Tells clients of the end, ends all calls and calls done on a later turn of the loop;
 * server_free() may be called then. */
void server_stop(struct server *s, void (*done)(void *ctx), void *ctx);

/* Only once stopped; the loop then needs one more turn to close handles. */
void server_free(struct server *s);

#endif
