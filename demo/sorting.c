#include "demo/sorting.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/order.h"

struct sorting_key {
    struct column *values; /* owned */
    size_t column;
    bool descending, absolute;
};

struct sorting {
    const struct selection *view;
    struct sorting_key *keys; /* owned */
    size_t n_keys;
    bool reverse; /* all rows, at the end */
};

static void release(struct sorting *s)
{
    for (size_t i = 0; i < s->n_keys; i++)
        column_free(s->keys[i].values);
    free(s->keys);
}

static enum err_code check_columns(const struct selection *v, const struct wire_sort *keys,
                                   size_t n, struct err *e)
{
    struct bytes *names = MEM_ARRAY(struct bytes, n);
    size_t n_names = 0;
    enum err_code rc;

    for (size_t i = 0; i < n; i++) {
        if (keys[i].direction != WIRE_REVERSE)
            names[n_names++] = keys[i].column;
    }
    rc = selection_find_all(v, names, n_names, e);
    free(names);
    return rc;
}

/* protocol: REVERSE turns the directions behind it, and all rows in the end. */
static enum err_code read_keys(struct sorting *s, const struct wire_sort *keys, size_t n,
                               struct err *e)
{
    s->keys = MEM_ARRAY(struct sorting_key, n);
    for (size_t i = 0; i < n; i++) {
        struct sorting_key *key = &s->keys[s->n_keys];
        enum kind kind;

        if (keys[i].direction == WIRE_REVERSE) {
            s->reverse = !s->reverse;
            continue;
        }
        if (keys[i].direction != WIRE_ASCENDING && keys[i].direction != WIRE_DESCENDING)
            return err_set(e, ERR_REFUSED, "Unexpected sort direction: %d",
                           keys[i].direction);
        key->column = selection_find(s->view, keys[i].column);
        key->descending = (keys[i].direction == WIRE_DESCENDING) != s->reverse;
        key->absolute = keys[i].absolute;
        kind = selection_type(s->view, key->column)->kind;
        if (kind == KIND_LIST || kind == KIND_BINARY)
            return err_set(e, ERR_REFUSED, "the demo server does not sort lists");
        if (!order_has(kind) || (key->absolute && !order_has_absolute(kind)))
            return err_set(e, ERR_USAGE, "a column of %s does not sort", kind_name(kind));
        s->n_keys++;
    }
    return ERR_OK;
}

static int by_keys(const void *a, const void *b, void *ctx)
{
    const int64_t *x = a, *y = b;
    const struct sorting *s = ctx;

    for (size_t i = 0; i < s->n_keys; i++) {
        const struct sorting_key *key = &s->keys[i];
        struct value v = column_get(key->values, (size_t)*x);
        struct value u = column_get(key->values, (size_t)*y);
        int order = key->absolute ? order_absolute(&v, &u) : order_values(&v, &u);

        if (order != 0)
            return key->descending ? -order : order;
    }
    return (*x > *y) - (*x < *y);
}

static void turn(struct row_list *l)
{
    if (!l->rows) {
        l->first += l->step * (l->n - 1);
        l->step = -l->step;
        return;
    }
    for (int64_t i = 0, k = l->n - 1; i < k; i++, k--) {
        int64_t row = l->rows[i];

        l->rows[i] = l->rows[k];
        l->rows[k] = row;
    }
}

static void list_rows(struct sorting *s, const struct world *w, struct row_list *out)
{
    out->rows = MEM_ARRAY(int64_t, (size_t)out->n);
    for (int64_t i = 0; i < out->n; i++)
        out->rows[i] = i;
    for (size_t i = 0; i < s->n_keys; i++)
        s->keys[i].values = derived_read(s->view, w, s->keys[i].column, 0, out->n);
    qsort_r(out->rows, (size_t)out->n, sizeof(*out->rows), by_keys, s);
}

/* Sorts; a first key that counts the rows leaves nothing to do for the others. */
static enum err_code sort(struct sorting *s, const struct world *w, struct row_list *out,
                          struct err *e)
{
    int64_t first, step;

    if (s->n_keys > 0 && !s->keys[0].absolute &&
        derived_line(s->view, s->keys[0].column, &first, &step)) {
        if ((step < 0) != s->keys[0].descending)
            turn(out);
    } else if (s->n_keys > 0) {
        if (out->n > DERIVED_ROWS_MAX)
            return err_set(e, ERR_REFUSED, "the demo server sorts %d rows at most",
                           DERIVED_ROWS_MAX);
        list_rows(s, w, out);
    }
    return ERR_OK;
}

enum err_code sorted_rows(const struct selection *v, const struct world *w,
                          const struct wire_sort *keys, size_t n, struct row_list *out,
                          char **sorted_by, struct err *e)
{
    struct sorting s = {.view = v};
    enum err_code rc;

    *out = (struct row_list){.step = 1, .n = table_size(v->table, w, 0)};
    *sorted_by = NULL;
    TRY(check_columns(v, keys, n, e));
    rc = read_keys(&s, keys, n, e);
    if (rc == ERR_OK)
        rc = sort(&s, w, out, e);
    if (rc == ERR_OK && s.reverse)
        turn(out);
    if (rc == ERR_OK && s.n_keys > 0)
        *sorted_by =
            mem_printf("%s=%s", v->columns[s.keys[0].column].name,
                       s.keys[0].descending != s.reverse ? "Descending" : "Ascending");
    release(&s);
    return rc;
}
