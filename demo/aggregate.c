/*
 * Each result column is a task: what to work out, of which column, under which name. The
 * rows are grouped once, then every task goes through the groups.
 */
#include "demo/aggregate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "demo/groups.h"
#include "demo/order.h"
#include "demo/tally.h"

#define NO_COLUMN SIZE_MAX

struct task {
    enum wire_aggregate kind; /* NONE: the key of the group */
    bool with_nulls;
    size_t column; /* of the source, or NO_COLUMN */
};

struct adding_up {
    const struct selection *source;
    const struct world *world;
    struct task *tasks;             /* owned */
    struct derived_column *results; /* owned: one for each task */
    size_t n, tasks_cap, results_cap;
    struct groups groups;
    struct err *e;
};

/* --- types --- */

static const struct vector {
    enum kind item;
    const char *java;
} vectors[] = {{KIND_BYTE, "io.deephaven.vector.ByteVector"},
               {KIND_SHORT, "io.deephaven.vector.ShortVector"},
               {KIND_INT, "io.deephaven.vector.IntVector"},
               {KIND_LONG, "io.deephaven.vector.LongVector"},
               {KIND_CHAR, "io.deephaven.vector.CharVector"},
               {KIND_FLOAT, "io.deephaven.vector.FloatVector"},
               {KIND_DOUBLE, "io.deephaven.vector.DoubleVector"}};

static const char *vector_of(enum kind item)
{
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        if (vectors[i].item == item)
            return vectors[i].java;
    }
    return "io.deephaven.vector.ObjectVector";
}

static bool takes(enum wire_aggregate what, enum kind kind)
{
    switch (what) {
    case WIRE_AGG_SUM:
    case WIRE_AGG_ABS_SUM:
        return tally_is_summed(kind);
    case WIRE_AGG_AVG:
    case WIRE_AGG_VAR:
    case WIRE_AGG_STD:
        return order_has_absolute(kind);
    case WIRE_AGG_MIN:
    case WIRE_AGG_MAX:
    case WIRE_AGG_MEDIAN:
    case WIRE_AGG_COUNT_DISTINCT:
    case WIRE_AGG_DISTINCT:
    case WIRE_AGG_UNIQUE:
        return order_has(kind);
    case WIRE_AGG_GROUP:
        return kind != KIND_LIST && kind != KIND_BINARY;
    default:
        return true;
    }
}

static bool is_known(enum wire_aggregate what)
{
    static const enum wire_aggregate all[] = {
        WIRE_AGG_ABS_SUM,  WIRE_AGG_AVG,   WIRE_AGG_COUNT_DISTINCT,
        WIRE_AGG_DISTINCT, WIRE_AGG_FIRST, WIRE_AGG_GROUP,
        WIRE_AGG_LAST,     WIRE_AGG_MAX,   WIRE_AGG_MEDIAN,
        WIRE_AGG_MIN,      WIRE_AGG_STD,   WIRE_AGG_SUM,
        WIRE_AGG_UNIQUE,   WIRE_AGG_VAR,   WIRE_AGG_COUNT};

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        if (all[i] == what)
            return true;
    }
    return false;
}

static void set_plain(struct derived_column *out, enum kind kind, const char *java)
{
    out->type = type_new(kind, NULL);
    out->java = java;
}

/* protocol: the median of others is one of the values, the upper of two. */
static bool is_averaged(enum kind kind)
{
    return kind == KIND_INT || kind == KIND_LONG || kind == KIND_DOUBLE;
}

/* The type of what a task works out. */
static void set_type(const struct adding_up *a, const struct task *t,
                     struct derived_column *out)
{
    const struct type *type =
        t->column == NO_COLUMN ? NULL : selection_type(a->source, t->column);
    enum kind kind = type ? type->kind : KIND_LONG;

    if (t->kind == WIRE_AGG_COUNT || t->kind == WIRE_AGG_COUNT_DISTINCT ||
        ((t->kind == WIRE_AGG_SUM || t->kind == WIRE_AGG_ABS_SUM) &&
         tally_is_counted(kind))) {
        set_plain(out, KIND_LONG, "long");
    } else if (t->kind == WIRE_AGG_AVG || t->kind == WIRE_AGG_VAR ||
               t->kind == WIRE_AGG_STD ||
               (t->kind == WIRE_AGG_MEDIAN && is_averaged(kind))) {
        set_plain(out, KIND_DOUBLE, "double");
    } else if (t->kind == WIRE_AGG_DISTINCT || t->kind == WIRE_AGG_GROUP) {
        out->type = type_new(KIND_LIST, derived_type(type));
        out->java = vector_of(kind);
        out->component = selection_java(a->source, t->column);
    } else {
        out->type = derived_type(type);
        out->java = selection_java(a->source, t->column);
    }
}

