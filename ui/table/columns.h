/*
 * ui/table/columns.h - the columns of one table as they are displayed: order, widths, which
 * are hidden, which are frozen. Where each stands on a line: ui/table/columns_line.
 *
 * All columns of a table that are not formatting stand in one order; those that are not
 * hidden are displayed and counted by a display index from 0. The first of the order, up to
 * a boundary, are frozen: they stay on screen. Widths are terminal columns; they grow with
 * what is seen and shrink only when asked to. Knows no drawing and no network. Loop thread.
 *
 * Invariant: a table with columns has a displayed one.
 */
#ifndef UI_TABLE_COLUMNS_H
#define UI_TABLE_COLUMNS_H

#include "model/schema.h"
#include "ui/table/column_formats.h"
#include "ui/table/column_look.h"

#define COLUMN_WIDTH_MIN 3   /* of a column */
#define COLUMN_WIDTH_MAX 500 /* that can be asked for */

struct columns; /* opaque */

/* Owned; of no table yet. ascii: names are drawn in ASCII, and take the room of that. */
struct columns *columns_new(bool ascii);
void columns_free(struct columns *c); /* accepts NULL */

/* Gives the columns of a table; s is borrowed until the next call. They come as its layout
 * hints ask for, else in its order, but for what the user did to columns of the same names:
 * those that he moved stand behind the same neighbour, hidden, shown, sized and frozen ones
 * stay so, and widths do not shrink. What he did to a column is not forgotten while the
 * table does not have it, but for its place. NULL: not known for now, all is kept for the
 * next one.
 */
void columns_set_schema(struct columns *c, const struct schema *s);
const struct schema *columns_schema(const struct columns *c); /* borrowed, or NULL */

/* --- displayed columns, by display index --- */

size_t columns_count(const struct columns *c);

/* Schema columns in display order; borrowed until the columns change. */
const size_t *columns_order(const struct columns *c);

/* Borrowed until the columns change. i < columns_count(). */
const struct column_look *columns_look(const struct columns *c, size_t i);
const char *columns_name(const struct columns *c, size_t i);

/* Display index of a schema column, or of the first column of that name; -1: hidden, or
 * there is none. */
long columns_find(const struct columns *c, size_t schema);
long columns_find_name(const struct columns *c, const char *name);

/* Another number after each change that measuring cells did not make. */
uint64_t columns_version(const struct columns *c);

/* Hidden columns stand just before display index i, which may be columns_count(). */
bool columns_hidden_before(const struct columns *c, size_t i);

/* --- formats --- */

/* Shows a column by that name by a format (given; NULL: as usual), hidden or not, and
 * whatever table has one of its name later. Its width is found anew, but for one that the
 * user chose. */
void columns_set_format(struct columns *c, const char *name, struct value_format *format);

/* How cells are shown has changed otherwise: likewise, of all columns. */
void columns_measure_anew(struct columns *c);

/* That of a schema column, or NULL; borrowed likewise. */
const struct value_format *columns_format_of(const struct columns *c, size_t schema);

/* Which columns have one; borrowed until the next change. */
const struct column_formats *columns_formats(const struct columns *c);

/* --- widths --- */

/* Takes a cell in: the column grows so that it shows whole behind what stands before it
 * there, as far as columns grow. server is the format that the server has for it, which
 * counts where the column has none; or NULL. */
void columns_see(struct columns *c, size_t i, int before, const struct value *v,
                 const struct value_format *server, const struct draw_env *env);

/* Makes it wider, or narrower when by is negative, between the two limits above. One that
 * was made narrower no longer grows by itself. */
void columns_resize(struct columns *c, size_t i, int64_t by);

/* Back to the width of the header, the whole name; cells seen from now on widen it,
 * whatever they take. */
void columns_fit(struct columns *c, size_t i);

/* The same for all, with the usual limits. */
void columns_fit_all(struct columns *c);

/* --- marks in the header --- */

/* Stands beside a column's name: how the table is sorted and filtered by it. */
struct column_mark {
    const char *column;
    const char *text;
};

/* In place of the marks before (copied). A column widens for its own; names that no column
 * has are kept for the next table. */
void columns_set_marks(struct columns *c, const struct column_mark *marks, size_t n);
const char *columns_mark(const struct columns *c, size_t i); /* "": none; borrowed */

/* --- order, hidden and frozen ones --- */

/* Hides up to n columns from i on, but never all; returns how many. */
size_t columns_hide(struct columns *c, size_t i, int64_t n);

/* Returns how many were hidden. */
size_t columns_show_all(struct columns *c);

/* Moves a column by that many displayed ones; frozen ones stay among themselves, and so do
 * the others. Returns its new display index. */
size_t columns_move(struct columns *c, size_t i, int64_t by);

/* Freezes the first n displayed columns, and no others. */
void columns_freeze(struct columns *c, size_t n);
size_t columns_frozen(const struct columns *c); /* displayed ones */

/* --- all columns, hidden ones too, for a list to choose from --- */

struct column_entry {
    size_t schema;
    const char *name; /* borrowed */
    bool hidden, frozen;
};

size_t columns_all(const struct columns *c);
struct column_entry columns_entry(const struct columns *c, size_t i); /* i < columns_all */

/* False when it would hide the last displayed one. */
bool columns_set_hidden(struct columns *c, size_t i, bool hidden);

/* Moves an entry among its like; returns its new index. */
size_t columns_shift(struct columns *c, size_t i, int64_t by);

#endif
