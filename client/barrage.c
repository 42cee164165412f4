#include "client/barrage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/rowset_codec.h"
#include "client/update_reader.h"
#include "client/wire/wire.h"

#define DO_EXCHANGE "/arrow.flight.protocol.FlightService/DoExchange"
#define REQUEST_MAX ((size_t)1 << 20) /* bytes of one request */
#define BATCH_ROWS 100000             /* rows asked of the server for one record batch */

struct barrage {
    struct session *session;   /* borrowed */
    struct session_call *call; /* NULL once the stream is over */
    const struct barrage_handler *handler;
    void *ctx;
    struct update_reader *reader;
    struct replica *replica;
    struct viewport asked;
    struct buf ticket;
    struct barrage_options options; /* ticket points into the buffer above */
    uint64_t updates, bytes;
    uint64_t asked_ns; /* when the last request left; 0: it is answered, or was the first */
    uint64_t owed_ns;  /* since when an answer is owed, see barrage_owes(); 0: none is */
};

/* The columns to name in a request for v; owned by the caller, NULL: none are named, which
 * asks for all. A column that does not exist must never be named: see the header. */
static struct rowset *columns_to_name(const struct barrage *b, const struct viewport *v)
{
    struct rowset *columns;

    if (!b->replica && !b->options.columns_known)
        return NULL;
    columns = rowset_copy(v->columns);
    if (b->replica)
        rowset_remove(columns, (int64_t)replica_schema(b->replica)->n_columns,
                      ROWSET_MAX_KEY);
    return columns;
}

static enum err_code encode_request(const struct barrage *b, const struct viewport *v,
                                    struct buf *out, struct err *e)
{
    struct wire_subscribe request = {
        .type = WIRE_BARRAGE_SUBSCRIPTION,
        .ticket = b->options.ticket,
        .reverse = v->reverse,
        .deephaven_nulls = true,
        .interval_ms = b->options.interval_ms,
        .batch_size = BATCH_ROWS,
        .max_message_size = b->options.max_message,
        .list_limit = b->options.list_limit,
    };
    struct rowset *named = columns_to_name(b, v);
    struct buf rows, columns, wrapper;
    enum err_code rc;

    buf_init(&rows, REQUEST_MAX);
    buf_init(&columns, REQUEST_MAX);
    buf_init(&wrapper, REQUEST_MAX);
    rc = rowset_encode(v->rows, &rows, e);
    if (rc == ERR_OK && named)
        rc = bitset_encode(named, &columns, e);
    if (rc == ERR_OK) {
        request.viewport = (struct wire_opt){buf_bytes(&rows), true};
        request.columns = (struct wire_opt){buf_bytes(&columns), named != NULL};
        rc = wire_subscribe_encode(&request, &wrapper, e);
    }
    if (rc == ERR_OK)
        rc = wire_flight_data_encode(
            &(struct wire_flight_data){.app_metadata = buf_bytes(&wrapper)}, out, e);
    rowset_free(named);
    buf_release(&rows);
    buf_release(&columns);
    buf_release(&wrapper);
    return rc;
}

static void finish(struct barrage *b, const struct err *why)
{
    session_drop(b->call);
    b->call = NULL;
    log_line(LOG_LEVEL_WARN, "subscription over after %" PRIu64 " updates: %s", b->updates,
             why->msg);
    b->handler->ended(b->ctx, why);
}

/* The first request had to ask for all columns: drop those that are not wanted, unless the
 * owner has just asked for something else, or ended the stream. */
static void narrow(struct barrage *b, const struct viewport *first)
{
    struct rowset *named = columns_to_name(b, first);

    if (!b->options.columns_known && viewport_equal(&b->asked, first) &&
        rowset_count(named) < replica_schema(b->replica)->n_columns)
        barrage_request(b, first);
    rowset_free(named);
}

static void take_schema(struct barrage *b, struct schema *schema)
{
    struct viewport first;

    b->owed_ns = uv_hrtime();
    viewport_copy(&first, &b->asked);
    b->replica = replica_new(schema, REPLICA_WINDOW);
    b->handler->schema(b->ctx);
    narrow(b, &first);
    viewport_release(&first);
}

/* Times a request until the replica holds what it asked for. The first is left out: it
 * makes the server build the subscription, and may carry the login. Only snapshots answer.
 */
static void note_answer(struct barrage *b)
{
    if (!replica_was_snapshot(b->replica))
        return;
    b->owed_ns = barrage_settled(b) ? 0 : uv_hrtime();
    if (b->asked_ns == 0 || b->owed_ns != 0)
        return;
    session_note_round_trip(b->session, (double)(uv_hrtime() - b->asked_ns) / 1e6);
    b->asked_ns = 0;
}

static enum err_code take(struct barrage *b, struct bytes message, struct err *e)
{
    struct update_reader_out got;

