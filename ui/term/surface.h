/*
 * ui/term/surface.h - the grid of cells that everything is drawn on.
 *
 * Knows no terminal. Rows and columns count from 0; whatever lies outside is clipped, so a
 * caller need not check coordinates. Invariants, kept by every function here: a cell of
 * width 2 is followed by a cell of width 0 (its right half) in the same row; overwriting
 * one half of a wide cluster blanks the other; unused bytes of a cell are zero, so that
 * rows compare with memcmp. Text from outside enters only through surface_text*(), which
 * sends it through base/text. Loop thread only.
 */
#ifndef UI_TERM_SURFACE_H
#define UI_TERM_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"

#define SURFACE_SIDE_MAX 65535 /* rows or columns, as a terminal can claim */
#define SURFACE_CELLS_MAX                                                                  \
    (8 * 1024 * 1024) /* cells kept; rows past that are clipped away */

/* Colours that are no theme's: TINT_SET + 0xRRGGBB each; 0: that of the style. */
struct tint {
    uint32_t fg, bg;
};
#define TINT_SET UINT32_C(0x1000000)

struct cell {
    char utf8[TEXT_CLUSTER_MAX]; /* not NUL-terminated; rest is zero */
    uint8_t len;                 /* bytes; 0 in the right half of a wide cluster */
    uint8_t width;               /* 1, 2, or 0 for the right half of the cell before */
    uint8_t style;               /* enum style_id */
    struct tint tint;            /* over it */
};

/* A part of a surface; may lie partly or wholly outside. */
struct rect {
    int row, col, rows, cols;
};

static inline bool rect_has(struct rect r, int row, int col)
{
    return row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;
}

struct surface; /* opaque, defined in surface.c */

/* A blank surface; sizes are clamped to 1..SURFACE_SIDE_MAX, and rows further so that the
 * cells stay under SURFACE_CELLS_MAX. Owned by the caller; never NULL. */
struct surface *surface_new(int rows, int cols);
void surface_free(struct surface *s); /* accepts NULL */

/* New size, clamped as above; everything becomes blank. */
void surface_resize(struct surface *s, int rows, int cols);
int surface_rows(const struct surface *s);
int surface_cols(const struct surface *s);

/* All blanks in STYLE_DEFAULT. */
void surface_clear(struct surface *s);

/* Fills a rectangle with blanks of a style. */
void surface_fill(struct surface *s, struct rect r, uint8_t style);

/* Changes the style of what is there already and keeps the text (the current row or cell).
 */
void surface_restyle(struct surface *s, struct rect r, uint8_t style);

/* Colours what is there already: styles and text stay. */
void surface_tint(struct surface *s, struct rect r, struct tint tint);

/* Puts one cluster; a wide one that does not fit whole into the row becomes a blank.
 * Returns the columns it takes, also when clipped. */
int surface_put(struct surface *s, int row, int col, const struct text_cluster *c,
                uint8_t style);

/* Draws in, made safe, at most max_width columns from col on; returns the columns drawn, at
 * most max_width. What does not fit ends in an ellipsis ("~" in ASCII). Marks that stand
 * for bytes that cannot be shown get STYLE_TEXT_MARK unless mark_style is false in the
 * _plain form. col may be negative: the left part is then clipped. */
int surface_text(struct surface *s, int row, int col, int max_width, struct bytes in,
                 uint8_t style, bool ascii);
int surface_text_plain(struct surface *s, int row, int col, int max_width, struct bytes in,
                       uint8_t style, bool ascii);

/* The same for a C string. */
int surface_str(struct surface *s, int row, int col, int max_width, const char *text,
                uint8_t style, bool ascii);

/* As surface_text, but ends at column col + width - 1; the rest of the width on the left is
 * left as it is. A text that does not fit is cut at its end. Returns the columns drawn. */
int surface_text_right(struct surface *s, int row, int col, int width, struct bytes in,
                       uint8_t style, bool ascii);

/* A sign of the program's own, one column wide and not from outside, n times in a row. */
void surface_sign(struct surface *s, int row, int col, int n, const char *sign,
                  uint8_t style);

/* A horizontal line of n columns: U+2500, or "-" in ASCII. */
void surface_hline(struct surface *s, int row, int col, int n, uint8_t style, bool ascii);

/* A vertical line of n rows: U+2502, or "|" in ASCII. */
void surface_vline(struct surface *s, int row, int col, int n, uint8_t style, bool ascii);

/* The cell there, or NULL outside. Borrowed: until s is next resized. */
const struct cell *surface_cell(const struct surface *s, int row, int col);

/* The first cell of a row, surface_cols() of them; row must exist. Borrowed likewise. */
const struct cell *surface_row(const struct surface *s, int row);

/* Text of all rows, each ended by a newline, without trailing blanks. Owned by the caller.
 */
char *surface_dump(const struct surface *s);

/* The style of every cell as one letter per column ('.' is STYLE_DEFAULT, others 'a' ... in
 * the order in which they come), in the layout of surface_dump; then a line "letter name"
 * for each letter. Owned by the caller. */
char *surface_dump_styles(const struct surface *s);

#endif
