/*
 * Nodes lie in the order in which all of them are shown, and each knows where those below
 * it end: a view goes from node to node, into those that are open and past the others.
 *
 * A node that can be opened is found by its key, the cells of some of its columns: these
 * are kept for all such nodes, and sorted once. What a table of keys says is first noted
 * at the nodes, then the view is made in one go. Protocol: a key of nulls alone is no node
 * of a tree, but stands for all of them.
 */
#include "demo/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/derived.h"
#include "demo/order.h"

#define STRUCTURAL "deephaven:hierarchicalTable.isStructuralColumn"
#define OWN_COLUMNS 2 /* depth and expanded come before those of the tree itself */

enum { DEPTH, EXPANDED };

/* protocol: what becomes of a node. */
enum { ACTION_NONE = 0, ACTION_OPEN = 1, ACTION_OPEN_ALL = 3, ACTION_CLOSE = 4 };

struct level {
    struct selection rows; /* owned */
    size_t *columns;       /* owned */
};

struct node {
    int64_t row;
    size_t end; /* the first node that does not lie below it */
    int depth;
};

struct tree {
    struct made_table made; /* first, so that one is the other */
    struct demo_table table;
    bool by_depth;
    struct level *levels; /* owned, as all that follows */
    size_t n_levels, levels_cap;
    struct node *nodes;
    size_t n, nodes_cap;

    size_t *inner; /* the nodes with others below them */
    size_t n_inner;
    size_t *key_columns; /* of the table */
    size_t n_keys;
    struct column **keys; /* one for each of these: the cells of the inner nodes */
    size_t *by_key;       /* places of inner, by their keys */
};

/* --- cells --- */

static void tree_cell(const struct tree *t, const struct world *w, const struct node *node,
                      size_t column, struct column *out)
{
    size_t depth = (size_t)node->depth;
    const struct level *level = &t->levels[(depth < t->n_levels ? depth : t->n_levels) - 1];
    size_t of = SIZE_MAX;

    if (column == DEPTH) {
        column_push_int(out, node->depth);
        return;
    }
    if (column >= OWN_COLUMNS)
        of = level->columns[column - OWN_COLUMNS];
    if (of == SIZE_MAX)
        column_push_null(out);
    else
        selection_cell(&level->rows, w, node->row, of, 0, out);
}

static void cell_of_tree(const struct made_table *m, const struct world *w, int64_t id,
                         size_t column, struct column *out)
{
    const struct tree *t = (const struct tree *)m;

    tree_cell(t, w, &t->nodes[id], column, out);
}

/* --- making it --- */

static void free_tree(struct made_table *m)
{
    struct tree *t = (struct tree *)m;

    for (size_t i = 0; i < t->n_levels; i++) {
        selection_release(&t->levels[i].rows);
        free(t->levels[i].columns);
    }
    for (size_t i = 0; i < t->n_keys; i++)
        column_free(t->keys[i]);
    table_free_columns(&t->table);
    free(t->levels);
    free(t->nodes);
    free(t->inner);
    free(t->key_columns);
    free(t->keys);
    free(t->by_key);
    free(t);
}

struct tree *tree_new(const char *name, const char *about, struct demo_column *columns,
                      size_t n, bool by_depth)
{
    static const char *const depth[] = {
        STRUCTURAL, "deephaven:hierarchicalTable.isRowDepthColumn", NULL};
    static const char *const keyed_depth[] = {
        STRUCTURAL, "deephaven:hierarchicalTable.isRowDepthColumn", TREE_EXPAND_BY, NULL};
    static const char *const expanded[] = {
        STRUCTURAL, "deephaven:hierarchicalTable.isRowExpandedColumn", NULL};
    struct tree *t = MEM_NEW(struct tree);
    struct demo_column *all = MEM_ARRAY(struct demo_column, OWN_COLUMNS + n);

    all[DEPTH] = (struct demo_column){.name = mem_strdup("__DEPTH__"),
                                      .java = "int",
                                      .about = "",
                                      .type = type_new(KIND_INT, NULL),
                                      .flags = by_depth ? keyed_depth : depth};
    all[EXPANDED] = (struct demo_column){.name = mem_strdup("__EXPANDED__"),
                                         .java = "java.lang.Boolean",
                                         .about = "",
                                         .type = type_new(KIND_BOOL, NULL),
                                         .flags = expanded};
    for (size_t i = 0; i < n; i++)
        all[OWN_COLUMNS + i] = columns[i];
    free(columns);
    t->made = (struct made_table){.cell = cell_of_tree, .free = free_tree};
    t->table = (struct demo_table){.name = name,
                                   .about = about,
                                   .columns = all,
                                   .n_columns = OWN_COLUMNS + n,
                                   .made = &t->made,
                                   .shape = TABLE_TREE};
    t->by_depth = by_depth;
    return t;
}

