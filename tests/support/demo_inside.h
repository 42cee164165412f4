/*
 * tests/support/demo_inside.h - what a test sees and breaks inside a demo server that runs
 * in its own process.
 *
 * Apart from the tests, which know nothing of the server's own headers. Tests only; loop
 * thread.
 */
#ifndef TESTS_SUPPORT_DEMO_INSIDE_H
#define TESTS_SUPPORT_DEMO_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "demo/server.h"
#include "model/column.h"

/* Sessions that are alive, their exports that are neither released nor failed, and open
 * DoExchange and DoGet streams. */
size_t inside_logins(const struct server *s);
size_t inside_exports(const struct server *s);
size_t inside_streams(const struct server *s);

/* Ends the stream that was opened first, or last, as a table does that fails. Fails the
 * test when there is none. */
void inside_fail_stream(struct server *s, const char *text);
void inside_fail_newest(struct server *s, const char *text);

/* Open streams of a method such as "ListFields"; and ends them all, with a status and a
 * text. */
size_t inside_open(const struct server *s, const char *method);
void inside_fail_open(struct server *s, const char *method, int status, const char *text);

/* Ends all sessions, as a server does that was started anew: their clients are told. */
void inside_forget(struct server *s);

/* Hides all exports that there are now from requests to come, or shows them again. */
void inside_hide_exports(struct server *s, bool hide);

/* The cell of a table whose rows never change: a column of one slot, owned by the caller.
 */
struct column *inside_cell(const struct server *s, const char *table, int64_t row,
                           size_t column);

/* Offers n tables in place of the real ones, their names far from sorted; without them
 * (n = 0) it offers the real ones again. */
void inside_offer(struct server *s, size_t n);

#endif
