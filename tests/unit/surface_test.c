#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/term/surface.h"
#include "ui/term/theme.h"

#define WIDE "\xe6\xbc\xa2" /* one character of two columns */
#define DOTS "\xe2\x80\xa6"

static void expect(const struct surface *s, const char *text)
{
    char *dump = surface_dump(s);

    assert_string_equal(dump, text);
    free(dump);
}

static int width_at(const struct surface *s, int col)
{
    return surface_cell(s, 0, col)->width;
}

static void new_surface_is_blank(void **state)
{
    struct surface *s = surface_new(2, 3);

    (void)state;
    expect(s, "\n\n");
    assert_int_equal(surface_cell(s, 1, 2)->style, STYLE_DEFAULT);
    assert_null(surface_cell(s, 2, 0));
    assert_null(surface_cell(s, 0, -1));
    surface_free(s);
}

static void sizes_are_clamped(void **state)
{
    struct surface *s = surface_new(0, -5);

    (void)state;
    assert_int_equal(surface_rows(s), 1);
    assert_int_equal(surface_cols(s), 1);
    surface_resize(s, 1000000, SURFACE_SIDE_MAX);
    assert_int_equal(surface_cols(s), SURFACE_SIDE_MAX);
    assert_int_equal(surface_rows(s), SURFACE_CELLS_MAX / SURFACE_SIDE_MAX);
    surface_free(s);
}

static void text_is_cut_with_an_ellipsis(void **state)
{
    struct surface *s = surface_new(1, 10);

    (void)state;
    assert_int_equal(surface_str(s, 0, 0, 5, "abcdef", STYLE_CELL, false), 5);
    expect(s, "abcd" DOTS "\n");
    surface_clear(s);
    assert_int_equal(surface_str(s, 0, 0, 5, "abcdef", STYLE_CELL, true), 5);
    expect(s, "abcd~\n");
    surface_clear(s);
    assert_int_equal(surface_str(s, 0, 0, 6, "abcdef", STYLE_CELL, true), 6);
    expect(s, "abcdef\n");
    surface_free(s);
}

static void text_is_cut_at_the_surface_edge(void **state)
{
    struct surface *s = surface_new(1, 4);

    (void)state;
    assert_int_equal(surface_str(s, 0, 1, 100, "abcdef", STYLE_CELL, true), 3);
    expect(s, " ab~\n");
    assert_int_equal(surface_str(s, 0, 4, 100, "x", STYLE_CELL, true), 0);
    assert_int_equal(surface_str(s, 1, 0, 100, "x", STYLE_CELL, true), 0);
    surface_free(s);
}

static void text_may_start_left_of_the_surface(void **state)
{
    struct surface *s = surface_new(1, 4);

    (void)state;
    surface_str(s, 0, -2, 6, "abcdef", STYLE_CELL, true);
    expect(s, "cdef\n");
    surface_clear(s);
    surface_str(s, 0, -1, 5, WIDE "x", STYLE_CELL, false);
    expect(s, " x\n"); /* half of the wide one is outside: a blank */
    surface_free(s);
}

static void a_wide_cluster_is_never_halved_at_the_edge(void **state)
{
    struct surface *s = surface_new(1, 3);

    (void)state;
    surface_str(s, 0, 0, 3, WIDE WIDE, STYLE_CELL, false);
    expect(s, WIDE DOTS "\n");
    assert_int_equal(width_at(s, 0), 2);
    assert_int_equal(width_at(s, 1), 0);
    surface_put(s, 0, 2, &(struct text_cluster){WIDE, 3, 2, false}, STYLE_CELL);
    expect(s, WIDE "\n");
    assert_int_equal(width_at(s, 2), 1);
    surface_free(s);
}

static void overwriting_half_of_a_wide_cluster_blanks_the_rest(void **state)
{
    struct surface *s = surface_new(1, 4);

    (void)state;
    surface_str(s, 0, 0, 4, WIDE WIDE, STYLE_CELL, false);
    surface_str(s, 0, 1, 1, "x", STYLE_CELL, false);
    expect(s, " x" WIDE "\n");
    surface_str(s, 0, 2, 1, "y", STYLE_CELL, false);
    expect(s, " xy\n");
    assert_int_equal(width_at(s, 3), 1);
    surface_str(s, 0, 0, 4, WIDE WIDE, STYLE_CELL, false);
    surface_str(s, 0, 1, 2, WIDE, STYLE_CELL, false);
    expect(s, " " WIDE "\n");
    surface_str(s, 0, 0, 4, WIDE WIDE, STYLE_CELL, false);
    surface_fill(s, (struct rect){0, 1, 1, 2}, STYLE_STATUS);
    expect(s, "\n");
    surface_free(s);
}

