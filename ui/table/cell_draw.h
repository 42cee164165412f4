/*
 * ui/table/cell_draw.h - one cell of a table on the screen: the text of its value in the
 * column's room and layout, and the marks of a change.
 *
 * Draws on a surface and reads nothing else than what it is given. Loop thread.
 */
#ifndef UI_TABLE_CELL_DRAW_H
#define UI_TABLE_CELL_DRAW_H

#include "ui/table/columns.h"
#include "ui/table/ticks.h"

struct cell_place {
    int row, col;
    int room;      /* columns of the screen the cell may use */
    uint8_t style; /* STYLE_DEFAULT: by value */
};

/* Draws a value as its column lays cells out. scratch holds COLUMN_CELL_BYTES and carries
 * nothing over. */
void cell_draw(struct surface *s, const struct cell_place *place,
               const struct column_look *c, const struct value *v, struct buf *scratch,
               const struct draw_env *env);

/* The style of a cell that changed; STYLE_DEFAULT when it did not, or long ago. */
uint8_t cell_draw_tick_style(struct tick t);

/* An arrow in front of a number, drawn before, that went up or down. One that fills its
 * column has it in the gap before; a number that begins in the first column of the screen,
 * which is first, has none. */
void cell_draw_direction(struct surface *s, int first, const struct cell_place *at,
                         struct tick tick, const struct draw_env *env);

#endif
