/*
 * Sessions, feeds and the list of tables against the demo server, both on one loop in one
 * process, so that a test can also break things on the server's side: streams that fail,
 * exports that are gone, a client that leaves at any moment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/feed.h"
#include "client/fields.h"
#include "client/rpc/channel.h"
#include "client/target.h"
#include "client/versions.h"
#include "tests/support/demo_inside.h"
#include "tests/support/program.h"
#include "ui/table/row_anchor.h"

#define WAIT_NS (UINT64_C(20) * 1000000000)
#define IDLE_NS UINT64_C(6000000000) /* longer than one heartbeat */
#define WIDE_COLUMNS 40              /* asked for at once */
#define SOME_COLUMNS 1000            /* enough for views, and schemas stay small */
#define TURNS 60                     /* of the loop, until a client has done all it does */

struct bench {
    uv_loop_t loop;
    uv_timer_t alarm; /* so that waiting ends */
    struct server *server;
    struct pump *pump;
    struct connection *connection;
    struct session *session; /* borrowed: its first */
    struct feed *feed;
    bool close_when_ready, changed, stopped;
    bool unseen;   /* no screen takes the rows */
    bool was_old;  /* its cells, at some moment */
    int64_t found; /* what row_anchor told */
    int opens, readies, losses, session_ends, feed_ends, feed_refusals;
    struct err session_why, feed_why;
};

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

typedef bool condition(struct bench *b);

static void wait_until(struct bench *b, condition *is, const char *what)
{
    uint64_t start = uv_hrtime();

    while (!is(b)) {
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        if (b->feed && !b->unseen && !feed_ended(b->feed))
            feed_shown(b->feed);
        if (uv_hrtime() - start > WAIT_NS)
            fail_msg("waited in vain: %s (session: %s; feed: %s)", what, b->session_why.msg,
                     b->feed_why.msg);
    }
}

#define WAIT(b, is) wait_until((b), (is), #is)

static bool is_open(struct bench *b)
{
    return b->opens > 0;
}

static bool is_ready(struct bench *b)
{
    return b->readies > 0;
}

static bool is_lost(struct bench *b)
{
    return b->losses > 0;
}

static bool is_back(struct bench *b)
{
    return b->readies > 1;
}

static bool is_settled(struct bench *b)
{
    if (b->feed_ends > 0)
        fail_msg("feed over: %s", b->feed_why.msg);
    return feed_settled(b->feed);
}

static bool is_feed_over(struct bench *b)
{
    return b->feed_ends > 0;
}

static bool is_stopped(struct bench *b)
{
    return b->stopped;
}

static bool is_closed(struct bench *b)
{
    return !connection_closing(b->connection);
}

/* --- the client --- */

static void on_open(void *ctx, struct connection *c)
{
    (void)c;
    ((struct bench *)ctx)->opens++;
}

static void on_ready(struct bench *b)
{
    b->readies++;
    if (b->close_when_ready) {
        feed_close(b->feed);
        b->feed = NULL;
    }
}

static void on_connection_changed(void *ctx, struct connection *c)
{
    struct bench *b = ctx;

    switch (connection_state(c)) {
    case CONNECTION_WANTS_SECRET:
        b->opens++;
        break;
    case CONNECTION_LIVE:
        on_ready(b);
        break;
    case CONNECTION_LOST:
        b->session_ends++;
        b->session_why = *connection_why(c);
        break;
    case CONNECTION_RETRYING:
        b->losses++;
        b->session_why = *connection_why(c);
        break;
    case CONNECTION_CONNECTING:
        break;
    }
}

static const struct connection_handler connection_events = {
    .open = on_open, .changed = on_connection_changed};

static enum err_code new_session(struct bench *b, const char *auth, struct err *e)
{
    struct target server = {.host = "127.0.0.1", .port = server_port(b->server)};
    struct connection_options o = {
        .target = &server, .auth = auth, .max_message = (size_t)110 << 20};

    TRY(connection_new(&b->loop, b->pump, &o, &b->connection, e));
    connection_observe(b->connection, &connection_events, b);
    b->session = connection_session(b->connection);
    return ERR_OK;
}

static void start_client(struct bench *b)
{
    b->pump = pump_new(&b->loop);
}

static void stop_client(struct bench *b)
{
    feed_close(b->feed);
    b->feed = NULL;
    connection_free(b->connection);
    b->connection = NULL;
    b->session = NULL;
    pump_free(b->pump);
    b->pump = NULL;
}

static void on_stopped(void *ctx)
{
    ((struct bench *)ctx)->stopped = true;
}

static struct server_options options(void)
{
    struct server_options o = server_defaults();

    o.seed = 11;
    o.epoch_ns = INT64_C(1767623400000000000);
    o.tick_ms = 5;
    o.interval_ms = 10;
    return o;
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
    start_client(b);
    return b;
}

static void bench_free(struct bench *b)
{
    if (b->pump)
        stop_client(b);
    if (!b->stopped) {
        server_stop(b->server, on_stopped, b);
        WAIT(b, is_stopped);
    }
    server_free(b->server);
    uv_close((uv_handle_t *)&b->alarm, NULL);
    while (uv_run(&b->loop, UV_RUN_DEFAULT) != 0)
        continue;
    assert_int_equal(uv_loop_close(&b->loop), 0);
    free(b);
}

/* A server with a client whose session may make its first call. */
static struct bench *bench_open_with(const struct server_options *o)
{
    struct bench *b = bench_new(o);
    struct err e;

    assert_int_equal(new_session(b, "anonymous", &e), ERR_OK);
    WAIT(b, is_open);
    return b;
}

static struct bench *bench_open(void)
{
    struct server_options o = options();

    return bench_open_with(&o);
}

/* --- feeds --- */

static bool is_old(const struct bench *b)
{
    return feed_state(b->feed)->phase == TABLE_OLD;
}

static void on_changed(void *ctx)
{
    struct bench *b = ctx;

    b->changed = true;
    b->was_old = b->was_old || (b->feed && is_old(b));
}

static void on_feed_ended(void *ctx, const struct err *why)
{
    struct bench *b = ctx;

    b->feed_ends++;
    b->feed_why = *why;
}

static void on_feed_restarted(void *ctx, const struct err *why)
{
    struct bench *b = ctx;

    if (!why)
        return;
    b->feed_refusals++;
    b->feed_why = *why;
}

static const struct feed_handler feed_events = {on_changed, on_feed_ended,
                                                on_feed_restarted, NULL};

static struct viewport viewport(int64_t row, int64_t column, int64_t columns, bool reverse)
{
    return (struct viewport){rowset_new_range(row, row + 29),
                             rowset_new_range(column, column + columns - 1), reverse};
}

/* Of a recipe and a viewport (both given). */
static void open_at(struct bench *b, struct recipe *recipe, struct viewport v)
{
    struct stream_options o = {0};
    struct err e;

    if (feed_open(b->connection, recipe, NULL, &o, &v, &feed_events, b, &b->feed, &e) !=
        ERR_OK)
        fail_msg("%s", e.msg);
    viewport_release(&v);
}

/* Of a recipe (given). */
static void open_recipe(struct bench *b, struct recipe *recipe, int64_t columns)
{
    open_at(b, recipe, viewport(0, 0, columns, false));
}

static void open_feed(struct bench *b, const char *ticket, int64_t columns)
{
    open_recipe(b, recipe_new(ticket, bytes_of(ticket)), columns);
}

static void ask(struct bench *b, struct viewport v)
{
    feed_request(b->feed, &v);
    viewport_release(&v);
}

/* A narrow table (no view is made) whose rows are on the screen. */
static struct bench *bench_narrow(void)
{
    struct bench *b = bench_open();

    open_feed(b, "s/billion", 6);
    WAIT(b, is_settled);
    WAIT(b, is_ready);
    return b;
}

static bool is_on_view(struct bench *b)
{
    struct window w = feed_window(b->feed);

    return is_settled(b) && w.map;
}

/* A wide one whose rows come from a view of its columns. */
static struct bench *bench_wide_with(const struct server_options *o)
{
    struct bench *b = bench_open_with(o);

    open_feed(b, "s/wide", WIDE_COLUMNS);
    WAIT(b, is_on_view);
    return b;
}

static struct bench *bench_wide(void)
{
    struct server_options o = options();

    return bench_wide_with(&o);
}

/* The same, and each new stream takes a while to be complete. */
static struct bench *bench_slow(void)
{
    struct server_options o = options();

    o.growth_cells = 6;
    return bench_wide_with(&o);
}

static void check_cells(const struct bench *b, const char *name, int64_t row, size_t column)
{
    struct window w = feed_window(b->feed);
    struct column *cell = inside_cell(b->server, name, row, column);
    struct value is = window_cell(&w, column, row), want = column_get(cell, 0);

    if (!value_equal(&is, &want))
        fail_msg("%s: column %zu of row %lld differs", name, column, (long long)row);
    column_free(cell);
}

static bool no_exports(struct bench *b)
{
    return inside_exports(b->server) == 0;
}

static bool one_export(struct bench *b)
{
    return inside_exports(b->server) == 1;
}

