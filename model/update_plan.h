/*
 * model/update_plan.h - what an update does to a replica, worked out before anything of it
 * is done.
 *
 * A plan is made while what is held is only read, and whatever can be wrong with the update
 * is found on the way; model/replica carries it out with steps that cannot fail. A held row
 * is a slot, by its index, in each column. Pure but for its own memory; loop thread.
 */
#ifndef MODEL_UPDATE_PLAN_H
#define MODEL_UPDATE_PLAN_H

#include "base/err.h"
#include "model/schema.h"
#include "model/update.h"

/* What a replica holds before the update; all borrowed. */
struct held {
    enum replica_mode mode;
    const struct schema *schema;
    int64_t table_size;
    const struct rowset *viewport; /* effective; NULL: none */
    bool reverse;
    const struct rowset *columns;   /* effective */
    uint64_t n_rows;                /* slots in each of them */
    const struct rowset *keys;      /* key mode: of all rows of the table */
    const struct rowset *keys_held; /* key mode: those with slots, a part of keys */
};

struct update_plan {
    struct rowset *columns;      /* owned; effective afterwards */
    const struct rowset *covers; /* borrowed; viewport afterwards, NULL: none */
    bool reverse;
    int64_t table_size;
    uint64_t kept;             /* old slots that survive */
    uint64_t n_held;           /* slots afterwards */
    struct rowset *gone;       /* owned; slots deleted first */
    struct rowset *replaced;   /* owned; slots deleted by the splice */
    struct rowset *filled;     /* owned; slots the splice fills */
    struct rowset *uncovered;  /* owned; slots deleted last */
    struct rowset *keys;       /* owned; key mode */
    struct rowset *held;       /* owned; key mode */
    struct rowset *modifiable; /* owned; key mode: keys that have slots after the splice */
};

/* Fills in a plan that is all zero, to be released whatever comes back. ERR_MISFIT and
 * ERR_PROTO as replica_apply() gives them; ERR_LIMIT: more slots without data than an
 * update may make. */
enum err_code update_plan_make(const struct held *h, const struct update *u,
                               struct update_plan *p, struct err *e);
void update_plan_release(struct update_plan *p);

#endif
