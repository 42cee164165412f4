/*
 * client/stream.h - one subscription of a feed: to a table, or to a part of its columns.
 *
 * Private to client/feed. It knows which columns of its table it can give and translates
 * between their numbers and its own. A stream that was opened before the schema was known
 * is blind: it asks for all columns, and once the schema is here it is limited to those
 * that it can give and that harm nobody. Loop thread.
 */
#ifndef CLIENT_STREAM_H
#define CLIENT_STREAM_H

#include "client/stream_policy.h"
#include "client/subscription.h"
#include "client/table.h"
#include "model/viewport.h"
#include "model/window.h"

struct stream_options {
    int32_t interval_ms; /* 0: the server's own */
    int32_t least_ms;    /* but no less than this, on a slow link; 0: as that says */
    int32_t max_message; /* bytes asked of the server for one message */
    int64_t list_limit;  /* items of a list that are sent; 0: all */
};

struct stream {
    void *owner;        /* the feed, for its callbacks */
    struct table *root; /* borrowed */
    struct table *part; /* owned; NULL: the stream is on root itself */
    struct subscription *subscription;
    struct rowset *columns;        /* of root, which it can give; NULL: all */
    size_t *map;                   /* root's column to stream column; NULL: the same */
    int32_t interval_ms, least_ms; /* as it was asked for */
    bool is_blind;
    bool done; /* over; the owner frees it, but not inside its own callback */
    struct stream *retired;
};

/* Builds what is missing of root, and of a part that is needed for the columns of v, and
 * subscribes. session_can_call() must hold. handler gets the stream as its ctx. Owned. */
enum err_code stream_open(struct connection *connection, struct table *root,
                          const struct stream_options *o, const struct viewport *v,
                          const struct subscription_handler *handler, void *owner,
                          struct stream **out, struct err *e);
void stream_free(struct stream *s); /* accepts NULL */

/* Cancels a stream whose own callback this may be, and puts it in a list (given) of those
 * to be freed later; frees them. */
void stream_retire(struct stream *s, struct stream **list);
void stream_free_retired(struct stream **list);

/* Has to be called when the schema has come. ERR_REFUSED when it is not what was asked for:
 * the table is another by now. */
enum err_code stream_take_schema(struct stream *s, struct err *e);

/* Asks for what it can give of the viewport, unless that is what was asked for last. */
void stream_request(struct stream *s, const struct viewport *v);

/* It can give all columns of the viewport; and it holds all of it. */
bool stream_covers(const struct stream *s, const struct viewport *v);
bool stream_is_complete(const struct stream *s, const struct viewport *v);

/* Takes in whether an answer to it is pending, and since when if it is the longest. Accepts
 * NULL. */
void stream_add_pending(const struct stream *s, struct pending_answer *a);

/* A viewport of a table with the columns of another, by their names, and as many of its
 * first: the user sees at once what is new. The same columns while a schema is not known
 * (NULL). Owned. */
struct viewport stream_translate(const struct viewport *v, const struct schema *from,
                                 const struct schema *to);

/* What it holds, in the columns of its root; its schema is NULL until that came. */
struct window stream_window(const struct stream *s, const struct schema *root);

/* Why it is over. When it waited for a step of its table that was refused, that refusal
 * says more than the end of the stream. */
struct err stream_end_reason(const struct stream *s, const struct err *why);

/* It was opened blindly, and asked for more of a wide table than comes soon: the columns
 * near the screen alone are there before. */
bool stream_asked_too_much(const struct stream *s);

/* It is over, and brought no row: there is nothing to keep until another one is complete.
 */
bool stream_is_void(const struct stream *s);

#endif
