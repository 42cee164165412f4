/*
 * client/text_types.h - Java types that the wire does not carry whole, and when their
 * columns are asked for as text.
 *
 * Each has a level, which table_as_text_more() raises: 0 from the start, the others after
 * failures. Pure.
 *
 * Protocol: Barrage sends Period as months; the others as 64-bit nanoseconds, and one value
 * that does not fit fails every stream on the table.
 */
#ifndef CLIENT_TEXT_TYPES_H
#define CLIENT_TEXT_TYPES_H

#include "model/schema.h"

#define TEXT_TYPES_MAX 4
#define TEXT_LEVELS 3

struct text_type {
    const char *java_type;
    int level;
    bool is_harmful; /* one value of a stored column can end other clients' streams */
};

/* NULL: the type goes over the wire whole. */
const struct text_type *text_type_of(const char *java_type);

/* A column has a type of that level. */
bool text_types_have(const struct schema *s, int level);

/* The level from which on no column can end another client's stream; -1: none could. */
int text_types_harmless(const struct schema *s);

/* The types up to the level of which there are columns; returns how many. */
size_t text_types_wanted(const struct schema *s, int level,
                         const char *out[TEXT_TYPES_MAX]);

#endif
