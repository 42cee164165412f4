/*
 * The client's own layers against the demo server, both on one loop in one process: what
 * the client holds is compared with the tables themselves.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/batch.h"
#include "client/fields.h"
#include "client/rpc/channel.h"
#include "client/server_log.h"
#include "client/session.h"
#include "client/subscription.h"
#include "client/tickets.h"
#include "client/update_reader.h"
#include "client/upload.h"
#include "client/wire/operations.h"
#include "client/wire/wire.h"
#include "demo/server.h"
#include "demo/tables.h"
#include "tests/support/demo_inside.h"

#define WAIT_NS (UINT64_C(20) * 1000000000)
#define FLIGHT "/arrow.flight.protocol.FlightService/"
#define BACKPLANE "/io.deephaven.proto.backplane.grpc."
#define REQUEST_MAX 1000

struct bench {
    uv_loop_t loop;
    uv_timer_t alarm; /* so that waiting ends */
    struct server *server;
    struct pump *pump;
    struct channel *channel;
    struct session *session;
    bool can_open, ready, ended, stopped;
    struct err why;
    /* tables as the server computes them */
    struct world world;
    struct demo_table *tables;
    size_t n_tables;
    /* a subscription */
    struct subscription *subscription;
    bool stream_ended;
    struct err stream_why;
    /* a raw call */
    bool call_ended;
    int status;
    char text[256];
    struct update_reader *reader;
    struct replica *replica;
    /* an operation on tables */
    bool fetched;
    struct table_created created;
    struct err fetch_why;
    bool has_reason;
    char reason[LOG_REASON_MAX];
};

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

/* Runs the loop until *flag; fails when that takes too long. */
static void wait_for(struct bench *b, const bool *flag)
{
    uint64_t start = uv_hrtime();

    while (!*flag) {
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        if (uv_hrtime() - start > WAIT_NS)
            fail_msg("nothing happened (session: %s; stream: %s)", b->why.msg,
                     b->stream_why.msg);
    }
}

static void on_open(void *ctx)
{
    ((struct bench *)ctx)->can_open = true;
}

static void on_ready(void *ctx)
{
    ((struct bench *)ctx)->ready = true;
}

static void on_session_ended(void *ctx, const struct err *why)
{
    struct bench *b = ctx;

    b->ended = true;
    b->why = *why;
}

static const struct session_handler session_events = {
    on_open, on_open, on_ready, NULL, on_session_ended, on_session_ended};

static void start_client(struct bench *b, const char *auth, const char *secret)
{
    struct session_options o = {.auth = auth, .secret = secret};
    struct channel_options c = {.host = "127.0.0.1",
                                .port = server_port(b->server),
                                .max_message = (size_t)110 << 20};
    struct err e;

    b->pump = pump_new(&b->loop);
    assert_int_equal(channel_new(b->pump, &c, &b->channel, &e), ERR_OK);
    assert_int_equal(
        session_new(&b->loop, b->channel, &o, &session_events, b, &b->session, &e), ERR_OK);
    wait_for(b, &b->can_open);
}

static struct bench *bench_new(const struct server_options *o)
{
    struct bench *b = MEM_NEW(struct bench);
    struct err e;

    (void)uv_loop_init(&b->loop);
    (void)uv_timer_init(&b->loop, &b->alarm);
    (void)uv_timer_start(&b->alarm, on_alarm, 100, 100);
    if (server_new(&b->loop, o, &b->server, &e) != ERR_OK)
        fail_msg("no server: %s", e.msg);
    b->world = (struct world){
        .seed = o->seed, .epoch_ns = o->epoch_ns, .trades_per_s = o->trades_per_s};
    world_init(&b->world);
    b->n_tables = demo_tables_new(&b->world, &b->tables);
    return b;
}

static void on_stopped(void *ctx)
{
    ((struct bench *)ctx)->stopped = true;
}

static void stop_client(struct bench *b)
{
    subscription_close(b->subscription);
    b->subscription = NULL;
    if (!b->session)
        return;
    session_free(b->session);
    channel_free(b->channel);
    pump_free(b->pump);
    b->session = NULL;
}

