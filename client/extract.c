#include "client/extract.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/batch.h"

/* Asked of the server for one message, which keeps a key waiting while it is written: some
 * milliseconds. A longer row comes whole. */
#define MESSAGE_BYTES (1 << 20)

struct extract {
    struct connection *connection; /* borrowed; its session may be another one by the end */
    const struct snapshot_handler *handler;
    void *ctx;
    struct snapshot_options rows; /* its ticket is only used in a call */
    struct export_id view;        /* id 0: of all columns */
    struct table_batch *batch;    /* that makes it; NULL: it is there */
    struct snapshot *snapshot;    /* NULL: not begun */
};

static struct session *session_of(const struct extract *x)
{
    return connection_session(x->connection);
}

static enum err_code open_view(struct extract *x, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];

    x->rows.ticket = exports_ticket(session_exports(session_of(x)), x->view, room);
    return snapshot_open(session_of(x), &x->rows, x->handler, x->ctx, &x->snapshot, e);
}

static void on_made(void *ctx, struct export_id export, const struct table_created *created)
{
    (void)ctx;
    (void)export;
    (void)created; /* ended() follows */
}

static void on_ended(void *ctx, struct table_batch *b, enum recipe_op failed,
                     const struct err *why)
{
    struct extract *x = ctx;
    struct err e;

    (void)b;
    (void)failed; /* there is one step */
    x->batch = NULL;
    if (why)
        x->view = (struct export_id){0};
    else if (open_view(x, &e) != ERR_OK)
        why = &e;
    if (why)
        x->handler->ended(x->ctx, why);
}

static const struct batch_handler batch_events = {on_made, on_ended};

static enum err_code ask_view(struct extract *x, const struct extract_options *o,
                              struct bytes table, struct err *e)
{
    struct batch_step step = {.step = {.op = RECIPE_VIEW, .names = o->names, .n = o->n},
                              .result = exports_next(session_exports(session_of(x)))};

    if (step.result.id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    x->rows.n_columns = o->n;
    TRY(batch_start(session_of(x), table, &step, 1, &batch_events, x, &x->batch, e));
    x->view = step.result;
    return ERR_OK;
}

static enum err_code begin(struct extract *x, const struct extract_options *o,
                           struct err *e)
{
    if (session_state(session_of(x)) != SESSION_READY)
        return err_set(e, ERR_LOST, "the connection is gone");
    TRY(table_build(o->table, e)); /* columns as text are a step that may be missing yet */
    if (o->n > 0)
        return ask_view(x, o, table_ticket(o->table), e);
    x->rows.ticket = table_ticket(o->table);
    x->rows.n_columns = table_schema(o->table)->n_columns;
    return snapshot_open(session_of(x), &x->rows, x->handler, x->ctx, &x->snapshot, e);
}

enum err_code extract_open(struct connection *connection, const struct extract_options *o,
                           const struct snapshot_handler *handler, void *ctx,
                           struct extract **out, struct err *e)
{
    struct extract *x = MEM_NEW(struct extract);
    enum err_code rc;

    x->connection = connection;
    x->handler = handler;
    x->ctx = ctx;
    x->rows.rows = o->rows;
    x->rows.max_message = o->max_message < MESSAGE_BYTES ? o->max_message : MESSAGE_BYTES;
    rc = begin(x, o, e);
    if (rc == ERR_OK)
        *out = x;
    else
        extract_free(x);
    return rc;
}

void extract_free(struct extract *x)
{
    if (!x)
        return;
    snapshot_free(x->snapshot);
    if (x->batch)
        batch_discard(x->batch, x->view);
    else if (x->view.id != 0)
        session_release(session_of(x), x->view); /* nothing, if it is of one before */
    free(x);
}

void extract_hold(struct extract *x, bool hold)
{
    if (x->snapshot)
        snapshot_hold(x->snapshot, hold);
}

uint64_t extract_rows_done(const struct extract *x)
{
    return x->snapshot ? snapshot_rows_done(x->snapshot) : 0;
}

int64_t extract_rows_due(const struct extract *x)
{
    return x->snapshot ? snapshot_rows_due(x->snapshot) : -1;
}

bool extract_is_one_moment(const struct extract *x)
{
    return !x->snapshot || snapshot_is_one_moment(x->snapshot);
}
