/*
 * ui/app/state.h - what the parts of the application share, and the steps they all take.
 *
 * Private to ui/app. It is one struct since a key may reach anything; what has
 * rules of its own is behind a type with an interface (view_stack, console, question,
 * meter_popup, frame_clock, and all of client/). The steps here change the struct alone.
 * Which part knows which:
 *
 *     app -> commands -> actions -> screen -> tables -> state
 *                    -> server  ----------> tables
 *
 * Callbacks of streams and session never free anything: they note what is to happen, and
 * the next frame, or the end of the loop, does it. Loop thread.
 */
#ifndef UI_APP_STATE_H
#define UI_APP_STATE_H

#include <uv.h>

#include "client/fields.h"
#include "client/rpc/channel.h"
#include "client/rpc/pump.h"
#include "client/session.h"
#include "client/target.h"
#include "ui/app/picker.h"
#include "ui/cli/options.h"
#include "ui/table/meter_popup.h"
#include "ui/table/rate.h"
#include "ui/table/table_view.h"
#include "ui/term/console.h"
#include "ui/term/frame_clock.h"
#include "ui/term/surface.h"
#include "ui/widget/question.h"
#include "ui/widget/statusline.h"
#include "ui/widget/view_stack.h"

struct app {
    const struct options *options;
    struct options set; /* what :set has changed; only those fields count */
    struct zone *zone;
    struct draw_env env;
    uv_loop_t loop;
    struct console console;

    /* The way to the server: ui/app/server. */
    struct target target;
    struct pump *pump;
    struct channel *channel;
    struct session *session;
    enum link_state link;
    uv_timer_t connect;

    /* What is open: ui/app/tables. */
    struct view_stack views;
    struct table_view
        *table;            /* the uppermost, borrowed from its view; NULL: there is none */
    struct picker *picker; /* likewise */
    struct fields *fields; /* what the server offers; NULL: not asked yet */
    bool fields_ended;     /* the list is no longer kept current */
    bool opened;           /* something of the server was on screen */
    struct table_view *refused; /* borrowed; it, and what lies on it, goes at the next
                                 * frame; NULL: none does */

    /* What is drawn: ui/app/screen. */
    struct surface *surface;
    struct frame_clock clock;
    uv_timer_t wake; /* when something on the screen changes by itself */
    struct slow slow;
    struct meter_popup meter;
    uint64_t frames, dropped;
    double shown_round_trip; /* ms in the tab line; 0: none yet */
    char message[512];
    uint8_t message_style;

    /* What is typed: ui/app/actions, ui/app/commands. */
    struct key_matcher matcher;
    struct question *question;

    bool stopping;
    int signal;     /* that ends the program, or 0 */
    struct err end; /* why it ends */
};

/* The screen would look different; app_mark_data() when rows that came are the reason.
 * app_mark_dirty_of() is app_mark_dirty() as a callback. */
void app_mark_dirty(struct app *a);
void app_mark_data(struct app *a);
void app_mark_dirty_of(void *ctx);

/* text, safe to show, is copied into the message line, until the next key. */
void app_say(struct app *a, uint8_t style, const char *text);

/* Ends the loop. why (NULL: all is well) is copied; the first one counts. */
void app_stop(struct app *a, const struct err *why);
void app_stop_interrupted(struct app *a);
void app_stop_terminal_gone(struct app *a);

/* Puts a view (given) on the stack, which must have room, and takes the top one off. */
void app_push_view(struct app *a, struct view v);
void app_pop_view(struct app *a);
struct view *app_top_view(struct app *a); /* borrowed until the stack changes */

/* Back to the table, so that what is done to it is seen. */
void app_close_overlays(struct app *a);

/* Whether so many more views may be opened; says so when not. */
bool app_has_room(struct app *a, size_t views);

/* The part of the screen that views are drawn in. */
struct rect app_view_rect(const struct app *a);

#endif
