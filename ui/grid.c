/*
 * Coordinates: `top` and `row` are table positions, `left` and `column` count displayed
 * columns (schema columns without the formatting ones). From left to right a line is the
 * gutter with the row number, a rule, then the columns from `left` on, GAP blanks apart.
 * From top to bottom the rectangle is header, type line, rows; a low one drops the type
 * line, then the header.
 */
#include "ui/grid.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/theme.h"

#define GAP 2             /* blanks between columns */
#define TEXT_WIDTH_MAX 40 /* columns of the screen that text may widen a column to */
#define NUMBER_WIDTH_MAX 48
#define WIDTH_MIN 3
#define CELL_TEXT_MAX 1024 /* bytes formatted of one cell; a screen cell shows fewer */

struct grid_column {
    size_t schema;
    int width;
    int before, after; /* of the decimal point, for numbers that are lined up */
    int time_digits;
};

/* What the widths were last measured for. */
struct measured {
    uint64_t generation;
    int64_t top, height;
    size_t left, shown;
};

struct grid {
    struct window window; /* borrows from its owner */
    struct grid_column *columns;
    size_t *order; /* schema columns in display order, for the viewport */
    size_t n_columns;
    int64_t top, row;
    size_t left, column;
    bool at_end; /* the end was asked for and has not been confirmed yet */
    bool stale;
    int64_t height; /* rows on screen */
    int body;       /* columns of the screen for cells */
    int gutter;     /* width of the row numbers, rule included */
    size_t shown;   /* displayed columns on screen, the last perhaps in part */
    struct measured measured;
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

char *grid_number(int64_t n, char *out)
{
    char plain[24];
    size_t len = (size_t)snprintf(plain, sizeof(plain), "%" PRId64, n);
    char *p = out;

    for (size_t i = 0; i < len; i++) {
        *p++ = plain[i];
        if (plain[i] != '-' && i + 1 < len && (len - 1 - i) % 3 == 0)
            *p++ = ',';
    }
    *p = '\0';
    return out;
}

/* --- life --- */

struct grid *grid_new(void)
{
    struct grid *g = MEM_NEW(struct grid);

