/*
 * ui/widget/screen_layout.h - where on the screen the view is, and the lines around it.
 *
 * Pure.
 */
#ifndef UI_WIDGET_SCREEN_LAYOUT_H
#define UI_WIDGET_SCREEN_LAYOUT_H

#include "ui/term/surface.h"

/* Each of the lines is there when the height has room for it; the message, without room of
 * its own, covers the last line. */
struct screen_layout {
    struct rect tabs, view, status, message;
};

struct screen_layout screen_layout(int rows, int cols);

#endif
