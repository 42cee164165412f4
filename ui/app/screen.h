/*
 * ui/app/screen.h - frames: what is on the screen, and when.
 *
 * Part of ui/app, see ui/app/state.h; app_mark_dirty() there asks for a frame. Loop thread.
 */
#ifndef UI_APP_SCREEN_H
#define UI_APP_SCREEN_H

#include <stddef.h>

struct app;

void app_screen_init(struct app *a);

/* The terminal may have another size. */
void app_fit_terminal(struct app *a);

/* The tab whose label is at a column of the line of tabs, or their number. */
size_t app_tab_at(const struct app *a, int col);

/* Writes everything anew. */
void app_redraw(struct app *a);

#endif
