/*
 * Random edits of a recipe beside a slow model. The model keeps what the user did and takes
 * it literally, on a table of a few small numbers: edits in the order in which they were
 * made, without those that a later one stands for. The steps that the recipe comes to must
 * give the same table: what was moved makes no difference. Every recipe of a program is
 * kept and compared with all others at its end, so none may change after it was made.
 */
#include "model/recipe.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/recipe_link.h"
#include "tests/support/program.h"

enum { MAX_STEPS = 20, MAX_ROWS = 12, MAX_COLUMNS = 5, N_ARGS = 6 };

/* --- the table: columns of a letter each; a column that is not there is all 0 --- */

struct rows {
    char columns[MAX_COLUMNS + 1];
    int cells[MAX_ROWS][MAX_COLUMNS];
    size_t n;
};

static const struct rows source = {"ABC",
                                   {{3, 1, 2},
                                    {1, 1, 0},
                                    {2, 0, 2},
                                    {3, 0, 1},
                                    {0, 2, 2},
                                    {1, 0, 0},
                                    {2, 2, 1},
                                    {3, 1, 0}},
                                   8};

static int cell(const struct rows *t, size_t row, char column)
{
    const char *at = strchr(t->columns, column);

    return at && column ? t->cells[row][at - t->columns] : 0;
}

static void keep_rows(struct rows *t, size_t first, size_t last)
{
    last = last < t->n ? last : t->n;
    first = first < last ? first : last;
    memmove(t->cells, t->cells[first], (last - first) * sizeof(*t->cells));
    t->n = last - first;
}

static void keep_columns(struct rows *t, const char *columns)
{
    struct rows out = {.n = t->n};

    for (; *columns; columns++)
        if (strchr(t->columns, *columns)) {
            for (size_t row = 0; row < t->n; row++)
                out.cells[row][strlen(out.columns)] = cell(t, row, *columns);
            out.columns[strlen(out.columns)] = *columns;
        }
    *t = out;
}

static void set_column(struct rows *t, char column, const int *values)
{
    size_t at = strcspn(t->columns, (char[]){column, '\0'});

    if (at == MAX_COLUMNS)
        return;
    t->columns[at] = column;
    for (size_t row = 0; row < t->n; row++)
        t->cells[row][at] = values[row];
}

static void sort_rows(struct rows *t, char column, bool descending)
{
    for (size_t end = t->n; end > 1; end--)
        for (size_t i = 1; i < end; i++) {
            int a = cell(t, i - 1, column), b = cell(t, i, column), held[MAX_COLUMNS];

            if (descending ? a >= b : a <= b)
                continue;
            memcpy(held, t->cells[i], sizeof(held));
            memcpy(t->cells[i], t->cells[i - 1], sizeof(held));
            memcpy(t->cells[i - 1], held, sizeof(held));
        }
}

static void reverse_rows(struct rows *t)
{
    struct rows old = *t;

    for (size_t i = 0; i < t->n; i++)
        memcpy(t->cells[i], old.cells[t->n - 1 - i], sizeof(*t->cells));
}

static void distinct_rows(struct rows *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        size_t k = 0;

        while (k < n && memcmp(t->cells[k], t->cells[i], sizeof(*t->cells)) != 0)
            k++;
        if (k == n)
            memmove(t->cells[n++], t->cells[i], sizeof(*t->cells));
    }
    t->n = n;
}

static bool rows_equal(const struct rows *a, const struct rows *b)
{
    return a->n == b->n && strcmp(a->columns, b->columns) == 0 &&
           memcmp(a->cells, b->cells, a->n * sizeof(*a->cells)) == 0;
}

/* --- edits --- */

enum op {
    OP_FILTER,
    OP_UNFILTER,
    OP_SEARCH,
    OP_WHERE,
    OP_SORT,
    OP_UNSORT,
    OP_REVERSE,
    OP_DISTINCT,
    OP_ADD,
    OP_DROP,
    OP_SELECT,
    OP_HEAD,
    OP_TAIL,
    OP_SLICE,
    OP_CLEAR,
    N_EDITS,
    OP_UNDO = N_EDITS,
    OP_REDO,
    OP_VIEW,
    OP_TEXT,
    N_OPS
};
static const char *const op_name[] = {"filter", "unfilter", "search",   "where", "sort",
                                      "unsort", "reverse",  "distinct", "add",   "drop",
                                      "select", "head",     "tail",     "slice", "clear",
                                      "undo",   "redo",     "view",     "text"};

