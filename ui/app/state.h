/*
 * ui/app/state.h - what the parts of the application share, and the steps they all take.
 *
 * Private to ui/app. It is one struct since a key may reach anything; what has
 * rules of its own is behind a type with an interface (tab, console, question, meter_popup,
 * frame_clock, and all of client/). The steps here change the struct alone.
 * Which part knows which:
 *
 *     app       commands, actions, pointer, screen, server, settings, suspend, targets
 *     commands  actions, settings, targets, server, tables, tabs, work, filters, recipes,
 *               saved_views, console_run, log_view, server_box, joins, new_table,
 *               inserts, row_edits
 *     actions   screen, suspend, tab_list, tables, tabs, work, filters, copies,
 *               console_run, log_view, row_edits
 *     pointer   actions, screen, tabs
 *     console_run   server, tables, code_lines
 *     work      filters (which has what both do), recipes, file_export, shares,
 *               joins, meta, rings
 *     filters   work
 *     targets   server, tables
 *     server    tables, tabs (which has a server open the tabs that are left), sleep,
 *               file_export, console_run
 *     tab_list, tables   tabs
 *     tabs      sleep
 *     suspend   screen, sleep
 *     screen    tables, server, recipes, saved_views, values, file_export, console_run
 *     values    filters, tables, actions (which hands it keys)
 *     recipes, saved_views, joins   work
 *     shares    server
 *     rings     shares, console_run, work
 *     tab       shares
 *     inserts   filters
 *     row_edits   filters, inserts
 *     all       tab, state
 *
 * Callbacks of streams and session never free anything: they note what is to happen, and
 * the next frame, or the end of the loop, does it. Loop thread.
 */
#ifndef UI_APP_STATE_H
#define UI_APP_STATE_H

#include <uv.h>

#include "client/rpc/pump.h"
#include "ui/app/copies.h"
#include "ui/app/file_export.h"
#include "ui/app/server.h"
#include "ui/app/tab.h"
#include "ui/cli/options.h"
#include "ui/table/meter_popup.h"
#include "ui/table/rate.h"
#include "ui/term/console.h"
#include "ui/term/frame_clock.h"
#include "ui/term/surface.h"
#include "ui/widget/question.h"
#include "ui/widget/tab_line.h"

struct app {
    const struct options *options;
    struct config *config; /* :source adds to it */
    struct options set;    /* what holds now: options, and what :set has changed */
    struct zone *zone;
    struct draw_env env;
    uv_loop_t loop;
    struct console console;
    struct view_wish pressed; /* of the mouse, until the next event; ACT_NONE: nothing */
    const void *pressed_view; /* where; compared only */

    struct pump *pump;
    struct app_server **servers; /* owned */
    size_t n_servers, servers_cap;
    struct target first; /* its host, port and tls; owned */
    uv_timer_t goodbye;  /* how long the servers may take to hear of the end */

    struct tab **tabs; /* owned, as shown from left to right */
    size_t n_tabs, tabs_cap;
    size_t shown; /* the tab on the screen */
    struct tab_line_drawn tab_line;
    uv_timer_t sleep;   /* when the next tab falls asleep */
    uv_timer_t parting; /* how long a process that is to stop waits for its servers */

    /* What is drawn: ui/app/screen. */
    struct surface *surface;
    struct frame_clock clock;
    uv_timer_t wake; /* when something on the screen changes by itself */
    struct slow slow;
    struct meter_popup meter;
    uint64_t frames, dropped;

    struct file_export *file_export; /* owned: the file that is written */
    struct row_edits *row_edits;     /* owned: rows that are asked about */
    struct copies *copies;           /* owned: what is copied out of tables */
    struct question *question;       /* what is typed: ui/app/actions, ui/app/commands */
    char proposal[512];              /* scratch of its completion */
    const struct schema *joined;     /* likewise, while columns are gone through */
    char *find_column;   /* owned: where to look for what is asked; NULL: in all columns */
    char *filter_column; /* owned: whose filter is asked for; NULL: of all columns */

    bool away; /* the process is to stop, until it is continued: no tab is on the screen */
    bool stopping;
    int signal;                /* that ends the program, or 0 */
    struct err end;            /* why it ends */
    struct app_server *end_of; /* borrowed: the server that is the reason; or NULL */
};

/* The screen would look different; app_mark_data() when that comes by itself.
 * app_mark_dirty_of() is app_mark_dirty() as a callback. */
void app_mark_dirty(struct app *a);
void app_mark_data(struct app *a);
void app_mark_dirty_of(void *ctx);

/* The tab on the screen; NULL while there is none. Borrowed until tabs are closed. */
struct tab *app_tab(const struct app *a);

/* Adds an empty tab at the end; it is not yet on the screen. Borrowed likewise, and the
 * server is borrowed for good. */
struct tab *app_add_tab(struct app *a, struct app_server *s);

/* Something of a server was on the screen: what follows is no failed start. */
bool app_has_opened(const struct app *a);

/* A tab of another server than that of t may yet show something. */
bool app_awaits_other(const struct app *a, const struct tab *t);

/* Ends the loop. why (NULL: all is well) is copied; the first one counts. */
void app_stop(struct app *a, const struct err *why);
void app_stop_interrupted(struct app *a);
void app_stop_terminal_gone(struct app *a);

/* The part of the screen that views are drawn in. */
struct rect app_view_rect(const struct app *a);

/* The name of a file as it was typed: a "~/" in front is the home folder. Owned. */
char *app_full_path(const char *typed);

#endif
