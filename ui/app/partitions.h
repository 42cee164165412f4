/*
 * ui/app/partitions.h - partitioned tables: a list of their keys, one or several of the
 * parts, and all of them merged.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_PARTITIONS_H
#define UI_APP_PARTITIONS_H

#include "client/fields.h"
#include "ui/widget/keymap.h"

struct tab;

/* Opens the list of keys on the tab, once the server has told which they are; not if
 * another table or list of tables is open there by then. */
void partitions_open(struct tab *t, const struct field *f);

/* The only table of the tab turned out to be none, why (copied): has the list of keys take
 * its place if it is partitioned; else the tab fails. False: why is another reason, or
 * nothing can be asked. */
bool partitions_try(struct tab *t, const struct err *why);

/* Gives up what was asked for, with the tab. */
void partitions_drop(struct tab *t);

/* A key of a list of keys that nothing lies on; false when the action is none of these. */
bool partitions_action(struct tab *t, const struct key_match *m);

/* Opens all of them as one table. */
void partitions_merge(struct tab *t);

#endif
