/*
 * ui/widget/text_popup.h - a box over a table that shows a text as it is. Loop thread.
 */
#ifndef UI_WIDGET_TEXT_POPUP_H
#define UI_WIDGET_TEXT_POPUP_H

#include "ui/widget/popup.h"

/* Title and text are copied; long lines are wrapped, and what is not safe to show becomes
 * marks. Owned by the view stack it is put on. */
struct popup *text_popup_new(const char *title, const char *text);

#endif