/* What an edit is about: all of them read from the same arguments. */
static const struct arg {
    char column, columns[4];
    int value;
    const char *where, *formula; /* of the column */
    bool where_sees_order, formula_sees_order;
} args[N_ARGS] = {
    {'A', "AB", 1, "A >= 1", "A + 1", false, false},
    {'B', "C", 2, "B >= 2", "A + 1", false, false},
    {'A', "ABC", 2, "ii < 3", "ii", true, true},
    {'C', "CA", 0, "C >= 0", "A + 1", false, false},
    {'D', "D", 3, "ii < 3", "ii", true, true},
    {'D', "BD", 1, "D >= 1", "A + 1", false, false},
};

struct step {
    enum op op;
    size_t arg;
    bool fault; /* planted: the model does nothing */
};

static void filter_rows(struct rows *t, const char *columns, int at_least)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        bool kept = false;

        for (const char *c = columns; *c; c++)
            kept = kept || cell(t, i, *c) >= at_least;
        if (kept)
            memmove(t->cells[n++], t->cells[i], sizeof(*t->cells));
    }
    t->n = n;
}

static void where_rows(struct rows *t, const char *formula)
{
    if (strcmp(formula, "ii < 3") == 0)
        keep_rows(t, 0, 3);
    else
        filter_rows(t, (char[]){*formula, '\0'}, formula[strlen(formula) - 1] - '0');
}

static void add_column(struct rows *t, char column, const char *formula)
{
    int values[MAX_ROWS];

    for (size_t i = 0; i < t->n; i++)
        values[i] = strcmp(formula, "ii") == 0 ? (int)i : cell(t, i, 'A') + 1;
    set_column(t, column, values);
}

static void drop_columns(struct rows *t, const char *columns)
{
    char kept[MAX_COLUMNS + 1] = "";

    for (const char *c = t->columns; *c; c++)
        if (!strchr(columns, *c))
            kept[strlen(kept)] = *c;
    keep_columns(t, kept);
}

static void take(struct rows *t, enum op op, const struct arg *a)
{
    switch (op) {
    case OP_FILTER:
        filter_rows(t, (char[]){a->column, '\0'}, a->value);
        break;
    case OP_SEARCH:
        filter_rows(t, a->columns, a->value);
        break;
    case OP_WHERE:
        where_rows(t, a->where);
        break;
    case OP_SORT:
        sort_rows(t, a->column, a->value % 2);
        break;
    case OP_REVERSE:
        reverse_rows(t);
        break;
    case OP_DISTINCT:
        keep_columns(t, a->columns);
        distinct_rows(t);
        break;
    case OP_ADD:
        add_column(t, a->column, a->formula);
        break;
    case OP_DROP:
        drop_columns(t, a->columns);
        break;
    case OP_SELECT:
        keep_columns(t, a->columns);
        break;
    case OP_HEAD:
        keep_rows(t, 0, (size_t)a->value + 1);
        break;
    case OP_TAIL:
        keep_rows(t, t->n - (t->n < (size_t)a->value ? t->n : (size_t)a->value), t->n);
        break;
    case OP_SLICE:
        keep_rows(t, 1, (size_t)a->value + 3);
        break;
    default:
        break;
    }
}

/* --- the model: the edits that stand, in the order in which they were made --- */

struct edits {
    struct step at[MAX_STEPS];
    size_t n;
};

struct model {
    struct edits states[MAX_STEPS + 1];
    size_t n, now;
    const char *view, *text;
};

static bool fixes_rows(const struct step *s)
{
    return s->op == OP_DISTINCT || s->op == OP_HEAD || s->op == OP_TAIL ||
           s->op == OP_SLICE || (s->op == OP_WHERE && args[s->arg].where_sees_order) ||
           (s->op == OP_ADD && args[s->arg].formula_sees_order);
}

/* The filter that another of that column (or search) replaces, or n. */
static size_t standing_filter(const struct edits *m, const struct step *s)
{
    enum op op = s->op == OP_SEARCH ? OP_SEARCH : OP_FILTER;
    const struct arg *a = &args[s->arg];

    for (size_t i = m->n; i-- > 0 && !fixes_rows(&m->at[i]);) {
        const struct arg *other = &args[m->at[i].arg];

        if (m->at[i].op == op && (op == OP_SEARCH || other->column == a->column))
            return i;
        if (m->at[i].op == OP_ADD && (op == OP_SEARCH ? !!strchr(a->columns, other->column)
                                                      : other->column == a->column))
            break;
    }
    return m->n;
}

