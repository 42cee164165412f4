/*
 * demo/literal.h - literals of a request as values of a column's type.
 *
 * Each function appends one slot to out, a column of the type that the literal is compared
 * with, or ERR_USAGE, in a real server's words where they are known, when it is none of
 * that type. Protocol: deephaven-core FilterFactory and its literals by type. Pure; any
 * thread.
 */
#ifndef DEMO_LITERAL_H
#define DEMO_LITERAL_H

#include "client/wire/operations.h"
#include "model/column.h"

/* A candidate of In, and what SeekRow looks for. */
enum err_code literal_candidate(const struct wire_literal *l, struct column *out,
                                struct err *e);

/* The right side of Compare: numbers as bare digits, texts and times in quotes. */
enum err_code literal_bound(const struct wire_literal *l, struct column *out,
                            struct err *e);

/* A decimal number, "-12.50" or "1e-20", to a column of BigDecimals. */
enum err_code literal_decimal(struct bytes text, struct column *out, struct err *e);

#endif
