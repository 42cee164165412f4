/*
 * A connection is CONNECTING from connection_new() on. A session is made at once, and in
 * the next turn of the loop it may be called (open), or asks for a secret. The first bearer
 * makes it LIVE, even a late one.
 *
 * A session that is cut or over, or no bearer in CONNECT_TIMEOUT_MS, makes it RETRYING, or
 * LOST where that cannot pass. All calls end then, so that each owner learns of it and none
 * keeps a call of a session that is to be freed. RETRYING it waits (next_try_ms), then
 * tries over a new transport: the session that was cut by a call with its bearer, else the
 * next session by a call with the login; the observers are served when it is LIVE.
 *
 * One timer serves all waiting of a session, since what is waited for follows from the
 * state: to be let in while CONNECTING, and to ask for the list once more while LIVE.
 *
 * The list of what the server offers is `fields`, from a stream that may end while the
 * session goes on (a proxy that cuts quiet streams). It is then asked for anew, after a
 * wait by client/backoff, into `next_fields`, and the old one is shown until the new one is
 * there.
 *
 * Observers may come and go while they are told something: the list of them is walked by
 * number, and one that leaves is only blanked until the outermost walk is over.
 */
#include "client/connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/backoff.h"
#include "client/clock.h"
#include "client/loss.h"
#include "client/row_watch.h"
#include "client/rpc/channel.h"

#define CONNECT_TIMEOUT_MS 15000
#define STEADY_MS 10000 /* of being live, until the next loss is one of its own */

struct observer {
    const struct connection_handler *handler; /* NULL: it has left */
    void *ctx;
};

struct connection {
    uv_loop_t *loop;     /* borrowed */
    struct target where; /* host, port and tls alone */
    char *auth, *user;
    bool secret_allowed, secret_comes;
    enum err_code (*read_secret)(void *ctx, struct secret **out, struct err *e);
    void *secret_ctx;

    struct channel *channel;
    struct session *session;
    uint32_t epoch;
    enum connection_state state;
    struct err why; /* of the last loss */
    bool was_live;
    bool retries_start;
    bool has_lost;                 /* it was RETRYING or LOST, ever */
    uint64_t lost_ms;              /* since when it is */
    uint64_t next_try_ms;          /* RETRYING: 0: it is being tried */
    uint64_t live_ms;              /* when it was LIVE last; 0: not since the last try */
    uint32_t attempts;             /* that failed in a row */
    struct connection_totals past; /* of sessions that are over */
    uv_timer_t timer;

    struct fields *fields, *next_fields; /* next: asked for, nothing has come yet */
    bool asking;                         /* for next_fields */
    struct err fields_end;               /* code ERR_OK: it is kept current */
    uint32_t fields_attempts;            /* that failed in a row */

    struct row_watch *row_watch; /* has a session to ask while this is LIVE */

    struct observer *observers;
    size_t n_observers, observers_cap;
    int telling; /* walks of the list that are under way */
};

/* --- observers --- */

static void drop_those_that_left(struct connection *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->n_observers; i++)
        if (c->observers[i].handler)
            c->observers[kept++] = c->observers[i];
    c->n_observers = kept;
}

void connection_observe(struct connection *c, const struct connection_handler *handler,
                        void *ctx)
{
    MEM_GROW(c->observers, c->observers_cap, c->n_observers + 1);
    c->observers[c->n_observers++] = (struct observer){handler, ctx};
}

void connection_unobserve(struct connection *c, const struct connection_handler *handler,
                          void *ctx)
{
    for (size_t i = 0; i < c->n_observers; i++)
        if (c->observers[i].handler == handler && c->observers[i].ctx == ctx)
            c->observers[i].handler = NULL;
    if (c->telling == 0)
        drop_those_that_left(c);
}

/* Tells all that want to know; the rest of the arguments are those after ctx. */
#define TELL(c, member, ...)                                                               \
    do {                                                                                   \
        (c)->telling++;                                                                    \
        for (size_t i_ = 0; i_ < (c)->n_observers; i_++) {                                 \
            struct observer o_ = (c)->observers[i_];                                       \
                                                                                           \
            if (o_.handler && o_.handler->member)                                          \
                o_.handler->member(o_.ctx, __VA_ARGS__);                                   \
        }                                                                                  \
        if (--(c)->telling == 0)                                                           \
            drop_those_that_left(c);                                                       \
    } while (0)

