/*
 * A change goes in two turns. First the upload and, where there are keys, one batch on it:
 *
 *     source = the table itself, which is written to
 *     keys   = the key columns of the upload
 *     old    = a copy of the rows of the table with these keys; kept for undo
 *     fresh  = the keys that have no row; kept likewise
 *     after  = the upload with the other columns of old, of an edit
 *
 * Then, unless their sizes forbid it, the write itself. Without keys there is nothing to
 * look at, and all leaves in one turn. To take it back, old is put in and fresh taken out.
 */
#include "client/input_change.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "client/loss.h"
#include "client/server_log.h"
#include "client/upload.h"
#include "client/wire/operations.h"

#define BATCH "/io.deephaven.proto.backplane.grpc.TableService/Batch"
#define SERVICE "/io.deephaven.proto.backplane.grpc.InputTableService/"
#define ADD SERVICE "AddTableToInputTable"
#define DELETE SERVICE "DeleteTableFromInputTable"
#define WRITE_TIMEOUT_MS 30000
#define REQUEST_MAX ((size_t)1 << 20)

enum change_phase {
    PHASE_PREPARING,
    PHASE_WRITING,
    PHASE_DONE,
    PHASE_PUTTING_BACK, /* old */
    PHASE_TAKING_OUT,   /* fresh */
    PHASE_OVER          /* taken back, or it was never made */
};

struct input_change {
    struct connection *connection; /* borrowed */
    input_change_fn *fn;
    void *ctx;
    enum input_job job;
    enum change_phase phase;
    struct buf table; /* its ticket, as it was given */
    bool keyed;
    struct export_id source; /* the table itself: the ticket may be let go meanwhile */
    struct export_id upload, old, fresh, after; /* id 0: there is none */
    int64_t n_rows, n_old, n_fresh;
    bool unknown;                             /* whether it was written */
    struct session_call *put, *batch, *write; /* NULL: not under way */
    struct server_log *log; /* looks for the reason of a refusal, or NULL */
    struct err why;         /* of the first that failed */
};

static struct session *session_of(const struct input_change *c)
{
    return connection_session(c->connection);
}

static struct bytes ticket_of(const struct input_change *c, struct export_id id,
                              uint8_t room[EXPORT_TICKET_LEN])
{
    return exports_ticket(session_exports(session_of(c)), id, room);
}

static void let_go(struct input_change *c, struct export_id *id)
{
    session_release(session_of(c), *id);
    *id = (struct export_id){0};
}

/* --- the end --- */

static bool goes_back(const struct input_change *c)
{
    return c->phase == PHASE_PUTTING_BACK || c->phase == PHASE_TAKING_OUT;
}

/* A way back that has failed may be tried again: either of its writes may come twice. But
 * what the server refuses it refuses the next time. */
static void tell(struct input_change *c, const struct err *why)
{
    bool refused = why && (why->code == ERR_REFUSED || why->code == ERR_NOT_FOUND);
    bool made = goes_back(c) ? why && !refused : !why;
    struct input_result r = {.rows = c->job == INPUT_DELETE ? c->n_old : c->n_rows,
                             .replaced = c->n_old,
                             .why = why,
                             .unknown = c->unknown};

    c->phase = made ? PHASE_DONE : PHASE_OVER;
    c->fn(c->ctx, c, &r);
}

static void on_explained(void *ctx, const struct err *explained)
{
    struct input_change *c = ctx;

    c->log = NULL;
    tell(c, explained);
}

static void fail(struct input_change *c)
{
    struct err *e = &c->why;

    let_go(c, &c->upload);
    let_go(c, &c->after);
    c->unknown =
        c->phase != PHASE_PREPARING && (loss_of_call_may_pass(e) || e->code == ERR_TIMEOUT);
    if (c->unknown)
        (void)err_wrap(e, e->code, "whether it was %s is not known",
                       goes_back(c) ? "taken back" : "written");
    else if (c->phase == PHASE_TAKING_OUT && c->n_old > 0)
        (void)err_wrap(e, e->code, "replaced rows are back, new ones still there");
    c->log = server_log_explain(session_of(c), e, on_explained, c);
    if (!c->log)
        tell(c, e);
}

