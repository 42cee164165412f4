/*
 * client/step_ops.h - the steps of a recipe as the operations that a server is asked for.
 *
 * A step is one operation, but for a filter with conditions in the server's language, which
 * are operations of their own behind it, and for a join, which comes behind those that make
 * its right table. Pure; any thread.
 */
#ifndef CLIENT_STEP_OPS_H
#define CLIENT_STEP_OPS_H

#include "client/wire/operations.h"
#include "model/recipe.h"

/* A value as the server takes it where it is not compared by order; its text is borrowed.
 */
struct wire_literal step_literal(const struct literal *l);

/* Operations of a batch, in order. Zero-initialised: none. */
struct step_ops {
    struct wire_op *ops;
    size_t n, cap;
    void **owned; /* what the operations borrow, besides the steps */
    size_t n_owned, cap_owned;
};

/* Appends the operations of a step, each on the one before it, the first of all on the
 * source. Source, step and what they point to are borrowed until the release. The names of
 * RECIPE_PREVIEW are those of the types that stay as they are. */
void step_ops_add(struct step_ops *o, struct bytes source, const struct recipe_step *step);

/* The newest operation makes this export; the ticket is borrowed likewise. */
void step_ops_keep(struct step_ops *o, struct bytes result);

void step_ops_release(struct step_ops *o);

#endif
