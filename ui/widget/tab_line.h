/*
 * ui/widget/tab_line.h - the topmost line: the tabs, and the connection of the current one.
 *
 * Several tabs are numbered, " 1 trades [2 quotes] 3 orders! ": brackets mark the current
 * one, a "!" one that needs a look. When they do not fit, those around the current one are
 * shown between "<" and ">". Pure: what to say comes in, nothing is kept but where the line
 * begins. Texts from outside are made safe here.
 */
#ifndef UI_WIDGET_TAB_LINE_H
#define UI_WIDGET_TAB_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/number.h"
#include "ui/term/surface.h"
#include "ui/widget/link_text.h"

struct tab_label {
    const char *name;      /* as sent; borrowed */
    char rows[NUMBER_LEN]; /* how many, in ASCII; "": not known, or not to be told */
    bool attention;
};

struct tab_line {
    const struct tab_label *tabs;
    size_t n, current;
    size_t first;        /* where the line began when it was drawn last */
    const char *about;   /* a line about the current tab, as sent, where there is room; may
                            be NULL */
    const char *address; /* "host:port" */
    struct link link;
    double round_trip_ms; /* < 0: not measured */
};

/* What was drawn. */
struct tab_line_drawn {
    size_t first; /* where it began */
    bool rows;    /* row counts were told */
};

struct tab_line_drawn tab_line_draw(const struct tab_line *t, struct surface *s,
                                    struct rect r, bool ascii);

/* The tab whose label, as it was drawn by that on a line of so many columns, is at column x
 * of it; at a mark of more tabs the nearest of those. n: none. */
size_t tab_line_find(const struct tab_line *t, int cols, bool ascii, int x);

/* --- where everything goes --- */

struct tab_line_layout {
    size_t first, n;    /* the tabs that are shown; the current one always is */
    bool before, after; /* there are more on that side: a column each is kept for a mark */
    int cols;           /* columns for tabs and these marks */
    int right;          /* columns at the end of the line for the connection, 0: none */
};

/* widths of n labels (at least 1), of which the current one must be seen, on a line of so
 * many columns; the connection takes right[0] columns, or right[1] in short. A tab that is
 * wider than the room is cut, which is the drawing's. first is where the line began
 * before: it stays there while the current tab can be seen. */
struct tab_line_layout tab_line_layout(const int *widths, size_t n, size_t current,
                                       size_t first, int cols, const int right[2]);

#endif
