/*
 * ui/table/statistics_popup.h - a popup on a table with figures about one column, which the
 * server reckons over all rows.
 *
 * They are as of the moment they were asked for. The server reads the whole column for
 * them: of a large table only when Enter asks for it. Loop thread.
 */
#ifndef UI_TABLE_STATISTICS_POPUP_H
#define UI_TABLE_STATISTICS_POPUP_H

#include "ui/table/table_view.h"
#include "ui/widget/popup.h"

#define STATISTICS_UNASKED_ROWS 100000 /* up to so many rows nothing is asked */

/* Of the current column; NULL: there is none. The table is borrowed and must outlive the
 * popup, which is owned by the view stack it is put on. changed(ctx): draw again. */
struct popup *statistics_popup_new(struct table_view *t, void (*changed)(void *ctx),
                                   void *ctx);

#endif
