/*
 * model/recipe_link.h - a recipe's edits as the end of a TARGET, "?op=...&op=...".
 *
 * One op a step, in order. An op is fields between commas: its name, and what it needs, as
 * described in recipe_link.c. All bytes of a field but letters, digits and a few marks are
 * written %HH. A filter goes as the condition that was made of its text, so that it means
 * the same in another time zone, and needs no schema to be read. Pure.
 */
#ifndef MODEL_RECIPE_LINK_H
#define MODEL_RECIPE_LINK_H

#include "model/recipe.h"

#define RECIPE_LINK_MAX ((size_t)1 << 16) /* bytes of a link's ops */

/* Appends the ops with the ? in front; nothing when there is no edit. ERR_LIMIT when out
 * has no room for them. */
enum err_code recipe_link_write(const struct recipe *r, struct buf *out, struct err *e);

/* r with the edits of ops, which is what comes after the ?, as one edit. *out is owned.
 * ERR_USAGE names the op and what was expected in it; ERR_LIMIT over RECIPE_LINK_MAX, or
 * RECIPE_EDITS_MAX steps. */
enum err_code recipe_link_read(const struct recipe *r, const char *ops, struct recipe **out,
                               struct err *e);

#endif
