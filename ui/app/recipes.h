/*
 * ui/app/recipes.h - what a table was made of, shown in words, as Python and as a link; and
 * tables that a link opens.
 *
 * Part of ui/app, see ui/app/state.h. A link may carry what another person wrote in the
 * server's language: that is shown, and runs only when the user says so. Loop thread.
 */
#ifndef UI_APP_RECIPES_H
#define UI_APP_RECIPES_H

struct app;
struct tab;

/* Each opens a popup. The tab must have a table in sight. */
void recipes_show_steps(struct tab *t);
void recipes_show_code(struct tab *t);
void recipes_show_link(struct tab *t);

/* Once a frame, for the tab on the screen: the operations of the link that it was opened
 * with are carried out as soon as the table is here, or asked about. */
void recipes_open_link(struct app *a);

/* The answer to whether what a link brings may run. */
void recipes_take_answer(struct tab *t, const char *answer);

#endif
