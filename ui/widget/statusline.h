/*
 * ui/widget/statusline.h - the lines around a view: tabs and connection, and status.
 *
 * Pure drawing: what to say comes in, nothing is kept. What gives way where the screen is
 * narrow is decided by ui/widget/info_line: where one stands and how the connection is
 * never do.
 */
#ifndef UI_WIDGET_STATUSLINE_H
#define UI_WIDGET_STATUSLINE_H

#include <stdbool.h>

#include "ui/widget/info_line.h"

/* LINK_WAITING: nothing of the table has come yet. LINK_ENDED: the server is there, but the
 * stream of this view is over. */
enum link_state { LINK_CONNECTING, LINK_WAITING, LINK_LIVE, LINK_ENDED, LINK_LOST };

struct tab_line {
    const char *title;   /* of the view on top, as sent */
    const char *about;   /* a line about it, as sent, where there is room; may be NULL */
    const char *address; /* "host:port" */
    enum link_state link;
    double round_trip_ms; /* < 0: not measured */
};
void tab_line_draw(const struct tab_line *t, struct surface *s, struct rect r, bool ascii);

/* where is what the view has said of itself; what stands at the right is added to it.
 * warning is something that must be seen beside it, keys the choices of a pending key
 * sequence, which take the whole line; both may be "". */
void status_line_draw(struct info_line *where, const char *warning, const char *keys,
                      struct surface *s, struct rect r, bool ascii);

#endif
