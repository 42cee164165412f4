/*
 * tests/support/trial.h - the viewer against a server that does what a plan says (see
 * demo/fault/faults.h), and what must hold whatever happens.
 *
 * Keys are answered, no cell of "billion" differs from its formula, memory stays under a
 * cap, the terminal is restored, and every byte on it keeps to the grammar. Tests only.
 */
#ifndef TESTS_SUPPORT_TRIAL_H
#define TESTS_SUPPORT_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/rowset.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"

#define TRIAL_ROWS INT64_C(1000000000) /* of "billion" */
#define TRIAL_OLD "these rows are old"

/* Seed of the servers' data from now on; 0: the usual one. */
void trial_seed(uint64_t seed);

/* Most memory of a viewer, in MB, from now on; 0: the usual cap. */
void trial_memory(long mb);

/* Faults and other options of the server, all in one string with blanks. */
struct demo_program *trial_serve(const char *spec);

/* A viewer of a table, 24 rows by 100 columns; option may be NULL. The one at an address
 * has no demo server known to it, or a relay before that. */
struct pty *trial_view_at(const char *address, const char *table, const char *option);
struct pty *trial_view(const struct demo_program *d, const char *table, const char *option);

/* The text of a cell of "billion", NULL for a column without a formula; owned. */
char *trial_formula(const char *column, int64_t row);
char *trial_formula_wide(const char *column, int64_t row);   /* of its numbers */
char *trial_formula_trades(const char *column, int64_t row); /* of one column */

/* Waits until the first rows of "billion" are there, and right. */
void trial_start(struct pty *t);

/* Times keys that need no server (tests/support/stopwatch.h): a prompt opens, takes letters
 * and closes. Fails the test unless the median is at most 50 ms. */
void trial_check_keys(struct pty *t);

/* The same of other timings: n milliseconds, which are sorted. */
void trial_check_median(int64_t *took, size_t n);

/* Fails the test when any cell of "billion" on the screen is wrong, dots and blanks being
 * no claim; says how many are there. trial_watch_cells() does so again and again for so
 * long. */
size_t trial_check_cells(struct pty *t);
void trial_watch_cells(struct pty *t, int64_t ms);

/* Leaves with Q, or waits for an end with that exit code and one line that has this part;
 * checks memory, terminal and output. t is freed. */
void trial_leave(struct pty *t);
void trial_ended(struct pty *t, int code, const char *part);

int64_t trial_now_ms(void);

/* --- what the server was asked for (demo/fault/trace.h) --- */

struct trial_request {
    int64_t ms;
    size_t width;                  /* columns of the view it was asked of */
    struct rowset *rows, *columns; /* owned */
};

struct trial_trace {
    char *path;                 /* owned; a new file, for the server's --trace */
    struct trial_request *list; /* owned */
    size_t n;
    long seen; /* where the line begins that a wait below has found last */
};

/* Starts a trace; reads all there is so far; ends it and removes the file. */
void trial_trace_start(struct trial_trace *t);
void trial_trace_read(struct trial_trace *t);

/* Waits until a viewer's server has so much open: "sessions=1 streams=0 ...", or a part of
 * that. */
void trial_trace_wait_open(struct pty *t, struct trial_trace *trace, const char *text);

/* The same, or has had since what the last of these waits has found: for what passes. */
void trial_trace_wait_had(struct pty *t, struct trial_trace *trace, const char *text);

/* What the server has open; all 0 when it has said nothing yet. */
struct trial_open {
    unsigned sessions, streams, exports, counters;
};
struct trial_open trial_trace_open(const struct trial_trace *t);
void trial_trace_release(struct trial_trace *t);

/* Says what was observed so far; a group's teardown. */
int trial_tell(void **state);

/* Setup and teardown of a group whose tests share one server without faults, and tell. */
int trial_serve_group(void **state);
int trial_end_group(void **state);
struct demo_program *trial_server(void); /* of the group; borrowed */

#endif
