/*
 * model/update_plan.c - row sets that say what an update does to the slots of a column.
 *
 * Both modes come down to the same column steps: delete `gone`, then in one splice delete
 * `replaced` and fill `filled`, then overwrite the modified slots, then delete `uncovered`.
 * In viewport mode only some of them are needed, since row sets are indexes of held rows
 * already; in key mode the keys become positions within the held keys. Removes come before
 * shifts, shifts before adds (protocol: order of a Barrage update), so the keys that are
 * held are followed through these steps, and each set is taken where it is true.
 */
#include "model/update_plan.h"

#include <inttypes.h>

#include "base/mem.h"

/* Slots without data that an update may create: they cost memory that no data paid for. */
#define UPDATE_MAX_ABSENT ((uint64_t)16 << 20)

static uint64_t data_length(struct column *const *data, size_t c)
{
    return data[c] ? column_length(data[c]) : 0;
}

/* --- checks that both modes share --- */

static enum err_code plan_columns(const struct held *h, const struct update *u,
                                  struct update_plan *p, struct err *e)
{
    size_t n = h->schema->n_columns;

    if (u->n_columns != n)
        return err_set(e, ERR_PROTO, "update for %zu columns, the table has %zu",
                       u->n_columns, n);
    if (!u->is_snapshot)
        p->columns = rowset_copy(h->columns);
    else if (u->columns)
        p->columns = rowset_copy(u->columns);
    else
        p->columns = n ? rowset_new_range(0, (int64_t)n - 1) : rowset_new();
    if (rowset_last(p->columns) >= (int64_t)n)
        return err_set(e, ERR_PROTO, "effective column %" PRId64 ", the table has %zu",
                       rowset_last(p->columns), n);
    return ERR_OK;
}

static enum err_code check_modified(const struct update *u, size_t c, struct err *e)
{
    const struct rowset *set = u->modified[c];
    uint64_t want = set ? rowset_count(set) : 0;
    uint64_t have = data_length(u->modified_data, c);

    if (want != have)
        return err_set(e, ERR_PROTO,
                       "column %zu has %" PRIu64 " modified rows and data for %" PRIu64, c,
                       want, have);
    return ERR_OK;
}

/* Every effective column brings exactly the rows announced. */
static enum err_code check_data(const struct update *u, const struct update_plan *p,
                                struct err *e)
{
    uint64_t want = rowset_count(p->filled);
    struct rowset_iter it = rowset_iter(p->columns);
    int64_t c;

    while (rowset_next(&it, &c)) {
        uint64_t have = data_length(u->added_data, (size_t)c);

        if (want != have)
            return err_set(e, ERR_PROTO,
                           "column %" PRId64 " has data for %" PRIu64
                           " added rows of %" PRIu64,
                           c, have, want);
        TRY(check_modified(u, (size_t)c, e));
    }
    return ERR_OK;
}

/* Columns that become effective start with absent slots in place of the surviving rows. */
static enum err_code check_absent(const struct held *h, const struct update_plan *p,
                                  struct err *e)
{
    struct rowset *fresh = rowset_subtract(p->columns, h->columns);
    uint64_t n = rowset_count(fresh);

    rowset_free(fresh);
    if (n && p->kept > UPDATE_MAX_ABSENT / n)
        return err_set(e, ERR_LIMIT,
                       "%" PRIu64 " new columns for %" PRIu64 " rows without data", n,
                       p->kept);
    return ERR_OK;
}

/* The fewest rows the table can have when the rows of the plan are part of it. */
static int64_t least_size(const struct update_plan *p)
{
    int64_t last;

    if (p->keys)
        return (int64_t)p->n_held;
    last = p->n_held ? rowset_key_at(p->covers, p->n_held - 1) : -1;
    return last < INT64_MAX ? last + 1 : INT64_MAX;
}

static enum err_code plan_size(const struct held *h, const struct update *u,
                               struct update_plan *p, struct err *e)
{
    int64_t known;

    if (p->keys && rowset_count(p->keys) > INT64_MAX)
        return err_set(e, ERR_PROTO, "more than 2^63 - 1 row keys");
    known = least_size(p);
    if (u->table_size < -1)
        return err_set(e, ERR_MISFIT, "table of %" PRId64 " rows", u->table_size);
    if (u->table_size >= 0 && u->table_size < known && !h->schema->is_blink)
        return err_set(e, ERR_MISFIT,
                       "table of %" PRId64 " rows, %" PRId64 " of them here or above",
                       u->table_size, known);
    if (p->keys)
        p->table_size = (int64_t)rowset_count(p->keys);
    else if (u->table_size >=
             0) /* a blink table's told size can be that between two cycles */
        p->table_size = u->table_size > known ? u->table_size : known;
    else
        p->table_size = h->table_size > known ? h->table_size : known;
    return ERR_OK;
}

