#include "demo/operations.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "demo/aggregate.h"
#include "demo/derived.h"
#include "demo/filter.h"
#include "demo/groups.h"
#include "demo/joins.h"
#include "demo/sorting.h"
#include "demo/statistics.h"
#include "demo/where.h"

typedef enum err_code operation_fn(const struct wire_op *op, const struct selection *source,
                                   const struct world *w, struct selection *out,
                                   struct err *e);

/* protocol: of what is made of a sorted table only filters say that it is sorted. */

/* --- columns --- */

static enum err_code keep(const struct wire_op *op, const struct selection *source,
                          const struct world *w, struct selection *out, struct err *e)
{
    (void)op;
    (void)w;
    (void)e;
    selection_copy(out, source);
    return ERR_OK;
}

static enum err_code freeze(const struct wire_op *op, const struct selection *source,
                            const struct world *w, struct selection *out, struct err *e)
{
    (void)op;
    (void)w;
    (void)e;
    selection_copy(out, source);
    out->detached = true;
    return ERR_OK;
}

static enum err_code view(const struct wire_op *op, const struct selection *source,
                          const struct world *w, struct selection *out, struct err *e)
{
    (void)w;
    return selection_select(source, op->texts, op->n_texts, out, e);
}

static enum err_code update(const struct wire_op *op, const struct selection *source,
                            const struct world *w, struct selection *out, struct err *e)
{
    (void)w;
    return selection_update(source, op->texts, op->n_texts, out, e);
}

static enum err_code drop(const struct wire_op *op, const struct selection *source,
                          const struct world *w, struct selection *out, struct err *e)
{
    (void)w;
    return selection_drop(source, op->texts, op->n_texts, out, e);
}

static enum err_code preview(const struct wire_op *op, const struct selection *source,
                             const struct world *w, struct selection *out, struct err *e)
{
    (void)w;
    (void)e;
    selection_preview(source, op->texts, op->n_texts, op->convert_arrays, out);
    return ERR_OK;
}

/* --- rows --- */

static enum err_code filter_by(const struct wire_condition *conditions, size_t n,
                               bool expression, const struct selection *source,
                               const struct world *w, struct selection *out, struct err *e)
{
    struct row_list rows;

    TRY(filter_rows(source, w, conditions, n, expression, &rows, e));
    return derived_rows(source, &rows, selection_sorted_by(source), out, e);
}

static enum err_code filter(const struct wire_op *op, const struct selection *source,
                            const struct world *w, struct selection *out, struct err *e)
{
    if (op->n_conditions == 0)
        return keep(op, source, w, out, e);
    return filter_by(op->conditions, op->n_conditions, false, source, w, out, e);
}

static enum err_code where(const struct wire_op *op, const struct selection *source,
                           const struct world *w, struct selection *out, struct err *e)
{
    struct where parsed;
    enum err_code rc = where_parse(op->texts, op->n_texts, &parsed, e);

    if (rc == ERR_OK)
        rc = filter_by(parsed.conditions, parsed.n, true, source, w, out, e);
    where_release(&parsed);
    return rc;
}

static enum err_code sort(const struct wire_op *op, const struct selection *source,
                          const struct world *w, struct selection *out, struct err *e)
{
    struct row_list rows;
    char *sorted_by;
    enum err_code rc;

    if (op->n_sorts == 0)
        return keep(op, source, w, out, e);
    TRY(sorted_rows(source, w, op->sorts, op->n_sorts, &rows, &sorted_by, e));
    rc = derived_rows(source, &rows, sorted_by, out, e);
    free(sorted_by);
    return rc;
}

static enum err_code take_range(const struct selection *source, int64_t from, int64_t to,
                                struct selection *out, struct err *e)
{
    struct row_list rows = {.first = from, .step = 1, .n = max_i64(to - from, 0)};

    return derived_rows(source, &rows, NULL, out, e);
}

static enum err_code head(const struct wire_op *op, const struct selection *source,
                          const struct world *w, struct selection *out, struct err *e)
{
    int64_t size = table_size(source->table, w, 0), n = min_i64(op->first, size);

    if (op->kind == WIRE_OP_HEAD)
        return take_range(source, 0, n, out, e);
    return take_range(source, size - n, size, out, e);
}

/* protocol: negative positions count from the end. */
static enum err_code slice(const struct wire_op *op, const struct selection *source,
                           const struct world *w, struct selection *out, struct err *e)
{
    int64_t size = table_size(source->table, w, 0), from = op->first, to = op->last;

    if (to < 0 || (from < 0 && to == 0))
        to = size + max_i64(to, -size);
    if (from < 0)
        from = size + max_i64(from, -size);
    return take_range(source, min_i64(from, size), min_i64(to, size), out, e);
}

/* --- values --- */

static void first_rows(const struct groups *g, struct row_list *out)
{
    *out = (struct row_list){.rows = MEM_ARRAY(int64_t, g->n), .n = (int64_t)g->n};
    for (size_t i = 0; i < g->n; i++)
        out->rows[i] = g->rows[g->starts[i]];
}

static enum err_code distinct_of(const struct selection *view, const size_t *columns,
                                 const struct world *w, struct selection *out,
                                 struct err *e)
{
    struct groups groups;
    struct row_list rows;

    TRY(groups_make(view, w, columns, view->n_columns, &groups, e));
    first_rows(&groups, &rows);
    groups_release(&groups);
    return derived_rows(view, &rows, NULL, out, e);
}

