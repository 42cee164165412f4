/*
 * Connections against the demo server: one inside this process, so that a test can break
 * things on its side, and others as programs, which can be killed.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/backoff.h"
#include "client/connection.h"
#include "client/rpc/channel.h"
#include "client/rpc/pump.h"
#include "client/subscription.h"
#include "client/table.h"
#include "client/target.h"
#include "tests/support/demo_inside.h"
#include "tests/support/demo_program.h"
#include "tests/support/h2_faults.h"

#define WAIT_NS (UINT64_C(20) * 1000000000)
#define CLOSING_NS UINT64_C(250000000) /* a server that takes longer is not waited for */
#define UNAVAILABLE 14
#define PERMISSION_DENIED 7
#define INTERNAL 13

/* One who looks at a connection: a table of it, its list, or just its state. */
struct watcher {
    struct connection *connection;
    bool wants_table, wants_list, leaves_when_live, dawdles;
    struct subscription *table;
    int opens, changes, lists, list_ends, news, rows_ends;
    struct table *made; /* whose rows are counted */
    int64_t rows;
    bool again;
    struct err list_why, table_why;
    bool table_ended;
};

struct bench {
    uv_loop_t loop;
    uv_timer_t alarm; /* so that waiting ends */
    struct server *server;
    bool stopping, stopped;
    struct pump *pump;
    struct connection *connections[2];
    struct watcher watchers[3];
    bool retries_start;
    const char *secret; /* what read_secret() gives */
    int secret_reads;
    uint64_t updates_then; /* of the second connection */
};

/* --- tables --- */

static void on_table_event(void *ctx)
{
    (void)ctx;
}

static void on_table_ended(void *ctx, const struct err *why)
{
    struct watcher *w = ctx;

    if (w->dawdles)
        uv_sleep(2 * BACKOFF_MIN_MS + 50);
    w->table_ended = true;
    w->table_why = *why;
}

static const struct subscription_handler table_events = {on_table_event, on_table_event,
                                                         on_table_ended};

