/*
 * Loaded before the viewer by hermetic/torture: makes one call fail, the Nth of those that
 * can, or all that ask for much memory.
 *
 * Counted are allocations and system calls that the viewer's own code makes, and what gRPC
 * does with sockets; gRPC's other calls are not, since it ends the process when it gets no
 * memory or descriptor for itself. TORTURE_KIND is "memory" or "calls", TORTURE_INDEX N (0:
 * none fails), TORTURE_REPORT a file that gets the name of what failed, or at the end of
 * the program how many there were. TORTURE_KIND "large" fails each allocation of at least
 * TORTURE_INDEX bytes.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

enum kind { NOTHING, CALLS, MEMORY, LARGE };

static atomic_long calls;
static enum kind counted; /* nothing until the program starts */
static long index_to_fail;
static void *program; /* where it is loaded */

static void report(const char *text)
{
    const char *path = getenv("TORTURE_REPORT");
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)syscall(SYS_write, fd, text, strlen(text));
    (void)syscall(SYS_close, fd);
}

__attribute__((constructor)) static void start(void)
{
    const char *text = getenv("TORTURE_INDEX");
    Dl_info info;

    if (!text || !dladdr((void *)getauxval(AT_ENTRY), &info))
        return;
    program = info.dli_fbase;
    index_to_fail = strtol(text, NULL, 10);
    text = getenv("TORTURE_KIND");
    counted = strcmp(text, "calls") == 0   ? CALLS
              : strcmp(text, "large") == 0 ? LARGE
                                           : MEMORY;
}

__attribute__((destructor)) static void end(void)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%ld\n", atomic_load(&calls));
    report(text);
}

static bool is_ours(void *caller, bool grpc)
{
    Dl_info info;

    return dladdr(caller, &info) &&
           (info.dli_fbase == program || (grpc && strstr(info.dli_fname, "libgrpc")));
}

static bool call_fails(const char *name, void *caller, bool grpc, enum kind kind)
{
    if (counted != kind || !is_ours(caller, grpc) ||
        atomic_fetch_add(&calls, 1) + 1 != index_to_fail)
        return false;
    report(name);
    return true;
}