static bool two_exports(struct bench *b)
{
    return inside_exports(b->server) == 2;
}

static bool one_stream(struct bench *b)
{
    return inside_streams(b->server) == 1;
}

static bool two_streams(struct bench *b)
{
    return inside_streams(b->server) == 2;
}

/* --- sessions --- */

static void a_login_that_was_dropped_can_be_made_again(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    open_feed(b, "s/billion", 6);
    assert_false(session_can_call(b->session));
    feed_close(b->feed);
    b->feed = NULL;
    assert_true(session_can_call(b->session));
    open_feed(b, "s/billion", 6);
    WAIT(b, is_settled);
    assert_int_equal(b->readies, 1);
    assert_int_equal(b->session_ends, 0);
    bench_free(b);
}

static void a_call_may_be_dropped_when_its_headers_log_in(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    b->close_when_ready = true;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_ready);
    assert_null(b->feed);
    assert_int_equal(session_state(b->session), SESSION_READY);
    bench_free(b);
}

static void a_call_may_be_dropped_when_its_trailers_log_in(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    b->close_when_ready = true;
    open_feed(b, "s/nosuch", 6); /* refused at once: there are only trailers */
    WAIT(b, is_ready);
    assert_null(b->feed);
    assert_int_equal(b->feed_ends, 0);
    assert_int_equal(session_state(b->session), SESSION_READY);
    bench_free(b);
}

static void a_refused_table_still_logs_in(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    open_feed(b, "s/nosuch", 6);
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_why.code, ERR_NOT_FOUND);
    assert_int_equal(session_state(b->session), SESSION_READY);
    assert_int_equal(b->feed_ends, 1);
    bench_free(b);
}

static struct bench *bench_with_fault(const char *spec)
{
    struct server_options o = options();
    struct err e;

    if (faults_add(&o.faults, spec, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    return bench_open_with(&o);
}

/* Until the session has had its first three answers, one of them the planned one. */
static bool is_at_work(struct bench *b)
{
    return b->session && session_last_round_trip_ms(b->session) >= 0 &&
           session_state(b->session) == SESSION_READY;
}

static void a_refused_first_call_is_no_refused_login(void **state)
{
    struct bench *b = bench_with_fault("call.1=status:7"); /* PERMISSION_DENIED */

    (void)state;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_why.code, ERR_REFUSED);
    assert_string_equal(b->feed_why.msg, "a fault that was asked for");
    assert_int_equal(session_state(b->session), SESSION_READY);
    assert_int_equal(b->session_ends, 0);
    bench_free(b);
}

static void a_session_outlives_a_refusal_of_its_own_calls(void **state)
{
    static const char *const specs[] = {
        "call.2=status:12",                   /* TerminationNotification: UNIMPLEMENTED */
        "call.2=status:7", "call.3=status:7", /* the configuration: PERMISSION_DENIED */
        "call.3=status:14",                   /* UNAVAILABLE, in the server's own words */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
        struct bench *b = bench_with_fault(specs[i]);

        open_feed(b, "s/billion", 6);
        WAIT(b, is_at_work);
        WAIT(b, is_settled);
        check_cells(b, "billion", 29, 5);
        assert_int_equal(b->session_ends, 0);
        bench_free(b);
    }
}

static void a_session_that_the_server_forgot_is_followed_by_another(void **state)
{
    struct bench *b = bench_with_fault("call.3=lost");

    (void)state;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_lost);
    assert_int_equal(b->session_why.code, ERR_SESSION);
    WAIT(b, is_back);
    assert_int_equal(connection_epoch(b->connection), 2);
    WAIT(b, is_settled);
    check_cells(b, "billion", 29, 5);
    bench_free(b);
}

static void a_login_type_that_no_header_can_hold_is_refused(void **state)
{
    static const char *const wrong[] = {"", "Kärcher", "a\nb", "\x01"};
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    struct err e;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(new_session(b, wrong[i], &e), ERR_USAGE);
        assert_null(b->connection);
    }
    bench_free(b);
}

static bool is_wrong_secret(struct bench *b)
{
    return session_refusal(b->session) && session_state(b->session) == SESSION_WAITING;
}

static void an_unknown_login_type_that_is_refused_wants_a_secret(void **state)
{
    struct server_options o = options();
    struct bench *b = bench_new(&o);
    struct err e;

    (void)state;
    assert_int_equal(new_session(b, "org.example.Handler", &e), ERR_OK);
    WAIT(b, is_wrong_secret);
    assert_int_equal(session_refusal(b->session)->code, ERR_AUTH);
    assert_non_null(strstr(session_refusal(b->session)->msg, "this server takes --auth "));
    assert_false(session_can_call(b->session));
    bench_free(b);
}

static bool is_logged_in(struct bench *b)
{
    return session_state(b->session) == SESSION_READY;
}

static void the_server_is_asked_how_to_log_in(void **state)
{
    struct server_options o = options();
    struct bench *b;
    struct err e;

    (void)state;
    o.psk = "open sesame";
    b = bench_new(&o);
    assert_int_equal(new_session(b, NULL, &e), ERR_OK);
    WAIT(b, is_open); /* or rather: a secret is wanted */
    assert_int_equal(session_state(b->session), SESSION_WAITING);
    assert_int_equal(connection_give_secret(b->connection, "", false, &e), ERR_USAGE);
    assert_int_equal(connection_give_secret(b->connection, "open", true, &e), ERR_OK);
    WAIT(b, is_wrong_secret);
    assert_int_equal(connection_give_secret(b->connection, "open sesame", false, &e),
                     ERR_OK);
    WAIT(b, is_logged_in);
    open_feed(b, "s/billion", 6);
    WAIT(b, is_settled);
    bench_free(b);
}

static void a_closed_session_takes_no_calls(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    feed_close(b->feed);
    b->feed = NULL;
    connection_close(b->connection);
    assert_true(connection_closing(b->connection));
    assert_false(session_can_call(b->session));
    session_release(b->session, (struct export_id){1, 1}); /* nothing comes of it */
    WAIT(b, is_closed);
    assert_int_equal(inside_logins(b->server), 0);
    assert_int_equal(b->session_ends, 0);
    connection_close(b->connection);
    assert_false(connection_closing(b->connection));
    bench_free(b);
}

/* --- one stream --- */

static void a_narrow_table_scrolls_turns_and_changes_columns(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    check_cells(b, "billion", 29, 5);
    ask(b, viewport(500000000, 0, 6, false));
    WAIT(b, is_settled);
    check_cells(b, "billion", 500000029, 0);
    ask(b, viewport(0, 2, 3, true));
    WAIT(b, is_settled);
    check_cells(b, "billion", 999999999, 4);
    ask(b, viewport(7, 1, 1, false));
    ask(b, viewport(8, 0, 6, false)); /* the newest wins */
    WAIT(b, is_settled);
    check_cells(b, "billion", 37, 5);
    assert_true(table_static(feed_table(b->feed)));
    assert_true(session_updates(b->session) >= 4);
    assert_int_equal(inside_streams(b->server), 1);
    bench_free(b);
}

static bool is_fetched(struct bench *b)
{
    return table_static(feed_table(b->feed));
}

static void nothing_but_its_stream_is_asked_for_until_rows_are_shown(void **state)
{
    struct bench *b = bench_open();
    struct bytes named = bytes_of("s/billion");

    (void)state;
    b->unseen = true;
    WAIT(b, is_open);
    open_feed(b, "s/billion", 6);
    WAIT(b, is_settled);
    assert_true(bytes_equal(table_source(feed_table(b->feed)), named));
    assert_false(session_is_kept(b->session));
    feed_shown(b->feed);
    assert_false(bytes_equal(table_source(feed_table(b->feed)), named));
    assert_true(session_is_kept(b->session));
    WAIT(b, is_fetched);
    bench_free(b);
}

static void everything_made_on_the_server_is_released(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    for (int64_t i = 1; i <= 60; i++) {
        ask(b, viewport(i, i * 100, WIDE_COLUMNS, false));
        if (i % 4 == 0)
            WAIT(b, is_settled);
        else if (i % 3 == 0)
            (void)uv_run(&b->loop, UV_RUN_ONCE);
    }
    WAIT(b, is_settled);
    check_cells(b, "wide", 60, 6000);
    check_cells(b, "wide", 89, 6000 + WIDE_COLUMNS - 1);
    WAIT(b, two_exports); /* the table and one view */
    WAIT(b, one_stream);
    feed_close(b->feed);
    b->feed = NULL;
    WAIT(b, no_exports);
    bench_free(b);
}

static void a_screen_in_a_hurry_opens_one_view_at_a_time(void **state)
{
    struct bench *b = bench_wide();
    int32_t before = exports_next(session_exports(b->session)).id;

    (void)state;
    for (int64_t i = 1; i <= 99; i++)
        ask(b, viewport(i, i * 100, WIDE_COLUMNS, false));
    WAIT(b, is_settled);
    check_cells(b, "wide", 99, 9900);
    assert_in_range(exports_next(session_exports(b->session)).id - before, 1, 3);
    WAIT(b, two_exports);
    bench_free(b);
}

