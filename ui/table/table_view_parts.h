/*
 * ui/table/table_view_parts.h - what a table_view is made of.
 *
 * Private to ui/table/table_view, which shows it; ui/table/table_pointer, the mouse;
 * ui/table/table_asks, which asks for another stream or table because the user does; and
 * what asks beside it:
 * ui/table/table_totals, ui/table/table_search, ui/table/table_writes and
 * ui/table/cell_fetch.
 */
#ifndef UI_TABLE_TABLE_VIEW_PARTS_H
#define UI_TABLE_TABLE_VIEW_PARTS_H

#include "client/feed.h"
#include "ui/table/jumps.h"
#include "ui/table/live.h"
#include "ui/table/operations.h"
#include "ui/table/row_anchor.h"
#include "ui/table/table_view_handler.h"
#include "ui/table/totals_row.h"

struct table_view {
    struct connection *connection; /* borrowed */
    struct recipe *first;          /* owned: what it was opened with */
    char *title; /* owned: of a list of values; NULL: the name of the table */
    struct table_view_options options;
    const struct table_view_handler *handler;
    void *ctx;
    struct grid *grid;
    struct live *live;
    struct feed *feed;      /* NULL until opened */
    bool rate_asked;        /* for another interval, which is not there yet */
    int32_t rate_wanted;    /* that interval */
    bool reloading;         /* the feed was asked for the table anew */
    enum table_phase phase; /* of the feed's table, as far as it was drawn */
    uint64_t resubscribed;  /* how often a stream was replaced, as far as it was told */
    struct viewport_policy policy;
    struct jumps jumps;
    struct operations operations;
    struct recipe *wanted;  /* owned: of the operation that is under way, or NULL */
    int rows;               /* of the screen for all of it, in the last frame */
    struct grid_place seen; /* then: where its rows are asked for first */
    enum tree_try { TREE_NOT_TRIED, TREE_DUE, TREE_TRIED, TREE_NEITHER } tree;
    struct err no_table;    /* then: why it cannot be had as a table */
    bool in_doubt;          /* others find out what it is */
    struct recipe *before;  /* owned: that of the nodes that were open before, or NULL */
    struct recipe *opening; /* owned: of nodes whose rows are asked for, or NULL */
    uint64_t opening_ms;    /* then: since when */
    bool awaits; /* nothing is shown before the first operation is there, or refused */
    struct row_anchor *place;    /* owned: where the cursor's row goes is asked; or NULL */
    struct grid_place left;      /* then: where the cursor was */
    int64_t found;               /* where it goes; negative: not known */
    uint64_t moves, asked_moves; /* of the cursor so far, and when that was asked */
    struct table_search *search; /* owned: what was looked for last, or NULL */
    struct totals_row *totals;   /* owned; NULL: not shown */
    struct total_list chosen;    /* those of a row that is not shown */
    bool totals_known;           /* what the table itself asks for was looked up */
    struct table_copying *copying; /* owned: what is copied and not here yet, or NULL */
    struct cell_fetch *fetch;      /* owned: the value that is asked for, or NULL */
    struct row_fetch *row_fetch;   /* owned: the rows that are asked for, or NULL */
    struct table_writes *writes;   /* owned: what was written into it, or NULL */
    const struct table *marked; /* whose sort and filters the header shows; compared only */
};

static inline struct session *table_view_session(const struct table_view *t)
{
    return connection_session(t->connection);
}

/* Gives the grid what it is to show. */
void table_view_show(struct table_view *t);

/* For the message line, with the table's name before it. */
void table_view_say(struct table_view *t, bool error, const char *text);

/* Likewise, with the keys of the actions that it names (ui/widget/key_hints). */
void table_view_say_keys(struct table_view *t, bool error, const char *text);

/* What to ask for when nothing is known of the columns; owned by the caller. */
struct viewport table_view_first(const struct table_view *t);

/* Pauses the picture or goes on; asks for so many steps of another rate; for the table of
 * that name anew. */
void table_view_toggle_pause(struct table_view *t);
void table_view_change_rate(struct table_view *t, int64_t steps);
void table_view_subscribe_anew(struct table_view *t);

/* Subscribes to what it was opened with. */
enum err_code table_view_subscribe(struct table_view *t, struct err *e);

/* It cannot be had as a table (why); true: it will be tried as a tree.
 * table_view_try_tree(): does so; in the step that may use the network. */
