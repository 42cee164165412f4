#include "demo/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "demo/groups.h"
#include "demo/order.h"
#include "demo/tally.h"
#include "model/format.h"

/* protocol: texts told of a column that is not of numbers or times. */
#define KEYS_DEFAULT 20
#define KEYS_MAX 200
#define COLUMNS_MAX 12
#define KEY_BYTES 1000

/* The row as it is put together. */
struct sheet_row {
    struct derived_column *columns; /* owned: room for COLUMNS_MAX */
    size_t n;
};

/* Adds a column of a type (given) and gives it to be filled with one value. */
static struct column *add_typed(struct sheet_row *r, const char *name, const char *java,
                                struct type *type)
{
    struct derived_column *c = &r->columns[r->n++];

    *c = (struct derived_column){.name = mem_strdup(name), .java = java, .type = type};
    c->values = column_new(type);
    return c->values;
}

static void add_long(struct sheet_row *r, const char *name, int64_t v)
{
    column_push_int(add_typed(r, name, "long", type_new(KIND_LONG, NULL)), v);
}

static void add_double(struct sheet_row *r, const char *name, double v)
{
    column_push_double(add_typed(r, name, "double", type_new(KIND_DOUBLE, NULL)), v);
}

/* An average and its like: null of no values. */
static void add_mean(struct sheet_row *r, const char *name, double v, int64_t n)
{
    struct column *c = add_typed(r, name, "double", type_new(KIND_DOUBLE, NULL));

    if (n > 0)
        column_push_double(c, v);
    else
        column_push_null(c);
}

/* A value of the column itself. */
static void add_value(struct sheet_row *r, const char *name, const char *java,
                      const struct type *type, const struct value *v)
{
    derived_push(v, add_typed(r, name, java, derived_type(type)));
}

/* --- numbers and times --- */

static void add_absolute(struct sheet_row *r, const char *name, const char *java,
                         const struct type *type, const struct value *v)
{
    struct value absolute = *v;

    if (order_is_real(type->kind))
        absolute.d = fabs(v->d);
    else if (v->state == VALUE_SET && v->i < 0)
        absolute.i = -max_i64(v->i, -INT64_MAX);
    add_value(r, name, java, type, &absolute);
}

/* protocol: squares go into a double once one is too large for the column's own type. */
static bool squares_fit(enum kind kind, const struct value *farthest)
{
    int64_t most = kind == KIND_INT ? 46340 : INT64_C(3037000499);

    if (farthest->state != VALUE_SET || (kind != KIND_INT && kind != KIND_LONG))
        return true;
    return farthest->i <= most && farthest->i >= -most;
}

static void add_sums(struct sheet_row *r, enum kind kind, const struct tally *t)
{
    if (order_is_real(kind)) {
        add_double(r, "SUM", t->real);
        add_double(r, "SUM_ABS", t->real_abs);
        add_double(r, "SUM_SQRD", t->squares);
        return;
    }
    add_long(r, "SUM", t->sum);
    add_long(r, "SUM_ABS", t->sum_abs);
    if (squares_fit(kind, &t->farthest))
        add_long(r, "SUM_SQRD", t->sum_squares);
    else
        add_double(r, "SQRD_SUM", t->squares);
}

static void add_numbers(struct sheet_row *r, const char *java, const struct type *type,
                        const struct tally *t)
{
    double n = (double)t->n;
    double variance = (t->squares - t->real * t->real / n) / (n - 1);

    add_sums(r, type->kind, t);
    add_value(r, "MIN", java, type, &t->least);
    add_value(r, "MAX", java, type, &t->most);
    add_absolute(r, "MIN_ABS", java, type, &t->nearest);
    add_absolute(r, "MAX_ABS", java, type, &t->farthest);
    add_mean(r, "AVG", t->real / n, t->n);
    add_mean(r, "AVG_ABS", t->real_abs / n, t->n);
    add_mean(r, "STD_DEV", sqrt(variance), t->n);
}

/* --- texts and others --- */

struct frequent {
    size_t group, n;
};

