/*
 * ui/term/key.h - one key press, and how keys are written ("j", "<PgDn>", "<C-d>",
 * "<A-1>").
 *
 * A code is a Unicode code point (control characters included: Ctrl-d is 4), a K_ constant,
 * or either with K_ALT. Pure values.
 */
#ifndef UI_TERM_KEY_H
#define UI_TERM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct key {
    uint32_t code;
};

#define K_CTRL(letter) ((uint32_t)(letter)&0x1f)
#define K_ALT 0x1000000U /* added to a code: Alt was held */

/* id, name between < and > */
#define SPECIAL_KEY_MAP(X)                                                                 \
    X(UP, "Up")                                                                            \
    X(DOWN, "Down")                                                                        \
    X(LEFT, "Left")                                                                        \
    X(RIGHT, "Right")                                                                      \
    X(HOME, "Home")                                                                        \
    X(END, "End")                                                                          \
    X(PGUP, "PgUp")                                                                        \
    X(PGDN, "PgDn")                                                                        \
    X(INSERT, "Insert")                                                                    \
    X(DELETE, "Delete")                                                                    \
    X(BACKTAB, "S-Tab")                                                                    \
    X(CTRL_HOME, "C-Home")                                                                 \
    X(CTRL_END, "C-End")                                                                   \
    X(CTRL_LEFT, "C-Left")                                                                 \
    X(CTRL_RIGHT, "C-Right")                                                               \
    X(F1, "F1")                                                                            \
    X(F2, "F2")                                                                            \
    X(F3, "F3")                                                                            \
    X(F4, "F4")                                                                            \
    X(F5, "F5")                                                                            \
    X(F6, "F6")                                                                            \
    X(F7, "F7")                                                                            \
    X(F8, "F8")                                                                            \
    X(F9, "F9")                                                                            \
    X(F10, "F10")                                                                          \
    X(F11, "F11")                                                                          \
    X(F12, "F12")                                                                          \
    X(ANY, "Any")         /* not a key: in a binding, any character of text */             \
    X(UNKNOWN, "Unknown") /* a key that this program has no name for */                    \
    X(PASTE, "Paste")     /* not a key: text was pasted */                                 \
    X(MOUSE, "Mouse")     /* not a key: the mouse was moved or pressed */                  \
    X(HANGUP, "Hangup")   /* not a key: the terminal is gone */

enum special_key {
    K_NONE = 0, /* nothing is waiting */
    K_TAB = 9,
    K_ENTER = 13,
    K_ESC = 27,
    K_SPACE = 32,
    K_BACKSPACE = 127,
    K_SPECIAL_BASE = 0x110000, /* above all Unicode */
#define X(id, name) K_##id,
    SPECIAL_KEY_MAP(X)
#undef X
};

#define KEY_NAME_LEN 16 /* bytes that key_notation writes at most, end mark included */
#define KEYS_LEN_MAX 4  /* keys in one sequence */

/* Whether a key is a character of text: no control character, no K_ constant, no K_ALT. */
bool key_is_text(struct key k);

/* UTF-8 of a key that is text, NUL-terminated; returns its bytes, 0 for other keys. */
size_t key_utf8(struct key k, char out[5]);

/* Writes the notation of a key, e.g. "j", "<C-d>", "<Space>", "<A-1>". */
void key_notation(struct key k, char out[KEY_NAME_LEN]);

/* Reads a notation of 1 to KEYS_LEN_MAX keys, e.g. "gg" or "z<Enter>"; <M-1> is <A-1>.
 * ERR_USAGE naming the part that is wrong. */
enum err_code keys_parse(const char *text, struct key out[KEYS_LEN_MAX], size_t *n,
                         struct err *e);

#endif
