/*
 * A grid is two cursors, one for rows and one for columns, and what draws the cells that
 * they have on the screen. Rows are table positions; columns are counted as displayed
 * (schema columns without the formatting and the hidden ones).
 *
 * From left to right a line is the gutter with the row number, a rule, then the columns
 * from the first scrolling one on; frozen columns stand before those, a rule after them.
 * From top to bottom the rectangle is header, type line, rows; a low one drops the type
 * line, then the header.
 */
#include "ui/table/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/number.h"
#include "ui/table/cell_draw.h"
#include "ui/table/column_cursor.h"
#include "ui/table/node_draw.h"
#include "ui/table/row_cursor.h"
#include "ui/table/server_formats.h"
#include "ui/term/theme.h"

/* What the widths were last measured for. */
struct measured {
    uint64_t generation, columns;
    int64_t top, height;
    size_t left, shown;
};

/* A border that is held: that behind a column, where it was taken. */
struct drag {
    bool on;
    size_t schema;  /* of the column */
    int col, width; /* of the screen; of the column */
};

struct grid {
    struct window window;            /* borrows from its owner */
    struct row_cursor rows;          /* which row is current, which are on the screen */
    struct column_cursor cols;       /* owned; the same for columns */
    const struct ticks *ticks;       /* borrowed; NULL: none */
    struct grid_selection selection; /* end it */
    struct selection_area selected;  /* as it is drawn; last before first: nothing */
    bool stale;
    int gutter; /* width of the row numbers, rule included */
    struct measured measured;
    struct drag drag;
    struct server_formats *formats; /* owned: of the table's own columns; NULL: none */
    struct buf *text;               /* owned; scratch for one cell, carries nothing over */
};

/* --- life --- */

struct grid *grid_new(bool ascii)
{
    struct grid *g = MEM_NEW(struct grid);

    g->text = MEM_NEW(struct buf);
    buf_init(g->text, COLUMN_CELL_BYTES);
    g->cols = column_cursor_start(ascii);
    g->rows = row_cursor_start();
    g->selected.last_row = -1;
    return g;
}

void grid_free(struct grid *g)
{
    if (!g)
        return;
    column_cursor_release(&g->cols);
    server_formats_free(g->formats);
    (void)selection_end(&g->selection);
    buf_release(g->text);
    free(g->text);
    free(g);
}

void grid_set_window(struct grid *g, const struct window *w)
{
    if (w->replica != g->window.replica)
        g->measured = (struct measured){0};
    g->window = *w;
    if (w->schema == columns_schema(g->cols.columns))
        return;
    g->drag.on = false;
    column_cursor_set_schema(&g->cols, w->schema);
    server_formats_free(g->formats);
    g->formats = server_formats_new(w->schema);
}

void grid_set_stale(struct grid *g, bool stale)
{
    g->stale = stale;
}

void grid_set_ticks(struct grid *g, const struct ticks *ticks)
{
    g->ticks = ticks;
}

void grid_limit_rows(struct grid *g, int64_t first, int64_t last)
{
    g->rows.low = first;
    g->rows.high = last;
}

bool grid_following(const struct grid *g)
{
    return g->rows.follow;
}

/* --- where things are --- */

static bool size_known(const struct grid *g)
{
    return window_ready(&g->window);
}

static int64_t size_of(const struct grid *g)
{
    return window_rows(&g->window);
}

static const struct schema_column *schema_of(const struct grid *g, size_t column)
{
    return &g->window.schema->columns[columns_look(g->cols.columns, column)->schema];
}

static bool is_tree(const struct grid *g)
{
    return g->window.schema->hierarchy != HIERARCHY_NONE;
}

bool grid_shows(const struct grid *g, size_t column, int64_t position)
{
    if (position < g->rows.top || position - g->rows.top >= g->rows.height)
        return false;
    if (g->window.schema && g->window.schema->columns[column].is_format)
        return true; /* of whichever cells it formats */
    for (size_t i = 0; i < g->cols.line.n; i++)
        if (g->cols.line.places[i].schema == column)
            return true;
    return false;
}

