/*
 * `ready` is what the session says of itself, `kept` that the calls have begun. One timer
 * serves both waits: for the second after the login, then for the next heartbeat.
 *
 * A question that breaks off is asked once more before the server counts as gone
 * (`asked_twice`). The call that waits for the session's end may break off too, and is made
 * again with the next answer; a server that does not have it is not asked again (`untold`).
 *
 * The handler may stop or probe in any of its callbacks: nothing is done after one but for
 * answered(), after which only a session that was ready before goes on.
 */
#include "client/upkeep.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/clock.h"
#include "client/loss.h"
#include "client/version.h"
#include "client/wire/wire.h"

#define UPKEEP_DELAY_MS 1000    /* after the login, when nobody asks for it before */
#define TERMINATION_MIN_MS 1000 /* asked for no more often, unless with the heartbeat */
#define TERMINATION                                                                        \
    "/io.deephaven.proto.backplane.grpc.SessionService/TerminationNotification"

struct upkeep {
    struct session_calls *calls; /* borrowed */
    const struct upkeep_handler *handler;
    void *ctx;
    uv_timer_t timer;
    bool ready, kept;
    struct session_call *config, *termination;
    bool logs_in;            /* config carries the login, while the session is not ready */
    bool asked_twice;        /* for life, since the last answer */
    bool untold;             /* the server does not tell of the session's end */
    uint64_t termination_ms; /* when it was asked to, last */
    struct heartbeat heartbeat;
    enum heartbeat_link told; /* what the handler knows of it */
    uint64_t config_sent_ns;
};

/* --- the heartbeat --- */

static void on_timer(uv_timer_t *timer);

static void plan_beat(struct upkeep *u)
{
    uint64_t now = clock_ms(), next = heartbeat_next_ms(&u->heartbeat, now);

    (void)uv_timer_start(&u->timer, on_timer, next > now ? next - now : 0, 0);
}

static void tell_link(struct upkeep *u)
{
    enum heartbeat_link link = heartbeat_link(&u->heartbeat, clock_ms());

    if (link == u->told)
        return;
    u->told = link;
    u->handler->link(u->ctx);
}

void upkeep_heard(struct upkeep *u)
{
    heartbeat_heard(&u->heartbeat, clock_ms());
    if (u->told != HEARTBEAT_WELL)
        tell_link(u);
}

static enum err_code check_version(struct bytes reply, struct err *e)
{
    struct bytes text;
    bool found;

    if (wire_constant_decode(reply, "deephaven.version", &text, &found, NULL) != ERR_OK ||
        !found)
        return ERR_OK;
    return version_check(text, e);
}

/* The server knows the session, whatever it says of the call: any answer keeps it alive. */
static bool is_answer(const struct err *why)
{
    return why->code == ERR_REFUSED || why->code == ERR_NOT_FOUND ||
           why->code == ERR_SERVER;
}

static void ask_for_life(struct upkeep *u);
static void ask_for_end(struct upkeep *u);

/* One call that broke says nothing of the link: it is made once more, over another
 * connection where that is due (protocol: GOAWAY, a proxy's time-out, RST_STREAM). */
static void not_answered(struct upkeep *u, const struct err *why)
{
    bool broke = why->code != ERR_SESSION && loss_of_call_may_pass(why);
    struct err e = *why;

    if (broke && u->ready && !u->asked_twice) {
        u->asked_twice = true;
        ask_for_life(u);
    } else if (broke || why->code == ERR_TIMEOUT || why->code == ERR_TLS) {
        u->handler->cut(u->ctx, why);
    } else {
        (void)err_wrap(&e, why->code, "the session could not be kept alive");
        u->handler->ended(u->ctx, &e);
    }
}

static void answered(struct upkeep *u)
{
    bool was_ready = u->ready;

    heartbeat_answered(&u->heartbeat, clock_ms());
    u->handler->answered(u->ctx, (double)(uv_hrtime() - u->config_sent_ns) / 1e6);
    if (!was_ready)
        return;
    if (u->kept && !u->termination)
        ask_for_end(u);
    plan_beat(u);
    tell_link(u);
}

static void on_config(void *ctx, struct bytes reply, const struct err *why)
{
    struct upkeep *u = ctx;
    struct err e;

    u->config = NULL;
    if (u->logs_in && !u->ready)
        return;
    if (why && !is_answer(why)) {
        not_answered(u, why);
        return;
    }
    u->asked_twice = false;
    if (!why && check_version(reply, &e) != ERR_OK) {
        u->handler->ended(u->ctx, &e);
        return;
    }
    if (why)
        log_line(LOG_LEVEL_WARN, "configuration: %s", why->msg);
    answered(u);
}

/* A token lives at least 10 s, and any call made in its second half brings the next one
 * (protocol: session token rules): one each HEARTBEAT_ASK_MS is often enough. */
