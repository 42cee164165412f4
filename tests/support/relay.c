#include "tests/support/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

#define LINKS_MAX 16
#define CHUNK 65536
#define SEND_WAIT_S 5 /* for a side that does not read */

enum order { COUNT = 'n', STALL = 's', FLOW = 'f', HALF_CLOSE = 'h', CUT = 'c', END = 'e' };

struct relay {
    char *upstream;  /* NULL: a fake */
    uint8_t *speech; /* of a fake */
    size_t speech_len;
    bool closes;
    char *address;
    int listener;
    int orders[2]; /* ours, the thread's */
    pthread_t thread;
    /* the thread's from here on */
    struct {
        int client, server; /* -1: none */
        bool server_ended;
    } link[LINKS_MAX];
    size_t n_links;
    int connections;
    bool stalled;
};

static struct sockaddr_in socket_address(const char *text)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    const char *colon = strchr(text, ':');
    char *host = mem_strndup(text, colon ? (size_t)(colon - text) : strlen(text));

    if (colon)
        a.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
        fail_msg("not an IPv4 address: %s", text);
    free(host);
    return a;
}

/* --- the thread
 * --------------------------------------------------------------------------- */

static void send_all(int fd, const uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t done = send(fd, data, n, MSG_NOSIGNAL);

        if (done <= 0)
            return; /* that side has gone, which the next read shows */
        data += done;
        n -= (size_t)done;
    }
}

