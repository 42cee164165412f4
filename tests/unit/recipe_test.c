/* What a table is made of, as a value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/recipe.h"

static const char *const ab[] = {"A", "B"}, *const b_only[] = {"B"};
static const char *const period[] = {"java.time.Period"};

/* A recipe is replaced by what was made of it. */
static struct recipe *becomes(struct recipe *old, struct recipe *new)
{
    recipe_free(old);
    return new;
}

static struct recipe *trades(void)
{
    return recipe_new("trades", bytes_of("s/trades"));
}

static void the_source_alone_is_fetched(void **state)
{
    struct recipe *r = trades();
    struct recipe_step steps[RECIPE_STEPS];

    (void)state;
    assert_int_equal(recipe_steps(r, steps), 1);
    assert_int_equal(steps[0].op, RECIPE_FETCH);
    assert_string_equal(recipe_name(r), "trades");
    assert_true(bytes_equal(recipe_ticket(r), bytes_of("s/trades")));
    recipe_free(r);
    recipe_free(NULL);
}

static void steps_are_in_one_order_whatever_was_asked_first(void **state)
{
    struct recipe *x = trades(), *y = trades();
    struct recipe_step steps[RECIPE_STEPS];

    (void)state;
    x = becomes(x, recipe_with_view(x, ab, 2));
    x = becomes(x, recipe_with_text(x, period, 1));
    y = becomes(y, recipe_with_text(y, period, 1));
    assert_int_equal(recipe_shared(x, y), 2); /* fetched, and as text */
    assert_false(recipe_equal(x, y));
    y = becomes(y, recipe_with_view(y, ab, 2));
    assert_true(recipe_equal(x, y));
    assert_int_equal(recipe_steps(x, steps), 3);
    assert_int_equal(steps[1].op, RECIPE_PREVIEW);
    assert_string_equal(steps[1].names[0], "java.time.Period");
    assert_int_equal(steps[2].op, RECIPE_VIEW);
    assert_int_equal(steps[2].n, 2);
    recipe_free(x);
    recipe_free(y);
}

static void a_view_replaces_the_view_and_can_be_left_out(void **state)
{
    struct recipe *x = trades(), *y = trades();

    (void)state;
    x = becomes(x, recipe_with_view(x, ab, 2));
    x = becomes(x, recipe_with_view(x, b_only, 1));
    y = becomes(y, recipe_with_view(y, b_only, 1));
    assert_true(recipe_equal(x, y));
    x = becomes(x, recipe_with_view(x, NULL, 0));
    assert_false(recipe_equal(x, y));
    assert_int_equal(recipe_shared(x, y), 1);
    recipe_free(x);
    recipe_free(y);
}

static void recipes_of_two_sources_share_nothing(void **state)
{
    struct recipe *x = trades(), *y = recipe_of_source(x, bytes_of("s/quotes"));

    (void)state;
    assert_int_equal(recipe_shared(x, y), 0);
    assert_false(recipe_equal(x, y));
    y = becomes(y, recipe_of_source(y, bytes_of("s/trades")));
    assert_true(recipe_equal(x, y));
    recipe_free(x);
    recipe_free(y);
}

static void an_edit_after_undo_forgets_what_was_undone(void **state)
{
    struct recipe *x = trades(), *y = trades();

    (void)state;
    x = becomes(x, recipe_undo(x)); /* nothing to undo */
    assert_true(recipe_equal(x, y));
    x = becomes(x, recipe_with_view(x, ab, 2));
    x = becomes(x, recipe_undo(x));
    assert_true(recipe_equal(x, y));
    x = becomes(x,
                recipe_with_text(x, period, 1)); /* no edit: it can still be done again */
    x = becomes(x, recipe_redo(x));
    y = becomes(y, recipe_with_text(y, period, 1));
    y = becomes(y, recipe_with_view(y, ab, 2));
    assert_true(recipe_equal(x, y));
    x = becomes(x, recipe_undo(x));
    x = becomes(x, recipe_with_view(x, b_only, 1));
    x = becomes(x, recipe_redo(x)); /* nothing to do again */
    y = becomes(y, recipe_with_view(y, b_only, 1));
    assert_true(recipe_equal(x, y));
    recipe_free(x);
    recipe_free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_alone_is_fetched),
        cmocka_unit_test(steps_are_in_one_order_whatever_was_asked_first),
        cmocka_unit_test(a_view_replaces_the_view_and_can_be_left_out),
        cmocka_unit_test(recipes_of_two_sources_share_nothing),
        cmocka_unit_test(an_edit_after_undo_forgets_what_was_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