static void ask_for_life(struct upkeep *u)
{
    heartbeat_asked(&u->heartbeat, clock_ms());
    u->config_sent_ns = uv_hrtime();
    u->config = session_calls_ask(u->calls, on_config, u);
}

static void beat(struct upkeep *u)
{
    uint64_t now = clock_ms();
    struct err e;

    heartbeat_wake(&u->heartbeat, now);
    if (heartbeat_due(&u->heartbeat, now))
        ask_for_life(u);
    if (heartbeat_link(&u->heartbeat, now) == HEARTBEAT_LOST) {
        (void)err_set(&e, ERR_LOST, "the server gives no sign of life");
        u->handler->cut(u->ctx, &e);
        return;
    }
    plan_beat(u);
    tell_link(u);
}

static void on_timer(uv_timer_t *timer)
{
    struct upkeep *u = timer->data;

    if (u->kept)
        beat(u);
    else
        upkeep_begin(u);
}

void upkeep_doubt(struct upkeep *u)
{
    if (!u->ready || u->config)
        return;
    if (!u->kept) {
        upkeep_begin(u);
        return;
    }
    ask_for_life(u);
    plan_beat(u);
}

void upkeep_probe(struct upkeep *u, bool logs_in)
{
    u->asked_twice = false;
    u->logs_in = logs_in;
    ask_for_life(u);
}

/* --- the session's end --- */

/* The server has told of the end, which is an error too where it is not by its answer. */
static void tell_end(struct upkeep *u, struct bytes reply, const struct err *why)
{
    struct wire_termination t = {0};
    struct err e = {0};

    if (why)
        (void)err_set(&e, why->code, "the session has ended: %s", why->msg);
    else if (wire_termination_decode(reply, &t, &e) != ERR_OK)
        (void)err_wrap(&e, ERR_SESSION, "the session has ended");
    else if (t.reason.len > 0)
        (void)err_set(&e, ERR_SESSION, "the server stopped: %.*s",
                      (int)(t.reason.len < 200 ? t.reason.len : 200),
                      (const char *)t.reason.data);
    else
        (void)err_set(&e, ERR_SESSION, "the server stopped");
    u->handler->ended(u->ctx, &e);
}

static void on_termination(void *ctx, struct bytes reply, const struct err *why)
{
    struct upkeep *u = ctx;

    u->termination = NULL;
    if (why && (why->code == ERR_REFUSED || why->code == ERR_NOT_FOUND)) {
        log_line(LOG_LEVEL_WARN, "the session's end will not be told: %s", why->msg);
        u->untold = true;
        return; /* a server without it; the end is seen by what fails then */
    }
    if (!why || why->code == ERR_SESSION) {
        tell_end(u, reply, why);
        return;
    }
    /* asked again when there is life */
    log_line(LOG_LEVEL_WARN, "the session's end is not told: %s", why->msg);
    if (clock_ms() - u->termination_ms > TERMINATION_MIN_MS)
        upkeep_doubt(u);
}

static void ask_for_end(struct upkeep *u)
{
    if (u->untold)
        return;
    u->termination_ms = clock_ms();
    u->termination =
        session_calls_unary(u->calls, TERMINATION, (struct bytes){0}, 0, on_termination, u);
}

/* --- life --- */

struct upkeep *upkeep_new(uv_loop_t *loop, struct session_calls *calls,
                          const struct upkeep_handler *handler, void *ctx)
{
    struct upkeep *u = MEM_NEW(struct upkeep);

    u->calls = calls;
    u->handler = handler;
    u->ctx = ctx;
    (void)uv_timer_init(loop, &u->timer);
    u->timer.data = u;
    return u;
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void upkeep_free(struct upkeep *u)
{
    if (!u)
        return;
    upkeep_stop(u);
    uv_close((uv_handle_t *)&u->timer, on_timer_closed);
}

void upkeep_ready(struct upkeep *u)
{
    u->ready = true;
    (void)uv_timer_start(&u->timer, on_timer, UPKEEP_DELAY_MS, 0);
}

void upkeep_begin(struct upkeep *u)
{
    if (!u->ready || u->kept)
        return;
    u->kept = true;
    ask_for_end(u);
    upkeep_heard(u);
    beat(u);
}

bool upkeep_has_begun(const struct upkeep *u)
{
    return u->kept;
}

void upkeep_stop(struct upkeep *u)
{
    (void)uv_timer_stop(&u->timer);
    session_drop(u->config);
    session_drop(u->termination);
    u->config = u->termination = NULL;
    u->ready = u->kept = false;
    u->heartbeat = (struct heartbeat){0};
    u->told = HEARTBEAT_WELL;
}

const struct heartbeat *upkeep_heartbeat(const struct upkeep *u)
{
    return &u->heartbeat;
}
