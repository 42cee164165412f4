/*
 * ui/app/rings.h - :ring: a variable of the server that keeps the last rows of a blink
 * table.
 *
 * protocol: there is no operation for it, only a function for code; so it is for --write
 * and a console of Python. Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_RINGS_H
#define UI_APP_RINGS_H

struct tab;

/* "ROWS" or "ROWS NAME"; the name is else that of the table with _ring behind it. The tab
 * must have a table in sight. Says what is wrong; what comes of it is told as of any code.
 */
void rings_make(struct tab *t, const char *text);

#endif
