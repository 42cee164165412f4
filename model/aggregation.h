/*
 * model/aggregation.h - what the values of a column can be made one value of.
 *
 * Pure. Protocol: deephaven-core table.proto AggSpec; the names are those that the web
 * grid and the attribute TotalsTable of a table use.
 */
#ifndef MODEL_AGGREGATION_H
#define MODEL_AGGREGATION_H

#include <stdbool.h>
#include <stddef.h>

/* op, name, function of the Python module deephaven.agg, what it takes */
#define AGGREGATION_MAP(X)                                                                 \
    X(SUM, "Sum", "sum_", SUMS)                                                            \
    X(ABS_SUM, "AbsSum", "abs_sum", SUMS)                                                  \
    X(MIN, "Min", "min_", ORDERED)                                                         \
    X(MAX, "Max", "max_", ORDERED)                                                         \
    X(VAR, "Var", "var", NUMBERS)                                                          \
    X(AVG, "Avg", "avg", NUMBERS)                                                          \
    X(MEDIAN, "Median", "median", ORDERED)                                                 \
    X(STD, "Std", "std", NUMBERS)                                                          \
    X(FIRST, "First", "first", ALL)                                                        \
    X(LAST, "Last", "last", ALL)                                                           \
    X(COUNT_DISTINCT, "CountDistinct", "count_distinct", ORDERED)                          \
    X(DISTINCT, "Distinct", "distinct", ORDERED)                                           \
    X(COUNT, "Count", "count_", ALL)                                                       \
    X(UNIQUE, "Unique", "unique", ORDERED)

enum aggregation {
#define X(op, name, python, takes) AGGREGATION_##op,
    AGGREGATION_MAP(X)
#undef X
};
#define N_AGGREGATIONS (AGGREGATION_UNIQUE + 1)

const char *aggregation_name(enum aggregation op);
const char *aggregation_python(enum aggregation op);

/* False: no aggregation has that name. */
bool aggregation_find(const char *name, enum aggregation *out);

/* The server can make one of a column of that Java type. Count, of rows, takes any. */
bool aggregation_takes(enum aggregation op, const char *java_type);

#endif