static void bench_free(struct bench *b)
{
    stop_client(b);
    update_reader_free(b->reader);
    replica_free(b->replica);
    if (!b->stopped) {
        server_stop(b->server, on_stopped, b);
        wait_for(b, &b->stopped);
    }
    server_free(b->server);
    uv_close((uv_handle_t *)&b->alarm, NULL);
    while (uv_run(&b->loop, UV_RUN_DEFAULT) != 0)
        continue;
    assert_int_equal(uv_loop_close(&b->loop), 0);
    demo_tables_free(b->tables, b->n_tables);
    world_release(&b->world);
    free(b);
}

static struct server_options options(void)
{
    struct server_options o = server_defaults();

    o.seed = 11;
    o.epoch_ns = INT64_C(1767623400000000000);
    o.tick_ms = 10;
    o.interval_ms = 20;
    return o;
}

static const struct demo_table *table(const struct bench *b, const char *name)
{
    for (size_t i = 0; i < b->n_tables; i++) {
        if (strcmp(b->tables[i].name, name) == 0)
            return &b->tables[i];
    }
    fail_msg("no table %s", name);
    return NULL;
}

/* --- subscriptions --- */

static void on_schema(void *ctx)
{
    (void)ctx;
}

static void on_update(void *ctx)
{
    (void)ctx;
}

static void on_stream_ended(void *ctx, const struct err *why)
{
    struct bench *b = ctx;

    b->stream_ended = true;
    b->stream_why = *why;
}

static const struct subscription_handler stream_events = {on_schema, on_update,
                                                          on_stream_ended};

static struct viewport viewport(int64_t first, int64_t last, int64_t columns, bool reverse)
{
    return (struct viewport){rowset_new_range(first, last),
                             rowset_new_range(0, columns - 1), reverse};
}

static void subscribe(struct bench *b, struct bytes ticket, struct viewport v)
{
    struct subscription_options o = {.ticket = ticket};
    struct err e;

    assert_int_equal(
        subscription_open(b->session, &o, &v, &stream_events, b, &b->subscription, &e),
        ERR_OK);
    viewport_release(&v);
}

static void scroll(struct bench *b, struct viewport v)
{
    subscription_request(b->subscription, &v);
    viewport_release(&v);
}

static void wait_settled(struct bench *b)
{
    uint64_t start = uv_hrtime();

    while (!subscription_settled(b->subscription)) {
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        if (b->stream_ended)
            fail_msg("stream over: %s", b->stream_why.msg);
        if (uv_hrtime() - start > WAIT_NS)
            fail_msg("not settled");
    }
}

static void wait_updates(struct bench *b, uint64_t n)
{
    uint64_t start = uv_hrtime();

    while (subscription_updates(b->subscription) < n) {
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        if (b->stream_ended)
            fail_msg("stream over: %s", b->stream_why.msg);
        if (uv_hrtime() - start > WAIT_NS)
            fail_msg("only %" PRIu64 " updates", subscription_updates(b->subscription));
    }
}

/* Cells of rows whose contents never change, whose positions are their ids. */
static void check_rows(const struct bench *b, const struct replica *r, const char *name,
                       int64_t first, int64_t last)
{
    const struct demo_table *t = table(b, name);
    struct rowset_iter it = rowset_iter(replica_columns(r));
    int64_t c;

    while (rowset_next(&it, &c)) {
        struct column *want = column_new(t->columns[c].type);

        for (int64_t p = first; p <= last; p++) {
            struct value is = replica_cell(r, (size_t)c, p), v;

            t->cell(&b->world, p, (size_t)c, 0, want);
            v = column_get(want, (size_t)(p - first));
            if (!value_equal(&is, &v))
                fail_msg("%s: column %" PRId64 " of row %" PRId64 " differs", name, c, p);
        }
        column_free(want);
    }
}

static void a_login_on_the_stream_itself_brings_rows(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/billion"), viewport(0, 49, 6, false));
    wait_settled(b);
    assert_int_equal(replica_table_size(subscription_replica(b->subscription)), 1000000000);
    check_rows(b, subscription_replica(b->subscription), "billion", 0, 49);
    bench_free(b);
}

