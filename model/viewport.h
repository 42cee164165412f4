/*
 * model/viewport.h - which rows and columns to ask the server for: the scroll policy, pure.
 *
 * Works in table positions; no clock, no input or output: the time and the round trip are
 * arguments. A request holds what is on screen and a margin around it, at most
 * VIEWPORT_MAX_CELLS cells unless the screen alone is larger. At rest the margin is the
 * same on both sides. While the screen travels it reaches further ahead: as many steps as
 * are made during one round trip, rounded up, and one more, so that a request sent at each
 * step is answered before its rows come on screen. Nothing is asked while the screen and
 * enough of that margin stay inside what was asked for last, answered or not.
 *
 * Rows that two viewports share are sent once, so a margin of rows is free in a long
 * scroll. A request that adds a column or turns the direction round makes the server send
 * the whole viewport again: columns are therefore kept as they were asked for as long as
 * they do, and moved in larger leaps (protocol: Barrage viewport subscription, positional
 * deltas).
 */
#ifndef MODEL_VIEWPORT_H
#define MODEL_VIEWPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/rowset.h"

/* A viewport of this many cells is answered in one piece (protocol: growing snapshots). */
#define VIEWPORT_MAX_CELLS 8192

/* More subscribed columns than this make no progress (protocol: growing snapshots). */
#define VIEWPORT_MAX_COLUMNS 8192

/* Columns asked for before the schema is known. */
#define VIEWPORT_FIRST_COLUMNS 48

struct formatting; /* model/formatting */

/* What one request asks for. Owns its sets. */
struct viewport {
    struct rowset *rows;    /* positions from the start, or from the end when reverse */
    struct rowset *columns; /* schema columns */
    bool reverse;
};

void viewport_release(struct viewport *v);
void viewport_copy(struct viewport *dst, const struct viewport *src);
void viewport_take(struct viewport *dst, const struct viewport *src); /* dst was one */
/* Drops the columns that a schema with so many does not have. */
void viewport_clip(struct viewport *v, size_t n_columns);
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
    size_t first_column;  /* first one on screen, index into order */
    size_t n_columns;     /* how many are on screen, at least 1, frozen ones apart */
    const size_t *frozen; /* schema columns always on screen, in order or not; NULL: none */
    size_t n_frozen;
    const struct formatting *formatting; /* what formats them comes with them; or NULL */
};

/* Steps remembered to tell how fast the screen travels. */
#define VIEWPORT_STEPS 4

/* How the screen has moved of late along one axis: steps in one direction, each soon after
 * the one before. */
struct viewport_axis {
    bool known; /* at holds where the screen stood last */
    int64_t at;
    size_t n; /* steps remembered, oldest first */
    int64_t by[VIEWPORT_STEPS];
    double when_ms[VIEWPORT_STEPS];
};

/* The travel of one screen. The caller's memory, nothing to release; all zero is a fresh
 * one. */
struct viewport_policy {
    struct viewport_axis rows;
    struct viewport_axis columns;
};

void viewport_policy_init(struct viewport_policy *p);

/* To be called once a frame: takes in where the screen is at now_ms (monotonic) and decides
 * whether it needs another request than the last one (asked, NULL: none yet), given the
 * time that an answer takes (round_trip_ms < 0: not measured). True: *out is that request,
 * owned by the caller. False: *out is untouched. */
bool viewport_policy_next(struct viewport_policy *p, const struct viewport_screen *s,
                          const struct viewport *asked, double now_ms, double round_trip_ms,
                          struct viewport *out);

/* The same for a screen at rest: nothing is known of its travel. */
bool viewport_next(const struct viewport_screen *s, const struct viewport *asked,
                   struct viewport *out);

#endif
