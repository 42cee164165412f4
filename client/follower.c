/*
 * The updates of a viewport are in positions among the rows that it holds, so that they can
 * be told one after the other without the rows themselves. What has to be known of these is
 * how many there are: an update that takes rows away or changes some beyond them is one
 * that nobody could follow.
 */
#include "client/follower.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/barrage_request.h"
#include "client/update_reader.h"

struct follower {
    struct session *session;
    struct session_call *call; /* NULL: it is over */
    const struct follower_handler *handler;
    void *ctx;
    struct update_reader *reader;
    struct schema *schema; /* NULL: not here yet */
    uint64_t held;         /* rows, by the updates so far */
};

static enum err_code check_below(const struct rowset *rows, uint64_t limit,
                                 const char *what, struct err *e)
{
    uint64_t n = rowset_count(rows);
    int64_t last = n ? rowset_key_at(rows, n - 1) : -1;

    if (last >= 0 && (uint64_t)last >= limit)
        return err_set(e, ERR_MISFIT, "row %" PRId64 " %s where there are %" PRIu64, last,
                       what, limit);
    return ERR_OK;
}

/* The rows that an update is about are there. */
static enum err_code check_update(struct follower *f, const struct update *u, struct err *e)
{
    TRY(check_below(u->removed, f->held, "removed", e));
    f->held += rowset_count(u->added) - rowset_count(u->removed);
    TRY(check_below(u->added, f->held, "added", e));
    for (size_t c = 0; c < u->n_columns; c++)
        if (u->modified[c])
            TRY(check_below(u->modified[c], f->held, "modified", e));
    if (u->included && rowset_count(u->included) != rowset_count(u->added))
        return err_set(e, ERR_PROTO, "rows added without their values");
    return ERR_OK;
}

static enum err_code take(struct follower *f, struct bytes message, struct err *e)
{
    struct update_reader_out got;
    enum err_code rc;

    TRY(update_reader_feed(f->reader, message, &got, e));
    if (got.schema) {
        f->schema = got.schema;
        return f->handler->schema(f->ctx, f->schema, e);
    }
    if (!got.update)
        return ERR_OK;
    session_note_update(f->session);
    rc = check_update(f, got.update, e);
    if (rc == ERR_OK)
        rc = f->handler->update(f->ctx, got.update, e);
    update_free(got.update);
    return rc;
}

static void finish(struct follower *f, const struct err *why)
{
    session_drop(f->call);
    f->call = NULL;
    f->handler->ended(f->ctx, why);
}

static void on_message(void *ctx, struct bytes message)
{
    struct follower *f = ctx;
    struct err e;

    if (take(f, message, &e) != ERR_OK)
        finish(f, &e);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct follower *f = ctx;
    struct err e;

    f->call = NULL;
    if (end->status == 0)
        (void)err_set(&e, ERR_ENDED, "the server has ended the table's stream");
    else
        (void)session_end_err(f->session, end, &e);
    finish(f, &e);
}

static const struct call_handler call_handler = {NULL, on_message, on_end};

static enum err_code start(struct follower *f, const struct follower_options *o,
                           struct err *e)
{
    struct wire_subscribe request = {
        .type = WIRE_BARRAGE_SUBSCRIPTION,
        .ticket = o->ticket,
        .reverse = o->rows.from_end,
        .interval_ms = o->interval_ms,
        .max_message_size = o->max_message,
    };
    struct rowset *rows = rowset_new_range(o->rows.first, o->rows.last);
    struct buf message;
    enum err_code rc;

    buf_init(&message, BARRAGE_REQUEST_MAX);
    rc = barrage_request(&request, rows, NULL, &message, e);
    if (rc == ERR_OK)
        f->call = session_start(f->session,
                                &(struct call_options){.method = BARRAGE_DO_EXCHANGE,
                                                       .message = buf_bytes(&message),
                                                       .has_message = true,
                                                       .bulk = true},
                                &call_handler, f);
    rowset_free(rows);
    buf_release(&message);
    return rc;
}

enum err_code follower_open(struct session *session, const struct follower_options *o,
                            const struct follower_handler *handler, void *ctx,
                            struct follower **out, struct err *e)
{
    struct follower *f = MEM_NEW(struct follower);
    enum err_code rc;

    f->session = session;
    f->handler = handler;
    f->ctx = ctx;
    f->reader = update_reader_new(REPLICA_VIEWPORT, false);
    rc = start(f, o, e);
    if (rc == ERR_OK)
        *out = f;
    else
        follower_free(f);
    return rc;
}

void follower_free(struct follower *f)
{
    if (!f)
        return;
    session_drop(f->call);
    update_reader_free(f->reader);
    schema_free(f->schema);
    free(f);
}

void follower_hold(struct follower *f, bool hold)
{
    if (f->call)
        session_hold(f->call, hold);
}
