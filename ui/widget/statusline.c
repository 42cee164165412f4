#include "ui/widget/statusline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/term/theme.h"

#define ABOUT_MIN 12 /* columns */

static const struct {
    const char *text, *ascii;
    uint8_t style;
} link_look[] = {
    [LINK_CONNECTING] = {"○ connecting", "- connecting", STYLE_MESSAGE_WARN},
    [LINK_WAITING] = {"○ waiting for the table", "- waiting for the table",
                      STYLE_MESSAGE_WARN},
    [LINK_LIVE] = {"● live", "* live", STYLE_CONNECTION},
    [LINK_ENDED] = {"✗ ended: these rows are old", "x ended: these rows are old",
                    STYLE_CONNECTION_BAD},
    [LINK_LOST] = {"✗ disconnected: these rows are old",
                   "x disconnected: these rows are old", STYLE_CONNECTION_BAD},
};

/* Between the title and what stands on the right, when a few words fit. */
static void draw_about(const char *about, struct surface *s, struct rect r, bool ascii)
{
    if (about && r.cols >= ABOUT_MIN)
        (void)surface_str(s, r.row, r.col, r.cols, about, STYLE_TAB, ascii);
}

void tab_line_draw(const struct tab_line *t, struct surface *s, struct rect r, bool ascii)
{
    char *address = text_clean_line(t->address, ascii);
    const char *state = ascii ? link_look[t->link].ascii : link_look[t->link].text;
    char right[256];
    int width, used;

    (void)snprintf(right, sizeof(right), "%s  %s", address, state);
    if (t->link == LINK_LIVE && t->round_trip_ms >= 0) {
        size_t n = strlen(right);

        (void)snprintf(right + n, sizeof(right) - n, "  %.*f ms",
                       t->round_trip_ms < 10 ? 1 : 0, t->round_trip_ms);
    }
    free(address);
    width = (int)text_width(bytes_of(right), ascii, (size_t)r.cols);
    used = surface_str(s, r.row, r.col, 1, " ", STYLE_TAB_CURRENT, ascii);
    used += surface_str(s, r.row, r.col + used, r.cols - used - 1, t->title,
                        STYLE_TAB_CURRENT, ascii);
    used += surface_str(s, r.row, r.col + used, 1, " ", STYLE_TAB_CURRENT, ascii);
    draw_about(t->about, s,
               (struct rect){r.row, r.col + used + 1, 1, r.cols - used - width - 3}, ascii);
    if (used + 2 + width <= r.cols)
        (void)surface_str(s, r.row, r.col + r.cols - width, width, right,
                          link_look[t->link].style, ascii);
    else if (used + 3 < r.cols)
        (void)surface_str(s, r.row, r.col + used + 2, r.cols - used - 2, state,
                          link_look[t->link].style, ascii);
}

void status_line_draw(const char *left, const char *warning, const char *keys,
                      struct surface *s, struct rect r, bool ascii)
{
    const char *right = *warning ? warning : "? help";
    int width = (int)strlen(right), used, room = r.cols - 1;

    surface_fill(s, r, STYLE_STATUS);
    if (*keys) {
        (void)surface_str(s, r.row, r.col + 1, room, keys, STYLE_STATUS_KEY, ascii);
        return;
    }
    if (*warning && width + 2 < room)
        room -= width + 2;
    used = surface_str(s, r.row, r.col + 1, room, left, STYLE_STATUS, ascii);
    if (used + width + 3 <= r.cols)
        (void)surface_str(s, r.row, r.col + r.cols - width - 1, width, right,
                          *warning ? STYLE_STATUS_KEY : STYLE_STATUS, ascii);
}
