/*
 * model/recipe_text.h - the steps of a recipe in words, one line each. Pure.
 */
#ifndef MODEL_RECIPE_TEXT_H
#define MODEL_RECIPE_TEXT_H

#include "model/recipe_step.h"

/* "filter Price: >5", "sort by Sym descending". As it was typed, so clean it before it is
 * shown. NULL for a step that is no edit. Owned. */
char *recipe_step_text(const struct recipe_step *s);

/* What a step is called when it has failed; NULL for what is no wish of the user. */
const char *recipe_op_name(enum recipe_op op);

/* The expressions that a step has the server run, whatever else is said about it: a filter
 * has its own text beside the condition. NULL when it runs none. Owned. */
char *recipe_step_code_text(const struct recipe_step *s);

#endif
