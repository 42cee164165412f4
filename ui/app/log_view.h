/*
 * ui/app/log_view.h - gL, :log: what a server writes into its log, as a list over the
 * table.
 *
 * It is read for as long as the list is open and its tab on the screen, and the last lines
 * are held (model/log_lines). At its end the list follows what comes; anywhere else it
 * stays. Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_LOG_VIEW_H
#define UI_APP_LOG_VIEW_H

#include <stdbool.h>

#include "ui/term/key.h"

struct tab;

/* Opens it, at the line that the last message of the tab is about, if there is one. */
void log_view_open(struct tab *t);

/* Before a key is taken as any other; true: it was Enter, and the message tells the id of
 * a line. */
bool log_view_key(struct tab *t, struct key k);

/* What was typed to filter the lines of the tab's list; nothing when it is closed. */
void log_view_filter(struct tab *t, const char *text);

#endif
