/*
 * demo/options.h - what the demo server is told on its start.
 */
#ifndef DEMO_OPTIONS_H
#define DEMO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "demo/fault/faults.h"

#define DEMO_LATE_MAX 8

struct server_options {
    int port; /* 0: a free one */
    uint64_t seed;
    int64_t epoch_ns; /* wall-clock time at the start, as tables show it */
    int64_t trades_per_s;
    int64_t log_per_s;   /* lines that are written into the log, which say nothing */
    int64_t session_ms;  /* life of a token */
    int64_t interval_ms; /* between deltas, where the client does not say */
    int64_t tick_ms;     /* tables change this often at most */
    uint64_t growth_cells;
    bool queues;            /* updates do not wait for a client that reads slowly */
    size_t wide_columns;    /* of the table "wide" */
    FILE *trace;            /* NULL, or where requests are recorded; borrowed */
    const char *psk;        /* NULL: anonymous; borrowed */
    const char *login_file; /* NULL, or its first line is the one login; borrowed */
    const char *hold_file;  /* NULL, or while it is there FAULT_HOLD holds; borrowed */
    const char *late[DEMO_LATE_MAX]; /* tables that server_reveal() brings; borrowed */
    size_t n_late;
    const char *swap;     /* NULL, or "A,B": they have each other's names; borrowed */
    struct faults faults; /* its seed is replaced by the one above */
};

/* What the options mean when nothing is said. */
struct server_options server_defaults(void);

#endif
