#include "ui/table/columns_fields.h"

#include <string.h>

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
    return ERR_OK;
}
