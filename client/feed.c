/*
 * Streams: `base` was opened on the table itself and gave the schema; it lives as long as
 * the feed, because columns borrow their types from it. `current` supplies the window,
 * `next` is on its way to replace it. For a narrow table current is base itself until a
 * restart.
 */
#include "client/feed.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/table_ops.h"
#include "client/tickets.h"

struct stream {
    struct feed *feed; /* borrowed */
    struct subscription *subscription;
    struct rowset *columns; /* table columns it can give; NULL: all */
    size_t *map;            /* table column to stream column; NULL: the same */
    int32_t view_id;        /* export of the view, 0: none */
    struct table_op *view_op;
    bool done; /* to be freed at the next chance, not inside its own callback */
    struct stream *retired;
};

struct feed {
    struct session *session; /* borrowed */
    const struct feed_handler *handler;
    void *ctx;
    struct buf ticket;
    struct feed_options options; /* ticket points into the buffer above */
    struct viewport asked;
    struct stream *base, *current, *next;
    uint8_t ticket_room[EXPORT_TICKET_LEN]; /* for feed_ticket() */
    int32_t export_id; /* the table as an export of ours, 0: not fetched yet */
    struct table_op *fetch;
    bool fetch_failed; /* the table is known by its ticket only */
    bool is_static, ended;
    bool alone;      /* it began with the login, and its rows are not on the screen yet */
    bool restarting; /* next replaces the current stream though that could go on */
    int32_t next_interval;  /* of streams to be opened; options has that of the current */
    struct stream *retired; /* streams that are over, to be freed at the next chance */
    struct resubscriptions resubscriptions;
    struct err resubscribed_why;
    uint64_t updates_before, bytes_before; /* of streams that are gone */
};

/* --- streams --- */

/* Releases an export, at once or when the operation that makes it is through. */
static void release_export(struct feed *f, struct table_op *op, int32_t id)
{
    if (op)
        table_op_discard(op, id);
    else if (id != 0)
        session_release(f->session, id);
}

static void stream_free(struct stream *s)
{
    struct feed *f;

    if (!s)
        return;
    f = s->feed;
    f->updates_before += s->subscription ? subscription_updates(s->subscription) : 0;
    f->bytes_before += s->subscription ? subscription_bytes(s->subscription) : 0;
    subscription_close(s->subscription);
    release_export(f, s->view_op, s->view_id);
    rowset_free(s->columns);
    free(s->map);
    free(s);
}

static size_t n_columns(const struct feed *f)
{
    return replica_schema(subscription_replica(f->base->subscription))->n_columns;
}

static bool schema_known(const struct feed *f)
{
    return f->base && subscription_replica(f->base->subscription);
}

static bool is_wide(const struct feed *f)
{
    return schema_known(f) && n_columns(f) > FEED_WIDE_COLUMNS;
}

/* What of the viewport this stream can be asked, in its own columns; owned by the caller.
 */
static struct viewport viewport_for(const struct stream *s, const struct viewport *v)
{
    struct viewport out = {.rows = rowset_copy(v->rows), .reverse = v->reverse};
    struct rowset *shared;
    struct rowset_iter it;
    int64_t column;

    if (!s->columns) {
        out.columns = rowset_copy(v->columns);
        return out;
    }
    shared = rowset_intersect(s->columns, v->columns);
    out.columns = rowset_new();
    it = rowset_iter(shared);
    while (rowset_next(&it, &column))
        rowset_add(out.columns, (int64_t)s->map[column], (int64_t)s->map[column]);
    rowset_free(shared);
    return out;
}

static void stream_request(struct stream *s, const struct viewport *v)
{
    struct viewport own = viewport_for(s, v);

    if (!viewport_equal(&own, subscription_asked(s->subscription)))
        subscription_request(s->subscription, &own);
    viewport_release(&own);
}

/* The columns it can give include all that is asked for. */
static bool covers(const struct stream *s, const struct feed *f)
{
    return !s->columns || rowset_contains(s->columns, f->asked.columns);
}

static void retire(struct stream *s)
{
    struct feed *f = s->feed;

    subscription_stop(s->subscription);
    s->retired = f->retired;
    f->retired = s;
}

static void free_retired(struct feed *f)
{
    while (f->retired) {
        struct stream *s = f->retired;

        f->retired = s->retired;
        stream_free(s);
    }
}

/* Not inside a callback of a stream that is over. */
static void sweep(struct feed *f)
{
    free_retired(f);
    if (f->next && f->next->done) {
        stream_free(f->next);
        f->next = NULL;
    }
}

/* --- what a stream tells --- */

static bool next_is_complete(const struct feed *f)
{
    return subscription_settled(f->next->subscription) && covers(f->next, f);
}

