/*
 * A session goes through the states of session.h in their order. The first call that
 * anybody makes carries the login header, and no other call may until its answer has
 * brought the bearer (SESSION_LOGIN, `login_call`): a second login would be a second
 * session. When that call is dropped, the next one may log in; when it ends without a
 * bearer, the session does.
 *
 * Every answer may bring another bearer, which the next call takes. What keeps the session
 * and watches over it is client/upkeep, which is told when it is SESSION_READY and when it
 * is not any more.
 *
 * The end is told once, with the first reason. Secrets are wiped as soon as what they are
 * for is made: the secret with the header, the header with the first bearer.
 */
#include "client/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/auth.h"
#include "client/clock.h"
#include "client/loss.h"
#include "client/upkeep.h"
#include "client/wire/wire.h"

#define BEARER_MAX 512 /* bytes of an authorization value accepted from the server */
#define REQUEST_MAX 65536
#define CLOSE_TIMEOUT_MS 300

#define SESSION_SERVICE "/io.deephaven.proto.backplane.grpc.SessionService/"
#define CONFIG_SERVICE "/io.deephaven.proto.backplane.grpc.ConfigService/"

struct session {
    struct channel *channel;
    const struct session_handler *handler;
    void *ctx;
    enum session_state state;
    struct auth *auth;
    bool plaintext_allowed; /* for a secret, to another machine */
    char *login;            /* header value until the session is there */
    char *bearer;           /* header value afterwards */
    struct session_calls calls;
    const struct session_call *login_call; /* borrowed; carries the login, or did */
    bool own_login;                        /* that call is the session's own */
    bool again;                            /* who is refused is asked for a secret */
    struct err refusal;                    /* of the last login; code ERR_OK: none */
    struct session_call *asking, *closing;
    bool cutting; /* session_cut() ends the calls */
    struct upkeep *upkeep;
    uv_timer_t start; /* its one shot starts the work, so no callback comes too early */
    double round_trips[SESSION_ROUND_TRIPS]; /* ms; a ring */
    size_t n_round_trips;                    /* ever measured */
    struct exports exports;
    struct export_id *owed; /* owned; to be released once the link is there again */
    size_t n_owed, owed_cap;
    uint64_t updates, bytes; /* see session_updates() */
    uint64_t since_ms;       /* see session_since_ms() */
};

/* --- ending --- */

static void be_over(struct session *s)
{
    s->state = SESSION_ENDED;
    auth_wipe(&s->login);
    auth_forget(s->auth);
    channel_look_up_drop(s->channel);
    (void)uv_timer_stop(&s->start);
    upkeep_stop(s->upkeep);
}

static void end_session(struct session *s, const struct err *why)
{
    if (s->state == SESSION_ENDED)
        return;
    be_over(s);
    log_line(LOG_LEVEL_WARN, "session over: %s", why->msg);
    s->handler->ended(s->ctx, why);
}

void session_cut(struct session *s, const struct err *why)
{
    struct call_end end = {.status = CALL_STATUS_UNAVAILABLE, .message = why->msg};

    if (s->state == SESSION_READY || s->state == SESSION_CUT)
        s->state = SESSION_CUT;
    else
        be_over(s);
    upkeep_stop(s->upkeep);
    s->cutting = true;
    session_calls_end_all(&s->calls, &end);
    s->cutting = false;
}

/* --- login --- */

/* The bearer came with it, or its end has told; see on_ended(). */
static void on_login_reply(void *ctx, struct bytes reply, const struct err *why)
{
    (void)ctx;
    (void)reply;
    (void)why;
}

static void start_login(struct session *s);

static void on_looked_up(void *ctx, const struct err *why)
{
    struct session *s = ctx;
    struct err e;

    if (why) {
        end_session(s, why);
    } else if (channel_privacy(s->channel) == CHANNEL_PUBLIC) {
        (void)auth_refuse_plaintext(s->auth, &e);
        end_session(s, &e);
    } else {
        start_login(s);
    }
}

/* The header carries the login from now on; the secret alone is not needed any more. */
static void start_login(struct session *s)
{
    if (auth_wants_secret(s->auth)) {
        s->state = SESSION_WAITING;
        s->handler->want_secret(s->ctx);
        return;
    }
    if (auth_has_secret(s->auth) && !s->plaintext_allowed &&
        channel_privacy(s->channel) == CHANNEL_NOT_LOOKED_UP) {
        s->state = SESSION_ASKING;
        channel_look_up(s->channel, s->start.loop, on_looked_up, s);
        return;
    }
    if (auth_is_bare(s->auth)) /* who is refused is asked for what may be missing */
        s->own_login = s->again = true;
    auth_wipe(&s->login);
    s->login = auth_header(s->auth);
    auth_forget(s->auth);
    s->state = SESSION_OPEN;
    if (s->own_login)
        (void)session_ask(s, on_login_reply, s);
    else
        s->handler->open(s->ctx);
}

