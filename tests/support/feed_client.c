#include "tests/support/feed_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/rpc/channel.h"
#include "client/target.h"

#define ALARM_MS 20

static void on_alarm(uv_timer_t *timer)
{
    (void)timer;
}

static void on_open(void *ctx, struct connection *c)
{
    (void)c;
    ((struct feed_client *)ctx)->open = true;
}

static void on_connection_changed(void *ctx, struct connection *connection)
{
    (void)ctx;
    if (connection_why(connection))
        fail_msg("connection: %s", connection_why(connection)->msg);
}

static const struct connection_handler connection_events = {
    .open = on_open, .changed = on_connection_changed};

static void on_changed(void *ctx)
{
    struct feed_client *c = ctx;

    c->changed += !c->restarted;
}

static void on_ended(void *ctx, const struct err *why)
{
    (void)ctx;
    fail_msg("feed: %s", why->msg);
}

static void on_restarted(void *ctx, const struct err *why)
{
    struct feed_client *c = ctx;

    c->restarted = true;
    c->refused = why != NULL;
    if (why)
        c->why = *why;
}

static const struct feed_handler feed_events = {on_changed, on_ended, on_restarted, NULL};

void feed_client_wait(struct feed_client *c, feed_client_is *is, const char *what)
{
    uint64_t start = uv_hrtime();

    while (!is(c)) {
        (void)uv_run(&c->loop, UV_RUN_ONCE);
        if (uv_hrtime() - start > (uint64_t)c->limit_s * 1000000000)
            fail_msg("not within %d s: %s", c->limit_s, what);
    }
}

static bool is_open(struct feed_client *c)
{
    return c->open;
}

bool feed_client_settled(struct feed_client *c)
{
    return feed_settled(c->feed);
}

bool feed_client_restarted(struct feed_client *c)
{
    return c->restarted;
}

struct feed_client *feed_client_new(const char *address, int limit_s)
{
    struct feed_client *c = MEM_NEW(struct feed_client);
    struct target server;
    struct connection_options o = {
        .target = &server, .auth = "anonymous", .max_message = (size_t)110 << 20};
    struct err e;

    assert_int_equal(target_parse(address, &server, &e), ERR_OK);
    c->limit_s = limit_s;
    (void)uv_loop_init(&c->loop);
    (void)uv_timer_init(&c->loop, &c->alarm);
    (void)uv_timer_start(&c->alarm, on_alarm, ALARM_MS, ALARM_MS);
    c->pump = pump_new(&c->loop);
    assert_int_equal(connection_new(&c->loop, c->pump, &o, &c->connection, &e), ERR_OK);
    connection_observe(c->connection, &connection_events, c);
    feed_client_wait(c, is_open, "a connection");
    target_release(&server);
    return c;
}

struct feed *feed_client_open(struct feed_client *c, const char *name, struct bytes ticket,
                              const struct viewport *v)
{
    struct stream_options o = {0};
    struct feed *f = NULL;
    struct err e;

    if (feed_open(c->connection, recipe_new(name, ticket), NULL, &o, v, &feed_events, c, &f,
                  &e) != ERR_OK)
        fail_msg("%s", e.msg);
    return f;
}

void feed_client_show(struct feed_client *c, const char *table, const struct viewport *v)
{
    char *ticket = mem_printf("s/%s", table);

    c->feed = feed_client_open(c, table, bytes_of(ticket), v);
    feed_client_wait(c, feed_client_settled, "the rows");
    feed_shown(c->feed);
    free(ticket);
}

void feed_client_free(struct feed_client *c)
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