static void a_screen_that_comes_back_needs_no_new_view(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    ask(b, viewport(0, 500, WIDE_COLUMNS, false));
    ask(b, viewport(10, 0, WIDE_COLUMNS, false));
    assert_false(is_feed_over(b));
    WAIT(b, is_settled);
    check_cells(b, "wide", 10, 3);
    WAIT(b, two_exports);
    bench_free(b);
}

/* The client asks for a sign of life when nothing comes. */
static void a_table_that_never_changes_may_be_looked_at_for_long(void **state)
{
    struct bench *b = bench_narrow();
    uint64_t start = uv_hrtime();

    (void)state;
    while (uv_hrtime() - start < IDLE_NS) {
        (void)uv_run(&b->loop, UV_RUN_ONCE);
        if (b->feed_ends > 0)
            fail_msg("%s", b->feed_why.msg);
    }
    assert_int_equal(b->session_ends, 0);
    bench_free(b);
}

/* --- edits --- */

static const struct recipe *shown(const struct bench *b)
{
    return table_recipe(feed_table(b->feed));
}

/* r (given) and then only its first n rows; owned. */
static struct recipe *with_head(struct recipe *r, int64_t n)
{
    struct recipe *out = NULL;
    struct err e;

    assert_int_equal(recipe_head(r, n, &out, &e), ERR_OK);
    recipe_free(r);
    return out;
}

/* Asks for a recipe (given). */
static void begin(struct bench *b, struct recipe *recipe)
{
    struct viewport v = viewport(0, 0, 6, false);
    struct err e;

    assert_int_equal(feed_apply(b->feed, recipe, &v, &e), ERR_OK);
    viewport_release(&v);
}

static bool is_applied(struct bench *b)
{
    return !feed_reloading(b->feed) && is_settled(b);
}

static void apply(struct bench *b, struct recipe *recipe)
{
    begin(b, recipe);
    WAIT(b, is_applied);
}

static int64_t rows_of(const struct bench *b)
{
    struct window w = feed_window(b->feed);

    return window_rows(&w);
}

static void rows_stay_until_those_of_another_recipe_are_whole(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    begin(b, with_head(recipe_copy(shown(b)), 50));
    assert_int_equal(rows_of(b), 1000000000);
    check_cells(b, "billion", 29, 5);
    WAIT(b, is_applied);
    assert_int_equal(rows_of(b), 50);
    check_cells(b, "billion", 29, 5);
    apply(b, recipe_undo(shown(b)));
    assert_int_equal(rows_of(b), 1000000000);
    apply(b, recipe_redo(shown(b)));
    assert_int_equal(rows_of(b), 50);
    assert_int_equal(b->feed_refusals, 0);
    bench_free(b);
}

static bool only_the_kept(struct bench *b)
{
    return inside_exports(b->server) == 1 + VERSIONS_KEPT + 1;
}

static void few_replaced_tables_are_kept_for_undo(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    for (int64_t i = 0; i < (int64_t)3 * VERSIONS_KEPT; i++)
        apply(b, with_head(recipe_copy(shown(b)), 1000 - i));
    WAIT(b, only_the_kept); /* and the source, and the one that is shown */
    for (int64_t i = (int64_t)3 * VERSIONS_KEPT; i-- > 1;) {
        apply(b, recipe_undo(shown(b)));
        assert_int_equal(rows_of(b), 1000 - (i - 1));
    }
    feed_close(b->feed);
    b->feed = NULL;
    WAIT(b, no_exports);
    bench_free(b);
}

static void what_was_given_up_leaves_nothing(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    WAIT(b, one_export);
    begin(b, with_head(recipe_copy(shown(b)), 50));
    feed_cancel(b->feed);
    assert_false(feed_reloading(b->feed));
    assert_int_equal(rows_of(b), 1000000000);
    WAIT(b, one_export);
    ask(b, viewport(500, 0, 6, false));
    WAIT(b, is_settled);
    check_cells(b, "billion", 529, 5);
    bench_free(b);
}

static bool is_refusal_told(struct bench *b)
{
    if (b->feed_ends > 0)
        fail_msg("feed over: %s", b->feed_why.msg);
    return b->feed_refusals == 1;
}

static void a_refused_recipe_changes_nothing_and_its_step_is_named(void **state)
{
    const struct sort_key nowhere = {.column = "Nowhere"};
    struct bench *b = bench_narrow();
    struct recipe *wrong = NULL;
    struct err e;

    (void)state;
    assert_int_equal(recipe_sorted(shown(b), &nowhere, 1, &wrong, &e), ERR_OK);
    begin(b, wrong);
    WAIT(b, is_refusal_told);
    assert_non_null(strstr(b->feed_why.msg, "sort: "));
    assert_false(feed_reloading(b->feed));
    WAIT(b, is_settled);
    check_cells(b, "billion", 29, 5);
    WAIT(b, one_export);
    bench_free(b);
}

static bool has_seven_rows(struct bench *b)
{
    return is_applied(b) && rows_of(b) == 7;
}

static void a_feed_may_begin_with_edits_and_have_them_in_the_next_session(void **state)
{
    struct bench *b = bench_with_fault("call.8=lost");

    (void)state;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_ready);
    feed_close(b->feed);
    open_recipe(b, with_head(recipe_new("billion", bytes_of("s/billion")), 7), 6);
    WAIT(b, has_seven_rows);
    WAIT(b, is_lost);
    WAIT(b, is_back);
    WAIT(b, has_seven_rows);
    check_cells(b, "billion", 6, 5);
    bench_free(b);
}

/* A recipe that every server refuses; owned. */
static struct recipe *wrong_recipe(const struct bench *b)
{
    const struct sort_key nowhere = {.column = "Nowhere"};
    struct recipe *out = NULL;

    assert_int_equal(recipe_sorted(shown(b), &nowhere, 1, &out, NULL), ERR_OK);
    return out;
}

static void what_is_refused_is_not_there_for_others_as_its_source(void **state)
{
    struct bench *b = bench_narrow();
    struct recipe *wrong = wrong_recipe(b);

    (void)state;
    feed_close(b->feed);
    open_recipe(b, with_head(recipe_new("billion", bytes_of("s/billion")), 7), 6);
    WAIT(b, has_seven_rows);
    assert_int_not_equal(table_result(feed_table(b->feed)).len, 0);
    feed_close(b->feed);
    open_recipe(b, wrong, 6);
    WAIT(b, is_feed_over);
    assert_int_equal(table_result(feed_table(b->feed)).len, 0);
    bench_free(b);
}

/* In the next session that export is another table's, and it is not asked for. */
static void a_table_of_an_export_ends_with_its_session(void **state)
{
    struct bench *b = bench_narrow();
    struct feed *source = b->feed;

    (void)state;
    open_recipe(b, with_head(recipe_new("part", table_ticket(feed_table(source))), 7), 6);
    WAIT(b, has_seven_rows);
    inside_forget(b->server);
    WAIT(b, is_back);
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_why.code, ERR_SESSION);
    assert_int_equal(rows_of(b), 7); /* those from before */
    feed_close(b->feed);
    b->feed = source;
    b->feed_ends = 0;
    WAIT(b, is_settled);
    check_cells(b, "billion", 29, 5);
    WAIT(b, one_export);
    bench_free(b);
}

static void edits_wait_for_a_login_that_others_make(void **state)
{
    struct bench *b = bench_open();
    struct viewport v = viewport(0, 0, 6, false);
    struct stream_options o = {0};
    struct err e;

    (void)state;
    assert_int_equal(feed_open(b->connection,
                               with_head(recipe_new("billion", bytes_of("s/billion")), 7),
                               NULL, &o, &v, &feed_events, b, &b->feed, &e),
                     ERR_LOST);
    viewport_release(&v);
    open_feed(b, "s/billion", 6); /* nothing has used the call that logs in */
    WAIT(b, is_settled);
    bench_free(b);
}

/* --- refusals while something else is asked for --- */

/* Columns that the current stream does not have are asked for. */
static void ask_elsewhere(struct bench *b)
{
    ask(b, viewport(7, 900, WIDE_COLUMNS, false));
}

/* A refusal with that in it was told, the table is live, and what was asked for meanwhile
 * comes. */
static void check_goes_on_elsewhere(struct bench *b, const char *says)
{
    WAIT(b, is_refusal_told);
    if (!strstr(b->feed_why.msg, says))
        fail_msg("\"%s\" does not say \"%s\"", b->feed_why.msg, says);
    assert_false(feed_reloading(b->feed));
    WAIT(b, is_settled);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_LIVE);
    check_cells(b, "wide", 7, 900);
    WAIT(b, one_stream);
    WAIT(b, two_exports);
    assert_int_equal(b->feed_refusals, 1);
    bench_free(b);
}

static void a_refused_recipe_leaves_a_table_live_whose_screen_has_moved(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    begin(b, wrong_recipe(b));
    ask_elsewhere(b);
    check_goes_on_elsewhere(b, "sort: ");
}

