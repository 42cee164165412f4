#include "demo/groups.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/order.h"

struct keys {
    struct column **values; /* owned */
    size_t n;
};

static int compare_rows(const struct keys *k, int64_t a, int64_t b)
{
    for (size_t i = 0; i < k->n; i++) {
        struct value x = column_get(k->values[i], (size_t)a);
        struct value y = column_get(k->values[i], (size_t)b);
        int order = order_values(&x, &y);

        if (order != 0)
            return order;
    }
    return 0;
}

static int by_keys(const void *a, const void *b, void *ctx)
{
    const int64_t *x = a, *y = b;
    int order = compare_rows(ctx, *x, *y);

    return order ? order : (*x > *y) - (*x < *y);
}

static int by_first(const void *a, const void *b, void *ctx)
{
    const size_t *x = a, *y = b;
    const int64_t *rows = ctx;

    return (rows[*x] > rows[*y]) - (rows[*x] < rows[*y]);
}

/* Where the group ends that starts there, in rows sorted by their keys. */
static size_t end_of(const struct keys *k, const int64_t *rows, size_t start, size_t n)
{
    size_t end = start + 1;

    while (end < n && compare_rows(k, rows[start], rows[end]) == 0)
        end++;
    return end;
}

/* Puts the groups, which lie by their keys, in the order of their first rows. */
static void arrange(const struct keys *k, int64_t *sorted, size_t n, struct groups *out)
{
    size_t *starts = MEM_ARRAY(size_t, n + 1);
    size_t used = 0;

    for (size_t at = 0; at < n; at = end_of(k, sorted, at, n))
        starts[out->n++] = at;
    qsort_r(starts, out->n, sizeof(*starts), by_first, sorted);
    out->rows = MEM_ARRAY(int64_t, n);
    out->starts = MEM_ARRAY(size_t, out->n + 1);
    for (size_t g = 0; g < out->n; g++) {
        size_t end = end_of(k, sorted, starts[g], n);

        out->starts[g] = used;
        for (size_t i = starts[g]; i < end; i++)
            out->rows[used++] = sorted[i];
    }
    out->starts[out->n] = used;
    free(starts);
}

enum err_code groups_make(const struct selection *v, const struct world *w,
                          const size_t *columns, size_t n, struct groups *out,
                          struct err *e)
{
    int64_t size = table_size(v->table, w, 0);
    struct keys k = {.n = n};
    int64_t *rows;

    *out = (struct groups){0};
    for (size_t i = 0; i < n; i++) {
        enum kind kind = selection_type(v, columns[i])->kind;

        if (!order_has(kind))
            return err_set(e, ERR_USAGE, "a column of %s makes no groups", kind_name(kind));
    }
    if (size > DERIVED_ROWS_MAX)
        return err_set(e, ERR_REFUSED, "the demo server puts together %d rows at most",
                       DERIVED_ROWS_MAX);
    k.values = MEM_ARRAY(struct column *, n);
    for (size_t i = 0; i < n; i++)
        k.values[i] = derived_read(v, w, columns[i], 0, size);
    rows = MEM_ARRAY(int64_t, (size_t)size);
    for (int64_t i = 0; i < size; i++)
        rows[i] = i;
    qsort_r(rows, (size_t)size, sizeof(*rows), by_keys, &k);
    arrange(&k, rows, (size_t)size, out);
    free(rows);
    for (size_t i = 0; i < n; i++)
        column_free(k.values[i]);
    free(k.values);
    return ERR_OK;
}

void groups_release(struct groups *g)
{
    free(g->rows);
    free(g->starts);
    *g = (struct groups){0};
}
