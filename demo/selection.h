/*
 * demo/selection.h - a table, or a choice of its columns, as an export or stream refers to
 * it.
 *
 * Views are small values: each owner has its own copy. Loop thread only.
 */
#ifndef DEMO_SELECTION_H
#define DEMO_SELECTION_H

#include "base/buf.h"
#include "base/err.h"
#include "demo/table.h"

struct selection_column {
    size_t source; /* column of the table */
    char *name;    /* owned */
    bool preview;  /* as a short text, whatever its type */
};

struct selection {
    const struct demo_table *table;   /* borrowed; NULL: no view */
    struct selection_column *columns; /* owned */
    size_t n_columns;
};

void selection_of_table(const struct demo_table *t, struct selection *out);
void selection_copy(struct selection *dst, const struct selection *src);
void selection_release(struct selection *v); /* twice is fine */

/* Applies "Col" and "New = Col" specs. ERR_USAGE for anything else. */
enum err_code selection_select(const struct selection *source, const struct bytes *specs,
                               size_t n, struct selection *out, struct err *e);

/* Turns into previews the columns that are neither of a type named here nor a list; lists
 * only when with_lists. Without any name: lists, and what few clients read. Protocol:
 * ApplyPreviewColumns. */
void selection_preview(const struct selection *source, const struct bytes *types, size_t n,
                       bool with_lists, struct selection *out);

const struct type *selection_type(const struct selection *v, size_t c); /* borrowed */

/* Appends a cell to out, a column of selection_type(). */
void selection_cell(const struct selection *v, const struct world *w, int64_t id, size_t c,
                    int64_t at_ms, struct column *out);

/* Appends the view's schema Message, bare (protocol: Schema, deephaven-core BarrageUtil
 * metadata). */
enum err_code selection_schema(const struct selection *v, struct buf *out, struct err *e);

#endif
