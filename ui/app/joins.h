/*
 * ui/app/joins.h - :join: columns of the table in another tab, put beside those of this
 * one.
 *
 * What is joined is the other table as it was made by then: its recipe becomes a part of
 * the step, so that the tab may be closed and the join is made anew after a loss. Part of
 * ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_JOINS_H
#define UI_APP_JOINS_H

#include <stddef.h>

struct tab;

/* text: natural or asof, a tab by its number or its table's name, columns to match and
 * perhaps columns to add, each list with commas; LEFT=RIGHT where names differ. The tab
 * must have a table in sight. Says what is wrong. */
void joins_make(struct tab *t, const char *text);

/* Beginnings of the command for completion: how many there are, and the i-th, in out, which
 * is returned. */
size_t joins_count(const struct tab *t);
const char *joins_proposal(const struct tab *t, size_t i, char *out, size_t size);

/* The i-th column of the table that a line for ":" would join; NULL: it has no more, or is
 * no such line. Borrowed. */
const char *joins_column(const struct tab *t, const char *line, size_t i);

#endif