/* --- the write --- */

static void send_write(struct input_change *c, const char *method, struct export_id rows);

/* What the server says of one value in the place of its text for all. */
static void name_value(struct err *e, const struct call_end *end)
{
    struct bytes details;
    struct wire_input_error first;
    char row[32] = "";

    if (!end->trailers ||
        !call_metadata_get(end->trailers, "grpc-status-details-bin", &details) ||
        wire_input_error_decode(details, &first, NULL) != ERR_OK || first.message.len == 0)
        return;
    if (first.row >= 0)
        (void)snprintf(row, sizeof(row), "row %" PRId64 ": ", first.row + 1);
    (void)err_set(e, e->code, "%s%.*s%s%.*s", row, (int)min_u64(first.column.len, 200),
                  (const char *)first.column.data, first.column.len > 0 ? ": " : "",
                  (int)min_u64(first.message.len, 500), (const char *)first.message.data);
}

static void ignore_message(void *ctx, struct bytes message)
{
    (void)ctx;
    (void)message; /* it is empty */
}

static void on_written(void *ctx, const struct call_end *end)
{
    struct input_change *c = ctx;

    c->write = NULL;
    if (end->status != 0) {
        (void)session_end_err(session_of(c), end, &c->why);
        name_value(&c->why, end);
        fail(c);
        return;
    }
    if (c->phase == PHASE_PUTTING_BACK && c->n_fresh > 0) {
        c->phase = PHASE_TAKING_OUT;
        send_write(c, DELETE, c->fresh);
        return;
    }
    let_go(c, &c->upload);
    let_go(c, &c->after);
    tell(c, NULL);
}

static const struct call_handler write_events = {NULL, ignore_message, on_written};

static void send_write(struct input_change *c, const char *method, struct export_id rows)
{
    uint8_t rooms[2][EXPORT_TICKET_LEN];
    struct bytes table =
        c->keyed ? ticket_of(c, c->source, rooms[0]) : buf_bytes(&c->table);
    struct buf request;

    buf_init(&request, TICKET_MAX + REQUEST_MAX);
    (void)wire_input_request_encode(table, ticket_of(c, rows, rooms[1]), &request,
                                    NULL); /* it has the room */
    c->write = session_start(session_of(c),
                             &(struct call_options){.method = method,
                                                    .message = buf_bytes(&request),
                                                    .has_message = true,
                                                    .half_close = true,
                                                    .timeout_ms = WRITE_TIMEOUT_MS},
                             &write_events, c);
    buf_release(&request);
}

static void begin_write(struct input_change *c)
{
    bool deletes = c->job == INPUT_DELETE;

    c->phase = PHASE_WRITING;
    send_write(c, deletes ? DELETE : ADD, c->after.id != 0 ? c->after : c->upload);
}

/* --- what is there --- */

/* ERR_USAGE: rows are there that must not be, or the other way round. */
static enum err_code check_rows(const struct input_change *c, struct err *e)
{
    if (c->job == INPUT_INSERT && c->n_old == 1)
        return err_set(e, ERR_USAGE, "such a key is there already; :insert! replaces it");
    if (c->job == INPUT_INSERT && c->n_old > 1)
        return err_set(e, ERR_USAGE,
                       "%" PRId64 " such keys are there already; :insert! replaces them",
                       c->n_old);
    if (c->job == INPUT_EDIT && c->n_fresh > 0)
        return err_set(e, ERR_NOT_FOUND, "the row is gone");
    if (c->job == INPUT_DELETE && c->n_old == 0)
        return err_set(e, ERR_NOT_FOUND, "nothing is there to delete any more");
    return ERR_OK;
}

