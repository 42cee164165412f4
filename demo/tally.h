/*
 * demo/tally.h - sums, averages and the like of some values of one type.
 *
 * Nulls are left out. A sum of whole numbers overflows in silence, NaN makes NaN of
 * everything: as at a real server. Pure; any thread.
 */
#ifndef DEMO_TALLY_H
#define DEMO_TALLY_H

#include "base/err.h"
#include "model/column.h"

/* Kinds that can be added up; sums of the first are whole numbers, of the others of the
 * same kind. */
bool tally_is_counted(enum kind kind); /* whole numbers, characters, booleans */
bool tally_is_summed(enum kind kind);  /* those, real ones and decimals */

struct tally {
    int64_t n;                         /* values that are not null */
    int64_t sum, sum_abs, sum_squares; /* of whole numbers */
    double real, real_abs;             /* of all but decimals: sums */
    double squares;                    /* of all but decimals: the sum of squares */
    struct value least, most;          /* NaN left out unless it comes first */
    struct value nearest, farthest;    /* by absolute values, likewise */
    bool has_nan;
};

/* The values at the given slots of a column; borrows from it. */
struct tally tally_of(const struct column *c, const int64_t *rows, size_t n);

/* Appends the sum of integers or decimals of any length to a column of their kind, of
 * absolute values when absolute. ERR_REFUSED: too long for the demo server. */
enum err_code tally_sum_decimals(const struct column *c, const int64_t *rows, size_t n,
                                 bool absolute, struct column *out, struct err *e);

#endif
