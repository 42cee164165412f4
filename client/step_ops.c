#include "client/step_ops.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define STATISTICS_VALUES 20 /* the most frequent ones that are listed */

/* Memory that the operations point to. */
static void *own(struct step_ops *o, void *p)
{
    MEM_GROW(o->owned, o->cap_owned, o->n_owned + 1);
    o->owned[o->n_owned++] = p;
    return p;
}

#define OWN_ARRAY(o, type, n) ((type *)own((o), MEM_ARRAY(type, n)))

static struct bytes text(const char *s)
{
    return s ? bytes_of(s) : (struct bytes){0};
}

static struct bytes *texts(struct step_ops *o, const char *const *names, size_t n)
{
    struct bytes *out = OWN_ARRAY(o, struct bytes, n);

    for (size_t i = 0; i < n; i++)
        out[i] = text(names[i]);
    return out;
}

/* What the newest operation makes; without any, the table of that ticket. */
static struct wire_source newest(const struct step_ops *o, struct bytes source)
{
    if (o->n == 0)
        return (struct wire_source){.ticket = source};
    return (struct wire_source){.offset = (int32_t)o->n - 1};
}

static struct wire_op *add_on(struct step_ops *o, struct wire_source source,
                              enum wire_op_kind kind)
{
    struct wire_op *op;

    MEM_GROW(o->ops, o->cap, o->n + 1);
    op = &o->ops[o->n++];
    *op = (struct wire_op){.kind = kind, .source = source, .limit = -1};
    return op;
}

static struct wire_op *add(struct step_ops *o, struct bytes source, enum wire_op_kind kind)
{
    return add_on(o, newest(o, source), kind);
}

static void add_texts(struct step_ops *o, struct bytes source, enum wire_op_kind kind,
                      const char *const *names, size_t n)
{
    struct wire_op *op = add(o, source, kind);

    op->texts = texts(o, names, n);
    op->n_texts = n;
}

/* --- conditions --- */

struct wire_literal step_literal(const struct literal *l)
{
    switch (l->kind) {
    case LITERAL_LONG:
        return (struct wire_literal){.kind = WIRE_LITERAL_LONG, .number = l->number};
    case LITERAL_TIME:
        return (struct wire_literal){.kind = WIRE_LITERAL_TIME, .number = l->number};
    case LITERAL_BOOL:
        return (struct wire_literal){.kind = WIRE_LITERAL_BOOL, .truth = l->number != 0};
    case LITERAL_DOUBLE:
        return (struct wire_literal){.kind = WIRE_LITERAL_DOUBLE, .real = l->real};
    case LITERAL_TEXT:
    case LITERAL_CHAR:
    case LITERAL_DIGITS:
    case LITERAL_DATE:
        break;
    }
    return (struct wire_literal){.kind = WIRE_LITERAL_TEXT, .text = text(l->text)};
}

/* In a comparison most kinds of values go as a text in which the server reads them. */
static struct wire_literal literal_of(struct step_ops *o, const struct literal *l,
                                      bool compared)
{
    char *quoted = compared ? literal_compare_text(l) : NULL;

    if (!quoted)
        return step_literal(l);
    return (struct wire_literal){.kind = WIRE_LITERAL_TEXT,
                                 .text = bytes_of(own(o, quoted))};
}

static const enum wire_condition_kind wire_kinds[] = {
    [CONDITION_ALL] = WIRE_CONDITION_ALL,
    [CONDITION_ANY] = WIRE_CONDITION_ANY,
    [CONDITION_NONE] = WIRE_CONDITION_NONE, /* see add_filter() */
    [CONDITION_IN] = WIRE_CONDITION_IN,
    [CONDITION_COMPARE] = WIRE_CONDITION_COMPARE,
    [CONDITION_IS_NULL] = WIRE_CONDITION_IS_NULL,
    [CONDITION_CONTAINS] = WIRE_CONDITION_CONTAINS,
    [CONDITION_MATCHES] = WIRE_CONDITION_MATCHES,
    [CONDITION_SEARCH] = WIRE_CONDITION_SEARCH,
    [CONDITION_NAN] = WIRE_CONDITION_INVOKE, /* protocol: its own is_nan is refused */
    [CONDITION_FORMULA] = WIRE_CONDITION_NONE,
};

static struct wire_condition condition_of(struct step_ops *o, const struct condition *c);

static struct wire_condition *children_of(struct step_ops *o, const struct condition *c)
{
    struct wire_condition *out = OWN_ARRAY(o, struct wire_condition, c->n_children);

    for (size_t i = 0; i < c->n_children; i++)
        out[i] = condition_of(o, c->children[i]);
    return out;
}

/* protocol: these two have no inverted form. */
static bool needs_not(const struct condition *c)
{
    return c->inverted && (c->kind == CONDITION_IS_NULL || c->kind == CONDITION_NAN);
}

