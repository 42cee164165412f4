/*
 * client/patience.h - what a feed puts up with: streams that are wrong, and silence.
 *
 * Pure: times come in as milliseconds of a clock that never goes back. Zero-initialised is
 * a fresh one. Loop thread.
 *
 * A stream whose update contradicts what is held (ERR_MISFIT, see client/barrage.h) is
 * started anew once by itself. Another within CURE_REST_MS says that this is no cure; then
 * the feed ends.
 *
 * An answer is owed from the moment a viewport is asked for until it is held. Every part of
 * it counts, so a large one in pieces is not silence; a table that owes nothing may be
 * quiet for ever.
 */
#ifndef CLIENT_PATIENCE_H
#define CLIENT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define CURE_REST_MS 10000 /* from one cure until the next is tried */
#define SILENCE_MS 10000   /* an owed answer may take so long, and what is added below */
#define PATIENCE_NEVER UINT64_MAX

struct cure {
    uint64_t count; /* streams started anew */
    uint64_t last_ms;
};

/* Whether a stream that went wrong now is to be started anew; counts it. */
bool cure_try(struct cure *c, uint64_t now_ms);

/* An answer that is owed. */
struct debt {
    bool owed;
    uint64_t since_ms; /* the request left, or a part of the answer came */
    uint64_t grace_ms; /* what the answer may take before it is missed */
};

/* SILENCE_MS, or more where answers are slow for a reason: two update intervals (0: the
 * server's own) and twice the longest round trip measured (negative: none). */
uint64_t debt_grace_ms(int32_t interval_ms, double round_trip_ms);

/* Whole seconds without an answer, once that is worth saying; else 0. */
uint64_t debt_silence_s(const struct debt *d, uint64_t now_ms);

/* When debt_silence_s() next changes by itself; PATIENCE_NEVER: it does not. */
uint64_t debt_next_ms(const struct debt *d, uint64_t now_ms);

#endif
