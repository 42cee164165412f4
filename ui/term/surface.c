#include "ui/term/surface.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/term/theme.h"

_Static_assert(sizeof(struct cell) == 24, "rows are compared as bytes, without gaps");

struct surface {
    int rows, cols;
    struct cell *cells; /* rows * cols */
};

static const struct cell blank = {
    .utf8 = " ", .len = 1, .width = 1, .style = STYLE_DEFAULT};

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static struct cell *at(const struct surface *s, int row, int col)
{
    return s->cells + (size_t)row * (size_t)s->cols + (size_t)col;
}

static struct cell blank_of(uint8_t style)
{
    struct cell c = blank;

    c.style = style;
    return c;
}

struct surface *surface_new(int rows, int cols)
{
    struct surface *s = MEM_NEW(struct surface);

    surface_resize(s, rows, cols);
    return s;
}

void surface_free(struct surface *s)
{
    if (s == NULL)
        return;
    free(s->cells);
    free(s);
}

void surface_resize(struct surface *s, int rows, int cols)
{
    s->cols = clamp(cols, 1, SURFACE_SIDE_MAX);
    s->rows = clamp(rows, 1, SURFACE_SIDE_MAX);
    s->rows = clamp(s->rows, 1, SURFACE_CELLS_MAX / s->cols);
    free(s->cells);
    s->cells = MEM_ARRAY(struct cell, (size_t)s->rows * (size_t)s->cols);
    surface_clear(s);
}

int surface_rows(const struct surface *s)
{
    return s->rows;
}

int surface_cols(const struct surface *s)
{
    return s->cols;
}

void surface_clear(struct surface *s)
{
    size_t n = (size_t)s->rows * (size_t)s->cols;

    s->cells[0] = blank;
    for (size_t done = 1; done < n; done *= 2) /* as much again each time */
        memcpy(s->cells + done, s->cells,
               (done < n - done ? done : n - done) * sizeof(blank));
}

/* The end of a run of n from first, without overflow for any pair of values. */
static int run_end(int first, int n, int limit)
{
    int64_t end = (int64_t)first + (n < 0 ? 0 : n);

    return end < 0 ? 0 : end > limit ? limit : (int)end;
}

struct clip {
    int row, col, row_end, col_end;
};

/* False when nothing of r lies on s. */
static bool clip_rect(const struct surface *s, struct rect r, struct clip *out)
{
    out->row = clamp(r.row, 0, s->rows);
    out->col = clamp(r.col, 0, s->cols);
    out->row_end = run_end(r.row, r.rows, s->rows);
    out->col_end = run_end(r.col, r.cols, s->cols);
    return out->row < out->row_end && out->col < out->col_end;
}

/* Before columns [col, end) of a row are overwritten: what is left of a wide cluster on
 * either edge becomes a blank in its own style. */
static void cut_edges(struct surface *s, int row, int col, int end)
{
    if (at(s, row, col)->width == 0)
        *at(s, row, col - 1) = blank_of(at(s, row, col - 1)->style);
    if (end < s->cols && at(s, row, end)->width == 0)
        *at(s, row, end) = blank_of(at(s, row, end)->style);
}

/* A cluster has one look: the right half there gets that of the left one. */
static void copy_look(struct surface *s, int row, int col)
{
    at(s, row, col)->style = at(s, row, col - 1)->style;
    at(s, row, col)->tint = at(s, row, col - 1)->tint;
}

void surface_restyle(struct surface *s, struct rect r, uint8_t style)
{
    struct clip c;

    if (!clip_rect(s, r, &c))
        return;
    for (int row = c.row; row < c.row_end; row++) {
        for (int col = c.col; col < c.col_end; col++) {
            bool half_outside = at(s, row, col)->width == 0 && col == c.col;
            if (half_outside) /* a cluster has one style: that of its left half */
                continue;
            at(s, row, col)->style = style;
            at(s, row, col)->tint = (struct tint){0, 0};
        }
        if (c.col_end < s->cols && at(s, row, c.col_end)->width == 0)
            copy_look(s, row, c.col_end);
    }
}

void surface_tint(struct surface *s, struct rect r, struct tint tint)
{
    struct clip c;

    if (!clip_rect(s, r, &c))
        return;
    for (int row = c.row; row < c.row_end; row++) {
        for (int col = c.col; col < c.col_end; col++)
            if (at(s, row, col)->width > 0 || col > c.col)
                at(s, row, col)->tint = tint;
        if (c.col_end < s->cols && at(s, row, c.col_end)->width == 0)
            copy_look(s, row, c.col_end);
    }
}

