/*
 * tests/support/h2_trial.h - a viewer, the demo server, and between them a relay that
 * commits a planned fault: what comes of it.
 *
 * All that tests/support/trial.h asks for is checked in each case. One thread, and that of
 * each relay.
 */
#ifndef TESTS_SUPPORT_H2_TRIAL_H
#define TESTS_SUPPORT_H2_TRIAL_H

#include "tests/support/h2_faults.h"
#include "tests/support/trial.h"

enum h2_outcome {
    H2_GOES_ON, /* live, perhaps again, and shows what is asked for next */
    H2_WAITS,   /* live as far as anyone can tell; what is asked for next never comes */
    H2_OLD,     /* rows stay, marked old, and the text says why */
    H2_ENDS /* before there was anything to show, and without a new try: exit code 1 and the
               text in one line */
};

enum h2_setting {
    H2_THEN_FIRE, /* a server is there; once its rows are, the relay is fired */
    H2_THEN_ASK,  /* and other rows are asked for, too */
    H2_ALONE      /* no server behind the relay */
};

struct h2_case {
    int row; /* of the table of faults in tests/README.md */
    const char *name;
    enum h2_outcome outcome;
    const char *text;
    enum h2_setting setting;
    struct h2_plan plan;
};

struct h2_run {
    struct h2_case *c;
    struct relay *relay;
    struct pty *t;
};

/* Starts relay and viewer. The server is borrowed, the case changed and borrowed until
 * h2_finish(). */
struct h2_run h2_begin(struct h2_case *c, const struct demo_program *server);

/* Lets it happen once the rows are there. */
void h2_go_on(struct h2_run *r);

/* Checks what came of it, and frees. */
void h2_finish(struct h2_run *r);

/* All of these cases, up to H2_SIDE_BY_SIDE of them at a time. */
#define H2_SIDE_BY_SIDE 6
void h2_run_all(struct h2_case *c, size_t n, size_t side_by_side,
                const struct demo_program *server);

#endif