/* --- state --- */

static void on_timer(uv_timer_t *timer);

static void wait_ms(struct connection *c, uint32_t ms)
{
    (void)uv_timer_start(&c->timer, on_timer, ms, 0);
}

static void enter(struct connection *c, enum connection_state state)
{
    uint64_t now = clock_ms();

    c->state = state;
    (void)uv_timer_stop(&c->timer);
    if (state == CONNECTION_RETRYING && c->next_try_ms > 0)
        wait_ms(c, c->next_try_ms > now ? (uint32_t)(c->next_try_ms - now) : 0);
    else if (state == CONNECTION_CONNECTING || state == CONNECTION_RETRYING)
        wait_ms(c, CONNECT_TIMEOUT_MS);
    if (state == CONNECTION_LIVE)
        c->live_ms = now;
    c->was_live = c->was_live || state == CONNECTION_LIVE;
    TELL(c, changed, c);
    row_watch_session(c->row_watch, c->state == CONNECTION_LIVE ? c->session : NULL);
}

/* The wait before the next try. One that was live for a while starts with a short one, and
 * so does a login where the server has just said that it does not know the session. */
static void plan_try(struct connection *c, bool logs_in)
{
    if (c->live_ms > 0 && clock_ms() - c->live_ms > STEADY_MS)
        c->attempts = 0;
    c->live_ms = 0;
    c->next_try_ms = clock_ms() + backoff_ms(logs_in ? 0 : c->attempts++, BACKOFF_MAX_MS,
                                             backoff_random());
}

static void lose(struct connection *c, const struct err *why)
{
    bool passes = (c->was_live || c->retries_start) && loss_may_pass(why, c->was_live);
    bool again = c->state == CONNECTION_RETRYING;

    if (c->state == CONNECTION_LOST)
        return;
    if (!again)
        c->lost_ms = clock_ms();
    /* the first reason is the better one, but for what is wrong with who is there now */
    if (!again || !passes || !c->was_live || why->code == ERR_TLS)
        c->why = *why;
    c->has_lost = true;
    plan_try(c, again && why->code == ERR_SESSION);
    row_watch_session(c->row_watch, NULL);
    if (!passes) /* what the calls end with would say less */
        enter(c, CONNECTION_LOST);
    c->state = passes ? CONNECTION_RETRYING : CONNECTION_LOST;
    session_cut(c->session, why);
    row_watch_close(c->row_watch);
    if (passes)
        enter(c, CONNECTION_RETRYING);
}

/* One that was lost logs in by itself: whoever was served before comes when it is live. */
static void on_open(void *ctx)
{
    struct connection *c = ctx;

    if (c->has_lost) {
        session_probe(c->session);
        return;
    }
    c->telling++;
    for (size_t i = 0; i < c->n_observers && session_can_call(c->session); i++) {
        struct observer o = c->observers[i];

        if (o.handler && o.handler->open)
            o.handler->open(o.ctx, c);
    }
    if (--c->telling == 0)
        drop_those_that_left(c);
}

static void on_want_secret(void *ctx)
{
    enter(ctx, CONNECTION_WANTS_SECRET);
}

static void ask_for_fields(struct connection *c);

static void on_ready(void *ctx)
{
    struct connection *c = ctx;

    enter(c, CONNECTION_LIVE);
    if (c->has_lost && connection_fields(c) && !c->asking)
        ask_for_fields(c);
}

static void on_link(void *ctx)
{
    struct connection *c = ctx;

    TELL(c, changed, c);
}

static void on_ended(void *ctx, const struct err *why)
{
    lose(ctx, why);
}

static const struct session_handler session_handler = {on_open, on_want_secret, on_ready,
                                                       on_link, on_ended,       on_ended};

