/*
 * model/search_match.h - whether a search in all columns has found its text in one value.
 *
 * The server only tells in which rows it has found something. In which of their columns
 * that is, is told here, by the rules of its search and by the conditions that stand beside
 * it. Pure; any thread.
 *
 * Protocol: deephaven-core table.proto SearchCondition; FilterFactory, which makes its
 * filter of each column.
 */
#ifndef MODEL_SEARCH_MATCH_H
#define MODEL_SEARCH_MATCH_H

#include <stdbool.h>

#include "model/column.h"
#include "model/condition.h"

/* c is of quick_filter_search(), the column one that this looks at, v a value of it. */
bool search_match(const struct condition *c, const char *column, const struct value *v);

#endif
