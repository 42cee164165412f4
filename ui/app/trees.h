/*
 * ui/app/trees.h - trees: tables rolled up by columns, and which of their nodes are open.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_TREES_H
#define UI_APP_TREES_H

#include "ui/widget/keymap.h"

struct tab;

/* A key of a table that nothing lies on; false when the action is none of these. Also those
 * that a tree does not take, which is said. */
bool trees_action(struct tab *t, const struct key_match *m);

/* What follows ":rollup". */
void trees_roll_up(struct tab *t, const char *text);

/* True, which is said: the tab's table is a tree, which cannot be asked for that (a few
 * words). */
bool trees_refuse(struct tab *t, const char *what);

#endif
