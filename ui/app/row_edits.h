/*
 * ui/app/row_edits.h - rows of the input table of a tab, deleted, and cells of them edited.
 *
 * Part of ui/app, see ui/app/state.h. Both go by the keys of the rows, which what is shown
 * must have, and are asked about first. Only with --write. Loop thread.
 */
#ifndef UI_APP_ROW_EDITS_H
#define UI_APP_ROW_EDITS_H

#include "ui/widget/commands.h"

struct app;
struct tab;
struct row_edits; /* opaque: what is being asked */

struct row_edits *row_edits_new(struct app *a); /* owned */
void row_edits_free(struct row_edits *x);       /* accepts NULL */

/* A key of a table that nothing lies on, and a command; false: it is none of these. */
bool row_edits_action(struct tab *t, const struct key_match *m);
bool row_edits_command(struct tab *t, const struct command *c);

/* What was answered about rows to delete, and typed for a cell; that is refused while it is
 * wrong. */
void row_edits_delete(struct app *a, const char *text);
void row_edits_typed(struct app *a, const char *text);

#endif
