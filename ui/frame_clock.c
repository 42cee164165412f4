#include "ui/frame_clock.h"

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

void frame_clock_mark(struct frame_clock *c, enum pace_reason reason)
{
    uint64_t now = uv_hrtime(), before = c->pace.at, at;
    bool due = c->pace.due;

    at = pace_want(&c->pace, reason, now);
    if (due && at == before)
        return;
    (void)uv_timer_start(&c->timer, on_frame, at > now ? (at - now + 999999) / 1000000 : 0,
                         0);
}
