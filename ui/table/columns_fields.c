#include "ui/table/columns_fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void put_formats(const struct column_formats *f, struct link_writer *w)
{
    link_put_number(w, (int64_t)f->n);
    for (size_t i = 0; i < f->n; i++) {
        link_put(w, f->all[i].column);
        link_put(w, value_format_text(f->all[i].format));
    }
}

void columns_put_fields(const struct columns *c, struct link_writer *w)
{
    link_put_number(w, (int64_t)columns_frozen(c));
    link_put_number(w, (int64_t)columns_all(c));
    for (size_t i = 0; i < columns_all(c); i++) {
        struct column_entry en = columns_entry(c, i);
        long at = en.hidden ? -1 : columns_find(c, en.schema);

        link_put(w, en.name);
        link_put_number(w, at < 0 ? 0 : columns_look(c, (size_t)at)->width);
        link_put_number(w, en.hidden);
    }
    put_formats(columns_formats(c), w);
}

/* The first of that name from there on; the number of all when there is none. */
static size_t find_from(const struct columns *c, size_t from, const char *name)
{
    while (from < columns_all(c) && strcmp(columns_entry(c, from).name, name) != 0)
        from++;
    return from;
}

static void set_width(struct columns *c, size_t entry, int64_t width)
{
    long at = columns_find(c, columns_entry(c, entry).schema);

    if (at >= 0 && width > 0 && width != columns_look(c, (size_t)at)->width)
        columns_resize(c, (size_t)at, width - columns_look(c, (size_t)at)->width);
}

/* The column that the next three fields are about goes to that place; *place is the next
 * one then. */
static enum err_code take_column(struct columns *c, size_t *place, struct link_reader *r)
{
    int64_t width, hidden;
    const char *name;
    size_t at;

    TRY(link_next(r, "the name of a column", &name));
    TRY(link_next_number(r, 0, &width));
    TRY(link_next_number(r, 0, &hidden));
    at = find_from(c, *place, name);
    if (at == columns_all(c))
        return ERR_OK;
    if (at > *place)
        (void)columns_shift(c, at, (int64_t)*place - (int64_t)at);
    (void)columns_set_hidden(c, *place, hidden != 0);
    set_width(c, *place, width);
    (*place)++;
    return ERR_OK;
}

static void clear_formats(struct columns *c)
{
    const struct column_formats *f = columns_formats(c);

    while (f->n > 0) {
        char *name = mem_strdup(f->all[0].column);

        columns_set_format(c, name, NULL);
        free(name);
    }
}

/* A column that the table does not have, or not of a type for it, has no format. */
static enum err_code take_format(struct columns *c, struct link_reader *r)
{
    const struct schema *s = columns_schema(c);
    struct value_format *format;
    const char *name, *text;
    size_t unused;
    int64_t i;

    TRY(link_next(r, "the name of a column", &name));
    TRY(link_next(r, "a format", &text));
    i = s ? schema_find(s, name) : -1;
    if (i >= 0 &&
        value_format_parse(text, s->columns[i].type, &format, &unused, NULL) == ERR_OK)
        columns_set_format(c, name, format);
    return ERR_OK;
}

/* Fields that were written before there were formats end here. */
static enum err_code take_formats(struct columns *c, struct link_reader *r)
{
    size_t n;

    clear_formats(c);
    if (link_reader_at_end(r))
        return ERR_OK;
    TRY(link_next_count(r, &n));
    for (size_t i = 0; i < n; i++)
        TRY(take_format(c, r));
    return ERR_OK;
}

enum err_code columns_take_fields(struct columns *c, struct link_reader *r)
{
    int64_t frozen;
    size_t n, place = 0;

    TRY(link_next_number(r, 0, &frozen));
    TRY(link_next_count(r, &n));
    columns_freeze(c, 0); /* so that all are of one kind, and may stand anywhere */
    (void)columns_show_all(c);
    for (size_t i = 0; i < n; i++)
        TRY(take_column(c, &place, r));
    columns_freeze(c,
                   (size_t)frozen < columns_count(c) ? (size_t)frozen : columns_count(c));
    return take_formats(c, r);
}
