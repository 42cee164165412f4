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
#include "ui/widget/commands.h"

struct tab;

/* The columns of the input table of the tab, borrowed, if it may be written; NULL, which is
 * said: it may not. */
const struct schema *inserts_writable(struct tab *t);

/* False: the command is none of these. */
bool inserts_command(struct tab *t, const struct command *c);

#endif
