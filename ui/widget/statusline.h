/*
 * ui/widget/statusline.h - the lines around a view: tabs and connection, status, message.
 *
 * Pure drawing: what to say comes in, nothing is kept. Texts from outside are made safe
 * here.
 */
#ifndef UI_WIDGET_STATUSLINE_H
#define UI_WIDGET_STATUSLINE_H

#include <stdbool.h>

#include "ui/term/surface.h"

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

/* left is where the view stands, warning something that must be seen beside it, keys the
 * choices of a pending key sequence; the last two may be "". On a narrow line left is cut
 * before warning is. */
void status_line_draw(const char *left, const char *warning, const char *keys,
                      struct surface *s, struct rect r, bool ascii);

#endif
