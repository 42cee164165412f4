/*
 * tests/support/stopwatch.h - how long another program takes, on a machine that has other
 * work, too.
 *
 * Time by the clock, but for that in which the program's first thread or this one was ready
 * to run and had no processor: the system's own books (/proc/PID/schedstat). Where it keeps
 * none all of the time counts. One thread.
 */
#ifndef TESTS_SUPPORT_STOPWATCH_H
#define TESTS_SUPPORT_STOPWATCH_H

#include <stdint.h>
#include <sys/types.h>

struct stopwatch {
    pid_t pid, server;      /* server 0: none */
    int64_t since, waited;  /* ns */
    int64_t program_waited; /* ns, by the program alone */
};

/* The program lives until its time has been read. */
struct stopwatch stopwatch_start(pid_t pid);

/* Likewise where a server has to do with it: of all threads of the two programs, and of
 * this one, nothing counts for which they had no processor, be it at the same time. */
struct stopwatch stopwatch_start_both(pid_t pid, pid_t server);

/* Milliseconds since the start. */
int64_t stopwatch_ms(const struct stopwatch *w);

#endif
