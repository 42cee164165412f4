/*
 * client/upkeep.h - the calls by which a session stays, and learns that it does not.
 *
 * One asks every few seconds for something small (client/heartbeat says when, and what
 * silence means), which keeps the token alive too; one waits for the server to say that the
 * session ends. Part of a session, which tells when they may go. Loop thread.
 *
 * Protocol: deephaven-core SessionService (token rotation, TerminationNotification).
 */
#ifndef CLIENT_UPKEEP_H
#define CLIENT_UPKEEP_H

#include <uv.h>

#include "client/heartbeat.h"
#include "client/session_call.h"

struct upkeep_handler {
    /* The server has answered, so many milliseconds after it was asked. */
    void (*answered)(void *ctx, double ms);
    /* heartbeat_link() of upkeep_heartbeat() is another. */
    void (*link)(void *ctx);
    /* The server does not answer, though nothing says that the session is over. */
    void (*cut)(void *ctx, const struct err *why);
    /* The session is over, or its server is not one to talk to. */
    void (*ended)(void *ctx, const struct err *why);
};

struct upkeep; /* opaque */

/* Owned. calls, of the session, is borrowed for its life. Asks for nothing yet. */
struct upkeep *upkeep_new(uv_loop_t *loop, struct session_calls *calls,
                          const struct upkeep_handler *handler, void *ctx);
/* Drops its calls. Accepts NULL; the loop needs one more turn to close the timer. */
void upkeep_free(struct upkeep *u);

/* The session is ready, from now until upkeep_stop(): the calls begin by themselves after a
 * second, so as not to compete with the first rows, or with upkeep_begin(). */
void upkeep_ready(struct upkeep *u);
void upkeep_begin(struct upkeep *u);
bool upkeep_has_begun(const struct upkeep *u);

/* The session is not ready any more: drops the calls, and forgets what it knows of the
 * link. */
void upkeep_stop(struct upkeep *u);

/* Asks for a sign of life of a session that is not ready: answered(), or why not. logs_in:
 * the call carries the login, of whose failure the session learns by itself. */
void upkeep_probe(struct upkeep *u, bool logs_in);

/* Something of the session has come; something of it broke off: is the server there, and
 * does it know the session? */
void upkeep_heard(struct upkeep *u);
void upkeep_doubt(struct upkeep *u);

/* Borrowed for its life. */
const struct heartbeat *upkeep_heartbeat(const struct upkeep *u);

#endif
