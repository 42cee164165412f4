/*
 * ui/term/keyreader.h - bytes of a terminal into keys.
 *
 * Pure: bytes are put in, keys come out; what an escape sequence means is a list of strings
 * (terminfo's and the usual ones). Sequences it does not know come out as one K_UNKNOWN, so
 * that their letters are never taken for commands. Loop thread only.
 */
#ifndef UI_TERM_KEYREADER_H
#define UI_TERM_KEYREADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/term/key.h"

#define KEYREADER_SEQ_MAX 16  /* bytes of a known sequence */
#define KEYREADER_SEQS_MAX 96 /* known sequences */

struct keyreader {
    struct {
        char bytes[KEYREADER_SEQ_MAX];
        uint8_t len;
        uint32_t code;
    } seqs[KEYREADER_SEQS_MAX];
    size_t seqs_len;
    bool utf8; /* bytes above 0x7f are UTF-8; otherwise they are no keys */
    uint8_t buf[256];
    size_t len;
};

/* Knows the sequences most terminals share. */
void keyreader_init(struct keyreader *r, bool utf8);

/* Adds what this terminal sends for a key; it goes before those known already. A string
 * that is empty, too long or does not start with a control character is ignored. */
void keyreader_add(struct keyreader *r, const char *bytes, uint32_t code);

/* Room for bytes, and telling how many were put there. */
uint8_t *keyreader_space(struct keyreader *r, size_t *room);
void keyreader_put(struct keyreader *r, size_t n);

enum keyreader_result {
    KEYREADER_EMPTY, /* no bytes */
    KEYREADER_MORE,  /* the start of something longer: wait a moment, then say final */
    KEYREADER_KEY,
};

/* Takes the next key. With final nothing more will come soon: what is there is decided. */
enum keyreader_result keyreader_next(struct keyreader *r, bool final, struct key *out);

#endif