void tree_add_level(struct tree *t, struct selection *rows, size_t *columns)
{
    MEM_GROW(t->levels, t->levels_cap, t->n_levels + 1);
    t->levels[t->n_levels] = (struct level){.rows = *rows};
    t->levels[t->n_levels++].columns = columns;
}

size_t tree_begin_node(struct tree *t, int depth, int64_t row)
{
    MEM_GROW(t->nodes, t->nodes_cap, t->n + 1);
    t->nodes[t->n] = (struct node){.row = row, .depth = depth};
    return t->n++;
}

void tree_end_node(struct tree *t, size_t node)
{
    t->nodes[node].end = t->n;
    t->n_inner += t->n > node + 1;
}

/* --- keys --- */

static bool is_key(const struct demo_column *c)
{
    for (size_t i = 0; c->flags && c->flags[i]; i++)
        if (strcmp(c->flags[i], TREE_EXPAND_BY) == 0)
            return true;
    return false;
}

static bool has_below(const struct tree *t, size_t node)
{
    return t->nodes[node].end > node + 1;
}

static void list_inner(struct tree *t)
{
    size_t used = 0;

    t->inner = MEM_ARRAY(size_t, t->n_inner);
    for (size_t i = 0; i < t->n; i++)
        if (has_below(t, i))
            t->inner[used++] = i;
}

static void read_keys(struct tree *t, const struct world *w)
{
    t->key_columns = MEM_ARRAY(size_t, t->table.n_columns);
    t->keys = MEM_ARRAY(struct column *, t->table.n_columns);
    for (size_t c = 0; c < t->table.n_columns; c++) {
        struct column *cells;

        if (!is_key(&t->table.columns[c]))
            continue;
        cells = column_new(t->table.columns[c].type);
        for (size_t i = 0; i < t->n_inner; i++)
            tree_cell(t, w, &t->nodes[t->inner[i]], c, cells);
        t->key_columns[t->n_keys] = c;
        t->keys[t->n_keys++] = cells;
    }
}

/* Rows of columns of the same types, as their cells are ordered. */
static int compare(struct column *const *a, size_t row_a, struct column *const *b,
                   size_t row_b, size_t n)
{
    int order = 0;

    for (size_t i = 0; i < n && order == 0; i++) {
        struct value x = column_get(a[i], row_a), y = column_get(b[i], row_b);

        order = order_values(&x, &y);
    }
    return order;
}

static int by_key(const void *a, const void *b, void *ctx)
{
    const struct tree *t = ctx;
    const size_t *x = a, *y = b;

    return compare(t->keys, *x, t->keys, *y, t->n_keys);
}

void tree_finish(struct tree *t, const struct world *w, struct selection *out)
{
    list_inner(t);
    read_keys(t, w);
    t->by_key = MEM_ARRAY(size_t, t->n_inner);
    for (size_t i = 0; i < t->n_inner; i++)
        t->by_key[i] = i;
    qsort_r(t->by_key, t->n_inner, sizeof(*t->by_key), by_key, t);
    t->made.size = (int64_t)t->n;
    selection_of_table(&t->table, out);
}

