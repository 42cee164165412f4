#include "model/window.h"

struct window window_of(const struct replica *r)
{
    return (struct window){.schema = r ? replica_schema(r) : NULL, .replica = r};
}

bool window_ready(const struct window *w)
{
    return w->replica && replica_generation(w->replica) > 0;
}

int64_t window_rows(const struct window *w)
{
    return window_ready(w) ? replica_table_size(w->replica) : 0;
}

uint64_t window_generation(const struct window *w)
{
    return w->replica ? replica_generation(w->replica) : 0;
}

const struct type *window_type(const struct window *w, size_t column)
{
    size_t own = w->map ? w->map[column] : column;

    if (!w->replica || own == WINDOW_NO_COLUMN)
        return w->schema->columns[column].type;
    return replica_schema(w->replica)->columns[own].type;
}

/* The column that has the cell of another: leaves of a rollup have their own. */
static size_t column_at(const struct window *w, size_t column, int64_t position)
{
    size_t leaf = w->schema->columns[column].leaf;
    struct value depth;

    if (leaf == 0)
        return column;
    depth = window_cell(w, w->schema->depth, position);
    return depth.state == VALUE_SET && depth.i >= w->schema->leaf_depth ? leaf : column;
}

/* Its column of the replica, or WINDOW_NO_COLUMN. */
static size_t own_column(const struct window *w, size_t column)
{
    if (!w->replica)
        return WINDOW_NO_COLUMN;
    return w->map ? w->map[column] : column;
}

static struct value no_cell(const struct window *w, size_t column)
{
    return (struct value){.state = VALUE_ABSENT, .type = w->schema->columns[column].type};
}

struct value window_cell(const struct window *w, size_t column, int64_t position)
{
    size_t at = column_at(w, column, position), own = own_column(w, at);

    return own == WINDOW_NO_COLUMN ? no_cell(w, at)
                                   : replica_cell(w->replica, own, position);
}

struct window_row window_row(const struct window *w, int64_t position)
{
    int64_t held = w->replica ? replica_row_at(w->replica, position) : -1;

    return (struct window_row){w, position, held};
}

struct value window_row_cell(const struct window_row *r, size_t column)
{
    const struct window *w = r->window;
    size_t at = column_at(w, column, r->position), own = own_column(w, at);

    return own == WINDOW_NO_COLUMN ? no_cell(w, at)
                                   : replica_held_cell(w->replica, own, r->held);
}
