/*
 * A tab is a stack of views, with shortcuts to the uppermost table and picker in it
 * (`table`, `picker`), which tab_pop_view() keeps true. It draws nothing by itself:
 * whatever changes it says so, and a frame follows if the tab is on the screen.
 *
 * A callback of a table must not free it. So a table that is refused is only noted
 * (`refused`), and tab_close_refused() takes it off before the next frame. A tab that has
 * nothing to show any more stays, with the reason (`failed`), unless all have failed: then
 * the program ends with the reason of the last.
 */
#include "ui/app/tab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "client/lag_policy.h"
#include "client/loss.h"
#include "ui/app/partitions.h"
#include "ui/app/shares.h"
#include "ui/app/state.h"
#include "ui/term/theme.h"
#include "ui/widget/key_hints.h"
#include "ui/widget/text_popup.h"

struct tab *tab_new(struct app *a, struct app_server *s)
{
    struct tab *t = MEM_NEW(struct tab);

    t->app = a;
    t->server = s;
    return t;
}

void tab_free(struct tab *t)
{
    sharing_free(t->sharing);
    while (t->views.n > 0)
        tab_pop_view(t);
    for (size_t i = 0; i < TAB_SAID_MAX; i++)
        free(t->said[i]);
    partitions_drop(t);
    free(t->link);
    free(t->layout);
    free(t->offered);
    free(t->view_names);
    free(t->asked_view);
    free(t->value_column);
    free(t);
}

static bool is_shown(const struct tab *t)
{
    return app_tab(t->app) == t;
}

void tab_mark_dirty(struct tab *t)
{
    if (is_shown(t))
        app_mark_dirty(t->app);
}

void tab_mark_data(struct tab *t)
{
    if (is_shown(t))
        app_mark_data(t->app);
}

void tab_mark_dirty_of(void *ctx)
{
    tab_mark_dirty(ctx);
}

static void keep(struct tab *t, const char *text)
{
    if (*text == '\0' || (t->said[0] && strcmp(t->said[0], text) == 0))
        return;
    free(t->said[TAB_SAID_MAX - 1]);
    memmove(t->said + 1, t->said, (TAB_SAID_MAX - 1) * sizeof(*t->said));
    t->said[0] = mem_strdup(text);
}

void tab_say(struct tab *t, uint8_t style, const char *text)
{
    (void)snprintf(t->message, sizeof(t->message), "%s", text);
    t->message_style = style;
    keep(t, text);
    tab_mark_dirty(t);
}

/* --- views --- */

struct view *tab_top_view(struct tab *t)
{
    return view_stack_top(&t->views);
}

struct table_view *tab_table_on_top(const struct tab *t)
{
    bool on_top = t->table && t->views.views[t->views.n - 1].self == t->table;

    return on_top ? t->table : NULL;
}

struct table_view *tab_table_in_sight(struct tab *t)
{
    const struct view *base = &t->views.views[view_stack_base(&t->views)];

    return t->table && base->self == t->table ? t->table : NULL;
}

void tab_push_view(struct tab *t, struct view v)
{
    view_stack_push(&t->views, v);
    key_matcher_reset(&t->matcher);
    tab_mark_dirty(t);
}

void tab_pop_view(struct tab *t)
{
    struct view v = view_stack_pop(&t->views);

    if (t->picker && v.self == t->picker)
        t->picker = NULL;
    if (v.self == t->refused)
        t->refused = NULL;
    if (v.self == t->looked_at)
        t->looked_at = NULL; /* the next one may have its place in memory */
    t->table = view_stack_find(&t->views, MODE_GRID); /* the picker may lie between two */
    v.ops->close(v.self);
    key_matcher_reset(&t->matcher);
    tab_mark_dirty(t);
}

void tab_close_overlays(struct tab *t)
{
    while (t->views.n > 1 && tab_top_view(t)->ops->overlay)
        tab_pop_view(t);
}

void tab_say_keys(struct tab *t, uint8_t style, const char *text)
{
    const struct view *v = tab_top_view(t);
    char *said = key_hints(v->ops->mode(v->self), text);

    tab_say(t, style, said);
    free(said);
}

bool tab_has_room(struct tab *t, size_t views)
{
    if (view_stack_room(&t->views) >= views)
        return true;
    tab_say_keys(t, STYLE_MESSAGE_WARN, "too much is open; {close} closes");
    return false;
}

/* --- texts --- */

void tab_show_text(struct tab *t, const char *title, const char *text)
{
    struct popup *p;

    if (!tab_has_room(t, 1))
        return;
    p = text_popup_new(title, text);
    tab_push_view(t, popup_as_view(p));
    popup_prepare(p, app_view_rect(t->app), &t->app->env);
}