static void a_billion_rows_scroll_to_their_end_and_back(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/billion"), viewport(0, 49, 6, false));
    scroll(b, viewport(0, 99, 6, true)); /* pipelined: nothing was answered yet */
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "billion", 999999900, 999999999);
    scroll(b, viewport(500000000, 500000099, 6, false));
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "billion", 500000000, 500000099);
    scroll(b, viewport(999999990, 1000000100, 6, false)); /* past the end */
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "billion", 999999990, 999999999);
    assert_int_equal(replica_held(subscription_replica(b->subscription)), 10);
    bench_free(b);
}

static void of_many_requests_the_newest_wins(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/billion"), viewport(0, 49, 6, false));
    for (int64_t i = 1; i <= 200; i++)
        scroll(b, viewport(i * 1000, i * 1000 + 80, i % 2 ? 3 : 6, i % 3 == 0));
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "billion", 200000, 200080);
    bench_free(b);
}

static void growth_comes_piece_by_piece(void **state)
{
    struct server_options o = options();
    struct bench *b;

    (void)state;
    o.growth_cells = 60;
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/billion"), viewport(0, 49, 6, false));
    wait_settled(b);
    assert_int_equal(subscription_updates(b->subscription), 5); /* 10 rows each */
    check_rows(b, subscription_replica(b->subscription), "billion", 0, 49);
    bench_free(b);
}

static void every_type_arrives_as_it_is(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/types"), viewport(0, 63, 22, false));
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "types", 0, 63);
    bench_free(b);
}

static void appended_rows_keep_coming(void **state)
{
    struct server_options o = options();
    struct bench *b;
    int64_t before, after;

    (void)state;
    o.trades_per_s = 10000;
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/trades"), viewport(0, 99, 9, true));
    wait_settled(b);
    before = replica_table_size(subscription_replica(b->subscription));
    wait_updates(b, 15);
    after = replica_table_size(subscription_replica(b->subscription));
    assert_true(after > before);
    check_rows(b, subscription_replica(b->subscription), "trades", after - 100, after - 1);
    bench_free(b);
}

static void every_ticking_table_stays_a_valid_stream(void **state)
{
    static const char *const names[] = {"s/book", "s/leaders", "s/pulse", "s/tide"};
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    for (size_t i = 0; i < 4; i++) {
        subscribe(b, bytes_of(names[i]), viewport(0, 99, 4, false));
        wait_updates(b, 4);
        assert_true(replica_held(subscription_replica(b->subscription)) <= 100);
        subscription_close(b->subscription);
        b->subscription = NULL;
    }
    bench_free(b);
}

static void a_reverse_viewport_of_a_blink_table_is_refused(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/pulse"), viewport(0, 99, 4, true));
    wait_for(b, &b->stream_ended);
    assert_int_equal(b->stream_why.code, ERR_REFUSED);
    bench_free(b);
}

/* --- sessions and services --- */

static void on_fields(void *ctx)
{
    (void)ctx;
}

static void on_fields_ended(void *ctx, const struct err *why)
{
    (void)ctx;
    (void)why;
}

static const struct fields_handler fields_events = {.changed = on_fields,
                                                    .ended = on_fields_ended};

static void all_tables_are_listed(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    struct fields *f;

    (void)state;
    start_client(b, "anonymous", NULL);
    f = fields_open(b->session, &fields_events, b);
    while (!fields_loaded(f))
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_int_equal(fields_count(f), b->n_tables);
    for (size_t i = 0; i < b->n_tables; i++) {
        assert_string_equal(fields_get(f, i)->name, b->tables[i].name);
        assert_string_equal(fields_get(f, i)->type,
                            b->tables[i].split_by              ? "PartitionedTable"
                            : b->tables[i].shape == TABLE_TREE ? "HierarchicalTable"
                                                               : "Table");
        assert_string_equal(fields_get(f, i)->app_id, "scope");
    }
    fields_close(f);
    bench_free(b);
}

static void on_made(void *ctx, struct export_id export, const struct table_created *t)
{
    struct bench *b = ctx;

    (void)export;
    b->created = *t;
}

