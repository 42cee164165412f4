/*
 * Each update is compared with the one before it (`seen`, `generation`): the replica tells
 * which cells it changed and where rows went, but only of its last update. When that is not
 * the one after what was seen, as with another stream, marks whose rows may have moved are
 * dropped rather than put on the wrong cells (row_moves_of()).
 *
 * The order of live_update() matters: marks move with their rows first, then what changed
 * is marked, by the positions of now.
 *
 * A paused picture is a clone of the replica. `at` follows where each of its rows is in the
 * live table, update by update; with that live_resume() can compare the picture with what
 * is held then, cell by cell, and mark what differs where it is now.
 */
#include "ui/table/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "ui/table/rate.h"

struct live {
    struct ticks *ticks; /* owned */
    struct rate rows, updates;
    const struct replica *seen; /* borrowed, only compared; NULL: nothing seen yet */
    uint64_t generation;        /* of what was seen */
    int64_t size;               /* rows of the table then */
    struct replica *picture;    /* owned; NULL: not paused */
    size_t *map;                /* owned; the window's map when it was paused */
    int64_t *at;                /* owned; where each of its rows is now, -1: not known */
    uint64_t missed;            /* updates while paused */
    bool gap;                   /* there were more than that, without a stream */
    int64_t paused_size;        /* rows of the table when it was paused */
};

struct live *live_new(void)
{
    struct live *l = MEM_NEW(struct live);

    l->ticks = ticks_new();
    return l;
}

static void drop_picture(struct live *l)
{
    replica_free(l->picture);
    free(l->map);
    free(l->at);
    l->picture = NULL;
    l->map = NULL;
    l->at = NULL;
}

void live_free(struct live *l)
{
    if (!l)
        return;
    drop_picture(l);
    ticks_free(l->ticks);
    free(l);
}

/* --- updates --- */

/* Table column of each replica column, or WINDOW_NO_COLUMN; owned; NULL when they are the
 * same. */
static size_t *columns_of(const struct window *w)
{
    size_t n = replica_schema(w->replica)->n_columns;
    size_t *out;

    if (!w->map)
        return NULL;
    out = MEM_ARRAY(size_t, n);
    for (size_t i = 0; i < n; i++)
        out[i] = WINDOW_NO_COLUMN; /* it is not to be seen */
    for (size_t i = 0; i < w->schema->n_columns; i++)
        if (w->map[i] < n)
            out[w->map[i]] = i;
    return out;
}

/* Where rows are after an update. */
struct row_moves {
    enum { ROWS_STAY, ROWS_MOVE, ROWS_LOST } kind;
    const struct replica *replica;
};

/* next: the update is the one after what was seen. An answer to us replaces rows without
 * saying that they are others. */
static struct row_moves row_moves_of(const struct replica *r, bool next)
{
    bool moved = replica_rows_moved(r);
    struct row_moves w = {ROWS_STAY, r};

    if (moved || !(replica_was_snapshot(r) || replica_only_modified(r)))
        w.kind = next ? ROWS_MOVE : moved ? ROWS_LOST : ROWS_STAY;
    return w;
}

static int64_t where(const void *ctx, int64_t position)
{
    const struct row_moves *w = ctx;

    if (w->kind == ROWS_STAY)
        return position;
    return w->kind == ROWS_MOVE ? replica_moved_to(w->replica, position) : -1;
}

/* Marks, and the rows of the paused picture, go where their rows go. */
static void move(struct live *l, const struct row_moves *w)
{
    size_t n = l->picture ? replica_held(l->picture) : 0;

    if (w->kind == ROWS_STAY)
        return;
    ticks_move(l->ticks, where, w);
    for (size_t i = 0; i < n; i++)
        if (l->at[i] >= 0)
            l->at[i] = where(w, l->at[i]);
}

/* What formats others is not seen itself. */
static bool can_be_marked(const struct window *w, size_t column)
{
    return column != WINDOW_NO_COLUMN && !w->schema->columns[column].is_format;
}

/* Marks what changed on the screen; true when anything has. What is held beside it is most
 * of what changes, and would fill the table of marks. */
static bool mark(struct live *l, const struct window *w, const struct grid *g, uint64_t now)
{
    size_t n;
    const struct replica_change *c = replica_changes(w->replica, &n);
    size_t *columns = n > 0 ? columns_of(w) : NULL;
    bool shown = replica_changes_cut(w->replica);

    for (size_t i = 0; i < n; i++) {
        size_t column = columns ? columns[c[i].column] : c[i].column;

        if (column == WINDOW_NO_COLUMN || !grid_shows(g, column, c[i].position))
            continue;
        if (can_be_marked(w, column))
            ticks_add(l->ticks, column, c[i].position, c[i].direction, now);
        shown = true;
    }
    free(columns);
    return shown;
}

static void count(struct live *l, const struct window *w, uint64_t now)
{
    int64_t size = replica_table_size(w->replica);

    if (replica_was_snapshot(w->replica))
        return; /* an answer to us */
    rate_add(&l->updates, 1, now);
    if (size > l->size)
        rate_add(&l->rows, (uint64_t)(size - l->size), now);
    if (l->picture)
        l->missed++;
}

