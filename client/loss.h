/*
 * client/loss.h - what broke off: is it worth asking for again?
 *
 * What the server answers to a call is the same another time; a connection or a stream that
 * broke, a proxy that timed out, a session that is over are not. At the start, before
 * anything has worked, what looks like a wrong address or a wrong certificate is not tried
 * again either. Pure.
 */
#ifndef CLIENT_LOSS_H
#define CLIENT_LOSS_H

#include <stdbool.h>

#include "base/err.h"

/* A call that ended so may go through the next time. */
bool loss_of_call_may_pass(const struct err *why);

/* A release that ended so may go through the next time. A server that has never heard of
 * the export, whose request was lost, has nothing to release. protocol: it says so as if it
 * were not available itself. */
bool loss_of_release_may_pass(const struct err *why);

/* A list that the server keeps current, whose stream ended so, may be had by another one.
 */
bool loss_of_list_may_pass(const struct err *why);

/* A connection that was lost so, or (was_live false) never came about, may come back. */
bool loss_may_pass(const struct err *why, bool was_live);

#endif