/* The upload and the batch have both ended. */
static void prepared(struct input_change *c)
{
    if (c->put || c->batch || c->phase != PHASE_PREPARING)
        return;
    if (c->why.code != ERR_OK || check_rows(c, &c->why) != ERR_OK)
        fail(c);
    else
        begin_write(c);
}

/* Where the number of rows behind a ticket is kept; NULL: it does not matter. */
static int64_t *number_of(struct input_change *c, struct bytes ticket)
{
    uint8_t room[EXPORT_TICKET_LEN];

    if (bytes_equal(ticket, ticket_of(c, c->old, room)))
        return &c->n_old;
    return bytes_equal(ticket, ticket_of(c, c->fresh, room)) ? &c->n_fresh : NULL;
}

static enum err_code take_reply(struct input_change *c, struct bytes message, struct err *e)
{
    struct wire_table_created t;
    int64_t *number;

    TRY(wire_table_created_decode(message, &t, e));
    if (!t.success)
        return err_set(e, ERR_REFUSED, "%.*s", (int)min_u64(t.error_info.len, 500),
                       (const char *)t.error_info.data);
    number = number_of(c, t.ticket);
    if (!number)
        return ERR_OK;
    if (t.size < 0)
        return err_set(e, ERR_PROTO, "expected a number of rows, found %" PRId64, t.size);
    *number = t.size;
    return ERR_OK;
}

static void on_batch_reply(void *ctx, struct bytes message)
{
    struct input_change *c = ctx;

    if (c->why.code == ERR_OK)
        (void)take_reply(c, message, &c->why);
}

/* The status has more of a reason than the replies. */
static void on_batch_end(void *ctx, const struct call_end *end)
{
    struct input_change *c = ctx;

    c->batch = NULL;
    if (end->status != 0 && (c->why.code == ERR_OK || c->put))
        (void)session_end_err(session_of(c), end, &c->why);
    if (c->why.code == ERR_OK && (c->n_old < 0 || c->n_fresh < 0))
        (void)err_set(&c->why, ERR_PROTO,
                      "the server ended a batch without all its replies");
    prepared(c);
}

static const struct call_handler batch_events = {NULL, on_batch_reply, on_batch_end};

/* What fails for want of the upload says less than the upload itself. */
static void on_put_end(void *ctx, const struct call_end *end)
{
    struct input_change *c = ctx;

    c->put = NULL;
    if (end->status != 0)
        (void)session_end_err(session_of(c), end, &c->why);
    if (c->write && call_end_fault(end) == CALL_REFUSED) {
        session_drop(c->write);
        c->write = NULL;
        c->phase = PHASE_PREPARING; /* nothing could be written of it */
        fail(c);
    } else {
        prepared(c); /* what has begun to be written tells how it ends */
    }
}

static const struct call_handler put_events = {NULL, ignore_message, on_put_end};

/* --- the requests --- */

/* The columns of the table that are keys, or the ones that the rows do not have. */
static size_t pick_names(const struct input_options *o, bool keys, struct bytes *out)
{
    size_t n = 0;

    for (size_t i = 0; i < o->schema->n_columns; i++) {
        const struct schema_column *column = &o->schema->columns[i];
        bool given = false;

        for (size_t k = 0; k < o->rows.n; k++)
            given = given || strcmp(o->rows.columns[k]->name, column->name) == 0;
        if (keys ? column->is_key : !given)
            out[n++] = bytes_of(column->name);
    }
    return n;
}

/* Operations of the batch, by their places in it. */
enum { OP_SOURCE, OP_KEYS, OP_FOUND, OP_OLD, OP_FRESH, OP_AFTER, OP_COUNT };

static struct wire_source result_of(int op)
{
    return (struct wire_source){.offset = op};
}

