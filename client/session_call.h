/*
 * client/session_call.h - the calls of one session.
 *
 * A session_call is a call (client/rpc/call) that goes out with the session's authorization
 * and may be dropped at any time, also in a callback of its own or of the session. A unary
 * one collects its reply. What calls bring to the session, such as its next bearer, goes to
 * the hooks that the session gives. Loop thread.
 */
#ifndef CLIENT_SESSION_CALL_H
#define CLIENT_SESSION_CALL_H

#include "client/rpc/call.h"

/* Owned by the caller until its end or session_drop(). */
struct session_call;

/* A unary call: reply or error, exactly once unless dropped. reply is borrowed for the
 * callback and meaningful when why is NULL. */
typedef void session_reply_fn(void *ctx, struct bytes reply, const struct err *why);

/* As call_send(). */
void session_send(struct session_call *c, struct bytes message, bool newest);

/* As call_send_last(). */
void session_send_last(struct session_call *c, struct bytes message);

/* As call_hold(). */
void session_hold(struct session_call *c, bool hold);

/* Accepts NULL. May be called inside any callback of the session or the call. A call that
 * was to log in takes the login back: the session is SESSION_OPEN again. */
void session_drop(struct session_call *c);

/* Memory that is freed with the call, when it has ended or was dropped (given). */
void session_call_own(struct session_call *c, void *memory);

/* --- for client/session and client/upkeep alone --- */

#define SESSION_UNARY_TIMEOUT_MS 30000

struct session_call_hooks {
    /* It starts now: its authorization, borrowed, or NULL for none. */
    const char *(*authorize)(void *ctx, const struct session_call *c);
    /* Something of it has come, with so many bytes of a message. */
    void (*heard)(void *ctx, size_t bytes);
    /* Headers or trailers have come. May drop calls. */
    void (*metadata)(void *ctx, const struct call_metadata *md);
    /* It was dropped before its end; it has ended, after its own end(). */
    void (*dropped)(void *ctx, const struct session_call *c);
    void (*ended)(void *ctx, const struct session_call *c, const struct call_end *end);
    /* The error for its end, if it is unary. */
    enum err_code (*explain)(const void *ctx, const struct call_end *end, struct err *e);
};

/* A list of calls; one without any is zero but for these members, which are borrowed. */
struct session_calls {
    struct channel *channel;
    const struct session_call_hooks *hooks;
    void *ctx;
    struct session_call *first;
};

struct session_call *session_calls_start(struct session_calls *calls,
                                         const struct call_options *o,
                                         const struct call_handler *handler, void *ctx);
/* timeout_ms 0: none. */
struct session_call *session_calls_unary(struct session_calls *calls, const char *method,
                                         struct bytes request, int timeout_ms,
                                         session_reply_fn *fn, void *ctx);
/* Asks for the server's configuration, which is small. */
struct session_call *session_calls_ask(struct session_calls *calls, session_reply_fn *fn,
                                       void *ctx);
void session_calls_drop_all(struct session_calls *calls);
/* Ends all as if they had ended so by themselves: their owners are told. */
void session_calls_end_all(struct session_calls *calls, const struct call_end *end);

#endif