static void put_blank(struct surface *s, int row, int col, uint8_t style)
{
    if (col < 0 || col >= s->cols)
        return;
    cut_edges(s, row, col, col + 1);
    *at(s, row, col) = blank_of(style);
}

int surface_put(struct surface *s, int row, int col, const struct text_cluster *c,
                uint8_t style)
{
    int width = c->width == 2 ? 2 : 1;
    struct cell *cell;

    if (row < 0 || row >= s->rows || col <= -width || col >= s->cols)
        return width;
    if (col < 0 || col + width > s->cols) { /* half of it is outside */
        put_blank(s, row, col < 0 ? 0 : col, style);
        return width;
    }
    cut_edges(s, row, col, col + width);
    cell = at(s, row, col);
    *cell = blank_of(style);
    if (c->len > 0 && c->len <= TEXT_CLUSTER_MAX) {
        memset(cell->utf8, 0, sizeof(cell->utf8));
        memcpy(cell->utf8, c->utf8, c->len);
        cell->len = c->len;
    }
    cell->width = (uint8_t)width;
    if (width == 2)
        cell[1] = (struct cell){.style = style};
    return width;
}

static struct text_cluster plain_cluster(const char *utf8)
{
    struct text_cluster c = {.width = 1};

    c.len = (uint8_t)strlen(utf8);
    memcpy(c.utf8, utf8, c.len);
    return c;
}

struct cell_span {
    int row, col, max_width;
    uint8_t style, mark_style;
    bool ascii;
};

/* What nearly every text is: a byte a column, all inside the surface. */
static bool draw_plain(struct surface *s, const struct cell_span *at_, struct bytes in)
{
    struct cell *cells;

    if (at_->col < 0 || in.len > (size_t)at_->max_width || text_plain(in, in.len) < in.len)
        return false;
    cut_edges(s, at_->row, at_->col, at_->col + (int)in.len);
    cells = at(s, at_->row, at_->col);
    for (size_t i = 0; i < in.len; i++) {
        cells[i] = blank_of(at_->style);
        cells[i].utf8[0] = (char)in.data[i];
    }
    return true;
}

static int draw_text(struct surface *s, const struct cell_span *at_, struct bytes in)
{
    struct text_iter it = text_iter(in, at_->ascii);
    struct text_cluster c;
    int used = 0, room = at_->max_width;
    bool cut;

    if (room <= 0 || in.len == 0)
        return 0;
    if (draw_plain(s, at_, in))
        return (int)in.len;
    cut = text_width(in, at_->ascii, (size_t)room + 1) > (size_t)room;
    if (cut)
        room--; /* for the ellipsis */
    while (used < room && text_next(&it, &c)) {
        if (used + c.width > room)
            break;
        used += surface_put(s, at_->row, at_->col + used, &c,
                            c.mark ? at_->mark_style : at_->style);
    }
    if (cut) {
        c = plain_cluster(at_->ascii ? "~" : "\xe2\x80\xa6");
        used += surface_put(s, at_->row, at_->col + used, &c, at_->style);
    }
    return used;
}

/* Text is never looked at further than the surface is wide, whatever width is asked for. */
static int text_room(const struct surface *s, int row, int col, int max_width)
{
    int64_t room = (int64_t)s->cols - col;

    if (row < 0 || row >= s->rows || room <= 0 || col < -SURFACE_SIDE_MAX || max_width <= 0)
        return 0;
    return max_width < room ? max_width : (int)room;
}

int surface_text(struct surface *s, int row, int col, int max_width, struct bytes in,
                 uint8_t style, bool ascii)
{
    struct cell_span span = {.row = row, .col = col, .style = style, .ascii = ascii};

    span.mark_style = STYLE_TEXT_MARK;
    span.max_width = text_room(s, row, col, max_width);
    return draw_text(s, &span, in);
}

int surface_text_plain(struct surface *s, int row, int col, int max_width, struct bytes in,
                       uint8_t style, bool ascii)
{
    struct cell_span span = {.row = row, .col = col, .style = style, .ascii = ascii};

    span.mark_style = style;
    span.max_width = text_room(s, row, col, max_width);
    return draw_text(s, &span, in);
}

int surface_str(struct surface *s, int row, int col, int max_width, const char *text,
                uint8_t style, bool ascii)
{
    return surface_text(s, row, col, max_width, bytes_of(text), style, ascii);
}

