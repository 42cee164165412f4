/*
 * ui/widget/keymap.h - the table of key bindings, and the matching of typed keys against
 * it.
 *
 * The table is the only place of the program that binds a key. What a preset and the user
 * make of it (keymap_own.c) is what holds: dispatch and the help screen read that. The
 * matcher is a small state machine without input or output: feed it one key at a time. Loop
 * thread only.
 */
#ifndef UI_WIDGET_KEYMAP_H
#define UI_WIDGET_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/term/key.h"

/* What the keys go to. Bindings of MODE_ANY hold in every mode that does not bind the same
 * keys itself; where text is typed (MODE_FILTER, MODE_PROMPT) only those that are no text.
 * A key that comes back as KEYS_UNKNOWN there belongs to prompt_key(). */
enum key_mode {
    MODE_ANY,
    MODE_GRID,    /* a table */
    MODE_PICKER,  /* a list to choose from; "/" starts its filter */
    MODE_COLUMNS, /* a list of columns to choose, hide and order */
    MODE_FILTER,  /* the same list while its filter is typed: what is unbound is text */
    MODE_HELP,
    MODE_POPUP,  /* a box over a table */
    MODE_LOG,    /* the lines of a server's log */
    MODE_PROMPT, /* ui/widget/prompt: what is unbound is editing */
    MODE_COUNT
};

