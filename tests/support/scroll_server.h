/*
 * tests/support/scroll_server.h - a model of a server with one table and one viewport
 * subscription, on a virtual clock.
 *
 * Knows positions and who each row is, no data. Requests and answers take the time of the
 * link, in order; of several requests that wait the newest is answered alone; a viewport
 * larger than the budget of cells grows over several snapshots; changes of the table go out
 * at the interval as changes of the rows held; a new column or direction sends all rows of
 * it again (protocol: Barrage viewport subscription, positional deltas, growing snapshots).
 * Times are milliseconds.
 */
#ifndef TESTS_SUPPORT_SCROLL_SERVER_H
#define TESTS_SUPPORT_SCROLL_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/viewport.h"

/* The row at position p is head + p (wrapping), as of epoch. So every version of a table of
 * any size can be told from three numbers. */
struct sim_table {
    int64_t size;
    uint64_t head;
    uint32_t epoch;
};

struct sim_row {
    uint64_t id;
    uint32_t epoch;
};

struct sim_message {
    double arrives;
    bool snapshot;
    struct viewport effective; /* sets NULL when not a snapshot */
    struct sim_table table;    /* as it was when this was sent */
    size_t n_removed, n_added;
    size_t *removed; /* indexes into the rows held before, ascending */
    size_t *added;   /* indexes into the new one, ascending */
    struct sim_row *rows;
    struct sim_message *next;
};

struct sim_link {
    double up, down; /* one way */
    double jitter;   /* at most so much later */
    double service;  /* shortest time to answer; at most twice that */
    double interval; /* between changes sent */
    int64_t cells;   /* of one snapshot */
};

struct sim_server; /* opaque */

struct sim_server *sim_server_new(const struct sim_link *link, struct sim_table table,
                                  uint64_t seed); /* owned */
void sim_server_free(struct sim_server *s);

/* Sends a request (copied). */
void sim_server_request(struct sim_server *s, double now, const struct viewport *v);

struct sim_table sim_server_table(const struct sim_server *s);
void sim_server_change(struct sim_server *s, double now, struct sim_table table);

/* When something happens next, in the server or on the way to the client; or INFINITY. */
double sim_server_next(const struct sim_server *s);

/* Lets the server work until now; returns the next message that has arrived by then, owned,
 * or NULL. */
struct sim_message *sim_server_receive(struct sim_server *s, double now);
void sim_message_free(struct sim_message *m);

/* Rows put into messages, and those times the columns of each. */
uint64_t sim_server_rows(const struct sim_server *s);
uint64_t sim_server_cells(const struct sim_server *s);

/* xorshift; the state must not be 0. */
uint64_t sim_random(uint64_t *state);

#endif
