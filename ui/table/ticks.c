/*
 * Open addressing with linear probing; the table is never more than half full. Nothing is
 * removed one by one: when room runs out, the table is built anew from what is not yet
 * forgotten.
 */
#include "ui/table/ticks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_CAP 64 /* a power of two, as all capacities */

/* Kept small: a table of all cells of a viewport is looked through for every frame. */
struct tick_entry {
    int64_t position;
    uint64_t since;
    uint32_t column;
    int8_t direction;
    bool used;
};

struct ticks {
    struct tick_entry *entries; /* owned */
    size_t n, cap;
};

struct ticks *ticks_new(void)
{
    return MEM_NEW(struct ticks);
}

void ticks_free(struct ticks *t)
{
    if (!t)
        return;
    free(t->entries);
    free(t);
}

void ticks_clear(struct ticks *t)
{
    if (t->n > 0)
        memset(t->entries, 0, t->cap * sizeof(*t->entries));
    t->n = 0;
}

static size_t hash(size_t column, int64_t position)
{
    uint64_t h = (uint64_t)position * 0x9e3779b97f4a7c15u ^ (uint64_t)column << 32;

    h ^= (uint64_t)column;
    h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
    return (size_t)(h ^ h >> 32);
}

/* The cell's entry, or the free one where it belongs. There is always a free one. */
static struct tick_entry *find(const struct ticks *t, size_t column, int64_t position)
{
    size_t i = hash(column, position) & (t->cap - 1);

    while (t->entries[i].used &&
           (t->entries[i].column != column || t->entries[i].position != position))
        i = (i + 1) & (t->cap - 1);
    return &t->entries[i];
}

static bool is_over(const struct tick_entry *e, uint64_t now)
{
    return !e->used || now - e->since >= TICKS_GONE_MS;
}

static size_t living(const struct ticks *t, uint64_t now)
{
    size_t n = 0;

    for (size_t i = 0; i < t->cap; i++)
        n += !is_over(&t->entries[i], now);
    return n;
}

/* Forgets what is over and makes room for one more; false when TICKS_MAX are alive. */
static bool make_room(struct ticks *t, uint64_t now)
{
    struct ticks old = *t;
    size_t alive;

    if (t->n + 1 <= t->cap / 2)
        return true;
    alive = living(t, now);
    if (alive >= TICKS_MAX)
        return false;
    t->n = 0;
    t->cap = FIRST_CAP;
    while (t->cap < 4 * alive) /* half of the new one stays free for what is to come */
        t->cap *= 2;
    t->entries = MEM_ARRAY(struct tick_entry, t->cap);
    for (size_t i = 0; i < old.cap; i++) {
        if (is_over(&old.entries[i], now))
            continue;
        *find(t, old.entries[i].column, old.entries[i].position) = old.entries[i];
        t->n++;
    }
    free(old.entries);
    return true;
}

void ticks_add(struct ticks *t, size_t column, int64_t position, int direction,
               uint64_t now)
{
    struct tick_entry *e;

    if (column > UINT32_MAX || !make_room(t, now))
        return;
    e = find(t, column, position);
    if (!e->used)
        t->n++;
    *e = (struct tick_entry){position, now, (uint32_t)column, (int8_t)direction, true};
}

void ticks_move(struct ticks *t, ticks_where *where, const void *ctx)
{
    struct tick_entry *old = t->entries;

    if (t->n == 0)
        return;
    t->n = 0;
    t->entries = MEM_ARRAY(struct tick_entry, t->cap);
    for (size_t i = 0; i < t->cap; i++) {
        int64_t to = old[i].used ? where(ctx, old[i].position) : -1;

        if (to < 0)
            continue;
        old[i].position = to;
        *find(t, old[i].column, to) = old[i];
        t->n++;
    }
    free(old);
}

struct tick ticks_look(const struct ticks *t, size_t column, int64_t position, uint64_t now)
{
    const struct tick_entry *e;

    if (t->n == 0)
        return (struct tick){TICK_NONE, 0};
    e = find(t, column, position);
    if (is_over(e, now))
        return (struct tick){TICK_NONE, 0};
    return (struct tick){now - e->since < TICKS_FRESH_MS ? TICK_FRESH : TICK_FADING,
                         e->direction};
}

uint64_t ticks_next(const struct ticks *t, uint64_t now, ticks_visible *visible,
                    const void *ctx)
{
    uint64_t next = TICKS_NEVER;

    for (size_t i = 0; t->n > 0 && i < t->cap; i++) {
        const struct tick_entry *e = &t->entries[i];
        uint64_t step;

        if (is_over(e, now))
            continue;
        step =
            e->since + (now - e->since < TICKS_FRESH_MS ? TICKS_FRESH_MS : TICKS_GONE_MS);
        if (step < next && (!visible || visible(ctx, e->column, e->position)))
            next = step;
    }
    return next;
}
