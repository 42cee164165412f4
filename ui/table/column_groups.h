/*
 * ui/table/column_groups.h - the column groups of a table's layout hints: columns that are
 * to stand side by side.
 *
 * The hint is "columnGroups=name:G::children:A,B::color:C|name:H::children:G,D"; a child is
 * a column or another group (protocol: deephaven-core LayoutHintBuilder). Pure.
 */
#ifndef UI_TABLE_COLUMN_GROUPS_H
#define UI_TABLE_COLUMN_GROUPS_H

#include "base/buf.h"

#define COLUMN_GROUPS_MAX 256     /* that are read */
#define COLUMN_GROUPS_NAMES 65536 /* of their children that are read */
#define COLUMN_GROUPS_NONE SIZE_MAX

/* The item, below n, that has a name, or COLUMN_GROUPS_NONE. */
typedef size_t column_groups_find(const void *ctx, struct bytes name);

/* Reorders the n items of order, each of 0 to n - 1 once: the first child of a group stays
 * where it is and the others follow it, as listed. The first fixed items stay where they
 * are and are in no group; of several groups an item is in the first. hints may be NULL. */
void column_groups_apply(const char *hints, size_t *order, size_t n, size_t fixed,
                         column_groups_find *find, const void *ctx);

#endif
