/* The scroll policy: what is asked for, and when nothing is. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/viewport.h"

#define N_COLUMNS 1000

static size_t order[N_COLUMNS];

static struct viewport_screen screen_at(int64_t top)
{
    for (size_t i = 0; i < N_COLUMNS; i++)
        order[i] = i;
    return (struct viewport_screen){.top = top,
                                    .height = 20,
                                    .table_size = 1000000000,
                                    .order = order,
                                    .n_order = N_COLUMNS,
                                    .n_columns = 8};
}

static uint64_t cells(const struct viewport *v)
{
    return rowset_count(v->rows) * rowset_count(v->columns);
}

static void the_first_request_needs_no_schema(void **state)
{
    struct viewport_screen s = {.height = 20, .table_size = -1, .n_columns = 16};
    struct viewport v;

    (void)state;
    assert_true(viewport_next(&s, NULL, &v));
    assert_int_equal(rowset_first(v.rows), 0);
    assert_true(rowset_last(v.rows) >= 19);
    assert_int_equal(rowset_first(v.columns), 0);
    assert_true(rowset_count(v.columns) >= 16);
    assert_false(v.reverse);
    viewport_release(&v);
}

static void the_screen_and_a_margin_are_asked_for(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport v;

    (void)state;
    s.first_column = 100;
    assert_true(viewport_next(&s, NULL, &v));
    assert_int_equal(rowset_first(v.rows), 4980);
    assert_int_equal(rowset_last(v.rows), 5039);
    assert_true(rowset_first(v.columns) < 100);
    assert_true(rowset_last(v.columns) > 107);
    assert_true(cells(&v) <= VIEWPORT_MAX_CELLS);
    viewport_release(&v);
}

static void nothing_is_asked_while_half_the_margin_is_left(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport v, w;

    (void)state;
    assert_true(viewport_next(&s, NULL, &v));
    s.top = 5009;
    assert_false(viewport_next(&s, &v, &w));
    s.top = 4991;
    assert_false(viewport_next(&s, &v, &w));
    s.top = 5011;
    assert_true(viewport_next(&s, &v, &w));
    assert_int_equal(rowset_first(w.rows), 4991);
    viewport_release(&v);
    viewport_release(&w);
}

static void the_edges_of_the_table_need_no_margin(void **state)
{
    struct viewport_screen s = screen_at(0);
    struct viewport v, w;

    (void)state;
    s.table_size = 25;
    assert_true(viewport_next(&s, NULL, &v));
    s.top = 5;
    assert_false(viewport_next(&s, &v, &w));
    viewport_release(&v);
}

static void the_end_is_asked_for_from_the_end(void **state)
{
    struct viewport_screen s = screen_at(0);
    struct viewport first, v, w;

    (void)state;
    assert_true(viewport_next(&s, NULL, &first));
    s.to_end = true;
    assert_true(viewport_next(&s, &first, &v));
    assert_true(v.reverse);
    assert_int_equal(rowset_first(v.rows), 0);
    assert_true(rowset_last(v.rows) >= 19);
    /* The table grows while the screen stays: what was asked still covers it. */
    s.to_end = false;
    s.top = s.table_size - 20;
    s.table_size += 5;
    assert_false(viewport_next(&s, &v, &w));
    /* Grown so far that the rows on screen have left the window: ask for them by position.
     */
    s.table_size += 1000;
    assert_true(viewport_next(&s, &v, &w));
    assert_false(w.reverse);
    assert_true(rowset_has(w.rows, s.top));
    viewport_release(&first);
    viewport_release(&v);
    viewport_release(&w);
}

static void a_blink_table_is_never_asked_in_reverse(void **state)
{
    struct viewport_screen s = screen_at(0);
    struct viewport v;

    (void)state;
    s.to_end = true;
    s.forward_only = true;
    s.table_size = 40;
    assert_true(viewport_next(&s, NULL, &v));
    assert_false(v.reverse);
    assert_true(rowset_has(v.rows, 39));
    viewport_release(&v);
}

static void the_end_of_an_unknown_table_is_asked_once(void **state)
{
    struct viewport_screen s = screen_at(0);
    struct viewport first, v, w;

    (void)state;
    s.table_size = -1;
    assert_true(viewport_next(&s, NULL, &first));
    s.to_end = true;
    assert_true(viewport_next(&s, &first, &v));
    assert_true(v.reverse);
    assert_false(viewport_next(&s, &v, &w));
    viewport_release(&first);
    viewport_release(&v);
}

