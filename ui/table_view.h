/*
 * ui/table_view.h - one table on the screen: a grid, its subscription, and what links the
 * two.
 *
 * Owns the grid, its live state and the feed. The session is borrowed. Moving the grid
 * moves the viewport, at most one request a frame. Subscribing anew keeps the old rows
 * until the new ones are there. Loop thread.
 */
#ifndef UI_TABLE_VIEW_H
#define UI_TABLE_VIEW_H

#include "client/session.h"
#include "ui/grid.h"
#include "ui/view.h"

struct table_view_options {
    int32_t interval_ms;
    int32_t max_message;
};

/* What the view tells its owner; ctx is the owner's. */
struct table_view_handler {
    void (*changed)(void *ctx);                /* draw again */
    void (*say)(void *ctx, const char *text);  /* for the message line, safe to show */
    void (*warn)(void *ctx, const char *text); /* likewise, of what cannot be done */
    /* The stream is over. opened: rows had been there, they stay on screen and are old. */
    void (*ended)(void *ctx, bool opened, const struct err *why);
};

struct table_view; /* opaque */

/* Owned by the view stack it is put on (table_view_as_view). name and ticket are copied. */
struct table_view *table_view_new(struct session *session, const char *name,
                                  struct bytes ticket, const struct table_view_options *o,
                                  const struct table_view_handler *handler, void *ctx);
struct view table_view_as_view(struct table_view *t);

/* Subscribes; session_can_call() must hold. When the session is logged in the ticket is
 * first resolved to an export, in the same round trip. The size of the screen is r. */
enum err_code table_view_open(struct table_view *t, struct rect r,
                              const struct draw_env *env, struct err *e);

struct grid *table_view_grid(struct table_view *t); /* borrowed */

/* Why no more rows come, as the server worded it, not yet safe to show; NULL while they do.
 * Borrowed. */
const char *table_view_end(const struct table_view *t);
/* The ticket it was opened with; borrowed. */
struct bytes table_view_ticket(const struct table_view *t);

/* Static table, as far as the server has said. */
bool table_view_is_static(const struct table_view *t);

#endif
