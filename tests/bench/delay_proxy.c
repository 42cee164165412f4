/*
 * tests/bench/delay_proxy - a TCP proxy on 127.0.0.1 that adds a fixed delay to each
 * direction.
 *
 *   bench_proxy PORT DELAY_US
 *
 * Connects to 127.0.0.1:PORT. Bytes keep their order and are never held back for lack of
 * bandwidth: a byte leaves DELAY_US after it came. Connecting takes a round trip, too.
 * Prints "port N", then answers one line for each line on standard input:
 *
 *   stats        connections taken and when the last one was (ns, CLOCK_MONOTONIC), calls
 *                made, bytes of both directions, bytes and messages of subscriptions, and
 *                when the last answer to a question how code goes on was here (ns likewise)
 *   reset        counters to 0
 *   cut          resets all connections
 *   down, up     the same, and refuses others until it is up again, at the same port
 *   record FILE  write the subscription requests of new connections to FILE; "-" ends it
 *
 * It reads along: HTTP/2 DATA frames are not compressed, so the length of each gRPC message
 * is known, and a stream on which a Barrage request goes up is the subscription's, one on
 * which the document of a console goes up that of its completion. A record
 * is a header of two little-endian numbers, 64-bit nanoseconds since the first record and
 * 32-bit length, and the message. Ends when standard input does. One thread.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/h2.h"

#define CHUNK ((size_t)64 * 1024)
#define STREAMS_MAX 512
#define REQUEST_MAX ((size_t)1 << 20)
#define DOCUMENT "file:///console" /* its name in client/wire/completion.cc */
#define ITEMS_TAG 0x0a             /* console.proto AutoCompleteResponse completion_items */

struct chunk {
    struct chunk *next;
    uint64_t due; /* ns, CLOCK_MONOTONIC */
    size_t len, pos;
    uint8_t data[];
};

/* One stream and direction. */
struct framing {
    struct h2_messages messages;
    uint8_t *message;
    size_t len, cap; /* of message, upward only */
    int first;       /* byte of the message, downward only; -1: none yet */
};

struct stream {
    uint32_t id;
    bool subscription, completion;
    struct framing up, down;
};

struct link;

struct pipe {
    struct link *link;
    int from, to;
    bool up, eof, shut, writing;
    struct chunk *head, **tail;
    struct h2_reader reader;
    struct stream *stream; /* of the frame that is read; NULL: not a DATA frame */
};

struct link {
    struct link *next;
    uint64_t accepted; /* ns */
    struct pipe up, down;
    struct stream streams[STREAMS_MAX];
    size_t n_streams;
};

static struct {
    int epoll, timer, listener;
    int port, own_port; /* of the server, and where it listens itself */
    uint64_t delay;
    struct link *links;
    bool was_cut;
    uint64_t last_accepted, last_proposed; /* ns */
    uint64_t connections, calls, bytes_up, bytes_down, sub_up, sub_down, messages_up,
        messages_down;
    FILE *record;
    uint64_t record_start;
} proxy;

static uint64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_proxy: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* --- reading along --- */

static void put_number(FILE *f, uint64_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        (void)fputc((int)(n >> (8 * i) & 0xff), f);
}

static void on_request(struct stream *s, const uint8_t *message, size_t len)
{
    if (len > 0 && memmem(message, len, DOCUMENT, strlen(DOCUMENT)))
        s->completion = true;
    if (!s->subscription && (len == 0 || !memmem(message, len, "dphn", 4)))
        return;
    s->subscription = true;
    proxy.messages_up++;
    proxy.sub_up += len;
    if (!proxy.record)
        return;
    if (proxy.record_start == 0)
        proxy.record_start = now_ns();
    put_number(proxy.record, now_ns() - proxy.record_start, 8);
    put_number(proxy.record, len, 4);
    (void)fwrite(message, 1, len, proxy.record);
    (void)fflush(proxy.record);
}

static void message_done(struct stream *s, struct framing *f, bool up)
{
    if (up)
        on_request(s, f->message, f->len);
    else if (s->subscription)
        proxy.messages_down++;
    else if (s->completion && f->first == ITEMS_TAG)
        proxy.last_proposed = now_ns() + proxy.delay;
    f->len = 0;
    f->first = -1;
}

static void take_data(struct stream *s, bool up, const uint8_t *p, size_t n)
{
    struct framing *f = up ? &s->up : &s->down;

    if (!up && s->subscription)
        proxy.sub_down += n;
    while (n > 0) {
        enum h2_part part;
        size_t take = h2_message_read(&f->messages, p, n, &part);

        if (part == H2_PART_PAYLOAD && take > 0 && f->first < 0)
            f->first = *p;
        if (part == H2_PART_PAYLOAD && up && f->len + take <= REQUEST_MAX) {
            MEM_GROW(f->message, f->cap, f->len + take);
            memcpy(f->message + f->len, p, take);
            f->len += take;
        }
        if (h2_message_whole(&f->messages))
            message_done(s, f, up);
        p += take;
        n -= take;
    }
}