/* The next session, in place of the one before, which the caller frees. */
static enum err_code make_session(struct connection *c, struct err *e)
{
    struct session_options o = {
        .auth = c->auth,
        .user = c->user,
        .secret_comes = c->secret_comes,
        .allow_plaintext_secret = c->secret_allowed,
        .epoch = c->epoch + 1,
    };
    struct secret *secret = NULL;
    enum err_code rc = ERR_OK;

    if (c->read_secret)
        rc = c->read_secret(c->secret_ctx, &secret, e);
    o.secret = secret ? secret_text(secret) : NULL;
    if (rc == ERR_OK)
        rc = session_new(c->loop, c->channel, &o, &session_handler, c, &c->session, e);
    if (rc == ERR_OK)
        c->epoch++;
    secret_free(secret);
    return rc;
}

static enum err_code renew_session(struct connection *c, struct err *e)
{
    struct session *old = c->session;

    TRY(make_session(c, e));
    c->past.updates += session_updates(old);
    c->past.bytes += session_bytes(old);
    session_free(old);
    return ERR_OK;
}

static void try_again(struct connection *c)
{
    struct err e;

    c->next_try_ms = 0;
    channel_renew(c->channel);
    if (session_state(c->session) == SESSION_CUT) {
        session_probe(c->session);
    } else if (renew_session(c, &e) != ERR_OK) {
        lose(c, &e);
        return;
    }
    enter(c, CONNECTION_RETRYING);
}

void connection_retry(struct connection *c)
{
    if (c->state == CONNECTION_WANTS_SECRET) {
        enter(c, CONNECTION_WANTS_SECRET);
        return;
    }
    if (c->state != CONNECTION_LOST &&
        (c->state != CONNECTION_RETRYING || c->next_try_ms == 0))
        return;
    c->attempts = 0;
    try_again(c);
}

enum err_code connection_give_secret(struct connection *c, const char *secret, bool again,
                                     struct err *e)
{
    TRY(session_login(c->session, secret, again, e));
    c->secret_comes = true;                  /* for the next session, too */
    if (c->state == CONNECTION_WANTS_SECRET) /* open() has been called meanwhile */
        enter(c, c->has_lost ? CONNECTION_RETRYING : CONNECTION_CONNECTING);
    return ERR_OK;
}

const struct err *connection_refusal(const struct connection *c)
{
    return session_refusal(c->session);
}

/* --- what the server offers --- */

static void take_next_fields(struct connection *c)
{
    fields_close(c->fields);
    c->fields = c->next_fields;
    c->next_fields = NULL;
    c->asking = false;
    c->fields_end.code = ERR_OK;
    c->fields_attempts = 0;
}

static void on_fields_changed(void *ctx)
{
    struct connection *c = ctx;

    if (c->next_fields)
        take_next_fields(c);
    TELL(c, fields, c);
}

/* Asking again would help: the stream broke. A refusal would only be repeated. */
static bool is_worth_asking_again(const struct connection *c, const struct err *why)
{
    return (session_state(c->session) == SESSION_READY ||
            c->state == CONNECTION_RETRYING) &&
           loss_of_list_may_pass(why);
}

static void on_fields_ended(void *ctx, const struct err *why)
{
    struct connection *c = ctx;
    bool again = is_worth_asking_again(c, why);

    if (c->next_fields && c->fields) { /* of the two the one that holds a list stays */
        fields_close(c->next_fields);
        c->next_fields = NULL;
    }
    c->asking = false;
    c->fields_end = *why;
    if (again && c->state == CONNECTION_LIVE) {
        uint32_t ms =
            backoff_ms(c->fields_attempts++, BACKOFF_STREAM_MAX_MS, backoff_random());

        log_line(LOG_LEVEL_WARN, "list of tables: %s; again in %u ms", why->msg, ms);
        wait_ms(c, ms);
    }
    TELL(c, fields_ended, c, why, again);
}

static void on_field_news(void *ctx, const struct field *f, enum field_change change)
{
    struct connection *c = ctx;

    TELL(c, field_news, c, f, change);
}

static const struct fields_handler fields_handler = {on_fields_changed, on_fields_ended,
                                                     on_field_news};

