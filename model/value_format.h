/*
 * model/value_format.h - how the values of a column are shown where not as usual: numbers
 * by a pattern, times by a pattern, in a zone, or both.
 *
 *     format = number pattern | [time pattern] ["zone" NAME]
 *
 * Pure, but that a zone is looked up in the system's files; any thread.
 */
#ifndef MODEL_VALUE_FORMAT_H
#define MODEL_VALUE_FORMAT_H

#include "model/format.h"

#define VALUE_FORMAT_MAX 200 /* bytes of one */

struct value_format; /* opaque */

/* Reads the format of a column of that type; owned by the caller. ERR_USAGE says what was
 * expected and what was found, *at is the byte where. */
enum err_code value_format_parse(const char *text, const struct type *t,
                                 struct value_format **out, size_t *at, struct err *e);
void value_format_free(struct value_format *f); /* accepts NULL */

/* Owned; NULL where its zone cannot be read any more. */
struct value_format *value_format_copy(const struct value_format *f);

/* Its own words; borrowed. */
const char *value_format_text(const struct value_format *f);

/* The zone it names, or NULL; borrowed. */
const struct zone *value_format_zone(const struct value_format *f);

/* The three below take f as NULL where it is not meant for the type. */

bool value_format_fits(const struct value_format *f, const struct type *t);

/* As format_value(); infinities and what is not a number have no other text. */
void value_format_put(const struct value_format *f, const struct value *v,
                      const struct format_options *o, struct buf *out);

/* As format_point(), in what was appended; numbers of each type are lined up. */
size_t value_format_point(const struct value_format *f, const struct type *t,
                          struct bytes text);

#endif
