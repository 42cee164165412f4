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

/* Adds all lines; ascii: how cells look there. */
void help_fill(struct pager *p, bool ascii);

/* The i-th thing to do with the mouse, and what comes of it; false at the end. Constant. */
bool mouse_help(size_t i, const char **what, const char **help);

#endif
