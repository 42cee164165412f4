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
#include <stdint.h>

#include "base/pool.h"
#include "model/column.h"

/* A table whose rows are the nodes of a tree, as a server's view of it tells: see
 * model/hierarchy.h. */
enum hierarchy { HIERARCHY_NONE, HIERARCHY_ROLLUP, HIERARCHY_TREE };

enum hierarchy_role {
    HIERARCHY_PLAIN,
    HIERARCHY_DEPTH,      /* how deep the row lies */
    HIERARCHY_EXPANDED,   /* whether it is open */
    HIERARCHY_CONSTITUENT /* of the rows that a rollup is made of */
};

/* Texts are borrowed from the schema's pool. There may be tens of thousands of these. */
struct schema_column {
    const char *name;         /* as sent, not yet safe to show; may repeat in rollups */
    const char *java_type;    /* "deephaven:type", "" when absent */
    const char *description;  /* "" when absent */
    struct type *type;        /* owned */
    const char *arrow_name;   /* the Arrow type in words, for placeholders and help */
    const char *style_column; /* name of the column that colours this one, or NULL */
    const char *number_format_column; /* likewise for number formats */
    const char *date_format_column;   /* likewise for date formats */
    bool is_format; /* only formats others (style, number or date format): hidden */
    bool is_row_style;
    bool is_key;        /* input table key column */
    bool is_partition;  /* tells where a row is stored: of a source that is read in parts */
    bool is_unsortable; /* the table does not let itself be sorted by it */
    enum hierarchy_role role;
    bool is_expand_by; /* a part of the key that a node is opened by */
    int level;         /* of a rollup's: rows less deep have nothing in it; 0: all have */
    size_t leaf;       /* the column that has its values in leaves; 0: it has them itself */
    bool as_text; /* asked for as text, because its type does not go over the wire whole:
                     type and java_type are the column's, its values are strings */
};

struct schema_attribute {
    const char *name; /* without the "attribute." prefix; both from the pool */
    const char *value;
};

struct schema {
    struct pool texts;             /* of columns and attributes */
    struct schema_column *columns; /* owned */
    size_t n_columns;
    struct schema_attribute *attributes; /* owned */
    size_t n_attributes;
    bool is_blink;       /* attribute BlinkTable */
    bool is_append_only; /* attribute AddOnly or AppendOnly */
    bool is_input;       /* an input table */
    enum hierarchy hierarchy;
    size_t depth, expanded; /* columns of a hierarchical table */
    int leaf_depth; /* of the rows that a rollup is made of; 0: they are not in it */
};

struct schema *schema_new(size_t n_columns); /* owned; all of it zero */
void schema_free(struct schema *s); /* accepts NULL; frees the types that columns borrow */

struct schema *schema_copy(const struct schema *s); /* owned */

/* Value of a table attribute, borrowed, or NULL. */
const char *schema_attribute(const struct schema *s, const char *name);

/* True when the attribute SortedColumns ("A=Ascending,B=Descending") names the column: the
 * server takes its rows for sorted by it. */
bool schema_is_sorted_by(const struct schema *s, const char *column);

/* Index of the first column of that name, or -1. */
int64_t schema_find(const struct schema *s, const char *name);

/* Some of the columns are keys, as those of an input table may be. */
bool schema_has_keys(const struct schema *s);

/* The type of a column in a word or two, wherever one is shown: "int", "int[]", the Java
 * class without its package for what is sent as its text, the Arrow type where there is no
 * word. Cut to size; returns out. */
const char *schema_type_text(const struct schema_column *c, char *out, size_t size);

#endif
