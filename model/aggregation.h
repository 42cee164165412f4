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

#include "model/java_type.h"

/* op, name, function of the Python module deephaven.agg, what it takes, in words */
#define AGGREGATION_MAP(X)                                                                 \
    X(SUM, "Sum", "sum_", SUMS, "all values added up")                                     \
    X(ABS_SUM, "AbsSum", "abs_sum", SUMS, "added up without their signs")                  \
    X(MIN, "Min", "min_", ORDERED, "the smallest value")                                   \
    X(MAX, "Max", "max_", ORDERED, "the largest value")                                    \
    X(VAR, "Var", "var", NUMBERS, "the variance of a sample")                              \
    X(AVG, "Avg", "avg", NUMBERS, "the mean")                                              \
    X(MEDIAN, "Median", "median", ORDERED, "the value in the middle")                      \
    X(STD, "Std", "std", NUMBERS, "the standard deviation of a sample")                    \
    X(FIRST, "First", "first", ALL, "the value of the first row")                          \
    X(LAST, "Last", "last", ALL, "the value of the last row")                              \
    X(COUNT_DISTINCT, "CountDistinct", "count_distinct", ORDERED,                          \
      "how many different values")                                                         \
    X(DISTINCT, "Distinct", "distinct", ORDERED, "a list of the different values")         \
    X(COUNT, "Count", "count_", ALL, "how many rows")                                      \
    X(UNIQUE, "Unique", "unique", ORDERED, "the value, if all rows have the same")

enum aggregation {
#define X(op, name, python, takes, about) AGGREGATION_##op,
    AGGREGATION_MAP(X)
#undef X
};
#define N_AGGREGATIONS (AGGREGATION_UNIQUE + 1)

const char *aggregation_name(enum aggregation op);
const char *aggregation_python(enum aggregation op);
const char *aggregation_about(enum aggregation op);

/* False: no aggregation has that name. */
bool aggregation_find(const char *name, enum aggregation *out);

/* The server can make one of a column of that type. Count, of rows, takes any. */
bool aggregation_takes(enum aggregation op, enum java_type t);

#endif
