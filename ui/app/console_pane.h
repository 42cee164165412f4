/*
 * ui/app/console_pane.h - the box over a table with what was typed at the console of a
 * server, and what came of it.
 *
 * Keeps the end of that, within bounds, also while the box is closed. Loop thread.
 */
#ifndef UI_APP_CONSOLE_PANE_H
#define UI_APP_CONSOLE_PANE_H

#include "ui/widget/popup.h"

/* Zero-initialised: nothing was typed. */
struct console_pane {
    char *past;          /* owned: commands before the last one; NULL: none */
    char *code, *answer; /* owned: the last one, and what came of it */
    struct popup *popup; /* borrowed from its tab while the box is open; else NULL */
};

void console_pane_release(struct console_pane *p);

/* A command (copied) begins. */
void console_pane_begin(struct console_pane *p, const char *code);

/* What has come of it so far (copied), in place of what was told before; its end is shown.
 */
void console_pane_answer(struct console_pane *p, const char *text);

/* Opens the box, to be put on a stack of views; it must be closed. The pane is borrowed
 * until then. */
struct popup *console_pane_open(struct console_pane *p);

/* It is read anew and goes to its end with the next frame; nothing while closed. */
void console_pane_follow(struct console_pane *p);

#endif
