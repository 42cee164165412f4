/*
 * model/formatting.h - which columns of a table say how others look: a colour, a pattern of
 * numbers or of dates for each cell, and a colour for each row.
 *
 * These columns are not shown themselves. Of one schema, and constant. Facts: protocol,
 * schema metadata (styleColumn, numberFormatColumn, dateFormatColumn, isRowStyle). Pure;
 * loop thread.
 */
#ifndef MODEL_FORMATTING_H
#define MODEL_FORMATTING_H

#include "model/rowset.h"
#include "model/schema.h"

#define FORMATTING_NONE SIZE_MAX

/* Schema columns, or FORMATTING_NONE. */
struct formatting_column {
    size_t style, number, date;
};

struct formatting; /* opaque */

/* Owned. NULL: no column formats another, or a row. A name that no column has is none. */
struct formatting *formatting_new(const struct schema *s);
void formatting_free(struct formatting *f); /* accepts NULL */

/* What formats a schema column, and what colours whole rows. */
struct formatting_column formatting_of(const struct formatting *f, size_t column);
size_t formatting_row_style(const struct formatting *f);

/* Adds to a set of columns those that format them, and rows. f may be NULL, as below. */
void formatting_add(const struct formatting *f, struct rowset *columns);

/* Columns to be asked for where one is shown, itself included, at most; and those that are
 * asked for beside any number of others. */
int64_t formatting_share(const struct formatting *f);
int64_t formatting_rest(const struct formatting *f);

#endif
