/*
 * model/recipe.h - what a table on the screen is made of: a source, and operations on it.
 *
 * A pure value: it knows no server, no session and no schema. Making it real is the job of
 * client/table. Edits never change a recipe; they give a new one. Its steps are in a normal
 * form, so that two ways to the same table give equal recipes and an edit replaces the edit
 * of its own kind:
 *
 *     fetch, preview, view
 *
 * What selects or orders rows has its place between fetch and preview, because the server
 * neither sorts nor filters what has become text. Edits of the user are kept in order with
 * a cursor, for undo; which types are asked for as text is no wish of his, and is not
 * undone.
 */
#ifndef MODEL_RECIPE_H
#define MODEL_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum recipe_op {
    RECIPE_FETCH,   /* the source itself; always the first step */
    RECIPE_PREVIEW, /* columns of the named Java types as text */
    RECIPE_VIEW     /* only the named columns, in this order */
};
#define RECIPE_STEPS 3 /* the most that a normal form has */

struct recipe_step {
    enum recipe_op op;
    const char *const *names; /* borrowed from the recipe */
    size_t n;
};

struct recipe; /* opaque */

/* The source: what to call it, and its ticket (both copied). Owned. */
struct recipe *recipe_new(const char *name, struct bytes ticket);
struct recipe *recipe_copy(const struct recipe *r); /* owned */
void recipe_free(struct recipe *r);                 /* accepts NULL */

const char *recipe_name(const struct recipe *r);    /* borrowed */
struct bytes recipe_ticket(const struct recipe *r); /* borrowed */

/* Each gives a new recipe, owned; names are copied. Without names the step is left out. */
struct recipe *recipe_with_view(const struct recipe *r, const char *const *columns,
                                size_t n);
struct recipe *recipe_with_text(const struct recipe *r, const char *const *types, size_t n);
/* The same operations on another source. */
struct recipe *recipe_of_source(const struct recipe *r, struct bytes ticket);
/* Without the newest edit that counts; with the one that was undone last. The same when
 * there is none. Owned. */
struct recipe *recipe_undo(const struct recipe *r);
struct recipe *recipe_redo(const struct recipe *r);

/* The steps to take, in order; at least one. Borrowed from r. */
size_t recipe_steps(const struct recipe *r, struct recipe_step out[RECIPE_STEPS]);

/* Some of its columns are asked for as text. */
bool recipe_has_text(const struct recipe *r);

/* How many steps both begin with; 0 when the sources differ. */
size_t recipe_shared(const struct recipe *a, const struct recipe *b);

/* They make the same table; the name and what was undone do not count. */
bool recipe_equal(const struct recipe *a, const struct recipe *b);

#endif