static void open_table(struct watcher *w)
{
    struct subscription_options o = {.ticket = bytes_of("s/trades")};
    struct viewport v = {rowset_new_range(0, 9), rowset_new_range(0, 3), false};
    struct err e;

    if (subscription_open(connection_session(w->connection), &o, &v, &table_events, w,
                          &w->table, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    viewport_release(&v);
}

/* --- watchers --- */

static void on_open(void *ctx, struct connection *c)
{
    struct watcher *w = ctx;

    assert_ptr_equal(c, w->connection);
    assert_true(session_can_call(connection_session(c)));
    w->opens++;
    if (w->wants_table)
        open_table(w);
    if (w->wants_list)
        connection_watch_fields(c);
}

static const struct connection_handler events;

static void on_changed(void *ctx, struct connection *c)
{
    struct watcher *w = ctx;

    w->changes++;
    if (connection_state(c) != CONNECTION_LIVE)
        return;
    if (w->wants_table && !w->table)
        open_table(w);
    if (w->wants_list)
        connection_watch_fields(c);
    if (w->leaves_when_live)
        connection_unobserve(c, &events, w);
}

static void on_fields(void *ctx, struct connection *c)
{
    struct watcher *w = ctx;

    assert_non_null(connection_fields(c));
    w->lists += fields_loaded(connection_fields(c));
}

static void on_fields_ended(void *ctx, struct connection *c, const struct err *why,
                            bool again)
{
    struct watcher *w = ctx;

    (void)c;
    w->list_ends++;
    w->list_why = *why;
    w->again = again;
}

static void on_field_news(void *ctx, struct connection *c, const struct field *f,
                          enum field_change change)
{
    (void)c;
    (void)f;
    (void)change;
    ((struct watcher *)ctx)->news++;
}

static void on_rows(void *ctx, struct connection *c, struct bytes ticket, int64_t rows,
                    const struct err *failure)
{
    struct watcher *w = ctx;

    (void)c;
    assert_null(failure);
    if (w->made && bytes_equal(ticket, table_ticket(w->made)))
        w->rows = rows;
}

static void on_rows_ended(void *ctx, struct connection *c)
{
    (void)c;
    ((struct watcher *)ctx)->rows_ends++;
}

static const struct connection_handler events = {
    on_open, on_changed, on_fields, on_fields_ended, on_field_news, on_rows, on_rows_ended};

/* --- the bench --- */

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

static struct bench *bench_new(void)
{
    struct bench *b = MEM_NEW(struct bench);

    (void)uv_loop_init(&b->loop);
    (void)uv_timer_init(&b->loop, &b->alarm);
    (void)uv_timer_start(&b->alarm, on_alarm, 50, 50);
    b->pump = pump_new(&b->loop);
    return b;
}

static void serve(struct bench *b, const char *psk, const char *fault)
{
    struct server_options o = server_defaults();
    struct err e;

    o.seed = 5;
    o.tick_ms = 5;
    o.interval_ms = 10;
    o.psk = psk;
    if (fault)
        assert_int_equal(faults_add(&o.faults, fault, &e), ERR_OK);
    if (server_new(&b->loop, &o, &b->server, &e) != ERR_OK)
        fail_msg("no server: %s", e.msg);
}

static enum err_code read_secret(void *ctx, struct secret **out, struct err *e)
{
    struct bench *b = ctx;

    (void)e;
    b->secret_reads++;
    *out = b->secret ? secret_new(b->secret) : NULL;
    return ERR_OK;
}

static void connect_to(struct bench *b, size_t i, const char *address)
{
    struct target t;
    struct connection_options o = {.target = &t,
                                   .max_message = (size_t)32 << 20,
                                   .retries_start = b->retries_start,
                                   .auth = b->secret ? "psk" : NULL,
                                   .read_secret = read_secret,
                                   .secret_ctx = b};
    struct err e;

    assert_int_equal(target_parse(address, &t, &e), ERR_OK);
    if (connection_new(&b->loop, b->pump, &o, &b->connections[i], &e) != ERR_OK)
        fail_msg("%s", e.msg);
    assert_true(connection_is_to(b->connections[i], &t));
    assert_string_equal(connection_address(b->connections[i]), address);
    target_release(&t);
}

static void connect_inside(struct bench *b)
{
    char *address = mem_printf("127.0.0.1:%d", server_port(b->server));

    connect_to(b, 0, address);
    free(address);
}

static struct watcher *watch(struct bench *b, size_t i, size_t connection)
{
    struct watcher *w = &b->watchers[i];

    w->connection = b->connections[connection];
    connection_observe(w->connection, &events, w);
    return w;
}

typedef bool condition(const struct bench *b);

static void wait_until(struct bench *b, condition *is, const char *what)
{
    uint64_t start = uv_hrtime();

    while (!is(b)) {
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        if (uv_hrtime() - start > WAIT_NS)
            fail_msg("waited in vain: %s (state %d: %s)", what,
                     (int)connection_state(b->connections[0]),
                     connection_last_loss(b->connections[0])->msg);
    }
}

#define WAIT(b, is) wait_until((b), (is), #is)

static bool none_closing(const struct bench *b)
{
    for (size_t i = 0; i < 2; i++)
        if (b->connections[i] && connection_closing(b->connections[i]))
            return false;
    return true;
}

static bool is_stopped(const struct bench *b)
{
    return b->stopped;
}

static void on_stopped(void *ctx)
{
    ((struct bench *)ctx)->stopped = true;
}

static void stop_server(struct bench *b)
{
    b->stopping = true;
    server_stop(b->server, on_stopped, b);
}

static void bench_free(struct bench *b)
{
    uint64_t start;

    for (size_t i = 0; i < 3; i++)
        subscription_close(b->watchers[i].table);
    start = uv_hrtime();
    for (size_t i = 0; i < 2; i++)
        if (b->connections[i])
            connection_close(b->connections[i]);
    WAIT(b, none_closing);
    if (b->server && !b->stopping && uv_hrtime() - start < CLOSING_NS)
        assert_int_equal(inside_logins(b->server), 0);
    else if (b->server && !b->stopping)
        print_message("closing took long: it is not checked that nobody is logged in\n");
    for (size_t i = 0; i < 2; i++)
        connection_free(b->connections[i]);
    pump_free(b->pump);
    if (b->server) {
        stop_server(b);
        WAIT(b, is_stopped);
        server_free(b->server);
    }
    uv_close((uv_handle_t *)&b->alarm, NULL);
    while (uv_run(&b->loop, UV_RUN_DEFAULT) != 0)
        continue;
    assert_int_equal(uv_loop_close(&b->loop), 0);
    free(b);
}

/* --- what is waited for --- */

static bool is_live(const struct bench *b)
{
    return connection_state(b->connections[0]) == CONNECTION_LIVE;
}

/* For good, or it is tried again. */
static bool is_lost(const struct bench *b)
{
    return connection_why(b->connections[0]) != NULL;
}

static bool wants_secret(const struct bench *b)
{
    return connection_state(b->connections[0]) == CONNECTION_WANTS_SECRET;
}

static bool is_listed(const struct bench *b)
{
    return b->watchers[0].lists > 0;
}

static bool is_listed_again(const struct bench *b)
{
    return b->watchers[0].lists > 1;
}

static bool list_has_ended(const struct bench *b)
{
    return b->watchers[0].list_ends > 0;
}

static bool is_current(const struct watcher *w)
{
    return w->table && !w->table_ended && subscription_settled(w->table);
}

static bool first_is_current(const struct bench *b)
{
    return is_current(&b->watchers[0]);
}

static bool all_are_current(const struct bench *b)
{
    for (size_t i = 0; i < 3; i++)
        if (b->watchers[i].wants_table && !is_current(&b->watchers[i]))
            return false;
    return true;
}

/* --- one connection --- */

static void one_observer_carries_the_login_and_the_others_follow(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    serve(b, NULL, NULL);
    connect_inside(b);
    assert_int_equal(connection_state(b->connections[0]), CONNECTION_CONNECTING);
    assert_int_equal(connection_epoch(b->connections[0]), 1);
    for (size_t i = 0; i < 3; i++)
        watch(b, i, 0)->wants_table = true;
    b->watchers[0].wants_table = false; /* looks on */
    WAIT(b, all_are_current);
    assert_int_equal(b->watchers[0].opens, 1);
    assert_int_equal(b->watchers[1].opens, 1);
    assert_int_equal(b->watchers[2].opens, 0); /* its turn came when all could call */
    assert_int_equal(inside_logins(b->server), 1);
    assert_int_equal(session_exports(connection_session(b->connections[0]))->epoch, 1);
    bench_free(b);
}

static void an_observer_may_leave_while_it_is_told(void **state)
{
    struct bench *b = bench_new();
    int changes;

    (void)state;
    serve(b, NULL, NULL);
    connect_inside(b);
    watch(b, 0, 0)->leaves_when_live = true;
    watch(b, 1, 0)->wants_table = true;
    watch(b, 2, 0)->leaves_when_live = true;
    WAIT(b, all_are_current);
    assert_int_equal(b->watchers[0].changes, 1);
    assert_int_equal(b->watchers[2].changes, 1);
    changes = b->watchers[1].changes;
    stop_server(b);
    WAIT(b, is_lost);
    assert_int_equal(b->watchers[0].changes, 1);
    assert_int_equal(b->watchers[1].changes, changes + 1);
    assert_non_null(connection_why(b->connections[0]));
    bench_free(b);
}

static void a_secret_is_asked_for_and_checked(void **state)
{
    struct bench *b = bench_new();
    struct err e;

    (void)state;
    serve(b, "open sesame", NULL);
    connect_inside(b);
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, wants_secret);
    assert_int_equal(b->secret_reads, 1);
    assert_int_equal(connection_give_secret(b->connections[0], "", false, &e), ERR_USAGE);
    assert_true(wants_secret(b));
    assert_int_equal(connection_give_secret(b->connections[0], "open sesame", false, &e),
                     ERR_OK);
    assert_false(wants_secret(b));
    WAIT(b, first_is_current);
    bench_free(b);
}

static void a_secret_that_can_be_read_is_not_asked_for(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    serve(b, "open sesame", NULL);
    b->secret = "open sesame";
    connect_inside(b);
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, first_is_current);
    bench_free(b);
}

