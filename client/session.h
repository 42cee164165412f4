/*
 * client/session.h - one login on one server: credentials, token, keep-alive, the end.
 *
 * The first call that goes out carries the login header and creates the session; the
 * server's bearer comes back in its metadata and replaces the credential, which is wiped.
 * Exactly one call may carry it: session_can_call() says whether a call may be made now.
 * Every reply refreshes the bearer; a call every few seconds keeps the token alive and
 * tells whether the link is (client/heartbeat.h); a pending TerminationNotification tells
 * of the session's end. Loop thread.
 *
 * Protocol: deephaven-core SessionService (token rotation), session.proto, config.proto;
 * login by header on any call.
 */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include <uv.h>

#include "client/exports.h"
#include "client/heartbeat.h"
#include "client/rpc/channel.h"
#include "client/session_call.h"

enum session_state {
    SESSION_ASKING,  /* which handlers has the server? what does its name lead to? */
    SESSION_WAITING, /* for session_login() */
    SESSION_OPEN,    /* credential known, no call has carried it yet */
    SESSION_LOGIN,   /* the first call is under way */
    SESSION_READY,   /* a bearer is known */
    SESSION_CUT,     /* likewise, but the server cannot be reached: session_probe() */
    SESSION_ENDED
};

struct session_handler {
    /* A first call may be made now (SESSION_OPEN). */
    void (*open)(void *ctx);
    /* A secret is needed and none is known, or the server has refused the one that
     * session_login() gave (session_refusal()): ask, then session_login(). */
    void (*want_secret)(void *ctx);
    /* Logged in; any number of calls may be made. */
    void (*ready)(void *ctx);
    /* heartbeat_link() of session_heartbeat() is another. May be NULL. */
    void (*link)(void *ctx);
    /* Over, for this reason: not let in, or the server has said so (protocol: with status
     * UNAUTHENTICATED, or by its answer to TerminationNotification). Nothing can be called
     * any more; session_cut() ends what is still under way. */
    void (*ended)(void *ctx, const struct err *why);
    /* The server does not answer, or cannot be reached, though nothing says that the
     * session is over: session_cut(). */
    void (*cut)(void *ctx, const struct err *why);
};

struct session_options {
    const char *auth; /* see auth_options; NULL: ask the server, and take anonymous where it
                         is offered */
    const char *user; /* for basic; NULL otherwise */
    const char *secret;          /* key or password, or NULL */
    bool secret_comes;           /* want_secret() is to ask for one whatever the type */
    bool allow_plaintext_secret; /* also to another machine */
    uint32_t epoch;              /* number of this session among those of its connection */
};

struct session; /* opaque */

/* Owned. The channel is borrowed and must outlive the session. Callbacks come later, never
 * from inside this call. Strings are copied, the secret wiped when the login is through.
 * ERR_USAGE when the options contradict each other or would send a secret in plain text to
 * another machine; whether a name does is found out first, and then ends the session. */
enum err_code session_new(uv_loop_t *loop, struct channel *channel,
                          const struct session_options *o,
                          const struct session_handler *handler, void *ctx,
                          struct session **out, struct err *e);

/* Answers want_secret. ERR_USAGE when it cannot be sent; then it is still wanted. The
 * session logs in by a call of its own, not by open(). When the server refuses the secret,
 * another one is wanted if again says so, else the session ends. So it is when it refuses
 * a type that is not known here and was sent without a secret. */
enum err_code session_login(struct session *s, const char *secret, bool again,
                            struct err *e);

/* Why the last secret was refused, borrowed; NULL: none was. */
const struct err *session_refusal(const struct session *s);

/* Ends all calls, the callers' too, as if the transport had failed for this reason. A
 * session that is logged in is SESSION_CUT then, any other has ended; no callback of the
 * handler comes of it. */
void session_cut(struct session *s, const struct err *why);

/* Asks the server for a sign of life: a SESSION_CUT one becomes ready() by its answer; a
 * SESSION_OPEN one logs in with it. Else ended() or cut(). */
void session_probe(struct session *s);

enum session_state session_state(const struct session *s);
bool session_can_call(const struct session *s);

/* Starts the calls that keep the session and tell of its end, unless they are under way or
 * the session is not ready. They would compete with the first rows: they begin by
 * themselves only a second after the login. */
void session_upkeep(struct session *s);
bool session_is_kept(const struct session *s); /* they have begun */

/* Whether the link is alive, as far as is known. Borrowed for its life. */
const struct heartbeat *session_heartbeat(const struct session *s);

/* How long a request to this server takes until it is answered, in milliseconds: the
 * smallest of the last few times measured, since the server often lets an answer wait; -1
 * when none was. Heartbeats are measured here; who has measured another request tells. */
#define SESSION_ROUND_TRIPS 8
double session_round_trip_ms(const struct session *s);
double session_longest_round_trip_ms(const struct session *s); /* of the same few; or -1 */
double session_last_round_trip_ms(const struct session *s); /* the newest one; -1: none */
void session_note_round_trip(struct session *s, double ms);

/* When it was logged in, in milliseconds of uv_hrtime(); 0: it is not yet. */
uint64_t session_since_ms(const struct session *s);

/* Table updates applied, which who applies one notes, and bytes of all messages received.
 * They only grow. */
void session_note_update(struct session *s);
uint64_t session_updates(const struct session *s);
uint64_t session_bytes(const struct session *s);

/* Starts a call as call_start() does, with the session's authorization. May only be used
 * when session_can_call(). o->authorization is ignored. */
struct session_call *session_start(struct session *s, const struct call_options *o,
                                   const struct call_handler *handler, void *ctx);

/* The error for the end of such a call, as call_end_err() gives it, in view of the session:
 * one that is unknown to the server is ERR_SESSION once it was logged in, and only a login
 * can be ERR_AUTH, not allowed in. For the call's own end(). */
enum err_code session_end_err(const struct session *s, const struct call_end *end,
                              struct err *e);

/* Starts a unary call, with the authorization that session_start() would give it; in states
 * without one it goes out without. */
struct session_call *session_unary(struct session *s, const char *method,
                                   struct bytes request, session_reply_fn *fn, void *ctx);

/* The same for what may take as long as it likes: the call has no time limit. */
struct session_call *session_unary_patient(struct session *s, const char *method,
                                           struct bytes request, session_reply_fn *fn,
                                           void *ctx);

/* Asks for something small. Its answer tells that the server is there, and has all that was
 * sent to it before. */
struct session_call *session_ask(struct session *s, session_reply_fn *fn, void *ctx);

/* The exports of this session; borrowed. exports_next() gives it one more. */
struct exports *session_exports(struct session *s);

/* Releases an export; the answer is not waited for, but a broken link makes it again. Does
 * nothing with one of another session. */
void session_release(struct session *s, struct export_id export);

/* Drops every call of the session, also the caller's (their handles are gone), and closes
 * it on the server; session_closing() tells when that is through. The session has ended
 * then; ended() is not called. */
void session_close(struct session *s);

/* True while the server has not yet answered session_close(). */
bool session_closing(const struct session *s);

/* Drops every call and frees. Not from inside a callback of the session or its calls.
 * Accepts NULL; the loop needs one more turn to close the timer. */
void session_free(struct session *s);

#endif
