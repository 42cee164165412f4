/*
 * A frame: lines that moved are scrolled, then the runs of cells that still differ are
 * collected row by row and written, each followed by the one that begins below it.
 * `row`, `col` and `pen` say where the terminal's cursor is and how it writes; col is -1
 * where that is not known, as behind the last column, where terminals differ. They differ
 * in the width of some clusters, too: what follows one directly is written there, wherever
 * that is, but the way to another place begins at none, so that one row is off and not all
 * that is written after it.
 */
#include "ui/term/paint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define GAP_MAX 4       /* unchanged cells that are written again rather than jumped over */
#define MOVE_MAX 32     /* bytes of one movement of the cursor */
#define BELOW_ROWS 4    /* a run this much further down, and beginning this near, */
#define BELOW_COLUMNS 8 /* is written next */

/* Cells of one row that differ; an erased one goes to the end of the row. */
struct paint_run {
    int row, from, to;
    bool erase, done;
};

/* A pen is how a cell is written, as one number, since two are compared for each cell: the
 * colours of its tint, of which each has 25 bits, in either half, and in the bits between
 * its style: one of alike[], or of tinted[]. */
#define PEN_STYLE 25
#define PEN_TINT UINT64_C(0x01ffffff01ffffff)

_Static_assert(STYLE_COUNT <= 128, "7 bits for a style");

struct paint {
    const struct paint_terminal *t; /* borrowed */
    uint8_t alike[STYLE_COUNT];     /* the first style that looks like this one */
    uint8_t tinted[STYLE_COUNT];    /* likewise in the colours of a tint */
    struct cell *shown;             /* rows * cols */
    struct cell *mended;            /* cols; a row that the surface does not have so */
    int rows, cols;
    int row, col;
    bool doubtful; /* col, for those who know another width for what was written */
    uint64_t pen;
    bool known;
    struct paint_run *runs; /* of the frame under way: by row, then by column */
    size_t n, cap;
    size_t *row_runs; /* rows + 1: where those of a row begin */
};

/* One frame under way; the first error sticks. */
struct frame {
    struct paint *p;
    const struct paint_terminal *t;
    const struct surface *s; /* of the terminal's size, but for a moment after a resize */
    int rows, cols;          /* of s */
    struct buf *out;
    struct err *e;
    enum err_code rc;
};

static const struct cell blank = {
    .utf8 = " ", .len = 1, .width = 1, .style = STYLE_DEFAULT};

/* A text of some colour tells: a background of its own hides that of the style. */
static void find_tinted(struct paint *p)
{
    const struct tint tint = {.fg = TINT_SET};
    char *texts[STYLE_COUNT];

    for (int i = 0; i < STYLE_COUNT; i++) {
        texts[i] = mem_strdup(p->t->tint((uint8_t)i, tint));
        while (strcmp(texts[p->tinted[i]], texts[i]) != 0)
            p->tinted[i]++;
    }
    for (int i = 0; i < STYLE_COUNT; i++)
        free(texts[i]);
}

struct paint *paint_new(const struct paint_terminal *t)
{
    struct paint *p = MEM_NEW(struct paint);

    p->t = t;
    for (int i = 0; i < STYLE_COUNT; i++) {
        while (strcmp(t->style[p->alike[i]].on, t->style[i].on) != 0)
            p->alike[i]++;
    }
    if (t->tint)
        find_tinted(p);
    return p;
}

void paint_free(struct paint *p)
{
    if (!p)
        return;
    free(p->shown);
    free(p->mended);
    free(p->runs);
    free(p->row_runs);
    free(p);
}

void paint_resize(struct paint *p, int rows, int cols)
{
    free(p->shown);
    free(p->mended);
    free(p->row_runs);
    p->shown = MEM_ARRAY(struct cell, (size_t)rows * (size_t)cols);
    p->mended = MEM_ARRAY(struct cell, (size_t)cols);
    p->row_runs = MEM_ARRAY(size_t, (size_t)rows + 1);
    p->rows = rows;
    p->cols = cols;
    p->known = false;
}

void paint_forget(struct paint *p)
{
    p->known = false;
}

/* --- cells --- */

static bool is_blank(const struct cell *c)
{
    return c->len == 1 && c->utf8[0] == ' ';
}

static unsigned style_of(uint64_t pen)
{
    return pen >> PEN_STYLE & 127;
}

static struct tint tint_of(uint64_t pen)
{
    return (struct tint){(uint32_t)(pen & PEN_TINT & UINT32_MAX), (uint32_t)(pen >> 32)};
}

