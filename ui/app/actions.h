/*
 * ui/app/actions.h - what a key does.
 *
 * An action goes to the view on top first, then to the table it may be about, then to the
 * application. Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_ACTIONS_H
#define UI_APP_ACTIONS_H

#include "ui/term/keyreader.h"
#include "ui/widget/keymap.h"

struct app;
struct tab;

/* A key was pressed: it goes to the question that is open, or becomes an action. */
void app_key(struct app *a, struct key k);

/* Text was pasted: it goes to where text is typed, and is told to be ignored elsewhere. */
void app_paste(struct app *a, const struct paste *p);

/* Carries out an action in the tab on the screen, or says that nothing here knows it. */
void app_run_action(struct app *a, const struct key_match *m);

/* Goes to the next place with a text in the view on top; as search of struct view_ops. */
void tab_search(struct tab *t, const char *text, int direction);

#endif
