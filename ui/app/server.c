#include "ui/app/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/cli/secret.h"
#include "ui/term/theme.h"

#define CONNECT_TIMEOUT_MS 15000
#define CLOSE_WAIT_MS 500

/* --- what the session says --- */

static void on_session_open(void *ctx)
{
    struct app *a = ctx;
    struct tab *t = app_tab(a);

    if (t->table)
        tab_open_table(t);
    else
        app_open_fields(a);
}

static void on_want_secret(void *ctx)
{
    struct app *a = ctx;
    char *label = mem_printf("key for %s: ", channel_address(a->channel));

    (void)uv_timer_stop(&a->connect);
    question_open(a->question, QUESTION_SECRET, label);
    free(label);
    app_mark_dirty(a);
}

static void on_ready(void *ctx)
{
    struct app *a = ctx;

    (void)uv_timer_stop(&a->connect);
    a->link = LINK_LIVE;
    app_mark_dirty(a);
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
    struct app *a = ctx;

    a->link = LINK_LOST;
    if (!app_has_opened(a) || why->code == ERR_VERSION) {
        app_stop(a, why);
        return;
    }
    for (size_t i = 0; i < a->n_tabs; i++) {
        mark_tables_old(a->tabs[i]);
        tab_say(a->tabs[i], STYLE_MESSAGE_ERROR, why->msg);
    }
}

static const struct session_handler session_handler = {on_session_open, on_want_secret,
                                                       on_ready, on_session_ended};

/* --- waiting, logging in --- */

static void on_connect_timeout(uv_timer_t *timer)
{
    struct app *a = timer->data;
    struct err e;

    (void)err_set(&e, ERR_CONNECT, "no answer in %d s; is that a Deephaven server?",
                  CONNECT_TIMEOUT_MS / 1000);
    app_stop(a, &e);
}

void app_wait_for_connection(struct app *a)
{
    (void)uv_timer_start(&a->connect, on_connect_timeout, CONNECT_TIMEOUT_MS, 0);
}

void app_give_secret(struct app *a, const char *secret)
{
    struct err e;

    if (session_login(a->session, secret, &e) == ERR_OK) {
        question_close(a->question);
        app_wait_for_connection(a);
        return;
    }
    if (e.code == ERR_USAGE && session_state(a->session) == SESSION_WAITING)
        app_stop(a, &e);
}

/* --- start and end --- */

static enum err_code read_secret(const struct options *o, char **out, struct err *e)
{
    *out = NULL;
    return o->secret_file ? secret_read_file(o->secret_file, out, e) : ERR_OK;
}

static enum err_code make_session(struct app *a, struct err *e)
{
    const struct options *o = a->options;
    struct channel_options c = {
        .host = a->target.host,
        .port = a->target.port,
        .tls = a->target.tls,
        .ca_file = o->ca,
        .cert_file = o->cert,
        .key_file = o->key,
        .server_name = o->server_name,
        .max_message = (size_t)o->max_message,
    };
    struct session_options s = {
        .auth = o->auth,
        .user = o->user,
        .allow_plaintext_secret = o->insecure_plaintext,
        .secure = a->target.tls || channel_is_loopback(a->target.host),
    };
    char *secret = NULL;
    enum err_code rc = read_secret(o, &secret, e);

    if (rc == ERR_OK)
        rc = channel_new(a->pump, &c, &a->channel, e);
    s.secret = secret;
    if (secret && !s.auth)
        s.auth = o->user ? "basic" : "psk"; /* known: no need to ask the server first */
    if (rc == ERR_OK)
        rc = session_new(&a->loop, a->channel, &s, &session_handler, a, &a->session, e);
    secret_free(secret);
    return rc;
}

/* The loop's own threads must not take signals meant for the loop. */
static void start_pump(struct app *a)
{
    sigset_t all, old;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    channel_capture_log();
    a->pump = pump_new(&a->loop);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void app_server_init(struct app *a)
{
    a->link = LINK_CONNECTING;
    (void)uv_timer_init(&a->loop, &a->connect);
    a->connect.data = a;
}

enum err_code app_server_start(struct app *a, struct err *e)
{
    start_pump(a);
    return make_session(a, e);
}

static void on_close_wait(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void end_session(struct app *a)
{
    session_close(a->session);
    (void)uv_timer_start(&a->connect, on_close_wait, CLOSE_WAIT_MS, 0);
    while (session_closing(a->session) && uv_timer_get_due_in(&a->connect) > 0)
        (void)uv_run(&a->loop, UV_RUN_ONCE);
    session_free(a->session);
}

void app_server_end(struct app *a)
{
    if (a->session)
        end_session(a);
    channel_free(a->channel);
    if (a->pump)
        pump_free(a->pump);
    target_release(&a->target);
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

void app_name_server(const struct app *a, struct err *e)
{
    if (!a->channel || e->code == ERR_USAGE || e->code == ERR_INTERRUPTED ||
        e->code == ERR_IO)
        return;
    if (e->code == ERR_LOST && !app_has_opened(a))
        e->code = ERR_CONNECT;
    if (a->target.tls && strstr(e->msg, "wrong version number")) /* OpenSSL's words */
        (void)err_set(e, e->code, "no TLS is spoken there; dh+plain://%s goes without",
                      channel_address(a->channel));
    keep_the_cause(e);
    (void)err_wrap(e, e->code, "%s: %s", channel_address(a->channel), err_text(e->code));
}
