#include "ui/table/selection.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"

void selection_start(struct grid_selection *s, enum selection_kind kind,
                     struct selection_cell cursor, const struct columns *c)
{
    enum selection_kind before = s->kind;

    if (kind == before) {
        (void)selection_end(s);
        return;
    }
    s->kind = kind;
    if (before != SELECTION_NONE)
        return;
    s->row = cursor.row;
    s->column = mem_strdup(columns_name(c, cursor.column));
}

bool selection_end(struct grid_selection *s)
{
    bool was = s->kind != SELECTION_NONE;

    free(s->column);
    *s = (struct grid_selection){SELECTION_NONE, 0, NULL};
    return was;
}

bool selection_area(const struct grid_selection *s, struct selection_cell cursor,
                    int64_t rows, const struct columns *c, struct selection_area *out)
{
    int64_t last = rows - 1, row = min_i64(s->row, last);
    long found = s->column ? columns_find_name(c, s->column) : -1;
    size_t column = found < 0 ? cursor.column : (size_t)found;

    if (s->kind == SELECTION_NONE || rows < 1 || columns_count(c) == 0)
        return false;
    *out = (struct selection_area){0, last, 0, columns_count(c) - 1};
    if (s->kind != SELECTION_COLUMNS) {
        out->first_row = min_i64(row, cursor.row);
        out->last_row = max_i64(row, cursor.row);
    }
    if (s->kind != SELECTION_ROWS) {
        out->first_column = column < cursor.column ? column : cursor.column;
        out->last_column = column < cursor.column ? cursor.column : column;
    }
    return true;
}

const char *selection_text(enum selection_kind kind, const struct selection_area *a,
                           char *out, size_t size)
{
    int64_t rows = a->last_row - a->first_row + 1;
    size_t columns = a->last_column - a->first_column + 1;
    char number[NUMBER_LEN], number_of_rows[NUMBER_LEN + 16], number_of_columns[64];

    (void)snprintf(number_of_rows, sizeof(number_of_rows), "%s row%s",
                   number_grouped(rows, number), rows == 1 ? "" : "s");
    (void)snprintf(number_of_columns, sizeof(number_of_columns), "%s column%s",
                   number_grouped((int64_t)columns, number), columns == 1 ? "" : "s");
    if (kind == SELECTION_CELLS)
        (void)snprintf(out, size, "%s x %s", number_of_rows, number_of_columns);
    else
        (void)snprintf(out, size, "%s",
                       kind == SELECTION_ROWS ? number_of_rows : number_of_columns);
    return out;
}