void tab_show_messages(struct tab *t)
{
    char *text = mem_strdup("");

    for (size_t i = 0; i < TAB_SAID_MAX && t->said[i]; i++)
        mem_addf(&text, "%s\n", t->said[i]);
    if (*text)
        tab_show_text(t, "messages, the newest first", text);
    else
        tab_say(t, STYLE_MESSAGE, "there were no messages here yet");
    free(text);
}

void tab_say_refused(struct tab *t, const char *why)
{
    int cols = surface_cols(t->app->surface);

    tab_say(t, STYLE_MESSAGE_ERROR, why);
    if ((int)text_width(bytes_of(why), t->app->env.ascii, (size_t)cols + 1) > cols &&
        tab_table_on_top(t) && view_stack_room(&t->views) > 0)
        tab_show_text(t, "refused by the server", why);
}

/* --- what is told of it --- */

static const struct view *base_of(const struct tab *t)
{
    return &t->views.views[view_stack_base(&t->views)];
}

const char *tab_title(const struct tab *t)
{
    const struct view *base = base_of(t);

    if (t->picker && (!t->table || base->self == t->picker))
        return "tables";
    return t->table ? table_view_name(t->table) : base->ops->title(base->self);
}

const char *tab_address(const struct tab *t)
{
    return connection_address(t->server->connection);
}

int64_t tab_rows(const struct tab *t)
{
    return t->table && base_of(t)->self != t->picker ? table_view_rows(t->table) : -1;
}

/* Rows that are old while the server is there: asked for again, or about to be replaced. */
static enum link_state old_link(const struct err *why)
{
    if (why->code == ERR_NOT_FOUND)
        return LINK_MISSING;
    return loss_of_call_may_pass(why) ? LINK_BROKEN : LINK_LIVE;
}

static enum link_state state_of(const struct table_state *s)
{
    switch (s->phase) {
    case TABLE_RESOLVING:
        return LINK_WAITING;
    case TABLE_ENDED:
    case TABLE_FAILED:
        return LINK_ENDED;
    case TABLE_OLD:
        return old_link(&s->why);
    case TABLE_LIVE:
        break;
    }
    return LINK_LIVE;
}

/* Of a table on top, where the server is there. */
static struct link table_link(const struct table_view *table, uint64_t now_ms)
{
    const struct table_state *s = table_view_state(table);
    uint64_t due_ms = 0;

    (void)table_view_waits(table, &due_ms);
    return link_at(state_of(s), s->since_ms, due_ms, now_ms);
}

struct link tab_link(const struct tab *t, uint64_t now_ms)
{
    const struct table_view *table = tab_table_on_top(t);
    struct link link = server_link(t->server, now_ms);
    uint64_t late = table ? table_view_late_ms(table, now_ms) : 0;

    if ((link.state == LINK_LIVE || link.state == LINK_CONNECTING) &&
        t->failed.code != ERR_OK)
        return link_at(LINK_FAILED, now_ms, 0, now_ms);
    if (link.state == LINK_LIVE && table)
        link = table_link(table, now_ms);
    if ((link.state == LINK_LIVE || link.state == LINK_SLOW) && late >= LAG_LATE_MS)
        link = link_at(LINK_LATE, now_ms - late, 0, now_ms);
    return link;
}

bool tab_needs_look(const struct tab *t)
{
    return t->failed.code != ERR_OK || connection_why(t->server->connection) ||
           (t->table && table_view_end(t->table));
}

/* --- sleep --- */

void tab_sleep(struct tab *t, bool asleep)
{
    t->asleep = asleep;
    for (size_t i = 0; i < t->views.n; i++)
        if (t->views.views[i].ops->sleep)
            t->views.views[i].ops->sleep(t->views.views[i].self, asleep);
}

/* --- refused --- */

void tab_alive(struct tab *t)
{
    t->opened = true;
    t->failed.code = ERR_OK;
}

void tab_fail(struct tab *t, const struct err *why)
{
    struct app *a = t->app;
    bool alive = false;

    t->failed = *why;
    *t->message = '\0'; /* it is overtaken */
    for (size_t i = 0; i < a->n_tabs; i++)
        alive = alive || a->tabs[i]->failed.code == ERR_OK;
    if (!alive && !a->stopping) {
        a->end_of = t->server;
        app_stop(a, why);
    }
    app_mark_dirty(a);
}

void tab_refuse(struct tab *t, struct table_view *v, const struct err *why)
{
    t->refused = v;
    t->refused_why = *why;
    tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
}

void tab_close_refused(struct tab *t)
{
    if (!t->refused)
        return;
    while (t->refused && t->views.views[0].self != t->refused)
        tab_pop_view(t);
    t->refused = NULL;
    tab_say_refused(t, t->refused_why.msg);
}
