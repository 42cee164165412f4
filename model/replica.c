/*
 * model/replica.c - what is held of a table, and carrying out an update.
 *
 * An update is applied in two halves. The first (model/update_plan) works out a plan: row
 * sets that say which old slots go, which new slots get the incoming data and what the
 * bookkeeping becomes. Everything that can be wrong with an update is found there, while
 * the replica is only read. The second, here, carries the plan out with steps that cannot
 * fail, so an update is seen whole or not at all.
 *
 * On the way it notes what readers ask afterwards: which cells changed, and where the rows
 * that stayed stand now. Places are slots or keys while the columns change, and become
 * table positions at the end.
 */
#include "model/replica.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/update_plan.h"

/* Rows that an update kept: n of them, one after the other before it and after it. */
struct run {
    int64_t from, to; /* table positions */
    int64_t n;
};

struct replica {
    struct schema *schema; /* owned */
    enum replica_mode mode;
    uint64_t generation;
    int64_t table_size;
    struct rowset *viewport; /* owned; NULL: none */
    struct rowset *columns;  /* owned; effective, never NULL */
    bool reverse;
    struct column **cells; /* owned; one per schema column, NULL when not effective */
    uint64_t n_held;       /* slots in each column */
    struct rowset *keys;   /* owned; key mode: all keys of the table */
    struct rowset *held;   /* owned; key mode: keys with data, a part of keys */
    struct replica_change *changes; /* owned; of the last update */
    size_t n_changes, changes_cap;
    struct run *runs; /* owned; what the last update kept, ascending by from */
    size_t n_runs, runs_cap;
    bool runs_known; /* otherwise a row that is held is where it was, or all are lost */
    bool changes_cut, rows_moved, only_modified, was_snapshot;
};

static void drop_slots(struct column *c, const struct rowset *slots,
                       const struct rowset *nothing)
{
    if (slots && !rowset_empty(slots))
        column_splice(c, slots, nothing, NULL);
}

/* Notes a modified cell that differs; its place is a slot for now, or a key. */
static void note_change(struct replica *r, size_t c, int64_t place, int direction)
{
    if (r->n_changes == REPLICA_MAX_CHANGES) {
        r->changes_cut = true;
        return;
    }
    MEM_GROW(r->changes, r->changes_cap, r->n_changes + 1);
    r->changes[r->n_changes++] = (struct replica_change){c, place, direction};
}

/* Compares the modified slots of a column with what comes in; set are their places. Rows
 * that this update has just filled are no changes. */
static void note_changes(struct replica *r, const struct update_plan *p, size_t c,
                         const struct rowset *set, const struct rowset *slots,
                         const struct column *cells, const struct column *incoming)
{
    struct rowset_iter places = rowset_iter(set), it = rowset_iter(slots);
    int64_t place, slot;
    int direction;

    for (size_t k = 0; !r->changes_cut && rowset_next(&places, &place); k++) {
        if (!rowset_next(&it, &slot))
            return;
        if (!rowset_has(p->filled, slot) &&
            column_changes(cells, (size_t)slot, incoming, k, &direction))
            note_change(r, c, place, direction);
    }
}

static void commit_modified(struct replica *r, const struct update_plan *p,
                            struct update *u, size_t c, struct column *cells)
{
    const struct rowset *set = u->modified[c];

    if (!set || rowset_empty(set))
        return;
    if (!p->modifiable) {
        note_changes(r, p, c, set, set, cells, u->modified_data[c]);
        column_replace(cells, set, u->modified_data[c]);
        return;
    }
    struct rowset *slots = rowset_positions_of(p->modifiable, set);
    note_changes(r, p, c, set, slots, cells, u->modified_data[c]);
    column_replace(cells, slots, u->modified_data[c]);
    rowset_free(slots);
}

static void commit_column(struct replica *r, const struct update_plan *p, struct update *u,
                          size_t c, struct column *cells, const struct rowset *nothing)
{
    drop_slots(cells, p->gone, nothing);
    if (!rowset_empty(p->replaced) || !rowset_empty(p->filled))
        column_splice(cells, p->replaced, p->filled, u->added_data[c]);
    commit_modified(r, p, u, c, cells);
    drop_slots(cells, p->uncovered, nothing);
}