static void a_refused_recipe_leaves_a_table_live_whose_stream_has_ended(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    begin(b, wrong_recipe(b));
    inside_fail_stream(b->server, "over");
    ask_elsewhere(b);
    check_goes_on_elsewhere(b, "sort: ");
}

static void a_refused_recipe_leaves_a_table_live_that_was_asleep(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    begin(b, wrong_recipe(b));
    feed_suspend(b->feed, NULL);
    ask_elsewhere(b);
    for (int i = 0; i < TURNS; i++)
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    feed_resume(b->feed);
    check_goes_on_elsewhere(b, "sort: ");
}

static void a_refused_recipe_leaves_a_table_live_that_is_shown_from_its_end(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    begin(b, wrong_recipe(b));
    ask(b, viewport(7, 900, WIDE_COLUMNS, true));
    WAIT(b, is_refusal_told);
    WAIT(b, is_settled);
    assert_true(feed_asked(b->feed)->reverse);
    check_cells(b, "wide", rows_of(b) - 8, 900);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_LIVE);
    bench_free(b);
}

static void a_table_that_cannot_be_had_anew_stays_live_elsewhere(void **state)
{
    struct bench *b = bench_wide();
    struct viewport v = viewport(0, 0, WIDE_COLUMNS, false);
    struct err e;

    (void)state;
    inside_offer(b->server, 1); /* the name is gone */
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    viewport_release(&v);
    ask_elsewhere(b);
    WAIT(b, is_refusal_told);
    inside_offer(b->server, 0);
    check_goes_on_elsewhere(b, "no table");
}

static void a_rate_that_is_refused_leaves_a_table_live_whose_screen_has_moved(void **state)
{
    struct bench *b = bench_slow();
    struct err e;

    (void)state;
    assert_int_equal(feed_set_interval(b->feed, 50, &e), ERR_OK);
    WAIT(b, two_streams);
    inside_fail_newest(b->server, "no such rate");
    ask_elsewhere(b);
    check_goes_on_elsewhere(b, "no such rate");
}

static void an_undo_that_is_refused_leaves_the_newer_table_live(void **state)
{
    struct bench *b = bench_slow();
    struct viewport v = viewport(0, 0, WIDE_COLUMNS, false);
    struct err e;

    (void)state;
    apply(b, with_head(recipe_copy(shown(b)), 50));
    WAIT(b, one_stream);
    assert_int_equal(feed_apply(b->feed, recipe_undo(shown(b)), &v, &e), ERR_OK);
    viewport_release(&v);
    WAIT(b, two_streams);
    inside_fail_newest(b->server, "no way back");
    ask_elsewhere(b);
    WAIT(b, is_refusal_told);
    WAIT(b, is_settled);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_LIVE);
    assert_int_equal(rows_of(b), 50);
    check_cells(b, "wide", 7, 900);
    bench_free(b);
}

/* --- any of it, one on top of the other --- */

static void ask_anything(struct bench *b, struct prng *p)
{
    struct viewport v = viewport((int64_t)prng_below(p, 50), (int64_t)prng_below(p, 900),
                                 WIDE_COLUMNS, false);
    struct err e;

    switch (prng_below(p, 10)) {
    case 0:
        begin(b, wrong_recipe(b));
        break;
    case 1:
        begin(b, with_head(recipe_copy(shown(b)), 100 + (int64_t)prng_below(p, 100)));
        break;
    case 2:
        begin(b, recipe_undo(shown(b)));
        break;
    case 3:
        begin(b, recipe_redo(shown(b)));
        break;
    case 4:
        (void)feed_set_interval(b->feed, (int32_t)prng_below(p, 100), &e);
        break;
    case 5:
        (void)feed_reload(b->feed, &v, &e);
        break;
    case 6:
        feed_suspend(b->feed, NULL);
        break;
    case 7:
        feed_cancel(b->feed);
        break;
    default:
        feed_request(b->feed, &v);
        break;
    }
    viewport_release(&v);
}

static bool is_quiet(struct bench *b)
{
    return is_applied(b) && one_stream(b) && feed_state(b->feed)->phase == TABLE_LIVE;
}

static void a_table_outlives_whatever_is_asked_of_it_at_once(void **state)
{
    struct prng p = prng_start();
    struct server_options o = options();

    (void)state;
    o.wide_columns = SOME_COLUMNS;
    for (int round = 0; round < 10; round++) {
        struct bench *b = bench_wide_with(&o);

        for (int i = 0; i < 60; i++) {
            ask_anything(b, &p);
            for (uint64_t turns = prng_below(&p, 4); turns > 0; turns--)
                (void)uv_run(&b->loop, UV_RUN_NOWAIT);
            if (prng_below(&p, 2))
                feed_resume(b->feed);
        }
        feed_resume(b->feed);
        WAIT(b, is_quiet);
        ask_elsewhere(b);
        WAIT(b, is_quiet);
        check_cells(b, "wide", 7, 900);
        feed_close(b->feed);
        b->feed = NULL;
        WAIT(b, no_exports);
        bench_free(b);
    }
}

/* --- where a row goes --- */

#define NOT_TOLD (-2)

static void on_found(void *ctx, int64_t row)
{
    struct bench *b = ctx;

    b->found = row;
}

static bool is_found(struct bench *b)
{
    return b->found != NOT_TOLD;
}

/* Of a row of the long ships among all ships. */
static int64_t row_among_all(struct bench *b, int64_t row)
{
    struct recipe *all = recipe_new("ships", bytes_of("s/ships")), *some = NULL;
    struct row_anchor *anchor;

    b->found = NOT_TOLD;
    assert_int_equal(recipe_where(all, "Length > 300", &some, NULL), ERR_OK);
    anchor = row_anchor_ask(b->connection, some, all, row, on_found, b);
    assert_non_null(anchor);
    WAIT(b, is_found);
    row_anchor_free(anchor);
    recipe_free(some);
    recipe_free(all);
    return b->found;
}

static void a_row_that_is_no_more_goes_nowhere(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    assert_int_equal(row_among_all(b, 0), 8); /* the first ship longer than that */
    assert_int_equal(row_among_all(b, 100000), -1);
    bench_free(b);
}

/* --- two streams --- */

static bool is_restarted(struct bench *b)
{
    return is_settled(b) && inside_streams(b->server) == 1;
}

static void a_restart_keeps_the_cells_until_the_new_stream_has_them(void **state)
{
    struct bench *b = bench_narrow();
    struct err e;

    (void)state;
    for (int i = 0; i < 3; i++) { /* the later ones replace those under way */
        assert_int_equal(feed_set_interval(b->feed, 50 + i, &e), ERR_OK);
        assert_int_equal(feed_interval(b->feed), 0); /* of the cells held */
        check_cells(b, "billion", 29, 5);
    }
    ask(b, viewport(100, 0, 6, false));
    WAIT(b, two_streams);
    WAIT(b, is_restarted);
    check_cells(b, "billion", 129, 5);
    bench_free(b);
}

static void a_restart_that_fails_leaves_the_old_stream(void **state)
{
    struct bench *b = bench_narrow();
    struct err e;

    (void)state;
    WAIT(b, one_export);
    inside_hide_exports(b->server, true);
    assert_int_equal(feed_set_interval(b->feed, 50, &e), ERR_OK);
    for (int i = 0; i < 20; i++) {
        ask(b, viewport(200 + i, 0, 6, false));
        WAIT(b, is_settled);
    }
    check_cells(b, "billion", 248, 5);
    WAIT(b, one_stream); /* and it is not tried again and again */
    assert_int_equal(b->feed_ends, 0);
    bench_free(b);
}

static void a_new_stream_survives_the_old_one(void **state)
{
    struct server_options o = options();
    struct bench *b;
    struct err e;

    (void)state;
    o.growth_cells = 6; /* the new stream takes a while to be complete */
    b = bench_open_with(&o);
    open_feed(b, "s/billion", 6);
    WAIT(b, is_settled);
    assert_int_equal(feed_set_interval(b->feed, 50, &e), ERR_OK);
    WAIT(b, two_streams);
    inside_fail_stream(b->server, "the old one fails");
    ask(b, viewport(300, 0, 6, false));
    WAIT(b, is_settled);
    check_cells(b, "billion", 329, 5);
    assert_int_equal(b->feed_ends, 0);
    bench_free(b);
}

static void columns_that_cannot_be_had_end_the_feed(void **state)
{
    struct bench *b = bench_wide();
    struct err e;

    (void)state;
    inside_hide_exports(b->server, true);
    ask(b, viewport(0, 900, WIDE_COLUMNS, false));
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_why.code, ERR_REFUSED);
    assert_true(feed_ended(b->feed));
    assert_non_null(feed_window(b->feed).schema); /* what is held stays */
    inside_hide_exports(b->server, false);
    b->feed_ends = 0;
    assert_int_equal(feed_set_interval(b->feed, 0, &e), ERR_OK);
    WAIT(b, is_settled);
    check_cells(b, "wide", 0, 900);
    bench_free(b);
}

