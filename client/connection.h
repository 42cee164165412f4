/*
 * client/connection.h - one server that the program wants: how to reach it and to be let
 * in, its channel, the session of the moment, the list of what it offers, the row counts of
 * what is made on it, who looks at it.
 *
 * It lives from the time the user names the server until the user leaves it, over any
 * number of sessions; each has an epoch, and what was made in one means nothing in another.
 * Whoever keeps an export or a session beyond one callback keeps the epoch beside it, and
 * compares.
 *
 * What breaks off is had again by itself (client/loss says what may pass): after a wait by
 * client/backoff the server's names are looked up and the session is tried, which a broken
 * transport does not end; when the server says that it is over, the next one logs in.
 *
 * The first call of a session carries the login, and there is exactly one: when a call can
 * be made the observers are told one after the other, in their order, until one has made
 * it; the others follow when the connection is CONNECTION_LIVE. Who drops that call before
 * is to make another in its place, or to have another observer make one: nobody is told.
 *
 * Callbacks come on the loop thread, name the connection, and never come from inside
 * connection_new(). An observer may leave in any callback; a connection is not freed in
 * one.
 */
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include <uv.h>

#include "base/secret.h"
#include "client/fields.h"
#include "client/session.h"
#include "client/target.h"

struct pump;
struct connection; /* opaque */

enum connection_state {
    CONNECTION_CONNECTING,   /* no answer yet */
    CONNECTION_WANTS_SECRET, /* for connection_give_secret() */
    CONNECTION_LIVE,
    CONNECTION_RETRYING, /* lost, or not reached yet, and tried again by itself */
    CONNECTION_LOST      /* for good, unless connection_retry() */
};

struct connection_options {
    const struct target *target; /* its server; what it names there is the caller's */
    const char *ca_file, *cert_file, *key_file, *server_name; /* see channel_options */
    bool no_proxy;                                            /* see channel_options */
    size_t max_message;                                       /* bytes of one message */
    const char *auth, *user;                                  /* see session_options */
    bool secret_comes; /* connection_give_secret() gives one where read_secret() does not,
                          whatever the type */
    bool allow_plaintext_secret;
    bool retries_start; /* a server that cannot be reached at the start is tried again */
    /* The secret, each time a session is made: given, or NULL for none, which makes the
     * connection ask where it needs one. May be NULL. */
    enum err_code (*read_secret)(void *ctx, struct secret **out, struct err *e);
    void *secret_ctx; /* borrowed for the life of the connection */
};

/* Any member may be NULL. */
struct connection_handler {
    /* A first call may be made now, if none of those before has: session_can_call(). */
    void (*open)(void *ctx, struct connection *c);
    /* connection_state() is another, or connection_heartbeat() tells of another link. */
    void (*changed)(void *ctx, struct connection *c);
    /* connection_fields() has other contents, perhaps another address. */
    void (*fields)(void *ctx, struct connection *c);
    /* The list is not kept current any more; it stays as it was, and is asked for again by
     * itself after a while if again says so. */
    void (*fields_ended)(void *ctx, struct connection *c, const struct err *why,
                         bool again);
    /* One field of a list that was asked for, or one change after it; f is borrowed for the
     * callback. */
    void (*field_news)(void *ctx, struct connection *c, const struct field *f,
                       enum field_change change);
    /* The table of a ticket (borrowed for the callback), which is an export of the session
     * of the moment, has so many rows (-1: not known), or has failed. */
    void (*rows)(void *ctx, struct connection *c, struct bytes ticket, int64_t rows,
                 const struct err *failure);
    /* What rows() has told is not kept current any more. */
    void (*rows_ended)(void *ctx, struct connection *c);
};

/* Owned. Makes channel and first session at once; the server then has a limited time to let
 * us in, or the connection is lost. Loop and pump are borrowed and outlive it; options are
 * copied, the handlers of secret_ctx aside. ERR_IO or ERR_USAGE when a file or an option
 * cannot be used. */
enum err_code connection_new(uv_loop_t *loop, struct pump *pump,
                             const struct connection_options *o, struct connection **out,
                             struct err *e);