static void drop_columns(struct replica *r, const struct rowset *columns)
{
    struct rowset *drop = rowset_subtract(r->columns, columns);
    struct rowset_iter it = rowset_iter(drop);
    int64_t c;

    while (rowset_next(&it, &c)) {
        column_free(r->cells[c]);
        r->cells[c] = NULL;
    }
    rowset_free(drop);
}

/* A column that was not effective has nothing for the rows that stay: the slots that leave
 * are not made first, since their number owes nothing to data that came. */
static struct column *fresh_column(const struct replica *r, const struct update_plan *p,
                                   size_t c)
{
    struct column *cells = column_new(r->schema->columns[c].type);

    column_push_absent(cells, (size_t)p->kept);
    return cells;
}

static void commit_fresh(struct replica *r, const struct update_plan *p, struct update *u,
                         size_t c, struct column *cells, const struct rowset *nothing)
{
    if (!rowset_empty(p->filled))
        column_splice(cells, nothing, p->filled, u->added_data[c]);
    commit_modified(r, p, u, c, cells);
    drop_slots(cells, p->uncovered, nothing);
}

static void commit_cells(struct replica *r, const struct update_plan *p, struct update *u)
{
    struct rowset *nothing = rowset_new();
    struct rowset_iter it = rowset_iter(p->columns);
    int64_t c;

    drop_columns(r, p->columns);
    while (rowset_next(&it, &c)) {
        if (r->cells[c]) {
            commit_column(r, p, u, (size_t)c, r->cells[c], nothing);
        } else {
            r->cells[c] = fresh_column(r, p, (size_t)c);
            commit_fresh(r, p, u, (size_t)c, r->cells[c], nothing);
        }
        assert(column_length(r->cells[c]) == p->n_held);
    }
    rowset_free(nothing);
}

static void take(struct rowset **to, struct rowset **from)
{
    rowset_free(*to);
    *to = *from;
    *from = NULL;
}

/* --- where rows are --- */

/* The viewport that gives held rows their positions. */
struct placing {
    const struct rowset *viewport;
    bool reverse;
    uint64_t n_held;
    int64_t table_size;
};

/* A reverse viewport counts from the end, so its last row held is the one at its first
 * position: rows stay in table order (protocol: Barrage reverse viewport). */
static int64_t placed_at(const struct placing *w, uint64_t i)
{
    if (!w->viewport || i >= w->n_held)
        return -1;
    if (!w->reverse)
        return rowset_key_at(w->viewport, i);
    int64_t from_end = rowset_key_at(w->viewport, w->n_held - 1 - i);
    return from_end >= 0 && from_end < w->table_size ? w->table_size - 1 - from_end : -1;
}

static struct placing placing_of(const struct replica *r)
{
    return (struct placing){r->viewport, r->reverse, r->n_held, r->table_size};
}

static void note_kept(struct replica *r, int64_t from, int64_t to)
{
    struct run *last = r->n_runs ? &r->runs[r->n_runs - 1] : NULL;

    if (from < 0 || to < 0)
        return;
    if (last && from - last->from == last->n && to - last->to == last->n) {
        last->n++;
        return;
    }
    MEM_GROW(r->runs, r->runs_cap, r->n_runs + 1);
    r->runs[r->n_runs++] = (struct run){from, to, 1};
}

/* Notes where the rows that survive stand afterwards; true when any stands at another
 * position. */
static bool rows_move(struct replica *r, const struct update_plan *p)
{
    struct placing old = placing_of(r);
    struct placing new = {p->covers, p->reverse, p->n_held, p->table_size};
    uint64_t to = 0;
    bool moved = false;

    for (uint64_t from = 0; from < r->n_held; from++) {
        if (rowset_has(p->replaced, (int64_t)from))
            continue;
        while (rowset_has(p->filled, (int64_t)to))
            to++;
        int64_t was = placed_at(&old, from), is = placed_at(&new, to++);
        note_kept(r, was, is);
        moved = moved || was != is;
    }
    r->runs_known = true;
    return moved;
}

/* In key mode only rows that come after all others leave the positions as they are. */
static bool keys_move(const struct replica *r, const struct update *u)
{
    if (!rowset_empty(u->removed) || !shift_empty(u->shift))
        return true;
    return !u->is_snapshot && !rowset_empty(u->added) && !rowset_empty(r->keys) &&
           rowset_first(u->added) < rowset_last(r->keys);
}

