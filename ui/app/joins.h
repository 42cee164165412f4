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

struct schema;
struct tab;

/* text: natural or asof, a tab by its number or its table's name, columns to match and
 * perhaps columns to add, each list with commas; LEFT=RIGHT where names differ. The tab
 * must have a table in sight. Says what is wrong. */
void joins_make(struct tab *t, const char *text);

/* Beginnings of the command for completion: how many there are, and the i-th, in out, which
 * is returned. */
size_t joins_count(const struct tab *t);
const char *joins_proposal(const struct tab *t, size_t i, char *out, size_t size);

/* Columns of the table that a line for ":" would join; NULL: it is no such line, or they
 * are not known. Borrowed until something comes from the server. */
const struct schema *joins_columns(const struct tab *t, const char *line);

#endif
