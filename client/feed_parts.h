/*
 * client/feed_parts.h - what a feed is made of.
 *
 * Private to client/feed, which changes it, and client/feed_look, which only looks.
 */
#ifndef CLIENT_FEED_PARTS_H
#define CLIENT_FEED_PARTS_H

#include "client/comeback.h"
#include "client/pacer.h"
#include "client/stream.h"
#include "client/stream_policy.h"

struct feed_handler;

struct feed {
    struct connection *connection; /* borrowed */
    const struct feed_handler *handler;
    void *ctx;
    struct stream_options options;
    struct table *table, *coming; /* owned */
    struct viewport asked, asked_coming;
    struct stream *current, *next;
    bool alone;     /* it began with the login, and its rows are not on the screen yet */
    bool replacing; /* next replaces the current stream though that could go on */
    bool suspended; /* no stream is to be open */
    struct stream *retired; /* streams that are over, to be freed at the next chance */
    bool wants_schema;  /* a blind stream failed: only with the schema it is tried anew */
    struct err failure; /* why that stream failed */
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

#endif