static struct stream *stream_of(struct link *l, uint32_t id)
{
    for (size_t i = 0; i < l->n_streams; i++) {
        if (l->streams[i].id == id)
            return &l->streams[i];
    }
    if (l->n_streams == STREAMS_MAX)
        return NULL;
    l->streams[l->n_streams].id = id;
    l->streams[l->n_streams].down.first = -1;
    return &l->streams[l->n_streams++];
}

static struct stream *data_stream(struct pipe *p)
{
    const struct h2_frame *f = &p->reader.frame;

    return f->type == H2_DATA && (f->flags & H2_PADDED) == 0 ? stream_of(p->link, f->stream)
                                                             : NULL;
}

static void read_along(struct pipe *p, const uint8_t *data, size_t n)
{
    while (n > 0) {
        enum h2_part part;
        size_t take = h2_read(&p->reader, data, n, &part);

        if (part == H2_PART_HEAD && h2_head_whole(&p->reader)) {
            p->stream = data_stream(p);
            proxy.calls += p->up && p->reader.frame.type == H2_HEADERS;
        } else if (part == H2_PART_PAYLOAD && p->stream)
            take_data(p->stream, p->up, data, take);
        data += take;
        n -= take;
    }
}

/* --- moving bytes --- */

static void watch(struct pipe *p, bool on)
{
    struct epoll_event ev = {.events = EPOLLOUT, .data.ptr = p};

    if (p->writing == on)
        return;
    p->writing = on;
    /* Writing is watched on a second descriptor of the socket: reading has the first. */
    (void)epoll_ctl(proxy.epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, p->to, &ev);
}

/* Sends what is due; returns when the next is, or 0. */
static uint64_t send_due(struct pipe *p, uint64_t now)
{
    struct chunk *c;

    while ((c = p->head) && c->due <= now) {
        ssize_t n = send(p->to, c->data + c->pos, c->len - c->pos, MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN) {
            watch(p, true);
            return 0;
        }
        c->pos = n < 0 ? c->len : c->pos + (size_t)n;
        if (c->pos < c->len)
            continue;
        p->head = c->next;
        if (!p->head)
            p->tail = &p->head;
        free(c);
    }
    watch(p, false);
    if (p->eof && !p->head && !p->shut) {
        p->shut = true;
        (void)shutdown(p->to, SHUT_WR);
    }
    return p->head ? p->head->due : 0;
}

static void send_all_due(void)
{
    uint64_t next = 0, now = now_ns();
    struct itimerspec t = {{0, 0}, {0, 0}};

    for (struct link *l = proxy.links; l; l = l->next) {
        uint64_t due[2] = {send_due(&l->up, now), send_due(&l->down, now)};

        for (int i = 0; i < 2; i++) {
            if (due[i] != 0 && (next == 0 || due[i] < next))
                next = due[i];
        }
    }
    t.it_value.tv_sec = (time_t)(next / 1000000000U);
    t.it_value.tv_nsec = (long)(next % 1000000000U);
    (void)timerfd_settime(proxy.timer, TFD_TIMER_ABSTIME, &t, NULL);
}

/* When bytes that came just now set out. The kernel shakes hands at once; over a real link
 * the client may speak after one round trip, and the server after one and a half. */
static uint64_t leaves(const struct pipe *p)
{
    uint64_t now = now_ns(), open = p->link->accepted + (p->up ? 2 : 3) * proxy.delay;

    return now > open ? now : open;
}

static void receive(struct pipe *p)
{
    struct chunk *c = mem_calloc(1, sizeof(*c) + CHUNK);
    ssize_t n = recv(p->from, c->data, CHUNK, 0);

    if (n <= 0) {
        free(c);
        if (n == 0 || errno != EAGAIN) {
            p->eof = true;
            (void)epoll_ctl(proxy.epoll, EPOLL_CTL_DEL, p->from, NULL);
        }
        return;
    }
    c->len = (size_t)n;
    c->due = leaves(p) + proxy.delay;
    *(p->up ? &proxy.bytes_up : &proxy.bytes_down) += (uint64_t)n;
    read_along(p, c->data, c->len);
    *p->tail = c;
    p->tail = &c->next;
}

static void prepare(int fd)
{
    int one = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static void add_pipe(struct link *l, struct pipe *p, int from, int to, bool up)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = p};

    *p = (struct pipe){.link = l, .from = from, .to = dup(to), .up = up};
    p->reader.preface = up ? H2_PREFACE : 0;
    p->tail = &p->head;
    if (p->to < 0 || epoll_ctl(proxy.epoll, EPOLL_CTL_ADD, from, &ev) != 0)
        die("epoll_ctl");
}

static void accept_link(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)proxy.port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = accept4(proxy.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct link *l;

    if (client < 0 || server < 0)
        die("accept");
    if (connect(server, (struct sockaddr *)&a, sizeof(a)) != 0) {
        (void)close(client);
        (void)close(server);
        return;
    }
    prepare(client);
    prepare(server);
    l = MEM_NEW(struct link);
    l->accepted = proxy.last_accepted = now_ns();
    add_pipe(l, &l->up, client, server, true);
    add_pipe(l, &l->down, server, client, false);
    l->next = proxy.links;
    proxy.links = l;
    proxy.connections++;
}

