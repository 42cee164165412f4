/*
 * demo/sorting.h - the rows of a table in another order. Protocol: Sort of table.proto.
 * Loop thread only.
 */
#ifndef DEMO_SORTING_H
#define DEMO_SORTING_H

#include "client/wire/operations.h"
#include "demo/derived.h"

/* All rows, sorted by the keys, the first counting most; equal rows keep their order. A
 * table of any size can be reversed and sorted by a column that counts its rows, others up
 * to DERIVED_ROWS_MAX rows. *out and *sorted_by ("Column=Ascending" or NULL) are owned by
 * the caller. ERR_NOT_FOUND names columns that are not there, ERR_USAGE is what a real
 * server refuses too, ERR_REFUSED what the demo server cannot do. */
enum err_code sorted_rows(const struct selection *v, const struct world *w,
                          const struct wire_sort *keys, size_t n, struct row_list *out,
                          char **sorted_by, struct err *e);

#endif
