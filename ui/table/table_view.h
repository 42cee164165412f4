/*
 * ui/table/table_view.h - one table on the screen: a grid, its subscription, and what links
 * the two.
 *
 * Owns the grid, its live state and the feed. The connection is borrowed. Moving the grid
 * moves the viewport, at most one request a frame. Subscribing anew keeps the old rows
 * until the new ones are there. Loop thread.
 */
#ifndef UI_TABLE_TABLE_VIEW_H
#define UI_TABLE_TABLE_VIEW_H

#include "client/feed.h"
#include "ui/table/grid.h"
#include "ui/table/jumps.h"
#include "ui/table/operations.h"
#include "ui/table/table_view_handler.h"
#include "ui/widget/view.h"

/* Items of a list that the server is asked for; one more than any cell can show. */
#define TABLE_VIEW_LIST_LIMIT 65

struct table_view; /* opaque */

/* Owned by the view stack it is put on (table_view_as_view). recipe is given: what it shows
 * first. With edits in it the session must be SESSION_READY when it is opened. */
struct table_view *table_view_new(struct connection *connection, struct recipe *recipe,
                                  const struct table_view_options *o,
                                  const struct table_view_handler *handler, void *ctx);

/* It lists the values of a column, the first one, of the table below; title (copied) is
 * what it is called. */
void table_view_list_values(struct table_view *t, const char *title);
bool table_view_lists_values(const struct table_view *t);

/* It is opened for what an operation makes of it: until that is there or refused it is
 * shown and answers as a table whose rows have not come yet. Before table_view_open(). */
void table_view_await(struct table_view *t);

/* Of such a table: what it is made of, with its schema, once the operation can be made;
 * else NULL. Borrowed until the next call. */
const struct table *table_view_awaiting(const struct table_view *t);

/* Makes the operation (given), which is called that; NULL: there is none, and the table is
 * shown as it is. */
void table_view_begin(struct table_view *t, struct recipe *recipe, const char *what);

struct view table_view_as_view(struct table_view *t);

/* Subscribes; a call can be made on the connection. When it is logged in the ticket is
 * first resolved to an export, in the same round trip. The size of the screen is r. */
enum err_code table_view_open(struct table_view *t, struct rect r,
                              const struct draw_env *env, struct err *e);
bool table_view_is_open(const struct table_view *t); /* it was, though it may have ended */

struct grid *table_view_grid(struct table_view *t); /* borrowed */

/* Of what is shown; borrowed until another is. NULL until its columns are known. */
struct table *table_view_table(const struct table_view *t);

/* The one state of what is shown; borrowed until the next call. table_view_end() is why no
 * more rows come, as the server worded it, not yet safe to show; NULL while they do. */
const struct table_state *table_view_state(const struct table_view *t);
const char *table_view_end(const struct table_view *t);

/* By how much the rows are late on a slow link; see LAG_LATE_MS. */
uint64_t table_view_late_ms(const struct table_view *t, uint64_t now_ms);

/* Its stream broke off and is asked for again by itself; see feed_waits(). */
bool table_view_waits(const struct table_view *t, uint64_t *due_ms);

/* See feed_revive() and feed_listed(). */
bool table_view_revive(struct table_view *t);
void table_view_listed(struct table_view *t);

/* What it was called when it was opened, as sent; and the ticket it was opened with.
 * Borrowed. */
const char *table_view_name(const struct table_view *t);
struct bytes table_view_ticket(const struct table_view *t);

/* What is held of the table now; what of it is shown, which is another while the picture is
 * paused; and the current cell (false: there is none). */
struct window table_view_window(const struct table_view *t);
struct window table_view_shown(const struct table_view *t);
bool table_view_paused(const struct table_view *t);

/* Rows of the table as the server said last; -1 when it has not yet. */
int64_t table_view_rows(const struct table_view *t);

/* The server has told (client/row_counts) of the export of that ticket: how many rows it
 * has, -1 for not known, or why it has failed (else NULL). True when it is the table that
 * is shown, and asleep, and this is news. table_view_forget_rows(): what was told is old.
 */