static enum err_code encode_batch(struct input_change *c, const struct input_options *o,
                                  struct buf *out, struct err *e)
{
    uint8_t rooms[5][EXPORT_TICKET_LEN];
    struct bytes *keys = MEM_ARRAY(struct bytes, o->schema->n_columns);
    struct bytes *others = MEM_ARRAY(struct bytes, o->schema->n_columns);
    size_t n_keys = pick_names(o, true, keys), n_others = pick_names(o, false, others);
    struct wire_source upload = {.ticket = ticket_of(c, c->upload, rooms[0])};
    struct wire_op ops[OP_COUNT] = {
        [OP_SOURCE] = {.kind = WIRE_OP_FETCH,
                       .source.ticket = o->table,
                       .result = ticket_of(c, c->source, rooms[4])},
        [OP_KEYS] = {.kind = WIRE_OP_VIEW, .source = upload},
        [OP_FOUND] = {.kind = WIRE_OP_WHERE_IN,
                      .source = result_of(OP_SOURCE),
                      .right = result_of(OP_KEYS)},
        [OP_OLD] = {.kind = WIRE_OP_SNAPSHOT,
                    .source = result_of(OP_FOUND),
                    .result = ticket_of(c, c->old, rooms[1])},
        [OP_FRESH] = {.kind = WIRE_OP_WHERE_IN,
                      .source = result_of(OP_KEYS),
                      .right = result_of(OP_OLD),
                      .inverted = true,
                      .result = ticket_of(c, c->fresh, rooms[2])},
        [OP_AFTER] = {.kind = WIRE_OP_NATURAL_JOIN,
                      .source = upload,
                      .right = result_of(OP_OLD),
                      .result = ticket_of(c, c->after, rooms[3]),
                      .added = others,
                      .n_added = n_others},
    };
    enum err_code rc;

    for (size_t i = 0; i < OP_COUNT; i++)
        if (i != OP_SOURCE && i != OP_OLD) {
            ops[i].texts = keys;
            ops[i].n_texts = n_keys;
        }
    rc = wire_batch_request_encode(ops, c->after.id != 0 ? OP_COUNT : OP_AFTER, out, e);
    free(keys);
    free(others);
    return rc;
}

/* protocol: the server stores a ZonedDateTime in the zone of its column's Arrow type. */
static struct upload_column upload_of(const struct input_rows *rows, size_t i)
{
    const struct schema_column *c = rows->columns[i];
    bool zoned = !c->is_key && strcmp(c->java_type, "java.time.ZonedDateTime") == 0;

    return (struct upload_column){c->name, c->java_type, rows->cells[i],
                                  zoned ? rows->zone : NULL};
}

static enum err_code encode_upload(const struct input_change *c,
                                   const struct input_rows *rows, struct buf *first,
                                   struct buf *second, struct err *e)
{
    struct upload_column *columns = MEM_ARRAY(struct upload_column, rows->n);
    enum err_code rc;

    for (size_t i = 0; i < rows->n; i++)
        columns[i] = upload_of(rows, i);
    rc = upload_encode(c->upload.id, columns, rows->n, first, second, e);
    free(columns);
    return rc;
}

/* What is sent at the start. */
struct change_requests {
    struct buf first, rows, batch;
};

static enum err_code encode(struct input_change *c, const struct input_options *o,
                            struct change_requests *r, struct err *e)
{
    buf_init(&r->first, INPUT_UPLOAD_MAX);
    buf_init(&r->rows, INPUT_UPLOAD_MAX);
    buf_init(&r->batch, REQUEST_MAX);
    TRY(encode_upload(c, &o->rows, &r->first, &r->rows, e));
    return c->keyed ? encode_batch(c, o, &r->batch, e) : ERR_OK;
}

static void send_first(struct input_change *c, const struct change_requests *r)
{
    struct session *s = session_of(c);

    c->put = session_start(s,
                           &(struct call_options){.method = UPLOAD_METHOD,
                                                  .message = buf_bytes(&r->first),
                                                  .has_message = true},
                           &put_events, c);
    session_send_last(c->put, buf_bytes(&r->rows));
    if (c->keyed)
        c->batch = session_start(s,
                                 &(struct call_options){.method = BATCH,
                                                        .message = buf_bytes(&r->batch),
                                                        .has_message = true,
                                                        .half_close = true,
                                                        .timeout_ms = WRITE_TIMEOUT_MS},
                                 &batch_events, c);
    else
        begin_write(c);
}