/* The node of a key, or SIZE_MAX. */
static size_t find_node(const struct tree *t, struct column *const *keys, size_t row)
{
    size_t low = 0, high = t->n_inner;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t i = t->by_key[middle];
        int order = compare(t->keys, i, keys, row, t->n_keys);

        if (order == 0)
            return t->inner[i];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

/* --- the table of keys --- */

struct told_nodes {
    struct column **keys;   /* owned: as those of the tree */
    struct column *actions; /* owned; NULL: all are opened */
    size_t n;
};

static void told_release(struct told_nodes *told, size_t n_keys)
{
    for (size_t i = 0; told->keys && i < n_keys; i++)
        column_free(told->keys[i]);
    free(told->keys);
    column_free(told->actions);
}

static enum err_code read_column(const struct selection *from, struct bytes name,
                                 enum kind kind, size_t n, const struct world *w,
                                 struct column **out, struct err *e)
{
    size_t c = selection_find(from, name);
    int len = (int)(name.len < 80 ? name.len : 80);

    if (c == SIZE_MAX)
        return err_set(e, ERR_USAGE, "the table of keys has no column \"%.*s\"", len,
                       (const char *)name.data);
    if (selection_type(from, c)->kind != kind)
        return err_set(e, ERR_USAGE, "\"%.*s\" of the table of keys is of %s, not of %s",
                       len, (const char *)name.data,
                       kind_name(selection_type(from, c)->kind), kind_name(kind));
    *out = derived_read(from, w, c, 0, (int64_t)n);
    return ERR_OK;
}

static enum err_code read_told(const struct tree *t, const struct selection *from,
                               struct bytes action, const struct world *w,
                               struct told_nodes *told, struct err *e)
{
    int64_t size = table_size(from->table, w, 0);

    if (!table_is_static(from->table) || size > DERIVED_ROWS_MAX)
        return err_set(e, ERR_REFUSED,
                       "the demo server takes a table of keys that does not change, of %d "
                       "rows at most",
                       DERIVED_ROWS_MAX);
    told->n = (size_t)size;
    told->keys = MEM_ARRAY(struct column *, t->n_keys);
    for (size_t i = 0; i < t->n_keys; i++) {
        const struct demo_column *c = &t->table.columns[t->key_columns[i]];

        TRY(read_column(from, bytes_of(c->name), c->type->kind, told->n, w, &told->keys[i],
                        e));
    }
    if (action.len == 0)
        return ERR_OK;
    return read_column(from, action, KIND_BYTE, told->n, w, &told->actions, e);
}

static bool is_all_null(const struct told_nodes *told, size_t row, size_t n_keys)
{
    for (size_t i = 0; i < n_keys; i++)
        if (column_get(told->keys[i], row).state != VALUE_NULL)
            return false;
    return true;
}

/* Notes at each node what is said of it. */
static enum err_code note_actions(const struct tree *t, const struct told_nodes *told,
                                  uint8_t *actions, bool *all, struct err *e)
{
    for (size_t i = 0; i < told->n; i++) {
        size_t node = find_node(t, told->keys, i);
        int64_t action =
            told->actions ? column_get(told->actions, i).i : (int64_t)ACTION_OPEN;

        if (action != ACTION_OPEN && action != ACTION_OPEN_ALL && action != ACTION_CLOSE)
            return err_set(e, ERR_REFUSED,
                           "the demo server opens a node (1), all below it too (3), or "
                           "closes it (4): it does not know %d",
                           (int)action);
        if (node != SIZE_MAX)
            actions[node] = (uint8_t)action;
        else if (is_all_null(told, i, t->n_keys))
            *all = action == ACTION_OPEN_ALL;
    }
    return ERR_OK;
}

/* --- views --- */

struct node_view {
    struct made_table made; /* first, so that one is the other */
    struct demo_table table;
    struct selection tree; /* owned; also has the columns */
    size_t *nodes;         /* owned: of the rows */
    bool *open;            /* owned */
};

static void free_view(struct made_table *m)
{
    struct node_view *v = (struct node_view *)m;

    selection_release(&v->tree);
    free(v->nodes);
    free(v->open);
    free(v);
}

/* protocol: a node with none below it is neither open nor closed. */
static void cell_of_view(const struct made_table *m, const struct world *w, int64_t id,
                         size_t column, struct column *out)
{
    const struct node_view *v = (const struct node_view *)m;
    const struct tree *t = (const struct tree *)v->tree.table->made;

    if (column == EXPANDED && has_below(t, v->nodes[id]))
        column_push_int(out, v->open[id]);
    else
        tree_cell(t, w, &t->nodes[v->nodes[id]], column, out);
}

static struct node_view *view_new(const struct selection *tree, size_t rows)
{
    struct node_view *v = MEM_NEW(struct node_view);

    selection_copy(&v->tree, tree);
    v->nodes = MEM_ARRAY(size_t, rows);
    v->open = MEM_ARRAY(bool, rows);
    v->made = (struct made_table){.cell = cell_of_view, .free = free_view};
    v->table = *tree->table;
    v->table.made = &v->made;
    v->table.shape = TABLE_VIEW;
    return v;
}

/* Lists the nodes that are shown. all: those that nothing is said of are open. */
static void show(struct node_view *v, const struct tree *t, const uint8_t *actions,
                 bool all)
{
    size_t all_until = all ? t->n : 0; /* nodes before that are open by themselves */
    size_t i = 0;

    while (i < t->n) {
        const struct node *node = &t->nodes[i];
        bool is_root = t->by_depth && node->depth == 1;
        bool open = is_root || actions[i] != ACTION_NONE || i < all_until;

        if (actions[i] == ACTION_CLOSE)
            open = false;
        if (actions[i] == ACTION_OPEN_ALL && node->end > all_until)
            all_until = node->end;
        v->nodes[v->made.size] = i;
        v->open[v->made.size++] = open;
        i = open ? i + 1 : node->end;
    }
}

enum err_code tree_view(const struct selection *tree, const struct selection *keys,
                        struct bytes action, const struct world *w, struct selection *out,
                        struct err *e)
{
    const struct tree *t = (const struct tree *)tree->table->made;
    uint8_t *actions = MEM_ARRAY(uint8_t, t->n);
    struct told_nodes told = {0};
    bool all = false;
    enum err_code rc = ERR_OK;

    if (keys)
        rc = read_told(t, keys, action, w, &told, e);
    if (rc == ERR_OK)
        rc = note_actions(t, &told, actions, &all, e);
    if (rc == ERR_OK) {
        struct node_view *v = view_new(tree, t->n);

        show(v, t, actions, all);
        selection_of_table(&v->table, out);
    }
    told_release(&told, t->n_keys);
    free(actions);
    return rc;
}
