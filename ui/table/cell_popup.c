#include "ui/table/cell_popup.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "model/hierarchy.h"
#include "ui/table/cell_text.h"
#include "ui/table/table_copy.h"
#include "ui/term/theme.h"

#define LIVE_MARK "(live) " /* in a row: it is not of the paused picture */
#define ROW_TEXT_MAX 4096   /* bytes of a value in one line */
#define ROW_COLUMNS 256     /* columns asked for at a time: one view's */
#define NAME_WIDTH_MAX 40   /* columns of the screen for names, likewise for types */
#define TYPE_WIDTH_MAX 24

struct cell_popup {
    struct table_view *table;
    const struct cell_popup_handler *handler;
    void *ctx;
    struct popup *popup; /* borrowed: it owns this */
    struct feed *feed;   /* NULL: not opened yet, or it could not be */
    bool opened;
    bool is_row;
    int64_t position;
    size_t column;   /* schema column; of a row the first asked for */
    size_t *columns; /* of a row: what is listed */
    size_t n_columns;
    size_t n_schema; /* columns the table had */
    bool has_live;   /* something is not as paused */
    struct err why;  /* its feed has ended; code ERR_OK: it has not */
};

/* --- the feed --- */

static void on_changed(void *ctx)
{
    struct cell_popup *c = ctx;

    popup_changed(c->popup);
    c->handler->changed(c->ctx);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct cell_popup *c = ctx;

    c->why = *why;
    on_changed(c);
}

static const struct feed_handler feed_handler = {.changed = on_changed, .ended = on_ended};

/* The cell, or the listed columns from `first` on. */
static struct viewport viewport_of(const struct cell_popup *c, size_t first)
{
    struct viewport v = {.rows = rowset_new_range(c->position, c->position)};

    if (!c->is_row) {
        v.columns = rowset_new_range((int64_t)c->column, (int64_t)c->column);
        return v;
    }
    v.columns = rowset_new();
    for (size_t i = first; i < c->n_columns && i - first < ROW_COLUMNS; i++)
        rowset_add(v.columns, (int64_t)c->columns[i], (int64_t)c->columns[i]);
    return v;
}

static void open_feed(struct cell_popup *c)
{
    struct viewport v = viewport_of(c, 0);
    struct err e;

    c->opened = true;
    if (table_view_peek(c->table, &v, c->is_row ? TABLE_VIEW_LIST_LIMIT : 0, &feed_handler,
                        c, &c->feed, &e) != ERR_OK)
        on_ended(c, &e);
    viewport_release(&v);
}

/* --- what is known of a cell --- */

struct seen {
    struct value value;
    bool whole; /* a list has all its items */
    bool live;  /* the picture is paused, and the value is not of it */
};

/* What the popup's own feed has; it is asked for whole values, but for a row. */
static struct value look_own(const struct cell_popup *c, size_t column)
{
    struct window own = c->feed ? feed_window(c->feed) : (struct window){0};

    if (!own.schema || own.schema->n_columns != c->n_schema)
        return (struct value){.state = VALUE_ABSENT};
    return window_cell(&own, column, c->position);
}

/* What the table on the screen shows. */
static struct value look_shown(const struct cell_popup *c, size_t column)
{
    struct window shown = table_view_shown(c->table);

    if (!shown.schema || column >= shown.schema->n_columns)
        return (struct value){.state = VALUE_ABSENT};
    return window_cell(&shown, column, c->position);
}

static bool may_be_cut(const struct value *v)
{
    if (v->state != VALUE_SET)
        return false;
    if (v->type->kind == KIND_LIST)
        return column_length(v->list) >= TABLE_VIEW_LIST_LIMIT;
    return v->type->kind == KIND_BINARY && v->bytes.len >= TABLE_VIEW_LIST_LIMIT;
}

/* The picture is paused, and has all that is to be shown of a cell. */
static bool is_in_picture(const struct cell_popup *c, size_t column)
{
    struct value v = look_shown(c, column);

    return table_view_paused(c->table) && v.state != VALUE_ABSENT &&
           (c->is_row || !may_be_cut(&v));
}

static struct seen look(const struct cell_popup *c, size_t column)
{
    struct value own = look_own(c, column);

    if (is_in_picture(c, column))
        return (struct seen){look_shown(c, column), true, false};
    if (own.state != VALUE_ABSENT)
        return (struct seen){own, true, table_view_paused(c->table)};
    return (struct seen){look_shown(c, column), false, false};
}

/* The table has become shorter than that, or is another now. */
static bool is_gone(const struct cell_popup *c)
{
    struct window own = c->feed ? feed_window(c->feed) : (struct window){0};
    struct window shown = table_view_shown(c->table);

    if (!shown.schema || shown.schema->n_columns != c->n_schema)
        return true;
    if (table_view_paused(c->table) && replica_row_at(shown.replica, c->position) >= 0)
        return false;
    return window_ready(&own) && c->position >= window_rows(&own);
}

