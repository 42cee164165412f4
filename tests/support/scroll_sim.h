/*
 * tests/support/scroll_sim.h - a user who scrolls, a client that shows what it holds, and a
 * server, run together on a virtual clock.
 *
 * The client applies answers as the protocol words them and draws at most once a frame; the
 * scroll policy is the real one. Each frame is checked: what is shown is the table's at
 * that position in the version that the server answered with; a request holds the screen
 * and not too many cells. When all is quiet, the rows held equal the table's. A run is a
 * program of steps, so that a failing one can be shortened and printed.
 */
#ifndef TESTS_SUPPORT_SCROLL_SIM_H
#define TESTS_SUPPORT_SCROLL_SIM_H

#include "tests/support/scroll_server.h"

enum sim_step_kind {
    STEP_ROWS,          /* n rows down */
    STEP_PAGES,         /* n pages down */
    STEP_TO,            /* the screen's first row to position n */
    STEP_END,           /* to the end of the table, once */
    STEP_FOLLOW,        /* to the end and stay */
    STEP_COLUMNS,       /* n columns to the right */
    STEP_COLUMN,        /* the first column to n */
    STEP_RESIZE,        /* n rows, m columns */
    STEP_REVERSE_ORDER, /* the columns are shown the other way round */
    STEP_APPEND,        /* from here on the table: n rows more at its end */
    STEP_INSERT,        /* n rows more at its start */
    STEP_CUT,           /* n rows less at its end */
    STEP_DROP,          /* n rows less at its start */
    STEP_MODIFY,        /* every row changes */
    STEP_REPLACE,       /* n other rows */
    STEP_KINDS
};

struct sim_step {
    double at;
    enum sim_step_kind kind;
    int64_t n, m;
};

/* Faults planted to prove that the checks can fail. */
enum sim_fault {
    FAULT_NONE,
    FAULT_SLOW,       /* the policy knows no speed */
    FAULT_ASKED_ROWS, /* answers are shown where the newest request is, not where they are
                       */
    FAULT_SIDEWAYS,   /* the policy does not see the columns move */
    FAULT_GREEDY,     /* requests are too large */
    FAULT_RESTLESS    /* a request in each frame */
};

struct sim_config {
    uint64_t seed; /* of the delays */
    struct sim_link link;
    double round_trip; /* what the policy is told */
    struct sim_table table;
    bool blink;
    size_t n_columns, n_frozen;
    int64_t height;
    size_t width;      /* columns on screen, the frozen ones apart */
    double count_from; /* frames before are not counted */
    enum sim_fault fault;
    bool verbose;
};

struct sim_result {
    char failure[200];               /* empty: none */
    uint64_t frames, missing_frames; /* with a cell on screen that is not here */
    uint64_t missing_counted;        /* those from count_from on */
    double last_missing;             /* when; or 0 */
    uint64_t requests;
    uint64_t rows, cells; /* that the server sent */
};

void sim_run(const struct sim_config *c, const struct sim_step *steps, size_t n,
             struct sim_result *out);

void sim_print(const struct sim_config *c, const struct sim_step *steps, size_t n);

#endif