static void a_login_that_is_refused_is_told_as_one(void **state)
{
    struct bench *b = bench_new();
    struct err e;

    (void)state;
    serve(b, "open sesame", NULL);
    b->secret = "wrong";
    connect_inside(b);
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, is_lost);
    assert_int_equal(connection_why(b->connections[0])->code, ERR_AUTH);
    e = *connection_why(b->connections[0]);
    connection_name_err(b->connections[0], &e);
    assert_int_equal(e.code, ERR_AUTH);
    assert_non_null(strstr(e.msg, connection_address(b->connections[0])));
    assert_non_null(strstr(e.msg, "not allowed in: Authentication details invalid; this "
                                  "server takes --auth psk"));
    bench_free(b);
}

static void a_refused_table_leaves_the_connection_live(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    serve(b, NULL, "call.1=status:7");
    connect_inside(b);
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, is_live);
    while (!b->watchers[0].table_ended)
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_int_equal(b->watchers[0].table_why.code, ERR_REFUSED);
    assert_true(is_live(b));
    bench_free(b);
}

static void where_nobody_listens_is_no_server(void **state)
{
    struct bench *b = bench_new();
    struct err e;

    (void)state;
    connect_to(b, 0, "127.0.0.1:1");
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, is_lost);
    e = *connection_why(b->connections[0]);
    assert_int_equal(e.code, ERR_LOST);
    connection_name_err(b->connections[0], &e);
    assert_int_equal(e.code, ERR_CONNECT);
    assert_string_equal(e.msg, "127.0.0.1:1: cannot reach the server: Connection refused");
    bench_free(b);
}

