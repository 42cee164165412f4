/*
 * A recipe keeps the states that undo and redo go through, oldest first, and which of them
 * counts. A state is the list of its edits as steps, in normal form by how it was made: an
 * edit copies the state that counts, changes the copy and puts it behind, in place of what
 * had been undone. The steps of the whole are put together from it once, when the recipe is
 * made, and borrow from the state.
 */
#include "model/recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The first has had no edit, unless it was one too many for RECIPE_EDITS_MAX. */
#define STATES_MAX (RECIPE_EDITS_MAX + 1)

struct state {
    struct recipe_step *steps; /* owned, and what they hold */
    size_t n;
};

struct recipe {
    char *name;
    struct buf ticket;
    struct recipe_step source;           /* owned */
    struct nodes *nodes;                 /* owned, or NULL */
    struct recipe_step text_types, view; /* owned; without names: no step */
    struct state states[STATES_MAX];
    size_t n_states, now;
    struct recipe_step *steps; /* all of them; what they hold is borrowed */
    size_t n_steps;
};

/* --- states --- */

/* With room for more steps. */
static struct state state_copy(const struct state *s, size_t more)
{
    struct state out = {MEM_ARRAY(struct recipe_step, s->n + more), s->n};

    for (size_t i = 0; i < s->n; i++)
        out.steps[i] = recipe_step_copy(&s->steps[i]);
    return out;
}

static void state_release(struct state *s)
{
    for (size_t i = 0; i < s->n; i++)
        recipe_step_release(&s->steps[i]);
    free(s->steps);
}

static bool state_equal(const struct state *a, const struct state *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!recipe_step_equal(&a->steps[i], &b->steps[i]))
            return false;
    return true;
}

/* It has the room. */
static void state_insert(struct state *s, size_t at, const struct recipe_step *step)
{
    memmove(s->steps + at + 1, s->steps + at, (s->n - at) * sizeof(*s->steps));
    s->steps[at] = recipe_step_copy(step);
    s->n++;
}

static void state_remove(struct state *s, size_t at)
{
    recipe_step_release(&s->steps[at]);
    s->n--;
    memmove(s->steps + at, s->steps + at + 1, (s->n - at) * sizeof(*s->steps));
}

/* --- life --- */

static struct recipe_step names_step(enum recipe_op op, const char *const *names, size_t n)
{
    struct recipe_step s = {.op = op, .names = names, .n = n};

    return recipe_step_copy(&s);
}

static const struct state *state_of(const struct recipe *r)
{
    return &r->states[r->now];
}

/* The rollup of a state, or NULL; there is one at most. */
static const struct recipe_step *rollup_of(const struct state *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->steps[i].op == RECIPE_ROLLUP)
            return &s->steps[i];
    return NULL;
}

/* Its nodes are of this tree, and not of one that undo has led back from. */
static bool has_nodes(const struct recipe *r)
{
    const struct recipe_step *rollup = rollup_of(state_of(r));

    return nodes_rows(r->nodes) > 0 &&
           (!rollup || nodes_fit(r->nodes, rollup->names, rollup->n));
}

/* Puts its steps together; the last thing done to a new recipe. */
static struct recipe *settled(struct recipe *r)
{
    const struct state *s = state_of(r);
    bool tree = r->source.op == RECIPE_TREE || rollup_of(s);
    size_t n = 0;

    free(r->steps);
    r->steps = MEM_ARRAY(struct recipe_step, s->n + RECIPE_STEPS_MAX - RECIPE_EDITS_MAX);
    r->steps[n++] = r->source;
    for (size_t i = 0; i < s->n; i++)
        r->steps[n++] = s->steps[i];
    if (tree && has_nodes(r))
        r->steps[n++] = (struct recipe_step){.op = RECIPE_KEYS, .nodes = r->nodes};
    if (tree)
        r->steps[n++] = (struct recipe_step){.op = RECIPE_NODES};
    if (!tree && r->text_types.n > 0)
        r->steps[n++] = r->text_types;
    if (!tree && r->view.n > 0)
        r->steps[n++] = r->view;
    r->n_steps = n;
    return r;
}

