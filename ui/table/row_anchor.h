/*
 * ui/table/row_anchor.h - where a row goes when the filters of a table change, as its
 * server says.
 *
 * Rows that are left keep their order, so the place of one is how many rows before it the
 * filter leaves; and a row that the filter drops is followed by the next one that is left.
 * Row numbers of the server are only to be had of tables that are static or append-only;
 * the owner asks of no others. What is asked are small tables of their own, so the rows of
 * the screen do not wait for it. Loop thread.
 *
 * Protocol: deephaven-core, the variable ii of formulas.
 */
#ifndef UI_TABLE_ROW_ANCHOR_H
#define UI_TABLE_ROW_ANCHOR_H

#include "client/feed.h"

struct row_anchor; /* opaque: a question under way */

/* Where row `row` of what the recipe `from` makes is in what `to` makes. Owned; NULL: more
 * than their filters differs, or nothing can be asked. changed() is called when
 * row_anchor_take() may know more. Connection, handler and ctx are borrowed, recipes are
 * not. */
struct row_anchor *row_anchor_ask(struct connection *connection, const struct recipe *from,
                                  const struct recipe *to, int64_t row,
                                  void (*changed)(void *ctx), void *ctx);

enum row_anchor_state { ROW_ANCHOR_WAITS, ROW_ANCHOR_FOUND, ROW_ANCHOR_UNKNOWN };

/* Asks for what is still missing, which uses the network; found: *row is set. */
enum row_anchor_state row_anchor_take(struct row_anchor *p, int64_t *row);

void row_anchor_free(struct row_anchor *p); /* accepts NULL; not inside changed() */

#endif
