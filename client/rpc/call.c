/*
 * Each direction has at most one batch in flight: start (headers out, first message),
 * headers in, message in, message out, status. `batches` counts those in flight; the object
 * is freed when it is zero and the end was delivered or the owner has dropped the call. The
 * end is held back until the last message was delivered, so the order of callbacks is
 * fixed.
 *
 * A call that is dropped before its first batch has left is cancelled only when that has
 * left. Cancelled at once, some dozens of calls in a burst make server 42.7 reset other
 * streams of the connection too, the one that tells of the session's end among them (seen
 * with gRPC 1.51, tests/e2e/burst_test.c).
 */
#include "client/rpc/call.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/slice.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/rpc/internal.h"
#include "client/rpc/payload.h"

struct call_metadata {
    grpc_metadata_array array;
};

enum batch {
    BATCH_START,
    BATCH_HEADERS,
    BATCH_READ,
    BATCH_WRITE,
    BATCH_STATUS,
    BATCH_COUNT
};

struct tag {
    struct pump_tag completion; /* first: the pump hands this back */
    struct call *call;
};

struct call_message {
    struct call_message *next;
    grpc_byte_buffer *message;
    bool last;
};

struct call {
    struct channel *channel; /* borrowed */
    grpc_call *grpc;
    const struct call_handler *handler;
    void *ctx;
    struct tag tag[BATCH_COUNT];
    int batches;
    bool starting;              /* the first batch has not left yet */
    struct channel_late cancel; /* in the channel's list while it waits for that */
    bool dropped, ended;
    struct handshake *asking_why; /* it has ended: the owner is told when this is over */
    bool headers_done, reads_done, status_done;
    bool writing, half_closed;
    bool held, read_due; /* due: the next message is to be read, but the call is held */
    struct call_metadata headers, trailers;
    grpc_byte_buffer *incoming;
    struct call_message *queue, **queue_tail;
    grpc_status_code status;
    grpc_slice status_text;
};

static void start(struct call *c, enum batch which, const grpc_op *ops, size_t n)
{
    if (grpc_call_start_batch(c->grpc, ops, n, &c->tag[which].completion, NULL) !=
        GRPC_CALL_OK)
        abort(); /* a batch that breaks gRPC's rules is our own mistake */
    c->batches++;
}

static void free_outgoing(struct call *c)
{
    while (c->queue) {
        struct call_message *o = c->queue;

        c->queue = o->next;
        grpc_byte_buffer_destroy(o->message);
        free(o);
    }
    c->queue_tail = &c->queue;
}

static void maybe_free(struct call *c)
{
    if (c->batches > 0 || c->asking_why || !(c->dropped || c->ended))
        return;
    free_outgoing(c);
    if (c->incoming)
        grpc_byte_buffer_destroy(c->incoming);
    grpc_metadata_array_destroy(&c->headers.array);
    grpc_metadata_array_destroy(&c->trailers.array);
    grpc_slice_unref(c->status_text);
    grpc_call_unref(c->grpc);
    free(c);
}

/* why: found beside the call, or NULL. */
static void tell_end(struct call *c, const struct err *why)
{
    char *text;

    text = mem_strndup((const char *)GRPC_SLICE_START_PTR(c->status_text),
                       GRPC_SLICE_LENGTH(c->status_text));
    c->handler->end(c->ctx, &(struct call_end){.status = (int)c->status,
                                               .message = text,
                                               .trailers = &c->trailers,
                                               .has_trailers = c->trailers.array.count > 0,
                                               .connected = channel_connected(c->channel),
                                               .why = why});
    free(text);
}

/* The connection was not made, or broke before the server had said anything. */
static bool was_not_reached(const struct call *c)
{
    return c->headers.array.count == 0 && c->trailers.array.count == 0 &&
           !channel_connected(c->channel) &&
           (c->status == GRPC_STATUS_UNAVAILABLE || c->status == GRPC_STATUS_INTERNAL ||
            c->status == GRPC_STATUS_UNKNOWN);
}

static void on_reason(void *ctx, const struct err *why)
{
    struct call *c = ctx;

    c->asking_why = NULL;
    tell_end(c, why);
    maybe_free(c);
}

