/*
 * The replica is always of an older time than the viewport that was asked for last:
 * requests are sent without waiting, and there are no request ids in the protocol. So an
 * answer is known by what it is of: a request is settled when effective viewport, columns
 * and direction of the replica equal it (subscription_settled()). A large answer comes in
 * several snapshots, of which only the last settles it.
 *
 * Two times are kept. pending_ns: since when something is due, moved on by every part of
 * it, so that a slow answer is not taken for none. asked_ns: when the request left, for the
 * round trip; the first request is left out, which makes the server build the subscription.
 *
 * The first request may have to leave before the schema is known. Then it names no column,
 * which asks for all, and narrow() drops the rest once the schema is here.
 */
#include "client/subscription.h"

#include <inttypes.h>
#include <stdlib.h>
#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/barrage_request.h"
#include "client/update_reader.h"
#include "client/wire/wire.h"

#define BATCH_ROWS 100000 /* rows asked of the server for one record batch */

struct subscription {
    struct session *session;   /* borrowed */
    struct session_call *call; /* NULL once the stream is over */
    const struct subscription_handler *handler;
    void *ctx;
    struct update_reader *reader;
    struct replica *replica;
    struct viewport asked;
    struct buf ticket;
    struct subscription_options options; /* ticket points into the buffer above */
    uint64_t updates;
    uint64_t asked_ns; /* when the last request left; 0: it is answered, or was the first */
    uint64_t pending_ns; /* since when an answer is pending; 0: none is */
};

/* The columns to name in a request for v; owned by the caller, NULL: none are named, which
 * asks for all. A column that does not exist must never be named: see the header. */
static struct rowset *columns_to_name(const struct subscription *s,
                                      const struct viewport *v)
{
    struct rowset *columns;

    if (!s->replica && !s->options.columns_known)
        return NULL;
    columns = rowset_copy(v->columns);
    if (s->replica)
        rowset_remove(columns, (int64_t)replica_schema(s->replica)->n_columns,
                      ROWSET_MAX_KEY);
    return columns;
}

static enum err_code encode_request(const struct subscription *s, const struct viewport *v,
                                    struct buf *out, struct err *e)
{
    struct wire_subscribe request = {
        .type = WIRE_BARRAGE_SUBSCRIPTION,
        .ticket = s->options.ticket,
        .reverse = v->reverse,
        .deephaven_nulls = true,
        .interval_ms = s->options.interval_ms,
        .batch_size = BATCH_ROWS,
        .max_message_size = s->options.max_message,
        .list_limit = s->options.list_limit,
    };
    struct rowset *named = columns_to_name(s, v);
    enum err_code rc = barrage_request(&request, v->rows, named, out, e);

    rowset_free(named);
    return rc;
}

static void finish(struct subscription *s, const struct err *why)
{
    session_drop(s->call);
    s->call = NULL;
    log_line(LOG_LEVEL_WARN, "subscription over after %" PRIu64 " updates: %s", s->updates,
             why->msg);
    s->handler->ended(s->ctx, why);
}

/* The first request had to ask for all columns: drop those that are not wanted, unless the
 * owner has just asked for something else, or ended the stream. */
static void narrow(struct subscription *s, const struct viewport *first)
{
    struct rowset *named = columns_to_name(s, first);

    if (!s->options.columns_known && viewport_equal(&s->asked, first) &&
        rowset_count(named) < replica_schema(s->replica)->n_columns)
        subscription_request(s, first);
    rowset_free(named);
}

static void take_schema(struct subscription *s, struct schema *schema)
{
    struct viewport first;

    s->pending_ns = uv_hrtime();
    viewport_copy(&first, &s->asked);
    s->replica = replica_new(schema, REPLICA_VIEWPORT);
    s->handler->schema(s->ctx);
    narrow(s, &first);
    viewport_release(&first);
}

/* Times a request until the replica holds what it asked for. The first is left out: it
 * makes the server build the subscription, and may carry the login. Only snapshots answer.
 */
static void note_answer(struct subscription *s)
{
    if (!replica_was_snapshot(s->replica))
        return;
    s->pending_ns = subscription_settled(s) ? 0 : uv_hrtime();
    if (s->asked_ns == 0 || s->pending_ns != 0)
        return;
    session_note_round_trip(s->session, (double)(uv_hrtime() - s->asked_ns) / 1e6);
    s->asked_ns = 0;
}

static enum err_code take(struct subscription *s, struct bytes message, struct err *e)
{
    struct update_reader_out got;

    TRY(update_reader_feed(s->reader, message, &got, e));
    if (got.schema)
        take_schema(s, got.schema);
    if (!got.update)
        return ERR_OK;
    TRY(replica_apply(s->replica, got.update, e));
    s->updates++;
    session_note_update(s->session);
    note_answer(s);
    s->handler->update(s->ctx);
    return ERR_OK;
}

