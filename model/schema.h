/*
 * model/schema.h - names, types and table attributes of one table, as its server describes
 * them.
 *
 * Built once from a schema message and constant afterwards. Facts: custom metadata of
 * deephaven-core BarrageUtil ("deephaven:" keys). Loop thread only.
 */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "model/column.h"

struct schema_column {
    char *name;         /* owned; as sent, not yet safe to show; may repeat in rollups */
    char *java_type;    /* owned; "deephaven:type", "" when absent */
    char *description;  /* owned; "" when absent */
    struct type *type;  /* owned */
    char *arrow_name;   /* owned; the Arrow type in words, for placeholders and help */
    char *style_column; /* owned; name of the column that colours this one, or NULL */
    char *number_format_column; /* owned; likewise for number formats */
    char *date_format_column;   /* owned; likewise for date formats */
    bool is_format; /* only formats others (style, number or date format): hidden */
    bool is_row_style;
    bool is_key; /* input table key column */
};

struct schema_attribute {
    char *name;  /* owned; without the "attribute." prefix */
    char *value; /* owned */
};

struct schema {
    struct schema_column *columns; /* owned */
    size_t n_columns;
    struct schema_attribute *attributes; /* owned */
    size_t n_attributes;
    bool is_blink;       /* attribute BlinkTable */
    bool is_append_only; /* attribute AddOnly or AppendOnly */
    bool is_input;       /* an input table */
};

void schema_free(struct schema *s); /* accepts NULL; frees the types that columns borrow */

struct schema *schema_copy(const struct schema *s); /* owned */

/* Value of a table attribute, borrowed, or NULL. */
const char *schema_attribute(const struct schema *s, const char *name);

/* Index of the first column of that name, or -1. */
long schema_find(const struct schema *s, const char *name);

#endif