/* id, name for config and ":" */
#define ACTION_MAP(X)                                                                      \
    X(NONE, "none")                                                                        \
    X(MOVE_ROW, "move-row")             /* n: rows; a count multiplies */                  \
    X(MOVE_COLUMN, "move-column")       /* n: columns; a count multiplies */               \
    X(MOVE_HALF_PAGE, "move-half-page") /* n: half pages; a count multiplies */            \
    X(MOVE_PAGE, "move-page")           /* n: pages; a count multiplies */                 \
    X(FIRST_ROW, "first-row")           /* with a count: row number count, from 1 */       \
    X(LAST_ROW, "last-row")             /* likewise */                                     \
    X(GO_PERCENT, "go-percent")         /* count: percent; needs one */                    \
    X(FIRST_COLUMN, "first-column")                                                        \
    X(LAST_COLUMN, "last-column")                                                          \
    X(MOVE_COLUMN_PAGE,                                                                    \
      "move-column-page")           /* n: screens of columns; a count multiplies */        \
    X(CURSOR_TO, "cursor-to")       /* n: -1 top, 0 middle, +1 bottom of screen */         \
    X(SCROLL_TO, "scroll-to")       /* n: this row to -1 top, 0 middle, +1 bottom */       \
    X(SET_MARK, "set-mark")         /* the key that follows is its name */                 \
    X(GO_MARK, "go-mark")           /* likewise */                                         \
    X(GO_BACK, "go-back")           /* where the last jump came from */                    \
    X(OPEN_CELL, "open-cell")       /* the whole value in a popup */                       \
    X(OPEN_ROW, "open-row")         /* all values of the row in a popup */                 \
    X(OPEN_METER, "open-meter")     /* how link and terminal are doing */                  \
    X(MESSAGES, "messages")         /* what was said last, whole, in a popup */            \
    X(OPEN_CONSOLE, "open-console") /* code for the server, and what came of it */         \
    X(OPEN_LOG, "open-log")         /* what the server writes into its log */              \
    X(LOG_LEVELS, "log-levels")     /* n: +1 the next choice of them, -1 the one before */ \
    X(OPEN_SEARCH, "open-search")   /* the prompt for a text to find */                    \
    X(FIND, "find")                 /* the prompt for what to find in this column */       \
    X(FIND_ALL, "find-all")         /* likewise, in all columns */                         \
    X(FIND_VALUE, "find-value")     /* the next cell of this column with its value */      \
    X(FIND_AGAIN, "find-again")     /* n: +1 onwards, -1 backwards */                      \
    X(SEARCH_AGAIN, "search-again") /* n: +1 onwards, -1 backwards */                      \
    X(HIDE_COLUMN, "hide-column")   /* a count hides so many from here on */               \
    X(SHOW_COLUMNS, "show-columns") /* all hidden ones */                                  \
    X(SHIFT_COLUMN, "shift-column") /* n: this column by so many; a count multiplies */    \
    X(FREEZE_COLUMNS, "freeze-columns")    /* up to this; a count: the first so many */    \
    X(RESIZE_COLUMN, "resize-column")      /* n: wider by; a count multiplies */           \
    X(FIT_COLUMN, "fit-column")            /* to the cells on screen */                    \
    X(FIT_COLUMNS, "fit-columns")          /* all */                                       \
    X(OPEN_GO_COLUMN, "open-go-column")    /* the prompt for the name of a column */       \
    X(OPEN_COLUMNS, "open-columns")        /* the list of all columns */                   \
    X(TOGGLE, "toggle")                    /* the chosen entry */                          \
    X(DROP_ENTRY, "drop-entry")            /* the chosen entry, of a list of filters */    \
    X(SORT, "sort")                        /* n: +1 up, -1 down; by this column alone */   \
    X(SORT_MORE, "sort-more")              /* n: likewise, after the columns that count */ \
    X(UNSORT, "unsort")                    /* this column is taken out of the sort */      \
    X(REVERSE, "reverse")                  /* the order of all rows */                     \
    X(OPEN_COLUMN_FILTER, "filter-column") /* the prompt for a filter of this column */    \
    X(OPEN_TABLE_FILTER, "filter-all")     /* likewise, of all columns */                  \
    X(FILTER_VALUE, "filter-value")        /* n: +1 keep, -1 drop rows with this value */  \
    X(OPEN_VALUE_FILTERS, "value-filters") /* a menu of filters made of this value */      \
    X(CLEAR_FILTERS, "clear-filters")      /* all; asks */                                 \
    X(OPEN_VALUES, "values")               /* distinct values of this column, counted */   \
    X(OPEN_STATISTICS, "statistics")       /* figures about this column */                 \
    X(TOTALS, "totals")                    /* the row of totals, on or off */              \
    X(OPEN_TOTALS, "choose-total")         /* a menu of totals for this column */          \
    X(ROLL_UP, "roll-up")                  /* a tree by this column, or those selected */  \
    X(TOGGLE_NODE, "toggle-node")          /* opens or closes this row of a tree */        \
    X(OPEN_NODES, "open-nodes")            /* all of them */                               \
    X(CLOSE_NODES, "close-nodes")          /* all but the first level */                   \
    X(UNDO, "undo")                        /* the newest operation on the table */         \
    X(REDO, "redo")                                                                        \
    X(EDIT_CELL, "edit-cell")       /* the prompt for a value of an input table */         \
    X(SELECT_CELLS, "select-cells") /* from here to where the cursor goes */               \
    X(SELECT_ROWS, "select-rows")                                                          \
    X(SELECT_COLUMNS, "select-columns")                                                    \
    X(COPY, "copy")                       /* what is selected, or the cell, as text */     \
    X(COPY_ROWS, "copy-rows")             /* whole ones */                                 \
    X(COPY_SHOWN, "copy-shown")           /* as the screen has it */                       \
    X(COPY_WITH_NAMES, "copy-with-names") /* the columns' names first */                   \
    X(COPY_NAMES, "copy-names")           /* these alone */                                \
    X(FOLLOW, "follow")                   /* on or off */                                  \
    X(PAUSE, "pause")                     /* on or off */                                  \
    X(CHANGE_RATE, "change-rate")   /* n: halvings of the interval; a count multiplies */  \
    X(RESUBSCRIBE, "resubscribe")   /* the table that has the name now */                  \
    X(OPEN_COMMAND, "open-command") /* the ":" prompt */                                   \
    X(OPEN_WRITE, "open-write")     /* the ":" prompt with ":w " in it */                  \
    X(OPEN_GO_ROW, "open-go-row")   /* the prompt for a row number */                      \
    X(OPEN_PICKER, "open-picker")   /* the table picker */                                 \
    X(STEP_TAB, "step-tab")         /* n: +1 right, a count: that tab; -1 left, so many */ \
    X(GO_TAB, "go-tab")             /* n: the number of a tab */                           \
    X(OPEN_TABS, "open-tabs")       /* the list of tabs */                                 \
    X(OPEN_HELP, "open-help")                                                              \
    X(OPEN_FILTER, "open-filter") /* start typing the filter of a list */                  \
    X(ACCEPT, "accept")           /* take the chosen entry */                              \
    X(ACCEPT_TAB, "accept-tab")   /* the same, in a new tab */                             \
    X(CLOSE, "close") /* this view, then its tab; the last one ends the program */         \
    X(QUIT, "quit-all")                                                                    \
    X(CANCEL, "cancel") /* what runs */                                                    \
    X(REDRAW, "redraw")                                                                    \
    X(SUSPEND, "suspend")

