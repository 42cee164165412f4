/*
 * demo/table.h - the demo server's tables: rows computed on demand, so that size costs
 * nothing.
 *
 * A table is a set of pure functions of seed and time. A row has an id that stays with it
 * while it moves through the table; `at_ms` is the time in milliseconds since the start,
 * and two questions with the same time have the same answer. Loop thread only.
 */
#ifndef DEMO_TABLE_H
#define DEMO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/column.h"

/* What the functions of all tables depend on. */
struct world {
    uint64_t seed;
    int64_t epoch_ns;     /* wall-clock time of at_ms = 0, for columns of instants */
    int64_t trades_per_s; /* rows that `trades` gains, 10..10000 */
    size_t wide_columns;  /* of `wide`; 0: ten thousand */
    int64_t still_ms; /* from then on none changes by itself but blink tables; 0: never */
    int64_t huge;     /* bytes and items of the cells in demo/fault/huge.h */
    struct demo_ranks *ranks; /* owned: orders of `leaders` computed last */
};

struct demo_column {
    char *name;               /* owned */
    const char *java;         /* "deephaven:type" */
    const char *about;        /* description, "" for none */
    const char *component;    /* of a list: the Java type of its items; NULL: not said */
    struct type *type;        /* owned */
    const char *const *flags; /* of the schema that are true, NULL last; NULL: none */
};

/* A table that an operation made of another; demo/derived.h has what is behind it. It never
 * changes, lives as long as something refers to it, and takes the place of the functions of
 * demo_table. */
struct made_table {
    size_t users;
    int64_t size;
    void (*cell)(const struct made_table *m, const struct world *w, int64_t id,
                 size_t column, struct column *out);
    void (*free)(struct made_table *m);
};

struct written; /* demo/written.h */

enum table_shape {
    TABLE_ROWS,
    TABLE_TREE, /* hierarchical: only views of it can be read */
    TABLE_VIEW  /* of such a one: read by subscriptions alone */
};

struct demo_table {
    const char *name;
    const char *about;
    const char *sorted_by;       /* "Column=Ascending" or so; NULL: not sorted */
    bool is_blink;               /* each stamp has rows of its own */
    bool is_append_only;         /* rows are only added, at the end */
    bool is_late;                /* not there yet: nobody finds it */
    const char *const *split_by; /* of a partitioned one, whose parts follow each other: the
                                    names of its keys, NULL last; NULL: a plain table */
    const char *row_column;      /* name of one that has each row's id; NULL: none */
    struct demo_column *columns; /* owned */
    size_t n_columns;
    struct made_table *made; /* NULL: one of the server's own */
    struct written *written; /* owned: what clients have written, in place of the functions
                                below, which tell its first rows; NULL: nobody may */
    enum table_shape shape;

    /* Rows at that time. */
    int64_t (*size)(const struct world *w, int64_t at_ms);

    /* Id of the row at a position below size(); NULL: the position is the id. */
    int64_t (*id_at)(const struct world *w, int64_t position, int64_t at_ms);

    /* A number that changes exactly when something in the table does; NULL: never. */
    int64_t (*stamp)(const struct world *w, int64_t at_ms);

    /* A number that changes exactly when that cell does; NULL: cells never change. */
    int64_t (*version)(const struct world *w, int64_t id, size_t column, int64_t at_ms);

    /* Appends the cell to out, a column of its type. */
    void (*cell)(const struct world *w, int64_t id, size_t column, int64_t at_ms,
                 struct column *out);
};

/* Frees an array of tables and what they own. */
void demo_tables_free(struct demo_table *tables, size_t n);
void table_free_columns(struct demo_table *t);

/* One user more, or less, of a table that was made; nothing for others. With its last user
 * it is freed. */
void table_hold(const struct demo_table *t);
void table_drop(const struct demo_table *t);

/* Shorthands that know of the NULL functions above. */
int64_t table_size(const struct demo_table *t, const struct world *w, int64_t at_ms);
void table_cell(const struct demo_table *t, const struct world *w, int64_t id,
                size_t column, int64_t at_ms, struct column *out);
int64_t table_id_at(const struct demo_table *t, const struct world *w, int64_t position,
                    int64_t at_ms);
int64_t table_stamp(const struct demo_table *t, const struct world *w, int64_t at_ms);
int64_t table_version(const struct demo_table *t, const struct world *w, int64_t id,
                      size_t column, int64_t at_ms);
bool table_cells_change(const struct demo_table *t); /* a version may do so */
bool table_is_static(const struct demo_table *t);

#endif
