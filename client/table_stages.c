#include "client/table_stages.h"

static enum table_stage stage_of(enum recipe_op op, bool in_tree)
{
    switch (op) {
    case RECIPE_FETCH:
    case RECIPE_EMPTY:
    case RECIPE_TIME:
    case RECIPE_TREE:
    case RECIPE_MERGE:
        return STAGE_SOURCE;
    case RECIPE_ROLLUP:
        return STAGE_ROLLUP;
    case RECIPE_KEYS:
        return STAGE_KEYS;
    case RECIPE_NODES:
        return STAGE_NODES;
    case RECIPE_PREVIEW:
        return STAGE_TEXT;
    case RECIPE_VIEW:
        return STAGE_COLUMNS;
    default:
        return in_tree ? STAGE_APPLIED : STAGE_EDITS;
    }
}

size_t stage_end(const struct recipe *r, enum table_stage stage, size_t *first)
{
    size_t n, i;
    const struct recipe_step *steps = recipe_steps(r, &n);
    bool in_tree = false;

    *first = n;
    for (i = 0; i < n; i++) {
        enum table_stage of = stage_of(steps[i].op, in_tree);

        if (of >= stage && *first == n)
            *first = i;
        if (of > stage)
            break;
        in_tree = in_tree || steps[i].op == RECIPE_TREE || steps[i].op == RECIPE_ROLLUP;
    }
    return i;
}

bool has_stage(const struct recipe *r, enum table_stage stage)
{
    size_t first;

    return stage_end(r, stage, &first) > first;
}

bool stage_is_made(const struct recipe *r, enum table_stage stage)
{
    size_t n;

    return has_stage(r, stage) &&
           (stage != STAGE_SOURCE || recipe_steps(r, &n)->op != RECIPE_TREE);
}

bool stage_is_alone(const struct recipe *r, enum table_stage stage)
{
    size_t n;

    return (stage >= STAGE_ROLLUP && stage <= STAGE_NODES) ||
           (stage == STAGE_SOURCE && recipe_steps(r, &n)->op == RECIPE_MERGE);
}

enum table_stage stages_shared(const struct recipe *a, const struct recipe *b)
{
    size_t shared = recipe_shared(a, b), first;
    enum table_stage i = STAGE_SOURCE;

    while (i < N_STAGES && stage_end(a, i, &first) <= shared &&
           stage_end(b, i, &first) <= shared)
        i++;
    return i;
}
