/*
 * What a table is rolled up by and what is made of the other columns is said in words:
 *
 *     COLUMN                 one level more
 *     AGGREGATION(COLUMN)    a value of each node; none given: Sum of all numbers
 *     +rows, -rows           all rows as leaves, or not; they are unless it is said
 *
 * How many rows a node has is always a column, the first of the aggregates.
 */
#include "ui/app/trees.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/app/state.h"
#include "ui/app/work.h"
#include "ui/term/theme.h"

#define COUNT_NAME "Count"

/* What a rollup is to be of; lists are owned, their column names are not. */
struct rollup {
    const char **names;
    size_t n, cap;
    struct aggregate *aggregates;
    size_t n_aggregates, aggregates_cap;
    bool without_rows;
};

static void release(struct rollup *r)
{
    for (size_t i = 0; i < r->n_aggregates; i++)
        free((char *)r->aggregates[i].name);
    free(r->aggregates);
    free(r->names);
}

static void warn(struct tab *t, const char *text)
{
    tab_say(t, STYLE_MESSAGE_WARN, text);
}

/* --- its parts --- */

static bool is_level(const struct rollup *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->names[i], name) == 0)
            return true;
    return false;
}

static bool is_taken(const struct rollup *r, const char *name)
{
    if (is_level(r, name))
        return true;
    for (size_t i = 0; i < r->n_aggregates; i++)
        if (strcmp(r->aggregates[i].name, name) == 0)
            return true;
    return false;
}

static void add_name(struct rollup *r, const char *name)
{
    if (is_level(r, name))
        return;
    MEM_GROW(r->names, r->cap, r->n + 1);
    r->names[r->n++] = name;
}

/* Its result has the column's name where that is free. */
static void add_aggregate(struct rollup *r, enum aggregation op, const char *column)
{
    char *name = mem_strdup(column ? column : COUNT_NAME), *longer;

    while (is_taken(r, name)) {
        longer = mem_printf("%s_%s", name, aggregation_name(op));
        free(name);
        name = longer;
    }
    MEM_GROW(r->aggregates, r->aggregates_cap, r->n_aggregates + 1);
    r->aggregates[r->n_aggregates++] =
        (struct aggregate){.op = op, .column = column, .name = name};
}

static bool is_number(const struct schema_column *c)
{
    enum java_type t = java_type_of(c->java_type);

    return java_type_is_primitive_number(t) || t == JAVA_BIG_INTEGER ||
           t == JAVA_BIG_DECIMAL;
}

static void add_sums(struct rollup *r, const struct schema *s)
{
    for (size_t i = 0; i < s->n_columns; i++)
        if (is_number(&s->columns[i]) && !s->columns[i].is_format &&
            !is_level(r, s->columns[i].name))
            add_aggregate(r, AGGREGATION_SUM, s->columns[i].name);
}

/* --- read from words --- */

static enum err_code find_column(const struct schema *s, const char *name,
                                 const struct schema_column **out, struct err *e)
{
    int64_t i = schema_find(s, name);

    if (i < 0)
        return err_set(e, ERR_USAGE, "rollup: no column is named %s", name);
    *out = &s->columns[i];
    return ERR_OK;
}

/* word is cut up: AGGREGATION(COLUMN), with the place of its parenthesis. */
static enum err_code read_aggregate(struct rollup *r, const struct schema *s, char *word,
                                    char *open, struct err *e)
{
    char *close = strchr(open, ')');
    const struct schema_column *c = NULL;
    enum aggregation op;

    if (!close || close[1] != '\0')
        return err_set(e, ERR_USAGE, "rollup: expected %.*s(COLUMN), found %s",
                       (int)(open - word), word, word);
    *open = *close = '\0';
    if (!aggregation_find(word, &op))
        return err_set(e, ERR_USAGE, "rollup: no aggregation is called %s", word);
    TRY(find_column(s, open + 1, &c, e));
    if (!aggregation_takes(op, java_type_of(c->java_type)))
        return err_set(e, ERR_USAGE, "rollup: there is no %s of %s, which is %s", word,
                       c->name, c->java_type);
    add_aggregate(r, op, c->name);
    return ERR_OK;
}

static enum err_code read_word(struct rollup *r, const struct schema *s, char *word,
                               struct err *e)
{
    const struct schema_column *c = NULL;
    char *open = strchr(word, '(');

    if (open)
        return read_aggregate(r, s, word, open, e);
    if (strcmp(word, "+rows") == 0 || strcmp(word, "-rows") == 0) {
        r->without_rows = *word == '-';
        return ERR_OK;
    }
    TRY(find_column(s, word, &c, e));
    add_name(r, c->name);
    return ERR_OK;
}

/* text is cut up. Levels before aggregates: these may not have their names. */
static enum err_code read_words(struct rollup *r, const struct schema *s, char *text,
                                bool aggregates, struct err *e)
{
    char *rest = NULL;

    for (char *w = strtok_r(text, ", ", &rest); w; w = strtok_r(NULL, ", ", &rest))
        if ((strchr(w, '(') != NULL) == aggregates)
            TRY(read_word(r, s, w, e));
    return ERR_OK;
}

static enum err_code read_rollup(struct rollup *r, const struct schema *s, const char *text,
                                 struct err *e)
{
    char *copy = mem_strdup(text);
    enum err_code rc = read_words(r, s, copy, false, e);

    free(copy);
    if (rc != ERR_OK)
        return rc;
    add_aggregate(r, AGGREGATION_COUNT, NULL);
    copy = mem_strdup(text);
    rc = read_words(r, s, copy, true, e);
    free(copy);
    return rc;
}

