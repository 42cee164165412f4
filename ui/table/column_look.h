/*
 * ui/table/column_look.h - how the cells of one column are laid out: their text, and where
 * the decimal points of numbers stand.
 *
 * Knows no other columns. Loop thread.
 */
#ifndef UI_TABLE_COLUMN_LOOK_H
#define UI_TABLE_COLUMN_LOOK_H

#include "model/value_format.h"
#include "ui/widget/view.h"

#define COLUMN_CELL_BYTES 1024 /* formatted of one cell; a screen cell shows fewer */

struct column_look {
    size_t schema; /* its number in the schema */
    int width;
    int before, after; /* of the decimal point, for numbers that are lined up */
    int time_digits;   /* digits of a fraction of a second */
    const struct value_format *format; /* NULL: as usual; borrowed until it is set anew */
};

/* Appends the text of a VALUE_SET cell to out. */
void column_look_put(const struct column_look *look, const struct value *v,
                     const struct draw_env *env, struct buf *out);

/* How many columns of the screen such a text takes before its decimal point, or where that
 * would be. */
int column_look_point(const struct column_look *look, const struct type *t,
                      struct bytes text, bool ascii);

/* Takes a VALUE_SET cell in, so that points and digits have their room, and returns how
 * wide it is then; limit is what a column grows to. text is scratch of COLUMN_CELL_BYTES.
 */
int column_look_see(struct column_look *look, const struct value *v, int limit,
                    struct buf *text, const struct draw_env *env);

#endif
