#include "demo/partition_service.h"

#include "client/wire/partitions.h"
#include "demo/calls.h"
#include "demo/operation_service.h"
#include "demo/request.h"

#define TYPE "PartitionedTable"

static size_t count_keys(const struct demo_table *t, struct bytes *names)
{
    size_t n = 0;

    for (; n < WIRE_PARTITION_KEYS_MAX && t->split_by[n]; n++)
        names[n] = bytes_of(t->split_by[n]);
    return n;
}

static bool refuse(struct request *r, grpc_status_code status, const char *text)
{
    request_fail(r, status, text);
    return true;
}

/* protocol: a real server exports the table of parts with it, which few clients want. */
bool serve_object(struct request *r)
{
    struct bytes names[WIRE_PARTITION_KEYS_MAX], ticket, type;
    const struct demo_table *t;
    struct buf message;
    struct err e;

    if (wire_fetch_object_decode(buf_bytes(&r->message), &ticket, &type, &e) != ERR_OK)
        return request_refuse_message(r);
    t = ticket_parts(r->server, ticket);
    if (!t)
        return refuse(r, GRPC_STATUS_NOT_FOUND,
                      "the demo server has no objects but tables and partitioned tables");
    if (!bytes_equal(type, bytes_of(TYPE)))
        return refuse(r, GRPC_STATUS_FAILED_PRECONDITION, "expected the type " TYPE);
    buf_init(&message, MESSAGE_MAX);
    return request_reply(
        r, wire_partitions_encode(names, count_keys(t, names), &message, &e), &message, &e);
}

bool serve_merge(struct request *r)
{
    struct bytes source, result;
    const struct demo_table *t;
    struct selection merged;
    struct refusal why;
    struct err e;
    int32_t id;

    if (wire_merge_decode(buf_bytes(&r->message), &source, &result, &e) != ERR_OK)
        return request_refuse_message(r);
    if (!ticket_result(r->login, result, &id, &why))
        return request_refuse(r, &why);
    t = ticket_parts(r->server, source);
    if (t) {
        selection_of_table(t, &merged);
        return operation_reply(r, result, &merged);
    }
    (void)ticket_refusal(&why, GRPC_STATUS_INVALID_ARGUMENT,
                         "the demo server merges partitioned tables alone");
    login_export_fail(r->login, id, why.status, why.text);
    struct server *s = r->server;
    (void)request_refuse(r, &why);
    calls_retry(s);
    return true;
}