/* A blank in it does not look like one in STYLE_DEFAULT, or may not. */
static bool on_blanks(const struct paint *p, uint64_t pen)
{
    return (pen & PEN_TINT) || p->t->style[style_of(pen)].on_blanks;
}

static uint64_t default_pen(const struct paint *p)
{
    return (uint64_t)p->alike[STYLE_DEFAULT] << PEN_STYLE;
}

/* What a cell is written with. A blank shows a background alone. */
static inline uint64_t look(const struct paint *p, const struct cell *c)
{
    uint64_t style = c->style < STYLE_COUNT ? c->style : STYLE_DEFAULT;
    uint64_t tint = c->tint.fg | (uint64_t)c->tint.bg << 32;

    if (tint && p->t->tint && (c->tint.bg || !is_blank(c)))
        return tint | (uint64_t)p->tinted[style] << PEN_STYLE;
    if (is_blank(c) && !p->t->style[style].on_blanks)
        return default_pen(p);
    return (uint64_t)p->alike[style] << PEN_STYLE;
}

static bool looks_same(const struct paint *p, const struct cell *a, const struct cell *b)
{
    return a->len == b->len && a->width == b->width &&
           memcmp(a->utf8, b->utf8, sizeof(a->utf8)) == 0 && look(p, a) == look(p, b);
}

static inline bool same(const struct paint *p, const struct cell *a, const struct cell *b)
{
    return memcmp(a, b, sizeof(*a)) == 0 || looks_same(p, a, b);
}

static struct cell *shown_row(const struct paint *p, int row)
{
    return p->shown + (size_t)row * (size_t)p->cols;
}

/* A row as it is to be. */
struct paint_line {
    const struct cell *cells; /* borrowed, as many as the terminal has columns */
    int writable;             /* columns of them */
};

/* A blank belongs outside the surface, and where a wide cluster would be cut or reach into
 * the cell that cannot be written. */
static const struct cell *mended_row(const struct frame *f, int row, int writable)
{
    const struct cell *cells = row < f->rows ? surface_row(f->s, row) : NULL;

    for (int col = 0; col < f->p->cols; col++) {
        bool drawn = cells && col < f->cols;

        f->p->mended[col] = drawn ? cells[col] : blank;
        if (f->p->mended[col].width == 2 && col + 1 >= writable)
            f->p->mended[col] = blank;
    }
    return f->p->mended;
}

/* Until the next one is asked for. */
static struct paint_line line_at(const struct frame *f, int row)
{
    int cols = f->p->cols;
    int writable = f->t->no_last_cell && row == f->p->rows - 1 ? cols - 1 : cols;
    const struct cell *cells =
        row < f->rows && f->cols >= cols ? surface_row(f->s, row) : NULL;

