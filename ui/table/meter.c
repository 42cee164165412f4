#include "ui/table/meter.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "ui/table/grid.h"
#include "ui/term/theme.h"

static void count(struct rate *r, uint64_t *last, uint64_t total, uint64_t now_ms)
{
    uint64_t more = total >= *last ? total - *last : total;

    if (more > 0)
        rate_add(r, more, now_ms);
    *last = total;
}

void meter_take(struct meter *m, const struct meter_totals *t, uint64_t now_ms)
{
    if (t->bytes != m->last.bytes && t->bytes > 0) {
        m->heard = true;
        m->heard_ms = now_ms;
    }
    count(&m->updates, &m->last.updates, t->updates, now_ms);
    count(&m->bytes, &m->last.bytes, t->bytes, now_ms);
    count(&m->frames, &m->last.frames, t->frames, now_ms);
    count(&m->terminal, &m->last.terminal_bytes, t->terminal_bytes, now_ms);
    m->last.dropped = t->dropped;
    m->last.resubscriptions = t->resubscriptions;
}

bool meter_age(const struct meter *m, uint64_t now_ms, uint64_t *ms)
{
    if (!m->heard)
        return false;
    *ms = now_ms > m->heard_ms ? now_ms - m->heard_ms : 0;
    return true;
}

static void add(struct pager *p, const char *label, const char *text)
{
    (void)pager_add(p, label, bytes_of(text), STYLE_DEFAULT);
}

static const char *number(uint64_t n, char out[NUMBER_LEN])
{
    return number_grouped(n < INT64_MAX ? (int64_t)n : INT64_MAX, out);
}

static void add_rate(struct pager *p, const char *label, const struct rate *r,
                     uint64_t total, uint64_t now_ms)
{
    char a[NUMBER_LEN], b[NUMBER_LEN], text[3 * NUMBER_LEN];

    (void)snprintf(text, sizeof(text), "%s/s   %s in all",
                   number(rate_per_second(r, now_ms), a), number(total, b));
    add(p, label, text);
}

static void add_round_trip(struct pager *p, const struct meter_link *link)
{
    char text[96] = "not measured yet";

    if (link->round_trip_ms >= 0)
        (void)snprintf(text, sizeof(text), "%.1f ms   newest %.1f ms", link->round_trip_ms,
                       link->newest_ms);
    add(p, "round trip", text);
}

static void add_age(const struct meter *m, struct pager *p, uint64_t now_ms)
{
    char text[64] = "none yet";
    uint64_t ms;

    if (meter_age(m, now_ms, &ms))
        (void)snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 " s ago", ms / 1000,
                       ms % 1000 / 100);
    add(p, "last word", text);
}

void meter_fill(const struct meter *m, const struct meter_link *link, uint64_t now_ms,
                struct pager *p)
{
    char n[NUMBER_LEN];

    add_round_trip(p, link);
    add_age(m, p, now_ms);
    add_rate(p, "updates", &m->updates, m->last.updates, now_ms);
    add_rate(p, "bytes in", &m->bytes, m->last.bytes, now_ms);
    add(p, "resubscribed", number(m->last.resubscriptions, n));
    add_rate(p, "frames", &m->frames, m->last.frames, now_ms);
    add(p, "dropped", number(m->last.dropped, n));
    add_rate(p, "bytes out", &m->terminal, m->last.terminal_bytes, now_ms);
}
