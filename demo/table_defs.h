/*
 * demo/table_defs.h - how the files with tables describe them, and what they share.
 *
 * Each such file defines constants of struct table_def, which demo/tables.c lists; columns
 * are made from them. Loop thread only.
 */
#ifndef DEMO_TABLE_DEFS_H
#define DEMO_TABLE_DEFS_H

#include "demo/table.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct column_def {
    const char *name; /* NULL: the letter C and its number */
    enum kind kind;
    enum kind item; /* of KIND_LIST */
    const char *about;
};

struct table_def {
    struct demo_table table; /* without columns */
    bool is_input;           /* rows can be written into it; its own are the first ones */
    size_t n_keys;           /* of that: columns, from the first on, that tell rows apart */
    size_t n_columns;
    const struct column_def *defs; /* taken in turn, from the first again after the last */
    size_t n_defs;
    struct demo_table (*make)(const struct world *w); /* NULL, or what makes it instead;
                                                         freed with table_drop() */
};

#define COLUMNS(list) .defs = (list), .n_defs = COUNT(list)

extern const struct table_def table_bare, table_billion, table_book, table_empty,
    table_folders, table_leaders, table_notes, table_pulse, table_ships, table_stock,
    table_tide, table_trades, table_types, table_voyages, table_wide;

/* The orders that "leaders" keeps in its world; owned, freed with free(). */
struct demo_ranks *leaders_ranks_new(void);

/* What tells the noise of one table from that of others. */
enum {
    STREAM_PRICE = 1000,
    STREAM_TRADE = 2000,
    STREAM_BOOK = 3000,
    STREAM_LEADER = 4000,
    STREAM_PULSE = 5000,
    STREAM_TIDE = 6000,
    STREAM_WIDE = 7000,
    STREAM_BILLION = 8000,
    STREAM_VOYAGE = 9000
};

void table_push_text(struct column *out, const char *text);

/* To the next multiple of 1 / steps. */
double table_round(double v, double steps);

/* Rounds towards minus infinity; b > 0. */
int64_t table_floor_div(int64_t a, int64_t b);

/* A time of tables as wall-clock time in nanoseconds. */
int64_t table_instant(const struct world *w, int64_t ms);

/* The Java type of a column of that type (constant), or NULL where there is none. */
const char *table_java(enum kind kind, enum kind item);

/* Fills in table and columns, to be freed with demo_tables_free(). */
void table_make(const struct table_def *d, struct demo_table *out);

#endif