static void what_comes_is_counted_for_the_connection(void **state)
{
    struct bench *b = bench_new();
    struct connection_totals before, after;

    (void)state;
    serve(b, NULL, NULL);
    connect_inside(b);
    watch(b, 0, 0)->wants_table = true;
    watch(b, 1, 0)->wants_table = true;
    WAIT(b, all_are_current);
    before = connection_totals(b->connections[0]);
    assert_true(before.updates >= 2 && before.bytes > 0);
    subscription_close(b->watchers[0].table); /* takes nothing of it away */
    b->watchers[0].table = NULL;
    b->watchers[0].wants_table = false;
    after = connection_totals(b->connections[0]);
    assert_int_equal(after.updates, before.updates);
    assert_int_equal(after.bytes, before.bytes);
    while (after.updates == before.updates) { /* the other one goes on */
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        after = connection_totals(b->connections[0]);
    }
    assert_true(after.bytes > before.bytes);
    bench_free(b);
}

/* --- the list --- */

static struct bench *bench_listed(void)
{
    struct bench *b = bench_new();

    serve(b, NULL, NULL);
    connect_inside(b);
    watch(b, 0, 0)->wants_list = true;
    WAIT(b, is_listed);
    return b;
}

static void a_list_that_broke_off_is_asked_for_again(void **state)
{
    struct bench *b = bench_listed();
    size_t n = fields_count(connection_fields(b->connections[0]));

    (void)state;
    assert_true(n > 0);
    for (int i = 1; i <= 2; i++) {
        b->watchers[0].lists = 1;
        inside_fail_open(b->server, "ListFields", INTERNAL,
                         "Received RST_STREAM with error code 2");
        b->watchers[0].list_ends = 0;
        WAIT(b, list_has_ended);
        assert_true(b->watchers[0].again);
        assert_int_equal(b->watchers[0].list_why.code, ERR_LOST);
        assert_int_equal(fields_count(connection_fields(b->connections[0])), n);
        WAIT(b, is_listed_again);
        assert_int_equal(fields_count(connection_fields(b->connections[0])), n);
        assert_int_equal(inside_open(b->server, "ListFields"), 1);
    }
    assert_true(is_live(b));
    bench_free(b);
}

static void a_list_that_is_refused_is_not_asked_for_again(void **state)
{
    struct bench *b = bench_listed();

    (void)state;
    inside_fail_open(b->server, "ListFields", PERMISSION_DENIED, "Operation not allowed");
    WAIT(b, list_has_ended);
    assert_false(b->watchers[0].again);
    assert_int_equal(b->watchers[0].list_why.code, ERR_REFUSED);
    assert_true(is_live(b));
    b->watchers[0].lists = 0;
    connection_watch_fields(b->connections[0]); /* unless somebody wants it */
    WAIT(b, is_listed);
    bench_free(b);
}