static bool is_right(const struct grid *g, size_t column)
{
    return format_align(schema_of(g, column)->type) == ALIGN_RIGHT;
}

const struct value_format *grid_format_at(const struct grid *g, const struct window *w,
                                          size_t column, int64_t position)
{
    const struct value_format *own = columns_format_of(g->cols.columns, column);

    return own ? own : server_formats_pattern(g->formats, w, column, position);
}

static int header_rows(struct rect r)
{
    return r.rows >= 4 ? 2 : r.rows >= 2 ? 1 : 0;
}

/* --- widths --- */

static bool measured_already(struct grid *g)
{
    struct measured now = {window_generation(&g->window),
                           columns_version(g->cols.columns),
                           g->rows.top,
                           g->rows.height,
                           g->cols.line.left,
                           g->cols.line.n};
    bool same = memcmp(&now, &g->measured, sizeof(now)) == 0;

    g->measured = now;
    return same;
}

/* What stands before the cell of a row: in a tree, how deep it lies. */
static int sign_width(const struct grid *g, size_t column, int64_t position)
{
    struct hierarchy_row node;

    if (column > 0 || !is_tree(g))
        return 0;
    node = hierarchy_row(&g->window, position);
    return node_sign_width(&node);
}

/* How a cell is laid out: by the server's format where the user gave its column none. */
static const struct column_look *look_at(const struct grid *g, size_t column,
                                         int64_t position, struct column_look *own)
{
    const struct column_look *look = columns_look(g->cols.columns, column);

    if (!g->formats || look->format)
        return look;
    *own = *look;
    own->format = server_formats_pattern(g->formats, &g->window, look->schema, position);
    return own;
}

static void measure_row(struct grid *g, int64_t position, const struct draw_env *env)
{
    const struct window_row row = window_row(&g->window, position);

    for (size_t i = 0; i < g->cols.line.n; i++) {
        size_t column = g->cols.line.places[i].index;
        struct column_look own;
        const struct column_look *look = look_at(g, column, position, &own);
        struct value v = window_row_cell(&row, look->schema);

        columns_see(g->cols.columns, column, sign_width(g, column, position), &v,
                    look->format, env);
    }
}

static void measure(struct grid *g, const struct draw_env *env)
{
    if (!size_known(g) || measured_already(g))
        return;
    for (int64_t y = 0; y < g->rows.height; y++)
        measure_row(g, g->rows.top + y, env);
}

static int gutter_width(const struct grid *g)
{
    char number[NUMBER_LEN];
    int digits = (int)strlen(number_grouped(clamp_i64(size_of(g), 1, INT64_MAX), number));

    return max_int(g->gutter, max_int(digits, 3) + 2);
}

void grid_prepare(struct grid *g, struct rect r, const struct draw_env *env)
{
    g->rows.height = max_int(r.rows - header_rows(r), 1);
    g->gutter = gutter_width(g);
    if (g->gutter > r.cols / 2)
        g->gutter = 0; /* too narrow: cells matter more than row numbers */
    g->cols.body = max_int(r.cols - g->gutter, 1);
    if (size_known(g))
        row_cursor_scroll(&g->rows, size_of(g));
    if (!g->window.schema)
        return;
    if (server_formats_use(g->formats, !env->no_server_formats))
        columns_measure_anew(g->cols.columns);
    column_cursor_scroll(&g->cols);
    measure(g, env);
    column_cursor_scroll(&g->cols);
    column_cursor_remember(&g->cols);
    if (grid_selected(g, &g->selected) == SELECTION_NONE)
        g->selected = (struct selection_area){0, -1, 0, 0};
}

void grid_prepare_line(struct grid *g, grid_value_fn *fn, const void *ctx,
                       const struct draw_env *env)
{
    struct value v;

    if (!g->window.schema)
        return;
    for (size_t i = 0; i < g->cols.line.n; i++) {
        size_t column = g->cols.line.places[i].index;

        if (fn(ctx, schema_of(g, column), &v))
            columns_see(g->cols.columns, column, 0, &v, NULL, env);
    }
    column_cursor_scroll(&g->cols);
    column_cursor_remember(&g->cols);
}

