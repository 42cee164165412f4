/*
 * ui/app/console_run.h - :!CODE, :run FILE and the box of "`": code that runs in the
 * console of a server, and what is told of it.
 *
 * Only where the program was started with --write, as code changes what all users of the
 * server see. Each server has one, which runs one command at a time; keys go on meanwhile.
 * What came of it is one line in the tab on the screen. While that stands, Enter shows
 * more: opens the table that was made, or the whole of an error or of what was printed.
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_CONSOLE_RUN_H
#define UI_APP_CONSOLE_RUN_H

#include "ui/widget/commands.h"

struct app_server;
struct console_run; /* opaque; NULL: nothing was run on its server yet */
struct tab;

/* False: the command is none of these two. */
bool console_run_command(struct tab *t, const struct command *c);

/* ERR_USAGE: the console has said that it reads another language. */
enum err_code console_run_check_python(const struct tab *t, struct err *e);

/* Opens the box of the console over the tab's view, and the line that code is typed in. */
void console_run_open(struct tab *t);

/* A line was typed there: it runs, or waits for those that have to follow; an empty one
 * opens the table that was made last. */
void console_run_line(struct tab *t, const char *text);

/* Lines were pasted behind what stands there: they are begun with, but for the last one,
 * and nothing runs before Enter. Each has a line feed before it. */
void console_run_pasted(struct tab *t, const char *lines);

/* It is being typed, and is this now. */
void console_run_typed(struct tab *t, const char *text);

/* The i-th line that it may become (ui/app/code_lines), and how the function is called
 * whose arguments are typed, "" where that is not known. Borrowed until the next call. */
const char *console_run_proposal(struct tab *t, size_t i);
const char *console_run_hint(struct tab *t);

/* The line was left: gives up what runs, else what was begun to be typed, else closes. */
void console_run_leave_line(struct tab *t);

/* Before a key is taken as any other; true: it was Enter, for what was told last. */
bool console_run_key(struct tab *t, struct key k);

/* Waits no longer for what runs on the tab's server; false: nothing does. */
bool console_run_cancel(struct tab *t);

/* How long it runs already, for the status line; "" when nothing does. */
void console_run_status(const struct tab *t, char *out, size_t size);

/* Before the connection is closed. The loop needs one more turn. Accepts NULL. */
void console_run_free(struct console_run *r);

#endif
