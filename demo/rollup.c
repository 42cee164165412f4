/*
 * For each level the rows are grouped and added up anew, by one column more than for the
 * level above: a group's values are a row of that level's table. The nodes are then listed
 * by going down: the groups in a group are those of its rows, in the order of their first
 * rows.
 *
 * protocol: columns to group by come first, then what is made of the others, then, where
 * rows are leaves, all columns of these.
 */
#include "demo/rollup.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/aggregate.h"
#include "demo/groups.h"
#include "demo/tree.h"

struct rolling {
    const struct wire_rollup *asked;
    const struct selection *source;
    const struct world *world;
    int64_t rows;
    struct selection
        values[ROLLUP_NAMES_MAX + 1];           /* by level; owned until the tree has it */
    struct groups groups[ROLLUP_NAMES_MAX + 1]; /* likewise; owned */
    size_t *group_of[ROLLUP_NAMES_MAX + 1];     /* owned: of each row */
    struct tree *tree;
    struct err *e;
};

static void release(struct rolling *r)
{
    for (size_t i = 0; i <= ROLLUP_NAMES_MAX; i++) {
        selection_release(&r->values[i]);
        groups_release(&r->groups[i]);
        free(r->group_of[i]);
    }
}

/* --- levels --- */

static void note_groups(struct rolling *r, size_t level)
{
    const struct groups *g = &r->groups[level];

    r->group_of[level] = MEM_ARRAY(size_t, (size_t)r->rows);
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = g->starts[i]; k < g->starts[i + 1]; k++)
            r->group_of[level][g->rows[k]] = i;
}

/* What is made of the groups by so many of the columns; of no rows there is one for all. */
static enum err_code add_up(struct rolling *r, size_t level)
{
    struct wire_op op = {.texts = r->asked->names,
                         .n_texts = level,
                         .aggregations = r->asked->aggregations,
                         .n_aggregations = r->asked->n_aggregations,
                         .preserve_empty = true};
    size_t columns[ROLLUP_NAMES_MAX];

    TRY(aggregate(&op, r->source, r->world, &r->values[level], r->e));
    for (size_t i = 0; i < level; i++)
        columns[i] = selection_find(r->source, r->asked->names[i]);
    TRY(groups_make(r->source, r->world, columns, level, &r->groups[level], r->e));
    note_groups(r, level);
    return ERR_OK;
}

static enum err_code add_up_all(struct rolling *r)
{
    size_t groups = 0, n_names = r->asked->n_names;

    for (size_t level = 0; level <= n_names; level++) {
        TRY(add_up(r, level));
        groups += r->groups[level].n;
    }
    if (groups * (n_names + 1) > DERIVED_CELLS_MAX)
        return err_set(r->e, ERR_REFUSED, "the demo server makes %d values at most",
                       DERIVED_CELLS_MAX);
    return ERR_OK;
}

/* --- columns --- */

static size_t n_columns(const struct rolling *r)
{
    size_t of_rows = r->asked->constituents ? r->source->n_columns : 0;

    return r->values[r->asked->n_names].n_columns + of_rows;
}

static struct demo_column column_of(const struct selection *v, size_t c,
                                    const char *const *flags)
{
    return (struct demo_column){.name = mem_strdup(v->columns[c].name),
                                .java = selection_java(v, c),
                                .about = "",
                                .component = selection_component(v, c),
                                .type = derived_type(selection_type(v, c)),
                                .flags = flags};
}

static bool is_group(const struct rolling *r, const char *name)
{
    for (size_t i = 0; i < r->asked->n_names; i++)
        if (bytes_equal(bytes_of(name), r->asked->names[i]))
            return true;
    return false;
}

/* Owned. */
static struct demo_column *make_columns(const struct rolling *r)
{
    static const char *const group[] = {
        TREE_EXPAND_BY, "deephaven:rollupTable.isGroupByColumn",
        "deephaven:rollupTable.isAggregatedNodeColumn", NULL};
    static const char *const made[] = {"deephaven:rollupTable.isAggregatedNodeColumn",
                                       NULL};
    static const char *const row[] = {"deephaven:rollupTable.isConstituentNodeColumn",
                                      NULL};
    static const char *const row_group[] = {"deephaven:rollupTable.isConstituentNodeColumn",
                                            "deephaven:rollupTable.isGroupByColumn", NULL};
    const struct selection *deepest = &r->values[r->asked->n_names];
    struct demo_column *out = MEM_ARRAY(struct demo_column, n_columns(r));
    size_t n = 0;

