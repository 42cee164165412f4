/*
 * ui/table/cell_popup.h - popups on a table: one cell in full, and one row with all its
 * columns.
 *
 * Both look at a position of the table, and follow what the server says of it while they
 * are open. They have a feed of their own for that: the table's own asks for lists cut
 * short and for the columns near the screen only, and leaves a position when it follows the
 * end. While the picture is paused they show what it shows; what it has not, such as the
 * rest of a list, they show as it is now, and say so. A subscription was chosen over a
 * snapshot, since it goes on telling, brings no row set of a huge table, and what opens it
 * is what opens tables. What the table holds is shown until it has answered. Loop thread.
 */
#ifndef UI_TABLE_CELL_POPUP_H
#define UI_TABLE_CELL_POPUP_H

#include "ui/table/table_view.h"
#include "ui/widget/popup.h"

struct cell_popup_handler {
    void (*changed)(void *ctx); /* draw again */
    /* Enter on a line of a row: the popup of that cell is wanted, on top. */
    void (*open_cell)(void *ctx, struct table_view *t, int64_t position, size_t column);
};

/* On the current cell or row, or on a cell that is told by its place; NULL when there is
 * none. The table is borrowed and must outlive the popup, which is owned by the view stack
 * it is put on. handler and ctx are borrowed. */
struct popup *cell_popup_new(struct table_view *t, const struct cell_popup_handler *handler,
                             void *ctx);
struct popup *cell_popup_new_at(struct table_view *t, int64_t position, size_t column,
                                const struct cell_popup_handler *handler, void *ctx);
struct popup *row_popup_new(struct table_view *t, const struct cell_popup_handler *handler,
                            void *ctx);

#endif
