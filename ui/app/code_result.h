/*
 * ui/app/code_result.h - what is known of a command in the console, in words.
 *
 * It grows: the answer first, then what was printed. Texts of the server stay as sent.
 * Loop thread.
 */
#ifndef UI_APP_CODE_RESULT_H
#define UI_APP_CODE_RESULT_H

#include "client/server_console.h"

/* Zero-initialised: of no command. */
struct code_result {
    char *code;    /* owned */
    char **tables; /* owned: names of those that it has made or changed */
    size_t n_tables, tables_cap;
    char *changes;      /* owned: "made t; changed u", or "" */
    char *error;        /* owned: what went wrong, in a line; NULL: nothing */
    char *error_part;   /* owned: all of that which is about the code */
    struct buf printed; /* lines, each with its end */
    struct console_left_out left_out;
    bool has_value; /* which is printed, unless it is None */
    bool anew;      /* it is the first of another session of the console */
    int64_t ns;
};

/* Of a command (copied) that begins now, whatever it was of. */
void code_result_begin(struct code_result *r, const char *code);
void code_result_release(struct code_result *r);

/* How it went. */
void code_result_take(struct code_result *r, const struct console_result *result);

/* A line that it has printed (copied). */
void code_result_printed(struct code_result *r, struct bytes line,
                         const struct console_left_out *left_out);

/* A table (name copied) that it is about, though it has not changed it. */
void code_result_offer(struct code_result *r, const char *name);

/* One line about it, with what Enter shows; owned. */
char *code_result_line(const struct code_result *r);

/* All that is known of it, in lines; owned. */
char *code_result_text(const struct code_result *r);

/* There is more than the line says: a text, or tables. */
bool code_result_has_more(const struct code_result *r);

/* The text; owned. NULL: tables are more, or nothing. */
char *code_result_whole(const struct code_result *r);

#endif