static struct wire_condition condition_of(struct step_ops *o, const struct condition *c)
{
    struct wire_literal *literals = OWN_ARRAY(o, struct wire_literal, c->n_literals);
    struct wire_condition out = {
        .kind = wire_kinds[c->kind],
        .comparison = (enum wire_comparison)c->comparison,
        .ignores_case = c->ignores_case,
        .inverted = c->inverted && !needs_not(c),
        .columns = texts(o, (const char *const *)c->columns, c->n_columns),
        .n_columns = c->n_columns,
        .literals = literals,
        .n_literals = c->n_literals,
        .text = c->kind == CONDITION_NAN ? bytes_of("isNaN") : text(c->text),
        .children = children_of(o, c),
        .n_children = c->n_children,
    };
    struct wire_condition *inner;

    for (size_t i = 0; i < c->n_literals; i++)
        literals[i] = literal_of(o, &c->literals[i], c->kind == CONDITION_COMPARE);
    if (!needs_not(c))
        return out;
    inner = OWN_ARRAY(o, struct wire_condition, 1);
    *inner = out;
    return (struct wire_condition){
        .kind = WIRE_CONDITION_NOT, .children = inner, .n_children = 1};
}

/* What the server reads itself comes behind the other conditions, which are quick and spare
 * it rows. protocol: there is no condition that is never true. */
static void add_filter(struct step_ops *o, struct bytes source, const struct condition *c)
{
    bool list = c->kind == CONDITION_ALL;
    const struct condition *const *parts =
        list ? (const struct condition *const *)c->children : &c;
    size_t n = list ? c->n_children : 1, n_formulas = 0, at = o->n;
    struct wire_condition *conditions = OWN_ARRAY(o, struct wire_condition, n);
    const char **formulas = OWN_ARRAY(o, const char *, n);

    (void)add(o, source, c->kind == CONDITION_NONE ? WIRE_OP_HEAD : WIRE_OP_FILTER);
    if (c->kind == CONDITION_NONE)
        return;
    for (size_t i = 0; i < n; i++)
        if (parts[i]->kind == CONDITION_FORMULA)
            formulas[n_formulas++] = parts[i]->text;
        else
            conditions[o->ops[at].n_conditions++] = condition_of(o, parts[i]);
    o->ops[at].conditions = conditions;
    if (n_formulas > 0)
        add_texts(o, source, WIRE_OP_WHERE, formulas, n_formulas);
}

/* --- the others --- */

static void add_sort(struct step_ops *o, struct bytes source, const struct sort_key *keys,
                     size_t n)
{
    struct wire_sort *sorts = OWN_ARRAY(o, struct wire_sort, n);
    struct wire_op *op = add(o, source, WIRE_OP_SORT);

    for (size_t i = 0; i < n; i++)
        sorts[i] = (struct wire_sort){.column = bytes_of(keys[i].column),
                                      .direction = keys[i].descending ? WIRE_DESCENDING
                                                                      : WIRE_ASCENDING,
                                      .absolute = keys[i].absolute};
    op->sorts = sorts;
    op->n_sorts = n;
}

static void add_reverse(struct step_ops *o, struct bytes source)
{
    static const struct wire_sort reverse = {.direction = WIRE_REVERSE};
    struct wire_op *op = add(o, source, WIRE_OP_SORT);

    op->sorts = &reverse;
    op->n_sorts = 1;
}

static const enum wire_aggregate wire_aggregates[] = {
    [AGGREGATION_SUM] = WIRE_AGG_SUM,
    [AGGREGATION_ABS_SUM] = WIRE_AGG_ABS_SUM,
    [AGGREGATION_MIN] = WIRE_AGG_MIN,
    [AGGREGATION_MAX] = WIRE_AGG_MAX,
    [AGGREGATION_VAR] = WIRE_AGG_VAR,
    [AGGREGATION_AVG] = WIRE_AGG_AVG,
    [AGGREGATION_MEDIAN] = WIRE_AGG_MEDIAN,
    [AGGREGATION_STD] = WIRE_AGG_STD,
    [AGGREGATION_FIRST] = WIRE_AGG_FIRST,
    [AGGREGATION_LAST] = WIRE_AGG_LAST,
    [AGGREGATION_COUNT_DISTINCT] = WIRE_AGG_COUNT_DISTINCT,
    [AGGREGATION_DISTINCT] = WIRE_AGG_DISTINCT,
    [AGGREGATION_COUNT] = WIRE_AGG_COUNT,
    [AGGREGATION_UNIQUE] = WIRE_AGG_UNIQUE,
};

static void add_aggregate(struct step_ops *o, struct bytes source,
                          const struct recipe_step *step)
{
    struct wire_aggregation *all =
        OWN_ARRAY(o, struct wire_aggregation, step->n_aggregates);
    struct wire_op *op;

    for (size_t i = 0; i < step->n_aggregates; i++) {
        const struct aggregate *a = &step->aggregates[i];
        struct bytes *pair = OWN_ARRAY(o, struct bytes, 1);

        *pair = a->column ? bytes_of(own(o, mem_printf("%s=%s", a->name, a->column)))
                          : bytes_of(a->name);
        all[i] = (struct wire_aggregation){
            .kind = wire_aggregates[a->op], .texts = pair, .n_texts = 1};
    }
    add_texts(o, source, WIRE_OP_AGGREGATE, step->names, step->n);
    op = &o->ops[o->n - 1];
    op->aggregations = all;
    op->n_aggregations = step->n_aggregates;
    op->preserve_empty = step->n == 0;
}

