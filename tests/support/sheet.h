/*
 * tests/support/sheet.h - the viewer's screen read back as a table.
 *
 * Columns are told apart by the two blanks the grid keeps between them, so texts with two
 * blanks in a row cannot be read. Reads --ascii too. The rule after frozen columns and the
 * marks of hidden ones, and those of sort and filters in the header (not in ASCII), are
 * left out, and so is a last column that is cut by the edge of the
 * screen. One thread.
 */
#ifndef TESTS_SUPPORT_SHEET_H
#define TESTS_SUPPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/pty.h"

#define SHEET_COLUMNS_MAX 512
#define SHEET_ROWS_MAX 256

struct sheet {
    size_t n_columns, n_rows;
    char *name[SHEET_COLUMNS_MAX];
    char *type[SHEET_COLUMNS_MAX];  /* NULL where the type line is not read */
    int64_t number[SHEET_ROWS_MAX]; /* as in the gutter, from 1 */
    char *cell[SHEET_ROWS_MAX][SHEET_COLUMNS_MAX]; /* NULL: cut by the edge */
    bool pending;                                  /* some cell is not here yet */
};

/* Reads what is on the screen now; false when there is no table on it. Release with
 * sheet_release in either case. */
bool sheet_read(const struct pty *t, struct sheet *out);
void sheet_release(struct sheet *s);

/* Index of a column, or -1. */
int sheet_column(const struct sheet *s, const char *name);

/* Text of a column in table row i (from 0); owned by the caller, NULL: not checked. */
typedef char *sheet_formula(const char *column, int64_t i);

/* Waits until the keys typed so far have been taken in. */
void sheet_sync(struct pty *t);

/* The same, and until no cell is pending. */
void sheet_settle(struct pty *t);

/* Fails the test unless every cell on the screen equals the formula, rows are numbered
 * without gaps and there is at least one cell to compare. Returns the number of cells
 * compared. */
size_t sheet_check(const struct pty *t, sheet_formula *formula);

/* The same of cells that are neither pending nor on a screen too small for any: those that
 * their column cuts begin like the formula's. */
size_t sheet_check_known(const struct pty *t, sheet_formula *formula);

/* Fails the test unless the columns on the screen begin with these names, each followed by
 * a blank. */
void sheet_check_columns(const struct pty *t, const char *names);

/* Part of a screen: rows and columns from 0, the last row in it, the end column not. */
struct sheet_area {
    int first_row, last_row, first_col, end_col;
};

/* Fails the test unless every letter or digit there looks old, but for those in the row of
 * the cursor, which has a look of its own. Returns how many did. */
size_t sheet_check_old(const struct pty *t, const struct sheet_area *a, int cursor_row);

/* The current row and the number of rows, as the status line tells them. */
bool sheet_status(const struct pty *t, int64_t *row, int64_t *rows);
void sheet_wait_status(struct pty *t, int64_t row, int64_t rows);

/* The formulas of the tables small, million and billion, and of those they are named after.
 */
char *sheet_formula_million(const char *column, int64_t i);
char *sheet_formula_wide(const char *column, int64_t i);
char *sheet_formula_verywide(const char *column, int64_t i);
char *sheet_formula_appending(const char *column, int64_t i);

#endif
