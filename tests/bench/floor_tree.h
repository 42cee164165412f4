/*
 * tests/bench/floor_tree.h - the requests by which a node of a rollup is opened, as the
 * program makes them.
 */
#ifndef TESTS_BENCH_FLOOR_TREE_H
#define TESTS_BENCH_FLOOR_TREE_H

#include "base/buf.h"
#include "base/err.h"

/* The two messages of the upload of the keys, and the one of the view; owned. */
struct floor_tree {
    struct buf schema, rows, view;
};

/* Of the variable rollup, by one column of texts, the node of that text is open: in the
 * export `view`, by a table of keys that becomes the export `keys`. */
enum err_code floor_tree_encode(const char *rollup, const char *column, const char *text,
                                int32_t keys, int32_t view, struct floor_tree *out,
                                struct err *e);
void floor_tree_release(struct floor_tree *t);

#endif