bool table_view_may_be_tree(struct table_view *t, const struct err *why);

/* It is being found out what it is, if no table: it has not failed yet. */
bool table_view_is_tried(const struct table_view *t);

/* It was no tree either; why it is no table. table_view_try_table(): asks for a table
 * again; false: there is no need. */
const struct err *table_view_is_neither(struct table_view *t);
bool table_view_try_table(struct table_view *t);
void table_view_try_tree(struct table_view *t);

/* Which nodes are open is settled: those that were asked for, or, for that reason (else
 * NULL), those from before. */
void table_view_nodes_arrived(struct table_view *t, const struct err *why);
void table_view_drop_nodes(struct table_view *t); /* they are not asked for any more */

/* The same because the user does not wait; false when none were asked for. How long that
 * takes, as operations_status() and operations_next_ms() tell it of an operation. */
bool table_view_rest_nodes(struct table_view *t);
void table_view_status_nodes(const struct table_view *t, uint64_t now_ms,
                             struct info_line *out);
uint64_t table_view_next_nodes(const struct table_view *t, uint64_t now_ms);

/* An operation can be asked for now; else it was said why not. */
bool table_view_can_operate(struct table_view *t);

/* The rows around a place of a table whose size is not known yet; owned by the caller. */
struct viewport table_view_around(const struct table_view *t, const struct grid_place *p);

/* The table that was asked for has replaced the one before: the cursor goes where the
 * operation wants it. table_view_drop_operation(): it will not. */
void table_view_arrived(struct table_view *t);
void table_view_drop_operation(struct table_view *t);

/* Takes in what the feed holds, as after each of its changes. */
void table_view_take(struct table_view *t);

/* The server can number its rows, which stay where they are. The schema is known. */
bool table_view_can_number(const struct table_view *t);

/* Where a filter puts the cursor's row is asked beside the rows; it goes there unless it
 * was moved meanwhile. table_view_drop_place(): no matter where. table_view_sweep_place():
 * frees a question that is answered, in the step that may use the network. */
void table_view_drop_place(struct table_view *t);
void table_view_sweep_place(struct table_view *t);

/* What the mouse does, as view_ops have it. */
struct view_wish table_view_press(void *self, struct rect r, int row, int col);
void table_view_drag(void *self, int col);
void table_view_scroll(void *self, int rows, int columns);

/* Takes in which totals the table asks for, and asks for them; in the step that may use the
 * network. Lines that they take of a height. */
void table_view_ask_totals(struct table_view *t);
int table_view_totals_lines(const struct table_view *t, int rows);
void table_view_prepare_totals(struct table_view *t, int lines, const struct draw_env *env);
void table_view_draw_totals(const struct table_view *t, struct surface *s, struct rect r,
                            const struct draw_env *env);
void table_view_status_totals(const struct table_view *t, struct info_line *out);
void table_view_pause_totals(struct table_view *t, bool pause);
void table_view_close_totals(struct table_view *t);

/* Hands out the value that was asked for, once it is here; in the step that may use the
 * network. table_view_drop_fetch(): it is not wanted; false when none was asked for. */
void table_view_take_fetch(struct table_view *t);
bool table_view_drop_fetch(struct table_view *t);

/* Hands out what was to be copied, once it is here; in the step that may use the network.
 * table_view_drop_copy(): it is not wanted; false when none was asked for. */
void table_view_take_copy(struct table_view *t);
bool table_view_drop_copy(struct table_view *t);

/* The same of rows (ui/table/row_fetch). */
void table_view_take_rows(struct table_view *t);
bool table_view_drop_rows(struct table_view *t);

/* What was written stays; there is no way back any more. */
void table_view_drop_writes(struct table_view *t);

/* Tells of an input table, which rows can be written into. */
void table_view_status_input(const struct table_view *t, struct info_line *out);

/* Goes to the hit that was asked for, once it is here; in the step that may use the
 * network. table_view_rest_search(): what is under way is not waited
 * for any more, but can be gone on with; false when nothing was. table_view_drop_search():
 * nothing is looked for any more. */
void table_view_take_search(struct table_view *t);
bool table_view_rest_search(struct table_view *t);
void table_view_drop_search(struct table_view *t);

/* What was asked for is there, or has failed and the old one goes on (why). The rate that
 * holds is told only now, when that is known. */
void table_view_restarted(struct table_view *t, const struct err *why);

#endif
