/*
 * model/window.h - how a table looks through one replica: a value that is cheap to copy.
 *
 * A replica may hold only some columns of the table that is shown, because a wide table is
 * watched through a part of it, made on the server. A window translates: readers
 * use the table's own column numbers, and get VALUE_ABSENT for columns the replica does not
 * have. Borrows everything; valid until its owner says otherwise. Loop thread.
 */
#ifndef MODEL_WINDOW_H
#define MODEL_WINDOW_H

#include "model/replica.h"

#define WINDOW_NO_COLUMN SIZE_MAX

struct window {
    const struct schema *schema;   /* of the table; NULL: nothing is known yet */
    const struct replica *replica; /* NULL: no rows yet */
    const size_t
        *map; /* table column to replica column, or WINDOW_NO_COLUMN; NULL: the same */
};

/* A window on a replica of the whole table; r may be NULL. */
struct window window_of(const struct replica *r);

/* True once the number of rows is known. */
bool window_ready(const struct window *w);
int64_t window_rows(const struct window *w); /* 0 when not known */
uint64_t window_generation(const struct window *w);

/* The type that the cells of a table column have: where they come as text, not the
 * column's. Borrowed. */
const struct type *window_type(const struct window *w, size_t column);

/* The cell of a table column at a table position; borrowed until the replica next changes.
 */
struct value window_cell(const struct window *w, size_t column, int64_t position);

/* A row of a window, looked up once for all that read its cells. */
struct window_row {
    const struct window *window; /* borrowed */
    int64_t position, held;      /* in the table; in the replica, -1: it is not there */
};
struct window_row window_row(const struct window *w, int64_t position);
struct value window_row_cell(const struct window_row *r, size_t column);

#endif
