/*
 * Random programs that fill a set and collect moves, run beside a model that takes every
 * key on its own. The universe lies at either end of the keys, so that moves also run out
 * of it.
 */
#include "model/shift.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"

/* Keys of the sets are the middle third of the universe: moves reach N_KEYS to either side.
 */
enum { N_KEYS = 60, N_ALL = 3 * N_KEYS, MAX_STEPS = 24, NOT_MOVED = -1 };

enum op { OP_ADD, OP_REMOVE, OP_MOVE };
static const char *const op_name[] = {"add", "remove", "move"};

struct step {
    enum op op;
    int first, last; /* keys, from the start of the universe */
    int delta;
    bool fault; /* planted: the model moves by one too many */
};

struct world {
    bool high; /* the last key of the middle third is the largest of all */
    struct rowset *set;
    struct shift *shift;
    bool model[N_ALL];
    int target[N_ALL]; /* where a key goes, or NOT_MOVED */
};

/* At the low end the first third of the universe would be negative, at the high end the
 * last third would be past the largest key. */
static bool key_exists(const struct world *w, int i)
{
    return i >= 0 && i < N_ALL && (w->high ? i < 2 * N_KEYS : i >= N_KEYS);
}

static int64_t key_of(const struct world *w, int i)
{
    return w->high ? INT64_MAX - (2 * N_KEYS - 1 - i) : (int64_t)i - N_KEYS;
}

/* --- Steps --- */

/* Adds a move to the model when it keeps every key in order; false when it does not. */
static bool model_move(struct world *w, const struct step *s)
{
    int delta = s->delta + (s->fault ? 1 : 0);

    if (!key_exists(w, s->first + s->delta) || !key_exists(w, s->last + s->delta))
        return false;
    for (int i = 0; i < N_ALL; i++)
        if (w->target[i] != NOT_MOVED &&
            (i >= s->first || w->target[i] >= s->first + s->delta))
            return false;
    for (int i = s->first; i <= s->last; i++)
        w->target[i] = i + delta;
    return true;
}

/* False when the two disagree about whether a move is allowed. */
static bool run_step(struct world *w, const struct step *s)
{
    int64_t first = key_of(w, s->first), last = key_of(w, s->last);
    size_t before, after;
    bool taken;

    if (s->op == OP_MOVE) {
        (void)shift_moves(w->shift, &before);
        taken = shift_add(w->shift, first, last, s->delta, NULL) == ERR_OK;
        (void)shift_moves(w->shift, &after);
        return taken == model_move(w, s) && after == before + taken;
    }
    for (int i = s->first; i <= s->last; i++)
        w->model[i] = s->op == OP_ADD;
    if (s->op == OP_ADD)
        rowset_add(w->set, first, last);
    else
        rowset_remove(w->set, first, last);
    return true;
}

/* --- Comparison --- */

/* Moves key by key; false when a key does not stay above the one before it. */
static bool model_apply(const struct world *w, bool *out)
{
    int highest = -1;

    memset(out, 0, N_ALL * sizeof(*out));
    for (int i = 0; i < N_ALL; i++) {
        int to = w->target[i] == NOT_MOVED ? i : w->target[i];

        if (!w->model[i])
            continue;
        if (to <= highest || to >= N_ALL)
            return false;
        out[to] = true;
        highest = to;
    }
    return true;
}

static bool applies_alike(const struct world *w)
{
    bool expected[N_ALL], possible = model_apply(w, expected), ok;
    struct rowset *out = NULL;
    enum err_code rc = shift_apply(w->shift, w->set, &out, NULL);
    uint64_t count = 0;

    if (!possible || rc != ERR_OK) {
        ok = !possible && rc == ERR_PROTO && !out;
        rowset_free(out);
        return ok;
    }
    ok = rowset_count(out) == rowset_count(w->set);
    for (int i = 0; i < N_ALL; i++) {
        bool there = key_exists(w, i) && rowset_has(out, key_of(w, i));

        ok = ok && there == expected[i];
        count += expected[i];
    }
    ok = ok && rowset_count(out) == count;
    rowset_check(out);
    rowset_free(out);
    return ok;
}

