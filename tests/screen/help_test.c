#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/help.h"
#include "ui/keymap.h"
#include "ui/options.h"

#define GOLDEN_MAX 65536

/* Compares with tests/screen/<name>.screen; GENERATE=1 writes that file instead. */
static void expect_screen(const struct surface *s, const char *name)
{
    char path[512], *dump = surface_dump(s), *want = calloc(1, GOLDEN_MAX);
    bool generate = getenv("GENERATE") != NULL;
    FILE *f;

    assert_non_null(want);
    snprintf(path, sizeof(path), "%s/tests/screen/%s.screen", TEST_SOURCE_DIR, name);
    f = fopen(path, generate ? "w" : "r");
    if (f == NULL)
        fail_msg("cannot open %s", path);
    if (generate)
        assert_true(fputs(dump, f) >= 0);
    else
        assert_true(fread(want, 1, GOLDEN_MAX - 1, f) < GOLDEN_MAX - 1);
    assert_int_equal(fclose(f), 0);
    if (!generate)
        assert_string_equal(dump, want);
    free(want);
    free(dump);
}

static void help_at_80x24_shows_its_start(void **state)
{
    struct surface *s = surface_new(24, 80);

    (void)state;
    help_draw(s, (struct rect){0, 0, 24, 80}, 0, true);
    expect_screen(s, "help-80x24");
    surface_free(s);
}

static void help_scrolls_to_its_end_and_no_further(void **state)
{
    struct surface *s = surface_new(24, 80);

    (void)state;
    help_draw(s, (struct rect){0, 0, 24, 80}, SIZE_MAX, true);
    expect_screen(s, "help-end-80x24");
    surface_free(s);
}

static void every_binding_and_option_is_on_some_line(void **state)
{
    struct surface *s = surface_new((int)help_len() + 1, 100);
    char *dump;

    (void)state;
    help_draw(s, (struct rect){0, 0, surface_rows(s), 100}, 0, true);
    dump = surface_dump(s);
    for (size_t i = 0; i < keymap_len; i++) {
        if (strstr(dump, keymap[i].keys) == NULL)
            fail_msg("%s is not shown", keymap[i].keys);
        assert_non_null(strstr(dump, keymap[i].group));
    }
    for (size_t i = 0; i < option_table_len; i++)
        assert_non_null(strstr(dump, option_table[i].name));
    free(dump);
    surface_free(s);
}

static void no_line_is_cut_at_80_columns(void **state)
{
    struct surface *s = surface_new((int)help_len() + 1, 80);
    char *dump;

    (void)state;
    help_draw(s, (struct rect){0, 0, surface_rows(s), 80}, 0, true);
    dump = surface_dump(s);
    assert_null(strchr(dump, '~'));
    free(dump);
    surface_free(s);
}

static void help_is_drawn_at_any_size(void **state)
{
    (void)state;
    for (int rows = 1; rows < 5; rows++) {
        for (int cols = 1; cols < 30; cols++) {
            struct surface *s = surface_new(rows, cols);
            help_draw(s, (struct rect){0, 0, rows, cols}, 3, false);
            assert_non_null(surface_cell(s, rows - 1, cols - 1));
            surface_free(s);
        }
    }
}

static void lines_end_where_their_number_says(void **state)
{
    struct help_line line;

    (void)state;
    assert_true(help_line(0, &line));
    assert_true(line.heading);
    assert_true(help_line(help_len() - 1, &line));
    assert_false(help_line(help_len(), &line));
    assert_int_equal(help_max_top(24), help_len() - 23);
    assert_int_equal(help_max_top(100000), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_at_80x24_shows_its_start),
        cmocka_unit_test(help_scrolls_to_its_end_and_no_further),
        cmocka_unit_test(every_binding_and_option_is_on_some_line),
        cmocka_unit_test(no_line_is_cut_at_80_columns),
        cmocka_unit_test(help_is_drawn_at_any_size),
        cmocka_unit_test(lines_end_where_their_number_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
