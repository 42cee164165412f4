/*
 * ui/table/columns_fields.h - how columns stand, as fields of a line: which are frozen, and
 * of each its name, its width and whether it is hidden, in their order; then the columns
 * that have a format, and that.
 *
 * For saved views. Loop thread.
 */
#ifndef UI_TABLE_COLUMNS_FIELDS_H
#define UI_TABLE_COLUMNS_FIELDS_H

#include "model/link_fields.h"
#include "ui/table/columns.h"

void columns_put_fields(const struct columns *c, struct link_writer *w);

/* Lays the columns out as the next fields say, as if the user had done it by hand. Columns
 * that are not there are left out; those that the fields do not name come last. ERR_USAGE
 * where the fields are others; what was read before that counts. */
enum err_code columns_take_fields(struct columns *c, struct link_reader *r);

#endif