static void a_feed_with_two_streams_waits_for_both_at_once(void **state)
{
    struct bench *b = bench_narrow();
    struct err e;
    uint64_t due_ms;

    (void)state;
    assert_int_equal(feed_set_interval(b->feed, 50, &e), ERR_OK);
    WAIT(b, two_streams);
    server_stop(b->server, on_stopped, b);
    WAIT(b, is_lost);
    WAIT(b, is_stopped);
    assert_int_equal(b->feed_ends, 0);
    assert_int_equal(b->feed_refusals, 0);
    assert_true(is_old(b));
    assert_true(feed_waits(b->feed, &due_ms));
    assert_int_equal(feed_set_interval(b->feed, 0, &e), ERR_LOST);
    bench_free(b);
}

/* --- requests that cannot be sent --- */

/* A row set whose code takes about two bytes for each of n ranges. */
static struct rowset *scattered(int64_t n)
{
    struct rowset *out = rowset_new();

    for (int64_t i = 0; i < n; i++)
        rowset_add(out, 1000 * i, 1000 * i);
    return out;
}

static void a_later_request_over_the_limit_ends_the_feed(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    ask(b, (struct viewport){scattered(600000), rowset_new_range(0, 5), false});
    assert_true(is_feed_over(b));
    assert_int_equal(b->feed_why.code, ERR_LIMIT);
    check_cells(b, "billion", 29, 5);  /* what is held stays */
    ask(b, viewport(50, 0, 6, false)); /* and nothing is asked any more */
    assert_int_equal(b->feed_ends, 1);
    bench_free(b);
}

/* --- tables --- */

/* Column of the table on the screen whose Java type is that. */
static size_t column_of_type(const struct bench *b, const char *java_type)
{
    const struct schema *s = feed_window(b->feed).schema;

    for (size_t i = 0; i < s->n_columns; i++)
        if (strcmp(s->columns[i].java_type, java_type) == 0)
            return i;
    fail_msg("no column of type %s", java_type);
    return 0;
}

/* Columns of that type come as text, or as they are. */
static void check_as_text(const struct bench *b, const char *java_type, bool as_text)
{
    struct window w = feed_window(b->feed);
    size_t c = column_of_type(b, java_type);
    struct value v = window_cell(&w, c, 0);

    for (int64_t row = 1; row < 20 && v.state == VALUE_NULL; row++)
        v = window_cell(&w, c, row);
    assert_int_equal(w.schema->columns[c].as_text, as_text);
    assert_int_equal(v.state, VALUE_SET);
    assert_int_equal(v.type->kind == KIND_STRING, as_text);
}

#define TYPES_COLUMNS 32 /* more than s/types has */

static bool is_text_settled(struct bench *b)
{
    return is_settled(b) && feed_state(b->feed)->phase == TABLE_LIVE &&
           inside_streams(b->server) == 1;
}

static void what_the_wire_would_cut_is_asked_for_as_text(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    open_feed(b, "s/types", TYPES_COLUMNS);
    WAIT(b, is_text_settled);
    check_as_text(b, "java.time.Period", true);
    check_as_text(b, "java.time.Duration", false);
    check_as_text(b, "java.time.Instant", false);
    WAIT(b, two_exports); /* the table, and the one with text */
    feed_close(b->feed);
    b->feed = NULL;
    WAIT(b, no_exports);
    bench_free(b);
}

static void a_column_whose_text_is_refused_is_not_shown_cut(void **state)
{
    struct bench *b = bench_open();
    struct viewport v = viewport(0, 0, TYPES_COLUMNS, false);
    struct err e;

    (void)state;
    open_feed(b, "s/types", TYPES_COLUMNS);
    WAIT(b, is_text_settled);
    inside_hide_exports(b->server, true);
    inside_fail_stream(b->server, "Details Logged w/ID '1'"); /* more text is asked for */
    WAIT(b, is_feed_over);
    inside_hide_exports(b->server, false);
    b->feed_ends = 0;
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    WAIT(b, is_text_settled);
    check_as_text(b, "java.time.Period", true);
    viewport_release(&v);
    bench_free(b);
}

static bool has_text_durations(struct bench *b)
{
    return is_text_settled(b) &&
           feed_window(b->feed)
               .schema->columns[column_of_type(b, "java.time.Duration")]
               .as_text;
}

static bool has_text_instants(struct bench *b)
{
    return is_text_settled(b) &&
           feed_window(b->feed)
               .schema->columns[column_of_type(b, "java.time.Instant")]
               .as_text;
}

static void a_value_that_ends_the_stream_is_asked_for_as_text(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    open_feed(b, "s/types", TYPES_COLUMNS);
    WAIT(b, is_text_settled);
    inside_fail_stream(b->server, "Details Logged w/ID '1'");
    WAIT(b, has_text_durations);
    assert_true(b->was_old); /* until then */
    check_as_text(b, "java.time.Duration", true);
    check_as_text(b, "java.time.Instant", false);
    inside_fail_stream(b->server, "Details Logged w/ID '2'");
    WAIT(b, has_text_instants);
    check_as_text(b, "java.time.Instant", true);
    WAIT(b, two_exports);
    assert_int_equal(b->feed_ends, 0);
    inside_fail_stream(b->server, "Details Logged w/ID '3'"); /* nothing is left to blame */
    WAIT(b, is_feed_over);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_ENDED);
    assert_non_null(strstr(feed_state(b->feed)->why.msg, "'3'"));
    bench_free(b);
}

static void another_reason_is_not_taken_for_a_value(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    open_feed(b, "s/types", TYPES_COLUMNS);
    WAIT(b, is_text_settled);
    inside_fail_stream(b->server, "the table has been closed");
    WAIT(b, is_feed_over);
    check_as_text(b, "java.time.Duration", false);
    bench_free(b);
}

static bool is_reloaded(struct bench *b)
{
    return !feed_reloading(b->feed) && is_text_settled(b);
}

static void a_table_asked_for_anew_takes_over_when_it_is_complete(void **state)
{
    struct bench *b = bench_narrow();
    struct table *before = feed_table(b->feed);
    struct viewport v = viewport(40, 0, 6, false);
    struct err e;

    (void)state;
    WAIT(b, one_export);
    for (int i = 0; i < 3; i++) { /* the later ones replace those under way */
        assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
        assert_true(feed_reloading(b->feed));
        assert_ptr_equal(feed_table(b->feed), before);
        check_cells(b, "billion", 29, 5);
    }
    WAIT(b, is_reloaded);
    check_cells(b, "billion", 69, 5);
    WAIT(b, one_export);
    viewport_release(&v);
    bench_free(b);
}

static void what_is_asked_of_a_table_asked_for_anew_comes(void **state)
{
    struct bench *b = bench_narrow();
    struct viewport v = viewport(40, 3, 3, false);
    struct rowset_iter it;
    struct err e;
    int64_t column;

    (void)state;
    WAIT(b, one_export);
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    WAIT(b, is_reloaded);
    it = rowset_iter(feed_asked(b->feed)->columns);
    assert_true(rowset_count(feed_asked(b->feed)->columns) > 3); /* the new table's first */
    while (rowset_next(&it, &column))
        check_cells(b, "billion", 69, (size_t)column);
    viewport_release(&v);
    bench_free(b);
}

static bool is_refused(struct bench *b)
{
    return b->feed_refusals > 0;
}

static void a_table_that_cannot_be_had_anew_stays_as_it_is(void **state)
{
    struct bench *b = bench_narrow();
    struct viewport v = viewport(0, 0, 6, false);
    struct err e;

    (void)state;
    WAIT(b, one_export);
    inside_offer(b->server, 1); /* the name is gone */
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    WAIT(b, is_refused);
    assert_false(feed_reloading(b->feed));
    assert_int_equal(b->feed_why.code, ERR_NOT_FOUND);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_LIVE);
    inside_offer(b->server, 0);
    ask(b, viewport(90, 0, 6, false));
    WAIT(b, is_settled);
    check_cells(b, "billion", 119, 5);
    assert_int_equal(b->feed_ends, 0);
    viewport_release(&v);
    bench_free(b);
}

static bool ends_untold(struct bench *b)
{
    return feed_ended(b->feed) && b->feed_ends == 0;
}

static void an_end_whose_reason_is_not_waited_for_is_told_all_the_same(void **state)
{
    struct bench *b = bench_open();
    struct viewport v = viewport(0, 0, WIDE_COLUMNS, false);
    struct err e;

    (void)state;
    open_feed(b, "s/wide", WIDE_COLUMNS); /* numbers, which are not asked for as text */
    WAIT(b, is_settled);
    inside_fail_stream(b->server,
                       "Details Logged w/ID '0f8fad5b-d9cb-469f-a165-70867728950e'");
    WAIT(b, ends_untold); /* the log is asked for that */
    inside_offer(b->server, 1);
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_ends, 1);
    assert_int_equal(b->feed_refusals, 0);
    assert_int_equal(b->feed_why.code, ERR_NOT_FOUND);
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    WAIT(b, is_refused);
    assert_int_equal(b->feed_ends, 1);
    inside_offer(b->server, 0);
    viewport_release(&v);
    bench_free(b);
}

