/*
 * A snapshot is a row of streams, one for each slice. A stream answers with a schema and
 * one or more updates (a static table: several), each of one or more record batches; it is
 * whole when the server has ended it well and said that it has sent all that was asked.
 *
 * The server makes a slice before it sends any of it. So the next one is asked for when the
 * first rows of a slice are there, and held: what comes of it waits within the window of
 * its stream until the one before has ended. Never are there more than these two.
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

struct slice {
    struct snapshot *snapshot;  /* that it is of */
    struct session_call *call;  /* NULL: it is not asked for, or over */
    struct snapshot_rows asked; /* for these */
    uint64_t rows;              /* that came of it */
    uint64_t rows_left;         /* of the update that is being read */
    bool begun;                 /* its schema has come */
    bool whole;                 /* the server has said that it is */
};

struct snapshot {
    struct session *session;
    const struct snapshot_handler *handler;
    void *ctx;
    struct buf ticket;
    int32_t max_message;
    struct snapshot_rows wanted; /* what is still to be asked for */
    struct slice slices[2];
    struct slice *now, *next; /* one of them each; next is held */
    uint64_t n_slices, rows;
    int64_t due; /* rows in all; -1: not known */
    struct schema *schema;
    struct ipc_layout *layout;
    struct flat *flats; /* one for each column */
    bool held;
};

static int64_t rows_in(const struct snapshot_rows *r)
{
    return r->last < r->first ? 0 : add_sat_i64(r->last - r->first, 1);
}

/* --- asking --- */

/* Takes the next slice off what is wanted: of rows counted from the end the highest come
 * first in the table. */
static struct snapshot_rows take_slice(struct snapshot *s, size_t n_columns)
{
    int64_t most = SNAPSHOT_CELLS / (int64_t)(n_columns ? n_columns : 1);
    int64_t n = min_i64(rows_in(&s->wanted), max_i64(most, 1));
    struct snapshot_rows out = s->wanted;

    if (out.from_end) {
        out.first = out.last - n + 1;
        s->wanted.last = out.first - 1;
    } else {
        out.last = out.first + n - 1;
        s->wanted.first = out.last + 1;
    }
    s->n_slices++;
    return out;
}

static enum err_code encode_request(const struct slice *c, struct buf *out, struct err *e)
{
    struct wire_subscribe request = {.type = WIRE_BARRAGE_SNAPSHOT,
                                     .ticket = buf_bytes(&c->snapshot->ticket),
                                     .reverse = c->asked.from_end,
                                     .max_message_size = c->snapshot->max_message};
    struct rowset *rows = rowset_new_range(c->asked.first, c->asked.last);
    enum err_code rc = barrage_request(&request, rows, NULL, out, e);

    rowset_free(rows);
    return rc;
}

static const struct call_handler slice_handler;

static enum err_code ask(struct slice *c, size_t n_columns, struct err *e)
{
    struct snapshot *s = c->snapshot;
    struct buf request;
    enum err_code rc;

    *c = (struct slice){.snapshot = s, .asked = take_slice(s, n_columns)};
    buf_init(&request, BARRAGE_REQUEST_MAX);
    rc = encode_request(c, &request, e);
    if (rc == ERR_OK)
        c->call = session_start(s->session,
                                &(struct call_options){.method = BARRAGE_DO_EXCHANGE,
                                                       .message = buf_bytes(&request),
                                                       .has_message = true,
                                                       .half_close = true,
                                                       .bulk = true},
                                &slice_handler, c);
    if (rc == ERR_OK)
        session_hold(c->call, s->held || c == s->next);
    buf_release(&request);
    return rc;
}

/* The slice that follows, when it is known that there is one. */
static enum err_code ask_ahead(struct snapshot *s, struct err *e)
{
    if (s->next->call || s->due < 0 || rows_in(&s->wanted) == 0 ||
        !session_can_call(s->session))
        return ERR_OK;
    return ask(s->next, s->schema->n_columns, e);
}

/* --- what comes --- */

static void drop_calls(struct snapshot *s)
{
    for (size_t i = 0; i < 2; i++) {
        session_drop(s->slices[i].call);
        s->slices[i].call = NULL;
    }
}