/* The stream that was asked for is the current one, or will not come. */
static void restart_over(struct feed *f, const struct err *why)
{
    bool told = f->restarting && !f->ended && f->handler->restarted;

    f->restarting = false;
    if (why)
        f->next_interval = f->options.interval_ms;
    else
        f->options.interval_ms = f->next_interval;
    if (told)
        f->handler->restarted(f->ctx, why);
}

static void promote(struct feed *f)
{
    struct stream *old = f->current;

    f->current = f->next;
    f->next = NULL;
    if (old != f->base) {
        stream_free(old);
    } else {
        subscription_stop(old->subscription); /* its schema is still needed */
        mem_trim();                           /* it began with all columns of the table */
    }
    restart_over(f, NULL);
}

static bool needs_next(const struct feed *f);
static enum err_code open_next(struct feed *f, struct err *e);
static void follow_up(struct feed *f);
static void give_up(struct feed *f, const struct err *why);

static void on_schema(void *ctx)
{
    struct stream *s = ctx;
    struct feed *f = s->feed;

    if (s == f->base) /* what was asked for before was a guess */
        rowset_remove(f->asked.columns, (int64_t)n_columns(f), ROWSET_MAX_KEY);
    if (s == f->current)
        f->handler->changed(f->ctx);
}

static void on_update(void *ctx)
{
    struct stream *s = ctx;
    struct feed *f = s->feed;

    free_retired(f);
    if (s == f->next && next_is_complete(f))
        promote(f);
    if (s == f->current)
        f->handler->changed(f->ctx);
    follow_up(f);
}

/* A stream that failed while it was to replace one that goes on: the screen keeps what it
 * has, unless it waits for columns that only the new one could bring. */
static void on_next_ended(struct feed *f, const struct err *why)
{
    f->next->done = true; /* freed later: this is its own callback */
    if (subscription_ended(f->current->subscription) || !covers(f->current, f))
        give_up(f, why);
    else
        restart_over(f, why);
}

static bool next_is_open(const struct feed *f)
{
    return f->next && !f->next->done;
}

/* Replaces a stream that has just ended with a misfit; false when that is of no use. */
static bool resubscribed(struct feed *f, const struct err *why)
{
    struct err e;

    if (f->ended || why->code != ERR_MISFIT || !needs_next(f) ||
        session_state(f->session) != SESSION_READY ||
        !resubscriptions_try(&f->resubscriptions, uv_hrtime() / 1000000))
        return false;
    f->resubscribed_why = *why;
    log_line(LOG_LEVEL_WARN, "subscribing anew, for the %" PRIu64 ". time: %s",
             f->resubscriptions.count, why->msg);
    if (open_next(f, &e) == ERR_OK)
        f->handler->changed(f->ctx);
    else
        give_up(f, &e);
    return true;
}

static void on_ended(void *ctx, const struct err *why)
{
    struct stream *s = ctx;
    struct feed *f = s->feed;

    if (s != f->next && next_is_open(f)) /* it takes over, or ends for a reason too */
        f->handler->changed(f->ctx);
    else if (resubscribed(f, why))
        return;
    else if (s == f->next)
        on_next_ended(f, why);
    else
        give_up(f, why);
}

static const struct subscription_handler stream_handler = {on_schema, on_update, on_ended};

/* --- opening --- */

static struct stream *stream_new(struct feed *f)
{
    struct stream *s = MEM_NEW(struct stream);

    s->feed = f;
    return s;
}

static enum err_code subscribe(struct stream *s, struct bytes ticket, struct err *e)
{
    struct feed *f = s->feed;
    struct subscription_options o = {.ticket = ticket,
                                     .interval_ms = f->next_interval,
                                     .max_message = f->options.max_message,
                                     .list_limit = f->options.list_limit,
                                     .columns_known =
                                         s != f->base || f->options.columns_known};
    struct viewport own = viewport_for(s, &f->asked);
    enum err_code rc =
        subscription_open(f->session, &o, &own, &stream_handler, s, &s->subscription, e);

    viewport_release(&own);
    return rc;
}

static void choose_columns(struct stream *s, const struct rowset *columns)
{
    size_t n = n_columns(s->feed), next = 0;

    s->columns = rowset_copy(columns);
    rowset_remove(s->columns, (int64_t)n, ROWSET_MAX_KEY);
    s->map = MEM_ARRAY(size_t, n);
    for (size_t i = 0; i < n; i++)
        s->map[i] = rowset_has(s->columns, (int64_t)i) ? next++ : WINDOW_NO_COLUMN;
}

static void on_view(void *ctx, const struct table_created *created, const struct err *why)
{
    struct stream *s = ctx;

    (void)created;
    (void)why; /* the stream on the same export ends with the same reason */
    s->view_op = NULL;
}

