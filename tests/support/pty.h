/*
 * tests/support/pty.h - a program in a pseudo-terminal, its screen read by libvterm.
 *
 * The child gets a pinned environment: TERM=xterm-256color, LANG and LC_ALL=C.UTF-8,
 * TZ=UTC, HOME and the XDG folders in a fresh folder, PATH, the sanitizers' options, and
 * nothing else but what the caller adds. Waiting is for something to be seen; what does not
 * come within the timeout fails the test and prints the screen. Only pty_wait_quiet() and
 * pty_watch() let time pass: for what is not to happen, and for a moment that is chosen.
 * Everything the child wrote is kept. One thread.
 */
#ifndef TESTS_SUPPORT_PTY_H
#define TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

/* Longest single wait, unless the options or pty_set_timeout say otherwise. */
#define PTY_TIMEOUT_MS 20000

struct pty; /* opaque */
struct stopwatch;

struct pty_options {
    int rows, cols;      /* 0: 24 by 80 */
    const char *program; /* NULL: dhview of this build */
    const char *const
        *argv; /* arguments without the program's name, NULL at the end; may be NULL */
    const char *const
        *env;          /* "NAME=value" added or replaced, NULL at the end; may be NULL */
    int timeout_ms;    /* 0: PTY_TIMEOUT_MS */
    bool split_stderr; /* file descriptor 2 is a pipe, read by pty_stderr */
};

#define PTY_RGB 0x1000000

struct pty_cell {
    char utf8[32]; /* what is drawn, without an end of its own; " " for an empty cell */
    int width;     /* columns: 1 or 2; 0 for the right half of a wide cell */
    bool bold, underline, italic, blink, reverse, strike;
    int fg, bg; /* palette index 0..255, -1 the terminal's own; RGB: PTY_RGB + 0xRRGGBB */
};

/* Starts the program; fails the test when that is impossible. Owned by the caller. */
struct pty *pty_start(const struct pty_options *options);

/* Starts this build's dhview at 24 by 80 with the arguments, NULL last. */
struct pty *pty_dhview(const char *first, ...) __attribute__((sentinel));

/* Kills the child when it still runs and removes its folder; accepts NULL. */
void pty_free(struct pty *t);

pid_t pty_pid(const struct pty *t);
const char *pty_home(const struct pty *t); /* HOME of the child; borrowed until pty_free */
void pty_set_timeout(struct pty *t, int ms);

/* Types keys. Names in angle brackets are special keys: <Up> <Down> <Left> <Right> <Home>
 * <End> <PgUp> <PgDn> <Ins> <Del> <F1>..<F12> <Enter> <Tab> <S-Tab> <Esc> <Space> <BS>
 * <lt>, <C-x> for control and <M-x> for meta, x one ASCII character, <C-Left> <C-Right>
 * <C-Home> <C-End>. <Esc> is typed whole (CSI 27 u), so that it stays a key whatever
 * follows; ESC alone is for pty_write. An unknown name fails the test. Arrow keys follow
 * the mode the program has set. */
void pty_keys(struct pty *t, const char *keys);

/* Writes bytes to the terminal as they are. */
void pty_write(struct pty *t, const void *data, size_t n);

/* Pastes a text, in brackets as a program has asked for. */
void pty_paste(struct pty *t, const char *text);

/* What is done with the mouse at a place of the screen, as the terminal reports it to a
 * program that has asked: the left button pressed and released; pressed, moved and
 * released; the wheel turned by so many steps, up where negative, perhaps with Ctrl. */
void pty_click(struct pty *t, int row, int col);
void pty_drag(struct pty *t, int row, int col, int to_row, int to_col);
void pty_wheel(struct pty *t, int row, int col, int steps, bool ctrl);

/* The program has asked for reports of the mouse. */
bool pty_has_mouse(const struct pty *t);

/* Changes the size, which sends SIGWINCH. */
void pty_resize(struct pty *t, int rows, int cols);

/* Sends a signal to the child. */
void pty_kill(struct pty *t, int signal);

/* Closes the terminal, as when a window is closed: the child is hung up on. */
void pty_hangup(struct pty *t);

/* True once the thing waited for is there. */
typedef bool pty_predicate(struct pty *t, void *ctx);

/* Reads output until predicate holds; fails the test, naming what, when it does not come.
 */
void pty_wait(struct pty *t, pty_predicate *predicate, void *ctx, const char *what);

/* The same, in all that the screen has shown in between: what was written is taken in piece
 * by piece, so that nothing that passes by itself is missed, however late it is read. The
 * screen stays as it was then, perhaps in the middle of a frame, until more is read. */
void pty_wait_seen(struct pty *t, pty_predicate *predicate, void *ctx, const char *what);

/* The same of screens in the middle of no frame. */
void pty_wait_frame(struct pty *t, pty_predicate *predicate, void *ctx, const char *what);

