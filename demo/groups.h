/*
 * demo/groups.h - the rows of a table, put together by what some of its columns say.
 *
 * Loop thread only.
 */
#ifndef DEMO_GROUPS_H
#define DEMO_GROUPS_H

#include "demo/derived.h"

struct groups {
    int64_t *rows;  /* owned; of the first group, the second and so on */
    size_t *starts; /* owned: where each group starts; one more for the end */
    size_t n;
};

/* Groups by n columns, named by their indexes, in the order of their first rows; of no
 * columns all rows are one group, if there are any. ERR_USAGE: a column whose values have
 * no order. ERR_REFUSED: over DERIVED_ROWS_MAX rows. Release with groups_release(). */
enum err_code groups_make(const struct selection *v, const struct world *w,
                          const size_t *columns, size_t n, struct groups *out,
                          struct err *e);
void groups_release(struct groups *g);

#endif
