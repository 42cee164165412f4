#include "tests/support/tls_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "base/mem.h"

#define LINKS_MAX 32
#define CHUNK 16384
#define TURN_MS 50 /* between looks at whether it is to end */

struct tls_link {
    struct tls_relay *relay;
    pthread_t thread;
    int client;
};

struct tls_relay {
    SSL_CTX *ctx;
    char *protocol;
    int listener, port, upstream_port; /* 0: no upstream */
    pthread_t thread;
    atomic_bool ends;
    struct tls_link link[LINKS_MAX];
    size_t n_links; /* the listening thread's, until it has ended */
};

static bool wait_readable(const struct tls_relay *r, int a, int b)
{
    struct pollfd fds[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};

    while (!r->ends)
        if (poll(fds, 2, TURN_MS) > 0)
            return true;
    return false;
}

static int connect_up(const struct tls_relay *r)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)r->upstream_port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = r->upstream_port ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* One piece in each direction that has one; false at an end. */
static bool pass(SSL *ssl, int up)
{
    char chunk[CHUNK];
    struct pollfd fds[2] = {{.fd = SSL_get_fd(ssl), .events = POLLIN},
                            {.fd = up, .events = POLLIN}};
    ssize_t n;

    (void)poll(fds, 2, 0);
    if (fds[0].revents || SSL_pending(ssl) > 0) {
        n = SSL_read(ssl, chunk, sizeof(chunk));
        if (n <= 0 || (up >= 0 && send(up, chunk, (size_t)n, MSG_NOSIGNAL) != n))
            return false;
    }
    if (fds[1].revents) {
        n = recv(up, chunk, sizeof(chunk), 0);
        return n > 0 && SSL_write(ssl, chunk, (int)n) == n;
    }
    return true;
}

static void *serve(void *arg)
{
    struct tls_link *l = arg;
    SSL *ssl = SSL_new(l->relay->ctx);
    int up = -1;

    (void)SSL_set_fd(ssl, l->client);
    if (wait_readable(l->relay, l->client, -1) && SSL_accept(ssl) == 1) {
        up = connect_up(l->relay);
        while ((SSL_pending(ssl) > 0 || wait_readable(l->relay, l->client, up)) &&
               pass(ssl, up))
            continue;
        (void)SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    (void)close(l->client);
    if (up >= 0)
        (void)close(up);
    return NULL;
}

static void *listen_for(void *arg)
{
    struct tls_relay *r = arg;

    while (r->n_links < LINKS_MAX && wait_readable(r, r->listener, -1)) {
        struct tls_link *l = &r->link[r->n_links];

        l->relay = r;
        l->client = accept(r->listener, NULL, NULL);
        if (l->client >= 0 && pthread_create(&l->thread, NULL, serve, l) == 0)
            r->n_links++;
    }
    return NULL;
}

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *in, unsigned in_len, void *arg)
{
    const struct tls_relay *r = arg;
    unsigned n = (unsigned)strlen(r->protocol);

    (void)ssl;
    for (unsigned i = 0; i < in_len && i + in[i] < in_len; i += in[i] + 1u) {
        if (in[i] != n || memcmp(in + i + 1, r->protocol, n) != 0)
            continue;
        *out = in + i + 1;
        *out_len = in[i];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void set_up(struct tls_relay *r, const struct tls_relay_options *o)
{
    r->ctx = SSL_CTX_new(TLS_server_method());
    assert_non_null(r->ctx);
    assert_int_equal(SSL_CTX_use_certificate_chain_file(r->ctx, o->cert->file), 1);
    assert_int_equal(
        SSL_CTX_use_PrivateKey_file(r->ctx, o->cert->key_file, SSL_FILETYPE_PEM), 1);
    if (o->old) {
        SSL_CTX_set_security_level(r->ctx, 0);
        assert_int_equal(SSL_CTX_set_max_proto_version(r->ctx, TLS1_1_VERSION), 1);
        assert_int_equal(SSL_CTX_set_min_proto_version(r->ctx, TLS1_VERSION), 1);
    }
    if (o->tls_1_2)
        assert_int_equal(SSL_CTX_set_max_proto_version(r->ctx, TLS1_2_VERSION), 1);
    if (o->clients_of) {
        SSL_CTX_set_verify(r->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        assert_int_equal(SSL_CTX_load_verify_file(r->ctx, o->clients_of->file), 1);
    }
    r->protocol = mem_strdup(o->protocol ? o->protocol : "h2");
    if (!o->no_alpn)
        SSL_CTX_set_alpn_select_cb(r->ctx, choose_protocol, r);
}

struct tls_relay *tls_relay_new(const struct tls_relay_options *o)
{
    struct tls_relay *r = MEM_NEW(struct tls_relay);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)o->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(at);
    int on = 1;

    set_up(r, o);
    if (o->upstream)
        r->upstream_port = (int)strtol(strchr(o->upstream, ':') + 1, NULL, 10);
    r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(r->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    assert_int_equal(bind(r->listener, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(r->listener, 8), 0);
    assert_int_equal(getsockname(r->listener, (struct sockaddr *)&at, &n), 0);
    r->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&r->thread, NULL, listen_for, r), 0);
    return r;
}

int tls_relay_port(const struct tls_relay *r)
{
    return r->port;
}

void tls_relay_free(struct tls_relay *r)
{
    if (!r)
        return;
    r->ends = true;
    (void)pthread_join(r->thread, NULL);
    for (size_t i = 0; i < r->n_links; i++) {
        (void)shutdown(r->link[i].client, SHUT_RDWR); /* one that waits in a read ends */
        (void)pthread_join(r->link[i].thread, NULL);
    }
    (void)close(r->listener);
    SSL_CTX_free(r->ctx);
    free(r->protocol);
    free(r);
}
