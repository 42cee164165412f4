#include "model/recipe_text.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

static char *with_names(const char *what, const struct recipe_step *s)
{
    char *out = mem_strdup(what);

    for (size_t i = 0; i < s->n; i++)
        mem_addf(&out, "%s%s", i > 0 ? ", " : " ", s->names[i]);
    return out;
}

static char *sort_text(const struct recipe_step *s)
{
    char *out = mem_strdup("sort by ");

    for (size_t i = 0; i < s->n_keys; i++)
        mem_addf(&out, "%s%s%s%s", i > 0 ? ", " : "", s->keys[i].column,
                 s->keys[i].absolute ? " without sign" : "",
                 s->keys[i].descending ? " descending" : "");
    return out;
}

static char *aggregate_text(const struct recipe_step *s)
{
    char *out = mem_strdup("");

    for (size_t i = 0; i < s->n_aggregates; i++) {
        const struct aggregate *a = &s->aggregates[i];

        mem_addf(&out, "%s%s%s%s", i > 0 ? ", " : "", aggregation_name(a->op),
                 a->column ? " of " : "", a->column ? a->column : "");
    }
    for (size_t i = 0; i < s->n; i++)
        mem_addf(&out, "%s%s", i > 0 ? ", " : " for each ", s->names[i]);
    return out;
}

static char *rollup_text(const struct recipe_step *s)
{
    char *aggregates = aggregate_text(s);
    char *out =
        mem_printf("rollup %s%s", aggregates, s->last ? ", with all rows as leaves" : "");

    free(aggregates);
    return out;
}

char *recipe_step_text(const struct recipe_step *s)
{
    switch (s->op) {
    case RECIPE_FILTER:
        return s->column ? mem_printf("filter %s: %s", s->column, s->text)
                         : mem_printf("filter any column: %s", s->text);
    case RECIPE_WHERE:
        return mem_printf("where %s", s->text);
    case RECIPE_SORT:
        return sort_text(s);
    case RECIPE_REVERSE:
        return mem_strdup("reverse");
    case RECIPE_DISTINCT:
        return with_names("distinct", s);
    case RECIPE_AGGREGATE:
        return aggregate_text(s);
    case RECIPE_ROLLUP:
        return rollup_text(s);
    case RECIPE_ADD:
        return mem_printf("add %s = %s", s->column, s->text);
    case RECIPE_DROP:
        return with_names("drop", s);
    case RECIPE_SELECT:
        return with_names("select", s);
    case RECIPE_HEAD:
        return mem_printf("head %" PRId64, s->last);
    case RECIPE_TAIL:
        return mem_printf("tail %" PRId64, s->last);
    case RECIPE_SLICE:
        if (s->last == RECIPE_LAST_ROW)
            return mem_printf("slice %" PRId64 " to the end", s->first);
        return mem_printf("slice %" PRId64 " %" PRId64, s->first, s->last);
    case RECIPE_STATISTICS:
    case RECIPE_SNAPSHOT:
    case RECIPE_FETCH:
    case RECIPE_TREE:
    case RECIPE_KEYS:
    case RECIPE_NODES:
    case RECIPE_PREVIEW:
    case RECIPE_VIEW:
        break;
    }
    return NULL;
}

/* The formulas of a condition, one behind the other. */
static void add_formulas(char **out, const struct condition *c)
{
    if (c->kind == CONDITION_FORMULA)
        mem_addf(out, "%s%s", **out ? " && " : "", c->text);
    for (size_t i = 0; i < c->n_children; i++)
        add_formulas(out, c->children[i]);
}

char *recipe_step_code_text(const struct recipe_step *s)
{
    char *formulas, *out;

    if (!recipe_step_runs_code(s))
        return NULL;
    if (s->op != RECIPE_FILTER)
        return recipe_step_text(s);
    formulas = mem_strdup("");
    add_formulas(&formulas, s->condition);
    out = mem_printf("filter %s: %s", s->column ? s->column : "any column", formulas);
    free(formulas);
    return out;
}