bool table_view_note_rows(struct table_view *t, struct bytes ticket, int64_t rows,
                          const struct err *failure);
void table_view_forget_rows(struct table_view *t);
bool table_view_cell(const struct table_view *t, int64_t *position, size_t *column);

/* Opens another feed on the same table, for one row and some of its columns, with at most
 * list_limit items of a list (0: all). Owned by the caller, who closes it first. ERR_LOST
 * when the connection is gone. */
enum err_code table_view_peek(struct table_view *t, const struct viewport *v,
                              int64_t list_limit, const struct feed_handler *handler,
                              void *ctx, struct feed **out, struct err *e);

/* The same on another table (recipe is given, also when this fails), with whole lists. */
enum err_code table_view_derive(struct table_view *t, struct recipe *recipe,
                                const struct viewport *v,
                                const struct feed_handler *handler, void *ctx,
                                struct feed **out, struct err *e);

/* The marks and jumps of its cursor. Borrowed. */
struct jumps *table_view_jumps(struct table_view *t);

/* How often a stream of it was started anew by itself, for an update that contradicted what
 * was held; see feed_resubscriptions(). */
uint64_t table_view_resubscriptions(const struct table_view *t);

/* Asks for another update interval (0: the server's own). The old rows and the old interval
 * stay until the new ones are there, which is said then, as is a failure. False when it
 * cannot even be asked for, which was said: a table that has ended, a connection that is
 * gone. */
bool table_view_set_interval(struct table_view *t, int32_t interval_ms);

/* Milliseconds between updates of the rows shown; 0: the server's own. */
int32_t table_view_interval(const struct table_view *t);

/* --- operations on the table --- */

/* What was asked for last: of the operation, or the nodes, under way, else of what is
 * shown. Borrowed until another; NULL until the columns are known. */
const struct recipe *table_view_recipe(const struct table_view *t);

/* Shows what another recipe (given; an edit of table_view_recipe()) makes. The rows that
 * are there stay, live, until the new ones are; what (a few words, copied: "sort by Price")
 * is told while that takes long and when it is there or has failed. Says why when it cannot
 * even be asked for. */
void table_view_apply(struct table_view *t, struct recipe *recipe, const char *what,
                      enum anchor anchor);

/* Back to before the newest operation (step -1), or on to the one undone last (+1). */
void table_view_step(struct table_view *t, int step);

/* The value v of a schema column of t, borrowed for the call; NULL: it could not be had,
 * why says why. */
typedef void table_view_value_fn(void *ctx, struct table_view *t, size_t column,
                                 const struct value *v, const struct err *why);

/* Has fn called with the value of the current cell: at once when it is here, else after a
 * round trip; the newest call wins. Says so when there is no cell. */
void table_view_value(struct table_view *t, table_view_value_fn *fn, void *ctx);

/* Of a tree: opens or closes the node of the current row, or all of them. The old rows stay
 * until the new ones are there. Says why when it cannot be. table_view_at_node(): the
 * cursor is on one that can be opened, in the column where the tree is drawn. */
enum node_change { NODES_TOGGLE, NODES_OPEN_ALL, NODES_CLOSE_ALL };
void table_view_change_nodes(struct table_view *t, enum node_change change);
bool table_view_at_node(const struct table_view *t);

/* The row of totals, on or off; as the table's attribute asks for, until another total of a
 * column is chosen: one of op, or none (NULL), which shows the row. Says why when it cannot
 * be. */
void table_view_toggle_totals(struct table_view *t);
void table_view_choose_total(struct table_view *t, const char *column,
                             const enum aggregation *op);

/* It is neither a table nor a tree, and what it is is being found out, or is not any more:
 * meanwhile it has not failed. */
void table_view_doubt(struct table_view *t, bool in_doubt);

/* An operation is under way. */
bool table_view_is_working(const struct table_view *t);

/* Gives up what is under way: an operation, or the nodes of a tree; false when nothing is.
 */
bool table_view_cancel(struct table_view *t);

#endif