static struct recipe *new_recipe(const char *name, struct bytes ticket,
                                 const struct recipe_step *source)
{
    struct recipe *r = MEM_NEW(struct recipe);

    r->name = mem_strdup(name);
    buf_init(&r->ticket, ticket.len + 1);
    (void)buf_append(&r->ticket, ticket.data, ticket.len, NULL); /* it has the room */
    r->source = recipe_step_copy(source);
    r->text_types.op = RECIPE_PREVIEW;
    r->view.op = RECIPE_VIEW;
    return r;
}

static struct recipe *new_source(const char *name, struct bytes ticket,
                                 const struct recipe_step *source)
{
    struct recipe *r = new_recipe(name, ticket, source);

    r->n_states = 1;
    return settled(r);
}

struct recipe *recipe_new(const char *name, struct bytes ticket)
{
    return new_source(name, ticket, &(struct recipe_step){.op = RECIPE_FETCH});
}

struct recipe *recipe_new_tree(const char *name, struct bytes ticket)
{
    return new_source(name, ticket, &(struct recipe_step){.op = RECIPE_TREE});
}

struct recipe *recipe_new_merged(const char *name, struct bytes ticket)
{
    return new_source(name, ticket, &(struct recipe_step){.op = RECIPE_MERGE});
}

struct recipe *recipe_new_empty(int64_t rows)
{
    char name[40];

    (void)snprintf(name, sizeof(name), "empty %" PRId64, rows);
    return new_source(name, (struct bytes){0},
                      &(struct recipe_step){.op = RECIPE_EMPTY, .last = rows});
}

struct recipe *recipe_new_time(const char *period, int64_t start_ns)
{
    char *name = mem_printf("time %s", period);
    struct recipe *r = new_source(
        name, (struct bytes){0},
        &(struct recipe_step){.op = RECIPE_TIME, .text = period, .first = start_ns});

    free(name);
    return r;
}

/* The step that gets the source by another ticket: as long as it has one, the same. */
static struct recipe_step step_by(const struct recipe *r, struct bytes ticket)
{
    bool same = bytes_equal(ticket, recipe_ticket(r)) || r->source.op == RECIPE_TREE;

    return same ? r->source : (struct recipe_step){.op = RECIPE_FETCH};
}

/* A copy with the states from first to before last; not settled. */
static struct recipe *copy_states(const struct recipe *r, struct bytes ticket, size_t first,
                                  size_t last)
{
    struct recipe_step source = step_by(r, ticket);
    struct recipe *out = new_recipe(r->name, ticket, &source);

    out->nodes = nodes_copy(r->nodes);
    out->text_types = recipe_step_copy(&r->text_types);
    out->view = recipe_step_copy(&r->view);
    for (size_t i = first; i < last; i++)
        out->states[out->n_states++] = state_copy(&r->states[i], 0);
    out->now = r->now - first;
    return out;
}

struct recipe *recipe_copy(const struct recipe *r)
{
    return recipe_of_source(r, recipe_ticket(r));
}

void recipe_free(struct recipe *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_states; i++)
        state_release(&r->states[i]);
    recipe_step_release(&r->source);
    recipe_step_release(&r->text_types);
    recipe_step_release(&r->view);
    nodes_free(r->nodes);
    free(r->steps);
    buf_release(&r->ticket);
    free(r->name);
    free(r);
}

const char *recipe_name(const struct recipe *r)
{
    return r->name;
}

struct bytes recipe_ticket(const struct recipe *r)
{
    return buf_bytes(&r->ticket);
}

bool recipe_has_ticket(const struct recipe *r)
{
    return r->ticket.len > 0;
}

/* --- what is no edit --- */

static struct recipe *with_names(const struct recipe *r, enum recipe_op op,
                                 const char *const *names, size_t n)
{
    struct recipe *out = copy_states(r, recipe_ticket(r), 0, r->n_states);
    struct recipe_step *s = op == RECIPE_VIEW ? &out->view : &out->text_types;

    recipe_step_release(s);
    *s = names_step(op, names, n);
    return settled(out);
}

struct recipe *recipe_with_view(const struct recipe *r, const char *const *columns,
                                size_t n)
{
    return with_names(r, RECIPE_VIEW, columns, n);
}

