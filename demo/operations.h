/*
 * demo/operations.h - one operation on a table, without what is around it: no tickets, no
 * messages.
 *
 * View, UpdateView, DropColumns, ApplyPreviewColumns and SnapshotTable work on every table,
 * the others on those that never change; WhereIn takes a table that changes as it is at
 * that time. Protocol: TableService of table.proto. Loop thread
 * only.
 */
#ifndef DEMO_OPERATIONS_H
#define DEMO_OPERATIONS_H

#include "client/wire/operations.h"
#include "demo/selection.h"

/* Whether it can be asked for at all, of whatever table; ERR_REFUSED says why not. */
enum err_code operation_check(const struct wire_op *op, struct err *e);

/* It makes one table of two. */
bool operation_is_join(const struct wire_op *op);

/* What an operation that can be asked for makes of source at a time; right counts for
 * joins alone. *out is owned by the caller. ERR_USAGE: a real server refuses it too, and
 * says why in its log alone. ERR_NOT_FOUND: likewise, and says why. ERR_REFUSED: either of
 * the same kind, or it is more than the demo server can do. */
enum err_code operation_apply(const struct wire_op *op, const struct selection *source,
                              const struct selection *right, const struct world *w,
                              int64_t at_ms, struct selection *out, struct err *e);

#endif
