/*
 * ui/widget/key_hints.h - the keys that texts on the screen tell of, as they are bound now.
 *
 * An action is named as in the config file, perhaps with its number: "shift-column -1".
 * Its key is the first that does it in a mode and that nothing else there hides, written
 * as people say it: "q", "Enter", "^r", "z Enter"; where it has none, what can be typed
 * instead: ":close". Not from the bindings are the keys of a prompt (Enter, Esc, Tab, y
 * and n), which have none, and ^c that ends a paste, which comes before them. Pure, but for
 * the bindings; loop thread.
 */
#ifndef UI_WIDGET_KEY_HINTS_H
#define UI_WIDGET_KEY_HINTS_H

#include "ui/widget/info_line.h"
#include "ui/widget/keymap.h"

#define KEY_HINT_LEN 80 /* bytes */

/* Writes to out, and returns it. */
const char *key_hint(enum key_mode mode, const char *action, char out[KEY_HINT_LEN]);

/* The text with the key in place of each action that stands between braces. Owned. */
char *key_hints(enum key_mode mode, const char *text);

/* Adds that to a status line as what could be done next. */
void key_hints_add(enum key_mode mode, const char *text, struct info_line *out);

#endif
