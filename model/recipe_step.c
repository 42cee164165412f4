#include "model/recipe_step.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* --- owned values --- */

static const char *text_copy(const char *text)
{
    return text ? mem_strdup(text) : NULL;
}

static const char *const *names_copy(const char *const *names, size_t n)
{
    const char **out = n > 0 ? MEM_ARRAY(const char *, n) : NULL;

    for (size_t i = 0; i < n; i++)
        out[i] = mem_strdup(names[i]);
    return out;
}

static const struct sort_key *keys_copy(const struct sort_key *keys, size_t n)
{
    struct sort_key *out = n > 0 ? mem_dup(keys, n * sizeof(*keys)) : NULL;

    for (size_t i = 0; i < n; i++)
        out[i].column = mem_strdup(keys[i].column);
    return out;
}

static const struct aggregate *aggregates_copy(const struct aggregate *a, size_t n)
{
    struct aggregate *out = n > 0 ? mem_dup(a, n * sizeof(*a)) : NULL;

    for (size_t i = 0; i < n; i++) {
        out[i].column = text_copy(a[i].column);
        out[i].name = mem_strdup(a[i].name);
    }
    return out;
}

static const struct right_table *right_copy(const struct right_table *r)
{
    struct right_table *out = mem_dup(r, sizeof(*r));
    struct recipe_step *steps = MEM_ARRAY(struct recipe_step, r->n);

    for (size_t i = 0; i < r->n; i++)
        steps[i] = recipe_step_copy(&r->steps[i]);
    out->name = mem_strdup(r->name);
    out->ticket.data = r->ticket.len > 0 ? mem_dup(r->ticket.data, r->ticket.len) : NULL;
    out->steps = steps;
    return out;
}

struct recipe_step recipe_step_copy(const struct recipe_step *s)
{
    struct recipe_step out = *s;

    out.names = names_copy(s->names, s->n);
    out.column = text_copy(s->column);
    out.text = text_copy(s->text);
    out.condition = s->condition ? condition_copy(s->condition) : NULL;
    out.keys = keys_copy(s->keys, s->n_keys);
    out.aggregates = aggregates_copy(s->aggregates, s->n_aggregates);
    out.nodes = nodes_copy(s->nodes);
    out.right = s->right ? right_copy(s->right) : NULL;
    out.added = names_copy(s->added, s->n_added);
    return out;
}

static void right_free(const struct right_table *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n; i++)
        recipe_step_release((struct recipe_step *)&r->steps[i]);
    free((void *)r->steps);
    free((void *)(uintptr_t)r->ticket.data);
    free((char *)r->name);
    free((void *)r);
}

static void names_free(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free((char *)names[i]);
    free((void *)names);
}

void recipe_step_release(struct recipe_step *s)
{
    for (size_t i = 0; i < s->n_keys; i++)
        free((char *)s->keys[i].column);
    for (size_t i = 0; i < s->n_aggregates; i++) {
        free((char *)s->aggregates[i].column);
        free((char *)s->aggregates[i].name);
    }
    names_free(s->names, s->n);
    names_free(s->added, s->n_added);
    right_free(s->right);
    nodes_free((struct nodes *)s->nodes);
    free((void *)s->keys);
    free((void *)s->aggregates);
    free((char *)s->column);
    free((char *)s->text);
    condition_free((struct condition *)s->condition);
    *s = (struct recipe_step){.op = s->op};
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_condition(const struct condition *a, const struct condition *b)
{
    return a && b ? condition_equal(a, b) : a == b;
}

static bool same_key(const struct sort_key *a, const struct sort_key *b)
{
    return a->descending == b->descending && a->absolute == b->absolute &&
           strcmp(a->column, b->column) == 0;
}

static bool same_aggregate(const struct aggregate *a, const struct aggregate *b)
{
    return a->op == b->op && same_text(a->column, b->column) &&
           strcmp(a->name, b->name) == 0;
}

/* Names, keys, aggregates and what is added, of which both have as many. */
static bool same_lists(const struct recipe_step *a, const struct recipe_step *b)
{
    bool same = true;

    for (size_t i = 0; i < a->n && same; i++)
        same = strcmp(a->names[i], b->names[i]) == 0;
    for (size_t i = 0; i < a->n_added && same; i++)
        same = strcmp(a->added[i], b->added[i]) == 0;
    for (size_t i = 0; i < a->n_keys && same; i++)
        same = same_key(&a->keys[i], &b->keys[i]);
    for (size_t i = 0; i < a->n_aggregates && same; i++)
        same = same_aggregate(&a->aggregates[i], &b->aggregates[i]);
    return same;
}

static bool same_right(const struct right_table *a, const struct right_table *b)
{
    bool same = a == b || (a && b && a->n == b->n && bytes_equal(a->ticket, b->ticket));

    for (size_t i = 0; same && a && i < a->n; i++)
        same = recipe_step_equal(&a->steps[i], &b->steps[i]);
    return same;
}

bool recipe_step_equal(const struct recipe_step *a, const struct recipe_step *b)
{
    return a->op == b->op && a->first == b->first && a->last == b->last && a->n == b->n &&
           a->n_keys == b->n_keys && a->n_aggregates == b->n_aggregates &&
           a->n_added == b->n_added && same_right(a->right, b->right) &&
           same_text(a->column, b->column) && same_text(a->text, b->text) &&
           same_condition(a->condition, b->condition) && same_lists(a, b) &&
           nodes_equal(a->nodes, b->nodes);
}

/* --- meaning --- */

/* Of two rows both are counted from the same end. */
static bool is_upside_down(const struct recipe_step *s)
{
    return (s->first < 0) == (s->last < 0) && s->last < s->first;
}

/* Those of the tables that it joins count, too. */
static size_t count_steps(const struct right_table *r)
{
    size_t n = r ? r->n : 0;

    for (size_t i = 0; r && i < r->n; i++)
        n += count_steps(r->steps[i].right);
    return n;
}

/* Only steps of a batch make a right table. */
static enum err_code check_right(const struct right_table *r, struct err *e)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->steps[i].op == RECIPE_TREE || r->steps[i].op == RECIPE_ROLLUP)
            return err_set(e, ERR_USAGE, "%s is a tree, which cannot be joined", r->name);
        if (r->steps[i].op == RECIPE_MERGE)
            return err_set(e, ERR_USAGE, "%s is partitioned, which cannot be joined",
                           r->name);
    }
    if (count_steps(r) > RECIPE_JOINED_MAX)
        return err_set(e, ERR_LIMIT, "join: the other table has more than %d steps",
                       RECIPE_JOINED_MAX);
    return ERR_OK;
}

