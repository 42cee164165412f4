/*
 * ui/term/keyreader.h - bytes of a terminal into keys.
 *
 * One state machine, and pure: bytes are put in, keys come out, and the caller tells when
 * time has passed. It takes every byte by itself, so it does not matter how they are cut.
 *
 * What begins like an escape sequence never acts as anything but a key that is known.
 * A key that is not known comes out as one K_UNKNOWN. What is no key at all is swallowed
 * whole and told to nobody, since nobody asked for it: the strings OSC, DCS, APC, PM and
 * SOS, reports of focus, cursor and modes. Their forms are those of ECMA-48 and of
 * xterm's control sequences; both 7-bit and 8-bit, in UTF-8 also as characters. So it is
 * with reports of the mouse, until they are asked for: then each that means something comes
 * out as one K_MOUSE, as soon as its last byte is here; keyreader_mouse() has what it is.
 *
 * Esc is the start of a sequence or a key, which only time tells:
 *
 *     ESC alone for KEYREADER_ESC_MS     the key Esc; a character within it: Alt with that
 *     ESC [ and ESC O                    wait for their end for ever: one letter is lost
 *                                        when it was a key (Alt-[, Alt-O)
 *     a string                           ends by itself after KEYREADER_STRING_MS without a
 *                                        byte, and at once at any control character, such
 *                                        as Esc, Enter or Ctrl-C, which goes with it
 *     [ O ] P _ ^ X up to KEYREADER_LATE_MS after an Esc that was given as a key
 *                                        begin the rest of a sequence that was cut there
 *                                        only when what follows fits and comes with them,
 *                                        within KEYREADER_TOGETHER_MS; otherwise they are
 *                                        keys, and answered in the next frame
 *
 * A terminal writes a sequence in one go, so a link that cuts it behind its ESC brings the
 * rest in one piece, while nobody types two keys within that time. So what cannot be told
 * apart is a sequence that is cut for longer than these times, one that is cut behind its
 * ESC and once more behind the next byte, one whose beginning somebody else has read, and
 * two keys typed soon after Esc that a link has put together.
 *
 * A bracketed paste (CSI 200~ to CSI 201~) comes out as one K_PASTE, of bounded size
 * however long it is; keyreader_paste() has its text. It ends at the first end marker, as
 * everywhere: terminals take that out of what they paste. One that is silent for
 * KEYREADER_PASTE_MS is given as far as it is there; it still goes on, but Ctrl-C as the
 * next byte ends it. Where the terminal does not bracket, a line end as LF with more behind
 * it in one go is the mark of a paste, as Enter sends CR; pasted CR is taken for typing.
 * Such a paste ends when no more comes for KEYREADER_ESC_MS, or with an ESC.
 * Loop thread only.
 */
#ifndef UI_TERM_KEYREADER_H
#define UI_TERM_KEYREADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/term/key.h"
#include "ui/term/mouse.h"
#include "ui/term/paste.h"

#define KEYREADER_SEQ_MAX 16  /* bytes of a sequence that is added */
#define KEYREADER_SEQS_MAX 32 /* added sequences */
#define KEYREADER_RAW_MAX 32  /* bytes of any sequence that are looked at */

#define KEYREADER_ESC_MS 50
#define KEYREADER_LATE_MS 1000
#define KEYREADER_TOGETHER_MS 10
#define KEYREADER_STRING_MS 2000
#define KEYREADER_PASTE_MS 1000

enum keyreader_state {
    KEYREADER_GROUND,
    KEYREADER_ESC,
    KEYREADER_CHARSET,    /* ESC and a character such as ( */
    KEYREADER_CSI,        /* ESC [ */
    KEYREADER_CSI_LINUX,  /* ESC [ [ */
    KEYREADER_SS3,        /* ESC O */
    KEYREADER_MOUSE,      /* ESC [ M: three characters follow */
    KEYREADER_STRING,     /* ESC ] and such */
    KEYREADER_STRING_ESC, /* ESC in a string */
    KEYREADER_LATE,       /* may be the rest of a sequence whose ESC was given as a key */
    KEYREADER_PASTE,
};

/* What was a moment ago, in the ground state. */
enum keyreader_late {
    KEYREADER_NOT_LATE,
    KEYREADER_AFTER_ESC,    /* Esc was given as a key */
    KEYREADER_AFTER_STRING, /* ESC has ended a string; the rest of its end may come */
};

struct keyreader {
    struct {
        char bytes[KEYREADER_SEQ_MAX];
        uint8_t len;
        uint32_t code;
    } seqs[KEYREADER_SEQS_MAX];
    size_t seqs_len;

    uint8_t buf[4096]; /* not yet looked at */
    size_t pos, len;
    struct {
        uint32_t code;
        uint8_t left, size; /* bytes */
    } character;            /* of UTF-8, that has begun */

    enum keyreader_state state;
    char raw[KEYREADER_RAW_MAX]; /* the sequence in its 7-bit form; cut when longer */
    size_t raw_len;
    bool alt; /* a second ESC was before it */
    enum keyreader_late late;
    uint32_t held; /* in KEYREADER_LATE */

    bool wants_mouse;
    uint32_t mouse_seq[3]; /* of a report in the form of old */
    uint8_t mouse_len;
    struct mouse mouse; /* of the K_MOUSE that was given */

    struct paste_reader paste;
    bool paste_bare;   /* without markers: ends when no more comes */
    bool paste_silent; /* was given as far as it was there */
    bool paste_given;  /* to be wiped */

    uint32_t out[4]; /* keys to be given */
    uint8_t out_len;
};

/* Knows the sequences most terminals share. Bytes above 0x9f are UTF-8 whatever the locale
 * is: what is shown is another matter than what is typed. */
void keyreader_init(struct keyreader *r);

/* Adds what this terminal sends for a key; it goes before those known already. A string
 * that is too short, too long or does not start with ESC is ignored. */
void keyreader_add(struct keyreader *r, const char *bytes, uint32_t code);

/* Whether reports of the mouse are told. */
void keyreader_want_mouse(struct keyreader *r, bool on);

/* Room for bytes, and telling how many were put there in one go. There is room once
 * keyreader_next() has said false. */
uint8_t *keyreader_space(struct keyreader *r, size_t *room);
void keyreader_put(struct keyreader *r, size_t n);

/* Takes the next key; false when no byte is left that makes one. */
bool keyreader_next(struct keyreader *r, struct key *out);

/* Milliseconds after the last byte, or the last keyreader_expire(), until silence means
 * something, which keyreader_expire() tells; ask for keys afterwards. 0: it means nothing.
 */
int keyreader_wait(const struct keyreader *r);
void keyreader_expire(struct keyreader *r);

/* The text of the K_PASTE that was just given. Borrowed until the next keyreader_next(),
 * which wipes it: it may be a secret. */
const struct paste *keyreader_paste(const struct keyreader *r);

/* What the K_MOUSE is that was just given. Borrowed until the next keyreader_next(). */
const struct mouse *keyreader_mouse(const struct keyreader *r);

#endif
