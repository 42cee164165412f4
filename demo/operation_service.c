/*
 * A call is read, the tables that it starts from are looked up, its results are checked,
 * and only then anything is made: until the last of these steps the call can be put off and
 * started again. A failure is of one of two sorts, which a real server tells in different
 * ways: one that has a status, which everything that depends on it gets as well, and one
 * whose reason is in the server's log under an id, of which the others learn only that it
 * was there.
 */
#include "demo/operation_service.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/wire.h"
#include "demo/calls.h"
#include "demo/log_service.h"
#include "demo/operations.h"
#include "demo/request.h"
#include "demo/seek.h"

#define DETAILS "Details Logged w/ID '%s'"
#define DEPENDENCY_FAILED "Export in state DEPENDENCY_FAILED"

/* What came of an operation. */
struct outcome {
    bool made;
    struct selection view; /* made */
    struct refusal why;    /* not made: how the call ends */
    bool logged;           /* the reason is in the log */
    bool depends;          /* on another that failed */
    char uuid[LOG_ID_LEN + 1];
};

static void fail_with(struct server *s, struct outcome *o, grpc_status_code status,
                      const char *text)
{
    log_reason(s, text, o->uuid);
    (void)ticket_refusal(&o->why, status, "%s", text);
}

/* The text has the id alone. */
static void fail_logged(struct server *s, struct outcome *o, const char *reason)
{
    log_reason(s, reason, o->uuid);
    o->logged = true;
    (void)ticket_refusal(&o->why, GRPC_STATUS_INVALID_ARGUMENT, DETAILS, o->uuid);
}

static void run(struct server *s, const struct wire_op *op, const struct selection *source,
                const struct selection *right, struct outcome *o)
{
    struct err e;

    switch (operation_apply(op, source, right, &s->world, server_now_ms(s), &o->view, &e)) {
    case ERR_OK:
        o->made = true;
        break;
    case ERR_NOT_FOUND:
        fail_with(s, o, GRPC_STATUS_FAILED_PRECONDITION, e.msg);
        break;
    case ERR_USAGE:
        fail_logged(s, o, e.msg);
        break;
    default:
        fail_with(s, o, GRPC_STATUS_INVALID_ARGUMENT, e.msg);
    }
}

/* Makes a failure of what refers to the result later. */
static void add_failed(struct login *l, int32_t id, const struct outcome *o)
{
    if (o->logged)
        login_export_fail(l, id, GRPC_STATUS_FAILED_PRECONDITION, DEPENDENCY_FAILED);
    else
        login_export_fail(l, id, o->why.status, o->why.text);
}

/* --- replies --- */

static enum err_code encode_schema(const struct selection *v, struct buf *out,
                                   struct err *e)
{
    struct buf bare;
    enum err_code rc;

    buf_init(&bare, MESSAGE_MAX);
    rc = selection_schema(v, &bare, e);
    if (rc == ERR_OK)
        rc = wire_wrap_message(buf_bytes(&bare), out, e);
    buf_release(&bare);
    return rc;
}

static enum err_code encode_made(const struct server *s, const struct selection *v,
                                 struct bytes ticket, size_t offset, struct buf *out,
                                 struct err *e)
{
    struct buf schema;
    enum err_code rc;

    buf_init(&schema, MESSAGE_MAX);
    rc = encode_schema(v, &schema, e);
    if (rc == ERR_OK)
        rc = wire_table_created_encode(
            &(struct wire_table_created){
                .success = true,
                .is_static = table_is_static(v->table),
                .size = table_size(v->table, &s->world, server_table_ms(s)),
                .schema_header = buf_bytes(&schema),
                .ticket = ticket,
                .offset = (int32_t)offset},
            out, e);
    buf_release(&schema);
    return rc;
}

static const char *status_name(grpc_status_code status)
{
    switch (status) {
    case GRPC_STATUS_NOT_FOUND:
        return "NOT_FOUND";
    case GRPC_STATUS_FAILED_PRECONDITION:
        return "FAILED_PRECONDITION";
    default:
        return "INVALID_ARGUMENT";
    }
}