/* --- from outside --- */

static enum err_code take_ids(struct input_change *c, const struct input_options *o,
                              struct err *e)
{
    struct exports *x = session_exports(session_of(c));
    bool joins = c->job == INPUT_EDIT && o->rows.n < o->schema->n_columns;
    struct export_id *newest = &c->upload;

    c->upload = exports_next(x);
    if (c->keyed) {
        c->old = exports_next(x);
        c->fresh = exports_next(x);
        c->source = exports_next(x);
        newest = &c->source;
    }
    if (joins) {
        c->after = exports_next(x);
        newest = &c->after;
    }
    return newest->id != 0
               ? ERR_OK
               : err_set(e, ERR_LIMIT, "this session has used up its export ids");
}

static enum err_code begin(struct input_change *c, const struct input_options *o,
                           struct err *e)
{
    struct change_requests r = {0};
    enum err_code rc;

    if (session_state(session_of(c)) != SESSION_READY)
        return err_set(e, ERR_LOST, "there is no connection to the server now");
    TRY(take_ids(c, o, e));
    TRY(buf_append(&c->table, o->table.data, o->table.len, e));
    rc = encode(c, o, &r, e);
    if (rc == ERR_OK)
        send_first(c, &r);
    else if (rc == ERR_LIMIT)
        (void)err_set(e, rc, "expected rows of at most %zu bytes", INPUT_UPLOAD_MAX);
    buf_release(&r.first);
    buf_release(&r.rows);
    buf_release(&r.batch);
    return rc;
}

enum err_code input_change_start(struct connection *connection,
                                 const struct input_options *o, input_change_fn *fn,
                                 void *ctx, struct input_change **out, struct err *e)
{
    struct input_change *c = MEM_NEW(struct input_change);
    enum err_code rc;

    c->connection = connection;
    c->fn = fn;
    c->ctx = ctx;
    c->job = o->job;
    c->keyed = schema_has_keys(o->schema);
    c->n_rows = (int64_t)column_length(o->rows.cells[0]);
    c->n_old = c->n_fresh = c->keyed ? -1 : 0;
    buf_init(&c->table, TICKET_MAX);
    rc = begin(c, o, e);
    if (rc == ERR_OK)
        *out = c;
    else
        input_change_free(c);
    return rc;
}

bool input_change_is_over(const struct input_change *c)
{
    return c->phase == PHASE_OVER;
}

bool input_change_can_undo(const struct input_change *c)
{
    return c->phase == PHASE_DONE && c->keyed;
}

enum err_code input_change_undo(struct input_change *c, struct err *e)
{
    struct session *s = session_of(c);

    assert(c->phase == PHASE_DONE);
    if (!c->keyed)
        return err_set(e, ERR_USAGE,
                       "there is no way back: rows of a table without keys stay");
    if (!exports_have(session_exports(s), c->old))
        return err_set(e, ERR_SESSION,
                       "there is no way back: the session that the rows were written in "
                       "is over");
    if (session_state(s) != SESSION_READY)
        return err_set(e, ERR_LOST, "there is no connection to the server now");
    c->unknown = false;
    c->phase = c->n_old > 0 ? PHASE_PUTTING_BACK : PHASE_TAKING_OUT;
    send_write(c, c->n_old > 0 ? ADD : DELETE, c->n_old > 0 ? c->old : c->fresh);
    return ERR_OK;
}

void input_change_free(struct input_change *c)
{
    if (!c)
        return;
    session_drop(c->put);
    session_drop(c->batch);
    session_drop(c->write);
    server_log_stop(c->log);
    let_go(c, &c->upload);
    let_go(c, &c->after);
    let_go(c, &c->source);
    let_go(c, &c->old);
    let_go(c, &c->fresh);
    buf_release(&c->table);
    free(c);
}
