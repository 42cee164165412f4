/*
 * Which method does what, and who may call it.
 */
#include "demo/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/calls.h"
#include "demo/hierarchy_service.h"
#include "demo/input_service.h"
#include "demo/log_service.h"
#include "demo/operation_service.h"
#include "demo/partition_service.h"
#include "demo/request.h"
#include "demo/session_service.h"
#include "demo/table_service.h"
#include "demo/upload_service.h"

#define BACKPLANE "/io.deephaven.proto.backplane.grpc."
#define CONSOLE "/io.deephaven.proto.backplane.script.grpc.ConsoleService/"
#define FLIGHT "/arrow.flight.protocol.FlightService/"
#define LOGIN_MAX 1024 /* bytes of a login in a file */
#define CANCELLED_EXPORT "Export is cancelled"

#define OPERATION(name, op)                                                                \
    {                                                                                      \
        BACKPLANE "TableService/" name, true, serve_operation, NULL, false,                \
            GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, op                                    \
    }

static const struct method methods[] = {
    /* clang-format off */
    {BACKPLANE "ConfigService/GetAuthenticationConstants", false, serve_authentication, NULL, false, 0, NULL, WIRE_OP_NONE},
    {BACKPLANE "ConfigService/GetConfigurationConstants", true, serve_configuration, NULL, false, 0, NULL, WIRE_OP_NONE},
    {BACKPLANE "SessionService/CloseSession", true, serve_close, NULL, false, 0, NULL, WIRE_OP_NONE},
    {BACKPLANE "SessionService/Release", true, serve_release, NULL, false, 0, NULL, WIRE_OP_NONE},
    {BACKPLANE "SessionService/ExportFromTicket", true, serve_export, NULL, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "SessionService/TerminationNotification", true, serve_termination, NULL, true,
     GRPC_STATUS_UNAUTHENTICATED, "Session has ended", WIRE_OP_NONE},
    {BACKPLANE "ApplicationService/ListFields", true, serve_fields, NULL, false,
     GRPC_STATUS_CANCELLED, "subscription cancelled", WIRE_OP_NONE},
    {CONSOLE "GetConsoleTypes", true, request_reply_empty, NULL, false, 0, NULL, WIRE_OP_NONE}, /* there is none */
    {CONSOLE "GetHeapInfo", true, serve_heap, NULL, false, 0, NULL, WIRE_OP_NONE},
    {CONSOLE "SubscribeToLogs", true, serve_log, serve_log_tick, false,
     GRPC_STATUS_CANCELLED, "Session closed", WIRE_OP_NONE},
    OPERATION("FetchTable", WIRE_OP_FETCH),
    OPERATION("ApplyPreviewColumns", WIRE_OP_PREVIEW),
    OPERATION("View", WIRE_OP_VIEW),
    OPERATION("UpdateView", WIRE_OP_UPDATE_VIEW),
    OPERATION("DropColumns", WIRE_OP_DROP),
    OPERATION("Filter", WIRE_OP_FILTER),
    OPERATION("UnstructuredFilter", WIRE_OP_WHERE),
    OPERATION("Sort", WIRE_OP_SORT),
    OPERATION("Head", WIRE_OP_HEAD),
    OPERATION("Tail", WIRE_OP_TAIL),
    OPERATION("Slice", WIRE_OP_SLICE),
    OPERATION("SelectDistinct", WIRE_OP_DISTINCT),
    OPERATION("Aggregate", WIRE_OP_AGGREGATE),
    OPERATION("Snapshot", WIRE_OP_SNAPSHOT),
    OPERATION("ComputeColumnStatistics", WIRE_OP_STATISTICS),
    {BACKPLANE "TableService/Batch", true, serve_batch, NULL, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "TableService/SeekRow", true, serve_seek, NULL, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "InputTableService/AddTableToInputTable", true, serve_add, serve_write_tick, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "InputTableService/DeleteTableFromInputTable", true, serve_delete, serve_write_tick, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "ObjectService/FetchObject", true, serve_object, NULL, false, 0, NULL, WIRE_OP_NONE},
    {BACKPLANE "PartitionedTableService/Merge", true, serve_merge, NULL, false, GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "HierarchicalTableService/Rollup", true, serve_rollup, NULL, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "HierarchicalTableService/Apply", true, serve_tree_apply, NULL, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "HierarchicalTableService/View", true, serve_tree_view, NULL, false,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {FLIGHT "DoPut", true, serve_put, NULL, false, GRPC_STATUS_CANCELLED, CANCELLED_EXPORT, WIRE_OP_NONE},
    {BACKPLANE "TableService/ExportedTableUpdates", true, serve_sizes, serve_sizes_tick, false,
     GRPC_STATUS_OK, NULL, WIRE_OP_NONE},
    /* clang-format on */
};

static const struct method *find_method(const char *name)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    }
    return NULL;
}