static void forget(struct edits *m, size_t i)
{
    m->n--;
    memmove(&m->at[i], &m->at[i + 1], (m->n - i) * sizeof(*m->at));
}

static void forget_sorts(struct edits *m)
{
    for (size_t i = m->n; i-- > 0 && !fixes_rows(&m->at[i]);)
        if (m->at[i].op == OP_SORT || m->at[i].op == OP_REVERSE)
            forget(m, i);
}

/* A second reverse takes the first away, unless it is of what was sorted in between. */
static bool forget_reverse(struct edits *m)
{
    for (size_t i = m->n; i-- > 0 && !fixes_rows(&m->at[i]) && m->at[i].op != OP_SORT;)
        if (m->at[i].op == OP_REVERSE) {
            forget(m, i);
            return true;
        }
    return false;
}

static void model_edit(struct edits *m, const struct step *s)
{
    size_t old = standing_filter(m, s);

    switch (s->op) {
    case OP_FILTER:
    case OP_SEARCH:
        m->at[old] = *s;
        m->n += old == m->n;
        return;
    case OP_UNFILTER:
        if (old < m->n)
            forget(m, old);
        return;
    case OP_CLEAR:
        for (size_t i = m->n; i-- > 0;)
            if (m->at[i].op == OP_FILTER || m->at[i].op == OP_SEARCH ||
                m->at[i].op == OP_WHERE)
                forget(m, i);
        return;
    case OP_SORT:
    case OP_UNSORT:
        forget_sorts(m);
        if (s->op == OP_UNSORT)
            return;
        break;
    case OP_REVERSE:
        if (forget_reverse(m))
            return;
        break;
    default:
        break;
    }
    m->at[m->n++] = *s;
}

/* An edit that leaves the recipe as it was is not one to undo. */
static void model_step(struct model *m, const struct step *s, bool same)
{
    if (s->fault)
        return;
    if (s->op == OP_UNDO) {
        m->now -= m->now > 0;
    } else if (s->op == OP_REDO) {
        m->now += m->now + 1 < m->n;
    } else if (s->op == OP_VIEW) {
        m->view = args[s->arg].columns;
    } else if (s->op == OP_TEXT) {
        m->text = args[s->arg].columns;
    } else {
        struct edits after = m->states[m->now];

        model_edit(&after, s);
        if (!same)
            m->n = ++m->now + 1;
        m->states[m->now] = after;
    }
}

/* --- the recipe --- */

/* The letters of a text as names; how many there are. */
static size_t names_of(const char *letters, char text[][2], const char **names)
{
    size_t n = 0;

    for (; letters[n]; n++) {
        text[n][0] = letters[n];
        text[n][1] = '\0';
        names[n] = text[n];
    }
    return n;
}

static enum err_code recipe_edit(const struct recipe *r, enum op op, const struct arg *a,
                                 struct recipe **out)
{
    const char *names[MAX_COLUMNS], column[] = {a->column, '\0'};
    char text[MAX_COLUMNS][2];
    size_t n = names_of(a->columns, text, names);
    struct sort_key key = {column, a->value % 2 != 0, false};
    struct condition *c = op == OP_UNFILTER ? NULL
                          : op == OP_SEARCH
                              ? condition_search(names, n, "part")
                              : condition_compare(column, COMPARE_GREATER_EQUAL,
                                                  literal_number(LITERAL_LONG, a->value));
    enum err_code rc = ERR_OK;

    if (op == OP_SEARCH) { /* the condition has no place for what is looked for here */
        free(c->text);
        c->text = mem_printf("%d", a->value);
    }
    if (op == OP_FILTER || op == OP_UNFILTER || op == OP_SEARCH)
        rc = recipe_filtered(r, op == OP_SEARCH ? NULL : column, "text", c, out, NULL);
    else if (op == OP_WHERE)
        rc = recipe_where(r, a->where, out, NULL);
    else if (op == OP_SORT || op == OP_UNSORT)
        rc = recipe_sorted(r, &key, op == OP_SORT, out, NULL);
    else if (op == OP_REVERSE)
        rc = recipe_reversed(r, out, NULL);
    else if (op == OP_DISTINCT)
        rc = recipe_distinct(r, names, n, NULL, out, NULL);
    else if (op == OP_ADD)
        rc = recipe_added(r, column, a->formula, out, NULL);
    else if (op == OP_DROP)
        rc = recipe_dropped(r, names, n, out, NULL);
    else if (op == OP_SELECT)
        rc = recipe_selected(r, names, n, out, NULL);
    else if (op == OP_HEAD)
        rc = recipe_head(r, a->value + 1, out, NULL);
    else if (op == OP_TAIL)
        rc = recipe_tail(r, a->value, out, NULL);
    else if (op == OP_SLICE)
        rc = recipe_sliced(r, 1, a->value + 3, out, NULL);
    else
        *out = recipe_without_filters(r);
    condition_free(c);
    return rc;
}

