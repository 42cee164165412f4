/*
 * tests/support/beside.h - a demo server as a program of its own, and the records of two
 * observers compared line by line.
 *
 * Tests only; one thread.
 */
#ifndef TESTS_SUPPORT_BESIDE_H
#define TESTS_SUPPORT_BESIDE_H

#include <sys/types.h>

#include "tests/support/observer.h"

struct beside {
    pid_t pid;
    char address[64]; /* "host:port" */
};

/* Starts dhview-demo with these options, up to NULL, and quick tables; fails the test when
 * it does not start, or does not end with 0. A demo server that was not started may be
 * stopped. */
void beside_start(struct beside *d, const char *const *options);
void beside_stop(struct beside *d);

/* Prints where the records of the two (given) differ, and fails the test when they do. With
 * DHVIEW_CONFORMANCE_SHOW in the environment it prints all of the first. */
void beside_compare(struct observer *real, struct observer *demo);

#endif