/* --- the link breaks --- */

static void drop_pipe(struct pipe *p, bool reset)
{
    struct linger now = {.l_onoff = 1};

    if (reset)
        (void)setsockopt(p->to, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    while (p->head) {
        struct chunk *c = p->head;

        p->head = c->next;
        free(c);
    }
    (void)close(p->from);
    (void)close(p->to);
}

static void drop_link(struct link *l)
{
    for (size_t i = 0; i < l->n_streams; i++) {
        free(l->streams[i].up.message);
        free(l->streams[i].down.message);
    }
    drop_pipe(&l->up, false);
    drop_pipe(&l->down, true);
    free(l);
}

/* Takes effect at once in both directions: what is under way is lost. */
static void cut(void)
{
    proxy.was_cut = true;
    while (proxy.links) {
        struct link *l = proxy.links;

        proxy.links = l->next;
        drop_link(l);
    }
}

/* --- commands --- */

static void print_stats(void)
{
    (void)printf("accepted %llu calls %llu up %llu down %llu connections %llu sub_up %llu "
                 "sub_down %llu "
                 "messages_up %llu messages_down %llu proposed %llu\n",
                 (unsigned long long)proxy.last_accepted, (unsigned long long)proxy.calls,
                 (unsigned long long)proxy.bytes_up, (unsigned long long)proxy.bytes_down,
                 (unsigned long long)proxy.connections, (unsigned long long)proxy.sub_up,
                 (unsigned long long)proxy.sub_down, (unsigned long long)proxy.messages_up,
                 (unsigned long long)proxy.messages_down,
                 (unsigned long long)proxy.last_proposed);
}

static void record_to(const char *path)
{
    if (proxy.record)
        (void)fclose(proxy.record);
    proxy.record = strcmp(path, "-") == 0 ? NULL : fopen(path, "we");
    proxy.record_start = 0;
}

static void add(int fd, void *ptr)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = ptr};

    if (epoll_ctl(proxy.epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
        die("epoll_ctl");
}

/* At any port, or at the one that was had before. */
static void start_listening(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)proxy.own_port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    int one = 1;

    proxy.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (proxy.listener < 0 ||
        setsockopt(proxy.listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
        bind(proxy.listener, (struct sockaddr *)&a, len) != 0 ||
        listen(proxy.listener, 16) != 0 ||
        getsockname(proxy.listener, (struct sockaddr *)&a, &len) != 0)
        die("listen");
    proxy.own_port = ntohs(a.sin_port);
    add(proxy.listener, &proxy.listener);
}

static void command(void)
{
    char line[4096];

    if (!fgets(line, sizeof(line), stdin))
        exit(0);
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "stats") == 0) {
        print_stats();
    } else if (strcmp(line, "reset") == 0) {
        proxy.connections = proxy.calls = proxy.bytes_up = proxy.bytes_down = 0;
        proxy.sub_up = proxy.sub_down = proxy.messages_up = proxy.messages_down = 0;
        (void)puts("ok");
    } else if (strcmp(line, "cut") == 0 || strcmp(line, "down") == 0) {
        if (line[0] == 'd')
            (void)close(proxy.listener);
        cut();
        (void)puts("ok");
    } else if (strcmp(line, "up") == 0) {
        start_listening();
        (void)puts("ok");
    } else if (strncmp(line, "record ", 7) == 0) {
        record_to(line + 7);
        (void)puts("ok");
    } else {
        (void)puts("error unknown command");
    }
}

static void handle(const struct epoll_event *ev)
{
    uint64_t ticks;

    if (ev->data.ptr == &proxy.listener)
        accept_link();
    else if (ev->data.ptr == &proxy.epoll)
        command();
    else if (ev->data.ptr == &proxy.timer)
        (void)!read(proxy.timer, &ticks, sizeof(ticks));
    else if (ev->events & EPOLLOUT)
        (void)send_due(ev->data.ptr, now_ns());
    else
        receive(ev->data.ptr);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: bench_proxy PORT DELAY_US\n");
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)setvbuf(stdin, NULL, _IONBF, 0); /* so that epoll sees every line */
    proxy.port = (int)strtol(argv[1], NULL, 10);
    proxy.delay = (uint64_t)strtoull(argv[2], NULL, 10) * 1000;
    proxy.epoll = epoll_create1(EPOLL_CLOEXEC);
    proxy.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    start_listening();
    (void)printf("port %d\n", proxy.own_port);
    add(STDIN_FILENO, &proxy.epoll);
    add(proxy.timer, &proxy.timer);
    for (;;) {
        struct epoll_event ev[16];
        int n = epoll_wait(proxy.epoll, ev, 16, -1);

        for (int i = 0; i < n && !proxy.was_cut; i++)
            handle(&ev[i]); /* the others may be of what is no more */
        proxy.was_cut = false;
        send_all_due();
    }
}
