/*
 * What the user asks of a table on the screen: to pause, another rate, the table anew. The
 * old stream goes on until what was asked for is there or refused, and only then it is
 * told.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/clock.h"
#include "ui/table/rate.h"
#include "ui/table/table_view.h"
#include "ui/table/table_view_parts.h"

static bool refuse(struct table_view *t, const char *why)
{
    table_view_say(t, true, why);
    return false;
}

/* The interval that was asked for last, be it there or not. */
static int32_t rate_asked(const struct table_view *t)
{
    return t->rate_asked ? t->rate_wanted : t->options.interval_ms;
}

static void resume(struct table_view *t)
{
    struct window w = feed_window(t->feed);

    live_resume(t->live, &w, clock_ms());
    grid_limit_rows(t->grid, 0, INT64_MAX);
    table_view_show(t);
}

static void pause_picture(struct table_view *t)
{
    struct window w = feed_window(t->feed);
    struct err e;
    size_t held;

    if (!window_ready(&w))
        return;
    if (live_pause(t->live, &w, &e) != ERR_OK) {
        table_view_say(t, true, e.msg);
        return;
    }
    held = replica_held(w.replica);
    if (held > 0) /* other rows will not come while the picture stands */
        grid_limit_rows(t->grid, replica_position(w.replica, 0),
                        replica_position(w.replica, held - 1));
    table_view_show(t);
}

void table_view_toggle_pause(struct table_view *t)
{
    if (!t->feed)
        return;
    if (live_paused(t->live))
        resume(t);
    else
        pause_picture(t);
}

bool table_view_set_interval(struct table_view *t, int32_t interval_ms)
{
    int32_t before = rate_asked(t);
    char text[80], *line;
    struct err e;

    if (!t->feed || !feed_window(t->feed).schema)
        return refuse(t, "is not here yet");
    if (!session_can_call(table_view_session(t)))
        return refuse(t, "the connection is gone");
    if (feed_ended(t->feed) && !feed_reloading(t->feed))
        return refuse(t, "has ended; ^r asks for it anew");
    interval_text(interval_ms, text, sizeof(text));
    if (interval_ms == t->options.interval_ms && !t->rate_asked) {
        table_view_say(t, false, text);
        return true;
    }
    t->rate_wanted = interval_ms;
    if (interval_ms != before || !t->rate_asked) {
        t->rate_asked = true;
        if (feed_set_interval(t->feed, interval_ms, &e) != ERR_OK) {
            t->rate_asked = false;
            return refuse(t, e.msg);
        }
    }
    line = mem_printf("asking for %s ...", text);
    table_view_say(t, false, line);
    free(line);
    return true;
}

void table_view_change_rate(struct table_view *t, int64_t steps)
{
    int n = steps > 16 ? 16 : steps < -16 ? -16 : (int)steps;

    (void)table_view_set_interval(t, interval_step(rate_asked(t), n));
}

void table_view_subscribe_anew(struct table_view *t)
{
    struct viewport v;
    struct err e;

    if (!t->feed)
        return;
    if (connection_state(t->connection) != CONNECTION_LIVE) {
        connection_retry(t->connection);
        table_view_say(t, false, "trying the server again ...");
        return;
    }
    if (!session_can_call(table_view_session(t))) {
        table_view_say(t, true, "the connection is gone");
        return;
    }
    if (live_paused(t->live))
        resume(t);
    v = table_view_first(t);
    t->reloading = feed_reload(t->feed, &v, &e) == ERR_OK;
    if (t->reloading)
        table_view_say(t, false, "asking for it anew ...");
    else
        table_view_say(t, true, e.msg);
    viewport_release(&v);
}

void table_view_restarted(struct table_view *t, const struct err *why)
{
    bool rate = t->rate_asked && !t->reloading;
    char text[80], *line;

    t->rate_asked = t->reloading = false;
    t->options.interval_ms = feed_interval(t->feed);
    interval_text(t->options.interval_ms, text, sizeof(text));
    if (!why) {
        table_view_say(t, false, rate ? text : "subscribed anew");
        return;
    }
    line = rate ? mem_printf("no other rate: %s; still %s", why->msg, text)
                : mem_strdup(why->msg);
    table_view_say(t, true, line);
    free(line);
}
