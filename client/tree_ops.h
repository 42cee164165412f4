/*
 * client/tree_ops.h - the steps of a recipe that are no operation of a batch, as the
 * requests that a server is asked by: those that make a tree, the merge of parts, and the
 * source where no more is to be told of it than that it is there.
 *
 * Each makes one export. Pure; any thread.
 *
 * Protocol: deephaven-core partitionedtable.proto, hierarchicaltable.proto, session.proto
 * ExportFromTicket; the nodes that are open go as rows of a table of keys.
 */
#ifndef CLIENT_TREE_OPS_H
#define CLIENT_TREE_OPS_H

#include "client/exports.h"
#include "model/recipe_step.h"

/* Zero-initialised: none. Release with tree_request_release(). */
struct tree_request {
    const char *method; /* a string that stays */
    struct buf message;
    struct buf more; /* the second message of an upload, else empty */
    bool is_told;    /* the reply tells of the table that was made */
};

struct tree_source {
    struct bytes ticket; /* what it is made of; not of RECIPE_KEYS */
    struct bytes keys;   /* of RECIPE_NODES: the table of keys, or empty */
};

/* The request for n steps that make one export: RECIPE_FETCH, RECIPE_MERGE, RECIPE_ROLLUP,
 * RECIPE_KEYS, RECIPE_NODES, each alone, or filters and sorts of a tree. ERR_USAGE for a
 * filter that the server cannot be told, ERR_LIMIT for what is too large. Release it also
 * then. */
enum err_code tree_request(const struct recipe_step *steps, size_t n,
                           const struct tree_source *source, const struct exports *exports,
                           struct export_id result, struct tree_request *out,
                           struct err *e);
void tree_request_release(struct tree_request *r);

#endif
