/*
 * A snapshot is a row of streams, one for each slice. A stream answers with a schema and
 * one or more updates (a static table: several), each of one or more record batches; it is
 * whole when the server has ended it well and said that it has sent all that was asked.
 *
 * How many rows there are is told with every answer, as the set of all keys. It is taken
 * from the first one, so that a table that grows faster than it is read has an end; and a
 * slice that brings less than it asked for is the last.
 */
#include "client/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "client/barrage_request.h"
#include "client/ipc.h"
#include "client/rowset_codec.h"
#include "client/wire/wire.h"

struct snapshot {
    struct session *session;
    struct session_call *call; /* NULL: between two slices, or over */
    const struct snapshot_handler *handler;
    void *ctx;
    struct buf ticket;
    int32_t max_message;
    struct snapshot_rows wanted; /* what is still to be asked for */
    struct snapshot_rows slice;  /* what was asked for last */
    uint64_t slice_rows;         /* that came of it */
    bool slice_whole;            /* the server has said that it is */
    uint64_t rows_left;          /* of the update that is being read */
    uint64_t n_slices, rows;
    int64_t due; /* rows in all; -1: not known */
    struct schema *schema;
    struct ipc_layout *layout;
    struct flat *flats; /* one for each column */
    bool begun;         /* the slice: its schema has come */
    bool held;
};

static int64_t rows_in(const struct snapshot_rows *r)
{
    return r->last < r->first ? 0 : add_sat_i64(r->last - r->first, 1);
}

/* --- asking --- */

/* Takes the next slice off what is wanted: of rows counted from the end the highest come
 * first in the table. */
static void next_slice(struct snapshot *s, size_t n_columns)
{
    int64_t most = SNAPSHOT_CELLS / (int64_t)(n_columns ? n_columns : 1);
    int64_t n = min_i64(rows_in(&s->wanted), max_i64(most, 1));

    s->slice = s->wanted;
    if (s->wanted.from_end) {
        s->slice.first = s->slice.last - n + 1;
        s->wanted.last = s->slice.first - 1;
    } else {
        s->slice.last = s->slice.first + n - 1;
        s->wanted.first = s->slice.last + 1;
    }
    s->slice_rows = 0;
    s->slice_whole = s->begun = false;
    s->n_slices++;
}

static enum err_code encode_request(const struct snapshot *s, struct buf *out,
                                    struct err *e)
{
    struct wire_subscribe request = {.type = WIRE_BARRAGE_SNAPSHOT,
                                     .ticket = buf_bytes(&s->ticket),
                                     .reverse = s->slice.from_end,
                                     .max_message_size = s->max_message};
    struct rowset *rows = rowset_new_range(s->slice.first, s->slice.last);
    enum err_code rc = barrage_request(&request, rows, NULL, out, e);

    rowset_free(rows);
    return rc;
}

static const struct call_handler slice_handler;

static enum err_code ask(struct snapshot *s, size_t n_columns, struct err *e)
{
    struct buf request;
    enum err_code rc;

    next_slice(s, n_columns);
    buf_init(&request, BARRAGE_REQUEST_MAX);
    rc = encode_request(s, &request, e);
    if (rc == ERR_OK)
        s->call = session_start(s->session,
                                &(struct call_options){.method = BARRAGE_DO_EXCHANGE,
                                                       .message = buf_bytes(&request),
                                                       .has_message = true,
                                                       .half_close = true,
                                                       .bulk = true},
                                &slice_handler, s);
    if (rc == ERR_OK)
        session_hold(s->call, s->held);
    buf_release(&request);
    return rc;
}

/* --- what comes --- */

static void finish(struct snapshot *s, const struct err *why)
{
    session_drop(s->call);
    s->call = NULL;
    log_line(LOG_LEVEL_INFO, "snapshot over after %" PRIu64 " rows: %s", s->rows,
             why ? why->msg : "all");
    s->handler->ended(s->ctx, why);
}

static enum err_code take_schema(struct snapshot *s, const struct wire_message *m,
                                 struct bytes message, struct err *e)
{
    if (m->header != WIRE_HEADER_SCHEMA)
        return err_set(e, ERR_PROTO, "message of kind %d before the schema",
                       (int)m->header);
    if (s->schema) /* of another slice: it is the same table */
        return ERR_OK;
    TRY(ipc_schema_decode(&m->schema, &s->schema, &s->layout, e));
    s->flats = MEM_ARRAY(struct flat, s->schema->n_columns);
    return s->handler->schema(s->ctx, s->schema, message, e);
}

/* All keys of the table say how many rows there are to give. */
static void note_size(struct snapshot *s, uint64_t size)
{
    int64_t n = (int64_t)min_u64(size, INT64_MAX);
    struct snapshot_rows all = s->wanted;

    if (s->due >= 0)
        return;
    if (s->slice.from_end)
        all.last = s->slice.last;
    else
        all.first = s->slice.first;
    all.last = min_i64(all.last, n - 1);
    s->wanted.last = min_i64(s->wanted.last, n - 1);
    s->due = rows_in(&all);
}

static enum err_code take_counts(struct snapshot *s, const struct wire_update *w,
                                 struct err *e)
{
    const struct wire_opt *included = w->included.present ? &w->included : &w->added;
    uint64_t viewport = 0, all = 0;

    s->rows_left = 0;
    if (w->added.present)
        TRY(rowset_decode_count(w->added.bytes, &all, e));
    if (included->present)
        TRY(rowset_decode_count(included->bytes, &s->rows_left, e));
    if (w->viewport.present)
        TRY(rowset_decode_count(w->viewport.bytes, &viewport, e));
    s->slice_whole = !w->viewport.present || viewport == (uint64_t)rows_in(&s->slice);
    s->slice_rows += s->rows_left;
    if (s->slice_rows > (uint64_t)rows_in(&s->slice))
        return err_set(e, ERR_PROTO, "%" PRIu64 " rows where %" PRId64 " were asked for",
                       s->slice_rows, rows_in(&s->slice));
    note_size(s, all);
    return ERR_OK;
}

