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
 * than their filters differs, or nothing can be asked. found() is called once, later: with
 * the row, or -1 when it cannot be known. Connection and ctx are borrowed, recipes are not.
 */
struct row_anchor *row_anchor_ask(struct connection *connection, const struct recipe *from,
                                  const struct recipe *to, int64_t row,
                                  void (*found)(void *ctx, int64_t row), void *ctx);

bool row_anchor_answered(const struct row_anchor *p); /* found() was called */

void row_anchor_free(struct row_anchor *p); /* accepts NULL; not inside found() */

#endif