/* protocol: a cause that is in the log is told once, by what failed. */
static enum err_code encode_failed(const struct outcome *o, struct bytes ticket,
                                   size_t offset, struct buf *out, struct err *e)
{
    char *text = o->depends && o->logged
                     ? mem_strdup(o->uuid)
                     : mem_printf("%s cause: %s: %s", o->uuid, status_name(o->why.status),
                                  o->why.text);
    enum err_code rc = wire_table_created_encode(
        &(struct wire_table_created){
            .error_info = bytes_of(text), .ticket = ticket, .offset = (int32_t)offset},
        out, e);

    free(text);
    return rc;
}

/* --- one operation --- */

/* The table is given; the ticket was found good. */
static bool make_export(struct request *r, struct bytes result, struct selection *made,
                        bool with_reply)
{
    struct server *s = r->server;
    int32_t id = (int32_t)bytes_u32(result.data + 1);
    struct buf message;
    struct err e;
    enum err_code rc = ERR_OK;

    buf_init(&message, MESSAGE_MAX);
    if (with_reply)
        rc = encode_made(s, made, result, 0, &message, &e);
    login_export_add(r->login, id, EXPORT_READY)->view = *made;
    (void)request_reply(r, rc, &message, &e);
    calls_retry(s);
    return true;
}

/* Makes one table of another and tells of it, with or without a reply. */
static bool derive(struct request *r, const struct wire_op *op, bool with_reply)
{
    struct server *s = r->server;
    struct selection source;
    struct outcome o = {0};
    int32_t id;

    if (!ticket_result(r->login, op->result, &id, &o.why))
        return request_refuse(r, &o.why);
    switch (ticket_resolve(s, r->login, op->source.ticket, "sourceId", &source, &o.why)) {
    case NOT_YET:
        return false;
    case REFUSED:
        break;
    case RESOLVED:
        run(s, op, &source, NULL, &o);
        selection_release(&source);
    }
    if (!o.made) {
        if (ticket_is_table(op->source.ticket))
            add_failed(r->login, id, &o);
        (void)request_refuse(r, &o.why);
        calls_retry(s);
        return true;
    }
    return make_export(r, op->result, &o.view, with_reply);
}

bool operation_reply(struct request *r, struct bytes result, struct selection *made)
{
    return make_export(r, result, made, true);
}

bool serve_export(struct request *r)
{
    struct wire_export_request m;
    struct err e;

    if (wire_export_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    return derive(r,
                  &(struct wire_op){
                      .kind = WIRE_OP_FETCH, .source.ticket = m.source, .result = m.result},
                  false);
}

/* What is refused before anything is looked up, whatever the table, and with it the whole
 * batch. */
static bool is_wrong(const struct wire_op *op, struct refusal *why)
{
    struct err e;

    if (operation_check(op, &e) == ERR_OK)
        return false;
    (void)ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT, "%s", e.msg);
    return true;
}

bool serve_operation(struct request *r)
{
    struct wire_operations ops;
    struct refusal why;
    struct err e;
    bool answered;

    if (wire_op_decode(r->method->op, buf_bytes(&r->message), &ops, &e) != ERR_OK)
        return request_refuse_message(r);
    if (is_wrong(&ops.ops[0], &why))
        answered = request_refuse(r, &why);
    else
        answered = derive(r, &ops.ops[0], true);
    wire_operations_release(&ops);
    return answered;
}

/* --- many operations --- */

/* A table that an operation starts from. */
struct origin {
    int32_t from;           /* the operation that makes it, or -1 */
    struct selection table; /* owned; otherwise */
};

struct served_batch {
    struct request *request;
    struct wire_operations ops;
    struct origin *sources, *rights; /* owned */
    struct outcome *outcomes;        /* owned */
};

static void batch_release(struct served_batch *b)
{
    for (size_t i = 0; i < b->ops.n; i++) {
        selection_release(&b->sources[i].table);
        selection_release(&b->rights[i].table);
        selection_release(&b->outcomes[i].view);
    }
    free(b->sources);
    free(b->rights);
    free(b->outcomes);
    wire_operations_release(&b->ops);
}

