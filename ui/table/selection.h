/*
 * ui/table/selection.h - what is selected of a table: cells, whole rows or whole columns,
 * from where the selection began to the cursor.
 *
 * It is of places, as the cursor is, and not of values: rows are table positions, 64 bits
 * wide, so that rows which move under it change what is in it. Where it began is a column
 * by its name: columns that are moved, hidden or shown move its edge with them, and when
 * the one where it began is hidden, that of the cursor is the edge. It stays while a popup
 * or another tab is looked at and over a reconnect, and ends with the table that it is of:
 * who shows another one (an operation, the table anew) ends it. Pure; loop thread.
 */
#ifndef UI_TABLE_SELECTION_H
#define UI_TABLE_SELECTION_H

#include "ui/table/columns.h"

enum selection_kind { SELECTION_NONE, SELECTION_CELLS, SELECTION_ROWS, SELECTION_COLUMNS };

struct grid_selection {
    enum selection_kind kind;
    int64_t row;  /* where it began: a table position, */
    char *column; /* and the name of a column; owned; NULL: of none */
};

/* A cell of a table: its position, and the column as displayed. */
struct selection_cell {
    int64_t row;
    size_t column;
};

/* Rows by table position, columns as displayed; both ends are in it. */
struct selection_area {
    int64_t first_row, last_row;
    size_t first_column, last_column;
};

/* Begins at a cell. In a selection of another kind it goes on from where that began; one of
 * the same kind ends. */
void selection_start(struct grid_selection *s, enum selection_kind kind,
                     struct selection_cell cursor, const struct columns *c);

/* False when nothing was selected. */
bool selection_end(struct grid_selection *s);

/* What is selected with the cursor there, in a table of so many rows; false: nothing. */
bool selection_area(const struct grid_selection *s, struct selection_cell cursor,
                    int64_t rows, const struct columns *c, struct selection_area *out);

/* "3 rows", "3 rows x 2 columns", "2 columns"; for the status line. Returns out. */
const char *selection_text(enum selection_kind kind, const struct selection_area *a,
                           char *out, size_t size);

#endif
