#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"

static const char *near(const char *found)
{
    static const char *const words[] = {"zone", "interval", "ascii", "no-retry", "ca"};
    struct nearest n = nearest_to(found);

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        nearest_try(&n, words[i]);
    return n.best ? n.best : "";
}

static void a_misspelt_word_finds_the_nearest(void **state)
{
    (void)state;
    assert_string_equal(near("zoen"), "zone");
    assert_string_equal(near("zne"), "zone");
    assert_string_equal(near("zonee"), "zone");
    assert_string_equal(near("zane"), "zone");
    assert_string_equal(near("intervall"), "interval");
    assert_string_equal(near("noretry"), "no-retry");
    assert_string_equal(near("no_retry"), "no-retry");
}

static void a_word_of_another_kind_finds_none(void **state)
{
    char longest[200];

    (void)state;
    assert_string_equal(near("blue"), "");
    assert_string_equal(near("x"), "");
    assert_string_equal(near(""), "");
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_string_equal(near(longest), "");
}

static void the_hint_names_it(void **state)
{
    struct nearest n = nearest_to("zoen");
    char hint[NEAREST_HINT_LEN];

    (void)state;
    assert_string_equal(nearest_hint(&n, hint, sizeof(hint)), "");
    nearest_try(&n, "zone");
    assert_string_equal(nearest_hint(&n, hint, sizeof(hint)), "; did you mean \"zone\"?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_misspelt_word_finds_the_nearest),
        cmocka_unit_test(a_word_of_another_kind_finds_none),
        cmocka_unit_test(the_hint_names_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
