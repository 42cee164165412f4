/*
 * ui/table/operations.h - the operations that a table on the screen has gone through: the
 * one that is under way, and where the cursor was before and after each.
 *
 * A state is what one operation made, the first is the table as it was opened; undo and
 * redo go from one to the next. An operation begins, and then it has arrived, or is
 * dropped: until then the state that is shown is the older one. Others may begin on top of
 * one that is under way, and all arrive with the last. Knows neither server nor recipe;
 * zero-initialised is a fresh one. Times are milliseconds of clock_ms(). Loop thread.
 */
#ifndef UI_TABLE_OPERATIONS_H
#define UI_TABLE_OPERATIONS_H

#include "ui/table/grid.h"
#include "ui/widget/info_line.h"

/* From then on an operation tells how long it has taken. */
#define OPERATION_SHOWN_MS 300

/* Where the cursor goes when a table has replaced another. */
enum anchor {
    ANCHOR_FIRST, /* to the first row */
    ANCHOR_ROW,   /* nowhere, as far as the new table has such a row */
    ANCHOR_BACK   /* to where it was in that state */
};

struct operation_state; /* opaque */

struct operations {
    struct operation_state *states; /* owned; empty before the first operation */
    size_t n, cap;
    size_t at; /* the state that is shown */
    /* Of what is under way: */
    bool under_way;
    char *doing; /* owned: the newest in words, kept when it is over; NULL: none ever was */
    size_t base; /* the state it starts from, or goes to */
    char **made; /* owned: what each new state is to be called */
    size_t n_made, cap_made;
    enum anchor anchor;
    uint64_t since_ms;
};

void operations_release(struct operations *o);

/* What (copied, a few words: "sort by Price") begins, on top of what is under way. */
void operations_begin(struct operations *o, const char *what, enum anchor anchor,
                      uint64_t now_ms);

/* Undo (step -1) or redo (+1) begins, from where what is under way leads. False when there
 * is no such state. operations_is_back(): that is the state which is shown. */
bool operations_begin_step(struct operations *o, int step, uint64_t now_ms);
bool operations_is_back(const struct operations *o);

/* The table that was asked for is there. here: where the cursor is in the one it replaces;
 * returns where it goes. */
struct grid_place operations_arrived(struct operations *o, const struct grid_place *here);

/* Where it would go, for asking for those rows; here as above. */
struct grid_place operations_target(const struct operations *o,
                                    const struct grid_place *here);

/* It is given up, or was refused. */
void operations_drop(struct operations *o);

/* What is under way, where that is more than one operation: "filter A 5, sort by A". Owned;
 * NULL: it is not. */
char *operations_together(const struct operations *o);

/* The newest operation in words, also when it is over; "": there was none. Borrowed until
 * the next begins. */
const char *operations_doing(const struct operations *o);

/* Adds what is under way and for how long, once that is worth telling, and when that
 * changes next (VIEW_NEVER: not by itself). */
void operations_status(const struct operations *o, uint64_t now_ms, struct info_line *out);
uint64_t operations_next_ms(const struct operations *o, uint64_t now_ms);

/* The same for what is no operation and has been under way since then. */
void operations_tell_busy(const char *doing, uint64_t since_ms, uint64_t now_ms,
                          struct info_line *out);
uint64_t operations_busy_next_ms(uint64_t since_ms, uint64_t now_ms);

#endif
