/*
 * model/condition_code.h - a condition as Python, for the filters of the package deephaven.
 *
 * Pure. The names that it uses come from deephaven.filters.
 */
#ifndef MODEL_CONDITION_CODE_H
#define MODEL_CONDITION_CODE_H

#include "model/condition.h"

/* What can be passed to Table.where(): a text in the server's language, or a filter. Owned.
 */
char *condition_code(const struct condition *c);

/* Text as a literal of Python. Owned. */
char *python_literal(const char *text);

#endif
