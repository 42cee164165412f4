/*
 * The addresses of the host are tried one after the other until one takes the connection;
 * each try has a socket and a poll handle of its own (struct attempt), since a handle
 * cannot change its socket. Over the one that is connected a proxy is asked for a tunnel
 * where there is one, then the handshake is made, and then the server is listened to: in
 * TLS 1.3 it judges our certificate only after the handshake, and whatever it says first
 * shows that it took it. step() goes on from stage to stage as far as the socket lets it.
 *
 * Whatever ends it, finish() makes a reason of the facts that were collected. What an
 * attempt that failed to connect means is known from the channel already.
 */
#include "client/rpc/handshake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "client/rpc/address.h"
#include "client/rpc/look_up.h"

#define ADDRESSES_MAX 8
#define PROXY_ANSWER_MAX 4096

enum stage { CONNECTING, ASKING_PROXY, SHAKING, LISTENING };

struct attempt {
    uv_poll_t poll;
    int fd;
    struct handshake *handshake; /* NULL: it has left */
};

struct handshake {
    uv_loop_t *loop;
    uv_timer_t deadline;
    handshake_fn *fn; /* NULL: dropped */
    void *ctx;
    char *host, *request, *roots_file, *cert_file, *key_file, *ca_file, *address, *name;
    int port;
    bool tls;
    struct look_up *look_up;
    struct sockaddr_storage addresses[ADDRESSES_MAX];
    size_t n_addresses, next_address;
    struct attempt *attempt;
    enum stage stage;
    char answer[PROXY_ANSWER_MAX]; /* of the proxy */
    size_t answer_len;
    SSL_CTX *tls_ctx;
    SSL *ssl;
    struct tls_facts facts;
    bool over;
};

/* --- the end --- */

static void on_attempt_closed(uv_handle_t *handle)
{
    struct attempt *a = handle->data;

    (void)close(a->fd);
    free(a);
}

static void drop_attempt(struct handshake *h)
{
    if (!h->attempt)
        return;
    h->attempt->handshake = NULL;
    uv_close((uv_handle_t *)&h->attempt->poll, on_attempt_closed);
    h->attempt = NULL;
}

static void on_deadline_closed(uv_handle_t *handle)
{
    struct handshake *h = handle->data;
    char *const strings[] = {h->host,     h->request, h->roots_file, h->cert_file,
                             h->key_file, h->ca_file, h->address,    h->name};

    if (h->request)
        explicit_bzero(h->request, strlen(h->request));
    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
        free(strings[i]);
    free(h);
}

static void stop(struct handshake *h)
{
    h->over = true;
    look_up_drop(h->look_up);
    drop_attempt(h);
    SSL_free(h->ssl);
    SSL_CTX_free(h->tls_ctx);
    ERR_clear_error();
    uv_close((uv_handle_t *)&h->deadline, on_deadline_closed);
}

static void finish(struct handshake *h)
{
    const struct tls_wish wish = {.tls = h->tls,
                                  .address = h->address,
                                  .name = h->name,
                                  .ca_file = h->ca_file,
                                  .cert_file = h->cert_file};
    struct err why;
    bool told = tls_reason(&h->facts, &wish, &why) != ERR_OK;

    stop(h);
    h->fn(h->ctx, told ? &why : NULL);
}

static void on_deadline(uv_timer_t *timer)
{
    finish(timer->data);
}

/* --- facts --- */

static void day_of(const ASN1_TIME *time, char *out, size_t size)
{
    struct tm tm;

    if (ASN1_TIME_to_tm(time, &tm) != 1 || strftime(out, size, "%Y-%m-%d", &tm) == 0)
        (void)snprintf(out, size, "?");
}

/* The common name, else the whole of it. */
static void name_of(const X509_NAME *name, char *out, size_t size)
{
    if (X509_NAME_get_text_by_NID((X509_NAME *)(uintptr_t)name, NID_commonName, out,
                                  (int)size) < 0)
        (void)X509_NAME_oneline(name, out, (int)size);
}

static void add_name(char *list, size_t size, const GENERAL_NAME *name)
{
    char text[INET6_ADDRSTRLEN];
    size_t n = strlen(list);
    const char *comma = n > 0 ? ", " : "";

    if (name->type == GEN_DNS) {
        (void)snprintf(list + n, size - n, "%s%.*s", comma,
                       ASN1_STRING_length(name->d.dNSName),
                       (const char *)ASN1_STRING_get0_data(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
        int family = ASN1_STRING_length(name->d.iPAddress) == 4 ? AF_INET : AF_INET6;

        if (family == AF_INET6 && ASN1_STRING_length(name->d.iPAddress) != 16)
            return;
        if (inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof(text)))
            (void)snprintf(list + n, size - n, "%s%s", comma, text);
    }
}

static void names_of(X509 *certificate, char *out, size_t size)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

    *out = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        add_name(out, size, sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
}

/* Keeps the first thing that is wrong with the chain, and ends the handshake there. */
static int on_verify(int good, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_facts *f = SSL_get_app_data(ssl);
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);

    if (good || f->verify != 0 || !certificate)
        return good;
    f->verify = X509_STORE_CTX_get_error(store);
    f->depth = X509_STORE_CTX_get_error_depth(store);
    name_of(X509_get_subject_name(certificate), f->owner, sizeof(f->owner));
    name_of(X509_get_issuer_name(certificate), f->issuer, sizeof(f->issuer));
    day_of(X509_get0_notBefore(certificate), f->from, sizeof(f->from));
    day_of(X509_get0_notAfter(certificate), f->until, sizeof(f->until));
    names_of(certificate, f->names, sizeof(f->names));
    return 0;
}

