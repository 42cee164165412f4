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

const char *inserts_zone(const struct tab *t)
{
    const char *chosen = t->app->set.zone;

    return chosen && strcmp(chosen, "local") != 0 ? zone_name(t->app->zone) : NULL;
}

static void rows_write(struct typed_rows *r, enum input_job job)
{
    struct input_rows rows = {r->columns, r->cells, r->schema->n_columns,
                              inserts_zone(r->tab)};

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

    if (n == 0 || (*p)[n] != '=')
        rc = err_set(e, ERR_USAGE, "expected NAME=VALUE, found '%.*s'",
                     (int)strcspn(*p, " "), *p);
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

/* A quote that nothing ends would take in the values behind it. */
static bool is_open(const char *text)
{
    size_t quotes = 0;

    for (const char *p = text; *p; p++)
        quotes += *p == '"';
    return *text == '"' && quotes % 2 == 1;
}

static enum err_code take_value(struct typed_rows *r, const char **p, size_t column,
                                struct err *e)
{
    size_t n = value_length(*p);
    char *text = mem_strndup(*p, n);
    enum err_code rc =
        is_open(text)
            ? err_set(e, ERR_USAGE, "expected a quote at the end of the value, found '%s'",
                      text)
            : read_cell(r, column, text, e);

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

/* --- pasted rows --- */

/* Bytes of a field: up to a tab or the end of its line, or to the quote that ends it. */
static size_t field_length(const char *p)
{
    size_t n = *p == '"' ? value_length(p) : 0;

    return n + strcspn(p + n, "\t\n");
}

/* The next field of a line, owned; *last: it is the last of them. */
static char *take_field(const char **p, bool *last)
{
    size_t n = field_length(*p);
    char *out = mem_strndup(*p, n);

    *p += n;
    *last = **p != '\t';
    *p += **p != '\0';
    return out;
}

/* Which column each field is of. */
struct row_form {
    size_t *columns; /* owned */
    size_t n;
};

/* A first line of names alone tells the columns, and is left behind. */
static bool take_names(const struct typed_rows *r, const char **p, struct row_form *f)
{
    const char *q = *p;
    bool last = false;

    for (f->n = 0; !last; f->n++) {
        char *name = take_field(&q, &last);
        int64_t i = schema_find(r->schema, name);

        free(name);
        if (i < 0 || f->n == r->schema->n_columns)
            return false;
        for (size_t k = 0; k < f->n; k++)
            if (f->columns[k] == (size_t)i)
                return false;
        f->columns[f->n] = (size_t)i;
    }
    *p = q;
    return true;
}

/* Otherwise they are all columns, in the order of the table. */
static void take_form(const struct typed_rows *r, const char **p, struct row_form *f)
{
    f->columns = MEM_ARRAY(size_t, r->schema->n_columns);
    if (take_names(r, p, f))
        return;
    f->n = r->schema->n_columns;
    for (size_t i = 0; i < f->n; i++)
        f->columns[i] = i;
}

static enum err_code take_line(struct typed_rows *r, const struct row_form *f,
                               const char **p, struct err *e)
{
    bool last = false;

    for (size_t i = 0; i < f->n; i++) {
        char *text;
        enum err_code rc;

        if (last)
            return err_set(e, ERR_USAGE, "expected %zu fields, found %zu", f->n, i);
        text = take_field(p, &last);
        rc = read_cell(r, f->columns[i], text, e);
        free(text);
        if (rc != ERR_OK)
            return rc;
    }
    return last ? ERR_OK : err_set(e, ERR_USAGE, "expected %zu fields, found more", f->n);
}

/* What has no field is null, but for keys. */
static enum err_code fill_rows(struct typed_rows *r, size_t n, struct err *e)
{
    for (size_t i = 0; i < r->schema->n_columns; i++) {
        if (column_length(r->cells[i]) < n && r->columns[i]->is_key)
            return err_set(e, ERR_USAGE, "expected a field for %s, which is a key",
                           r->columns[i]->name);
        while (column_length(r->cells[i]) < n)
            column_push_null(r->cells[i]);
    }
    return n > 0 ? ERR_OK : err_set(e, ERR_USAGE, "expected rows, found names alone");
}

/* names: how many lines come before the n rows. */
static enum err_code take_lines(struct typed_rows *r, const char *text, size_t *names,
                                size_t *n, struct err *e)
{
    const char *p = text;
    struct row_form form = {0};
    enum err_code rc = ERR_OK;

    take_form(r, &p, &form);
    *names = p > text;
    for (*n = 0; *p && rc == ERR_OK; ++*n) {
        rc = take_line(r, &form, &p, e);
        if (rc != ERR_OK)
            (void)err_wrap(e, rc, "nothing is written; line %zu", *names + *n + 1);
    }
    free(form.columns);
    return rc;
}

struct keyed_row {
    const struct typed_rows *rows; /* borrowed */
    size_t row;
};

static int order_keys(const struct keyed_row *a, const struct keyed_row *b)
{
    const struct typed_rows *r = a->rows;
    int order = 0;

    for (size_t i = 0; i < r->schema->n_columns && order == 0; i++) {
        struct value x = column_get(r->cells[i], a->row),
                     y = column_get(r->cells[i], b->row);

        if (r->columns[i]->is_key)
            order = value_order(&x, &y);
    }
    return order;
}

static int compare_places(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;
    int order = order_keys(x, y);

    return order ? order : (x->row > y->row) - (x->row < y->row);
}

/* The server would keep the last of the rows with one key, and say nothing. */
static enum err_code check_keys(const struct typed_rows *r, size_t n, size_t first_line,
                                struct err *e)
{
    struct keyed_row *places;
    enum err_code rc = ERR_OK;

    if (!schema_has_keys(r->schema))
        return ERR_OK;
    places = MEM_ARRAY(struct keyed_row, n);
    for (size_t i = 0; i < n; i++)
        places[i] = (struct keyed_row){r, i};
    qsort(places, n, sizeof(places[0]), compare_places);
    for (size_t i = 1; i < n && rc == ERR_OK; i++)
        if (order_keys(&places[i - 1], &places[i]) == 0)
            rc = err_set(e, ERR_USAGE,
                         "nothing is written; line %zu has the key of line %zu",
                         places[i].row + first_line, places[i - 1].row + first_line);
    free(places);
    return rc;
}

/* Empty lines at the end are no rows. */
static enum err_code read_lines(struct typed_rows *r, const char *text, struct err *e)
{
    size_t len = strlen(text), names = 0, n = 0;
    char *rows;
    enum err_code rc;

    while (len > 0 && text[len - 1] == '\n')
        len--;
    rows = mem_strndup(text, len);
    rc = take_lines(r, rows, &names, &n, e);
    free(rows);
    if (rc == ERR_OK)
        rc = fill_rows(r, n, e);
    return rc == ERR_OK ? check_keys(r, n, names + 1, e) : rc;
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

static void insert_lines(struct tab *t, const struct schema *s, enum input_job job,
                         const char *text)
{
    struct typed_rows rows;
    struct err e;

    rows_begin(&rows, t, s);
    if (read_lines(&rows, text, &e) != ERR_OK)
        tab_say(t, STYLE_MESSAGE_ERROR, e.msg);
    else
        rows_write(&rows, job);
    rows_release(&rows);
}

/* The command is there and nothing behind it. */
static bool is_command(const char *typed, const char *name)
{
    size_t n = strlen(name);

    typed += strspn(typed, " ");
    return strncmp(typed, name, n) == 0 && typed[n + strspn(typed + n, " ")] == '\0';
}

bool inserts_paste(struct tab *t, const char *typed, const struct paste *p)
{
    const char *end = p->rows + strspn(p->rows, "\n");
    bool replaces = typed && is_command(typed, "insert!");
    const struct schema *s;

    if (!typed || !(replaces || is_command(typed, "insert")) || !p->ended ||
        end[strcspn(end, "\t\n")] == '\0')
        return false;
    question_close(t->app->question);
    s = inserts_writable(t);
    if (s && p->rows_lost > 0)
        tab_say(t, STYLE_MESSAGE_ERROR,
                "nothing is written: expected at most 65,536 bytes of rows");
    else if (s)
        insert_lines(t, s, replaces ? INPUT_REPLACE : INPUT_INSERT, end);
    return true;
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
