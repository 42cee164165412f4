/*
 * ui/cli/chosen.h - the table that a run without a screen is about, made real on its
 * server: the target's, with what its options ask for (ui/cli/selection).
 *
 * Loop thread.
 */
#ifndef UI_CLI_CHOSEN_H
#define UI_CLI_CHOSEN_H

#include "client/table.h"
#include "ui/cli/script.h"

struct chosen; /* opaque */

/* The table is there: a stream may be opened on table_ticket() of it, with as many columns
 * as its schema has. */
typedef void chosen_ready_fn(void *ctx, struct table *t);

/* It cannot be had, or what was asked for broke off. True: that may pass, and
 * chosen_build() is called again, later. */
typedef bool chosen_broke_fn(void *ctx, const struct err *why);

/* The script is borrowed. broke NULL: the run ends, likewise where it returns false.
 * ERR_USAGE when its target names no table. Owned. */
enum err_code chosen_new(struct script *s, chosen_ready_fn *ready, chosen_broke_fn *broke,
                         void *ctx, struct chosen **out, struct err *e);

/* Streams that go on are to be opened on it, which share what the server does with those of
 * others: none of its columns may end them. */
void chosen_watch(struct chosen *c);
void chosen_free(struct chosen *c); /* accepts NULL */

/* Asks for what of it is not made in this session, also what was refused before. ready() is
 * called, perhaps at once, or broke(). */
void chosen_build(struct chosen *c);

/* What was opened on the table has ended. True: a value may be the reason, and with the
 * next chosen_build() more columns come as text. */
bool chosen_as_text(struct chosen *c, const struct err *why);

/* Ends the run for a reason: the server's about this table, or our own. One that stands in
 * the server's log is looked for there first. What is no table is looked for in the
 * server's list: of a partitioned table all parts become the table, and ready() is called
 * as after chosen_build(). */
void chosen_fail(struct chosen *c, const struct err *why, bool by_server);

/* The server's list is another; ended: it cannot be had. */
void chosen_listed(struct chosen *c, bool ended);

#endif
