#include "ui/app/row_edits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/typed_value.h"
#include "ui/app/filters.h"
#include "ui/app/inserts.h"
#include "ui/app/state.h"
#include "ui/table/row_fetch.h"
#include "ui/table/table_writes.h"
#include "ui/term/theme.h"

#define KEY_COLUMNS 40 /* of a key that is told */
#define TYPED_MAX 4000 /* bytes of a value that can be edited in a line */

/* The rows that are asked about: their keys, and the column to edit. */
struct row_edits {
    struct app *app;                /* borrowed */
    const struct table_view *table; /* that they are of; compared only */
    size_t n;                       /* keys */
    char **names;                   /* owned, and each of them */
    struct column **cells;          /* owned likewise */
    char *column;                   /* owned; NULL: the rows are to be deleted */
    int64_t first, n_rows;          /* where they are */
};

static void clear(struct row_edits *x)
{
    for (size_t i = 0; i < x->n; i++) {
        free(x->names[i]);
        column_free(x->cells[i]);
    }
    free(x->names);
    free(x->cells);
    free(x->column);
    *x = (struct row_edits){.app = x->app};
}

struct row_edits *row_edits_new(struct app *a)
{
    struct row_edits *x = MEM_NEW(struct row_edits);

    x->app = a;
    return x;
}

void row_edits_free(struct row_edits *x)
{
    if (!x)
        return;
    clear(x);
    free(x);
}

static void refuse(struct tab *t, const char *why)
{
    tab_say(t, STYLE_MESSAGE_ERROR, why);
}

/* --- which rows --- */

/* The present, in the zone that a column of what is shown has. */
static struct when_now now_of(const struct tab *t, const char *column)
{
    const struct schema *s = table_view_window(t->table).schema;

    return filters_now(t, s ? schema_find(s, column) : -1);
}

/* The names of the keys (and of the column to edit, the last), borrowed; the array is
 * owned. */
static const char **names_wanted(const struct schema *s, const char *column, size_t *n)
{
    const char **names = MEM_ARRAY(const char *, s->n_columns + 1);

    *n = 0;
    for (size_t i = 0; i < s->n_columns; i++)
        if (s->columns[i].is_key)
            names[(*n)++] = s->columns[i].name;
    if (column)
        names[(*n)++] = column;
    return names;
}

/* Takes in the keys of what was fetched, as columns of the input table. */
static enum err_code take_keys(struct row_edits *x, struct tab *t, const struct schema *s,
                               const struct row_fetch *f, struct err *e)
{
    size_t n;
    const char **names = names_wanted(s, NULL, &n);
    enum err_code rc = ERR_OK;

    x->names = MEM_ARRAY(char *, n);
    x->cells = MEM_ARRAY(struct column *, n);
    for (x->n = 0; x->n < n && rc == ERR_OK; x->n++) {
        const struct schema_column *c = &s->columns[schema_find(s, names[x->n])];
        struct when_now now = now_of(t, c->name);

        x->names[x->n] = mem_strdup(names[x->n]);
        x->cells[x->n] = column_new(type_new(c->type->kind, NULL));
        for (int64_t i = 0; i < x->n_rows && rc == ERR_OK; i++) {
            struct value v = row_fetch_cell(f, i, x->n);

            rc = typed_value_take(&v, c, &now, x->cells[x->n], e);
        }
    }
    free((void *)names);
    return rc;
}

/* "K=5 and Name=x", for one row. Owned. */
static char *key_text(const struct row_edits *x, const struct tab *t,
                      const struct schema *s)
{
    char *out = mem_strdup(""), *cut;
    struct buf shown;

    for (size_t i = 0; i < x->n; i++) {
        const struct schema_column *c = &s->columns[schema_find(s, x->names[i])];
        struct when_now now = now_of(t, c->name);
        struct value v = column_get(x->cells[i], 0);
        char *text = typed_value_text(&v, c, &now, NULL);

        mem_addf(&out, "%s%s=%s", i ? " " : "", c->name, text ? text : "?");
        free(text);
    }
    buf_init(&shown, SIZE_MAX);
    (void)text_clean_middle(bytes_of(out), t->app->env.ascii, KEY_COLUMNS, &shown);
    cut = mem_strndup((const char *)shown.data, shown.len);
    buf_release(&shown);
    free(out);
    return cut;
}

