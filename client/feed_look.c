#include "client/feed.h"
#include "client/feed_parts.h"

bool feed_waits(const struct feed *f, uint64_t *due_ms)
{
    return comeback_waits(f->comeback, due_ms);
}

bool feed_suspended(const struct feed *f)
{
    return f->suspended;
}

const struct viewport *feed_asked(const struct feed *f)
{
    return &f->asked;
}

int32_t feed_interval(const struct feed *f)
{
    return f->current->interval_ms;
}

bool feed_reloading(const struct feed *f)
{
    return f->log || (f->replacing && (f->coming || f->applying));
}

const struct pacer *feed_pacer(const struct feed *f)
{
    return f->pacer;
}

struct window feed_window(const struct feed *f)
{
    return stream_window(f->current, table_schema(f->table));
}

struct table *feed_table(const struct feed *f)
{
    return f->table;
}

const struct table_state *feed_state(const struct feed *f)
{
    return table_state(f->table);
}

bool feed_ended(const struct feed *f)
{
    return is_over(f);
}

bool feed_settled(const struct feed *f)
{
    return table_schema(f->table) && covers(f, f->current) &&
           subscription_settled(f->current->subscription);
}

uint64_t feed_resubscriptions(const struct feed *f, const struct err **why)
{
    if (why && f->resubscriptions.count > 0)
        *why = &f->resubscribed_why;
    return f->resubscriptions.count;
}

struct pending_answer feed_pending(const struct feed *f)
{
    struct pending_answer a = {
        .limit_ms = answer_limit_ms(f->options.interval_ms,
                                    session_longest_round_trip_ms(session_of(f)))};

    if (!is_served(f) || !is_ready(f))
        return a;
    stream_add_pending(f->current, &a);
    stream_add_pending(f->next, &a);
    return a;
}
