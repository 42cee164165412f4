/*
 * ui/table/columns_line.h - where the columns of a table stand on a line of the screen, and
 * how far it is scrolled sideways.
 *
 * Columns are counted as displayed, from 0 (ui/table/columns). The frozen ones stand first,
 * a rule after them, then the scrolling ones from `left` on, COLUMNS_GAP blanks apart.
 * body is always the width of the line in terminal columns, at least 1.
 * Reads the columns; knows no drawing. Loop thread.
 */
#ifndef UI_TABLE_COLUMNS_LINE_H
#define UI_TABLE_COLUMNS_LINE_H

#include "ui/table/columns.h"

#define COLUMNS_GAP 2 /* blanks between two columns */

struct column_place {
    size_t index;  /* displayed column; true until the columns change */
    size_t schema; /* its number in the schema; true until there is another schema */
    int x;         /* from the start of the line */
    int room;      /* its width, or less when the end of the line cuts it */
};

struct columns_line {
    struct column_place *places; /* owned, n of them; kept for the next placement */
    size_t n, cap;
    size_t frozen; /* the first so many places are frozen columns */
    int rule;      /* x of the boundary after them, or -1 */
    size_t left;   /* display index of the first scrolling column */
    size_t shown;  /* scrolling columns on the line, at least 1; the last perhaps in part */
    uint64_t version; /* of the columns that were placed */
};

/* A line without columns; release what it grows to. */
struct columns_line columns_line_empty(void);
void columns_line_release(struct columns_line *line);

/* Where columns stand when left is the first scrolling one. The frozen ones never take more
 * than half of the line: those that would are left to scroll. line: of before, reused. */
void columns_place(const struct columns *c, int body, size_t left,
                   struct columns_line *line);

/* The place at x of the line, its gap or rule behind it included (*behind: x is there);
 * NULL: none is. Borrowed until the next placement. */
const struct column_place *columns_place_at(const struct columns_line *line, int x,
                                            bool *behind);

/* The first scrolling column nearest to left with which column i is wholly on the line, if
 * it can be, and no room is wasted after the last column. */
size_t columns_scroll(const struct columns *c, int body, size_t left, size_t i);

/* A screen of columns on or back: the last column that is wholly on the line, and the first
 * one with which last is wholly on it. left and last may be past the end; there is a
 * displayed column. */
size_t columns_last_whole(const struct columns *c, int body, size_t left);
size_t columns_first_for(const struct columns *c, int body, size_t last);

#endif
