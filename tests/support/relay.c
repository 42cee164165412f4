#include "tests/support/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
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

enum order {
    COUNT = 'n',
    STALL = 's',
    STALL_UP = 'u',
    FLOW = 'f',
    HALF_CLOSE = 'h',
    CUT = 'c',
    MEND = 'm',
    FIRE = 'x',
    END = 'e'
};

struct relay_link {
    int client, server;                  /* server -1: none */
    bool client_is_told, server_is_told; /* that no more will come */
    void *state;                         /* of the filter */
};

struct relay {
    char *upstream;  /* NULL: there is no server */
    uint8_t *speech; /* of a fake */
    size_t speech_len;
    bool closes;
    const struct relay_filter *filter; /* borrowed; NULL: none */
    void *ctx;
    char *address;
    int holder;    /* bound to its port, and nothing else */
    int listener;  /* -1: cut */
    int orders[2]; /* ours, the thread's */
    pthread_t thread;
    /* the thread's from here on */
    struct relay_link link[LINKS_MAX];
    size_t n_links;
    int connections;
    bool stalled, stalled_up;
    atomic_size_t bytes_down; /* the test's, too */
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

void *relay_state(struct relay_link *l)
{
    return l->state;
}

void relay_send(struct relay_link *l, bool up, const void *data, size_t n)
{
    if (up && l->server >= 0 && !l->server_is_told)
        send_all(l->server, data, n);
    else if (!up && !l->client_is_told)
        send_all(l->client, data, n);
}

/* The kernel says so once a third of its buffer is free. */
bool relay_can_send(const struct relay_link *l, bool up)
{
    struct pollfd p = {.fd = up ? l->server : l->client, .events = POLLOUT};

    return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0;
}

void relay_end(struct relay_link *l, bool up)
{
    if (up && l->server >= 0)
        (void)shutdown(l->server, SHUT_WR);
    else if (!up)
        (void)shutdown(l->client, SHUT_WR);
    *(up ? &l->server_is_told : &l->client_is_told) = true;
}

void relay_pass_on(void *ctx, struct relay_link *l, bool up, const uint8_t *data, size_t n)
{
    (void)ctx;
    relay_send(l, up, data, n);
}

void relay_break_off(void *ctx, struct relay_link *l)
{
    (void)ctx;
    relay_end(l, true);
    relay_end(l, false);
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

static void add_link(struct relay *r, int client, int server)
{
    struct timeval wait = {.tv_sec = SEND_WAIT_S};
    struct relay_link *l = &r->link[r->n_links++];

    (void)setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    if (server >= 0)
        (void)setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    *l = (struct relay_link){.client = client, .server = server};
    if (!r->filter)
        return;
    l->state = mem_calloc(1, r->filter->state_size);
    if (r->filter->open)
        r->filter->open(r->ctx, l);
}

static void accept_link(struct relay *r)
{
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
    add_link(r, client, server);
}

/* With reset the peers see a reset, else an ordinary end. */
static void close_link(struct relay *r, size_t i, bool reset)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    struct relay_link *l = &r->link[i];

    if (reset) {
        (void)setsockopt(l->client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        if (l->server >= 0)
            (void)setsockopt(l->server, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    }
    close(l->client);
    if (l->server >= 0)
        close(l->server);
    if (r->filter && r->filter->close)
        r->filter->close(r->ctx, l);
    free(l->state);
    *l = r->link[--r->n_links];
}

static void close_all(struct relay *r, bool reset)
{
    while (r->n_links > 0)
        close_link(r, r->n_links - 1, reset);
}

/* Passes on what waits; false when that side has ended. */
static bool pass(struct relay *r, struct relay_link *l, bool up)
{
    uint8_t data[CHUNK];
    ssize_t n = recv(up ? l->client : l->server, data, sizeof(data), MSG_DONTWAIT);

    if (n > 0 && r->filter)
        r->filter->pass(r->ctx, l, up, data, (size_t)n);
    else if (n > 0)
        relay_send(l, up, data, (size_t)n);
    if (n > 0 && !up)
        atomic_fetch_add(&r->bytes_down, (size_t)n);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

/* In how many ms the next is due, -1: none is. */
static int tick_all(struct relay *r)
{
    int next = -1;

    for (size_t i = 0; r->filter && r->filter->tick && i < r->n_links; i++) {
        int ms = r->filter->tick(r->ctx, &r->link[i]);

        if (ms >= 0 && (next < 0 || ms < next))
            next = ms;
    }
    return next;
}

/* Who has bound a port and does not listen keeps it from all who want any, and lets those
 * listen who want that one. */
static int bound_to(const struct sockaddr_in *a)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        bind(fd, (const struct sockaddr *)a, sizeof(*a)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int listen_at(const char *address)
{
    struct sockaddr_in a = socket_address(address);
    int fd = bound_to(&a);

    if (fd < 0 || listen(fd, LINKS_MAX) == 0)
        return fd;
    close(fd);
    return -1;
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
    if (order == STALL_UP || order == FLOW)
        r->stalled_up = order == STALL_UP;
    if (order == CUT) {
        close(r->listener);
        r->listener = -1;
        close_all(r, true);
    }
    if (order == MEND && r->listener < 0)
        r->listener = listen_at(r->address);
    for (size_t i = 0; order == HALF_CLOSE && i < r->n_links; i++)
        relay_end(&r->link[i], false);
    for (size_t i = 0; order == FIRE && i < r->n_links; i++)
        r->filter->fire(r->ctx, &r->link[i]);
    answer = order == MEND && r->listener < 0 ? -errno : r->connections;
    (void)!write(r->orders[1], &answer, sizeof(answer));
    return order != END;
}

static void move_bytes(struct relay *r, const struct pollfd *p)
{
    for (size_t i = r->n_links; i-- > 0;) {
        bool lives = true;

        if (p[2 * i].revents)
            lives = pass(r, &r->link[i], true);
        if (lives && p[2 * i + 1].revents)
            lives = pass(r, &r->link[i], false);
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
            bool up = !r->stalled && !r->stalled_up;

            p[2 * i] = (struct pollfd){.fd = up ? r->link[i].client : -1, .events = POLLIN};
            p[2 * i + 1] = (struct pollfd){.fd = r->stalled ? -1 : r->link[i].server,
                                           .events = POLLIN};
        }
        p[n] = (struct pollfd){.fd = r->orders[1], .events = POLLIN};
        p[n + 1] = (struct pollfd){.fd = r->stalled ? -1 : r->listener, .events = POLLIN};
        if (poll(p, n + 2, tick_all(r)) < 0 && errno != EINTR)
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

/* "host" or "host:port". */
static struct relay *listen_on(const char *host)
{
    struct relay *r = MEM_NEW(struct relay);
    struct sockaddr_in a = socket_address(host);
    socklen_t len = sizeof(a);

    r->holder = bound_to(&a);
    if (r->holder < 0 || getsockname(r->holder, (struct sockaddr *)&a, &len) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, r->orders) != 0)
        fail_msg("no socket on %s: %s", host, strerror(errno));
    r->address = mem_printf("%.*s:%d", (int)strcspn(host, ":"), host, ntohs(a.sin_port));
    r->listener = listen_at(r->address);
    if (r->listener < 0)
        fail_msg("cannot listen on %s: %s", r->address, strerror(errno));
    return r;
}

static struct relay *start(struct relay *r)
{
    if (pthread_create(&r->thread, NULL, run, r) != 0)
        fail_msg("no thread for the relay");
    return r;
}

struct relay *relay_at(const char *address, const char *upstream)
{
    struct relay *r = listen_on(address);

    r->upstream = mem_strdup(upstream);
    return start(r);
}

struct relay *relay_new(const char *upstream)
{
    return relay_at("127.0.0.1", upstream);
}

struct relay *relay_filtered(const char *upstream, const struct relay_filter *filter,
                             void *ctx)
{
    struct relay *r = listen_on("127.0.0.1");

    r->upstream = upstream ? mem_strdup(upstream) : NULL;
    r->filter = filter;
    r->ctx = ctx;
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
    int answer = 0;

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
    close(r->holder);
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

size_t relay_bytes_down(const struct relay *r)
{
    return atomic_load(&r->bytes_down);
}

void relay_stall(struct relay *r)
{
    (void)command(r, STALL);
}

void relay_stall_up(struct relay *r)
{
    (void)command(r, STALL_UP);
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

void relay_mend(struct relay *r)
{
    int answer = command(r, MEND);

    if (answer < 0)
        fail_msg("cannot listen on %s again: %s", r->address, strerror(-answer));
}

void relay_fire(struct relay *r)
{
    (void)command(r, FIRE);
}
