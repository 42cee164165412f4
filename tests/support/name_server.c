#include "tests/support/name_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/text_file.h"

#define HEAD 12 /* bytes of a message's header (RFC 1035, 4.1.1) */
#define MESSAGE_MAX 512
#define NAME_MAX_LEN 256
#define TYPE_A 1
#define TYPE_AAAA 28

static const struct name_record *records;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the records */

/* --- answers --- */

/* The question's name with dots, and where its type begins; 0: it is none. */
static size_t read_question(const uint8_t *q, size_t n, char name[NAME_MAX_LEN])
{
    size_t at = HEAD, len = 0;

    while (at < n && q[at] != 0) {
        size_t part = q[at++];

        if (at + part >= n || len + part + 2 > NAME_MAX_LEN)
            return 0;
        if (len > 0)
            name[len++] = '.';
        memcpy(name + len, q + at, part);
        len += part;
        at += part;
    }
    name[len] = '\0';
    return at + 5 <= n ? at + 1 : 0;
}

static bool is_known(const char *name, bool *silent)
{
    bool known = false;

    for (const struct name_record *r = records; r->name; r++)
        if (strcasecmp(r->name, name) == 0) {
            known = true;
            *silent = !r->address;
        }
    return known;
}

/* The record of an address as an answer to the question at HEAD (RFC 1035, 4.1.3). */
static size_t add_answer(uint8_t *out, const char *address, int type)
{
    uint8_t raw[16];
    int v4 = inet_pton(AF_INET, address, raw) == 1;
    uint16_t len = v4 ? 4 : 16;
    const uint8_t head[12] = {0xc0, HEAD, 0, (uint8_t)type, 0, 1, 0, 0,
                              0,    0,    0, (uint8_t)len};

    if ((type == TYPE_A) != v4 || (!v4 && inet_pton(AF_INET6, address, raw) != 1))
        return 0;
    memcpy(out, head, sizeof(head));
    memcpy(out + sizeof(head), raw, len);
    return sizeof(head) + len;
}

/* Makes an answer of the question, in place; its length, 0: there is to be none. */
static size_t answer(uint8_t message[MESSAGE_MAX], size_t n)
{
    char name[NAME_MAX_LEN];
    size_t type_at = read_question(message, n, name), end = type_at + 4;
    bool silent = false, known = type_at > 0 && is_known(name, &silent);
    int type = type_at > 0 ? message[type_at + 1] : 0;
    uint8_t n_answers = 0;

    if (type_at == 0 || silent)
        return 0;
    for (const struct name_record *r = records; r->name && end + 28 < MESSAGE_MAX; r++) {
        size_t added =
            strcasecmp(r->name, name) == 0 && (type == TYPE_A || type == TYPE_AAAA)
                ? add_answer(message + end, r->address, type)
                : 0;

        end += added;
        if (added > 0)
            n_answers++;
    }
    message[2] = 0x85;                /* an answer, with authority, recursion as wanted */
    message[3] = known ? 0x80 : 0x83; /* NXDOMAIN */
    message[6] = 0;
    message[7] = n_answers;
    memset(message + 8, 0, 4); /* nothing else follows */
    return end;
}

static void *serve(void *arg)
{
    int fd = *(int *)arg;
    uint8_t message[MESSAGE_MAX];
    struct sockaddr_in from;

    for (;;) {
        socklen_t len = sizeof(from);
        ssize_t n =
            recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&from, &len);
        size_t out;

        (void)pthread_mutex_lock(&lock);
        out = n >= HEAD ? answer(message, (size_t)n) : 0;
        (void)pthread_mutex_unlock(&lock);
        if (out > 0)
            (void)sendto(fd, message, out, 0, (struct sockaddr *)&from, len);
    }
    return NULL;
}

/* --- the network --- */

static bool write_map(const char *path, unsigned id)
{
    char text[32];
    int fd = open(path, O_WRONLY | O_CLOEXEC), n;
    bool good;

    n = snprintf(text, sizeof(text), "0 %u 1", id);
    good = fd >= 0 && write(fd, text, (size_t)n) == n;
    if (fd >= 0)
        (void)close(fd);
    return good;
}

static bool become_root_of_new_network(void)
{
    unsigned uid = geteuid(), gid = getegid();
    int fd;

    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0)
        return false;
    fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)!write(fd, "deny", 4);
        (void)close(fd);
    }
    return write_map("/proc/self/uid_map", uid) && write_map("/proc/self/gid_map", gid);
}

static bool switch_loopback_on(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool good = ioctl(fd, SIOCSIFFLAGS, &request) == 0;

    (void)close(fd);
    return good;
}

static bool replace(const char *folder, const char *path, const char *text)
{
    char *own = mem_printf("%s%s", folder, strrchr(path, '/'));
    bool good;

    text_file_write(own, text, 0644);
    good = mount(own, path, NULL, MS_BIND, NULL) == 0;
    free(own);
    return good;
}

static void start_serving(void)
{
    static int fd;
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(53),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pthread_t thread;

    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve, &fd), 0);
    (void)pthread_detach(thread);
}

bool name_server_start(const char *folder, const char *resolv_conf, const char *hosts,
                       struct name_record *r)
{
    if (!become_root_of_new_network() || !switch_loopback_on() ||
        !replace(folder, "/etc/resolv.conf", resolv_conf) ||
        !replace(folder, "/etc/hosts", hosts))
        return false;
    records = r;
    start_serving();
    return true;
}

void name_server_move(struct name_record *record, const char *address)
{
    (void)pthread_mutex_lock(&lock);
    record->address = address;
    (void)pthread_mutex_unlock(&lock);
}
