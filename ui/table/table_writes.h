/*
 * ui/table/table_writes.h - rows that the user writes into the input table behind a table
 * on the screen, and the way back.
 *
 * What is written goes to the source of what is shown, whatever filters and sorts lie on
 * it. One change at a time; the newest are kept for undo, each with how the table was made
 * when it was written: while it is made like that again, the change is what undo takes back
 * first, otherwise the operations on the table that came later are. Loop thread.
 */
#ifndef UI_TABLE_TABLE_WRITES_H
#define UI_TABLE_TABLE_WRITES_H

#include "client/input_change.h"
#include "ui/table/table_view.h"

#define TABLE_WRITES_KEPT 32

/* The columns of the input table behind what is shown, borrowed until another is. NULL, and
 * e says why: it is none, or not known yet. */
const struct schema *table_view_input(const struct table_view *t, struct err *e);

/* The rows that are shown are rows of the input table, and have these columns of it.
 * ERR_USAGE says what is not so. */
enum err_code table_view_check_rows(const struct table_view *t, const char *const *names,
                                    size_t n, struct err *e);

/* Writes rows (borrowed for the call) of that schema, and says how it went. */
void table_view_write(struct table_view *t, enum input_job job,
                      const struct input_rows *rows);

/* Takes the newest change back, and says how that went. False: an operation is newer, or
 * nothing was written. */
bool table_view_undo_write(struct table_view *t);

#endif
