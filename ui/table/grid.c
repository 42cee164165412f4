/*
 * Coordinates: `top` and `row` are table positions, `left` and `column` count displayed
 * columns (schema columns without the formatting ones). From left to right a line is the
 * gutter with the row number, a rule, then the columns from `left` on;
 * frozen columns stand before those, a rule after them.
 * From top to bottom the rectangle is header, type line, rows; a low one drops the type
 * line, then the header.
 */
#include "ui/table/grid.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "ui/table/cell_text.h"
#include "ui/table/columns.h"
#include "ui/term/theme.h"
#include "ui/widget/number.h"

/* What the widths were last measured for. */
struct measured {
    uint64_t generation, columns;
    int64_t top, height;
    size_t left, shown;
};

struct grid {
    struct window window;            /* borrows from its owner */
    struct columns *columns;         /* owned */
    uint64_t columns_seen;           /* version that left and column are of */
    const struct schema *current_of; /* schema that current is of, only compared */
    size_t current;                  /* schema column of the cursor */
    char *current_name;              /* owned; its name, or NULL */
    int64_t top, row;
    size_t left, column;
    bool at_end;               /* the end was asked for and has not been confirmed yet */
    bool follow;               /* at_end stays */
    int64_t low, high;         /* rows that can be gone to, both included */
    const struct ticks *ticks; /* borrowed; NULL: none */
    bool stale;
    int64_t height; /* rows on screen */
    int body;       /* columns of the screen for cells */
    int gutter;     /* width of the row numbers, rule included */
    struct columns_line line;
    struct measured measured;
    char note[160];   /* what the last action has to say, or "" */
    struct buf *text; /* owned; scratch for one cell, carries nothing over */
};

/* --- arithmetic --- */

