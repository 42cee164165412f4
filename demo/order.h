/*
 * demo/order.h - which of two values comes first, as a real server has it.
 *
 * Protocol: deephaven-core comparators: null is the smallest value and NaN the largest,
 * texts go by UTF-16 code units. Pure; any thread.
 */
#ifndef DEMO_ORDER_H
#define DEMO_ORDER_H

#include "model/column.h"

/* Below, at or above 0. Both of one type of order_has(). */
int order_values(const struct value *a, const struct value *b);
bool order_has(enum kind kind);

/* The same by absolute values; numbers and characters only. */
int order_absolute(const struct value *a, const struct value *b);
bool order_has_absolute(enum kind kind);

bool order_is_nan(const struct value *v);

/* Kinds of whole numbers of at most 64 bits, and of floating point. */
bool order_is_whole(enum kind kind);
bool order_is_real(enum kind kind);

#endif
