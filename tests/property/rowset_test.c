/*
 * Random programs of set operations, run beside plain arrays of flags. Three sets live in a
 * universe of few keys, which lies at key 0, at the largest key or in between, so that
 * ranges meet often and arithmetic at both ends is met. After each step every answer of the
 * set that changed, and of each pair of sets, is compared.
 */
#include "model/rowset.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"

enum { N_SETS = 3, N_KEYS = 70, MAX_STEPS = 40 };

enum op {
    OP_ADD,
    OP_REMOVE,
    OP_CLEAR,
    OP_COPY,
    OP_UNION,
    OP_INTERSECT,
    OP_SUBTRACT,
    OP_KEYS_AT,
    N_OPS
};
static const char *const op_name[N_OPS] = {"add",   "remove",    "clear",    "copy",
                                           "union", "intersect", "subtract", "keys at"};

struct step {
    enum op op;
    size_t to, a, b;    /* sets */
    size_t first, last; /* keys, from the start of the universe */
    bool fault;         /* planted: the model forgets the last key of an add or remove */
};

struct world {
    int64_t base; /* first key of the universe */
    struct rowset *set[N_SETS];
    bool model[N_SETS][N_KEYS];
};

static struct rowset *set_of_flags(const bool *flags, int64_t base)
{
    struct rowset *rs = rowset_new();

    for (size_t i = 0; i < N_KEYS; i++)
        if (flags[i])
            rowset_add(rs, base + (int64_t)i, base + (int64_t)i);
    return rs;
}

/* --- Steps --- */

static void step_model(struct world *w, const struct step *s)
{
    bool out[N_KEYS], *to = w->model[s->to];
    const bool *a = w->model[s->a], *b = w->model[s->b];
    size_t nth = 0; /* position of key i in a */

    for (size_t i = 0; i < N_KEYS; i++) {
        bool in = i >= s->first && i <= s->last && !(s->fault && i == s->last);

        switch (s->op) {
        case OP_ADD:
            out[i] = to[i] || in;
            break;
        case OP_REMOVE:
            out[i] = to[i] && !in;
            break;
        case OP_COPY:
            out[i] = a[i];
            break;
        case OP_UNION:
            out[i] = a[i] || b[i];
            break;
        case OP_INTERSECT:
            out[i] = a[i] && b[i];
            break;
        case OP_SUBTRACT:
            out[i] = a[i] && !b[i];
            break;
        case OP_KEYS_AT:
            out[i] = a[i] && b[nth];
            nth += a[i];
            break;
        default:
            out[i] = false;
        }
    }
    memcpy(to, out, sizeof(out));
}

static struct rowset *keys_at(const struct world *w, const struct step *s)
{
    struct rowset *positions = set_of_flags(w->model[s->b], 0);
    struct rowset *out = rowset_keys_at(w->set[s->a], positions);

    rowset_free(positions);
    return out;
}

static void step_real(struct world *w, const struct step *s)
{
    const struct rowset *a = w->set[s->a], *b = w->set[s->b];
    struct rowset *out = NULL;
    int64_t first = w->base + (int64_t)s->first, last = w->base + (int64_t)s->last;

    if (s->op == OP_ADD)
        rowset_add(w->set[s->to], first, last);
    else if (s->op == OP_REMOVE)
        rowset_remove(w->set[s->to], first, last);
    else if (s->op == OP_CLEAR)
        rowset_clear(w->set[s->to]);
    else if (s->op == OP_COPY)
        out = rowset_copy(a);
    else if (s->op == OP_UNION)
        out = rowset_union(a, b);
    else if (s->op == OP_INTERSECT)
        out = rowset_intersect(a, b);
    else if (s->op == OP_SUBTRACT)
        out = rowset_subtract(a, b);
    else
        out = keys_at(w, s);
    if (out) {
        rowset_free(w->set[s->to]);
        w->set[s->to] = out;
    }
}

/* --- Comparison --- */

/* The ranges are those of the flags, no more and no less. */
static bool ranges_agree(const struct rowset *rs, const bool *flags, int64_t base)
{
    size_t n, at = 0;
    const struct rowrange *r = rowset_ranges(rs, &n);

    for (size_t i = 0; i < N_KEYS; i++) {
        size_t first = i;

        if (!flags[i])
            continue;
        while (i + 1 < N_KEYS && flags[i + 1])
            i++;
        if (at == n || r[at].first != base + (int64_t)first ||
            r[at].last != base + (int64_t)i)
            return false;
        at++;
    }
    return at == n;
}

/* What is said of each single key, and of each position. */
static bool keys_agree(const struct rowset *rs, const bool *flags, int64_t base)
{
    struct rowset_iter it = rowset_iter(rs);
    int64_t nth = 0, walked = 0, lowest = -1, highest = -1;

    for (size_t i = 0; i < N_KEYS; i++) {
        int64_t key = base + (int64_t)i;

        if (rowset_has(rs, key) != flags[i] || rowset_rank(rs, key) != (uint64_t)nth ||
            rowset_find(rs, key) != (flags[i] ? nth : -1))
            return false;
        if (!flags[i])
            continue;
        if (!rowset_next(&it, &walked) || walked != key ||
            rowset_key_at(rs, (uint64_t)nth) != key)
            return false;
        lowest = lowest < 0 ? key : lowest;
        highest = key;
        nth++;
    }
    return !rowset_next(&it, &walked) && rowset_key_at(rs, (uint64_t)nth) == -1 &&
           rowset_count(rs) == (uint64_t)nth && rowset_empty(rs) == (nth == 0) &&
           rowset_first(rs) == lowest && rowset_last(rs) == highest &&
           !rowset_has(rs, base - 1) && rowset_rank(rs, base) == 0;
}