static void maybe_end(struct call *c)
{
    if (c->dropped || c->ended || !c->headers_done || !c->reads_done || !c->status_done)
        return;
    c->ended = true;
    if (was_not_reached(c))
        c->asking_why = channel_ask_why(c->channel, on_reason, c);
    else if (c->trailers.array.count > 0)
        channel_note_answer(c->channel);
    if (!c->asking_why)
        tell_end(c, NULL);
}

static void read_next(struct call *c)
{
    grpc_op op = {.op = GRPC_OP_RECV_MESSAGE,
                  .data.recv_message.recv_message = &c->incoming};

    c->read_due = c->held;
    if (!c->held)
        start(c, BATCH_READ, &op, 1);
}

/* What follows a message that cannot be had would not fit. */
static void refuse_message(struct call *c)
{
    char *why = mem_printf("no memory for %zu bytes of a message",
                           grpc_byte_buffer_length(c->incoming));

    (void)grpc_call_cancel_with_status(c->grpc, GRPC_STATUS_RESOURCE_EXHAUSTED, why, NULL);
    free(why);
}

static void deliver(struct call *c)
{
    grpc_slice all;

    if (!payload_slice(c->incoming, &all)) {
        refuse_message(c);
        return;
    }
    c->handler->message(c->ctx, payload_bytes(&all));
    grpc_slice_unref(all);
}

/* Nothing can follow what ended the messages. A stream that ended without a status would
 * wait for one for ever while our side of it is open: closing it makes gRPC give up. */
static bool close_after_server(struct call *c)
{
    grpc_op op = {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT};

    if (!c->reads_done || c->status_done || c->half_closed)
        return false;
    c->half_closed = c->writing = true;
    start(c, BATCH_WRITE, &op, 1);
    return true;
}

static void write_next(struct call *c)
{
    struct call_message *o = c->queue;
    grpc_op ops[] = {{.op = GRPC_OP_SEND_MESSAGE}, {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT}};

    if (c->writing || c->dropped || close_after_server(c) || c->half_closed || !o)
        return;
    c->queue = o->next;
    if (!c->queue)
        c->queue_tail = &c->queue;
    ops[0].data.send_message.send_message = o->message;
    c->writing = true;
    c->half_closed = o->last;
    start(c, BATCH_WRITE, ops, o->last ? 2 : 1);
    grpc_byte_buffer_destroy(o->message); /* gRPC holds its own reference */
    free(o);
}

static void on_read(struct call *c)
{
    if (!c->incoming) {
        c->reads_done = true;
        write_next(c);
        return;
    }
    if (!c->dropped)
        deliver(c);
    grpc_byte_buffer_destroy(c->incoming);
    c->incoming = NULL;
    if (c->dropped)
        c->reads_done = true;
    else
        read_next(c);
}

static void on_headers(struct call *c)
{
    bool told = !c->dropped && c->headers.array.count > 0;

    if (told) /* of a dropped call the channel may be gone as well */
        channel_note_answer(c->channel);
    if (told && c->handler->headers)
        c->handler->headers(c->ctx, &c->headers);
    c->headers_done = true;
    if (c->dropped)
        c->reads_done = true;
    else
        read_next(c); /* after the headers, so that the owner knows them first */
}

/* A failed write is followed by the status, which says why. */
static void on_written(struct call *c, bool ok)
{
    c->writing = false;
    if (ok)
        write_next(c);
}

static void on_done(struct pump_tag *completion, bool ok)
{
    struct tag *tag = (struct tag *)completion;
    struct call *c = tag->call;

    switch ((enum batch)(tag - c->tag)) {
    case BATCH_START:
        c->starting = false;
        channel_late_run(&c->cancel);
        on_written(c, ok);
        break;
    case BATCH_WRITE:
        on_written(c, ok);
        break;
    case BATCH_HEADERS:
        on_headers(c);
        break;
    case BATCH_READ:
        on_read(c);
        break;
    case BATCH_STATUS:
        c->status_done = true;
        break;
    case BATCH_COUNT:
        break;
    }
    maybe_end(c);
    c->batches--; /* only now: a callback may have dropped the call */
    maybe_free(c);
}