/* --- asking --- */

static void ask_delete(struct row_edits *x, struct tab *t, const struct schema *s)
{
    char *key = key_text(x, t, s), *label;

    label = x->n_rows == 1 ? mem_printf("delete the row with %s? (y, n) ", key)
                           : mem_printf("delete %" PRId64 " rows? (y, n) ", x->n_rows);
    question_open(t->app->question, QUESTION_DELETE, label);
    free(label);
    free(key);
}

static enum err_code ask_cell(struct row_edits *x, struct tab *t, const struct schema *s,
                              const struct value *v, struct err *e)
{
    const struct schema_column *c = &s->columns[schema_find(s, x->column)];
    struct when_now now = now_of(t, c->name);
    char *text = typed_value_text(v, c, &now, e), *key, *label;
    enum err_code rc = text ? ERR_OK : ERR_USAGE;

    if (text && strlen(text) > TYPED_MAX)
        rc = err_set(e, ERR_LIMIT, "%s: expected at most %d bytes to edit, found %zu",
                     c->name, TYPED_MAX, strlen(text));
    if (rc == ERR_OK) {
        key = key_text(x, t, s);
        label = mem_printf("%s of %s: ", c->name, key);
        question_open(t->app->question, QUESTION_CELL, label);
        question_set_text(t->app->question, text);
        free(label);
        free(key);
    }
    free(text);
    return rc;
}

static void on_rows(void *ctx, struct table_view *v, const struct row_fetch *f,
                    const struct err *why)
{
    struct tab *t = ctx;
    struct row_edits *x = t->app->row_edits;
    const struct schema *s = table_view_input(v, NULL);
    struct value cell;
    struct err e;

    if (x->table != v || app_tab(t->app) != t || question_is_open(t->app->question) || !s)
        return;             /* the user is elsewhere by now */
    app_mark_dirty(t->app); /* no frame follows what was fetched */
    if (why) {
        refuse(t, why->msg);
        return;
    }
    if (take_keys(x, t, s, f, &e) != ERR_OK) {
        refuse(t, e.msg);
        return;
    }
    if (!x->column) {
        ask_delete(x, t, s);
        return;
    }
    cell = row_fetch_cell(f, 0, x->n);
    if (ask_cell(x, t, s, &cell, &e) != ERR_OK)
        refuse(t, e.msg);
}

/* Column NULL: to delete them. */
static void begin(struct tab *t, const struct schema *s, const char *column, int64_t first,
                  int64_t n_rows)
{
    struct row_edits *x = t->app->row_edits;
    size_t n;
    const char **names = names_wanted(s, column, &n);
    struct err e;

    clear(x);
    if (table_view_check_rows(t->table, names, n, &e) != ERR_OK) {
        refuse(t, e.msg);
    } else if (n_rows > ROW_FETCH_CELLS_MAX || n_rows * (int64_t)n > ROW_FETCH_CELLS_MAX) {
        refuse(t, "expected fewer rows: at most 65,536 keys at once");
    } else {
        x->table = t->table;
        x->first = first;
        x->n_rows = n_rows;
        x->column = column ? mem_strdup(column) : NULL;
        table_view_fetch_rows(t->table, first, n_rows, names, n, on_rows, t);
    }
    free((void *)names);
}

/* The columns of an input table with keys; NULL, which is said: it is none. */
static const struct schema *keyed(struct tab *t)
{
    const struct schema *s = inserts_writable(t);

    if (!s || schema_has_keys(s))
        return s;
    refuse(t, "a table without keys only grows: its rows stay as they are");
    return NULL;
}

/* --- keys and commands --- */

static void delete_rows(struct tab *t)
{
    const struct schema *s = keyed(t);
    struct grid *g = s ? table_view_grid(t->table) : NULL;
    struct selection_area area;
    int64_t row;
    size_t column;

    if (!s)
        return;
    tab_close_overlays(t);
    if (!table_view_cell(t->table, &row, &column))
        refuse(t, "there is no row here");
    else if (grid_selected(g, &area) == SELECTION_NONE)
        begin(t, s, NULL, row, 1);
    else
        begin(t, s, NULL, area.first_row, area.last_row - area.first_row + 1);
}

