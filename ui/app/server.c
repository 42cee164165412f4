#include "ui/app/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/tabs.h"
#include "ui/cli/secret.h"
#include "ui/term/theme.h"

#define CONNECT_TIMEOUT_MS 15000
#define CLOSE_WAIT_MS 500

/* --- its tabs --- */

/* The next of its tabs from number *i on; NULL: there is none. */
static struct tab *next_tab(const struct app_server *s, size_t *i)
{
    const struct app *a = s->app;

    while (*i < a->n_tabs) {
        struct tab *t = a->tabs[(*i)++];

        if (t->server == s)
            return t;
    }
    return NULL;
}

static bool has_opened(const struct app_server *s)
{
    const struct tab *t;

    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;)
        if (t->opened)
            return true;
    return false;
}

static void open_tab(struct tab *t)
{
    if (t->table && !table_view_is_open(t->table))
        tab_open_table(t);
    else if (t->picker)
        server_fill_pickers(t->server);
}

void server_open_tabs(struct app_server *s)
{
    struct tab *t = app_tab(s->app);

    if (t && t->server == s && session_can_call(s->session))
        open_tab(t); /* it carries the login, if one is due */
    for (size_t i = 0; session_can_call(s->session) && (t = next_tab(s, &i)) != NULL;)
        open_tab(t);
}

/* No tab of it can show anything; what one of another version has shown is no good. */
static void fail_tabs(struct app_server *s, const struct err *why)
{
    struct tab *t;

    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;)
        if (!t->opened || why->code == ERR_VERSION)
            tab_fail(t, why);
}

/* --- what the session says --- */

static void on_session_open(void *ctx)
{
    server_open_tabs(ctx);
}

static void on_want_secret(void *ctx)
{
    struct app_server *s = ctx;

    (void)uv_timer_stop(&s->connect);
    s->wants_secret = true;
    app_ask_secret(s->app);
}

static void on_ready(void *ctx)
{
    struct app_server *s = ctx;

    (void)uv_timer_stop(&s->connect);
    s->link = LINK_LIVE;
    server_open_tabs(s);
    app_mark_dirty(s->app);
}

/* Also tables that lie below others, for when they are seen. */
static void mark_tables_old(struct tab *t)
{
    for (size_t i = 0; i < t->views.n; i++)
        if (t->views.views[i].ops->mode(t->views.views[i].self) == MODE_GRID)
            grid_set_stale(table_view_grid(t->views.views[i].self), true);
}

static void on_session_ended(void *ctx, const struct err *why)
{
    struct app_server *s = ctx;
    struct tab *t;

    s->link = LINK_LOST;
    (void)uv_timer_stop(&s->connect);
    fail_tabs(s, why);
    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;) {
        mark_tables_old(t);
        if (t->opened)
            tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
    }
    app_mark_dirty(s->app);
}

static const struct session_handler session_handler = {on_session_open, on_want_secret,
                                                       on_ready, on_session_ended};

/* --- waiting, logging in --- */

static void on_connect_timeout(uv_timer_t *timer)
{
    struct app_server *s = timer->data;
    struct err e;

    (void)err_set(&e, ERR_CONNECT, "no answer in %d s; is that a Deephaven server?",
                  CONNECT_TIMEOUT_MS / 1000);
    fail_tabs(s, &e);
}

static void wait_for_connection(struct app_server *s)
{
    (void)uv_timer_start(&s->connect, on_connect_timeout, CONNECT_TIMEOUT_MS, 0);
}

void server_give_secret(struct app_server *s, const char *secret)
{
    struct app *a = s->app;
    struct err e;

    if (session_login(s->session, secret, &e) == ERR_OK) {
        s->wants_secret = false;
        question_close(a->question);
        wait_for_connection(s);
        return;
    }
    if (e.code == ERR_USAGE && session_state(s->session) == SESSION_WAITING) {
        question_close(a->question);
        fail_tabs(s, &e);
    }
}

/* --- start and end --- */

static enum err_code read_secret(const struct options *o, char **out, struct err *e)
{
    *out = NULL;
    return o->secret_file ? secret_read_file(o->secret_file, out, e) : ERR_OK;
}

/* Only the authorities to trust are for all servers: a secret, a user and a certificate
 * belong to the server that was named first, and no other gets to see them. */
static enum err_code make_session(struct app_server *s, bool first, struct err *e)
{
    static const struct options none;
    const struct options *all = s->app->options, *o = first ? all : &none;
    struct channel_options c = {
        .host = s->target.host,
        .port = s->target.port,
        .tls = s->target.tls,
        .ca_file = all->ca,
        .cert_file = o->cert,
        .key_file = o->key,
        .server_name = o->server_name,
        .max_message = (size_t)all->max_message,
    };
    struct session_options so = {
        .auth = o->auth,
        .user = o->user,
        .allow_plaintext_secret = all->insecure_plaintext,
        .secure = s->target.tls || channel_is_loopback(s->target.host),
    };
    char *secret = NULL;
    enum err_code rc = read_secret(o, &secret, e);