static struct recipe *recipe_step_of(const struct recipe *r, const struct step *s)
{
    const char *names[MAX_COLUMNS];
    char text[MAX_COLUMNS][2];
    size_t n = names_of(args[s->arg].columns, text, names);
    struct recipe *out = NULL;

    switch (s->op) {
    case OP_UNDO:
        return recipe_undo(r);
    case OP_REDO:
        return recipe_redo(r);
    case OP_VIEW:
        return recipe_with_view(r, names, n);
    case OP_TEXT:
        return recipe_with_text(r, names, n);
    default:
        (void)recipe_edit(r, s->op, &args[s->arg], &out); /* few steps: within the limit */
        return out;
    }
}

/* The names of a step as letters. */
static void letters_of(const struct recipe_step *s, char out[MAX_COLUMNS + 1])
{
    memset(out, 0, MAX_COLUMNS + 1);
    for (size_t i = 0; i < s->n && i < MAX_COLUMNS; i++)
        out[i] = s->names[i][0];
}

/* What the server would do for one step. */
static void take_step(struct rows *t, const struct recipe_step *s)
{
    char letters[MAX_COLUMNS + 1];
    int64_t tail = s->last < (int64_t)t->n ? s->last : (int64_t)t->n;

    letters_of(s, letters);
    switch (s->op) {
    case RECIPE_FILTER:
        letters[0] = s->condition->columns[0][0];
        for (size_t i = 0; i < s->condition->n_columns; i++)
            letters[i] = s->condition->columns[i][0];
        filter_rows(t, letters,
                    s->column ? (int)s->condition->literals[0].number
                              : s->condition->text[0] - '0');
        break;
    case RECIPE_WHERE:
        where_rows(t, s->text);
        break;
    case RECIPE_SORT:
        sort_rows(t, s->keys[0].column[0], s->keys[0].descending);
        break;
    case RECIPE_REVERSE:
        reverse_rows(t);
        break;
    case RECIPE_DISTINCT:
        keep_columns(t, letters);
        distinct_rows(t);
        break;
    case RECIPE_ADD:
        add_column(t, s->column[0], s->text);
        break;
    case RECIPE_DROP:
        drop_columns(t, letters);
        break;
    case RECIPE_SELECT:
        keep_columns(t, letters);
        break;
    case RECIPE_HEAD:
    case RECIPE_SLICE:
        keep_rows(t, (size_t)s->first, (size_t)s->last);
        break;
    case RECIPE_TAIL:
        keep_rows(t, t->n - (size_t)tail, t->n);
        break;
    default:
        break;
    }
}

/* --- comparison --- */

static bool ends_with(const struct recipe *r, const struct model *m)
{
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);
    char letters[MAX_COLUMNS + 1];

    if (m->view) {
        letters_of(&steps[--n], letters);
        if (steps[n].op != RECIPE_VIEW || strcmp(letters, m->view) != 0)
            return false;
    }
    if (m->text) {
        letters_of(&steps[--n], letters);
        if (steps[n].op != RECIPE_PREVIEW || strcmp(letters, m->text) != 0)
            return false;
    }
    return steps[0].op == RECIPE_FETCH && steps[n - 1].op != RECIPE_PREVIEW;
}

static struct rows table_of(const struct recipe *r)
{
    struct rows t = source;
    size_t n;
    const struct recipe_step *steps = recipe_steps(r, &n);

    for (size_t i = 0; i < n; i++)
        take_step(&t, &steps[i]);
    return t;
}

static bool steps_agree(const struct recipe *r, const struct model *m)
{
    const struct edits *edits = &m->states[m->now];
    struct rows expected = source, found = table_of(r);

    for (size_t i = 0; i < edits->n; i++)
        take(&expected, edits->at[i].op, &args[edits->at[i].arg]);
    return rows_equal(&expected, &found) && ends_with(r, m);
}

