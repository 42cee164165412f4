/*
 * client/wire/hierarchy.h - the C face of hierarchicaltable.proto: what makes hierarchical
 * tables, and views of them.
 *
 * Spans that are written are borrowed from the caller. Replies are empty. Pure; any thread.
 *
 * Protocol: deephaven-core hierarchicaltable.proto.
 */
#ifndef CLIENT_WIRE_HIERARCHY_H
#define CLIENT_WIRE_HIERARCHY_H

#include "client/wire/operations.h"

#ifdef __cplusplus
extern "C" {
#endif

/* RollupRequest. */
struct wire_rollup {
    struct bytes source, result; /* tickets */
    const struct bytes *names;   /* of the columns to group by */
    size_t n_names;
    const struct wire_aggregation *aggregations;
    size_t n_aggregations;
    bool constituents; /* the rows that it is made of are its leaves */
};
enum err_code wire_rollup_encode(const struct wire_rollup *in, struct buf *out,
                                 struct err *e);

/* Spans of out borrow from memory, which is released with wire_operations_release(), also
 * on failure. */
enum err_code wire_rollup_decode(struct bytes in, struct wire_rollup *out,
                                 struct wire_operations *memory, struct err *e);

/* HierarchicalTableApplyRequest, of at least one condition or sort. */
struct wire_apply {
    struct bytes source, result; /* tickets */
    const struct wire_condition *conditions;
    size_t n_conditions;
    const struct wire_sort *sorts;
    size_t n_sorts;
};
enum err_code wire_apply_encode(const struct wire_apply *in, struct buf *out,
                                struct err *e);

/* The ticket of its result; borrows from in. */
enum err_code wire_apply_result_decode(struct bytes in, struct bytes *result,
                                       struct err *e);

/* HierarchicalTableViewRequest. */
struct wire_tree_view {
    struct bytes source, result; /* tickets */
    struct bytes keys;           /* of the table of keys; empty: none */
    struct bytes action;         /* its column of actions; read: empty when it has none */
};
enum err_code wire_tree_view_encode(const struct wire_tree_view *in, struct buf *out,
                                    struct err *e);

/* Spans borrow from in. */
enum err_code wire_tree_view_decode(struct bytes in, struct wire_tree_view *out,
                                    struct err *e);

#ifdef __cplusplus
}
#endif

#endif
