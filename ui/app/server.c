#include "ui/app/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "client/rpc/pump.h"
#include "ui/app/console_run.h"
#include "ui/app/file_export.h"
#include "ui/app/sleep.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/tabs.h"
#include "ui/cli/connect.h"
#include "ui/term/crash.h"
#include "ui/term/theme.h"

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

static void open_tab(struct tab *t)
{
    if (t->table && !table_view_is_open(t->table))
        tab_open_table(t);
    else if (t->picker)
        server_fill_pickers(t->server);
}

static void fetch_secret_again(struct app_server *s);

void server_open_tabs(struct app_server *s)
{
    struct tab *t = app_tab(s->app);

    fetch_secret_again(s);
    if (t && t->server == s && session_can_call(server_session(s)))
        open_tab(t); /* it carries the login, if one is due */
    for (size_t i = 0;
         session_can_call(server_session(s)) && (t = next_tab(s, &i)) != NULL;)
        open_tab(t);
}

void server_fail_tab(struct tab *t, const struct err *why)
{
    tab_fail(t, why);
    server_name_err(t->server, &t->failed); /* in plain words, as at the program's end */
}

/* The server is gone. Tabs that have shown nothing of it have failed; all have when it is
 * of a version that is not understood here, since what they have shown may be wrong. */
static void fail_tabs(struct app_server *s, const struct err *why)
{
    struct tab *t;

    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;)
        if (!t->opened || why->code == ERR_VERSION)
            server_fail_tab(t, why);
}

/* --- what the connection says --- */

static void on_open(void *ctx, struct connection *c)
{
    (void)c;
    server_open_tabs(ctx);
}

/* It is gone, or cannot be logged in to whatever it says. */
static void give_up(struct app_server *s, const struct err *why)
{
    struct tab *t;

    fail_tabs(s, why);
    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;)
        if (t->opened)
            tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
}

static void tell_unreached(struct tab *t, const struct err *why)
{
    struct err named = *why;
    char *text;

    server_name_err(t->server, &named);
    text = mem_printf("%s; it is tried again", named.msg);
    tab_say(t, STYLE_MESSAGE_WARN, text);
    free(text);
}

/* It is tried again. What was live tells of it once, as the tab line goes on to, and once
 * more when the reason is a better one. */
static void on_retrying(struct app_server *s, const struct err *why)
{
    struct err named = *why;
    struct tab *t;

    if (why->code == ERR_LOST)
        connection_name_proxy(s->connection, &named);
    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;) {
        if (!t->opened)
            tell_unreached(t, why);
        else if (strcmp(s->told.msg, why->msg) != 0)
            tab_say(t, STYLE_MESSAGE_ERROR, named.msg);
    }
    s->told = *why;
}

/* The reason stays in sight: it may have been a short while ago. */
static void on_live(struct app_server *s)
{
    struct tab *t;
    char *text;

    if (s->told.code != ERR_OK) {
        text = mem_printf("connected again, after: %s",
                          connection_last_loss(s->connection)->msg);
        for (size_t i = 0; (t = next_tab(s, &i)) != NULL;) {
            tab_say(t, STYLE_MESSAGE, text);
            t->name_gone = false; /* what is there now is told anew */
        }
        free(text);
    }
    s->told = (struct err){0};
    server_open_tabs(s);
    app_plan_sleep(s->app);
}

static void want_secret(struct app_server *s);

static void on_changed(void *ctx, struct connection *c)
{
    struct app_server *s = ctx;

    switch (connection_state(c)) {
    case CONNECTION_WANTS_SECRET:
        want_secret(s);
        break;
    case CONNECTION_LIVE:
        credentials_done(s->credentials);
        on_live(s);
        break;
    case CONNECTION_RETRYING:
        on_retrying(s, connection_why(c));
        break;
    case CONNECTION_LOST:
        if (connection_why(c)->code == ERR_AUTH)
            credentials_forget(s->credentials);
        give_up(s, connection_why(c));
        break;
    case CONNECTION_CONNECTING:
        break;
    }
    app_mark_dirty(s->app);
}

static const struct connection_handler connection_handler = {
    on_open,           on_changed,  server_fields_changed, server_fields_ended,
    server_field_news, server_rows, server_rows_ended};

struct session *server_session(const struct app_server *s)
{
    return connection_session(s->connection);
}

double server_round_trip_ms(struct app_server *s)
{
    if (s->shown_round_trip < 0)
        s->shown_round_trip = session_round_trip_ms(server_session(s));
    return s->shown_round_trip;
}

