#include "ui/cli/script.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/number.h"
#include "client/clock.h"
#include "client/rpc/pump.h"
#include "ui/cli/connect.h"

#define CLOSE_WAIT_MS 500 /* for the server's answer to our goodbye */
#define PROGRESS_MS 500
#define LIST_TRIES 5  /* of a list of tables that breaks off */
#define READER_MS 500 /* a reader that goes is noticed, though nothing is to be written */

void script_end(struct script *s, const struct err *why)
{
    if (s->over)
        return;
    s->over = true;
    if (why)
        s->end = *why;
    uv_stop(&s->loop);
}

void script_finish(struct script *s)
{
    output_end(s->output);
}

/* --- what the connection says --- */

static void on_open(void *ctx, struct connection *c)
{
    struct script *s = ctx;

    if (s->job->open)
        s->job->open(s->ctx);
    else
        session_probe(connection_session(c));
}

static void fail(struct script *s, const struct err *why)
{
    struct err named = *why;

    connect_name_err(s->config, s->connection, &named);
    script_end(s, &named);
}

static void want_secret(struct script *s)
{
    const struct err *refusal = connection_refusal(s->connection);
    struct err e;

    if (refusal)
        fail(s, refusal);
    else if (!credentials_has_command(s->credentials)) {
        (void)err_set(&e, ERR_AUTH,
                      "the server wants a key or a password, see --secret-file, "
                      "--secret-command, --secret-fd");
        fail(s, &e);
    } else if (credentials_fetch(s->credentials, &e) != ERR_OK) {
        fail(s, &e);
    }
}

static void on_fetched(void *ctx, const char *secret, const struct err *why)
{
    struct script *s = ctx;
    struct err e;

    if (why)
        fail(s, why);
    else if (connection_state(s->connection) == CONNECTION_WANTS_SECRET &&
             connection_give_secret(s->connection, secret, false, &e) == ERR_USAGE)
        fail(s, &e);
}

/* Also called when the link is another, and the state is not. */
static void on_changed(void *ctx, struct connection *c)
{
    struct script *s = ctx;
    bool was_live = s->state == CONNECTION_LIVE;

    s->state = connection_state(c);
    switch (s->state) {
    case CONNECTION_WANTS_SECRET:
        want_secret(s);
        break;
    case CONNECTION_LIVE:
        if (!was_live)
            s->job->live(s->ctx);
        break;
    case CONNECTION_RETRYING:
        if (!s->job->comes_back || !connection_was_live(c))
            fail(s, connection_why(c));
        break;
    case CONNECTION_LOST:
        fail(s, connection_why(c));
        break;
    case CONNECTION_CONNECTING:
        break;
    }
}

static void on_fields(void *ctx, struct connection *c)
{
    struct script *s = ctx;

    (void)c;
    if (s->job->fields)
        s->job->fields(s->ctx);
}

/* What breaks off is asked for again by the connection, but not for ever. */
static void on_fields_ended(void *ctx, struct connection *c, const struct err *why,
                            bool again)
{
    struct script *s = ctx;

    if (fields_loaded(connection_fields(c)) || (again && ++s->list_breaks < LIST_TRIES))
        return;
    if (s->job->fields_ended)
        s->job->fields_ended(s->ctx);
    else
        fail(s, why);
}

static const struct connection_handler connection_handler = {.open = on_open,
                                                             .changed = on_changed,
                                                             .fields = on_fields,
                                                             .fields_ended =
                                                                 on_fields_ended};

/* --- the output --- */

/* NULL: standard output, which "-" stands for as elsewhere. */
static const char *output_file(const struct script *s)
{
    const char *path = s->options->output;

    return path && strcmp(path, "-") != 0 ? path : NULL;
}

static void on_drained(void *ctx)
{
    struct script *s = ctx;

    if (!s->over && s->job->drained) /* over: the job is gone */
        s->job->drained(s->ctx);
}

static void on_output_failed(void *ctx, const struct err *why)
{
    script_end(ctx, why);
}

static void on_output_done(void *ctx)
{
    script_end(ctx, NULL);
}

static const struct output_handler output_handler = {on_drained, on_output_failed,
                                                     on_output_done};

/* --- time and signals --- */

static void on_timeout(uv_timer_t *timer)
{
    struct script *s = timer->data;
    struct err e;

    (void)err_set(&e, ERR_TIMEOUT, "not done after %" PRId64 " s", s->options->timeout_s);
    script_end(s, &e);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct script *s = handle->data;
    struct err e;

    s->signal = number;
    (void)err_set(&e, ERR_INTERRUPTED, "interrupted");
    script_end(s, &e);
}

static void watch_signals(struct script *s)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        (void)uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        (void)uv_signal_start(&s->signals[i], on_signal, numbers[i]);
    }
}

