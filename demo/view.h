/*
 * demo/view.h - a table, or a choice of its columns, as an export or stream refers to it.
 *
 * Views are small values: each owner has its own copy. Loop thread only.
 */
#ifndef DEMO_VIEW_H
#define DEMO_VIEW_H

#include "base/buf.h"
#include "base/err.h"
#include "demo/table.h"

struct view_column {
    size_t source; /* column of the table */
    char *name;    /* owned */
    bool preview;  /* as a short text, whatever its type */
};

struct view {
    const struct demo_table *table; /* borrowed; NULL: no view */
    struct view_column *columns;    /* owned */
    size_t n_columns;
};

void view_of_table(const struct demo_table *t, struct view *out);
void view_copy(struct view *dst, const struct view *src);
void view_release(struct view *v); /* twice is fine */

/* Applies "Col" and "New = Col" specs. ERR_USAGE for anything else. */
enum err_code view_select(const struct view *source, const struct bytes *specs, size_t n,
                          struct view *out, struct err *e);

/* Turns into previews the columns that are neither of a type named here nor a list; lists
 * only when with_lists. Without any name: lists, and what few clients read. Protocol:
 * ApplyPreviewColumns. */
void view_preview(const struct view *source, const struct bytes *types, size_t n,
                  bool with_lists, struct view *out);

const struct type *view_type(const struct view *v, size_t c); /* borrowed */

/* Appends a cell to out, a column of view_type(). */
void view_cell(const struct view *v, const struct world *w, int64_t id, size_t c,
               int64_t at_ms, struct column *out);

/* Appends the view's schema Message, bare (protocol: Schema, deephaven-core BarrageUtil
 * metadata). */
enum err_code view_schema(const struct view *v, struct buf *out, struct err *e);

#endif
