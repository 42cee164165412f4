/*
 * tests/support/term.h - a program in a pseudo-terminal, its screen read by libvterm.
 *
 * The child gets a pinned environment: TERM=xterm-256color, LANG and LC_ALL=C.UTF-8,
 * TZ=UTC, HOME and the XDG folders in a fresh folder, PATH, the sanitizers' options, and
 * nothing else but what the caller adds. Waiting is always for something to be seen, never
 * for time to pass; what does not come within the timeout fails the test and prints the
 * screen. Everything the child wrote is kept. One thread.
 */
#ifndef TESTS_SUPPORT_TERM_H
#define TESTS_SUPPORT_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#define TERM_TIMEOUT_MS 20000 /* of one wait, unless options or term_set_timeout say else  \
                               */

struct term; /* opaque */

struct term_options {
    int rows, cols;      /* 0: 24 by 80 */
    const char *program; /* NULL: dhview of this build */
    const char *const
        *argv; /* arguments without the program's name, NULL at the end; may be NULL */
    const char *const
        *env;          /* "NAME=value" added or replaced, NULL at the end; may be NULL */
    int timeout_ms;    /* 0: TERM_TIMEOUT_MS */
    bool split_stderr; /* file descriptor 2 is a pipe, read by term_stderr */
};

struct term_cell {
    char utf8[32]; /* what is drawn, without an end of its own; " " for an empty cell */
    int width;     /* columns: 1 or 2; 0 for the right half of a wide cell */
    bool bold, underline, italic, blink, reverse, strike;
    int fg, bg; /* palette index 0..255, -1 the terminal's own, -2 other */
};

/* Starts the program; fails the test when that is impossible. Owned by the caller. */
struct term *term_start(const struct term_options *options);

/* Starts this build's dhview at 24 by 80 with the arguments, NULL last. */
struct term *term_dhview(const char *first, ...) __attribute__((sentinel));

/* Kills the child when it still runs and removes its folder; accepts NULL. */
void term_free(struct term *t);

pid_t term_pid(const struct term *t);
const char *
term_home(const struct term *t); /* HOME of the child; borrowed until term_free */
void term_set_timeout(struct term *t, int ms);

/* Types keys. Names in angle brackets are special keys: <Up> <Down> <Left> <Right> <Home>
 * <End> <PgUp> <PgDn> <Ins> <Del> <F1>..<F12> <Enter> <Tab> <S-Tab> <Esc> <Space> <BS>
 * <lt>, <C-x> for control and <M-x> for meta, x one ASCII character, <C-Left> <C-Right>
 * <C-Home> <C-End>. An unknown name fails the test. Arrow keys follow the mode the program
 * has set. */
void term_keys(struct term *t, const char *keys);

/* Writes bytes to the terminal as they are. */
void term_write(struct term *t, const void *data, size_t n);

/* Changes the size, which sends SIGWINCH. */
void term_resize(struct term *t, int rows, int cols);

/* Sends a signal to the child. */
void term_kill(struct term *t, int signal);

/* Closes the terminal, as when a window is closed: the child is hung up on. */
void term_hangup(struct term *t);

/* True once the thing waited for is there. */
typedef bool term_predicate(struct term *t, void *ctx);

/* Reads output until predicate holds; fails the test, naming what, when it does not come.
 */
void term_wait(struct term *t, term_predicate *predicate, void *ctx, const char *what);

/* Until text is on the screen, or in one row counted from 0, or nowhere on the screen. */
void term_wait_text(struct term *t, const char *text);
void term_wait_row(struct term *t, int row, const char *text);
void term_wait_gone(struct term *t, const char *text);

/* Until the child has written nothing for ms: for showing that something does not happen.
 */
void term_wait_quiet(struct term *t, int ms);

/* Until the child has stopped itself (job control). */
void term_wait_stopped(struct term *t);

/* Until the child has ended; its exit code, or -N when signal N ended it. All it wrote has
 * been read afterwards. */
int term_wait_exit(struct term *t);

/* What is there now; none of these reads more output. Texts are UTF-8 without trailing
 * spaces and owned by the caller. Rows and columns count from 0. */
char *term_row(const struct term *t, int row);
char *term_screen(const struct term *t); /* all rows, each ended by a newline */
bool term_has(const struct term *t, const char *text);
int term_find_row(const struct term *t, const char *text); /* -1: in no row */
void term_cell(const struct term *t, int row, int col, struct term_cell *out);
void term_cursor(const struct term *t, int *row, int *col);
bool term_cursor_visible(const struct term *t);
bool term_alt_screen(const struct term *t);
void term_size(const struct term *t, int *rows, int *cols);

/* Every byte the child wrote; borrowed until more is read. */
const uint8_t *term_output(const struct term *t, size_t *n);

/* What came out of file descriptor 2, NUL-terminated; "" without split_stderr. Borrowed. */
const char *term_stderr(const struct term *t);

/* Terminal modes now, and as they were before the child started. */
void term_modes(const struct term *t, struct termios *out);
const struct termios *term_modes_before(const struct term *t);

/* Fails the test unless modes, main screen and visible cursor are as before the start. */
void term_check_restored(const struct term *t);

/* Fails the test unless all output keeps to the grammar below. */
void term_check_output(const struct term *t);

/* The grammar of what a program may send: printable UTF-8; CR LF BS TAB BEL; cursor, erase,
 * scroll, colour and mode sequences; charset selection; keypad modes. No OSC, DCS, C1 or
 * other control, no format, private or unassigned character, no bad UTF-8, nothing
 * unfinished at the end. NULL when the bytes conform, else a text owned by the caller that
 * names the offset. */
char *term_grammar(const uint8_t *data, size_t n);

#endif
