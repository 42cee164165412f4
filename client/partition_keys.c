#include "client/partition_keys.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/partitions.h"

#define FETCH "/io.deephaven.proto.backplane.grpc.ObjectService/FetchObject"
#define RELEASE "/io.deephaven.proto.backplane.grpc.SessionService/Release"
#define TYPE "PartitionedTable"

/* Freed with its call, whose reply is read also when nobody waits for it any more: what the
 * server has exported with it is to be released. */
struct partition_keys {
    struct session *session; /* borrowed */
    partition_keys_fn *fn;   /* NULL: dropped */
    void *ctx;
};

static void ignore_reply(void *ctx, struct bytes reply, const struct err *why)
{
    (void)ctx;
    (void)reply;
    (void)why; /* it goes with the session at the latest */
}

static void release(struct session *session, struct bytes ticket)
{
    struct buf request;

    buf_init(&request, TICKET_MAX);
    if (ticket.len > 0 && wire_release_encode(ticket, &request, NULL) == ERR_OK)
        (void)session_unary(session, RELEASE, buf_bytes(&request), ignore_reply, NULL);
    buf_release(&request);
}

static void tell_names(struct partition_keys *p, const struct wire_partitions *w)
{
    const char *names[WIRE_PARTITION_KEYS_MAX];

    for (size_t i = 0; i < w->n; i++)
        names[i] = mem_strndup((const char *)w->names[i].data, w->names[i].len);
    p->fn(p->ctx, names, w->n, NULL);
    for (size_t i = 0; i < w->n; i++)
        free((char *)names[i]);
}

static void on_reply(void *ctx, struct bytes reply, const struct err *why)
{
    struct partition_keys *p = ctx;
    struct wire_partitions w = {.n = 0};
    struct err e;

    if (!why && wire_partitions_decode(reply, &w, &e) != ERR_OK)
        why = &e;
    release(p->session, w.base);
    if (!why && w.n == 0) {
        (void)err_set(&e, ERR_PROTO, "a partitioned table without keys");
        why = &e;
    }
    if (!p->fn)
        return;
    if (why)
        p->fn(p->ctx, NULL, 0, why);
    else
        tell_names(p, &w);
}

struct partition_keys *partition_keys_ask(struct session *session, struct bytes ticket,
                                          partition_keys_fn *fn, void *ctx)
{
    struct partition_keys *p = MEM_NEW(struct partition_keys);
    struct buf request;

    *p = (struct partition_keys){.session = session, .fn = fn, .ctx = ctx};
    buf_init(&request, 2 * (size_t)TICKET_MAX);
    (void)wire_fetch_object_encode(ticket, TYPE, &request, NULL); /* it has the room */
    session_call_own(session_unary(session, FETCH, buf_bytes(&request), on_reply, p), p);
    buf_release(&request);
    return p;
}

void partition_keys_drop(struct partition_keys *p)
{
    if (p)
        p->fn = NULL;
}
