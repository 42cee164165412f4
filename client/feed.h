/*
 * client/feed.h - everything that keeps one table on the screen supplied: its streams.
 *
 * A narrow table has one stream, and its viewport moves. Every message costs bytes for each
 * column of the schema, so a wide table (more than FEED_WIDE_COLUMNS) is watched through a
 * server-side view of the columns near the screen: when the screen leaves them, a stream on
 * another view is opened, one at a time, and the old cells stay until the new stream is
 * complete. Another update interval, and a new start after a loss, replace the stream in
 * the same way. A stream that ends because an update contradicts what is held (ERR_MISFIT)
 * is replaced by itself, but not again within RESUBSCRIBE_AGAIN_MS
 * (client/stream_policy.h); any other end is the feed's. Columns are always the table's
 * own. Everything made on the server is released. Loop thread.
 *
 * Protocol: deephaven-core table.proto FetchTable, View; Barrage viewport subscriptions.
 */
#ifndef CLIENT_FEED_H
#define CLIENT_FEED_H

#include "client/session.h"
#include "client/stream_policy.h"
#include "client/subscription.h"
#include "model/viewport.h"
#include "model/window.h"

#define FEED_WIDE_COLUMNS 256

struct feed_handler {
    /* Window or its contents have changed: read feed_window() again before the next look.
     */
    void (*changed)(void *ctx);
    /* Nothing new will come; the rows that are held are old. */
    void (*ended)(void *ctx, const struct err *why);
    /* What feed_restart() asked for last is there (why is NULL), or has failed and what was
     * there goes on, at its old interval. Not called when the feed ends. May be NULL. */
    void (*restarted)(void *ctx, const struct err *why);
};

struct feed_options {
    struct bytes ticket; /* copied */
    int32_t interval_ms; /* 0: the server's own */
    int32_t max_message; /* bytes asked of the server for one message */
    int64_t list_limit;  /* items of a list that are sent; 0: all */
    bool columns_known;  /* the first viewport's columns exist: see subscription_options */
};

struct feed; /* opaque */

/* Owned. session_can_call() must hold; the first request may carry the login. */
enum err_code feed_open(struct session *session, const struct feed_options *o,
                        const struct viewport *viewport, const struct feed_handler *handler,
                        void *ctx, struct feed **out, struct err *e);
void feed_close(struct feed *f); /* accepts NULL */

/* Asks for another viewport (copied); the newest wins. Does nothing once the feed has
 * ended. */
void feed_request(struct feed *f, const struct viewport *viewport);

/* Borrowed: what was asked for last. */
const struct viewport *feed_asked(const struct feed *f);

/* What is held now. Its schema is NULL until it came, and then stays the same for ever. */
struct window feed_window(const struct feed *f);

/* Rows are on the screen. A feed that began with the login asks for nothing but its stream
 * until then, and neither does the session. */
void feed_shown(struct feed *f);

/* The ticket of the table this feed shows: the session's own export as soon as there is
 * one, so that another feed on it sees the same table even when its name has been given to
 * another. Borrowed: until feed_close(), or until the next call. */
struct bytes feed_ticket(struct feed *f);

/* What was asked for last is held whole. */
bool feed_settled(const struct feed *f);
bool feed_ended(const struct feed *f);

/* What is held is old, and what replaces it is on its way; changed() is called when this
 * becomes true, and when it is no more. */
bool feed_recovering(const struct feed *f);

/* How often a stream was replaced by itself. why (may be NULL) is then set to the newest
 * reason, borrowed until the next. */
uint64_t feed_resubscriptions(const struct feed *f, const struct err **why);

/* The answer that is still to come, with what it may take. A feed that has ended, or whose
 * session has, waits for nothing. */
struct pending_answer feed_pending(const struct feed *f);

/* Starts the stream anew, with an interval of its own (0: the server's); the cells that are
 * held stay until the new stream has them, which restarted() tells. The newest call wins.
 * Also after the end, while the session lives. ERR_LOST when it does not. */
enum err_code feed_restart(struct feed *f, int32_t interval_ms, struct err *e);

/* The update interval of what is held; another only once restarted() was called. */
int32_t feed_interval(const struct feed *f);

/* The server has said that the table never changes. */
bool feed_is_static(const struct feed *f);

/* Updates applied and bytes of messages received, over all streams. */
uint64_t feed_updates(const struct feed *f);
uint64_t feed_bytes(const struct feed *f);

#endif
