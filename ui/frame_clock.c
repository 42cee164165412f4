#include "ui/frame_clock.h"

#define FRAME_NS (1000000000 / 60) /* between frames, on average */
#define FRAME_BURST 2              /* frames that may follow at once */

static uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void on_frame(uv_timer_t *timer)
{
    struct frame_clock *c = timer->data;

    c->due = false;
    c->over_ns = max_u64(c->over_ns, uv_hrtime()) + FRAME_NS;
    c->draw(c->ctx);
}

void frame_clock_init(struct frame_clock *c, uv_loop_t *loop, void (*draw)(void *ctx),
                      void *ctx)
{
    *c = (struct frame_clock){.draw = draw, .ctx = ctx};
    (void)uv_timer_init(loop, &c->timer);
    c->timer.data = c;
}

void frame_clock_mark(struct frame_clock *c)
{
    uint64_t now = uv_hrtime();
    uint64_t ahead = (FRAME_BURST - 1) * (uint64_t)FRAME_NS;
    uint64_t wait = c->over_ns > now + ahead ? c->over_ns - now - ahead : 0;

    if (c->due)
        return;
    c->due = true;
    (void)uv_timer_start(&c->timer, on_frame, (wait + 999999) / 1000000, 0);
}
