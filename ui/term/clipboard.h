/*
 * ui/term/clipboard.h - how a text gets into the clipboard of the terminal: OSC 52, through
 * whatever stands between.
 *
 * The terminal does the copying, at the user's end of any ssh. tmux takes the sequence
 * itself (its option set-clipboard), or hands it on when it is wrapped (allow-passthrough);
 * GNU screen hands on strings that are short, so it gets the sequence in pieces. Nothing
 * says whether it has arrived; many terminals take no more than so many bytes, and the text
 * before stays in their clipboard. Facts: XTerm Control Sequences, "Manipulate Selection
 * Data"; tmux(1); screen(1), "Control Sequences". Pure; any thread.
 */
#ifndef UI_TERM_CLIPBOARD_H
#define UI_TERM_CLIPBOARD_H

#include "base/buf.h"

/* Bytes of a piece for screen, which takes strings of up to 256. */
#define CLIPBOARD_PIECE 240

/* In which forms the sequence goes out; may be several, of which one arrives. */
enum clipboard_form {
    CLIPBOARD_PLAIN = 1,
    CLIPBOARD_WRAPPED = 2, /* for tmux */
    CLIPBOARD_PIECES = 4,  /* for screen */
};

/* What the environment says of the terminal. */
struct clipboard_place {
    const char *term;     /* TERM; NULL: not set, as for the others */
    const char *tmux;     /* TMUX: this is tmux, and it can be asked */
    const char *screen;   /* STY: this is screen */
    bool takes_sequences; /* it understands those of ECMA-48 */
};

struct clipboard_route {
    unsigned forms;     /* of enum clipboard_form; 0: there is no way */
    bool ask_tmux;      /* which of two forms, tmux has to tell */
    const char *caveat; /* what must be so for it to arrive, which is not known; or NULL */
};

struct clipboard_route clipboard_route(const struct clipboard_place *p);

/* What tmux answers to CLIPBOARD_TMUX_FORMAT, with the reason when there is no way. */
#define CLIPBOARD_TMUX_FORMAT "#{set-clipboard} #{allow-passthrough}"
enum err_code clipboard_tmux(const char *answer, struct clipboard_route *out,
                             struct err *e);

/* Bytes that a terminal gets for a text of so many; and how many the text may have where it
 * gets at most so many. */
size_t clipboard_size(size_t len);
size_t clipboard_room(size_t size);

/* Appends all forms of a text that is not empty. */
enum err_code clipboard_write(unsigned forms, struct bytes text, struct buf *out,
                              struct err *e);

#endif