static int by_frequency(const void *a, const void *b)
{
    const struct frequent *x = a, *y = b;

    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

static void push_text(const struct value *v, struct column *out)
{
    struct buf text;

    buf_init(&text, KEY_BYTES);
    format_value(v, &(struct format_options){.time_digits = format_time_digits(v)}, &text);
    column_push_bytes(out, buf_bytes(&text));
    buf_release(&text);
}

/* The groups of values, the largest first, without the one of nulls; returns how many.
 * Owned. */
static struct frequent *by_size(const struct groups *g, const struct column *cells,
                                size_t *n)
{
    struct frequent *list = MEM_ARRAY(struct frequent, g->n);

    *n = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct value v = column_get(cells, (size_t)g->rows[g->starts[i]]);

        if (v.state == VALUE_SET)
            list[(*n)++] = (struct frequent){i, g->starts[i + 1] - g->starts[i]};
    }
    qsort(list, *n, sizeof(*list), by_frequency);
    return list;
}

static struct column *add_list(struct sheet_row *r, const char *name, const char *java,
                               const char *component, enum kind kind)
{
    struct column *c = add_typed(r, name, java, type_new(KIND_LIST, type_new(kind, NULL)));

    r->columns[r->n - 1].component = component;
    return c;
}

static void add_keys(struct sheet_row *r, const struct groups *g,
                     const struct column *cells, int32_t limit)
{
    size_t most = limit < 0 ? KEYS_DEFAULT : (size_t)min_i64(limit, KEYS_MAX), n;
    struct frequent *list = by_size(g, cells, &n);
    struct column *keys, *counts, *to;

    column_push_int(add_typed(r, "UNIQUE_VALUES", "int", type_new(KIND_INT, NULL)),
                    (int64_t)n);
    to = add_list(r, "UNIQUE_KEYS", "java.lang.String[]", "java.lang.String", KIND_STRING);
    keys = column_new(column_type(to)->item);
    for (size_t i = 0; i < n && i < most; i++) {
        struct value v = column_get(cells, (size_t)g->rows[g->starts[list[i].group]]);

        push_text(&v, keys);
    }
    column_push_list(to, keys);
    to = add_list(r, "UNIQUE_COUNTS", "long[]", "long", KIND_LONG);
    counts = column_new(column_type(to)->item);
    for (size_t i = 0; i < n && i < most; i++)
        column_push_int(counts, (int64_t)list[i].n);
    column_push_list(to, counts);
    free(list);
}

/* --- all of it --- */

static void describe(const struct selection *v, size_t column, const struct column *cells,
                     const struct groups *g, int32_t limit, struct selection *out)
{
    struct sheet_row r = {.columns = MEM_ARRAY(struct derived_column, COLUMNS_MAX)};
    const struct type *type = selection_type(v, column);
    const char *java = selection_java(v, column);
    size_t size = column_length(cells);
    struct tally t = tally_of(cells, g->rows, size);

    add_long(&r, "COUNT", t.n);
    add_long(&r, "SIZE", (int64_t)size);
    if (order_is_whole(type->kind) || order_is_real(type->kind)) {
        add_numbers(&r, java, type, &t);
    } else if (type->kind == KIND_INSTANT) {
        add_value(&r, "MIN", java, type, &t.least);
        add_value(&r, "MAX", java, type, &t.most);
    } else {
        add_keys(&r, g, cells, limit);
    }
    derived_values(r.columns, r.n, 1, "", out);
}

enum err_code statistics(const struct wire_op *op, const struct selection *source,
                         const struct world *w, struct selection *out, struct err *e)
{
    size_t column = op->n_texts ? selection_find(source, op->texts[0]) : SIZE_MAX;
    enum kind kind;
    struct groups groups;
    struct column *cells;

    if (column == SIZE_MAX)
        return err_set(e, ERR_REFUSED,
                       "Table doesn't have a column with the specified name");
    kind = selection_type(source, column)->kind;
    if (kind == KIND_BIG_DECIMAL || kind == KIND_BIG_INTEGER || !order_has(kind))
        return err_set(e, ERR_REFUSED, "the demo server has no statistics of %s",
                       kind_name(kind));
    TRY(groups_make(source, w, &column, 1, &groups, e));
    cells = derived_read(source, w, column, 0, table_size(source->table, w, 0));
    describe(source, column, cells, &groups, op->limit, out);
    column_free(cells);
    groups_release(&groups);
    return ERR_OK;
}
