/*
 * ui/table/column_formats.h - which columns are shown by a format of their own, by name.
 *
 * A column that the table does not have now keeps its format for the next table that has
 * it. Zero-initialised: none. Loop thread.
 */
#ifndef UI_TABLE_COLUMN_FORMATS_H
#define UI_TABLE_COLUMN_FORMATS_H

#include "model/value_format.h"

struct column_formats {
    struct column_format {
        char *column;
        struct value_format *format;
    } * all; /* owned, and what is in it */
    size_t n, cap;
};

void column_formats_release(struct column_formats *f); /* none, again */

/* In place of the one that the column had; format is given, NULL: none. */
void column_formats_set(struct column_formats *f, const char *column,
                        struct value_format *format);

/* NULL: it has none that is for this type. Borrowed until the column's next one. */
const struct value_format *column_formats_find(const struct column_formats *f,
                                               const char *column, const struct type *t);

#endif
