#include "client/table_ops.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/ipc.h"
#include "client/wire/wire.h"

#define TABLE_SERVICE "/io.deephaven.proto.backplane.grpc.TableService/"
#define REQUEST_MAX ((size_t)1 << 20)

struct table_op {
    struct session_call *call;
    table_created_fn *fn;
    void *ctx;
};

static enum err_code read_created(struct bytes reply, struct table_created *out,
                                  struct err *e)
{
    struct wire_table_created t;

    TRY(wire_table_created_decode(reply, &t, e));
    if (!t.success)
        return err_set(e, ERR_REFUSED, "%.*s",
                       (int)(t.error_info.len < 200 ? t.error_info.len : 200),
                       t.error_info.len ? (const char *)t.error_info.data : "refused");
    if (t.size < 0 && t.size != INT64_MIN)
        return err_set(e, ERR_PROTO, "expected a table size, found %lld",
                       (long long)t.size);
    out->size = t.size == INT64_MIN ? -1 : t.size;
    out->is_static = t.is_static;
    out->schema_header = t.schema_header;
    return ERR_OK;
}

static void on_reply(void *ctx, struct bytes reply, const struct err *why)
{
    struct table_op *op = ctx;
    struct table_created created = {.size = -1};
    struct err e;

    if (!why && read_created(reply, &created, &e) != ERR_OK)
        why = &e;
    op->fn(op->ctx, &created, why);
    free(op);
}

/* The ticket that a step is to make, for one request. */
static struct bytes result_ticket(const struct step_call *c, uint8_t *room)
{
    return exports_ticket(session_exports(c->session), c->result, room);
}

/* Sends the request unless it could not be encoded (rc), and releases it. */
static enum err_code start(const struct step_call *c, const char *method, enum err_code rc,
                           struct buf *request, struct table_op **out)
{
    struct table_op *op;

    if (rc == ERR_OK) {
        op = MEM_NEW(struct table_op);
        op->fn = c->fn;
        op->ctx = c->ctx;
        op->call = session_unary(c->session, method, buf_bytes(request), on_reply, op);
        *out = op;
    }
    buf_release(request);
    return rc;
}

enum err_code table_fetch(const struct step_call *c, struct table_op **out, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct buf request;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = wire_fetch_table_encode(c->source, result_ticket(c, room), &request, e);
    return start(c, TABLE_SERVICE "FetchTable", rc, &request, out);
}

enum err_code table_preview(const struct step_call *c, const char *const *types, size_t n,
                            struct table_op **out, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct buf request;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = wire_preview_encode(c->source, result_ticket(c, room), types, n, &request, e);
    return start(c, TABLE_SERVICE "ApplyPreviewColumns", rc, &request, out);
}

enum err_code table_view_of(const struct step_call *c, const char *const *names, size_t n,
                            struct table_op **out, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct buf request;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = wire_view_encode(c->source, result_ticket(c, room), names, n, &request, e);
    return start(c, TABLE_SERVICE "View", rc, &request, out);
}

enum err_code table_created_schema(const struct table_created *t, struct schema **out,
                                   struct err *e)
{
    struct ipc_layout *layout = NULL;
    struct wire_message m;
    struct bytes message;
    enum err_code rc;

    TRY(wire_unwrap_message(t->schema_header, &message, e));
    TRY(wire_message_decode(message, &m, e));
    if (m.header == WIRE_HEADER_SCHEMA)
        rc = ipc_schema_decode(&m.schema, out, &layout, e);
    else
        rc = err_set(e, ERR_PROTO, "expected a schema, found a message of kind %d",
                     (int)m.header);
    ipc_layout_free(layout);
    wire_message_release(&m);
    return rc;
}

void table_op_discard(struct table_op *op, struct export_id result)
{
    if (!op)
        return;
    session_discard(op->call, result);
    free(op);
}
