/*
 * What is to be copied is fixed when the key is typed: rows by position, columns by their
 * number in the table. When all cells are here they are taken from the picture on the
 * screen, else from a stream of their own, which asks for whole lists, in the step of a
 * frame that may use the network (view_ask()). They become columns of slots, which the
 * writer takes; values as they are shown are texts then. More cells than a stream is to
 * hold come as those of a file do, and are text at once.
 */
#include "ui/table/table_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "client/exporter.h"
#include "client/extract.h"
#include "model/formatting.h"
#include "ui/table/table_view_parts.h"

#define CELLS_HELD INT64_C(65536) /* by a stream of a copy's own */

struct table_copying {
    struct table_view *table;  /* borrowed: it owns this */
    struct table_copy wish;    /* too_much is owned */
    int64_t first_row, n_rows; /* 0: only names */
    struct column_look *looks; /* owned; as the columns were laid out */
    size_t n_columns;
    size_t n_schema;           /* columns the table had */
    char *what;                /* owned: what it is called */
    struct feed *feed;         /* owned; NULL: all is here, or comes as text */
    struct extract *extract;   /* owned, as the next one; NULL: it does not */
    struct exporter *exporter; /* of what the extract brings */
    bool ended;
    struct err why; /* ERR_OK: all text is there */
    struct buf text;
    table_copy_fn *fn;
    void *ctx;
};

/* --- what is asked for --- */

static bool is_one_cell(const struct table_copying *c)
{
    return c->n_rows == 1 && c->n_columns == 1 && !c->wish.names;
}

/* The area of the current cell or row and those below it, where nothing is selected. */
static bool find_area(struct grid *g, int64_t n_rows, const struct table_copy *wish,
                      struct selection_area *out)
{
    bool selected = grid_selected(g, out) != SELECTION_NONE;
    int64_t position;
    size_t column;

    if (!selected) {
        if (!grid_cell(g, &position, &column))
            return false;
        column = (size_t)columns_find(grid_columns(g), column);
        *out = (struct selection_area){
            position, min_i64(add_sat_i64(position, wish->count - 1), n_rows - 1), column,
            column};
    }
    if (wish->rows || (wish->names && !selected)) {
        out->first_column = 0;
        out->last_column = columns_count(grid_columns(g)) - 1;
    }
    return true;
}

/* "1 cell", "3 rows x 2 columns", "the names of 2 columns"; owned. */
static char *describe(const struct table_copying *c, const struct selection_area *a)
{
    char text[128];

    if (c->wish.no_cells)
        return mem_printf("the name%s of %s", c->n_columns == 1 ? "" : "s",
                          selection_text(SELECTION_COLUMNS, a, text, sizeof(text)));
    if (is_one_cell(c))
        return mem_strdup("1 cell");
    return mem_strdup(selection_text(c->wish.rows ? SELECTION_ROWS : SELECTION_CELLS, a,
                                     text, sizeof(text)));
}

static struct table_copying *copying_new(struct table_view *t, const struct table_copy *w,
                                         const struct selection_area *a)
{
    struct table_copying *c = MEM_NEW(struct table_copying);

    c->table = t;
    c->wish = *w;
    c->wish.too_much = mem_strdup(w->too_much);
    c->first_row = a->first_row;
    c->n_rows = w->no_cells ? 0 : a->last_row - a->first_row + 1;
    c->n_columns = a->last_column - a->first_column + 1;
    c->looks = MEM_ARRAY(struct column_look, c->n_columns);
    for (size_t i = 0; i < c->n_columns; i++) {
        c->looks[i] = *columns_look(grid_columns(t->grid), a->first_column + i);
        c->looks[i].format = NULL; /* of a column, which may get another one meanwhile */
    }
    c->n_schema = table_view_shown(t).schema->n_columns;
    c->what = describe(c, a);
    buf_init(&c->text, w->max);
    return c;
}

static void copying_free(struct table_copying *c)
{
    feed_close(c->feed);
    extract_free(c->extract);
    exporter_free(c->exporter);
    buf_release(&c->text);
    free((char *)(uintptr_t)c->wish.too_much);
    free(c->looks);
    free(c->what);
    free(c);
}

/* --- cells --- */