void grid_settled(struct grid *g)
{
    row_cursor_settled(&g->rows);
}

void grid_screen(const struct grid *g, struct viewport_screen *out)
{
    *out = (struct viewport_screen){
        .top = g->rows.top,
        .height = g->rows.height,
        .table_size = size_known(g) ? size_of(g) : -1,
        .to_end = g->rows.at_end,
        .forward_only = g->window.schema && (g->window.schema->is_blink || is_tree(g)),
        .n_columns = (size_t)max_int(g->cols.body / (COLUMN_WIDTH_MIN + COLUMNS_GAP), 1),
    };
    if (!g->window.schema)
        return;
    out->order = columns_order(g->cols.columns);
    out->n_order = columns_count(g->cols.columns);
    out->first_column = g->cols.line.left;
    out->n_columns = g->cols.line.shown;
    out->frozen = out->order; /* they are the first ones */
    out->n_frozen = g->cols.line.frozen;
    out->formatting = server_formats_columns(g->formats);
}

/* --- drawing --- */

/* A line of the header in one column, aligned as its cells are. */
static void draw_title(const struct grid *g, struct surface *s, struct cell_place at,
                       size_t column, struct bytes text, const struct draw_env *env)
{
    if (is_right(g, column))
        (void)surface_text_right(s, at.row, at.col, at.room, text, at.style, env->ascii);
    else
        (void)surface_text_plain(s, at.row, at.col, at.room, text, at.style, env->ascii);
}

/* The name of a column, cut where its mark needs the room, and the mark behind it. */
static void draw_name(const struct grid *g, struct surface *s, struct cell_place at,
                      size_t column, const char *name, const struct draw_env *env)
{
    const char *mark = columns_mark(g->cols.columns, column);
    int width = (int)text_width(bytes_of(mark), env->ascii, (size_t)at.room);
    int room = max_int(at.room - width - 1, 0);
    int used = *mark ? (int)text_width(bytes_of(name), env->ascii, (size_t)room) : 0;
    struct cell_place beside = at;

    if (!*mark) {
        draw_title(g, s, at, column, bytes_of(name), env);
        return;
    }
    beside.col += is_right(g, column) || used >= room ? at.room - width : used + 1;
    beside.room = width;
    at.room = room;
    draw_title(g, s, at, column, bytes_of(name), env);
    (void)surface_str(s, beside.row, beside.col, beside.room, mark, at.style, env->ascii);
}

/* Shows at a column's start, or after the last one, that hidden ones stand there. */
static void draw_hidden_mark(const struct grid *g, struct surface *s, struct rect r,
                             size_t index, int x, const struct draw_env *env)
{
    if (x >= 0 && x < r.cols && columns_hidden_before(g->cols.columns, index))
        surface_sign(s, r.row, r.col + x, 1, env->ascii ? ":" : "⋮", STYLE_MATCH);
}

static void draw_hidden_marks(const struct grid *g, struct surface *s, struct rect r,
                              const struct draw_env *env)
{
    for (size_t i = 0; i < g->cols.line.n; i++) {
        const struct column_place *p = &g->cols.line.places[i];

        draw_hidden_mark(g, s, r, p->index, g->gutter + p->x - 1, env);
        if (p->index + 1 == columns_count(g->cols.columns))
            draw_hidden_mark(g, s, r, p->index + 1, g->gutter + p->x + p->room, env);
    }
}

