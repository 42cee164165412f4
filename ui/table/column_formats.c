#include "ui/table/column_formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void column_formats_release(struct column_formats *f)
{
    for (size_t i = 0; i < f->n; i++) {
        free(f->all[i].column);
        value_format_free(f->all[i].format);
    }
    free(f->all);
    *f = (struct column_formats){0};
}

/* The number of all: it has none. */
static size_t find(const struct column_formats *f, const char *column)
{
    size_t i = 0;

    while (i < f->n && strcmp(f->all[i].column, column) != 0)
        i++;
    return i;
}

static void take_out(struct column_formats *f, size_t i)
{
    free(f->all[i].column);
    value_format_free(f->all[i].format);
    f->all[i] = f->all[--f->n];
}

void column_formats_set(struct column_formats *f, const char *column,
                        struct value_format *format)
{
    size_t i = find(f, column);

    if (i < f->n)
        take_out(f, i);
    if (!format)
        return;
    MEM_GROW(f->all, f->cap, f->n + 1);
    f->all[f->n++] = (struct column_format){mem_strdup(column), format};
}

const struct value_format *column_formats_find(const struct column_formats *f,
                                               const char *column, const struct type *t)
{
    size_t i = find(f, column);

    return i < f->n && value_format_fits(f->all[i].format, t) ? f->all[i].format : NULL;
}
