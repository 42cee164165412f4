/*
 * ui/term/paste.h - the characters of a paste, up to its end marker, into one line of text.
 *
 * Of bounded size however long the paste is. Pure: characters are put in one by one. The
 * marker is that of bracketed paste (xterm: CSI 201~).
 */
#ifndef UI_TERM_PASTE_H
#define UI_TERM_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASTE_MAX 4096 /* bytes of a paste that are kept */

/* What was pasted: its first line that is not empty, made of characters that are text; a
 * tab became a blank, other control characters are gone. */
struct paste {
    char text[PASTE_MAX + 1]; /* UTF-8, NUL-terminated once it is given */
    size_t len;
    size_t left_out; /* characters behind that line, or for which there was no room */
    bool ended;      /* false: there may be more to come */
};

struct paste_reader {
    struct paste got;
    bool begun, over; /* its line has begun, has ended */
    uint8_t mark;     /* bytes of the end marker that are there */
};

/* Another paste begins. */
void paste_begin(struct paste_reader *r);

/* Takes a character (also one that is no text); true when the end marker is
 * complete. */
bool paste_take(struct paste_reader *r, uint32_t c);

/* Makes what is there complete as a text. */
void paste_give(struct paste_reader *r, bool ended);

/* Wipes what was given, which may be a secret; what is still to come goes on. */
void paste_wipe(struct paste_reader *r);

#endif
