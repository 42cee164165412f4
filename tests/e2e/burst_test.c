/*
 * Feeds opened and closed by the hundred within one turn of the loop, against a real
 * server: whoever opens a popup or a table and closes it at once must not lose the session,
 * nor the table that stays open.
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
#include "client/rpc/channel.h"
#include "client/target.h"
#include "tests/support/server.h"

#define WAIT_NS (UINT64_C(20) * 1000000000)
#define BURST 200
#define BURSTS 5
#define QUIET_NS (UINT64_C(1) * 1000000000) /* until a session that was reset shows it */

struct client {
    uv_loop_t loop;
    uv_timer_t alarm; /* so that waiting ends */
    struct pump *pump;
    struct connection *connection;
    struct feed *feed; /* stays open */
    bool open, over, feed_over;
    struct err why;
};

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

static void on_open(void *ctx, struct connection *c)
{
    (void)c;
    ((struct client *)ctx)->open = true;
}

static void on_connection_changed(void *ctx, struct connection *connection)
{
    struct client *c = ctx;

    if (!connection_why(connection))
        return;
    c->over = true;
    c->why = *connection_why(connection);
}

static const struct connection_handler connection_events = {
    .open = on_open, .changed = on_connection_changed};

static void on_changed(void *ctx)
{
    (void)ctx;
}

static void on_feed_ended(void *ctx, const struct err *why)
{
    struct client *c = ctx;

    c->feed_over = true;
    c->why = *why;
}

static const struct feed_handler feed_events = {.changed = on_changed,
                                                .ended = on_feed_ended};

static void run_for(struct client *c, uint64_t ns)
{
    for (uint64_t end = uv_hrtime() + ns; uv_hrtime() < end;)
        (void)uv_run(&c->loop, UV_RUN_ONCE);
}

static void check_alive(const struct client *c)
{
    if (c->over || c->feed_over)
        fail_msg("%s over: %s", c->over ? "session" : "feed", c->why.msg);
}

static void wait_settled(struct client *c)
{
    uint64_t start = uv_hrtime();

    while (!feed_settled(c->feed)) {
        (void)uv_run(&c->loop, UV_RUN_ONCE);
        check_alive(c);
        if (uv_hrtime() - start > WAIT_NS)
            fail_msg("no answer");
    }
}

static struct viewport viewport(int64_t row)
{
    return (struct viewport){.rows = rowset_new_range(row, row + 29),
                             .columns = rowset_new_range(0, 1)};
}

static struct feed *open_feed(struct client *c, struct bytes ticket, int64_t row)
{
    struct stream_options o = {0};
    struct viewport v = viewport(row);
    struct feed *f = NULL;
    struct err e;

    if (feed_open(c->connection, recipe_new("billion", ticket), NULL, &o, &v, &feed_events,
                  c, &f, &e) != ERR_OK)
        fail_msg("%s", e.msg);
    viewport_release(&v);
    return f;
}

static struct client *client_start(void)
{
    struct client *c = MEM_NEW(struct client);
    struct target server;
    struct connection_options o = {
        .target = &server, .auth = "anonymous", .max_message = (size_t)110 << 20};
    struct err e;

    assert_int_equal(target_parse(server_address(), &server, &e), ERR_OK);
    (void)uv_loop_init(&c->loop);
    (void)uv_timer_init(&c->loop, &c->alarm);
    (void)uv_timer_start(&c->alarm, on_alarm, 100, 100);
    c->pump = pump_new(&c->loop);
    assert_int_equal(connection_new(&c->loop, c->pump, &o, &c->connection, &e), ERR_OK);
    connection_observe(c->connection, &connection_events, c);
    while (!c->open)
        (void)uv_run(&c->loop, UV_RUN_ONCE);
    c->feed = open_feed(c, bytes_of("s/billion"), 0);
    wait_settled(c);
    feed_shown(c->feed);
    target_release(&server);
    return c;
}

static void client_stop(struct client *c)
{
    feed_close(c->feed);
    connection_close(c->connection);
    while (connection_closing(c->connection))
        (void)uv_run(&c->loop, UV_RUN_ONCE);
    connection_free(c->connection);
    pump_free(c->pump);
    uv_close((uv_handle_t *)&c->alarm, NULL);
    while (uv_run(&c->loop, UV_RUN_DEFAULT) != 0)
        continue;
    assert_int_equal(uv_loop_close(&c->loop), 0);
    free(c);
}

/* The feed that stays is served, and the session takes calls. */
static void check_well(struct client *c, int64_t row)
{
    struct viewport v = viewport(row);
    struct feed *other;

    run_for(c, QUIET_NS);
    check_alive(c);
    feed_request(c->feed, &v);
    viewport_release(&v);
    wait_settled(c);
    other = c->feed;
    c->feed = open_feed(c, bytes_of("s/million"), row);
    wait_settled(c);
    feed_close(c->feed);
    c->feed = other;
}

static void tables_closed_at_once_leave_the_session_alone(void **state)
{
    struct client *c = client_start();

    (void)state;
    for (int64_t burst = 1; burst <= BURSTS; burst++) {
        for (int i = 0; i < BURST; i++)
            feed_close(open_feed(c, bytes_of(i % 2 ? "s/million" : "s/small"), i));
        check_well(c, burst * 1000);
    }
    client_stop(c);
}

static void popups_closed_at_once_leave_the_session_alone(void **state)
{
    struct client *c = client_start();

    (void)state;
    for (int64_t burst = 1; burst <= BURSTS; burst++) {
        for (int i = 0; i < BURST; i++)
            feed_close(open_feed(c, table_source(feed_table(c->feed)), i));
        check_well(c, burst * 1000);
    }
    client_stop(c);
}

/* One after the other, each a turn or a few after it was opened. */
static void popups_closed_soon_leave_the_session_alone(void **state)
{
    struct client *c = client_start();

    (void)state;
    for (int i = 0; i < BURST; i++) {
        struct feed *f = open_feed(c, table_source(feed_table(c->feed)), i);

        for (int turns = 0; turns < i % 5; turns++)
            (void)uv_run(&c->loop, UV_RUN_NOWAIT);
        feed_close(f);
    }
    check_well(c, 5000);
    client_stop(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_closed_at_once_leave_the_session_alone),
        cmocka_unit_test(popups_closed_at_once_leave_the_session_alone),
        cmocka_unit_test(popups_closed_soon_leave_the_session_alone),
    };

    server_require();
    channel_capture_log();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
