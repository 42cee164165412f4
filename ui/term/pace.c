#include "ui/term/pace.h"

/* From when on another frame may be drawn. */
static uint64_t allowed(const struct pace *p, enum pace_reason reason)
{
    uint64_t frames = reason == PACE_KEY ? PACE_BURST + PACE_RESERVE : PACE_BURST;
    uint64_t ahead = (frames - 1) * PACE_FRAME_NS;

    return p->over > ahead ? p->over - ahead : 0;
}

uint64_t pace_want(struct pace *p, enum pace_reason reason, uint64_t now)
{
    uint64_t at = allowed(p, reason);

    if (now >= at)
        at = now;
    else if (reason == PACE_DATA && at < now + PACE_FRAME_NS)
        at = now + PACE_FRAME_NS; /* what comes before may take it along */
    if (!p->due || at < p->at)
        p->at = at;
    p->due = true;
    return p->at;
}

void pace_frame(struct pace *p, uint64_t now)
{
    uint64_t latest = now + (PACE_BURST + PACE_RESERVE) * PACE_FRAME_NS;

    p->due = false;
    p->over = (p->over > now ? p->over : now) + PACE_FRAME_NS;
    if (p->over > latest) /* frames came early: later ones are not to pay for them */
        p->over = latest;
}
