#include "ui/app/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/rpc/channel.h"
#include "client/rpc/pump.h"
#include "ui/app/sleep.h"
#include "ui/app/state.h"
#include "ui/app/tables.h"
#include "ui/app/tabs.h"
#include "ui/cli/secret.h"
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

void server_open_tabs(struct app_server *s)
{
    struct tab *t = app_tab(s->app);

    if (t && t->server == s && session_can_call(server_session(s)))
        open_tab(t); /* it carries the login, if one is due */
    for (size_t i = 0;
         session_can_call(server_session(s)) && (t = next_tab(s, &i)) != NULL;)
        open_tab(t);
}

/* The server is gone. Tabs that have shown nothing of it have failed; all have when it is
 * of a version that is not understood here, since what they have shown may be wrong. */
static void fail_tabs(struct app_server *s, const struct err *why)
{
    struct tab *t;

    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;)
        if (!t->opened || why->code == ERR_VERSION) {
            tab_fail(t, why);
            server_name_err(s, &t->failed); /* in plain words, as at the program's end */
        }
}

/* --- what the connection says --- */

static void on_open(void *ctx, struct connection *c)
{
    (void)c;
    server_open_tabs(ctx);
}

/* Also tables that lie below others, for when they are seen. */
static void mark_tables_old(struct tab *t, const struct err *why)
{
    for (size_t i = 0; i < t->views.n; i++)
        if (t->views.views[i].ops->mode(t->views.views[i].self) == MODE_GRID)
            table_view_lost(t->views.views[i].self, why);
}

static void on_lost(struct app_server *s, const struct err *why)
{
    struct tab *t;

    fail_tabs(s, why);
    for (size_t i = 0; (t = next_tab(s, &i)) != NULL;) {
        mark_tables_old(t, why);
        if (t->opened)
            tab_say(t, STYLE_MESSAGE_ERROR, why->msg);
    }
}

static void on_changed(void *ctx, struct connection *c)
{
    struct app_server *s = ctx;

    switch (connection_state(c)) {
    case CONNECTION_WANTS_SECRET:
        if (app_tab(s->app)->server == s)
            app_ask_secret(s->app);
        break;
    case CONNECTION_LIVE:
        server_open_tabs(s);
        app_plan_sleep(s->app);
        break;
    case CONNECTION_LOST:
        on_lost(s, connection_why(c));
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

static enum link_state state_of(const struct app_server *s, uint64_t now_ms)
{
    static const enum link_state states[] = {
        [CONNECTION_CONNECTING] = LINK_CONNECTING,
        [CONNECTION_WANTS_SECRET] = LINK_CONNECTING,
        [CONNECTION_LIVE] = LINK_LIVE,
        [CONNECTION_LOST] = LINK_LOST,
    };
    static const enum link_state alive[] = {
        [HEARTBEAT_WELL] = LINK_LIVE,
        [HEARTBEAT_SLOW] = LINK_SLOW,
        [HEARTBEAT_SILENT] = LINK_SILENT,
        [HEARTBEAT_LOST] = LINK_SILENT,
    };
    enum connection_state state = connection_state(s->connection);

    return state == CONNECTION_LIVE
               ? alive[heartbeat_link(connection_heartbeat(s->connection), now_ms)]
               : states[state];
}

static uint64_t since_ms(const struct app_server *s, uint64_t now_ms)
{
    return heartbeat_since_ms(connection_heartbeat(s->connection), now_ms);
}

struct link server_link(const struct app_server *s, uint64_t now_ms)
{
    return (struct link){state_of(s, now_ms), (now_ms - since_ms(s, now_ms)) / 1000, 0};
}

uint64_t server_link_next(const struct app_server *s, uint64_t now_ms)
{
    uint64_t since = since_ms(s, now_ms);

    if (!link_text_runs(state_of(s, now_ms)))
        return VIEW_NEVER;
    return since + ((now_ms - since) / 1000 + 1) * 1000;
}

void server_give_secret(struct app_server *s, const char *secret)
{
    struct app *a = s->app;
    struct err e;

    if (connection_state(s->connection) != CONNECTION_WANTS_SECRET)
        return;
    if (connection_give_secret(s->connection, secret, &e) == ERR_OK) {
        question_close(a->question);
    } else if (e.code == ERR_USAGE) {
        question_close(a->question);
        fail_tabs(s, &e);
    }
}

/* --- start and end --- */

static enum err_code read_secret(void *ctx, struct secret **out, struct err *e)
{
    const struct options *o = ctx;

    *out = NULL;
    return o->secret_file ? secret_read_file(o->secret_file, out, e) : ERR_OK;
}

/* Only the authorities to trust are for all servers: a secret, a user and a certificate
 * belong to the server that was named first, and no other gets to see them. */
static enum err_code make_connection(struct app_server *s, const struct target *t,
                                     bool first, struct err *e)
{
    static const struct options none;
    const struct options *all = s->app->options, *o = first ? all : &none;
    struct connection_options c = {
        .target = t,
        .ca_file = all->ca,
        .cert_file = o->cert,
        .key_file = o->key,
        .server_name = o->server_name,
        .max_message = (size_t)all->max_message,
        .auth = o->auth,
        .user = o->user,
        .allow_plaintext_secret = o->insecure_plaintext,
        .read_secret = read_secret,
        .secret_ctx = (void *)(uintptr_t)o, /* only read */
    };

    TRY(connection_new(&s->app->loop, s->app->pump, &c, &s->connection, e));
    connection_observe(s->connection, &connection_handler, s);
    return ERR_OK;
}

static void on_server_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void end_server(struct app_server *s)
{
    connection_free(s->connection);
    uv_close((uv_handle_t *)&s->goodbye, on_server_closed);
}

static void note_first(struct app *a, const struct target *t)
{
    if (a->first.host)
        return;
    a->first.host = mem_strdup(t->host);
    a->first.port = t->port;
    a->first.tls = t->tls;
}

/* The server that was named first, again when it is connected to anew. */
static bool is_first(const struct app *a, const struct target *t)
{
    return target_same_server(&a->first, t);
}

static bool is_of_use(const struct app_server *s)
{
    return !s->leaving && connection_state(s->connection) != CONNECTION_LOST;
}

enum err_code app_server_of(struct app *a, const struct target *t, struct app_server **out,
                            struct err *e)
{
    struct app_server *s;
    enum err_code rc;

    for (size_t i = 0; i < a->n_servers; i++) {
        *out = a->servers[i];
        if (is_of_use(*out) && connection_is_to((*out)->connection, t))
            return ERR_OK;
    }
    note_first(a, t);
    s = MEM_NEW(struct app_server);
    s->app = a;
    rc = make_connection(s, t, is_first(a, t), e);
    if (rc != ERR_OK) {
        free(s);
        return rc;
    }
    (void)uv_timer_init(&a->loop, &s->goodbye);
    s->goodbye.data = s;
    MEM_GROW(a->servers, a->servers_cap, a->n_servers + 1);
    *out = a->servers[a->n_servers++] = s;
    return ERR_OK;
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
    connection_unobserve(s->connection, &connection_handler, s);
    connection_close(s->connection);
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
        if (connection_closing(a->servers[i]->connection))
            return true;
    return false;
}

static void close_connections(struct app *a)
{
    for (size_t i = 0; i < a->n_servers; i++)
        if (!a->servers[i]->leaving)
            connection_close(a->servers[i]->connection);
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
        connection_name_err(s->connection, e);
}