/* --- viewport mode --- */

static enum err_code check_viewport_form(const struct update *u, struct err *e)
{
    if (!shift_empty(u->shift))
        return err_set(e, ERR_PROTO, "shifts in an update of a viewport");
    if (u->included && !rowset_equal(u->included, u->added))
        return err_set(e, ERR_PROTO, "added rows without data in an update of a viewport");
    if (u->is_snapshot && !u->viewport)
        return err_set(e, ERR_PROTO, "snapshot of a subscription without a viewport");
    return ERR_OK;
}

static enum err_code check_viewport_modified(const struct update *u,
                                             const struct update_plan *p, struct err *e)
{
    struct rowset_iter it = rowset_iter(p->columns);
    int64_t c;

    while (rowset_next(&it, &c)) {
        const struct rowset *set = u->modified[c];

        if (set && !rowset_empty(set) && (uint64_t)rowset_last(set) >= p->n_held)
            return err_set(e, ERR_MISFIT,
                           "modified row %" PRId64 " of %" PRIu64 " rows held",
                           rowset_last(set), p->n_held);
    }
    return ERR_OK;
}

/* protocol: a blink table that is asked for another viewport is told as empty, and goes on
 * from there, without a word of the rows that it had. */
static struct rowset *rows_gone(const struct held *h, const struct update *u)
{
    if (h->schema->is_blink && u->table_size == 0 && rowset_empty(u->added) && h->n_rows)
        return rowset_new_range(0, (int64_t)h->n_rows - 1);
    return rowset_copy(u->removed);
}

static enum err_code plan_viewport(const struct held *h, const struct update *u,
                                   struct update_plan *p, struct err *e)
{
    TRY(check_viewport_form(u, e));
    p->covers = u->is_snapshot ? u->viewport : h->viewport;
    uint64_t room = p->covers ? rowset_count(p->covers) : 0;
    uint64_t added = rowset_count(u->added);

    if (!rowset_empty(u->removed) && (uint64_t)rowset_last(u->removed) >= h->n_rows)
        return err_set(e, ERR_MISFIT, "removed row %" PRId64 " of %" PRIu64 " rows held",
                       rowset_last(u->removed), h->n_rows);
    p->replaced = rows_gone(h, u);
    p->kept = h->n_rows - rowset_count(p->replaced);
    if (room > INT64_MAX)
        room = INT64_MAX;
    if (added > room || p->kept > room - added)
        return err_set(e, ERR_MISFIT,
                       "%" PRIu64 " rows and %" PRIu64
                       " new ones in a viewport of %" PRIu64,
                       p->kept, added, room);
    p->n_held = p->kept + added;
    if (!rowset_empty(u->added) && (uint64_t)rowset_last(u->added) >= p->n_held)
        return err_set(e, ERR_MISFIT, "added row %" PRId64 " of %" PRIu64 " rows held",
                       rowset_last(u->added), p->n_held);
    p->filled = rowset_copy(u->added);
    return check_viewport_modified(u, p, e);
}

/* --- key mode --- */

/* The positions p of a reverse viewport, counted from the end of n rows, as positions. */
static struct rowset *mirrored(const struct rowset *viewport, int64_t n)
{
    struct rowset *out = rowset_new();
    size_t k;
    const struct rowrange *v = rowset_ranges(viewport, &k);

    while (k-- > 0) {
        int64_t last = v[k].last < n ? v[k].last : n - 1;

        if (v[k].first <= last)
            rowset_add(out, n - 1 - last, n - 1 - v[k].first);
    }
    return out;
}

/* Keys at the positions that the plan's viewport covers; NULL: all of them. */
static struct rowset *covered_keys(const struct update_plan *p)
{
    if (!p->covers)
        return NULL;
    if (!p->reverse)
        return rowset_keys_at(p->keys, p->covers);
    struct rowset *positions = mirrored(p->covers, (int64_t)rowset_count(p->keys));
    struct rowset *keys = rowset_keys_at(p->keys, positions);
    rowset_free(positions);
    return keys;
}

/* Both sets after the removes and shifts of the update. */
static enum err_code move_keys(const struct held *h, const struct update *u,
                               struct rowset **keys, struct rowset **held, struct err *e)
{
    struct rowset *old_keys = rowset_subtract(h->keys, u->removed);
    struct rowset *old_held = rowset_subtract(h->keys_held, u->removed);
    enum err_code rc = ERR_OK;

