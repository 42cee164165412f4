/*
 * ui/app/copies.h - copying cells and texts: what the keys take goes to the terminal's
 * clipboard (OSC 52, ui/term/clipboard) or to a command of the user's.
 *
 * "Copied" is said only where it can have arrived: by a terminal that takes the sequence,
 * through a tmux that was asked whether it lets it pass, by a command that has read all and
 * ended well; over ssh such a command has reached this host alone, and that is said. What
 * is larger than the terminal's limit is refused whole. One copy at a time: the next one
 * gives up what waits. Loop thread.
 */
#ifndef UI_APP_COPIES_H
#define UI_APP_COPIES_H

#include "ui/widget/keymap.h"

struct app;
struct tab;
struct copies; /* opaque */

struct copies *copies_new(struct app *a); /* owned; a is borrowed */
void copies_free(struct copies *c);       /* before the loop; accepts NULL */

/* Carries out a key that copies, of the table on top; false when it is none. */
bool copies_action(struct tab *t, const struct key_match *m);

/* Likewise of a list or a box on top, what is chosen in it or all of its text. */
bool copies_view_action(struct tab *t, const struct key_match *m);

#endif
