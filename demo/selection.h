/*
 * demo/selection.h - a table, or a choice of its columns, as an export or stream refers to
 * it.
 *
 * Views are small values: each owner has its own copy, and is a user of a table that was
 * made. Loop thread only.
 */
#ifndef DEMO_SELECTION_H
#define DEMO_SELECTION_H

#include "base/buf.h"
#include "base/err.h"
#include "demo/table.h"

#define SELECTION_POSITION SIZE_MAX /* in place of a column: the position of each row */

struct selection_column {
    size_t source; /* column of the table, or SELECTION_POSITION */
    char *name;    /* owned */
    bool preview;  /* as a short text, whatever its type */
};

struct selection {
    const struct demo_table *table;   /* borrowed; NULL: no view */
    struct selection_column *columns; /* owned */
    size_t n_columns;
    bool detached; /* made of the table: neither its order nor that it can be written to is
                      told of it */
};

void selection_of_table(const struct demo_table *t, struct selection *out);
void selection_copy(struct selection *dst, const struct selection *src);
void selection_release(struct selection *v); /* twice is fine */

/* Index of the column of that name, or SIZE_MAX. */
size_t selection_find(const struct selection *v, struct bytes name);

/* ERR_NOT_FOUND with the names that are no column's. */
enum err_code selection_find_all(const struct selection *v, const struct bytes *names,
                                 size_t n, struct err *e);

/* Applies "Col" and "New = Col" specs: the columns named, or all with these added, in the
 * place of one of that name. "New = ii" is the position where rows never change theirs.
 * ERR_USAGE names a column that is not there, ERR_REFUSED anything else. */
enum err_code selection_select(const struct selection *source, const struct bytes *specs,
                               size_t n, struct selection *out, struct err *e);
enum err_code selection_update(const struct selection *source, const struct bytes *specs,
                               size_t n, struct selection *out, struct err *e);

/* All columns but those named. ERR_USAGE names one that is not there. */
enum err_code selection_drop(const struct selection *source, const struct bytes *names,
                             size_t n, struct selection *out, struct err *e);

/* Turns into previews the columns that are neither of a type named here nor a list; lists
 * only when with_lists. Without any name: lists, and what few clients read. Protocol:
 * ApplyPreviewColumns. */
void selection_preview(const struct selection *source, const struct bytes *types, size_t n,
                       bool with_lists, struct selection *out);

/* Borrowed: "Column=Ascending" or so, NULL when no order is told. */
const char *selection_sorted_by(const struct selection *v);

/* Rows can be written into it: all of an input table. */
bool selection_is_input(const struct selection *v);

/* Borrowed: what the schema says of a column. */
const struct type *selection_type(const struct selection *v, size_t c);
const char *selection_java(const struct selection *v, size_t c);
const char *selection_about(const struct selection *v, size_t c);
const char *selection_component(const struct selection *v, size_t c); /* NULL: not said */

/* Appends a cell to out, a column of selection_type(). */
void selection_cell(const struct selection *v, const struct world *w, int64_t id, size_t c,
                    int64_t at_ms, struct column *out);

/* Appends the view's schema Message, bare (protocol: Schema, deephaven-core BarrageUtil
 * metadata). */
enum err_code selection_schema(const struct selection *v, struct buf *out, struct err *e);

#endif
