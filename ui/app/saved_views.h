/*
 * ui/app/saved_views.h - views of tables that are kept under a name: what was done to the
 * rows (filters, sort and all else that a link tells) and how the columns stand.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_SAVED_VIEWS_H
#define UI_APP_SAVED_VIEWS_H

#include "ui/widget/commands.h"

struct tab;

/* Carries out :save, :view, :views and :unsave; false: the command is another one. */
bool saved_views_command(struct tab *t, const struct command *c);

/* The answer to the question whether to replace one. */
void saved_views_answer(struct tab *t, const char *answer);

/* The i-th command that brings back or drops a view of the tab's table, written to out;
 * NULL at the end. */
const char *saved_views_proposal(const struct tab *t, size_t i, char *out, size_t size);

/* In each frame, before views take in what is new: offers the views of a table that has
 * just been opened, and lays out the columns of a view whose rows have come. */
void saved_views_step(struct tab *t);

/* The columns of a view can be laid out. */
bool saved_views_due(const struct tab *t);

#endif
