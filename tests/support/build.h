/*
 * tests/support/build.h - row sets, schemas and columns from short texts, and replicas as
 * text.
 *
 * Texts keep a test readable: "0-3,7" is a row set, "1,null,absent" a list of slots. A text
 * that cannot be read fails the test. All results are owned by the caller.
 */
#ifndef TESTS_SUPPORT_BUILD_H
#define TESTS_SUPPORT_BUILD_H

#include <stdint.h>

#include "model/replica.h"

struct rowset *build_set(const char *text); /* "" is the empty set */
char *text_of_set(const struct rowset *rs); /* "none" for NULL */

/* One column per letter: i int, l long, d double, s string, I list of int. Names are "c0",
 * "c1" and so on. */
struct schema *build_schema(const char *letters);

/* Slots of a type: numbers, "null", "absent", any other word for strings; a list of int is
 * written (1;2). */
struct column *build_column(const struct type *type, const char *text);
char *text_of_value(const struct value *v);
char *text_of_column(const struct column *c);

/* Everything that a replica's readers can see, one line for each held row. */
char *text_of_replica(const struct replica *r);

/* A number that stands for the same, for replicas too large to print. */
uint64_t hash_of_replica(const struct replica *r);

#endif
