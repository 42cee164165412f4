#include "ui/cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define PROGRAM "dhview-demo"
#define START_TIMEOUT_MS 10000
#define ADDRESS_MAX 64

/* Path of the program beside this one; owned by the caller, NULL: this one cannot be found.
 */
static char *program_path(void)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    if (n <= 0)
        return NULL;
    self[n] = '\0';
    slash = strrchr(self, '/');
    return slash ? mem_printf("%.*s/" PROGRAM, (int)(slash - self), self) : NULL;
}

/* In the child: the two pipes become its standard input and output. */
static void run_child(const char *path, int in, int out)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    (void)setpgid(0, 0); /* keys of the terminal are not for it */
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0)
        _exit(126);
    (void)execl(path, PROGRAM, "--with-parent", (char *)NULL);
    _exit(127);
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads the one line that says where the server listens. */
static enum err_code read_address(int fd, char **address, struct err *e)
{
    char line[ADDRESS_MAX];
    size_t n = 0;
    int64_t end = now_ms() + START_TIMEOUT_MS;

    while (n < sizeof(line) - 1) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = end - now_ms();
        ssize_t got;

        if (left <= 0)
            return err_set(e, ERR_IO, PROGRAM " did not start in %d s",
                           START_TIMEOUT_MS / 1000);
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        got = read(fd, line + n, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(e, ERR_IO, PROGRAM " ended before it listened");
        if (line[n] == '\n') {
            *address = mem_strndup(line, n);
            return ERR_OK;
        }
        n++;
    }
    return err_set(e, ERR_IO, "expected an address from " PROGRAM ", found \"%.20s\"",
                   line);
}

static void close_pair(const int fd[2])
{
    (void)close(fd[0]);
    (void)close(fd[1]);
}

enum err_code demo_start(struct demo *d, char **address, struct err *e)
{
    char *path = program_path();
    int in[2], out[2];
    enum err_code rc;

    if (!path || access(path, X_OK) != 0) {
        rc =
            err_set(e, ERR_IO, "cannot run %s: %s", path ? path : PROGRAM, strerror(errno));
        free(path);
        return rc;
    }
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
        free(path);
        return err_set(e, ERR_IO, "cannot make a pipe: %s", strerror(errno));
    }
    d->pid = fork();
    if (d->pid == 0)
        run_child(path, in[0], out[1]);
    free(path);
    if (d->pid < 0) {
        d->pid = 0;
        close_pair(in);
        close_pair(out);
        return err_set(e, ERR_IO, "cannot start " PROGRAM ": %s", strerror(errno));
    }
    (void)close(in[0]);
    (void)close(out[1]);
    d->life = in[1];
    rc = read_address(out[0], address, e);
    (void)close(out[0]);
    if (rc != ERR_OK)
        demo_stop(d);
    return rc;
}

void demo_stop(struct demo *d)
{
    if (d->pid == 0)
        return;
    (void)close(d->life);
    (void)kill(d->pid, SIGKILL); /* it keeps nothing that a gentler end would save */
    while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    d->pid = 0;
}
