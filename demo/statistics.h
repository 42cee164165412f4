/*
 * demo/statistics.h - one row that describes a column. Protocol: ComputeColumnStatistics of
 * table.proto. Loop thread only.
 */
#ifndef DEMO_STATISTICS_H
#define DEMO_STATISTICS_H

#include "client/wire/operations.h"
#include "demo/derived.h"

/* As operation_apply(). */
enum err_code statistics(const struct wire_op *op, const struct selection *source,
                         const struct world *w, struct selection *out, struct err *e);

#endif
