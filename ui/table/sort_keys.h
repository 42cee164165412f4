/*
 * ui/table/sort_keys.h - by what a table is sorted, as the keys that sort change it.
 *
 * A plain value that borrows the names of columns. Which columns can be sorted by is known
 * before the server is asked (protocol: deephaven-core sorts what Java compares; a Period
 * is not, and a table may be restricted to some columns, of which its schema tells). Pure.
 */
#ifndef UI_TABLE_SORT_KEYS_H
#define UI_TABLE_SORT_KEYS_H

#include "base/err.h"
#include "model/recipe.h"
#include "model/schema.h"

#define SORT_KEYS_MAX 32

struct sort_keys {
    struct sort_key keys[SORT_KEYS_MAX]; /* most significant first */
    size_t n;
};

/* As the rows are seen: a table that is reversed is sorted the other way round. Borrows
 * from r. */
struct sort_keys sort_keys_of(const struct recipe *r);

/* Adds a key, or changes the one of that column where it stands. False: there is no room.
 */
bool sort_keys_add(struct sort_keys *k, struct sort_key key);

/* False when the table is not sorted by that column. */
bool sort_keys_remove(struct sort_keys *k, const char *column);

/* What comes next when a column is asked to be sorted by again and again: up (1), down
 * (-1), not at all (0). */
int sort_keys_next(const struct sort_keys *k, const char *column);

/* ERR_USAGE says why a table cannot be sorted by a column, or not by absolute value. */
enum err_code sort_keys_check(const struct schema_column *c, bool absolute, struct err *e);

/* The same of all sorts of a recipe, as far as they are by columns of its source, which has
 * that schema. */
enum err_code sort_keys_check_recipe(const struct recipe *r, const struct schema *source,
                                     struct err *e);

#endif
