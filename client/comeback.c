#include "client/comeback.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/backoff.h"
#include "client/clock.h"
#include "client/loss.h"

struct comeback {
    struct connection *connection; /* borrowed */
    const struct comeback_handler *handler;
    void *ctx;
    uv_timer_t timer;
    bool waits;
    bool expects;      /* see comeback_expect() */
    uint64_t due_ms;   /* of the timer; 0: it does not run */
    uint64_t again_ms; /* when again() was called last */
    uint32_t attempts; /* in a row */
    uint32_t epoch;    /* of the connection when it was live last */
};

static bool is_live(const struct comeback *b)
{
    return connection_state(b->connection) == CONNECTION_LIVE;
}

static void go(struct comeback *b)
{
    comeback_stop(b);
    b->expects = false;
    b->again_ms = clock_ms();
    b->epoch = connection_epoch(b->connection);
    b->handler->again(b->ctx);
}

static void on_timer(uv_timer_t *timer)
{
    struct comeback *b = timer->data;

    b->due_ms = 0;
    if (is_live(b))
        go(b);
}

static void on_changed(void *ctx, struct connection *c)
{
    struct comeback *b = ctx;

    if (is_live(b) && ((b->waits && b->due_ms == 0) || b->epoch != connection_epoch(c)))
        go(b);
    else if (connection_state(c) == CONNECTION_LOST)
        b->handler->gone(b->ctx, connection_why(c));
}

static const struct connection_handler connection_events = {.changed = on_changed};

struct comeback *comeback_new(struct connection *connection,
                              const struct comeback_handler *handler, void *ctx)
{
    struct comeback *b = MEM_NEW(struct comeback);

    b->connection = connection;
    b->handler = handler;
    b->ctx = ctx;
    b->epoch = connection_epoch(connection);
    (void)uv_timer_init(connection_loop(connection), &b->timer);
    b->timer.data = b;
    connection_observe(connection, &connection_events, b);
    return b;
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void comeback_free(struct comeback *b)
{
    if (!b)
        return;
    connection_unobserve(b->connection, &connection_events, b);
    uv_close((uv_handle_t *)&b->timer, on_timer_closed);
}

/* What was asked for last held for a while: what comes now is another matter. */
static void forget_if_steady(struct comeback *b)
{
    if (!b->waits && clock_ms() - b->again_ms > COMEBACK_STEADY_MS)
        b->attempts = 0;
}

static void plan(struct comeback *b)
{
    uint32_t ms = backoff_ms(b->attempts++, BACKOFF_STREAM_MAX_MS, backoff_random());

    b->due_ms = clock_ms() + ms;
    (void)uv_timer_start(&b->timer, on_timer, ms, 0);
}

static bool may_pass(const struct comeback *b, const struct err *why)
{
    if (why->code == ERR_NOT_FOUND)
        return b->expects || connection_is_fresh(b->connection);
    if (why->code == ERR_SERVER)
        return b->waits || b->attempts < COMEBACK_FAULTS;
    return loss_of_call_may_pass(why);
}

bool comeback_wait(struct comeback *b, const struct err *why)
{
    forget_if_steady(b);
    if (!may_pass(b, why) || connection_state(b->connection) == CONNECTION_LOST)
        return false;
    if (b->waits)
        return true;
    log_line(LOG_LEVEL_WARN, "asking again: %s", why->msg);
    b->waits = true;
    if (is_live(b))
        plan(b);
    return true;
}

void comeback_hurry(struct comeback *b)
{
    if (b->due_ms == 0)
        return;
    b->due_ms = clock_ms();
    (void)uv_timer_start(&b->timer, on_timer, 0, 0);
}

void comeback_expect(struct comeback *b)
{
    b->expects = true;
}

void comeback_stop(struct comeback *b)
{
    b->waits = false;
    b->due_ms = 0;
    (void)uv_timer_stop(&b->timer);
}

bool comeback_waits(const struct comeback *b, uint64_t *due_ms)
{
    *due_ms = b->due_ms;
    return b->waits;
}
