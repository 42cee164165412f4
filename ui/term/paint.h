/*
 * ui/term/paint.h - the bytes that turn what a terminal shows into what it should show.
 *
 * Keeps the cells that were written last and writes only what differs: a change of style
 * only where it is seen, blank ends of lines erased, and lines that only moved up or down
 * scrolled by the terminal itself. What differs is written downwards, column by column of
 * the table, because the next line is a nearer place than the next column. Knows no
 * terminal: what it understands comes in as strings. Pure but for its own memory; loop
 * thread.
 */
#ifndef UI_TERM_PAINT_H
#define UI_TERM_PAINT_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/term/surface.h"
#include "ui/term/theme.h"

/* Bytes that position the cursor, counted from 0. Borrowed until the next call. */
typedef const char *paint_move_fn(int row, int col);

struct paint_style {
    const char *on; /* from any style to this one; borrowed */
    bool on_blanks; /* a blank in it does not look like one in STYLE_DEFAULT */
};

/* Bytes that go from any style to one in other colours. Borrowed until the next call. */
typedef const char *paint_tint_fn(uint8_t style, struct tint tint);

struct paint_terminal {
    struct paint_style style[STYLE_COUNT];
    paint_tint_fn *tint; /* NULL: the terminal shows none of them */
    const char *clear;   /* whole screen, in the style of STYLE_DEFAULT; borrowed */
    paint_move_fn *move;
    bool ansi;         /* CSI C, D, K and r, BS, CR, LF and ESC M are those of VT100 */
    bool no_last_cell; /* writing the last cell of the screen would scroll it */
    bool ascii;        /* what is not ASCII is written as "?" */
};

struct paint; /* opaque */

/* Owned. t is borrowed and must not change. */
struct paint *paint_new(const struct paint_terminal *t);
void paint_free(struct paint *p);

/* Another size of the terminal, at least 1x1. What it shows is then not known. */
void paint_resize(struct paint *p, int rows, int cols);

/* What the terminal shows is not known any more: the next frame clears it first. */
void paint_forget(struct paint *p);

/* Appends to out what makes the terminal show s, clipped to its size; nothing when nothing
 * differs. ERR_LIMIT when out is full: what is shown is then not known. */
enum err_code paint_frame(struct paint *p, const struct surface *s, struct buf *out,
                          struct err *e);

/* Appends the way to a place, to leave the cursor there. */
enum err_code paint_cursor(struct paint *p, int row, int col, struct buf *out,
                           struct err *e);

#endif
