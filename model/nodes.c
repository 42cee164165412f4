/*
 * The rows are kept as columns, since that is what goes to the server. When all is open the
 * first row says so: for a rollup it is that of the root, which an action more can close;
 * for a tree, which has no root, its key is null. The others follow by their depth.
 *
 * protocol: a server (42.7) leaves a node closed whose row comes before that of the one
 * above it.
 */
#include "model/nodes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/hierarchy.h"

/* protocol: actions of a key table. */
enum { ACTION_OPEN = 1, ACTION_OPEN_ALL = 3, ACTION_CLOSE = 4 };

struct key_column {
    char *name, *java_type; /* owned */
    struct column *cells;   /* owned */
};

struct nodes {
    struct key_column *keys; /* owned */
    size_t n_keys;
    bool has_depth; /* a rollup: the last of the keys is how deep a node lies */
    bool all;       /* the first row opens all */
    struct column *actions;
    struct column *depths; /* where each was when it was named; ascending */
};

static size_t rows_of(const struct nodes *n)
{
    return column_length(n->actions);
}

/* --- life --- */

static void add_key(struct nodes *n, const struct schema_column *c)
{
    n->keys[n->n_keys++] =
        (struct key_column){mem_strdup(c->name), mem_strdup(c->java_type),
                            column_new(type_new(c->type->kind, NULL))};
}

static enum err_code check_key(const struct schema_column *c, struct err *e)
{
    if (c->type->kind != KIND_LIST && c->type->kind != KIND_UNKNOWN)
        return ERR_OK;
    return err_set(e, ERR_USAGE, "the values of %s cannot be told to the server", c->name);
}

enum err_code nodes_new(const struct schema *s, struct nodes **out, struct err *e)
{
    size_t keys[HIERARCHY_KEYS_MAX], n_keys;
    struct nodes *n;

    n_keys = hierarchy_keys(s, keys);
    if (n_keys > HIERARCHY_KEYS_MAX)
        return err_set(e, ERR_LIMIT, "nodes with keys of %zu columns, %d can be told",
                       n_keys, HIERARCHY_KEYS_MAX);
    for (size_t i = 0; i < n_keys; i++)
        TRY(check_key(&s->columns[keys[i]], e));
    n = MEM_NEW(struct nodes);
    n->keys = MEM_ARRAY(struct key_column, n_keys + 1);
    for (size_t i = 0; i < n_keys; i++)
        add_key(n, &s->columns[keys[i]]);
    n->has_depth = s->hierarchy == HIERARCHY_ROLLUP;
    n->actions = column_new(type_new(KIND_BYTE, NULL));
    n->depths = column_new(type_new(KIND_INT, NULL));
    *out = n;
    return ERR_OK;
}

struct nodes *nodes_copy(const struct nodes *n)
{
    struct nodes *out;

    if (!n)
        return NULL;
    out = mem_dup(n, sizeof(*n));
    out->keys = MEM_ARRAY(struct key_column, n->n_keys + 1);
    for (size_t i = 0; i < n->n_keys; i++)
        out->keys[i] = (struct key_column){mem_strdup(n->keys[i].name),
                                           mem_strdup(n->keys[i].java_type),
                                           column_copy(n->keys[i].cells, NULL)};
    out->actions = column_copy(n->actions, NULL);
    out->depths = column_copy(n->depths, NULL);
    return out;
}

void nodes_free(struct nodes *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->n_keys; i++) {
        free(n->keys[i].name);
        free(n->keys[i].java_type);
        column_free(n->keys[i].cells);
    }
    column_free(n->actions);
    column_free(n->depths);
    free(n->keys);
    free(n);
}

static bool same_cells(const struct column *a, const struct column *b)
{
    for (size_t i = 0; i < column_length(a); i++) {
        struct value of_a = column_get(a, i), of_b = column_get(b, i);

        if (!value_equal(&of_a, &of_b))
            return false;
    }
    return true;
}

bool nodes_equal(const struct nodes *a, const struct nodes *b)
{
    bool same;

    if (!a || !b)
        return a == b;
    same = a->n_keys == b->n_keys && a->all == b->all && rows_of(a) == rows_of(b) &&
           same_cells(a->actions, b->actions);
    for (size_t i = 0; i < a->n_keys && same; i++)
        same = strcmp(a->keys[i].name, b->keys[i].name) == 0 &&
               same_cells(a->keys[i].cells, b->keys[i].cells);
    return same;
}

bool nodes_fit(const struct nodes *n, const char *const *names, size_t n_names)
{
    if (!n->has_depth || n->n_keys != n_names + 1)
        return false;
    for (size_t i = 0; i < n_names; i++)
        if (strcmp(n->keys[i].name, names[i]) != 0)
            return false;
    return true;
}

/* --- nodes --- */

