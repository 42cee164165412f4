/* What the mouse does to a table; the totals below its rows take none of it. */
#include "ui/table/sort_keys.h"
#include "ui/table/table_view.h"
#include "ui/table/table_view_parts.h"

/* A click into the name of a column sorts by it, the other way round, and no more. */
static struct view_wish wish_of_name(struct table_view *t)
{
    const struct recipe *now = table_view_recipe(t);
    struct sort_keys keys;
    int next;

    if (!now)
        return (struct view_wish){ACT_SORT, 1}; /* which says so */
    keys = sort_keys_of(now);
    next = sort_keys_next(
        &keys,
        columns_schema(grid_columns(t->grid))->columns[grid_current_column(t->grid)].name);
    return (struct view_wish){next ? ACT_SORT : ACT_UNSORT, next};
}

struct view_wish table_view_press(void *self, struct rect r, int row, int col)
{
    struct table_view *t = self;
    enum grid_part part;

    r.rows -= table_view_totals_lines(t, r.rows);
    if (row >= r.row + r.rows)
        return (struct view_wish){ACT_NONE, 0};
    part = grid_press(t->grid, r, row, col);
    t->moves += part != GRID_NOTHING;
    return part == GRID_NAME ? wish_of_name(t) : (struct view_wish){ACT_NONE, 0};
}

void table_view_drag(void *self, int col)
{
    struct table_view *t = self;

    grid_drag(t->grid, col);
}

void table_view_scroll(void *self, int rows, int columns)
{
    struct table_view *t = self;

    grid_turn(t->grid, rows, columns);
    t->moves++;
}
