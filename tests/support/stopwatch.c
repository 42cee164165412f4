#include "tests/support/stopwatch.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* So far, by the first thread; the file's numbers: ns it ran, ns it waited, how often. */
static int64_t waited_ns(pid_t pid)
{
    char path[64];
    int64_t ran, waited = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    if (fscanf(f, "%" SCNd64 " %" SCNd64, &ran, &waited) != 2)
        waited = 0;
    (void)fclose(f);
    return waited;
}

static int64_t waited_by_threads(pid_t pid)
{
    char path[64];
    int64_t sum = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    for (struct dirent *d; tasks && (d = readdir(tasks)) != NULL;)
        sum += d->d_name[0] == '.' ? 0 : waited_ns((pid_t)atoi(d->d_name));
    if (tasks)
        (void)closedir(tasks);
    return sum;
}

static int64_t waited_by_all(const struct stopwatch *w)
{
    int64_t sum = waited_ns(getpid());

    if (!w->server)
        return sum + waited_ns(w->pid);
    return sum + waited_by_threads(w->pid) + waited_by_threads(w->server);
}

struct stopwatch stopwatch_start_both(pid_t pid, pid_t server)
{
    struct stopwatch w = {.pid = pid, .server = server};

    w.since = now_ns();
    w.waited = waited_by_all(&w);
    w.program_waited = waited_ns(pid);
    return w;
}

struct stopwatch stopwatch_start(pid_t pid)
{
    return stopwatch_start_both(pid, 0);
}

int64_t stopwatch_ms(const struct stopwatch *w)
{
    int64_t waited = waited_by_all(w) - w->waited;
    int64_t ms = (now_ns() - w->since - (waited > 0 ? waited : 0)) / 1000000;

    return ms > 0 ? ms : 0; /* they may have waited at the same time */
}