/* --- asking --- */

static char *what_of(const struct rollup *r)
{
    char *out = mem_strdup("rollup by");

    for (size_t i = 0; i < r->n; i++)
        mem_addf(&out, "%s %s", i > 0 ? "," : "", r->names[i]);
    return out;
}

/* protocol: the server cannot send a ZonedDateTime of a tree. As an Instant it is the same
 * time, which is all that is shown of it. The texts are in `formulas`, owned. */
static size_t add_instants(const struct schema *s, struct recipe_step *steps,
                           char **formulas)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_columns; i++) {
        const char *name = s->columns[i].name;

        if (strcmp(s->columns[i].java_type, "java.time.ZonedDateTime") != 0)
            continue;
        formulas[n] = mem_printf("toInstant(%s)", name);
        steps[n] =
            (struct recipe_step){.op = RECIPE_ADD, .column = name, .text = formulas[n]};
        n++;
    }
    return n;
}

static enum err_code rolled_up(const struct recipe *now, const struct rollup *r,
                               const struct schema *s, struct recipe **out, struct err *e)
{
    struct recipe_step *steps = MEM_ARRAY(struct recipe_step, s->n_columns + 1);
    char **formulas = MEM_ARRAY(char *, s->n_columns + 1);
    size_t n = add_instants(s, steps, formulas);
    enum err_code rc;

    steps[n] = (struct recipe_step){.op = RECIPE_ROLLUP,
                                    .names = r->names,
                                    .n = r->n,
                                    .aggregates = r->aggregates,
                                    .n_aggregates = r->n_aggregates,
                                    .last = !r->without_rows};
    rc = recipe_appended(now, steps, n + 1, out, e);
    while (n-- > 0)
        free(formulas[n]);
    free(formulas);
    free(steps);
    return rc;
}

static void apply(struct tab *t, struct rollup *r, const struct schema *s)
{
    struct recipe *recipe = NULL;
    enum err_code rc;
    struct err e;

    if (r->n_aggregates <= 1) /* the count alone, or not even that */
        add_sums(r, s);
    rc = rolled_up(work_recipe(t), r, s, &recipe, &e);
    work_apply(t, rc, recipe, &e, what_of(r), ANCHOR_FIRST);
}

/* NULL, which is said: there are no columns, or of a tree. */
static const struct schema *schema_to_roll_up(struct tab *t)
{
    const struct schema *s = work_recipe(t) ? table_view_window(t->table).schema : NULL;

    if (s && recipe_is_tree(work_recipe(t))) {
        warn(t, "it is a tree already");
        return NULL;
    }
    if (s && s->is_blink) { /* protocol: its rows are gone with the next cycle */
        warn(t, "a blink table cannot be rolled up: its rows do not stay");
        return NULL;
    }
    return s;
}

void trees_roll_up(struct tab *t, const char *text)
{
    const struct schema *s = schema_to_roll_up(t);
    struct rollup r = {0};
    struct err e;

    if (!s)
        return;
    if (read_rollup(&r, s, text, &e) == ERR_OK)
        apply(t, &r, s);
    else
        warn(t, e.msg);
    release(&r);
}

/* By the columns that are selected, or the current one. */
static void roll_up_here(struct tab *t)
{
    struct grid *g = table_view_grid(t->table);
    const struct schema *s = schema_to_roll_up(t);
    const size_t *order = columns_order(grid_columns(g));
    struct selection_area a;
    struct rollup r = {0};

    if (!s || !work_column(t))
        return;
    if (grid_selected(g, &a) == SELECTION_COLUMNS)
        for (size_t i = a.first_column; i <= a.last_column; i++)
            add_name(&r, s->columns[order[i]].name);
    else
        add_name(&r, work_column(t)->name);
    add_aggregate(&r, AGGREGATION_COUNT, NULL);
    apply(t, &r, s);
    release(&r);
}

/* --- keys --- */

bool trees_refuse(struct tab *t, const char *what)
{
    const struct recipe *r = t->table ? table_view_recipe(t->table) : NULL;
    char *text;

    if (!r || !recipe_is_tree(r))
        return false;
    text = mem_printf("%s: not of a tree, whose server has no such operation", what);
    warn(t, text);
    free(text);
    return true;
}

/* What its server makes of no tree; NULL: it may. */
static const char *refused_action(enum action a)
{
    switch (a) {
    case ACT_FIND:
    case ACT_FIND_ALL:
    case ACT_FIND_VALUE:
        return "search";
    case ACT_OPEN_VALUES:
        return "distinct values";
    case ACT_OPEN_STATISTICS:
        return "statistics";
    case ACT_TOTALS:
    case ACT_OPEN_TOTALS:
        return "totals";
    case ACT_OPEN_WRITE:
        return "export";
    default:
        return NULL;
    }
}

bool trees_action(struct tab *t, const struct key_match *m)
{
    const char *refused = refused_action(m->binding->action);

    switch (m->binding->action) {
    case ACT_ROLL_UP:
        roll_up_here(t);
        return true;
    case ACT_TOGGLE_NODE:
        table_view_change_nodes(t->table, NODES_TOGGLE);
        return true;
    case ACT_OPEN_NODES:
        table_view_change_nodes(t->table, NODES_OPEN_ALL);
        return true;
    case ACT_CLOSE_NODES:
        table_view_change_nodes(t->table, NODES_CLOSE_ALL);
        return true;
    case ACT_OPEN_CELL:
        if (!table_view_at_node(t->table))
            return false;
        table_view_change_nodes(t->table, NODES_TOGGLE);
        return true;
    default:
        return refused && trees_refuse(t, refused);
    }
}
