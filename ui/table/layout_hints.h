/*
 * ui/table/layout_hints.h - reads the table attribute LayoutHints: how its maker wants the
 * columns laid out.
 *
 * The text is "key=Name,Name;key=Name;" in any order; a key may stand alone. Read here are
 * front, back, hide and freeze (protocol: deephaven-core LayoutHintBuilder);
 * ui/table/column_groups reads the groups. Pure.
 */
#ifndef UI_TABLE_LAYOUT_HINTS_H
#define UI_TABLE_LAYOUT_HINTS_H

#include <stdbool.h>

#include "base/buf.h"

struct layout_hints {
    const char *next; /* private; borrows the text */
    const char *end;
};

/* Starts reading the names of a key; hints may be NULL and must outlive the reader. */
struct layout_hints layout_hints(const char *hints, const char *key);

/* The next name; false after the last. */
bool layout_hints_next(struct layout_hints *h, struct bytes *name);

#endif
