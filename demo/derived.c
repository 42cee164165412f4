#include "demo/derived.h"

#include <stdlib.h>

#include "base/mem.h"

struct derived {
    struct made_table made; /* first, so that one is the other */
    struct demo_table table;
    size_t depth;
    char *sorted_by; /* owned; NULL: not sorted */

    /* either rows of another table, or that as it was at a time */
    struct selection source; /* owned; without a table: none */
    struct row_list rows;
    int64_t at_ms;
    /* or values of its own, one for each column */
    struct column **values; /* owned */
};

int64_t row_list_at(const struct row_list *l, int64_t i)
{
    return l->rows ? l->rows[i] : l->first + l->step * i;
}

/* NULL: it was made otherwise. What is behind a tree is another struct. */
static const struct derived *of_table(const struct demo_table *t)
{
    return t->shape == TABLE_ROWS ? (const struct derived *)t->made : NULL;
}

struct type *derived_type(const struct type *t)
{
    return type_new(t->kind, t->item ? derived_type(t->item) : NULL);
}

static void free_derived(struct made_table *m)
{
    struct derived *d = (struct derived *)m;

    for (size_t c = 0; d->values && c < d->table.n_columns; c++)
        column_free(d->values[c]);
    free(d->values);
    table_free_columns(&d->table);
    selection_release(&d->source);
    free(d->rows.rows);
    free(d->sorted_by);
    free(d);
}

static struct derived *derived_new(int64_t rows, size_t columns, const char *about)
{
    struct derived *d = MEM_NEW(struct derived);

    d->made = (struct made_table){.size = rows, .free = free_derived};
    d->table = (struct demo_table){
        .name = "derived", .about = about, .n_columns = columns, .made = &d->made};
    d->table.columns = MEM_ARRAY(struct demo_column, columns);
    return d;
}

/* --- rows of another table --- */

static void cell_of_rows(const struct made_table *m, const struct world *w, int64_t id,
                         size_t column, struct column *out)
{
    const struct derived *d = (const struct derived *)m;

    selection_cell(&d->source, w, row_list_at(&d->rows, id), column, 0, out);
}

/* A table with the columns of source. */
static struct derived *derived_over(const struct selection *source, int64_t rows)
{
    struct derived *d = derived_new(rows, source->n_columns, source->table->about);

    selection_copy(&d->source, source);
    for (size_t c = 0; c < source->n_columns; c++)
        d->table.columns[c] =
            (struct demo_column){.name = mem_strdup(source->columns[c].name),
                                 .java = selection_java(source, c),
                                 .about = selection_about(source, c),
                                 .type = derived_type(selection_type(source, c))};
    return d;
}

enum err_code derived_rows(const struct selection *source, struct row_list *rows,
                           const char *sorted_by, struct selection *out, struct err *e)
{
    const struct derived *below = of_table(source->table);
    size_t depth = below ? below->depth + 1 : 1;
    struct derived *d;

    if (depth > DERIVED_DEPTH_MAX) {
        free(rows->rows);
        return err_set(e, ERR_REFUSED,
                       "the demo server makes at most %d tables of each other",
                       DERIVED_DEPTH_MAX);
    }
    d = derived_over(source, rows->n);
    d->made.cell = cell_of_rows;
    d->depth = depth;
    d->rows = *rows;
    d->sorted_by = sorted_by ? mem_strdup(sorted_by) : NULL;
    d->table.sorted_by = d->sorted_by;
    selection_of_table(&d->table, out);
    return ERR_OK;
}

/* --- another table as it was --- */

static void cell_of_then(const struct made_table *m, const struct world *w, int64_t id,
                         size_t column, struct column *out)
{
    const struct derived *d = (const struct derived *)m;
    int64_t source_id = table_id_at(d->source.table, w, id, d->at_ms);

    selection_cell(&d->source, w, source_id, column, d->at_ms, out);
}

void derived_then(const struct selection *source, const struct world *w, int64_t at_ms,
                  struct selection *out)
{
    struct derived *d = derived_over(source, table_size(source->table, w, at_ms));

    d->made.cell = cell_of_then;
    d->depth = 1;
    d->at_ms = at_ms;
    selection_of_table(&d->table, out);
}

/* --- values --- */

void derived_push(const struct value *v, struct column *out)
{
    if (v->state == VALUE_SET)
        column_push_value(out, v);
    else
        column_push_null(out);
}

static void cell_of_values(const struct made_table *m, const struct world *w, int64_t id,
                           size_t column, struct column *out)
{
    const struct derived *d = (const struct derived *)m;
    struct value v = column_get(d->values[column], (size_t)id);

    (void)w;
    derived_push(&v, out);
}

void derived_columns_free(struct derived_column *columns, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        free(columns[c].name);
        column_free(columns[c].values);
        type_free(columns[c].type);
    }
    free(columns);
}

void derived_values(struct derived_column *columns, size_t n, int64_t rows,
                    const char *about, struct selection *out)
{
    struct derived *d = derived_new(rows, n, about);

    d->made.cell = cell_of_values;
    d->values = MEM_ARRAY(struct column *, n);
    for (size_t c = 0; c < n; c++) {
        d->table.columns[c] = (struct demo_column){.name = columns[c].name,
                                                   .java = columns[c].java,
                                                   .about = "",
                                                   .component = columns[c].component,
                                                   .type = columns[c].type};
        d->values[c] = columns[c].values;
    }
    free(columns);
    selection_of_table(&d->table, out);
}

/* --- columns --- */

bool derived_line(const struct selection *v, size_t c, int64_t *first, int64_t *step)
{
    size_t source = v->columns[c].source;
    const struct derived *d = of_table(v->table);

    if (v->columns[c].preview)
        return false;
    *first = 0;
    *step = 1;
    if (source == SELECTION_POSITION)
        return true;
    if (!d) {
        const char *row = v->table->row_column;

        return row && bytes_equal(bytes_of(row), bytes_of(v->table->columns[source].name));
    }
    if (d->values || d->rows.rows || !derived_line(&d->source, source, first, step))
        return false;
    *first += *step * d->rows.first;
    *step *= d->rows.step;
    return true;
}

struct column *derived_read(const struct selection *v, const struct world *w, size_t c,
                            int64_t first, int64_t n)
{
    struct column *out = column_new(selection_type(v, c));

    for (int64_t i = 0; i < n; i++)
        selection_cell(v, w, first + i, c, 0, out);
    return out;
}
