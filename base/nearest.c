#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#define LETTERS_MAX 40 /* longer words are not compared */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

/* Row by row of the table of distances between the beginnings of both words; the last three
 * rows are kept. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t row[3][LETTERS_MAX + 1];

    for (size_t k = 0; k <= nb; k++)
        row[0][k] = k;
    for (size_t i = 1; i <= na; i++) {
        size_t *now = row[i % 3], *before = row[(i + 2) % 3], *twice = row[(i + 1) % 3];

        now[0] = i;
        for (size_t k = 1; k <= nb; k++) {
            now[k] = least(before[k] + 1, now[k - 1] + 1,
                           before[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
                twice[k - 2] + 1 < now[k])
                now[k] = twice[k - 2] + 1;
        }
    }
    return row[na % 3][nb];
}

struct nearest nearest_to(const char *found)
{
    size_t third = strlen(found) / 3;

    return (struct nearest){.found = found, .distance = (third > 1 ? third : 1) + 1};
}

void nearest_try(struct nearest *n, const char *word)
{
    size_t typed = strlen(n->found), known = strlen(word), d;

    if (typed > LETTERS_MAX || known > LETTERS_MAX)
        return;
    d = distance(n->found, typed, word, known);
    if (d >= n->distance || d >= known)
        return; /* of a word that short nothing would be left */
    n->best = word;
    n->distance = d;
}

const char *nearest_hint(const struct nearest *n, char *out, size_t size)
{
    *out = '\0';
    if (n->best)
        (void)snprintf(out, size, "; did you mean \"%s\"?", n->best);
    return out;
}