/* The operation before that one whose result has the ticket, or -1. */
static int32_t find_result(const struct served_batch *b, size_t before, struct bytes ticket)
{
    for (size_t i = 0; i < before; i++) {
        if (bytes_equal(b->ops.ops[i].result, ticket))
            return (int32_t)i;
    }
    return -1;
}

/* Where an operation starts from; REFUSED is of the whole batch. */
static enum resolved find_origin(struct served_batch *b, size_t i,
                                 const struct wire_source *source, const char *what,
                                 struct origin *out)
{
    struct request *r = b->request;
    struct outcome *o = &b->outcomes[i];

    out->from = source->offset;
    if (source->ticket.len > 0)
        out->from = find_result(b, i, source->ticket);
    if (out->from >= 0 && (size_t)out->from < i)
        return RESOLVED;
    if (source->ticket.len > 0 || source->offset < 0) {
        enum resolved found =
            ticket_resolve(r->server, r->login, source->ticket, what, &out->table, &o->why);

        return found == REFUSED ? RESOLVED : found; /* then it is this operation's alone */
    }
    return ticket_refusal(&o->why, GRPC_STATUS_INVALID_ARGUMENT,
                          "invalid table reference: batch_offset: %" PRId32 "\n",
                          source->offset);
}

static enum resolved find_origins(struct served_batch *b, size_t i)
{
    const struct wire_op *op = &b->ops.ops[i];
    enum resolved found = find_origin(
        b, i, &op->source, operation_is_join(op) ? "leftId" : "sourceId", &b->sources[i]);

    if (found == RESOLVED && operation_is_join(op))
        found = find_origin(b, i, &op->right, "rightId", &b->rights[i]);
    return found;
}

static enum resolved check_result(struct served_batch *b, size_t i)
{
    struct bytes result = b->ops.ops[i].result;
    struct refusal *why = &b->outcomes[i].why;
    int32_t id;

    if (result.len == 0)
        return RESOLVED;
    if (find_result(b, i, result) >= 0)
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                              "the same result ticket twice in one batch");
    return ticket_result(b->request->login, result, &id, why) ? RESOLVED : REFUSED;
}

/* What is wrong with the form of a batch: NULL for nothing. */
static enum resolved check_form(struct served_batch *b, struct refusal *why)
{
    if (b->ops.n == 0)
        return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                              "io.deephaven.proto.backplane.grpc.BatchTableRequest must "
                              "have at least one ops (1)");
    for (size_t i = 0; i < b->ops.n; i++) {
        if (b->ops.ops[i].kind == WIRE_OP_NONE)
            return ticket_refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                                  "the demo server cannot do operation %zu of this batch",
                                  i + 1);
        if (is_wrong(&b->ops.ops[i], why))
            return REFUSED;
    }
    return RESOLVED;
}

/* All of it that can be said before anything is made. */
static enum resolved check(struct served_batch *b, struct refusal *why)
{
    enum resolved found = check_form(b, why);

    for (size_t i = 0; i < b->ops.n && found == RESOLVED; i++) {
        found = find_origins(b, i);
        if (found == RESOLVED)
            found = check_result(b, i);
        if (found == REFUSED)
            *why = b->outcomes[i].why;
    }
    return found;
}

/* The table of an origin, NULL where there is none; *failed where it was to be made. */
static const struct selection *table_of(const struct served_batch *b,
                                        const struct origin *from,
                                        const struct outcome **failed)
{
    const struct outcome *made = from->from >= 0 ? &b->outcomes[from->from] : NULL;

    if (!made)
        return from->table.table ? &from->table : NULL;
    if (made->made)
        return &made->view;
    *failed = made;
    return NULL;
}

