/*
 * model/replica.h - the client-side copy of a part of one table.
 *
 * A replica holds the rows and columns that the server last said are here, and applies one
 * update at a time, completely or not at all. It works in one of two modes:
 *
 *   REPLICA_VIEWPORT  viewport subscriptions. The rows held are those of the effective
 *                     viewport, ascending, as far as the table reaches. Row sets of an
 *                     update are their indexes: removed in the rows held before it, added
 *                     and modified in those held after it (protocol: Barrage viewport
 *                     subscription, positional deltas).
 *   REPLICA_KEYS      full subscriptions, snapshots and DoGet. Row sets are row keys;
 *                     removes, then shifts, then adds, then data of included rows, then
 *                     modifications. No view asks for these; whole recorded tables, shifts
 *                     among them, go through the same plan and commit in the tests.
 *
 * Both keep the same thing: a row set saying which rows are held, and per column one slot
 * per held row. Readers ask by table position and get VALUE_ABSENT for what is not here, so
 * a cell of an older viewport can never be taken for one of the newer. The generation
 * counts applied updates. Loop thread only.
 */
#ifndef MODEL_REPLICA_H
#define MODEL_REPLICA_H

#include "base/err.h"
#include "model/column.h"
#include "model/rowset.h"
#include "model/schema.h"
#include "model/update.h"

struct replica; /* opaque */

/* The schema is given. */
struct replica *replica_new(struct schema *schema, enum replica_mode mode);
void replica_free(struct replica *r); /* accepts NULL */

/* Applies u (given, always freed). On success the generation grows by one; else the replica
 * stays as it was. ERR_MISFIT: the update contradicts the rows that are held, or those
 * of the table: rows removed, modified or added where none can be, more rows than the
 * viewport has, a size below what is held, or no number of rows at all. Client and server
 * have come to see the table differently, and only a fresh subscription helps. ERR_PROTO:
 * it contradicts itself or the protocol. */
enum err_code replica_apply(struct replica *r, struct update *u, struct err *e);

const struct schema *replica_schema(const struct replica *r); /* borrowed */
enum replica_mode replica_mode(const struct replica *r);
uint64_t replica_generation(const struct replica *r); /* 0: nothing applied yet */

/* Rows in the table as of the last update that told, or 0. */
int64_t replica_table_size(const struct replica *r);

/* Effective viewport, columns and direction of the last snapshot; borrowed until the next
 * apply. The viewport is NULL when no snapshot came yet or a full subscription completed;
 * the columns are never NULL (the empty set before the first snapshot). */
const struct rowset *replica_viewport(const struct replica *r);
const struct rowset *replica_columns(const struct replica *r);
bool replica_reverse(const struct replica *r);

/* Number of rows held. */
size_t replica_held(const struct replica *r);

/* REPLICA_KEYS only: all row keys of the table, borrowed until the next apply; else NULL.
 */
const struct rowset *replica_keys(const struct replica *r);

/* Table position of held row i, and the held row at a table position; -1 when there is
 * none. */
int64_t replica_position(const struct replica *r, size_t i);
int64_t replica_row_at(const struct replica *r, int64_t position);

/* The cell of a schema column at a table position; VALUE_ABSENT when row or column is not
 * here. Borrowed until the next apply. */
struct value replica_cell(const struct replica *r, size_t column, int64_t position);

/* The same of held row i; a row that is not held, as -1, has none. */
struct value replica_held_cell(const struct replica *r, size_t column, int64_t row);

/* What the last update changed: cells that were held, were modified in place and now hold
 * another value. Rows that an update removes and adds are moves or repaints, and bring no
 * entries. Columns ascend, and positions within a column; borrowed until the next apply.
 * Past REPLICA_MAX_CHANGES entries the rest is left out, and replica_changes_cut() says so.
 */
#define REPLICA_MAX_CHANGES ((size_t)16 * 1024)

struct replica_change {
    size_t column;
    int64_t position;
    int direction; /* of a number: +1 up, -1 down; 0 for all else */
};
const struct replica_change *replica_changes(const struct replica *r, size_t *n);
bool replica_changes_cut(const struct replica *r);

/* The last update moved rows that it kept to other table positions. */
bool replica_rows_moved(const struct replica *r);

/* Where the row is now that was held at a table position before the last update; -1 when
 * that did not keep it, or nothing was held there. A replica of REPLICA_KEYS does not keep
 * track: -1 for all rows once any moved. O(log rows held). */
int64_t replica_moved_to(const struct replica *r, int64_t position);

/* The last update did nothing but modify cells and tell the table's size: no row was added
 * or removed, and viewport and columns stayed; also of an answer to what was asked again.
 */
bool replica_only_modified(const struct replica *r);

/* The last update was a snapshot: an answer to a request, not news of the table. */
bool replica_was_snapshot(const struct replica *r);

/* Memory that a copy of all cells comes to, in bytes. */
size_t replica_memory(const struct replica *r);

/* A copy of what readers can see, with a schema of its own; no changes. Owned. Cannot fail;
 * whoever does not know the size of the cells asks for replica_memory() before. */
struct replica *replica_clone(const struct replica *r);

#endif
