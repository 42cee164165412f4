#include "client/publish.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/tickets.h"
#include "client/wire/wire.h"

#define SERVICE "/io.deephaven.proto.backplane.grpc.SessionService/"
#define EXPORT SERVICE "ExportFromTicket"
#define REQUEST_MAX ((size_t)2 * TICKET_MAX + 64)

struct publish {
    struct session *session; /* borrowed */
    struct session_call *call;
    struct export_id copy, there; /* as asked for; there: what has the name already */
    struct buf table, as;
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
    buf_release(&p->table);
    buf_release(&p->as);
    free(p);
}

static bool is_ours(const struct publish *p)
{
    return is_shared_ticket(buf_bytes(&p->as));
}

static struct bytes ticket_of(const struct publish *p, struct export_id id,
                              uint8_t room[EXPORT_TICKET_LEN])
{
    return exports_ticket(session_exports(p->session), id, room);
}

/* protocol: a shared ticket stands for the export that it was published from; a variable
 * holds its object itself. */
static void tell(struct publish *p, const struct err *why)
{
    if (why || !is_ours(p))
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
    if (!why && ask(p, SERVICE "PublishFromTicket", ticket_of(p, p->copy, room),
                    buf_bytes(&p->as), on_published, &e) != ERR_OK)
        why = &e;
    if (why)
        tell(p, why);
}

static enum err_code take_id(const struct publish *p, struct export_id *out, struct err *e)
{
    *out = exports_next(session_exports(p->session));
    if (out->id == 0)
        return err_set(e, ERR_LIMIT, "this session has used up its export ids");
    return ERR_OK;
}

static enum err_code copy(struct publish *p, struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];

    TRY(take_id(p, &p->copy, e));
    return ask(p, EXPORT, buf_bytes(&p->table), ticket_of(p, p->copy, room), on_copied, e);
}

/* protocol: any variable can be exported; one that is not there is NOT_FOUND. */
static void on_looked(void *ctx, struct bytes reply, const struct err *why)
{
    struct publish *p = ctx;
    struct err e;

    (void)reply;
    session_release(p->session, p->there);
    p->there = (struct export_id){0};
    if (!why) /* behind "s/" stands its name */
        (void)err_set(&e, ERR_USAGE, "%.*s is taken by a variable on the server",
                      (int)(p->as.len - 2), (const char *)p->as.data + 2);
    else if (why->code != ERR_NOT_FOUND)
        e = *why;
    else if (copy(p, &e) == ERR_OK)
        return;
    tell(p, &e);
}

static enum err_code begin(struct publish *p, struct bytes table, struct bytes as,
                           struct err *e)
{
    uint8_t room[EXPORT_TICKET_LEN];

    TRY(buf_append(&p->table, table.data, table.len, e));
    TRY(buf_append(&p->as, as.data, as.len, e));
    if (is_ours(p))
        return copy(p, e);
    TRY(take_id(p, &p->there, e));
    return ask(p, EXPORT, as, ticket_of(p, p->there, room), on_looked, e);
}

enum err_code publish_start(struct session *session, struct bytes table, struct bytes as,
                            publish_fn *fn, void *ctx, struct publish **out, struct err *e)
{
    struct publish *p = MEM_NEW(struct publish);
    enum err_code rc;

    *p = (struct publish){.session = session, .fn = fn, .ctx = ctx};
    buf_init(&p->table, TICKET_MAX);
    buf_init(&p->as, TICKET_MAX);
    rc = begin(p, table, as, e);
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
    session_release(p->session, p->there);
    session_release(p->session, p->copy);
    release(p);
}