static bool positions_agree(const struct world *w, size_t a, size_t b)
{
    struct rowset *found = rowset_positions_of(w->set[a], w->set[b]);
    bool expected[N_KEYS] = {false}, ok;
    size_t nth = 0;

    for (size_t i = 0; i < N_KEYS; i++)
        if (w->model[a][i])
            expected[nth++] = w->model[b][i];
    ok = ranges_agree(found, expected, 0);
    rowset_free(found);
    return ok;
}

static bool pairs_agree(const struct world *w, size_t a, size_t b)
{
    bool equal = true, contains = true;

    for (size_t i = 0; i < N_KEYS; i++) {
        bool in_a = w->model[a][i], in_b = w->model[b][i];

        equal = equal && in_a == in_b;
        contains = contains && (in_a || !in_b);
    }
    return rowset_equal(w->set[a], w->set[b]) == equal &&
           rowset_contains(w->set[a], w->set[b]) == contains && positions_agree(w, a, b);
}

static bool step_agrees(const struct world *w, size_t changed)
{
    for (size_t b = 0; b < N_SETS; b++)
        if (!pairs_agree(w, changed, b) || !pairs_agree(w, b, changed))
            return false;
    return ranges_agree(w->set[changed], w->model[changed], w->base) &&
           keys_agree(w->set[changed], w->model[changed], w->base);
}

static bool program_agrees(const void *steps, size_t n, const void *base)
{
    const struct step *s = steps;
    struct world w = {.base = *(const int64_t *)base};
    bool ok = true;

    for (size_t i = 0; i < N_SETS; i++)
        w.set[i] = rowset_new();
    for (size_t i = 0; i < n && ok; i++) {
        step_real(&w, &s[i]);
        step_model(&w, &s[i]);
        ok = step_agrees(&w, s[i].to);
        if (ok)
            rowset_check(w.set[s[i].to]);
    }
    for (size_t i = 0; i < N_SETS; i++)
        rowset_free(w.set[i]);
    return ok;
}

/* --- Programs --- */

static struct step random_step(struct prng *p)
{
    struct step s = {.op = prng_below(p, 3) ? (enum op)prng_below(p, 2)
                                            : (enum op)prng_below(p, N_OPS)};

    s.to = prng_below(p, N_SETS);
    s.a = prng_below(p, N_SETS);
    s.b = prng_below(p, N_SETS);
    s.first = prng_below(p, N_KEYS);
    s.last = s.first + prng_below(p, prng_below(p, 4) ? 6 : N_KEYS);
    if (s.last >= N_KEYS)
        s.last = N_KEYS - 1;
    return s;
}

static int64_t random_base(struct prng *p)
{
    switch (prng_below(p, 3)) {
    case 0:
        return 0;
    case 1:
        return INT64_MAX - N_KEYS + 1;
    default:
        return (int64_t)prng_magnitude(p, 62);
    }
}

static size_t random_program(struct prng *p, struct step *steps)
{
    size_t n = 1 + prng_below(p, MAX_STEPS);

    for (size_t i = 0; i < n; i++)
        steps[i] = random_step(p);
    return n;
}

static void print_program(const struct step *s, size_t n, int64_t base)
{
    print_error("smallest failing program, keys from %" PRId64 ":\n", base);
    for (size_t i = 0; i < n; i++)
        print_error("  set %zu: %s, keys %zu to %zu, sets %zu and %zu%s\n", s[i].to,
                    op_name[s[i].op], s[i].first, s[i].last, s[i].a, s[i].b,
                    s[i].fault ? ", fault" : "");
}

static void sets_do_what_flags_do(void **state)
{
    struct prng p = prng_start();
    struct step steps[MAX_STEPS];

    (void)state;
    for (size_t round = program_rounds(4000); round > 0; round--) {
        size_t n = random_program(&p, steps);
        int64_t base = random_base(&p);

        if (program_agrees(steps, n, &base))
            continue;
        n = program_shrink(steps, n, sizeof(*steps), program_agrees, &base);
        print_program(steps, n, base);
        fail();
    }
}

/* The comparison must be able to fail, and shrinking to find why: a planted fault is found
 * in any program, and only what is needed to show it is left. */
static void a_planted_fault_is_found(void **state)
{
    struct prng p = prng_start();
    int64_t base = random_base(&p);
    struct step steps[MAX_STEPS + 3];

    (void)state;
    for (int round = 0; round < 20; round++) {
        size_t n = random_program(&p, steps), left;

        steps[n++] = (struct step){.op = OP_CLEAR};
        steps[n++] = (struct step){.op = OP_ADD, .first = 3, .last = 9};
        steps[n] = (struct step){.op = OP_REMOVE, .first = 5, .last = 9, .fault = true};
        assert_true(program_agrees(steps, n, &base));
        assert_false(program_agrees(steps, n + 1, &base));
        left = program_shrink(steps, n + 1, sizeof(*steps), program_agrees, &base);
        assert_false(program_agrees(steps, left, &base));
        assert_true(left >= 2 && left <= 3); /* perhaps filled by way of another set */
        assert_true(steps[left - 1].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_do_what_flags_do),
        cmocka_unit_test(a_planted_fault_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
