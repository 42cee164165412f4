/*
 * Loaded before the viewer by hermetic/world: another wall clock and other hosts than the
 * machine has, which the test changes while it runs.
 *
 * WORLD is a folder with two files: `clock`, by how many seconds the wall clock is ahead
 * (8 bytes), and `hosts`, in place of /etc/hosts for who reads that by fopen(), as c-ares,
 * the resolver of gRPC, does. Clocks that only measure are not touched. What waits for a
 * time of the wall clock, as Abseil does by futex(), looks at it again and again, as the
 * kernel would when it is set.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SLICE_NS 50000000 /* of a wait */

static _Atomic int64_t *ahead_s; /* NULL: there is no such folder */
static char hosts[256];

__attribute__((constructor)) static void start(void)
{
    const char *folder = getenv("WORLD");
    char path[256];
    void *map = MAP_FAILED;
    int fd;

    if (!folder)
        return;
    (void)snprintf(path, sizeof(path), "%s/clock", folder);
    (void)snprintf(hosts, sizeof(hosts), "%s/hosts", folder);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        map = mmap(NULL, sizeof(*ahead_s), PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        abort();
    (void)close(fd);
    ahead_s = map;
}

static time_t ahead(void)
{
    return ahead_s ? (time_t)atomic_load(ahead_s) : 0;
}

static long real_syscall(long n, const long a[6])
{
    static long (*real)(long, ...);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "syscall");
    return real(n, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int rc = (int)real_syscall(SYS_clock_gettime, (long[6]){id, (long)out});

    if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        out->tv_sec += ahead();
    return rc;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec t;

    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    *out = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

static int64_t ns_until(const struct timespec *due)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (due->tv_sec - now.tv_sec) * INT64_C(1000000000) + due->tv_nsec - now.tv_nsec;
}

/* FUTEX_WAIT_BITSET until a time of the wall clock. */
static long wait_until(const long a[6], const struct timespec *due)
{
    long call[6] = {a[0], a[1] & ~FUTEX_CLOCK_REALTIME, a[2], 0, a[4], a[5]};
    int64_t left;
    long rc;

    do {
        struct timespec slice;

        left = ns_until(due);
        (void)clock_gettime(CLOCK_MONOTONIC, &slice);
        slice.tv_nsec += left < 0 ? 0 : left < SLICE_NS ? left : SLICE_NS;
        slice.tv_sec += slice.tv_nsec / 1000000000;
        slice.tv_nsec %= 1000000000;
        call[3] = (long)&slice;
        rc = real_syscall(SYS_futex, call);
    } while (rc != 0 && errno == ETIMEDOUT && left > SLICE_NS);
    return rc;
}

long syscall(long n, ...)
{
    long a[6];
    va_list ap;

    va_start(ap, n);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(ap, long); /* anything, where there are fewer */
    va_end(ap);
    if (ahead_s && n == SYS_futex && a[3] != 0 &&
        (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET && (a[1] & FUTEX_CLOCK_REALTIME))
        return wait_until(a, (const struct timespec *)a[3]);
    return real_syscall(n, a);
}

FILE *fopen(const char *path, const char *mode)
{
    static FILE *(*real)(const char *, const char *);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fopen");
    return real(*hosts && strcmp(path, "/etc/hosts") == 0 ? hosts : path, mode);
}