static void start_sending(struct call *c, const struct call_options *o)
{
    grpc_metadata md;
    grpc_byte_buffer *message = NULL;
    grpc_op ops[3] = {{.op = GRPC_OP_SEND_INITIAL_METADATA}};
    size_t n = 1;

    memset(&md, 0, sizeof(md));
    if (o->authorization) {
        md.key = grpc_slice_from_static_string("authorization");
        md.value = grpc_slice_from_copied_string(o->authorization);
        ops[0].data.send_initial_metadata.count = 1;
        ops[0].data.send_initial_metadata.metadata = &md;
    }
    if (o->has_message) {
        message = payload_new(o->message);
        ops[n].op = GRPC_OP_SEND_MESSAGE;
        ops[n++].data.send_message.send_message = message;
    }
    if (o->half_close)
        ops[n++].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    c->writing = c->starting = true;
    c->half_closed = o->half_close;
    start(c, BATCH_START, ops, n);
    if (message)
        grpc_byte_buffer_destroy(message);
    if (o->authorization)
        grpc_slice_unref(md.value);
}

static void start_receiving(struct call *c)
{
    grpc_op headers = {.op = GRPC_OP_RECV_INITIAL_METADATA,
                       .data.recv_initial_metadata.recv_initial_metadata =
                           &c->headers.array};
    grpc_op status = {
        .op = GRPC_OP_RECV_STATUS_ON_CLIENT,
        .data.recv_status_on_client = {.trailing_metadata = &c->trailers.array,
                                       .status = &c->status,
                                       .status_details = &c->status_text}};

    start(c, BATCH_HEADERS, &headers, 1);
    start(c, BATCH_STATUS, &status, 1);
}

struct call *call_start(struct channel *channel, const struct call_options *o,
                        const struct call_handler *handler, void *ctx)
{
    struct call *c = MEM_NEW(struct call);
    gpr_timespec deadline = gpr_inf_future(GPR_CLOCK_MONOTONIC);

    assert(!pump_held(channel_pump(channel)));
    if (o->timeout_ms > 0)
        deadline = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                gpr_time_from_millis(o->timeout_ms, GPR_TIMESPAN));
    c->channel = o->bulk ? channel_bulk(channel) : channel;
    c->handler = handler;
    c->ctx = ctx;
    c->queue_tail = &c->queue;
    c->status_text = grpc_empty_slice();
    grpc_metadata_array_init(&c->headers.array);
    grpc_metadata_array_init(&c->trailers.array);
    for (int i = 0; i < BATCH_COUNT; i++) {
        c->tag[i].completion.done = on_done;
        c->tag[i].call = c;
    }
    c->grpc = grpc_channel_create_call(
        channel_grpc(c->channel), NULL, GRPC_PROPAGATE_DEFAULTS,
        pump_queue(channel_pump(channel)), grpc_slice_from_static_string(o->method), NULL,
        deadline, NULL);
    start_sending(c, o);
    start_receiving(c);
    return c;
}

static void send_one(struct call *c, struct bytes message, bool last)
{
    struct call_message *o = MEM_NEW(struct call_message);

    assert(!pump_held(channel_pump(c->channel)));
    o->message = payload_new(message);
    o->last = last;
    *c->queue_tail = o;
    c->queue_tail = &o->next;
    write_next(c);
}

void call_send(struct call *c, struct bytes message, bool newest)
{
    if (newest)
        free_outgoing(c);
    send_one(c, message, false);
}

void call_send_last(struct call *c, struct bytes message)
{
    send_one(c, message, true);
}

static void cancel(struct channel_late *late)
{
    struct call *c = (struct call *)((char *)late - offsetof(struct call, cancel));

    (void)grpc_call_cancel(c->grpc, NULL);
}

void call_hold(struct call *c, bool hold)
{
    c->held = hold;
    if (!hold && c->read_due && !c->dropped)
        read_next(c);
}

void call_drop(struct call *c)
{
    if (!c || c->dropped)
        return;
    c->dropped = true;
    handshake_drop(c->asking_why);
    c->asking_why = NULL;
    c->cancel.run = cancel;
    if (c->starting && channel_connected(c->channel))
        channel_late_add(c->channel, &c->cancel);
    else
        cancel(&c->cancel);
    maybe_free(c);
}

bool call_metadata_get(const struct call_metadata *md, const char *name,
                       struct bytes *value)
{
    for (size_t i = 0; i < md->array.count; i++) {
        const grpc_metadata *m = &md->array.metadata[i];

        if (grpc_slice_str_cmp(m->key, name) != 0)
            continue;
        value->data = GRPC_SLICE_START_PTR(m->value);
        value->len = GRPC_SLICE_LENGTH(m->value);
        return true;
    }
    return false;
}
