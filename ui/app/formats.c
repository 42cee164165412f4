#include "ui/app/formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define DEFAULT "default"
#define COMMAND "format "

/* What was typed: a column, and how it is to be shown. */
struct format_wish {
    const struct schema_column *column;
    const char *text; /* in the value of the command */
};

static struct columns *columns_of(const struct tab *t)
{
    return grid_columns(table_view_grid(t->table));
}

static size_t name_length(const char *text)
{
    return strcspn(text, " =#,.;'%");
}

/* The format of "NAME = FORMAT"; NULL: no column is named there. An = that is shown stands
 * in quotes. */
static const char *behind_name(const char *text)
{
    const char *p = text + name_length(text);

    p += strspn(p, " ");
    if (p == text || *p != '=')
        return NULL;
    return p + 1 + strspn(p + 1, " ");
}

/* False, which is said, when the table has no such column. */
static bool find_column(struct tab *t, const char *text, struct format_wish *out)
{
    const struct schema *s = table_view_window(t->table).schema;
    char *name = mem_strndup(text, name_length(text)), *why;
    int64_t i = s ? schema_find(s, name) : -1;

    if (i >= 0) {
        out->column = &s->columns[i];
    } else {
        why = mem_printf("no column is named %s", name);
        tab_say(t, STYLE_MESSAGE_ERROR, why);
        free(why);
    }
    free(name);
    return i >= 0;
}

static bool read_wish(struct tab *t, const char *text, struct format_wish *out)
{
    const char *format = behind_name(text);

    out->text = format ? format : text;
    if (format)
        return find_column(t, text, out);
    out->column = work_column(t);
    return out->column != NULL;
}

/* What the server wants may differ from row to row: that of the cursor's. */
static const struct value_format *format_of(struct tab *t, size_t column)
{
    struct window w = table_view_shown(t->table);
    size_t current;
    int64_t position;

    return table_view_cell(t->table, &position, &current)
               ? grid_format_at(table_view_grid(t->table), &w, column, position)
               : columns_format_of(columns_of(t), column);
}

static void tell(struct tab *t, const struct schema_column *c)
{
    size_t column = (size_t)(c - table_view_window(t->table).schema->columns);
    const struct value_format *own = columns_format_of(columns_of(t), column);
    const struct value_format *f = format_of(t, column);
    char *text = f ? mem_printf("%s is shown by %s   %s", c->name, value_format_text(f),
                                own ? "(:format default: as usual)" : "(the server's own)")
                   : mem_printf("%s is shown as usual", c->name);

    tab_say(t, STYLE_MESSAGE, text);
    free(text);
}

/* Back to the prompt, as it was typed. */
static void refuse(struct tab *t, const char *typed, size_t at, const char *why)
{
    struct question *q = t->app->question;
    char *line = mem_printf(COMMAND "%s", typed);

    question_open(q, QUESTION_COMMAND, ":");
    question_set_text(q, line);
    question_refuse(q, strlen(COMMAND) + at, why);
    free(line);
}

static void show_by(struct tab *t, const char *typed, const struct format_wish *w)
{
    struct value_format *f = NULL;
    struct err e;
    size_t at;

    if (strcmp(w->text, DEFAULT) != 0 &&
        value_format_parse(w->text, w->column->type, &f, &at, &e) != ERR_OK) {
        (void)err_wrap(&e, e.code, "format of %s", w->column->name);
        refuse(t, typed, (size_t)(w->text - typed) + at, e.msg);
        return;
    }
    columns_set_format(columns_of(t), w->column->name, f);
    tell(t, w->column);
    tab_mark_dirty(t);
}

bool formats_command(struct tab *t, const struct command *c)
{
    struct format_wish w = {0};

    if (c->kind != COMMAND_FORMAT)
        return false;
    if (!tab_table_in_sight(t)) {
        tab_say(t, STYLE_MESSAGE_WARN, "there is no table here");
        return true;
    }
    tab_close_overlays(t);
    if (!read_wish(t, c->value, &w))
        return true;
    if (*c->value)
        show_by(t, c->value, &w);
    else
        tell(t, w.column);
    return true;
}
