/*
 * ui/widget/question.h - what the user is asked for in the message line, one thing at a
 * time.
 *
 * A prompt, with what its kind of question brings along: commands, searches, filters, code
 * and what is to be found have a history each, which is kept from one run to the next;
 * commands, columns and code are completed by Tab. Loop thread.
 */
#ifndef UI_WIDGET_QUESTION_H
#define UI_WIDGET_QUESTION_H

#include "ui/widget/completion.h"
#include "ui/widget/prompt.h"

enum question_kind {
    QUESTION_COMMAND,
    QUESTION_ROW,
    QUESTION_COLUMN,
    QUESTION_SECRET, /* hidden; in no history */
    QUESTION_SEARCH,
    QUESTION_FILTER,  /* of a table */
    QUESTION_FIND,    /* in a table */
    QUESTION_CLEAR,   /* whether to clear all filters */
    QUESTION_REPLACE, /* whether to replace a file */
    QUESTION_SAVE,    /* whether to replace a saved view */
    QUESTION_LINK,    /* whether to run what a link brings */
    QUESTION_DELETE,  /* whether to delete rows */
    QUESTION_CELL,    /* a value of an input table */
    QUESTION_CODE,    /* a line of code for the server's console */
    QUESTION_LOG,     /* the text that lines of a log are filtered by */
    QUESTION_COUNT
};

/* ctx is the owner's. */
struct question_handler {
    /* text is borrowed. The question is closed; but those for a secret, a value, a filter
     * or a search are still open, as an answer may be refused, and question_close() ends
     * them.
     */
    void (*answered)(void *ctx, enum question_kind kind, const char *text);
    void (*given_up)(void *ctx, enum question_kind kind);
    completion_source *columns; /* names to complete columns from; its ctx is the same */
    completion_source *lines; /* commands to propose beside command_proposal(); likewise */
    /* What was typed cannot be kept, and why; borrowed. At most once. */
    void (*unkept)(void *ctx, const char *why);
    /* Code is being typed, and is this now; borrowed. */
    void (*coding)(void *ctx, const char *text);
    completion_source
        *code; /* whole lines that it may become; "" for one that it may not */
    const char *(*code_hint)(const void *ctx); /* said where there are none; "" for none */
};

struct question; /* opaque */

/* handler is borrowed. Owned by the caller; never NULL. */
struct question *question_new(const struct question_handler *handler, void *ctx);
void question_free(struct question *q); /* accepts NULL */

/* label, such as ":", is copied. */
void question_open(struct question *q, enum question_kind kind, const char *label);

/* The code that is asked for goes on with a text (only looked at) that was begun: blanks
 * before it are a part of it, and it is kept when that is. */
void question_go_on(struct question *q, const char *begun);

/* The lines that code may become are others now. While one of them stands there they are
 * left alone. */
void question_code_changed(struct question *q);

/* Puts a text (copied) there, as if it had been typed. */
void question_set_text(struct question *q, const char *text);
void question_close(struct question *q);
bool question_is_open(const struct question *q);
bool question_is_for_code(const struct question *q); /* and is open */

/* What is typed now; borrowed until the next key. */
const char *question_text(const struct question *q);

/* What is typed so far of a command; NULL: none is asked for. Borrowed until the next key.
 */
const char *question_command(const struct question *q);

void question_key(struct question *q, struct key k);

/* Text was pasted; as prompt_paste(). */
size_t question_paste(struct question *q, const char *text);

/* text is copied, and stands in place of the matches until the next key. */
void question_say(struct question *q, const char *text);

/* The answer is wrong from its byte `at` on: the question stays open, that place is marked,
 * and why (copied) is said. */
void question_refuse(struct question *q, size_t at, const char *why);

/* An answer to (y, n). */
bool question_says_yes(const char *answer);

/* The first column that Tab would give for what is typed; NULL when none matches. No
 * question may be open. Borrowed until the next call. */
const char *question_first_column(struct question *q, const char *typed);

/* What was said last, else the number of matches and as many of them as fit, from the one
 * that stands there; out stays as it is when nothing was said or is completed. */
void question_matches(const struct question *q, char *out, size_t size);

/* As prompt_draw(). */
int question_draw(const struct question *q, struct surface *s, struct rect r, bool ascii);

#endif
