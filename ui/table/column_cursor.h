/*
 * ui/table/column_cursor.h - the current column of a table, the columns on the screen
 * around it, and the keys that move it or change the columns.
 *
 * Owns the columns. The cursor stands on a displayed column, and stays on that column, not
 * on its number, when columns are moved, hidden or shown by somebody else (a list of
 * columns, the command line), and when another table that has a column of that name takes
 * the place of this one. Knows no rows and no drawing. Loop thread.
 */
#ifndef UI_TABLE_COLUMN_CURSOR_H
#define UI_TABLE_COLUMN_CURSOR_H

#include "ui/table/columns.h"
#include "ui/table/columns_line.h"
#include "ui/widget/keymap.h"

/* Read by anybody; changed by the functions below and, before a frame, body by the owner.
 */
struct column_cursor {
    struct columns *columns;         /* owned */
    size_t index;                    /* displayed column of the cursor */
    size_t left;                     /* first scrolling column; 0: not scrolled, however
                                        many are frozen */
    int body;                        /* columns of the screen for cells, at least 1 */
    struct columns_line line;        /* of the last column_cursor_scroll(); owned */
    uint64_t seen;                   /* version of the columns that index and left are of */
    const struct schema *current_of; /* schema that current is of, only compared */
    size_t current;                  /* schema column of the cursor */
    char *current_name;              /* owned; its name, or NULL */
    char note[160];                  /* what the last action has to say, or "" */
};

/* ascii as in the draw_env that the columns are drawn with. */
struct column_cursor column_cursor_start(bool ascii);
void column_cursor_release(struct column_cursor *c);

/* Takes the columns of a table, as columns_set_schema() does. */
void column_cursor_set_schema(struct column_cursor *c, const struct schema *s);

/* Places the columns on a line, the cursor's among them. */
void column_cursor_scroll(struct column_cursor *c);

/* To be called when widths have been measured: which column is current, for the time when
 * the columns are others. */
void column_cursor_remember(struct column_cursor *c);

/* Moves the cursor to a displayed column, the last one when there are not so many. */
void column_cursor_go(struct column_cursor *c, size_t index);

/* Moves the screen by so many columns; the cursor stays on its column while that is wholly
 * seen. */
void column_cursor_turn(struct column_cursor *c, int64_t columns);

/* Where the cursor's column stands now among those that are shown, also when they were
 * changed since the last frame; 0 when there is none. */
size_t column_cursor_index(const struct column_cursor *c);

/* Schema column of the cursor; 0 when there is none. */
size_t column_cursor_schema(const struct column_cursor *c);

/* Carries out what moves the cursor or changes columns, and leaves a note where there is
 * something to say; false when the action is neither. */
bool column_cursor_action(struct column_cursor *c, const struct key_match *m);

#endif
