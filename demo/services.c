/*
 * What each method does. A request that refers to an export nobody has defined yet waits,
 * as it does at a real server, and is run again when something was defined.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/wire/wire.h"
#include "demo/state.h"

#define MESSAGE_MAX ((size_t)100 << 20)
#define TEXT_MAX 512
#define EXPORT_TICKET_LEN 5

#define BACKPLANE "/io.deephaven.proto.backplane.grpc."
#define FLIGHT "/arrow.flight.protocol.FlightService/"
#define PSK_TYPE "io.deephaven.authentication.psk.PskAuthenticationHandler"
#define ANONYMOUS_HANDLER "io.deephaven.auth.AnonymousAuthenticationHandler"
#define VERSION "42.7-demo"

/* --- tickets --- */

enum resolved { RESOLVED, NOT_YET, REFUSED };

struct refusal {
    grpc_status_code status;
    char text[TEXT_MAX];
};

static enum resolved __attribute__((format(printf, 3, 4)))
refusal(struct refusal *why, grpc_status_code status, const char *fmt, ...)
{
    va_list ap;

    why->status = status;
    va_start(ap, fmt);
    (void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
    va_end(ap);
    return REFUSED;
}

static const struct demo_table *find_table(const struct server *s, struct bytes name)
{
    for (size_t i = 0; i < s->n_tables; i++) {
        if (bytes_equal(bytes_of(s->tables[i].name), name))
            return &s->tables[i];
    }
    return NULL;
}

static enum resolved resolve_export(struct login *l, int32_t id, struct view *out,
                                    struct refusal *why)
{
    const struct export *x = login_export(l, id);

    if (id == 0)
        return refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                       "Export id 0 refers to a non-export and cannot be requested!");
    if (!x && id < 0)
        return refusal(
            why, GRPC_STATUS_FAILED_PRECONDITION,
            "Export id %" PRId32 " does not exist and cannot be used out-of-order!", id);
    if (!x)
        return NOT_YET;
    switch (x->state) {
    case EXPORT_READY:
        view_copy(out, &x->view);
        return RESOLVED;
    case EXPORT_RELEASED:
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "Export in state DEPENDENCY_RELEASED (related parent export id: "
                       "%" PRId32 ")",
                       id);
    case EXPORT_FAILED:
        break;
    }
    return refusal(why, x->status, "%s", x->text);
}

static enum resolved resolve_scope(const struct server *s, struct bytes name,
                                   const char *what, struct view *out, struct refusal *why)
{
    const struct demo_table *t = find_table(s, name);

    if (!t)
        return refusal(why, GRPC_STATUS_NOT_FOUND,
                       "Could not resolve '%s: variable '%.*s' not found", what,
                       (int)(name.len < 200 ? name.len : 200), (const char *)name.data);
    view_of_table(t, out);
    return RESOLVED;
}

#define HEX_MAX 100 /* bytes of a ticket that an error spells out */

struct hex {
    char text[2 * HEX_MAX + 1];
};

static struct hex hex_of(struct bytes b)
{
    struct hex h = {""};

    for (size_t i = 0; i < b.len && i < HEX_MAX; i++)
        (void)snprintf(h.text + 2 * i, 3, "%02x", b.data[i]);
    return h;
}

static enum resolved resolve_shared(struct bytes ticket, const char *what,
                                    struct refusal *why)
{
    if (ticket.len == 1)
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "Could not resolve '%s': found 0x68 (hex)", what);
    return refusal(why, GRPC_STATUS_NOT_FOUND,
                   "Could not resolve '%s': ticket '%s' not found", what,
                   hex_of((struct bytes){ticket.data + 1, ticket.len - 1}).text);
}

/* There are no applications here: a ticket is of one that is not there, or malformed. */
static enum resolved resolve_application(struct bytes ticket, const char *what,
                                         struct refusal *why)
{
    const char *p = (const char *)ticket.data + 2;
    size_t left = ticket.len > 2 ? ticket.len - 2 : 0;
    const char *end = left ? memmem(p, left, "/f/", 3) : NULL;