/* The ticket of the table: the export once it is ours, else what the user named. */
static struct bytes source_ticket(const struct feed *f, uint8_t room[EXPORT_TICKET_LEN])
{
    if (f->export_id == 0)
        return f->options.ticket;
    ticket_export(f->export_id, room);
    return (struct bytes){room, EXPORT_TICKET_LEN};
}

static enum err_code make_view(struct stream *s, const struct rowset *columns,
                               struct err *e)
{
    struct feed *f = s->feed;
    const struct schema *schema =
        replica_schema(subscription_replica(f->base->subscription));
    uint8_t room[EXPORT_TICKET_LEN];
    const char **names;
    struct rowset_iter it;
    int64_t column;
    size_t n = 0;
    enum err_code rc;

    choose_columns(s, columns);
    s->view_id = session_export_id(f->session);
    if (s->view_id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    names = MEM_ARRAY(const char *, rowset_count(s->columns));
    it = rowset_iter(s->columns);
    while (rowset_next(&it, &column))
        names[n++] = schema->columns[column].name;
    rc = table_view_of(f->session, source_ticket(f, room), names, n, s->view_id, on_view, s,
                       &s->view_op, e);
    free(names);
    return rc;
}

/* Opens the stream that is to replace the current one. */
static enum err_code open_next(struct feed *f, struct err *e)
{
    struct stream *s = stream_new(f);
    uint8_t room[EXPORT_TICKET_LEN];
    enum err_code rc = ERR_OK;

    if (is_wide(f))
        rc = make_view(s, f->asked.columns, e);
    if (rc == ERR_OK && s->view_id != 0) {
        ticket_export(s->view_id, room);
        rc = subscribe(s, (struct bytes){room, sizeof(room)}, e);
    } else if (rc == ERR_OK) {
        rc = subscribe(s, source_ticket(f, room), e);
    }
    if (rc != ERR_OK) {
        stream_free(s);
        return rc;
    }
    if (f->next)
        retire(f->next); /* this may be its own callback */
    f->next = s;
    return ERR_OK;
}

static void on_fetched(void *ctx, const struct table_created *created,
                       const struct err *why)
{
    struct feed *f = ctx;

    f->fetch = NULL;
    if (why && why->code == ERR_TIMEOUT)
        return; /* the server goes on, and so do the streams that wait for it */
    if (why) {  /* streams on the same export end with the same reason */
        f->export_id = 0;
        f->fetch_failed = true;
        return;
    }
    f->is_static = created->is_static;
    f->handler->changed(f->ctx);
}

static enum err_code fetch(struct feed *f, struct err *e)
{
    f->export_id = session_export_id(f->session);
    if (f->export_id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    return table_fetch(f->session, f->options.ticket, f->export_id, on_fetched, f,
                       &f->fetch, e);
}

/* The screen needs another stream than the current one. */
static bool needs_next(const struct feed *f)
{
    return f->restarting || subscription_ended(f->current->subscription) ||
           !covers(f->current, f) || (is_wide(f) && f->current == f->base);
}

/* A next stream that does not have the columns any more is replaced only once it is
 * complete: a screen in a hurry would else open a view and a stream with every step, and
 * never see one of them through. */
static bool wants_other_next(const struct feed *f)
{
    return needs_next(f) && (!f->next || (subscription_settled(f->next->subscription) &&
                                          !covers(f->next, f)));
}

/* Also ends the streams that go on: what they bring would look current. */
static void give_up(struct feed *f, const struct err *why)
{
    if (f->ended)
        return;
    f->ended = true;
    restart_over(f, why);
    session_upkeep(f->session); /* so that a server too old to be understood is told */
    subscription_stop(f->current->subscription);
    if (f->next) {
        subscription_stop(f->next->subscription);
        f->next->done = true;
    }
    f->handler->ended(f->ctx, why);
}

/* What can be done only once the login is through and the schema is here. */
static void follow_up(struct feed *f)
{
    struct err e;
    enum err_code rc = ERR_OK;

    if (f->ended || f->alone || session_state(f->session) != SESSION_READY)
        return;
    if (f->export_id == 0 && !f->fetch_failed)
        rc = fetch(f, &e);
    if (rc == ERR_OK && wants_other_next(f) &&
        (subscription_settled(f->current->subscription) ||
         subscription_ended(f->current->subscription)))
        rc = open_next(f, &e);
    if (rc != ERR_OK)
        give_up(f, &e);
}

enum err_code feed_open(struct session *session, const struct feed_options *o,
                        const struct viewport *viewport, const struct feed_handler *handler,
                        void *ctx, struct feed **out, struct err *e)
{
    struct feed *f = MEM_NEW(struct feed);
    uint8_t room[EXPORT_TICKET_LEN];
    enum err_code rc;

    f->session = session;
    f->handler = handler;
    f->ctx = ctx;
    f->options = *o;
    f->next_interval = o->interval_ms;
    viewport_copy(&f->asked, viewport);
    buf_init(&f->ticket, TICKET_MAX);
    rc = buf_append(&f->ticket, o->ticket.data, o->ticket.len, e);
    f->options.ticket = buf_bytes(&f->ticket);
    f->base = f->current = stream_new(f);
    f->alone = session_state(session) != SESSION_READY;
    if (rc == ERR_OK && !f->alone)
        rc = fetch(f, e);
    if (rc == ERR_OK)
        rc = subscribe(f->base, source_ticket(f, room), e);
    if (rc != ERR_OK) {
        feed_close(f);
        return rc;
    }
    *out = f;
    return ERR_OK;
}

void feed_close(struct feed *f)
{
    if (!f)
        return;
    free_retired(f);
    stream_free(f->next);
    if (f->current != f->base)
        stream_free(f->current);
    stream_free(f->base);
    release_export(f, f->fetch, f->export_id);
    viewport_release(&f->asked);
    buf_release(&f->ticket);
    free(f);
}

/* --- asking --- */

void feed_request(struct feed *f, const struct viewport *viewport)
{
    struct err e;

    if (f->ended)
        return;
    sweep(f);
    viewport_release(&f->asked);
    viewport_copy(&f->asked, viewport);
    stream_request(f->current, viewport);
    if (f->ended || !schema_known(f))
        return;
    if (!needs_next(f)) {
        stream_free(f->next); /* the screen came back before it was needed */
        f->next = NULL;
    } else if (f->next && covers(f->next, f)) {
        stream_request(f->next, viewport);
        if (next_is_complete(f)) { /* for an earlier screen: nothing more comes of it */
            promote(f);
            f->handler->changed(f->ctx);
        }
    } else if (session_state(f->session) == SESSION_READY && wants_other_next(f) &&
               open_next(f, &e) != ERR_OK) {
        give_up(f, &e);
    }
}

void feed_shown(struct feed *f)
{
    if (!f->alone)
        return;
    f->alone = false;
    session_upkeep(f->session);
    follow_up(f);
}

const struct viewport *feed_asked(const struct feed *f)
{
    return &f->asked;
}

struct window feed_window(const struct feed *f)
{
    struct window w = {0};