enum err_code recipe_step_check(const struct recipe_step *s, struct err *e)
{
    if ((s->op == RECIPE_HEAD || s->op == RECIPE_TAIL) && s->last < 0)
        return err_set(e, ERR_USAGE, "%s: expected 0 rows or more, found %" PRId64,
                       s->op == RECIPE_HEAD ? "head" : "tail", s->last);
    if (s->op == RECIPE_SLICE && is_upside_down(s))
        return err_set(e, ERR_USAGE, "slice: its last row comes before its first");
    for (size_t i = 0; s->op == RECIPE_ROLLUP && i < s->n_aggregates; i++)
        if (s->aggregates[i].op == AGGREGATION_MEDIAN)
            return err_set(e, ERR_USAGE, "rollup: the server makes no Median for it");
    if (s->op == RECIPE_ROLLUP && s->n == 0)
        return err_set(e, ERR_USAGE, "rollup: expected a column to roll up by");
    return s->right ? check_right(s->right, e) : ERR_OK;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* The position of a row, or a whole column as an array: Name_[i - 1]. */
static bool names_order(const char *name, size_t len)
{
    static const char *const positions[] = {"i", "ii", "k"};

    for (size_t i = 0; i < sizeof(positions) / sizeof(*positions); i++)
        if (strlen(positions[i]) == len && strncmp(name, positions[i], len) == 0)
            return true;
    return name[len - 1] == '_';
}

/* A word inside quotes counts too, which only keeps steps apart that need not be. */
static bool formula_sees_order(const char *text)
{
    while (*text) {
        size_t len = 0;

        while (in_name(text[len]))
            len++;
        if (len > 0 && names_order(text, len))
            return true;
        text += len > 0 ? len : 1;
    }
    return false;
}

bool recipe_step_sees_order(const struct recipe_step *s)
{
    switch (s->op) {
    case RECIPE_WHERE:
    case RECIPE_ADD:
        return formula_sees_order(s->text);
    case RECIPE_DISTINCT:
    case RECIPE_AGGREGATE:
    case RECIPE_HEAD:
    case RECIPE_TAIL:
    case RECIPE_SLICE:
    case RECIPE_STATISTICS:
    case RECIPE_SNAPSHOT:
    case RECIPE_JOIN:
    case RECIPE_ASOF_JOIN:
    case RECIPE_ROLLUP:
        return true;
    case RECIPE_FETCH:
    case RECIPE_EMPTY:
    case RECIPE_TIME:
    case RECIPE_TREE:
    case RECIPE_MERGE:
    case RECIPE_KEYS:
    case RECIPE_NODES:
    case RECIPE_FILTER:
    case RECIPE_SORT:
    case RECIPE_REVERSE:
    case RECIPE_DROP:
    case RECIPE_SELECT:
    case RECIPE_PREVIEW:
    case RECIPE_VIEW:
        break;
    }
    return false;
}

static bool condition_uses(const struct condition *c, const char *column)
{
    for (size_t i = 0; i < c->n_columns; i++)
        if (strcmp(c->columns[i], column) == 0)
            return true;
    for (size_t i = 0; i < c->n_children; i++)
        if (condition_uses(c->children[i], column))
            return true;
    return false;
}

bool recipe_step_makes(const struct recipe_step *s, const char *column,
                       const struct condition *c)
{
    if (s->op != RECIPE_ADD)
        return false;
    return (column && strcmp(s->column, column) == 0) ||
           (c && condition_uses(c, s->column));
}

char *recipe_step_as_of(const struct recipe_step *s)
{
    const char *name = s->names[s->n - 1], *right = strchr(name, '=');

    return right ? mem_printf("%.*s >= %s", (int)(right - name), name, right + 1)
                 : mem_strdup(name);
}

static bool has_formula(const struct condition *c)
{
    bool found = c->kind == CONDITION_FORMULA;

    for (size_t i = 0; i < c->n_children && !found; i++)
        found = has_formula(c->children[i]);
    return found;
}

static bool right_runs_code(const struct right_table *r)
{
    bool found = false;

    for (size_t i = 0; r && i < r->n && !found; i++)
        found = recipe_step_runs_code(&r->steps[i]);
    return found;
}

bool recipe_step_runs_code(const struct recipe_step *s)
{
    return right_runs_code(s->right) || s->op == RECIPE_WHERE || s->op == RECIPE_ADD ||
           (s->condition && has_formula(s->condition));
}
