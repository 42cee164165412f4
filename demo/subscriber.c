#include "demo/subscriber.h"

#include <stdlib.h>

#include "base/mem.h"

struct subscriber {
    const struct selection *view;
    const struct world *world;
    struct outgoing_options options;
    uint64_t cells;

    /* What the client has been sent. */
    struct rowset *viewport, *columns;
    bool reverse;
    struct viewport_rows rows; /* that the client holds */
    int64_t at_ms, stamp;
    bool started;

    /* What it asked for last. */
    struct rowset *want_viewport, *want_columns;
    bool want_reverse, growing;
};

struct subscriber *subscriber_new(const struct selection *view, const struct world *w,
                                  const struct outgoing_options *o, uint64_t cells)
{
    struct subscriber *s = MEM_NEW(struct subscriber);

    s->view = view;
    s->world = w;
    s->options = *o;
    s->cells = cells;
    s->viewport = rowset_new();
    s->columns = rowset_new();
    s->want_viewport = rowset_new();
    s->want_columns = rowset_new();
    return s;
}

void subscriber_free(struct subscriber *s)
{
    if (!s)
        return;
    rowset_free(s->viewport);
    rowset_free(s->columns);
    rowset_free(s->want_viewport);
    rowset_free(s->want_columns);
    viewport_rows_release(&s->rows);
    free(s);
}

void subscriber_request(struct subscriber *s, struct rowset *viewport,
                        struct rowset *columns, bool reverse)
{
    rowset_free(s->want_viewport);
    rowset_free(s->want_columns);
    s->want_viewport = viewport;
    s->want_columns = columns;
    s->want_reverse = reverse;
    s->growing = true;
}

bool subscriber_growing(const struct subscriber *s)
{
    return s->growing;
}

/* Makes the update from the rows that the client holds to those at at_ms, and holds these.
 */
static struct outgoing *step(struct subscriber *s, int64_t at_ms, bool is_snapshot,
                             bool renew)
{
    const struct demo_table *t = s->view->table;
    struct viewport_delta delta;
    struct viewport_rows after;
    struct outgoing *out;

    viewport_rows_take(t, s->world, at_ms, s->viewport, s->reverse, &after);
    if (t->is_blink && !s->started) /* protocol: a blink table's first snapshot is empty */
        after.n = 0;
    viewport_delta(&s->rows, &after, renew, &delta);
    out = outgoing_new(
        s->view, s->world, &s->options,
        &(struct outgoing_update){.at_ms = at_ms,
                                  .is_snapshot = is_snapshot,
                                  .viewport = s->viewport,
                                  .reverse = s->reverse,
                                  .columns = s->columns,
                                  .after = &after,
                                  .delta = &delta,
                                  .has_modified = s->started && at_ms != s->at_ms,
                                  .before_ms = s->at_ms,
                                  .table_size = table_size(t, s->world, at_ms)});
    viewport_delta_release(&delta);
    viewport_rows_release(&s->rows);
    s->rows = after;
    s->at_ms = at_ms;
    s->stamp = table_stamp(t, s->world, at_ms);
    return out;
}

/* Rows that one round may add. protocol: cells / columns; at least one here, so that wide
 * requests end as well. */
static uint64_t round_rows(const struct subscriber *s)
{
    uint64_t columns = rowset_count(s->want_columns);
    uint64_t rows = s->cells / (columns ? columns : 1);

    return rows ? rows : 1;
}

/* The part of the wanted viewport that the next round covers, given the part covered now.
 * Owned. Positions past the end count as covered. */
static struct rowset *next_cover(const struct subscriber *s, const struct rowset *now,
                                 int64_t table_size)
{
    struct rowset *kept = rowset_intersect(now, s->want_viewport);
    struct rowset *missing = rowset_subtract(s->want_viewport, kept);
    struct rowset *existing = viewport_rows_existing(missing, table_size);
    uint64_t rows = round_rows(s);
    struct rowset *cover;

    if (rowset_count(existing) <= rows) {
        cover = rowset_copy(s->want_viewport);
    } else {
        struct rowset *first = rowset_new_range(0, (int64_t)rows - 1);
        struct rowset *more = rowset_keys_at(existing, first);

        cover = rowset_union(kept, more);
        rowset_free(first);
        rowset_free(more);
    }
    rowset_free(kept);
    rowset_free(missing);
    rowset_free(existing);
    return cover;
}

static struct outgoing *next_round(struct subscriber *s, int64_t at_ms)
{
    const struct demo_table *t = s->view->table;
    bool renew = s->reverse != s->want_reverse ||
                 !rowset_contains(s->columns, s->want_columns) ||
                 t->shape == TABLE_VIEW; /* protocol: of a tree all rows come anew */
    struct rowset *none = rowset_new();
    struct rowset *cover =
        next_cover(s, renew ? none : s->viewport, table_size(t, s->world, at_ms));
    struct outgoing *out;

    rowset_free(none);
    rowset_free(s->viewport);
    rowset_free(s->columns);
    s->viewport = cover;
    s->columns = rowset_copy(s->want_columns);
    s->reverse = s->want_reverse;
    s->growing = !rowset_equal(s->viewport, s->want_viewport);
    out = step(s, at_ms, true, renew);
    s->started = true;
    return out;
}

struct outgoing *subscriber_repeat(struct subscriber *s, int64_t at_ms)
{
    return s->growing ? next_round(s, at_ms) : step(s, at_ms, false, false);
}

struct outgoing *subscriber_next(struct subscriber *s, int64_t at_ms)
{
    if (s->started && table_stamp(s->view->table, s->world, at_ms) != s->stamp)
        return step(s, at_ms, false, s->view->table->is_blink);
    return s->growing ? next_round(s, at_ms) : NULL;
}
