/*
 * ui/term/term.h - the one terminal of the program: keys in, surface differences out.
 *
 * Beside ui/term/terminfo the only module that includes ncurses. It opens the controlling
 * terminal itself (standard input and output may be pipes) with a file description of its
 * own that never blocks. ui/term/paint composes a frame in memory; term_flush() and
 * term_write() hand it to the terminal as fast as that takes it, and no new frame is
 * composed while an old one waits, so memory stays flat and a stalled terminal never blocks
 * the caller. A crash gives the terminal back as well (ui/term/crash). One instance; loop
 * thread only. The caller has called setlocale().
 *
 * Where the terminal understands the sequences of ECMA-48, pastes are bracketed, and its
 * mouse is reported while that is wanted.
 *
 *     term_start -> (term_read_key, term_flush, term_write)* -> term_end
 */
#ifndef UI_TERM_TERM_H
#define UI_TERM_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/term/key.h"
#include "ui/term/keyreader.h"
#include "ui/term/surface.h"

struct term_options {
    bool ascii; /* only ASCII goes out, whatever the locale says */
    bool mono;  /* no colours, whatever terminal and NO_COLOR say */
    bool mouse; /* as by term_want_mouse() */
};

/* Takes over the controlling terminal: raw mode, alternate screen. What is written to
 * standard error from now on is seen when the terminal is given back. ERR_IO when there is
 * none, ERR_USAGE when TERM is not known, nor one whose family is, or cannot position its
 * cursor; the terminal is then as it was. */
enum err_code term_start(const struct term_options *o, struct err *e);

/* Gives the terminal back as it was found. Does nothing when not started; may be called
 * twice. */
void term_end(void);

/* What was decided at the start. The note says that the terminal is taken for one of
 * another name, NULL when it is not; borrowed until the end. */
const char *term_note(void);
bool term_is_ascii(void);
bool term_has_colors(void);

/* Takes the styles of ui/term/theme as they are now; the next frame is drawn whole. */
void term_restyle(void);

/* It understands the sequences of ECMA-48. */
bool term_takes_sequences(void);

/* The descriptor to poll for keys (readable) and, while term_waiting(), for room
 * (writable). */
int term_fd(void);

/* Size in cells: the terminal's, but at most SURFACE_SIDE_MAX rows and columns, and a
 * million cells in all; what a larger terminal has beyond stays empty. */
int term_rows(void);
int term_cols(void);

/* Call after SIGWINCH: asks the terminal for its size; true when it changed. The caller
 * then resizes its surface and draws; everything is written anew. */
bool term_size_changed(void);

/* The next waiting key, or code K_NONE when there is none now, or K_HANGUP for ever when
 * the terminal is gone. Never blocks. */
struct key term_read_key(void);

/* Milliseconds until keys are to be read again even though none came, since what came so
 * far (Esc) means something else when nothing follows; -1: nothing waits for that. */
int term_key_wait(void);

/* The text of a K_PASTE just read. Borrowed until the next term_read_key(). */
const struct paste *term_paste(void);

/* What a K_MOUSE is that was just read. Borrowed likewise. */
const struct mouse *term_mouse(void);

enum term_flush {
    TERM_DONE, /* all is with the terminal */
    TERM_WAIT, /* it takes no more now: poll term_fd() for writing, then term_write() */
    TERM_GONE, /* it vanished */
};

/* Makes the terminal show s: writes what differs from what it shows already, nothing when
 * nothing differs. Shows the cursor at row and col, or hides it when row is negative.
 * TERM_WAIT while an older frame is still on its way, or there is no room for another (s
 * was then not looked at: flush again after term_write() said TERM_DONE), or while this one
 * is on its way; term_waiting() tells of all three. A surface of another size than the
 * terminal's is clipped. */
enum term_flush term_flush(const struct surface *s, int cursor_row, int cursor_col);

/* Goes on with what waits. */
enum term_flush term_write(void);
bool term_waiting(void);

/* Sends bytes (copied) that draw nothing, whole, between two frames; what waits then goes
 * on by term_write(). False when there is no terminal now, or too much waits for it. */
bool term_send(struct bytes b);

/* Whether the terminal is to report its mouse; while it is not, its own selection works. To
 * one that takes no sequences nothing is sent. */
void term_want_mouse(bool on);

/* Bytes written to the terminal since the start. */
uint64_t term_bytes_written(void);

/* The next flush writes everything (Ctrl-L). */
void term_redraw(void);

/* Ctrl-Z: gives the terminal back, stops the process group, and takes the terminal over
 * again once continued. The next flush writes everything. */
void term_suspend(void);

/* Call after SIGCONT: who else was in front in the meantime, after a SIGSTOP, has left
 * modes and a screen of its own. Stops again while the terminal is still another's. Nothing
 * is left to do after term_suspend(). The next flush writes everything. */
void term_continued(void);

/* term_suspend() in two halves, for who has to do something between: after term_release()
 * the terminal is as found, term_retake() takes it over again. */
void term_release(void);
enum err_code term_retake(struct err *e);

#endif