    TRY(update_reader_feed(b->reader, message, &got, e));
    if (got.schema)
        take_schema(b, got.schema);
    if (!got.update)
        return ERR_OK;
    TRY(replica_apply(b->replica, got.update, e));
    b->updates++;
    note_answer(b);
    b->handler->update(b->ctx);
    return ERR_OK;
}

static void on_message(void *ctx, struct bytes message)
{
    struct barrage *b = ctx;
    struct err e;

    b->bytes += message.len;
    if (take(b, message, &e) == ERR_OK)
        return;
    (void)err_wrap(&e, e.code, "bad message %" PRIu64, b->updates + 1);
    finish(b, &e);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct barrage *b = ctx;
    struct err e;

    b->call = NULL;
    (void)call_end_err(end, &e);
    finish(b, &e);
}

static const struct call_handler stream_handler = {NULL, on_message, on_end};

static enum err_code start(struct barrage *b, struct session *session, struct err *e)
{
    struct buf request;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = encode_request(b, &b->asked, &request, e);
    if (rc == ERR_OK)
        b->call = session_start(session,
                                &(struct call_options){.method = DO_EXCHANGE,
                                                       .message = buf_bytes(&request),
                                                       .has_message = true},
                                &stream_handler, b);
    b->owed_ns = uv_hrtime();
    buf_release(&request);
    return rc;
}

enum err_code barrage_open(struct session *session, const struct barrage_options *o,
                           const struct viewport *viewport,
                           const struct barrage_handler *handler, void *ctx,
                           struct barrage **out, struct err *e)
{
    struct barrage *b = MEM_NEW(struct barrage);
    enum err_code rc;

    b->session = session;
    b->handler = handler;
    b->ctx = ctx;
    b->reader = update_reader_new(REPLICA_WINDOW, true);
    b->options = *o;
    viewport_copy(&b->asked, viewport);
    buf_init(&b->ticket, REQUEST_MAX);
    rc = buf_append(&b->ticket, o->ticket.data, o->ticket.len, e);
    b->options.ticket = buf_bytes(&b->ticket);
    if (rc == ERR_OK)
        rc = start(b, session, e);
    if (rc != ERR_OK) {
        barrage_close(b);
        return rc;
    }
    *out = b;
    return ERR_OK;
}

void barrage_request(struct barrage *b, const struct viewport *viewport)
{
    struct buf request;
    struct err e;

    if (!b->call)
        return;
    buf_init(&request, REQUEST_MAX);
    if (encode_request(b, viewport, &request, &e) == ERR_OK) {
        viewport_release(&b->asked);
        viewport_copy(&b->asked, viewport);
        session_send(b->call, buf_bytes(&request), true);
        b->asked_ns = barrage_settled(b) ? 0 : uv_hrtime(); /* held: nothing to wait for */
        if (b->asked_ns == 0 || b->owed_ns == 0)
            b->owed_ns = b->asked_ns;
    } else {
        finish(b, &e);
    }
    buf_release(&request);
}

const struct viewport *barrage_asked(const struct barrage *b)
{
    return &b->asked;
}

const struct replica *barrage_replica(const struct barrage *b)
{
    return b->replica;
}

/* Columns past the schema's last were asked for before the schema was known; they do not
 * count. */
static bool columns_settled(const struct barrage *b)
{
    size_t n = replica_schema(b->replica)->n_columns;
    struct rowset *all = n ? rowset_new_range(0, (int64_t)n - 1) : rowset_new();
    struct rowset *wanted = rowset_intersect(b->asked.columns, all);
    bool same = rowset_equal(wanted, replica_columns(b->replica));

    rowset_free(all);
    rowset_free(wanted);
    return same;
}

bool barrage_settled(const struct barrage *b)
{
    const struct rowset *viewport = b->replica ? replica_viewport(b->replica) : NULL;

    return viewport && replica_reverse(b->replica) == b->asked.reverse &&
           rowset_equal(viewport, b->asked.rows) && columns_settled(b);
}

bool barrage_ended(const struct barrage *b)
{
    return !b->call;
}

bool barrage_owes(const struct barrage *b, uint64_t *since_ms)
{
    if (!b->call || b->owed_ns == 0)
        return false;
    *since_ms = b->owed_ns / 1000000;
    return true;
}

uint64_t barrage_updates(const struct barrage *b)
{
    return b->updates;
}

uint64_t barrage_bytes(const struct barrage *b)
{
    return b->bytes;
}

void barrage_stop(struct barrage *b)
{
    session_drop(b->call);
    b->call = NULL;
}

void barrage_close(struct barrage *b)
{
    if (!b)
        return;
    session_drop(b->call);
    update_reader_free(b->reader);
    replica_free(b->replica);
    viewport_release(&b->asked);
    buf_release(&b->ticket);
    free(b);
}