static void add_gone(struct pager *p)
{
    (void)pager_add(p, "", bytes_of("the table has no such row now"), STYLE_MESSAGE_WARN);
}

/* Behind what is known. */
static void add_end(const struct cell_popup *c, struct pager *p)
{
    if (c->why.code != ERR_OK)
        (void)pager_add(p, "old", bytes_of(c->why.msg), STYLE_MESSAGE_ERROR);
}

/* --- one cell --- */

static void fill_cell(void *ctx, struct pager *p, const struct draw_env *env)
{
    struct cell_popup *c = ctx;
    struct window w = table_view_window(c->table);
    struct seen s = look(c, c->column);

    if (is_gone(c)) {
        add_gone(p);
        return;
    }
    c->has_live = s.live;
    if (s.live)
        (void)pager_add(p, "live",
                        bytes_of("the paused picture has not all of it: the value of now"),
                        STYLE_MESSAGE_WARN);
    cell_text_add(p, &w.schema->columns[c->column], &s.value, s.whole, env);
    add_end(c, p);
}

/* --- a row --- */

struct widths {
    int name, type;
};

static int width_at_most(const char *text, int limit, bool ascii)
{
    return (int)text_width(bytes_of(text), ascii, (size_t)limit);
}

/* Appends a text made safe, cut and filled up to a width. */
static void append_padded(struct buf *out, const char *text, int width, bool ascii)
{
    size_t used = text_clean(bytes_of(text), ascii, (size_t)width, out);

    for (; used < (size_t)width; used++)
        (void)buf_append(out, " ", 1, NULL);
}

static struct widths measure(const struct cell_popup *c, const struct schema *s, bool ascii)
{
    struct widths w = {0, 0};
    char type[64];

    for (size_t i = 0; i < c->n_columns; i++) {
        const struct schema_column *sc = &s->columns[c->columns[i]];
        int name = width_at_most(sc->name, NAME_WIDTH_MAX, ascii);
        int kind =
            width_at_most(schema_type_text(sc, type, sizeof(type)), TYPE_WIDTH_MAX, ascii);

        w.name = name > w.name ? name : w.name;
        w.type = kind > w.type ? kind : w.type;
    }
    return w;
}

static void fill_line(struct cell_popup *c, struct pager *p, const struct schema *s,
                      size_t column, struct widths w, const struct draw_env *env)
{
    char type[64];
    struct buf label, text;
    struct seen seen = look(c, column);
    uint8_t style;

    buf_init(&label, 4096);
    buf_init(&text, sizeof(LIVE_MARK) + ROW_TEXT_MAX);
    c->has_live = c->has_live || seen.live;
    if (seen.live)
        (void)buf_append_text(&text, LIVE_MARK, NULL);
    style = cell_text_short(&seen.value, env, ROW_TEXT_MAX, &text);
    append_padded(&label, s->columns[column].name, w.name, env->ascii);
    (void)buf_append(&label, "  ", 2, NULL);
    append_padded(&label, schema_type_text(&s->columns[column], type, sizeof(type)), w.type,
                  env->ascii);
    (void)buf_append(&label, "", 1, NULL);
    (void)pager_add(p, (const char *)label.data, buf_bytes(&text), style);
    buf_release(&label);
    buf_release(&text);
}

static void fill_row(void *ctx, struct pager *p, const struct draw_env *env)
{
    struct cell_popup *c = ctx;
    const struct schema *s = table_view_window(c->table).schema;
    struct widths w;

    if (is_gone(c)) {
        add_gone(p);
        return;
    }
    c->has_live = false;
    w = measure(c, s, env->ascii);
    for (size_t i = 0; i < c->n_columns; i++)
        fill_line(c, p, s, c->columns[i], w, env);
    add_end(c, p);
}

/* Whether the paused picture, if it is paused, lacks any of the columns listed from first
 * to before last. */
static bool needs_feed(const struct cell_popup *c, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        if (!is_in_picture(c, c->columns[i]))
            return true;
    return false;
}

/* Asks for the columns around the lines that are seen, when they are not asked for yet. */
static void row_shown(void *ctx, size_t first, size_t rows)
{
    struct cell_popup *c = ctx;
    size_t last = first + rows < c->n_columns ? first + rows : c->n_columns;
    size_t margin = rows < ROW_COLUMNS ? (ROW_COLUMNS - rows) / 2 : 0;
    const struct rowset *asked;
    struct viewport v;

    if (!c->opened && needs_feed(c, first, last))
        open_feed(c);
    if (!c->feed || feed_ended(c->feed) || first >= last)
        return;
    asked = feed_asked(c->feed)->columns;
    if (rowset_has(asked, (int64_t)c->columns[first]) &&
        rowset_has(asked, (int64_t)c->columns[last - 1]))
        return;
    v = viewport_of(c, first > margin ? first - margin : 0);
    feed_request(c->feed, &v);
    viewport_release(&v);
}

