#include "model/recipe_text.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

const char *recipe_op_name(enum recipe_op op)
{
    static const char *const names[] = {
        [RECIPE_EMPTY] = "empty table",
        [RECIPE_TIME] = "time table",
        [RECIPE_FILTER] = "filter",
        [RECIPE_WHERE] = "where",
        [RECIPE_SORT] = "sort",
        [RECIPE_REVERSE] = "reverse",
        [RECIPE_DISTINCT] = "distinct",
        [RECIPE_AGGREGATE] = "aggregation",
        [RECIPE_ADD] = "added column",
        [RECIPE_DROP] = "dropped columns",
        [RECIPE_SELECT] = "selected columns",
        [RECIPE_HEAD] = "head",
        [RECIPE_TAIL] = "tail",
        [RECIPE_SLICE] = "slice",
        [RECIPE_SNAPSHOT] = "snapshot",
        [RECIPE_JOIN] = "natural join",
        [RECIPE_ASOF_JOIN] = "as-of join",
        [RECIPE_STATISTICS] = "statistics",
        [RECIPE_MERGE] = "merge",
        [RECIPE_ROLLUP] = "rollup",
        [RECIPE_KEYS] = "open nodes",
        [RECIPE_NODES] = "open nodes",
        [RECIPE_VIEW] = NULL, /* the last of all */
    };

    return names[op];
}

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

static char *join_text(const struct recipe_step *s)
{
    char *what =
        mem_printf("%s with %s on", s->op == RECIPE_JOIN ? "natural join" : "as-of join",
                   s->right->name);
    char *out = with_names(what, s);

    for (size_t i = 0; i < s->n_added; i++)
        mem_addf(&out, "%s%s", i > 0 ? ", " : ", adding ", s->added[i]);
    free(what);
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
    case RECIPE_SNAPSHOT:
        return mem_strdup("snapshot");
    case RECIPE_JOIN:
    case RECIPE_ASOF_JOIN:
        return join_text(s);
    case RECIPE_STATISTICS:
    case RECIPE_EMPTY:
    case RECIPE_TIME:
    case RECIPE_FETCH:
    case RECIPE_TREE:
    case RECIPE_MERGE:
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

/* What a right table runs, a line each. */
static char *right_code_text(const struct right_table *r)
{
    char *out = mem_printf("join with %s:", r->name);

    for (size_t i = 0; i < r->n; i++) {
        char *line = recipe_step_code_text(&r->steps[i]);

        if (line)
            mem_addf(&out, "\n  %s", line);
        free(line);
    }
    return out;
}

char *recipe_step_code_text(const struct recipe_step *s)
{
    char *formulas, *out;

    if (!recipe_step_runs_code(s))
        return NULL;
    if (s->right)
        return right_code_text(s->right);
    if (s->op != RECIPE_FILTER)
        return recipe_step_text(s);
    formulas = mem_strdup("");
    add_formulas(&formulas, s->condition);
    out = mem_printf("filter %s: %s", s->column ? s->column : "any column", formulas);
    free(formulas);
    return out;
}
