/*
 * ui/app/values.h - the distinct values of a column with their counts, as a table on the
 * stack of a tab.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_VALUES_H
#define UI_APP_VALUES_H

#include "ui/widget/keymap.h"

struct tab;

/* A key of a table that nothing lies on; false when the action is none of these. */
bool values_action(struct tab *t, const struct key_match *m);

#endif
