#include "demo/table.h"

#include <stdlib.h>

#include "demo/written.h"

void table_free_columns(struct demo_table *t)
{
    for (size_t c = 0; c < t->n_columns; c++) {
        free(t->columns[c].name);
        type_free(t->columns[c].type);
    }
    free(t->columns);
}

void demo_tables_free(struct demo_table *tables, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        written_free(tables[i].written);
        if (tables[i].made)
            table_drop(&tables[i]);
        else
            table_free_columns(&tables[i]);
    }
    free(tables);
}

void table_hold(const struct demo_table *t)
{
    if (t->made)
        t->made->users++;
}

void table_drop(const struct demo_table *t)
{
    if (t->made && --t->made->users == 0)
        t->made->free(t->made);
}

/* The time that one of the server's own shows. */
static int64_t shown(const struct demo_table *t, const struct world *w, int64_t at_ms)
{
    return w->still_ms > 0 && at_ms > w->still_ms && !t->is_blink ? w->still_ms : at_ms;
}

int64_t table_size(const struct demo_table *t, const struct world *w, int64_t at_ms)
{
    if (t->made)
        return t->made->size;
    return t->written ? written_size(t->written, at_ms) : t->size(w, shown(t, w, at_ms));
}

void table_cell(const struct demo_table *t, const struct world *w, int64_t id,
                size_t column, int64_t at_ms, struct column *out)
{
    if (t->made)
        t->made->cell(t->made, w, id, column, out);
    else if (t->written)
        written_cell(t->written, id, column, at_ms, out);
    else
        t->cell(w, id, column, shown(t, w, at_ms), out);
}

int64_t table_id_at(const struct demo_table *t, const struct world *w, int64_t position,
                    int64_t at_ms)
{
    if (t->written)
        return written_id_at(t->written, position, at_ms);
    return t->id_at ? t->id_at(w, position, shown(t, w, at_ms)) : position;
}

int64_t table_stamp(const struct demo_table *t, const struct world *w, int64_t at_ms)
{
    if (t->written)
        return written_stamp(t->written, at_ms);
    return t->stamp ? t->stamp(w, shown(t, w, at_ms)) : 0;
}

int64_t table_version(const struct demo_table *t, const struct world *w, int64_t id,
                      size_t column, int64_t at_ms)
{
    if (t->written)
        return written_version(t->written, id, column, at_ms);
    return t->version ? t->version(w, id, column, shown(t, w, at_ms)) : 0;
}

bool table_cells_change(const struct demo_table *t)
{
    return t->version || t->written;
}

bool table_is_static(const struct demo_table *t)
{
    return !t->stamp && !t->written;
}
