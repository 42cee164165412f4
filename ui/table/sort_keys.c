#include "ui/table/sort_keys.h"

#include <string.h>

#include "base/num.h"
#include "model/java_type.h"

struct sort_keys sort_keys_of(const struct recipe *r)
{
    const struct recipe_step *sort = recipe_sort(r);
    struct sort_keys out = {.n = 0};

    if (!sort)
        return out;
    for (; out.n < sort->n_keys && out.n < SORT_KEYS_MAX; out.n++) {
        out.keys[out.n] = sort->keys[out.n];
        out.keys[out.n].descending ^= recipe_is_reversed(r);
    }
    return out;
}

/* Its place among the keys, or how many they are. */
static size_t find(const struct sort_keys *k, const char *column)
{
    size_t i = 0;

    while (i < k->n && strcmp(k->keys[i].column, column) != 0)
        i++;
    return i;
}

bool sort_keys_add(struct sort_keys *k, struct sort_key key)
{
    size_t i = find(k, key.column);

    if (i == SORT_KEYS_MAX)
        return false;
    k->keys[i] = key;
    k->n += i == k->n;
    return true;
}

bool sort_keys_remove(struct sort_keys *k, const char *column)
{
    size_t i = find(k, column);

    if (i == k->n)
        return false;
    k->n--;
    memmove(&k->keys[i], &k->keys[i + 1], (k->n - i) * sizeof(*k->keys));
    return true;
}

int sort_keys_next(const struct sort_keys *k, const char *column)
{
    size_t i = find(k, column);

    if (i == k->n)
        return 1;
    return k->keys[i].descending ? 0 : -1;
}

enum err_code sort_keys_check(const struct schema_column *c, bool absolute, struct err *e)
{
    enum java_type t = java_type_of(c->java_type);
    char type[64];

    (void)schema_type_text(c, type, sizeof(type));
    if (c->is_unsortable || t == JAVA_PERIOD)
        return err_set(e, ERR_USAGE, "%s cannot be sorted by: %s", c->name,
                       c->is_unsortable ? "the server does not allow it" : type);
    if (absolute && !java_type_is_primitive_number(t) && t != JAVA_CHAR)
        return err_set(e, ERR_USAGE,
                       "%s has no absolute value: expected a number, found %s", c->name,
                       type);
    return ERR_OK;
}

/* One of the first n steps makes a column of that name, whatever the source has. */
static bool is_made(const struct recipe_step *steps, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (steps[i].op == RECIPE_ADD && strcmp(steps[i].column, name) == 0)
            return true;
        for (size_t k = 0; k < steps[i].n_aggregates; k++)
            if (strcmp(steps[i].aggregates[k].name, name) == 0)
                return true;
    }
    return false;
}

enum err_code sort_keys_check_recipe(const struct recipe *r, const struct schema *source,
                                     struct err *e)
{
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < steps[i].n_keys; k++) {
            const struct sort_key *key = &steps[i].keys[k];
            int64_t column = schema_find(source, key->column);

            if (column >= 0 && !is_made(steps, i, key->column))
                TRY(sort_keys_check(&source->columns[column], key->absolute, e));
        }
    return ERR_OK;
}
