#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/widget/completion.h"

static const char *const names[] = {"AskPrice", "price", "Price2", "Size", "PRICES", NULL};

static const char *source(const void *ctx, size_t i)
{
    const char *const *list = ctx;

    return list[i];
}

static void starts_come_before_parts_and_case_is_ignored(void **state)
{
    struct completion *c = completion_new();

    (void)state;
    completion_set(c, source, names, "pRi");
    assert_int_equal(completion_count(c), 4);
    assert_string_equal(completion_match(c, 0), "price");
    assert_string_equal(completion_match(c, 1), "Price2");
    assert_string_equal(completion_match(c, 2), "PRICES");
    assert_string_equal(completion_match(c, 3), "AskPrice");
    assert_null(completion_match(c, 4));
    completion_free(c);
}

static void steps_go_round_by_way_of_what_was_typed(void **state)
{
    struct completion *c = completion_new();

    (void)state;
    completion_set(c, source, names, "s");
    assert_int_equal(completion_count(c), 3);
    assert_int_equal(completion_at(c), 3);
    assert_string_equal(completion_step(c, false), "Size");
    assert_int_equal(completion_at(c), 0);
    assert_string_equal(completion_step(c, false), "AskPrice");
    assert_string_equal(completion_step(c, false), "PRICES");
    assert_string_equal(completion_step(c, false), "s");
    assert_string_equal(completion_step(c, true), "PRICES");
    completion_free(c);
}

static void nothing_typed_matches_all_and_nonsense_none(void **state)
{
    struct completion *c = completion_new();

    (void)state;
    completion_set(c, source, names, "");
    assert_int_equal(completion_count(c), 5);
    completion_set(c, source, names, "zzz");
    assert_int_equal(completion_count(c), 0);
    assert_string_equal(completion_step(c, false), "zzz");
    completion_set(c, NULL, NULL, "s");
    assert_int_equal(completion_count(c), 0);
    completion_free(c);
}

static void the_text_may_be_one_that_completion_gave(void **state)
{
    struct completion *c = completion_new();

    (void)state;
    completion_set(c, source, names, "si");
    completion_set(c, source, names, completion_step(c, false));
    assert_int_equal(completion_count(c), 1);
    completion_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_come_before_parts_and_case_is_ignored),
        cmocka_unit_test(steps_go_round_by_way_of_what_was_typed),
        cmocka_unit_test(nothing_typed_matches_all_and_nonsense_none),
        cmocka_unit_test(the_text_may_be_one_that_completion_gave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
