/*
 * ui/widget/key_choices.h - what the keys typed so far can become, for the lines below a
 * view.
 *
 * Pure: from the matcher to two lines of text.
 */
#ifndef UI_WIDGET_KEY_CHOICES_H
#define UI_WIDGET_KEY_CHOICES_H

#include "ui/widget/keymap.h"

#define KEY_CHOICES_LEN 640 /* bytes of a line */

/* Fills two lines of at most `cols` columns, the second empty where the first is enough:
 * each choice with its help, where that is too long with the help's beginning, that closer
 * together, else the keys alone. Both are empty when no sequence is pending. */
void key_choices(const struct key_matcher *m, int cols, char lines[2][KEY_CHOICES_LEN]);

#endif