bool live_update(struct live *l, const struct window *w, const struct grid *g, uint64_t now)
{
    bool known = l->seen == w->replica, shown = true;
    int64_t old = l->size;
    struct row_moves rows;

    if (!window_ready(w) || (known && l->generation == window_generation(w)))
        return true; /* something else has changed */
    if (known)
        count(l, w, now);
    rows = row_moves_of(w->replica, known && window_generation(w) == l->generation + 1);
    move(l, &rows);
    l->seen = w->replica;
    l->generation = window_generation(w);
    l->size = replica_table_size(w->replica);
    if (l->picture) {
        l->gap = l->gap || !known;
        return true; /* what is missed is counted on screen */
    }
    shown = mark(l, w, g, now);
    return shown || !known || !replica_only_modified(w->replica) || l->size != old;
}

void live_forget(struct live *l)
{
    drop_picture(l);
    l->seen = NULL;
    ticks_clear(l->ticks);
    l->rows = l->updates = (struct rate){0};
}

/* --- pause --- */

enum err_code live_pause(struct live *l, const struct window *w, struct err *e)
{
    TRY(mem_room(replica_memory(w->replica), e));
    drop_picture(l);
    l->picture = replica_clone(w->replica);
    l->at = MEM_ARRAY(int64_t, replica_held(l->picture));
    for (size_t i = 0; i < replica_held(l->picture); i++)
        l->at[i] = replica_position(l->picture, i);
    if (w->map)
        l->map = mem_dup(w->map, w->schema->n_columns * sizeof(*w->map));
    l->missed = 0;
    l->gap = false;
    l->paused_size = replica_table_size(w->replica);
    ticks_clear(l->ticks); /* in a paused picture nothing fades */
    return ERR_OK;
}

/* Of row i of the paused picture. */
static void mark_difference(struct live *l, const struct window *was,
                            const struct window *is, size_t column, size_t i, uint64_t now)
{
    struct value a = window_cell(was, column, replica_position(l->picture, i));
    struct value b = window_cell(is, column, l->at[i]);

    if (a.state == VALUE_ABSENT || b.state == VALUE_ABSENT || value_equal(&a, &b))
        return;
    ticks_add(l->ticks, column, l->at[i], value_direction(&a, &b), now);
}

void live_resume(struct live *l, const struct window *w, uint64_t now)
{
    struct window was = live_window(l, w);
    size_t *columns;
    struct rowset_iter it;
    int64_t own;

    if (!l->picture)
        return;
    columns = columns_of(&was);
    it = rowset_iter(replica_columns(l->picture));
    while (window_ready(w) && rowset_next(&it, &own)) {
        size_t column = columns ? columns[own] : (size_t)own;

        if (!can_be_marked(w, column))
            continue;
        for (size_t i = 0; i < replica_held(l->picture); i++)
            mark_difference(l, &was, w, column, i, now);
    }
    free(columns);
    drop_picture(l);
}

bool live_paused(const struct live *l)
{
    return l->picture != NULL;
}

struct window live_window(const struct live *l, const struct window *w)
{
    if (!l->picture)
        return *w;
    return (struct window){.schema = w->schema, .replica = l->picture, .map = l->map};
}

const struct ticks *live_ticks(const struct live *l)
{
    return l->ticks;
}

/* --- status --- */

static void add_pause(const struct live *l, struct info_line *out)
{
    char n[NUMBER_LEN];
    struct info_part *part =
        info_line_addf(out, INFO_STATE, "PAUSED  %s%s missed",
                       number_grouped((int64_t)l->missed, n), l->gap ? "+" : "");

    info_line_shorter(out, part, "PAUSED");
    if (l->size > l->paused_size)
        (void)info_line_addf(out, INFO_COUNT, "+%s rows",
                             number_grouped(l->size - l->paused_size, n));
}

void live_status(const struct live *l, bool following, uint64_t now, struct info_line *out)
{
    uint64_t rows = rate_per_second(&l->rows, now);
    uint64_t updates = rate_per_second(&l->updates, now);
    char n[NUMBER_LEN];

    if (l->picture)
        add_pause(l, out);
    else if (rows > 0)
        (void)info_line_addf(out, INFO_COUNT, "+%s/s", number_grouped((int64_t)rows, n));
    else if (updates > 0)
        (void)info_line_addf(out, INFO_COUNT, "%s %s", number_grouped((int64_t)updates, n),
                             updates == 1 ? "update/s" : "updates/s");
    if (following)
        (void)info_line_add(out, INFO_STATE, "FOLLOW");
}

static bool on_grid(const void *ctx, size_t column, int64_t position)
{
    return grid_shows(ctx, column, position);
}

uint64_t live_next(const struct live *l, const struct grid *g, uint64_t now)
{
    if (l->picture)
        return TICKS_NEVER;
    return min_u64(ticks_next(l->ticks, now, on_grid, g),
                   min_u64(rate_next(&l->rows, now), rate_next(&l->updates, now)));
}
