/*
 * ui/table/row_fetch.h - cells of some rows of a table on the screen, by columns that need
 * not be on it.
 *
 * As they are held, where all are, else as the server has them after a round trip. Loop
 * thread.
 */
#ifndef UI_TABLE_ROW_FETCH_H
#define UI_TABLE_ROW_FETCH_H

#include "ui/table/table_view.h"

#define ROW_FETCH_CELLS_MAX 65536 /* of one fetch */

/* Borrowed for the callback. A cell is one of the n names that were asked for, in the row
 * first + i; its value borrows likewise, and may be the text of one whose type is another.
 */
struct row_fetch;
struct value row_fetch_cell(const struct row_fetch *f, int64_t i, size_t name);

/* f is NULL, and why says so, when they could not be had. */
typedef void row_fetch_fn(void *ctx, struct table_view *t, const struct row_fetch *f,
                          const struct err *why);

/* Has fn called once, at once or later; the newest call of a table wins. The names are
 * copied, and are columns of what is shown; the rows are there, of no more cells than
 * ROW_FETCH_CELLS_MAX. */
void table_view_fetch_rows(struct table_view *t, int64_t first, int64_t n_rows,
                           const char *const *names, size_t n, row_fetch_fn *fn, void *ctx);

#endif