void server_take_round_trip(struct app_server *s)
{
    double now = session_round_trip_ms(server_session(s)), shown = s->shown_round_trip;
    double off = now > shown ? now - shown : shown - now;

    if (off > 2 + shown / 2)
        s->shown_round_trip = now;
}

static enum link_state alive_state(const struct connection *c, uint64_t now_ms)
{
    static const enum link_state alive[] = {
        [HEARTBEAT_WELL] = LINK_LIVE,
        [HEARTBEAT_SLOW] = LINK_SLOW,
        [HEARTBEAT_SILENT] = LINK_SILENT,
        [HEARTBEAT_LOST] = LINK_SILENT,
    };

    return alive[heartbeat_link(connection_heartbeat(c), now_ms)];
}

/* Where nothing was shown yet, nothing is old. */
static enum link_state state_of(const struct connection *c, uint64_t now_ms)
{
    bool was_live = connection_was_live(c);

    switch (connection_state(c)) {
    case CONNECTION_LIVE:
        return alive_state(c, now_ms);
    case CONNECTION_RETRYING:
        return was_live ? LINK_RETRYING : LINK_UNREACHED;
    case CONNECTION_LOST:
        return connection_why(c)->code == ERR_AUTH ? LINK_REFUSED : LINK_LOST;
    case CONNECTION_WANTS_SECRET:
        return was_live ? LINK_SIGNED_OUT : LINK_CONNECTING;
    case CONNECTION_CONNECTING:
        break;
    }
    return LINK_CONNECTING;
}

static uint64_t since_ms(const struct connection *c, uint64_t now_ms)
{
    return connection_state(c) == CONNECTION_LIVE
               ? heartbeat_since_ms(connection_heartbeat(c), now_ms)
               : connection_lost_ms(c);
}

struct link server_link(const struct app_server *s, uint64_t now_ms)
{
    const struct connection *c = s->connection;

    return link_at(state_of(c, now_ms), since_ms(c, now_ms), connection_next_try_ms(c),
                   now_ms);
}

/* --- the secret --- */

void server_give_secret(struct app_server *s, const char *secret)
{
    struct app *a = s->app;
    struct err e;

    if (connection_state(s->connection) != CONNECTION_WANTS_SECRET)
        return;
    credentials_hold(s->credentials, secret);
    question_close(a->question); /* what was typed is gone with it */
    if (connection_give_secret(s->connection, credentials_secret(s->credentials),
                               credentials_tries(s->credentials) < CREDENTIALS_TRIES,
                               &e) == ERR_USAGE)
        give_up(s, &e);
}

static void on_fetched(void *ctx, const char *secret, const struct err *why)
{
    struct app_server *s = ctx;
    struct err e;

    if (connection_state(s->connection) != CONNECTION_WANTS_SECRET)
        return;
    if (why)
        give_up(s, why);
    else if (connection_give_secret(s->connection, secret, false, &e) == ERR_USAGE)
        give_up(s, &e);
    app_mark_dirty(s->app);
}

static void fetch_secret(struct app_server *s)
{
    struct err e;

    if (credentials_fetch(s->credentials, &e) != ERR_OK)
        give_up(s, &e);
}

/* The command has failed, and a tab was opened after that: it is one more try. */
static void fetch_secret_again(struct app_server *s)
{
    bool awaited = false;
    struct tab *t;

    if (connection_state(s->connection) != CONNECTION_WANTS_SECRET ||
        !credentials_has_command(s->credentials))
        return;
    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;)
        awaited = awaited || t->failed.code == ERR_OK;
    if (awaited)
        fetch_secret(s);
}

/* It let us into the session before this one. */
static void give_held_secret(struct app_server *s)
{
    struct err e;

    if (connection_give_secret(s->connection, credentials_secret(s->credentials), true,
                               &e) == ERR_USAGE)
        give_up(s, &e);
}

static void want_secret(struct app_server *s)
{
    if (connection_refusal(s->connection))
        credentials_forget(s->credentials);
    if (credentials_secret(s->credentials))
        give_held_secret(s);
    else if (credentials_has_command(s->credentials))
        fetch_secret(s);
    else if (app_tab(s->app)->server == s)
        app_ask_secret(s->app);
}

/* --- start and end --- */

static void on_server_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void end_server(struct app_server *s)
{
    connection_free(s->connection);
    credentials_free(s->credentials);
    uv_close((uv_handle_t *)&s->goodbye, on_server_closed);
}

static bool note_first(struct app *a, const struct target *t)
{
    if (a->first.host)
        return false;
    a->first.host = mem_strdup(t->host);
    a->first.port = t->port;
    a->first.tls = t->tls;
    return true;
}

