/*
 * ui/app/inserts.h - rows typed for the input table of a tab.
 *
 * Part of ui/app, see ui/app/state.h. Only with --write; what is typed is read by the types
 * of the columns (model/typed_value) before anything is sent, and stays to be mended while
 * it is wrong. Loop thread.
 */
#ifndef UI_APP_INSERTS_H
#define UI_APP_INSERTS_H

#include "model/schema.h"
#include "ui/term/paste.h"
#include "ui/widget/commands.h"

struct tab;

/* The columns of the input table of the tab, borrowed, if it may be written; NULL, which is
 * said: it may not. */
const struct schema *inserts_writable(struct tab *t);

/* The zone that ZonedDateTimes are to be stored in: the one that the user chose; NULL: none
 * was chosen. Borrowed until another is. */
const char *inserts_zone(const struct tab *t);

/* Rows with tabs or of several lines were pasted behind an insert that was typed so far (or
 * NULL): they are written. False: it is another command, or no such paste. */
bool inserts_paste(struct tab *t, const char *typed, const struct paste *p);

/* False: the command is none of these. */
bool inserts_command(struct tab *t, const struct command *c);

#endif
