/*
 * ui/widget/statusline.h - the line below a view: where it stands.
 *
 * Pure drawing: what to say comes in, nothing is kept. What gives way where the screen is
 * narrow is decided by ui/widget/info_line: where one stands never does.
 */
#ifndef UI_WIDGET_STATUSLINE_H
#define UI_WIDGET_STATUSLINE_H

#include <stdbool.h>

#include "ui/widget/info_line.h"

/* where is what the view has said of itself; what stands at the right is added to it.
 * warning is something that must be seen beside it, keys the choices of a pending key
 * sequence, which take the whole line; both may be "". hint is how to get help. */
void status_line_draw(struct info_line *where, const char *warning, const char *keys,
                      const char *hint, struct surface *s, struct rect r, bool ascii);

#endif
