/*
 * ui/widget/pager.h - labelled texts as lines: wrapped or cut, scrolled, searched, drawn.
 *
 * What help, popups and the link meter have in common. Texts are added as they came, and
 * made safe when they are drawn. Adding anew keeps the scroll position, so contents may
 * change under the reader. A pager that does not wrap may have a current line. Loop thread.
 */
#ifndef UI_WIDGET_PAGER_H
#define UI_WIDGET_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/term/surface.h"
#include "ui/widget/info_line.h"
#include "ui/widget/keymap.h"

#define PAGER_TEXT_MAX ((size_t)64 << 20) /* bytes of all texts; more is left out */

struct pager; /* opaque */

/* wrap: a text that is too long goes on in the next line; it is cut otherwise. Labels stand
 * indent columns from the edge. Owned by the caller. */
struct pager *pager_new(bool wrap, int indent);
void pager_free(struct pager *p); /* accepts NULL */

/* Forgets the texts, not where the reader is. */
void pager_clear(struct pager *p);

/* Adds a text with its label (both copied; either may be empty) in a style. False when it
 * was left out because PAGER_TEXT_MAX is reached. */
bool pager_add(struct pager *p, const char *label, struct bytes text, uint8_t style);
void pager_add_heading(struct pager *p, const char *text);

/* Texts stand that far from the edge, or further where the label is longer; 0: as far as
 * the widest label needs, but at most half of the width. */
void pager_set_column(struct pager *p, int column);

/* From now on one line is the current one: moving and searching move that, and the others
 * scroll so that it is seen. Only for a pager that does not wrap. */
void pager_use_cursor(struct pager *p);

/* Takes in a size and what was added: breaks lines, keeps the position inside them. */
void pager_prepare(struct pager *p, int rows, int cols, bool ascii);

/* As of the last pager_prepare(). Entries count what was added, lines what is seen. */
size_t pager_lines(const struct pager *p);
size_t pager_top_entry(const struct pager *p);     /* the entry that the first line is of */
size_t pager_current_entry(const struct pager *p); /* 0 when there is none */
int pager_natural_width(struct pager *p, int limit, bool ascii); /* none is cut */

void pager_draw(const struct pager *p, struct surface *s, struct rect r, bool ascii);

/* Scrolls to the last lines. */
void pager_show_end(struct pager *p);

/* Scrolls, or moves the current line; false when the action is not about that. */
bool pager_action(struct pager *p, const struct key_match *m);

/* Adds the text of the current entry, or of all of them, a line each with its label before
 * it. False when there is none, or no room. */
bool pager_copy(const struct pager *p, bool all, struct buf *out);

/* The mouse was pressed in line y of those that are seen: it is the current one now, where
 * there is one. True when it was already. */
bool pager_press(struct pager *p, int y);

/* Goes to the next line with that text, in either letter case, round the end; an empty text
 * means the one searched before. False when there is none. */
bool pager_search(struct pager *p, const char *text, int direction);

/* Adds "lines 1 to 20 of 84", or "line 3 of 84". Returns the part, as info_line_add(). */
struct info_part *pager_status(const struct pager *p, struct info_line *out);

#endif