static void draw_header(const struct grid *g, struct surface *s, struct rect r, int rows,
                        const struct draw_env *env)
{
    char type[64];

    for (size_t i = 0; i < g->cols.line.n; i++) {
        const struct column_place *p = &g->cols.line.places[i];
        const struct schema_column *c = schema_of(g, p->index);
        uint8_t style = p->index == g->cols.index ? STYLE_HEADER_CURRENT : STYLE_HEADER;
        struct cell_place at = {r.row, r.col + g->gutter + p->x, p->room, style};

        surface_fill(s, (struct rect){at.row, at.col, 1, at.room}, style);
        draw_name(g, s, at, p->index, c->name, env);
        if (rows < 2)
            continue;
        at.row++;
        at.style = STYLE_TYPE_LINE;
        draw_title(g, s, at, p->index, bytes_of(schema_type_text(c, type, sizeof(type))),
                   env);
    }
}

static void draw_gutter(const struct grid *g, struct surface *s, int row, int col,
                        int64_t position, bool inside, const struct draw_env *env)
{
    char number[NUMBER_LEN];
    uint8_t style = position == g->rows.row ? STYLE_GUTTER_CURRENT : STYLE_GUTTER;

    if (g->gutter == 0)
        return;
    if (inside)
        (void)surface_text_right(s, row, col, g->gutter - 2,
                                 bytes_of(number_grouped(position + 1, number)), style,
                                 env->ascii);
    else
        (void)surface_text_right(s, row, col, g->gutter - 2, bytes_of("~"), STYLE_OUTSIDE,
                                 env->ascii);
}

static bool is_selected(const struct grid *g, int64_t position, size_t column)
{
    const struct selection_area *a = &g->selected;

    return a->first_row <= position && position <= a->last_row &&
           a->first_column <= column && column <= a->last_column;
}

static uint8_t cell_style(const struct grid *g, int64_t position, size_t column,
                          struct tick tick)
{
    if (position == g->rows.row && column == g->cols.index)
        return STYLE_CELL_CURRENT;
    if (is_selected(g, position, column))
        return STYLE_SELECTED;
    return g->stale ? STYLE_STALE : cell_draw_tick_style(tick);
}

static struct tick tick_at(const struct grid *g, size_t column, int64_t position,
                           const struct draw_env *env)
{
    if (!g->ticks || g->stale)
        return (struct tick){TICK_NONE, 0};
    return ticks_look(g->ticks, column, position, env->now_ms);
}

/* The cursor and what is selected have their own colours, and so has what is old. */
static void tint_cell(const struct grid *g, struct surface *s, const struct cell_place *at,
                      size_t column, int64_t position)
{
    if (!g->formats || at->style == STYLE_CELL_CURRENT || at->style == STYLE_SELECTED ||
        g->stale)
        return;
    surface_tint(s, (struct rect){at->row, at->col, 1, at->room},
                 server_formats_tint(g->formats, &g->window, column, position));
}

static void draw_row(const struct grid *g, struct surface *s, struct rect r, int row,
                     int64_t position, const struct draw_env *env)
{
    const struct window_row values = window_row(&g->window, position);
    struct hierarchy_row node = {.state = HIERARCHY_UNKNOWN};

    if (is_tree(g))
        node = hierarchy_row(&g->window, position);
    for (size_t i = 0; i < g->cols.line.n; i++) {
        const struct column_place *p = &g->cols.line.places[i];
        struct column_look own;
        const struct column_look *look = look_at(g, p->index, position, &own);
        struct value v = window_row_cell(&values, look->schema);
        struct tick tick = tick_at(g, look->schema, position, env);
        struct cell_place at = {row, r.col + g->gutter + p->x, p->room,
                                cell_style(g, position, p->index, tick)};

        if (at.style == STYLE_CELL_CURRENT || at.style == STYLE_SELECTED)
            surface_fill(s, (struct rect){row, at.col, 1, at.room}, at.style);
        if (p->index == 0 && is_tree(g))
            node_draw_sign(s, &at, &node, env);
        if (at.room > 0 && hierarchy_row_has(g->window.schema, &node, look->schema))
            cell_draw(s, &at, look, &v, g->text, env);
        if (tick.direction != 0 && v.state == VALUE_SET)
            cell_draw_direction(s, r.col, &at, tick, env);
        tint_cell(g, s, &at, look->schema, position);
    }
}

