/*
 * ui/term/paste.h - the characters of a paste, up to its end marker, into a line of text,
 * and the lines behind it.
 *
 * Of bounded size however long the paste is. Pure: characters are put in one by one. The
 * marker is that of bracketed paste (xterm: CSI 201~).
 */
#ifndef UI_TERM_PASTE_H
#define UI_TERM_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASTE_MAX 4096                     /* bytes of a line that are kept */
#define PASTE_LINES_MAX ((size_t)64 << 10) /* likewise, or of all rows */

/* What was pasted: its first line that is not empty, made of characters that are text; a
 * tab became a blank, other control characters are gone. So are the lines behind it, each
 * with a line feed before it. As rows of a table all of it is kept once more, with its
 * tabs. */
struct paste {
    char text[PASTE_MAX + 1];        /* UTF-8, NUL-terminated once it is given */
    char lines[PASTE_LINES_MAX + 1]; /* likewise */
    char rows[PASTE_LINES_MAX + 1];  /* likewise; a line feed ends each line */
    size_t len, lines_len, rows_len;
    size_t rows_lost; /* characters that rows have no room for */
    size_t left_out;  /* characters behind that line, or for which there was no room */
    size_t lost;      /* those that are in neither of the two */
    bool ended;       /* false: there may be more to come */
};

struct paste_reader {
    struct paste got;
    bool begun, over; /* its line has begun, has ended */
    bool cr;          /* the line end before was CR: LF is none of its own */
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
