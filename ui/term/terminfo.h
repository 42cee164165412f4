/*
 * ui/term/terminfo.h - what terminfo knows of the terminal: whether there is such a type,
 * the sequences that it takes, and those that its keys send.
 *
 * Beside ui/term/term the only user of the terminal library, which has one terminal at a
 * time: all but terminfo_type() wants that screen to be open. Loop thread.
 */
#ifndef UI_TERM_TERMINFO_H
#define UI_TERM_TERMINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/term/keyreader.h"
#include "ui/term/paint.h"

#define TERMINFO_TEXT_MAX 64

/* Sequences, "" where the terminal has none. Not to be copied: paint borrows from the other
 * members. */
struct terminfo {
    bool colors; /* styles use them */
    char styles[STYLE_COUNT][TERMINFO_TEXT_MAX];
    char clear[TERMINFO_TEXT_MAX];
    char hide[TERMINFO_TEXT_MAX], show[TERMINFO_TEXT_MAX]; /* the cursor */
    const char *bracket_on, *bracket_off;                  /* pastes; static */
    const char *mouse_on, *mouse_off;                      /* its reports; static */
    struct paint_terminal paint; /* the above, as paint takes it */
};

/* name, or the type of its family that is known here: entries of new terminals are often
 * missing on a remote host. NULL when neither is known. Static, or name. */
const char *terminfo_type(const char *name, int tty);

/* The terminal can move its cursor to any place. */
bool terminfo_places_cursor(void);

/* ascii, mono: as in term_options. */
void terminfo_read(struct terminfo *t, bool ascii, bool mono);

/* Tells a keyreader what the keys of this terminal send. */
void terminfo_add_keys(struct keyreader *keys);

/* What puts the terminal back: mouse, pastes, style, colours, keypad, screen, cursor.
 * Returns its length, at most size; what does not fit whole is left out. */
size_t terminfo_restore(const struct terminfo *t, char *out, size_t size);

#endif
