#include "client/publish.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "client/wire/wire.h"

#define SERVICE "/io.deephaven.proto.backplane.grpc.SessionService/"
#define REQUEST_MAX ((size_t)2 * TICKET_MAX + 64)

struct publish {
    struct session *session; /* borrowed */
    struct session_call *call;
    struct export_id copy;
    struct buf as;
    publish_fn *fn;
    void *ctx;
};

static enum err_code ask(struct publish *p, const char *method, struct bytes source,
                         struct bytes result, session_reply_fn *fn, struct err *e)
{
    struct buf request;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = wire_export_request_encode(&(struct wire_export_request){source, result}, &request,
                                    e);
    if (rc == ERR_OK)
        p->call = session_unary(p->session, method, buf_bytes(&request), fn, p);
    buf_release(&request);
    return rc;
}

static void release(struct publish *p)
{
    buf_release(&p->as);
    free(p);
}

/* protocol: a shared ticket stands for the export that it was published from; a variable
 * holds its object itself. */
static void tell(struct publish *p, const struct err *why)
{
    if (why || !is_shared_ticket(buf_bytes(&p->as)))
        session_release(p->session, p->copy);
    p->fn(p->ctx, why);
    release(p);
}

static void on_published(void *ctx, struct bytes reply, const struct err *why)
{
    (void)reply;
    tell(ctx, why);
}

static void on_copied(void *ctx, struct bytes reply, const struct err *why)
{
    struct publish *p = ctx;
    uint8_t room[EXPORT_TICKET_LEN];
    struct err e;

    (void)reply;
    if (!why && ask(p, SERVICE "PublishFromTicket",
                    exports_ticket(session_exports(p->session), p->copy, room),
                    buf_bytes(&p->as), on_published, &e) != ERR_OK)
        why = &e;
    if (why)
        tell(p, why);
}

enum err_code publish_start(struct session *session, struct bytes table, struct bytes as,
                            publish_fn *fn, void *ctx, struct publish **out, struct err *e)
{
    struct export_id copy = exports_next(session_exports(session));
    uint8_t room[EXPORT_TICKET_LEN];
    struct publish *p;
    enum err_code rc;

    if (copy.id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    p = MEM_NEW(struct publish);
    *p = (struct publish){.session = session, .copy = copy, .fn = fn, .ctx = ctx};
    buf_init(&p->as, TICKET_MAX);
    rc = buf_append(&p->as, as.data, as.len, e);
    if (rc == ERR_OK)
        rc = ask(p, SERVICE "ExportFromTicket", table,
                 exports_ticket(session_exports(session), copy, room), on_copied, e);
    if (rc == ERR_OK)
        *out = p;
    else
        release(p);
    return rc;
}

void publish_drop(struct publish *p)
{
    if (!p)
        return;
    session_drop(p->call);
    session_release(p->session, p->copy);
    release(p);
}