static void a_list_waits_no_longer_for_a_connection_that_is_lost(void **state)
{
    struct bench *b = bench_listed();

    (void)state;
    inside_fail_open(b->server, "ListFields", UNAVAILABLE, "Socket closed");
    WAIT(b, list_has_ended);
    stop_server(b);
    WAIT(b, is_lost);
    WAIT(b, is_stopped);
    assert_true(fields_loaded(connection_fields(b->connections[0])));
    bench_free(b);
}

/* --- row counts --- */

#define COUNTS "ExportedTableUpdates"

static bool is_counted(const struct bench *b)
{
    return b->watchers[0].rows > 0;
}

static bool count_has_ended(const struct bench *b)
{
    return b->watchers[0].rows_ends > 0;
}

static bool nobody_counts(const struct bench *b)
{
    return inside_open(b->server, COUNTS) == 0;
}

/* A table is made, and its rows are told. */
static struct bench *bench_counting(void)
{
    struct bench *b = bench_listed();
    struct watcher *w = &b->watchers[0];
    struct err e;

    w->made = table_new(b->connections[0], recipe_new("trades", bytes_of("s/trades")), NULL,
                        NULL, NULL);
    assert_int_equal(table_build(w->made, &e), ERR_OK);
    connection_watch_rows(b->connections[0], true);
    WAIT(b, is_counted);
    assert_int_equal(inside_open(b->server, COUNTS), 1);
    return b;
}

static void counting_free(struct bench *b)
{
    table_free(b->watchers[0].made);
    bench_free(b);
}

static void rows_are_told_as_they_change_until_nobody_wants_them(void **state)
{
    struct bench *b = bench_counting();
    struct watcher *w = &b->watchers[0];
    int64_t before;

    (void)state;
    for (int i = 0; i < 3; i++) {
        before = w->rows;
        w->rows = 0;
        WAIT(b, is_counted);
        assert_true(w->rows > before);
    }
    connection_watch_rows(b->connections[0], true); /* once more changes nothing */
    assert_int_equal(w->rows_ends, 0);
    connection_watch_rows(b->connections[0], false);
    assert_int_equal(w->rows_ends, 1);
    WAIT(b, nobody_counts);
    counting_free(b);
}

static void counts_that_broke_off_are_asked_for_again(void **state)
{
    struct bench *b = bench_counting();
    struct watcher *w = &b->watchers[0];

    (void)state;
    for (int i = 0; i < 2; i++) {
        w->rows = w->rows_ends = 0;
        inside_fail_open(b->server, COUNTS, INTERNAL,
                         "Received RST_STREAM with error code 2");
        WAIT(b, count_has_ended);
        w->rows = 0;
        WAIT(b, is_counted);
        assert_int_equal(inside_open(b->server, COUNTS), 1);
    }
    assert_true(is_live(b));
    counting_free(b);
}

static void counts_that_are_refused_are_not_asked_for_again(void **state)
{
    struct bench *b = bench_counting();

    (void)state;
    inside_fail_open(b->server, COUNTS, PERMISSION_DENIED, "Operation not allowed");
    WAIT(b, count_has_ended);
    b->watchers[0].lists = 0;
    inside_fail_open(b->server, "ListFields", INTERNAL, "cut"); /* which is asked again */
    WAIT(b, is_listed);
    assert_int_equal(inside_open(b->server, COUNTS), 0);
    assert_true(is_live(b));
    counting_free(b);
}

/* --- two connections --- */

static bool second_goes_on(const struct bench *b)
{
    return connection_totals(b->connections[1]).updates > b->updates_then;
}

