/*
 * demo/joins.h - rows of one table by those of another that have the same values.
 *
 * Columns are matched as "Col" or "Left=Right", of one type each; null equals null. Both
 * tables never change, and have DERIVED_ROWS_MAX rows at most. Protocol: table.proto
 * WhereIn, NaturalJoin. Loop thread only.
 */
#ifndef DEMO_JOINS_H
#define DEMO_JOINS_H

#include "demo/derived.h"

/* The rows of left that right has, or has not when inverted. *out is owned by the caller.
 * ERR_USAGE: a real server refuses that too. ERR_REFUSED: the demo server cannot do it. */
enum err_code join_where_in(const struct selection *left, const struct selection *right,
                            const struct world *w, const struct bytes *pairs, size_t n,
                            bool inverted, struct selection *out, struct err *e);

/* Left with columns of right ("Col" or "New=Col"; without any: all but those matched by a
 * column of their own name) from the one row that matches; null where none does. ERR_USAGE
 * also where two match. */
enum err_code join_natural(const struct selection *left, const struct selection *right,
                           const struct world *w, const struct bytes *pairs, size_t n,
                           const struct bytes *added, size_t n_added, struct selection *out,
                           struct err *e);

#endif
