/*
 * Edits that are one step more, or two, behind those that there are.
 */
#include "model/recipe.h"

static enum err_code append(const struct recipe *r, const struct recipe_step *step,
                            struct recipe **out, struct err *e)
{
    return recipe_appended(r, step, 1, out, e);
}

enum err_code recipe_distinct(const struct recipe *r, const char *const *names, size_t n,
                              const char *count, struct recipe **out, struct err *e)
{
    struct aggregate a = {.op = AGGREGATION_COUNT, .name = count};
    struct sort_key key = {.column = count, .descending = true};
    struct recipe_step steps[] = {
        {.op = count ? RECIPE_AGGREGATE : RECIPE_DISTINCT, .names = names, .n = n},
        {.op = RECIPE_SORT, .keys = &key, .n_keys = 1},
    };

    if (!count)
        return append(r, &steps[0], out, e);
    steps[0].aggregates = &a;
    steps[0].n_aggregates = 1;
    return recipe_appended(r, steps, 2, out, e);
}

enum err_code recipe_aggregated(const struct recipe *r, const struct aggregate *aggregates,
                                size_t n, struct recipe **out, struct err *e)
{
    return append(r,
                  &(struct recipe_step){
                      .op = RECIPE_AGGREGATE, .aggregates = aggregates, .n_aggregates = n},
                  out, e);
}

enum err_code recipe_statistics(const struct recipe *r, const char *column,
                                struct recipe **out, struct err *e)
{
    return append(r, &(struct recipe_step){.op = RECIPE_STATISTICS, .column = column}, out,
                  e);
}

enum err_code recipe_added(const struct recipe *r, const char *name, const char *formula,
                           struct recipe **out, struct err *e)
{
    return append(r,
                  &(struct recipe_step){.op = RECIPE_ADD, .column = name, .text = formula},
                  out, e);
}

enum err_code recipe_dropped(const struct recipe *r, const char *const *names, size_t n,
                             struct recipe **out, struct err *e)
{
    return append(r, &(struct recipe_step){.op = RECIPE_DROP, .names = names, .n = n}, out,
                  e);
}

enum err_code recipe_selected(const struct recipe *r, const char *const *names, size_t n,
                              struct recipe **out, struct err *e)
{
    return append(r, &(struct recipe_step){.op = RECIPE_SELECT, .names = names, .n = n},
                  out, e);
}

enum err_code recipe_head(const struct recipe *r, int64_t n, struct recipe **out,
                          struct err *e)
{
    return append(r, &(struct recipe_step){.op = RECIPE_HEAD, .last = n}, out, e);
}

enum err_code recipe_tail(const struct recipe *r, int64_t n, struct recipe **out,
                          struct err *e)
{
    return append(r, &(struct recipe_step){.op = RECIPE_TAIL, .last = n}, out, e);
}

enum err_code recipe_sliced(const struct recipe *r, int64_t first, int64_t last,
                            struct recipe **out, struct err *e)
{
    return append(
        r, &(struct recipe_step){.op = RECIPE_SLICE, .first = first, .last = last}, out, e);
}

/* The number of the row behind the last one; from the end 0 is behind all. */
static int64_t behind(int64_t first, int64_t last)
{
    if (last == -1 && first > 0)
        return RECIPE_LAST_ROW;
    return last < 0 ? last + 1 : last;
}

enum err_code recipe_rows(const struct recipe *r, int64_t first, int64_t last,
                          struct recipe **out, struct err *e)
{
    return recipe_sliced(r, first > 0 ? first - 1 : first, behind(first, last), out, e);
}

enum err_code recipe_frozen(const struct recipe *r, struct recipe **out, struct err *e)
{
    return append(r, &(struct recipe_step){.op = RECIPE_SNAPSHOT}, out, e);
}

struct right_table recipe_right(const struct recipe *r)
{
    struct right_table t = {.name = recipe_name(r), .ticket = recipe_ticket(r)};

    t.steps = recipe_steps(r, &t.n);
    return t;
}

enum err_code recipe_joined(const struct recipe *r, const struct recipe *right, bool asof,
                            const char *const *on, size_t n, const char *const *added,
                            size_t n_added, struct recipe **out, struct err *e)
{
    struct recipe *plain = recipe_edits_only(right);
    struct right_table t = recipe_right(plain);
    enum err_code rc;

    rc = append(r,
                &(struct recipe_step){.op = asof ? RECIPE_ASOF_JOIN : RECIPE_JOIN,
                                      .names = on,
                                      .n = n,
                                      .added = added,
                                      .n_added = n_added,
                                      .right = &t},
                out, e);
    recipe_free(plain);
    return rc;
}
