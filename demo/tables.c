#include "demo/tables.h"

#include <stdlib.h>

#include "base/mem.h"
#include "demo/table_defs.h"

static const struct table_def *const list[] = {
    &table_bare,  &table_billion, &table_book,   &table_empty, &table_leaders, &table_pulse,
    &table_ships, &table_tide,    &table_trades, &table_types, &table_wide}; /* by name */

void world_init(struct world *w)
{
    w->ranks = leaders_ranks_new();
}

void world_release(struct world *w)
{
    free(w->ranks);
    w->ranks = NULL;
}

size_t demo_tables_new(const struct world *w, struct demo_table **tables)
{
    *tables = MEM_ARRAY(struct demo_table, COUNT(list));
    for (size_t i = 0; i < COUNT(list); i++) {
        struct table_def def = *list[i];

        if (list[i] == &table_wide && w->wide_columns)
            def.n_columns = w->wide_columns;
        table_make(&def, &(*tables)[i]);
    }
    return COUNT(list);
}
