#include "ui/cli/connect.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "client/rpc/channel.h"
#include "client/rpc/pump.h"

/* NAME or NAME/TABLE, perhaps with operations, of a connection in the config file. */
static enum err_code parse_named(const struct config_connection *c, const char *text,
                                 struct target *out, struct err *e)
{
    const char *table = strchr(text, '/');
    enum err_code rc;

    if (c->fault.code != ERR_OK) {
        *e = c->fault;
        return e->code;
    }
    if (!c->target)
        return err_set(e, ERR_USAGE, "connection \"%s\": it has no target", c->name);
    rc = target_parse(c->target, out, e);
    if (rc != ERR_OK)
        return err_wrap(e, rc, "connection \"%s\"", c->name);
    if (table && table[1] != '\0' && (rc = target_set_table(out, table + 1, e)) != ERR_OK) {
        target_release(out);
        return err_wrap(e, rc, "connection \"%s\"", c->name);
    }
    return ERR_OK;
}

enum err_code connect_target(const struct config *config, const char *text,
                             struct target *out, struct config_connection **named,
                             struct err *e)
{
    *named = config_find(config, text);
    return *named ? parse_named(*named, text, out, e) : target_parse(text, out, e);
}

/* The loop's own threads must not take signals meant for the loop. */
struct pump *connect_pump(uv_loop_t *loop, void (*open)(sigset_t *set))
{
    sigset_t all, old;
    struct pump *pump;

    (void)sigfillset(&all);
    if (open)
        open(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &old);
    channel_capture_log();
    pump = pump_new(loop);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return pump;
}

static enum err_code check_certificate(const struct options *o, const char *type,
                                       const struct target *t, struct err *e)
{
    if (type && strcmp(type, "mtls") == 0 && !o->cert)
        return err_set(e, ERR_USAGE, "--auth mtls needs --cert FILE and --key FILE");
    if ((o->cert || o->key) && !t->tls)
        return err_set(e, ERR_USAGE,
                       "a client certificate is for TLS, which dh://%s would ask for",
                       t->host);
    return ERR_OK;
}

enum err_code connect_start(uv_loop_t *loop, struct pump *pump, const struct target *t,
                            const struct options *all, struct credentials *credentials,
                            struct connection **out, struct err *e)
{
    const struct options *o = credentials_options(credentials);
    struct connection_options c = {
        .target = t,
        .ca_file = o->ca ? o->ca : all->ca,
        .cert_file = o->cert,
        .key_file = o->key,
        .server_name = o->server_name,
        .no_proxy = all->no_proxy || o->no_proxy,
        .max_message = (size_t)all->max_message,
        .auth = credentials_type(credentials),
        .user = o->user,
        .secret_comes = credentials_has_command(credentials),
        .allow_plaintext_secret = o->insecure_plaintext,
        .retries_start = !all->no_retry,
        .read_secret = credentials_read,
        .secret_ctx = credentials,
    };

    TRY(check_certificate(o, c.auth, t, e));
    return connection_new(loop, pump, &c, out, e);
}

static bool is_on_host(const struct config_connection *c, const char *host)
{
    struct target t = {0};
    struct err e;
    bool is = c->target && target_parse(c->target, &t, &e) == ERR_OK &&
              strcasecmp(t.host, host) == 0;

    target_release(&t);
    return is;
}

/* Whose name is nearest to that of the host; NULL: none is near, or the host is that of a
 * connection. */
static const char *near_host(const struct config *config, const struct connection *c)
{
    struct target here = {0};
    struct nearest near;
    struct err e;
    bool is_one = false;

    if (target_parse(connection_address(c), &here, &e) != ERR_OK)
        return NULL;
    near = nearest_to(here.host);
    for (size_t i = 0; i < config->n && !is_one; i++) {
        const struct config_connection *one = config->connections[i];

        nearest_try(&near, one->name);
        is_one = is_on_host(one, here.host);
    }
    target_release(&here);
    return is_one ? NULL : near.best;
}

void connect_name_err(const struct config *config, const struct connection *c,
                      struct err *e)
{
    struct err told;
    const char *near;

    connection_name_err(c, e);
    near = e->code == ERR_CONNECT ? near_host(config, c) : NULL;
    told = *e;
    if (near)
        (void)err_set(e, e->code, "%s (the config file has a connection \"%s\")", told.msg,
                      near);
}