static enum err_code distinct(const struct wire_op *op, const struct selection *source,
                              const struct world *w, struct selection *out, struct err *e)
{
    size_t *columns = MEM_ARRAY(size_t, op->n_texts);
    struct selection view = {0};
    enum err_code rc = selection_find_all(source, op->texts, op->n_texts, e);

    if (rc == ERR_OK)
        rc = selection_select(source, op->texts, op->n_texts, &view, e);
    for (size_t i = 0; i < op->n_texts; i++)
        columns[i] = i;
    if (rc == ERR_OK)
        rc = distinct_of(&view, columns, w, out, e);
    selection_release(&view);
    free(columns);
    return rc;
}

/* --- two tables --- */

static enum err_code join(const struct wire_op *op, const struct selection *source,
                          const struct selection *right, const struct world *w,
                          struct selection *out, struct err *e)
{
    if (!table_is_static(right->table))
        return err_set(e, ERR_REFUSED,
                       "the demo server cannot join with a table that changes: take "
                       "\"ships\" or \"types\"");
    if (op->kind == WIRE_OP_WHERE_IN)
        return join_where_in(source, right, w, op->texts, op->n_texts, op->inverted, out,
                             e);
    return join_natural(source, right, w, op->texts, op->n_texts, op->added, op->n_added,
                        out, e);
}

/* The rows of one that changes that are there now. */
static enum err_code find_now(const struct wire_op *op, const struct selection *source,
                              const struct selection *right, const struct world *w,
                              int64_t at_ms, struct selection *out, struct err *e)
{
    struct selection now;
    enum err_code rc;

    derived_then(source, w, at_ms, &now);
    rc = join(op, &now, right, w, out, e);
    selection_release(&now);
    return rc;
}

bool operation_is_join(const struct wire_op *op)
{
    return op->kind == WIRE_OP_WHERE_IN || op->kind == WIRE_OP_NATURAL_JOIN;
}

/* --- all of them --- */

struct operation {
    enum wire_op_kind kind;
    bool any_table; /* also one that changes */
    operation_fn *apply;
};

static const struct operation operations[] = {
    /* clang-format off */
    {WIRE_OP_FETCH, true, keep},
    {WIRE_OP_VIEW, true, view},
    {WIRE_OP_UPDATE_VIEW, true, update},
    {WIRE_OP_DROP, true, drop},
    {WIRE_OP_PREVIEW, true, preview},
    {WIRE_OP_SNAPSHOT, false, freeze},
    {WIRE_OP_FILTER, false, filter},
    {WIRE_OP_WHERE, false, where},
    {WIRE_OP_SORT, false, sort},
    {WIRE_OP_HEAD, false, head},
    {WIRE_OP_TAIL, false, head},
    {WIRE_OP_SLICE, false, slice},
    {WIRE_OP_DISTINCT, false, distinct},
    {WIRE_OP_AGGREGATE, false, aggregate},
    {WIRE_OP_STATISTICS, false, statistics},
    /* clang-format on */
};

static const struct operation *find_operation(enum wire_op_kind kind)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
        if (operations[i].kind == kind)
            return &operations[i];
    }
    return NULL;
}

static enum err_code check_slice(const struct wire_op *op, struct err *e)
{
    const char *sign = op->first < 0 ? "negative" : "non-negative";

    if ((op->first < 0) != (op->last < 0) || op->first <= op->last)
        return ERR_OK;
    return err_set(e, ERR_REFUSED,
                   "Cannot slice with a %s start position that is after a %s end position.",
                   sign, sign);
}

enum err_code operation_check(const struct wire_op *op, struct err *e)
{
    switch (op->kind) {
    case WIRE_OP_EMPTY:
    case WIRE_OP_TIME:
        return err_set(e, ERR_REFUSED, "the demo server cannot make a table of nothing");
    case WIRE_OP_AS_OF_JOIN:
        return err_set(e, ERR_REFUSED, "the demo server cannot join as of a column");
    case WIRE_OP_HEAD:
    case WIRE_OP_TAIL:
        if (op->first < 0)
            return err_set(e, ERR_REFUSED, "numRows must be >= 0 (found: %" PRId64 ")",
                           op->first);
        return ERR_OK;
    case WIRE_OP_SLICE:
        return check_slice(op, e);
    case WIRE_OP_PREVIEW:
        if (op->convert_arrays && op->n_texts == 0)
            return err_set(e, ERR_REFUSED,
                           "convert_arrays is true but no types were provided");
        return ERR_OK;
    case WIRE_OP_AGGREGATE:
        if (op->n_aggregations == 0)
            return err_set(e, ERR_REFUSED,
                           "io.deephaven.proto.backplane.grpc.AggregateRequest must have "
                           "at least one aggregations (5)");
        return ERR_OK;
    default:
        return ERR_OK;
    }
}

enum err_code operation_apply(const struct wire_op *op, const struct selection *source,
                              const struct selection *right, const struct world *w,
                              int64_t at_ms, struct selection *out, struct err *e)
{
    const struct operation *o = find_operation(op->kind);
    bool changes = !table_is_static(source->table), joins = operation_is_join(op);

    if (!o && !joins)
        return err_set(e, ERR_REFUSED, "the demo server cannot do this operation");
    if (source->table->shape != TABLE_ROWS || (joins && right->table->shape != TABLE_ROWS))
        return err_set(e, ERR_USAGE, "a hierarchical table is none that this works on");
    if (changes && op->kind == WIRE_OP_SNAPSHOT) {
        derived_then(source, w, at_ms, out);
        return ERR_OK;
    }
    if (changes && op->kind == WIRE_OP_WHERE_IN)
        return find_now(op, source, right, w, at_ms, out, e);
    if (changes && !(o && o->any_table))
        return err_set(e, ERR_REFUSED,
                       "the demo server cannot do this on a table that changes: take "
                       "\"ships\" or \"types\"");
    return joins ? join(op, source, right, w, out, e) : o->apply(op, source, w, out, e);
}
