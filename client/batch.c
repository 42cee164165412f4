#include "client/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/ipc.h"
#include "client/loss.h"
#include "client/step_ops.h"
#include "client/wire/wire.h"

#define BATCH "/io.deephaven.proto.backplane.grpc.TableService/Batch"
#define REQUEST_MAX ((size_t)1 << 20)
#define REASON_MAX 200 /* bytes of a failure that are told */
#define NONE SIZE_MAX

/* One operation: which step it is of, and what it makes. */
struct batch_op {
    enum recipe_op of;
    struct export_id export; /* id 0: none */
    bool is_made, is_discarded;
};

/* The call owns it. */
struct table_batch {
    struct session *session; /* borrowed */
    const struct batch_handler *handler;
    void *ctx;
    bool tells_nothing; /* its replies are empty */
    size_t n_wanted;    /* exports that are not discarded */
    size_t failed;      /* the first operation that failed; NONE: none is known */
    struct err told;    /* of that one */
    struct err bad;     /* a reply that could not be read */
    size_t n_ops;
    struct batch_op ops[];
};

/* --- replies --- */

/* Which operation a reply is of; n_ops: none of them. */
static size_t find_op(const struct table_batch *b, const struct wire_table_created *t)
{
    uint8_t room[EXPORT_TICKET_LEN];
    size_t i = 0;

    if (t->ticket.len == 0)
        return (size_t)t->offset < b->n_ops ? (size_t)t->offset : b->n_ops;
    while (i < b->n_ops &&
           !bytes_equal(t->ticket, exports_ticket(session_exports(b->session),
                                                  b->ops[i].export, room)))
        i++;
    return i;
}

/* The text behind the id of a failure, where there is one. */
static void note_failure(struct table_batch *b, size_t op, struct bytes info)
{
    static const char mark[] = " cause: ";
    char text[REASON_MAX + 1] = "refused";
    size_t n = info.len < REASON_MAX ? info.len : REASON_MAX;
    const char *cause;

    if (op >= b->failed)
        return;
    if (n > 0)
        memcpy(text, info.data, n);
    if (n > 0)
        text[n] = '\0';
    cause = strstr(text, mark);
    b->failed = op;
    (void)err_set(&b->told, ERR_REFUSED, "%s", cause ? cause + sizeof(mark) - 1 : text);
}

static void take_made(struct table_batch *b, struct batch_op *op,
                      const struct table_created *created)
{
    op->is_made = true;
    if (op->is_discarded)
        session_release(b->session, op->export);
    else if (op->export.id != 0)
        b->handler->made(b->ctx, op->export, created);
}

static enum err_code take_reply(struct table_batch *b, struct bytes message, struct err *e)
{
    struct wire_table_created t;
    size_t at;

    TRY(wire_table_created_decode(message, &t, e));
    at = find_op(b, &t);
    if (at == b->n_ops)
        return err_set(e, ERR_PROTO, "expected one of %zu operations, found another",
                       b->n_ops);
    if (!t.success) {
        note_failure(b, at, t.error_info);
        return ERR_OK;
    }
    if (t.size < 0 && t.size != INT64_MIN)
        return err_set(e, ERR_PROTO, "expected a table size, found %lld",
                       (long long)t.size);
    take_made(b, &b->ops[at],
              &(struct table_created){.size = t.size == INT64_MIN ? -1 : t.size,
                                      .is_static = t.is_static,
                                      .schema_header = t.schema_header});
    return ERR_OK;
}

static void on_message(void *ctx, struct bytes message)
{
    struct table_batch *b = ctx;

    if (b->bad.code == ERR_OK && !b->tells_nothing)
        (void)take_reply(b, message, &b->bad);
}

static bool is_through(const struct table_batch *b)
{
    for (size_t i = 0; i < b->n_ops; i++)
        if (!b->ops[i].is_made)
            return false;
    return true;
}

/* The step that a reply tells of, or the only one that is not through. protocol: what is
 * found wrong before anything is made has no reply, and which step it is of is not told. */
static enum recipe_op failed_step(const struct table_batch *b)
{
    const struct batch_op *missing = NULL;

    if (b->failed != NONE)
        return b->ops[b->failed].of;
    for (size_t i = 0; i < b->n_ops; i++) {
        if (b->ops[i].is_made)
            continue;
        if (missing && missing->of != b->ops[i].of)
            return RECIPE_FETCH;
        missing = &b->ops[i];
    }
    return missing ? missing->of : RECIPE_FETCH;
}

/* protocol: the status is that of the first failure that has one; without any failure of
 * that kind it is OK. */
static struct err end_reason(const struct table_batch *b, const struct call_end *end)
{
    struct err e;