static void run_one(struct served_batch *b, size_t i)
{
    struct server *s = b->request->server;
    const struct wire_op *op = &b->ops.ops[i];
    struct outcome *o = &b->outcomes[i];
    const struct outcome *failed = NULL;
    const struct selection *right = NULL;
    const struct selection *source = table_of(b, &b->sources[i], &failed);

    if (operation_is_join(op))
        right = table_of(b, &b->rights[i], &failed);
    if (failed) {
        o->why = failed->why;
        o->logged = failed->logged;
        o->depends = true;
        log_reason(s, "an operation before it failed", o->uuid);
    } else if (source && (right || !operation_is_join(op))) {
        run(s, op, source, right, o);
    } else { /* it was refused when it was looked for */
        log_reason(s, o->why.text, o->uuid);
    }
}

static void send_outcome(struct served_batch *b, size_t i)
{
    const struct outcome *o = &b->outcomes[i];
    struct bytes ticket = b->ops.ops[i].result;
    struct buf message;
    struct err e;
    enum err_code rc;

    buf_init(&message, MESSAGE_MAX);
    rc = o->made ? encode_made(b->request->server, &o->view, ticket, i, &message, &e)
                 : encode_failed(o, ticket, i, &message, &e);
    if (rc == ERR_OK && rpc_takes(b->request->rpc))
        rpc_queue(b->request->rpc, buf_bytes(&message));
    buf_release(&message);
}

/* Makes an export of what has a ticket. */
static void export_outcome(struct served_batch *b, size_t i)
{
    struct bytes ticket = b->ops.ops[i].result;
    struct login *l = b->request->login;
    int32_t id;

    if (ticket.len == 0)
        return;
    id = (int32_t)bytes_u32(ticket.data + 1);
    if (b->outcomes[i].made)
        selection_copy(&login_export_add(l, id, EXPORT_READY)->view, &b->outcomes[i].view);
    else
        add_failed(l, id, &b->outcomes[i]);
}

/* protocol: after all replies the call ends with the first failure. */
static void finish(struct served_batch *b)
{
    const struct refusal *why = NULL;
    struct refusal ok = {.status = GRPC_STATUS_OK};

    for (size_t i = 0; i < b->ops.n; i++) {
        run_one(b, i);
        send_outcome(b, i);
        export_outcome(b, i);
        if (!b->outcomes[i].made && !why)
            why = &b->outcomes[i].why;
    }
    (void)request_refuse(b->request, why ? why : &ok);
}

bool serve_batch(struct request *r)
{
    struct server *s = r->server;
    struct served_batch b = {.request = r};
    struct refusal why;
    struct err e;
    enum resolved found;

    if (wire_batch_request_decode(buf_bytes(&r->message), &b.ops, &e) != ERR_OK)
        return request_refuse_message(r);
    b.sources = MEM_ARRAY(struct origin, b.ops.n);
    b.rights = MEM_ARRAY(struct origin, b.ops.n);
    b.outcomes = MEM_ARRAY(struct outcome, b.ops.n);
    found = check(&b, &why);
    if (found == REFUSED)
        (void)request_refuse(r, &why);
    else if (found == RESOLVED)
        finish(&b);
    batch_release(&b);
    if (found == RESOLVED)
        calls_retry(s);
    return found != NOT_YET;
}

/* --- SeekRow --- */

static void reply_row(struct request *r, int64_t row)
{
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    (void)request_reply(r, wire_seek_reply_encode(row, &message, &e), &message, &e);
}

bool serve_seek(struct request *r)
{
    struct server *s = r->server;
    struct selection source;
    struct refusal why;
    struct wire_seek m;
    struct err e;
    int64_t row;

    if (wire_seek_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return request_refuse_message(r);
    switch (ticket_resolve(s, r->login, m.source, "sourceId", &source, &why)) {
    case NOT_YET:
        return false;
    case REFUSED:
        return request_refuse(r, &why);
    case RESOLVED:
        break;
    }
    switch (seek_row(&source, &s->world, &m, &row, &e)) {
    case ERR_OK:
        reply_row(r, row);
        break;
    case ERR_USAGE: {
        struct outcome o;

        fail_logged(s, &o, e.msg);
        (void)request_refuse(r, &o.why);
        break;
    }
    default:
        (void)ticket_refusal(&why, GRPC_STATUS_INVALID_ARGUMENT, "%s", e.msg);
        (void)request_refuse(r, &why);
    }
    selection_release(&source);
    return true;
}