int surface_text_right(struct surface *s, int row, int col, int width, struct bytes in,
                       uint8_t style, bool ascii)
{
    size_t used;

    if (width <= 0 || width > SURFACE_SIDE_MAX || col > SURFACE_SIDE_MAX ||
        col < -SURFACE_SIDE_MAX)
        return 0;
    used = text_width(in, ascii, (size_t)width + 1);
    if (used > (size_t)width) {
        struct text_iter it = text_iter(in, ascii);
        struct text_cluster c;

        used = 1; /* the ellipsis */
        while (text_next(&it, &c) && used + c.width <= (size_t)width)
            used += c.width;
    }
    return surface_text(s, row, col + width - (int)used, (int)used, in, style, ascii);
}

/* One column wide, and of at most TEXT_CLUSTER_MAX bytes. */
static struct cell sign_of(const char *utf8, uint8_t style)
{
    struct cell c = blank_of(style);

    c.len = (uint8_t)strlen(utf8);
    memcpy(c.utf8, utf8, c.len);
    return c;
}

static void put_signs(struct surface *s, struct rect r, struct cell sign)
{
    struct clip c;

    if (!clip_rect(s, r, &c))
        return;
    for (int row = c.row; row < c.row_end; row++) {
        cut_edges(s, row, c.col, c.col_end);
        for (int col = c.col; col < c.col_end; col++)
            *at(s, row, col) = sign;
    }
}

void surface_fill(struct surface *s, struct rect r, uint8_t style)
{
    put_signs(s, r, blank_of(style));
}

void surface_sign(struct surface *s, int row, int col, int n, const char *sign,
                  uint8_t style)
{
    put_signs(s, (struct rect){row, col, 1, n}, sign_of(sign, style));
}

void surface_hline(struct surface *s, int row, int col, int n, uint8_t style, bool ascii)
{
    surface_sign(s, row, col, n, ascii ? "-" : "\xe2\x94\x80", style);
}

void surface_vline(struct surface *s, int row, int col, int n, uint8_t style, bool ascii)
{
    put_signs(s, (struct rect){row, col, n, 1},
              sign_of(ascii ? "|" : "\xe2\x94\x82", style));
}

const struct cell *surface_cell(const struct surface *s, int row, int col)
{
    if (row < 0 || row >= s->rows || col < 0 || col >= s->cols)
        return NULL;
    return at(s, row, col);
}

const struct cell *surface_row(const struct surface *s, int row)
{
    return at(s, row, 0);
}

struct dump {
    char *text;
    size_t len, cap;
};

static void dump_add(struct dump *d, const char *text, size_t n)
{
    MEM_GROW(d->text, d->cap, d->len + n + 1);
    memcpy(d->text + d->len, text, n);
    d->len += n;
    d->text[d->len] = '\0';
}

char *surface_dump(const struct surface *s)
{
    struct dump d = {0};

    for (int row = 0; row < s->rows; row++) {
        size_t keep = d.len;

        for (int col = 0; col < s->cols; col++) {
            const struct cell *c = at(s, row, col);
            dump_add(&d, c->utf8, c->len);
            if (c->len > 0 && c->utf8[0] != ' ')
                keep = d.len;
        }
        d.len = keep;
        dump_add(&d, "\n", 1);
    }
    return d.text;
}

/* The letter of a style; a style that comes for the first time gets the next one. */
static char letter_of(uint8_t style, char letters[UINT8_MAX + 1], char *next)
{
    if (style == STYLE_DEFAULT)
        return '.';
    if (!letters[style]) {
        letters[style] = *next;
        ++*next;
    }
    return letters[style];
}

static void dump_legend(struct dump *d, const char letters[UINT8_MAX + 1], char end)
{
    for (char letter = 'a'; letter < end; letter++) {
        for (unsigned style = 0; style <= UINT8_MAX; style++) {
            if (letters[style] != letter)
                continue;
            dump_add(d, &letter, 1);
            dump_add(d, " ", 1);
            dump_add(d, theme_style(style)->name, strlen(theme_style(style)->name));
            dump_add(d, "\n", 1);
        }
    }
}

char *surface_dump_styles(const struct surface *s)
{
    char letters[UINT8_MAX + 1] = {0}, next = 'a';
    struct dump d = {0};

    for (int row = 0; row < s->rows; row++) {
        size_t keep = d.len;

        for (int col = 0; col < s->cols; col++) {
            char letter = letter_of(at(s, row, col)->style, letters, &next);

            dump_add(&d, &letter, 1);
            if (letter != '.')
                keep = d.len;
        }
        d.len = keep;
        dump_add(&d, "\n", 1);
    }
    dump_legend(&d, letters, next);
    return d.text;
}
