#include "ui/app/sleep.h"

#include "base/num.h"
#include "client/clock.h"
#include "ui/app/server.h"
#include "ui/app/state.h"

/* --- row counts --- */

/* Whether the screen tells of the rows of tabs that are not on it. */
static bool tells_rows(const struct app *a)
{
    const struct view_stack *views = &app_tab(a)->views;
    const struct view *base = &views->views[view_stack_base(views)];

    return a->tab_line.rows || base->ops->mode(base->self) != MODE_GRID;
}

/* The table at a place of a tab's stack; NULL: another view lies there. */
static struct table_view *table_at(const struct tab *t, size_t i)
{
    const struct view *v = &t->views.views[i];

    return v->ops->mode(v->self) == MODE_GRID ? v->self : NULL;
}

void server_rows(void *ctx, struct connection *c, struct bytes ticket, int64_t rows,
                 const struct err *failure)
{
    const struct app_server *s = ctx;
    struct app *a = s->app;
    bool news = false;

    (void)c;
    for (size_t i = 0; i < a->n_tabs; i++) {
        const struct tab *t = a->tabs[i];

        for (size_t k = 0; t->server == s && k < t->views.n; k++)
            if (table_at(t, k))
                news = table_view_note_rows(table_at(t, k), ticket, rows, failure) || news;
    }
    if (news && tells_rows(a))
        app_mark_data(a);
}

void server_rows_ended(void *ctx, struct connection *c)
{
    const struct app_server *s = ctx;
    const struct app *a = s->app;

    (void)c;
    for (size_t i = 0; i < a->n_tabs; i++) {
        const struct tab *t = a->tabs[i];

        for (size_t k = 0; t->server == s && k < t->views.n; k++)
            if (table_at(t, k))
                table_view_forget_rows(table_at(t, k));
    }
}

/* A server is asked while any of its tables sleeps. */
static void watch_rows(struct app_server *s)
{
    const struct app *a = s->app;
    bool any = false;

    for (size_t i = 0; i < a->n_tabs; i++)
        any = any || (a->tabs[i]->server == s && a->tabs[i]->asleep && a->tabs[i]->table);
    connection_watch_rows(s->connection, any && !a->away);
}

/* --- who sleeps --- */

/* When it is to fall asleep; VIEW_NEVER: it does not, or does already. */
static uint64_t bedtime(struct tab *t, uint64_t now)
{
    if (connection_state(t->server->connection) != CONNECTION_LIVE)
        t->hidden_ms = now; /* what it waits for has not begun */
    else if (t->app->away)
        t->hidden_ms = now - TAB_AWAKE_MS;
    if (t->asleep)
        return VIEW_NEVER;
    return t->hidden_ms + TAB_AWAKE_MS;
}

/* Returns when to look again. */
static uint64_t see_to(struct tab *t, uint64_t now)
{
    uint64_t due;

    if (app_tab(t->app) == t && !t->app->away) {
        t->hidden_ms = 0;
        tab_sleep(t, false);
        return VIEW_NEVER;
    }
    if (t->hidden_ms == 0)
        t->hidden_ms = now;
    due = bedtime(t, now);
    if (due > now)
        return due;
    tab_sleep(t, true);
    return VIEW_NEVER;
}

static void on_timer(uv_timer_t *timer)
{
    app_plan_sleep(timer->data);
}

void app_plan_sleep(struct app *a)
{
    uint64_t now = clock_ms(), next = VIEW_NEVER;

    if (a->stopping)
        return;
    for (size_t i = 0; i < a->n_tabs; i++)
        next = min_u64(next, see_to(a->tabs[i], now));
    for (size_t i = 0; i < a->n_servers; i++)
        watch_rows(a->servers[i]);
    if (next == VIEW_NEVER)
        (void)uv_timer_stop(&a->sleep);
    else
        (void)uv_timer_start(&a->sleep, on_timer, next - now, 0);
}

void app_sleep_init(struct app *a)
{
    (void)uv_timer_init(&a->loop, &a->sleep);
    (void)uv_timer_init(&a->loop, &a->parting);
    a->sleep.data = a;
}