/* Only the authorities to trust are for all servers: a secret, a user and a certificate
 * belong to the server that was named first, also when it is connected to anew, or to that
 * of a connection in the config file, and no other gets to see them. */
static const struct options *options_for(struct app *a, const struct target *t,
                                         struct config_connection *named)
{
    static const struct options none;
    bool first = note_first(a, t);

    if (!named)
        return target_same_server(&a->first, t) ? a->options : &none;
    if (first)
        config_override(named, a->options);
    return &named->options;
}

/* Who asks for a connection by name gets its login, not another one at the same server. */
static bool serves(const struct app_server *s, const struct target *t,
                   const struct config_connection *named)
{
    return !s->leaving && connection_state(s->connection) != CONNECTION_LOST &&
           connection_is_to(s->connection, t) &&
           (!named || credentials_options(s->credentials) == &named->options);
}

enum err_code app_server_of(struct app *a, const struct target *t,
                            struct config_connection *named, struct app_server **out,
                            struct err *e)
{
    struct app_server *s;
    enum err_code rc;

    for (size_t i = 0; i < a->n_servers; i++) {
        *out = a->servers[i];
        if (serves(*out, t, named))
            return ERR_OK;
    }
    s = MEM_NEW(struct app_server);
    s->app = a;
    s->shown_round_trip = -1;
    s->credentials = credentials_new(&a->loop, options_for(a, t, named), on_fetched, s);
    rc = connect_start(&a->loop, a->pump, t, a->options, s->credentials, &s->connection, e);
    if (rc != ERR_OK) {
        credentials_free(s->credentials);
        free(s);
        return rc;
    }
    connection_observe(s->connection, &connection_handler, s);
    (void)uv_timer_init(&a->loop, &s->goodbye);
    s->goodbye.data = s;
    MEM_GROW(a->servers, a->servers_cap, a->n_servers + 1);
    *out = a->servers[a->n_servers++] = s;
    return ERR_OK;
}

/* Nothing can be called any more; its session is given back. */
static void close_server(struct app_server *s)
{
    console_run_free(s->console_run);
    s->console_run = NULL;
    connection_close(s->connection);
}

/* --- leaving one --- */

static void remove_server(struct app *a, const struct app_server *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < a->n_servers; i++)
        if (a->servers[i] != s)
            a->servers[kept++] = a->servers[i];
    a->n_servers = kept;
}

/* The server has answered the goodbye by now, or will not: it is not waited for longer. */
static void on_goodbye(uv_timer_t *timer)
{
    struct app_server *s = timer->data;

    remove_server(s->app, s);
    end_server(s);
}

static void leave(struct app_server *s)
{
    s->leaving = true;
    file_export_leave(s->app, s);
    connection_unobserve(s->connection, &connection_handler, s);
    close_server(s);
    (void)uv_timer_start(&s->goodbye, on_goodbye, CLOSE_WAIT_MS, 0);
}

void app_leave_servers(struct app *a)
{
    for (size_t i = 0; i < a->n_servers; i++) {
        struct app_server *s = a->servers[i];
        size_t from = 0;

        if (!s->leaving && !next_tab(s, &from))
            leave(s);
    }
}

/* --- all of them --- */

void app_network_start(struct app *a)
{
    a->pump = connect_pump(&a->loop, crash_keep_open);
}

static void on_close_wait(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static bool any_closing(const struct app *a)
{
    for (size_t i = 0; i < a->n_servers; i++)
        if (connection_closing(a->servers[i]->connection))
            return true;
    return false;
}

static void close_connections(struct app *a)
{
    for (size_t i = 0; i < a->n_servers; i++)
        if (!a->servers[i]->leaving)
            close_server(a->servers[i]);
    (void)uv_timer_init(&a->loop, &a->goodbye);
    (void)uv_timer_start(&a->goodbye, on_close_wait, CLOSE_WAIT_MS, 0);
    while (any_closing(a) && uv_timer_get_due_in(&a->goodbye) > 0)
        (void)uv_run(&a->loop, UV_RUN_ONCE);
}

void app_network_end(struct app *a)
{
    if (a->n_servers > 0)
        close_connections(a);
    for (size_t i = 0; i < a->n_servers; i++)
        end_server(a->servers[i]);
    free(a->servers);
    a->servers = NULL;
    a->n_servers = 0;
    target_release(&a->first);
    if (a->pump)
        pump_free(a->pump);
}

void server_name_err(const struct app_server *s, struct err *e)
{
    if (s)
        connect_name_err(s->app->config, s->connection, e);
}
