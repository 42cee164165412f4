/*
 * tests/support/site.h - a demo server that can be killed and started again at the same
 * address, perhaps with other tables. Tests only; one thread.
 */
#ifndef TESTS_SUPPORT_SITE_H
#define TESTS_SUPPORT_SITE_H

#include "tests/support/demo_program.h"

struct site {
    struct demo_program *demo; /* NULL: it was killed */
    char *port;                /* of the first one, which keeps it */
    struct demo_program *first;
};

/* Starts it on a free port, with options as trial_serve() takes them. Owned. */
struct site *site_new(const char *spec);
void site_free(struct site *s);

void site_kill(struct site *s); /* by SIGKILL: it says nothing */
void site_serve(struct site *s, const char *spec);

#endif
