#include "demo/viewport_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct rowset *viewport_rows_existing(const struct rowset *viewport, int64_t table_size)
{
    struct rowset *table =
        table_size > 0 ? rowset_new_range(0, table_size - 1) : rowset_new();
    struct rowset *existing = rowset_intersect(viewport, table);

    rowset_free(table);
    return existing;
}

void viewport_rows_take(const struct demo_table *t, const struct world *w, int64_t at_ms,
                        const struct rowset *viewport, bool reverse,
                        struct viewport_rows *out)
{
    int64_t size = table_size(t, w, at_ms);
    struct rowset *existing = viewport_rows_existing(viewport, size);
    struct rowset_iter it = rowset_iter(existing);
    size_t n = (size_t)rowset_count(existing);
    int64_t position;

    out->n = n;
    out->ids = MEM_ARRAY(int64_t, n);
    for (size_t i = 0; rowset_next(&it, &position); i++) {
        if (reverse) /* ascending table order all the same */
            out->ids[n - 1 - i] = table_id_at(t, w, size - 1 - position, at_ms);
        else
            out->ids[i] = table_id_at(t, w, position, at_ms);
    }
    rowset_free(existing);
}

void viewport_rows_release(struct viewport_rows *w)
{
    free(w->ids);
    *w = (struct viewport_rows){0};
}

/* --- delta --- */

struct row_place {
    int64_t id;
    size_t index; /* in the old list */
};

static int by_id(const void *a, const void *b)
{
    const struct row_place *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

#define NOWHERE SIZE_MAX

/* For each row of the new list its index in the old one, or NOWHERE. Owned. */
static size_t *find_old(const struct viewport_rows *before,
                        const struct viewport_rows *after)
{
    struct row_place *places = MEM_ARRAY(struct row_place, before->n);
    size_t *old = MEM_ARRAY(size_t, after->n);
    bool sorted = true;

    for (size_t i = 0; i < before->n; i++) {
        places[i] = (struct row_place){before->ids[i], i};
        sorted = sorted && (i == 0 || before->ids[i - 1] < before->ids[i]);
    }
    if (!sorted)
        qsort(places, before->n, sizeof(*places), by_id);
    for (size_t i = 0; i < after->n; i++) {
        struct row_place key = {after->ids[i], 0};
        const struct row_place *p =
            before->n ? bsearch(&key, places, before->n, sizeof(*places), by_id) : NULL;

        old[i] = p ? p->index : NOWHERE;
    }
    free(places);
    return old;
}

/* Leaves in old only a longest ascending run of indexes, not necessarily adjacent: the rows
 * that can stay without changing places. Patience sorting, O(n log n). */
static void keep_ascending(size_t *old, size_t n)
{
    size_t *tail = MEM_ARRAY(size_t, n); /* tail[k]: new index that ends a run of k + 1 */
    size_t *from = MEM_ARRAY(size_t, n); /* new index before it in that run */
    size_t longest = 0, keep;

    for (size_t i = 0; i < n; i++) {
        size_t low = 0, high = longest;

        if (old[i] == NOWHERE)
            continue;
        while (low < high) {
            size_t mid = low + (high - low) / 2;

            if (old[tail[mid]] < old[i])
                low = mid + 1;
            else
                high = mid;
        }
        from[i] = low > 0 ? tail[low - 1] : NOWHERE;
        tail[low] = i;
        if (low == longest)
            longest++;
    }
    keep = longest > 0 ? tail[longest - 1] : NOWHERE;
    for (size_t i = n; i-- > 0;) {
        if (i == keep)
            keep = from[i];
        else
            old[i] = NOWHERE;
    }
    free(tail);
    free(from);
}

static struct rowset *all_of(size_t n)
{
    return n ? rowset_new_range(0, (int64_t)n - 1) : rowset_new();
}

void viewport_delta(const struct viewport_rows *before, const struct viewport_rows *after,
                    bool renew, struct viewport_delta *out)
{
    size_t *old;

    out->removed = all_of(before->n);
    out->added = rowset_new();
    if (renew) {
        rowset_free(out->added);
        out->added = all_of(after->n);
        return;
    }
    if (before->n == after->n &&
        (after->n == 0 ||
         memcmp(before->ids, after->ids, after->n * sizeof(*after->ids)) == 0)) {
        rowset_clear(out->removed);
        return;
    }
    old = find_old(before, after);
    keep_ascending(old, after->n);
    rowset_clear(out->removed);
    size_t next = 0; /* old rows below are dealt with */
    for (size_t i = 0; i < after->n; i++) {
        if (old[i] == NOWHERE) {
            rowset_add(out->added, (int64_t)i, (int64_t)i);
            continue;
        }
        if (old[i] > next)
            rowset_add(out->removed, (int64_t)next, (int64_t)old[i] - 1);
        next = old[i] + 1;
    }
    if (next < before->n)
        rowset_add(out->removed, (int64_t)next, (int64_t)before->n - 1);
    free(old);
}

void viewport_delta_release(struct viewport_delta *d)
{
    rowset_free(d->removed);
    rowset_free(d->added);
    *d = (struct viewport_delta){0};
}

struct rowset *viewport_rows_modified(const struct demo_table *t, const struct world *w,
                                      const struct viewport_rows *after,
                                      const struct rowset *added, size_t column,
                                      int64_t before_ms, int64_t after_ms)
{
    struct rowset *modified = rowset_new();
    struct rowset *all = all_of(after->n);
    struct rowset *kept = rowset_subtract(all, added);
    struct rowset_iter it = rowset_iter(kept);
    int64_t i;

    while (table_cells_change(t) && before_ms != after_ms && rowset_next(&it, &i)) {
        if (table_version(t, w, after->ids[i], column, before_ms) !=
            table_version(t, w, after->ids[i], column, after_ms))
            rowset_add(modified, i, i);
    }
    rowset_free(all);
    rowset_free(kept);
    return modified;
}
