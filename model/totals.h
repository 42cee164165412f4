/*
 * model/totals.h - which aggregations the columns of a table have in its row of totals.
 *
 * A value: a list of columns by name with an aggregation each. A column may be in it
 * several times; its first total stands in the first line, its second in the second. Pure.
 *
 * Facts: the attribute TotalsTable, as deephaven-core TotalsTableBuilder writes it.
 */
#ifndef MODEL_TOTALS_H
#define MODEL_TOTALS_H

#include "model/recipe_step.h"
#include "model/schema.h"

#define TOTALS_MAX 512 /* of a table */

struct total {
    char *column; /* owned, as name is */
    enum aggregation op;
    size_t line; /* from 0 */
    char *name;  /* of the column in the table of totals */
};

struct total_list {
    struct total *at; /* owned */
    size_t n, cap;
    bool is_cut; /* there was no room for more, which are left out */
};

void totals_release(struct total_list *t);

/* What the table asks for by its attribute, or else the sums of its numbers. ERR_USAGE when
 * the attribute cannot be read: out is those sums all the same. */
enum err_code totals_default(const struct schema *s, struct total_list *out, struct err *e);

/* The table has an attribute that asks for totals to be shown from the start. */
bool totals_wanted(const struct schema *s);

/* A table with the column can have that total of it. */
bool totals_take(const struct schema_column *c, enum aggregation op);

/* The column's totals are replaced by one, for which the last one makes room, or taken
 * away. */
void totals_set(struct total_list *t, const char *column, enum aggregation op);
void totals_clear(struct total_list *t, const char *column);

/* That of the column in that line, or NULL; how many lines there are. Borrowed. */
const struct total *totals_of(const struct total_list *t, const char *column, size_t line);
size_t totals_lines(const struct total_list *t);

/* The aggregates of those columns that a table has, borrowing from t; out has room for
 * TOTALS_MAX. Returns how many. */
size_t totals_aggregates(const struct total_list *t, const struct schema *s,
                         struct aggregate out[TOTALS_MAX]);

#endif