struct recipe *recipe_with_text(const struct recipe *r, const char *const *types, size_t n)
{
    return with_names(r, RECIPE_PREVIEW, types, n);
}

struct recipe *recipe_with_nodes(const struct recipe *r, const struct nodes *nodes)
{
    struct recipe *out = copy_states(r, recipe_ticket(r), 0, r->n_states);

    nodes_free(out->nodes);
    out->nodes = nodes_copy(nodes);
    return settled(out);
}

struct recipe *recipe_without_edits(const struct recipe *r)
{
    struct recipe *out = new_source(r->name, recipe_ticket(r), &r->source);

    out->text_types = recipe_step_copy(&r->text_types);
    return settled(out);
}

struct recipe *recipe_of_source(const struct recipe *r, struct bytes ticket)
{
    return settled(
        copy_states(r, ticket.len > 0 ? ticket : recipe_ticket(r), 0, r->n_states));
}

struct recipe *recipe_edits_only(const struct recipe *r)
{
    struct recipe *out = new_recipe(r->name, recipe_ticket(r), &r->source);

    out->nodes = nodes_copy(r->nodes);
    out->states[out->n_states++] = state_copy(state_of(r), 0);
    return settled(out);
}

/* --- edits --- */

/* r with the state s (given) after the one that counts. */
static struct recipe *with_state(const struct recipe *r, struct state *s)
{
    size_t last = r->now + 1, first = last < STATES_MAX ? 0 : last + 1 - STATES_MAX;
    struct recipe *out;

    if (state_equal(s, state_of(r))) {
        state_release(s);
        return recipe_copy(r);
    }
    out = copy_states(r, recipe_ticket(r), first, last);
    out->now = out->n_states++;
    out->states[out->now] = *s;
    return settled(out);
}

/* protocol: what HierarchicalTableService can apply. */
static enum err_code check_in_tree(const struct recipe_step *s, struct err *e)
{
    for (size_t i = 0; i < s->n_keys; i++)
        if (s->keys[i].absolute)
            return err_set(e, ERR_USAGE, "the rows of a tree are sorted with their signs");
    if (s->op == RECIPE_SORT || (s->op == RECIPE_FILTER && !recipe_step_runs_code(s)))
        return ERR_OK;
    return err_set(e, ERR_USAGE,
                   s->op == RECIPE_ROLLUP
                       ? "it is rolled up already"
                       : "the rows of a tree can only be sorted and filtered by values");
}

static enum err_code check_state(const struct recipe *r, const struct state *s,
                                 struct err *e)
{
    bool in_tree = r->source.op == RECIPE_TREE;

    if (s->n > RECIPE_EDITS_MAX)
        return err_set(e, ERR_LIMIT, "a table can have %d steps at most", RECIPE_EDITS_MAX);
    for (size_t i = 0; i < s->n; i++) {
        if (in_tree)
            TRY(check_in_tree(&s->steps[i], e));
        in_tree = in_tree || s->steps[i].op == RECIPE_ROLLUP;
    }
    return ERR_OK;
}

static enum err_code finish(const struct recipe *r, struct state *s, struct recipe **out,
                            struct err *e)
{
    enum err_code rc = check_state(r, s, e);

    if (rc == ERR_OK)
        *out = with_state(r, s);
    else
        state_release(s);
    return rc;
}

enum err_code recipe_appended(const struct recipe *r, const struct recipe_step *steps,
                              size_t n, struct recipe **out, struct err *e)
{
    struct state s;

    for (size_t i = 0; i < n; i++)
        TRY(recipe_step_check(&steps[i], e));
    s = state_copy(state_of(r), n);
    for (size_t i = 0; i < n; i++)
        state_insert(&s, s.n, &steps[i]);
    return finish(r, &s, out, e);
}

/* Where a filter goes: in front of the sorts that are last, to which it makes no
 * difference. */
static size_t before_sorts(const struct state *s)
{
    size_t at = s->n;

    while (at > 0 &&
           (s->steps[at - 1].op == RECIPE_SORT || s->steps[at - 1].op == RECIPE_REVERSE))
        at--;
    return at;
}