/* --- tasks --- */

static enum err_code add_task(struct adding_up *a, struct task t, struct bytes name)
{
    for (size_t i = 0; i < a->n; i++) {
        if (bytes_equal(bytes_of(a->results[i].name), name))
            return err_set(a->e, ERR_USAGE, "Duplicate output column \"%.*s\"",
                           (int)(name.len < 80 ? name.len : 80), (const char *)name.data);
    }
    MEM_GROW(a->tasks, a->tasks_cap, a->n + 1);
    MEM_GROW(a->results, a->results_cap, a->n + 1);
    a->tasks[a->n] = t;
    a->results[a->n] =
        (struct derived_column){.name = mem_strndup((const char *)name.data, name.len)};
    set_type(a, &t, &a->results[a->n]);
    a->results[a->n].values = column_new(a->results[a->n].type);
    a->n++;
    return ERR_OK;
}

static enum err_code find(struct adding_up *a, struct bytes name, size_t *column)
{
    *column = selection_find(a->source, name);
    if (*column == SIZE_MAX)
        return err_set(a->e, ERR_USAGE, "Column \"%.*s\" doesn't exist in this table",
                       (int)(name.len < 80 ? name.len : 80), (const char *)name.data);
    return ERR_OK;
}

/* "Out=In" or "In". */
static enum err_code add_pair(struct adding_up *a, struct task t, struct bytes pair)
{
    const uint8_t *sign = pair.len ? memchr(pair.data, '=', pair.len) : NULL;
    struct bytes out = pair, in = pair;
    enum kind kind;

    if (sign) {
        out.len = (size_t)(sign - pair.data);
        in = (struct bytes){sign + 1, pair.len - out.len - 1};
    }
    TRY(find(a, in, &t.column));
    kind = selection_type(a->source, t.column)->kind;
    if (!takes(t.kind, kind)) {
        bool decimal = kind == KIND_BIG_DECIMAL || kind == KIND_BIG_INTEGER;

        return err_set(a->e, decimal ? ERR_REFUSED : ERR_USAGE,
                       "%s does not take a column of %s",
                       decimal ? "this aggregation of the demo server" : "the aggregation",
                       kind_name(kind));
    }
    return add_task(a, t, out);
}

static enum err_code add_aggregation(struct adding_up *a, const struct wire_aggregation *w)
{
    struct task t = {w->kind, w->with_nulls, NO_COLUMN};

    if (!is_known(w->kind))
        return err_set(a->e, ERR_REFUSED, "the demo server does not know this aggregation");
    if (w->kind == WIRE_AGG_COUNT)
        return add_task(a, t, w->texts[0]);
    for (size_t i = 0; i < w->n_texts; i++)
        TRY(add_pair(a, t, w->texts[i]));
    return ERR_OK;
}

static enum err_code add_tasks(struct adding_up *a, const struct wire_op *op)
{
    for (size_t i = 0; i < op->n_texts; i++) {
        struct task t = {WIRE_AGG_NONE, false, NO_COLUMN};

        TRY(find(a, op->texts[i], &t.column));
        TRY(add_task(a, t, op->texts[i]));
    }
    for (size_t i = 0; i < op->n_aggregations; i++)
        TRY(add_aggregation(a, &op->aggregations[i]));
    return ERR_OK;
}

/* --- values --- */

/* The cells of one group. */
struct cells {
    const struct column *column;
    const int64_t *rows;
    size_t n;
};

static int by_value(const void *a, const void *b, void *ctx)
{
    const int64_t *x = a, *y = b;
    struct value v = column_get(ctx, (size_t)*x), u = column_get(ctx, (size_t)*y);
    int order = order_values(&v, &u);

    return order ? order : (*x > *y) - (*x < *y);
}

