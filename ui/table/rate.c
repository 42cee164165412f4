#include "ui/table/rate.h"

#include <stdio.h>

#define SAMPLE_MS                                                                          \
    (RATE_SPAN_MS / (RATE_SAMPLES - 2)) /* lumps closer than this are joined */

static const struct rate_sample *sample(const struct rate *r, size_t i)
{
    return &r->samples[(r->first + i) % RATE_SAMPLES];
}

/* The first sample that still counts. */
static size_t recent(const struct rate *r, uint64_t now)
{
    size_t i = 0;

    while (i < r->n && now - sample(r, i)->time >= RATE_SPAN_MS)
        i++;
    return i;
}

void rate_add(struct rate *r, uint64_t amount, uint64_t now)
{
    size_t old = recent(r, now);
    struct rate_sample *last;

    r->first = (r->first + old) % RATE_SAMPLES;
    r->n -= old;
    last = &r->samples[(r->first + r->n + RATE_SAMPLES - 1) % RATE_SAMPLES];
    if (r->n > 0 && (now - last->time < SAMPLE_MS || r->n == RATE_SAMPLES)) {
        last->amount += amount;
        return;
    }
    r->samples[(r->first + r->n) % RATE_SAMPLES] = (struct rate_sample){now, amount};
    r->n++;
}

/* The first sample only starts the clock: what it counts came in a time that is not known.
 */
uint64_t rate_per_second(const struct rate *r, uint64_t now)
{
    size_t i = recent(r, now);
    uint64_t sum = 0, span;

    if (r->n < i + 2)
        return 0;
    span = sample(r, r->n - 1)->time - sample(r, i)->time;
    for (size_t k = i + 1; k < r->n; k++)
        sum += sample(r, k)->amount;
    if (sum == 0 || span == 0)
        return 0;
    sum = (uint64_t)((double)sum * 1000 / (double)span + 0.5);
    return sum > 0 ? sum : 1;
}

uint64_t rate_next(const struct rate *r, uint64_t now)
{
    if (rate_per_second(r, now) == 0)
        return RATE_NEVER;
    return sample(r, r->n - 2)->time + RATE_SPAN_MS;
}

/* --- a slow terminal --- */

void slow_skip(struct slow *s, uint64_t now)
{
    if (s->skipped == 0 || now - s->last >= SLOW_OVER_MS)
        *s = (struct slow){.since = now};
    s->last = now;
    s->skipped++;
}

uint64_t slow_frames(const struct slow *s, uint64_t now)
{
    bool lasted = s->last - s->since >= SLOW_AFTER_MS;

    return lasted && now - s->last < SLOW_OVER_MS ? s->skipped : 0;
}

uint64_t slow_next(const struct slow *s, uint64_t now)
{
    return slow_frames(s, now) > 0 ? s->last + SLOW_OVER_MS : RATE_NEVER;
}

/* --- the update interval --- */

/* Halves and doubles of a second, as whole milliseconds. */
static const int32_t ladder[] = {15,   31,   62,   125,   250,   500,  INTERVAL_OWN_MS,
                                 2000, 4000, 8000, 16000, 32000, 64000};
#define LADDER_LEN (sizeof(ladder) / sizeof(*ladder))

static int32_t one_step(int32_t ms, bool faster)
{
    size_t i = 0;

    ms = ms == 0 ? INTERVAL_OWN_MS : ms;
    while (i < LADDER_LEN && (faster ? ladder[i] < ms : ladder[i] <= ms))
        i++;
    if (faster)
        ms = i > 0 ? ladder[i - 1] : ms;
    else
        ms = i < LADDER_LEN ? ladder[i] : ms;
    return ms == INTERVAL_OWN_MS ? 0 : ms; /* shared with the server's other clients */
}

int32_t interval_step(int32_t now_ms, int steps)
{
    for (int i = 0; i < (steps < 0 ? -steps : steps) && i < 16; i++)
        now_ms = one_step(now_ms, steps > 0);
    return now_ms;
}

void interval_text(int32_t interval_ms, char *out, size_t size)
{
    if (interval_ms == 0)
        (void)snprintf(out, size, "updates at the server's own interval");
    else if (interval_ms % 1000 == 0)
        (void)snprintf(out, size, "an update every %d s at most", interval_ms / 1000);
    else
        (void)snprintf(out, size, "an update every %d ms at most", interval_ms);
}