    if (!schema_known(f))
        return w;
    w.schema = replica_schema(subscription_replica(f->base->subscription));
    w.replica = subscription_replica(f->current->subscription);
    w.map = f->current->map;
    return w;
}

struct bytes feed_ticket(struct feed *f)
{
    return source_ticket(f, f->ticket_room);
}

bool feed_settled(const struct feed *f)
{
    return schema_known(f) && covers(f->current, f) &&
           subscription_settled(f->current->subscription);
}

bool feed_ended(const struct feed *f)
{
    return f->ended;
}

bool feed_recovering(const struct feed *f)
{
    return !f->ended && subscription_ended(f->current->subscription);
}

uint64_t feed_resubscriptions(const struct feed *f, const struct err **why)
{
    if (why && f->resubscriptions.count > 0)
        *why = &f->resubscribed_why;
    return f->resubscriptions.count;
}

static void add_pending(struct pending_answer *d, const struct stream *s)
{
    uint64_t since;

    if (!s || s->done || !subscription_pending(s->subscription, &since))
        return;
    if (!d->pending || since < d->since_ms)
        d->since_ms = since;
    d->pending = true;
}

struct pending_answer feed_pending(const struct feed *f)
{
    struct pending_answer d = {
        .limit_ms = answer_limit_ms(f->options.interval_ms,
                                    session_longest_round_trip_ms(f->session))};

    if (f->ended || session_state(f->session) != SESSION_READY)
        return d;
    add_pending(&d, f->current);
    add_pending(&d, f->next);
    return d;
}

enum err_code feed_restart(struct feed *f, int32_t interval_ms, struct err *e)
{
    int32_t before = f->next_interval;
    enum err_code rc;

    if (session_state(f->session) != SESSION_READY)
        return err_set(e, ERR_LOST, "the connection is gone");
    sweep(f);
    f->next_interval = interval_ms;
    rc = open_next(f, e);
    if (rc != ERR_OK) {
        f->next_interval = before;
        return rc;
    }
    f->restarting = true;
    f->ended = false;
    return ERR_OK;
}

int32_t feed_interval(const struct feed *f)
{
    return f->options.interval_ms;
}

bool feed_is_static(const struct feed *f)
{
    return f->is_static;
}

uint64_t feed_updates(const struct feed *f)
{
    return f->updates_before + subscription_updates(f->base->subscription) +
           (f->current != f->base ? subscription_updates(f->current->subscription) : 0);
}

uint64_t feed_bytes(const struct feed *f)
{
    return f->bytes_before + subscription_bytes(f->base->subscription) +
           (f->current != f->base ? subscription_bytes(f->current->subscription) : 0);
}
