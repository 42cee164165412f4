#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/theme.h"

static void names_are_unique(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STYLE_COUNT; i++)
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(theme_style(i)->name, theme_style(k)->name);
}

static void an_id_out_of_range_is_the_default(void **state)
{
    (void)state;
    assert_ptr_equal(theme_style(STYLE_COUNT), theme_style(STYLE_DEFAULT));
    assert_ptr_equal(theme_style(255), theme_style(STYLE_DEFAULT));
}

static void colours_are_among_the_sixteen(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STYLE_COUNT; i++) {
        const struct style *s = theme_style(i);
        assert_in_range(s->fg + 1, 0, 16);
        assert_in_range(s->bg + 1, 0, 16);
        assert_true(s->looks < 16 && s->mono < 16);
    }
    assert_int_equal(theme_style(STYLE_DEFAULT)->bg, HUE_DEFAULT);
}

static bool differ(unsigned a, unsigned b, bool mono)
{
    const struct style *x = theme_style(a), *y = theme_style(b);

    return mono ? x->mono != y->mono
                : x->fg != y->fg || x->bg != y->bg || x->looks != y->looks;
}

static void what_must_be_told_apart_differs_with_and_without_colour(void **state)
{
    static const unsigned pairs[][2] = {
        {STYLE_CELL, STYLE_CELL_CURRENT},
        {STYLE_CELL, STYLE_PENDING},
        {STYLE_CELL, STYLE_NULL},
        {STYLE_CELL, STYLE_EMPTY},
        {STYLE_CELL, STYLE_NAN},
        {STYLE_CELL, STYLE_STALE},
        {STYLE_CELL, STYLE_TEXT_MARK},
        {STYLE_STALE, STYLE_PENDING},
        {STYLE_HEADER, STYLE_HEADER_CURRENT},
        {STYLE_TAB, STYLE_TAB_CURRENT},
        {STYLE_MESSAGE, STYLE_MESSAGE_ERROR},
        {STYLE_MESSAGE, STYLE_MESSAGE_WARN},
        {STYLE_CONNECTION, STYLE_CONNECTION_BAD},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_true(differ(pairs[i][0], pairs[i][1], false));
        assert_true(differ(pairs[i][0], pairs[i][1], true));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(an_id_out_of_range_is_the_default),
        cmocka_unit_test(colours_are_among_the_sixteen),
        cmocka_unit_test(what_must_be_told_apart_differs_with_and_without_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
