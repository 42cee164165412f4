#include "client/rpc/channel.h"

#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "client/rpc/address.h"
#include "client/rpc/internal.h"
#include "client/rpc/look_up.h"
#include "client/rpc/proxy.h"
#include "client/rpc/tls_files.h"

/* Memory of gRPC's own. It checks the length of a message only once all of it is there, so
 * this is what ends a message that claims 4 GiB. Ample, because gRPC ends streams, or the
 * connection, when a hurry of wide tables comes near it. */
#define QUOTA_FACTOR 3 /* of the largest message: one arrives, two wait */
#define QUOTA_MIN ((size_t)64 << 20)

#define LOOKAHEAD (64 << 10)      /* bytes */
#define BULK_LOOKAHEAD (16 << 20) /* of channel_bulk() */

struct channel {
    grpc_channel *grpc;
    grpc_channel_credentials *creds; /* these two: to make another one */
    char *target;
    struct pump *pump;
    struct channel_options options; /* its strings are ours */
    struct proxy proxy;             /* its host is NULL: none */
    char *proxy_name;               /* see channel_proxy(); NULL: none */
    char *roots_file;               /* authorities to trust; NULL without TLS */
    bool answered;                  /* by the server, since the last failure to reach it */
    enum channel_privacy privacy;
    struct look_up *look_up; /* NULL: none under way */
    channel_looked_up_fn *looked_up;
    void *looked_up_ctx;
    char *address;
    struct channel *bulk;      /* owned; shares all but its connection; NULL: not made */
    int lookahead;             /* bytes that a stream may have on its way, unread */
    struct channel_late *late; /* the list of what was put off; each is part of its owner */
};

#define ASSERTION "assertion failed" /* how gRPC begins what it says before it aborts */

static void on_grpc_log(gpr_log_func_args *args)
{
    static const enum log_level level[] = {
        [GPR_LOG_SEVERITY_DEBUG] = LOG_LEVEL_DEBUG,
        [GPR_LOG_SEVERITY_INFO] = LOG_LEVEL_INFO,
        [GPR_LOG_SEVERITY_ERROR] = LOG_LEVEL_ERROR,
    };

    log_line(level[args->severity], "grpc: %s", args->message);
    if (strncmp(args->message, ASSERTION, sizeof(ASSERTION) - 1) == 0)
        (void)fprintf(stderr, "dhview: in gRPC: %s\n", args->message); /* it aborts now */
}

void channel_capture_log(void)
{
    gpr_set_log_function(on_grpc_log);
}

const char *channel_grpc_version(void)
{
    return grpc_version_string();
}

static enum err_code tls_credentials(struct channel *c, grpc_channel_credentials **out,
                                     struct err *e)
{
    const struct channel_options *o = &c->options;
    struct tls_files files;

    TRY(tls_files_read(o->ca_file, o->cert_file, o->key_file, &files, e));
    c->roots_file = mem_strdup(files.roots_file);
    grpc_ssl_pem_key_cert_pair pair = {(const char *)files.key.data,
                                       (const char *)files.cert.data};

    *out = grpc_ssl_credentials_create_ex((const char *)files.roots.data,
                                          o->cert_file ? &pair : NULL, NULL, NULL);
    tls_files_release(&files);
    return *out ? ERR_OK : err_set(e, ERR_USAGE, "the certificates cannot be used");
}

static grpc_arg int_arg(const char *key, int value)
{
    return (grpc_arg){.type = GRPC_ARG_INTEGER, .key = (char *)key, .value.integer = value};
}

static grpc_arg string_arg(const char *key, const char *value)
{
    return (grpc_arg){
        .type = GRPC_ARG_STRING, .key = (char *)key, .value.string = (char *)value};
}

/* What gRPC's own mapper of proxies would set (gRPC 1.51, http_proxy_mapper.cc), which
 * knows other variables and other exceptions than we do. */
#define CONNECT_SERVER "grpc.http_connect_server"
#define CONNECT_HEADERS "grpc.http_connect_headers"

