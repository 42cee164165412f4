#include "ui/term/frame_clock.h"

static void on_frame(uv_timer_t *timer)
{
    struct frame_clock *c = timer->data;

    pace_frame(&c->pace, uv_hrtime());
    c->draw(c->ctx);
}

void frame_clock_init(struct frame_clock *c, uv_loop_t *loop, void (*draw)(void *ctx),
                      void *ctx)
{
    *c = (struct frame_clock){.draw = draw, .ctx = ctx};
    (void)uv_timer_init(loop, &c->timer);
    c->timer.data = c;
}

/* A timer counts from when the turn of the loop began, which may be long ago. */
static uint64_t timeout_ms(const struct frame_clock *c, uint64_t at)
{
    uint64_t at_ms = (at + 999999) / 1000000, turn_ms = uv_now(c->timer.loop);

    return at_ms > turn_ms ? at_ms - turn_ms : 0;
}

void frame_clock_mark(struct frame_clock *c, enum pace_reason reason)
{
    uint64_t now = uv_hrtime(), before = c->pace.at, at;
    bool due = c->pace.due;

    at = pace_want(&c->pace, reason, now);
    if (!due || at != before)
        (void)uv_timer_start(&c->timer, on_frame, at > now ? timeout_ms(c, at) : 0, 0);
}
