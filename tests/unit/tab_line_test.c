#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/theme.h"
#include "ui/widget/tab_line.h"

#define TABS_MAX 40
#define COLS_MAX 220

static struct tab_line several(struct tab_label *tabs, size_t n, size_t current)
{
    return (struct tab_line){.tabs = tabs,
                             .n = n,
                             .current = current,
                             .address = "localhost:10000",
                             .link = {LINK_LIVE, 0, 0, 0},
                             .round_trip_ms = 18};
}

static void expect(const struct tab_line *t, int cols, bool ascii, const char *text)
{
    struct surface *s = surface_new(1, cols);
    char *dump;

    (void)tab_line_draw(t, s, (struct rect){0, 0, 1, cols}, ascii);
    dump = surface_dump(s);
    dump[strcspn(dump, "\n")] = '\0';
    assert_string_equal(dump, text);
    free(dump);
    surface_free(s);
}

static void one_tab_needs_no_number(void **state)
{
    struct tab_label tabs[] = {{.name = "trades"}};
    struct tab_line t = several(tabs, 1, 0);

    (void)state;
    expect(&t, 48, false, " trades           localhost:10000  ● live  18 ms");
    expect(&t, 24, false, " trades   loc…00  ● live");
    t.about = "a market of its own";
    expect(&t, 60, false, " trades  a market of its own  localhost:10000  ● live  18 ms");
}

static void several_are_numbered_and_brackets_mark_the_current_one(void **state)
{
    struct tab_label tabs[] = {{.name = "trades", .rows = "1,000"},
                               {.name = "quotes", .attention = true},
                               {.name = "book"}};
    struct tab_line t = several(tabs, 3, 2);

    (void)state;
    expect(&t, 70, false,
           " 1 trades 1,000  2 quotes! [3 book]     localhost:10000  ● live  18 ms");
    expect(&t, 70, true,
           " 1 trades 1,000  2 quotes! [3 book]     localhost:10000  * live  18 ms");
    expect(&t, 62, true, " 1 trades  2 quotes! [3 book]   localhost:10000  * live  18 ms");
    expect(&t, 44, true, " 1 trades  2 quotes! [3 book]         * live");
    t.current = 0;
    expect(&t, 30, true, "[1 trades] 2 quotes! >  * live");
}

static void names_from_outside_are_made_safe_and_cut(void **state)
{
    struct tab_label tabs[] = {{.name = "a\x1b[31mb"},
                               {.name = "abcdefghijklmnopqrstuvwxyz0123456789"}};
    struct tab_line t = several(tabs, 2, 0);

    (void)state;
    t.link.state = LINK_LOST;
    expect(&t, 95, true,
           "[1 a^[[31mb] 2 abcdefghijklmnopqrstuvw~     localhost:10000  x disconnected: "
           "these rows are old");
}

static void a_tab_that_needs_a_look_has_another_style(void **state)
{
    struct tab_label tabs[] = {{.name = "a"}, {.name = "b", .attention = true}};
    struct tab_line t = several(tabs, 2, 0);
    struct surface *s = surface_new(1, 60);

    (void)state;
    (void)tab_line_draw(&t, s, (struct rect){0, 0, 1, 60}, false);
    assert_int_equal(surface_cell(s, 0, 1)->style, STYLE_TAB_CURRENT);
    assert_int_equal(surface_cell(s, 0, 6)->style, STYLE_CONNECTION_BAD);
    surface_free(s);
}