static bool of_column(const struct recipe_step *s, const char *column)
{
    if (s->op != RECIPE_FILTER || !column != !s->column)
        return false;
    return !column || strcmp(s->column, column) == 0;
}

/* The place of the quick filter that is replaced, or s->n. */
static size_t find_filter(const struct state *s, const char *column,
                          const struct condition *c)
{
    for (size_t i = s->n; i-- > 0;) {
        if (of_column(&s->steps[i], column))
            return i;
        if (recipe_step_sees_order(&s->steps[i]) ||
            recipe_step_makes(&s->steps[i], column, c))
            break;
    }
    return s->n;
}

/* In front of the filters, too. */
static size_t before_filters(const struct state *s)
{
    size_t at = before_sorts(s);

    while (at > 0 && !recipe_step_sees_order(&s->steps[at - 1]) &&
           (s->steps[at - 1].op == RECIPE_FILTER || s->steps[at - 1].op == RECIPE_WHERE))
        at--;
    return at;
}

/* A filter takes the place of the older one; place() tells where, if there is none. */
static enum err_code put_filter(const struct recipe *r, const struct recipe_step *step,
                                size_t (*place)(const struct state *s), struct recipe **out,
                                struct err *e)
{
    struct state s = state_copy(state_of(r), 1);
    size_t old = find_filter(&s, step->column, step->condition), at = old;

    if (old < s.n)
        state_remove(&s, old);
    else
        at = place(&s);
    if (step->condition)
        state_insert(&s, at, step);
    return finish(r, &s, out, e);
}

enum err_code recipe_filtered(const struct recipe *r, const char *column, const char *text,
                              const struct condition *c, struct recipe **out, struct err *e)
{
    return put_filter(
        r,
        &(struct recipe_step){
            .op = RECIPE_FILTER, .column = column, .text = text, .condition = c},
        before_sorts, out, e);
}

enum err_code recipe_filtered_parts(const struct recipe *r, const char *column,
                                    const char *text, const struct condition *c,
                                    struct recipe **out, struct err *e)
{
    return put_filter(
        r,
        &(struct recipe_step){
            .op = RECIPE_FILTER, .column = column, .text = text, .condition = c},
        before_filters, out, e);
}

enum err_code recipe_where(const struct recipe *r, const char *formula, struct recipe **out,
                           struct err *e)
{
    struct recipe_step step = {.op = RECIPE_WHERE, .text = formula};
    struct state s = state_copy(state_of(r), 1);

    state_insert(&s, recipe_step_sees_order(&step) ? s.n : before_sorts(&s), &step);
    return finish(r, &s, out, e);
}

/* The last step of that op that another would replace, or s->n. */
static size_t find_order(const struct state *s, enum recipe_op op)
{
    for (size_t i = s->n; i-- > 0 && !recipe_step_sees_order(&s->steps[i]);) {
        if (s->steps[i].op == op)
            return i;
        if (s->steps[i].op == RECIPE_SORT) /* what was reversed before it does not count */
            break;
    }
    return s->n;
}

static void remove_sorts(struct state *s)
{
    for (size_t i = s->n; i-- > 0 && !recipe_step_sees_order(&s->steps[i]);)
        if (s->steps[i].op == RECIPE_SORT || s->steps[i].op == RECIPE_REVERSE)
            state_remove(s, i);
}

enum err_code recipe_sorted(const struct recipe *r, const struct sort_key *keys, size_t n,
                            struct recipe **out, struct err *e)
{
    struct recipe_step step = {.op = RECIPE_SORT, .keys = keys, .n_keys = n};
    struct state s = state_copy(state_of(r), 1);

    remove_sorts(&s);
    if (n > 0)
        state_insert(&s, s.n, &step);
    return finish(r, &s, out, e);
}

enum err_code recipe_reversed(const struct recipe *r, struct recipe **out, struct err *e)
{
    struct recipe_step step = {.op = RECIPE_REVERSE};
    struct state s = state_copy(state_of(r), 1);
    size_t old = find_order(&s, RECIPE_REVERSE);

    if (old < s.n)
        state_remove(&s, old);
    else
        state_insert(&s, s.n, &step);
    return finish(r, &s, out, e);
}

