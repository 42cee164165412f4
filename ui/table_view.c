#include "ui/table_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/mem.h"
#include "client/feed.h"
#include "client/tickets.h"
#include "model/viewport.h"

/* Items of a list that the server sends; one more than any cell can show. */
#define LIST_LIMIT 65

struct table_view {
    struct session *session; /* borrowed */
    char *name;
    struct buf ticket;
    struct table_view_options options;
    const struct table_view_handler *handler;
    void *ctx;
    struct grid *grid;
    struct feed *feed; /* NULL until opened */
    struct err end;    /* why the feed is over; ERR_OK: it is not */
    struct viewport_policy policy;
};

static void on_changed(void *ctx)
{
    struct table_view *t = ctx;
    struct window w = feed_window(t->feed);

    grid_set_window(t->grid, &w);
    t->handler->changed(t->ctx);
}

/* The server words these for its log; say what they mean for the one who asked. */
static void explain(const struct table_view *t, struct err *e)
{
    bool no_table = strstr(e->msg, "not a subscribable table") ||
                    strstr(e->msg, "Ticket is not a table") ||
                    (strstr(e->msg, "Could not resolve ticket") && strstr(e->msg, "(hex)"));

    if (e->code == ERR_SERVER && no_table)
        (void)err_set(e, ERR_NOT_TABLE, "%s is not a table", t->name);
    else if (e->code == ERR_NOT_FOUND)
        (void)err_set(e, ERR_NOT_FOUND, "the server has no table \"%s\"", t->name);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct table_view *t = ctx;
    struct err e = *why;
    bool opened = feed_window(t->feed).schema != NULL;

    explain(t, &e);
    t->end = e;
    grid_set_stale(t->grid, true);
    t->handler->ended(t->ctx, opened, &e);
}

static const struct feed_handler feed_handler = {on_changed, on_ended};

struct table_view *table_view_new(struct session *session, const char *name,
                                  struct bytes ticket, const struct table_view_options *o,
                                  const struct table_view_handler *handler, void *ctx)
{
    struct table_view *t = MEM_NEW(struct table_view);

    t->session = session;
    t->name = mem_strdup(name);
    buf_init(&t->ticket, TICKET_MAX);
    (void)buf_append(&t->ticket, ticket.data, ticket.len,
                     NULL); /* a ticket is never longer */
    t->options = *o;
    t->handler = handler;
    t->ctx = ctx;
    t->grid = grid_new();
    return t;
}

enum err_code table_view_open(struct table_view *t, struct rect r,
                              const struct draw_env *env, struct err *e)
{
    struct feed_options o = {.ticket = buf_bytes(&t->ticket),
                             .interval_ms = t->options.interval_ms,
                             .max_message = t->options.max_message,
                             .list_limit = LIST_LIMIT};
    struct viewport_screen screen;
    struct viewport first;
    enum err_code rc;

    grid_prepare(t->grid, r, env);
    grid_screen(t->grid, &screen);
    (void)viewport_next(&screen, NULL, &first); /* with nothing asked yet it always asks */
    rc = feed_open(t->session, &o, &first, &feed_handler, t, &t->feed, e);
    viewport_release(&first);
    return rc;
}

struct grid *table_view_grid(struct table_view *t)
{
    return t->grid;
}

const char *table_view_end(const struct table_view *t)
{
    return t->end.code != ERR_OK ? t->end.msg : NULL;
}

bool table_view_is_static(const struct table_view *t)
{
    return t->feed && feed_is_static(t->feed);
}

/* --- as a view --- */

static enum key_mode view_mode(const void *self)
{
    (void)self;
    return MODE_GRID;
}

static void view_prepare(void *self, struct rect r, const struct draw_env *env)
{
    struct table_view *t = self;
    struct viewport_screen screen;
    struct viewport next;

    grid_prepare(t->grid, r, env);
    if (!t->feed || !feed_window(t->feed).schema || feed_ended(t->feed))
        return;
    grid_screen(t->grid, &screen);
    if (viewport_policy_next(&t->policy, &screen, feed_asked(t->feed),
                             (double)uv_hrtime() / 1e6, session_round_trip_ms(t->session),
                             &next)) {
        feed_request(t->feed, &next);
        viewport_release(&next);
    } else if (feed_settled(t->feed)) {
        grid_settled(t->grid);
    }
}

static void view_draw(const void *self, struct surface *s, struct rect r,
                      const struct draw_env *env)
{
    const struct table_view *t = self;

    grid_draw(t->grid, s, r, env);
}

static bool view_action(void *self, const struct key_match *m)
{
    struct table_view *t = self;
    const char *note;

    if (!grid_action(t->grid, m))
        return false;
    note = grid_take_note(t->grid);
    if (note)
        t->handler->say(t->ctx, note);
    return true;
}

/* The reason of an end stays in sight. */
static void view_status(const void *self, const struct draw_env *env, char *out,
                        size_t size)
{
    const struct table_view *t = self;
    char where[STATUS_TEXT_MAX];
    char *why;

    grid_status(t->grid, env, where, sizeof(where));
    if (t->end.code == ERR_OK) {
        (void)snprintf(out, size, "%s", where);
        return;
    }
    why = text_clean_line(t->end.msg, env->ascii);
    (void)snprintf(out, size, "%s   ended: %s", where, why);
    free(why);
}

static const char *view_title(const void *self)
{
    const struct table_view *t = self;

    return t->name;
}

static void view_close(void *self)
{
    struct table_view *t = self;

    feed_close(t->feed);
    grid_free(t->grid);
    buf_release(&t->ticket);
    free(t->name);
    free(t);
}

static const struct view_ops table_view_ops = {
    .mode = view_mode,
    .prepare = view_prepare,
    .draw = view_draw,
    .action = view_action,
    .status = view_status,
    .title = view_title,
    .close = view_close,
};

struct view table_view_as_view(struct table_view *t)
{
    return (struct view){&table_view_ops, t};
}