void grid_draw(const struct grid *g, struct surface *s, struct rect r,
               const struct draw_env *env)
{
    int head = header_rows(r);
    int64_t size = size_of(g);

    if (!g->window.schema)
        return;
    if (g->gutter > 0)
        surface_vline(s, r.row, r.col + g->gutter - 2, r.rows, STYLE_RULE, env->ascii);
    if (g->cols.line.rule >= 0)
        surface_vline(s, r.row, r.col + g->gutter + g->cols.line.rule, r.rows, STYLE_RULE,
                      env->ascii);
    if (head > 0) {
        draw_header(g, s, r, head, env);
        draw_hidden_marks(g, s, r, env);
    }
    for (int y = 0; size_known(g) && y < r.rows - head; y++) {
        int64_t position = add_sat_i64(g->rows.top, y);

        draw_gutter(g, s, r.row + head + y, r.col, position, position < size, env);
        if (position < size)
            draw_row(g, s, r, r.row + head + y, position, env);
    }
}

void grid_draw_line(const struct grid *g, struct surface *s, struct rect r,
                    const char *sign, grid_value_fn *fn, const void *ctx,
                    const struct draw_env *env)
{
    if (!g->window.schema)
        return;
    surface_fill(s, r, STYLE_TOTAL);
    if (g->gutter > 0)
        (void)surface_text_right(s, r.row, r.col, g->gutter - 2, bytes_of(sign),
                                 STYLE_TOTAL, env->ascii);
    for (size_t i = 0; i < g->cols.line.n; i++) {
        const struct column_place *p = &g->cols.line.places[i];
        struct cell_place at = {r.row, r.col + g->gutter + p->x, p->room, STYLE_TOTAL};
        struct value v;

        if (fn(ctx, schema_of(g, p->index), &v))
            cell_draw(s, &at, columns_look(g->cols.columns, p->index), &v, g->text, env);
    }
}

/* --- actions --- */

bool grid_action(struct grid *g, const struct key_match *m)
{
    return column_cursor_action(&g->cols, m) || row_cursor_action(&g->rows, size_of(g), m);
}

const char *grid_take_note(struct grid *g)
{
    return *g->cols.note ? g->cols.note : NULL;
}

struct grid_place grid_place(const struct grid *g)
{
    return (struct grid_place){g->rows.top, g->rows.row, g->rows.follow};
}

void grid_go_place(struct grid *g, const struct grid_place *p)
{
    g->rows.top = p->top;
    g->rows.row = p->row;
    g->rows.follow = g->rows.at_end = p->follow;
}

void grid_go_row(struct grid *g, int64_t number)
{
    row_cursor_go(&g->rows, size_of(g), number);
}

void grid_go_column(struct grid *g, size_t index)
{
    column_cursor_go(&g->cols, index);
}

struct columns *grid_columns(struct grid *g)
{
    return g->cols.columns;
}

bool grid_in_first_column(const struct grid *g)
{
    return g->cols.index == 0;
}

size_t grid_current_column(const struct grid *g)
{
    return column_cursor_schema(&g->cols);
}

/* --- the mouse --- */

static void hold_border(struct grid *g, const struct column_place *p, int col)
{
    g->drag =
        (struct drag){true, p->schema, col, columns_look(g->cols.columns, p->index)->width};
}

/* In the lines of the header. */
static enum grid_part press_header(struct grid *g, const struct column_place *p,
                                   bool behind, int col)
{
    if (!p)
        return GRID_NOTHING;
    if (behind)
        hold_border(g, p, col);
    column_cursor_go(&g->cols, p->index);
    return behind ? GRID_BORDER : GRID_NAME;
}

/* A row number is of no column. */
static enum grid_part press_row(struct grid *g, const struct column_place *p, int64_t y)
{
    if (!size_known(g) || y >= size_of(g) - g->rows.top)
        return GRID_NOTHING;
    row_cursor_go(&g->rows, size_of(g), g->rows.top + y + 1);
    if (p)
        column_cursor_go(&g->cols, p->index);
    return GRID_CELL;
}

