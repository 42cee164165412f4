/*
 * ui/app/tab_list.h - the list of all tabs, with their state, to choose one from.
 *
 * Part of ui/app, see ui/app/state.h. It lies over the tab that is on the screen. Loop
 * thread.
 */
#ifndef UI_APP_TAB_LIST_H
#define UI_APP_TAB_LIST_H

#include "ui/widget/view.h"

struct app;

/* Owned by the view stack it is put on. */
struct view tab_list_new(struct app *a);

#endif
