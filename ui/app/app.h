/*
 * ui/app/app.h - the program with a screen: owns loop, servers, tabs and terminal.
 *
 * One turn of the loop runs the timers that are due, a frame among them when something
 * changed and its time has come, then takes what the system reports in its order: all
 * waiting keys, a batch of completions, signals.
 */
#ifndef UI_APP_APP_H
#define UI_APP_APP_H

#include "base/err.h"
#include "ui/cli/config.h"
#include "ui/cli/options.h"

/* Runs until the user leaves or nothing can go on. The terminal is restored when it
 * returns. note (NULL: none) is what is wrong with the environment, to be said once
 * there is a screen. The error's code gives the exit code. *signal is the signal that ended
 * it, or 0.
 */
enum err_code app_run(const struct options *o, struct config *config, const char *note,
                      int *signal, struct err *e);

#endif
