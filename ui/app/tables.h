/*
 * ui/app/tables.h - what is opened of the server: tables, the list of them, their columns.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_TABLES_H
#define UI_APP_TABLES_H

#include "base/buf.h"
#include "client/connection.h"
#include "model/recipe.h"

struct app;
struct app_server;
struct tab;

/* Puts a table on the tab's stack (name and ticket are copied), which must have room, and
 * subscribes the uppermost once calls can be made. A refusal closes it again; when there is
 * nothing below, the tab has failed (tab_fail()). */
void tab_push_table(struct tab *t, const char *name, struct bytes ticket);
void tab_open_table(struct tab *t);

/* The same with what is made of a source; recipe is given. */
void tab_push_recipe(struct tab *t, struct recipe *recipe);

/* True when the server can be asked for a table; else it is said that it cannot. */
bool tab_can_open(struct tab *t);

/* The same for a list of values (recipe is given, title copied): table_view_list_values().
 */
void tab_push_values(struct tab *t, struct recipe *recipe, const char *title);

/* Puts the picker on the tab's stack, which must have room; server_fill_pickers() fills it.
 */
void tab_push_picker(struct tab *t);

/* The same in a new tab right of the one on the screen and on the same server, which is
 * shown then. Says so when there is no connection to open it on. */
void app_open_recipe_tab(struct app *a, struct recipe *recipe); /* it is given */
void app_open_picker_tab(struct app *a);

/* The same for what the server offers under that name; else for a variable of its query
 * scope. */
void app_open_named_tab(struct app *a, const char *name);

/* Back to the picker below, or a new one over the table. */
void tab_open_picker(struct tab *t);

/* Asks for what the server offers, and gives it to the lists of tables in its tabs: one
 * list for the whole session, asked for again when it had ended. session_can_call() must
 * hold. */
void server_fill_pickers(struct app_server *s);

/* What its connection says of the list; ctx is the server. */
void server_fields_changed(void *ctx, struct connection *c);
void server_fields_ended(void *ctx, struct connection *c, const struct err *why,
                         bool again);
void server_field_news(void *ctx, struct connection *c, const struct field *f,
                       enum field_change change);

/* Asks for it once the first rows are on the screen, so that their table's name is watched.
 */
void server_watch_fields(struct app_server *s);

/* The list of the columns of the tab's table, which must exist. */
void tab_open_columns(struct tab *t);

#endif