    for (size_t c = 0; c < deepest->n_columns; c++)
        out[n++] = column_of(deepest, c, c < r->asked->n_names ? group : made);
    for (size_t c = 0; c < r->source->n_columns && r->asked->constituents; c++)
        out[n++] = column_of(r->source, c,
                             is_group(r, r->source->columns[c].name) ? row_group : row);
    return out;
}

/* A level has the columns it is grouped by, then what is made of the others. Owned. */
static size_t *columns_of_level(const struct rolling *r, size_t level)
{
    size_t n_names = r->asked->n_names, n_deepest = r->values[n_names].n_columns;
    size_t *out = MEM_ARRAY(size_t, n_columns(r));

    for (size_t c = 0; c < n_columns(r); c++) {
        if (c < n_names)
            out[c] = c < level ? c : SIZE_MAX;
        else
            out[c] = c < n_deepest ? c - n_names + level : SIZE_MAX;
    }
    return out;
}

static size_t *columns_of_rows(const struct rolling *r)
{
    size_t n_deepest = r->values[r->asked->n_names].n_columns;
    size_t *out = MEM_ARRAY(size_t, n_columns(r));

    for (size_t c = 0; c < n_columns(r); c++)
        out[c] = c < n_deepest ? SIZE_MAX : c - n_deepest;
    return out;
}

static void add_levels(struct rolling *r)
{
    for (size_t level = 0; level <= r->asked->n_names; level++) {
        struct selection values;

        selection_copy(&values, &r->values[level]);
        tree_add_level(r->tree, &values, columns_of_level(r, level));
    }
    if (r->asked->constituents) {
        struct selection rows;

        selection_copy(&rows, r->source);
        tree_add_level(r->tree, &rows, columns_of_rows(r));
    }
}

/* --- nodes --- */

static void add_group(struct rolling *r, size_t level, size_t group);

/* A row below a node: a leaf, or the first of a group in it. */
static void add_below(struct rolling *r, size_t level, int64_t row)
{
    const struct groups *below = &r->groups[level + 1];
    size_t group;

    if (level == r->asked->n_names) {
        if (r->asked->constituents)
            tree_end_node(r->tree, tree_begin_node(r->tree, (int)level + 2, row));
        return;
    }
    group = r->group_of[level + 1][row];
    if (below->rows[below->starts[group]] == row)
        add_group(r, level + 1, group);
}

static void add_group(struct rolling *r, size_t level, size_t group)
{
    size_t node = tree_begin_node(r->tree, (int)level + 1, (int64_t)group);
    const struct groups *g = &r->groups[level];

    for (size_t i = g->n ? g->starts[group] : 0; g->n && i < g->starts[group + 1]; i++)
        add_below(r, level, g->rows[i]);
    tree_end_node(r->tree, node);
}

/* --- all of it --- */

/* protocol: a rollup has no values in the middle of others. */
static enum err_code check(const struct rolling *r)
{
    if (!table_is_static(r->source->table))
        return err_set(r->e, ERR_REFUSED,
                       "the demo server cannot roll up a table that changes: take "
                       "\"ships\" or \"types\"");
    if (r->asked->n_names > ROLLUP_NAMES_MAX)
        return err_set(r->e, ERR_REFUSED, "the demo server rolls up by %d columns at most",
                       ROLLUP_NAMES_MAX);
    for (size_t i = 0; i < r->asked->n_aggregations; i++)
        if (r->asked->aggregations[i].kind == WIRE_AGG_MEDIAN)
            return err_set(r->e, ERR_USAGE, "a rollup takes no median");
    return ERR_OK;
}

enum err_code rollup(const struct wire_rollup *asked, const struct selection *source,
                     const struct world *w, struct selection *out, struct err *e)
{
    struct rolling r = {.asked = asked,
                        .source = source,
                        .world = w,
                        .rows = table_size(source->table, w, 0),
                        .e = e};
    enum err_code rc = check(&r);

    if (rc == ERR_OK)
        rc = add_up_all(&r);
    if (rc == ERR_OK) {
        r.tree = tree_new("rollup", "", make_columns(&r), n_columns(&r), true);
        add_levels(&r);
        add_group(&r, 0, 0);
        tree_finish(r.tree, w, out);
    }
    release(&r);
    return rc;
}
