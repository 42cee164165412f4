/*
 * ui/app/finds.h - searching the table of a tab: what is typed, or the value under the
 * cursor, as a condition (model/quick_filter), and the way from hit to hit.
 *
 * In a column of texts what is typed is a part to be found, unless it begins with an
 * operator of filters; in other columns it is a filter. Part of ui/app, see ui/app/state.h.
 * Loop thread.
 */
#ifndef UI_APP_FINDS_H
#define UI_APP_FINDS_H

#include "ui/widget/keymap.h"

struct app;
struct tab;

/* A key of a table that nothing lies on; false when the action is none of these. */
bool finds_action(struct tab *t, const struct key_match *m);

/* What was typed for the search that is asked for; refused while it is wrong. */
void finds_typed(struct app *a, const char *text);

#endif