/* --- streams --- */

static bool resolve_stream(void *ctx, struct exchange *x, struct bytes ticket,
                           struct selection *out)
{
    struct served_stream *st = ctx;
    struct refusal why;

    if (!st->login)
        return false;
    switch (ticket_resolve(st->server, st->login, ticket, "table", out, &why)) {
    case RESOLVED:
        return true;
    case NOT_YET:
        return false;
    case REFUSED:
        break;
    }
    exchange_fail(x, why.status, why.text);
    return false;
}

static void stream_gone(void *ctx, struct exchange *x)
{
    struct served_stream *st = ctx;

    (void)x;
    *st->link = st->next;
    if (st->next)
        st->next->link = st->link;
    free(st);
}

static void start_stream(struct server *s, struct login *l, struct rpc *rpc, bool is_get)
{
    struct served_stream *st = MEM_NEW(struct served_stream);
    struct exchange_options o = {.world = &s->world,
                                 .faults = &s->options.faults,
                                 .interval_ms = s->options.interval_ms,
                                 .growth_cells = s->options.growth_cells,
                                 .hold_file = s->options.hold_file,
                                 .trace = s->options.trace,
                                 .queues = s->options.queues,
                                 .first = !s->had_stream};

    s->had_stream = true;
    st->server = s;
    st->login = l;
    st->next = s->streams;
    st->link = &s->streams;
    if (st->next)
        st->next->link = &st->next;
    s->streams = st;
    st->exchange =
        exchange_new(rpc, is_get, &o, resolve_stream, stream_gone, st, server_table_ms(s));
}

/* --- login --- */

static struct login *find_login(const struct server *s, struct bytes token)
{
    for (struct login *l = s->logins; l; l = l->next) {
        if (login_has_token(l, token, server_now_ms(s)))
            return l;
    }
    return NULL;
}

static bool has_prefix(struct bytes text, const char *prefix, struct bytes *rest)
{
    size_t n = strlen(prefix);

    if (text.len < n || memcmp(text.data, prefix, n) != 0)
        return false;
    *rest = (struct bytes){text.data + n, text.len - n};
    return true;
}

/* The file is read each time: what lets in may change while the server runs. */
static bool is_login_of_file(const char *path, struct bytes header)
{
    char line[LOGIN_MAX] = "";
    FILE *f = fopen(path, "re");

    if (f && !fgets(line, sizeof(line), f))
        *line = '\0';
    if (f)
        (void)fclose(f);
    line[strcspn(line, "\r\n")] = '\0';
    return *line && bytes_equal(header, bytes_of(line));
}

/* protocol: login by header on any call. */
static struct login *login_by_header(struct server *s, struct bytes header)
{
    const char *psk = s->options.psk;
    struct bytes rest;
    bool let_in = false;
    struct login *l;

    if (has_prefix(header, "Bearer ", &rest))
        return find_login(s, rest);
    if (faults_at(&s->options.faults, 0).action == FAULT_REFUSE)
        return NULL;
    if (s->options.login_file)
        let_in = is_login_of_file(s->options.login_file, header);
    else if (psk && has_prefix(header, PSK_TYPE " ", &rest))
        let_in = bytes_equal(rest, bytes_of(psk));
    else if (!psk)
        let_in = bytes_equal(header, bytes_of("Anonymous"));
    if (!let_in)
        return NULL;
    l = login_new(server_now_ms(s), s->options.session_ms);
    l->next = s->logins;
    s->logins = l;
    return l;
}

