/*
 * The right table's rows are sorted by what is matched, and each row of the left one looks
 * for its place among them.
 */
#include "demo/joins.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct side {
    struct column **values; /* owned; of the columns matched */
    int64_t rows;
};

struct join {
    struct side left, right;
    size_t *left_columns, *right_columns; /* owned */
    size_t n;
    int64_t *sorted; /* owned: rows of the right side by their values, then by position */
};

/* --- names --- */

struct pair {
    struct bytes left, right;
};

static struct pair split(struct bytes text)
{
    const uint8_t *sign = text.len ? memchr(text.data, '=', text.len) : NULL;
    size_t n = sign ? (size_t)(sign - text.data) : text.len;

    if (!sign)
        return (struct pair){text, text};
    while (n < text.len && text.data[n] == '=')
        n++;
    return (struct pair){{text.data, (size_t)(sign - text.data)},
                         {text.data + n, text.len - n}};
}

static enum err_code find(const struct selection *v, struct bytes name, size_t *out,
                          struct err *e)
{
    *out = selection_find(v, name);
    return *out != SIZE_MAX
               ? ERR_OK
               : err_set(e, ERR_USAGE, "Column \"%.*s\" doesn't exist in this table",
                         (int)(name.len < 80 ? name.len : 80), (const char *)name.data);
}

static enum err_code find_pair(struct join *m, size_t i, const struct selection *left,
                               const struct selection *right, struct bytes text,
                               struct err *e)
{
    struct pair pair = split(text);
    enum kind a, b;

    TRY(find(left, pair.left, &m->left_columns[i], e));
    TRY(find(right, pair.right, &m->right_columns[i], e));
    a = selection_type(left, m->left_columns[i])->kind;
    b = selection_type(right, m->right_columns[i])->kind;
    if (a != b || a == KIND_LIST)
        return err_set(e, ERR_USAGE, "a column of %s does not match one of %s",
                       kind_name(a), kind_name(b));
    return ERR_OK;
}

/* --- values --- */

static enum err_code read_side(struct side *s, const struct selection *v,
                               const struct world *w, const size_t *columns, size_t n,
                               struct err *e)
{
    s->rows = table_size(v->table, w, 0);
    if (s->rows > DERIVED_ROWS_MAX)
        return err_set(e, ERR_REFUSED, "the demo server joins %d rows at most",
                       DERIVED_ROWS_MAX);
    s->values = MEM_ARRAY(struct column *, n);
    for (size_t i = 0; i < n; i++)
        s->values[i] = derived_read(v, w, columns[i], 0, s->rows);
    return ERR_OK;
}

static int compare(const struct join *m, const struct side *s, int64_t a, int64_t b)
{
    int order = 0;

    for (size_t i = 0; i < m->n && order == 0; i++) {
        struct value x = column_get(s->values[i], (size_t)a);
        struct value y = column_get(m->right.values[i], (size_t)b);

        order = value_order(&x, &y);
    }
    return order;
}

static int by_values(const void *a, const void *b, void *ctx)
{
    const struct join *m = ctx;
    const int64_t *x = a, *y = b;
    int order = compare(m, &m->right, *x, *y);

    return order ? order : (*x > *y) - (*x < *y);
}

static void sort_right(struct join *m)
{
    m->sorted = MEM_ARRAY(int64_t, (size_t)m->right.rows);
    for (int64_t i = 0; i < m->right.rows; i++)
        m->sorted[i] = i;
    qsort_r(m->sorted, (size_t)m->right.rows, sizeof(*m->sorted), by_values, m);
}

static enum err_code prepare(struct join *m, const struct selection *left,
                             const struct selection *right, const struct world *w,
                             const struct bytes *pairs, size_t n, struct err *e)
{
    m->n = n;
    m->left_columns = MEM_ARRAY(size_t, n);
    m->right_columns = MEM_ARRAY(size_t, n);
    for (size_t i = 0; i < n; i++)
        TRY(find_pair(m, i, left, right, pairs[i], e));
    TRY(read_side(&m->left, left, w, m->left_columns, n, e));
    TRY(read_side(&m->right, right, w, m->right_columns, n, e));
    sort_right(m);
    return ERR_OK;
}

static void release_side(struct side *s, size_t n)
{
    for (size_t i = 0; s->values && i < n; i++)
        column_free(s->values[i]);
    free(s->values);
}

static void release(struct join *m)
{
    release_side(&m->left, m->n);
    release_side(&m->right, m->n);
    free(m->left_columns);
    free(m->right_columns);
    free(m->sorted);
}

/* How many rows of the right side a row of the left one matches, 2 for more of them; *first
 * is the first. */
static int find_right(const struct join *m, int64_t row, int64_t *first)
{
    int64_t low = 0, high = m->right.rows;
    int n = 0;

    while (low < high) {
        int64_t mid = low + (high - low) / 2;

        if (compare(m, &m->left, row, m->sorted[mid]) > 0)
            low = mid + 1;
        else
            high = mid;
    }
    while (n < 2 && low + n < m->right.rows &&
           compare(m, &m->left, row, m->sorted[low + n]) == 0)
        n++;
    *first = n > 0 ? m->sorted[low] : -1;
    return n;
}

/* --- what is made --- */

static struct row_list rows_in(const struct join *m, bool inverted)
{
    struct row_list rows = {.rows = MEM_ARRAY(int64_t, (size_t)m->left.rows)};
    int64_t first;

    for (int64_t i = 0; i < m->left.rows; i++) {
        if ((find_right(m, i, &first) > 0) != inverted)
            rows.rows[rows.n++] = i;
    }
    return rows;
}

