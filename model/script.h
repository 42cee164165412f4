/*
 * model/script.h - code that a server's console runs: whether it has a value, and what is
 * said of what went wrong in it.
 *
 * Looks at the text alone, as far as brackets, strings and comments go; the server is the
 * judge of whether it is right. Pure; any thread.
 */
#ifndef MODEL_SCRIPT_H
#define MODEL_SCRIPT_H

#include <stdbool.h>

#include "base/buf.h"

#define SCRIPT_LANGUAGE_MAX ((size_t)64) /* bytes of a language's name */

enum script_language {
    SCRIPT_PYTHON,
    SCRIPT_GROOVY,
    SCRIPT_OTHER /* runs as it is; no value is shown */
};

/* By the name that a server has for it. */
enum script_language script_language(struct bytes name);

/* It is one expression, over several lines perhaps. What looks like one, and is none, fails
 * on the server before any of it runs. */
bool script_is_expression(enum script_language language, const char *code);

/* Nothing has to follow: no bracket or string is open, and a block of Python has ended by
 * an empty line. What can never be right is whole, too. */
bool script_is_whole(enum script_language language, const char *code);

/* The code, or, of one expression, code that prints its value too, unless that is None.
 * Owned. */
char *script_with_value(enum script_language language, const char *code);

/* What is said of an error that code ended with (as a server sent it), in one line: what
 * went wrong, without the names of Java's classes, and where in code of several lines.
 * Owned. */
char *script_error_line(enum script_language language, const char *code,
                        struct bytes error);

/* All that is said of it, with the numbers of lines as code has them and without what the
 * server says before. Owned. */
char *script_error_text(enum script_language language, const char *code,
                        struct bytes error);

/* The part of it that is about the code, without the stack of the server's own calls. */
struct bytes script_error_part(struct bytes error);

/* The variable that code is, or gives a value to as a whole: "t" of "t = f()"; owned. NULL:
 * it is about none. */
char *script_variable(const char *code);

/* Where the string begins that is open at the end of code, behind its quotes; NULL: none
 * is. Borrowed from code. */
const char *script_open_string(enum script_language language, const char *code);

/* Bytes of code up to the bracket of the call whose arguments are typed at its end, that
 * bracket included; 0: none are. */
size_t script_open_call(enum script_language language, const char *code);

/* Whether a name stands in code as a word. */
bool script_has_word(const char *code, const char *name);

#endif
