/*
 * ui/app/tab.h - one tab: its stack of views, and what belongs to it alone.
 *
 * Part of ui/app, see ui/app/state.h. A tab knows nothing of the others, and what happens
 * in one that is not on the screen draws nothing. Callbacks of its tables and lists have it
 * as their context, so that they act on it and not on the tab that is looked at. Loop
 * thread.
 */
#ifndef UI_APP_TAB_H
#define UI_APP_TAB_H

#include "ui/app/picker.h"
#include "ui/table/table_view.h"
#include "ui/widget/keymap.h"
#include "ui/widget/tab_line.h"
#include "ui/widget/view_stack.h"

struct app;
struct app_server;
struct sharing;

#define TAB_SAID_MAX 20  /* messages that can be read again */
#define TAB_AHEAD_MAX 32 /* keys typed for a list of values that is on its way */

struct tab {
    struct app *app;           /* borrowed */
    struct app_server *server; /* borrowed: whose tables it shows */
    struct view_stack views;
    struct table_view *table; /* the uppermost, borrowed from its view, or NULL */
    struct picker *picker;    /* likewise */
    bool name_gone; /* the server has no table of its name, though rows may go on */
    bool opened;    /* something of the server was on screen */
    struct table_view *refused; /* borrowed; it, and what lies on it, goes at the next
                                 * frame; NULL: none does */
    struct err refused_why;
    struct err failed; /* why nothing could be opened; code ERR_OK: nothing failed */
    struct key_matcher matcher; /* keys that were typed here and wait for more */
    uint64_t
        hidden_ms;     /* since when it is off the screen, of uv_hrtime(); 0: it is on it */
    bool asleep;       /* it has no streams: ui/app/sleep */
    char *link;        /* owned: operations that the table is to be opened with, or NULL */
    bool link_asked;   /* whether they may run is being asked */
    bool link_may_run; /* the user has said so */
    struct partitions_ask *partitions; /* owned: what is asked of a partitioned table */
    char *layout; /* owned: the saved view whose columns are to be laid out, or NULL */
    const struct table_view *looked_at; /* whether it has saved views; never followed */
    char *offered;      /* owned: the table whose saved views were told of last, or NULL */
    char *view_names;   /* owned: its saved views, in a line each; NULL: not known yet */
    char *asked_view;   /* owned: the one that may be replaced, or NULL */
    char *value_column; /* owned: of the value whose filters are offered, or NULL */
    struct key ahead[TAB_AHEAD_MAX];
    size_t n_ahead;
    struct sharing
        *sharing; /* owned: what is given to others; NULL: nothing is under way */
    char message[ERR_TEXT_MAX];
    uint8_t message_style;
    char *said[TAB_SAID_MAX]; /* owned: the newest messages, the last one first */
};

/* Owned by the application's list of tabs. It is empty; the first view comes next. */
struct tab *tab_new(struct app *a, struct app_server *s);

/* Closes its views and what they hold on the server. */
void tab_free(struct tab *t);

/* The screen would look different, if the tab is on it; tab_mark_data() when rows that came
 * are the reason. tab_mark_dirty_of() is tab_mark_dirty() as a callback. */
void tab_mark_dirty(struct tab *t);
void tab_mark_data(struct tab *t);
void tab_mark_dirty_of(void *ctx);

/* text is copied into the tab's message line, until its next key. As sent: what is not safe
 * to show becomes a mark when the line is drawn. */
void tab_say(struct tab *t, uint8_t style, const char *text);

/* Likewise, with the keys of the actions that it names (ui/widget/key_hints). */
void tab_say_keys(struct tab *t, uint8_t style, const char *text);

/* The newest messages whole, in a box. */
void tab_show_messages(struct tab *t);

/* A box with a text (both copied); says so when there is no room for it. */
void tab_show_text(struct tab *t, const char *title, const char *text);

/* A refusal, in the words of a server: what the message line cuts is shown whole in a box,
 * if the table is on top. */
void tab_say_refused(struct tab *t, const char *why);

/* Puts a view (given) on the stack, which must have room, and takes the top one off. */
void tab_push_view(struct tab *t, struct view v);
void tab_pop_view(struct tab *t);
struct view *tab_top_view(struct tab *t); /* borrowed until the stack changes */

/* The table when nothing lies on it, else NULL. */
struct table_view *tab_table_on_top(const struct tab *t);

/* The table when nothing lies on it but what leaves some of it to be seen, else NULL. */
struct table_view *tab_table_in_sight(struct tab *t);

/* Back to the table, so that what is done to it is seen. */
void tab_close_overlays(struct tab *t);

/* Whether so many more views may be opened; says so when not. */
bool tab_has_room(struct tab *t, size_t views);

/* For the tab line and the list of tabs. The name is as sent, and borrowed as the address
 * is; rows are -1 when not known. The state is that of the table, or of the connection when
 * none is on top; it needs a look when what it shows is old. */
const char *tab_title(const struct tab *t);
const char *tab_address(const struct tab *t);
int64_t tab_rows(const struct tab *t);
struct link tab_link(const struct tab *t, uint64_t now_ms);
bool tab_needs_look(const struct tab *t);

/* Nothing of what the tab was opened for can be shown. That ends the program unless another
 * tab is alive; else the tab says why (copied), and stays. */
void tab_fail(struct tab *t, const struct err *why);

/* Something of the server is there to be shown, perhaps after all. */
void tab_alive(struct tab *t);

/* Ends the streams of its views, or has them subscribe again, as far as a call can be made.
 */
void tab_sleep(struct tab *t, bool asleep);

/* A table that is not the only view cannot be had, why (copied): it goes at the next frame,
 * and the reason is said. */
void tab_refuse(struct tab *t, struct table_view *v, const struct err *why);

/* Takes off the table that was refused, and what lies on it; the view at the bottom stays.
 * Not inside a callback of the table. */
void tab_close_refused(struct tab *t);

#endif
