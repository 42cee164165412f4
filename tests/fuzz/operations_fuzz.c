/*
 * Operations on tables as the demo server reads and does them. The first byte chooses the
 * request: a batch, SeekRow, a rollup, the view of a tree, or one operation of the number
 * that is left of it; the second the table that it is for.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "demo/operations.h"
#include "demo/rollup.h"
#include "demo/seek.h"
#include "demo/tables.h"
#include "demo/tree.h"
#include "tests/fuzz/fuzz.h"

#define OPS 16   /* of a batch that are done */
#define KINDS 45 /* all numbers of operations lie below */
#define CELLS 64 /* of each result that are looked at */

struct scene {
    struct world world;
    struct demo_table *tables;
    size_t n;
};

static struct scene *scene_new(void)
{
    struct scene *s = MEM_NEW(struct scene);

    s->world.seed = 1;
    s->world.trades_per_s = 50;
    s->world.wide_columns = 20;
    world_init(&s->world);
    s->n = demo_tables_new(&s->world, &s->tables);
    return s;
}

static void look_at_cells(const struct scene *s, const struct selection *v)
{
    int64_t rows = table_size(v->table, &s->world, 0);

    FUZZ_CHECK(rows >= 0);
    for (int64_t i = 0; i < CELLS && rows > 0 && v->n_columns > 0; i++) {
        size_t c = (size_t)i % v->n_columns;
        struct column *out = column_new(selection_type(v, c));

        selection_cell(v, &s->world, table_id_at(v->table, &s->world, i * 7 % rows, 0), c,
                       0, out);
        FUZZ_CHECK(column_length(out) == 1);
        column_free(out);
    }
}

static void look_at_schema(const struct selection *v)
{
    struct buf out;

    buf_init(&out, (size_t)1 << 20);
    (void)selection_schema(v, &out, NULL);
    buf_release(&out);
}

/* Each on the result of the one before; one that is refused is left out. */
static void run_operations(const struct scene *s, const struct demo_table *t,
                           const struct wire_operations *ops)
{
    struct selection at, next;

    selection_of_table(t, &at);
    for (size_t i = 0; i < ops->n && i < OPS; i++) {
        struct err e;
        enum err_code rc = operation_check(&ops->ops[i], &e);

        if (rc == ERR_OK)
            rc = operation_apply(&ops->ops[i], &at, &at, &s->world, 1000, &next, &e);

        if (rc != ERR_OK) {
            FUZZ_CHECK(e.code == rc && *e.msg);
            continue;
        }
        selection_release(&at);
        at = next;
        look_at_cells(s, &at);
        look_at_schema(&at);
    }
    selection_release(&at);
}

static void run_seek(const struct scene *s, const struct demo_table *t, struct bytes in)
{
    struct selection v;
    struct wire_seek seek;
    int64_t row;

    if (wire_seek_decode(in, &seek, NULL) != ERR_OK)
        return;
    selection_of_table(t, &v);
    if (seek_row(&v, &s->world, &seek, &row, NULL) == ERR_OK)
        FUZZ_CHECK(row >= -1 && row < table_size(t, &s->world, 0));
    selection_release(&v);
}

/* What a view of it has, or why there is none. */
static void look_at_tree(const struct scene *s, const struct selection *tree,
                         const struct selection *keys, struct bytes action)
{
    struct selection view;
    struct err e;
    enum err_code rc = tree_view(tree, keys, action, &s->world, &view, &e);

    if (rc != ERR_OK) {
        FUZZ_CHECK(e.code == rc && *e.msg);
        return;
    }
    look_at_cells(s, &view);
    look_at_schema(&view);
    selection_release(&view);
}

static void run_rollup(const struct scene *s, const struct demo_table *t, struct bytes in)
{
    struct wire_operations memory;
    struct wire_rollup m;
    struct selection source, made;
    struct err e;

    if (t->shape == TABLE_ROWS && wire_rollup_decode(in, &m, &memory, NULL) == ERR_OK) {
        selection_of_table(t, &source);
        if (rollup(&m, &source, &s->world, &made, &e) == ERR_OK) {
            look_at_tree(s, &made, NULL, (struct bytes){0});
            selection_release(&made);
        }
        selection_release(&source);
        wire_operations_release(&memory);
    }
}

/* The table is the table of keys. */
static void run_tree_view(const struct scene *s, const struct demo_table *t,
                          struct bytes in)
{
    struct selection tree, keys;
    struct wire_tree_view m;

    if (wire_tree_view_decode(in, &m, NULL) != ERR_OK)
        return;
    selection_of_table(t, &keys);
    for (size_t i = 0; i < s->n; i++) {
        if (s->tables[i].shape != TABLE_TREE)
            continue;
        selection_of_table(&s->tables[i], &tree);
        look_at_tree(s, &tree, m.keys.len > 0 ? &keys : NULL, m.action);
        selection_release(&tree);
    }
    selection_release(&keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scene *scene;
    struct bytes in = {data, size};
    uint8_t kind = fuzz_byte(&in) % KINDS, which = fuzz_byte(&in);
    const struct demo_table *t;
    struct wire_operations ops;
    enum err_code rc;

    if (!scene)
        scene = scene_new();
    t = &scene->tables[which % scene->n];
    if (kind == 1 || kind == 4 || kind == 5) { /* numbers that no operation here has */
        if (kind == 1)
            run_seek(scene, t, in);
        else if (kind == 4)
            run_rollup(scene, t, in);
        else
            run_tree_view(scene, t, in);
        return 0;
    }
    rc = kind == 0 ? wire_batch_request_decode(in, &ops, NULL)
                   : wire_op_decode((enum wire_op_kind)kind, in, &ops, NULL);
    FUZZ_CHECK(rc == ERR_OK || (!ops.ops && ops.n == 0));
    run_operations(scene, t, &ops);
    wire_operations_release(&ops);
    return 0;
}
