#include "client/rpc/channel.h"

#include <errno.h>
#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "client/rpc/address.h"
#include "client/rpc/internal.h"
#include "client/rpc/look_up.h"

#define PEM_MAX ((size_t)4 << 20) /* bytes of a PEM file */

/* Memory of gRPC's own. It checks the length of a message only once all of it is there, so
 * this is what ends a message that claims 4 GiB. Ample, because gRPC ends streams, or the
 * connection, when a hurry of wide tables comes near it. */
#define QUOTA_FACTOR 3 /* of the largest message: one arrives, two wait */
#define QUOTA_MIN ((size_t)64 << 20)

#define LOOKAHEAD (64 << 10) /* bytes */

static const char *const system_roots[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
};

struct channel {
    grpc_channel *grpc;
    struct pump *pump;
    struct channel_options options; /* host is ours, no other string is kept */
    enum channel_privacy privacy;
    struct look_up *look_up; /* NULL: none under way */
    channel_looked_up_fn *looked_up;
    void *looked_up_ctx;
    char *address;
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

static enum err_code read_pem(const char *path, bool secret, struct buf *out, struct err *e)
{
    FILE *f = fopen(path, "re");
    char chunk[4096];
    size_t n;
    enum err_code rc = ERR_OK;

    if (!f)
        return err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    (void)setvbuf(f, NULL, _IONBF, 0); /* a buffer of its own would keep a part of a key */
    if (secret) {
        secret_guard();
        rc = file_check_private(fileno(f), "key file", path, e);
    }
    while (rc == ERR_OK && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        rc = buf_append(out, chunk, n, e);
    if (rc == ERR_OK && ferror(f))
        rc = err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    if (rc == ERR_OK && !memmem(out->data, out->len, "-----BEGIN ", 11))
        rc = err_set(e, ERR_USAGE, "%s holds no PEM block", path);
    if (rc == ERR_OK)
        rc = buf_append(out, "", 1, e); /* gRPC wants a C string */
    explicit_bzero(chunk, sizeof(chunk));
    (void)fclose(f);
    return rc;
}

static enum err_code read_roots(const char *ca_file, struct buf *out, struct err *e)
{
    if (ca_file)
        return read_pem(ca_file, false, out, e);
    for (size_t i = 0; i < sizeof(system_roots) / sizeof(*system_roots); i++) {
        buf_clear(out);
        if (read_pem(system_roots[i], false, out, NULL) == ERR_OK)
            return ERR_OK;
    }
    return err_set(e, ERR_IO, "no system certificates found (%s); give --ca FILE",
                   system_roots[0]);
}

static enum err_code tls_credentials(const struct channel_options *o,
                                     grpc_channel_credentials **out, struct err *e)
{
    struct buf roots, key, cert;
    enum err_code rc;

    buf_init(&roots, PEM_MAX);
    buf_init_secret(&key, PEM_MAX);
    buf_init(&cert, PEM_MAX);
    rc = read_roots(o->ca_file, &roots, e);
    if (rc == ERR_OK && !o->cert_file != !o->key_file)
        rc = err_set(e, ERR_USAGE, "--cert and --key go together");
    if (rc == ERR_OK && o->cert_file) {
        rc = read_pem(o->cert_file, false, &cert, e);
        if (rc == ERR_OK)
            rc = read_pem(o->key_file, true, &key, e);
    }
    if (rc == ERR_OK) {
        grpc_ssl_pem_key_cert_pair pair = {(const char *)key.data, (const char *)cert.data};

        *out = grpc_ssl_credentials_create_ex((const char *)roots.data,
                                              o->cert_file ? &pair : NULL, NULL, NULL);
        if (!*out)
            rc = err_set(e, ERR_USAGE, "the certificates cannot be used");
    }
    buf_release(&roots);
    buf_release(&key);
    buf_release(&cert);
    return rc;
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

static grpc_channel *open_grpc(const struct channel_options *o, const char *target,
                               const char *authority, grpc_channel_credentials *creds)
{
    grpc_channel *out;
    grpc_resource_quota *quota;
    grpc_arg args[10];
    size_t n = 0;

    args[n++] = int_arg(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, (int)o->max_message);
    args[n++] = int_arg(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, (int)o->max_message);
    /* What a stream may have on its way that nobody has read yet. On a slow link what is
     * asked now waits for all of it, so it is little; a longer message still gets a window
     * of its size. gRPC would measure how much the link takes, by pings. */
    args[n++] = int_arg(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, LOOKAHEAD);
    args[n++] = int_arg(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    /* Its retries trust a server to send a status: one that does not would end the process
     * (gRPC 1.51, retry_filter.cc). */
    args[n++] = int_arg(GRPC_ARG_ENABLE_RETRIES, 0);
    quota = grpc_resource_quota_create("dhview");
    grpc_resource_quota_resize(quota, QUOTA_FACTOR * o->max_message + QUOTA_MIN);
    args[n++] = (grpc_arg){.type = GRPC_ARG_POINTER,
                           .key = GRPC_ARG_RESOURCE_QUOTA,
                           .value.pointer = {quota, grpc_resource_quota_arg_vtable()}};
    args[n++] = string_arg(GRPC_ARG_DEFAULT_AUTHORITY, authority);
    if (address_is_loopback(o->host))
        args[n++] = int_arg(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    if (o->server_name)
        args[n++] = string_arg(GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, o->server_name);
    out = grpc_channel_create(target, creds, &(grpc_channel_args){n, args});
    grpc_resource_quota_unref(quota); /* the channel holds its own */
    return out;
}

static enum channel_privacy privacy_of(const struct channel_options *o)
{
    if (o->tls || address_is_loopback(o->host))
        return CHANNEL_PRIVATE;
    return address_is_literal(o->host) ? CHANNEL_PUBLIC : CHANNEL_NOT_LOOKED_UP;
}

enum err_code channel_new(struct pump *pump, const struct channel_options *o,
                          struct channel **out, struct err *e)
{
    grpc_channel_credentials *creds = NULL;
    struct channel *c;
    char *target = NULL, *authority;

    if (o->tls)
        TRY(tls_credentials(o, &creds, e));
    else
        creds = grpc_insecure_credentials_create();
    if (address_grpc_target(o->host, o->port, &target, e) != ERR_OK) {
        grpc_channel_credentials_release(creds);
        return ERR_USAGE;
    }
    authority = address_authority(o->host, o->port);
    c = MEM_NEW(struct channel);
    c->options = (struct channel_options){
        .host = mem_strdup(o->host), .port = o->port, .max_message = o->max_message};
    c->privacy = privacy_of(o);
    c->grpc = open_grpc(o, target, authority, creds);
    c->pump = pump;
    c->address = strchr(o->host, ':') ? mem_printf("[%s]:%d", o->host, o->port)
                                      : mem_printf("%s:%d", o->host, o->port);
    free(target);
    free(authority);
    grpc_channel_credentials_release(creds);
    *out = c;
    return ERR_OK;
}

void channel_free(struct channel *c)
{
    if (!c)
        return;
    channel_look_up_drop(c);
    while (c->late)
        channel_late_run(c->late);
    grpc_channel_destroy(c->grpc);
    free((char *)(uintptr_t)c->options.host);
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

enum channel_privacy channel_privacy(const struct channel *c)
{
    return c->privacy;
}

/* From now on to these addresses alone. */
static void pin(struct channel *c, const char *target)
{
    grpc_channel_credentials *creds = grpc_insecure_credentials_create();

    grpc_channel_destroy(c->grpc);
    c->grpc = open_grpc(&c->options, target, c->address, creds);
    grpc_channel_credentials_release(creds);
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