static void push_shown(struct column *to, const struct value *v,
                       const struct column_look *look, const struct value_format *format,
                       const struct draw_env *env)
{
    struct format_options o = {.zone = env->zone, .time_digits = look->time_digits};
    struct buf text;

    if (v->state != VALUE_SET) {
        column_push_null(to);
        return;
    }
    buf_init(&text, SIZE_MAX); /* no more than the value is long */
    value_format_put(format, v, &o, &text);
    column_push_bytes(to, buf_bytes(&text));
    buf_release(&text);
}

/* Whole, as far as lists go, which the screen asks for cut short. */
static bool is_whole(const struct table_copying *c, const struct value *v)
{
    if (v->state != VALUE_SET || c->feed)
        return v->state != VALUE_ABSENT;
    if (v->type->kind == KIND_LIST)
        return column_length(v->list) < TABLE_VIEW_LIST_LIMIT;
    return v->type->kind != KIND_BINARY || v->bytes.len < TABLE_VIEW_LIST_LIMIT;
}

static struct window window_of_cells(const struct table_copying *c)
{
    return c->feed ? feed_window(c->feed) : table_view_shown(c->table);
}

/* The cells of one column; NULL when one is not here. */
static struct column *collect(const struct table_copying *c, const struct column_look *look)
{
    static const struct type text = {.kind = KIND_STRING};
    struct window w = window_of_cells(c);
    const struct draw_env *env = c->wish.shown;
    struct column *out = column_new(env ? &text : window_type(&w, look->schema));

    for (int64_t i = 0; i < c->n_rows; i++) {
        struct value v = window_cell(&w, look->schema, c->first_row + i);

        if (!is_whole(c, &v)) {
            column_free(out);
            return NULL;
        }
        if (env)
            push_shown(out, &v, look,
                       grid_format_at(c->table->grid, &w, look->schema, c->first_row + i),
                       env);
        else
            column_push_value(out, &v);
    }
    return out;
}

/* Fills in flats of the columns; false when a cell is not here. */
static bool collect_all(const struct table_copying *c, struct flat *out)
{
    for (size_t i = 0; i < c->n_columns; i++) {
        struct column *column = collect(c, &c->looks[i]);

        if (!column)
            return false;
        flat_of_column(column, 0, column_length(column), &out[i]);
        column_free(column);
    }
    return true;
}

/* --- text --- */

static enum err_code take_text(void *ctx, struct bytes text, struct err *e)
{
    struct table_copying *c = ctx;

    if (buf_append(&c->text, text.data, text.len, NULL) == ERR_OK)
        return ERR_OK;
    return err_set(e, ERR_LIMIT, "%s", c->wish.too_much);
}

static enum err_code write_header(const struct table_copying *c, struct writer *w,
                                  struct err *e)
{
    const char **names = MEM_ARRAY(const char *, c->n_columns);
    struct window window = window_of_cells(c);
    enum err_code rc;

    for (size_t i = 0; i < c->n_columns; i++)
        names[i] = window.schema->columns[c->looks[i].schema].name;
    rc = writer_header(w, names, c->n_columns, e);
    free((void *)names);
    return rc;
}

/* Names alone, and one cell, are no json. */
static enum err_code write_all(struct table_copying *c, const struct flat *cells,
                               struct err *e)
{
    bool plain = c->wish.no_cells || is_one_cell(c);
    struct writer_options o = {
        .format = plain && c->wish.format == WRITER_JSON ? WRITER_TSV : c->wish.format,
        .no_header = !c->wish.names};
    struct writer_sink sink = {take_text, c};
    struct writer *w = writer_new(&o, &sink);
    enum err_code rc = write_header(c, w, e);