enum err_code session_login(struct session *s, const char *secret, bool again,
                            struct err *e)
{
    assert(s->state == SESSION_WAITING);
    TRY(auth_set_secret(s->auth, secret, e));
    s->own_login = true; /* a table would take a refusal for its own */
    s->again = again;
    start_login(s);
    return ERR_OK;
}

const struct err *session_refusal(const struct session *s)
{
    return s->refusal.code != ERR_OK ? &s->refusal : NULL;
}

static void ask_for_secret(struct session *s)
{
    s->state = SESSION_WAITING;
    s->handler->want_secret(s->ctx);
}

static void on_refusal_explained(void *ctx, struct bytes reply, const struct err *why)
{
    struct session *s = ctx;
    struct bytes handlers;
    bool found = false;

    s->asking = NULL;
    if (!why &&
        wire_constant_decode(reply, "AuthHandlers", &handlers, &found, NULL) == ERR_OK &&
        found)
        auth_tell_handlers(handlers, &s->refusal);
    if (s->again && s->state == SESSION_ASKING)
        ask_for_secret(s);
    else
        end_session(s, &s->refusal);
}

/* Who is not let in is to know who would be; who may type a secret once more, when the
 * server may not know the type at all. */
static void refuse_login(struct session *s, const struct err *why)
{
    s->refusal = *why;
    auth_wipe(&s->login);
    if (s->again && !auth_is_bare(s->auth)) {
        ask_for_secret(s);
        return;
    }
    s->state = SESSION_ASKING;
    s->asking = session_unary(s, CONFIG_SERVICE "GetAuthenticationConstants",
                              (struct bytes){0}, on_refusal_explained, s);
}

static void on_handlers(void *ctx, struct bytes reply, const struct err *why)
{
    struct session *s = ctx;
    struct bytes handlers = {0};
    bool found = false;
    struct err e = {0};

    s->asking = NULL;
    if (s->cutting)
        return;
    if (why)
        e = *why;
    else if (wire_constant_decode(reply, "AuthHandlers", &handlers, &found, &e) == ERR_OK)
        (void)auth_choose(s->auth, handlers, &e);
    if (e.code != ERR_OK)
        end_session(s, &e);
    else
        start_login(s);
}

static void ask_handlers(struct session *s)
{
    s->state = SESSION_ASKING;
    s->asking = session_unary(s, CONFIG_SERVICE "GetAuthenticationConstants",
                              (struct bytes){0}, on_handlers, s);
}

static void on_start(uv_timer_t *timer)
{
    struct session *s = timer->data;

    if (auth_has_type(s->auth))
        start_login(s);
    else
        ask_handlers(s);
}

/* --- what keeps it --- */

static void become_ready(struct session *s)
{
    s->state = SESSION_READY;
    if (s->since_ms == 0)
        s->since_ms = clock_ms();
    auth_wipe(&s->login);
    upkeep_ready(s->upkeep);
    s->handler->ready(s->ctx);
}

static void on_answered(void *ctx, double ms)
{
    struct session *s = ctx;

    session_note_round_trip(s, ms);
    if (s->state == SESSION_CUT)
        become_ready(s);
    while (s->n_owed > 0 && s->state == SESSION_READY)
        session_release(s, s->owed[--s->n_owed]);
}

static void on_link(void *ctx)
{
    struct session *s = ctx;

    if (s->handler->link)
        s->handler->link(s->ctx);
}

static void on_cut(void *ctx, const struct err *why)
{
    struct session *s = ctx;

    log_line(LOG_LEVEL_WARN, "the server does not answer: %s", why->msg);
    s->handler->cut(s->ctx, why);
}

static void on_over(void *ctx, const struct err *why)
{
    end_session(ctx, why);
}

static const struct upkeep_handler upkeep_events = {on_answered, on_link, on_cut, on_over};

void session_upkeep(struct session *s)
{
    upkeep_begin(s->upkeep);
}

void session_probe(struct session *s)
{
    upkeep_probe(s->upkeep, s->state == SESSION_OPEN);
}

const struct heartbeat *session_heartbeat(const struct session *s)
{
    return upkeep_heartbeat(s->upkeep);
}

bool session_is_kept(const struct session *s)
{
    return upkeep_has_begun(s->upkeep);
}

/* --- the bearer --- */

static void take_bearer(struct session *s, const struct call_metadata *md)
{
    struct bytes value;

    if (!call_metadata_get(md, "authorization", &value) || value.len < 8 ||
        value.len > BEARER_MAX || memcmp(value.data, "Bearer ", 7) != 0 ||
        !auth_is_header_text(value))
        return;
    auth_wipe(&s->bearer);
    s->bearer = mem_strndup((const char *)value.data, value.len);
    if (s->state == SESSION_LOGIN)
        become_ready(s);
}