static void a_server_that_is_killed_is_not_noticed_by_another(void **state)
{
    static const char *const none[] = {NULL};
    struct demo_program *demo[2] = {demo_program_start(none), demo_program_start(none)};
    struct bench *b = bench_new();

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        connect_to(b, i, demo_program_address(demo[i]));
        watch(b, i, i)->wants_table = true;
    }
    WAIT(b, all_are_current);
    demo_program_kill(demo[0], SIGKILL);
    WAIT(b, is_lost);
    assert_int_equal(connection_why(b->connections[0])->code, ERR_LOST);
    assert_true(b->watchers[0].table_ended);
    assert_int_equal(b->watchers[0].table_why.code, ERR_LOST);
    for (int i = 0; i < 5; i++) {
        b->updates_then = connection_totals(b->connections[1]).updates;
        WAIT(b, second_goes_on);
    }
    assert_int_equal(connection_state(b->connections[1]), CONNECTION_LIVE);
    assert_false(b->watchers[1].table_ended);
    assert_int_equal(b->watchers[1].changes, 1); /* it went live, and nothing else */
    bench_free(b);
    for (size_t i = 0; i < 2; i++)
        demo_program_free(demo[i]);
}

/* --- lost, and back --- */

static bool table_is_over(const struct bench *b)
{
    return b->watchers[0].table_ended;
}

static void what_was_made_in_one_session_means_nothing_in_the_next(void **state)
{
    static const char *const none[] = {NULL};
    struct demo_program *demo = demo_program_start(none); /* which holds its port */
    const char *port = strrchr(demo_program_address(demo), ':') + 1;
    const char *const same_port[] = {"--port", port, NULL};
    struct bench *b = bench_new();
    struct table *t;
    struct bytes source = bytes_of("s/trades");
    struct demo_program *again;
    struct err e;

    (void)state;
    connect_to(b, 0, demo_program_address(demo));
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, first_is_current);
    t = table_new(b->connections[0], recipe_new("trades", source), NULL, NULL, NULL);
    assert_int_equal(table_build(t, &e), ERR_OK);
    assert_false(bytes_equal(table_ticket(t), source));
    demo_program_kill(demo, SIGKILL);
    WAIT(b, is_lost);
    assert_int_equal(connection_state(b->connections[0]), CONNECTION_RETRYING);
    assert_true(connection_next_try_ms(b->connections[0]) > 0);
    WAIT(b, table_is_over);
    again = demo_program_start(same_port);
    WAIT(b, is_live);
    assert_int_equal(connection_epoch(b->connections[0]), 2);
    assert_true(bytes_equal(table_ticket(t), source)); /* its export was of the other one */
    assert_int_equal(table_build(t, &e), ERR_OK);
    assert_false(bytes_equal(table_ticket(t), source));
    subscription_close(b->watchers[0].table);
    b->watchers[0].table_ended = false;
    open_table(&b->watchers[0]);
    WAIT(b, first_is_current);
    table_free(t);
    bench_free(b);
    demo_program_free(again);
    demo_program_free(demo);
}

static bool is_current_or_over(const struct bench *b)
{
    return first_is_current(b) || table_is_over(b);
}

/* The next transport is not there at once, and a call that is made before then breaks off
 * like the one before. */
static void open_again(struct bench *b)
{
    struct watcher *w = &b->watchers[0];
    uint64_t start = uv_hrtime();

    do {
        assert_int_equal(w->table_why.code, ERR_LOST);
        assert_true(uv_hrtime() - start < WAIT_NS);
        subscription_close(w->table);
        w->table_ended = false;
        open_table(w);
        WAIT(b, is_current_or_over);
    } while (w->table_ended);
}

/* The same session goes on over another transport: nobody logs in twice. */
static void a_session_outlives_its_transport(void **state)
{
    struct h2_plan plan = H2_FIRED(.then = H2_END_BOTH);
    struct bench *b = bench_new();
    struct relay *r;
    char *address;

    (void)state;
    serve(b, NULL, NULL);
    address = mem_printf("127.0.0.1:%d", server_port(b->server));
    r = h2_faults_relay(address, &plan);
    connect_to(b, 0, relay_address(r));
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, first_is_current);
    for (int i = 2; i <= 4; i++) {
        relay_fire(r);
        WAIT(b, table_is_over);
        WAIT(b, is_live);
        open_again(b);
        assert_int_equal(connection_epoch(b->connections[0]), 1);
        assert_int_equal(inside_logins(b->server), 1);
    }
    bench_free(b);
    relay_free(r);
    free(address);
}

static bool has_one_export(const struct bench *b)
{
    return inside_exports(b->server) == 1;
}