static void a_place_of_the_line_is_of_the_tab_that_is_drawn_there(void **state)
{
    struct tab_label tabs[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        tabs[i] = (struct tab_label){.name = "a table", .rows = "1,234"};
    for (int cols = 1; cols <= COLS_MAX; cols += 3) {
        for (size_t current = 0; current < 4; current++) {
            struct tab_line t = several(tabs, 4, current);
            struct surface *s = surface_new(1, cols);

            (void)tab_line_draw(&t, s, (struct rect){0, 0, 1, cols}, false);
            for (int x = 0; x < cols; x++)
                assert_int_equal(tab_line_find(&t, cols, false, x) == current,
                                 surface_cell(s, 0, x)->style == STYLE_TAB_CURRENT);
            surface_free(s);
        }
    }
}

static void a_mark_of_more_tabs_is_of_the_nearest_of_them(void **state)
{
    struct tab_label tabs[] = {
        {.name = "a table"}, {.name = "b table"}, {.name = "c table"}};
    struct tab_line t = several(tabs, 3, 1);

    (void)state;
    expect(&t, 13, true, "<[2 b table]>");
    assert_int_equal(tab_line_find(&t, 13, true, 0), 0);
    assert_int_equal(tab_line_find(&t, 13, true, 1), 1);
    assert_int_equal(tab_line_find(&t, 13, true, 12), 2);
    assert_int_equal(tab_line_find(&t, 100, true, 99), 3); /* the connection is none */
    t = several(tabs, 1, 0);
    assert_int_equal(tab_line_find(&t, 100, true, 1), 1);
}

/* --- layout --- */

static int sum(const int *widths, size_t first, size_t n)
{
    int out = 0;

    for (size_t i = first; i < first + n; i++)
        out += widths[i];
    return out;
}

static void check(const int *widths, size_t n, size_t current, size_t first, int cols)
{
    const int right[] = {40, 8};
    struct tab_line_layout l = tab_line_layout(widths, n, current, first, cols, right);
    int marks = l.before + l.after;

    assert_true(l.n >= 1 && l.first + l.n <= n);
    assert_true(l.first <= current && current < l.first + l.n);
    assert_true(l.before == (l.first > 0) && l.after == (l.first + l.n < n));
    assert_true(l.right == 0 || l.right == right[0] || l.right == right[1]);
    assert_true(l.cols + (l.right > 0 ? l.right + 2 : 0) == cols);
    /* what is shown fits, but for a current one that alone is too wide */
    assert_true(sum(widths, l.first, l.n) + marks <= l.cols || l.n == 1);
    /* and there is no room for one more on either side */
    if (l.after)
        assert_true(sum(widths, l.first, l.n + 1) + l.before + (l.first + l.n + 1 < n) >
                    l.cols);
    if (l.before)
        assert_true(sum(widths, l.first - 1, l.n + 1) + (l.first > 1) + l.after > l.cols);
    /* tabs are hidden only when the connection is told in short, or not at all */
    if (l.n < n)
        assert_true(l.right < right[0]);
}

static void at_every_width_the_current_tab_is_shown_and_no_room_is_wasted(void **state)
{
    int widths[TABS_MAX];

    (void)state;
    for (size_t i = 0; i < TABS_MAX; i++)
        widths[i] = 5 + (int)(i * 7 % 20);
    for (int cols = 1; cols <= COLS_MAX; cols++)
        for (size_t n = 1; n <= TABS_MAX; n += 3)
            for (size_t current = 0; current < n; current++)
                for (size_t first = 0; first < n; first += 2)
                    check(widths, n, current, first, cols);
}

static void the_line_stays_where_it_was_while_the_current_tab_is_in_sight(void **state)
{
    const int widths[] = {10, 10, 10, 10, 10, 10}, right[] = {40, 8};

    (void)state;
    assert_int_equal(tab_line_layout(widths, 6, 2, 1, 42, right).first, 1);
    assert_int_equal(tab_line_layout(widths, 6, 3, 1, 42, right).first, 1);
    assert_int_equal(tab_line_layout(widths, 6, 4, 1, 42, right).first, 2);
    assert_int_equal(tab_line_layout(widths, 6, 0, 1, 42, right).first, 0);
}

/* A name may be as wide as the line: nothing is drawn outside it. */
static void every_width_can_be_drawn(void **state)
{
    struct tab_label tabs[5];

    (void)state;
    for (size_t i = 0; i < 5; i++)
        tabs[i] = (struct tab_label){.name = "漢字漢字 table", .rows = "1,234,567"};
    for (int cols = 1; cols <= COLS_MAX; cols++) {
        for (size_t current = 0; current < 5; current++) {
            struct tab_line t = several(tabs, 5, current);
            struct surface *s = surface_new(2, cols);
            char *dump;

            t.about = "words about it";
            (void)tab_line_draw(&t, s, (struct rect){0, 0, 1, cols}, false);
            dump = surface_dump(s);
            assert_string_equal(strchr(dump, '\n'), "\n\n");
            free(dump);
            surface_free(s);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_tab_needs_no_number),
        cmocka_unit_test(several_are_numbered_and_brackets_mark_the_current_one),
        cmocka_unit_test(names_from_outside_are_made_safe_and_cut),
        cmocka_unit_test(a_tab_that_needs_a_look_has_another_style),
        cmocka_unit_test(a_place_of_the_line_is_of_the_tab_that_is_drawn_there),
        cmocka_unit_test(a_mark_of_more_tabs_is_of_the_nearest_of_them),
        cmocka_unit_test(at_every_width_the_current_tab_is_shown_and_no_room_is_wasted),
        cmocka_unit_test(the_line_stays_where_it_was_while_the_current_tab_is_in_sight),
        cmocka_unit_test(every_width_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
