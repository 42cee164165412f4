/*
 * model/hierarchy.h - tables whose rows are the nodes of a tree: rollups, and trees.
 *
 * A server shows such a table as rows like any other, in the order of the tree, of which
 * two columns tell how deep a row lies and whether it is open; rows of nodes that are
 * closed are not there. A rollup may also have the rows that it is made of, as the leaves:
 * their values are in columns of their own, which have the names of the others. Numbers
 * from the wire are bounded here. Pure.
 *
 * Protocol: deephaven-core hierarchicaltable.proto, BarrageUtil ("deephaven:" keys).
 */
#ifndef MODEL_HIERARCHY_H
#define MODEL_HIERARCHY_H

#include "base/err.h"
#include "model/rowset.h"
#include "model/window.h"

/* Columns that make the key of a node. */
#define HIERARCHY_KEYS_MAX 64

/* Levels of a tree that are told apart on the screen. */
#define HIERARCHY_DEPTH_MAX 32

/* Finds out how the columns of a schema belong together, which say themselves what they
 * are. ERR_PROTO for one that says it is of a hierarchical table, but has not what makes it
 * one; ERR_LIMIT for more than HIERARCHY_COLUMNS_MAX. Nothing for other tables. */
#define HIERARCHY_COLUMNS_MAX 4096
enum err_code hierarchy_settle(struct schema *s, struct err *e);

/* Adds the columns without which a view refuses to be read or its nodes cannot be opened,
 * and those of the leaves that stand for columns of the set. Nothing for other tables. */
void hierarchy_add_columns(const struct schema *s, struct rowset *columns);

/* The columns that make the key of a node, in order; returns how many there are, of which
 * out has HIERARCHY_KEYS_MAX at most. */
size_t hierarchy_keys(const struct schema *s, size_t out[HIERARCHY_KEYS_MAX]);

/* The column is not one to look at. */
bool hierarchy_hides(const struct schema *s, size_t column);

enum hierarchy_state {
    HIERARCHY_UNKNOWN, /* not here yet */
    HIERARCHY_LEAF,
    HIERARCHY_CLOSED,
    HIERARCHY_OPEN
};

struct hierarchy_row {
    enum hierarchy_state state;
    int depth;    /* of the row, 1 to HIERARCHY_DEPTH_MAX; 0: not known */
    bool is_leaf; /* it is one of the rows that a rollup is made of */
};

struct hierarchy_row hierarchy_row(const struct window *w, int64_t position);

/* A row has something in a column: not one of a higher level than the column is of, nor a
 * leaf in what is made of all of them. */
bool hierarchy_row_has(const struct schema *s, const struct hierarchy_row *row,
                       size_t column);

/* The key of the row's node, in the order of hierarchy_keys(), borrowed as from
 * window_cell(). False: not all of it is here. */
bool hierarchy_key(const struct window *w, int64_t position,
                   struct value out[HIERARCHY_KEYS_MAX]);

#endif