    if (!end || ticket.data[1] != '/')
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "Could not resolve '%s': ticket does conform to expected format",
                       what);
    return refusal(why, GRPC_STATUS_NOT_FOUND,
                   "Could not resolve '%s': no application exists with the identifier: "
                   "%.*s",
                   what, (int)(end - p < 200 ? end - p : 200), p);
}

/* protocol: ticket formats and the errors of their resolvers, worded as they are there. */
static enum resolved resolve(const struct server *s, struct login *l, struct bytes ticket,
                             const char *what, struct view *out, struct refusal *why)
{
    const uint8_t *p = ticket.data;

    if (ticket.len == 0)
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "could not resolve '%s' it's an empty ticket", what);
    switch (p[0]) {
    case 'e':
        if (ticket.len == EXPORT_TICKET_LEN)
            return resolve_export(l, (int32_t)bytes_u32(p + 1), out, why);
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "Could not resolve ticket '%s': found 0x%s (hex)", what,
                       hex_of(ticket).text);
    case 's':
        if (ticket.len > 2 && p[1] == '/')
            return resolve_scope(s, (struct bytes){p + 2, ticket.len - 2}, what, out, why);
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "Could not resolve '%s': found 0x%s' (hex)", what,
                       hex_of(ticket).text);
    case 'h':
        return resolve_shared(ticket, what, why);
    case 'a':
        return resolve_application(ticket, what, why);
    default:
        return refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                       "Could not resolve '%s': no resolver for route '%d' (byte)", what,
                       (int8_t)p[0]);
    }
}

static bool is_export_ticket(struct bytes ticket)
{
    return ticket.len == EXPORT_TICKET_LEN && ticket.data[0] == 'e';
}

/* A source that can be read as one. Any other is refused before the result is defined, so
 * that its id can be used again. */
static bool is_table_ticket(struct bytes ticket)
{
    if (ticket.len == 0)
        return false;
    return is_export_ticket(ticket) || (ticket.data[0] == 'h' && ticket.len > 1) ||
           (ticket.data[0] == 's' && ticket.len > 2 && ticket.data[1] == '/');
}

/* The id that a ticket names as a result; false when that is refused. */
static bool result_id(struct login *l, struct bytes ticket, int32_t *id,
                      struct refusal *why)
{
    const struct export *x;

    if (ticket.len == 0) {
        (void)refusal(why, GRPC_STATUS_FAILED_PRECONDITION, "No result ticket supplied");
        return false;
    }
    if (!is_export_ticket(ticket)) {
        (void)refusal(why, GRPC_STATUS_FAILED_PRECONDITION,
                      "Could not resolve ticket 'resultId': found 0x%s (hex)",
                      hex_of(ticket).text);
        return false;
    }
    *id = (int32_t)bytes_u32(ticket.data + 1);
    x = *id > 0 ? login_export(l, *id) : NULL;
    if (*id > 0 && !x)
        return true;
    if (x && x->state == EXPORT_RELEASED)
        (void)refusal(why, GRPC_STATUS_FAILED_PRECONDITION, "Export in state RELEASED");
    else
        (void)refusal(why, GRPC_STATUS_INVALID_ARGUMENT,
                      "Details Logged w/ID '00000000-0000-4000-8000-0000%08" PRIx32 "'",
                      (uint32_t)*id);
    return false;
}

/* --- requests --- */

static void free_request(struct request *r)
{
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
    buf_release(&r->message);
    free(r->announced);
    free(r);
}

static void fail_request(struct request *r, grpc_status_code status, const char *text)
{
    rpc_finish(r->rpc, status, text);
    free_request(r);
}

/* Ends with what an encoder wrote; always true. */
static bool reply(struct request *r, enum err_code rc, struct buf *message,
                  const struct err *e)
{
    if (rc == ERR_OK) {
        rpc_reply(r->rpc, buf_bytes(message));
        free_request(r);
    } else {
        fail_request(r, GRPC_STATUS_INTERNAL, e->msg);
    }
    buf_release(message);
    return true;
}

static bool reply_empty(struct request *r)
{
    rpc_reply(r->rpc, (struct bytes){0});
    free_request(r);
    return true;
}

static bool refuse(struct request *r, const struct refusal *why)
{
    fail_request(r, why->status, why->text);
    return true;
}