static void ask_for_fields(struct connection *c)
{
    if (c->state ==
        CONNECTION_LIVE) /* it may have waited to ask; before, it is for the login */
        (void)uv_timer_stop(&c->timer);
    c->asking = true;
    fields_close(c->next_fields);
    c->next_fields = fields_open(c->session, &fields_handler, c);
    if (!c->fields) /* what is looked at has another address */
        TELL(c, fields, c);
}

void connection_watch_fields(struct connection *c)
{
    bool kept = c->fields && c->fields_end.code == ERR_OK;

    if (session_can_call(c->session) && !c->asking && !kept)
        ask_for_fields(c);
}

const struct fields *connection_fields(const struct connection *c)
{
    return c->fields ? c->fields : c->next_fields;
}

/* --- row counts --- */

static void on_rows(void *ctx, struct bytes ticket, int64_t rows, const struct err *failure)
{
    struct connection *c = ctx;

    TELL(c, rows, c, ticket, rows, failure);
}

static void on_rows_ended(void *ctx)
{
    struct connection *c = ctx;

    TELL(c, rows_ended, c);
}

static const struct row_watch_handler rows_handler = {on_rows, on_rows_ended};

void connection_watch_rows(struct connection *c, bool wanted)
{
    row_watch_want(c->row_watch, wanted);
}

/* --- waiting --- */

static void on_timer(uv_timer_t *timer)
{
    struct connection *c = timer->data;
    struct err e;

    if (c->state == CONNECTION_LIVE) {
        if (session_can_call(c->session))
            ask_for_fields(c);
        return;
    }
    if (c->state == CONNECTION_RETRYING && c->next_try_ms > 0) {
        try_again(c);
        return;
    }
    (void)err_set(&e, ERR_CONNECT, "no answer in %d s; is that a Deephaven server?",
                  CONNECT_TIMEOUT_MS / 1000);
    lose(c, &e);
}

/* --- life --- */

static char *copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

static enum err_code make_channel(struct connection *c, struct pump *pump,
                                  const struct connection_options *o, struct err *e)
{
    struct channel_options channel = {
        .host = c->where.host,
        .port = c->where.port,
        .tls = c->where.tls,
        .ca_file = o->ca_file,
        .cert_file = o->cert_file,
        .key_file = o->key_file,
        .server_name = o->server_name,
        .no_proxy = o->no_proxy,
        .max_message = o->max_message,
    };

    return channel_new(pump, &channel, &c->channel, e);
}

enum err_code connection_new(uv_loop_t *loop, struct pump *pump,
                             const struct connection_options *o, struct connection **out,
                             struct err *e)
{
    struct connection *c = MEM_NEW(struct connection);
    enum err_code rc;

    c->loop = loop;
    c->where.host = mem_strdup(o->target->host);
    c->where.port = o->target->port;
    c->where.tls = o->target->tls;
    c->auth = copy(o->auth);
    c->user = copy(o->user);
    c->secret_allowed = o->allow_plaintext_secret;
    c->secret_comes = o->secret_comes;
    c->retries_start = o->retries_start;
    c->read_secret = o->read_secret;
    c->secret_ctx = o->secret_ctx;
    (void)uv_timer_init(loop, &c->timer);
    c->timer.data = c;
    c->row_watch = row_watch_new(loop, &rows_handler, c);
    rc = make_channel(c, pump, o, e);
    if (rc == ERR_OK)
        rc = make_session(c, e);
    if (rc != ERR_OK) {
        connection_free(c);
        return rc;
    }
    wait_ms(c, CONNECT_TIMEOUT_MS);
    *out = c;
    return ERR_OK;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct connection *c = handle->data;

    free(c->where.host);
    free(c->auth);
    free(c->user);
    free(c->observers);
    free(c);
}

static void close_fields(struct connection *c)
{
    fields_close(c->next_fields);
    fields_close(c->fields);
    c->fields = c->next_fields = NULL;
}

