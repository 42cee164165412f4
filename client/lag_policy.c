#include "client/lag_policy.h"

#include <stddef.h>

#include "base/num.h"

#define OWN_MS 1000    /* protocol: barrage.minUpdateInterval, for an interval of 0 */
#define STOPPED_MS 500 /* later than planned by more: the program was stopped */

static const int32_t ladder[] = {1000, 2000, 5000, 10000};
#define RUNGS (sizeof(ladder) / sizeof(*ladder))
#define SLOWEST_MS (ladder[RUNGS - 1])

/* --- the ladder --- */

static int32_t in_force(const struct lag *p, int32_t interval_ms)
{
    int32_t wanted = interval_ms == 0 ? OWN_MS : interval_ms;

    return p->least_ms > wanted ? p->least_ms : wanted;
}

static int32_t slower(const struct lag *p, int32_t interval_ms)
{
    for (size_t i = 0; i < RUNGS; i++)
        if (ladder[i] > in_force(p, interval_ms))
            return ladder[i];
    return p->least_ms;
}

static int32_t faster(const struct lag *p, int32_t interval_ms)
{
    for (size_t i = RUNGS; i-- > 0;)
        if (ladder[i] < p->least_ms)
            return ladder[i] > in_force(&(struct lag){0}, interval_ms) ? ladder[i] : 0;
    return 0;
}

/* --- what is known --- */

void lag_began(struct lag *p, uint64_t now_ms)
{
    p->running = true;
    p->busy = p->heavy = false;
    p->answered_ms = p->current_ms = now_ms;
    p->probed_ms = p->age_ms = 0;
}

void lag_over(struct lag *p)
{
    p->running = false;
    p->probed_ms = p->age_ms = 0;
}

void lag_forget(struct lag *p)
{
    p->least_ms = 0;
    p->raised_ms = p->hold_ms = 0;
}

static uint64_t beyond(uint64_t ms, uint64_t trip_ms)
{
    return ms > trip_ms ? ms - trip_ms : 0;
}

void lag_update(struct lag *p, bool answer, bool heavy, uint64_t now_ms)
{
    if (!answer) {
        p->busy = true;
        p->heavy = heavy;
        return;
    }
    if (p->probed_ms == 0)
        return; /* to another request */
    p->age_ms = lag_late_ms(p, now_ms);
    p->probed_ms = 0;
    p->busy = p->heavy = false;
    p->answered_ms = now_ms;
    if (p->age_ms >= LAG_LATE_MS)
        p->current_ms = now_ms;
}

void lag_probed(struct lag *p, double trip_ms, uint64_t now_ms)
{
    p->probed_ms = now_ms;
    p->trip_ms = trip_ms > 0 ? (uint64_t)trip_ms : 0;
    p->age_ms = 0;
}

uint64_t lag_late_ms(const struct lag *p, uint64_t now_ms)
{
    return p->probed_ms != 0 ? beyond(now_ms - p->probed_ms, p->trip_ms) : p->age_ms;
}

bool lag_is_behind(const struct lag *p, uint64_t now_ms)
{
    return p->running && lag_late_ms(p, now_ms) >= LAG_BEHIND_MS;
}

/* --- what is to be done --- */

static uint64_t wait_ms(const struct lag *p)
{
    if (p->heavy || p->age_ms >= LAG_BEHIND_MS)
        return LAG_HEAVY_MS;
    return p->busy ? LAG_BUSY_MS : LAG_QUIET_MS;
}

static uint64_t limit_ms(const struct lag *p, int32_t interval_ms)
{
    return in_force(p, interval_ms) < SLOWEST_MS ? LAG_LATE_MS : LAG_ANEW_MS;
}

static uint64_t hold_ms(const struct lag *p)
{
    return p->hold_ms != 0 ? p->hold_ms : LAG_HOLD_MS;
}

enum lag_step lag_next(const struct lag *p, int32_t interval_ms, uint64_t now_ms)
{
    if (!p->running)
        return LAG_STAY;
    if (p->probed_ms != 0)
        return lag_late_ms(p, now_ms) >= limit_ms(p, interval_ms) ? LAG_SLOWER : LAG_STAY;
    if (p->least_ms != 0 && now_ms >= p->current_ms + hold_ms(p))
        return LAG_FASTER;
    return now_ms >= p->answered_ms + wait_ms(p) ? LAG_PROBE : LAG_STAY;
}

bool lag_change(struct lag *p, enum lag_step step, int32_t interval_ms, uint64_t now_ms)
{
    int32_t before = p->least_ms;

    p->current_ms = now_ms;
    if (step == LAG_FASTER) {
        p->least_ms = faster(p, interval_ms);
        p->raised_ms = now_ms;
    } else {
        p->least_ms = slower(p, interval_ms);
        if (p->raised_ms != 0 && now_ms - p->raised_ms < LAG_HOLD_MS)
            p->hold_ms = min_u64(2 * hold_ms(p), LAG_HOLD_MAX_MS);
        p->running = false; /* and the picture stays late until another stream has begun */
    }
    return p->least_ms != before;
}

uint64_t lag_next_ms(struct lag *p, int32_t interval_ms)
{
    uint64_t next = LAG_NEVER;

    if (p->running && p->probed_ms != 0) {
        next = p->probed_ms + p->trip_ms + limit_ms(p, interval_ms);
    } else if (p->running) {
        next = p->answered_ms + wait_ms(p);
        if (p->least_ms != 0)
            next = min_u64(next, p->current_ms + hold_ms(p));
    }
    p->planned_ms = next;
    return next;
}

void lag_wake(struct lag *p, uint64_t now_ms)
{
    if (p->probed_ms != 0 && beyond(now_ms, p->planned_ms) > STOPPED_MS)
        p->probed_ms = now_ms;
}

uint64_t lag_late_next_ms(const struct lag *p, uint64_t now_ms)
{
    uint64_t late = lag_late_ms(p, now_ms);

    if (p->probed_ms == 0)
        return LAG_NEVER;
    return now_ms + (late < LAG_LATE_MS ? LAG_LATE_MS - late : 1000 - late % 1000);
}
