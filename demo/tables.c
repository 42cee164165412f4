#include "demo/tables.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/table_defs.h"
#include "demo/written.h"

static const struct table_def *const list[] = {
    &table_bare,    &table_billion, &table_book,  &table_empty,
    &table_folders, &table_leaders, &table_notes, &table_pulse,
    &table_ships,   &table_stock,   &table_tide,  &table_trades,
    &table_types,   &table_voyages, &table_wide}; /* by name */

void world_init(struct world *w)
{
    w->ranks = leaders_ranks_new();
}

void world_release(struct world *w)
{
    free(w->ranks);
    w->ranks = NULL;
}

/* What is behind an input table, with its first rows. Owned. */
static struct written *first_rows(const struct world *w, const struct demo_table *t,
                                  size_t n_keys)
{
    struct column **empty = MEM_ARRAY(struct column *, t->n_columns);
    struct column **cells = MEM_ARRAY(struct column *, t->n_columns);
    struct written *made;
    struct err e;

    for (size_t c = 0; c < t->n_columns; c++) {
        empty[c] = column_new(t->columns[c].type);
        cells[c] = column_new(t->columns[c].type);
        for (int64_t i = 0; i < t->size(w, 0); i++)
            t->cell(w, i, c, 0, cells[c]);
    }
    made = written_new(empty, t->n_columns, n_keys);
    (void)written_add(made, (const struct column *const *)cells, INT64_MIN,
                      &e); /* they are few */
    for (size_t c = 0; c < t->n_columns; c++)
        column_free(cells[c]);
    free(cells);
    return made;
}

size_t demo_tables_new(const struct world *w, struct demo_table **tables)
{
    *tables = MEM_ARRAY(struct demo_table, COUNT(list));
    for (size_t i = 0; i < COUNT(list); i++) {
        struct table_def def = *list[i];

        if (list[i] == &table_wide && w->wide_columns)
            def.n_columns = w->wide_columns;
        if (def.make)
            (*tables)[i] = def.make(w);
        else
            table_make(&def, &(*tables)[i]);
        if (def.is_input)
            (*tables)[i].written = first_rows(w, &(*tables)[i], def.n_keys);
    }
    return COUNT(list);
}