static void cell_shown(void *ctx, size_t first, size_t rows)
{
    struct cell_popup *c = ctx;

    (void)first;
    (void)rows;
    if (!c->opened && !is_in_picture(c, c->column))
        open_feed(c);
}

/* --- life --- */

/* What is shown, of the popup's own or of the table, is old, and asked for again. */
static bool is_old(const struct cell_popup *c)
{
    uint64_t due_ms;

    return c->feed &&
           (feed_state(c->feed)->phase == TABLE_OLD || feed_waits(c->feed, &due_ms));
}

static const char *note(void *ctx)
{
    const struct cell_popup *c = ctx;

    if (c->why.code != ERR_OK)
        return c->why.msg;
    if (is_old(c))
        return "old: asking for it anew";
    if (!table_view_paused(c->table))
        return "";
    return c->has_live ? "as paused, but for what is live" : "as paused";
}

static void sleep_source(void *ctx, bool asleep)
{
    struct cell_popup *c = ctx;

    if (c->feed && asleep)
        feed_suspend(c->feed, NULL);
    else if (c->feed)
        feed_resume(c->feed);
}

static void close_source(void *ctx)
{
    struct cell_popup *c = ctx;

    feed_close(c->feed);
    free(c->columns);
    free(c);
}

static void accept_line(void *ctx, size_t entry)
{
    struct cell_popup *c = ctx;

    if (entry < c->n_columns && !is_gone(c))
        c->handler->open_cell(c->ctx, c->table, c->position, c->columns[entry]);
}

/* What is not here, or cut short, is copied as it is shown. */
static bool copy_line(void *ctx, size_t entry, struct buf *out)
{
    const struct cell_popup *c = ctx;
    struct value v;

    if (entry >= c->n_columns || is_gone(c))
        return false;
    v = look(c, c->columns[entry]).value;
    return v.state != VALUE_ABSENT && !may_be_cut(&v) && table_copy_value(&v, out);
}

static const struct popup_source cell_source = {.fill = fill_cell,
                                                .shown = cell_shown,
                                                .note = note,
                                                .close = close_source,
                                                .sleep = sleep_source};
static const struct popup_source row_source = {.fill = fill_row,
                                               .shown = row_shown,
                                               .note = note,
                                               .close = close_source,
                                               .accept = accept_line,
                                               .sleep = sleep_source,
                                               .copy = copy_line};

static void list_columns(struct cell_popup *c, const struct schema *s)
{
    c->columns = MEM_ARRAY(size_t, s->n_columns);
    for (size_t i = 0; i < s->n_columns; i++)
        if (!s->columns[i].is_format && !s->columns[i].is_row_style &&
            !hierarchy_hides(s, i))
            c->columns[c->n_columns++] = i;
}

static struct cell_popup *source_new(struct table_view *t, int64_t position, size_t column,
                                     const struct cell_popup_handler *handler, void *ctx)
{
    struct cell_popup *c = MEM_NEW(struct cell_popup);

    *c = (struct cell_popup){.table = t,
                             .handler = handler,
                             .ctx = ctx,
                             .position = position,
                             .column = column,
                             .n_schema = table_view_window(t).schema->n_columns};
    return c;
}

struct popup *cell_popup_new(struct table_view *t, const struct cell_popup_handler *handler,
                             void *ctx)
{
    int64_t position;
    size_t column;

    if (!table_view_cell(t, &position, &column))
        return NULL;
    return cell_popup_new_at(t, position, column, handler, ctx);
}

struct popup *cell_popup_new_at(struct table_view *t, int64_t position, size_t column,
                                const struct cell_popup_handler *handler, void *ctx)
{
    const struct schema *s = table_view_window(t).schema;
    char number[NUMBER_LEN], *title;
    struct cell_popup *c;

    if (!s || column >= s->n_columns)
        return NULL;
    c = source_new(t, position, column, handler, ctx);
    title = mem_printf("%s, row %s", s->columns[column].name,
                       number_grouped(position + 1, number));
    c->popup = popup_new(title, true, &cell_source, c);
    free(title);
    return c->popup;
}

struct popup *row_popup_new(struct table_view *t, const struct cell_popup_handler *handler,
                            void *ctx)
{
    char number[NUMBER_LEN], *title;
    struct cell_popup *c;
    int64_t position;
    size_t column;

    if (!table_view_cell(t, &position, &column))
        return NULL;
    c = source_new(t, position, column, handler, ctx);
    c->is_row = true;
    list_columns(c, table_view_window(t).schema);
    title = mem_printf("row %s", number_grouped(c->position + 1, number));
    c->popup = popup_new(title, false, &row_source, c);
    free(title);
    return c->popup;
}
