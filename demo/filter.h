/*
 * demo/filter.h - which rows of a table conditions let through, as a real server has it:
 * null is less than every value, NaN neither less nor more than any, and so on.
 *
 * A table of any size can be cut by comparisons of a column that counts its rows; every
 * other condition is looked at row by row, in DERIVED_ROWS_MAX rows at most. Protocol:
 * deephaven-core FilterFactory. Loop thread only.
 */
#ifndef DEMO_FILTER_H
#define DEMO_FILTER_H

#include "client/wire/operations.h"
#include "demo/derived.h"

/* The rows that all conditions let through, in their order; *out is owned by the caller.
 * The table never changes. expression: the conditions are of the server's language, which
 * compares durations as well. ERR_USAGE: a real server refuses that too. ERR_REFUSED: the
 * demo server cannot do it. */
enum err_code filter_rows(const struct selection *v, const struct world *w,
                          const struct wire_condition *conditions, size_t n,
                          bool expression, struct row_list *out, struct err *e);

#endif