static bool memory_fails(const char *name, void *caller, size_t size)
{
    if (counted != LARGE)
        return call_fails(name, caller, false, MEMORY);
    return size >= (size_t)index_to_fail && is_ours(caller, false);
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* type name(params), which takes args on, and when it fails sets errno and gives bad. */
#define FAILS_IF(condition, type, name, params, args, code, bad)                           \
    type name params;                                                                      \
    type name params                                                                       \
    {                                                                                      \
        static type(*real) params;                                                         \
                                                                                           \
        if (condition) {                                                                   \
            errno = code;                                                                  \
            return bad;                                                                    \
        }                                                                                  \
        if (!real)                                                                         \
            *(void **)&real = next(#name);                                                 \
        return real args;                                                                  \
    }
#define FALLIBLE(type, name, params, args, by_grpc, code, bad)                             \
    FAILS_IF(call_fails(#name "\n", __builtin_return_address(0), by_grpc, CALLS), type,    \
             name, params, args, code, bad)
#define ALLOCATION(type, name, params, args, size, bad)                                    \
    FAILS_IF(memory_fails(#name "\n", __builtin_return_address(0), size), type, name,      \
             params, args, ENOMEM, bad)

FALLIBLE(ssize_t, read, (int d, void *p, size_t n), (d, p, n), false, EIO, -1)
FALLIBLE(ssize_t, write, (int d, const void *p, size_t n), (d, p, n), false, EIO, -1)
FALLIBLE(ssize_t, pread, (int d, void *p, size_t n, off_t o), (d, p, n, o), false, EIO, -1)
FALLIBLE(off_t, lseek, (int d, off_t o, int w), (d, o, w), false, EINVAL, -1)
FALLIBLE(int, ftruncate, (int d, off_t n), (d, n), false, EIO, -1)
FALLIBLE(int, pipe2, (int p[2], int f), (p, f), false, EMFILE, -1)
FALLIBLE(int, dup2, (int a, int b), (a, b), false, EBADF, -1)
FALLIBLE(int, memfd_create, (const char *p, unsigned f), (p, f), false, EMFILE, -1)
FALLIBLE(int, ioctl, (int d, unsigned long r, void *p), (d, r, p), false, EIO, -1)
FALLIBLE(int, poll, (struct pollfd * p, nfds_t n, int t), (p, n, t), false, EINTR, -1)
FALLIBLE(int, tcgetattr, (int d, struct termios *p), (d, p), false, EIO, -1)
FALLIBLE(int, tcsetattr, (int d, int a, const struct termios *p), (d, a, p), false, EIO, -1)
FALLIBLE(int, mlock, (const void *p, size_t n), (p, n), false, ENOMEM, -1)
FALLIBLE(FILE *, fopen, (const char *p, const char *m), (p, m), false, EMFILE, NULL)
FALLIBLE(FILE *, fdopen, (int d, const char *m), (d, m), false, ENOMEM, NULL)
FALLIBLE(int, pthread_create,
         (pthread_t * t, const pthread_attr_t *a, void *(*f)(void *), void *x),
         (t, a, f, x), false, 0, EAGAIN)
FALLIBLE(int, socket, (int d, int t, int p), (d, t, p), true, EMFILE, -1)
FALLIBLE(int, connect, (int d, const struct sockaddr *a, socklen_t n), (d, a, n), true,
         ENETUNREACH, -1)
FALLIBLE(ssize_t, sendmsg, (int d, const struct msghdr *m, int f), (d, m, f), true, EPIPE,
         -1)
FALLIBLE(ssize_t, recvmsg, (int d, struct msghdr *m, int f), (d, m, f), true, ECONNRESET,
         -1)
FALLIBLE(int, access, (const char *p, int m), (p, m), false, EACCES, -1)
FALLIBLE(int, mkdir, (const char *p, mode_t m), (p, m), false, EACCES, -1)
FALLIBLE(char *, realpath, (const char *p, char *r), (p, r), false, ENOENT, NULL)
FALLIBLE(ssize_t, readlink, (const char *p, char *b, size_t n), (p, b, n), false, EINVAL,
         -1)
FALLIBLE(int, fstat, (int d, struct stat *s), (d, s), false, EIO, -1)
FALLIBLE(int, isatty, (int d), (d), false, EBADF, 0)
FALLIBLE(int, setrlimit, (__rlimit_resource_t r, const struct rlimit *l), (r, l), false,
         EPERM, -1)
FALLIBLE(void *, mmap, (void *p, size_t n, int a, int f, int d, off_t o),
         (p, n, a, f, d, o), false, ENOMEM, MAP_FAILED)
FALLIBLE(int, madvise, (void *p, size_t n, int a), (p, n, a), false, EINVAL, -1)
FALLIBLE(int, sigaltstack, (const stack_t *s, stack_t *o), (s, o), false, ENOMEM, -1)
FALLIBLE(int, fflush, (FILE * f), (f), false, EIO, EOF)
FALLIBLE(size_t, fread, (void *p, size_t n, size_t m, FILE *f), (p, n, m, f), false, EIO, 0)
ALLOCATION(void *, realloc, (void *p, size_t n), (p, n), n, NULL)
ALLOCATION(void *, malloc, (size_t n), (n), n, NULL)
ALLOCATION(char *, strdup, (const char *s), (s), strlen(s) + 1, NULL)
ALLOCATION(char *, strndup, (const char *s, size_t n), (s, n), strnlen(s, n) + 1, NULL)
ALLOCATION(int, vasprintf, (char **out, const char *format, va_list ap), (out, format, ap),
           1, -1)

/* What it holds is given back also when it fails. */
int fclose(FILE *f)
{
    static int (*real)(FILE *);
    bool failed = call_fails("fclose\n", __builtin_return_address(0), false, CALLS);
    int rc;

    if (!real)
        *(void **)&real = next("fclose");
    rc = real(f);
    if (failed)
        errno = EIO;
    return failed ? EOF : rc;
}

int open(const char *path, int flags, ...)
{
    static int (*real)(const char *, int, ...);
    va_list ap;
    int mode;

    va_start(ap, flags);
    mode = va_arg(ap, int); /* anything, where there is none */
    va_end(ap);
    if (call_fails("open\n", __builtin_return_address(0), false, CALLS)) {
        errno = EMFILE;
        return -1;
    }
    if (!real)
        *(void **)&real = next("open");
    return real(path, flags, mode);
}

/* dlsym() may ask for memory, before there is anybody else to give it. */
void *calloc(size_t n, size_t size)
{
    static void *(*real)(size_t, size_t);
    static char early[4096];
    static size_t used;
    static bool asking;

    if (asking) {
        void *p = early + used;

        used += (n * size + 15) & ~(size_t)15;
        return used <= sizeof(early) ? p : NULL;
    }
    if (!real) {
        asking = true;
        *(void **)&real = next("calloc");
        asking = false;
    }
    if (memory_fails("calloc\n", __builtin_return_address(0), n * size)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(n, size);
}
