/*
 * model/variable.h - names of variables in the language of a server's console.
 *
 * protocol: a server takes any text for a name, also what no code can write. Pure.
 */
#ifndef MODEL_VARIABLE_H
#define MODEL_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* n bytes are letters, digits and _, no digit first, as names of variables and columns are.
 */
bool variable_has_letters(const char *text, size_t n);

/* Code can write it as it is: letters, digits and _, no digit first, and no word that
 * Python keeps for itself. */
bool variable_is_name(const char *text);

/* ERR_USAGE says why it is none. */
enum err_code variable_check(const char *text, struct err *e);

#endif