static void hostile_text_becomes_marks(void **state)
{
    struct surface *s = surface_new(1, 20);
    const uint8_t raw[] = {'a', 27, '[', 'm', 0xff, 'b', 0};
    char *dump;

    (void)state;
    surface_text(s, 0, 0, 20, (struct bytes){raw, 7}, STYLE_CELL, true);
    dump = surface_dump(s);
    assert_null(strchr(dump, 27));
    for (const char *p = dump; p[1] != '\0'; p++)
        assert_true(*p >= 32 && *p < 127);
    free(dump);
    assert_int_equal(surface_cell(s, 0, 0)->style, STYLE_CELL);
    assert_int_equal(surface_cell(s, 0, 1)->style, STYLE_TEXT_MARK);
    surface_text_plain(s, 0, 0, 20, (struct bytes){raw, 7}, STYLE_STATUS, true);
    assert_int_equal(surface_cell(s, 0, 1)->style, STYLE_STATUS);
    surface_free(s);
}

static void right_aligned_text_ends_where_asked(void **state)
{
    struct surface *s = surface_new(1, 8);

    (void)state;
    assert_int_equal(surface_text_right(s, 0, 1, 6, bytes_of("12"), STYLE_NUMBER, true), 2);
    expect(s, "     12\n");
    surface_clear(s);
    assert_int_equal(surface_text_right(s, 0, 1, 4, bytes_of("123456"), STYLE_NUMBER, true),
                     4);
    expect(s, " 123~\n");
    surface_clear(s);
    surface_text_right(s, 0, 0, 4, bytes_of(WIDE WIDE WIDE), STYLE_NUMBER, false);
    expect(s, " " WIDE DOTS "\n");
    surface_free(s);
}

static void restyle_keeps_the_text_and_whole_clusters(void **state)
{
    struct surface *s = surface_new(1, 4);

    (void)state;
    surface_str(s, 0, 0, 4, WIDE WIDE, STYLE_CELL, false);
    surface_restyle(s, (struct rect){0, 1, 1, 2}, STYLE_STATUS);
    expect(s, WIDE WIDE "\n");
    assert_int_equal(surface_cell(s, 0, 0)->style, STYLE_CELL);
    assert_int_equal(surface_cell(s, 0, 1)->style, STYLE_CELL);
    assert_int_equal(surface_cell(s, 0, 2)->style, STYLE_STATUS);
    assert_int_equal(surface_cell(s, 0, 3)->style, STYLE_STATUS);
    surface_free(s);
}

static void expect_tint(const struct surface *s, int col, uint32_t fg, uint32_t bg)
{
    assert_int_equal(surface_cell(s, 0, col)->tint.fg, fg);
    assert_int_equal(surface_cell(s, 0, col)->tint.bg, bg);
}

static void a_tint_lies_over_whole_clusters_until_they_are_drawn_anew(void **state)
{
    struct surface *s = surface_new(1, 6);
    uint32_t red = TINT_SET + 0xff0000, blue = TINT_SET + 0xff;

    (void)state;
    surface_str(s, 0, 0, 6, WIDE WIDE "ab", STYLE_CELL, false);
    surface_tint(s, (struct rect){0, 1, 1, 2}, (struct tint){red, blue});
    expect(s, WIDE WIDE "ab\n");
    expect_tint(s, 1, 0, 0);
    expect_tint(s, 2, red, blue);
    expect_tint(s, 3, red, blue);
    expect_tint(s, 4, 0, 0);
    assert_int_equal(surface_cell(s, 0, 2)->style, STYLE_CELL);
    surface_tint(s, (struct rect){0, 4, 9, 9}, (struct tint){red, 0});
    expect_tint(s, 5, red, 0);
    surface_restyle(s, (struct rect){0, 2, 1, 3}, STYLE_STATUS);
    expect_tint(s, 2, 0, 0);
    expect_tint(s, 3, 0, 0);
    surface_fill(s, (struct rect){0, 5, 1, 1}, STYLE_CELL);
    expect_tint(s, 5, 0, 0);
    surface_free(s);
}

