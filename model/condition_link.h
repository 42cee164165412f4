/*
 * model/condition_link.h - a condition as fields of a link.
 *
 * Pure. N is a number of what follows it:
 *
 *     all N CONDITION...    any N CONDITION...     none             null COLUMN
 *     in COLUMN N LITERAL...                       contains COLUMN TEXT
 *     less|lesseq|greater|greatereq COLUMN LITERAL matches COLUMN PATTERN
 *     search N COLUMN... TEXT                      nan COLUMN       formula TEXT
 *
 * "not" and "nocase" may stand before each. A literal is its kind and its value. Where the
 * server would also take an expression, names and digits must be just that; an expression
 * is a formula by its kind.
 */
#ifndef MODEL_CONDITION_LINK_H
#define MODEL_CONDITION_LINK_H

#include "model/condition.h"
#include "model/link_fields.h"

void condition_link_write(struct link_writer *w, const struct condition *c);

/* *out is owned. ERR_USAGE names what was expected and found; ERR_LIMIT: too many
 * conditions in each other. */
enum err_code condition_link_read(struct link_reader *r, struct condition **out);

#endif