static bool is_filter(const struct recipe_step *s)
{
    return s->op == RECIPE_FILTER || s->op == RECIPE_WHERE;
}

struct recipe *recipe_without_filters(const struct recipe *r)
{
    struct state s = state_copy(state_of(r), 0);

    for (size_t i = s.n; i-- > 0;)
        if (is_filter(&s.steps[i]))
            state_remove(&s, i);
    return with_state(r, &s);
}

struct recipe *recipe_without_filter(const struct recipe *r, size_t i)
{
    struct state s = state_copy(state_of(r), 0);

    for (size_t k = 0; k < s.n; k++)
        if (is_filter(&s.steps[k]) && i-- == 0) {
            state_remove(&s, k);
            break;
        }
    return with_state(r, &s);
}

/* --- undo and redo --- */

bool recipe_can_undo(const struct recipe *r)
{
    return r->now > 0;
}

bool recipe_can_redo(const struct recipe *r)
{
    return r->now + 1 < r->n_states;
}

static struct recipe *at_state(const struct recipe *r, size_t now)
{
    struct recipe *out = copy_states(r, recipe_ticket(r), 0, r->n_states);

    out->now = now;
    return settled(out);
}

struct recipe *recipe_undo(const struct recipe *r)
{
    return at_state(r, r->now - recipe_can_undo(r));
}

struct recipe *recipe_redo(const struct recipe *r)
{
    return at_state(r, r->now + recipe_can_redo(r));
}

/* --- what it comes to --- */

const struct recipe_step *recipe_steps(const struct recipe *r, size_t *n)
{
    *n = r->n_steps;
    return r->steps;
}

size_t recipe_filters(const struct recipe *r,
                      const struct recipe_step *out[RECIPE_EDITS_MAX])
{
    const struct state *s = state_of(r);
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        if (is_filter(&s->steps[i]))
            out[n++] = &s->steps[i];
    return n;
}

static const struct recipe_step *step_at(const struct state *s, size_t i)
{
    return i < s->n ? &s->steps[i] : NULL;
}

const struct recipe_step *recipe_filter_of(const struct recipe *r, const char *column)
{
    const struct state *s = state_of(r);

    return step_at(s, find_filter(s, column, NULL));
}

const struct recipe_step *recipe_sort(const struct recipe *r)
{
    const struct state *s = state_of(r);

    return step_at(s, find_order(s, RECIPE_SORT));
}

bool recipe_is_reversed(const struct recipe *r)
{
    return find_order(state_of(r), RECIPE_REVERSE) < state_of(r)->n;
}

static bool changes_schema(enum recipe_op op)
{
    return op == RECIPE_DISTINCT || op == RECIPE_AGGREGATE || op == RECIPE_ADD ||
           op == RECIPE_DROP || op == RECIPE_SELECT || op == RECIPE_STATISTICS ||
           op == RECIPE_ROLLUP || op == RECIPE_JOIN || op == RECIPE_ASOF_JOIN;
}

bool recipe_keeps_schema(const struct recipe *r)
{
    const struct state *s = state_of(r);

    for (size_t i = 0; i < s->n; i++)
        if (changes_schema(s->steps[i].op))
            return false;
    return true;
}

bool recipe_is_tree(const struct recipe *r)
{
    return r->source.op == RECIPE_TREE || rollup_of(state_of(r));
}

const struct nodes *recipe_nodes(const struct recipe *r)
{
    return has_nodes(r) ? r->nodes : NULL;
}

bool recipe_has_edits(const struct recipe *r)
{
    return state_of(r)->n > 0;
}

bool recipe_has_text(const struct recipe *r)
{
    return r->text_types.n > 0 && !recipe_is_tree(r);
}

size_t recipe_shared(const struct recipe *a, const struct recipe *b)
{
    size_t n = 0;

    if (!bytes_equal(recipe_ticket(a), recipe_ticket(b)))
        return 0;
    while (n < a->n_steps && n < b->n_steps &&
           recipe_step_equal(&a->steps[n], &b->steps[n]))
        n++;
    return n;
}

bool recipe_equal(const struct recipe *a, const struct recipe *b)
{
    size_t n = recipe_shared(a, b);

    return n > 0 && n == a->n_steps && n == b->n_steps;
}