    if (rc == ERR_OK)
        rc = writer_batch(w, cells, (uint64_t)c->n_rows, e);
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

static void trim(struct buf *text, bool one_cell)
{
    if (text->len > 0 && text->data[text->len - 1] == '\n')
        text->len--;
    if (one_cell)
        unquote(text);
}

static enum err_code put_text(void *ctx, struct bytes text, struct err *e)
{
    return buf_append(ctx, text.data, text.len, e);
}

bool table_copy_value(const struct value *v, struct buf *out)
{
    struct writer_options o = {.format = WRITER_TSV, .no_header = true};
    struct buf text;
    struct writer_sink sink = {put_text, &text};
    const char *name = "";
    struct column *cell;
    struct writer *w;
    struct flat flat;
    bool done;

    if (v->state != VALUE_SET)
        return true;
    w = writer_new(&o, &sink);
    buf_init(&text, out->max);
    cell = column_new(v->type);
    column_push_value(cell, v);
    flat_of_column(cell, 0, 1, &flat);
    done = writer_header(w, &name, 1, NULL) == ERR_OK &&
           writer_batch(w, &flat, 1, NULL) == ERR_OK && writer_end(w, NULL) == ERR_OK;
    trim(&text, true);
    done = done && buf_append(out, text.data, text.len, NULL) == ERR_OK;
    flat_release(&flat);
    column_free(cell);
    writer_free(w);
    buf_release(&text);
    return done;
}

static void hand_out(struct table_copying *c)
{
    trim(&c->text, is_one_cell(c));
    if (c->fn(c->ctx, &c->wish, buf_bytes(&c->text), c->what, NULL))
        (void)grid_end_selection(c->table->grid);
}

static void give_up(struct table_copying *c, const struct err *why)
{
    (void)c->fn(c->ctx, &c->wish, buf_bytes(&c->text), NULL, why);
}

/* Makes the text when all cells are here, and hands it out (why not, when it cannot be);
 * false when they are not. */
static bool try_to_finish(struct table_copying *c)
{
    struct flat *cells = MEM_ARRAY(struct flat, c->n_columns);
    bool here = collect_all(c, cells);
    struct err e;

    if (here && write_all(c, cells, &e) == ERR_OK)
        hand_out(c);
    else if (here)
        give_up(c, &e);
    for (size_t i = 0; i < c->n_columns; i++)
        flat_release(&cells[i]);
    free(cells);
    return here;
}

/* --- cells that are not here --- */

static void on_changed(void *ctx)
{
    struct table_copying *c = ctx;

    c->table->handler->changed(c->table->ctx, c->table);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct table_copying *c = ctx;

    c->ended = true;
    c->why = *why;
    on_changed(c);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

bool table_view_drop_copy(struct table_view *t)
{
    struct table_copying *c = t->copying;

    t->copying = NULL;
    if (!c)
        return false;
    copying_free(c);
    return true;
}

/* The table has what was asked for; why not is kept. */
static bool still_fits(struct table_copying *c)
{
    struct window w = window_of_cells(c);

    if (w.schema->n_columns == c->n_schema && window_rows(&w) >= c->first_row + c->n_rows)
        return true;
    c->ended = true;
    (void)err_set(&c->why, ERR_NOT_FOUND, "not copied: the table is another by now");
    return false;
}

/* False: it may still come. */
static bool take_cells_of(struct table_copying *c)
{
    bool settled = feed_window(c->feed).schema && feed_settled(c->feed);

    if (settled && still_fits(c) && try_to_finish(c))
        return true;
    if (c->ended)
        give_up(c, &c->why);
    return c->ended;
}

static bool take_text_of(struct table_copying *c)
{
    if (c->ended && c->why.code == ERR_OK)
        hand_out(c);
    else if (c->ended)
        give_up(c, &c->why);
    return c->ended;
}

void table_view_take_copy(struct table_view *t)
{
    struct table_copying *c = t->copying;

    if (c && (c->extract ? take_text_of(c) : take_cells_of(c)))
        (void)table_view_drop_copy(t);
}

/* --- many cells --- */

static int64_t cells_of(const struct table_copying *c)
{
    return mul_sat_i64(c->n_rows, (int64_t)c->n_columns);
}

static enum err_code on_schema(void *ctx, const struct schema *schema, struct bytes message,
                               struct err *e)
{
    struct table_copying *c = ctx;

    return exporter_schema(c->exporter, schema, message, e);
}

static enum err_code on_batch(void *ctx, const struct snapshot_batch *b, struct err *e)
{
    struct table_copying *c = ctx;

    return exporter_batch(c->exporter, b, e);
}

static void on_rows_ended(void *ctx, const struct err *why)
{
    struct table_copying *c = ctx;

    c->ended = true;
    if (why)
        c->why = *why;
    else if (extract_rows_done(c->extract) != (uint64_t)c->n_rows)
        (void)err_set(&c->why, ERR_NOT_FOUND, "not copied: the table is another by now");
    else
        (void)exporter_end(c->exporter, &c->why);
    on_changed(c);
}

static const struct snapshot_handler rows_handler = {on_schema, on_batch, on_rows_ended};

static enum err_code fetch_text(struct table_copying *c, struct err *e)
{
    struct table_view *t = c->table;
    struct writer_sink sink = {take_text, c};
    const char **names = MEM_ARRAY(const char *, c->n_columns);
    struct extract_options o = {.table = feed_table(t->feed),
                                .rows = {c->first_row, c->first_row + c->n_rows - 1, false},
                                .names = names,
                                .n = c->n_columns,
                                .max_message = t->options.max_message};
    enum err_code rc;

    for (size_t i = 0; i < c->n_columns; i++)
        names[i] = table_view_shown(t).schema->columns[c->looks[i].schema].name;
    c->exporter = exporter_new((enum exporter_format)c->wish.format, !c->wish.names, &sink);
    rc = extract_open(t->connection, &o, &rows_handler, c, &c->extract, e);
    free(names);
    return rc;
}

/* --- from the stream or as text --- */

static enum err_code fetch(struct table_copying *c, struct err *e)
{
    struct viewport v = {.rows =
                             rowset_new_range(c->first_row, c->first_row + c->n_rows - 1),
                         .columns = rowset_new()};
    struct viewport_screen screen;
    enum err_code rc;

    for (size_t i = 0; i < c->n_columns; i++)
        rowset_add(v.columns, (int64_t)c->looks[i].schema, (int64_t)c->looks[i].schema);
    grid_screen(c->table->grid, &screen);
    if (c->wish.shown)
        formatting_add(screen.formatting, v.columns);
    rc = table_view_peek(c->table, &v, 0, &feed_handler, c, &c->feed, e);
    viewport_release(&v);
    return rc;
}

/* A cell is a byte at least, with what stands behind it. */
static enum err_code check(const struct table_copying *c, struct err *e)
{
    char number[NUMBER_LEN];

    if (cells_of(c) > CELLS_HELD && c->wish.shown)
        return err_set(e, ERR_LIMIT, "not copied as shown: %s has more than %s cells",
                       c->what, number_grouped(CELLS_HELD, number));
    if (cells_of(c) > (int64_t)min_u64(c->wish.max, INT64_MAX - 1) + 1)
        return err_set(e, ERR_LIMIT, "%s", c->wish.too_much);
    return ERR_OK;
}

/* The answer comes later; ERR_USAGE where that cannot be. */
static enum err_code begin_fetch(struct table_copying *c, struct err *e)
{
    struct table_view *t = c->table;

    if (table_view_paused(t))
        return err_set(e, ERR_USAGE, "not copied: the paused picture has not all of it");
    if (!t->feed)
        return err_set(e, ERR_LOST, "the connection is gone");
    TRY(cells_of(c) > CELLS_HELD ? fetch_text(c, e) : fetch(c, e));
    t->copying = c;
    table_view_say(t, false, "asking for what is to be copied ...");
    return ERR_OK;
}

void table_copy_start(struct table_view *t, const struct table_copy *wish,
                      table_copy_fn *fn, void *ctx)
{
    struct err e = {.code = ERR_OK};
    struct selection_area area;
    struct table_copying *c;
    struct window w = table_view_shown(t);

    (void)table_view_drop_copy(t);
    if (!w.schema || !find_area(t->grid, window_rows(&w), wish, &area)) {
        (void)err_set(&e, ERR_USAGE, "there is no cell here");
        (void)fn(ctx, wish, bytes_of(""), NULL, &e);
        return;
    }
    c = copying_new(t, wish, &area);
    c->fn = fn;
    c->ctx = ctx;
    if (check(c, &e) == ERR_OK && !try_to_finish(c) && begin_fetch(c, &e) == ERR_OK)
        return;
    if (e.code != ERR_OK)
        (void)fn(ctx, wish, bytes_of(""), NULL, &e);
    copying_free(c);
}
