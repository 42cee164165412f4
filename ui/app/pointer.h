/*
 * ui/app/pointer.h - what the mouse does, where the terminal reports it (option mouse).
 *
 * A place of the screen belongs to the line of tabs or to the view on top, which says what
 * is there; what is to be done is an action, as of a key. The wheel scrolls, and a burst of
 * it costs one frame as held keys do. Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_POINTER_H
#define UI_APP_POINTER_H

#include "ui/term/mouse.h"

struct app;

void app_mouse(struct app *a, const struct mouse *m);

#endif
