/*
 * base/err.h - one error type for the whole program.
 *
 * A function that can fail returns its code and takes a struct err * last. The place that
 * detects the fault writes the message, naming what was expected and what was found;
 * callers may add context in front with err_wrap(). Nobody below ui/ prints. Any thread; no
 * statics.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

/* name, default text, exit code of the program when this error ends it */
#define ERR_MAP(X)                                                                         \
    X(OK, "no error", 0)                                                                   \
    X(CONNECT, "cannot reach the server", 1)                                               \
    X(TLS, "no secure connection", 1)                                                      \
    X(LOST, "connection lost", 1)                                                          \
    X(ENDED, "ended by the server", 1)                                                     \
    X(SESSION, "the session is over", 1)                                                   \
    X(REFUSED, "refused by the server", 1)                                                 \
    X(SERVER, "failed on the server", 1)                                                   \
    X(VERSION, "too old a server", 1)                                                      \
    X(PROTO, "bad message from the server", 1)                                             \
    X(MISFIT, "an update that does not fit", 1)                                            \
    X(LIMIT, "over a limit", 1)                                                            \
    X(IO, "input or output failed", 1)                                                     \
    X(USAGE, "wrong usage", 2)                                                             \
    X(AUTH, "not allowed in", 3)                                                           \
    X(NOT_FOUND, "not found", 4)                                                           \
    X(NOT_TABLE, "not a table", 4)                                                         \
    X(TIMEOUT, "timed out", 5)                                                             \
    X(CANCELLED, "cancelled", 1)                                                           \
    X(INTERRUPTED, "interrupted", 130)

enum err_code {
#define X(name, text, exit) ERR_##name,
    ERR_MAP(X)
#undef X
};

#define ERR_TEXT_MAX 1024 /* bytes of a message, its end mark included */

struct err {
    enum err_code code;
    char msg[ERR_TEXT_MAX]; /* one line, may hold bytes from the server: clean it to show */
};

/* Writes code and message; returns code. e may be NULL. Too long a message is cut, and ends
 * in "...". */
enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts context and ": " in front of the message that is there; returns code, which replaces
 * the old one. e may be NULL. */
enum err_code err_wrap(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Default text and exit code of a code; never NULL. */
const char *err_text(enum err_code code);
int err_exit_code(enum err_code code);

/* Returns from the calling function when call fails and nothing needs releasing. */
#define TRY(call)                                                                          \
    do {                                                                                   \
        enum err_code try_rc_ = (call);                                                    \
        if (try_rc_ != ERR_OK)                                                             \
            return try_rc_;                                                                \
    } while (0)

#endif
