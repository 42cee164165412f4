/*
 * ui/app/work.h - work on the table of a tab: keys and commands that ask for another table
 * made of it, by sorting, filtering, reshaping, and for the way back.
 *
 * Part of ui/app, see ui/app/state.h. What is asked for comes later; the rows that are
 * there stay until then (ui/table/table_view). Loop thread.
 */
#ifndef UI_APP_WORK_H
#define UI_APP_WORK_H

#include "ui/table/table_view.h"
#include "ui/widget/commands.h"

struct tab;

/* A key of a table that nothing lies on; false when the action is none of these. */
bool work_action(struct tab *t, const struct key_match *m);

/* A command of those that commands.h lists as being on the table; closes what lies over it.
 */
void work_command(struct tab *t, const struct command *c);

/* What the tab's table was made of last, and the column of the cursor; NULL, which is said:
 * there is none. Borrowed. */
const struct recipe *work_recipe(struct tab *t);
const struct schema_column *work_column(struct tab *t);

/* An edit that was tried: rc and e say why it cannot be, else r (given) is what came of it
 * and is asked for. what (given) is as for table_view_apply(). */
void work_apply(struct tab *t, enum err_code rc, struct recipe *r, const struct err *e,
                char *what, enum anchor anchor);

#endif
