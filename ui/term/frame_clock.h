/*
 * ui/term/frame_clock.h - when the next frame is drawn.
 *
 * The loop's timer behind ui/term/pace, which says how soon. Loop thread.
 */
#ifndef UI_TERM_FRAME_CLOCK_H
#define UI_TERM_FRAME_CLOCK_H

#include <uv.h>

#include "ui/term/pace.h"

struct frame_clock {
    uv_timer_t timer;
    struct pace pace;
    void (*draw)(void *ctx);
    void *ctx;
};

/* In the caller's memory, which stays where it is; the timer is closed with the loop. draw
 * is called from the loop, never from frame_clock_mark(). */
void frame_clock_init(struct frame_clock *c, uv_loop_t *loop, void (*draw)(void *ctx),
                      void *ctx);

/* Something would look different: there is to be a frame. */
void frame_clock_mark(struct frame_clock *c, enum pace_reason reason);

#endif
