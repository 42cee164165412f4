/*
 * The fields of an op, N being a number of what follows it:
 *
 *     filter COLUMN TEXT CONDITION     search TEXT CONDITION       where FORMULA
 *     sort (up|down|absup|absdown COLUMN)...                       reverse
 *     distinct COLUMN...               aggregate N COLUMN... (AGGREGATION COLUMN NAME)...
 *     add NAME FORMULA                 drop COLUMN...              select COLUMN...
 *     head ROWS                        tail ROWS                   slice FIRST LAST
 *     rollup (rows|groups) N COLUMN... (AGGREGATION COLUMN NAME)...
 *     snapshot                         join ON (as below)          asof ON (as below)
 *
 * ON is N COLUMN... N ADDED... VARIABLE OPS: the right table is a variable with operations,
 * as a text like this one. A COLUMN may be LEFT=RIGHT.
 *
 * A condition is written as model/condition_link.h says. What reads a link trusts nothing
 * in it: where the server would also take an expression, a name must be just that.
 */
#include "model/recipe_link.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/condition_link.h"
#include "model/link_fields.h"

#define OP_START "op="
#define DEPTH_MAX 8 /* right tables in one another */

static const char *const op_names[] = {
    [RECIPE_FILTER] = "filter",     [RECIPE_WHERE] = "where",
    [RECIPE_SORT] = "sort",         [RECIPE_REVERSE] = "reverse",
    [RECIPE_DISTINCT] = "distinct", [RECIPE_AGGREGATE] = "aggregate",
    [RECIPE_ADD] = "add",           [RECIPE_DROP] = "drop",
    [RECIPE_SELECT] = "select",     [RECIPE_HEAD] = "head",
    [RECIPE_TAIL] = "tail",         [RECIPE_SLICE] = "slice",
    [RECIPE_SNAPSHOT] = "snapshot", [RECIPE_JOIN] = "join",
    [RECIPE_ASOF_JOIN] = "asof",    [RECIPE_ROLLUP] = "rollup",
};
#define N_OPS (sizeof(op_names) / sizeof(*op_names))

/* What the leaves of a rollup are. */
static const char *const leaf_names[] = {"groups", "rows"};

static const char *const sort_names[] = {"up", "down", "absup", "absdown"};

/* --- writing --- */

static void put_aggregates(struct link_writer *w, const struct recipe_step *s)
{
    link_put_number(w, (int64_t)s->n);
    link_put_names(w, s->names, s->n);
    for (size_t i = 0; i < s->n_aggregates; i++) {
        link_put(w, aggregation_name(s->aggregates[i].op));
        link_put(w, s->aggregates[i].column ? s->aggregates[i].column : "");
        link_put(w, s->aggregates[i].name);
    }
}

static void put_keys(struct link_writer *w, const struct recipe_step *s)
{
    for (size_t i = 0; i < s->n_keys; i++) {
        link_put(w, sort_names[s->keys[i].descending + 2 * s->keys[i].absolute]);
        link_put(w, s->keys[i].column);
    }
}

static void put_steps(struct link_writer *w, const struct recipe_step *steps, size_t n,
                      const char *before);

static void put_right(struct link_writer *w, const struct right_table *t)
{
    const size_t start = strlen(RECIPE_VARIABLE);
    struct link_writer inner = {.e = w->e};
    struct buf ops;
    char *text = mem_strndup((const char *)t->ticket.data + start, t->ticket.len - start);

    link_put(w, text);
    free(text);
    buf_init(&ops, RECIPE_LINK_MAX);
    inner.out = &ops;
    put_steps(&inner, t->steps, t->n, "");
    text = bytes_text(buf_bytes(&ops));
    link_put(w, text);
    free(text);
    buf_release(&ops);
    w->rc = w->rc == ERR_OK ? inner.rc : w->rc;
}

static bool is_variable(struct bytes ticket)
{
    const size_t start = strlen(RECIPE_VARIABLE);

    return ticket.len > start && memcmp(ticket.data, RECIPE_VARIABLE, start) == 0;
}

