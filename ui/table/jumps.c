#include "ui/table/jumps.h"

#include "ui/table/columns.h"

static const char *column_name(const struct jumps *j, size_t column)
{
    return columns_schema(grid_columns(j->grid))->columns[column].name;
}

struct jump_start jumps_start(const struct jumps *j)
{
    struct jump_start at = {0};

    at.known = grid_cell(j->grid, &at.position, &at.column);
    return at;
}

void jumps_note(struct jumps *j, const struct jump_start *from)
{
    struct jump_start to = jumps_start(j);
    int64_t rows;

    if (!from->known || !to.known)
        return;
    rows = to.position - from->position; /* both are at least 0 */
    if (rows > grid_height(j->grid) || -rows > grid_height(j->grid))
        marks_set_back(&j->marks, from->position, column_name(j, from->column));
}

enum err_code jumps_set_mark(struct jumps *j, uint32_t letter, struct err *e)
{
    struct jump_start at = jumps_start(j);

    if (!at.known)
        return err_set(e, ERR_USAGE, "there is no cell to mark");
    if (!marks_set(&j->marks, letter, at.position, column_name(j, at.column)))
        return err_set(e, ERR_USAGE, "expected a letter, a to z or A to Z, for a mark");
    return ERR_OK;
}

/* The place before becomes the one to go back to, also when it is near. */
static enum err_code go_to(struct jumps *j, const struct mark *m, struct err *e)
{
    struct jump_start from = jumps_start(j);
    int64_t position = m->position;
    long column = columns_find_name(grid_columns(j->grid), m->column);
    enum err_code rc = ERR_OK;

    if (column >= 0)
        grid_go_column(j->grid, (size_t)column);
    else
        rc = err_set(e, ERR_USAGE, "column %s is not shown", m->column);
    grid_go_row(j->grid, position < INT64_MAX ? position + 1 : position);
    if (from.known)
        marks_set_back(&j->marks, from.position, column_name(j, from.column));
    return rc;
}

enum err_code jumps_go_mark(struct jumps *j, uint32_t letter, struct err *e)
{
    const struct mark *m = marks_get(&j->marks, letter);

    if (!m)
        return err_set(e, ERR_USAGE, "no cell has this mark");
    return go_to(j, m, e);
}

enum err_code jumps_go_back(struct jumps *j, struct err *e)
{
    const struct mark *m = marks_back(&j->marks);

    if (!m)
        return err_set(e, ERR_USAGE, "there was no jump to go back from");
    return go_to(j, m, e);
}