    g->text = MEM_NEW(struct buf);
    buf_init(g->text, CELL_TEXT_MAX);
    g->height = 1;
    g->body = 1;
    g->shown = 1;
    return g;
}

void grid_free(struct grid *g)
{
    if (!g)
        return;
    free(g->columns);
    free(g->order);
    buf_release(g->text);
    free(g->text);
    free(g);
}

static const char *type_text(const struct schema_column *c, char *out, size_t size)
{
    const char *dot = strrchr(c->java_type, '.');

    if (c->type->kind == KIND_LIST)
        (void)snprintf(out, size, "%s[]", kind_name(c->type->item->kind));
    else if (c->type->kind == KIND_BINARY)
        (void)snprintf(out, size, "byte[]"); /* as the other lists */
    else if (c->type->kind == KIND_UNKNOWN)
        (void)snprintf(out, size, "%s", c->arrow_name);
    else if (c->type->kind == KIND_STRING && dot && strcmp(dot, ".String") != 0)
        (void)snprintf(out, size, "%s", dot + 1);
    else
        (void)snprintf(out, size, "%s", kind_name(c->type->kind));
    return out;
}

static int width_limit(const struct schema_column *c)
{
    return format_align(c->type) == ALIGN_RIGHT ? NUMBER_WIDTH_MAX : TEXT_WIDTH_MAX;
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static int first_width(const struct schema_column *c)
{
    char type[64];
    int name = (int)text_width(bytes_of(c->name), false, TEXT_WIDTH_MAX);
    int kind = (int)text_width(bytes_of(type_text(c, type, sizeof(type))), false, 16);

    return max_int(max_int(name, kind), WIDTH_MIN);
}

static void set_schema(struct grid *g, const struct schema *schema)
{
    size_t n = 0;

    free(g->columns);
    free(g->order);
    g->columns = MEM_ARRAY(struct grid_column, schema ? schema->n_columns : 0);
    g->order = MEM_ARRAY(size_t, schema ? schema->n_columns : 0);
    for (size_t i = 0; schema && i < schema->n_columns; i++) {
        const struct schema_column *c = &schema->columns[i];

        if (c->is_format || c->is_row_style)
            continue;
        g->columns[n] = (struct grid_column){.schema = i, .width = first_width(c)};
        g->order[n++] = i;
    }
    g->n_columns = n;
    if (g->column >= n)
        g->column = n ? n - 1 : 0;
}

void grid_set_window(struct grid *g, const struct window *w)
{
    if (w->schema != g->window.schema)
        set_schema(g, w->schema);
    if (w->replica != g->window.replica)
        g->measured = (struct measured){0};
    g->window = *w;
}

void grid_set_stale(struct grid *g, bool stale)
{
    g->stale = stale;
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
    return &g->window.schema->columns[g->columns[column].schema];
}

static int header_rows(struct rect r)
{
    return r.rows >= 4 ? 2 : r.rows >= 2 ? 1 : 0;
}

/* Displayed columns that start on a line of `body` columns when `left` is the first. */
static size_t columns_that_fit(const struct grid *g, size_t left)
{
    int x = 0;
    size_t i = left;

    while (i < g->n_columns && x < g->body)
        x += g->columns[i++].width + GAP;
    return i > left ? i - left : 1;
}

/* Whether column last is wholly on the line that starts with column left. */
static bool fits(const struct grid *g, size_t left, size_t last)
{
    int x = 0;

    for (size_t i = left; i <= last; i++) {
        x += g->columns[i].width + (i > left ? GAP : 0);
        if (x > g->body)
            return false;
    }
    return true;
}

static void scroll_columns(struct grid *g)
{
    if (g->n_columns == 0)
        return;
    g->column = g->column < g->n_columns ? g->column : g->n_columns - 1;
    if (g->column < g->left)
        g->left = g->column;
    while (g->left < g->column && !fits(g, g->left, g->column))
        g->left++;
    while (g->left > 0 && fits(g, g->left - 1, g->n_columns - 1))
        g->left--;
    g->shown = columns_that_fit(g, g->left);
}

static void scroll_rows(struct grid *g)
{
    int64_t size = size_of(g);
    int64_t last_top = clamp64(size - g->height, 0, INT64_MAX);

    if (!size_known(g))
        return;
    if (g->at_end)
        g->row = size - 1;
    g->row = clamp64(g->row, 0, clamp64(size - 1, 0, INT64_MAX));
    if (g->row < g->top)
        g->top = g->row;
    if (g->row - g->top >= g->height)
        g->top = g->row - g->height + 1;
    g->top = clamp64(g->top, 0, last_top);
}

/* --- widths --- */

static void format_cell(const struct grid *g, const struct grid_column *c,
                        const struct value *v, const struct draw_env *env)
{
    struct format_options o = {
        .zone = env->zone, .time_digits = c->time_digits, .max_bytes = CELL_TEXT_MAX};

    buf_clear(g->text);
    format_value(v, &o, g->text);
}

static bool has_time_digits(enum kind kind)
{
    return kind == KIND_INSTANT || kind == KIND_TIME || kind == KIND_DURATION;
}

static void widen(struct grid *g, struct grid_column *c, const struct value *v,
                  const struct draw_env *env)
{
    const struct schema_column *sc = &g->window.schema->columns[c->schema];
    int limit = width_limit(sc);
    int width;

    if (v->state != VALUE_SET)
        return;
    if (has_time_digits(v->type->kind))
        c->time_digits = max_int(c->time_digits, format_time_digits(v));
    format_cell(g, c, v, env);
    if (format_align(v->type) == ALIGN_RIGHT) {
        size_t point = format_point(v->type, (const char *)g->text->data, g->text->len);

        c->before = min_int(max_int(c->before, (int)point), limit);
        c->after = max_int(c->after, (int)(g->text->len - point));
        c->after = min_int(c->after, limit - c->before);
        width = c->before + c->after;
    } else {
        width = (int)text_width(buf_bytes(g->text), env->ascii, (size_t)limit);
    }
    c->width = max_int(c->width, min_int(width, limit));
}

static bool measured_already(struct grid *g)
{
    struct measured now = {window_generation(&g->window), g->top, g->height, g->left,
                           g->shown};
    bool same = memcmp(&now, &g->measured, sizeof(now)) == 0;

    g->measured = now;
    return same;
}

static void measure(struct grid *g, const struct draw_env *env)
{
    if (!size_known(g) || measured_already(g))
        return;
    for (size_t i = g->left; i < g->left + g->shown && i < g->n_columns; i++) {
        struct grid_column *c = &g->columns[i];

        for (int64_t y = 0; y < g->height; y++) {
            struct value v = window_cell(&g->window, c->schema, g->top + y);

            widen(g, c, &v, env);
        }
    }
}

static int gutter_width(const struct grid *g)
{
    char number[GRID_NUMBER_LEN];
    int digits = (int)strlen(grid_number(clamp64(size_of(g), 1, INT64_MAX), number));

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
}

void grid_settled(struct grid *g)
{
    g->at_end = false;
}

void grid_screen(const struct grid *g, struct viewport_screen *out)
{
    *out = (struct viewport_screen){
        .top = g->top,
        .height = g->height,
        .table_size = size_known(g) ? size_of(g) : -1,
        .to_end = g->at_end,
        .forward_only = g->window.schema && g->window.schema->is_blink,
        .order = g->window.schema ? g->order : NULL,
        .n_order = g->n_columns,
        .first_column = g->left,
        .n_columns =
            g->window.schema ? g->shown : (size_t)max_int(g->body / (WIDTH_MIN + GAP), 1),
    };
}

/* --- drawing --- */

static void draw_fill(struct surface *s, int row, int col, int width, const char *mark,
                      uint8_t style, bool ascii)
{
    for (int x = 0; x < width; x++)
        (void)surface_str(s, row, col + x, 1, mark, style, ascii);
}

static uint8_t plain_style(const struct value *v)
{
    if (v->state == VALUE_NULL)
        return STYLE_NULL;
    if (v->state == VALUE_ABSENT)
        return STYLE_PENDING;
    if (v->type->kind == KIND_STRING && v->bytes.len == 0)
        return STYLE_EMPTY;
    if ((v->type->kind == KIND_DOUBLE || v->type->kind == KIND_FLOAT) && v->d != v->d)
        return STYLE_NAN;
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

/* Numbers end at the column's edge, or stand with their points in one line. */
static void draw_number(const struct grid *g, struct surface *s,
                        const struct grid_column *c, struct cell_place at,
                        const struct value *v, uint8_t style, const struct draw_env *env)
{
    struct bytes text = buf_bytes(g->text);
    int point = (int)format_point(v->type, (const char *)text.data, text.len);
    int indent = c->width - c->after - point;

    indent = max_int(min_int(indent, c->width - (int)text.len), 0);
    at.col += indent;
    at.room -= indent;
    draw_text(s, &at, text, style, env);
}

static void draw_null(struct surface *s, const struct grid_column *c, struct cell_place at,
                      const struct value *v, uint8_t style, const struct draw_env *env)
{
    struct bytes text = bytes_of(env->ascii ? "\\N" : "∅");
    int width = (int)text_width(text, env->ascii, WIDTH_MIN);

    if (format_align(v->type) == ALIGN_RIGHT && at.room == c->width) {
        at.col += c->width - c->after - width;
        at.room = width;
    }
    draw_text(s, &at, text, style, env);
}

static void draw_value(const struct grid *g, struct surface *s, const struct grid_column *c,
                       struct cell_place at, const struct value *v,
                       const struct draw_env *env)
{
    uint8_t style = plain_style(v);

    if (v->state == VALUE_ABSENT) {
        draw_fill(s, at.row, at.col, min_int(at.room, c->width), env->ascii ? "." : "·",
                  at.style == STYLE_DEFAULT ? style : at.style, env->ascii);
    } else if (v->state == VALUE_NULL) {
        draw_null(s, c, at, v, style, env);
    } else if (style == STYLE_EMPTY) {
        draw_text(s, &at, bytes_of("\"\""), style, env);
    } else {
        format_cell(g, c, v, env);
        if (format_align(v->type) == ALIGN_RIGHT)
            draw_number(g, s, c, at, v, style, env);
        else
            draw_text(s, &at, buf_bytes(g->text), style, env);
    }
}

/* Calls fn for each displayed column on screen with its place in rectangle r. */
struct column_place {
    size_t index;
    int col;
    int room;
};

static bool next_column(const struct grid *g, struct rect r, struct column_place *p)
{
    int end = r.col + r.cols;

    if (p->room == 0) {
        p->index = g->left;
        p->col = r.col + g->gutter;
    } else {
        p->col += g->columns[p->index].width + GAP;
        p->index++;
    }
    if (p->index >= g->n_columns || p->col >= end)
        return false;
    p->room = min_int(g->columns[p->index].width, end - p->col);
    return true;
}

static void draw_header(const struct grid *g, struct surface *s, struct rect r, int rows,
                        const struct draw_env *env)
{
    struct column_place p = {0};
    char type[64];

    while (next_column(g, r, &p)) {
        const struct schema_column *c = schema_of(g, p.index);
        bool current = p.index == g->column;
        bool right = format_align(c->type) == ALIGN_RIGHT;
        uint8_t style = current ? STYLE_HEADER_CURRENT : STYLE_HEADER;
        struct bytes name = bytes_of(c->name);

        surface_fill(s, (struct rect){r.row, p.col, 1, p.room}, style);
        if (right && p.room == g->columns[p.index].width)
            (void)surface_text_right(s, r.row, p.col, p.room, name, style, env->ascii);
        else
            (void)surface_text_plain(s, r.row, p.col, p.room, name, style, env->ascii);
        if (rows < 2)
            continue;
        name = bytes_of(type_text(c, type, sizeof(type)));
        if (right && p.room == g->columns[p.index].width)
            (void)surface_text_right(s, r.row + 1, p.col, p.room, name, STYLE_TYPE_LINE,
                                     env->ascii);
        else
            (void)surface_text(s, r.row + 1, p.col, p.room, name, STYLE_TYPE_LINE,
                               env->ascii);
    }
}

static void draw_gutter(const struct grid *g, struct surface *s, int row, int col,
                        int64_t position, bool inside, const struct draw_env *env)
{
    char number[GRID_NUMBER_LEN];
    uint8_t style = position == g->row ? STYLE_GUTTER_CURRENT : STYLE_GUTTER;

    if (g->gutter == 0)
        return;
    if (inside)
        (void)surface_text_right(s, row, col, g->gutter - 2,
                                 bytes_of(grid_number(position + 1, number)), style,
                                 env->ascii);
    else
        (void)surface_text_right(s, row, col, g->gutter - 2, bytes_of("~"), STYLE_OUTSIDE,
                                 env->ascii);
}

static uint8_t cell_style(const struct grid *g, int64_t position, size_t column)
{
    if (position == g->row && column == g->column)
        return STYLE_CELL_CURRENT;
    return g->stale ? STYLE_STALE : STYLE_DEFAULT;
}

static void draw_row(const struct grid *g, struct surface *s, struct rect r, int row,
                     int64_t position, const struct draw_env *env)
{
    struct column_place p = {0};

    while (next_column(g, r, &p)) {
        struct grid_column *c = &g->columns[p.index];
        struct value v = window_cell(&g->window, c->schema, position);
        struct cell_place at = {row, p.col, p.room, cell_style(g, position, p.index)};

        if (at.style == STYLE_CELL_CURRENT)
            surface_fill(s, (struct rect){row, p.col, 1, p.room}, at.style);
        draw_value(g, s, c, at, &v, env);
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
    if (head > 0)
        draw_header(g, s, r, head, env);
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

static void move_column(struct grid *g, int64_t columns)
{
    int64_t last = g->n_columns ? (int64_t)g->n_columns - 1 : 0;

    g->column = (size_t)clamp64(add_sat((int64_t)g->column, columns), 0, last);
}

/* A screen of columns: the first that is not wholly seen becomes the first, or the last. */
static void move_column_page(struct grid *g, int64_t pages)
{
    for (; pages > 0 && g->column + 1 < g->n_columns; pages--) {
        size_t next = g->left + 1;

        while (next < g->n_columns && fits(g, g->left, next))
            next++;
        g->left = next < g->n_columns ? next : g->left;
        g->column = next < g->n_columns ? next : g->n_columns - 1;
    }
    for (; pages < 0 && g->column > 0; pages++) {
        size_t first = g->left;

        while (first > 0 && fits(g, first - 1, g->left > 0 ? g->left - 1 : 0))
            first--;
        if (first == g->left && first > 0)
            first--; /* a column wider than the screen */
        g->left = first;
        g->column = first;
    }
}

void grid_go_row(struct grid *g, int64_t number)
{
    g->at_end = false;
    g->row = clamp64(number - 1, 0, clamp64(size_of(g) - 1, 0, INT64_MAX));
}

void grid_go_percent(struct grid *g, int64_t percent)
{
    int64_t size = size_of(g);
    int64_t p = clamp64(percent, 0, 100);

    g->at_end = false;
    g->row = clamp64(size / 100 * p + size % 100 * p / 100, 0, size > 0 ? size - 1 : 0);
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

bool grid_action(struct grid *g, const struct key_match *m)
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
        g->column = 0;
        return true;
    case ACT_LAST_COLUMN:
        g->column = g->n_columns ? g->n_columns - 1 : 0;
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
    default:
        return false;
    }
}

/* --- status --- */

void grid_status(const struct grid *g, const struct draw_env *env, char *out, size_t size)
{
    char row[GRID_NUMBER_LEN], rows[GRID_NUMBER_LEN], type[64];
    const struct schema_column *c;
    char *name, *kind;

    *out = '\0';
    if (!g->window.schema)
        return;
    if (g->n_columns == 0) {
        (void)snprintf(out, size, "no columns");
        return;
    }
    c = schema_of(g, g->column);
    name = text_clean_line(c->name, env->ascii);
    kind = text_clean_line(type_text(c, type, sizeof(type)), env->ascii);
    (void)snprintf(out, size, "row %s of %s   %s (%s)   col %zu/%zu",
                   grid_number(size_of(g) > 0 ? g->row + 1 : 0, row),
                   size_known(g) ? grid_number(size_of(g), rows) : "?", name, kind,
                   g->column + 1, g->n_columns);
    free(name);
    free(kind);
}
