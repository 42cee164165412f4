#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/key_choices.h"

static void choices_of(const char *typed, int cols, char lines[2][KEY_CHOICES_LEN])
{
    struct key_matcher m = {.len = 0};

    for (; *typed; typed++)
        (void)key_matcher_feed(&m, MODE_GRID, (struct key){.code = (uint32_t)*typed});
    key_choices(&m, cols, lines);
    assert_true(strlen(lines[0]) <= (size_t)cols);
    assert_true(strlen(lines[1]) <= (size_t)cols);
}

/* Both lines name each choice of a prefix. */
static void expect_all(const char *typed, int cols)
{
    struct key_matcher m = {.len = 0};
    char lines[2][KEY_CHOICES_LEN];
    const struct binding *b;
    size_t n = 0;

    choices_of(typed, cols, lines);
    for (const char *k = typed; *k; k++)
        (void)key_matcher_feed(&m, MODE_GRID, (struct key){.code = (uint32_t)*k});
    for (; (b = key_matcher_choice(&m, n)); n++)
        if (!strstr(lines[0], b->keys) && !strstr(lines[1], b->keys))
            fail_msg("%s: not in \"%s\" and \"%s\"", b->keys, lines[0], lines[1]);
    assert_true(n > 0);
}

static void without_a_pending_sequence_there_are_none(void **state)
{
    char lines[2][KEY_CHOICES_LEN];

    (void)state;
    choices_of("", 80, lines);
    assert_string_equal(lines[0], "");
    assert_string_equal(lines[1], "");
    choices_of("25", 80, lines);
    assert_string_equal(lines[0], "25");
    assert_string_equal(lines[1], "");
}

static void no_choice_is_lost_on_a_narrow_screen(void **state)
{
    (void)state;
    for (int cols = 30; cols <= 300; cols++) {
        expect_all("g", cols);
        expect_all("z", cols);
        expect_all("m", cols);
    }
}

static void eighty_columns_tell_what_each_choice_does(void **state)
{
    char lines[2][KEY_CHOICES_LEN];

    (void)state;
    choices_of("7z", 79, lines);
    assert_string_equal(lines[0], "7z zt top zz middle zb bottom z[ sort up z] sort down "
                                  "z& by value zT total");
    assert_string_equal(
        lines[1],
        "za node zR open zM shut zy with names zY names z+ faster z- slower z<Enter> row");
    choices_of("g", 79, lines);
    assert_non_null(strstr(lines[0], "gg row 1 gh first gl last g- all"));
    assert_non_null(strstr(lines[1], "gm link gt next gT prev"));
}

static void what_fits_is_told_in_full(void **state)
{
    char lines[2][KEY_CHOICES_LEN];

    (void)state;
    choices_of("z", 600, lines);
    assert_non_null(strstr(lines[0], "z[ sort up; by this column after those before"));
    assert_string_equal(lines[1], "");
}

static void a_tiny_screen_is_no_error(void **state)
{
    char lines[2][KEY_CHOICES_LEN];

    (void)state;
    for (int cols = -1; cols < 20; cols++) {
        struct key_matcher m = {.len = 0};

        (void)key_matcher_feed(&m, MODE_GRID, (struct key){.code = 'g'});
        key_choices(&m, cols, lines);
        assert_int_equal(lines[0][0], 'g');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_pending_sequence_there_are_none),
        cmocka_unit_test(no_choice_is_lost_on_a_narrow_screen),
        cmocka_unit_test(eighty_columns_tell_what_each_choice_does),
        cmocka_unit_test(what_fits_is_told_in_full),
        cmocka_unit_test(a_tiny_screen_is_no_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