/* Drops every call and frees; streams on its sessions must be closed by their owners
 * before. The loop needs one more turn. Accepts NULL. */
void connection_free(struct connection *c);

/* handler and ctx are borrowed until connection_unobserve() with the same two. */
void connection_observe(struct connection *c, const struct connection_handler *handler,
                        void *ctx);
void connection_unobserve(struct connection *c, const struct connection_handler *handler,
                          void *ctx);

/* It goes to the server that the target names, in the way it names. */
bool connection_is_to(const struct connection *c, const struct target *t);

bool connection_is_tls(const struct connection *c);

uv_loop_t *connection_loop(const struct connection *c);     /* borrowed */
const char *connection_address(const struct connection *c); /* "host:port"; borrowed */
enum connection_state connection_state(const struct connection *c);

/* Why it is CONNECTION_RETRYING or LOST; borrowed, NULL while it is not. */
const struct err *connection_why(const struct connection *c);

/* Why it was lost last; borrowed, code ERR_OK: it never was. */
const struct err *connection_last_loss(const struct connection *c);

/* Since when, and when it is tried again (0: it is being tried), in milliseconds of
 * uv_hrtime(). It was live before: what was shown then is old. */
uint64_t connection_lost_ms(const struct connection *c);
uint64_t connection_next_try_ms(const struct connection *c);
bool connection_was_live(const struct connection *c);

/* Tries at once what is CONNECTION_RETRYING or LOST, and tells once more that a secret is
 * wanted; nothing else. */
void connection_retry(struct connection *c);

/* It came back less than CONNECTION_FRESH_MS ago: what the server serves may not be there
 * yet. */
#define CONNECTION_FRESH_MS 15000
bool connection_is_fresh(const struct connection *c);

/* The session of the moment, never NULL, and its epoch (1, 2, ...). Borrowed until the
 * epoch changes; it may have ended. */
struct session *connection_session(const struct connection *c);
uint32_t connection_epoch(const struct connection *c);

/* Answers CONNECTION_WANTS_SECRET (copied, and wiped once used). ERR_USAGE when it cannot
 * be sent; then it is still wanted. When the server refuses it, another one is wanted if
 * again says so, else the connection is lost. */
enum err_code connection_give_secret(struct connection *c, const char *secret, bool again,
                                     struct err *e);

/* While CONNECTION_WANTS_SECRET: why the one before was refused; NULL: there was none.
 * Borrowed until the state changes. */
const struct err *connection_refusal(const struct connection *c);

/* Asks for the list, and keeps it current from then on; the call may carry the login. Does
 * nothing when that is so already, it is being asked for, or no call can be made. */
void connection_watch_fields(struct connection *c);

/* What the server offers; NULL until the first connection_watch_fields(). Borrowed until
 * the next fields(). */
const struct fields *connection_fields(const struct connection *c);

/* Has the server tell how many rows the exports of the session have (client/row_watch),
 * from now on and in sessions to come, or no more. A stream that breaks off is asked for
 * again after a wait. */
void connection_watch_rows(struct connection *c, bool wanted);

/* Whether the link is alive, while CONNECTION_LIVE; borrowed for one turn of the loop. */
const struct heartbeat *connection_heartbeat(const struct connection *c);

/* Over all sessions; they only grow. */
struct connection_totals {
    uint64_t updates; /* of tables, applied */
    uint64_t bytes;   /* of messages received */
};
struct connection_totals connection_totals(const struct connection *c);

/* Says which server an error is about; messages of our own checks name it already. What was
 * lost before there ever was a session could not be reached (ERR_CONNECT). */
void connection_name_err(const struct connection *c, struct err *e);

/* Says which proxy an error may be about, and how to go around it; nothing without one. */
void connection_name_proxy(const struct connection *c, struct err *e);

/* Gives the session back: nothing can be called any more, observers hear nothing of it.
 * Several are closed together: connection_close() each, then the loop runs until none is
 * connection_closing(), or for as long as one cares to wait. */
void connection_close(struct connection *c);
bool connection_closing(const struct connection *c);

#endif
