/*
 * Loaded before the viewer by bench.py and hermetic/soak: writes into the file that
 * BENCH_HEAP names, over and over, how many bytes of its heaps are in use.
 *
 * What is resident also holds what was freed and not given back. Each thread keeps some of
 * that for itself, which counts as in use here; GLIBC_TUNABLES=glibc.malloc.tcache_count=0
 * takes that away.
 */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void *write_often(void *arg)
{
    int fd = open(arg, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct timespec pause = {.tv_nsec = 100000000};
    char text[32];

    for (;;) {
        struct mallinfo2 m = mallinfo2();
        int n = snprintf(text, sizeof(text), "%20zu\n", m.uordblks + m.hblkhd);

        if (pwrite(fd, text, (size_t)n, 0) != n)
            return NULL;
        (void)nanosleep(&pause, NULL);
    }
}

__attribute__((constructor)) static void start(void)
{
    char *path = getenv("BENCH_HEAP");
    sigset_t all, before;
    pthread_t thread;

    if (!path)
        return;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    (void)pthread_create(&thread, NULL, write_often, path);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}
