#include "demo/table.h"

#include <stdlib.h>

void demo_tables_free(struct demo_table *tables, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < tables[i].n_columns; c++) {
            free(tables[i].columns[c].name);
            type_free(tables[i].columns[c].type);
        }
        free(tables[i].columns);
    }
    free(tables);
}

int64_t table_id_at(const struct demo_table *t, const struct world *w, int64_t position,
                    int64_t at_ms)
{
    return t->id_at ? t->id_at(w, position, at_ms) : position;
}

int64_t table_stamp(const struct demo_table *t, const struct world *w, int64_t at_ms)
{
    return t->stamp ? t->stamp(w, at_ms) : 0;
}

bool table_is_static(const struct demo_table *t)
{
    return !t->stamp;
}
