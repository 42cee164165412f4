/*
 * model/update.h - one logical update of a table, as the client read it from one or more
 * messages.
 *
 * Complete, and not yet checked against anything: model/update_plan compares it with what a
 * replica holds. Row sets are indexes of rows held or row keys, by the mode of the replica
 * that it is for. Loop thread.
 */
#ifndef MODEL_UPDATE_H
#define MODEL_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/column.h"
#include "model/rowset.h"
#include "model/shift.h"

/* What row sets of an update are in: see model/replica.h. */
enum replica_mode { REPLICA_VIEWPORT, REPLICA_KEYS };

/* All pointers are owned by the update. */
struct update {
    bool is_snapshot;
    struct rowset *viewport; /* effective viewport in positions, or NULL: none given */
    bool reverse;            /* effective direction; meaningful in snapshots only */
    struct rowset *columns;  /* effective columns, or NULL: all; snapshots only */
    struct rowset *added;
    struct rowset *removed;
    struct rowset *included;    /* added rows whose data is here, or NULL: all of added */
    struct shift *shift;        /* NULL: none */
    int64_t table_size;         /* rows; -1: not told */
    size_t n_columns;           /* length of the arrays below: the schema's column count */
    struct rowset **modified;   /* per column; NULL entry: none */
    struct column **added_data; /* per column; NULL entry: no data for it */
    struct column **modified_data;
};

struct update *update_new(size_t n_columns); /* owned; sets empty, table_size -1 */
void update_free(struct update *u);          /* accepts NULL */

#endif
