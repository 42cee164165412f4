/*
 * ui/table/row_cursor.h - the current row of a table, the rows on the screen around it, and
 * the keys that move them.
 *
 * Rows are table positions, 64 bits wide. The screen follows the cursor. After the end of
 * the table was asked for, the cursor sticks to it until the answer is there: only the
 * server knows where the end is by then. Following never stops sticking.
 * size is always the number of rows that the table is known to have, 0 or more.
 * Pure: knows neither cells nor drawing.
 */
#ifndef UI_TABLE_ROW_CURSOR_H
#define UI_TABLE_ROW_CURSOR_H

#include "ui/widget/keymap.h"

/* Read by anybody; changed by the functions below and, before a frame, height by the owner.
 */
struct row_cursor {
    int64_t top;       /* first row on the screen */
    int64_t row;       /* the current one */
    int64_t height;    /* rows on the screen, at least 1 */
    int64_t low, high; /* rows that can be gone to, both included */
    bool at_end;       /* the end was asked for and has not been confirmed yet */
    bool follow;       /* at_end stays */
};

/* On the first row of a table of any size. */
struct row_cursor row_cursor_start(void);

/* Puts the cursor on a row that there is, and the screen where it shows the cursor. */
void row_cursor_scroll(struct row_cursor *c, int64_t size);

/* The end that was asked for is there: the cursor's position holds from here on, unless it
 * follows. */
void row_cursor_settled(struct row_cursor *c);

/* Row numbers count from 1; larger than the table means its last row. */
void row_cursor_go(struct row_cursor *c, int64_t size, int64_t number);

/* Moves the screen by so many rows; the cursor stays on its row while that is seen. */
void row_cursor_turn(struct row_cursor *c, int64_t size, int64_t rows);

/* Carries out what moves rows or follows; false when the action is none of it. Following
 * ends with whatever moves the cursor up. */
bool row_cursor_action(struct row_cursor *c, int64_t size, const struct key_match *m);

#endif
