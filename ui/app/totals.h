/*
 * ui/app/totals.h - the row of totals of a tab's table: shown by a key, chosen from a menu.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_TOTALS_H
#define UI_APP_TOTALS_H

#include "ui/widget/keymap.h"

struct tab;

/* A key of a table that nothing lies on; false when the action is none of these. */
bool totals_action(struct tab *t, const struct key_match *m);

#endif