static void put_join(struct link_writer *w, const struct recipe_step *s)
{
    link_put_number(w, (int64_t)s->n);
    link_put_names(w, s->names, s->n);
    link_put_number(w, (int64_t)s->n_added);
    link_put_names(w, s->added, s->n_added);
    if (is_variable(s->right->ticket))
        put_right(w, s->right);
    else if (w->rc == ERR_OK)
        w->rc =
            err_set(w->e, ERR_USAGE, "a link joins no more than variables, and %s is none",
                    s->right->name);
}

static void put_fields(struct link_writer *w, const struct recipe_step *s)
{
    if (s->right) {
        put_join(w, s);
        return;
    }
    if (s->op == RECIPE_ROLLUP)
        link_put(w, leaf_names[s->last != 0]);
    if (s->op == RECIPE_AGGREGATE || s->op == RECIPE_ROLLUP) {
        put_aggregates(w, s);
        return;
    }
    if (s->op == RECIPE_SLICE)
        link_put_number(w, s->first);
    if (s->op == RECIPE_SLICE || s->op == RECIPE_HEAD || s->op == RECIPE_TAIL)
        link_put_number(w, s->last);
    if (s->column)
        link_put(w, s->column);
    if (s->text)
        link_put(w, s->text);
    if (s->condition)
        condition_link_write(w, s->condition);
    put_keys(w, s);
    link_put_names(w, s->names, s->n);
}

static bool is_edit(const struct recipe_step *s)
{
    return (size_t)s->op < N_OPS && op_names[s->op];
}

static void put_steps(struct link_writer *w, const struct recipe_step *steps, size_t n,
                      const char *before)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_edit(&steps[i]))
            continue;
        link_put_raw(w, before);
        link_put_raw(w, OP_START);
        link_put_raw(w, steps[i].op == RECIPE_FILTER && !steps[i].column
                            ? "search"
                            : op_names[steps[i].op]);
        put_fields(w, &steps[i]);
        before = "&";
    }
}

enum err_code recipe_link_write(const struct recipe *r, struct buf *out, struct err *e)
{
    struct link_writer w = {out, ERR_OK, e};
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);

    put_steps(&w, steps, n, "?");
    return w.rc;
}

/* --- reading --- */

/* Names up to the end of the op, at least one. The array is owned. */
static enum err_code rest_names(struct link_reader *r, const char *const **out, size_t *n)
{
    const char **names = MEM_ARRAY(const char *, r->n - r->at + 1);
    enum err_code rc = ERR_OK;

    *n = 0;
    do
        rc = link_next_name(r, &names[*n]);
    while (rc == ERR_OK && ++*n && !link_reader_at_end(r));
    if (rc == ERR_OK)
        *out = names;
    else
        free(names);
    return rc;
}

/* So many columns, or pairs of them, at least least. The array is owned. */
static enum err_code read_matches(struct link_reader *r, size_t least,
                                  const char *const **out, size_t *n)
{
    const char **names;
    size_t count;

    TRY(link_next_count(r, &count));
    if (count < least)
        return err_set(r->e, ERR_USAGE, "expected a column, found none");
    *out = names = MEM_ARRAY(const char *, count + 1);
    while (*n < count)
        TRY(link_next_match(r, &names[(*n)++]));
    return ERR_OK;
}

static enum err_code read_filter(struct link_reader *r, struct recipe_step *s)
{
    struct condition *c = NULL;

    TRY(link_next(r, "the text of the filter", &s->text));
    TRY(condition_link_read(r, &c));
    s->condition = c;
    return ERR_OK;
}

static enum err_code read_keys(struct link_reader *r, struct recipe_step *s)
{
    struct sort_key *keys = MEM_ARRAY(struct sort_key, r->n - r->at + 1);
    const char *name = "";

    s->keys = keys;
    do {
        size_t order;

        TRY(link_next(r, "up, down, absup or absdown", &name));
        order = link_find(sort_names, 4, name);
        if (order == 4)
            return err_set(r->e, ERR_USAGE,
                           "expected up, down, absup or absdown, found \"%s\"", name);
        TRY(link_next_name(r, &keys[s->n_keys].column));
        keys[s->n_keys].descending = order % 2;
        keys[s->n_keys++].absolute = order / 2;
    } while (!link_reader_at_end(r));
    return ERR_OK;
}

