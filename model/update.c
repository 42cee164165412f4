#include "model/update.h"

#include <stdlib.h>

#include "base/mem.h"

struct update *update_new(size_t n_columns)
{
    struct update *u = MEM_NEW(struct update);

    u->added = rowset_new();
    u->removed = rowset_new();
    u->table_size = -1;
    u->n_columns = n_columns;
    u->modified = MEM_ARRAY(struct rowset *, n_columns);
    u->added_data = MEM_ARRAY(struct column *, n_columns);
    u->modified_data = MEM_ARRAY(struct column *, n_columns);
    return u;
}

void update_free(struct update *u)
{
    if (!u)
        return;
    for (size_t c = 0; c < u->n_columns; c++) {
        rowset_free(u->modified[c]);
        column_free(u->added_data[c]);
        column_free(u->modified_data[c]);
    }
    free(u->modified);
    free(u->added_data);
    free(u->modified_data);
    rowset_free(u->viewport);
    rowset_free(u->columns);
    rowset_free(u->added);
    rowset_free(u->removed);
    rowset_free(u->included);
    shift_free(u->shift);
    free(u);
}
