/*
 * Cells that are here become columns of slots of their own, which the writer takes: a
 * selection on the screen is small. Values that a column's layout shows are texts then.
 */
#include "ui/table/table_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "ui/table/table_view_parts.h"

#define CELLS_MAX 65536 /* that are looked at; more than are ever held */

struct job {
    struct table_view *table;
    const struct table_copy *wish;
    struct selection_area area;
    enum selection_kind kind; /* SELECTION_NONE: the current cell */
    struct buf text;
};

/* --- what is asked for --- */

static const struct columns *columns_of(const struct job *j)
{
    return grid_columns(table_view_grid(j->table));
}

static const struct column_look *look_of(const struct job *j, size_t column)
{
    return columns_look(columns_of(j), column);
}

static int64_t rows_of(const struct job *j)
{
    return j->wish->no_cells ? 0 : j->area.last_row - j->area.first_row + 1;
}

static size_t count_of(const struct job *j)
{
    return j->area.last_column - j->area.first_column + 1;
}

static bool is_one_cell(const struct job *j)
{
    return rows_of(j) == 1 && count_of(j) == 1 && !j->wish->names;
}

/* The area of the current cell or row, where nothing is selected. */
static bool find_area(struct job *j)
{
    struct grid *g = table_view_grid(j->table);
    struct grid_place here = grid_place(g);
    int64_t position;
    size_t column;
    long at;

    j->kind = grid_selected(g, &j->area);
    if (j->kind == SELECTION_NONE) {
        if (!grid_cell(g, &position, &column))
            return false;
        at = columns_find(grid_columns(g), column);
        j->area = (struct selection_area){here.row, here.row, (size_t)at, (size_t)at};
    }
    if (j->wish->rows || (j->wish->names && j->kind == SELECTION_NONE)) {
        j->area.first_column = 0;
        j->area.last_column = columns_count(columns_of(j)) - 1;
    }
    return true;
}

/* "1 cell", "3 rows x 2 columns", "the names of 2 columns"; owned. */
static char *describe(const struct job *j)
{
    char text[128];

    if (j->wish->no_cells)
        return mem_printf("the name%s of %s", count_of(j) == 1 ? "" : "s",
                          selection_text(SELECTION_COLUMNS, &j->area, text, sizeof(text)));
    if (is_one_cell(j))
        return mem_strdup("1 cell");
    if (j->wish->rows)
        return mem_strdup(selection_text(SELECTION_ROWS, &j->area, text, sizeof(text)));
    return mem_strdup(selection_text(SELECTION_CELLS, &j->area, text, sizeof(text)));
}

/* --- cells --- */

static void push_value(struct column *to, const struct value *v)
{
    if (v->state != VALUE_SET) {
        column_push_null(to);
        return;
    }
    switch (v->type->kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        column_push_double(to, v->d);
        break;
    case KIND_LIST:
        column_push_list(to, column_copy(v->list, NULL));
        break;
    case KIND_STRING:
    case KIND_PERIOD_DURATION:
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
    case KIND_BINARY:
        column_push_bytes(to, v->bytes);
        break;
    default:
        column_push_int(to, v->i);
        break;
    }
}

static void push_shown(struct column *to, const struct value *v,
                       const struct column_look *look, const struct draw_env *env)
{
    struct format_options o = {.zone = env->zone, .time_digits = look->time_digits};
    struct buf text;

    if (v->state != VALUE_SET) {
        column_push_null(to);
        return;
    }
    buf_init(&text, SIZE_MAX); /* no more than the value is long */
    format_value(v, &o, &text);
    column_push_bytes(to, buf_bytes(&text));
    buf_release(&text);
}

/* A cell that is whole here, as far as lists go, which the screen asks for cut short. */
static bool is_here(const struct value *v)
{
    if (v->state != VALUE_SET)
        return v->state == VALUE_NULL;
    if (v->type->kind == KIND_LIST)
        return column_length(v->list) < TABLE_VIEW_LIST_LIMIT;
    return v->type->kind != KIND_BINARY || v->bytes.len < TABLE_VIEW_LIST_LIMIT;
}

/* The cells of one column; NULL when one is not here. */
static struct column *collect(const struct job *j, size_t column)
{
    static const struct type text = {.kind = KIND_STRING};
    const struct column_look *look = look_of(j, column);
    struct window w = table_view_shown(j->table);
    const struct draw_env *env = j->wish->shown;
    struct column *out = column_new(env ? &text : w.schema->columns[look->schema].type);

