/*
 * ui/table/grid.h - a table on the screen: cursor, scrolling, column widths, header and
 * cells.
 *
 * Works on a borrowed window and knows no network: it says what it shows (grid_screen) and
 * the owner asks the server. Rows are table positions, 64 bits wide. The cursor is one
 * cell; the screen follows it. Columns are those of ui/table/columns. After the end of the
 * table was asked for, the grid sticks to it until the answer is there. Loop thread.
 */
#ifndef UI_TABLE_GRID_H
#define UI_TABLE_GRID_H

#include "model/viewport.h"
#include "model/window.h"
#include "ui/table/columns.h"
#include "ui/table/selection.h"
#include "ui/table/ticks.h"
#include "ui/widget/view.h"

struct grid; /* opaque */

struct grid *grid_new(bool ascii); /* owned; ascii as in the draw_env it is drawn with */
void grid_free(struct grid *g);

/* Gives what is to be shown (copied; it borrows from its owner, and must be given anew
 * whenever the owner says that it changed). Another schema resets the columns, unless it
 * is of the same columns; cursor and scroll position stay where the new table has them. */
void grid_set_window(struct grid *g, const struct window *w);

/* The rows are old: the connection is gone. */
void grid_set_stale(struct grid *g, bool stale);

/* What changed a moment ago, to be marked; borrowed from now on. NULL: nothing is. */
void grid_set_ticks(struct grid *g, const struct ticks *ticks);

/* Rows outside first..last, both included, cannot be gone to; last INT64_MAX: to the
 * table's end. */
void grid_limit_rows(struct grid *g, int64_t first, int64_t last);

/* Following stays at the end as the table grows, until the cursor moves up. */
bool grid_following(const struct grid *g);

/* A cell of a schema column at a table position is on screen, or one that it formats may
 * be.
 */
bool grid_shows(const struct grid *g, size_t column, int64_t position);

/* By what the cell of a schema column is shown, at a position of w, a window on the table
 * that is shown: as the user has chosen, else as the server wants it; NULL: as usual.
 * Borrowed until the next call. */
const struct value_format *grid_format_at(const struct grid *g, const struct window *w,
                                          size_t column, int64_t position);

/* Takes in a size and what the replica holds now: clamps the cursor, widens columns,
 * scrolls. */
void grid_prepare(struct grid *g, struct rect r, const struct draw_env *env);

/* The replica holds what the screen shows: if the grid stood at the end, it lets the
 * table's positions go on holding from here. */
void grid_settled(struct grid *g);

void grid_draw(const struct grid *g, struct surface *s, struct rect r,
               const struct draw_env *env);

/* A value for a line that is no row of the table, by the schema's column; false: the column
 * has none. */
typedef bool grid_value_fn(const void *ctx, const struct schema_column *c,
                           struct value *out);

/* Widens columns for such a line; after grid_prepare(). */
void grid_prepare_line(struct grid *g, grid_value_fn *fn, const void *ctx,
                       const struct draw_env *env);

/* Draws one in r, which is a row high, below the columns of the last grid_draw(); the sign
 * stands in the gutter. */
void grid_draw_line(const struct grid *g, struct surface *s, struct rect r,
                    const char *sign, grid_value_fn *fn, const void *ctx,
                    const struct draw_env *env);

/* What the screen shows, for viewport_next(). Borrows the display order from the grid. */
void grid_screen(const struct grid *g, struct viewport_screen *out);

/* Carries out what moves the cursor or changes columns; false when the action is neither.
 */
bool grid_action(struct grid *g, const struct key_match *m);

/* What the last action has to say, once: a line for the message line. NULL:
 * nothing. Borrowed until the next action. */
const char *grid_take_note(struct grid *g);

/* The columns, to be read and changed: the cursor stays on its column. Borrowed. */
struct columns *grid_columns(struct grid *g);

/* Moves the cursor to a displayed column. */
void grid_go_column(struct grid *g, size_t index);

bool grid_in_first_column(const struct grid *g); /* of the displayed ones */

/* Schema column of the cursor; 0 when there is none. */
size_t grid_current_column(const struct grid *g);

/* Row numbers count from 1; larger than the table means its last row. */
void grid_go_row(struct grid *g, int64_t number);

/* Where rows are on the screen. Going to a place that the table is too short for, or that
 * does not show its row, goes to the nearest that it has. */
struct grid_place {
    int64_t top, row; /* table positions: the first on the screen, the current one */
    bool follow;
};
struct grid_place grid_place(const struct grid *g);
void grid_go_place(struct grid *g, const struct grid_place *p);

/* The current cell: its table position and schema column; false when there is none. */
bool grid_cell(const struct grid *g, int64_t *position, size_t *column);

/* Begins to select, or ends it: see selection_start(). grid_end_selection(): false when
 * nothing was selected; grid_selected(): what is; SELECTION_NONE leaves out as it is. */
void grid_select(struct grid *g, enum selection_kind kind);
bool grid_end_selection(struct grid *g);
enum selection_kind grid_selected(const struct grid *g, struct selection_area *out);

/* What of a table is at a place of the screen. */
enum grid_part { GRID_NOTHING, GRID_NAME, GRID_BORDER, GRID_CELL };

/* The mouse was pressed at a place in r, that of the last grid_draw(): the cursor goes to
 * the row and the column there. grid_drag(): it was moved to a column of the screen; when
 * it was pressed on the border behind a column, that gets as wide. */
enum grid_part grid_press(struct grid *g, struct rect r, int row, int col);
void grid_drag(struct grid *g, int col);

/* Moves the screen; the cursor stays where it is while that is seen. */
void grid_turn(struct grid *g, int64_t rows, int64_t columns);

/* Rows on the screen, at least 1. */
int64_t grid_height(const struct grid *g);

/* Adds where the cursor is and what its column is. */
void grid_status(const struct grid *g, struct info_line *out);

#endif
