/*
 * ui/app/tables.h - what is opened of the server: tables, the list of them, their columns.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_TABLES_H
#define UI_APP_TABLES_H

#include "base/buf.h"

struct app;
struct tab;

/* Puts a table on the tab's stack (name and ticket are copied), which must have room, and
 * subscribes the uppermost once calls can be made. A refusal closes it again, or ends the
 * program when there is nothing below. */
void tab_push_table(struct tab *t, const char *name, struct bytes ticket);
void tab_open_table(struct tab *t);

/* Puts the picker on the tab's stack, which must have room; app_open_fields() fills it. */
void tab_push_picker(struct tab *t);

/* Back to the picker below, or a new one over the table. */
void tab_open_picker(struct tab *t);

/* Asks for what the server offers: one list for the whole session, asked for again when it
 * had ended. */
void app_open_fields(struct app *a);

/* Asks for it once the first rows are on the screen, so that their table's name is watched.
 */
void app_watch_fields(struct app *a);

/* The list of the columns of the tab's table, which must exist. */
void tab_open_columns(struct tab *t);

#endif
