/*
 * model/typed_value.h - a value as it is typed to be stored, and back.
 *
 *     value = nothing | "null" | text | '"' text '"'      in quotes "" is one quote
 *
 * Nothing and null, in any case, are null; in quotes a text may be empty, or the word null.
 * A number has all its digits and fits its type; dates and times are those of model/when.h,
 * of which a part is its first moment; a duration or period is ISO 8601. Lists, bytes and
 * objects can be null alone. Pure; any thread.
 */
#ifndef MODEL_TYPED_VALUE_H
#define MODEL_TYPED_VALUE_H

#include "base/err.h"
#include "model/schema.h"
#include "model/when.h"

/* Appends the value of a text to out, a column of c's type. ERR_USAGE, with nothing
 * appended, names the column, what was expected and what was found. */
enum err_code typed_value_read(const char *text, const struct schema_column *c,
                               const struct when_now *now, struct column *out,
                               struct err *e);

/* Appends a value of c, as typed_value_read() where its text is all that came. */
enum err_code typed_value_take(const struct value *v, const struct schema_column *c,
                               const struct when_now *now, struct column *out,
                               struct err *e);

/* The text that a value (VALUE_SET or VALUE_NULL) of c, or its text where that is all that
 * came, is read from. Owned; NULL, with e saying why (ERR_USAGE), when there is none. */
char *typed_value_text(const struct value *v, const struct schema_column *c,
                       const struct when_now *now, struct err *e);

#endif