    if (b->bad.code != ERR_OK)
        return b->bad;
    if (end->status != 0)
        (void)session_end_err(b->session, end, &e);
    else if (b->failed != NONE)
        return b->told;
    else
        (void)err_set(&e, ERR_PROTO, "the server ended a batch without all its replies");
    return e;
}

/* Nobody knows which of them were made before the call broke off. */
static void release_discarded(struct table_batch *b)
{
    for (size_t i = 0; i < b->n_ops; i++)
        if (b->ops[i].is_discarded && !b->ops[i].is_made)
            session_release(b->session, b->ops[i].export);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct table_batch *b = ctx;
    struct err why;

    if (end->status == 0 && b->tells_nothing)
        take_made(b, &b->ops[0], NULL);
    if (end->status != 0) {
        (void)session_end_err(b->session, end, &why);
        if (loss_of_call_may_pass(&why))
            release_discarded(b);
    }
    if (b->n_wanted == 0)
        return;
    if (b->failed == NONE && is_through(b)) {
        b->handler->ended(b->ctx, b, RECIPE_FETCH, NULL);
    } else {
        why = end_reason(b, end);
        b->handler->ended(b->ctx, b, failed_step(b), &why);
    }
}

static const struct call_handler call_events = {NULL, on_message, on_end};

/* --- the request --- */

static struct table_batch *new_batch(const struct batch_step *steps, size_t n,
                                     const size_t *n_ops, size_t n_all)
{
    struct table_batch *b = mem_calloc(1, sizeof(*b) + n_all * sizeof(b->ops[0]));

    b->failed = NONE;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n_ops[i]; k++)
            b->ops[b->n_ops++].of = steps[i].step.op;
        b->ops[b->n_ops - 1].export = steps[i].result;
        b->n_wanted += steps[i].result.id != 0;
    }
    return b;
}

/* Writes the request and makes the batch that waits for its replies. */
static enum err_code encode(struct session *session, struct bytes source,
                            const struct batch_step *steps, size_t n, struct buf *request,
                            struct table_batch **out, struct err *e)
{
    uint8_t(*tickets)[EXPORT_TICKET_LEN] = mem_calloc(n, sizeof(*tickets));
    size_t *n_ops = MEM_ARRAY(size_t, n);
    struct step_ops ops = {0};
    enum err_code rc;

    for (size_t i = 0; i < n; i++) {
        n_ops[i] = ops.n;
        step_ops_add(&ops, source, &steps[i].step);
        n_ops[i] = ops.n - n_ops[i];
        step_ops_keep(
            &ops, exports_ticket(session_exports(session), steps[i].result, tickets[i]));
    }
    rc = wire_batch_request_encode(ops.ops, ops.n, request, e);
    if (rc == ERR_OK)
        *out = new_batch(steps, n, n_ops, ops.n);
    step_ops_release(&ops);
    free(n_ops);
    free(tickets);
    return rc;
}

enum err_code batch_start(struct session *session, struct bytes source,
                          const struct batch_step *steps, size_t n,
                          const struct batch_handler *handler, void *ctx,
                          struct table_batch **out, struct err *e)
{
    struct buf request;
    struct table_batch *b;
    enum err_code rc;

    buf_init(&request, REQUEST_MAX);
    rc = encode(session, source, steps, n, &request, &b, e);
    if (rc == ERR_OK) {
        b->session = session;
        b->handler = handler;
        b->ctx = ctx;
        session_call_own(
            session_start(session,
                          &(struct call_options){.method = BATCH,
                                                 .message = buf_bytes(&request),
                                                 .has_message = true,
                                                 .half_close = true},
                          &call_events, b),
            b);
        *out = b;
    }
    buf_release(&request);
    return rc;
}

void batch_start_one(struct session *session, const char *method, struct bytes request,
                     struct bytes more, enum recipe_op op, bool is_told,
                     struct export_id result, const struct batch_handler *handler,
                     void *ctx, struct table_batch **out)
{
    const struct batch_step step = {.step.op = op, .result = result};
    const size_t n_ops = 1;
    struct table_batch *b = new_batch(&step, 1, &n_ops, 1);
    struct session_call *call;

    b->session = session;
    b->handler = handler;
    b->ctx = ctx;
    b->tells_nothing = !is_told;
    call = session_start(session,
                         &(struct call_options){.method = method,
                                                .message = request,
                                                .has_message = true,
                                                .half_close = more.len == 0},
                         &call_events, b);
    session_call_own(call, b);
    if (more.len > 0)
        session_send_last(call, more);
    *out = b;
}

void batch_discard(struct table_batch *b, struct export_id export)
{
    for (size_t i = 0; i < b->n_ops; i++) {
        struct batch_op *op = &b->ops[i];

        if (op->export.id != export.id || op->is_discarded)
            continue;
        op->is_discarded = true;
        b->n_wanted--;
        if (op->is_made)
            session_release(b->session, export);
    }
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
