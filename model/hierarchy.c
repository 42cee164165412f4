#include "model/hierarchy.h"

#include <string.h>

#include "base/num.h"

#define ROOT_DEPTH 1 /* protocol: of a rollup; its first level is below */

/* --- the schema --- */

/* The only column of that role and kind; n_columns: there is none. */
static size_t find_role(const struct schema *s, enum hierarchy_role role, enum kind kind)
{
    size_t i = 0;

    while (i < s->n_columns &&
           (s->columns[i].role != role || s->columns[i].type->kind != kind))
        i++;
    return i;
}

static bool is_group(const struct schema_column *c)
{
    return c->is_expand_by && c->role == HIERARCHY_PLAIN;
}

/* Each column that a rollup is made by has values from one level more on. */
static int settle_levels(struct schema *s)
{
    int depth = ROOT_DEPTH;

    for (size_t i = 0; i < s->n_columns; i++)
        if (is_group(&s->columns[i]))
            s->columns[i].level = ++depth;
    return depth;
}

/* A leaf's column stands for the one of its name before it. */
static void settle_leaves(struct schema *s, int deepest)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        size_t of;

        if (s->columns[i].role != HIERARCHY_CONSTITUENT)
            continue;
        s->leaf_depth = deepest + 1;
        of = (size_t)schema_find(s, s->columns[i].name);
        if (of < i && s->columns[of].role == HIERARCHY_PLAIN && s->columns[of].leaf == 0)
            s->columns[of].leaf = i;
    }
}

enum err_code hierarchy_settle(struct schema *s, struct err *e)
{
    if (s->hierarchy == HIERARCHY_NONE)
        return ERR_OK;
    if (s->n_columns > HIERARCHY_COLUMNS_MAX)
        return err_set(e, ERR_LIMIT, "a hierarchical table of %zu columns, %d can be shown",
                       s->n_columns, HIERARCHY_COLUMNS_MAX);
    s->depth = find_role(s, HIERARCHY_DEPTH, KIND_INT);
    s->expanded = find_role(s, HIERARCHY_EXPANDED, KIND_BOOL);
    if (s->depth == s->n_columns || s->expanded == s->n_columns)
        return err_set(e, ERR_PROTO,
                       "a hierarchical table whose rows do not tell how deep they lie, or "
                       "whether they are open");
    if (s->hierarchy == HIERARCHY_ROLLUP)
        settle_leaves(s, settle_levels(s));
    return ERR_OK;
}

/* --- columns --- */

void hierarchy_add_columns(const struct schema *s, struct rowset *columns)
{
    if (s->hierarchy == HIERARCHY_NONE)
        return;
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct schema_column *c = &s->columns[i];

        if (i == s->depth || i == s->expanded || c->is_expand_by)
            rowset_add(columns, (int64_t)i, (int64_t)i);
        if (c->leaf > 0 && rowset_has(columns, (int64_t)i))
            rowset_add(columns, (int64_t)c->leaf, (int64_t)c->leaf);
    }
}

size_t hierarchy_keys(const struct schema *s, size_t out[HIERARCHY_KEYS_MAX])
{
    const size_t cap = HIERARCHY_KEYS_MAX;
    size_t n = 0;

    for (size_t i = 0; i < s->n_columns; i++) {
        if (!is_group(&s->columns[i]))
            continue;
        if (n < cap)
            out[n] = i;
        n++;
    }
    if (s->hierarchy != HIERARCHY_ROLLUP)
        return n;
    if (n < cap)
        out[n] = s->depth;
    return n + 1;
}

static bool is_stood_for(const struct schema *s, size_t column)
{
    size_t of = (size_t)schema_find(s, s->columns[column].name);

    return s->columns[of].leaf == column;
}

bool hierarchy_hides(const struct schema *s, size_t column)
{
    const struct schema_column *c = &s->columns[column];

    if (s->hierarchy == HIERARCHY_NONE)
        return false;
    return c->role == HIERARCHY_DEPTH || c->role == HIERARCHY_EXPANDED ||
           (c->role == HIERARCHY_CONSTITUENT && is_stood_for(s, column));
}

/* --- rows --- */

static enum hierarchy_state state_of(const struct value *expanded)
{
    if (expanded->state == VALUE_ABSENT)
        return HIERARCHY_UNKNOWN;
    if (expanded->state == VALUE_NULL)
        return HIERARCHY_LEAF;
    return expanded->i ? HIERARCHY_OPEN : HIERARCHY_CLOSED;
}

struct hierarchy_row hierarchy_row(const struct window *w, int64_t position)
{
    struct value depth = window_cell(w, w->schema->depth, position);
    struct value expanded = window_cell(w, w->schema->expanded, position);
    struct hierarchy_row out = {.state = state_of(&expanded)};

    if (depth.state != VALUE_SET)
        return out;
    out.depth = (int)clamp_i64(depth.i, 1, HIERARCHY_DEPTH_MAX);
    out.is_leaf = w->schema->leaf_depth > 0 && depth.i >= w->schema->leaf_depth;
    return out;
}

bool hierarchy_row_has(const struct schema *s, const struct hierarchy_row *row,
                       size_t column)
{
    const struct schema_column *c = &s->columns[column];

    if (s->hierarchy == HIERARCHY_NONE || row->depth == 0)
        return true;
    if (row->is_leaf) /* what is made of all rows of a node is not of one */
        return c->level > 0 || c->leaf > 0 || c->role == HIERARCHY_CONSTITUENT;
    return row->depth >= c->level && c->role != HIERARCHY_CONSTITUENT;
}

bool hierarchy_key(const struct window *w, int64_t position,
                   struct value out[HIERARCHY_KEYS_MAX])
{
    size_t keys[HIERARCHY_KEYS_MAX];
    size_t n = hierarchy_keys(w->schema, keys);

    for (size_t i = 0; i < n && i < HIERARCHY_KEYS_MAX; i++) {
        out[i] = window_cell(w, keys[i], position);
        if (out[i].state == VALUE_ABSENT)
            return false;
    }
    return true;
}