/* Equal recipes make one table, and share all of their steps. */
static bool pair_agrees(const struct recipe *a, const struct recipe *b)
{
    size_t n_a, n_b, shared = recipe_shared(a, b);
    struct rows of_a = table_of(a), of_b = table_of(b);

    (void)recipe_steps(a, &n_a);
    (void)recipe_steps(b, &n_b);
    if (shared != recipe_shared(b, a) || shared < 1 || shared > n_a || shared > n_b)
        return false;
    if (recipe_equal(a, b) != (shared == n_a && shared == n_b))
        return false;
    return !recipe_equal(a, b) || rows_equal(&of_a, &of_b);
}

/* A link of it gives the same steps, but for those that are no edits. */
static bool link_agrees(const struct recipe *r)
{
    struct recipe *fresh = recipe_new("name", bytes_of("A")), *made = NULL;
    struct recipe *text = recipe_with_text(r, NULL, 0);
    struct recipe *edits = recipe_with_view(text, NULL, 0);
    struct buf link;
    bool ok;

    buf_init(&link, RECIPE_LINK_MAX);
    ok = recipe_link_write(edits, &link, NULL) == ERR_OK &&
         buf_append(&link, "", 1, NULL) == ERR_OK;
    if (ok && link.len > 1)
        ok = recipe_link_read(fresh, (const char *)link.data + 1, &made, NULL) == ERR_OK;
    ok = ok && recipe_equal(made ? made : fresh, edits);
    buf_release(&link);
    recipe_free(made);
    recipe_free(fresh);
    recipe_free(text);
    recipe_free(edits);
    return ok;
}

static bool program_agrees(const void *steps, size_t n, const void *context)
{
    struct recipe *made[MAX_STEPS + 2] = {recipe_new("name", bytes_of("A"))};
    struct model *models = MEM_ARRAY(struct model, MAX_STEPS + 2);
    const struct step *s = steps;
    bool ok = true;

    (void)context;
    models[0].n = 1;
    for (size_t i = 0; i < n; i++) {
        made[i + 1] = recipe_step_of(made[i], &s[i]);
        models[i + 1] = models[i];
        model_step(&models[i + 1], &s[i], recipe_equal(made[i], made[i + 1]));
    }
    for (size_t i = 0; i <= n; i++) {
        ok = ok && steps_agree(made[i], &models[i]) && link_agrees(made[i]);
        for (size_t k = 0; k <= n; k++)
            ok = ok && pair_agrees(made[i], made[k]);
    }
    for (size_t i = 0; i <= n; i++)
        recipe_free(made[i]);
    free(models);
    return ok;
}

/* --- programs --- */

static size_t random_program(struct prng *p, struct step *steps)
{
    size_t n = 1 + prng_below(p, MAX_STEPS - 1);

    for (size_t i = 0; i < n; i++)
        steps[i] = (struct step){.op = (enum op)prng_below(p, N_OPS),
                                 .arg = prng_below(p, N_ARGS)};
    return n;
}

static void print_program(const struct step *s, size_t n)
{
    print_error("smallest failing program:\n");
    for (size_t i = 0; i < n; i++)
        print_error("  %s %zu%s\n", op_name[s[i].op], s[i].arg,
                    s[i].fault ? ", fault" : "");
}

static void recipes_are_what_their_edits_say(void **state)
{
    struct prng p = prng_start();
    struct step steps[MAX_STEPS];

    (void)state;
    for (size_t round = program_rounds(600); round > 0; round--) {
        size_t n = random_program(&p, steps);

        if (program_agrees(steps, n, NULL))
            continue;
        n = program_shrink(steps, n, sizeof(*steps), program_agrees, NULL);
        print_program(steps, n);
        fail();
    }
}

static void a_planted_fault_is_found(void **state)
{
    struct prng p = prng_start();
    struct step steps[MAX_STEPS];

    (void)state;
    for (int round = 0; round < 50; round++) {
        size_t n = random_program(&p, steps);

        if (n > MAX_STEPS - 2)
            n = MAX_STEPS - 2;
        steps[n++] = (struct step){.op = OP_CLEAR};
        steps[n++] = (struct step){.op = OP_ADD, .arg = 5, .fault = true};
        if (program_agrees(steps, n, NULL))
            continue; /* without column A, or with no room for one more */
        n = program_shrink(steps, n, sizeof(*steps), program_agrees, NULL);
        assert_false(program_agrees(steps, n, NULL));
        assert_int_equal(n, 1);
        return;
    }
    fail_msg("no fault was found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipes_are_what_their_edits_say),
        cmocka_unit_test(a_planted_fault_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
