/*
 * ui/table/header_marks.h - how the header shows what a table is sorted and filtered by.
 *
 *     ▲ ▼        sorted up, down; with several keys a number says which comes first
 *     |▲|        by absolute value
 *     ⌕          a filter of this column
 *
 * In ASCII ^ v and &. Pure, but for the columns that it marks.
 */
#ifndef UI_TABLE_HEADER_MARKS_H
#define UI_TABLE_HEADER_MARKS_H

#include "model/recipe.h"
#include "ui/table/columns.h"
#include "ui/widget/info_line.h"

/* Marks the columns of a table with that recipe, and no others. */
void header_marks_set(struct columns *c, const struct recipe *r, bool ascii);

/* Adds the filters of that column in words, those of others by their number, and what the
 * header does not show: a table that is reversed and not sorted. */
void header_marks_status(const struct recipe *r, const char *column, struct info_line *out);

#endif