/* A request that cannot be read: gRPC itself answers, before the session is looked at. */
static bool refuse_message(struct request *r)
{
    rpc_set_authorization(r->rpc, NULL);
    fail_request(r, GRPC_STATUS_UNKNOWN, "Application error processing RPC");
    return true;
}

static enum err_code encode_created(const struct server *s, const struct view *v,
                                    struct bytes ticket, struct buf *out, struct err *e)
{
    struct buf bare, header;
    enum err_code rc;

    buf_init(&bare, MESSAGE_MAX);
    buf_init(&header, MESSAGE_MAX);
    rc = view_schema(v, &bare, e);
    if (rc == ERR_OK)
        rc = wire_wrap_message(buf_bytes(&bare), &header, e);
    if (rc == ERR_OK)
        rc = wire_table_created_encode(
            &(struct wire_table_created){.success = true,
                                         .is_static = table_is_static(v->table),
                                         .size =
                                             v->table->size(&s->world, server_table_ms(s)),
                                         .schema_header = buf_bytes(&header),
                                         .ticket = ticket},
            out, e);
    buf_release(&bare);
    buf_release(&header);
    return rc;
}

static void add_failed(struct login *l, int32_t id, const struct refusal *why)
{
    struct export *x = login_export_add(l, id, EXPORT_FAILED);

    x->status = why->status;
    x->text = mem_strdup(why->text);
}

/* The rest of every method that makes one table of another. transform may be NULL: the same
 * table. with_reply: answers with an ExportedTableCreationResponse. */
typedef enum err_code transform_fn(const struct view *source,
                                   const struct wire_table_request *m, struct view *out,
                                   struct err *e);

static bool derive(struct request *r, const struct wire_table_request *m,
                   transform_fn *transform, bool with_reply)
{
    struct server *s = r->server;
    struct login *l = r->login;
    struct view source = {0}, result = {0};
    struct refusal why;
    struct buf message;
    struct err e;
    int32_t id;
    enum resolved found;

    if (!result_id(l, m->result, &id, &why))
        return refuse(r, &why);
    found = resolve(s, l, m->source, "sourceId", &source, &why);
    if (found == NOT_YET)
        return false;
    if (found == RESOLVED && transform && transform(&source, m, &result, &e) != ERR_OK)
        found = refusal(&why, GRPC_STATUS_INVALID_ARGUMENT,
                        "Details Logged w/ID '00000000-0000-4000-8000-%012" PRIx32 "'",
                        (uint32_t)id);
    else if (found == RESOLVED && !transform)
        view_copy(&result, &source);
    view_release(&source);
    if (found == REFUSED) {
        if (is_table_ticket(m->source))
            add_failed(l, id, &why);
        (void)refuse(r, &why);
        retry_waiting(s);
        return true;
    }
    buf_init(&message, MESSAGE_MAX);
    enum err_code rc =
        with_reply ? encode_created(s, &result, m->result, &message, &e) : ERR_OK;
    login_export_add(l, id, EXPORT_READY)->view = result;
    (void)reply(r, rc, &message, &e);
    retry_waiting(s);
    return true;
}

