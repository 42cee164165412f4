#include "client/stream_policy.h"

#include <string.h>

bool resubscriptions_try(struct resubscriptions *r, uint64_t now_ms)
{
    if (r->count > 0 && now_ms - r->last_ms < RESUBSCRIBE_AGAIN_MS)
        return false;
    r->count++;
    r->last_ms = now_ms;
    return true;
}

bool end_may_be_a_value(const struct err *why)
{
    return why->code == ERR_REFUSED && strstr(why->msg, "Details Logged");
}

bool end_of_a_step(const struct err *why)
{
    return why->code == ERR_REFUSED && strstr(why->msg, "DEPENDENCY_FAILED");
}

uint64_t answer_limit_ms(int32_t interval_ms, double round_trip_ms)
{
    uint64_t slow = interval_ms > 0 ? 2 * (uint64_t)interval_ms : 0;

    if (round_trip_ms > 0)
        slow += (uint64_t)(2 * round_trip_ms);
    return slow > ANSWER_LIMIT_MS ? slow : ANSWER_LIMIT_MS;
}

uint64_t answer_overdue_s(const struct pending_answer *a, uint64_t now_ms)
{
    if (!a->pending || now_ms < a->since_ms || now_ms - a->since_ms < a->limit_ms)
        return 0;
    return (now_ms - a->since_ms) / 1000;
}

uint64_t answer_overdue_next_ms(const struct pending_answer *a, uint64_t now_ms)
{
    uint64_t first = a->since_ms + a->limit_ms;

    if (!a->pending)
        return OVERDUE_NEVER;
    if (now_ms < first)
        return first;
    return a->since_ms + ((now_ms - a->since_ms) / 1000 + 1) * 1000;
}