static void finish(struct snapshot *s, const struct err *why)
{
    drop_calls(s);
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

/* All keys of the table say how many rows there are to give. It is the first slice. */
static void note_size(struct snapshot *s, uint64_t size)
{
    int64_t n = (int64_t)min_u64(size, INT64_MAX);
    struct snapshot_rows all = s->wanted;

    if (s->due >= 0)
        return;
    if (s->now->asked.from_end)
        all.last = s->now->asked.last;
    else
        all.first = s->now->asked.first;
    all.last = min_i64(all.last, n - 1);
    s->wanted.last = min_i64(s->wanted.last, n - 1);
    s->due = rows_in(&all);
}

static enum err_code take_counts(struct slice *c, const struct wire_update *w,
                                 struct err *e)
{
    const struct wire_opt *included = w->included.present ? &w->included : &w->added;
    int64_t asked = rows_in(&c->asked);
    uint64_t viewport = 0, all = 0;

    c->rows_left = 0;
    if (w->added.present)
        TRY(rowset_decode_count(w->added.bytes, &all, e));
    if (included->present)
        TRY(rowset_decode_count(included->bytes, &c->rows_left, e));
    if (w->viewport.present)
        TRY(rowset_decode_count(w->viewport.bytes, &viewport, e));
    c->whole = !w->viewport.present || viewport == (uint64_t)asked;
    c->rows += c->rows_left;
    if (c->rows > (uint64_t)asked)
        return err_set(e, ERR_PROTO, "%" PRIu64 " rows where %" PRId64 " were asked for",
                       c->rows, asked);
    note_size(c->snapshot, all);
    return ERR_OK;
}

static enum err_code take_metadata(struct slice *c, struct bytes metadata, struct err *e)
{
    struct wire_update w = {0};
    bool has = false;
    enum err_code rc = wire_update_decode(metadata, &w, &has, e);

    if (rc == ERR_OK && has && c->rows_left > 0)
        rc = err_set(e, ERR_PROTO, "new update while %" PRIu64 " rows of the last are due",
                     c->rows_left);
    else if (rc == ERR_OK && has)
        rc = take_counts(c, &w, e);
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
    s->now->rows_left -= b.rows;
    s->rows += b.rows;
    return rc;
}

static enum err_code take_batch(struct slice *c, const struct wire_flight_data *fd,
                                const struct wire_message *m, struct err *e)
{
    TRY(ipc_batch_due(m, fd->data_body.len, e));
    TRY(take_metadata(c, fd->app_metadata, e));
    if ((uint64_t)m->batch.length > c->rows_left)
        return err_set(e, ERR_PROTO, "batch of %" PRId64 " rows where %" PRIu64 " are due",
                       m->batch.length, c->rows_left);
    TRY(ask_ahead(c->snapshot, e));
    if (m->batch.length == 0)
        return ERR_OK;
    ipc_layout_fit(c->snapshot->layout, &m->batch);
    return give(c->snapshot, fd, m, e);
}

static enum err_code take(struct slice *c, struct bytes in, bool first, struct err *e)
{
    struct wire_flight_data fd;
    struct wire_message m;
    enum err_code rc;

    TRY(wire_flight_data_decode(in, &fd, e));
    TRY(wire_message_decode(fd.data_header, &m, e));
    if (first)
        rc = take_schema(c->snapshot, &m, fd.data_header, e);
    else
        rc = take_batch(c, &fd, &m, e);
    wire_message_release(&m);
    return rc;
}

static void on_message(void *ctx, struct bytes message)
{
    struct slice *c = ctx;
    bool first = !c->begun;
    struct err e;

    c->begun = true;
    if (take(c, message, first, &e) != ERR_OK)
        finish(c->snapshot, &e);
}

/* --- the end of a slice --- */

/* A session that has ended ends its streams well, too. */
static enum err_code check_whole(const struct slice *c, struct err *e)
{
    if (c->rows_left > 0 || !c->whole)
        return err_set(e, ERR_ENDED, "the server ended the rows after %" PRIu64,
                       c->snapshot->rows);
    return ERR_OK;
}

static bool is_last(const struct snapshot *s)
{
    const struct slice *c = s->now;
    bool cut = !c->asked.from_end && c->rows < (uint64_t)rows_in(&c->asked);

    return cut || (!s->next->call && rows_in(&s->wanted) == 0);
}

/* The next slice was asked for, or is now. */
static void go_on(struct snapshot *s)
{
    struct slice *over = s->now;
    struct err e;

    if (s->next->call) {
        s->now = s->next;
        s->next = over;
        session_hold(s->now->call, s->held);
    } else if (!session_can_call(s->session)) {
        (void)err_set(&e, ERR_SESSION, "the session is over");
        finish(s, &e);
    } else if (ask(s->now, s->schema->n_columns, &e) != ERR_OK) {
        finish(s, &e);
    }
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct slice *c = ctx;
    struct snapshot *s = c->snapshot;
    struct err e = {0};

    c->call = NULL;
    if (end->status != 0)
        (void)session_end_err(s->session, end, &e);
    else
        (void)check_whole(c, &e);
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
    s->now = &s->slices[0];
    s->next = &s->slices[1];
    s->now->snapshot = s->next->snapshot = s;
    buf_init(&s->ticket, o->ticket.len);
    buf_append_fitting(&s->ticket, o->ticket.data, o->ticket.len);
    rc = ask(s->now, o->n_columns, e);
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
    drop_calls(s);
    ipc_layout_free(s->layout);
    schema_free(s->schema);
    free(s->flats);
    buf_release(&s->ticket);
    free(s);
}

void snapshot_hold(struct snapshot *s, bool hold)
{
    s->held = hold;
    if (s->now->call)
        session_hold(s->now->call, hold);
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
