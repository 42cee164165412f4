/*
 * ui/app/tabs.h - the row of tabs: which one is on the screen, and how they come and go.
 *
 * Part of ui/app, see ui/app/state.h. Nothing here may be called inside a callback of a
 * table or a connection. Loop thread.
 */
#ifndef UI_APP_TABS_H
#define UI_APP_TABS_H

#include <stddef.h>
#include <stdint.h>

struct app;
struct app_server;
struct tab;

/* Puts tab i, which must exist, on the screen. What was asked in the one before is given
 * up. */
void app_show_tab(struct app *a, size_t i);

/* The tab so many to the right (by < 0: left), round about. */
void app_step_tab(struct app *a, int64_t by);

/* The tab of that number, from 1; says so when there is none. */
void app_go_tab(struct app *a, int64_t number);

/* Closes the tab on the screen, and shows the one to its right; the last one ends the
 * program. */
void app_close_tab(struct app *a);

/* A new tab right of the one on the screen: it is empty, and to be filled before it is
 * shown. Borrowed, and the server is borrowed for good. */
struct tab *app_insert_tab(struct app *a, struct app_server *s);

/* Asks for the key that the server of the tab on the screen wants, if it wants one. */
void app_ask_secret(struct app *a);

#endif