static int on_certificate_wanted(SSL *ssl, void *arg)
{
    (void)arg;
    ((struct tls_facts *)SSL_get_app_data(ssl))->asked = true;
    return 1;
}

/* Any record of TLS that came in. */
static void on_record(int sent, int version, int type, const void *data, size_t n, SSL *ssl,
                      void *arg)
{
    (void)version;
    (void)data;
    (void)n;
    (void)arg;
    if (!sent && (type == SSL3_RT_HANDSHAKE || type == SSL3_RT_ALERT))
        ((struct tls_facts *)SSL_get_app_data(ssl))->spoke = true;
}

/* --- stages --- */

static void set_name(struct handshake *h)
{
    X509_VERIFY_PARAM *expected = SSL_get0_param(h->ssl);

    if (address_is_literal(h->name)) {
        (void)X509_VERIFY_PARAM_set1_ip_asc(expected, h->name);
        return;
    }
    (void)X509_VERIFY_PARAM_set1_host(expected, h->name, 0);
    (void)SSL_set_tlsext_host_name(h->ssl, h->name);
}

/* The files were good for the channel; one that is not any more is left out. */
static bool start_tls(struct handshake *h)
{
    static const unsigned char http2[] = {2, 'h', '2'};

    h->tls_ctx = SSL_CTX_new(TLS_client_method());
    (void)SSL_CTX_set_min_proto_version(h->tls_ctx, TLS1_2_VERSION);
    if (h->roots_file)
        (void)SSL_CTX_load_verify_file(h->tls_ctx, h->roots_file);
    if (h->cert_file && h->key_file &&
        SSL_CTX_use_certificate_chain_file(h->tls_ctx, h->cert_file) == 1)
        (void)SSL_CTX_use_PrivateKey_file(h->tls_ctx, h->key_file, SSL_FILETYPE_PEM);
    SSL_CTX_set_cert_cb(h->tls_ctx, on_certificate_wanted, NULL);
    SSL_CTX_set_msg_callback(h->tls_ctx, on_record);
    h->ssl = SSL_new(h->tls_ctx);
    if (!h->ssl)
        return false;
    SSL_set_app_data(h->ssl, &h->facts);
    SSL_set_verify(h->ssl, h->tls ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, on_verify);
    (void)SSL_set_alpn_protos(h->ssl, http2, sizeof(http2));
    set_name(h);
    (void)SSL_set_fd(h->ssl, h->attempt->fd);
    SSL_set_connect_state(h->ssl);
    h->stage = SHAKING;
    return true;
}

static void watch(struct handshake *h, int events);

/* What the library wants before it can go on; false when it cannot. */
static bool wait_for_tls(struct handshake *h, int result)
{
    int error = SSL_get_error(h->ssl, result);

    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        watch(h, error == SSL_ERROR_WANT_READ ? UV_READABLE : UV_WRITABLE);
        return true;
    }
    h->facts.error = ERR_GET_REASON(ERR_peek_error());
    h->facts.ended = error == SSL_ERROR_SYSCALL || error == SSL_ERROR_ZERO_RETURN ||
                     h->facts.error == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    return false;
}

static void note_protocol(struct handshake *h)
{
    const unsigned char *protocol;
    unsigned n;

    SSL_get0_alpn_selected(h->ssl, &protocol, &n);
    h->facts.shaken = true;
    h->facts.http2 = n == 2 && memcmp(protocol, "h2", 2) == 0;
}

static void listen_to(struct handshake *h)
{
    char byte;
    int n = SSL_read(h->ssl, &byte, 1);

    if (n <= 0 && wait_for_tls(h, n))
        return;
    finish(h);
}

static void shake(struct handshake *h)
{
    int n;

    ERR_clear_error();
    n = SSL_do_handshake(h->ssl);
    if (n != 1) {
        if (!wait_for_tls(h, n))
            finish(h);
        return;
    }
    note_protocol(h);
    h->stage = LISTENING;
    if (h->facts.http2)
        listen_to(h);
    else
        finish(h);
}