    for (int64_t i = 0; i < rows_of(j); i++) {
        struct value v = window_cell(&w, look->schema, j->area.first_row + i);

        if (!is_here(&v)) {
            column_free(out);
            return NULL;
        }
        if (env)
            push_shown(out, &v, look, env);
        else
            push_value(out, &v);
    }
    return out;
}

/* Fills in flats of the columns; false when a cell is not here. */
static bool collect_all(const struct job *j, struct flat *out)
{
    for (size_t i = 0; i < count_of(j); i++) {
        struct column *c = collect(j, j->area.first_column + i);

        if (!c)
            return false;
        flat_of_column(c, 0, column_length(c), &out[i]);
        column_free(c);
    }
    return true;
}

/* --- text --- */

static enum err_code take_text(void *ctx, struct bytes text, struct err *e)
{
    struct job *j = ctx;

    if (buf_append(&j->text, text.data, text.len, NULL) == ERR_OK)
        return ERR_OK;
    return err_set(e, ERR_LIMIT, "%s", j->wish->too_much);
}

static enum err_code write_header(const struct job *j, struct writer *w, struct err *e)
{
    const char **names = MEM_ARRAY(const char *, count_of(j));
    enum err_code rc;

    for (size_t i = 0; i < count_of(j); i++)
        names[i] = columns_name(columns_of(j), j->area.first_column + i);
    rc = writer_header(w, names, count_of(j), e);
    free((void *)names);
    return rc;
}

static enum err_code write_all(struct job *j, const struct flat *cells, struct err *e)
{
    bool json = j->wish->format == WRITER_JSON && !j->wish->no_cells && !is_one_cell(j);
    struct writer_options o = {.format = json ? WRITER_JSON : j->wish->format,
                               .no_header = !j->wish->names};
    struct writer_sink sink = {take_text, j};
    struct writer *w;
    enum err_code rc;

    if (!json && o.format == WRITER_JSON)
        o.format = WRITER_TSV;
    w = writer_new(&o, &sink);
    rc = write_header(j, w, e);
    if (rc == ERR_OK)
        rc = writer_batch(w, cells, (uint64_t)rows_of(j), e);
    if (rc == ERR_OK)
        rc = writer_end(w, e);
    writer_free(w);
    return rc;
}

/* One cell without the quotes around it. */
static void unquote(struct buf *text)
{
    size_t n = 0;

    if (text->len < 2 || text->data[0] != '"')
        return;
    for (size_t i = 1; i + 1 < text->len; i++) {
        text->data[n++] = text->data[i];
        i += text->data[i] == '"'; /* there are two */
    }
    text->len = n;
}

static void trim(struct job *j)
{
    if (j->text.len > 0 && j->text.data[j->text.len - 1] == '\n')
        j->text.len--;
    if (is_one_cell(j))
        unquote(&j->text);
}

/* --- life --- */

static enum err_code make(struct job *j, struct err *e)
{
    struct flat *cells;
    enum err_code rc;

    if (!find_area(j))
        return err_set(e, ERR_USAGE, "there is no cell here");
    if (rows_of(j) > CELLS_MAX || (size_t)rows_of(j) * count_of(j) > CELLS_MAX)
        return err_set(e, ERR_LIMIT, "%s", j->wish->too_much);
    cells = MEM_ARRAY(struct flat, count_of(j));
    rc = collect_all(j, cells)
             ? write_all(j, cells, e)
             : err_set(e, ERR_LIMIT, "not all of that is here; scroll to it first");
    for (size_t i = 0; i < count_of(j); i++)
        flat_release(&cells[i]);
    free(cells);
    trim(j);
    return rc;
}

void table_copy_start(struct table_view *t, const struct table_copy *wish,
                      table_copy_fn *fn, void *ctx)
{
    struct job j = {.table = t, .wish = wish};
    struct err e;
    char *what;

    buf_init(&j.text, wish->max);
    if (make(&j, &e) != ERR_OK) {
        fn(ctx, buf_bytes(&j.text), NULL, &e);
    } else {
        what = describe(&j);
        (void)grid_end_selection(table_view_grid(t));
        fn(ctx, buf_bytes(&j.text), what, NULL);
        free(what);
    }
    buf_release(&j.text);
}
