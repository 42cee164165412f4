/*
 * `batches` counts what gRPC still holds; the object is freed when there are none and the
 * call is over. RECV_CLOSE_ON_SERVER is started first and comes back in every case.
 */
#include "demo/rpc.h"

#include <grpc/byte_buffer.h>
#include <grpc/slice.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/rpc/internal.h"
#include "client/rpc/payload.h"

enum rpc_batch { BATCH_CLOSE, BATCH_READ, BATCH_WRITE, BATCH_STATUS, BATCH_COUNT };

struct rpc_tag {
    struct pump_tag completion; /* first: the pump hands this back */
    struct rpc *rpc;
};

struct rpc_queued {
    struct rpc_queued *next;
    size_t len;
    uint8_t data[];
};

struct rpc {
    grpc_call *call;
    char *method;
    grpc_metadata_array headers;
    char *authorization;
    const struct rpc_handler *handler; /* NULL: nobody listens */
    void *ctx;
    struct rpc_tag tag[BATCH_COUNT];
    int batches;
    bool headers_sent, writing, closed;
    bool finishing, status_sent; /* a status was asked for; it has been given to gRPC */
    grpc_status_code status;
    char *status_text;
    int cancelled;
    grpc_byte_buffer *incoming;
    struct rpc_queued *queue, **queue_end; /* behind the message that is on its way */
    size_t n_queued;
};

static size_t alive; /* only counted: the server's end waits for the last one */

size_t rpc_alive(void)
{
    return alive;
}

static void start(struct rpc *r, enum rpc_batch which, const grpc_op *ops, size_t n)
{
    if (grpc_call_start_batch(r->call, ops, n, &r->tag[which].completion, NULL) !=
        GRPC_CALL_OK)
        abort(); /* a batch that breaks gRPC's rules is our own mistake */
    r->batches++;
}

static void drop_first(struct rpc *r)
{
    struct rpc_queued *first = r->queue;

    r->queue = first->next;
    if (!r->queue)
        r->queue_end = &r->queue;
    r->n_queued--;
    free(first);
}

static void maybe_free(struct rpc *r)
{
    if (r->batches > 0)
        return;
    while (r->queue)
        drop_first(r);
    if (r->incoming)
        grpc_byte_buffer_destroy(r->incoming);
    grpc_metadata_array_destroy(&r->headers); /* the call owns what is in it */
    grpc_call_unref(r->call);
    free(r->method);
    free(r->authorization);
    free(r->status_text);
    free(r);
    alive--;
}

/* The metadata of the first reply; unref the value when count is 1. */
static void add_headers(struct rpc *r, grpc_op *op, grpc_metadata *md)
{
    memset(md, 0, sizeof(*md));
    op->op = GRPC_OP_SEND_INITIAL_METADATA;
    op->data.send_initial_metadata.count = 0;
    if (r->authorization) {
        md->key = grpc_slice_from_static_string("authorization");
        md->value = grpc_slice_from_copied_string(r->authorization);
        op->data.send_initial_metadata.count = 1;
        op->data.send_initial_metadata.metadata = md;
    }
    r->headers_sent = true;
}

static void send_status(struct rpc *r)
{
    grpc_op ops[2];
    grpc_metadata md;
    grpc_slice text = grpc_slice_from_copied_string(r->status_text ? r->status_text : "");
    size_t n = 0;
    bool trailing = false;

    memset(ops, 0, sizeof(ops));
    memset(&md, 0, sizeof(md));
    if (!r->headers_sent) { /* a reply of trailers alone carries the bearer there */
        grpc_op headers;

        memset(&headers, 0, sizeof(headers));
        add_headers(r, &headers, &md);
        trailing = headers.data.send_initial_metadata.count == 1;
        ops[n++].op = GRPC_OP_SEND_INITIAL_METADATA;
    }
    ops[n].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[n].data.send_status_from_server.status = r->status;
    ops[n].data.send_status_from_server.status_details = &text;
    ops[n].data.send_status_from_server.trailing_metadata_count = trailing ? 1 : 0;
    ops[n].data.send_status_from_server.trailing_metadata = trailing ? &md : NULL;
    r->status_sent = true;
    start(r, BATCH_STATUS, ops, n + 1);
    grpc_slice_unref(text);
    if (trailing)
        grpc_slice_unref(md.value);
}

static void read_next(struct rpc *r)
{
    grpc_op op;

    memset(&op, 0, sizeof(op));
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &r->incoming;
    start(r, BATCH_READ, &op, 1);
}

static void deliver(struct rpc *r)
{
    grpc_slice all;

    if (!payload_slice(r->incoming, &all))
        return;
    r->handler->message(r->ctx, payload_bytes(&all));
    grpc_slice_unref(all);
}

static void on_read(struct rpc *r)
{
    if (!r->incoming) {
        if (r->handler && !r->closed)
            r->handler->half_closed(r->ctx);
        return;
    }
    if (r->handler)
        deliver(r);
    grpc_byte_buffer_destroy(r->incoming);
    r->incoming = NULL;
    if (!r->finishing && !r->closed)
        read_next(r);
}

