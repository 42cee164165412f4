/*
 * client/code_help.h - what a server proposes to go on with code that is being typed, and
 * how the function is called whose arguments are being typed.
 *
 * Nobody waits for it: one text is asked about at a time, and of those that are typed until
 * its answer is there only the newest is asked about next. An answer is told with the text
 * it is for; whether that still matters is the reader's to say. Loop thread.
 *
 * Protocol: deephaven-core console.proto AutoCompleteStream; its characters are taken as
 * Unicode code points.
 */
#ifndef CLIENT_CODE_HELP_H
#define CLIENT_CODE_HELP_H

#include "client/session.h"

#define CODE_HELP_MAX ((size_t)1 << 16) /* bytes of a text that is asked about */

/* text goes into the place of what stands from byte `from` of the last line on. As sent, up
 * to a NUL. */
struct code_proposal {
    size_t from;
    char *text;
};

struct code_help; /* opaque */

/* Owned. changed is called with ctx when an answer has come, never from inside a call. */
struct code_help *code_help_new(void (*changed)(void *ctx), void *ctx);
void code_help_free(struct code_help *h); /* accepts NULL */

/* Where code is completed: a session that calls can be made in (borrowed) with its epoch,
 * a console of it by its ticket and language, which are only looked at. */
struct code_place {
    struct session *session;
    uint32_t epoch;
    struct bytes console, language;
};

/* Asks how code (copied) may go on at its end; too long a text is not asked about. A stream
 * that has ended, or does not answer, is opened anew for it, but not after two in a row
 * that gave no answer, or where the server has no such method: then only the next session
 * is asked. */
void code_help_ask(struct code_help *h, const struct code_place *at, const char *code);

/* Closes the stream: before its session goes, or when nothing is typed any more. What was
 * told is forgotten. */
void code_help_close(struct code_help *h);

/* The i-th proposal for the text that was answered last; NULL at the end. Borrowed until
 * the next answer. */
const struct code_proposal *code_help_proposal(const struct code_help *h, size_t i);

/* The last line of that text, "" before any. Borrowed likewise. */
const char *code_help_line(const struct code_help *h);

/* How the function is called whose arguments are typed behind `call` (code, the bracket
 * last), as sent up to a NUL; "" when that is not known. Borrowed likewise. */
const char *code_help_signature(const struct code_help *h, struct bytes call);

#endif
