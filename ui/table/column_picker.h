/*
 * ui/table/column_picker.h - the list of all columns of one table: show, hide, order, find.
 *
 * What is changed here is changed in the grid at once; on leaving, the cursor goes to the
 * column that was chosen if it is displayed. Loop thread.
 */
#ifndef UI_TABLE_COLUMN_PICKER_H
#define UI_TABLE_COLUMN_PICKER_H

#include "ui/table/grid.h"
#include "ui/widget/view.h"

struct column_picker_handler {
    void (*say)(void *ctx, const char *text); /* for the message line, as sent */
};

/* A view owned by the stack it is put on. The grid is borrowed and must live longer, which
 * it does when its view lies below. */
struct view column_picker_new(struct grid *grid,
                              const struct column_picker_handler *handler, void *ctx);

#endif
