/*
 * client/stream_policy.h - how often a stream is started anew by itself, and how long an
 * answer may be waited for before the user is told.
 *
 * Pure: times come in as milliseconds of a clock that never goes back. Zero-initialised is
 * a fresh one. Loop thread.
 *
 * A stream whose update contradicts what is held (ERR_MISFIT, see client/subscription.h) is
 * started anew once by itself. Another such update within RESUBSCRIBE_AGAIN_MS says that
 * this does not help; then the feed ends.
 *
 * An answer is pending from the moment a viewport is asked for until it is held. Every part
 * of it counts as a sign of life, so a large one in pieces is never overdue; a table of
 * which nothing is asked may be quiet for ever.
 */
#ifndef CLIENT_STREAM_POLICY_H
#define CLIENT_STREAM_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define RESUBSCRIBE_AGAIN_MS 10000 /* from one new start until the next is tried */
#define ANSWER_LIMIT_MS 10000      /* an answer may take so long, and what is added below */
#define OVERDUE_NEVER UINT64_MAX

struct resubscriptions {
    uint64_t count; /* streams started anew */
    uint64_t last_ms;
};

/* Whether a stream that went wrong now is to be started anew; counts it. */
bool resubscriptions_try(struct resubscriptions *r, uint64_t now_ms);

/* The reason for which a stream ended may be a value that the wire cannot carry. protocol:
 * it ends the stream, like any other fault inside the server, with nothing but an id for
 * the server's log. */
bool end_may_be_a_value(const struct err *why);

/* A step that the stream waits for has failed; what is wrong, the answer to that step says,
 * which may come later. protocol: the state of the export is named. */
bool end_of_a_step(const struct err *why);

struct pending_answer {
    bool pending;
    uint64_t since_ms; /* the request left, or a part of the answer came */
    uint64_t limit_ms; /* what the answer may take before it is overdue */
};

/* ANSWER_LIMIT_MS, or more where answers are slow for a reason: two update intervals (0:
 * the server's own) and twice the longest round trip measured (negative: none). */
uint64_t answer_limit_ms(int32_t interval_ms, double round_trip_ms);

/* Whole seconds without an answer, once it is overdue; else 0. */
uint64_t answer_overdue_s(const struct pending_answer *a, uint64_t now_ms);

/* When answer_overdue_s() next changes by itself; OVERDUE_NEVER: it does not. */
uint64_t answer_overdue_next_ms(const struct pending_answer *a, uint64_t now_ms);

#endif