    if (rc == ERR_OK)
        rc = channel_new(s->app->pump, &c, &s->channel, e);
    so.secret = secret;
    if (secret && !so.auth)
        so.auth = o->user ? "basic" : "psk"; /* known: no need to ask the server first */
    if (rc == ERR_OK)
        rc = session_new(&s->app->loop, s->channel, &so, &session_handler, s, &s->session,
                         e);
    secret_free(secret);
    return rc;
}

static void on_timer_closed(uv_handle_t *timer)
{
    free(timer->data);
}

static void end_server(struct app_server *s)
{
    session_free(s->session);
    channel_free(s->channel);
    target_release(&s->target);
    uv_close((uv_handle_t *)&s->connect, on_timer_closed);
}

static bool same_server(const struct target *a, const struct target *b)
{
    return a->tls == b->tls && a->port == b->port && strcmp(a->host, b->host) == 0;
}

static struct app_server *add_server(struct app *a, const struct target *t)
{
    struct app_server *s = MEM_NEW(struct app_server);

    s->app = a;
    s->target = *t;
    s->link = LINK_CONNECTING;
    (void)uv_timer_init(&a->loop, &s->connect);
    s->connect.data = s;
    MEM_GROW(a->servers, a->servers_cap, a->n_servers + 1);
    return a->servers[a->n_servers++] = s;
}

enum err_code app_server_of(struct app *a, struct target *t, struct app_server **out,
                            struct err *e)
{
    struct app_server *s;
    enum err_code rc;

    for (size_t i = 0; i < a->n_servers; i++) {
        if (a->servers[i]->link == LINK_LOST || !same_server(&a->servers[i]->target, t))
            continue;
        *out = a->servers[i];
        target_release(t);
        return ERR_OK;
    }
    s = add_server(a, t);
    rc = make_session(s, a->n_servers == 1, e);
    if (rc != ERR_OK) {
        a->n_servers--;
        end_server(s);
        return rc;
    }
    wait_for_connection(s);
    *out = s;
    return ERR_OK;
}

/* The loop's own threads must not take signals meant for the loop. */
void app_network_start(struct app *a)
{
    sigset_t all, old;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    channel_capture_log();
    a->pump = pump_new(&a->loop);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void on_close_wait(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static bool any_closing(const struct app *a)
{
    for (size_t i = 0; i < a->n_servers; i++)
        if (session_closing(a->servers[i]->session))
            return true;
    return false;
}

static void close_sessions(struct app *a)
{
    uv_timer_t *wait = &a->servers[0]->connect;

    for (size_t i = 0; i < a->n_servers; i++) {
        fields_close(a->servers[i]->fields);
        session_close(a->servers[i]->session);
    }
    (void)uv_timer_start(wait, on_close_wait, CLOSE_WAIT_MS, 0);
    while (any_closing(a) && uv_timer_get_due_in(wait) > 0)
        (void)uv_run(&a->loop, UV_RUN_ONCE);
}

void app_network_end(struct app *a)
{
    if (a->n_servers > 0)
        close_sessions(a);
    for (size_t i = 0; i < a->n_servers; i++)
        end_server(a->servers[i]);
    free(a->servers);
    a->servers = NULL;
    a->n_servers = 0;
    if (a->pump)
        pump_free(a->pump);
}

/* The network library tells at length what it tried; the cause is what it ends with. */
static void keep_the_cause(struct err *e)
{
    static const char *const beginnings[] = {"failed to connect to all addresses",
                                             "DNS resolution failed"};
    const char *cause = NULL;

    if (strlen(e->msg) == sizeof(e->msg) - 1)
        return; /* cut before its end */
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
        if (strncmp(e->msg, beginnings[i], strlen(beginnings[i])) == 0)
            for (const char *p = e->msg; (p = strstr(p, ": ")); p++)
                cause = p + 2;
    if (cause && *cause)
        memmove(e->msg, cause, strlen(cause) + 1);
}

void server_name_err(const struct app_server *s, struct err *e)
{
    if (!s || !s->channel || e->code == ERR_USAGE || e->code == ERR_INTERRUPTED ||
        e->code == ERR_IO)
        return;
    if (e->code == ERR_LOST && !has_opened(s))
        e->code = ERR_CONNECT;
    if (s->target.tls && strstr(e->msg, "wrong version number")) /* OpenSSL's words */
        (void)err_set(e, e->code, "no TLS is spoken there; dh+plain://%s goes without",
                      channel_address(s->channel));
    keep_the_cause(e);
    (void)err_wrap(e, e->code, "%s: %s", channel_address(s->channel), err_text(e->code));
}
