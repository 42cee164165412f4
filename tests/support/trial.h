/*
 * tests/support/trial.h - a viewer on trial: what must hold whatever its server does.
 *
 * Keys are answered, no cell of the demo server's table "billion" differs from its formula,
 * memory stays under a cap, the terminal is restored, and every byte on it keeps to the
 * grammar. What was seen is counted. One thread.
 */
#ifndef TESTS_SUPPORT_TRIAL_H
#define TESTS_SUPPORT_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/demo_program.h"
#include "tests/support/pty.h"

#define TRIAL_ROWS INT64_C(1000000000) /* rows of that table */
#define TRIAL_OLD "these rows are old"

/* The demo server; faults and other options in one string with blanks. Owned. */
struct demo_program *trial_serve(const char *spec);

/* A viewer, 24 rows by 100 columns, of a table at "host:port"; option may be NULL. Owned.
 */
struct pty *trial_view_at(const char *address, const char *table, const char *option);

/* Waits until the first rows of "billion" are there, all of them right. */
void trial_start(struct pty *t);

/* Times keys that need no server; their median has to be under 50 ms. */
void trial_check_keys(struct pty *t);

/* Fails the test when a cell of "billion" is wrong; how many are there. Dots are no cell.
 */
size_t trial_check_cells(struct pty *t);

/* Quits, and checks memory, exit code, terminal, output and standard error. Frees. */
void trial_leave(struct pty *t);

/* The same for a viewer that ends by itself, with this code and one line that holds part.
 */
void trial_ended(struct pty *t, int code, const char *part);

/* Says what was observed so far; for a group's teardown. */
int trial_tell(void **state);

#endif
