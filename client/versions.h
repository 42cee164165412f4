/*
 * client/versions.h - the tables that the user's edits have made of one source.
 *
 * What was fetched of the source is there once, for all of them. A table that was replaced
 * is kept with what was made of it on the server, so that undo and redo cost no more than a
 * stream; of these there are VERSIONS_KEPT at most, those used last. Loop thread.
 */
#ifndef CLIENT_VERSIONS_H
#define CLIENT_VERSIONS_H

#include "client/table.h"

#define VERSIONS_KEPT 8 /* besides the one that is shown and the source itself */

struct versions; /* opaque */

/* Of the source of a recipe (borrowed). The connection is borrowed; told may be NULL.
 * Owned. */
struct versions *versions_new(struct connection *connection, const struct recipe *recipe,
                              table_told_fn *told, void *ctx);
/* Of what has the name of the source by now, which nothing is known of. Owned. */
struct versions *versions_anew(const struct versions *v);

/* As table_set_origin(), of the source. */
void versions_set_origin(struct versions *v, struct bytes ticket);
void versions_free(struct versions *v); /* and all tables; accepts NULL */

/* The table that a recipe (given) makes of this source: one that is there, with this recipe
 * from now on, or a new one. Borrowed until the next versions_trim() or versions_drop(). */
struct table *versions_get(struct versions *v, struct recipe *recipe);

/* Lets go of a table that is not to be kept; nothing of the source itself. */
void versions_drop(struct versions *v, const struct table *t);

/* Lets go of those used the longest time ago. shown is not counted, and stays. */
void versions_trim(struct versions *v, const struct table *shown);

/* Lets go of all that was made on the server; only shown, and the source, remain. */
void versions_forget_made(struct versions *v, struct table *shown);

#endif