/* Until text is on the screen, or in one row counted from 0, or nowhere on the screen,
 * which is not in the middle of a frame then. */
void pty_wait_text(struct pty *t, const char *text);
void pty_wait_row(struct pty *t, int row, const char *text);
void pty_wait_gone(struct pty *t, const char *text);

/* Until text has been in the row, be it for a moment: as pty_wait_seen(). */
void pty_wait_row_seen(struct pty *t, int row, const char *text);

/* Until the child has written nothing for ms: for showing that something does not happen.
 * Afterwards the screen is in the middle of no frame. */
void pty_wait_quiet(struct pty *t, int ms);

/* Reads for so long, whatever comes: for a moment that is chosen. */
void pty_watch(struct pty *t, int64_t ms);

/* Waits until the program has read all that was typed. */
void pty_wait_read(struct pty *t);

/* Until the child has stopped itself (job control). */
void pty_wait_stopped(struct pty *t);

/* Until the child has ended; its exit code, or -N when signal N ended it. All it wrote has
 * been read afterwards. */
int pty_wait_exit(struct pty *t);

/* When it was seen to have ended, by CLOCK_MONOTONIC. */
int64_t pty_ended_ms(const struct pty *t);

/* How long a child that has ended did so after the watch was started, in ms: without the
 * time in which its first thread was ready to run and had no processor. */
int64_t pty_ended_after(const struct pty *t, const struct stopwatch *w);

/* What is there now; none of these reads more output. Texts are UTF-8 without trailing
 * spaces and owned by the caller. Rows and columns count from 0. */
char *pty_row(const struct pty *t, int row);
char *pty_screen(const struct pty *t); /* all rows, each ended by a newline */
bool pty_has(const struct pty *t, const char *text);
int pty_find_row(const struct pty *t, const char *text); /* -1: in no row */
void pty_cell(const struct pty *t, int row, int col, struct pty_cell *out);
void pty_cursor(const struct pty *t, int *row, int *col);
bool pty_cursor_visible(const struct pty *t);
bool pty_alt_screen(const struct pty *t);
void pty_size(const struct pty *t, int *rows, int *cols);

/* Rows of the screen that were written to since this was asked last, bit 0 for the first;
 * those from the 64th on share a bit. */
uint64_t pty_painted(struct pty *t);

/* Every byte the child wrote; borrowed until more is read. */
const uint8_t *pty_output(const struct pty *t, size_t *n);

/* Whether text was written in one piece from an offset of the output on. */
bool pty_has_written(const struct pty *t, size_t from, const char *text);

/* Fails the test when the text was ever written in one piece. */
void pty_check_never(const struct pty *t, const char *text);

/* What came out of file descriptor 2, NUL-terminated; "" without split_stderr. Borrowed. */
const char *pty_stderr(const struct pty *t);

/* Terminal modes now, and as they were before the child started. */
void pty_modes(const struct pty *t, struct termios *out);
const struct termios *pty_modes_before(const struct pty *t);

/* Fails the test unless modes, main screen and visible cursor are as before the start. */
void pty_check_restored(const struct pty *t);

/* The part of that which is not the driver's: what was written to the terminal. */
void pty_check_screen_restored(const struct pty *t);

/* Fails the test unless all output keeps to the grammar below. Copies, and what asks for
 * the mouse, are in it only after pty_let_copy() and pty_let_mouse(); that a crash cut a
 * frame, after pty_let_cut(). */
void pty_check_output(const struct pty *t);
void pty_let_copy(struct pty *t);
void pty_let_mouse(struct pty *t);
void pty_let_cut(struct pty *t);

/* What may be sent beside the rest. */
enum pty_more { PTY_COPIES = 1, PTY_MOUSE = 2, PTY_CUT = 4 };

/* The grammar of what a program may send: printable UTF-8; CR LF BS TAB BEL; cursor, erase,
 * scroll, colour and mode sequences; charset selection; keypad modes. With copies also a
 * text for the clipboard, which is OSC 52 with base64 that is not empty and a BEL at its
 * end: as it is, wrapped for tmux, or in DCS strings of at most 256 bytes for screen. With
 * the mouse also modes 1002 and 1006, set or reset together in that order and back. With a
 * cut one character or control sequence may break off before an escape. No
 * other OSC or DCS, no C1 or other control, no format, private or unassigned character, no
 * bad UTF-8, nothing unfinished at the end. NULL when the bytes conform, else a text owned
 * by the caller that names the offset. */
char *pty_grammar(const uint8_t *data, size_t n, unsigned more);

/* The text of the last copy for the clipboard in an output that keeps to the grammar; NULL
 * when there is none. Owned. */
char *pty_clipboard(const uint8_t *data, size_t n);

#endif
