#include "ui/widget/statusline.h"

#include <stdio.h>

#include "ui/term/theme.h"

#define TAB_GAP 2
#define ROOMY 40 /* columns from which on the right end of the line stays blank */

/* The state in full, and in a word where there is no room for it. */
static const struct {
    const char *text, *word, *ascii, *ascii_word;
    uint8_t style;
} link_look[] = {
    [LINK_CONNECTING] = {"○ connecting", NULL, "- connecting", NULL, STYLE_MESSAGE_WARN},
    [LINK_WAITING] = {"○ waiting for the table", "○ waiting", "- waiting for the table",
                      "- waiting", STYLE_MESSAGE_WARN},
    [LINK_LIVE] = {"● live", NULL, "* live", NULL, STYLE_CONNECTION},
    [LINK_ENDED] = {"✗ ended: these rows are old", "✗ ended", "x ended: these rows are old",
                    "x ended", STYLE_CONNECTION_BAD},
    [LINK_LOST] = {"✗ disconnected: these rows are old", "✗ lost",
                   "x disconnected: these rows are old", "x lost", STYLE_CONNECTION_BAD},
};

static struct info_part *add_right(struct info_line *l, enum info_rank rank,
                                   const char *text, uint8_t style)
{
    struct info_part *part = info_line_add(l, rank, text);

    part->right = true;
    part->gap = TAB_GAP;
    part->style = style;
    return part;
}

static void add_link(struct info_line *l, enum link_state link, bool ascii)
{
    const char *word = ascii ? link_look[link].ascii_word : link_look[link].word;
    struct info_part *part =
        add_right(l, INFO_LINK, ascii ? link_look[link].ascii : link_look[link].text,
                  link_look[link].style);

    if (word)
        info_line_shorter(l, part, word);
}

static void add_round_trip(struct info_line *l, const struct tab_line *t)
{
    char text[32];

    if (t->link != LINK_LIVE || t->round_trip_ms < 0)
        return;
    (void)snprintf(text, sizeof(text), "%.*f ms", t->round_trip_ms < 10 ? 1 : 0,
                   t->round_trip_ms);
    (void)add_right(l, INFO_DETAIL, text, link_look[t->link].style);
}

void tab_line_draw(const struct tab_line *t, struct surface *s, struct rect r, bool ascii)
{
    struct info_line l;
    struct info_part *part;

    info_line_init(&l);
    part = info_line_add(&l, INFO_NAME, t->title);
    part->style = STYLE_TAB_CURRENT;
    part->padded = true;
    if (t->about) {
        part = info_line_add(&l, INFO_ABOUT, t->about);
        part->style = STYLE_TAB;
        part->gap = 1;
    }
    (void)add_right(&l, INFO_NAME, t->address, link_look[t->link].style);
    add_link(&l, t->link, ascii);
    add_round_trip(&l, t);
    info_line_draw(&l, s, r, ascii);
    info_line_release(&l);
}

void status_line_draw(struct info_line *where, const char *warning, const char *keys,
                      struct surface *s, struct rect r, bool ascii)
{
    int margin = r.cols < ROOMY ? 1 : 2;
    struct rect inside = {r.row, r.col + 1, r.rows, r.cols - margin};
    struct info_part *right;

    surface_fill(s, r, STYLE_STATUS);
    if (*keys) {
        (void)surface_str(s, r.row, r.col + 1, r.cols - 1, keys, STYLE_STATUS_KEY, ascii);
        return;
    }
    for (size_t i = 0; i < where->n; i++)
        where->parts[i].style = STYLE_STATUS;
    right = *warning ? info_line_add(where, INFO_STATE, warning)
                     : info_line_add(where, INFO_HINT, "? help");
    right->right = true;
    right->gap = 2;
    right->style = *warning ? STYLE_STATUS_KEY : STYLE_STATUS;
    info_line_draw(where, s, inside, ascii);
}
