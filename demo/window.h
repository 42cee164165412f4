/*
 * demo/window.h - the rows that a viewport selects, and what changes from one window to the
 * next.
 *
 * A window is a list of row ids in ascending table order. A delta says, in indexes of the
 * old and the new window, which rows went and which came; rows that stay keep their order,
 * and as many stay as that allows. Protocol: Barrage viewport subscription, positional
 * deltas. Pure; loop thread only.
 */
#ifndef DEMO_WINDOW_H
#define DEMO_WINDOW_H

#include "demo/table.h"
#include "model/rowset.h"

struct window {
    int64_t *ids; /* owned */
    size_t n;
};

/* The rows of t at that time at the positions of viewport, which are counted from the end
 * when reverse; positions past the end select nothing. Release with window_release(). */
void window_take(const struct demo_table *t, const struct world *w, int64_t at_ms,
                 const struct rowset *viewport, bool reverse, struct window *out);
void window_release(struct window *w);

/* The positions of viewport that exist in a table of that size. Owned by the caller. */
struct rowset *window_existing(const struct rowset *viewport, int64_t table_size);

struct window_delta {
    struct rowset *removed; /* owned; indexes into the old window */
    struct rowset *added;   /* owned; indexes into the new window */
};

/* Nothing stays when renew is set. Release with window_delta_release(). */
void window_delta(const struct window *before, const struct window *after, bool renew,
                  struct window_delta *out);
void window_delta_release(struct window_delta *d);

/* The indexes of the new window, added ones left out, at which a column's cells changed
 * between two times. Owned by the caller. */
struct rowset *window_modified(const struct demo_table *t, const struct world *w,
                               const struct window *after, const struct rowset *added,
                               size_t column, int64_t before_ms, int64_t after_ms);

#endif