static void add_column(struct step_ops *o, struct bytes source, const char *name,
                       const char *formula)
{
    const char *spec = own(o, mem_printf("%s = %s", name, formula));

    add_texts(o, source, WIRE_OP_UPDATE_VIEW, &spec, 1);
}

static const struct bytes *matches(struct step_ops *o, const struct recipe_step *step)
{
    struct bytes *out = texts(o, step->names, step->n);

    if (step->op == RECIPE_ASOF_JOIN)
        out[step->n - 1] = bytes_of(own(o, recipe_step_as_of(step)));
    return out;
}

/* The right table is made by operations of the same batch, in front of the join. */
static void add_join(struct step_ops *o, struct bytes source,
                     const struct recipe_step *step)
{
    const struct right_table *right = step->right;
    struct wire_source left = newest(o, source);
    struct wire_op *op;

    if (right->steps[0].op == RECIPE_FETCH)
        (void)add_on(o, (struct wire_source){.ticket = right->ticket}, WIRE_OP_FETCH);
    else
        step_ops_add(o, right->ticket, &right->steps[0]);
    for (size_t i = 1; i < right->n; i++)
        step_ops_add(o, right->ticket, &right->steps[i]);
    op = add_on(o, left,
                step->op == RECIPE_JOIN ? WIRE_OP_NATURAL_JOIN : WIRE_OP_AS_OF_JOIN);
    op->right.offset = (int32_t)o->n - 2;
    op->texts = matches(o, step);
    op->n_texts = step->n;
    op->added = texts(o, step->added, step->n_added);
    op->n_added = step->n_added;
}

/* What is no more than names of columns, of types, or numbers of rows. */
static void add_plain(struct step_ops *o, struct bytes source,
                      const struct recipe_step *step)
{
    static const enum wire_op_kind kinds[] = {
        [RECIPE_EMPTY] = WIRE_OP_EMPTY,       [RECIPE_FETCH] = WIRE_OP_FETCH,
        [RECIPE_DISTINCT] = WIRE_OP_DISTINCT, [RECIPE_DROP] = WIRE_OP_DROP,
        [RECIPE_SELECT] = WIRE_OP_VIEW,       [RECIPE_VIEW] = WIRE_OP_VIEW,
        [RECIPE_HEAD] = WIRE_OP_HEAD,         [RECIPE_TAIL] = WIRE_OP_TAIL,
        [RECIPE_SLICE] = WIRE_OP_SLICE,       [RECIPE_SNAPSHOT] = WIRE_OP_SNAPSHOT,
        [RECIPE_PREVIEW] = WIRE_OP_PREVIEW,
    };
    bool is_slice = step->op == RECIPE_SLICE; /* the others have one number at most */
    struct wire_op *op;

    add_texts(o, source, kinds[step->op], step->names, step->n);
    op = &o->ops[o->n - 1];
    op->first = is_slice ? step->first : step->last;
    op->last = is_slice ? step->last : 0;
}

void step_ops_add(struct step_ops *o, struct bytes source, const struct recipe_step *step)
{
    switch (step->op) {
    case RECIPE_FILTER:
        add_filter(o, source, step->condition);
        break;
    case RECIPE_WHERE:
        add_texts(o, source, WIRE_OP_WHERE, &step->text, 1);
        break;
    case RECIPE_SORT:
        add_sort(o, source, step->keys, step->n_keys);
        break;
    case RECIPE_REVERSE:
        add_reverse(o, source);
        break;
    case RECIPE_AGGREGATE:
        add_aggregate(o, source, step);
        break;
    case RECIPE_ADD:
        add_column(o, source, step->column, step->text);
        break;
    case RECIPE_TIME:
        add_texts(o, source, WIRE_OP_TIME, &step->text, 1);
        o->ops[o->n - 1].first = step->first;
        break;
    case RECIPE_JOIN:
    case RECIPE_ASOF_JOIN:
        add_join(o, source, step);
        break;
    case RECIPE_STATISTICS:
        add_texts(o, source, WIRE_OP_STATISTICS, &step->column, 1);
        o->ops[o->n - 1].limit = STATISTICS_VALUES;
        break;
    default:
        add_plain(o, source, step);
        break;
    }
}

void step_ops_keep(struct step_ops *o, struct bytes result)
{
    o->ops[o->n - 1].result = result;
}

void step_ops_release(struct step_ops *o)
{
    for (size_t i = 0; i < o->n_owned; i++)
        free(o->owned[i]);
    free(o->owned);
    free(o->ops);
    *o = (struct step_ops){0};
}
