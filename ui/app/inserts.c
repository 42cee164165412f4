#include "ui/app/inserts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/typed_value.h"
#include "ui/app/filters.h"
#include "ui/app/state.h"
#include "ui/table/table_writes.h"
#include "ui/term/theme.h"

/* --- rows that are being read --- */

/* A slot for each column of the table, in its order. */
struct typed_rows {
    const struct tab *tab;
    const struct schema *schema; /* borrowed, of the input table */
    const struct schema_column **columns;
    struct column **cells;
};

static void rows_begin(struct typed_rows *r, const struct tab *t, const struct schema *s)
{
    *r = (struct typed_rows){t, s, MEM_ARRAY(const struct schema_column *, s->n_columns),
                             MEM_ARRAY(struct column *, s->n_columns)};
    for (size_t i = 0; i < s->n_columns; i++) {
        r->columns[i] = &s->columns[i];
        r->cells[i] = column_new(s->columns[i].type);
    }
}

static void rows_release(struct typed_rows *r)
{
    for (size_t i = 0; i < r->schema->n_columns; i++)
        column_free(r->cells[i]);
    free(r->cells);
    free(r->columns);
}

static void rows_write(struct typed_rows *r, enum input_job job)
{
    struct input_rows rows = {r->columns, r->cells, r->schema->n_columns};

    table_view_write(r->tab->table, job, &rows);
}

/* A moment is read in the zone that its column is shown in. */
static enum err_code read_cell(struct typed_rows *r, size_t column, const char *text,
                               struct err *e)
{
    const struct schema_column *c = r->columns[column];
    const struct schema *shown = table_view_window(r->tab->table).schema;
    struct when_now now = filters_now(r->tab, shown ? schema_find(shown, c->name) : -1);

    return typed_value_read(text, c, &now, r->cells[column], e);
}

/* --- NAME=VALUE ... --- */

/* Bytes of a value: up to the next blank, or to the quote that ends it. */
static size_t value_length(const char *p)
{
    size_t n = 1;

    if (*p != '"')
        return strcspn(p, " ");
    while (p[n] && !(p[n] == '"' && p[n + 1] != '"'))
        n += p[n] == '"' ? 2 : 1;
    return n + (p[n] == '"');
}

/* The column that is named at *p, which moves behind its "=". */
static enum err_code take_name(const struct typed_rows *r, const char **p, size_t *column,
                               struct err *e)
{
    size_t n = strcspn(*p, "= ");
    char *name = mem_strndup(*p, n);
    int64_t i = schema_find(r->schema, name);
    enum err_code rc = ERR_OK;

    if ((*p)[n] != '=')
        rc = err_set(e, ERR_USAGE, "expected NAME=VALUE, found '%s'", name);
    else if (i < 0)
        rc = err_set(e, ERR_USAGE, "the input table has no column %s", name);
    else if (column_length(r->cells[i]) > 0)
        rc = err_set(e, ERR_USAGE, "%s is there twice", name);
    else
        *p += n + 1;
    *column = (size_t)i;
    free(name);
    return rc;
}

static enum err_code take_value(struct typed_rows *r, const char **p, size_t column,
                                struct err *e)
{
    size_t n = value_length(*p);
    char *text = mem_strndup(*p, n);
    enum err_code rc = read_cell(r, column, text, e);

    if (rc == ERR_OK)
        *p += n;
    free(text);
    return rc;
}

/* What is not named is null, but for keys: a row without one is rather a mistake. */
static enum err_code fill_row(struct typed_rows *r, struct err *e)
{
    for (size_t i = 0; i < r->schema->n_columns; i++) {
        if (column_length(r->cells[i]) > 0)
            continue;
        if (r->columns[i]->is_key)
            return err_set(e, ERR_USAGE, "expected %s=VALUE: it is a key; null is a value",
                           r->columns[i]->name);
        column_push_null(r->cells[i]);
    }
    return ERR_OK;
}

/* *p is where it goes wrong. */
static enum err_code read_row(struct typed_rows *r, const char **p, struct err *e)
{
    size_t column;

    for (*p += strspn(*p, " "); **p; *p += strspn(*p, " ")) {
        TRY(take_name(r, p, &column, e));
        TRY(take_value(r, p, column, e));
    }
    return fill_row(r, e);
}

/* --- the command --- */

static const char *name_of(enum command_kind kind)
{
    return kind == COMMAND_REPLACE ? "insert! " : "insert ";
}

/* The line again, at byte `at` of what follows the command. */
static void ask_again(struct tab *t, const struct command *c, size_t at, const char *why)
{
    char *line = mem_printf("%s%s", name_of(c->kind), c->value);

    question_open(t->app->question, QUESTION_COMMAND, ":");
    question_set_text(t->app->question, line);
    question_refuse(t->app->question, strlen(name_of(c->kind)) + at, why);
    free(line);
}

/* A field for each column, to be filled in. */
static void ask_fields(struct tab *t, const struct command *c, const struct schema *s)
{
    char *line = mem_strdup(name_of(c->kind));

    for (size_t i = 0; i < s->n_columns; i++)
        mem_addf(&line, "%s%s=", i ? " " : "", s->columns[i].name);
    question_open(t->app->question, QUESTION_COMMAND, ":");
    question_set_text(t->app->question, line);
    question_say(t->app->question, "a value for each; nothing is null, \"\" an empty text");
    free(line);
}

static void insert(struct tab *t, const struct command *c, const struct schema *s)
{
    struct typed_rows rows;
    const char *p = c->value;
    struct err e;

    rows_begin(&rows, t, s);
    if (read_row(&rows, &p, &e) != ERR_OK)
        ask_again(t, c, (size_t)(p - c->value), e.msg);
    else
        rows_write(&rows, c->kind == COMMAND_REPLACE ? INPUT_REPLACE : INPUT_INSERT);
    rows_release(&rows);
}

const struct schema *inserts_writable(struct tab *t)
{
    const struct schema *s = NULL;
    struct err e;

    if (!t->app->options->write)
        (void)err_set(&e, ERR_USAGE,
                      "rows change what others see: they are for dhview --write");
    else if (!tab_table_in_sight(t))
        (void)err_set(&e, ERR_USAGE, "there is no table here");
    else
        s = table_view_input(t->table, &e);
    if (!s)
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
    return s;
}

bool inserts_command(struct tab *t, const struct command *c)
{
    const struct schema *s;

    if (c->kind != COMMAND_INSERT && c->kind != COMMAND_REPLACE)
        return false;
    s = inserts_writable(t);
    if (!s)
        return true;
    tab_close_overlays(t);
    if (*c->value)
        insert(t, c, s);
    else
        ask_fields(t, c, s);
    return true;
}