static void on_batch_ended(void *ctx, struct table_batch *batch, enum recipe_op failed,
                           const struct err *why)
{
    struct bench *b = ctx;

    (void)batch;
    (void)failed;
    b->fetched = true;
    b->fetch_why = why ? *why : (struct err){0};
}

static const struct batch_handler batch_events = {on_made, on_batch_ended};

static void fetch(struct bench *b, const char *ticket, struct export_id id)
{
    struct batch_step step = {.step.op = RECIPE_FETCH, .result = id};
    struct table_batch *batch;
    struct err e;

    b->fetched = false;
    assert_int_equal(
        batch_start(b->session, bytes_of(ticket), &step, 1, &batch_events, b, &batch, &e),
        ERR_OK);
}

static void log_in(struct bench *b, const char *auth, const char *secret)
{
    start_client(b, auth, secret);
    fetch(b, "s/empty", exports_next(session_exports(b->session)));
    wait_for(b, &b->fetched);
}

static void an_export_may_be_used_before_it_is_defined(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct export_id id;

    (void)state;
    log_in(b, "anonymous", NULL);
    id = exports_next(session_exports(b->session));
    ticket_export(id.id, ticket);
    subscribe(b, (struct bytes){ticket, sizeof(ticket)}, viewport(0, 9, 6, false));
    scroll(b, viewport(10, 19, 6, false));
    fetch(b, "s/billion", id);
    wait_for(b, &b->fetched);
    assert_int_equal(b->created.size, 1000000000);
    assert_true(b->created.is_static);
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "billion", 10, 19);
    session_release(b->session, id); /* does not end the stream */
    scroll(b, viewport(20, 29, 6, false));
    wait_settled(b);
    bench_free(b);
}

static void a_missing_table_is_refused_by_name(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    log_in(b, "anonymous", NULL);
    fetch(b, "s/nosuch", exports_next(session_exports(b->session)));
    wait_for(b, &b->fetched);
    assert_int_equal(b->fetch_why.code, ERR_NOT_FOUND);
    assert_non_null(strstr(b->fetch_why.msg, "variable 'nosuch' not found"));
    bench_free(b);
}

static void a_key_is_asked_for_and_checked(void **state)
{
    struct server_options o = options();
    struct bench *b;

    (void)state;
    o.psk = "open sesame";
    b = bench_new(&o);
    log_in(b, "psk", "wrong");
    assert_int_equal(b->fetch_why.code, ERR_AUTH);
    assert_non_null(strstr(b->fetch_why.msg, "Authentication details invalid"));
    stop_client(b);
    b->can_open = false;
    log_in(b, "psk", "open sesame");
    assert_int_equal(b->fetch_why.code, ERR_OK);
    bench_free(b);
}

static void a_session_outlives_many_tokens(void **state)
{
    struct server_options o = options();
    struct bench *b;
    uint64_t start;

    (void)state;
    o.session_ms = 8000; /* kept alive every 4 s */
    b = bench_new(&o);
    log_in(b, "anonymous", NULL);
    start = uv_hrtime();
    while (uv_hrtime() - start < UINT64_C(12000000000) && !b->ended)
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_false(b->ended);
    fetch(b, "s/billion", exports_next(session_exports(b->session)));
    wait_for(b, &b->fetched);
    assert_int_equal(b->fetch_why.code, ERR_OK);
    bench_free(b);
}

static void an_expired_session_is_told(void **state)
{
    struct server_options o = options();
    struct bench *b;

    (void)state;
    o.session_ms = 300; /* the client believes that no session is that short */
    b = bench_new(&o);
    log_in(b, "anonymous", NULL);
    session_upkeep(b->session);
    wait_for(b, &b->ended);
    assert_non_null(strstr(b->why.msg, "Session has ended"));
    bench_free(b);
}

static void a_server_that_stops_says_so(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    log_in(b, "anonymous", NULL);
    session_upkeep(b->session);
    subscribe(b, bytes_of("s/trades"), viewport(0, 99, 9, true));
    wait_settled(b);
    server_stop(b->server, on_stopped, b);
    wait_for(b, &b->ended);
    assert_string_equal(b->why.msg, "the server stopped");
    wait_for(b, &b->stream_ended);
    wait_for(b, &b->stopped);
    bench_free(b);
}