static void an_ended_table_can_be_had_anew(void **state)
{
    struct bench *b = bench_narrow();
    struct viewport v = viewport(0, 0, 6, false);
    struct err e;

    (void)state;
    inside_fail_stream(b->server, "over");
    WAIT(b, is_feed_over);
    assert_true(feed_ended(b->feed));
    b->feed_ends = 0;
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    assert_true(feed_ended(b->feed)); /* what is seen is, until there is more */
    WAIT(b, is_reloaded);
    assert_false(feed_ended(b->feed));
    ask(b, viewport(200, 0, 6, false));
    WAIT(b, is_settled);
    check_cells(b, "billion", 229, 5);
    viewport_release(&v);
    bench_free(b);
}

static bool is_live_again(struct bench *b)
{
    return is_settled(b) && feed_state(b->feed)->phase == TABLE_LIVE;
}

static bool waits_to_ask(struct bench *b)
{
    uint64_t due_ms;

    return feed_waits(b->feed, &due_ms);
}

/* The table is there, and then the server's answer of before comes. */
static void news_of_a_table_may_overtake_that_there_is_none(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    inside_offer(b->server, 1); /* the name is gone */
    inside_fail_stream(b->server, "over");
    WAIT(b, is_feed_over);
    assert_true(feed_revive(b->feed)); /* it is asked for */
    b->feed_ends = 0;
    (void)feed_revive(b->feed);
    WAIT(b, waits_to_ask);
    assert_int_equal(b->feed_ends, 0);
    inside_offer(b->server, 0);
    WAIT(b, is_live_again);
    bench_free(b);
}

static void a_table_that_is_listed_is_asked_for_where_there_was_none(void **state)
{
    struct bench *b = bench_open();

    (void)state;
    inside_offer(b->server, 1);
    open_feed(b, "s/billion", 6);
    WAIT(b, is_feed_over);
    b->feed_ends = 0;
    inside_offer(b->server, 0);
    feed_listed(b->feed);
    WAIT(b, is_live_again);
    check_cells(b, "billion", 29, 5);
    inside_fail_stream(b->server, "over");
    WAIT(b, is_feed_over);
    feed_listed(b->feed); /* that it is over has another reason */
    ask(b, viewport(200, 0, 6, false));
    assert_true(feed_ended(b->feed));
    assert_false(feed_reloading(b->feed));
    assert_int_equal(inside_streams(b->server), 0);
    bench_free(b);
}

/* --- suspended --- */

static bool no_streams(struct bench *b)
{
    return inside_streams(b->server) == 0;
}

static void a_suspended_feed_keeps_rows_and_table_and_has_no_stream(void **state)
{
    struct bench *b = bench_narrow();
    struct table *table = feed_table(b->feed);

    (void)state;
    WAIT(b, one_export);
    feed_suspend(b->feed, NULL);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_OLD);
    WAIT(b, no_streams);
    assert_int_equal(inside_exports(b->server), 1);
    check_cells(b, "billion", 29, 5);
    feed_resume(b->feed);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_OLD);
    WAIT(b, is_live_again);
    check_cells(b, "billion", 29, 5);
    assert_ptr_equal(feed_table(b->feed), table);
    assert_int_equal(inside_exports(b->server), 1);
    assert_int_equal(b->feed_refusals, 0); /* nobody asked for another table */
    bench_free(b);
}

static void what_is_asked_of_a_suspended_feed_comes_when_it_resumes(void **state)
{
    struct bench *b = bench_narrow();
    struct viewport v = viewport(40, 0, 6, false);
    struct err e;

    (void)state;
    feed_suspend(b->feed, NULL);
    WAIT(b, no_streams);
    ask(b, viewport(500, 0, 6, false));
    assert_int_equal(feed_set_interval(b->feed, 70, &e), ERR_OK);
    for (int i = 0; i < TURNS; i++)
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_int_equal(inside_streams(b->server), 0);
    feed_resume(b->feed);
    WAIT(b, is_live_again);
    check_cells(b, "billion", 529, 5);
    assert_int_equal(feed_interval(b->feed), 70);
    feed_suspend(b->feed, NULL);
    assert_int_equal(feed_reload(b->feed, &v, &e), ERR_OK);
    feed_resume(b->feed);
    WAIT(b, is_reloaded);
    check_cells(b, "billion", 69, 5);
    WAIT(b, one_export);
    viewport_release(&v);
    bench_free(b);
}

static void a_feed_is_suspended_before_its_first_row(void **state)
{
    struct bench *b = bench_narrow();

    (void)state;
    feed_close(b->feed);
    open_feed(b, "s/trades", 3);
    feed_suspend(b->feed, NULL);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_RESOLVING);
    WAIT(b, no_streams);
    WAIT(b, one_export); /* what has the name now is what will be shown */
    feed_resume(b->feed);
    WAIT(b, is_live_again);
    bench_free(b);
}

static void a_table_that_fails_while_its_feed_is_suspended_ends_it(void **state)
{
    struct bench *b = bench_narrow();
    struct err why;

    (void)state;
    (void)err_set(&why, ERR_REFUSED, "Details Logged");
    feed_failed(b->feed, &why); /* its own stream will tell */
    assert_int_equal(feed_state(b->feed)->phase, TABLE_LIVE);
    feed_suspend(b->feed, NULL);
    feed_failed(b->feed, &why);
    assert_int_equal(b->feed_ends, 1);
    assert_int_equal(feed_state(b->feed)->phase, TABLE_ENDED);
    check_cells(b, "billion", 29, 5);
    feed_resume(b->feed);
    assert_false(feed_suspended(b->feed));
    assert_int_equal(feed_state(b->feed)->phase, TABLE_ENDED);
    bench_free(b);
}

static bool is_live_on_view(struct bench *b)
{
    return is_on_view(b) && feed_state(b->feed)->phase == TABLE_LIVE;
}

static void a_wide_table_resumes_with_the_columns_asked_for_last(void **state)
{
    struct bench *b = bench_wide();

    (void)state;
    feed_suspend(b->feed, NULL);
    WAIT(b, no_streams);
    check_cells(b, "wide", 3, 3);
    ask(b, viewport(9, 700, WIDE_COLUMNS, false));
    feed_resume(b->feed);
    WAIT(b, is_live_on_view);
    check_cells(b, "wide", 9, 700);
    bench_free(b);
}

static struct schema *schema_of_types(const char *const *java_types, size_t n)
{
    struct schema *s = schema_new(n);

    for (size_t i = 0; i < n; i++) {
        s->columns[i].name = pool_copy(&s->texts, bytes_of(java_types[i]));
        s->columns[i].java_type = s->columns[i].name;
        s->columns[i].description = s->columns[i].arrow_name = "";
        s->columns[i].type = type_new(KIND_LONG, NULL);
    }
    return s;
}

static struct table *table_of_types(const char *const *java_types, size_t n)
{
    struct schema *s = schema_of_types(java_types, n);
    struct table *t = table_new(NULL, recipe_new("t", bytes_of("s/t")), s, NULL, NULL);

    schema_free(s);
    return t;
}

/* A stream on the table that others look at too must not ask for these. */
static void types_that_could_end_others_are_kept_apart(void **state)
{
    static const char *const calm[] = {"int", "java.time.Instant"},
                             *const zoned[] = {"int", "java.time.ZonedDateTime"},
                             *const both[] = {"java.time.Duration", "java.time.Period"};
    struct table *t = table_of_types(calm, 2);
    struct rowset *withheld;

    (void)state;
    assert_false(table_may_harm(t));
    assert_null(table_withheld(t));
    assert_true(table_as_text_more(t)); /* a formula can make such an instant */
    assert_false(table_as_text_more(t));
    table_free(t);
    t = table_of_types(zoned, 2);
    assert_true(table_may_harm(t));
    withheld = table_withheld(t);
    assert_int_equal(rowset_count(withheld), 1);
    assert_true(rowset_has(withheld, 1));
    rowset_free(withheld);
    assert_true(table_as_text_more(t));
    assert_false(table_may_harm(t)); /* the table with text is nobody else's */
    table_free(t);
    t = table_of_types(both, 2);
    assert_false(table_may_harm(t)); /* likewise, for the Period */
    withheld = table_withheld(t);
    assert_int_equal(rowset_count(withheld), 2);
    rowset_free(withheld);
    table_free(t);
}

/* --- a subscription by itself --- */

struct tap {
    struct bench *bench;
    struct subscription *subscription;
    bool ask_in_schema, ended;
};

static void on_tap_schema(void *ctx)
{
    struct tap *t = ctx;
    struct viewport v = viewport(400, 1, 2, false);

    if (t->ask_in_schema)
        subscription_request(t->subscription, &v);
    viewport_release(&v);
}

static void on_tap_update(void *ctx)
{
    (void)ctx;
}

static void on_tap_ended(void *ctx, const struct err *why)
{
    ((struct tap *)ctx)->ended = true;
    (void)why;
}

static const struct subscription_handler tap_events = {on_tap_schema, on_tap_update,
                                                       on_tap_ended};

