/*
 * model/recipe_step.h - one step of a recipe, and what it does to the rows of a table.
 *
 * A value. Steps that recipe_step_copy() makes own all that they point to; others, such as
 * those of recipe_steps(), borrow it. Pure.
 */
#ifndef MODEL_RECIPE_STEP_H
#define MODEL_RECIPE_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/aggregation.h"
#include "model/condition.h"
#include "model/nodes.h"

enum recipe_op {
    RECIPE_FETCH,     /* the source itself; the first step, but for the next two */
    RECIPE_EMPTY,     /* a source that is made: `last` rows without columns */
    RECIPE_TIME,      /* likewise: a row with the time, each text: PT1S, from the moment
                       * `first` on, in nanoseconds since 1970 */
    RECIPE_FILTER,    /* condition, made of the text typed; column: the quick filter's, or
                       * NULL, which is the one of all columns */
    RECIPE_WHERE,     /* text: a condition in the server's language */
    RECIPE_SORT,      /* keys, most significant first; at least one */
    RECIPE_REVERSE,   /* rows in the opposite order */
    RECIPE_DISTINCT,  /* names: each combination of their values once */
    RECIPE_AGGREGATE, /* aggregates, by names (none: one row, also of an empty table) */
    RECIPE_ADD,       /* column = text: a formula; replaces one of that name in its place */
    RECIPE_DROP,      /* without names */
    RECIPE_SELECT,    /* only names, in this order; the user's wish */
    RECIPE_HEAD,      /* the first `last` rows */
    RECIPE_TAIL,      /* the last `last` rows */
    RECIPE_SLICE,     /* rows from first to before last; negative: counted from the end,
                       * which is 0 behind such a first, else RECIPE_LAST_ROW */
    RECIPE_SNAPSHOT,  /* a copy of the rows as of when it is made, which never changes */
    RECIPE_JOIN,      /* columns of another table, right, in rows whose names are equal:
                       * added, or all when there are none */
    RECIPE_ASOF_JOIN, /* likewise, but for the last name: the row before or at its value */
    RECIPE_STATISTICS, /* one row of figures about column, as of now; of no table that is
                        * worked on, so it has no words, code or link */
    RECIPE_TREE,    /* the source itself, which is hierarchical; first in place of fetch */
    RECIPE_MERGE,   /* the source itself: all parts of a partitioned table; likewise */
    RECIPE_ROLLUP,  /* a tree: aggregates by names, a level for each; all rows as leaves
                     * where last is not 0. Only filters and sorts may follow */
    RECIPE_KEYS,    /* nodes: which of the tree are open */
    RECIPE_NODES,   /* the tree, as far as it is open */
    RECIPE_PREVIEW, /* columns of the Java types names as text */
    RECIPE_VIEW     /* only names, in this order: those near the screen */
};

#define RECIPE_LAST_ROW INT64_MAX /* the last of a slice that goes on to the end */

struct sort_key {
    const char *column;
    bool descending, absolute;
};

struct aggregate {
    enum aggregation op;
    const char *column; /* NULL for AGGREGATION_COUNT */
    const char *name;   /* of the result */
};

/* In front of the name of a variable: its ticket. protocol: ScopeTicketHelper */
#define RECIPE_VARIABLE "s/"

/* The other table of a join, as it was when the step was made: its source, and its steps
 * from that on. */
struct right_table {
    const char *name;    /* of its source */
    struct bytes ticket; /* of its source; empty: the first step makes it */
    const struct recipe_step *steps;
    size_t n;
};

/* What an op does not name is zero. */
struct recipe_step {
    enum recipe_op op;
    const char *const *names;
    size_t n;
    const char *column, *text;
    const struct condition *condition;
    const struct sort_key *keys;
    size_t n_keys;
    const struct aggregate *aggregates;
    size_t n_aggregates;
    int64_t first, last;
    const struct nodes *nodes;
    const struct right_table *right;
    const char *const *added;
    size_t n_added;
};

#define RECIPE_JOINED_MAX 64 /* steps of the right table of a join, with those it joins */

/* Owned: release with recipe_step_release(). */
struct recipe_step recipe_step_copy(const struct recipe_step *s);
void recipe_step_release(struct recipe_step *s);
bool recipe_step_equal(const struct recipe_step *a, const struct recipe_step *b);

/* ERR_USAGE, with the step's name, for counts that a server refuses. protocol: it does so
 * before it begins, with all steps of a request, and without saying which it was. Likewise
 * for a right table that is a tree or partitioned. ERR_LIMIT above RECIPE_JOINED_MAX. */
enum err_code recipe_step_check(const struct recipe_step *s, struct err *e);

/* It changes which rows there are or what they mean by more than their values, so that the
 * filters and sorts before it must stay before it. */
bool recipe_step_sees_order(const struct recipe_step *s);

/* It makes a column that the quick filter of `column` (NULL: of all) would use. c may be
 * NULL. */
bool recipe_step_makes(const struct recipe_step *s, const char *column,
                       const struct condition *c);

/* The last name of an as-of join as the server and Python read it, LEFT >= RIGHT where it
 * is a pair. Owned. */
char *recipe_step_as_of(const struct recipe_step *s);

/* It has the server run an expression that somebody has written. */
bool recipe_step_runs_code(const struct recipe_step *s);

#endif
