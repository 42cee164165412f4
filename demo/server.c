#include "demo/server.h"

#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/calls.h"
#include "demo/fault/hostile.h"
#include "demo/fault/huge.h"
#include "demo/log_service.h"
#include "demo/services.h"
#include "demo/session_service.h"
#include "demo/tables.h"

#define RECEIVE_MAX (100 << 20) /* protocol: grpc.maxInboundMessageSize */
#define STOP_GRACE_MS 200       /* for last answers to leave */

/* --- calls coming in --- */

static void accept_next(struct server *s)
{
    grpc_completion_queue *queue = pump_queue(s->pump);

    grpc_call_details_init(&s->details);
    grpc_metadata_array_init(&s->headers);
    if (grpc_server_request_call(s->grpc, &s->call, &s->details, &s->headers, queue, queue,
                                 &s->accepted) != GRPC_CALL_OK)
        abort(); /* our own mistake */
}

static void on_accepted(struct pump_tag *c, bool ok)
{
    struct server *s = (struct server *)((char *)c - offsetof(struct server, accepted));
    struct rpc *rpc;

    if (!ok) { /* the server stops */
        grpc_call_details_destroy(&s->details);
        grpc_metadata_array_destroy(&s->headers);
        return;
    }
    rpc = rpc_new(s->call,
                  mem_strndup((const char *)GRPC_SLICE_START_PTR(s->details.method),
                              GRPC_SLICE_LENGTH(s->details.method)),
                  &s->headers);
    grpc_call_details_destroy(&s->details);
    if (!s->stopping)
        accept_next(s);
    serve(s, rpc);
}

/* --- time --- */

static void expire(struct server *s)
{
    int64_t now = server_now_ms(s);
    struct login *next;

    for (struct login *l = s->logins; l; l = next) {
        next = l->next;
        if (login_expired(l, now))
            calls_end_login(s, l);
    }
}

/* Has the tables stand still, or ends all sessions, as is planned. */
static void commit(struct server *s, const struct fault *f)
{
    if (f->action == FAULT_STILL) {
        s->world.still_ms = server_table_ms(s);
        return;
    }
    if (f->action == FAULT_TERMINATE)
        calls_terminate(s, (size_t)f->number);
    while (s->logins)
        calls_end_login(s, s->logins);
}

/* What was planned for a time between the last look and now. */
static void run_time_faults(struct server *s)
{
    int64_t now = server_now_ms(s);

    for (size_t i = 0; i < s->options.faults.n; i++) {
        const struct fault *f = &s->options.faults.list[i];
        int64_t at = (int64_t)f->message;

        if (f->point == FAULT_AT_TIME && at > s->faults_until_ms && at <= now)
            commit(s, f);
    }
    s->faults_until_ms = now;
}

static void tell_revealed(struct server *s)
{
    for (struct request *r = s->requests; r; r = r->next)
        if (r->open)
            fields_tell_late(r);
    for (size_t i = 0; i < s->n_tables; i++)
        s->tables[i].is_late = false;
    s->revealed = false;
}

static void check_stopped(struct server *s)
{
    if (!s->cancelled && uv_hrtime() - s->stop_ns > STOP_GRACE_MS * SERVER_NS_PER_MS) {
        s->cancelled = true;
        grpc_server_cancel_all_calls(s->grpc);
    }
    if (s->shut_down && rpc_alive() == 0) {
        (void)uv_timer_stop(&s->timer);
        s->stopped(s->stopped_ctx);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct server *s = timer->data;

    if (s->stopping) {
        check_stopped(s);
        return;
    }
    expire(s);
    run_time_faults(s);
    if (s->revealed)
        tell_revealed(s);
    calls_tick(s);
}

/* --- start and end --- */

static grpc_server *make_server(grpc_completion_queue *queue)
{
    grpc_arg args[] = {
        {.type = GRPC_ARG_INTEGER,
         .key = (char *)GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH,
         .value.integer = RECEIVE_MAX},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_ALLOW_REUSEPORT, .value = {0}},
        {.type = GRPC_ARG_INTEGER,
         .key = (char *)GRPC_ARG_MAX_CONCURRENT_STREAMS,
         .value.integer = 128},
        /* protocol: a real server takes any number of keep-alive pings; the C core's
         * default ends a connection that sends more than two in five minutes without data
         */
        {.type = GRPC_ARG_INTEGER,
         .key = (char *)GRPC_ARG_HTTP2_MAX_PING_STRIKES,
         .value.integer = 0}};
    grpc_channel_args list = {sizeof(args) / sizeof(*args), args};
    grpc_server *server = grpc_server_create(&list, NULL);

    grpc_server_register_completion_queue(server, queue, NULL);
    return server;
}

static int listen_on(grpc_server *server, int port)
{
    grpc_server_credentials *plain = grpc_insecure_server_credentials_create();
    char *address = mem_printf("127.0.0.1:%d", port);
    int bound = grpc_server_add_http2_port(server, address, plain);

    grpc_server_credentials_release(plain);
    free(address);
    return bound;
}