/* What is the same for all channels; returns how many. */
static size_t common_args(const struct channel *c, grpc_resource_quota *quota,
                          grpc_arg *args)
{
    size_t n = 0;
    int max_message = (int)c->options.max_message;

    args[n++] = int_arg(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, max_message);
    args[n++] = int_arg(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, max_message);
    /* What a stream may have on its way that nobody has read yet. On a slow link what is
     * asked now waits for all of it, so it is little; a longer message still gets a window
     * of its size. gRPC would measure how much the link takes, by pings. */
    args[n++] = int_arg(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, c->lookahead);
    args[n++] = int_arg(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    /* Its retries trust a server to send a status: one that does not would end the process
     * (gRPC 1.51, retry_filter.cc). */
    args[n++] = int_arg(GRPC_ARG_ENABLE_RETRIES, 0);
    args[n++] = (grpc_arg){.type = GRPC_ARG_POINTER,
                           .key = GRPC_ARG_RESOURCE_QUOTA,
                           .value.pointer = {quota, grpc_resource_quota_arg_vtable()}};
    /* else another channel to the server would wait for as long as the one before it */
    args[n++] = int_arg(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    args[n++] = int_arg(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    return n;
}

static grpc_channel *open_grpc(const struct channel *c)
{
    const struct channel_options *o = &c->options;
    char *authority = address_authority(o->host, o->port);
    char *login = NULL;
    grpc_channel *out;
    grpc_resource_quota *quota = grpc_resource_quota_create("dhview");
    grpc_arg args[13];
    size_t n;

    grpc_resource_quota_resize(quota, QUOTA_FACTOR * o->max_message + QUOTA_MIN);
    n = common_args(c, quota, args);
    if (c->proxy.host)
        args[n++] = string_arg(CONNECT_SERVER, authority);
    if (c->proxy.login) {
        login = mem_printf("Proxy-Authorization: %s", c->proxy.login);
        args[n++] = string_arg(CONNECT_HEADERS, login);
    }
    if (o->server_name) /* it is the authority as well then */
        args[n++] = string_arg(GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, o->server_name);
    else
        args[n++] = string_arg(GRPC_ARG_DEFAULT_AUTHORITY, authority);
    out = grpc_channel_create(c->target, c->creds, &(grpc_channel_args){n, args});
    grpc_resource_quota_unref(quota); /* the channel holds its own */
    if (login)
        explicit_bzero(login, strlen(login));
    free(login);
    free(authority);
    return out;
}

static enum channel_privacy privacy_of(const struct channel *c)
{
    const struct channel_options *o = &c->options;

    if (o->tls || address_is_loopback(o->host))
        return CHANNEL_PRIVATE;
    if (c->proxy.host)
        return CHANNEL_PUBLIC;
    return address_is_literal(o->host) ? CHANNEL_PUBLIC : CHANNEL_NOT_LOOKED_UP;
}

static char *copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

static void free_options(struct channel_options *o)
{
    const char *const strings[] = {o->host, o->ca_file, o->cert_file, o->key_file,
                                   o->server_name};

    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
        free((char *)(uintptr_t)strings[i]);
}

static struct channel *make(struct pump *pump, const struct channel_options *o)
{
    struct channel *c = MEM_NEW(struct channel);

    c->options = *o;
    c->options.host = mem_strdup(o->host);
    c->options.ca_file = copy(o->ca_file);
    c->options.cert_file = copy(o->cert_file);
    c->options.key_file = copy(o->key_file);
    c->options.server_name = copy(o->server_name);
    c->pump = pump;
    c->lookahead = LOOKAHEAD;
    c->address = strchr(o->host, ':') ? mem_printf("[%s]:%d", o->host, o->port)
                                      : mem_printf("%s:%d", o->host, o->port);
    return c;
}

static enum err_code find_proxy(struct channel *c, struct err *e)
{
    const struct channel_options *o = &c->options;
    char *address;

    if (o->no_proxy)
        return ERR_OK;
    TRY(proxy_choose(getenv, o->host, o->port, o->tls, &c->proxy, e));
    if (!c->proxy.host)
        return ERR_OK;
    address = address_authority(c->proxy.host, c->proxy.port);
    c->proxy_name = mem_printf("%s (%s)", address, c->proxy.variable);
    free(address);
    return ERR_OK;
}

static enum err_code find_target(struct channel *c, char **out, struct err *e)
{
    TRY(find_proxy(c, e));
    if (c->proxy.host)
        return address_grpc_target(c->proxy.host, c->proxy.port, out, e);
    return address_grpc_target(c->options.host, c->options.port, out, e);
}

static enum err_code connect_to(struct channel *c, struct err *e)
{
    const struct channel_options *o = &c->options;

    TRY(find_target(c, &c->target, e));
    c->privacy = privacy_of(c);
    if (o->tls)
        TRY(tls_credentials(c, &c->creds, e));
    else
        c->creds = grpc_insecure_credentials_create();
    c->grpc = open_grpc(c);
    return ERR_OK;
}

enum err_code channel_new(struct pump *pump, const struct channel_options *o,
                          struct channel **out, struct err *e)
{
    struct channel *c = make(pump, o);
    enum err_code rc = connect_to(c, e);

    if (rc != ERR_OK) {
        channel_free(c);
        return rc;
    }
    *out = c;
    return ERR_OK;
}

static void leave_connection(struct channel *c)
{
    if (c->bulk)
        leave_connection(c->bulk);
    free(c->bulk);
    c->bulk = NULL;
    while (c->late)
        channel_late_run(c->late);
    if (c->grpc)
        grpc_channel_destroy(c->grpc);
}

struct channel *channel_bulk(struct channel *c)
{
    if (!c->bulk) {
        c->bulk = mem_dup(c, sizeof(*c));
        c->bulk->late = NULL;
        c->bulk->lookahead = BULK_LOOKAHEAD;
        c->bulk->grpc = open_grpc(c->bulk);
    }
    return c->bulk;
}

void channel_renew(struct channel *c)
{
    leave_connection(c);
    c->grpc = open_grpc(c);
}

void channel_free(struct channel *c)
{
    if (!c)
        return;
    channel_look_up_drop(c);
    leave_connection(c);
    if (c->creds)
        grpc_channel_credentials_release(c->creds);
    free(c->target);
    free_options(&c->options);
    proxy_release(&c->proxy);
    free(c->proxy_name);
    free(c->roots_file);
    free(c->address);
    free(c);
}

grpc_channel *channel_grpc(struct channel *c)
{
    return c->grpc;
}

struct pump *channel_pump(struct channel *c)
{
    return c->pump;
}

bool channel_connected(struct channel *c)
{
    return grpc_channel_check_connectivity_state(c->grpc, 0) == GRPC_CHANNEL_READY;
}

void channel_late_add(struct channel *c, struct channel_late *late)
{
    late->next = c->late;
    late->link = &c->late;
    if (late->next)
        late->next->link = &late->next;
    c->late = late;
}

void channel_late_run(struct channel_late *late)
{
    if (!late->link)
        return;
    *late->link = late->next;
    if (late->next)
        late->next->link = late->link;
    late->link = NULL;
    late->run(late);
}

const char *channel_address(const struct channel *c)
{
    return c->address;
}

const char *channel_proxy(const struct channel *c)
{
    return c->proxy_name;
}

enum channel_privacy channel_privacy(const struct channel *c)
{
    return c->privacy;
}

/* From now on, also when it is renewed, to these addresses alone. */
static void pin(struct channel *c, const char *target)
{
    free(c->target);
    c->target = mem_strdup(target);
    channel_renew(c);
}

static void on_looked_up(void *ctx, const struct addrinfo *addresses, const struct err *why)
{
    struct channel *c = ctx;
    char *target = addresses ? address_loopback_target(addresses) : NULL;

    c->look_up = NULL;
    if (target)
        pin(c, target);
    if (addresses)
        c->privacy = target ? CHANNEL_PRIVATE : CHANNEL_PUBLIC;
    free(target);
    c->looked_up(c->looked_up_ctx, why);
}

void channel_look_up(struct channel *c, uv_loop_t *loop, channel_looked_up_fn *fn,
                     void *ctx)
{
    channel_look_up_drop(c);
    c->looked_up = fn;
    c->looked_up_ctx = ctx;
    c->look_up = look_up_start(loop, c->options.host, c->options.port, on_looked_up, c);
}

void channel_look_up_drop(struct channel *c)
{
    look_up_drop(c->look_up);
    c->look_up = NULL;
}

void channel_note_answer(struct channel *c)
{
    c->answered = true;
}

/* What asks the proxy for a tunnel; NULL: there is no proxy. Owned. */
static char *tunnel_request(const struct channel *c)
{
    const char *login = c->proxy.login;
    char *server, *out;

    if (!c->proxy.host)
        return NULL;
    server = address_authority(c->options.host, c->options.port);
    out = mem_printf("CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s%s%s\r\n", server, server,
                     login ? "Proxy-Authorization: " : "", login ? login : "",
                     login ? "\r\n" : "");
    free(server);
    return out;
}

struct handshake *channel_ask_why(struct channel *c, handshake_fn *fn, void *ctx)
{
    const struct channel_options *o = &c->options;
    char *name = address_name(o->server_name ? o->server_name : o->host);
    char *request = tunnel_request(c);
    struct handshake_options h = {.host = request ? c->proxy.host : o->host,
                                  .port = request ? c->proxy.port : o->port,
                                  .request = request,
                                  .roots_file = c->roots_file,
                                  .key_file = o->key_file,
                                  .wish = {.tls = o->tls,
                                           .address = c->address,
                                           .name = name,
                                           .ca_file = o->ca_file,
                                           .cert_file = o->cert_file}};
    struct handshake *out = NULL;

    if (!c->answered)
        out = handshake_start(pump_loop(c->pump), &h, fn, ctx);
    c->answered = false;
    free(name);
    if (request)
        explicit_bzero(request, strlen(request)); /* it may log in at the proxy */
    free(request);
    return out;
}
