/*
 * ui/widget/help.h - the help screen, printed from the keymap and the option table.
 *
 * Lines are made on demand from constant tables; nothing is kept. Loop thread only.
 */
#ifndef UI_WIDGET_HELP_H
#define UI_WIDGET_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/widget/pager.h"

#define HELP_LINE_LEN 120

struct help_line {
    char keys[HELP_LINE_LEN]; /* left part: keys or an option; empty in a group heading */
    char text[HELP_LINE_LEN]; /* right part: what they do, or the heading */
    bool heading;
};

/* Number of lines, and one of them; false past the end. ascii: how cells look there. */
size_t help_len(void);
bool help_line(size_t i, bool ascii, struct help_line *out);

/* Adds all lines. */
void help_fill(struct pager *p, bool ascii);

#endif