size_t nodes_key_size(const struct nodes *n)
{
    return n->n_keys;
}

static bool is_key(const struct nodes *n, size_t row, const struct value *key)
{
    for (size_t i = 0; i < n->n_keys; i++) {
        struct value v = column_get(n->keys[i].cells, row);

        if (!value_equal(&v, &key[i]))
            return false;
    }
    return true;
}

/* The row of a key; rows_of(): it is not named. */
static size_t find(const struct nodes *n, const struct value *key)
{
    size_t row = n->all && !n->has_depth ? 1 : 0;

    while (row < rows_of(n) && !is_key(n, row, key))
        row++;
    return row;
}

/* protocol: what a node is that no row names. */
static bool is_open_by_itself(const struct nodes *n, const struct value *key)
{
    return n->all || (n->has_depth && key[n->n_keys - 1].i == 1);
}

bool nodes_is_open(const struct nodes *n, const struct value *key)
{
    size_t row = find(n, key);

    if (row == rows_of(n))
        return is_open_by_itself(n, key);
    return column_get(n->actions, row).i != ACTION_CLOSE;
}

static void remove_row(struct nodes *n, size_t row)
{
    struct rowset *gone = rowset_new_range((int64_t)row, (int64_t)row);
    struct rowset *none = rowset_new();

    for (size_t i = 0; i < n->n_keys; i++)
        column_splice(n->keys[i].cells, gone, none, NULL);
    column_splice(n->actions, gone, none, NULL);
    column_splice(n->depths, gone, none, NULL);
    rowset_free(gone);
    rowset_free(none);
}

/* Puts a value before the row. */
static void insert(struct column *c, size_t row, const struct value *v)
{
    struct rowset *at = rowset_new_range((int64_t)row, (int64_t)row);
    struct rowset *none = rowset_new();
    struct column *one = column_new(column_type(c));

    column_push_value(one, v);
    column_splice(c, none, at, one);
    column_free(one);
    rowset_free(none);
    rowset_free(at);
}

static struct value number_of(const struct column *c, int64_t i)
{
    return (struct value){.state = VALUE_SET, .type = column_type(c), .i = i};
}

/* Behind those that are not deeper. */
static void add_row(struct nodes *n, const struct value *key, int depth, int action)
{
    struct value of_action = number_of(n->actions, action);
    struct value of_depth = number_of(n->depths, depth);
    size_t row = rows_of(n);

    while (row > 0 && column_get(n->depths, row - 1).i > depth)
        row--;
    for (size_t i = 0; i < n->n_keys; i++)
        insert(n->keys[i].cells, row, &key[i]);
    insert(n->actions, row, &of_action);
    insert(n->depths, row, &of_depth);
}

/* The row that opens all says of the root alone that it is closed. */
static void set_root(struct nodes *n, bool open)
{
    struct rowset *first = rowset_new_range(0, 0);
    struct column *action = column_new(column_type(n->actions));

    column_push_int(action, open ? ACTION_OPEN_ALL : ACTION_CLOSE);
    column_replace(n->actions, first, action);
    column_free(action);
    rowset_free(first);
}

enum err_code nodes_set(struct nodes *n, const struct value *key, int depth, bool open,
                        struct err *e)
{
    size_t row = find(n, key);

    if (n->all && n->has_depth && row == 0) {
        set_root(n, open);
        return ERR_OK;
    }
    if (row < rows_of(n))
        remove_row(n, row);
    if (open == is_open_by_itself(n, key))
        return ERR_OK;
    if (rows_of(n) >= NODES_MAX)
        return err_set(e, ERR_LIMIT, "no more than %zu nodes can be told to the server",
                       NODES_MAX);
    add_row(n, key, depth, open ? ACTION_OPEN : ACTION_CLOSE);
    return ERR_OK;
}

void nodes_set_all(struct nodes *n, bool open)
{
    while (rows_of(n) > 0)
        remove_row(n, rows_of(n) - 1);
    n->all = open;
    if (!open)
        return;
    for (size_t i = 0; i < n->n_keys; i++)
        if (n->has_depth && i == n->n_keys - 1)
            column_push_int(n->keys[i].cells, 1);
        else
            column_push_null(n->keys[i].cells);
    column_push_int(n->actions, ACTION_OPEN_ALL);
    column_push_int(n->depths, 0);
}

/* --- the table of keys --- */

size_t nodes_rows(const struct nodes *n)
{
    return n ? rows_of(n) : 0;
}

struct nodes_column nodes_column(const struct nodes *n, size_t i)
{
    const struct key_column *k = &n->keys[i];

    if (i == n->n_keys)
        return (struct nodes_column){NODES_ACTION, "byte", n->actions};
    return (struct nodes_column){k->name, k->java_type, k->cells};
}
