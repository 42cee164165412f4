/*
 * ui/table/column_layout.h - how the maker of a table wants its columns laid out: which
 * come first and last, which are hidden, frozen or side by side.
 *
 * The table attribute LayoutHints says so (ui/table/layout_hints, ui/table/column_groups);
 * without it columns stand as in the schema. Formatting columns are left out. Cheap at any
 * number of columns and any length of hints. Pure.
 */
#ifndef UI_TABLE_COLUMN_LAYOUT_H
#define UI_TABLE_COLUMN_LAYOUT_H

#include "base/buf.h"
#include "model/schema.h"

struct column_layout; /* opaque */

/* s is borrowed until it is freed. Owned. */
struct column_layout *column_layout_new(const struct schema *s);
void column_layout_free(struct column_layout *l);

size_t column_layout_count(const struct column_layout *l);

/* The first so many are frozen. */
size_t column_layout_frozen(const struct column_layout *l);

/* By place, below the count: its number in the schema, and whether it is hidden. Not all
 * are. */
size_t column_layout_schema(const struct column_layout *l, size_t place);
bool column_layout_hidden(const struct column_layout *l, size_t place);

/* The place of a column of that name, each only once: where a name repeats, the next one
 * with the next call. The count when there is none left. */
size_t column_layout_take(struct column_layout *l, struct bytes name);

#endif