/* The rows of the group by their values, those of nulls and NaN left out. Owned. */
static int64_t *sorted(const struct cells *c, size_t *n)
{
    int64_t *rows = MEM_ARRAY(int64_t, c->n);

    *n = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct value v = column_get(c->column, (size_t)c->rows[i]);

        if (v.state == VALUE_SET && !order_is_nan(&v))
            rows[(*n)++] = c->rows[i];
    }
    qsort_r(rows, *n, sizeof(*rows), by_value, (void *)(uintptr_t)c->column);
    return rows;
}

/* Leaves the first of equal ones; returns how many. */
static size_t unique(const struct column *c, int64_t *rows, size_t n)
{
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        struct value v = column_get(c, (size_t)rows[i]);
        struct value last = column_get(c, used ? (size_t)rows[used - 1] : 0);

        if (used == 0 || order_values(&v, &last) != 0)
            rows[used++] = rows[i];
    }
    return used;
}

static void push_median(const struct cells *c, struct column *out)
{
    size_t n;
    int64_t *rows = sorted(c, &n);
    struct value low = column_get(c->column, n ? (size_t)rows[(n - 1) / 2] : SIZE_MAX);
    struct value high = column_get(c->column, n ? (size_t)rows[n / 2] : SIZE_MAX);

    free(rows);
    if (n == 0)
        column_push_null(out);
    else if (order_is_real(low.type->kind))
        column_push_double(out, (low.d + high.d) / 2);
    else if (is_averaged(low.type->kind))
        column_push_double(out, ((double)low.i + (double)high.i) / 2);
    else
        derived_push(&high, out);
}

/* Distinct values: how many, which, or the only one. */
static void push_distinct(const struct task *t, const struct cells *c,
                          const struct tally *tally, struct column *out)
{
    bool nulls = t->with_nulls && (size_t)tally->n < c->n;
    size_t n;
    int64_t *rows = sorted(c, &n);
    struct value only;

    n = unique(c->column, rows, n);
    only = column_get(c->column, n == 1 ? (size_t)rows[0] : SIZE_MAX);
    if (t->kind == WIRE_AGG_COUNT_DISTINCT) {
        if (n + nulls == 0)
            column_push_null(out);
        else
            column_push_int(out, (int64_t)n + nulls);
    } else if (t->kind == WIRE_AGG_UNIQUE) {
        if (n == 1 && !nulls)
            derived_push(&only, out);
        else
            column_push_null(out);
    } else {
        struct column *items = column_new(column_type(out)->item);

        for (size_t i = 0; i < n; i++) {
            struct value v = column_get(c->column, (size_t)rows[i]);

            derived_push(&v, items);
        }
        if (nulls)
            column_push_null(items);
        column_push_list(out, items);
    }
    free(rows);
}

static void push_spread(const struct task *t, const struct tally *tally, struct column *out)
{
    double n = (double)tally->n;
    double variance = (tally->squares - tally->real * tally->real / n) / (n - 1);

    column_push_double(out, t->kind == WIRE_AGG_AVG   ? tally->real / n
                            : t->kind == WIRE_AGG_VAR ? variance
                                                      : sqrt(variance));
}

static enum err_code push_sum(const struct task *t, const struct cells *c,
                              const struct tally *tally, struct column *out, struct err *e)
{
    bool absolute = t->kind == WIRE_AGG_ABS_SUM;
    enum kind kind = column_type(c->column)->kind;
    double real = absolute ? tally->real_abs : tally->real;

    if (kind == KIND_BIG_INTEGER || kind == KIND_BIG_DECIMAL)
        return tally_sum_decimals(c->column, c->rows, c->n, absolute, out, e);
    if (order_is_real(kind))
        column_push_double(out, kind == KIND_FLOAT ? (double)(float)real : real);
    else
        column_push_int(out, absolute ? tally->sum_abs : tally->sum);
    return ERR_OK;
}

static void push_extreme(const struct task *t, const struct tally *tally,
                         struct column *out)
{
    if (tally->has_nan)
        column_push_double(out, NAN);
    else
        derived_push(t->kind == WIRE_AGG_MIN ? &tally->least : &tally->most, out);
}

static void push_group(const struct cells *c, struct column *out)
{
    struct column *items = column_new(column_type(out)->item);

    for (size_t i = 0; i < c->n; i++) {
        struct value v = column_get(c->column, (size_t)c->rows[i]);

        derived_push(&v, items);
    }
    column_push_list(out, items);
}

