#include "model/formatting.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct formatting {
    struct formatting_column *columns; /* owned; of all of the schema */
    size_t n;
    size_t row_style;
    int64_t share;
};

/* --- names --- */

struct sibling {
    const char *name; /* borrowed from the schema */
    size_t column;
};

struct siblings {
    struct sibling *all; /* owned; by name */
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct sibling *)a)->name, ((const struct sibling *)b)->name);
}

/* The formatting columns alone: of tens of thousands each may be looked for. */
static struct siblings names_of(const struct schema *s)
{
    struct siblings out = {.all = MEM_ARRAY(struct sibling, s->n_columns + 1)};

    for (size_t i = 0; i < s->n_columns; i++)
        if (s->columns[i].is_format)
            out.all[out.n++] = (struct sibling){s->columns[i].name, i};
    qsort(out.all, out.n, sizeof(*out.all), by_name);
    return out;
}

static size_t find(const struct siblings *names, const char *name)
{
    const struct sibling key = {.name = name};
    const struct sibling *found =
        name ? bsearch(&key, names->all, names->n, sizeof(key), by_name) : NULL;

    return found ? found->column : FORMATTING_NONE;
}

/* --- columns --- */

static int64_t count(const struct formatting_column *c)
{
    return (c->style != FORMATTING_NONE) + (c->number != FORMATTING_NONE) +
           (c->date != FORMATTING_NONE);
}

static void take_column(struct formatting *f, size_t i, const struct schema_column *c,
                        const struct siblings *names)
{
    f->columns[i] = (struct formatting_column){find(names, c->style_column),
                                               find(names, c->number_format_column),
                                               find(names, c->date_format_column)};
    if (c->is_row_style)
        f->row_style = i;
    if (count(&f->columns[i]) >= f->share)
        f->share = 1 + count(&f->columns[i]);
}

struct formatting *formatting_new(const struct schema *s)
{
    struct siblings names = names_of(s);
    struct formatting *f = NULL;

    if (names.n > 0) {
        f = MEM_NEW(struct formatting);
        f->columns = MEM_ARRAY(struct formatting_column, s->n_columns);
        f->n = s->n_columns;
        f->row_style = FORMATTING_NONE;
        f->share = 1;
        for (size_t i = 0; i < s->n_columns; i++)
            take_column(f, i, &s->columns[i], &names);
    }
    free(names.all);
    return f;
}

void formatting_free(struct formatting *f)
{
    if (!f)
        return;
    free(f->columns);
    free(f);
}

struct formatting_column formatting_of(const struct formatting *f, size_t column)
{
    if (column >= f->n)
        return (struct formatting_column){FORMATTING_NONE, FORMATTING_NONE,
                                          FORMATTING_NONE};
    return f->columns[column];
}

size_t formatting_row_style(const struct formatting *f)
{
    return f->row_style;
}

/* --- what is asked for --- */

static void add(struct rowset *set, size_t column)
{
    if (column != FORMATTING_NONE)
        rowset_add(set, (int64_t)column, (int64_t)column);
}

void formatting_add(const struct formatting *f, struct rowset *columns)
{
    struct rowset *shown = f ? rowset_copy(columns) : NULL;
    struct rowset_iter it;
    int64_t column;

    if (!f)
        return;
    it = rowset_iter(shown);
    while (rowset_next(&it, &column)) {
        struct formatting_column of = formatting_of(f, (size_t)column);

        add(columns, of.style);
        add(columns, of.number);
        add(columns, of.date);
    }
    add(columns, f->row_style);
    rowset_free(shown);
}

int64_t formatting_share(const struct formatting *f)
{
    return f ? f->share : 1;
}

int64_t formatting_rest(const struct formatting *f)
{
    return f && f->row_style != FORMATTING_NONE ? 1 : 0;
}