static void requests_over_the_limit_are_not_sent(void **state)
{
    struct bench *b = bench_open();
    struct subscription_options o = {.ticket = bytes_of("s/billion"),
                                     .columns_known = true};
    struct viewport large[] = {
        {scattered(600000), rowset_new_range(0, 5), false},            /* rows alone */
        {rowset_new_range(0, 5), rowset_new_range(0, 1 << 24), false}, /* columns alone */
        {scattered(400000), rowset_new_range(0, 5 << 20), false},      /* both together */
    };
    struct tap t = {.bench = b};
    struct err e;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        e.code = ERR_OK;
        assert_int_equal(subscription_open(b->session, &o, &large[i], &tap_events, &t,
                                           &t.subscription, &e),
                         ERR_LIMIT);
        assert_int_equal(e.code, ERR_LIMIT);
        assert_null(t.subscription);
    }
    assert_int_equal(feed_open(b->connection, recipe_new("billion", bytes_of("s/billion")),
                               NULL, &(struct stream_options){0}, &large[0], &feed_events,
                               b, &b->feed, &e),
                     ERR_LIMIT);
    assert_null(b->feed);
    for (size_t i = 0; i < 3; i++)
        viewport_release(&large[i]);
    assert_true(session_can_call(b->session)); /* the login has not left either */
    bench_free(b);
}

static void what_is_asked_when_the_schema_comes_wins(void **state)
{
    struct bench *b = bench_open();
    struct tap t = {.bench = b, .ask_in_schema = true};
    struct subscription_options o = {.ticket = bytes_of("s/billion")};
    struct viewport first = viewport(0, 0, 1, false);
    struct err e;
    uint64_t since;

    (void)state;
    assert_int_equal(
        subscription_open(b->session, &o, &first, &tap_events, &t, &t.subscription, &e),
        ERR_OK);
    assert_true(subscription_pending(t.subscription, &since)); /* the first answer too */
    while (!subscription_settled(t.subscription))
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_false(subscription_pending(t.subscription, &since));
    assert_true(rowset_first(replica_viewport(subscription_replica(t.subscription))) ==
                400);
    assert_int_equal(rowset_count(replica_columns(subscription_replica(t.subscription))),
                     2);
    subscription_stop(t.subscription);
    assert_true(subscription_ended(t.subscription));
    assert_false(subscription_pending(t.subscription, &since));
    assert_false(t.ended);                        /* it was stopped by its owner */
    subscription_request(t.subscription, &first); /* too late */
    assert_true(rowset_first(subscription_asked(t.subscription)->rows) == 400);
    subscription_close(t.subscription);
    subscription_close(NULL);
    viewport_release(&first);
    bench_free(b);
}

static void a_ticket_over_the_limit_opens_nothing(void **state)
{
    struct bench *b = bench_open();
    size_t n = ((size_t)1 << 20) + 1;
    struct subscription_options o = {.ticket = {mem_calloc(n, 1), n}};
    struct viewport first = viewport(0, 0, 1, false);
    struct tap t = {.bench = b};
    struct err e;

    (void)state;
    assert_int_equal(
        subscription_open(b->session, &o, &first, &tap_events, &t, &t.subscription, &e),
        ERR_LIMIT);
    assert_null(t.subscription);
    free((void *)(uintptr_t)o.ticket.data);
    viewport_release(&first);
    bench_free(b);
}

/* --- streams that go wrong --- */

static struct bench *bench_faulty(const char *const *faults)
{
    struct server_options o = options();
    struct err e;

    for (; *faults; faults++)
        if (faults_add(&o.faults, *faults, &e) != ERR_OK)
            fail_msg("%s", e.msg);
    return bench_open_with(&o);
}

#define FAULTY(...) bench_faulty((const char *const[]){__VA_ARGS__, NULL})

static void check_resubscriptions(const struct bench *b, uint64_t count, const char *why)
{
    const struct err *reason = NULL;

    assert_int_equal(feed_resubscriptions(b->feed, &reason), count);
    assert_int_equal(reason->code, ERR_MISFIT);
    if (!strstr(reason->msg, why))
        fail_msg("\"%s\" does not say \"%s\"", reason->msg, why);
}

static void a_contradiction_is_replaced_by_a_stream_of_its_own(void **state)
{
    static const struct {
        const char *fault, *why;
    } plans[] = {{"first.2=size:5", "table of 5 rows"},
                 {"first.3=size:-1", "table of -1 rows"},
                 {"first.3=removed:77", "removed row 76"}};

    (void)state;
    for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++) {
        struct bench *b = FAULTY(plans[i].fault);

        open_feed(b, "s/billion", 6);
        WAIT(b, is_settled);
        ask(b, viewport(700, 0, 6, false));
        WAIT(b, is_settled);
        WAIT(b, one_stream);
        check_cells(b, "billion", 729, 5);
        assert_int_equal(b->was_old, i > 0); /* the first came before any row */
        assert_false(is_old(b));
        check_resubscriptions(b, 1, plans[i].why);
        bench_free(b);
    }
}

static void a_wide_table_is_resubscribed_through_another_view(void **state)
{
    struct bench *b = FAULTY("first.2=size:-1");
    struct viewport few = {rowset_new_range(0, 9), rowset_new_range(0, WIDE_COLUMNS - 1),
                           false};

    (void)state;
    open_at(b, recipe_new("s/wide", bytes_of("s/wide")), few); /* so all columns come */
    WAIT(b, is_on_view);
    check_cells(b, "wide", 9, WIDE_COLUMNS - 1);
    check_resubscriptions(b, 1, "table of -1 rows");
    WAIT(b, two_exports);
    bench_free(b);
}

static void the_same_contradiction_again_ends_the_feed(void **state)
{
    struct bench *b = FAULTY("message.2=size:5");
    struct err e;

    (void)state;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_why.code, ERR_MISFIT);
    check_resubscriptions(b, 1, "table of 5 rows");
    assert_false(is_old(b)); /* but ended */
    assert_false(feed_pending(b->feed).pending);
    assert_int_equal(b->feed_ends, 1);
    assert_int_equal(feed_set_interval(b->feed, 0, &e),
                     ERR_OK); /* when the user wants it */
    assert_true(is_old(b));
    WAIT(b, is_feed_over);
    bench_free(b);
}

static void a_message_that_cannot_be_read_ends_the_feed(void **state)
{
    struct bench *b = FAULTY("first.2=truncate:20");

    (void)state;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_feed_over);
    assert_int_equal(b->feed_why.code, ERR_PROTO);
    assert_int_equal(feed_resubscriptions(b->feed, NULL), 0);
    bench_free(b);
}

static bool has_one_stream_left(struct bench *b)
{
    return feed_resubscriptions(b->feed, NULL) == 1 && inside_streams(b->server) == 1;
}

/* The stream that is to replace another goes wrong, and so does the next: the one that goes
 * on is kept. */
static void a_restart_that_contradicts_is_tried_once_more(void **state)
{
    struct bench *b = FAULTY("message.2=size:-1", "first.2=delay:1");
    struct err e;

    (void)state;
    open_feed(b, "s/billion", 6);
    WAIT(b, is_settled);
    WAIT(b, is_ready);
    assert_int_equal(feed_set_interval(b->feed, 50, &e), ERR_OK);
    WAIT(b, has_one_stream_left);
    assert_false(is_old(b));
    ask(b, viewport(600, 0, 6, false));
    WAIT(b, is_settled);
    check_cells(b, "billion", 629, 5);
    check_resubscriptions(b, 1, "table of -1 rows");
    assert_int_equal(b->feed_ends, 0);
    bench_free(b);
}

static bool is_pending(struct bench *b)
{
    return feed_pending(b->feed).pending;
}

static bool is_paid(struct bench *b)
{
    return is_settled(b) && !is_pending(b);
}

static void an_answer_is_pending_until_it_is_there(void **state)
{
    struct bench *b = bench_open();
    uint64_t before, since;

    (void)state;
    open_feed(b, "s/billion", 6);
    assert_false(is_pending(b)); /* the login is: the application watches that */
    WAIT(b, is_ready);
    WAIT(b, is_paid);
    before = uv_hrtime() / 1000000;
    ask(b, viewport(1000, 0, 6, false));
    assert_true(is_pending(b));
    assert_int_equal(feed_pending(b->feed).limit_ms, ANSWER_LIMIT_MS);
    since = feed_pending(b->feed).since_ms;
    assert_in_range(since, before, uv_hrtime() / 1000000);
    ask(b, viewport(2000, 0, 6, false)); /* another does not make it younger */
    assert_int_equal(feed_pending(b->feed).since_ms, since);
    WAIT(b, is_paid);
    ask(b, viewport(2000, 0, 3, true));
    ask(b, viewport(2000, 0, 6, false)); /* held already */
    assert_false(is_pending(b));
    bench_free(b);
}

