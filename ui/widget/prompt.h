/*
 * ui/widget/prompt.h - a line of input: text, cursor, history.
 *
 * A model without a terminal: keys in, a result out, drawn on one row of a surface. The
 * cursor moves by clusters, as they are shown. A hidden prompt (secrets) shows nothing of
 * its text, keeps no history and wipes its memory. Loop thread only.
 */
#ifndef UI_WIDGET_PROMPT_H
#define UI_WIDGET_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/term/key.h"
#include "ui/term/surface.h"

#define PROMPT_MAX 4096        /* bytes of input */
#define PROMPT_HISTORY_MAX 200 /* lines */

struct prompt;         /* opaque */
struct prompt_history; /* opaque: one for each kind of prompt, newest line last */

struct prompt_history *prompt_history_new(void); /* owned by the caller; never NULL */
void prompt_history_free(struct prompt_history *h);
void prompt_history_add(struct prompt_history *h,
                        const char *line); /* empty, repeated: not */
size_t prompt_history_len(const struct prompt_history *h);
/* i-th line, 0 is the oldest. Borrowed: until h next changes. */
const char *prompt_history_line(const struct prompt_history *h, size_t i);

struct prompt *prompt_new(void); /* closed; owned by the caller; never NULL */
void prompt_free(struct prompt *p);

/* Starts an input with a label such as ":" (copied), an initial text (copied, NULL for
 * none) and a history (borrowed until closed, may be NULL). */
void prompt_open(struct prompt *p, const char *label, const char *initial,
                 struct prompt_history *h);

/* Starts an input that is not shown; no history. */
void prompt_open_hidden(struct prompt *p, const char *label);

/* Ends it and wipes the text. */
void prompt_close(struct prompt *p);
bool prompt_is_open(const struct prompt *p);

enum prompt_result {
    PROMPT_MORE,      /* taken or ignored; go on */
    PROMPT_CHANGED,   /* the text is another now */
    PROMPT_ACCEPTED,  /* Enter: read prompt_text(), then close; a history is the owner's */
    PROMPT_CANCELLED, /* Esc, Ctrl-C, or Backspace in an empty line */
};

enum prompt_result prompt_key(struct prompt *p, struct key k);

/* Puts text (valid UTF-8, no control characters) where the cursor is, as far as there is
 * room; returns the bytes taken, whole characters. */
size_t prompt_paste(struct prompt *p, const char *text);

/* What was typed, valid UTF-8. Borrowed: until the next key or close. */
const char *prompt_text(const struct prompt *p);

/* Replaces the text, the cursor goes to its end. Cut at PROMPT_MAX. */
void prompt_set_text(struct prompt *p, const char *text);

/* What was typed is wrong from byte `at` on (a character begins there, or it is the end):
 * that is marked, and the cursor goes there. The next change takes the mark off. */
void prompt_mark_error(struct prompt *p, size_t at);

/* Draws label and text over the width of r's first row; the text scrolls so that the cursor
 * is seen. Returns the cursor's column. */
int prompt_draw(const struct prompt *p, struct surface *s, struct rect r, bool ascii);

#endif
