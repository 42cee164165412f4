#include "ui/app/sleep.h"

#include "base/num.h"
#include "ui/app/state.h"

/* When it is to fall asleep; VIEW_NEVER: it does not, or does already. */
static uint64_t bedtime(struct tab *t, uint64_t now)
{
    if (connection_state(t->server->connection) != CONNECTION_LIVE)
        t->hidden_ms = now; /* what it waits for has not begun */
    if (t->asleep)
        return VIEW_NEVER;
    return t->hidden_ms + TAB_AWAKE_MS;
}

/* Returns when to look again. */
static uint64_t see_to(struct tab *t, uint64_t now)
{
    uint64_t due;

    if (app_tab(t->app) == t) {
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
    uint64_t now = uv_hrtime() / 1000000, next = VIEW_NEVER;

    if (a->stopping)
        return;
    for (size_t i = 0; i < a->n_tabs; i++)
        next = min_u64(next, see_to(a->tabs[i], now));
    if (next == VIEW_NEVER)
        (void)uv_timer_stop(&a->sleep);
    else
        (void)uv_timer_start(&a->sleep, on_timer, next - now, 0);
}

void app_sleep_init(struct app *a)
{
    (void)uv_timer_init(&a->loop, &a->sleep);
    a->sleep.data = a;
}
