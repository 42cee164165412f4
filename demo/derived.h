/*
 * demo/derived.h - tables that operations make of others: some rows of another in some
 * order, or values of their own.
 *
 * They never change, as what they are made of does not, or was taken as it was at a time,
 * and hold no cells of it: a cell is looked up where it comes from when it is asked for.
 * What a client can make the server keep is limited: so many rows in any order, so many
 * values, so many tables on top of each other; rows that follow each other cost nothing.
 * Loop thread only.
 */
#ifndef DEMO_DERIVED_H
#define DEMO_DERIVED_H

#include "base/err.h"
#include "demo/selection.h"

#define DERIVED_ROWS_MAX 100000   /* listed rows, or rows looked at by an operation */
#define DERIVED_CELLS_MAX 2000000 /* values of one table */
#define DERIVED_DEPTH_MAX 64

/* Positions of a table's rows: first, first + step and so on, or those listed. */
struct row_list {
    int64_t first, step;
    int64_t n;
    int64_t *rows; /* owned; NULL: not listed */
};

int64_t row_list_at(const struct row_list *l, int64_t i);

/* Some rows of source, which never changes; the list is given. sorted_by: copied, for
 * demo_table, or NULL. *out is owned by the caller. ERR_REFUSED: too many tables on top of
 * each other. */
enum err_code derived_rows(const struct selection *source, struct row_list *rows,
                           const char *sorted_by, struct selection *out, struct err *e);

/* Source, one of the server's own, as it was at a time; such a table is a formula of the
 * time, so nothing is copied. *out is owned by the caller. */
void derived_then(const struct selection *source, const struct world *w, int64_t at_ms,
                  struct selection *out);

struct derived_column {
    char *name; /* owned */
    const char *java;
    const char *component; /* of a list: the Java type of its items, or NULL */
    struct type *type;     /* owned */
    struct column *values; /* owned; of that type */
};

/* A table of values, all given, the array itself too; about is borrowed for ever. */
void derived_values(struct derived_column *columns, size_t n, int64_t rows,
                    const char *about, struct selection *out);
void derived_columns_free(struct derived_column *columns, size_t n);

/* Whether a column's values are first, first + step and so on. */
bool derived_line(const struct selection *v, size_t c, int64_t *first, int64_t *step);

/* The cells of a column in rows first to first + n - 1 of a table that never changes.
 * Owned. */
struct column *derived_read(const struct selection *v, const struct world *w, size_t c,
                            int64_t first, int64_t n);

/* Appends a copy of a cell to a column of the same type. */
void derived_push(const struct value *v, struct column *out);

/* A type of the same shape. Owned. */
struct type *derived_type(const struct type *t);

#endif
