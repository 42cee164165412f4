/*
 * A server keeps what a client does not read, for each stream and without a limit, so a
 * process that stops must not leave one open. Tabs give up their streams as those that
 * nobody looks at do (ui/app/sleep), and so do the row counts. The list of tables stays: it
 * has something to say only when a table comes or goes.
 *
 * What is cancelled has to leave before the process stops. One small request to each server
 * goes out behind it, and its answer tells that all was taken; who does not answer, or lets
 * us in, in PARTING_WAIT_MS is not waited for. The terminal has been given back by then.
 */
#include "ui/app/suspend.h"

#include "ui/app/screen.h"
#include "ui/app/sleep.h"
#include "ui/app/state.h"
#include "ui/term/term.h"

#define PARTING_WAIT_MS 300

void app_suspend(struct app *a)
{
    a->away = true;
    console_stop(&a->console);
    uv_stop(&a->loop);
}

static void on_answer(void *ctx, struct bytes reply, const struct err *why)
{
    struct app_server *s = ctx;

    (void)reply;
    (void)why;
    s->parting = PARTING_ANSWERED;
}

static void ask(struct app_server *s)
{
    s->parting = PARTING_ASKED;
    (void)session_ask(server_session(s), on_answer, s);
}

/* Whether it has no stream of ours any more, as far as can be known. */
static bool is_left_alone(struct app_server *s)
{
    switch (connection_state(s->connection)) {
    case CONNECTION_CONNECTING: /* a stream may carry the login: that comes first */
        return false;
    case CONNECTION_LIVE:
        if (s->parting == PARTING_NOT)
            ask(s);
        return s->parting == PARTING_ANSWERED;
    case CONNECTION_WANTS_SECRET:
    case CONNECTION_RETRYING:
    case CONNECTION_LOST:
        break;
    }
    return true;
}

static bool all_left_alone(const struct app *a)
{
    bool all = true;

    for (size_t i = 0; i < a->n_servers; i++)
        all = is_left_alone(a->servers[i]) && all;
    return all;
}

static void on_waited(uv_timer_t *timer)
{
    (void)timer;
}

static void leave_servers_alone(struct app *a)
{
    app_plan_sleep(a);
    for (size_t i = 0; i < a->n_servers; i++)
        a->servers[i]->parting = PARTING_NOT;
    (void)uv_timer_start(&a->parting, on_waited, PARTING_WAIT_MS, 0);
    while (!a->stopping && !all_left_alone(a) && uv_is_active((uv_handle_t *)&a->parting))
        (void)uv_run(&a->loop, UV_RUN_ONCE);
    (void)uv_timer_stop(&a->parting);
}

void app_stop_process(struct app *a)
{
    term_release();
    leave_servers_alone(a);
    if (a->stopping) /* a signal that ends the program came meanwhile */
        return;
    term_suspend();
    a->away = false;
    app_plan_sleep(a);
    app_fit_terminal(a); /* a stopped program is not told of a new size */
    console_resume(&a->console);
}
