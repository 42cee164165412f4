#include "client/row_watch.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/backoff.h"
#include "client/loss.h"

struct row_watch {
    const struct row_watch_handler *handler;
    void *ctx;
    struct session *session;   /* borrowed; NULL: none may be asked */
    struct row_counts *counts; /* owned; it may be over; NULL: not asked for */
    bool wanted;
    uint32_t attempts; /* that failed in a row */
    uv_timer_t timer;  /* runs while a stream that is over is to be replaced */
};

static void follow(struct row_watch *w);

static void on_told(void *ctx, struct bytes ticket, int64_t rows, const struct err *failure)
{
    struct row_watch *w = ctx;

    w->attempts = 0;
    w->handler->told(w->ctx, ticket, rows, failure);
}

/* Not in on_ended(), which is the stream's own. */
static void on_timer(uv_timer_t *timer)
{
    struct row_watch *w = timer->data;

    row_watch_close(w);
    follow(w);
}

static void on_ended(void *ctx, const struct err *why)
{
    struct row_watch *w = ctx;
    uint32_t ms = backoff_ms(w->attempts++, BACKOFF_STREAM_MAX_MS, backoff_random());

    log_line(LOG_LEVEL_WARN, "row counts: %s", why->msg);
    w->handler->ended(w->ctx);
    if (w->session && session_state(w->session) == SESSION_READY &&
        loss_of_list_may_pass(why))
        (void)uv_timer_start(&w->timer, on_timer, ms, 0);
}

static const struct row_counts_handler counts_handler = {on_told, on_ended};

/* Opens or closes the stream, as it is wanted and can be had. */
static void follow(struct row_watch *w)
{
    if (w->wanted && !w->counts && w->session)
        w->counts = row_counts_open(w->session, &counts_handler, w);
    if (w->wanted || !w->counts)
        return;
    row_watch_close(w);
    w->handler->ended(w->ctx);
}

struct row_watch *row_watch_new(uv_loop_t *loop, const struct row_watch_handler *handler,
                                void *ctx)
{
    struct row_watch *w = MEM_NEW(struct row_watch);

    w->handler = handler;
    w->ctx = ctx;
    (void)uv_timer_init(loop, &w->timer);
    w->timer.data = w;
    return w;
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void row_watch_free(struct row_watch *w)
{
    if (!w)
        return;
    row_watch_close(w);
    uv_close((uv_handle_t *)&w->timer, on_timer_closed);
}

void row_watch_want(struct row_watch *w, bool wanted)
{
    w->wanted = wanted;
    follow(w);
}

void row_watch_session(struct row_watch *w, struct session *session)
{
    w->session = session;
    follow(w);
}

void row_watch_close(struct row_watch *w)
{
    (void)uv_timer_stop(&w->timer);
    row_counts_close(w->counts);
    w->counts = NULL;
}
