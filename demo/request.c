#include "demo/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void free_request(struct request *r)
{
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
    buf_release(&r->message);
    buf_release(&r->more);
    free(r->told);
    free(r);
}

void request_fail(struct request *r, grpc_status_code status, const char *text)
{
    rpc_finish(r->rpc, status, text);
    free_request(r);
}

bool request_reply(struct request *r, enum err_code rc, struct buf *message,
                   const struct err *e)
{
    if (rc == ERR_OK) {
        rpc_reply(r->rpc, buf_bytes(message));
        free_request(r);
    } else {
        request_fail(r, GRPC_STATUS_INTERNAL, e->msg);
    }
    buf_release(message);
    return true;
}

bool request_reply_empty(struct request *r)
{
    rpc_reply(r->rpc, (struct bytes){0});
    free_request(r);
    return true;
}

bool request_refuse(struct request *r, const struct refusal *why)
{
    request_fail(r, why->status, why->text);
    return true;
}

bool request_refuse_message(struct request *r)
{
    rpc_set_authorization(r->rpc, NULL);
    request_fail(r, GRPC_STATUS_UNKNOWN, "Application error processing RPC");
    return true;
}

static void collect(struct request *r, struct bytes message)
{
    uint32_t n = (uint32_t)message.len;
    struct err e;

    if (buf_append(&r->more, &n, sizeof(n), &e) != ERR_OK ||
        buf_append(&r->more, message.data, message.len, &e) != ERR_OK)
        request_fail(r, GRPC_STATUS_RESOURCE_EXHAUSTED, e.msg);
}

bool request_next(const struct request *r, size_t *at, struct bytes *message)
{
    uint32_t n;

    if (*at == r->more.len)
        return false;
    memcpy(&n, r->more.data + *at, sizeof(n));
    *message = (struct bytes){r->more.data + *at + sizeof(n), n};
    *at += sizeof(n) + n;
    return true;
}

static void on_message(void *ctx, struct bytes message)
{
    struct request *r = ctx;
    struct err e;

    if (r->has_message) {
        if (r->collects)
            collect(r, message);
        return;
    }
    r->has_message = true;
    if (buf_append(&r->message, message.data, message.len, &e) != ERR_OK)
        (void)request_refuse_message(r);
    else
        (void)r->method->run(r);
}

static void on_half_closed(void *ctx)
{
    struct request *r = ctx;

    r->half_closed = true;
    if (r->has_message && r->collects)
        (void)r->method->run(r);
    else if (!r->has_message)
        request_fail(r, GRPC_STATUS_INTERNAL, "Half-closed without a request");
}

static void on_sent(void *ctx)
{
    struct request *r = ctx;

    if (r->method->tick)
        r->method->tick(r);
}

static void on_gone(void *ctx)
{
    free_request(ctx);
}

static const struct rpc_handler request_handler = {on_message, on_half_closed, on_sent,
                                                   on_gone};

void request_start(struct server *s, struct login *l, struct rpc *rpc,
                   const struct method *m)
{
    struct request *r = MEM_NEW(struct request);

    r->server = s;
    r->login = l;
    r->rpc = rpc;
    r->method = m;
    buf_init(&r->message, MESSAGE_MAX);
    buf_init(&r->more, MESSAGE_MAX);
    r->next = s->requests;
    r->link = &s->requests;
    if (r->next)
        r->next->link = &r->next;
    s->requests = r;
    rpc_handle(rpc, &request_handler, r);
}
