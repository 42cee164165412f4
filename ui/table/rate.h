/*
 * ui/table/rate.h - how fast things come, and whether the terminal keeps up.
 *
 * Plain values, zero-initialised is a fresh one; pure: the time comes in, as milliseconds
 * of a clock that never goes back. Loop thread.
 */
#ifndef UI_TABLE_RATE_H
#define UI_TABLE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RATE_SPAN_MS 5000 /* what is looked back on */
#define RATE_SAMPLES 64
#define RATE_NEVER UINT64_MAX

/* Counts what comes in lumps, say rows an update brings. */
struct rate {
    struct rate_sample {
        uint64_t time, amount;
    } samples[RATE_SAMPLES]; /* a ring; lumps that come too fast share a sample */
    size_t first, n;
};

void rate_add(struct rate *r, uint64_t amount, uint64_t now);

/* Per second over the last RATE_SPAN_MS, rounded; at least 1 when anything came. 0 when
 * nothing did, or too little to tell: at least two lumps are needed. */
uint64_t rate_per_second(const struct rate *r, uint64_t now);

/* When rate_per_second() falls to 0 if nothing more comes; RATE_NEVER when it is 0. */
uint64_t rate_next(const struct rate *r, uint64_t now);

#define SLOW_AFTER_MS 2000 /* frames must be skipped for so long before it counts */
#define SLOW_OVER_MS 3000  /* no frame skipped for so long: the terminal keeps up again */

/* A run of frames that could not be sent since the terminal did not take the one before. */
struct slow {
    uint64_t since, last; /* first and last frame skipped of the run */
    uint64_t skipped;     /* 0: no run */
};

void slow_skip(struct slow *s, uint64_t now);

/* Frames skipped, once that has gone on for SLOW_AFTER_MS; 0 otherwise. */
uint64_t slow_frames(const struct slow *s, uint64_t now);

/* When slow_frames() falls to 0 if no frame is skipped; RATE_NEVER when it is 0. */
uint64_t slow_next(const struct slow *s, uint64_t now);

/* Another update interval in ms, about twice as fast or half as fast for each step, as far
 * as the ladder from 15 ms to 64 s reaches. 0 is the server's own, taken to be
 * INTERVAL_OWN_MS (protocol: barrage.minUpdateInterval); steps > 0: faster. */
#define INTERVAL_OWN_MS 1000
int32_t interval_step(int32_t now_ms, int steps);

/* "the server's own interval", "an update every 500 ms". */
void interval_text(int32_t interval_ms, char *out, size_t size);

#endif