static void rectangles_far_outside_do_nothing(void **state)
{
    struct surface *s = surface_new(2, 2);

    (void)state;
    surface_fill(s, (struct rect){INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX},
                 STYLE_STATUS);
    surface_fill(s, (struct rect){INT32_MIN, 0, INT32_MAX, 2}, STYLE_STATUS);
    surface_hline(s, -1, 0, 2, STYLE_STATUS, true);
    surface_vline(s, 0, 2, 2, STYLE_STATUS, true);
    surface_str(s, 0, INT32_MIN, INT32_MAX, "x", STYLE_STATUS, true);
    surface_text_right(s, 0, INT32_MAX, INT32_MAX, bytes_of("x"), STYLE_STATUS, true);
    expect(s, "\n\n");
    assert_int_equal(surface_cell(s, 1, 1)->style, STYLE_DEFAULT);
    surface_fill(s, (struct rect){-5, -5, INT32_MAX, INT32_MAX}, STYLE_STATUS);
    assert_int_equal(surface_cell(s, 1, 1)->style, STYLE_STATUS);
    surface_free(s);
}

static void lines_are_clipped(void **state)
{
    struct surface *s = surface_new(3, 3);
    char *styles;

    (void)state;
    surface_hline(s, 1, -2, 100, STYLE_RULE, true);
    surface_vline(s, -2, 1, 100, STYLE_HEADER, true);
    expect(s, " |\n-|-\n |\n");
    styles = surface_dump_styles(s);
    assert_int_equal(styles[0], '.');
    assert_int_equal(styles[1], 'a');
    free(styles);
    surface_free(s);
}

/* Random drawing must keep the invariants of cells. */
static void random_drawing_keeps_cells_whole(void **state)
{
    static const char *const texts[] = {WIDE,      "a",        WIDE WIDE "b",
                                        "\033[2J", "\xff\xfe", "e\xcc\x81"};
    struct surface *s = surface_new(3, 7);
    unsigned seed = 20261121;

    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 20000; i++) {
        int row = rand() % 5 - 1, col = rand() % 11 - 2, n = rand() % 6;
        const char *text = texts[(size_t)rand() % 6];
        if (i % 3 == 0)
            surface_str(s, row, col, n, text, STYLE_CELL, i % 2 == 0);
        else if (i % 3 == 1)
            surface_text_right(s, row, col, n, bytes_of(text), STYLE_NULL, false);
        else
            surface_fill(s, (struct rect){row, col, 1, n}, STYLE_STATUS);
        for (int c = 0; c < 21; c++) {
            const struct cell *cell = surface_cell(s, c / 7, c % 7);
            const struct cell *next = surface_cell(s, c / 7, c % 7 + 1);
            assert_true(cell->width <= 2 && (cell->width == 0) == (cell->len == 0));
            assert_true(c % 7 != 0 || cell->width != 0);
            assert_true((cell->width == 2) == (next != NULL && next->width == 0));
            for (size_t b = cell->len; b < TEXT_CLUSTER_MAX; b++)
                assert_int_equal(cell->utf8[b], 0);
        }
    }
    surface_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_surface_is_blank),
        cmocka_unit_test(sizes_are_clamped),
        cmocka_unit_test(text_is_cut_with_an_ellipsis),
        cmocka_unit_test(text_is_cut_at_the_surface_edge),
        cmocka_unit_test(text_may_start_left_of_the_surface),
        cmocka_unit_test(a_wide_cluster_is_never_halved_at_the_edge),
        cmocka_unit_test(overwriting_half_of_a_wide_cluster_blanks_the_rest),
        cmocka_unit_test(hostile_text_becomes_marks),
        cmocka_unit_test(right_aligned_text_ends_where_asked),
        cmocka_unit_test(restyle_keeps_the_text_and_whole_clusters),
        cmocka_unit_test(a_tint_lies_over_whole_clusters_until_they_are_drawn_anew),
        cmocka_unit_test(rectangles_far_outside_do_nothing),
        cmocka_unit_test(lines_are_clipped),
        cmocka_unit_test(random_drawing_keeps_cells_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
