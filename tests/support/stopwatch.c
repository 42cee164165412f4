#include "tests/support/stopwatch.h"

#include <inttypes.h>
#include <stdio.h>
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

static int64_t waited_by_both(pid_t pid)
{
    return waited_ns(pid) + waited_ns(getpid());
}

struct stopwatch stopwatch_start(pid_t pid)
{
    return (struct stopwatch){pid, now_ns(), waited_by_both(pid), waited_ns(pid)};
}

int64_t stopwatch_ms(const struct stopwatch *w)
{
    int64_t ms = (now_ns() - w->since - (waited_by_both(w->pid) - w->waited)) / 1000000;

    return ms > 0 ? ms : 0; /* both may have waited at the same time */
}