/* Viewport and columns are what they were: of an answer, that the same was asked again. */
static bool stays(const struct replica *r, const struct update_plan *p,
                  const struct update *u)
{
    if (!u->is_snapshot)
        return true;
    return r->mode == REPLICA_VIEWPORT && r->viewport && u->viewport &&
           rowset_equal(r->viewport, u->viewport) && r->reverse == p->reverse &&
           rowset_equal(r->columns, p->columns);
}

static void note_kind(struct replica *r, const struct update_plan *p,
                      const struct update *u)
{
    r->n_changes = 0;
    r->n_runs = 0;
    r->runs_known = false;
    r->changes_cut = false;
    r->was_snapshot = u->is_snapshot;
    r->only_modified = stays(r, p, u) && rowset_empty(u->added) &&
                       rowset_empty(u->removed) && shift_empty(u->shift);
    if (r->mode == REPLICA_KEYS)
        r->rows_moved = keys_move(r, u);
    else
        r->rows_moved =
            !(r->only_modified && p->table_size == r->table_size) && rows_move(r, p);
}

/* Turns the places of changed cells into table positions; drops those that are not held. */
static void place_changes(struct replica *r)
{
    struct placing now = placing_of(r);
    size_t n = 0;

    for (size_t i = 0; i < r->n_changes; i++) {
        struct replica_change c = r->changes[i];

        if (r->mode == REPLICA_VIEWPORT)
            c.position = placed_at(&now, (uint64_t)c.position);
        else
            c.position =
                rowset_has(r->held, c.position) ? rowset_find(r->keys, c.position) : -1;
        if (c.position >= 0)
            r->changes[n++] = c;
    }
    r->n_changes = n;
}

static void commit(struct replica *r, struct update_plan *p, struct update *u)
{
    note_kind(r, p, u);
    commit_cells(r, p, u);
    if (u->is_snapshot)
        take(&r->viewport, &u->viewport);
    take(&r->columns, &p->columns);
    r->reverse = p->reverse;
    r->table_size = p->table_size;
    r->n_held = p->n_held;
    if (r->mode == REPLICA_KEYS) {
        take(&r->keys, &p->keys);
        take(&r->held, &p->held);
    }
    place_changes(r);
    r->generation++;
}

static struct held held_by(const struct replica *r)
{
    return (struct held){
        .mode = r->mode,
        .schema = r->schema,
        .table_size = r->table_size,
        .viewport = r->viewport,
        .reverse = r->reverse,
        .columns = r->columns,
        .n_rows = r->n_held,
        .keys = r->keys,
        .keys_held = r->held,
    };
}

enum err_code replica_apply(struct replica *r, struct update *u, struct err *e)
{
    struct held held = held_by(r);
    struct update_plan p = {0};
    enum err_code rc = update_plan_make(&held, u, &p, e);

    if (rc == ERR_OK)
        commit(r, &p, u);
    update_plan_release(&p);
    update_free(u);
    return rc;
}

/* --- life and reading --- */

struct replica *replica_new(struct schema *schema, enum replica_mode mode)
{
    struct replica *r = MEM_NEW(struct replica);

    r->schema = schema;
    r->mode = mode;
    r->columns = rowset_new();
    r->cells = MEM_ARRAY(struct column *, schema->n_columns);
    if (mode == REPLICA_KEYS) {
        r->keys = rowset_new();
        r->held = rowset_new();
    }
    return r;
}

void replica_free(struct replica *r)
{
    if (!r)
        return;
    for (size_t c = 0; c < r->schema->n_columns; c++)
        column_free(r->cells[c]);
    free(r->cells);
    rowset_free(r->viewport);
    rowset_free(r->columns);
    rowset_free(r->keys);
    rowset_free(r->held);
    free(r->changes);
    free(r->runs);
    schema_free(r->schema);
    free(r);
}

const struct schema *replica_schema(const struct replica *r)
{
    return r->schema;
}

enum replica_mode replica_mode(const struct replica *r)
{
    return r->mode;
}

uint64_t replica_generation(const struct replica *r)
{
    return r->generation;
}

