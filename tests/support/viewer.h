/*
 * tests/support/viewer.h - the viewer on a table of the real server, at the sizes and in
 * the looks that every behaviour has to hold at.
 *
 * A scenario is a test function that takes its setting from *state: VIEWER_SIZES(scenario)
 * runs it at both sizes, VIEWER_LOOKS(scenario) also in ASCII and without colour. One
 * thread.
 */
#ifndef TESTS_SUPPORT_VIEWER_H
#define TESTS_SUPPORT_VIEWER_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/pty.h"

struct viewer_setting {
    int rows, cols;
    const char *option, *env; /* one more argument and variable; NULL: none */
    bool ascii, mono;         /* what the two are to bring about */
};

extern struct viewer_setting viewer_small; /* 24 lines of 80 columns */
extern struct viewer_setting viewer_large; /* 50 lines of 200 columns */
extern struct viewer_setting viewer_ascii; /* small, --ascii */
extern struct viewer_setting viewer_mono;  /* large, NO_COLOR */
extern struct viewer_setting viewer_vt220; /* small, a terminal without colours */

#define VIEWER_TEST(scenario, look, setting)                                               \
    {                                                                                      \
#scenario " (" look ")", scenario, NULL, NULL, setting                             \
    }

/* Entries of a list of tests. */
#define VIEWER_SIZES(scenario)                                                             \
    VIEWER_TEST(scenario, "80x24", &viewer_small),                                         \
        VIEWER_TEST(scenario, "200x50", &viewer_large)
#define VIEWER_LOOKS(scenario)                                                             \
    VIEWER_SIZES(scenario), VIEWER_TEST(scenario, "ascii", &viewer_ascii),                 \
        VIEWER_TEST(scenario, "mono", &viewer_mono),                                       \
        VIEWER_TEST(scenario, "vt220", &viewer_vt220)

/* The setting a scenario runs in. */
#define VIEWER_SETTING(state) ((const struct viewer_setting *)*(state))

/* Lines of table rows on a screen: all but tabs, two header lines, status and message. */
int viewer_height(const struct viewer_setting *z);

/* Opens a table and returns once its number of rows is known. Owned
 * by the caller. */
struct pty *viewer_open(const char *table, const struct viewer_setting *z);

/* Waits until the number of rows of the table on screen is known. */
void viewer_wait_table(struct pty *t);

/* Quits and checks the end: exit code 0, the terminal as it was, all output in order,
 * nothing on a standard error of its own. Frees t. */
void viewer_leave(struct pty *t);

/* Types keys made by printf. */
void viewer_keys(struct pty *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes the viewer has written so far. */
size_t viewer_bytes(const struct pty *t);

/* How a cell of the terminal looks, see pty_cell. */
struct viewer_look {
    int fg, bg; /* -1: the terminal's own */
    bool bold, underline, reverse;
};

/* Waits until the first character of a text that is on the screen looks so, however shortly
 * (pty_wait_seen). Its line must hold no character wider than one column before it. */
void viewer_wait_look(struct pty *t, const char *text, struct viewer_look look);

/* Whether it does now. */
bool viewer_has_look(struct pty *t, const char *text, struct viewer_look look);

/* Fails the test unless the screen keeps to ASCII, or shows no colour, as it is set. */
void viewer_check_look(const struct pty *t, const struct viewer_setting *z);

#endif
