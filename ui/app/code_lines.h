/*
 * ui/app/code_lines.h - the lines that code which is being typed may become: what the
 * server proposes, and names that it does not: inside of a string the columns of tables
 * that are named before it and are open in a tab, elsewhere the variables that it lists,
 * which only a console of Python proposes.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_CODE_LINES_H
#define UI_APP_CODE_LINES_H

#include "client/server_console.h"
#include "ui/app/code_names.h"

/* Zero-initialised: nothing is typed. */
struct code_lines {
    char *code;                    /* owned: all of it; NULL: nothing */
    const char *typed;             /* the line of it that is typed */
    char *line;                    /* owned: the one that was given last */
    enum script_language language; /* by which this was found: */
    bool in_string;                /* it ends in one that is still open */
    size_t call; /* bytes up to the bracket whose arguments are typed; 0: none */
    struct code_names names; /* that may stand at its end, once named says so */
    bool named;
};

void code_lines_release(struct code_lines *c);

/* This is typed now, below lines that were begun (NULL: none; both copied), and the server
 * is asked about it. */
void code_lines_type(struct code_lines *c, struct server_console *console,
                     const char *before, const char *typed);

/* The i-th line, "" for one that does not go on with what is typed; NULL at the end.
 * Borrowed until the next call. */
const char *code_lines_at(struct code_lines *c, const struct server_console *console,
                          const struct tab *t, size_t i);

/* How the function is called whose arguments are being typed; "": none is, or it is not
 * known. Borrowed until the server answers. */
const char *code_lines_hint(const struct code_lines *c,
                            const struct server_console *console);

#endif
