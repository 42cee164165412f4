/*
 * model/viewport.h - which rows and columns to ask the server for: the scroll policy, pure.
 *
 * Works in table positions; no clock, no input or output. A request holds what is on screen
 * and a margin around it, at most VIEWPORT_MAX_CELLS cells unless the screen alone is
 * larger. While the screen and half of the margin stay inside what was asked for last,
 * nothing new is asked.
 */
#ifndef MODEL_VIEWPORT_H
#define MODEL_VIEWPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/rowset.h"

/* A window of this many cells is answered in one piece (protocol: growing snapshots). */
#define VIEWPORT_MAX_CELLS 8192

/* More subscribed columns than this make no progress (protocol: growing snapshots). */
#define VIEWPORT_MAX_COLUMNS 8192

/* Columns asked for before the schema is known. */
#define VIEWPORT_FIRST_COLUMNS 48

/* What one request asks for. Owns its sets. */
struct viewport {
    struct rowset *rows;    /* positions from the start, or from the end when reverse */
    struct rowset *columns; /* schema columns */
    bool reverse;
};

void viewport_release(struct viewport *v);
void viewport_copy(struct viewport *dst, const struct viewport *src);
bool viewport_equal(const struct viewport *a, const struct viewport *b);

/* What is on screen. */
struct viewport_screen {
    int64_t top;        /* position of the first row; any value when to_end */
    int64_t height;     /* rows that fit, at least 1 */
    int64_t table_size; /* rows, or -1: not known yet */
    bool to_end;        /* the screen stands at the table's end */
    bool forward_only;  /* the table refuses reverse viewports (blink tables) */
    const size_t
        *order; /* schema columns in display order; NULL: the schema is not known */
    size_t n_order;
    size_t first_column; /* first one on screen, index into order */
    size_t n_columns;    /* how many are on screen, at least 1 */
};

/* Decides whether the screen needs another request than the last one (asked, NULL: none
 * yet). True: *out is that request, owned by the caller. False: *out is untouched. */
bool viewport_next(const struct viewport_screen *s, const struct viewport *asked,
                   struct viewport *out);

#endif
