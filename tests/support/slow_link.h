/*
 * tests/support/slow_link.h - a relay (tests/support/relay.h) whose link takes its time: a
 * delay in each direction, and only so many bytes a second towards the viewer. What does
 * not fit waits in it without a limit, as in a path with large buffers. Tests only.
 */
#ifndef TESTS_SUPPORT_SLOW_LINK_H
#define TESTS_SUPPORT_SLOW_LINK_H

#include <stddef.h>

#include "tests/support/relay.h"

struct slow_link {
    _Atomic int delay_ms; /* in each direction; may change while the link is in use */
    size_t bytes_per_s;   /* to the viewer */
};

/* Owned by the caller; how is borrowed as long, and only read. */
struct relay *slow_link_new(const char *upstream, const struct slow_link *how);

#endif
