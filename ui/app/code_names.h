/*
 * ui/app/code_names.h - names that code may go on with and that the server does not
 * propose: columns of tables that are open in a tab, and variables that it lists.
 *
 * Part of ui/app, see ui/app/state.h. Loop thread.
 */
#ifndef UI_APP_CODE_NAMES_H
#define UI_APP_CODE_NAMES_H

#include <stddef.h>

struct tab;

/* Zero-initialised: none. */
struct code_names {
    char **list; /* owned, and each of them */
    size_t n, cap;
};

/* Adds the columns that begin so, of the tables of t's server that are open and named in
 * code. */
void code_names_add_columns(struct code_names *names, const struct tab *t, const char *code,
                            const char *begin);

/* Adds the variables that begin so, as far as t's server lists them and code can write
 * them. */
void code_names_add_variables(struct code_names *names, const struct tab *t,
                              const char *begin);

#endif
