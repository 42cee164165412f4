/*
 * client/feed_parts.h - what a feed is made of.
 *
 * Private to client/feed, client/feed_ends and client/feed_replace, which change it, and
 * client/feed_look, which only looks.
 */
#ifndef CLIENT_FEED_PARTS_H
#define CLIENT_FEED_PARTS_H

#include "client/comeback.h"
#include "client/pacer.h"
#include "client/server_log.h"
#include "client/stream.h"
#include "client/stream_policy.h"
#include "client/versions.h"

struct feed_handler;
struct feed;

typedef void feed_tell_fn(struct feed *f, const struct err *why);

struct feed {
    struct connection *connection; /* borrowed */
    const struct feed_handler *handler;
    void *ctx;
    struct stream_options options;
    struct versions *versions;    /* owned: of the source that is shown */
    struct versions *anew;        /* owned: of the same asked for anew, or NULL */
    struct table *table, *coming; /* borrowed from these */
    struct viewport asked, asked_coming;
    struct viewport first; /* of what feed_apply() was given, in columns of table */
    struct stream *current, *next;
    bool alone;     /* it began with the login, and its rows are not on the screen yet */
    bool replacing; /* next replaces the current stream though that could go on */
    bool applying;  /* likewise, with the window `first` */
    bool suspended; /* no stream is to be open */
    struct stream *retired; /* streams that are over, to be freed at the next chance */
    bool wants_schema;  /* a blind stream failed: only with the schema it is tried anew */
    struct err failure; /* why that stream failed */
    struct server_log
        *log; /* owned, or NULL: looks for a reason, that is told with this: */
    feed_tell_fn *tell;
    bool end_untold; /* it is over, and the reason is still looked for, or was given up */
    struct comeback *comeback; /* owned: when what broke off is asked for again */
    struct resubscriptions resubscriptions;
    struct err resubscribed_why;
    struct pacer *pacer; /* owned; of the current stream */
};

/* What is asked of a stream, in columns of its own root. */
static inline const struct viewport *wanted(const struct feed *f, const struct stream *s)
{
    return s->root == f->coming ? &f->asked_coming : &f->asked;
}

static inline bool covers(const struct feed *f, const struct stream *s)
{
    return stream_covers(s, wanted(f, s));
}

static inline struct session *session_of(const struct feed *f)
{
    return connection_session(f->connection);
}

static inline bool is_ready(const struct feed *f)
{
    return session_state(session_of(f)) == SESSION_READY;
}

static inline bool is_over(const struct feed *f)
{
    enum table_phase phase = table_state(f->table)->phase;

    return phase == TABLE_ENDED || phase == TABLE_FAILED;
}

/* The feed goes on, or a replacement for what has ended is on its way. */
static inline bool is_served(const struct feed *f)
{
    return !is_over(f) || f->replacing;
}

/* The table that a next stream is opened on. */
static inline struct table *root_of_next(const struct feed *f)
{
    return f->coming && f->replacing ? f->coming : f->table;
}

static inline bool next_is_open(const struct feed *f)
{
    return f->next && !f->next->done;
}

/* --- of client/feed --- */

/* Frees streams that are over, and what was to come of them. Not inside a callback of one.
 */
void feed_sweep(struct feed *f);

/* Lets go of the table that was on its way, of which no stream is left. */
void feed_drop_coming(struct feed *f);

/* What is asked of the table, in columns of the one that is to replace it. */
void feed_translate(struct feed *f);

/* Opens the stream that is to replace the current one; of a feed that is suspended, later.
 */
enum err_code feed_open_next(struct feed *f, struct err *e);

/* The screen needs another stream than the current one. */
bool feed_needs_next(const struct feed *f);

/* Ends the next stream. It is freed later, by feed_sweep(): this may be its own callback.
 */
void feed_end_next(struct feed *f);

/* What can be done only once the login is through and the schema is here. */
void feed_follow_up(struct feed *f);

/* --- of client/feed_ends --- */

/* A stream is over, for that reason: it is replaced, or what it was for ends. */
void feed_stream_over(struct stream *s, const struct err *reason);

/* A stream is over and will be replaced: what is held is old when it was that stream's. */
void feed_note_over(struct feed *f, const struct stream *s, const struct err *why);

/* What was to replace the rows cannot be had. If the user asked for it that is told, and
 * the table that is shown goes on. Else the screen keeps what it has, unless that is over,
 * or it waits for columns that only the new stream could bring. */
void feed_refuse(struct feed *f, const struct err *why);

/* What its tables could not be made of is to be asked for again. */
void feed_forget_failures(struct feed *f);

/* What its tables tell (table_told_fn), and what is told of what broke off. */
void feed_told(void *ctx, struct table *t);
extern const struct comeback_handler feed_comeback;

/* --- of client/feed_replace --- */

/* Calls restarted(), and ended(). */
void feed_tell_restarted(struct feed *f, const struct err *why);
void feed_tell_ended(struct feed *f, const struct err *why);

/* One of these with an error, once the reason that may stand in the server's log was looked
 * for; forgetting it, nothing is told any more. */
void feed_explain(struct feed *f, const struct err *why, feed_tell_fn *tell);
void feed_forget_reason(struct feed *f);

#endif