/* The cell at the start or the end of a group; null of none. */
static void push_end(const struct cells *c, size_t i, struct column *out)
{
    struct value v = column_get(c->column, i < c->n ? (size_t)c->rows[i] : SIZE_MAX);

    derived_push(&v, out);
}

static enum err_code push_result(const struct task *t, const struct cells *c,
                                 struct column *out, struct err *e)
{
    struct tally tally = {0};

    if (t->kind == WIRE_AGG_COUNT) {
        column_push_int(out, (int64_t)c->n);
        return ERR_OK;
    }
    tally = tally_of(c->column, c->rows, c->n);
    switch (t->kind) {
    case WIRE_AGG_NONE:
    case WIRE_AGG_FIRST:
        push_end(c, 0, out);
        return ERR_OK;
    case WIRE_AGG_LAST:
        push_end(c, c->n - 1, out);
        return ERR_OK;
    case WIRE_AGG_GROUP:
        push_group(c, out);
        return ERR_OK;
    case WIRE_AGG_COUNT_DISTINCT:
    case WIRE_AGG_DISTINCT:
    case WIRE_AGG_UNIQUE:
        push_distinct(t, c, &tally, out);
        return ERR_OK;
    default:
        break;
    }
    if (tally.n == 0)
        column_push_null(out);
    else if (t->kind == WIRE_AGG_SUM || t->kind == WIRE_AGG_ABS_SUM)
        return push_sum(t, c, &tally, out, e);
    else if (t->kind == WIRE_AGG_MIN || t->kind == WIRE_AGG_MAX)
        push_extreme(t, &tally, out);
    else if (t->kind != WIRE_AGG_MEDIAN)
        push_spread(t, &tally, out);
    else if (tally.has_nan)
        column_push_double(out, NAN);
    else
        push_median(c, out);
    return ERR_OK;
}

static enum err_code run_task(struct adding_up *a, size_t i)
{
    const struct task *t = &a->tasks[i];
    struct column *cells = NULL;
    enum err_code rc = ERR_OK;

    if (t->column != NO_COLUMN)
        cells = derived_read(a->source, a->world, t->column, 0,
                             table_size(a->source->table, a->world, 0));
    for (size_t g = 0; g < a->groups.n && rc == ERR_OK; g++) {
        struct cells c = {cells, a->groups.rows + a->groups.starts[g],
                          a->groups.starts[g + 1] - a->groups.starts[g]};

        rc = push_result(t, &c, a->results[i].values, a->e);
    }
    column_free(cells);
    return rc;
}

/* --- all of it --- */

/* Groups the rows; of none there is one group when that is asked for. */
static enum err_code make_groups(struct adding_up *a, const struct wire_op *op)
{
    size_t *columns = MEM_ARRAY(size_t, op->n_texts);
    enum err_code rc;

    for (size_t i = 0; i < op->n_texts; i++)
        columns[i] = a->tasks[i].column;
    rc = groups_make(a->source, a->world, columns, op->n_texts, &a->groups, a->e);
    free(columns);
    if (rc == ERR_OK && a->groups.n == 0 && op->preserve_empty && op->n_texts == 0) {
        free(a->groups.starts);
        a->groups.starts = MEM_ARRAY(size_t, 2);
        a->groups.n = 1;
    }
    if (rc == ERR_OK && a->groups.n > 0 && a->n > DERIVED_CELLS_MAX / a->groups.n)
        rc = err_set(a->e, ERR_REFUSED, "the demo server makes %d values at most",
                     DERIVED_CELLS_MAX);
    return rc;
}

enum err_code aggregate(const struct wire_op *op, const struct selection *source,
                        const struct world *w, struct selection *out, struct err *e)
{
    struct adding_up a = {.source = source, .world = w, .e = e};
    enum err_code rc = add_tasks(&a, op);

    if (rc == ERR_OK)
        rc = make_groups(&a, op);
    for (size_t i = 0; i < a.n && rc == ERR_OK; i++)
        rc = run_task(&a, i);
    if (rc == ERR_OK)
        derived_values(a.results, a.n, (int64_t)a.groups.n, "", out);
    else
        derived_columns_free(a.results, a.n);
    groups_release(&a.groups);
    free(a.tasks);
    return rc;
}
