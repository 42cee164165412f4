/*
 * demo/viewport_rows.h - the rows that a viewport selects, and what changes from one such
 * selection to the next.
 *
 * They are a list of row ids in ascending table order. A delta says, in indexes of the old
 * and the new list, which rows went and which came; rows that stay keep their order,
 * and as many stay as that allows. Protocol: Barrage viewport subscription, positional
 * deltas. Pure; loop thread only.
 */
#ifndef DEMO_VIEWPORT_ROWS_H
#define DEMO_VIEWPORT_ROWS_H

#include "demo/table.h"
#include "model/rowset.h"

struct viewport_rows {
    int64_t *ids; /* owned */
    size_t n;
};

/* The rows of t at that time at the positions of viewport, which are counted from the end
 * when reverse; positions past the end select nothing. Release with
 * viewport_rows_release(). */
void viewport_rows_take(const struct demo_table *t, const struct world *w, int64_t at_ms,
                        const struct rowset *viewport, bool reverse,
                        struct viewport_rows *out);
void viewport_rows_release(struct viewport_rows *w);

/* The positions of viewport that exist in a table of that size. Owned by the caller. */
struct rowset *viewport_rows_existing(const struct rowset *viewport, int64_t table_size);

struct viewport_delta {
    struct rowset *removed; /* owned; indexes into the old list */
    struct rowset *added;   /* owned; indexes into the new list */
};

/* Nothing stays when renew is set. Release with viewport_delta_release(). */
void viewport_delta(const struct viewport_rows *before, const struct viewport_rows *after,
                    bool renew, struct viewport_delta *out);
void viewport_delta_release(struct viewport_delta *d);

/* The indexes of the new list, added ones left out, at which a column's cells changed
 * between two times. Owned by the caller. */
struct rowset *viewport_rows_modified(const struct demo_table *t, const struct world *w,
                                      const struct viewport_rows *after,
                                      const struct rowset *added, size_t column,
                                      int64_t before_ms, int64_t after_ms);

#endif
