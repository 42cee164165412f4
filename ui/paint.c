/*
 * A frame is painted row by row from left to right. `row`, `col` and `style` say where the
 * terminal's cursor is and how it writes; col is -1 where that is not known, as behind the
 * last column, where terminals differ.
 */
#include "ui/paint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define GAP_MAX 4 /* unchanged cells that are written again rather than jumped over */

struct paint {
    struct cell *shown; /* rows * cols */
    int rows, cols;
    int row, col, style;
    bool known;
};

/* One frame under way; the first error sticks. */
struct frame {
    struct paint *p;
    const struct paint_terminal *t;
    const struct surface *s;
    struct buf *out;
    struct err *e;
    enum err_code rc;
};

static const struct cell blank = {
    .utf8 = " ", .len = 1, .width = 1, .style = STYLE_DEFAULT};

struct paint *paint_new(void)
{
    return MEM_NEW(struct paint);
}

void paint_free(struct paint *p)
{
    if (!p)
        return;
    free(p->shown);
    free(p);
}

void paint_resize(struct paint *p, int rows, int cols)
{
    free(p->shown);
    p->shown = MEM_ARRAY(struct cell, (size_t)rows * (size_t)cols);
    p->rows = rows;
    p->cols = cols;
    p->known = false;
}

void paint_forget(struct paint *p)
{
    p->known = false;
}