static void edit_cell(struct tab *t)
{
    const struct schema *s = keyed(t);
    const struct schema *shown = s ? table_view_shown(t->table).schema : NULL;
    const char *name;
    int64_t row, at;
    size_t column;

    if (!shown)
        return;
    if (!table_view_cell(t->table, &row, &column)) {
        refuse(t, "there is no cell here");
        return;
    }
    name = shown->columns[column].name;
    at = schema_find(s, name);
    if (at < 0)
        refuse(t, "this column is none of the input table");
    else if (s->columns[at].is_key)
        refuse(t, "a key cannot be edited: insert another row, and delete this one");
    else
        begin(t, s, name, row, 1);
}

bool row_edits_action(struct tab *t, const struct key_match *m)
{
    if (m->binding->action != ACT_EDIT_CELL)
        return false;
    edit_cell(t);
    return true;
}

bool row_edits_command(struct tab *t, const struct command *c)
{
    if (c->kind != COMMAND_DELETE)
        return false;
    delete_rows(t);
    return true;
}

/* --- answers --- */

/* The tab's table is still the one that was asked about; NULL, which is said: it is not. */
static const struct schema *asked_about(struct row_edits *x, struct tab *t)
{
    const struct schema *s =
        x->table && x->table == t->table ? table_view_input(t->table, NULL) : NULL;

    for (size_t i = 0; s && i < x->n; i++) {
        int64_t at = schema_find(s, x->names[i]);

        if (at < 0 || s->columns[at].type->kind != column_type(x->cells[i])->kind)
            s = NULL;
    }
    if (!s)
        refuse(t, "the table is another one by now");
    return s;
}

/* The keys, with one more column where a cell is edited (or NULL). */
static void write_rows(struct row_edits *x, struct tab *t, const struct schema *s,
                       const struct schema_column *more, struct column *cell)
{
    const struct schema_column **columns =
        MEM_ARRAY(const struct schema_column *, x->n + 1);
    struct column **cells = MEM_ARRAY(struct column *, x->n + 1);
    struct input_rows rows = {columns, cells, x->n + (more != NULL), inserts_zone(t)};

    for (size_t i = 0; i < x->n; i++) {
        columns[i] = &s->columns[schema_find(s, x->names[i])];
        cells[i] = x->cells[i];
    }
    columns[x->n] = more;
    cells[x->n] = cell;
    table_view_write(t->table, more ? INPUT_EDIT : INPUT_DELETE, &rows);
    free((void *)columns);
    free(cells);
}

void row_edits_delete(struct app *a, const char *text)
{
    struct row_edits *x = a->row_edits;
    struct tab *t = app_tab(a);
    const struct schema *s;

    if (!question_says_yes(text)) {
        tab_say(t, STYLE_MESSAGE, x->n_rows == 1 ? "the row stays" : "the rows stay");
    } else if ((s = asked_about(x, t)) != NULL) {
        (void)grid_end_selection(table_view_grid(t->table));
        write_rows(x, t, s, NULL, NULL);
    }
    clear(x);
}

void row_edits_typed(struct app *a, const char *text)
{
    struct row_edits *x = a->row_edits;
    struct tab *t = app_tab(a);
    const struct schema *s = asked_about(x, t);
    int64_t at = s ? schema_find(s, x->column) : -1;
    const struct schema_column *c = at >= 0 ? &s->columns[at] : NULL;
    struct when_now now;
    struct column *cell;
    struct err e;

    if (!c) {
        question_close(a->question);
        return;
    }
    now = now_of(t, c->name);
    cell = column_new(c->type);
    if (typed_value_read(text, c, &now, cell, &e) != ERR_OK) {
        question_refuse(a->question, 0, e.msg);
    } else {
        question_close(a->question);
        write_rows(x, t, s, c, cell);
        clear(x);
    }
    column_free(cell);
}