static void on_message(void *ctx, struct bytes message)
{
    struct subscription *s = ctx;
    struct err e;

    if (take(s, message, &e) == ERR_OK)
        return;
    (void)err_wrap(&e, e.code, "bad message %" PRIu64, s->updates + 1);
    finish(s, &e);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct subscription *s = ctx;
    struct err e;

    s->call = NULL;
    (void)session_end_err(s->session, end, &e);
    finish(s, &e);
}

static const struct call_handler stream_handler = {NULL, on_message, on_end};

static enum err_code start(struct subscription *s, struct session *session, struct err *e)
{
    struct buf request;
    enum err_code rc;

    buf_init(&request, BARRAGE_REQUEST_MAX);
    rc = encode_request(s, &s->asked, &request, e);
    if (rc == ERR_OK)
        s->call = session_start(session,
                                &(struct call_options){.method = BARRAGE_DO_EXCHANGE,
                                                       .message = buf_bytes(&request),
                                                       .has_message = true},
                                &stream_handler, s);
    s->pending_ns = uv_hrtime();
    buf_release(&request);
    return rc;
}

enum err_code subscription_open(struct session *session,
                                const struct subscription_options *o,
                                const struct viewport *viewport,
                                const struct subscription_handler *handler, void *ctx,
                                struct subscription **out, struct err *e)
{
    struct subscription *s = MEM_NEW(struct subscription);
    enum err_code rc;

    s->session = session;
    s->handler = handler;
    s->ctx = ctx;
    s->reader = update_reader_new(REPLICA_VIEWPORT, true);
    s->options = *o;
    viewport_copy(&s->asked, viewport);
    buf_init(&s->ticket, BARRAGE_REQUEST_MAX);
    rc = buf_append(&s->ticket, o->ticket.data, o->ticket.len, e);
    s->options.ticket = buf_bytes(&s->ticket);
    if (rc == ERR_OK)
        rc = start(s, session, e);
    if (rc != ERR_OK) {
        subscription_close(s);
        return rc;
    }
    *out = s;
    return ERR_OK;
}

void subscription_request(struct subscription *s, const struct viewport *viewport)
{
    struct buf request;
    struct err e;

    if (!s->call)
        return;
    buf_init(&request, BARRAGE_REQUEST_MAX);
    if (encode_request(s, viewport, &request, &e) == ERR_OK) {
        viewport_take(&s->asked, viewport);
        session_send(s->call, buf_bytes(&request), true);
        s->asked_ns =
            subscription_settled(s) ? 0 : uv_hrtime(); /* held: nothing to wait for */
        if (s->asked_ns == 0 || s->pending_ns == 0)
            s->pending_ns = s->asked_ns;
    } else {
        finish(s, &e);
    }
    buf_release(&request);
}

const struct viewport *subscription_asked(const struct subscription *s)
{
    return &s->asked;
}

const struct replica *subscription_replica(const struct subscription *s)
{
    return s->replica;
}

/* Columns past the schema's last were asked for before the schema was known; they do not
 * count. */
static bool columns_settled(const struct subscription *s)
{
    size_t n = replica_schema(s->replica)->n_columns;
    struct rowset *all = n ? rowset_new_range(0, (int64_t)n - 1) : rowset_new();
    struct rowset *wanted = rowset_intersect(s->asked.columns, all);
    bool same = rowset_equal(wanted, replica_columns(s->replica));

    rowset_free(all);
    rowset_free(wanted);
    return same;
}

bool subscription_settled(const struct subscription *s)
{
    const struct rowset *viewport = s->replica ? replica_viewport(s->replica) : NULL;

    return viewport && replica_reverse(s->replica) == s->asked.reverse &&
           rowset_equal(viewport, s->asked.rows) && columns_settled(s);
}

bool subscription_ended(const struct subscription *s)
{
    return !s->call;
}

bool subscription_pending(const struct subscription *s, uint64_t *since_ms)
{
    if (!s->call || s->pending_ns == 0)
        return false;
    *since_ms = s->pending_ns / 1000000;
    return true;
}

uint64_t subscription_updates(const struct subscription *s)
{
    return s->updates;
}

void subscription_stop(struct subscription *s)
{
    session_drop(s->call);
    s->call = NULL;
}

void subscription_close(struct subscription *s)
{
    if (!s)
        return;
    session_drop(s->call);
    update_reader_free(s->reader);
    replica_free(s->replica);
    viewport_release(&s->asked);
    buf_release(&s->ticket);
    free(s);
}