static enum err_code read_aggregate(struct link_reader *r, struct aggregate *a)
{
    const char *name = "";

    TRY(link_next(r, "an aggregation", &name));
    if (!aggregation_find(name, &a->op))
        return err_set(r->e, ERR_USAGE, "expected an aggregation, found \"%s\"", name);
    if (a->op != AGGREGATION_COUNT)
        TRY(link_next_name(r, &a->column));
    else
        TRY(link_next(r, "an empty field", &name));
    return link_next_name(r, &a->name);
}

static enum err_code read_aggregates(struct link_reader *r, struct recipe_step *s)
{
    struct aggregate *aggregates;
    const char **names;
    size_t n;

    TRY(link_next_count(r, &n));
    s->names = names = MEM_ARRAY(const char *, n);
    while (s->n < n)
        TRY(link_next_name(r, &names[s->n++]));
    s->aggregates = aggregates = MEM_ARRAY(struct aggregate, (r->n - r->at) / 3 + 1);
    do
        TRY(read_aggregate(r, &aggregates[s->n_aggregates++]));
    while (!link_reader_at_end(r));
    return ERR_OK;
}

static enum err_code read_rollup(struct link_reader *r, struct recipe_step *s)
{
    const char *leaves = "";

    TRY(link_next(r, "rows or groups", &leaves));
    s->last = (int64_t)link_find(leaf_names, 2, leaves);
    if (s->last == 2)
        return err_set(r->e, ERR_USAGE, "expected rows or groups, found \"%s\"", leaves);
    return read_aggregates(r, s);
}

/* What comes after the name of the op. Lists are owned by the step, what is in them is
 * borrowed. */
static enum err_code read_fields(struct link_reader *r, struct recipe_step *s)
{
    switch (s->op) {
    case RECIPE_FILTER:
        return read_filter(r, s);
    case RECIPE_WHERE:
        return link_next(r, "a formula", &s->text);
    case RECIPE_SORT:
        return read_keys(r, s);
    case RECIPE_DISTINCT:
    case RECIPE_DROP:
    case RECIPE_SELECT:
        return rest_names(r, &s->names, &s->n);
    case RECIPE_AGGREGATE:
        return read_aggregates(r, s);
    case RECIPE_ROLLUP:
        return read_rollup(r, s);
    case RECIPE_ADD:
        TRY(link_next_name(r, &s->column));
        return link_next(r, "a formula", &s->text);
    case RECIPE_SLICE:
        TRY(link_next_number(r, INT64_MIN, &s->first));
        return link_next_number(r, INT64_MIN, &s->last);
    case RECIPE_HEAD:
    case RECIPE_TAIL:
        return link_next_number(r, 0, &s->last);
    case RECIPE_JOIN:
    case RECIPE_ASOF_JOIN:
        TRY(read_matches(r, 1, &s->names, &s->n));
        TRY(read_matches(r, 0, &s->added, &s->n_added));
        TRY(link_next(r, "the name of a variable", &s->column));
        return link_next(r, "operations", &s->text);
    case RECIPE_REVERSE:
    case RECIPE_SNAPSHOT:
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
    return ERR_OK;
}

static enum err_code read_op(struct link_reader *r, struct recipe_step *s)
{
    const char *name = "";
    size_t op;