/* Reads the answer to its empty line, one byte at a time: what follows is the server's. */
static void read_proxy(struct handshake *h)
{
    ssize_t n = 0;

    while (h->answer_len + 1 < sizeof(h->answer) &&
           (n = recv(h->attempt->fd, h->answer + h->answer_len, 1, 0)) == 1) {
        h->answer[++h->answer_len] = '\0';
        if (h->answer_len < 4 || memcmp(h->answer + h->answer_len - 4, "\r\n\r\n", 4) != 0)
            continue;
        if (strncmp(h->answer, "HTTP/1.", 7) == 0 &&
            strncmp(h->answer + 8, " 200", 4) == 0 && start_tls(h))
            shake(h);
        else
            finish(h);
        return;
    }
    if (n < 0 && errno == EAGAIN)
        watch(h, UV_READABLE);
    else
        finish(h);
}

static void try_next(struct handshake *h);

static void on_connected(struct handshake *h)
{
    int error = 0;
    socklen_t n = sizeof(error);

    if (getsockopt(h->attempt->fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error != 0) {
        try_next(h);
        return;
    }
    if (h->request) {
        /* A few hundred bytes: a new socket takes them whole. */
        if (send(h->attempt->fd, h->request, strlen(h->request), MSG_NOSIGNAL) < 0) {
            finish(h);
            return;
        }
        h->stage = ASKING_PROXY;
        read_proxy(h);
    } else if (start_tls(h)) {
        shake(h);
    } else {
        finish(h);
    }
}

static void step(struct handshake *h)
{
    switch (h->stage) {
    case CONNECTING:
        on_connected(h);
        break;
    case ASKING_PROXY:
        read_proxy(h);
        break;
    case SHAKING:
        shake(h);
        break;
    case LISTENING:
        ERR_clear_error();
        listen_to(h);
        break;
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct attempt *a = poll->data;

    (void)status; /* an error is met again by what is done next */
    (void)events;
    (void)uv_poll_stop(poll);
    if (a->handshake)
        step(a->handshake);
}

static void watch(struct handshake *h, int events)
{
    (void)uv_poll_start(&h->attempt->poll, events, on_poll);
}

/* --- connecting --- */

static socklen_t length_of(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                         : sizeof(struct sockaddr_in6);
}

/* A socket that connects to the address; -1: it cannot. */
static int connect_to(const struct sockaddr_storage *address)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)address, length_of(address)) == 0 ||
        errno == EINPROGRESS)
        return fd;
    (void)close(fd);
    return -1;
}

static bool start_attempt(struct handshake *h, const struct sockaddr_storage *address)
{
    int fd = connect_to(address);
    struct attempt *a;

    if (fd < 0)
        return false;
    a = MEM_NEW(struct attempt);
    if (uv_poll_init(h->loop, &a->poll, fd) != 0) {
        (void)close(fd);
        free(a);
        return false;
    }
    a->poll.data = a;
    a->fd = fd;
    a->handshake = h;
    h->attempt = a;
    h->stage = CONNECTING;
    watch(h, UV_WRITABLE);
    return true;
}

static void try_next(struct handshake *h)
{
    drop_attempt(h);
    while (h->next_address < h->n_addresses)
        if (start_attempt(h, &h->addresses[h->next_address++]))
            return;
    finish(h);
}

static void on_looked_up(void *ctx, const struct addrinfo *addresses, const struct err *why)
{
    struct handshake *h = ctx;

    (void)why; /* the channel has failed for the same reason, and says so */
    h->look_up = NULL;
    for (const struct addrinfo *a = addresses; a && h->n_addresses < ADDRESSES_MAX;
         a = a->ai_next)
        if (a->ai_family == AF_INET || a->ai_family == AF_INET6)
            memcpy(&h->addresses[h->n_addresses++], a->ai_addr, a->ai_addrlen);
    try_next(h);
}

static char *copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

struct handshake *handshake_start(uv_loop_t *loop, const struct handshake_options *o,
                                  handshake_fn *fn, void *ctx)
{
    struct handshake *h = MEM_NEW(struct handshake);

    h->loop = loop;
    h->fn = fn;
    h->ctx = ctx;
    h->host = mem_strdup(o->host);
    h->port = o->port;
    h->tls = o->wish.tls;
    h->request = copy(o->request);
    h->roots_file = copy(o->roots_file);
    h->cert_file = copy(o->wish.cert_file);
    h->key_file = copy(o->key_file);
    h->ca_file = copy(o->wish.ca_file);
    h->address = mem_strdup(o->wish.address);
    h->name = mem_strdup(o->wish.name);
    (void)uv_timer_init(loop, &h->deadline);
    h->deadline.data = h;
    (void)uv_timer_start(&h->deadline, on_deadline, HANDSHAKE_MS, 0);
    h->look_up = look_up_start(loop, h->host, h->port, on_looked_up, h);
    return h;
}

void handshake_drop(struct handshake *h)
{
    if (h && !h->over)
        stop(h);
}
