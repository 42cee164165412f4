#include "demo/session_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/wire/wire.h"
#include "demo/calls.h"
#include "demo/request.h"

#define FILE_HANDLER "demo.FileHandler" /* no class: what a client cannot know */
#define ANONYMOUS_HANDLER "io.deephaven.auth.AnonymousAuthenticationHandler"
#define VERSION "42.7-demo"
#define OLD_VERSION "0.35.3"

bool serve_release(struct request *r)
{
    struct bytes ticket;
    struct export *x;
    struct err e;

    if (wire_release_decode(buf_bytes(&r->message), &ticket, &e) != ERR_OK)
        return request_refuse_message(r);
    if (!ticket_is_export(ticket)) {
        struct refusal why;

        if (ticket.len == 0)
            (void)ticket_refusal(&why, GRPC_STATUS_FAILED_PRECONDITION,
                                 "Could not resolve ticket 'id': ticket was not provided");
        else
            (void)ticket_refusal(&why, GRPC_STATUS_FAILED_PRECONDITION,
                                 "Could not resolve ticket 'id': found 0x%s (hex)",
                                 ticket_hex(ticket).text);
        return request_refuse(r, &why);
    }
    x = login_export(r->login, (int32_t)bytes_u32(ticket.data + 1));
    if (!x) { /* protocol: not a lost connection, whatever the status says */
        request_fail(r, GRPC_STATUS_UNAVAILABLE, "Export not yet defined");
        return true;
    }
    if (x->state == EXPORT_READY) {
        selection_release(&x->view);
        x->state = EXPORT_RELEASED;
    }
    return request_reply_empty(r);
}

bool serve_close(struct request *r)
{
    struct server *s = r->server;
    struct login *l = r->login;

    rpc_set_authorization(r->rpc, NULL); /* it is worth nothing any more */
    (void)request_reply_empty(r);
    calls_end_login(s, l);
    return true;
}

bool serve_termination(struct request *r)
{
    r->open = true; /* answered when the session or the server ends */
    return true;
}

static bool reply_constants(struct request *r, const struct wire_pair *pairs, size_t n)
{
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    return request_reply(r, wire_constants_encode(pairs, n, &message, &e), &message, &e);
}

bool serve_configuration(struct request *r)
{
    bool old =
        faults_find(&r->server->options.faults, FAULT_AT_VERSION, 0).action != FAULT_NONE;
    char life[24];
    const char *const list[][2] = {{"deephaven.version", old ? OLD_VERSION : VERSION},
                                   {"barrage.version", "1.0.0"},
                                   {"file.separator", "/"},
                                   {"web.flattenViewports", "false"},
                                   {"demo.password", "never shown"},
                                   {"http.session.durationMs", life}};
    struct wire_pair pairs[sizeof(list) / sizeof(*list)];

    (void)snprintf(life, sizeof(life), "%" PRId64, r->server->options.session_ms);
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
        pairs[i] = (struct wire_pair){bytes_of(list[i][0]), bytes_of(list[i][1])};
    return reply_constants(r, pairs, sizeof(pairs) / sizeof(*pairs));
}

bool serve_authentication(struct request *r)
{
    const struct server_options *o = &r->server->options;
    const char *handler = o->login_file ? FILE_HANDLER
                          : o->psk      ? PSK_TYPE
                                        : ANONYMOUS_HANDLER;
    struct wire_pair pair = {bytes_of("AuthHandlers"), bytes_of(handler)};

    return reply_constants(r, &pair, 1);
}

bool serve_heap(struct request *r)
{
    static const struct wire_heap heap = {
        .max = INT64_C(4) << 30, .total = INT64_C(1) << 30, .free = INT64_C(256) << 20};
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    return request_reply(r, wire_heap_encode(&heap, &message, &e), &message, &e);
}

static const char *type_of(const struct demo_table *t)
{
    if (t->split_by)
        return "PartitionedTable";
    return t->shape == TABLE_TREE ? "HierarchicalTable" : "Table";
}

/* Those that are late, or those that are not. */
static void send_fields(struct request *r, bool late)
{
    const struct server *s = r->server;
    struct wire_field_info *list = MEM_ARRAY(struct wire_field_info, s->n_tables);
    char **tickets = MEM_ARRAY(char *, s->n_tables);
    struct buf message;
    struct err e;
    size_t n = 0;

    buf_init(&message, MESSAGE_MAX);
    for (size_t i = 0; i < s->n_tables; i++) {
        if (s->tables[i].is_late != late)
            continue;
        tickets[n] = mem_printf("s/%s", s->tables[i].name);
        list[n] = (struct wire_field_info){.change = WIRE_FIELD_CREATED,
                                           .ticket = bytes_of(tickets[n]),
                                           .type = bytes_of(type_of(&s->tables[i])),
                                           .name = bytes_of(s->tables[i].name),
                                           .description = bytes_of(s->tables[i].about),
                                           .app_id = bytes_of("scope")};
        n++;
    }
    if (wire_fields_encode(list, n, &message, &e) == ERR_OK)
        rpc_send(r->rpc, buf_bytes(&message));
    buf_release(&message);
    while (n > 0)
        free(tickets[--n]);
    free(tickets);
    free(list);
}

/* protocol: ListFields; the first message lists everything, then the stream stays open. */
bool serve_fields(struct request *r)
{
    send_fields(r, false);
    r->open = true;
    return true;
}

void fields_tell_late(struct request *r)
{
    if (r->method->run == serve_fields)
        send_fields(r, true);
}