int64_t replica_table_size(const struct replica *r)
{
    return r->table_size;
}

const struct rowset *replica_viewport(const struct replica *r)
{
    return r->viewport;
}

const struct rowset *replica_columns(const struct replica *r)
{
    return r->columns;
}

bool replica_reverse(const struct replica *r)
{
    return r->reverse;
}

size_t replica_held(const struct replica *r)
{
    return (size_t)r->n_held;
}

const struct rowset *replica_keys(const struct replica *r)
{
    return r->keys;
}

int64_t replica_position(const struct replica *r, size_t i)
{
    struct placing now = placing_of(r);

    if (i >= r->n_held)
        return -1;
    if (r->mode == REPLICA_KEYS)
        return rowset_find(r->keys, rowset_key_at(r->held, i));
    return placed_at(&now, i);
}

int64_t replica_row_at(const struct replica *r, int64_t position)
{
    int64_t row;

    if (position < 0 || r->n_held == 0)
        return -1;
    if (r->mode == REPLICA_KEYS) {
        int64_t key = rowset_key_at(r->keys, (uint64_t)position);
        return key < 0 ? -1 : rowset_find(r->held, key);
    }
    if (!r->reverse) {
        row = rowset_find(r->viewport, position);
        return row >= 0 && (uint64_t)row < r->n_held ? row : -1;
    }
    if (position >= r->table_size)
        return -1;
    row = rowset_find(r->viewport, r->table_size - 1 - position);
    return row >= 0 && (uint64_t)row < r->n_held ? (int64_t)r->n_held - 1 - row : -1;
}

struct value replica_held_cell(const struct replica *r, size_t column, int64_t row)
{
    struct value v = {.state = VALUE_ABSENT};

    if (column >= r->schema->n_columns)
        return v;
    v.type = r->schema->columns[column].type;
    if (!r->cells[column] || row < 0)
        return v;
    return column_get(r->cells[column], (size_t)row);
}

struct value replica_cell(const struct replica *r, size_t column, int64_t position)
{
    return replica_held_cell(r, column, replica_row_at(r, position));
}

const struct replica_change *replica_changes(const struct replica *r, size_t *n)
{
    *n = r->n_changes;
    return r->changes;
}

bool replica_changes_cut(const struct replica *r)
{
    return r->changes_cut;
}

bool replica_rows_moved(const struct replica *r)
{
    return r->rows_moved;
}

int64_t replica_moved_to(const struct replica *r, int64_t position)
{
    size_t low = 0, high = r->n_runs;

    if (!r->runs_known)
        return !r->rows_moved && replica_row_at(r, position) >= 0 ? position : -1;
    while (low < high) { /* the first run behind the position */
        size_t middle = low + (high - low) / 2;

        if (r->runs[middle].from > position)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == 0 || position - r->runs[low - 1].from >= r->runs[low - 1].n)
        return -1;
    return r->runs[low - 1].to + (position - r->runs[low - 1].from);
}

bool replica_only_modified(const struct replica *r)
{
    return r->only_modified;
}

bool replica_was_snapshot(const struct replica *r)
{
    return r->was_snapshot;
}

static struct rowset *set_copy(const struct rowset *rs)
{
    return rs ? rowset_copy(rs) : NULL;
}

size_t replica_memory(const struct replica *r)
{
    size_t total = 0;

    for (size_t c = 0; c < r->schema->n_columns; c++)
        total += r->cells[c] ? column_memory(r->cells[c]) : 0;
    return total;
}

struct replica *replica_clone(const struct replica *r)
{
    struct replica *out = MEM_NEW(struct replica);

    out->schema = schema_copy(r->schema);
    out->mode = r->mode;
    out->generation = r->generation;
    out->table_size = r->table_size;
    out->reverse = r->reverse;
    out->n_held = r->n_held;
    out->viewport = set_copy(r->viewport);
    out->columns = set_copy(r->columns);
    out->keys = set_copy(r->keys);
    out->held = set_copy(r->held);
    out->cells = MEM_ARRAY(struct column *, r->schema->n_columns);
    for (size_t c = 0; c < r->schema->n_columns; c++)
        if (r->cells[c])
            out->cells[c] = column_copy(r->cells[c], out->schema->columns[c].type);
    return out;
}