    if (!cells || cells[cols - 1].width == 2 ||
        (writable > 0 && cells[writable - 1].width == 2))
        cells = mended_row(f, row, writable);
    return (struct paint_line){cells, writable};
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

static void put_pen(struct frame *f, uint64_t pen)
{
    unsigned style = style_of(pen);

    if (f->p->pen == pen)
        return;
    put_text(f, pen & PEN_TINT ? f->t->tint((uint8_t)style, tint_of(pen))
                               : f->t->style[style].on);
    f->p->pen = pen;
}

/* As put_pen(default_pen()), where only blanks are written. */
static void put_blank_pen(struct frame *f)
{
    if (on_blanks(f->p, f->p->pen))
        put_pen(f, default_pen(f->p));
}

static bool can_be_written(const struct frame *f, const struct cell *c)
{
    for (int i = 0; f->t->ascii && i < c->len; i++) {
        if ((unsigned char)c->utf8[i] > 0x7e)
            return false;
    }
    return true;
}

/* Marks, joined emoji, and what is wide in one version of Unicode and not in another. */
static bool width_is_disputed(const struct cell *c)
{
    int code_points = 0;

    for (int i = 0; i < c->len; i++)
        code_points += ((unsigned char)c->utf8[i] & 0xc0) != 0x80;
    return c->width > 1 || code_points > 1;
}

static void put_cell(struct frame *f, const struct cell *c)
{
    uint64_t pen = look(f->p, c);

    if (is_blank(c) && pen == default_pen(f->p))
        put_blank_pen(f);
    else
        put_pen(f, pen);
    if (can_be_written(f, c))
        put(f, c->utf8, c->len);
    else
        put(f, "??", c->width);
    f->p->doubtful = f->p->doubtful || width_is_disputed(c);
    f->p->col += c->width;
    if (f->p->col >= f->p->cols)
        f->p->col = -1; /* it may have wrapped, or be about to */
}

/* --- moving the cursor --- */

/* True when a cell may be written again without a change of style. */
static bool fits_pen(const struct paint *p, const struct cell *c)
{
    if (c->len != 1 || c->width != 1)
        return false;
    return look(p, c) == p->pen ||
           (is_blank(c) && look(p, c) == default_pen(p) && !on_blanks(p, p->pen));
}

static bool cheap_to_rewrite(const struct frame *f, int row, int col)
{
    const struct cell *cells = shown_row(f->p, row);

    if (f->p->row != row || f->p->col < 0 || col < f->p->col || col - f->p->col > GAP_MAX)
        return false;
    for (int i = f->p->col; i < col; i++) {
        if (!fits_pen(f->p, &cells[i]))
            return false;
    }
    return true;
}

/* Appends CSI, a number and a letter. */
static char *csi(char *out, int number, char letter)
{
    char digits[12];
    int n = 0;

    *out++ = '\033';
    *out++ = '[';
    for (; number > 0 || n == 0; number /= 10)
        digits[n++] = (char)('0' + number % 10);
    while (n > 0)
        *out++ = digits[--n];
    *out++ = letter;
    return out;
}

/* To a place in the same row or at most BELOW_ROWS below it; both columns are known. */
static void move_near(const struct paint *p, int row, int col, char out[MOVE_MAX])
{
    int back = p->col - col;

    for (int i = p->row; i < row; i++)
        *out++ = '\n';
    if (back > 0 && col == 0)
        *out++ = '\r';
    else if (back > GAP_MAX)
        out = csi(out, back, 'D');
    else if (back < 0)
        out = csi(out, -back, 'C');
    else
        for (int i = 0; i < back; i++)
            *out++ = '\b';
    *out = '\0';
}

static void move_to(struct frame *f, int row, int col)
{
    struct paint *p = f->p;
    char near[MOVE_MAX];

    if (p->row == row && p->col == col)
        return;
    if (cheap_to_rewrite(f, row, col)) {
        while (p->col < col)
            put_cell(f, &shown_row(p, row)[p->col]);
        return;
    }
    if (f->t->ansi && p->row >= 0 && p->col >= 0 && row >= p->row &&
        row - p->row <= BELOW_ROWS) {
        move_near(p, row, col, near);
        put_text(f, near);
    } else {
        put_text(f, f->t->move(row, col));
    }
    p->row = row;
    p->col = col;
}

/* What comes next does not stand right behind what was written. Where that has ended is not
 * known when it had a cluster whose width terminals disagree on. */
static void leave_place(struct paint *p)
{
    if (p->doubtful)
        p->col = -1;
    p->doubtful = false;
}

/* --- runs --- */

/* First column from which on the row is to be blank in the default style. */
static int blank_tail(const struct paint *p, const struct paint_line *l)
{
    int col = p->cols;

    while (col > 0 && same(p, &l->cells[col - 1], &blank))
        col--;
    return col;
}

static bool differs(const struct paint *p, const struct cell *cells,
                    const struct paint_line *l, int from)
{
    for (int col = from; col < l->writable; col++) {
        if (!same(p, &cells[col], &l->cells[col]))
            return true;
    }
    return false;
}

static void add_run(struct paint *p, struct paint_run run)
{
    MEM_GROW(p->runs, p->cap, p->n + 1);
    p->runs[p->n++] = run;
}

static void collect_row(struct frame *f, int row)
{
    struct paint *p = f->p;
    struct cell *cells = shown_row(p, row);
    const struct paint_line l = line_at(f, row);
    int tail = f->t->ansi ? blank_tail(p, &l) : l.writable;
    bool open = false;

    if (l.writable - tail < GAP_MAX || !differs(p, cells, &l, tail))
        tail = l.writable;
    for (int col = 0; col < tail; col++) {
        const struct cell *c = &l.cells[col];
        bool is = memcmp(&cells[col], c, sizeof(*c)) == 0;

        if (is || looks_same(p, &cells[col], c)) {
            if (!is)
                cells[col] = *c; /* its style has another name */
            open = false;
            continue;
        }
        if (!open)
            add_run(p, (struct paint_run){.row = row, .from = col});
        p->runs[p->n - 1].to = col + 1;
        open = true;
    }
    if (tail < l.writable)
        add_run(p,
                (struct paint_run){.row = row, .from = tail, .to = p->cols, .erase = true});
}

static void erase(struct frame *f, const struct paint_run *run)
{
    struct cell *cells = shown_row(f->p, run->row);
    const struct paint_line l = line_at(f, run->row);

    leave_place(f->p);
    move_to(f, run->row, run->from);
    put_blank_pen(f);
    put_text(f, "\033[K");
    for (int col = run->from; col < run->to; col++)
        cells[col] = l.cells[col];
}

static void write_run(struct frame *f, const struct paint_run *run)
{
    struct cell *cells = shown_row(f->p, run->row);
    const struct paint_line l = line_at(f, run->row);

    leave_place(f->p);
    for (int col = run->from; col < run->to; col++) {
        const struct cell *c = &l.cells[col];

        if (c->width > 0) {
            move_to(f, run->row, col);
            put_cell(f, c);
        }
        cells[col] = *c;
    }
}

/* The nearest of a row's runs that begin near a column, or NULL. */
static struct paint_run *run_near(const struct paint *p, int row, int col)
{
    struct paint_run *best = NULL;