static bool program_agrees(const void *steps, size_t n, const void *high)
{
    const struct step *s = steps;
    struct world w = {.high = *(const bool *)high};
    bool ok = true;

    w.set = rowset_new();
    w.shift = shift_new();
    for (size_t i = 0; i < N_ALL; i++)
        w.target[i] = NOT_MOVED;
    for (size_t i = 0; i < n && ok; i++)
        ok = run_step(&w, &s[i]) && applies_alike(&w);
    rowset_free(w.set);
    shift_free(w.shift);
    return ok;
}

/* --- Programs --- */

/* Moves mostly go upwards through the keys, or few would be taken. */
static size_t random_program(struct prng *p, struct step *steps)
{
    size_t n = 1 + prng_below(p, MAX_STEPS);
    int low = 0;

    for (size_t i = 0; i < n; i++) {
        struct step s = {.op = prng_below(p, 2) ? OP_MOVE : (enum op)prng_below(p, 2)};

        s.first = (int)prng_below(p, N_KEYS);
        if (s.op == OP_MOVE && prng_below(p, 8) && low < N_KEYS)
            s.first = low + (int)prng_below(p, (uint64_t)(N_KEYS - low) / 4 + 1);
        if (s.first >= N_KEYS)
            s.first = N_KEYS - 1;
        s.last = s.first + (int)prng_below(p, 12);
        if (s.last >= N_KEYS)
            s.last = N_KEYS - 1;
        if (s.op == OP_MOVE)
            low = s.last + 1;
        s.first += N_KEYS;
        s.last += N_KEYS;
        s.delta = prng_below(p, 16) ? (int)prng_below(p, 9) - 4
                                    : (int)prng_below(p, 2 * N_KEYS) - N_KEYS;
        steps[i] = s;
    }
    return n;
}

static void print_program(const struct step *s, size_t n, bool high)
{
    print_error("smallest failing program, at the %s end:\n", high ? "high" : "low");
    for (size_t i = 0; i < n; i++)
        print_error("  %s keys %d to %d, delta %d%s\n", op_name[s[i].op],
                    s[i].first - N_KEYS, s[i].last - N_KEYS, s[i].delta,
                    s[i].fault ? ", fault" : "");
}

static void shifts_do_what_single_keys_do(void **state)
{
    struct prng p = prng_start();
    struct step steps[MAX_STEPS];

    (void)state;
    for (size_t round = program_rounds(10000); round > 0; round--) {
        size_t n = random_program(&p, steps);
        bool high = prng_below(&p, 2);

        if (program_agrees(steps, n, &high))
            continue;
        n = program_shrink(steps, n, sizeof(*steps), program_agrees, &high);
        print_program(steps, n, high);
        fail();
    }
}

/* Of a program that goes wrong only the fault and the keys it moves are left. */
static void a_planted_fault_is_found(void **state)
{
    struct prng p = prng_start();
    struct step steps[MAX_STEPS + 2];
    bool high = false;

    (void)state;
    for (int round = 0; round < 20; round++) {
        size_t n = random_program(&p, steps);

        for (size_t i = 0; i < n; i++)
            if (steps[i].op == OP_MOVE)
                steps[i].op = OP_REMOVE;
        steps[n++] = (struct step){.op = OP_ADD, .first = 70, .last = 79};
        steps[n] = (struct step){
            .op = OP_MOVE, .first = 60, .last = 119, .delta = 7, .fault = true};
        assert_true(program_agrees(steps, n, &high));
        assert_false(program_agrees(steps, n + 1, &high));
        n = program_shrink(steps, n + 1, sizeof(*steps), program_agrees, &high);
        assert_false(program_agrees(steps, n, &high));
        assert_int_equal(n, 2);
        assert_true(steps[0].op == OP_ADD && steps[1].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shifts_do_what_single_keys_do),
        cmocka_unit_test(a_planted_fault_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