enum grid_part grid_press(struct grid *g, struct rect r, int row, int col)
{
    int y = row - r.row, x = col - r.col - g->gutter, head = header_rows(r);
    const struct column_place *p;
    bool behind;

    g->drag.on = false;
    if (!g->window.schema || g->cols.line.version != columns_version(g->cols.columns))
        return GRID_NOTHING; /* what is on the screen is of other columns */
    p = columns_place_at(&g->cols.line, x, &behind);
    return y < head ? press_header(g, p, behind, col) : press_row(g, p, y - head);
}

void grid_drag(struct grid *g, int col)
{
    long at = g->drag.on ? columns_find(g->cols.columns, g->drag.schema) : -1;
    int by;

    if (at < 0)
        return;
    by = g->drag.width + col - g->drag.col -
         columns_look(g->cols.columns, (size_t)at)->width;
    if (by != 0)
        columns_resize(g->cols.columns, (size_t)at, by);
}

void grid_turn(struct grid *g, int64_t rows, int64_t columns)
{
    if (size_known(g))
        row_cursor_turn(&g->rows, size_of(g), rows);
    if (columns != 0)
        column_cursor_turn(&g->cols, columns);
}

/* --- the current cell --- */

bool grid_cell(const struct grid *g, int64_t *position, size_t *column)
{
    if (columns_count(g->cols.columns) == 0 || size_of(g) == 0)
        return false;
    *position = g->rows.row;
    *column = grid_current_column(g);
    return true;
}

int64_t grid_height(const struct grid *g)
{
    return g->rows.height;
}

/* --- selection --- */

static struct selection_cell cursor_of(const struct grid *g)
{
    return (struct selection_cell){g->rows.row, column_cursor_index(&g->cols)};
}

void grid_select(struct grid *g, enum selection_kind kind)
{
    if (columns_count(g->cols.columns) > 0)
        selection_start(&g->selection, kind, cursor_of(g), g->cols.columns);
}

bool grid_end_selection(struct grid *g)
{
    return selection_end(&g->selection);
}

enum selection_kind grid_selected(const struct grid *g, struct selection_area *out)
{
    return selection_area(&g->selection, cursor_of(g), size_of(g), g->cols.columns, out)
               ? g->selection.kind
               : SELECTION_NONE;
}

/* --- status --- */

static void add_selection(const struct grid *g, struct info_line *out)
{
    struct selection_area a;
    enum selection_kind kind = grid_selected(g, &a);
    char text[128];

    if (kind != SELECTION_NONE)
        (void)info_line_addf(out, INFO_STATE, "%s selected",
                             selection_text(kind, &a, text, sizeof(text)));
}

void grid_status(const struct grid *g, struct info_line *out)
{
    size_t hidden = columns_all(g->cols.columns) - columns_count(g->cols.columns);
    char column[NUMBER_LEN], columns[NUMBER_LEN], type[64];
    const struct schema_column *c;

    if (!g->window.schema)
        return;
    (void)info_line_add_place(out, "row", size_of(g) > 0 ? g->rows.row + 1 : 0,
                              size_known(g) ? size_of(g) : -1);
    add_selection(g, out);
    if (columns_count(g->cols.columns) == 0) {
        (void)info_line_add(out, INFO_DETAIL, "no columns");
        return;
    }
    c = schema_of(g, g->cols.index);
    (void)info_line_add(out, INFO_NAME, c->name);
    info_line_addf(out, INFO_DETAIL, "(%s)", schema_type_text(c, type, sizeof(type)))->gap =
        1;
    (void)info_line_addf(out, INFO_COUNT, "col %s/%s",
                         number_grouped((int64_t)g->cols.index + 1, column),
                         number_grouped((int64_t)columns_count(g->cols.columns), columns));
    if (hidden > 0)
        (void)info_line_addf(out, INFO_DETAIL, "%zu hidden", hidden);
    (void)info_line_add(out, INFO_ABOUT, c->description);
}