static void a_request_that_is_never_answered_stays_pending(void **state)
{
    struct bench *b = FAULTY("request.2=skip");

    (void)state;
    open_feed(b, "s/book", 3); /* of which there are more: the rest is dropped first */
    WAIT(b, is_ready);
    while (session_updates(b->session) < 20) /* its updates are no answers */
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    assert_true(is_pending(b));
    assert_false(feed_settled(b->feed));
    assert_true(feed_pending(b->feed).since_ms > 0);
    bench_free(b);
}

/* --- the list of tables --- */

static void on_fields(void *ctx)
{
    ((struct bench *)ctx)->changed = true;
}

static const struct fields_handler fields_events = {on_fields, on_feed_ended, NULL};

static bool has_changed(struct bench *b)
{
    return b->changed;
}

static void a_hundred_thousand_tables_are_listed_in_order(void **state)
{
    const size_t count = 100003;
    struct bench *b = bench_open();
    struct fields *f;

    (void)state;
    inside_offer(b->server, count);
    f = fields_open(b->session, &fields_events, b);
    WAIT(b, has_changed);
    assert_true(fields_loaded(f));
    assert_int_equal(fields_count(f), count);
    for (size_t i = 1; i < count; i++)
        assert_true(strcmp(fields_get(f, i - 1)->name, fields_get(f, i)->name) < 0);
    fields_close(f);
    inside_offer(b->server, 0);
    bench_free(b);
}

/* --- leaving at any moment --- */

enum leave { LEAVE_POLITELY, LEAVE_WITH_THE_FEED, LEAVE_AT_ONCE, LEAVES };

/* What a user might do at that turn of the loop. */
static void step(struct bench *b, int64_t turn)
{
    struct err e;

    if (!b->feed) {
        if (b->opens > 0)
            open_feed(b, "s/wide", WIDE_COLUMNS);
        return;
    }
    if (turn % 5 == 0)
        ask(b, viewport(turn, turn / 10 * 60, WIDE_COLUMNS, turn % 2 == 0));
    if (turn % 17 == 0 && session_state(b->session) == SESSION_READY)
        (void)feed_set_interval(b->feed, (int32_t)turn, &e);
}

/* Lets the client live for so many turns of the loop. */
static void live_and_leave(struct bench *b, int64_t turns, enum leave how)
{
    struct err e;

    b->opens = b->readies = b->feed_ends = 0;
    assert_int_equal(new_session(b, turns % 2 ? "anonymous" : NULL, &e), ERR_OK);
    for (int64_t i = 0; i < turns; i++) {
        step(b, i);
        (void)uv_run(&b->loop, UV_RUN_ONCE);
    }
    if (how != LEAVE_AT_ONCE) {
        feed_close(b->feed);
        b->feed = NULL;
    }
    if (how == LEAVE_POLITELY) {
        connection_close(b->connection);
        WAIT(b, is_closed);
    }
    stop_client(b);
}

static void a_client_may_leave_at_any_moment(void **state)
{
    struct server_options o = options();
    struct bench *b;

    (void)state;
    o.wide_columns = SOME_COLUMNS;
    b = bench_new(&o);
    for (int64_t turns = 0; turns < TURNS; turns++) {
        for (int how = 0; how < LEAVES; how++) {
            live_and_leave(b, turns, (enum leave)how);
            start_client(b);
        }
    }
    assert_int_equal(b->session_ends, 0);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_that_was_dropped_can_be_made_again),
        cmocka_unit_test(a_call_may_be_dropped_when_its_headers_log_in),
        cmocka_unit_test(a_call_may_be_dropped_when_its_trailers_log_in),
        cmocka_unit_test(a_refused_table_still_logs_in),
        cmocka_unit_test(a_refused_first_call_is_no_refused_login),
        cmocka_unit_test(a_session_outlives_a_refusal_of_its_own_calls),
        cmocka_unit_test(a_session_that_the_server_forgot_is_followed_by_another),
        cmocka_unit_test(a_login_type_that_no_header_can_hold_is_refused),
        cmocka_unit_test(an_unknown_login_type_that_is_refused_wants_a_secret),
        cmocka_unit_test(the_server_is_asked_how_to_log_in),
        cmocka_unit_test(a_closed_session_takes_no_calls),
        cmocka_unit_test(a_narrow_table_scrolls_turns_and_changes_columns),
        cmocka_unit_test(nothing_but_its_stream_is_asked_for_until_rows_are_shown),
        cmocka_unit_test(everything_made_on_the_server_is_released),
        cmocka_unit_test(a_screen_in_a_hurry_opens_one_view_at_a_time),
        cmocka_unit_test(a_screen_that_comes_back_needs_no_new_view),
        cmocka_unit_test(a_table_that_never_changes_may_be_looked_at_for_long),
        cmocka_unit_test(rows_stay_until_those_of_another_recipe_are_whole),
        cmocka_unit_test(few_replaced_tables_are_kept_for_undo),
        cmocka_unit_test(what_was_given_up_leaves_nothing),
        cmocka_unit_test(what_is_refused_is_not_there_for_others_as_its_source),
        cmocka_unit_test(a_refused_recipe_changes_nothing_and_its_step_is_named),
        cmocka_unit_test(a_refused_recipe_leaves_a_table_live_whose_screen_has_moved),
        cmocka_unit_test(a_refused_recipe_leaves_a_table_live_whose_stream_has_ended),
        cmocka_unit_test(a_refused_recipe_leaves_a_table_live_that_was_asleep),
        cmocka_unit_test(a_refused_recipe_leaves_a_table_live_that_is_shown_from_its_end),
        cmocka_unit_test(a_table_that_cannot_be_had_anew_stays_live_elsewhere),
        cmocka_unit_test(a_rate_that_is_refused_leaves_a_table_live_whose_screen_has_moved),
        cmocka_unit_test(an_undo_that_is_refused_leaves_the_newer_table_live),
        cmocka_unit_test(a_feed_may_begin_with_edits_and_have_them_in_the_next_session),
        cmocka_unit_test(a_table_of_an_export_ends_with_its_session),
        cmocka_unit_test(edits_wait_for_a_login_that_others_make),
        cmocka_unit_test(a_table_outlives_whatever_is_asked_of_it_at_once),
        cmocka_unit_test(a_row_that_is_no_more_goes_nowhere),
        cmocka_unit_test(a_restart_keeps_the_cells_until_the_new_stream_has_them),
        cmocka_unit_test(a_restart_that_fails_leaves_the_old_stream),
        cmocka_unit_test(a_new_stream_survives_the_old_one),
        cmocka_unit_test(columns_that_cannot_be_had_end_the_feed),
        cmocka_unit_test(a_feed_with_two_streams_waits_for_both_at_once),
        cmocka_unit_test(what_the_wire_would_cut_is_asked_for_as_text),
        cmocka_unit_test(a_column_whose_text_is_refused_is_not_shown_cut),
        cmocka_unit_test(a_value_that_ends_the_stream_is_asked_for_as_text),
        cmocka_unit_test(another_reason_is_not_taken_for_a_value),
        cmocka_unit_test(a_table_asked_for_anew_takes_over_when_it_is_complete),
        cmocka_unit_test(what_is_asked_of_a_table_asked_for_anew_comes),
        cmocka_unit_test(a_table_that_cannot_be_had_anew_stays_as_it_is),
        cmocka_unit_test(an_end_whose_reason_is_not_waited_for_is_told_all_the_same),
        cmocka_unit_test(an_ended_table_can_be_had_anew),
        cmocka_unit_test(news_of_a_table_may_overtake_that_there_is_none),
        cmocka_unit_test(a_table_that_is_listed_is_asked_for_where_there_was_none),
        cmocka_unit_test(a_suspended_feed_keeps_rows_and_table_and_has_no_stream),
        cmocka_unit_test(what_is_asked_of_a_suspended_feed_comes_when_it_resumes),
        cmocka_unit_test(a_feed_is_suspended_before_its_first_row),
        cmocka_unit_test(a_table_that_fails_while_its_feed_is_suspended_ends_it),
        cmocka_unit_test(a_wide_table_resumes_with_the_columns_asked_for_last),
        cmocka_unit_test(types_that_could_end_others_are_kept_apart),
        cmocka_unit_test(requests_over_the_limit_are_not_sent),
        cmocka_unit_test(a_later_request_over_the_limit_ends_the_feed),
        cmocka_unit_test(what_is_asked_when_the_schema_comes_wins),
        cmocka_unit_test(a_ticket_over_the_limit_opens_nothing),
        cmocka_unit_test(a_contradiction_is_replaced_by_a_stream_of_its_own),
        cmocka_unit_test(a_wide_table_is_resubscribed_through_another_view),
        cmocka_unit_test(the_same_contradiction_again_ends_the_feed),
        cmocka_unit_test(a_message_that_cannot_be_read_ends_the_feed),
        cmocka_unit_test(a_restart_that_contradicts_is_tried_once_more),
        cmocka_unit_test(an_answer_is_pending_until_it_is_there),
        cmocka_unit_test(a_request_that_is_never_answered_stays_pending),
        cmocka_unit_test(a_hundred_thousand_tables_are_listed_in_order),
        cmocka_unit_test(a_client_may_leave_at_any_moment),
    };

    channel_capture_log();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