static int connect_upstream(const char *upstream)
{
    struct sockaddr_in a = socket_address(upstream);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void accept_link(struct relay *r)
{
    struct timeval wait = {.tv_sec = SEND_WAIT_S};
    int client = accept4(r->listener, NULL, NULL, SOCK_CLOEXEC);
    int server = -1;

    if (client < 0)
        return;
    r->connections++;
    if (r->upstream)
        server = connect_upstream(r->upstream);
    else
        send_all(client, r->speech, r->speech_len);
    if (r->n_links == LINKS_MAX || (r->upstream && server < 0) ||
        (!r->upstream && r->closes)) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    (void)setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    if (server >= 0)
        (void)setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    r->link[r->n_links].client = client;
    r->link[r->n_links].server_ended = false;
    r->link[r->n_links++].server = server;
}

/* With reset the peers see a reset, else an ordinary end. */
static void close_link(struct relay *r, size_t i, bool reset)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    if (reset) {
        (void)setsockopt(r->link[i].client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        if (r->link[i].server >= 0)
            (void)setsockopt(r->link[i].server, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    }
    close(r->link[i].client);
    if (r->link[i].server >= 0)
        close(r->link[i].server);
    r->link[i] = r->link[--r->n_links];
}

static void close_all(struct relay *r, bool reset)
{
    while (r->n_links > 0)
        close_link(r, r->n_links - 1, reset);
}

/* Passes on what waits; false when from has ended. */
static bool pass(int from, int to)
{
    uint8_t data[CHUNK];
    ssize_t n = recv(from, data, sizeof(data), MSG_DONTWAIT);

    if (n > 0 && to >= 0)
        send_all(to, data, (size_t)n);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

/* False: the thread is to end. */
static bool obey(struct relay *r)
{
    char order = END;
    int answer;

    if (read(r->orders[1], &order, 1) != 1)
        return false;
    if (order == STALL || order == FLOW)
        r->stalled = order == STALL;
    if (order == CUT) {
        close(r->listener);
        r->listener = -1;
        close_all(r, true);
    }
    for (size_t i = 0; order == HALF_CLOSE && i < r->n_links; i++) {
        (void)shutdown(r->link[i].client, SHUT_WR);
        r->link[i].server_ended = true;
    }
    answer = r->connections;
    (void)!write(r->orders[1], &answer, sizeof(answer));
    return order != END;
}

static void move_bytes(struct relay *r, const struct pollfd *p)
{
    for (size_t i = r->n_links; i-- > 0;) {
        bool lives = true;

        if (p[2 * i].revents)
            lives = pass(r->link[i].client, r->link[i].server);
        if (lives && p[2 * i + 1].revents)
            lives =
                pass(r->link[i].server, r->link[i].server_ended ? -1 : r->link[i].client);
        if (!lives)
            close_link(r, i, false);
    }
}

static void *run(void *arg)
{
    struct relay *r = arg;

    for (;;) {
        struct pollfd p[2 * LINKS_MAX + 2];
        size_t n = 2 * r->n_links;

        for (size_t i = 0; i < r->n_links; i++) {
            p[2 * i] = (struct pollfd){.fd = r->stalled ? -1 : r->link[i].client,
                                       .events = POLLIN};
            p[2 * i + 1] = (struct pollfd){.fd = r->stalled ? -1 : r->link[i].server,
                                           .events = POLLIN};
        }
        p[n] = (struct pollfd){.fd = r->orders[1], .events = POLLIN};
        p[n + 1] = (struct pollfd){.fd = r->stalled ? -1 : r->listener, .events = POLLIN};
        if (poll(p, n + 2, -1) < 0 && errno != EINTR)
            return NULL;
        move_bytes(r, p);
        if (p[n].revents && !obey(r))
            return NULL;
        if (p[n + 1].revents && r->listener >= 0)
            accept_link(r);
    }
}

/* --- for the test
 * ------------------------------------------------------------------------- */

static struct relay *listen_on(const char *host)
{
    struct relay *r = MEM_NEW(struct relay);
    struct sockaddr_in a = socket_address(host);
    socklen_t len = sizeof(a);

    r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (r->listener < 0 || bind(r->listener, (struct sockaddr *)&a, len) != 0 ||
        listen(r->listener, LINKS_MAX) != 0 ||
        getsockname(r->listener, (struct sockaddr *)&a, &len) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, r->orders) != 0)
        fail_msg("cannot listen on %s: %s", host, strerror(errno));
    r->address = mem_printf("%s:%d", host, ntohs(a.sin_port));
    return r;
}

static struct relay *start(struct relay *r)
{
    if (pthread_create(&r->thread, NULL, run, r) != 0)
        fail_msg("no thread for the relay");
    return r;
}

struct relay *relay_new(const char *upstream)
{
    struct relay *r = listen_on("127.0.0.1");

    r->upstream = mem_strdup(upstream);
    return start(r);
}

struct relay *relay_fake(const char *host, const void *data, size_t n, bool closes)
{
    struct relay *r = listen_on(host);

    r->speech = MEM_ARRAY(uint8_t, n + 1);
    memcpy(r->speech, data, n);
    r->speech_len = n;
    r->closes = closes;
    return start(r);
}

static int command(struct relay *r, enum order order)
{
    char byte = (char)order;
    int answer;

    if (write(r->orders[0], &byte, 1) != 1 ||
        read(r->orders[0], &answer, sizeof(answer)) != sizeof(answer))
        fail_msg("the relay does not answer");
    return answer;
}

void relay_free(struct relay *r)
{
    if (!r)
        return;
    (void)command(r, END);
    (void)pthread_join(r->thread, NULL);
    close_all(r, true);
    if (r->listener >= 0)
        close(r->listener);
    close(r->orders[0]);
    close(r->orders[1]);
    free(r->upstream);
    free(r->speech);
    free(r->address);
    free(r);
}

const char *relay_address(const struct relay *r)
{
    return r->address;
}

int relay_connections(struct relay *r)
{
    return command(r, COUNT);
}

void relay_stall(struct relay *r)
{
    (void)command(r, STALL);
}

void relay_flow(struct relay *r)
{
    (void)command(r, FLOW);
}

void relay_half_close(struct relay *r)
{
    (void)command(r, HALF_CLOSE);
}

void relay_cut(struct relay *r)
{
    (void)command(r, CUT);
}
