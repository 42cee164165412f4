/*
 * ui/app/suspend.h - Ctrl-Z, and SIGTSTP from outside.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_SUSPEND_H
#define UI_APP_SUSPEND_H

struct app;

/* Leaves the loop, so that its owner stops the program. */
void app_suspend(struct app *a);

/* Gives the terminal back, gives the streams up, and stops the process group. Once that is
 * continued, takes the terminal and subscribes again. Not from inside the loop, which it
 * runs for a moment. */
void app_stop_process(struct app *a);

#endif
