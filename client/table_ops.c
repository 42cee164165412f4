#include "client/table_ops.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/tickets.h"
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

static struct table_op *start(struct session *s, const char *method,
                              const struct buf *request, table_created_fn *fn, void *ctx)
{
    struct table_op *op = MEM_NEW(struct table_op);

    op->fn = fn;
    op->ctx = ctx;
    op->call = session_unary(s, method, buf_bytes(request), on_reply, op);
    return op;
}

enum err_code table_fetch(struct session *s, struct bytes ticket, int32_t export_id,
                          table_created_fn *fn, void *ctx, struct table_op **out,
                          struct err *e)
{
    uint8_t result[EXPORT_TICKET_LEN];
    struct buf request;
    enum err_code rc;

    ticket_export(export_id, result);
    buf_init(&request, REQUEST_MAX);
    rc = wire_fetch_table_encode(ticket, (struct bytes){result, sizeof(result)}, &request,
                                 e);
    if (rc == ERR_OK)
        *out = start(s, TABLE_SERVICE "FetchTable", &request, fn, ctx);
    buf_release(&request);
    return rc;
}

enum err_code table_view_of(struct session *s, struct bytes ticket,
                            const char *const *names, size_t n, int32_t export_id,
                            table_created_fn *fn, void *ctx, struct table_op **out,
                            struct err *e)
{
    uint8_t result[EXPORT_TICKET_LEN];
    struct buf request;
    enum err_code rc;

    ticket_export(export_id, result);
    buf_init(&request, REQUEST_MAX);
    rc = wire_view_encode(ticket, (struct bytes){result, sizeof(result)}, names, n,
                          &request, e);
    if (rc == ERR_OK)
        *out = start(s, TABLE_SERVICE "View", &request, fn, ctx);
    buf_release(&request);
    return rc;
}

void table_op_discard(struct table_op *op, int32_t export_id)
{
    if (!op)
        return;
    session_discard(op->call, export_id);
    free(op);
}
