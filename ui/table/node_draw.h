/*
 * ui/table/node_draw.h - how deep a row of a tree lies, and whether it is open, in front of
 * the cell in its first column.
 *
 * Draws on a surface and reads nothing else than what it is given. Loop thread.
 */
#ifndef UI_TABLE_NODE_DRAW_H
#define UI_TABLE_NODE_DRAW_H

#include "model/hierarchy.h"
#include "ui/table/cell_draw.h"

/* Columns of the screen that it takes; none of a row that is not here. */
int node_sign_width(const struct hierarchy_row *row);

/* Draws it at the start of a place, as far as that has room, which is then what is left. */
void node_draw_sign(struct surface *s, struct cell_place *at,
                    const struct hierarchy_row *row, const struct draw_env *env);

#endif
