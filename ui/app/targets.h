/*
 * ui/app/targets.h - a target becomes a tab, on a server that is connected to if need be.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_TARGETS_H
#define UI_APP_TARGETS_H

#include "base/err.h"

struct app;

/* Adds a tab for what text names, at the end; it is opened as soon as the server lets us
 * in, or at once when it has. Same host, port and encryption are the same server. An error
 * is of the text, or of the options for that server, and leaves no tab. */
enum err_code app_open_target(struct app *a, const char *text, struct err *e);

#endif
