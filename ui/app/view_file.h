/*
 * ui/app/view_file.h - the file of saved views, $XDG_STATE_HOME/dhview/views.
 *
 * A line for each: the table (a target without operations), the view's name, and what it
 * is, as fields of model/link_fields. Whatever is wrong with a line costs that line. Loop
 * thread.
 */
#ifndef UI_APP_VIEW_FILE_H
#define UI_APP_VIEW_FILE_H

#include "base/buf.h"

#define SAVED_VIEWS_MAX 1000
#define SAVED_VIEW_MAX ((size_t)256 * 1024) /* bytes of one */

struct saved_view {
    char *table, *name;
    char *line; /* with both, and a comma before each field */
};

struct saved_views {
    struct saved_view *v; /* the one that was saved last comes last */
    size_t n, cap;
};

/* Reads the file as it is now, none for a missing one; zero-initialised before. */
void saved_views_read(struct saved_views *s);
void saved_views_release(struct saved_views *s);

/* NULL: there is none. Borrowed. */
const struct saved_view *saved_views_find(const struct saved_views *s, const char *table,
                                          const char *name);

/* Puts a view into the file, in place of the one of that table and name; what are the
 * fields behind these two, each with its comma before it. ERR_LIMIT when there are too
 * many, ERR_IO when the file cannot be written. */
enum err_code saved_views_put(const char *table, const char *name, const char *what,
                              struct err *e);

/* Takes a view out of the file; *there: whether it was in it. */
enum err_code saved_views_drop(const char *table, const char *name, bool *there,
                               struct err *e);

#endif