void connection_free(struct connection *c)
{
    if (!c)
        return;
    close_fields(c);
    row_watch_free(c->row_watch);
    session_free(c->session);
    channel_free(c->channel);
    uv_close((uv_handle_t *)&c->timer, on_timer_closed);
}

void connection_close(struct connection *c)
{
    close_fields(c); /* session_close() takes the calls of all */
    row_watch_close(c->row_watch);
    row_watch_want(c->row_watch, false);
    (void)uv_timer_stop(&c->timer);
    session_close(c->session);
}

bool connection_closing(const struct connection *c)
{
    return session_closing(c->session);
}

bool connection_is_to(const struct connection *c, const struct target *t)
{
    return target_same_server(&c->where, t);
}

bool connection_is_tls(const struct connection *c)
{
    return c->where.tls;
}

uv_loop_t *connection_loop(const struct connection *c)
{
    return c->loop;
}

const char *connection_address(const struct connection *c)
{
    return channel_address(c->channel);
}

enum connection_state connection_state(const struct connection *c)
{
    return c->state;
}

const struct err *connection_why(const struct connection *c)
{
    return c->state >= CONNECTION_RETRYING ? &c->why : NULL;
}

const struct err *connection_last_loss(const struct connection *c)
{
    return &c->why;
}

uint64_t connection_lost_ms(const struct connection *c)
{
    return c->lost_ms;
}

uint64_t connection_next_try_ms(const struct connection *c)
{
    return c->next_try_ms;
}

bool connection_was_live(const struct connection *c)
{
    return c->was_live;
}

bool connection_is_fresh(const struct connection *c)
{
    return c->state == CONNECTION_LIVE && c->has_lost &&
           clock_ms() - c->live_ms < CONNECTION_FRESH_MS;
}

struct session *connection_session(const struct connection *c)
{
    return c->session;
}

uint32_t connection_epoch(const struct connection *c)
{
    return c->epoch;
}

const struct heartbeat *connection_heartbeat(const struct connection *c)
{
    return session_heartbeat(c->session);
}

struct connection_totals connection_totals(const struct connection *c)
{
    return (struct connection_totals){c->past.updates + session_updates(c->session),
                                      c->past.bytes + session_bytes(c->session)};
}

/* --- errors --- */

/* gRPC begins with all that it tried, at length; the cause is at the end of its message. */
static void keep_the_cause(struct err *e)
{
    static const char *const beginnings[] = {"failed to connect to all addresses",
                                             "DNS resolution failed"};
    const char *cause = NULL;

    if (strlen(e->msg) == ERR_TEXT_MAX - 1)
        return; /* cut before its end */
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
        if (strncmp(e->msg, beginnings[i], strlen(beginnings[i])) == 0)
            for (const char *p = e->msg; (p = strstr(p, ": ")); p++)
                cause = p + 2;
    if (cause && *cause)
        memmove(e->msg, cause, strlen(cause) + 1);
}

#define PROXY_WANTS_LOGIN "HTTP proxy returned response code 407"

/* It may be what failed; another way there is to go around it. */
void connection_name_proxy(const struct connection *c, struct err *e)
{
    const char *proxy = channel_proxy(c->channel), *hint = "";
    struct err told = *e;

    if (!proxy)
        return;
    if (strstr(told.msg, PROXY_WANTS_LOGIN))
        hint = " (it wants another login: http://USER:PASSWORD@HOST:PORT)";
    (void)err_set(e, e->code, "through the proxy %s: %s%s; --no-proxy goes without", proxy,
                  told.msg, hint);
}

void connection_name_err(const struct connection *c, struct err *e)
{
    if (e->code == ERR_USAGE || e->code == ERR_INTERRUPTED || e->code == ERR_IO)
        return;
    if (e->code == ERR_LOST && !c->was_live)
        e->code = ERR_CONNECT;
    keep_the_cause(e);
    if (e->code == ERR_CONNECT && channel_proxy(c->channel)) {
        connection_name_proxy(c, e); /* in place of more words, to leave room for why */
        (void)err_wrap(e, e->code, "%s", connection_address(c));
        return;
    }
    (void)err_wrap(e, e->code, "%s: %s", connection_address(c), err_text(e->code));
}
