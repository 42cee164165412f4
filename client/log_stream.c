#include "client/log_stream.h"

#include <stdlib.h>

#include "base/mem.h"
#include "client/backoff.h"
#include "client/loss.h"
#include "client/wire/wire.h"

#define SUBSCRIBE "/io.deephaven.proto.backplane.script.grpc.ConsoleService/SubscribeToLogs"
#define REQUEST_MAX 256

struct log_stream {
    struct connection *connection; /* borrowed */
    const struct log_stream_handler *handler;
    void *ctx;
    struct session_call *call; /* NULL: none is open */
    bool asleep;
    struct err why;    /* ERR_OK: nothing is wrong */
    uint32_t refused;  /* the epoch whose session may not read it; 0: none */
    int64_t last_us;   /* the newest time of a line; 0: none came */
    uint32_t attempts; /* that failed in a row */
    uv_timer_t timer;  /* runs while a stream that is over is to be replaced */
};

static void on_timer(uv_timer_t *timer);

static void on_message(void *ctx, struct bytes message)
{
    struct log_stream *l = ctx;
    struct wire_log_line line;

    if (wire_log_line_decode(message, &line, &l->why) != ERR_OK) {
        session_drop(l->call);
        l->call = NULL;
        l->refused = connection_epoch(l->connection);
        l->handler->changed(l->ctx);
        return;
    }
    l->attempts = 0;
    if (line.time_us > l->last_us)
        l->last_us = line.time_us;
    l->handler->line(l->ctx, line.time_us, line.level, line.message);
}

static void on_end(void *ctx, const struct call_end *end)
{
    struct log_stream *l = ctx;
    uint32_t ms = backoff_ms(l->attempts++, BACKOFF_STREAM_MAX_MS, backoff_random());

    l->call = NULL;
    (void)session_end_err(connection_session(l->connection), end, &l->why);
    if (l->why.code == ERR_LIMIT) { /* too slow, for now */
        l->why = (struct err){0};
        l->handler->gap(l->ctx);
        (void)uv_timer_start(&l->timer, on_timer, ms, 0);
    } else if (loss_of_list_may_pass(&l->why)) {
        (void)uv_timer_start(&l->timer, on_timer, ms, 0);
    } else {
        l->refused = connection_epoch(l->connection);
    }
    l->handler->changed(l->ctx);
}

static const struct call_handler call_events = {NULL, on_message, on_end};

static void open_stream(struct log_stream *l)
{
    struct call_options o = {.method = SUBSCRIBE, .has_message = true, .half_close = true};
    struct buf request;

    buf_init(&request, REQUEST_MAX);
    (void)wire_log_request_encode(NULL, 0, l->last_us, &request, NULL); /* has the room */
    o.message = buf_bytes(&request);
    l->call = session_start(connection_session(l->connection), &o, &call_events, l);
    l->why = (struct err){0};
    buf_release(&request);
}

/* As far as it can be had now. */
static void follow(struct log_stream *l)
{
    if (!l->call && !l->asleep && connection_state(l->connection) == CONNECTION_LIVE &&
        l->refused != connection_epoch(l->connection) &&
        !uv_is_active((uv_handle_t *)&l->timer))
        open_stream(l);
}

static void on_timer(uv_timer_t *timer)
{
    follow(timer->data);
}

/* --- the connection --- */

static void on_connection(void *ctx, struct connection *c)
{
    (void)c;
    follow(ctx);
}

static const struct connection_handler connection_events = {.changed = on_connection};

struct log_stream *log_stream_new(struct connection *connection,
                                  const struct log_stream_handler *handler, void *ctx)
{
    struct log_stream *l = MEM_NEW(struct log_stream);

    l->connection = connection;
    l->handler = handler;
    l->ctx = ctx;
    (void)uv_timer_init(connection_loop(connection), &l->timer);
    l->timer.data = l;
    connection_observe(connection, &connection_events, l);
    follow(l);
    return l;
}

static void close_stream(struct log_stream *l)
{
    (void)uv_timer_stop(&l->timer);
    session_drop(l->call);
    l->call = NULL;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void log_stream_free(struct log_stream *l)
{
    if (!l)
        return;
    close_stream(l);
    connection_unobserve(l->connection, &connection_events, l);
    uv_close((uv_handle_t *)&l->timer, on_closed);
}

void log_stream_sleep(struct log_stream *l, bool asleep)
{
    l->asleep = asleep;
    if (asleep)
        close_stream(l);
    follow(l);
}

const struct err *log_stream_why(const struct log_stream *l)
{
    return l->why.code != ERR_OK ? &l->why : NULL;
}