static bool has_no_exports(const struct bench *b)
{
    return inside_exports(b->server) == 0;
}

static void what_a_broken_link_did_not_release_is_released_later(void **state)
{
    struct h2_plan plan = H2_FIRED(.then = H2_END_BOTH);
    struct bench *b = bench_new();
    struct relay *r;
    struct table *t;
    struct err e;
    char *address;

    (void)state;
    serve(b, NULL, NULL);
    address = mem_printf("127.0.0.1:%d", server_port(b->server));
    r = h2_faults_relay(address, &plan);
    connect_to(b, 0, relay_address(r));
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, first_is_current);
    t = table_new(b->connections[0], recipe_new("trades", bytes_of("s/trades")), NULL, NULL,
                  NULL);
    assert_int_equal(table_build(t, &e), ERR_OK);
    WAIT(b, has_one_export);
    relay_stall(r);
    table_free(t);
    relay_fire(r);
    relay_flow(r);
    WAIT(b, table_is_over);
    WAIT(b, is_live);
    WAIT(b, has_no_exports);
    assert_int_equal(inside_logins(b->server), 1);
    bench_free(b);
    relay_free(r);
    free(address);
}

static bool is_live_again(const struct bench *b)
{
    return is_live(b) && connection_epoch(b->connections[0]) == 2;
}

static bool asks_for_its_end(const struct bench *b)
{
    return inside_open(b->server, "TerminationNotification") > 0;
}

/* The first wait is over before all that the loss has ended is through. */
static void a_try_that_is_overdue_is_made(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    serve(b, NULL, "told=terminate:10");
    connect_inside(b);
    watch(b, 0, 0)->wants_table = true;
    b->watchers[0].dawdles = true;
    WAIT(b, first_is_current);
    session_upkeep(connection_session(b->connections[0]));
    WAIT(b, asks_for_its_end);
    server_fault(b->server);
    WAIT(b, table_is_over);
    WAIT(b, is_live_again);
    bench_free(b);
}

static void a_start_is_tried_again_where_that_is_wanted(void **state)
{
    struct bench *b = bench_new();

    (void)state;
    b->retries_start = true;
    connect_to(b, 0, "127.0.0.1:1");
    watch(b, 0, 0)->wants_table = true;
    WAIT(b, is_lost);
    assert_int_equal(connection_state(b->connections[0]), CONNECTION_RETRYING);
    assert_false(connection_was_live(b->connections[0]));
    b->watchers[0].changes = 0;
    connection_retry(b->connections[0]);
    assert_int_equal(b->watchers[0].changes, 1);
    assert_int_equal(connection_next_try_ms(b->connections[0]), 0);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_made_in_one_session_means_nothing_in_the_next),
        cmocka_unit_test(a_session_outlives_its_transport),
        cmocka_unit_test(what_a_broken_link_did_not_release_is_released_later),
        cmocka_unit_test(a_try_that_is_overdue_is_made),
        cmocka_unit_test(a_start_is_tried_again_where_that_is_wanted),
        cmocka_unit_test(one_observer_carries_the_login_and_the_others_follow),
        cmocka_unit_test(an_observer_may_leave_while_it_is_told),
        cmocka_unit_test(a_secret_is_asked_for_and_checked),
        cmocka_unit_test(a_secret_that_can_be_read_is_not_asked_for),
        cmocka_unit_test(a_login_that_is_refused_is_told_as_one),
        cmocka_unit_test(a_refused_table_leaves_the_connection_live),
        cmocka_unit_test(where_nobody_listens_is_no_server),
        cmocka_unit_test(what_comes_is_counted_for_the_connection),
        cmocka_unit_test(a_list_that_broke_off_is_asked_for_again),
        cmocka_unit_test(a_list_that_is_refused_is_not_asked_for_again),
        cmocka_unit_test(a_list_waits_no_longer_for_a_connection_that_is_lost),
        cmocka_unit_test(rows_are_told_as_they_change_until_nobody_wants_them),
        cmocka_unit_test(counts_that_broke_off_are_asked_for_again),
        cmocka_unit_test(counts_that_are_refused_are_not_asked_for_again),
        cmocka_unit_test(a_server_that_is_killed_is_not_noticed_by_another),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    channel_capture_log();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