/* Those that are there only when asked for. */
static void add_tables(struct server *s)
{
    const struct faults *f = &s->options.faults;

    for (size_t i = 0; i < f->n; i++) {
        if (f->list[i].action == FAULT_HOSTILE)
            s->n_tables = hostile_tables_add(&s->tables, s->n_tables);
        if (f->list[i].action == FAULT_HUGE) {
            s->world.huge = f->list[i].number;
            s->n_tables = huge_tables_add(&s->tables, s->n_tables);
        }
    }
}

static struct demo_table *find_table(struct server *s, struct bytes name, struct err *e)
{
    for (size_t i = 0; i < s->n_tables; i++)
        if (bytes_equal(bytes_of(s->tables[i].name), name))
            return &s->tables[i];
    (void)err_set(e, ERR_USAGE, "there is no table %.*s", (int)name.len,
                  (const char *)name.data);
    return NULL;
}

static enum err_code swap_tables(struct server *s, const char *names, struct err *e)
{
    size_t n = strcspn(names, ",");
    struct demo_table *a = find_table(s, (struct bytes){(const uint8_t *)names, n}, e);
    struct demo_table *b =
        a ? find_table(s, bytes_of(names + n + (names[n] != 0)), e) : NULL;
    const char *name;

    if (!b)
        return ERR_USAGE;
    name = a->name;
    a->name = b->name;
    b->name = name;
    return ERR_OK;
}

static enum err_code change_tables(struct server *s, struct err *e)
{
    const struct server_options *o = &s->options;

    if (o->swap)
        TRY(swap_tables(s, o->swap, e));
    for (size_t i = 0; i < o->n_late; i++) {
        struct demo_table *t = find_table(s, bytes_of(o->late[i]), e);

        if (!t)
            return ERR_USAGE;
        t->is_late = true;
    }
    return ERR_OK;
}

void server_reveal(struct server *s)
{
    s->revealed = true;
}

void server_fault(struct server *s)
{
    struct fault f = faults_find(&s->options.faults, FAULT_AT_TOLD, 0);

    if (f.action != FAULT_NONE && !s->stopping)
        commit(s, &f);
}

static void nothing(void *ctx)
{
    (void)ctx;
}

enum err_code server_new(uv_loop_t *loop, const struct server_options *o,
                         struct server **out, struct err *e)
{
    struct server *s = MEM_NEW(struct server);
    enum err_code rc;

    s->options = *o;
    s->pump = pump_new(loop);
    s->start_ns = uv_hrtime();
    s->world = (struct world){.seed = o->seed,
                              .epoch_ns = o->epoch_ns,
                              .trades_per_s = o->trades_per_s,
                              .wide_columns = o->wide_columns};
    s->options.faults.seed = o->seed;
    world_init(&s->world);
    s->n_tables = demo_tables_new(&s->world, &s->tables);
    add_tables(s);
    s->accepted.done = on_accepted;
    s->grpc = make_server(pump_queue(s->pump));
    (void)uv_timer_init(loop, &s->timer);
    s->timer.data = s;
    s->port = listen_on(s->grpc, o->port);
    grpc_server_start(s->grpc);
    rc = s->port > 0 ? change_tables(s, e)
                     : err_set(e, ERR_IO, "port %d of 127.0.0.1 cannot be had", o->port);
    if (rc != ERR_OK) {
        server_stop(s, nothing, NULL);
        *out = s;
        return rc;
    }
    accept_next(s);
    (void)uv_timer_start(&s->timer, on_timer, (uint64_t)o->tick_ms, (uint64_t)o->tick_ms);
    *out = s;
    return ERR_OK;
}

int server_port(const struct server *s)
{
    return s->port;
}

static void on_shutdown(struct pump_tag *c, bool ok)
{
    struct server *s = (struct server *)((char *)c - offsetof(struct server, shutdown));

    (void)ok;
    s->shut_down = true;
}

void server_stop(struct server *s, void (*done)(void *ctx), void *ctx)
{
    if (s->stopping)
        return;
    s->stopping = true;
    s->stopped = done;
    s->stopped_ctx = ctx;
    s->stop_ns = uv_hrtime();
    s->shutdown.done = on_shutdown;
    calls_end_all(s);
    grpc_server_shutdown_and_notify(s->grpc, pump_queue(s->pump), &s->shutdown);
    (void)uv_timer_start(&s->timer, on_timer, 1, 5);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void server_free(struct server *s)
{
    grpc_server_destroy(s->grpc);
    pump_free(s->pump);
    while (s->logins) {
        struct login *next = s->logins->next;

        login_free(s->logins);
        s->logins = next;
    }
    demo_tables_free(s->tables, s->n_tables);
    log_release(s);
    world_release(&s->world);
    uv_close((uv_handle_t *)&s->timer, on_closed);
}