static enum err_code take_metadata(struct snapshot *s, struct bytes metadata, struct err *e)
{
    struct wire_update w = {0};
    bool has = false;
    enum err_code rc = wire_update_decode(metadata, &w, &has, e);

    if (rc == ERR_OK && has && s->rows_left > 0)
        rc = err_set(e, ERR_PROTO, "new update while %" PRIu64 " rows of the last are due",
                     s->rows_left);
    else if (rc == ERR_OK && has)
        rc = take_counts(s, &w, e);
    wire_update_release(&w);
    return rc;
}

static enum err_code give(struct snapshot *s, const struct wire_flight_data *fd,
                          const struct wire_message *m, struct err *e)
{
    struct snapshot_batch b = {.columns = s->flats,
                               .rows = (uint64_t)m->batch.length,
                               .header = fd->data_header,
                               .body = {fd->data_body.data, (size_t)m->body_length}};
    enum err_code rc = ipc_batch_flats(s->layout, &m->batch, b.body, s->flats, e);

    if (rc == ERR_OK)
        rc = s->handler->batch(s->ctx, &b, e);
    for (size_t c = 0; c < s->schema->n_columns; c++)
        flat_release(&s->flats[c]);
    s->rows_left -= b.rows;
    s->rows += b.rows;
    return rc;
}

static enum err_code take_batch(struct snapshot *s, const struct wire_flight_data *fd,
                                const struct wire_message *m, struct err *e)
{
    TRY(ipc_batch_due(m, fd->data_body.len, e));
    TRY(take_metadata(s, fd->app_metadata, e));
    if ((uint64_t)m->batch.length > s->rows_left)
        return err_set(e, ERR_PROTO, "batch of %" PRId64 " rows where %" PRIu64 " are due",
                       m->batch.length, s->rows_left);
    if (m->batch.length == 0)
        return ERR_OK;
    ipc_layout_fit(s->layout, &m->batch);
    return give(s, fd, m, e);
}

static enum err_code take(struct snapshot *s, struct bytes in, bool first, struct err *e)
{
    struct wire_flight_data fd;
    struct wire_message m;
    enum err_code rc;

    TRY(wire_flight_data_decode(in, &fd, e));
    TRY(wire_message_decode(fd.data_header, &m, e));
    if (first)
        rc = take_schema(s, &m, fd.data_header, e);
    else
        rc = take_batch(s, &fd, &m, e);
    wire_message_release(&m);
    return rc;
}

static void on_message(void *ctx, struct bytes message)
{
    struct snapshot *s = ctx;
    bool first = !s->begun;
    struct err e;

    s->begun = true;
    if (take(s, message, first, &e) != ERR_OK)
        finish(s, &e);
}

/* --- the end of a slice --- */

/* A session that has ended ends its streams well, too. */
static enum err_code check_whole(const struct snapshot *s, struct err *e)
{
    if (s->rows_left > 0 || !s->slice_whole)
        return err_set(e, ERR_ENDED, "the server ended the rows after %" PRIu64, s->rows);
    return ERR_OK;
}

static bool is_last(const struct snapshot *s)
{
    bool cut = !s->slice.from_end && s->slice_rows < (uint64_t)rows_in(&s->slice);

    return cut || rows_in(&s->wanted) == 0;
}

static void go_on(struct snapshot *s)
{
    struct err e;

    if (!session_can_call(s->session))
        (void)err_set(&e, ERR_SESSION, "the session is over");
    else if (ask(s, s->schema->n_columns, &e) == ERR_OK)
        return;
    finish(s, &e);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct snapshot *s = ctx;
    struct err e = {0};

    s->call = NULL;
    if (end->status != 0)
        (void)session_end_err(s->session, end, &e);
    else
        (void)check_whole(s, &e);
    if (e.code != ERR_OK)
        finish(s, &e);
    else if (is_last(s))
        finish(s, NULL);
    else
        go_on(s);
}

static const struct call_handler slice_handler = {NULL, on_message, on_end};

/* --- the whole --- */

enum err_code snapshot_open(struct session *session, const struct snapshot_options *o,
                            const struct snapshot_handler *handler, void *ctx,
                            struct snapshot **out, struct err *e)
{
    struct snapshot *s = MEM_NEW(struct snapshot);
    enum err_code rc;

    s->session = session;
    s->handler = handler;
    s->ctx = ctx;
    s->wanted = o->rows;
    s->max_message = o->max_message;
    s->due = -1;
    buf_init(&s->ticket, o->ticket.len);
    buf_append_fitting(&s->ticket, o->ticket.data, o->ticket.len);
    rc = ask(s, o->n_columns, e);
    if (rc == ERR_OK)
        *out = s;
    else
        snapshot_free(s);
    return rc;
}

void snapshot_free(struct snapshot *s)
{
    if (!s)
        return;
    session_drop(s->call);
    ipc_layout_free(s->layout);
    schema_free(s->schema);
    free(s->flats);
    buf_release(&s->ticket);
    free(s);
}

void snapshot_hold(struct snapshot *s, bool hold)
{
    s->held = hold;
    if (s->call)
        session_hold(s->call, hold);
}

uint64_t snapshot_rows_done(const struct snapshot *s)
{
    return s->rows;
}

int64_t snapshot_rows_due(const struct snapshot *s)
{
    return s->due;
}

bool snapshot_is_one_moment(const struct snapshot *s)
{
    return s->n_slices == 1;
}
