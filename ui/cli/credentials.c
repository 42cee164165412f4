#include "ui/cli/credentials.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/cli/secret.h"
#include "ui/cli/secret_command.h"

struct credentials {
    uv_loop_t *loop;
    const struct options *options;
    credentials_fetched_fn *fetched;
    void *ctx;
    struct secret *held;            /* NULL: none */
    struct secret_command *command; /* NULL: it does not run */
    bool typed;                     /* the one that is held */
    unsigned tries;
};

static struct secret *copy(const struct secret *s)
{
    return s ? secret_new(secret_text(s)) : NULL;
}

struct credentials *credentials_new(uv_loop_t *loop, const struct options *o,
                                    credentials_fetched_fn *fetched, void *ctx)
{
    struct credentials *c = MEM_NEW(struct credentials);

    c->loop = loop;
    c->options = o;
    c->fetched = fetched;
    c->ctx = ctx;
    c->held = copy(o->secret);
    return c;
}

void credentials_free(struct credentials *c)
{
    if (!c)
        return;
    secret_command_cancel(c->command);
    secret_free(c->held);
    free(c);
}

const struct options *credentials_options(const struct credentials *c)
{
    return c->options;
}

const char *credentials_type(const struct credentials *c)
{
    const struct options *o = c->options;

    if (o->auth)
        return o->auth;
    if (o->user)
        return "basic";
    return o->secret || o->secret_file || o->secret_command ? "psk" : NULL;
}

bool credentials_has_command(const struct credentials *c)
{
    return c->options->secret_command != NULL;
}

enum err_code credentials_read(void *credentials, struct secret **out, struct err *e)
{
    const struct credentials *c = credentials;

    *out = c->typed ? NULL : copy(c->held);
    if (!c->held && c->options->secret_file)
        return secret_read_file(c->options->secret_file, out, e);
    return ERR_OK;
}

static void on_command(void *ctx, struct secret *secret, const struct err *why)
{
    struct credentials *c = ctx;

    c->command = NULL;
    c->fetched(c->ctx, secret ? secret_text(secret) : NULL, why);
    secret_free(secret);
}

enum err_code credentials_fetch(struct credentials *c, struct err *e)
{
    return c->command ? ERR_OK
                      : secret_command_start(c->loop, c->options->secret_command,
                                             on_command, c, &c->command, e);
}

unsigned credentials_tries(const struct credentials *c)
{
    return c->tries;
}

void credentials_hold(struct credentials *c, const char *secret)
{
    c->tries++;
    c->typed = true;
    secret_free(c->held);
    c->held = secret_new(secret);
}

const char *credentials_secret(const struct credentials *c)
{
    return c->held && c->typed ? secret_text(c->held) : NULL;
}

void credentials_done(struct credentials *c)
{
    c->tries = 0;
}

void credentials_forget(struct credentials *c)
{
    secret_free(c->held);
    c->held = NULL;
    c->typed = false;
}