static void on_write(struct rpc *r, bool ok)
{
    r->writing = false;
    if (r->queue && ok && !r->closed && !r->status_sent) {
        rpc_send(r, (struct bytes){r->queue->data, r->queue->len});
        drop_first(r);
        return;
    }
    if (r->finishing && !r->status_sent && !r->closed)
        send_status(r);
    else if (ok && r->handler && !r->closed)
        r->handler->sent(r->ctx);
}

static void on_close(struct rpc *r)
{
    const struct rpc_handler *handler = r->handler;

    r->closed = true;
    r->handler = NULL;
    if (handler)
        handler->gone(r->ctx);
}

static void on_done(struct pump_tag *completion, bool ok)
{
    struct rpc_tag *tag = (struct rpc_tag *)completion;
    struct rpc *r = tag->rpc;

    switch ((enum rpc_batch)(tag - r->tag)) {
    case BATCH_CLOSE:
        on_close(r);
        break;
    case BATCH_READ:
        on_read(r);
        break;
    case BATCH_WRITE:
        on_write(r, ok);
        break;
    case BATCH_STATUS:
    case BATCH_COUNT:
        break;
    }
    r->batches--; /* only now: a callback may have started another */
    maybe_free(r);
}

struct rpc *rpc_new(grpc_call *call, char *method, const grpc_metadata_array *headers)
{
    struct rpc *r = MEM_NEW(struct rpc);
    grpc_op op;

    alive++;
    r->call = call;
    r->method = method;
    r->headers = *headers;
    r->queue_end = &r->queue;
    for (int i = 0; i < BATCH_COUNT; i++) {
        r->tag[i].completion.done = on_done;
        r->tag[i].rpc = r;
    }
    memset(&op, 0, sizeof(op));
    op.op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    op.data.recv_close_on_server.cancelled = &r->cancelled;
    start(r, BATCH_CLOSE, &op, 1);
    return r;
}

const char *rpc_method(const struct rpc *r)
{
    return r->method;
}

bool rpc_header(const struct rpc *r, const char *name, struct bytes *value)
{
    for (size_t i = 0; i < r->headers.count; i++) {
        const grpc_metadata *m = &r->headers.metadata[i];

        if (grpc_slice_str_cmp(m->key, name) != 0)
            continue;
        value->data = GRPC_SLICE_START_PTR(m->value);
        value->len = GRPC_SLICE_LENGTH(m->value);
        return true;
    }
    return false;
}

void rpc_set_authorization(struct rpc *r, const char *value)
{
    free(r->authorization);
    r->authorization = value ? mem_strdup(value) : NULL;
}

void rpc_handle(struct rpc *r, const struct rpc_handler *handler, void *ctx)
{
    r->handler = handler;
    r->ctx = ctx;
    read_next(r);
}

bool rpc_idle(const struct rpc *r)
{
    return !r->writing && !r->finishing && !r->closed;
}

void rpc_send(struct rpc *r, struct bytes message)
{
    grpc_byte_buffer *buffer = payload_new(message);
    bool first = !r->headers_sent;
    grpc_op ops[2];
    grpc_metadata md;
    size_t n = 0;

    memset(ops, 0, sizeof(ops));
    memset(&md, 0, sizeof(md));
    if (first)
        add_headers(r, &ops[n++], &md);
    ops[n].op = GRPC_OP_SEND_MESSAGE;
    ops[n++].data.send_message.send_message = buffer;
    r->writing = true;
    start(r, BATCH_WRITE, ops, n);
    grpc_byte_buffer_destroy(buffer);
    if (first && r->authorization)
        grpc_slice_unref(md.value);
}

bool rpc_takes(const struct rpc *r)
{
    return !r->finishing && !r->closed && r->n_queued < RPC_QUEUE_MAX;
}

void rpc_queue(struct rpc *r, struct bytes message)
{
    struct rpc_queued *last;

    if (rpc_idle(r)) {
        rpc_send(r, message);
        return;
    }
    last = mem_calloc(1, sizeof(*last) + message.len);
    last->len = message.len;
    memcpy(last->data, message.data, message.len);
    *r->queue_end = last;
    r->queue_end = &last->next;
    r->n_queued++;
}

void rpc_finish(struct rpc *r, grpc_status_code status, const char *text)
{
    if (r->finishing)
        return;
    r->finishing = true;
    r->handler = NULL;
    r->status = status;
    r->status_text = text ? mem_strdup(text) : NULL;
    if (!r->writing && !r->closed)
        send_status(r);
}

void rpc_reply(struct rpc *r, struct bytes message)
{
    if (r->closed)
        return;
    rpc_send(r, message);
    rpc_finish(r, GRPC_STATUS_OK, NULL);
}

void rpc_cut(struct rpc *r)
{
    if (r->finishing || r->closed)
        return;
    r->finishing = true;
    r->status_sent = true;
    r->handler = NULL;
    (void)grpc_call_cancel(r->call, NULL);
}
