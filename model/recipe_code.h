/*
 * model/recipe_code.h - a recipe as Python that gives the same table on its server.
 *
 * For a console of the server, where tables are variables and the package deephaven is
 * there. Pure.
 */
#ifndef MODEL_RECIPE_CODE_H
#define MODEL_RECIPE_CODE_H

#include "model/recipe.h"

/* Lines of a script that leave the table in the variable t: imports, then one line an edit.
 * The source must be a variable of the query scope (ERR_USAGE): nothing else has a name
 * there. *out is owned; clean it before it is shown. */
enum err_code recipe_code(const struct recipe *r, char **out, struct err *e);

#endif