    *keys = *held = NULL;
    if (shift_empty(u->shift)) {
        *keys = old_keys;
        *held = old_held;
        return ERR_OK;
    }
    rc = shift_apply(u->shift, old_keys, keys, e);
    if (rc == ERR_OK)
        rc = shift_apply(u->shift, old_held, held, e);
    rowset_free(old_keys);
    rowset_free(old_held);
    return rc;
}

/* Fills in the slot steps, given the held keys after removes and shifts. */
static enum err_code plan_slots(const struct held *h, const struct update *u,
                                struct update_plan *p, const struct rowset *moved,
                                struct err *e)
{
    const struct rowset *included = u->included ? u->included : u->added;
    struct rowset *known = rowset_intersect(moved, p->keys);
    struct rowset *stay = rowset_subtract(known, included);
    struct rowset *leave = rowset_subtract(moved, stay);
    struct rowset *covered = covered_keys(p);
    enum err_code rc = ERR_OK;

    if (!rowset_contains(p->keys, included))
        rc = err_set(e, ERR_MISFIT, "data for row keys that the table does not have");
    p->kept = rowset_count(stay);
    p->gone = rowset_positions_of(h->keys_held, u->removed);
    p->replaced = rowset_positions_of(moved, leave);
    p->modifiable = rowset_union(stay, included);
    p->filled = rowset_positions_of(p->modifiable, included);
    p->held =
        covered ? rowset_intersect(p->modifiable, covered) : rowset_copy(p->modifiable);
    p->n_held = rowset_count(p->held);
    struct rowset *drop = rowset_subtract(p->modifiable, p->held);
    p->uncovered = rowset_positions_of(p->modifiable, drop);
    rowset_free(drop);
    rowset_free(known);
    rowset_free(stay);
    rowset_free(leave);
    rowset_free(covered);
    return rc;
}

static enum err_code check_key_modified(const struct update *u, const struct update_plan *p,
                                        struct err *e)
{
    struct rowset_iter it = rowset_iter(p->columns);
    int64_t c;

    while (rowset_next(&it, &c)) {
        const struct rowset *set = u->modified[c];

        if (set && !rowset_contains(p->modifiable, set))
            return err_set(e, ERR_MISFIT,
                           "modified rows of column %" PRId64 " are not here", c);
    }
    return ERR_OK;
}

static enum err_code plan_keys(const struct held *h, const struct update *u,
                               struct update_plan *p, struct err *e)
{
    struct rowset *keys;
    struct rowset *held;
    enum err_code rc;

    if (!u->is_snapshot && !rowset_contains(h->keys, u->removed))
        return err_set(e, ERR_MISFIT, "removed row keys that the table does not have");
    p->covers = u->is_snapshot ? u->viewport : h->viewport;
    rc = move_keys(h, u, &keys, &held, e);
    if (rc == ERR_OK) {
        /* The added rows of a snapshot are the set of keys, those already known included.
         */
        p->keys = u->is_snapshot ? rowset_copy(u->added) : rowset_union(keys, u->added);
        rc = plan_slots(h, u, p, held, e);
    }
    rowset_free(keys);
    rowset_free(held);
    return rc == ERR_OK ? check_key_modified(u, p, e) : rc;
}

void update_plan_release(struct update_plan *p)
{
    rowset_free(p->columns);
    rowset_free(p->gone);
    rowset_free(p->replaced);
    rowset_free(p->filled);
    rowset_free(p->uncovered);
    rowset_free(p->keys);
    rowset_free(p->held);
    rowset_free(p->modifiable);
}

/* What grows by the update is known now, and the steps that follow cannot fail. */
static enum err_code check_room(const struct held *h, const struct update_plan *p,
                                struct err *e)
{
    uint64_t cells = p->n_held * rowset_count(p->columns);
    uint64_t had = h->n_rows * rowset_count(h->columns);

    return cells > had ? mem_room((cells - had) * COLUMN_SLOT_ROOM, e) : ERR_OK;
}

enum err_code update_plan_make(const struct held *h, const struct update *u,
                               struct update_plan *p, struct err *e)
{
    TRY(plan_columns(h, u, p, e));
    p->reverse = u->is_snapshot ? u->reverse : h->reverse;
    if (h->mode == REPLICA_VIEWPORT)
        TRY(plan_viewport(h, u, p, e));
    else
        TRY(plan_keys(h, u, p, e));
    TRY(check_data(u, p, e));
    TRY(check_absent(h, p, e));
    TRY(check_room(h, p, e));
    return plan_size(h, u, p, e);
}