/* --- raw calls --- */

static void on_call_message(void *ctx, struct bytes message)
{
    struct bench *b = ctx;
    struct update_reader_out got;
    struct err e;

    if (!b->reader)
        return;
    if (update_reader_feed(b->reader, message, &got, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    if (got.schema)
        b->replica = replica_new(got.schema, REPLICA_KEYS);
    if (got.update && replica_apply(b->replica, got.update, &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

static void on_call_end(void *ctx, const struct call_end *end)
{
    struct bench *b = ctx;

    b->call_ended = true;
    b->status = end->status;
    (void)snprintf(b->text, sizeof(b->text), "%s", end->message);
}

static const struct call_handler call_events = {NULL, on_call_message, on_call_end};

static void call(struct bench *b, const char *method, struct bytes message)
{
    struct call_options o = {.method = method,
                             .authorization = "Anonymous",
                             .message = message,
                             .has_message = true,
                             .half_close = true};

    b->call_ended = false;
    (void)call_start(b->channel, &o, &call_events, b);
    wait_for(b, &b->call_ended);
}

static void what_the_server_lacks_is_said_in_words(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    call(b, BACKPLANE "TableService/MetaTable", (struct bytes){0});
    assert_int_equal(b->status, 12);
    assert_string_equal(b->text, "the demo server cannot do this operation");
    call(b, BACKPLANE "ObjectService/MessageStream", (struct bytes){0});
    assert_int_equal(b->status, 12);
    assert_string_equal(b->text, "the demo server cannot open such an object");
    call(b, BACKPLANE "StorageService/ListItems", (struct bytes){0});
    assert_int_equal(b->status, 12);
    assert_string_equal(
        b->text,
        "Method not found: io.deephaven.proto.backplane.grpc.StorageService/ListItems");
    bench_free(b);
}

/* --- uploads --- */

#define UPLOAD_MAX 10000

/* Sends two rows, with a schema or without any. */
static void upload(struct bench *b, int32_t id, bool with_schema)
{
    static const struct type number = {.kind = KIND_LONG}, text = {.kind = KIND_STRING};
    struct upload_column columns[] = {
        {"Number", "long", column_new(&number), NULL},
        {"Text", "java.lang.String", column_new(&text), NULL}};
    struct buf first, second;
    struct session_call *put;
    struct err e;

    column_push_int((struct column *)columns[0].cells, 7);
    column_push_null((struct column *)columns[0].cells);
    column_push_bytes((struct column *)columns[1].cells, bytes_of("seven"));
    column_push_bytes((struct column *)columns[1].cells, bytes_of("none"));
    buf_init(&first, UPLOAD_MAX);
    buf_init(&second, UPLOAD_MAX);
    assert_int_equal(upload_encode(id, columns, 2, &first, &second, &e), ERR_OK);
    if (!with_schema) {
        struct buf descriptor;

        buf_init(&descriptor, UPLOAD_MAX);
        assert_int_equal(wire_flight_export_encode(id, &descriptor, &e), ERR_OK);
        buf_clear(&first);
        assert_int_equal(
            wire_flight_data_encode(
                &(struct wire_flight_data){.descriptor = buf_bytes(&descriptor)}, &first,
                &e),
            ERR_OK);
        buf_release(&descriptor);
    }
    b->call_ended = false;
    put = session_start(b->session,
                        &(struct call_options){.method = UPLOAD_METHOD,
                                               .message = buf_bytes(&first),
                                               .has_message = true},
                        &call_events, b);
    session_send_last(put, buf_bytes(&second));
    buf_release(&first);
    buf_release(&second);
    column_free((struct column *)columns[0].cells);
    column_free((struct column *)columns[1].cells);
}

static void rows_that_are_sent_are_a_table_for_those_who_wait_for_it(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    const struct replica *r;
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct export_id id;
    struct value v;

    (void)state;
    log_in(b, "anonymous", NULL);
    id = exports_next(session_exports(b->session));
    ticket_export(id.id, ticket);
    subscribe(b, (struct bytes){ticket, sizeof(ticket)}, viewport(0, 9, 2, false));
    upload(b, id.id, true);
    wait_for(b, &b->call_ended);
    assert_int_equal(b->status, 0);
    wait_settled(b);
    r = subscription_replica(b->subscription);
    assert_int_equal(replica_table_size(r), 2);
    assert_string_equal(replica_schema(r)->columns[0].java_type, "long");
    v = replica_cell(r, 0, 0);
    assert_int_equal(v.i, 7);
    assert_int_equal(replica_cell(r, 0, 1).state, VALUE_NULL);
    assert_true(bytes_equal(replica_cell(r, 1, 0).bytes, bytes_of("seven")));
    bench_free(b);
}

static void rows_that_make_no_sense_fail_with_all_that_waits_for_them(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    uint8_t ticket[EXPORT_TICKET_LEN];
    struct export_id id;

    (void)state;
    log_in(b, "anonymous", NULL);
    id = exports_next(session_exports(b->session));
    ticket_export(id.id, ticket);
    subscribe(b, (struct bytes){ticket, sizeof(ticket)}, viewport(0, 9, 2, false));
    upload(b, id.id, false);
    wait_for(b, &b->call_ended);
    assert_int_equal(b->status, 3);
    assert_string_equal(b->text, "Arrow message: flatbuffer of 0 bytes is not valid");
    wait_for(b, &b->stream_ended);
    assert_string_equal(b->stream_why.msg, b->text);
    bench_free(b);
}

static void on_reason(void *ctx, const struct err *explained)
{
    struct bench *b = ctx;

    (void)snprintf(b->reason, sizeof(b->reason), "%s", explained->msg);
    b->has_reason = true;
}

static void a_reason_told_by_an_id_is_in_the_log(void **state)
{
    static const struct bytes bad = {(const uint8_t *)"Nope = 1", 8};
    struct wire_op op = {.kind = WIRE_OP_WHERE,
                         .source.ticket = bytes_of("s/ships"),
                         .result = bytes_of("e\1\1\1\1"),
                         .texts = &bad,
                         .n_texts = 1};
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    struct buf m;
    struct err e;

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/ships"), viewport(0, 9, 3, false));
    wait_settled(b); /* logged in */
    buf_init(&m, REQUEST_MAX);
    assert_int_equal(wire_op_encode(&op, &m, &e), ERR_OK);
    for (int i = 0; i < 70; i++) { /* more than the log keeps */
        call(b, BACKPLANE "TableService/UnstructuredFilter", buf_bytes(&m));
        assert_int_equal(b->status, 3);
    }
    (void)err_set(&e, ERR_REFUSED, "where: %s", b->text);
    assert_non_null(server_log_explain(b->session, &e, on_reason, b));
    wait_for(b, &b->has_reason);
    assert_string_equal(b->reason, "where: Column \"Nope\" doesn't exist in this table");
    buf_release(&m);
    bench_free(b);
}

static void a_whole_table_can_be_had_with_do_get(void **state)
{
    static const uint8_t ticket[] = {0x0a, 7, 's', '/', 't', 'y', 'p', 'e', 's'};
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    b->reader = update_reader_new(REPLICA_KEYS, false);
    call(b, FLIGHT "DoGet", (struct bytes){ticket, sizeof(ticket)});
    assert_int_equal(b->status, 0);
    assert_int_equal(replica_held(b->replica), 64);
    check_rows(b, b->replica, "types", 0, 63);
    bench_free(b);
}

/* The guess at its columns comes to nothing, and that is an answer. */
static void rows_of_a_table_without_columns_are_counted(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/bare"), viewport(0, 99, 9, false));
    wait_settled(b);
    assert_int_equal(replica_schema(subscription_replica(b->subscription))->n_columns, 0);
    assert_in_range(replica_table_size(subscription_replica(b->subscription)), 10, 10000);
    wait_updates(b, 3);
    assert_in_range(replica_table_size(subscription_replica(b->subscription)), 11, 10000);
    bench_free(b);
}

static void an_empty_table_is_its_schema_alone(void **state)
{
    static const uint8_t ticket[] = {0x0a, 7, 's', '/', 'e', 'm', 'p', 't', 'y'};
    struct server_options o = options();
    struct bench *b = bench_new(&o);

    (void)state;
    start_client(b, "anonymous", NULL);
    b->reader = update_reader_new(REPLICA_KEYS, false);
    call(b, FLIGHT "DoGet", (struct bytes){ticket, sizeof(ticket)});
    assert_int_equal(b->status, 0);
    assert_non_null(b->replica);
    assert_int_equal(replica_generation(b->replica), 0);
    bench_free(b);
}

/* --- faults that were asked for --- */

/* Subscribes to a server with one fault and waits for the end of the stream. */
static void end_with(const char *fault, uint64_t seed, struct err *why)
{
    struct server_options o = options();
    struct bench *b;
    struct err e;

    o.seed = seed;
    assert_int_equal(faults_add(&o.faults, fault, &e), ERR_OK);
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/trades"), viewport(0, 99, 9, true));
    wait_for(b, &b->stream_ended);
    *why = b->stream_why;
    bench_free(b);
}

static void planned_ends_come_as_planned(void **state)
{
    struct err why;

    (void)state;
    end_with("message.1=cut", 1, &why);
    assert_int_equal(why.code, ERR_CANCELLED);
    end_with("message.3=cut", 1, &why);
    assert_int_equal(why.code, ERR_CANCELLED);
    end_with("message.2=status:13", 1, &why);
    assert_int_equal(why.code, ERR_SERVER);
    assert_string_equal(why.msg, "a fault that was asked for");
    end_with("message.2=ok", 1, &why);
    assert_int_equal(why.code, ERR_ENDED);
    end_with("message.1=twice", 1, &why);
    assert_int_equal(why.code, ERR_PROTO);
    end_with("message.1=skip", 1, &why);
    assert_int_equal(why.code, ERR_PROTO);
    end_with("message.2=truncate:64", 1, &why);
    assert_int_equal(why.code, ERR_PROTO);
    end_with("login=refuse", 1, &why);
    assert_int_equal(why.code, ERR_AUTH);
}

static void a_stream_is_counted_among_streams_alone(void **state)
{
    struct err why;

    (void)state;
    end_with("stream.1=status:13", 1, &why);
    assert_int_equal(why.code, ERR_SERVER);
    assert_string_equal(why.msg, "a fault that was asked for");
}

static void sessions_end_when_the_server_is_told(void **state)
{
    struct server_options o = options();
    struct bench *b;
    struct err e;

    (void)state;
    assert_int_equal(faults_add(&o.faults, "told=lost", &e), ERR_OK);
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/billion"), viewport(0, 9, 6, false));
    wait_settled(b);
    assert_int_equal(inside_logins(b->server), 1);
    server_fault(b->server);
    assert_int_equal(inside_logins(b->server), 0);
    bench_free(b);
}

static void tables_stand_still_when_the_server_is_told(void **state)
{
    struct server_options o = options();
    struct bench *b;
    struct err e;
    int64_t rows;

    (void)state;
    assert_int_equal(faults_add(&o.faults, "told=still", &e), ERR_OK);
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/trades"), viewport(0, 9, 3, false));
    wait_settled(b);
    wait_updates(b, 3);
    server_fault(b->server);
    do { /* what it had so far */
        rows = replica_table_size(subscription_replica(b->subscription));
        for (uint64_t since = uv_hrtime(); uv_hrtime() - since < UINT64_C(200000000);)
            (void)uv_run(&b->loop, UV_RUN_ONCE);
    } while (replica_table_size(subscription_replica(b->subscription)) > rows);
    scroll(b, viewport(rows - 10, rows + 10, 3, false)); /* it is read as before */
    wait_settled(b);
    assert_int_equal(replica_table_size(subscription_replica(b->subscription)), rows);
    check_rows(b, subscription_replica(b->subscription), "trades", rows - 10, rows - 1);
    bench_free(b);
}

static void a_delayed_message_is_late_but_right(void **state)
{
    struct server_options o = options();
    struct bench *b;
    uint64_t start;
    struct err e;

    (void)state;
    assert_int_equal(faults_add(&o.faults, "message.2=delay:300", &e), ERR_OK);
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    start = uv_hrtime();
    subscribe(b, bytes_of("s/billion"), viewport(0, 9, 6, false));
    wait_settled(b);
    assert_true(uv_hrtime() - start > UINT64_C(250000000));
    check_rows(b, subscription_replica(b->subscription), "billion", 0, 9);
    bench_free(b);
}

static void a_message_is_held_while_the_file_is_there(void **state)
{
    char path[] = TEST_BUILD_DIR "/hold-XXXXXX";
    int fd = mkstemp(path);
    struct server_options o = options();
    struct bench *b;
    uint64_t until;
    struct err e;

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    o.hold_file = path;
    assert_int_equal(faults_add(&o.faults, "message.2=hold", &e), ERR_OK);
    b = bench_new(&o);
    start_client(b, "anonymous", NULL);
    subscribe(b, bytes_of("s/billion"), viewport(0, 9, 6, false));
    until = uv_hrtime() + UINT64_C(300000000);
    while (uv_hrtime() < until)
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_false(subscription_settled(b->subscription));
    assert_int_equal(unlink(path), 0);
    wait_settled(b);
    check_rows(b, subscription_replica(b->subscription), "billion", 0, 9);
    bench_free(b);
}

static void faults_that_make_no_sense_are_refused(void **state)
{
    static const char *const specs[] = {"",
                                        "message.1",
                                        "message.0=cut",
                                        "message.x=cut",
                                        "message.1=explode",
                                        "message.1=delay",
                                        "message.1=delay:x",
                                        "message.1=cut:5",
                                        "message.1=hold:5",
                                        "request.1=hold",
                                        "call.1=hold",
                                        "stream.1=lost",
                                        "told.1=lost",
                                        "told=stall",
                                        "login=cut",
                                        "message.1=refuse"};
    struct faults f = {0};
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++)
        assert_int_equal(faults_add(&f, specs[i], &e), ERR_USAGE);
    assert_int_equal(f.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_on_the_stream_itself_brings_rows),
        cmocka_unit_test(a_billion_rows_scroll_to_their_end_and_back),
        cmocka_unit_test(of_many_requests_the_newest_wins),
        cmocka_unit_test(growth_comes_piece_by_piece),
        cmocka_unit_test(every_type_arrives_as_it_is),
        cmocka_unit_test(appended_rows_keep_coming),
        cmocka_unit_test(every_ticking_table_stays_a_valid_stream),
        cmocka_unit_test(a_reverse_viewport_of_a_blink_table_is_refused),
        cmocka_unit_test(all_tables_are_listed),
        cmocka_unit_test(an_export_may_be_used_before_it_is_defined),
        cmocka_unit_test(a_missing_table_is_refused_by_name),
        cmocka_unit_test(a_key_is_asked_for_and_checked),
        cmocka_unit_test(a_session_outlives_many_tokens),
        cmocka_unit_test(an_expired_session_is_told),
        cmocka_unit_test(a_server_that_stops_says_so),
        cmocka_unit_test(what_the_server_lacks_is_said_in_words),
        cmocka_unit_test(rows_that_are_sent_are_a_table_for_those_who_wait_for_it),
        cmocka_unit_test(rows_that_make_no_sense_fail_with_all_that_waits_for_them),
        cmocka_unit_test(a_reason_told_by_an_id_is_in_the_log),
        cmocka_unit_test(a_whole_table_can_be_had_with_do_get),
        cmocka_unit_test(rows_of_a_table_without_columns_are_counted),
        cmocka_unit_test(an_empty_table_is_its_schema_alone),
        cmocka_unit_test(planned_ends_come_as_planned),
        cmocka_unit_test(a_stream_is_counted_among_streams_alone),
        cmocka_unit_test(sessions_end_when_the_server_is_told),
        cmocka_unit_test(tables_stand_still_when_the_server_is_told),
        cmocka_unit_test(a_delayed_message_is_late_but_right),
        cmocka_unit_test(a_message_is_held_while_the_file_is_there),
        cmocka_unit_test(faults_that_make_no_sense_are_refused),
    };

    channel_capture_log();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