/* What people try, and a real server does; by how the names of methods begin. */
static const struct {
    const char *methods, *words;
} lacking[] = {
    {BACKPLANE "SessionService/PublishFromTicket",
     "the demo server cannot share tables or give them names"},
    {BACKPLANE "TableService/", "the demo server cannot do this operation"},
    {BACKPLANE "HierarchicalTableService/", "the demo server cannot do this with a tree"},
    {BACKPLANE "PartitionedTableService/", "the demo server can only merge parts"},
    {BACKPLANE "ObjectService/", "the demo server cannot open such an object"},
    {CONSOLE, "the demo server has no console"},
};

static char *words_for(const char *method)
{
    for (size_t i = 0; i < sizeof(lacking) / sizeof(*lacking); i++) {
        if (strncmp(method, lacking[i].methods, strlen(lacking[i].methods)) == 0)
            return mem_strdup(lacking[i].words);
    }
    return mem_printf("Method not found: %s", *method == '/' ? method + 1 : method);
}

static void refuse_method(struct rpc *rpc)
{
    char *text = words_for(rpc_method(rpc));

    rpc_finish(rpc, GRPC_STATUS_UNIMPLEMENTED, text);
    free(text);
}

/* --- faults --- */

static void hear_nothing(void *ctx)
{
    (void)ctx;
}

static void hear_no_message(void *ctx, struct bytes message)
{
    (void)ctx;
    (void)message;
}

static const struct rpc_handler silent_handler = {hear_no_message, hear_nothing,
                                                  hear_nothing, hear_nothing};

/* What is planned for a call, or for the stream that it is. */
static struct fault fault_of_call(struct server *s, bool stream)
{
    struct fault fault = faults_find(&s->options.faults, FAULT_AT_CALL, ++s->n_calls);

    if (stream)
        s->n_streams++;
    if (stream && fault.action == FAULT_NONE)
        fault = faults_find(&s->options.faults, FAULT_AT_STREAM, s->n_streams);
    return fault;
}

/* Does what is planned for this call instead of what it asks for. */
static bool fault_instead(struct server *s, struct login *l, struct rpc *rpc, bool stream)
{
    struct fault fault = fault_of_call(s, stream);
    char *text;

    switch (fault.action) {
    case FAULT_LOST:
        rpc_set_authorization(rpc, NULL);
        rpc_finish(rpc, GRPC_STATUS_UNAUTHENTICATED, NULL);
        calls_end_login(s, l);
        return true;
    case FAULT_STATUS:
        rpc_finish(rpc, (grpc_status_code)fault.number, "a fault that was asked for");
        return true;
    case FAULT_TEXT:
        text = faults_hostile_text((size_t)fault.number);
        rpc_finish(rpc, GRPC_STATUS_INTERNAL, text);
        free(text);
        return true;
    case FAULT_STALL:
        rpc_handle(rpc, &silent_handler, NULL);
        return true;
    default:
        return false;
    }
}

void serve(struct server *s, struct rpc *rpc)
{
    const char *name = rpc_method(rpc);
    const struct method *m = find_method(name);
    bool get = strcmp(name, FLIGHT "DoGet") == 0;
    bool exchange = strcmp(name, FLIGHT "DoExchange") == 0;
    struct login *l = NULL;
    struct bytes header;

    if (!m && !get && !exchange) {
        refuse_method(rpc);
        return;
    }
    if (rpc_header(rpc, "authorization", &header)) {
        l = login_by_header(s, header);
        if (!l) {
            rpc_finish(rpc, GRPC_STATUS_UNAUTHENTICATED, "Authentication details invalid");
            return;
        }
    } else if (!m || m->needs_login) {
        rpc_finish(rpc, GRPC_STATUS_UNAUTHENTICATED, NULL);
        return;
    }
    if (l) {
        char *bearer = mem_printf("Bearer %s",
                                  login_token(l, server_now_ms(s), s->options.session_ms));

        rpc_set_authorization(rpc, bearer);
        free(bearer);
    }
    if (l && fault_instead(s, l, rpc, get || exchange))
        return;
    if (m)
        request_start(s, l, rpc, m);
    else
        start_stream(s, l, rpc, get);
}
