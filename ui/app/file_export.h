/*
 * ui/app/file_export.h - :w FILE, :w !COMMAND: the rows of the table on the screen, as it
 * is filtered and sorted now, in a file.
 *
 * All of it, or what is selected (rows are whole), or the columns that are shown. They come
 * by a snapshot, which does not slow the screen, and are written by a thread; what is in
 * memory does not grow with the table. The file is there when it is whole: until then, and
 * after a failure, Esc or the end of the program, what had its name stays as it was. One at
 * a time. Loop thread.
 */
#ifndef UI_APP_FILE_EXPORT_H
#define UI_APP_FILE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct app_server;
struct tab;
struct file_export; /* opaque */

struct file_export *file_export_new(struct app *a); /* owned; a is borrowed */

/* Gives up what is written: before the servers go; and the object: after the loop. */
void file_export_stop(struct file_export *x);
void file_export_free(struct file_export *x);

/* Begins with the table of a tab; line is that of ui/app/write_line. A "~/" in front of
 * its file is the home folder. Asks before a file is replaced, and says what is wrong. */
void file_export_start(struct tab *t, const char *line);

/* The answer to the question. */
void file_export_answer(struct app *a, const char *text);

/* Gives up what is being written; false when nothing is. */
bool file_export_cancel(struct app *a);

/* The same, and says so, if it is of that server, whose calls are about to go. */
void file_export_leave(struct app *a, const struct app_server *s);

/* How far it is, for the status line; "" when nothing is written. */
void file_export_status(const struct app *a, char *out, size_t size);

#endif
