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

struct value window_cell(const struct window *w, size_t column, int64_t position)
{
    size_t own = w->map ? w->map[column] : column;

    if (!w->replica || own == WINDOW_NO_COLUMN)
        return (struct value){.state = VALUE_ABSENT,
                              .type = w->schema->columns[column].type};
    return replica_cell(w->replica, own, position);
}
