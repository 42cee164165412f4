/*
 * ui/widget/help_view.h - the help screen as a view that scrolls. Loop thread.
 */
#ifndef UI_WIDGET_HELP_VIEW_H
#define UI_WIDGET_HELP_VIEW_H

#include "ui/widget/view.h"

/* Owned by the view stack it is put on. */
struct view help_view_new(void);

#endif
