/*
 * model/nodes.h - which nodes of a hierarchical table are open, by their keys.
 *
 * A value: the rows of the table of keys that a server is told them by. A key is the
 * node's values in the columns that the server expands by; in a rollup, where a node has
 * null in the columns below its own, also how deep it lies. What is not named is as the
 * server has it from the start: closed, but for the root of a rollup, or open once all
 * was opened. Pure.
 *
 * Protocol: deephaven-core hierarchicaltable.proto, key tables and their actions.
 */
#ifndef MODEL_NODES_H
#define MODEL_NODES_H

#include "base/err.h"
#include "model/hierarchy.h"

#define NODES_MAX ((size_t)50000) /* that are named at once */

struct nodes; /* opaque */

/* Of a hierarchical table with that schema: none named. Owned. ERR_LIMIT for more than
 * HIERARCHY_KEYS_MAX columns, ERR_USAGE for one of a type that cannot be told to a server.
 */
enum err_code nodes_new(const struct schema *s, struct nodes **out, struct err *e);
struct nodes *nodes_copy(const struct nodes *n); /* owned; NULL for NULL */
void nodes_free(struct nodes *n);                /* accepts NULL */

/* NULL equals NULL alone. */
bool nodes_equal(const struct nodes *a, const struct nodes *b);

/* Their keys are of a rollup by these columns, in this order. */
bool nodes_fit(const struct nodes *n, const char *const *names, size_t n_names);

/* A key is nodes_key_size() values, in the order of nodes_column(); depth (1 or more) is
 * that of its row. Opening or closing all forgets what was named. */
size_t nodes_key_size(const struct nodes *n);
bool nodes_is_open(const struct nodes *n, const struct value *key);
enum err_code nodes_set(struct nodes *n, const struct value *key, int depth, bool open,
                        struct err *e);
void nodes_set_all(struct nodes *n, bool open);

/* --- the table of keys --- */

/* The column that says what becomes of a node. */
#define NODES_ACTION "__DhviewAction"

struct nodes_column {
    const char *name, *java_type;
    const struct column *cells;
}; /* borrowed */

size_t nodes_rows(const struct nodes *n); /* 0: all is as from the start */
/* i < nodes_key_size(), and the last: the action. */
struct nodes_column nodes_column(const struct nodes *n, size_t i);

#endif
