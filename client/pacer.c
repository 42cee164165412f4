#include "client/pacer.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/clock.h"
#include "client/lag_policy.h"

#define HEAVY (32 << 10) /* bytes that a slow link would take a while for */

struct pacer {
    pacer_replace_fn *replace;
    void *ctx;
    uv_timer_t timer;
    struct lag lag;
    struct connection *connection; /* borrowed */
    struct subscription *stream;   /* borrowed */
    int32_t interval_ms;
    uint64_t answered_at; /* bytes of the session when an answer came last */
    bool begun;
};

static uint64_t received(const struct pacer *p)
{
    return connection_totals(p->connection).bytes;
}

static void on_timer(uv_timer_t *timer);

static void plan(struct pacer *p)
{
    uint64_t now = clock_ms(), next = lag_next_ms(&p->lag, p->interval_ms);

    if (next == LAG_NEVER)
        (void)uv_timer_stop(&p->timer);
    else
        (void)uv_timer_start(&p->timer, on_timer, next > now ? next - now : 1, 0);
}

/* A stream that owes an answer already says by that one how late it is. */
static void probe(struct pacer *p)
{
    if (subscription_settled(p->stream))
        subscription_request(p->stream, subscription_asked(p->stream));
    lag_probed(&p->lag, session_round_trip_ms(connection_session(p->connection)),
               clock_ms());
}

static void step(struct pacer *p, enum lag_step what)
{
    uint64_t late = lag_late_ms(&p->lag, clock_ms());
    bool changed = lag_change(&p->lag, what, p->interval_ms, clock_ms());

    log_line(LOG_LEVEL_INFO, "picture %d ms late: at least %d ms between updates",
             (int)late, (int)p->lag.least_ms);
    p->replace(p->ctx, what == LAG_SLOWER, changed);
}

static void on_timer(uv_timer_t *timer)
{
    struct pacer *p = timer->data;
    enum lag_step what;

    lag_wake(&p->lag, clock_ms());
    what = lag_next(&p->lag, p->interval_ms, clock_ms());
    if (what == LAG_PROBE)
        probe(p);
    else if (what != LAG_STAY)
        step(p, what);
    plan(p);
}

struct pacer *pacer_new(struct connection *c, pacer_replace_fn *replace, void *ctx)
{
    struct pacer *p = MEM_NEW(struct pacer);

    p->replace = replace;
    p->ctx = ctx;
    p->connection = c;
    (void)uv_timer_init(connection_loop(c), &p->timer);
    p->timer.data = p;
    return p;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void pacer_free(struct pacer *p)
{
    if (p)
        uv_close((uv_handle_t *)&p->timer, on_closed);
}

void pacer_began(struct pacer *p, struct subscription *stream, int32_t interval_ms)
{
    p->stream = stream;
    p->interval_ms = interval_ms;
    p->answered_at = received(p);
    p->begun = true;
    lag_began(&p->lag, clock_ms());
    plan(p);
}

void pacer_over(struct pacer *p)
{
    lag_over(&p->lag);
    plan(p);
}

static void note_update(struct pacer *p)
{
    bool answer = replica_was_snapshot(subscription_replica(p->stream));
    uint64_t bytes = received(p);

    lag_update(&p->lag, answer, bytes - p->answered_at >= HEAVY, clock_ms());
    if (answer)
        p->answered_at = bytes;
    plan(p);
}

void pacer_update(struct pacer *p, struct subscription *stream, int32_t interval_ms)
{
    if (p->begun)
        note_update(p);
    else if (subscription_settled(stream))
        pacer_began(p, stream, interval_ms);
}

void pacer_forget(struct pacer *p)
{
    lag_forget(&p->lag);
    plan(p);
}

int32_t pacer_least_ms(const struct pacer *p)
{
    return p->lag.least_ms;
}

bool pacer_is_behind(const struct pacer *p)
{
    return lag_is_behind(&p->lag, clock_ms());
}

uint64_t pacer_late_ms(const struct pacer *p, uint64_t now)
{
    return lag_late_ms(&p->lag, now);
}

uint64_t pacer_late_next_ms(const struct pacer *p, uint64_t now)
{
    return lag_late_next_ms(&p->lag, now);
}