enum err_code join_where_in(const struct selection *left, const struct selection *right,
                            const struct world *w, const struct bytes *pairs, size_t n,
                            bool inverted, struct selection *out, struct err *e)
{
    struct join m = {.n = 0};
    enum err_code rc = prepare(&m, left, right, w, pairs, n, e);
    struct row_list rows;

    if (rc == ERR_OK) {
        rows = rows_in(&m, inverted);
        rc = derived_rows(left, &rows, selection_sorted_by(left), out, e);
    }
    release(&m);
    return rc;
}

/* A column of v under a name, with the values of these rows of it; -1: null. */
static struct derived_column pick(const struct selection *v, const struct world *w,
                                  size_t c, struct bytes name, const int64_t *rows,
                                  int64_t n)
{
    struct derived_column out = {.name = mem_strndup((const char *)name.data, name.len),
                                 .java = selection_java(v, c),
                                 .component = selection_component(v, c),
                                 .type = derived_type(selection_type(v, c))};

    out.values = column_new(out.type);
    for (int64_t i = 0; i < n; i++) {
        if (rows[i] < 0)
            column_push_null(out.values);
        else
            selection_cell(v, w, rows[i], c, 0, out.values);
    }
    return out;
}

/* Which row of the right side goes with each of the left one, -1 for none. Owned. */
static enum err_code match_rows(const struct join *m, int64_t **out, struct err *e)
{
    int64_t *rows = MEM_ARRAY(int64_t, (size_t)m->left.rows);

    for (int64_t i = 0; i < m->left.rows; i++) {
        if (find_right(m, i, &rows[i]) > 1) {
            free(rows);
            return err_set(e, ERR_USAGE,
                           "Natural Join found duplicate right key for row %" PRId64, i);
        }
    }
    *out = rows;
    return ERR_OK;
}

/* By a column of the same name, so that it would be there twice. */
static bool is_there(const struct join *m, const struct selection *left,
                     const struct selection *right, size_t c)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->right_columns[i] == c &&
            strcmp(left->columns[m->left_columns[i]].name, right->columns[c].name) == 0)
            return true;
    }
    return false;
}

/* The columns of right that are added, as pairs of their new names and theirs. Owned. */
static struct bytes *names_added(const struct join *m, const struct selection *left,
                                 const struct selection *right, size_t *n)
{
    struct bytes *names = MEM_ARRAY(struct bytes, right->n_columns);

    *n = 0;
    for (size_t c = 0; c < right->n_columns; c++) {
        if (!is_there(m, left, right, c))
            names[(*n)++] = bytes_of(right->columns[c].name);
    }
    return names;
}

struct natural {
    const struct selection *left, *right;
    const struct world *w;
    const int64_t *rows; /* of the right side */
    int64_t n_rows;
    struct derived_column *columns; /* owned until they are a table */
    size_t n;
};

static void add_left(struct natural *j)
{
    int64_t *all = MEM_ARRAY(int64_t, (size_t)j->n_rows);

    for (int64_t i = 0; i < j->n_rows; i++)
        all[i] = i;
    for (size_t c = 0; c < j->left->n_columns; c++)
        j->columns[j->n++] =
            pick(j->left, j->w, c, bytes_of(j->left->columns[c].name), all, j->n_rows);
    free(all);
}

static enum err_code add_right(struct natural *j, const struct bytes *names, size_t n,
                               struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct pair pair = split(names[i]);
        size_t c;

        TRY(find(j->right, pair.right, &c, e));
        if (selection_find(j->left, pair.left) != SIZE_MAX)
            return err_set(e, ERR_USAGE, "both tables have a column \"%.*s\"",
                           (int)(pair.left.len < 80 ? pair.left.len : 80),
                           (const char *)pair.left.data);
        j->columns[j->n++] = pick(j->right, j->w, c, pair.left, j->rows, j->n_rows);
    }
    return ERR_OK;
}

static enum err_code put_together(struct natural *j, const struct bytes *names, size_t n,
                                  struct selection *out, struct err *e)
{
    size_t columns = j->left->n_columns + n;
    enum err_code rc;

    if (columns > 0 && j->n_rows > DERIVED_CELLS_MAX / (int64_t)columns)
        return err_set(e, ERR_REFUSED, "the demo server joins to %d cells at most",
                       DERIVED_CELLS_MAX);
    j->columns = MEM_ARRAY(struct derived_column, columns);
    add_left(j);
    rc = add_right(j, names, n, e);
    if (rc == ERR_OK)
        derived_values(j->columns, j->n, j->n_rows, j->left->table->about, out);
    else
        derived_columns_free(j->columns, j->n);
    return rc;
}

enum err_code join_natural(const struct selection *left, const struct selection *right,
                           const struct world *w, const struct bytes *pairs, size_t n,
                           const struct bytes *added, size_t n_added, struct selection *out,
                           struct err *e)
{
    struct join m = {.n = 0};
    struct bytes *names = NULL;
    int64_t *rows = NULL;
    enum err_code rc = prepare(&m, left, right, w, pairs, n, e);

    if (rc == ERR_OK)
        rc = match_rows(&m, &rows, e);
    if (rc == ERR_OK && n_added == 0)
        added = names = names_added(&m, left, right, &n_added);
    if (rc == ERR_OK) {
        struct natural j = {left, right, w, rows, m.left.rows, NULL, 0};

        rc = put_together(&j, added, n_added, out, e);
    }
    free(names);
    free(rows);
    release(&m);
    return rc;
}