static bool is_denial(const struct call_end *end)
{
    return end->status == CALL_STATUS_UNAUTHENTICATED ||
           end->status == CALL_STATUS_PERMISSION_DENIED;
}

enum err_code session_end_err(const struct session *s, const struct call_end *end,
                              struct err *e)
{
    enum err_code rc = call_end_err(end, e);

    if (!s->bearer && is_denial(end) && call_end_fault(end) == CALL_REFUSED)
        rc = ERR_AUTH;
    else if (s->bearer && rc == ERR_AUTH)
        rc = ERR_SESSION;
    e->code = rc;
    return rc;
}

/* --- what calls ask and bring --- */

static const char *authorize(void *ctx, const struct session_call *c)
{
    struct session *s = ctx;

    if (s->state == SESSION_READY || s->state == SESSION_CUT)
        return s->bearer;
    if (s->state != SESSION_OPEN)
        return NULL;
    s->state = SESSION_LOGIN;
    s->login_call = c;
    return s->login;
}

static void on_heard(void *ctx, size_t bytes)
{
    struct session *s = ctx;

    s->bytes += bytes;
    upkeep_heard(s->upkeep);
}

static void on_metadata(void *ctx, const struct call_metadata *md)
{
    take_bearer(ctx, md);
}

/* Nobody else brings the bearer: another call may log in. */
static void on_dropped(void *ctx, const struct session_call *c)
{
    struct session *s = ctx;

    if (c != s->login_call)
        return;
    s->login_call = NULL;
    if (s->state == SESSION_LOGIN)
        s->state = SESSION_OPEN;
}

static void on_ended(void *ctx, const struct session_call *c, const struct call_end *end)
{
    struct session *s = ctx;
    struct err e;

    (void)session_end_err(s, end, &e);
    if (c != s->login_call) {
        if (end->status != 0 && (e.code == ERR_LOST || e.code == ERR_SESSION))
            upkeep_doubt(s->upkeep);
        return;
    }
    s->login_call = NULL;
    if (s->state != SESSION_LOGIN)
        return;
    if (e.code == ERR_AUTH)
        refuse_login(s, &e);
    else
        end_session(s, &e);
}

static enum err_code explain(const void *ctx, const struct call_end *end, struct err *e)
{
    return session_end_err(ctx, end, e);
}

static const struct session_call_hooks call_hooks = {authorize,  on_heard, on_metadata,
                                                     on_dropped, on_ended, explain};

/* --- calls --- */

bool session_can_call(const struct session *s)
{
    return s->state == SESSION_OPEN || s->state == SESSION_READY;
}

struct session_call *session_start(struct session *s, const struct call_options *o,
                                   const struct call_handler *handler, void *ctx)
{
    assert(session_can_call(s));
    return session_calls_start(&s->calls, o, handler, ctx);
}

struct session_call *session_unary(struct session *s, const char *method,
                                   struct bytes request, session_reply_fn *fn, void *ctx)
{
    return session_calls_unary(&s->calls, method, request, SESSION_UNARY_TIMEOUT_MS, fn,
                               ctx);
}

struct session_call *session_unary_patient(struct session *s, const char *method,
                                           struct bytes request, session_reply_fn *fn,
                                           void *ctx)
{
    return session_calls_unary(&s->calls, method, request, 0, fn, ctx);
}

struct session_call *session_ask(struct session *s, session_reply_fn *fn, void *ctx)
{
    return session_calls_ask(&s->calls, fn, ctx);
}

struct exports *session_exports(struct session *s)
{
    return &s->exports;
}

/* The reply to a release is waited for only to make it again. */
struct release {
    struct session *session; /* borrowed */
    struct export_id export;
};

static void owe(struct session *s, struct export_id export)
{
    MEM_GROW(s->owed, s->owed_cap, s->n_owed + 1);
    s->owed[s->n_owed++] = export;
}

static void on_released(void *ctx, struct bytes reply, const struct err *why)
{
    const struct release *r = ctx;

    (void)reply;
    if (!why)
        return;
    log_line(LOG_LEVEL_WARN, "release of an export: %s", why->msg);
    if (loss_of_release_may_pass(why))
        owe(r->session, r->export);
}

static void send_release(struct session *s, struct export_id export, struct bytes ticket)
{
    struct release *r = MEM_NEW(struct release);
    struct buf request;

    *r = (struct release){s, export};
    buf_init(&request, REQUEST_MAX);
    if (wire_release_encode(ticket, &request, NULL) == ERR_OK)
        session_call_own(session_unary(s, SESSION_SERVICE "Release", buf_bytes(&request),
                                       on_released, r),
                         r);
    else
        free(r);
    buf_release(&request);
}