    TRY(link_next(r, "an operation", &name));
    op = strcmp(name, "search") == 0 ? RECIPE_FILTER : link_find(op_names, N_OPS, name);
    if (op == N_OPS)
        return err_set(r->e, ERR_USAGE, "expected an operation, found \"%s\"", name);
    s->op = (enum recipe_op)op;
    if (strcmp(name, "filter") == 0) /* only said: what is asked of is in the condition */
        TRY(link_next(r, "the name of a column", &s->column));
    TRY(read_fields(r, s));
    if (!link_reader_at_end(r))
        return err_set(r->e, ERR_USAGE, "expected the end of %s, found \"%s\"", name,
                       r->fields[r->at]);
    return ERR_OK;
}

static void release_lists(struct recipe_step *s)
{
    free((void *)s->names);
    free((void *)s->added);
    free((void *)s->keys);
    free((void *)s->aggregates);
    condition_free((struct condition *)s->condition);
}

static bool is_join(enum recipe_op op)
{
    return op == RECIPE_JOIN || op == RECIPE_ASOF_JOIN;
}

static enum err_code read_ops(const struct recipe *r, const char *ops, int depth,
                              struct recipe **out, struct err *e);

/* A variable with operations as a recipe (owned). */
static enum err_code read_right(const char *name, const char *ops, int depth,
                                struct recipe **out, struct err *e)
{
    struct recipe *source;
    enum err_code rc = ERR_OK;
    char *ticket;

    if (depth == DEPTH_MAX)
        return err_set(e, ERR_LIMIT, "joins of more than %d tables in one another",
                       DEPTH_MAX);
    ticket = mem_printf(RECIPE_VARIABLE "%s", name);
    source = recipe_new(name, bytes_of(ticket));
    if (*ops)
        rc = read_ops(source, ops, depth + 1, out, e);
    else
        *out = recipe_copy(source);
    recipe_free(source);
    free(ticket);
    return rc;
}

/* A join that was read, with its right table in place of the two texts that it is made of.
 * What it borrows of that is in *joined (owned). */
static enum err_code add_right(struct recipe_step *s, int depth, struct recipe **joined,
                               struct right_table *right, struct err *e)
{
    TRY(read_right(s->column, s->text, depth, joined, e));
    *right = recipe_right(*joined);
    s->right = right;
    s->column = s->text = NULL;
    return ERR_OK;
}

/* One op, "op=...", as a step, owned. */
static enum err_code read_step(const char *text, size_t len, int depth,
                               struct recipe_step *out, struct err *e)
{
    struct link_reader r;
    struct right_table right = {0};
    struct recipe *joined = NULL; /* what the right table borrows */
    struct recipe_step s = {0};
    enum err_code rc;

    if (strncmp(text, OP_START, strlen(OP_START)) != 0) /* its value may be a secret */
        return err_set(e, ERR_USAGE, "expected op=, found \"%.*s\"",
                       (int)strcspn(text, "=&"), text);
    rc = link_reader_init(&r, text + strlen(OP_START), len - strlen(OP_START), e);
    if (rc == ERR_OK)
        rc = read_op(&r, &s);
    if (rc == ERR_OK && is_join(s.op))
        rc = add_right(&s, depth, &joined, &right, e);
    if (rc == ERR_OK)
        *out = recipe_step_copy(&s);
    recipe_free(joined);
    release_lists(&s);
    link_reader_release(&r);
    return rc;
}

static enum err_code read_ops(const struct recipe *r, const char *ops, int depth,
                              struct recipe **out, struct err *e)
{
    struct recipe_step steps[RECIPE_EDITS_MAX];
    enum err_code rc = ERR_OK;
    size_t n = 0;

    if (strlen(ops) > RECIPE_LINK_MAX)
        return err_set(e, ERR_LIMIT, "operations of more than %zu bytes", RECIPE_LINK_MAX);
    while (ops && rc == ERR_OK) {
        size_t len = strcspn(ops, "&");

        if (n == RECIPE_EDITS_MAX)
            rc = err_set(e, ERR_LIMIT, "more than %d operations", RECIPE_EDITS_MAX);
        else if ((rc = read_step(ops, len, depth, &steps[n], e)) != ERR_OK)
            (void)err_wrap(e, rc, "operation %zu", n + 1);
        else
            n++;
        ops = ops[len] ? ops + len + 1 : NULL;
    }
    if (rc == ERR_OK)
        rc = recipe_appended(r, steps, n, out, e);
    while (n-- > 0)
        recipe_step_release(&steps[n]);
    return rc;
}

enum err_code recipe_link_read(const struct recipe *r, const char *ops, struct recipe **out,
                               struct err *e)
{
    return read_ops(r, ops, 0, out, e);
}
