#include "client/row_counts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/wire.h"

#define UPDATES "/io.deephaven.proto.backplane.grpc.TableService/ExportedTableUpdates"
#define REASON_MAX 200 /* bytes of a failure that are told */

struct row_counts {
    struct session *session; /* borrowed */
    struct session_call *call;
    const struct row_counts_handler *handler;
    void *ctx;
};

static void on_message(void *ctx, struct bytes message)
{
    struct row_counts *r = ctx;
    struct wire_table_size m;
    struct err e;

    if (wire_table_size_decode(message, &m, &e) != ERR_OK) {
        session_drop(r->call);
        r->call = NULL;
        r->handler->ended(r->ctx, &e);
        return;
    }
    if (m.failure.len > 0)
        (void)err_set(&e, ERR_REFUSED, "%.*s",
                      (int)(m.failure.len < REASON_MAX ? m.failure.len : REASON_MAX),
                      (const char *)m.failure.data);
    r->handler->told(r->ctx, m.ticket, m.size < 0 ? -1 : m.size,
                     m.failure.len > 0 ? &e : NULL);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct row_counts *r = ctx;
    struct err e;

    r->call = NULL;
    (void)session_end_err(r->session, end, &e);
    r->handler->ended(r->ctx, &e);
}

static const struct call_handler stream_handler = {NULL, on_message, on_end};

struct row_counts *row_counts_open(struct session *session,
                                   const struct row_counts_handler *handler, void *ctx)
{
    struct row_counts *r = MEM_NEW(struct row_counts);

    r->session = session;
    r->handler = handler;
    r->ctx = ctx;
    r->call = session_start(
        session,
        &(struct call_options){.method = UPDATES, .has_message = true, .half_close = true},
        &stream_handler, r);
    return r;
}

void row_counts_close(struct row_counts *r)
{
    if (!r)
        return;
    session_drop(r->call);
    free(r);
}
