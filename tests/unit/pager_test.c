#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/info_text.h"
#include "ui/term/theme.h"
#include "ui/widget/pager.h"

#define ROWS 4
#define COLS 20

static void add(struct pager *p, const char *label, const char *text)
{
    assert_true(pager_add(p, label, bytes_of(text), STYLE_DEFAULT));
}

static void expect_status(const struct pager *p, const char *want)
{
    struct info_line l;
    char *text;

    info_line_init(&l);
    (void)pager_status(p, &l);
    text = info_text(&l, 80, true);
    assert_string_equal(text, want);
    free(text);
    info_line_release(&l);
}

static void act(struct pager *p, enum action action, int n, int64_t count)
{
    struct binding b = {.action = action, .arg.n = n};

    assert_true(pager_action(p, &(struct key_match){.binding = &b, .count = count}));
}

static void expect(struct pager *p, const char *want)
{
    struct surface *s = surface_new(ROWS, COLS);
    char *dump;

    pager_prepare(p, ROWS, COLS, false);
    pager_draw(p, s, (struct rect){0, 0, ROWS, COLS}, false);
    dump = surface_dump(s);
    assert_string_equal(dump, want);
    free(dump);
    surface_free(s);
}

static void texts_are_wrapped_and_lined_up(void **state)
{
    struct pager *p = pager_new(true, 1);

    (void)state;
    add(p, "a", "short");
    add(p, "long", "0123456789abcdefghij");
    add(p, "", "end");
    expect(p, " a     short\n long  0123456789abc\n       defghij\n       end\n");
    assert_int_equal(pager_lines(p), 4);
    assert_int_equal(pager_natural_width(p, 100, false), 27);
    pager_free(p);
}

static void what_is_not_wrapped_is_cut(void **state)
{
    struct pager *p = pager_new(false, 0);

    (void)state;
    add(p, "n", "0123456789abcdefghij");
    add(p, "m", "x");
    expect(p, "n  0123456789abcdef…\nm  x\n\n\n");
    pager_free(p);
}

/* A mark of several columns and a wide character stay in one piece. */
static void lines_break_between_characters(void **state)
{
    struct pager *p = pager_new(true, 0);

    (void)state;
    add(p, "",
        "0123456789012345\xe2\x80\xae"
        "b");
    add(p, "", "0123456789012345678\xe6\xbc\xa2");
    expect(p, "0123456789012345\n<202e>b\n0123456789012345678\n\xe6\xbc\xa2\n");
    pager_free(p);
}

static void a_line_end_in_a_text_ends_the_line(void **state)
{
    struct pager *p = pager_new(true, 0);

    (void)state;
    add(p, "", "one\ntwo\n");
    expect(p, "one\xe2\x90\x8a\ntwo\xe2\x90\x8a\n\n\n");
    assert_int_equal(pager_lines(p), 2);
    pager_free(p);
}

static void scrolling_stays_inside(void **state)
{
    struct pager *p = pager_new(true, 0);
    char text[32];

    (void)state;
    for (int i = 0; i < 10; i++) {
        (void)snprintf(text, sizeof(text), "line %d", i);
        add(p, "", text);
    }
    expect(p, "line 0\nline 1\nline 2\nline 3\n");
    act(p, ACT_MOVE_ROW, -1, 1);
    act(p, ACT_MOVE_ROW, +1, 2);
    expect(p, "line 2\nline 3\nline 4\nline 5\n");
    act(p, ACT_MOVE_HALF_PAGE, +1, 1);
    assert_int_equal(pager_top_entry(p), 4);
    act(p, ACT_MOVE_PAGE, +1, INT64_MAX);
    expect(p, "line 6\nline 7\nline 8\nline 9\n");
    expect_status(p, "lines 7 to 10 of 10");
    act(p, ACT_FIRST_ROW, 0, 1);
    act(p, ACT_LAST_ROW, 0, 1);
    assert_int_equal(pager_top_entry(p), 6);
    pager_clear(p); /* what is there now is shorter */
    add(p, "", "only");
    expect(p, "only\n\n\n\n");
    pager_free(p);
}

static void a_count_goes_to_the_line_of_that_number(void **state)
{
    struct binding first = {.action = ACT_FIRST_ROW}, last = {.action = ACT_LAST_ROW};
    struct pager *p = pager_new(false, 0);

    (void)state;
    for (int i = 0; i < 20; i++)
        add(p, "", "x");
    pager_prepare(p, ROWS, COLS, false);
    assert_true(pager_action(
        p, &(struct key_match){.binding = &first, .count = 7, .has_count = true}));
    assert_int_equal(pager_top_entry(p), 6);
    assert_true(pager_action(
        p, &(struct key_match){.binding = &last, .count = 3, .has_count = true}));
    assert_int_equal(pager_top_entry(p), 2);
    pager_free(p);
}

static void the_position_survives_other_contents(void **state)
{
    struct pager *p = pager_new(true, 0);

    (void)state;
    for (int round = 0; round < 2; round++) {
        pager_clear(p);
        for (int i = 0; i < 10; i++)
            add(p, "", round == 0 ? "a" : "b");
        pager_prepare(p, ROWS, COLS, false);
        if (round == 0)
            act(p, ACT_MOVE_ROW, +1, 3);
    }
    assert_int_equal(pager_top_entry(p), 3);
    expect(p, "b\nb\nb\nb\n");
    pager_free(p);
}