enum action {
#define X(id, name) ACT_##id,
    ACTION_MAP(X)
#undef X
        ACTION_COUNT
};

struct binding {
    enum key_mode mode;
    const char
        *keys; /* notation of ui/term/key.h; a last <Any> is an argument for the action */
    enum action action;
    struct {
        int n;
    } arg;
    const char *group; /* of the help screen */
    const char *help;  /* a few words, lower case */
};

extern const struct binding keymap[];
extern const size_t keymap_len;

/* Takes back a count or keys that wait for more. */
bool key_cancels(struct key k);

/* Where what is unbound is text. */
bool mode_takes_text(enum key_mode mode);

/* The bindings that hold, in the order of the table; at first they are the table. Borrowed
 * until they are changed. */
size_t bindings_count(void);
const struct binding *bindings_at(size_t i);

/* The keys of each binding, in the same order, read from its notation once: what is looked
 * through at each key. */
struct bound_keys {
    struct key k[KEYS_LEN_MAX];
    uint8_t n;    /* 0: the notation is bad */
    uint8_t mode; /* enum key_mode */
};
const struct bound_keys *bindings_keys(void);

/* Another number whenever they have changed. */
unsigned bindings_version(void);

/* Goes back to the table, and then to what a preset changes: "vim" nothing, "less",
 * "visidata". */
void bindings_reset(void);
void bindings_use_preset(const char *name);

/* Gives an action, by its name and perhaps an argument ("sort -1"), these keys (separated
 * by blanks) as well, in all modes that bind it or in one ("popup/close": table, list,
 * columns, filter, help, popup, log, or any for what works in all); "none" takes them from
 * whatever has them. ERR_USAGE says what is wrong with them, or what they took from another
 * binding of one's own or made impossible to type; the others count. */
enum err_code bindings_add(const char *action, const char *keys, struct err *e);

/* What stands for a mode before "/" there; NULL: it has no name. */
const char *bindings_place(enum key_mode mode);

/* The i-th change of a preset: its keys, and what they do; help is "" when they do nothing.
 * False at the end. Constant. */
bool preset_change(size_t i, const char **preset, const char **keys, const char **help);

/* Whether the keys of b end in <Any>. Where both fit, keys without it win. */
bool binding_takes_key(const struct binding *b);

/* Name of an action as config and ":" use it; and back, -1 when there is none. */
const char *action_name(enum action a);
int action_find(const char *name);

enum key_result {
    KEYS_PENDING,   /* more keys may follow: key_matcher_typed() for the status line */
    KEYS_ACTION,    /* binding, count and has_count are set */
    KEYS_UNKNOWN,   /* no such sequence: key_matcher_typed() still tells what was typed */
    KEYS_CANCELLED, /* Esc took back a count or a prefix */
};

struct key_match {
    enum key_result result;
    const struct binding *binding; /* borrowed as from bindings_at(), or NULL */
    int64_t count;                 /* what was typed, or 1; never above INT64_MAX */
    bool has_count;
    struct key arg; /* what was typed for <Any>; code K_NONE: nothing */
};

/* Waiting digits and keys; the caller's memory, zero-initialised is a fresh one. */
struct key_matcher {
    struct key seq[KEYS_LEN_MAX];
    uint8_t len;
    bool has_count;
    bool done; /* the sequence was decided; the next key starts anew */
    int64_t count;
    enum key_mode mode;
};

/* Takes one key. A change of mode drops what was pending. Digits count in
 * modes where text is not typed; a first 0 is a key. */
struct key_match key_matcher_feed(struct key_matcher *m, enum key_mode mode, struct key k);

/* Forgets what is pending. */
void key_matcher_reset(struct key_matcher *m);
bool key_matcher_pending(const struct key_matcher *m);

#define KEYS_TYPED_LEN (24 + KEYS_LEN_MAX * KEY_NAME_LEN)

/* What was typed for the pending or last unknown sequence, e.g. "12g"; cut when out is
 * short. */
void key_matcher_typed(const struct key_matcher *m, char *out, size_t size);

/* The i-th binding that the pending keys may become, or NULL. Borrowed likewise. */
const struct binding *key_matcher_choice(const struct key_matcher *m, size_t i);

#endif