    for (size_t i = p->row_runs[row]; i < p->row_runs[row + 1]; i++) {
        struct paint_run *r = &p->runs[i];

        if (r->from > col + BELOW_COLUMNS)
            break;
        if (!r->done && r->from >= col - BELOW_COLUMNS &&
            (!best || abs(r->from - col) < abs(best->from - col)))
            best = r;
    }
    return best;
}

static struct paint_run *run_below(const struct paint *p, const struct paint_run *run)
{
    struct paint_run *below = NULL;

    for (int row = run->row + 1; !below && row < p->rows && row <= run->row + BELOW_ROWS;
         row++)
        below = run_near(p, row, run->from);
    return below;
}

static void write_runs(struct frame *f)
{
    for (size_t i = 0; i < f->p->n; i++) {
        struct paint_run *run = f->p->runs[i].done ? NULL : &f->p->runs[i];

        while (run) {
            run->done = true;
            (run->erase ? erase : write_run)(f, run);
            run = f->t->ansi ? run_below(f->p, run) : NULL;
        }
    }
}

/* True when a row of the terminal is exactly that row of the surface. */
static bool row_is_shown(const struct frame *f, int row, int shown)
{
    const struct cell *cells = shown_row(f->p, shown);

    return f->cols == f->p->cols && row < f->rows &&
           memcmp(cells, surface_row(f->s, row), (size_t)f->p->cols * sizeof(*cells)) == 0;
}

/* --- scrolling --- */

/* Rows first..last of the screen whose content comes from `by` rows further down (up when
 * negative). */
struct scroll {
    int first, last, by;
    int gain; /* rows that need painting without it, and not with it */
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
    int still;

    while (best.first < best.last && row_is_shown(f, best.first, best.first))
        best.first++;
    while (best.last > best.first && row_is_shown(f, best.last, best.last))
        best.last--;
    still = rows_saved(f, best.first, best.last, 0);
    for (int by = 1; by <= 3; by++) {
        int up = rows_saved(f, best.first, best.last, by) - still;
        int down = rows_saved(f, best.first, best.last, -by) - still;

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
    put_blank_pen(f); /* the new lines take on its background */
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
    put_text(f, f->t->style[STYLE_DEFAULT].on);
    put_text(f, f->t->clear);
    f->p->pen = default_pen(f->p);
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

enum err_code paint_frame(struct paint *p, const struct surface *s, struct buf *out,
                          struct err *e)
{
    struct frame f = {.p = p, .t = p->t, .s = s, .out = out, .e = e};

    f.rows = surface_rows(s);
    f.cols = surface_cols(s);
    if (!p->known)
        clear(&f);
    else if (p->t->ansi)
        scroll(&f);
    p->n = 0;
    for (int row = 0; row < p->rows; row++) {
        p->row_runs[row] = p->n;
        if (!row_is_shown(&f, row, row))
            collect_row(&f, row);
    }
    p->row_runs[p->rows] = p->n;
    write_runs(&f);
    return finish(&f);
}

enum err_code paint_cursor(struct paint *p, int row, int col, struct buf *out,
                           struct err *e)
{
    struct frame f = {.p = p, .t = p->t, .out = out, .e = e};

    leave_place(p);
    move_to(&f, row, col);
    return finish(&f);
}