static int64_t clamp64(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

static int64_t add_sat(int64_t a, int64_t b)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

static int64_t mul_sat(int64_t a, int64_t b)
{
    int64_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
    return product;
}

/* --- life --- */

struct grid *grid_new(bool ascii)
{
    struct grid *g = MEM_NEW(struct grid);

    g->text = MEM_NEW(struct buf);
    buf_init(g->text, COLUMN_CELL_BYTES);
    g->columns = columns_new(ascii);
    g->height = 1;
    g->body = 1;
    g->line = (struct columns_line){.rule = -1, .shown = 1};
    g->high = INT64_MAX;
    return g;
}

void grid_free(struct grid *g)
{
    if (!g)
        return;
    columns_free(g->columns);
    free(g->current_name);
    buf_release(g->text);
    free(g->text);
    free(g);
}

/* Notes which column is current, so that it stays so when columns change around it. */
static void remember_column(struct grid *g)
{
    const char *name;

    g->columns_seen = columns_version(g->columns);
    if (!columns_schema(g->columns) || columns_count(g->columns) == 0)
        return;
    g->current_of = columns_schema(g->columns);
    g->current = columns_look(g->columns, g->column)->schema;
    name = columns_name(g->columns, g->column);
    if (g->current_name && strcmp(name, g->current_name) == 0)
        return;
    free(g->current_name);
    g->current_name = mem_strdup(name);
}

/* Where the cursor's column stands now: columns may have been changed by someone else, or
 * be another table's. */
static size_t column_now(const struct grid *g)
{
    size_t n = columns_count(g->columns);
    long at = -1;

    if (columns_version(g->columns) == g->columns_seen)
        return g->column;
    if (g->current_of == columns_schema(g->columns))
        at = columns_find(g->columns, g->current);
    else if (g->current_name)
        at = columns_find_name(g->columns, g->current_name);
    if (at >= 0)
        return (size_t)at;
    return g->column < n ? g->column : n ? n - 1 : 0;
}

static void find_column(struct grid *g)
{
    if (columns_version(g->columns) == g->columns_seen)
        return;
    g->column = column_now(g);
    remember_column(g);
}

void grid_set_window(struct grid *g, const struct window *w)
{
    if (w->replica != g->window.replica)
        g->measured = (struct measured){0};
    g->window = *w;
    if (w->schema == columns_schema(g->columns))
        return;
    columns_set_schema(g->columns, w->schema);
    find_column(g);
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
    g->low = first;
    g->high = last;
}

bool grid_following(const struct grid *g)
{
    return g->follow;
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
    return &g->window.schema->columns[columns_look(g->columns, column)->schema];
}

bool grid_shows(const struct grid *g, size_t column, int64_t position)
{
    if (position < g->top || position - g->top >= g->height)
        return false;
    for (size_t i = 0; i < g->line.n; i++)
        if (g->line.places[i].schema == column)
            return true;
    return false;
}

static int header_rows(struct rect r)
{
    return r.rows >= 4 ? 2 : r.rows >= 2 ? 1 : 0;
}

static void scroll_columns(struct grid *g)
{
    find_column(g);
    g->left = columns_scroll(g->columns, g->body, g->left, g->column);
    columns_place(g->columns, g->body, g->left, &g->line);
    g->left = g->line.left;
}

static void scroll_rows(struct grid *g)
{
    int64_t size = size_of(g);
    int64_t last = clamp64(size - 1, 0, g->high);
    int64_t low = clamp64(g->low, 0, last);
    int64_t last_top = clamp64(add_sat(last, 1) - g->height, low, INT64_MAX);

    if (!size_known(g))
        return;
    if (g->at_end)
        g->row = last;
    g->row = clamp64(g->row, low, last);
    if (g->row < g->top)
        g->top = g->row;
    if (g->row - g->top >= g->height)
        g->top = g->row - g->height + 1;
    g->top = clamp64(g->top, low, last_top);
}

/* --- widths --- */

static bool measured_already(struct grid *g)
{
    struct measured now = {window_generation(&g->window),
                           columns_version(g->columns),
                           g->top,
                           g->height,
                           g->left,
                           g->line.n};
    bool same = memcmp(&now, &g->measured, sizeof(now)) == 0;

    g->measured = now;
    return same;
}

static void measure(struct grid *g, const struct draw_env *env)
{
    if (!size_known(g) || measured_already(g))
        return;
    for (size_t i = 0; i < g->line.n; i++) {
        size_t column = g->line.places[i].index;

        for (int64_t y = 0; y < g->height; y++) {
            struct value v = window_cell(
                &g->window, columns_look(g->columns, column)->schema, g->top + y);

            columns_see(g->columns, column, &v, env);
        }
    }
}

static int gutter_width(const struct grid *g)
{
    char number[NUMBER_LEN];
    int digits = (int)strlen(number_grouped(clamp64(size_of(g), 1, INT64_MAX), number));

    return max_int(g->gutter, max_int(digits, 3) + 2);
}

void grid_prepare(struct grid *g, struct rect r, const struct draw_env *env)
{
    g->height = clamp64(r.rows - header_rows(r), 1, INT64_MAX);
    g->gutter = gutter_width(g);
    if (g->gutter > r.cols / 2)
        g->gutter = 0; /* too narrow: cells matter more than row numbers */
    g->body = max_int(r.cols - g->gutter, 1);
    scroll_rows(g);
    if (!g->window.schema)
        return;
    scroll_columns(g);
    measure(g, env);
    scroll_columns(g);
    remember_column(g);
}

void grid_settled(struct grid *g)
{
    g->at_end = g->follow;
}

void grid_screen(const struct grid *g, struct viewport_screen *out)
{
    *out = (struct viewport_screen){
        .top = g->top,
        .height = g->height,
        .table_size = size_known(g) ? size_of(g) : -1,
        .to_end = g->at_end,
        .forward_only = g->window.schema && g->window.schema->is_blink,
        .n_columns = (size_t)max_int(g->body / (COLUMN_WIDTH_MIN + COLUMNS_GAP), 1),
    };
    if (!g->window.schema)
        return;
    out->order = columns_order(g->columns);
    out->n_order = columns_count(g->columns);
    out->first_column = g->left;
    out->n_columns = g->line.shown;
    out->frozen = out->order; /* they are the first ones */
    out->n_frozen = g->line.frozen;
}

/* --- drawing --- */

static uint8_t plain_style(const struct value *v)
{
    uint8_t style = cell_style_of(v);

    if (style != STYLE_DEFAULT)
        return style;
    return format_align(v->type) == ALIGN_RIGHT ? STYLE_NUMBER : STYLE_CELL;
}

struct cell_place {
    int row, col;
    int room;      /* columns of the screen the cell may use */
    uint8_t style; /* STYLE_DEFAULT: by value */
};

static void draw_text(struct surface *s, const struct cell_place *at, struct bytes text,
                      uint8_t style, const struct draw_env *env)
{
    if (at->style == STYLE_DEFAULT)
        (void)surface_text(s, at->row, at->col, at->room, text, style, env->ascii);
    else
        (void)surface_text_plain(s, at->row, at->col, at->room, text, at->style,
                                 env->ascii);
}

/* Numbers end at the column's edge, or stand with their points in one line. A column that
 * the screen cuts ends where the screen does: a number must not be out of sight. */
static void draw_number(const struct grid *g, struct surface *s,
                        const struct column_look *c, struct cell_place at,
                        const struct value *v, uint8_t style, const struct draw_env *env)
{
    struct bytes text = buf_bytes(g->text);
    int point = (int)format_point(v->type, (const char *)text.data, text.len);
    int indent = at.room - c->after - point;

    indent = max_int(min_int(indent, at.room - (int)text.len), 0);
    at.col += indent;
    at.room -= indent;
    draw_text(s, &at, text, style, env);
}

static void draw_null(struct surface *s, const struct column_look *c, struct cell_place at,
                      const struct value *v, uint8_t style, const struct draw_env *env)
{
    struct bytes text = bytes_of(env->ascii ? "\\N" : "∅");
    int width = (int)text_width(text, env->ascii, COLUMN_WIDTH_MIN);

    if (format_align(v->type) == ALIGN_RIGHT && at.room >= c->after + width) {
        at.col += at.room - c->after - width;
        at.room = width;
    }
    draw_text(s, &at, text, style, env);
}

static void draw_value(const struct grid *g, struct surface *s, const struct column_look *c,
                       struct cell_place at, const struct value *v,
                       const struct draw_env *env)
{
    uint8_t style = plain_style(v);

    if (v->state == VALUE_ABSENT) {
        surface_sign(s, at.row, at.col, min_int(at.room, c->width), env->ascii ? "." : "·",
                     at.style == STYLE_DEFAULT ? style : at.style);
    } else if (v->state == VALUE_NULL) {
        draw_null(s, c, at, v, style, env);
    } else if (style == STYLE_EMPTY) {
        draw_text(s, &at, bytes_of("\"\""), style, env);
    } else {
        buf_clear(g->text);
        columns_format(c, v, env, g->text);
        if (format_align(v->type) == ALIGN_RIGHT)
            draw_number(g, s, c, at, v, style, env);
        else
            draw_text(s, &at, buf_bytes(g->text), style, env);
    }
}

/* A line of the header in one column, aligned as its cells are. */
static void draw_title(const struct grid *g, struct surface *s, struct cell_place at,
                       size_t column, struct bytes text, const struct draw_env *env)
{
    bool right = format_align(schema_of(g, column)->type) == ALIGN_RIGHT;

    if (right)
        (void)surface_text_right(s, at.row, at.col, at.room, text, at.style, env->ascii);
    else
        (void)surface_text_plain(s, at.row, at.col, at.room, text, at.style, env->ascii);
}

/* Shows at a column's start, or after the last one, that hidden ones stand there. */
static void draw_hidden_mark(const struct grid *g, struct surface *s, struct rect r,
                             size_t index, int x, const struct draw_env *env)
{
    if (x >= 0 && x < r.cols && columns_hidden_before(g->columns, index))
        surface_sign(s, r.row, r.col + x, 1, env->ascii ? ":" : "⋮", STYLE_MATCH);
}

static void draw_hidden_marks(const struct grid *g, struct surface *s, struct rect r,
                              const struct draw_env *env)
{
    for (size_t i = 0; i < g->line.n; i++) {
        const struct column_place *p = &g->line.places[i];

        draw_hidden_mark(g, s, r, p->index, g->gutter + p->x - 1, env);
        if (p->index + 1 == columns_count(g->columns))
            draw_hidden_mark(g, s, r, p->index + 1, g->gutter + p->x + p->room, env);
    }
}

static void draw_header(const struct grid *g, struct surface *s, struct rect r, int rows,
                        const struct draw_env *env)
{
    char type[64];

    for (size_t i = 0; i < g->line.n; i++) {
        const struct column_place *p = &g->line.places[i];
        const struct schema_column *c = schema_of(g, p->index);
        uint8_t style = p->index == g->column ? STYLE_HEADER_CURRENT : STYLE_HEADER;
        struct cell_place at = {r.row, r.col + g->gutter + p->x, p->room, style};

        surface_fill(s, (struct rect){at.row, at.col, 1, at.room}, style);
        draw_title(g, s, at, p->index, bytes_of(c->name), env);
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
    uint8_t style = position == g->row ? STYLE_GUTTER_CURRENT : STYLE_GUTTER;

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

static uint8_t tick_style(struct tick t)
{
    static const uint8_t fresh[] = {STYLE_CHANGED_DOWN, STYLE_CHANGED, STYLE_CHANGED_UP};
    static const uint8_t fading[] = {STYLE_FADING_DOWN, STYLE_FADING, STYLE_FADING_UP};

    if (t.age == TICK_NONE)
        return STYLE_DEFAULT;
    return (t.age == TICK_FRESH ? fresh : fading)[1 + t.direction];
}

static uint8_t cell_style(const struct grid *g, int64_t position, size_t column,
                          struct tick tick)
{
    if (position == g->row && column == g->column)
        return STYLE_CELL_CURRENT;
    return g->stale ? STYLE_STALE : tick_style(tick);
}

static struct tick tick_at(const struct grid *g, size_t column, int64_t position,
                           const struct draw_env *env)
{
    if (!g->ticks || g->stale)
        return (struct tick){TICK_NONE, 0};
    return ticks_look(g->ticks, column, position, env->now_ms);
}

static bool is_blank(const struct cell *c)
{
    return c && c->utf8[0] == ' ';
}

/* An arrow in front of a number that went up or down. One that fills its column has it in
 * the gap before; a number in the first column of a screen without gutter has none. */
static void draw_direction(struct surface *s, struct rect r, const struct cell_place *at,
                           struct tick tick, const struct draw_env *env)
{
    const char *mark = tick.direction > 0 ? env->ascii ? "^" : "▲" : env->ascii ? "v" : "▼";
    int x = at->col;

    while (x < at->col + at->room && is_blank(surface_cell(s, at->row, x)))
        x++;
    if (x > r.col && x < at->col + at->room)
        surface_sign(s, at->row, x - 1, 1, mark,
                     at->col < x ? at->style : tick_style(tick));
}

static void draw_row(const struct grid *g, struct surface *s, struct rect r, int row,
                     int64_t position, const struct draw_env *env)
{
    for (size_t i = 0; i < g->line.n; i++) {
        const struct column_place *p = &g->line.places[i];
        const struct column_look *c = columns_look(g->columns, p->index);
        struct value v = window_cell(&g->window, c->schema, position);
        struct tick tick = tick_at(g, c->schema, position, env);
        struct cell_place at = {row, r.col + g->gutter + p->x, p->room,
                                cell_style(g, position, p->index, tick)};

        if (at.style == STYLE_CELL_CURRENT)
            surface_fill(s, (struct rect){row, at.col, 1, at.room}, at.style);
        draw_value(g, s, c, at, &v, env);
        if (tick.direction != 0 && v.state == VALUE_SET)
            draw_direction(s, r, &at, tick, env);
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
    if (g->line.rule >= 0)
        surface_vline(s, r.row, r.col + g->gutter + g->line.rule, r.rows, STYLE_RULE,
                      env->ascii);
    if (head > 0) {
        draw_header(g, s, r, head, env);
        draw_hidden_marks(g, s, r, env);
    }
    for (int y = 0; size_known(g) && y < r.rows - head; y++) {
        int64_t position = add_sat(g->top, y);

        draw_gutter(g, s, r.row + head + y, r.col, position, position < size, env);
        if (position < size)
            draw_row(g, s, r, r.row + head + y, position, env);
    }
}

/* --- movement --- */

/* Moves cursor and screen together, as a page key does. */
static void move_screen(struct grid *g, int64_t rows)
{
    int64_t last_top = clamp64(size_of(g) - g->height, 0, INT64_MAX);

    g->at_end = false;
    g->top = clamp64(add_sat(g->top, rows), 0, last_top);
    g->row = clamp64(add_sat(g->row, rows), 0, clamp64(size_of(g) - 1, 0, INT64_MAX));
}

static void move_row(struct grid *g, int64_t rows)
{
    g->at_end = false;
    g->row = clamp64(add_sat(g->row, rows), 0, clamp64(size_of(g) - 1, 0, INT64_MAX));
}

/* Following goes on until the cursor moves up from where it was. */
static void keep_following(struct grid *g, int64_t before)
{
    if (g->row < before)
        g->follow = false;
    g->at_end = g->at_end || g->follow;
}

static size_t last_column(const struct grid *g)
{
    size_t n = columns_count(g->columns);

    return n ? n - 1 : 0;
}

static void move_column(struct grid *g, int64_t columns)
{
    g->column =
        (size_t)clamp64(add_sat((int64_t)g->column, columns), 0, (int64_t)last_column(g));
}

/* A screen of columns: the first that is not wholly seen becomes the first, or the last. */
static void move_column_page(struct grid *g, int64_t pages)
{
    size_t last = last_column(g), first;

    if (columns_count(g->columns) == 0)
        return;
    for (; pages > 0 && g->column < last; pages--) {
        size_t next = columns_last_whole(g->columns, g->body, g->left) + 1;

        g->left = next <= last ? next : g->left;
        g->column = next <= last ? next : last;
    }
    for (; pages < 0 && g->column > 0; pages++) {
        first = g->left > 0 ? columns_first_for(g->columns, g->body, g->left - 1) : 0;
        g->column = first < g->left ? first : 0; /* before them are the frozen ones */
        g->left = first;
    }
}

/* Home shows the first scrolling column beside the frozen ones. */
static void first_column(struct grid *g)
{
    g->column = 0;
    g->left = 0;
}

void grid_go_row(struct grid *g, int64_t number)
{
    int64_t before = g->row;

    g->at_end = false;
    g->row = clamp64(number - 1, 0, clamp64(size_of(g) - 1, 0, INT64_MAX));
    keep_following(g, before);
}

void grid_go_percent(struct grid *g, int64_t percent)
{
    int64_t size = size_of(g);
    int64_t p = clamp64(percent, 0, 100);
    int64_t before = g->row;

    g->at_end = false;
    g->row = clamp64(size / 100 * p + size % 100 * p / 100, 0, size > 0 ? size - 1 : 0);
    keep_following(g, before);
}

static void go_end(struct grid *g)
{
    g->at_end = true;
    g->row = clamp64(size_of(g) - 1, 0, INT64_MAX);
}

static void cursor_to(struct grid *g, int where)
{
    int64_t rows = clamp64(size_of(g) - g->top, 1, g->height);
    int64_t y = where < 0 ? 0 : where > 0 ? rows - 1 : (rows - 1) / 2;

    g->at_end = false;
    g->row = g->top + y;
}

static void scroll_to(struct grid *g, int where)
{
    int64_t y = where < 0 ? 0 : where > 0 ? g->height - 1 : (g->height - 1) / 2;

    g->at_end = false;
    g->top = clamp64(g->row - y, 0, clamp64(size_of(g) - g->height, 0, INT64_MAX));
}

static void toggle_follow(struct grid *g)
{
    g->follow = !g->follow;
    if (g->follow)
        go_end(g);
    g->at_end = g->follow;
}

static bool movement(struct grid *g, const struct key_match *m)
{
    int n = m->binding->arg.n;
    int64_t many = mul_sat(m->count, n);

    switch (m->binding->action) {
    case ACT_MOVE_ROW:
        move_row(g, many);
        return true;
    case ACT_MOVE_COLUMN:
        move_column(g, many);
        return true;
    case ACT_MOVE_HALF_PAGE:
        move_screen(g, mul_sat(many, clamp64(g->height / 2, 1, INT64_MAX)));
        return true;
    case ACT_MOVE_PAGE:
        move_screen(g, mul_sat(many, g->height));
        return true;
    case ACT_FIRST_ROW:
        grid_go_row(g, m->count);
        return true;
    case ACT_LAST_ROW:
        if (m->has_count)
            grid_go_row(g, m->count);
        else
            go_end(g);
        return true;
    case ACT_GO_PERCENT:
        grid_go_percent(g, m->count);
        return true;
    case ACT_FIRST_COLUMN:
        first_column(g);
        return true;
    case ACT_LAST_COLUMN:
        g->column = last_column(g);
        return true;
    case ACT_MOVE_COLUMN_PAGE:
        move_column_page(g, many);
        return true;
    case ACT_CURSOR_TO:
        cursor_to(g, n);
        return true;
    case ACT_SCROLL_TO:
        scroll_to(g, n);
        return true;
    case ACT_FOLLOW:
        toggle_follow(g);
        return true;
    default:
        return false;
    }
}

/* --- columns --- */

static void __attribute__((format(printf, 2, 3))) note(struct grid *g, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(g->note, sizeof(g->note), fmt, ap);
    va_end(ap);
}

static void hide_columns(struct grid *g, int64_t n)
{
    size_t hidden = columns_hide(g->columns, g->column, n);

    if (hidden == 0)
        note(g, "the last column cannot be hidden");
    else
        note(g, "%zu column%s hidden; g- shows all", hidden, hidden == 1 ? "" : "s");
    if (g->column > last_column(g))
        g->column = last_column(g);
}

static void show_columns(struct grid *g)
{
    size_t n = columns_show_all(g->columns);
    long at = columns_find(g->columns, g->current);

    g->column = at >= 0 ? (size_t)at : 0;
    if (n == 0)
        note(g, "no column is hidden");
    else
        note(g, "%zu column%s shown again", n, n == 1 ? "" : "s");
}

static void shift_column(struct grid *g, int64_t by)
{
    size_t to = columns_move(g->columns, g->column, by);

    if (to == g->column)
        note(g, columns_frozen(g->columns) > 0
                    ? "no further: frozen columns stay before the others"
                    : "no further");
    g->column = to;
}

static void freeze_columns(struct grid *g, const struct key_match *m)
{
    size_t n = m->has_count ? (size_t)clamp64(m->count, 0, (int64_t)last_column(g) + 1)
                            : g->column + 1;

    if (columns_frozen(g->columns) == n) {
        columns_freeze(g->columns, 0);
        note(g, "no column is frozen");
        return;
    }
    columns_freeze(g->columns, n);
    columns_place(g->columns, g->body, g->left, &g->line);
    if (g->line.frozen < n)
        note(g, "%zu columns frozen; only %zu of them take no more than half the screen", n,
             g->line.frozen);
    else
        note(g, "%zu column%s frozen", n, n == 1 ? "" : "s");
}

static bool change_columns(struct grid *g, const struct key_match *m)
{
    int64_t many = mul_sat(m->count, m->binding->arg.n);

    switch (m->binding->action) {
    case ACT_HIDE_COLUMN:
        hide_columns(g, m->count);
        return true;
    case ACT_SHOW_COLUMNS:
        show_columns(g);
        return true;
    case ACT_SHIFT_COLUMN:
        shift_column(g, many);
        return true;
    case ACT_FREEZE_COLUMNS:
        freeze_columns(g, m);
        return true;
    case ACT_RESIZE_COLUMN:
        columns_resize(g->columns, g->column, many);
        return true;
    case ACT_FIT_COLUMN:
        columns_fit(g->columns, g->column);
        return true;
    case ACT_FIT_COLUMNS:
        columns_fit_all(g->columns);
        return true;
    default:
        return false;
    }
}

static bool is_column_action(enum action a)
{
    return a >= ACT_HIDE_COLUMN && a <= ACT_FIT_COLUMNS;
}

bool grid_action(struct grid *g, const struct key_match *m)
{
    int64_t before = g->row;
    bool done = true;

    g->note[0] = '\0';
    find_column(g);
    if (!is_column_action(m->binding->action) || columns_count(g->columns) > 0)
        done = movement(g, m) || change_columns(g, m);
    else if (g->window.schema)
        note(g, "the table has no columns");
    keep_following(g, before);
    remember_column(g);
    return done;
}

const char *grid_take_note(struct grid *g)
{
    return *g->note ? g->note : NULL;
}

struct columns *grid_columns(struct grid *g)
{
    return g->columns;
}

void grid_go_column(struct grid *g, size_t index)
{
    find_column(g);
    g->column = index < last_column(g) ? index : last_column(g);
    remember_column(g);
}

size_t grid_current_column(const struct grid *g)
{
    return columns_count(g->columns) > 0 ? columns_look(g->columns, column_now(g))->schema
                                         : 0;
}

/* --- the current cell --- */

bool grid_cell(const struct grid *g, int64_t *position, size_t *column)
{
    if (columns_count(g->columns) == 0 || size_of(g) == 0)
        return false;
    *position = g->row;
    *column = grid_current_column(g);
    return true;
}

int64_t grid_height(const struct grid *g)
{
    return g->height;
}

/* --- status --- */

void grid_status(const struct grid *g, struct info_line *out)
{
    size_t hidden = columns_all(g->columns) - columns_count(g->columns);
    char column[NUMBER_LEN], columns[NUMBER_LEN], type[64];
    const struct schema_column *c;

    if (!g->window.schema)
        return;
    (void)info_line_add_place(out, "row", size_of(g) > 0 ? g->row + 1 : 0,
                              size_known(g) ? size_of(g) : -1);
    if (columns_count(g->columns) == 0) {
        (void)info_line_add(out, INFO_DETAIL, "no columns");
        return;
    }
    c = schema_of(g, g->column);
    (void)info_line_add(out, INFO_NAME, c->name);
    info_line_addf(out, INFO_DETAIL, "(%s)", schema_type_text(c, type, sizeof(type)))->gap =
        1;
    (void)info_line_addf(out, INFO_COUNT, "col %s/%s",
                         number_grouped((int64_t)g->column + 1, column),
                         number_grouped((int64_t)columns_count(g->columns), columns));
    if (hidden > 0)
        (void)info_line_addf(out, INFO_DETAIL, "%zu hidden", hidden);
    (void)info_line_add(out, INFO_ABOUT, c->description);
}