/* On the line of a terminal that the next one writes over. */
static void tell_progress(struct script *s)
{
    char rows[NUMBER_LEN], all[NUMBER_LEN], rate[NUMBER_LEN];
    uint64_t ms = clock_ms() - s->started_ms;
    int64_t due = -1, done = (int64_t)s->job->rows(s->ctx, &due);

    (void)fprintf(stderr, "\r%s", number_grouped(done, rows));
    if (due >= 0)
        (void)fprintf(stderr, " of %s", number_grouped(due, all));
    (void)fprintf(stderr, " rows, %s rows/s\033[K",
                  number_rough(ms ? done * 1000 / (int64_t)ms : 0, rate));
    s->told_progress = true;
}

static void on_progress(uv_timer_t *timer)
{
    tell_progress(timer->data);
}

static void on_look(uv_timer_t *timer)
{
    struct script *s = timer->data;

    if (s->output && output_is_for_nobody(s->output))
        script_end(s, NULL);
}

static void start_timers(struct script *s)
{
    (void)uv_timer_init(&s->loop, &s->timeout);
    (void)uv_timer_init(&s->loop, &s->progress);
    (void)uv_timer_init(&s->loop, &s->reader);
    s->timeout.data = s->progress.data = s->reader.data = s;
    (void)uv_timer_start(&s->reader, on_look, READER_MS, READER_MS);
    if (s->options->timeout_s > 0)
        (void)uv_timer_start(&s->timeout, on_timeout,
                             (uint64_t)s->options->timeout_s * 1000, 0);
    if (isatty(STDERR_FILENO) && (output_file(s) || !isatty(STDOUT_FILENO)))
        (void)uv_timer_start(&s->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
}

static void tell_stats(struct script *s)
{
    int64_t due;

    if (s->told_progress)
        (void)fputs("\r\033[K", stderr);
    if (s->options->stats && s->output)
        (void)fprintf(stderr, "dhview: %" PRIu64 " rows, %" PRIu64 " bytes, %.3f s\n",
                      s->job->rows(s->ctx, &due), output_bytes(s->output),
                      (double)(clock_ms() - s->started_ms) / 1000);
}

/* --- start and end --- */

static enum err_code connect_server(struct script *s, struct config *config, struct err *e)
{
    struct config_connection *named;
    const struct options *login = s->options;

    TRY(connect_target(config, s->options->targets[0], &s->target, &named, e));
    if (named) {
        config_override(named, s->options);
        login = &named->options;
    }
    TRY(s->job->start(s, &s->ctx, e));
    TRY(output_open(&s->loop, output_file(s), &output_handler, s, &s->output, e));
    s->pump = connect_pump(&s->loop, NULL);
    s->credentials = credentials_new(&s->loop, login, on_fetched, s);
    TRY(connect_start(&s->loop, s->pump, &s->target, s->options, s->credentials,
                      &s->connection, e));
    connection_observe(s->connection, &connection_handler, s);
    return ERR_OK;
}

static void on_wake(uv_timer_t *timer)
{
    (void)timer; /* the loop has come back: that is all */
}

static void say_goodbye(struct script *s)
{
    uint64_t until = clock_ms() + CLOSE_WAIT_MS;

    connection_close(s->connection);
    (void)uv_timer_stop(&s->timeout);
    (void)uv_timer_start(&s->progress, on_wake, 20, 20);
    while (connection_closing(s->connection) && clock_ms() < until)
        (void)uv_run(&s->loop, UV_RUN_ONCE);
}

/* A program that was killed has its handle closed by ui/cli/child, when it has ended. */
static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle) && handle->type != UV_PROCESS)
        uv_close(handle, NULL);
}

/* The output may have a write that never ends: nothing waits for it. */
static void finish(struct script *s)
{
    s->job->free(s->ctx);
    if (s->connection) {
        connection_unobserve(s->connection, &connection_handler, s);
        say_goodbye(s);
        connection_free(s->connection);
    }
    credentials_free(s->credentials);
    if (s->pump)
        pump_free(s->pump);
    output_free(s->output);
    target_release(&s->target);
    uv_walk(&s->loop, close_handle, NULL);
    for (int i = 0; i < 3 && uv_run(&s->loop, UV_RUN_NOWAIT) != 0; i++)
        continue;
}

enum err_code script_run(const struct script_job *job, const struct options *o,
                         struct config *config, int *signal, bool *stuck, struct err *e)
{
    struct script *s = MEM_NEW(struct script); /* a write that is left over has its loop */
    enum err_code rc;

    s->options = o;
    s->config = config;
    s->job = job;
    s->started_ms = clock_ms();
    (void)uv_loop_init(&s->loop);
    start_timers(s);
    watch_signals(s);
    if (connect_server(s, config, &s->end) == ERR_OK && !s->over)
        (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    tell_stats(s);
    finish(s);
    *signal = s->signal;
    *e = s->end;
    rc = s->end.code;
    *stuck = uv_loop_close(&s->loop) != 0;
    if (!*stuck)
        free(s);
    return rc;
}
