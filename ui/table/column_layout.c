/*
 * The columns stand twice: ordered by name, so that what hints name is found fast, and in
 * the order that hints ask for, as indexes into the former. What a hint has named is taken:
 * the first word counts. Groups come last, as they put columns beside such that have their
 * place already.
 */
#include "ui/table/column_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/hierarchy.h"
#include "ui/table/column_groups.h"
#include "ui/table/layout_hints.h"

/* --- finding columns by name --- */

/* The columns of a schema that can be shown, ordered by name; the same name by number. */
struct named {
    const char *name; /* borrowed from the schema */
    size_t column;
    bool taken;
    int group;   /* where layout hints put it */
    size_t rank; /* inside its group */
    bool hidden;
};

struct names {
    struct named *v;
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : (x->column > y->column) - (x->column < y->column);
}

static int by_rank(const void *a, const void *b)
{
    const struct named *x = a, *y = b;

    if (x->group != y->group)
        return x->group - y->group;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static struct names names_of(const struct schema *s)
{
    struct names out = {MEM_ARRAY(struct named, s->n_columns), 0};

    for (size_t i = 0; i < s->n_columns; i++) {
        if (s->columns[i].is_format || s->columns[i].is_row_style || hierarchy_hides(s, i))
            continue;
        out.v[out.n++] = (struct named){.name = s->columns[i].name, .column = i};
    }
    qsort(out.v, out.n, sizeof(*out.v), by_name);
    return out;
}

/* strcmp of a C string with bytes that have no end mark. */
static int compare(const char *name, struct bytes key)
{
    int order = strncmp(name, (const char *)key.data, key.len);

    return order ? order : name[key.len] != '\0';
}

/* Where that name begins, or would; past those of it that are taken, which are always its
 * first ones, when they are not wanted. */
static size_t first_named(const struct names *names, struct bytes key, bool also_taken)
{
    size_t low = 0, high = names->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = compare(names->v[mid].name, key);

        if (order < 0 || (order == 0 && !also_taken && names->v[mid].taken))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_named(const struct names *names, size_t i, struct bytes key)
{
    return i < names->n && compare(names->v[i].name, key) == 0;
}

/* The first of that name that is not taken, or NULL. */
static struct named *find_named(const struct names *names, struct bytes key)
{
    size_t i = first_named(names, key, false);

    return is_named(names, i, key) ? &names->v[i] : NULL;
}

/* --- hints --- */

enum { GROUP_FROZEN = -2, GROUP_FRONT = -1, GROUP_REST = 0, GROUP_BACK = 1 };

/* Puts the columns that a hint names into a group, each once; returns how many. */
static size_t apply_hint(struct names *names, const char *hints, const char *key, int group)
{
    struct layout_hints h = layout_hints(hints, key);
    struct bytes name;
    size_t n = 0;

    while (layout_hints_next(&h, &name)) {
        struct named *found = find_named(names, name);

        if (!found)
            continue;
        found->taken = true;
        found->group = group;
        found->rank = n++;
    }
    return n;
}

static void apply_hidden(struct names *names, const char *hints)
{
    struct layout_hints h = layout_hints(hints, "hide");
    struct bytes name;
    size_t n = 0;

    while (n + 1 < names->n && layout_hints_next(&h, &name)) {
        struct named *found = find_named(names, name);

        if (!found)
            continue;
        found->taken = found->hidden = true;
        n++;
    }
}

/* A column_groups_find among the names, which are ordered by name. */
static size_t find_item(const void *ctx, struct bytes name)
{
    const struct names *names = ctx;
    size_t at = first_named(names, name, true);

    return is_named(names, at, name) ? at : COLUMN_GROUPS_NONE;
}

/* The indexes of names, which stay as they are, in the order that hints ask for. */
static size_t *ranked(const struct names *names, const char *hints, size_t frozen)
{
    struct named *by = MEM_ARRAY(struct named, names->n);
    size_t *order = MEM_ARRAY(size_t, names->n);

    for (size_t i = 0; i < names->n; i++) {
        by[i] = names->v[i];
        by[i].column = i;
    }
    qsort(by, names->n, sizeof(*by), by_rank);
    for (size_t i = 0; i < names->n; i++)
        order[i] = by[i].column;
    free(by);
    column_groups_apply(hints, order, names->n, frozen, find_item, names);
    return order;
}

/* --- the layout --- */

struct column_layout {
    struct names names;
    size_t *order;  /* place to index of names */
    size_t *places; /* and back */
    size_t frozen;
};

static void forget_taken(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        names->v[i].taken = false;
}

struct column_layout *column_layout_new(const struct schema *s)
{
    struct column_layout *l = MEM_NEW(struct column_layout);
    const char *hints = schema_attribute(s, "LayoutHints");

    l->names = names_of(s);
    for (size_t i = 0; i < l->names.n; i++)
        l->names.v[i].rank = l->names.v[i].column;
    l->frozen = apply_hint(&l->names, hints, "freeze", GROUP_FROZEN);
    (void)apply_hint(&l->names, hints, "front", GROUP_FRONT);
    (void)apply_hint(&l->names, hints, "back", GROUP_BACK);
    forget_taken(&l->names);
    apply_hidden(&l->names, hints);
    forget_taken(&l->names);
    l->order = ranked(&l->names, hints, l->frozen);
    l->places = MEM_ARRAY(size_t, l->names.n);
    for (size_t place = 0; place < l->names.n; place++)
        l->places[l->order[place]] = place;
    return l;
}

void column_layout_free(struct column_layout *l)
{
    free(l->names.v);
    free(l->order);
    free(l->places);
    free(l);
}

size_t column_layout_count(const struct column_layout *l)
{
    return l->names.n;
}

size_t column_layout_frozen(const struct column_layout *l)
{
    return l->frozen;
}

size_t column_layout_schema(const struct column_layout *l, size_t place)
{
    return l->names.v[l->order[place]].column;
}

bool column_layout_hidden(const struct column_layout *l, size_t place)
{
    return l->names.v[l->order[place]].hidden;
}

size_t column_layout_take(struct column_layout *l, struct bytes name)
{
    struct named *found = find_named(&l->names, name);

    if (!found)
        return l->names.n;
    found->taken = true;
    return l->places[found - l->names.v];
}
