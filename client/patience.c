#include "client/patience.h"

bool cure_try(struct cure *c, uint64_t now_ms)
{
    if (c->count > 0 && now_ms - c->last_ms < CURE_REST_MS)
        return false;
    c->count++;
    c->last_ms = now_ms;
    return true;
}

uint64_t debt_grace_ms(int32_t interval_ms, double round_trip_ms)
{
    uint64_t slow = interval_ms > 0 ? 2 * (uint64_t)interval_ms : 0;

    if (round_trip_ms > 0)
        slow += (uint64_t)(2 * round_trip_ms);
    return slow > SILENCE_MS ? slow : SILENCE_MS;
}

uint64_t debt_silence_s(const struct debt *d, uint64_t now_ms)
{
    if (!d->owed || now_ms < d->since_ms || now_ms - d->since_ms < d->grace_ms)
        return 0;
    return (now_ms - d->since_ms) / 1000;
}

uint64_t debt_next_ms(const struct debt *d, uint64_t now_ms)
{
    uint64_t first = d->since_ms + d->grace_ms;

    if (!d->owed)
        return PATIENCE_NEVER;
    if (now_ms < first)
        return first;
    return d->since_ms + ((now_ms - d->since_ms) / 1000 + 1) * 1000;
}
