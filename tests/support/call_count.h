/*
 * tests/support/call_count.h - how many calls a viewer makes: a relay's filter that counts
 * them and passes all on.
 */
#ifndef TESTS_SUPPORT_CALL_COUNT_H
#define TESTS_SUPPORT_CALL_COUNT_H

#include <stdatomic.h>

#include "tests/support/relay.h"

struct call_count {
    atomic_int calls; /* so far, over all connections */
    /* Told of each, from 1 on, before it is passed on; on the relay's thread. Or NULL. */
    void (*seen)(struct call_count *c, int call);
};

/* For relay_filtered(), with a struct call_count as its ctx. */
extern const struct relay_filter call_counting;

#endif
