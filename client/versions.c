#include "client/versions.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct versions {
    struct connection *connection; /* borrowed */
    table_told_fn *told;
    void *ctx;
    struct table *source;  /* owned: without edits */
    struct table **edited; /* owned, and each of them; the one used last is the last */
    size_t n, cap;
};

/* How many steps make its rows: what is asked for as text, and which columns, come behind.
 */
static size_t own_steps(const struct recipe *r)
{
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);

    while (steps[n - 1].op == RECIPE_PREVIEW || steps[n - 1].op == RECIPE_VIEW)
        n--;
    return n;
}

static bool same_rows(const struct table *t, const struct recipe *r)
{
    size_t n = own_steps(r);

    return own_steps(table_recipe(t)) == n && recipe_shared(table_recipe(t), r) >= n;
}

struct versions *versions_new(struct connection *connection, const struct recipe *recipe,
                              table_told_fn *told, void *ctx)
{
    struct versions *v = MEM_NEW(struct versions);

    v->connection = connection;
    v->told = told;
    v->ctx = ctx;
    v->source = table_new(connection, recipe_without_edits(recipe), NULL, told, ctx);
    return v;
}

struct versions *versions_anew(const struct versions *v)
{
    return versions_new(v->connection, table_recipe(v->source), v->told, v->ctx);
}

void versions_set_origin(struct versions *v, struct bytes ticket)
{
    table_set_origin(v->source, ticket);
}

static void take_out(struct versions *v, size_t i)
{
    v->n--;
    memmove(&v->edited[i], &v->edited[i + 1], (v->n - i) * sizeof(struct table *));
}

static void free_at(struct versions *v, size_t i)
{
    struct table *t = v->edited[i];

    take_out(v, i);
    table_free(t);
}

void versions_free(struct versions *v)
{
    if (!v)
        return;
    while (v->n > 0)
        free_at(v, v->n - 1);
    table_free(v->source);
    free(v->edited);
    free(v);
}

static struct table *use(struct versions *v, struct table *t)
{
    MEM_GROW(v->edited, v->cap, v->n + 1);
    v->edited[v->n++] = t;
    return t;
}

struct table *versions_get(struct versions *v, struct recipe *recipe)
{
    struct table *t;

    if (same_rows(v->source, recipe)) {
        table_take_recipe(v->source, recipe);
        return v->source;
    }
    for (size_t i = 0; i < v->n; i++) {
        t = v->edited[i];
        if (!same_rows(t, recipe))
            continue;
        take_out(v, i);
        table_take_recipe(t, recipe);
        return use(v, t);
    }
    return use(v, table_edited(v->source, recipe));
}

void versions_drop(struct versions *v, const struct table *t)
{
    for (size_t i = v->n; i-- > 0;)
        if (v->edited[i] == t)
            free_at(v, i);
}

void versions_trim(struct versions *v, const struct table *shown)
{
    size_t kept = 0;

    for (size_t i = v->n; i-- > 0;)
        if (v->edited[i] != shown && ++kept > VERSIONS_KEPT)
            free_at(v, i);
}

void versions_forget_made(struct versions *v, struct table *shown)
{
    for (size_t i = v->n; i-- > 0;)
        if (v->edited[i] != shown)
            free_at(v, i);
    table_forget_made(shown);
}
