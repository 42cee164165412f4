#include "ui/app/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "model/hierarchy.h"
#include "ui/app/server.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"

#define NAME_MAX_WIDTH 32

/* --- of the table --- */

/* But for those that only tell how the rows of a tree lie. */
static size_t count_columns(const struct schema *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_columns; i++)
        n += !hierarchy_hides(s, i);
    return n;
}

static void add_rows(char **out, const struct tab *t, const struct schema *s)
{
    int64_t rows = table_view_rows(t->table);
    char number[NUMBER_LEN];

    mem_addf(out, "%s rows, %zu columns%s%s%s%s\n",
             rows >= 0 ? number_grouped(rows, number) : "unknown", count_columns(s),
             table_static(table_view_table(t->table)) ? ", never changes" : "",
             s->is_blink ? ", blink: each cycle has new rows alone" : "",
             s->is_append_only ? ", only grows" : "", s->is_input ? ", input table" : "");
}

/* What the list of the server says of it: no more than of the source. */
static void add_description(char **out, const struct tab *t)
{
    const struct fields *fields = connection_fields(t->server->connection);

    for (size_t i = 0; fields && i < fields_count(fields); i++) {
        const struct field *f = fields_get(fields, i);

        if (*f->description &&
            bytes_equal(buf_bytes(&f->ticket), table_view_ticket(t->table)))
            mem_addf(out, "%s\n", f->description);
    }
}

static void add_partitions(char **out, const struct schema *s)
{
    const char *before = "stored in parts by ";

    for (size_t i = 0; i < s->n_columns; i++) {
        if (!s->columns[i].is_partition)
            continue;
        mem_addf(out, "%s%s", before, s->columns[i].name);
        before = ", ";
    }
    mem_addf(out, "%s", *before == ',' ? "\n" : "");
}

/* --- columns, attributes --- */

static int width_of(const char *name)
{
    return (int)text_width(bytes_of(name), false, NAME_MAX_WIDTH + 1);
}

static void add_line(char **out, const char *name, int width, const char *text)
{
    int blanks = width > width_of(name) ? width - width_of(name) : 0;

    mem_addf(out, "  %s%*s  %s", name, blanks, "", text);
}

static void add_columns(char **out, const struct schema *s)
{
    int width = 0;

    for (size_t i = 0; i < s->n_columns; i++) {
        int own = hierarchy_hides(s, i) ? 0 : width_of(s->columns[i].name);

        width = own > width && own <= NAME_MAX_WIDTH ? own : width;
    }
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct schema_column *c = &s->columns[i];

        if (hierarchy_hides(s, i))
            continue;
        add_line(out, c->name, width, *c->java_type ? c->java_type : c->arrow_name);
        mem_addf(out, "%s%s%s%s%s%s\n", c->is_key ? ", key" : "",
                 c->is_partition ? ", tells the part" : "",
                 c->is_unsortable ? ", cannot be sorted by" : "",
                 c->as_text ? ", comes as text" : "", *c->description ? ": " : "",
                 c->description);
    }
}

static void add_attributes(char **out, const struct schema *s)
{
    mem_addf(out, "%s", s->n_attributes > 0 ? "\nattributes\n" : "");
    for (size_t i = 0; i < s->n_attributes; i++) {
        add_line(out, s->attributes[i].name, 0, s->attributes[i].value);
        mem_addf(out, "\n");
    }
}

void meta_show(struct tab *t)
{
    struct table *table = table_view_table(t->table);
    const struct schema *s = table ? table_schema(table) : NULL;
    char *text;

    if (!s) {
        tab_say(t, STYLE_MESSAGE_WARN, "there is no table here yet");
        return;
    }
    text = mem_strdup("");
    add_rows(&text, t, s);
    add_description(&text, t);
    add_partitions(&text, s);
    mem_addf(&text, "\ncolumns\n");
    add_columns(&text, s);
    add_attributes(&text, s);
    tab_show_text(t, table_view_name(t->table), text);
    free(text);
}
