/*
 * A call is freed when it has ended or was dropped, but never while one of its callbacks
 * runs: what happens there may well be that its owner drops it. So a callback marks it as
 * `running`, dropping it then only marks it as `dropped`, and leave() frees it. A call that
 * ends is marked as dropped too before its owner is told, who may drop it once more.
 */
#include "client/session_call.h"

#include <stdlib.h>

#include "base/mem.h"

#define REPLY_MAX                                                                          \
    ((size_t)64 << 20) /* bytes of a unary reply; the channel's own limit is lower */
#define CONFIGURATION                                                                      \
    "/io.deephaven.proto.backplane.grpc.ConfigService/GetConfigurationConstants"

struct session_call {
    struct session_calls *calls;
    struct call *call;
    const struct call_handler *handler;
    void *ctx;
    bool running; /* a callback of the call runs: session_drop() must not free it yet */
    bool dropped; /* in that callback */
    session_reply_fn *reply_fn; /* unary calls: what waits for the reply */
    void *reply_ctx;
    void *owned; /* freed with it */
    struct buf reply;
    bool has_reply;
    struct err lost; /* why the reply could not be kept; ERR_OK: it was, or none came */
    struct session_call *next, **link; /* link: what points at this one */
};

static void unlink_call(struct session_call *c)
{
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
}

static void free_call(struct session_call *c)
{
    buf_release(&c->reply);
    free(c->owned);
    free(c);
}

static void leave(struct session_call *c)
{
    c->running = false;
    if (c->dropped)
        free_call(c);
}

static void on_headers(void *ctx, const struct call_metadata *md)
{
    struct session_call *c = ctx;
    const struct session_calls *calls = c->calls;

    c->running = true;
    calls->hooks->heard(calls->ctx, 0);
    calls->hooks->metadata(calls->ctx, md);
    if (!c->dropped && c->handler->headers)
        c->handler->headers(c->ctx, md);
    leave(c);
}

static void on_message(void *ctx, struct bytes message)
{
    struct session_call *c = ctx;

    c->calls->hooks->heard(c->calls->ctx, message.len);
    c->handler->message(c->ctx, message);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct session_call *c = ctx;
    const struct session_calls *calls = c->calls;
    bool inside = c->running; /* of another callback of it, which will leave() */

    c->call = NULL;
    c->running = true;
    if (end->trailers)
        calls->hooks->metadata(calls->ctx, end->trailers);
    if (!c->dropped) {
        unlink_call(c);
        c->dropped = true; /* ours to free, not the owner's */
        c->handler->end(c->ctx, end);
        calls->hooks->ended(calls->ctx, c, end);
    }
    if (!inside)
        leave(c);
}

static const struct call_handler call_hooks = {on_headers, on_message, on_end};

static void launch(struct session_calls *calls, struct session_call *c,
                   struct call_options o)
{
    c->calls = calls;
    c->next = calls->first;
    c->link = &calls->first;
    if (c->next)
        c->next->link = &c->next;
    calls->first = c;
    o.authorization = calls->hooks->authorize(calls->ctx, c);
    c->call = call_start(calls->channel, &o, &call_hooks, c);
}

struct session_call *session_calls_start(struct session_calls *calls,
                                         const struct call_options *o,
                                         const struct call_handler *handler, void *ctx)
{
    struct session_call *c = MEM_NEW(struct session_call);

    c->handler = handler;
    c->ctx = ctx;
    launch(calls, c, *o);
    return c;
}

void session_send(struct session_call *c, struct bytes message, bool newest)
{
    call_send(c->call, message, newest);
}

void session_send_last(struct session_call *c, struct bytes message)
{
    call_send_last(c->call, message);
}

void session_hold(struct session_call *c, bool hold)
{
    if (!c->dropped)
        call_hold(c->call, hold);
}

void session_drop(struct session_call *c)
{
    if (!c || c->dropped)
        return;
    c->calls->hooks->dropped(c->calls->ctx, c);
    call_drop(c->call);
    unlink_call(c);
    c->dropped = true;
    if (!c->running)
        free_call(c);
}

void session_calls_drop_all(struct session_calls *calls)
{
    while (calls->first)
        session_drop(calls->first);
}

void session_calls_end_all(struct session_calls *calls, const struct call_end *end)
{
    while (calls->first) {
        struct session_call *c = calls->first;

        call_drop(c->call);
        on_end(c, end);
    }
}

/* --- unary calls --- */

static void unary_message(void *ctx, struct bytes message)
{
    struct session_call *c = ctx;

    buf_clear(&c->reply);
    if (mem_room(message.len, &c->lost) == ERR_OK)
        c->has_reply = buf_append(&c->reply, message.data, message.len, &c->lost) == ERR_OK;
}

static void unary_end(void *ctx, const struct call_end *end)
{
    struct session_call *c = ctx;
    struct err e;

    if (end->status == 0 && c->has_reply) {
        c->reply_fn(c->reply_ctx, buf_bytes(&c->reply), NULL);
        return;
    }
    if (end->status == 0 && c->lost.code != ERR_OK)
        e = c->lost;
    else if (end->status == 0)
        (void)err_set(&e, ERR_PROTO, "the server ended a call without a reply");
    else
        (void)c->calls->hooks->explain(c->calls->ctx, end, &e);
    c->reply_fn(c->reply_ctx, (struct bytes){0}, &e);
}

static const struct call_handler unary_handler = {NULL, unary_message, unary_end};

struct session_call *session_calls_unary(struct session_calls *calls, const char *method,
                                         struct bytes request, int timeout_ms,
                                         session_reply_fn *fn, void *ctx)
{
    struct session_call *c = MEM_NEW(struct session_call);

    c->handler = &unary_handler;
    c->ctx = c;
    c->reply_fn = fn;
    c->reply_ctx = ctx;
    buf_init(&c->reply, REPLY_MAX);
    launch(calls, c,
           (struct call_options){.method = method,
                                 .message = request,
                                 .has_message = true,
                                 .half_close = true,
                                 .timeout_ms = timeout_ms});
    return c;
}

struct session_call *session_calls_ask(struct session_calls *calls, session_reply_fn *fn,
                                       void *ctx)
{
    return session_calls_unary(calls, CONFIGURATION, (struct bytes){0},
                               SESSION_UNARY_TIMEOUT_MS, fn, ctx);
}

void session_call_own(struct session_call *c, void *memory)
{
    c->owned = memory;
}
