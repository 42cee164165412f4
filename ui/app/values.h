/*
 * ui/app/values.h - the distinct values of a column with their counts, as a table on the
 * stack of a tab.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_VALUES_H
#define UI_APP_VALUES_H

#include "ui/widget/keymap.h"

struct app;
struct tab;

/* A key of a table that nothing lies on; false when the action is none of these. */
bool values_action(struct tab *t, const struct key_match *m);

/* A key that is typed while the list has no rows yet is held, and true; Esc, what closes it
 * and what is of no table in particular is not. */
bool values_hold_key(struct tab *t, struct key k);

/* Closes a list that has no rows yet and says so; false: there is none on top. */
bool values_give_up(struct tab *t);

/* Once a frame: keys that were held do what they do, now that there are rows. */
void values_take_keys(struct app *a);

#endif
