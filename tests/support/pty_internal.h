/*
 * tests/support/pty_internal.h - what the parts of the terminal harness share.
 */
#ifndef TESTS_SUPPORT_PTY_INTERNAL_H
#define TESTS_SUPPORT_PTY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include <vterm.h>

#include "tests/support/pty.h"

#define PTY_MARK '\035' /* never part of a program's output */

struct pty_text {
    char *data; /* NUL-terminated once anything was added */
    size_t len, cap;
};

struct pty {
    VTerm *vt;
    VTermScreen *screen;
    int rows, cols;
    int master;  /* -1 after pty_hangup */
    int slave;   /* ours, for looking at the modes */
    int report;  /* what the supervisor tells */
    int release; /* closing it lets the supervisor go */
    int err;     /* the child's file descriptor 2, or -1 */
    pid_t supervisor, child;
    int status; /* of waitpid, once ended or stopped */
    bool ended, stopped;
    int64_t told_ms;   /* when the supervisor saw it do so, by pty_now_ms() */
    int64_t waited_ns; /* for a processor, as one that has ended or stopped */
    unsigned more;     /* that it may send: enum pty_more */
    bool alt_screen, cursor_visible, mouse;
    int timeout_ms;
    char *home;
    struct termios before;
    struct pty_text out, stderr_text;
    size_t shown;   /* bytes of out that the screen has */
    bool in_pieces; /* the screen gets none but by pty_show() */
    int marks;      /* that are written and not read back */
    uint64_t painted;
};

VTerm *pty_vterm(struct pty *t); /* borrowed */

/* Sends what libvterm has queued for the program: keys and answers. */
void pty_flush_keys(struct pty *t);

/* Has the screen take in the output up to an offset. */
void pty_show(struct pty *t, size_t end);

int64_t pty_now_ms(void);

/* Waits at most ms for the child to write, stop or end, and takes it in. True when it
 * wrote. */
bool pty_pump(struct pty *t, int ms);

/* Takes in what waits at its file descriptor 2, which is open. */
void pty_read_stderr(struct pty *t);

#endif
