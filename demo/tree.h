/*
 * demo/tree.h - hierarchical tables that never change: the nodes of a tree, and views of
 * them, in which some nodes are open.
 *
 * A tree is put together node by node, in the order in which they are shown when all are
 * open; each is a row of some table. Then it is a table to be passed on like others, which
 * holds all that it is made of. Protocol: deephaven-core hierarchicaltable.proto,
 * BarrageUtil ("deephaven:" keys). Loop thread only.
 */
#ifndef DEMO_TREE_H
#define DEMO_TREE_H

#include "base/err.h"
#include "demo/selection.h"

/* What the schema says of a column, in demo_column.flags. */
#define TREE_EXPAND_BY "deephaven:hierarchicalTable.isExpandByColumn"

struct tree; /* opaque */

/* A tree without nodes. Columns are given, the array too; those that tell of a node how
 * deep it lies, the root 1, and whether it is open come before them. by_depth: nodes are
 * told apart by their depth as well, and the root is open from the start. Owned until
 * tree_finish(); name and about are borrowed for ever. */
struct tree *tree_new(const char *name, const char *about, struct demo_column *columns,
                      size_t n, bool by_depth);

/* Where the nodes of the next depth have their cells; the last one added is that of all
 * deeper ones too. rows and the array are given: for each of the tree's own columns one of
 * rows, or SIZE_MAX where such nodes have null. */
void tree_add_level(struct tree *t, struct selection *rows, size_t *columns);

/* Adds a node, a row of its depth's level; those below it are added before its end. */
size_t tree_begin_node(struct tree *t, int depth, int64_t row);
void tree_end_node(struct tree *t, size_t node);

/* Nothing is added any more: given, *out is owned by the caller. */
void tree_finish(struct tree *t, const struct world *w, struct selection *out);

/* The rows of a tree that are shown while the nodes are open that a table of keys names,
 * by the columns with TREE_EXPAND_BY; action: its column of what becomes of each, empty
 * when it has none. keys may be NULL. *out is owned by the caller. ERR_USAGE: it is not
 * such a table. ERR_REFUSED: it changes, or is too large. */
enum err_code tree_view(const struct selection *tree, const struct selection *keys,
                        struct bytes action, const struct world *w, struct selection *out,
                        struct err *e);

#endif
