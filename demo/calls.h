/*
 * demo/calls.h - what goes on with all calls that are open, of whatever method. A request
 * that refers to an export nobody has defined yet waits, as it does at a real server, and
 * is run again when something was defined. Loop thread only.
 */
#ifndef DEMO_CALLS_H
#define DEMO_CALLS_H

#include "demo/state.h"

/* Requests that waited for something look again. */
void calls_retry(struct server *s);

/* Lets time go on. */
void calls_tick(struct server *s);

/* Ends a session, or all calls because the server stops. */
void calls_end_login(struct server *s, struct login *login);
void calls_end_all(struct server *s);

/* Tells every client of an abnormal end, with a hostile reason of so many bytes. */
void calls_terminate(struct server *s, size_t reason_bytes);

#endif
