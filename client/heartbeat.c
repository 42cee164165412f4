#include "client/heartbeat.h"

#include <stddef.h>

#include "base/num.h"

void heartbeat_heard(struct heartbeat *h, uint64_t now_ms)
{
    h->heard_ms = now_ms;
}

void heartbeat_asked(struct heartbeat *h, uint64_t now_ms)
{
    h->asked_ms = now_ms;
}

void heartbeat_answered(struct heartbeat *h, uint64_t now_ms)
{
    h->asked_ms = 0;
    h->answered_ms = now_ms;
    heartbeat_heard(h, now_ms);
}

void heartbeat_wake(struct heartbeat *h, uint64_t now_ms)
{
    if (h->planned_ms == 0 || now_ms <= h->planned_ms + HEARTBEAT_STOPPED_MS)
        return;
    heartbeat_heard(h, now_ms);
    if (h->asked_ms != 0)
        h->asked_ms = now_ms;
}

bool heartbeat_due(const struct heartbeat *h, uint64_t now_ms)
{
    return h->asked_ms == 0 && now_ms >= h->answered_ms + HEARTBEAT_ASK_MS;
}

/* From when on both have failed to come: the answer, and anything else. */
static uint64_t quiet_from(const struct heartbeat *h)
{
    return h->heard_ms > h->asked_ms ? h->heard_ms : h->asked_ms;
}

static bool lasts(uint64_t since_ms, uint64_t ms, uint64_t now_ms)
{
    return now_ms >= since_ms + ms;
}

enum heartbeat_link heartbeat_link(const struct heartbeat *h, uint64_t now_ms)
{
    if (h->asked_ms == 0 || !lasts(h->asked_ms, HEARTBEAT_SILENT_MS, now_ms))
        return HEARTBEAT_WELL;
    if (lasts(quiet_from(h), HEARTBEAT_LOST_MS, now_ms) ||
        lasts(h->asked_ms, HEARTBEAT_ONE_WAY_MS, now_ms))
        return HEARTBEAT_LOST;
    return lasts(quiet_from(h), HEARTBEAT_SILENT_MS, now_ms) ? HEARTBEAT_SILENT
                                                             : HEARTBEAT_SLOW;
}

uint64_t heartbeat_since_ms(const struct heartbeat *h, uint64_t now_ms)
{
    return heartbeat_link(h, now_ms) == HEARTBEAT_SLOW ? h->asked_ms : h->heard_ms;
}

uint64_t heartbeat_next_ms(struct heartbeat *h, uint64_t now_ms)
{
    const uint64_t times[] = {
        h->asked_ms + HEARTBEAT_SILENT_MS,
        quiet_from(h) + HEARTBEAT_SILENT_MS,
        quiet_from(h) + HEARTBEAT_LOST_MS,
        h->asked_ms + HEARTBEAT_ONE_WAY_MS,
    };
    uint64_t next = UINT64_MAX;

    if (h->asked_ms == 0)
        next = h->answered_ms + HEARTBEAT_ASK_MS;
    for (size_t i = 0; h->asked_ms != 0 && i < sizeof(times) / sizeof(*times); i++)
        if (times[i] > now_ms)
            next = min_u64(next, times[i]);
    h->planned_ms = next;
    return next;
}