static bool same(const struct cell *a, const struct cell *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static struct cell *shown_row(const struct paint *p, int row)
{
    return p->shown + (size_t)row * (size_t)p->cols;
}

/* The cell that belongs there: a blank outside the surface, and where a wide cluster would
 * be cut. */
static const struct cell *wanted(const struct frame *f, int row, int col)
{
    const struct cell *c = surface_cell(f->s, row, col);

    return !c || (c->width == 2 && col + 1 >= f->p->cols) ? &blank : c;
}

/* --- writing --- */

static void put(struct frame *f, const char *bytes, size_t n)
{
    if (f->rc == ERR_OK)
        f->rc = buf_append(f->out, bytes, n, f->e);
}

static void put_text(struct frame *f, const char *text)
{
    put(f, text, strlen(text));
}

static void put_style(struct frame *f, int style)
{
    if (f->p->style == style)
        return;
    put_text(f, f->t->style[style]);
    f->p->style = style;
}

static bool can_be_written(const struct frame *f, const struct cell *c)
{
    for (int i = 0; f->t->ascii && i < c->len; i++) {
        if ((unsigned char)c->utf8[i] > 0x7e)
            return false;
    }
    return true;
}

static void put_cell(struct frame *f, const struct cell *c)
{
    put_style(f, c->style < STYLE_COUNT ? c->style : STYLE_DEFAULT);
    if (can_be_written(f, c))
        put(f, c->utf8, c->len);
    else
        put(f, "??", c->width);
    f->p->col += c->width;
    if (f->p->col >= f->p->cols)
        f->p->col = -1; /* it may have wrapped, or be about to */
}

/* True when the cells from the cursor up to col may simply be written again. */
static bool cheap_to_rewrite(const struct frame *f, int row, int col)
{
    const struct cell *cells = shown_row(f->p, row);

    if (f->p->row != row || f->p->col < 0 || col < f->p->col || col - f->p->col > GAP_MAX)
        return false;
    for (int i = f->p->col; i < col; i++) {
        if (cells[i].len != 1 || cells[i].width != 1 || cells[i].style != f->p->style)
            return false;
    }
    return true;
}

static void move_to(struct frame *f, int row, int col)
{
    struct paint *p = f->p;
    char text[16];

    if (p->row == row && p->col == col)
        return;
    if (cheap_to_rewrite(f, row, col)) {
        while (p->col < col)
            put_cell(f, &shown_row(p, row)[p->col]);
        return;
    }
    if (f->t->ansi && p->row == row && p->col >= 0 && col > p->col) {
        (void)snprintf(text, sizeof(text), "\033[%dC", col - p->col);
        put_text(f, text);
    } else if (f->t->ansi && p->row >= 0 && row == p->row + 1 && col == 0) {
        put_text(f, "\r\n");
    } else {
        put_text(f, f->t->move(row, col));
    }
    p->row = row;
    p->col = col;
}

/* --- rows --- */

/* First column from which on the row is to be blank in the default style. */
static int blank_tail(const struct frame *f, int row)
{
    int col = f->p->cols;

    while (col > 0 && same(wanted(f, row, col - 1), &blank))
        col--;
    return col;
}

static bool differs(const struct frame *f, int row, int from, int to)
{
    const struct cell *cells = shown_row(f->p, row);

    for (int col = from; col < to; col++) {
        if (!same(&cells[col], wanted(f, row, col)))
            return true;
    }
    return false;
}

static void erase_tail(struct frame *f, int row, int from)
{
    struct cell *cells = shown_row(f->p, row);

    move_to(f, row, from);
    put_style(f, STYLE_DEFAULT);
    put_text(f, "\033[K");
    for (int col = from; col < f->p->cols; col++)
        cells[col] = blank;
}

static void paint_row(struct frame *f, int row)
{
    struct cell *cells = shown_row(f->p, row);
    int end = f->p->cols, tail = f->p->cols;

    if (f->t->no_last_cell && row == f->p->rows - 1)
        end--;
    if (f->t->ansi)
        tail = blank_tail(f, row);
    if (end - tail < GAP_MAX || !differs(f, row, tail, end))
        tail = end;
    for (int col = 0; col < tail; col++) {
        const struct cell *c = wanted(f, row, col);

        if (same(&cells[col], c))
            continue;
        if (c->width > 0) {
            move_to(f, row, col);
            put_cell(f, c);
        }
        cells[col] = *c;
    }
    if (tail < end)
        erase_tail(f, row, tail);
}

static bool row_is_shown(const struct frame *f, int row, int shown)
{
    const struct cell *cells = shown_row(f->p, shown);

    if (surface_cols(f->s) == f->p->cols && row < surface_rows(f->s))
        return memcmp(cells, surface_row(f->s, row), (size_t)f->p->cols * sizeof(*cells)) ==
               0;
    for (int col = 0; col < f->p->cols; col++) {
        if (!same(&cells[col], wanted(f, row, col)))
            return false;
    }
    return true;
}

/* --- scrolling --- */

/* Rows first..last of the screen whose content comes from `by` rows further down (up when
 * negative). */
struct scroll {
    int first, last, by;
    int gain; /* rows that then need no painting */
};

static int rows_saved(const struct frame *f, int first, int last, int by)
{
    int n = 0;

    for (int row = first; row <= last; row++) {
        int from = row + by;

        if (from >= first && from <= last && row_is_shown(f, row, from))
            n++;
    }
    return n;
}

/* The best single scroll of the rows that differ, tried for small distances only. */
static struct scroll find_scroll(const struct frame *f)
{
    struct scroll best = {.first = 0, .last = f->p->rows - 1};

    while (best.first < best.last && row_is_shown(f, best.first, best.first))
        best.first++;
    while (best.last > best.first && row_is_shown(f, best.last, best.last))
        best.last--;
    for (int by = 1; by <= 3; by++) {
        int up = rows_saved(f, best.first, best.last, by);
        int down = rows_saved(f, best.first, best.last, -by);

        if (up > best.gain) {
            best.gain = up;
            best.by = by;
        }
        if (down > best.gain) {
            best.gain = down;
            best.by = -by;
        }
    }
    return best;
}

static void shift_shown(struct paint *p, const struct scroll *sc)
{
    size_t cols = (size_t)p->cols;
    int n = sc->last - sc->first + 1, by = abs(sc->by);
    struct cell *top = shown_row(p, sc->first);
    int fresh = sc->by > 0 ? sc->last - by + 1 : sc->first;

    if (sc->by > 0)
        memmove(top, top + (size_t)by * cols, (size_t)(n - by) * cols * sizeof(*top));
    else
        memmove(top + (size_t)by * cols, top, (size_t)(n - by) * cols * sizeof(*top));
    for (size_t i = 0; i < (size_t)by * cols; i++)
        shown_row(p, fresh)[i] = blank;
}

static void scroll(struct frame *f)
{
    struct scroll sc = find_scroll(f);
    char region[32];

    if (sc.gain < 3)
        return;
    put_style(f, STYLE_DEFAULT); /* the new lines take on its background */
    (void)snprintf(region, sizeof(region), "\033[%d;%dr", sc.first + 1, sc.last + 1);
    put_text(f, region);
    put_text(f, f->t->move(sc.by > 0 ? sc.last : sc.first, 0));
    for (int i = 0; i < abs(sc.by); i++)
        put_text(f, sc.by > 0 ? "\n" : "\033M");
    put_text(f, "\033[r");
    f->p->row = f->p->col = -1; /* terminals differ in where this leaves the cursor */
    shift_shown(f->p, &sc);
}

/* --- frames --- */

static void clear(struct frame *f)
{
    size_t n = (size_t)f->p->rows * (size_t)f->p->cols;

    if (f->t->ansi)
        put_text(f, "\033[r"); /* ncurses starts with a region of the size it believes in */
    put_text(f, f->t->style[STYLE_DEFAULT]);
    put_text(f, f->t->clear);
    f->p->style = STYLE_DEFAULT;
    f->p->row = f->p->col = -1;
    for (size_t i = 0; i < n; i++)
        f->p->shown[i] = blank;
    f->p->known = true;
}

static enum err_code finish(struct frame *f)
{
    if (f->rc != ERR_OK)
        f->p->known = false;
    return f->rc;
}

enum err_code paint_frame(struct paint *p, const struct paint_terminal *t,
                          const struct surface *s, struct buf *out, struct err *e)
{
    struct frame f = {.p = p, .t = t, .s = s, .out = out, .e = e};

    if (!p->known)
        clear(&f);
    else if (t->ansi)
        scroll(&f);
    for (int row = 0; row < p->rows && f.rc == ERR_OK; row++) {
        if (!row_is_shown(&f, row, row))
            paint_row(&f, row);
    }
    return finish(&f);
}

enum err_code paint_cursor(struct paint *p, const struct paint_terminal *t, int row,
                           int col, struct buf *out, struct err *e)
{
    struct frame f = {.p = p, .t = t, .out = out, .e = e};

    move_to(&f, row, col);
    return finish(&f);
}
