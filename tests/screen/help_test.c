#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/info_text.h"
#include "ui/cli/options.h"
#include "ui/widget/help.h"
#include "ui/widget/help_view.h"
#include "ui/widget/keymap.h"

static const struct draw_env ascii = {.ascii = true}, utf8 = {.ascii = false};

static void act(struct view v, enum action action, int n)
{
    struct binding b = {.action = action, .arg.n = n};

    assert_true(v.ops->action(v.self, &(struct key_match){.binding = &b, .count = 1}));
}

/* All there are, none of them wrapped. */
static size_t help_lines(void)
{
    struct pager *p = pager_new(true, 1);
    size_t n;

    help_fill(p, false);
    pager_prepare(p, 1, 1000, false);
    n = pager_lines(p);
    pager_free(p);
    return n;
}

static void help_shows_its_start(void **state)
{
    struct view v = help_view_new();
    struct surface *s = golden_draw(v, 24, 80, &ascii), *wide;
    char *status, want[80];

    (void)state;
    golden_check(s, "help-80x24");
    status = info_of_view(v, &ascii);
    (void)snprintf(want, sizeof(want), "help: lines 1 to 24 of %zu", help_lines());
    assert_memory_equal(status, want, strlen(want));
    free(status);
    wide = golden_draw(v, 50, 200, &ascii);
    golden_check(wide, "help-200x50");
    surface_free(s);
    surface_free(wide);
    v.ops->close(v.self);
}

static void help_scrolls_to_its_end_and_no_further(void **state)
{
    struct view v = help_view_new();

    (void)state;
    surface_free(golden_draw(v, 24, 80, &utf8));
    act(v, ACT_LAST_ROW, 0);
    for (int i = 0; i < 3; i++) {
        struct surface *s = golden_draw(v, 24, 80, &utf8);

        golden_check(s, "help-end-80x24");
        surface_free(s);
        act(v, ACT_MOVE_PAGE, 1);
    }
    v.ops->close(v.self);
}

static char *top_line(struct view v)
{
    struct surface *s = golden_draw(v, 10, 80, &ascii);
    char *dump = surface_dump(s);

    *strchr(dump, '\n') = '\0';
    surface_free(s);
    return dump;
}

static void help_can_be_searched(void **state)
{
    struct view v = help_view_new();
    char *first, *second, *third;

    (void)state;
    surface_free(golden_draw(v, 10, 80, &ascii));
    assert_false(v.ops->search(v.self, "", 1)); /* nothing was searched before */
    assert_true(v.ops->search(v.self, "DRAW the", 1));
    first = top_line(v);
    assert_non_null(strstr(first, "draw the screen anew"));
    free(first);
    assert_false(v.ops->search(v.self, "no such text", 1));
    assert_true(v.ops->search(v.self, "whole list again", 1));
    first = top_line(v);
    assert_true(v.ops->search(v.self, "filter the list", 1));
    second = top_line(v);
    assert_non_null(strstr(second, "filter the list"));
    assert_true(v.ops->search(v.self, "whole list again", 1)); /* round the end or not */
    third = top_line(v);
    assert_string_equal(first, third);
    free(first);
    free(second);
    free(third);
    v.ops->close(v.self);
}

static char *whole_help(int cols)
{
    struct view v = help_view_new();
    struct surface *s = golden_draw(v, 2 * (int)help_lines(), cols, &ascii);
    char *dump = surface_dump(s);

    surface_free(s);
    v.ops->close(v.self);
    return dump;
}

static void every_binding_and_option_is_on_some_line(void **state)
{
    char *dump = whole_help(100);

    (void)state;
    for (size_t i = 0; i < keymap_len; i++) {
        if (keymap[i].action == ACT_GO_TAB && keymap[i].arg.n > 1 && keymap[i].arg.n < 9)
            continue; /* "<A-1> ... <A-9>" */
        if (strstr(dump, keymap[i].keys) == NULL)
            fail_msg("%s is not shown", keymap[i].keys);
        assert_non_null(strstr(dump, keymap[i].group));
    }
    for (size_t i = 0; i < option_table_len; i++)
        assert_non_null(strstr(dump, option_table[i].name));
    free(dump);
}

static void no_line_is_broken_at_80_columns(void **state)
{
    char *dump = whole_help(80), *at = dump;
    size_t lines = 0;

    (void)state;
    for (size_t i = 0; (at = strchr(at, '\n')) != NULL; i++, at++)
        lines = at[1] != '\n' && at[1] != '\0' ? i + 2 : lines;
    assert_int_equal(lines, help_lines());
    free(dump);
}

static void help_is_drawn_at_any_size(void **state)
{
    (void)state;
    for (int rows = 1; rows < 5; rows++) {
        for (int cols = 1; cols < 30; cols++) {
            struct view v = help_view_new();
            struct surface *s = golden_draw(v, rows, cols, &utf8);

            assert_non_null(surface_cell(s, rows - 1, cols - 1));
            surface_free(s);
            v.ops->close(v.self);
        }
    }
}

static void the_legend_follows_the_characters_in_use(void **state)
{
    char *dump = whole_help(80);

    (void)state;
    assert_non_null(strstr(dump, "\\N  "));
    assert_non_null(strstr(dump, "null: there is no value"));
    for (const char *p = dump; *p; p++)
        assert_true((unsigned char)*p < 0x80);
    free(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_shows_its_start),
        cmocka_unit_test(help_scrolls_to_its_end_and_no_further),
        cmocka_unit_test(help_can_be_searched),
        cmocka_unit_test(every_binding_and_option_is_on_some_line),
        cmocka_unit_test(no_line_is_broken_at_80_columns),
        cmocka_unit_test(help_is_drawn_at_any_size),
        cmocka_unit_test(the_legend_follows_the_characters_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