void session_release(struct session *s, struct export_id export)
{
    uint8_t room[EXPORT_TICKET_LEN];
    struct bytes ticket = exports_ticket(&s->exports, export, room);

    if (ticket.len == 0)
        return;
    if (s->state == SESSION_CUT)
        owe(s, export);
    else if (s->state == SESSION_READY)
        send_release(s, export, ticket);
}

/* --- life --- */

enum err_code session_new(uv_loop_t *loop, struct channel *channel,
                          const struct session_options *o,
                          const struct session_handler *handler, void *ctx,
                          struct session **out, struct err *e)
{
    struct auth_options credentials = {.type = o->auth,
                                       .user = o->user,
                                       .secret = o->secret,
                                       .secret_comes = o->secret_comes,
                                       .secret_allowed =
                                           o->allow_plaintext_secret ||
                                           channel_privacy(channel) != CHANNEL_PUBLIC,
                                       .address = channel_address(channel)};
    struct auth *auth;
    struct session *s;

    TRY(auth_new(&credentials, &auth, e));
    s = MEM_NEW(struct session);
    s->auth = auth;
    s->plaintext_allowed = o->allow_plaintext_secret;
    s->channel = channel;
    s->calls = (struct session_calls){.channel = channel, .hooks = &call_hooks, .ctx = s};
    s->handler = handler;
    s->ctx = ctx;
    s->exports.epoch = o->epoch;
    s->upkeep = upkeep_new(loop, &s->calls, &upkeep_events, s);
    (void)uv_timer_init(loop, &s->start);
    s->start.data = s;
    (void)uv_timer_start(&s->start, on_start, 0, 0);
    *out = s;
    return ERR_OK;
}

enum session_state session_state(const struct session *s)
{
    return s->state;
}

void session_note_update(struct session *s)
{
    s->updates++;
}

uint64_t session_updates(const struct session *s)
{
    return s->updates;
}

uint64_t session_bytes(const struct session *s)
{
    return s->bytes;
}

void session_note_round_trip(struct session *s, double ms)
{
    s->round_trips[s->n_round_trips++ % SESSION_ROUND_TRIPS] = ms;
}

double session_last_round_trip_ms(const struct session *s)
{
    return s->n_round_trips > 0
               ? s->round_trips[(s->n_round_trips - 1) % SESSION_ROUND_TRIPS]
               : -1;
}

uint64_t session_since_ms(const struct session *s)
{
    return s->since_ms;
}

double session_round_trip_ms(const struct session *s)
{
    double least = session_last_round_trip_ms(s);

    for (size_t i = 0; i < SESSION_ROUND_TRIPS && i < s->n_round_trips; i++)
        least = s->round_trips[i] < least ? s->round_trips[i] : least;
    return least;
}

double session_longest_round_trip_ms(const struct session *s)
{
    double most = -1;

    for (size_t i = 0; i < SESSION_ROUND_TRIPS && i < s->n_round_trips; i++)
        most = s->round_trips[i] > most ? s->round_trips[i] : most;
    return most;
}

static void on_closed(void *ctx, struct bytes reply, const struct err *why)
{
    struct session *s = ctx;

    (void)reply;
    (void)why; /* the session ends by itself when the server did not hear of it */
    s->closing = NULL;
}

void session_close(struct session *s)
{
    struct buf request;
    bool ready = s->state == SESSION_READY;

    upkeep_stop(s->upkeep);
    session_calls_drop_all(&s->calls);
    s->asking = s->closing = NULL;
    (void)uv_timer_stop(&s->start);
    channel_look_up_drop(s->channel);
    auth_wipe(&s->login);
    auth_forget(s->auth);
    buf_init(&request, REQUEST_MAX);
    if (ready && wire_close_session_encode(&request, NULL) == ERR_OK)
        s->closing =
            session_calls_unary(&s->calls, SESSION_SERVICE "CloseSession",
                                buf_bytes(&request), CLOSE_TIMEOUT_MS, on_closed, s);
    buf_release(&request);
    s->state = SESSION_ENDED; /* no call may follow; ended() is for ends not asked for */
}

bool session_closing(const struct session *s)
{
    return s->closing != NULL;
}

static void on_start_closed(uv_handle_t *handle)
{
    struct session *s = handle->data;

    auth_wipe(&s->login);
    auth_forget(s->auth);
    auth_wipe(&s->bearer);
    auth_free(s->auth);
    free(s->owed);
    free(s);
}

void session_free(struct session *s)
{
    if (!s)
        return;
    upkeep_free(s->upkeep);
    session_calls_drop_all(&s->calls);
    channel_look_up_drop(s->channel);
    uv_close((uv_handle_t *)&s->start, on_start_closed);
}
