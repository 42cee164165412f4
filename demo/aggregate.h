/*
 * demo/aggregate.h - sums, counts and the like of groups of rows. Protocol: Aggregate of
 * table.proto. Loop thread only.
 */
#ifndef DEMO_AGGREGATE_H
#define DEMO_AGGREGATE_H

#include "client/wire/operations.h"
#include "demo/derived.h"

/* As operation_apply(). */
enum err_code aggregate(const struct wire_op *op, const struct selection *source,
                        const struct world *w, struct selection *out, struct err *e);

#endif