static bool run_fetch(struct request *r)
{
    struct wire_table_request m;
    struct err e;

    if (wire_table_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return refuse_message(r);
    return derive(r, &m, NULL, true);
}

static bool run_export(struct request *r)
{
    struct wire_table_request m;
    struct err e;

    if (wire_export_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return refuse_message(r);
    return derive(r, &m, NULL, false);
}

static enum err_code select_columns(const struct view *source,
                                    const struct wire_table_request *m, struct view *out,
                                    struct err *e)
{
    return view_select(source, m->specs, m->n_specs, out, e);
}

static bool run_view(struct request *r)
{
    struct wire_table_request m;
    struct err e;
    bool answered;

    if (wire_view_request_decode(buf_bytes(&r->message), &m, &e) != ERR_OK)
        return refuse_message(r);
    answered = derive(r, &m, select_columns, true);
    free(m.specs);
    return answered;
}

static bool run_release(struct request *r)
{
    struct bytes ticket;
    struct export *x;
    struct err e;

    if (wire_release_decode(buf_bytes(&r->message), &ticket, &e) != ERR_OK)
        return refuse_message(r);
    if (!is_export_ticket(ticket)) {
        struct refusal why;

        if (ticket.len == 0)
            (void)refusal(&why, GRPC_STATUS_FAILED_PRECONDITION,
                          "Could not resolve ticket 'id': ticket was not provided");
        else
            (void)refusal(&why, GRPC_STATUS_FAILED_PRECONDITION,
                          "Could not resolve ticket 'id': found 0x%s (hex)",
                          hex_of(ticket).text);
        return refuse(r, &why);
    }
    x = login_export(r->login, (int32_t)bytes_u32(ticket.data + 1));
    if (!x) { /* protocol: not a lost connection, whatever the status says */
        fail_request(r, GRPC_STATUS_UNAVAILABLE, "Export not yet defined");
        return true;
    }
    if (x->state == EXPORT_READY) {
        view_release(&x->view);
        x->state = EXPORT_RELEASED;
    }
    return reply_empty(r);
}

static bool run_close(struct request *r)
{
    struct server *s = r->server;
    struct login *l = r->login;

    rpc_set_authorization(r->rpc, NULL); /* it is worth nothing any more */
    (void)reply_empty(r);
    end_login(s, l);
    return true;
}

static bool run_termination(struct request *r)
{
    r->open = true; /* answered when the session or the server ends */
    return true;
}

static bool reply_constants(struct request *r, const struct wire_pair *pairs, size_t n)
{
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    return reply(r, wire_constants_encode(pairs, n, &message, &e), &message, &e);
}

static bool run_configuration(struct request *r)
{
    char life[24];
    const char *const list[][2] = {{"deephaven.version", VERSION},
                                   {"barrage.version", "1.0.0"},
                                   {"file.separator", "/"},
                                   {"web.flattenViewports", "false"},
                                   {"http.session.durationMs", life}};
    struct wire_pair pairs[sizeof(list) / sizeof(*list)];

    (void)snprintf(life, sizeof(life), "%" PRId64, r->server->options.session_ms);
    for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
        pairs[i] = (struct wire_pair){bytes_of(list[i][0]), bytes_of(list[i][1])};
    return reply_constants(r, pairs, sizeof(pairs) / sizeof(*pairs));
}

static bool run_authentication(struct request *r)
{
    const char *handler = r->server->options.psk ? PSK_TYPE : ANONYMOUS_HANDLER;
    struct wire_pair pair = {bytes_of("AuthHandlers"), bytes_of(handler)};

    return reply_constants(r, &pair, 1);
}

/* protocol: ListFields; the first message lists everything, then the stream stays open. */
static bool run_list_fields(struct request *r)
{
    const struct server *s = r->server;
    struct wire_field_info *list = MEM_ARRAY(struct wire_field_info, s->n_tables);
    char **tickets = MEM_ARRAY(char *, s->n_tables);
    struct buf message;
    struct err e;

    buf_init(&message, MESSAGE_MAX);
    for (size_t i = 0; i < s->n_tables; i++) {
        tickets[i] = mem_printf("s/%s", s->tables[i].name);
        list[i] = (struct wire_field_info){.change = WIRE_FIELD_CREATED,
                                           .ticket = bytes_of(tickets[i]),
                                           .type = bytes_of("Table"),
                                           .name = bytes_of(s->tables[i].name),
                                           .description = bytes_of(s->tables[i].about),
                                           .app_id = bytes_of("scope")};
    }
    if (wire_fields_encode(list, s->n_tables, &message, &e) == ERR_OK)
        rpc_send(r->rpc, buf_bytes(&message));
    r->open = true;
    buf_release(&message);
    for (size_t i = 0; i < s->n_tables; i++)
        free(tickets[i]);
    free(tickets);
    free(list);
    return true;
}

/* --- ExportedTableUpdates --- */

static void send_size(struct request *r, const struct export *x, int64_t size)
{
    uint8_t ticket[EXPORT_TICKET_LEN] = {'e'};
    struct buf message;
    struct err e;

    for (int i = 0; i < 4; i++)
        ticket[1 + i] = (uint8_t)((uint32_t)x->id >> (8 * i));
    buf_init(&message, MESSAGE_MAX);
    if (wire_table_size_encode((struct bytes){ticket, sizeof(ticket)}, size,
                               (struct bytes){0}, &message, &e) == ERR_OK)
        rpc_send(r->rpc, buf_bytes(&message));
    buf_release(&message);
}

/* Sends the first size that is news; others follow when it has left. */
static void tick_sizes(struct request *r)
{
    struct login *l = r->login;

    if (r->n_announced < l->n_exports) {
        r->announced = mem_realloc(r->announced, l->n_exports, sizeof(*r->announced));
        while (r->n_announced < l->n_exports)
            r->announced[r->n_announced++] = -1;
    }
    for (size_t i = 0; i < l->n_exports && rpc_idle(r->rpc); i++) {
        const struct export *x = &l->exports[i];
        int64_t size;

        if (x->state != EXPORT_READY)
            continue;
        size = x->view.table->size(&r->server->world, server_table_ms(r->server));
        if (size == r->announced[i])
            continue;
        r->announced[i] = size;
        send_size(r, x, size);
    }
}

static bool run_sizes(struct request *r)
{
    r->open = true;
    tick_sizes(r);
    return true;
}

/* --- the list --- */

#define CANCELLED_EXPORT "Export is cancelled"
#define CANCELLED_DEPENDENCY "Export in state DEPENDENCY_CANCELLED"

static const struct method methods[] = {
    /* clang-format off */
    {BACKPLANE "ConfigService/GetAuthenticationConstants", false, run_authentication, NULL, 0, NULL},
    {BACKPLANE "ConfigService/GetConfigurationConstants", true, run_configuration, NULL, 0, NULL},
    {BACKPLANE "SessionService/CloseSession", true, run_close, NULL, 0, NULL},
    {BACKPLANE "SessionService/Release", true, run_release, NULL, 0, NULL},
    {BACKPLANE "SessionService/ExportFromTicket", true, run_export, NULL,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT},
    {BACKPLANE "SessionService/TerminationNotification", true, run_termination, NULL,
     GRPC_STATUS_UNAUTHENTICATED, "Session has ended"},
    {BACKPLANE "ApplicationService/ListFields", true, run_list_fields, NULL,
     GRPC_STATUS_CANCELLED, "subscription cancelled"},
    {BACKPLANE "TableService/FetchTable", true, run_fetch, NULL,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT},
    {BACKPLANE "TableService/ApplyPreviewColumns", true, run_fetch, NULL,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT},
    {BACKPLANE "TableService/View", true, run_view, NULL,
     GRPC_STATUS_CANCELLED, CANCELLED_EXPORT},
    {BACKPLANE "TableService/ExportedTableUpdates", true, run_sizes, tick_sizes,
     GRPC_STATUS_OK, NULL},
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

static void on_message(void *ctx, struct bytes message)
{
    struct request *r = ctx;
    struct err e;

    if (r->has_message)
        return;
    r->has_message = true;
    if (buf_append(&r->message, message.data, message.len, &e) != ERR_OK)
        (void)refuse_message(r);
    else
        (void)r->method->run(r);
}

static void on_half_closed(void *ctx)
{
    struct request *r = ctx;

    if (!r->has_message)
        fail_request(r, GRPC_STATUS_INTERNAL, "Half-closed without a request");
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

static void start_request(struct server *s, struct login *l, struct rpc *rpc,
                          const struct method *m)
{
    struct request *r = MEM_NEW(struct request);

    r->server = s;
    r->login = l;
    r->rpc = rpc;
    r->method = m;
    buf_init(&r->message, MESSAGE_MAX);
    r->next = s->requests;
    r->link = &s->requests;
    if (r->next)
        r->next->link = &r->next;
    s->requests = r;
    rpc_handle(rpc, &request_handler, r);
}

/* --- streams --- */

static bool resolve_stream(void *ctx, struct exchange *x, struct bytes ticket,
                           struct view *out)
{
    struct stream *st = ctx;
    struct refusal why;

    if (!st->login)
        return false;
    switch (resolve(st->server, st->login, ticket, "table", out, &why)) {
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
    struct stream *st = ctx;

    (void)x;
    *st->link = st->next;
    if (st->next)
        st->next->link = st->link;
    free(st);
}

static void start_stream(struct server *s, struct login *l, struct rpc *rpc, bool is_get)
{
    struct stream *st = MEM_NEW(struct stream);
    struct exchange_options o = {.world = &s->world,
                                 .faults = &s->options.faults,
                                 .interval_ms = s->options.interval_ms,
                                 .growth_cells = s->options.growth_cells,
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
    if (psk && has_prefix(header, PSK_TYPE " ", &rest))
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

static void refuse_method(struct rpc *rpc)
{
    const char *name = rpc_method(rpc);
    char *text = mem_printf("Method not found: %s", *name == '/' ? name + 1 : name);

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

/* Does what is planned for this call instead of what it asks for. */
static bool fault_instead(struct server *s, struct login *l, struct rpc *rpc)
{
    struct fault fault = faults_find(&s->options.faults, FAULT_AT_CALL, ++s->n_calls);
    char *text;

    switch (fault.action) {
    case FAULT_LOST:
        rpc_finish(rpc, GRPC_STATUS_UNAUTHENTICATED, NULL);
        end_login(s, l);
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
    if (l && fault_instead(s, l, rpc))
        return;
    if (l) {
        char *bearer = mem_printf("Bearer %s",
                                  login_token(l, server_now_ms(s), s->options.session_ms));

        rpc_set_authorization(rpc, bearer);
        free(bearer);
    }
    if (m)
        start_request(s, l, rpc, m);
    else
        start_stream(s, l, rpc, get);
}

/* --- all that is open --- */

void retry_waiting(struct server *s)
{
    struct request *next;
    struct stream *next_stream;

    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->has_message && !r->open && r->method->run(r))
            next = s->requests; /* others may have gone with it: start again */
    }
    for (struct stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        if (st->login)
            exchange_retry(st->exchange);
    }
}

void services_tick(struct server *s)
{
    struct stream *next_stream;

    for (struct request *r = s->requests; r; r = r->next) {
        if (r->open && r->method->tick)
            r->method->tick(r);
    }
    for (struct stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        if (st->login)
            exchange_tick(st->exchange, server_table_ms(s));
    }
}

/* protocol: streams of a session that is over mostly stay open and silent; one that still
 * waits for its table ends. */
static void end_stream(struct stream *st)
{
    struct bytes ticket;
    char text[TEXT_MAX];

    st->login = NULL;
    if (!exchange_waits(st->exchange, &ticket) || !is_export_ticket(ticket))
        return;
    (void)snprintf(text, sizeof(text),
                   CANCELLED_DEPENDENCY " (related parent export id: %" PRId32 ")",
                   (int32_t)bytes_u32(ticket.data + 1));
    exchange_fail(st->exchange, GRPC_STATUS_FAILED_PRECONDITION, text);
}

void end_login(struct server *s, struct login *login)
{
    struct request *next;
    struct stream *next_stream;

    for (struct stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        if (st->login == login)
            end_stream(st);
    }
    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->login == login)
            fail_request(r, r->method->end_status, r->method->end_text);
    }
    for (struct login **l = &s->logins; *l; l = &(*l)->next) {
        if (*l != login)
            continue;
        *l = login->next;
        login_free(login);
        return;
    }
}

void terminate_all(struct server *s, size_t reason_bytes)
{
    char *reason = faults_hostile_text(reason_bytes);
    struct wire_termination t = {.abnormal = true,
                                 .reason = {(const uint8_t *)reason, strlen(reason)}};
    struct request *next;

    for (struct request *r = s->requests; r; r = next) {
        struct buf message;
        struct err e;

        next = r->next;
        if (r->method->run != run_termination || !r->open)
            continue;
        buf_init(&message, MESSAGE_MAX);
        (void)reply(r, wire_termination_encode(&t, &message, &e), &message, &e);
    }
    free(reason);
}

/* protocol: an orderly shutdown. */
void end_all(struct server *s)
{
    struct request *next;
    struct stream *next_stream;

    for (struct request *r = s->requests; r; r = next) {
        next = r->next;
        if (r->method->run == run_termination && r->open)
            (void)reply_empty(r);
        else
            fail_request(r, r->method->end_status, r->method->end_text);
    }
    for (struct stream *st = s->streams; st; st = next_stream) {
        next_stream = st->next;
        exchange_fail(st->exchange, GRPC_STATUS_OK, NULL);
    }
}
