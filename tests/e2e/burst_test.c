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
#include "client/rpc/channel.h"
#include "tests/support/feed_client.h"
#include "tests/support/server.h"

#define LIMIT_S 20
#define BURST 200
#define BURSTS 5
#define QUIET_NS (UINT64_C(1) * 1000000000) /* until a session that was reset shows it */

static void run_for(struct feed_client *c, uint64_t ns)
{
    for (uint64_t end = uv_hrtime() + ns; uv_hrtime() < end;)
        (void)uv_run(&c->loop, UV_RUN_ONCE);
}

static struct viewport viewport(int64_t row)
{
    return (struct viewport){.rows = rowset_new_range(row, row + 29),
                             .columns = rowset_new_range(0, 1)};
}

static struct feed *open_feed(struct feed_client *c, struct bytes ticket, int64_t row)
{
    struct viewport v = viewport(row);
    struct feed *f = feed_client_open(c, "billion", ticket, &v);

    viewport_release(&v);
    return f;
}

static struct feed_client *client_start(void)
{
    struct feed_client *c = feed_client_new(server_address(), LIMIT_S);
    struct viewport v = viewport(0);

    feed_client_show(c, "billion", &v);
    viewport_release(&v);
    return c;
}

/* The feed that stays is served, and the session takes calls. */
static void check_well(struct feed_client *c, int64_t row)
{
    struct viewport v = viewport(row);
    struct feed *other;

    run_for(c, QUIET_NS);
    feed_request(c->feed, &v);
    viewport_release(&v);
    feed_client_wait(c, feed_client_settled, "an answer");
    other = c->feed;
    c->feed = open_feed(c, bytes_of("s/million"), row);
    feed_client_wait(c, feed_client_settled, "an answer");
    feed_close(c->feed);
    c->feed = other;
}

static void tables_closed_at_once_leave_the_session_alone(void **state)
{
    struct feed_client *c = client_start();

    (void)state;
    for (int64_t burst = 1; burst <= BURSTS; burst++) {
        for (int i = 0; i < BURST; i++)
            feed_close(open_feed(c, bytes_of(i % 2 ? "s/million" : "s/small"), i));
        check_well(c, burst * 1000);
    }
    feed_client_free(c);
}

static void popups_closed_at_once_leave_the_session_alone(void **state)
{
    struct feed_client *c = client_start();

    (void)state;
    for (int64_t burst = 1; burst <= BURSTS; burst++) {
        for (int i = 0; i < BURST; i++)
            feed_close(open_feed(c, table_source(feed_table(c->feed)), i));
        check_well(c, burst * 1000);
    }
    feed_client_free(c);
}

/* One after the other, each a turn or a few after it was opened. */
static void popups_closed_soon_leave_the_session_alone(void **state)
{
    struct feed_client *c = client_start();

    (void)state;
    for (int i = 0; i < BURST; i++) {
        struct feed *f = open_feed(c, table_source(feed_table(c->feed)), i);

        for (int turns = 0; turns < i % 5; turns++)
            (void)uv_run(&c->loop, UV_RUN_NOWAIT);
        feed_close(f);
    }
    check_well(c, 5000);
    feed_client_free(c);
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