static void search_goes_round_and_both_ways(void **state)
{
    struct pager *p = pager_new(true, 0);
    char text[32];

    (void)state;
    assert_false(pager_search(p, "x", 1));
    for (int i = 0; i < 20; i++) {
        (void)snprintf(text, sizeof(text), "%s%d", i % 8 == 0 ? "Hit" : "line", i);
        add(p, i == 3 ? "label" : "", text);
    }
    pager_prepare(p, ROWS, COLS, false);
    assert_true(pager_search(p, "hit", 1)); /* 0: it is seen already */
    assert_int_equal(pager_top_entry(p), 0);
    assert_true(pager_search(p, "", 1)); /* 8 */
    assert_int_equal(pager_top_entry(p), 8);
    assert_true(pager_search(p, "", 1)); /* 16 */
    assert_int_equal(pager_top_entry(p), 16);
    assert_true(pager_search(p, "", 1)); /* 0 again */
    assert_int_equal(pager_top_entry(p), 0);
    assert_true(pager_search(p, "", -1));
    assert_int_equal(pager_top_entry(p), 16);
    assert_true(pager_search(p, "LABEL", 1));
    assert_int_equal(pager_top_entry(p), 3);
    assert_false(pager_search(p, "nowhere", 1));
    pager_free(p);
}

/* The current line, and the one on top. */
static void expect_lines(struct pager *p, size_t current, size_t top)
{
    pager_prepare(p, ROWS, COLS, false);
    assert_int_equal(pager_current_entry(p), current);
    assert_int_equal(pager_top_entry(p), top);
}

static void a_current_line_moves_and_stays_in_sight(void **state)
{
    struct pager *p = pager_new(false, 0);
    char text[32];

    (void)state;
    pager_use_cursor(p);
    expect_lines(p, 0, 0); /* without any line */
    act(p, ACT_MOVE_ROW, +1, 3);
    act(p, ACT_LAST_ROW, 0, 1);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(text, sizeof(text), "%s%d", i % 8 == 0 ? "Hit" : "line", i);
        add(p, "", text);
    }
    expect_lines(p, 0, 0);
    act(p, ACT_MOVE_ROW, +1, 3);
    expect_lines(p, 3, 0); /* the last one that is seen */
    act(p, ACT_MOVE_ROW, +1, 2);
    expect_lines(p, 5, 2);
    act(p, ACT_MOVE_ROW, -1, 1);
    expect_lines(p, 4, 2);
    act(p, ACT_MOVE_PAGE, +1, 1);
    expect_lines(p, 8, 6);
    act(p, ACT_MOVE_HALF_PAGE, -1, 1);
    expect_lines(p, 6, 4);
    expect_status(p, "line 7 of 20");
    act(p, ACT_MOVE_PAGE, +1, INT64_MAX);
    expect_lines(p, 19, 16);
    act(p, ACT_MOVE_ROW, -1, INT64_MAX);
    expect_lines(p, 0, 0);
    act(p, ACT_LAST_ROW, 0, 1);
    expect_lines(p, 19, 16);
    act(p, ACT_FIRST_ROW, 0, 1);
    expect_lines(p, 0, 0);
    assert_true(pager_search(p, "hit", 1)); /* the next one, not where it is */
    expect_lines(p, 8, 8);
    assert_true(pager_search(p, "", -1));
    expect_lines(p, 0, 0);
    assert_true(pager_search(p, "", -1));
    expect_lines(p, 16, 16);
    pager_clear(p);
    add(p, "", "only");
    expect_lines(p, 0, 0);
    pager_free(p);
}

static void hits_on_the_last_page_are_all_reached(void **state)
{
    struct pager *p = pager_new(true, 0);

    (void)state;
    for (int i = 0; i < 6; i++)
        add(p, "", i >= 4 ? "hit" : "line");
    pager_prepare(p, ROWS, COLS, false);
    assert_true(pager_search(p, "hit", 1)); /* 4 */
    assert_int_equal(pager_top_entry(p), 2);
    assert_true(pager_search(p, "", 1)); /* 5, on the same page */
    assert_int_equal(pager_top_entry(p), 2);
    act(p, ACT_FIRST_ROW, 0, 1);
    assert_true(pager_search(p, "", -1)); /* round the start */
    assert_int_equal(pager_top_entry(p), 2);
    pager_free(p);
}

static void any_size_is_drawn(void **state)
{
    struct pager *p = pager_new(true, 1);

    (void)state;
    add(p, "a label that is long", "a text \xe6\xbc\xa2 that is long");
    pager_add_heading(p, "heading");
    assert_true(pager_add(p, "", (struct bytes){0}, STYLE_DEFAULT));
    for (int rows = 0; rows < 4; rows++) {
        for (int cols = 0; cols < 30; cols++) {
            struct surface *s = surface_new(4, 30);

            pager_prepare(p, rows, cols, rows % 2 == 0);
            assert_true(pager_lines(p) >= 3);
            pager_draw(p, s, (struct rect){0, 0, rows, cols}, rows % 2 == 0);
            surface_free(s);
        }
    }
    pager_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_wrapped_and_lined_up),
        cmocka_unit_test(what_is_not_wrapped_is_cut),
        cmocka_unit_test(lines_break_between_characters),
        cmocka_unit_test(a_line_end_in_a_text_ends_the_line),
        cmocka_unit_test(scrolling_stays_inside),
        cmocka_unit_test(a_count_goes_to_the_line_of_that_number),
        cmocka_unit_test(the_position_survives_other_contents),
        cmocka_unit_test(search_goes_round_and_both_ways),
        cmocka_unit_test(a_current_line_moves_and_stays_in_sight),
        cmocka_unit_test(hits_on_the_last_page_are_all_reached),
        cmocka_unit_test(any_size_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
