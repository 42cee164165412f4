/*
 * Random edits of a recipe beside a model that keeps plain letters: steps in normal form,
 * undo and redo, what two recipes share. Every recipe of a program is kept and compared
 * with all others at its end, so none may change after it was made.
 */
#include "model/recipe.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/program.h"

enum { MAX_STEPS = 20, MAX_NAMES = 3, N_CHOICES = 6 };

enum op { OP_VIEW, OP_TEXT, OP_SOURCE, OP_UNDO, OP_REDO, OP_COPY, N_OPS };
static const char *const op_name[] = {"view", "text", "source", "undo", "redo", "copy"};

/* Names for columns and types alike: a letter each. Some are the same in another order. */
static const char *const choices[N_CHOICES] = {"", "A", "B", "AB", "BA", "ABC"};

struct step {
    enum op op;
    size_t choice;
    bool fault; /* planted: the model does nothing */
};

struct model {
    const char *source, *text;
    const char *views[MAX_STEPS]; /* by edit */
    size_t n, done;
};

/* --- steps --- */

static const char *viewed(const struct model *m)
{
    return m->done > 0 ? m->views[m->done - 1] : "";
}

static void model_step(struct model *m, const struct step *s)
{
    const char *choice = choices[s->choice];

    if (s->fault)
        return;
    switch (s->op) {
    case OP_VIEW:
        if (strcmp(viewed(m), choice) == 0)
            break;
        m->views[m->done++] = choice;
        m->n = m->done;
        break;
    case OP_TEXT:
        m->text = choice;
        break;
    case OP_SOURCE:
        m->source = choice;
        break;
    case OP_UNDO:
        m->done -= m->done > 0;
        break;
    case OP_REDO:
        m->done += m->done < m->n;
        break;
    case OP_COPY:
    case N_OPS:
        break;
    }
}

/* The letters of a choice as names; how many there are. */
static size_t names_of(const char *letters, char text[MAX_NAMES][2],
                       const char *names[MAX_NAMES])
{
    size_t n = 0;

    for (; letters[n]; n++) {
        text[n][0] = letters[n];
        text[n][1] = '\0';
        names[n] = text[n];
    }
    return n;
}

static struct recipe *recipe_step_of(const struct recipe *r, const struct step *s)
{
    const char *names[MAX_NAMES];
    char text[MAX_NAMES][2];
    size_t n = names_of(choices[s->choice], text, names);

    switch (s->op) {
    case OP_VIEW:
        return recipe_with_view(r, names, n);
    case OP_TEXT:
        return recipe_with_text(r, names, n);
    case OP_SOURCE:
        return recipe_of_source(r, bytes_of(choices[s->choice]));
    case OP_UNDO:
        return recipe_undo(r);
    case OP_REDO:
        return recipe_redo(r);
    case OP_COPY:
    case N_OPS:
        break;
    }
    return recipe_copy(r);
}

/* --- comparison --- */

static bool step_is(const struct recipe_step *s, enum recipe_op op, const char *letters)
{
    if (s->op != op || s->n != strlen(letters))
        return false;
    for (size_t i = 0; i < s->n; i++)
        if (s->names[i][0] != letters[i] || s->names[i][1] != '\0')
            return false;
    return true;
}

/* The normal form: fetched, perhaps as text, perhaps some columns. */
static bool steps_agree(const struct recipe *r, const struct model *m)
{
    struct recipe_step steps[RECIPE_STEPS];
    size_t n = recipe_steps(r, steps), at = 0;

    if (!step_is(&steps[at++], RECIPE_FETCH, ""))
        return false;
    if (*m->text && !(at < n && step_is(&steps[at++], RECIPE_PREVIEW, m->text)))
        return false;
    if (*viewed(m) && !(at < n && step_is(&steps[at++], RECIPE_VIEW, viewed(m))))
        return false;
    return at == n && strcmp(recipe_name(r), "name") == 0 &&
           bytes_equal(recipe_ticket(r), bytes_of(m->source));
}

static size_t count(const struct model *m)
{
    return 1u + (*m->text != '\0') + (*viewed(m) != '\0');
}

/* How many of the steps are the same from the first on. */
static size_t model_shared(const struct model *a, const struct model *b)
{
    if (strcmp(a->source, b->source) != 0)
        return 0;
    if (strcmp(a->text, b->text) != 0)
        return 1;
    if (strcmp(viewed(a), viewed(b)) != 0)
        return 1u + (*a->text != '\0');
    return count(a);
}

static bool pair_agrees(const struct recipe *r, const struct model *m,
                        const struct recipe *other, const struct model *of_other)
{
    size_t shared = model_shared(m, of_other);
    bool equal = shared == count(m) && shared == count(of_other);

    return recipe_shared(r, other) == shared && recipe_equal(r, other) == equal;
}

static bool program_agrees(const void *steps, size_t n, const void *context)
{
    struct recipe *made[MAX_STEPS + 2] = {recipe_new("name", bytes_of("A"))};
    struct model models[MAX_STEPS + 2] = {{.source = "A", .text = ""}};
    const struct step *s = steps;
    bool ok = true;

    (void)context;
    for (size_t i = 0; i < n; i++) {
        made[i + 1] = recipe_step_of(made[i], &s[i]);
        models[i + 1] = models[i];
        model_step(&models[i + 1], &s[i]);
    }
    for (size_t i = 0; i <= n; i++) {
        ok = ok && steps_agree(made[i], &models[i]);
        for (size_t k = 0; k <= n; k++)
            ok = ok && pair_agrees(made[i], &models[i], made[k], &models[k]);
    }
    for (size_t i = 0; i <= n; i++)
        recipe_free(made[i]);
    return ok;
}

/* --- programs --- */

static size_t random_program(struct prng *p, struct step *steps)
{
    size_t n = 1 + prng_below(p, MAX_STEPS - 1);

    for (size_t i = 0; i < n; i++)
        steps[i] = (struct step){.op = (enum op)prng_below(p, N_OPS),
                                 .choice = prng_below(p, N_CHOICES)};
    return n;
}

static void print_program(const struct step *s, size_t n)
{
    print_error("smallest failing program:\n");
    for (size_t i = 0; i < n; i++)
        print_error("  %s \"%s\"%s\n", op_name[s[i].op], choices[s[i].choice],
                    s[i].fault ? ", fault" : "");
}

static void recipes_are_what_their_edits_say(void **state)
{
    struct prng p = prng_start();
    struct step steps[MAX_STEPS];

    (void)state;
    for (size_t round = program_rounds(5000); round > 0; round--) {
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

        steps[n - 1] = (struct step){.op = OP_VIEW, .choice = 5};
        steps[n] = (struct step){.op = OP_UNDO, .fault = true};
        n++;
        assert_false(program_agrees(steps, n, NULL));
        n = program_shrink(steps, n, sizeof(*steps), program_agrees, NULL);
        assert_false(program_agrees(steps, n, NULL));
        assert_in_range(n, 1, 2); /* something to undo, and the fault */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recipes_are_what_their_edits_say),
        cmocka_unit_test(a_planted_fault_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
