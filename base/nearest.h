/*
 * base/nearest.h - which of the words that are known a misspelt one is nearest to.
 *
 * The distance of two words is the number of letters that are missing, too many, others, or
 * swapped with their neighbour. Plain values; any thread.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_HINT_LEN 96

struct nearest {
    const char *found; /* borrowed, as is what is tried */
    const char *best;  /* NULL: none is near */
    size_t distance;
};

/* found is what was typed; words that differ in more than a third of it (one letter in
 * a short one) are not near. */
struct nearest nearest_to(const char *found);

/* Of words at the same distance the first one counts. */
void nearest_try(struct nearest *n, const char *word);

/* Writes `; did you mean "WORD"?`, or "" when none is near, to out and returns it. */
const char *nearest_hint(const struct nearest *n, char *out, size_t size);

#endif