static void columns_follow_the_display_order(void **state)
{
    struct viewport_screen s = screen_at(0);
    size_t own[] = {7, 3, 9, 1, 5};
    struct viewport v;

    (void)state;
    s.order = own;
    s.n_order = 5;
    s.first_column = 1;
    s.n_columns = 2;
    assert_true(viewport_next(&s, NULL, &v));
    assert_true(rowset_has(v.columns, 3));
    assert_true(rowset_has(v.columns, 9));
    assert_false(rowset_has(v.columns, 0));
    viewport_release(&v);
}

static void a_huge_screen_stays_within_the_column_limit(void **state)
{
    size_t *many = calloc(20000, sizeof(*many));
    struct viewport_screen s = screen_at(0);
    struct viewport v;

    (void)state;
    for (size_t i = 0; i < 20000; i++)
        many[i] = i;
    s.order = many;
    s.n_order = 20000;
    s.n_columns = 13000;
    assert_true(viewport_next(&s, NULL, &v));
    assert_true(rowset_count(v.columns) <= VIEWPORT_MAX_COLUMNS);
    viewport_release(&v);
    free(many);
}

static void positions_at_the_far_end_do_not_overflow(void **state)
{
    struct viewport_screen s = screen_at(INT64_MAX - 3);
    struct viewport v;

    (void)state;
    s.table_size = INT64_MAX;
    assert_true(viewport_next(&s, NULL, &v));
    assert_true(rowset_last(v.rows) <= ROWSET_MAX_KEY);
    viewport_release(&v);
    s.to_end = true;
    assert_true(viewport_next(&s, NULL, &v));
    assert_true(v.reverse);
    viewport_release(&v);
}

/* Whatever the screen, what is asked holds it, and the same screen asks no second time. */
static void any_screen_is_covered_and_then_quiet(void **state)
{
    unsigned seed = getenv("DHVIEW_SEED") ? (unsigned)atoi(getenv("DHVIEW_SEED")) : 1;

    (void)state;
    print_message("seed %u (DHVIEW_SEED)\n", seed);
    for (int i = 0; i < 20000; i++) {
        struct viewport_screen s = screen_at(0);
        struct viewport v, w;

        s.table_size = (int64_t)(rand_r(&seed) % 3 ? rand_r(&seed) % 300 : 1000000);
        s.height = 1 + rand_r(&seed) % 200;
        s.top = s.table_size > s.height ? rand_r(&seed) % (s.table_size - s.height + 1) : 0;
        s.first_column = (size_t)rand_r(&seed) % N_COLUMNS;
        s.n_columns = 1 + (size_t)rand_r(&seed) % (N_COLUMNS - s.first_column);
        s.to_end = rand_r(&seed) % 4 == 0;
        assert_true(viewport_next(&s, NULL, &v));
        for (int64_t y = 0; y < s.height && s.top + y < s.table_size && !s.to_end; y++)
            assert_true(rowset_has(v.rows, s.top + y));
        for (size_t x = 0; x < s.n_columns; x++)
            assert_true(rowset_has(v.columns, (int64_t)(s.first_column + x)));
        assert_true(cells(&v) <= VIEWPORT_MAX_CELLS ||
                    cells(&v) <= (uint64_t)s.height * (s.n_columns + 1));
        assert_false(viewport_next(&s, &v, &w));
        viewport_release(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_request_needs_no_schema),
        cmocka_unit_test(the_screen_and_a_margin_are_asked_for),
        cmocka_unit_test(nothing_is_asked_while_half_the_margin_is_left),
        cmocka_unit_test(the_edges_of_the_table_need_no_margin),
        cmocka_unit_test(the_end_is_asked_for_from_the_end),
        cmocka_unit_test(a_blink_table_is_never_asked_in_reverse),
        cmocka_unit_test(the_end_of_an_unknown_table_is_asked_once),
        cmocka_unit_test(columns_follow_the_display_order),
        cmocka_unit_test(a_huge_screen_stays_within_the_column_limit),
        cmocka_unit_test(positions_at_the_far_end_do_not_overflow),
        cmocka_unit_test(any_screen_is_covered_and_then_quiet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
