/*
 * ui/frame_clock.h - when the next frame is drawn.
 *
 * Frames are at most 60 a second on average, but a quiet program answers at once, and two
 * may follow each other without a wait: a key's own, and that of the answer to it. Loop
 * thread.
 */
#ifndef UI_FRAME_CLOCK_H
#define UI_FRAME_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct frame_clock {
    uv_timer_t timer;
    bool due;
    uint64_t over_ns; /* when the frames so far would be over at the average rate */
    void (*draw)(void *ctx);
    void *ctx;
};

/* In the caller's memory, which stays where it is; the timer is closed with the loop. draw
 * is called from the loop, never from frame_clock_mark(). */
void frame_clock_init(struct frame_clock *c, uv_loop_t *loop, void (*draw)(void *ctx),
                      void *ctx);

/* Something would look different: there is to be a frame. */
void frame_clock_mark(struct frame_clock *c);

#endif
