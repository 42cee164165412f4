/*
 * client/table_stages.h - the stages that the steps of a recipe fall into: what of a table
 * is made, and made again, as a whole.
 *
 * Each stage that a recipe has makes one export, but for a source that is hierarchical,
 * which is used by its own ticket. Private to client/table. Pure.
 */
#ifndef CLIENT_TABLE_STAGES_H
#define CLIENT_TABLE_STAGES_H

#include "model/recipe.h"

enum table_stage {
    STAGE_SOURCE,
    STAGE_EDITS,
    STAGE_ROLLUP,
    STAGE_APPLIED, /* filters and sorts of a tree */
    STAGE_KEYS,    /* which of its nodes are open; nothing is made of it but the next */
    STAGE_NODES,
    STAGE_TEXT,
    STAGE_COLUMNS,
    N_STAGES
};

/* The steps of a stage are those from *first to before the end that is returned. */
size_t stage_end(const struct recipe *r, enum table_stage stage, size_t *first);
bool has_stage(const struct recipe *r, enum table_stage stage);

/* It makes an export; and does so by a request of its own, the others as steps of a batch.
 */
bool stage_is_made(const struct recipe *r, enum table_stage stage);
bool stage_is_alone(const struct recipe *r, enum table_stage stage);

/* The first stage of which the recipes differ, be it that one has more of it. */
enum table_stage stages_shared(const struct recipe *a, const struct recipe *b);

#endif
