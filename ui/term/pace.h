/*
 * ui/term/pace.h - how soon a frame may follow the ones before.
 *
 * At most PACE_PER_SECOND frames a second on average, yet PACE_BURST may follow at once, so
 * that tables which tick a little faster than that are mostly fresh on the screen, where a
 * steady beat would show each update late. What data brings is drawn when it comes, or not
 * at all but with what comes next. PACE_RESERVE more are kept for keys and what answers
 * them, which so are drawn at once also beside a table that ticks: a filter alone takes
 * four. Later frames pay for all of them. Plain values, zero-initialised is a fresh one;
 * pure: the time comes in, as nanoseconds of a clock that never goes back. Loop thread.
 */
#ifndef UI_TERM_PACE_H
#define UI_TERM_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_PER_SECOND 60
#define PACE_FRAME_NS (UINT64_C(1000000000) / PACE_PER_SECOND)
#define PACE_BURST 4
#define PACE_RESERVE 4

/* What the user did, or an answer to it; what changes by itself. */
enum pace_reason { PACE_KEY, PACE_DATA };

struct pace {
    uint64_t over; /* when the frames so far would be over at the average rate */
    uint64_t at;   /* of the frame that is due */
    bool due;
};

/* There is something to draw. Returns when, which may be earlier than it was, and is now or
 * past when at once. */
uint64_t pace_want(struct pace *p, enum pace_reason reason, uint64_t now);

/* A frame is drawn now. */
void pace_frame(struct pace *p, uint64_t now);

#endif
