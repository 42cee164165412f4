/* The scroll policy: what is asked for, and when nothing is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/formatting.h"
#include "model/viewport.h"
#include "tests/support/build.h"

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
    /* Grown so far that the rows on screen have left the viewport: ask for them by
     * position.
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

/* --- columns that format others --- */

#define STYLE_OF(i) (N_COLUMNS + (i))      /* each column has a style, */
#define NUMBER_OF(i) (2 * N_COLUMNS + (i)) /* each even one a number format, */
#define ROW_STYLE (3 * N_COLUMNS)          /* and rows have one */

static struct schema *formatted_schema(void)
{
    char letters[ROW_STYLE + 2] = "";
    struct schema *s;

    memset(letters, 'l', ROW_STYLE + 1);
    s = build_schema(letters);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        s->columns[i].style_column = s->columns[STYLE_OF(i)].name;
        if (i % 2 == 0)
            s->columns[i].number_format_column = s->columns[NUMBER_OF(i)].name;
    }
    for (size_t i = N_COLUMNS; i <= ROW_STYLE; i++)
        s->columns[i].is_format = true;
    s->columns[ROW_STYLE].is_row_style = true;
    return s;
}

static void what_formats_the_columns_asked_for_comes_with_them(void **state)
{
    struct schema *schema = formatted_schema();
    struct formatting *f = formatting_new(schema);
    struct viewport_screen s = screen_at(5000);
    struct viewport v;

    (void)state;
    s.formatting = f;
    s.first_column = 500;
    assert_true(viewport_next(&s, NULL, &v));
    for (int64_t i = 0; i < N_COLUMNS; i++) {
        bool shown = rowset_has(v.columns, i);

        assert_int_equal(rowset_has(v.columns, STYLE_OF(i)), shown);
        assert_int_equal(rowset_has(v.columns, NUMBER_OF(i)), shown && i % 2 == 0);
        assert_true(shown || i < 500 || i >= 508);
    }
    assert_true(rowset_has(v.columns, ROW_STYLE));
    assert_true(cells(&v) <= VIEWPORT_MAX_CELLS);
    viewport_release(&v);
    formatting_free(f);
    schema_free(schema);
}

static void a_table_without_formatting_columns_has_no_formatting(void **state)
{
    struct schema *schema = build_schema("lds");

    (void)state;
    schema->columns[0].style_column = "c1"; /* which is shown, and is no style */
    assert_null(formatting_new(schema));
    schema->columns[2].is_format = true; /* of no column */
    schema->columns[0].style_column = "gone";
    schema->columns[1].date_format_column = "c2";
    struct formatting *f = formatting_new(schema);
    assert_int_equal(formatting_of(f, 0).style, FORMATTING_NONE);
    assert_int_equal(formatting_of(f, 1).date, 2);
    assert_int_equal(formatting_row_style(f), FORMATTING_NONE);
    assert_int_equal(formatting_share(f), 2);
    formatting_free(f);
    schema_free(schema);
}

/* Whatever the screen, what is asked holds it, and the same screen asks no second time. */
static void any_screen_is_covered_and_then_quiet(void **state)
{
    unsigned seed = getenv("DHVIEW_SEED") ? (unsigned)atoi(getenv("DHVIEW_SEED")) : 1;
    struct schema *schema = formatted_schema();
    struct formatting *f = formatting_new(schema);

    (void)state;
    print_message("seed %u (DHVIEW_SEED)\n", seed);
    for (int i = 0; i < 20000; i++) {
        struct viewport_screen s = screen_at(0);
        struct viewport v, w;

        s.formatting = i % 64 == 0 ? f : NULL;
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
                    cells(&v) <= (uint64_t)(s.height * ((int64_t)(s.n_columns + 1) *
                                                            formatting_share(s.formatting) +
                                                        formatting_rest(s.formatting))));
        assert_false(viewport_next(&s, &v, &w));
        viewport_release(&v);
    }
    formatting_free(f);
    schema_free(schema);
}

/* --- travel --- */

/* A key held: n steps, one each 33 ms from now on. Returns how many requests were made;
 * *asked is the last one. */
static int travel(struct viewport_policy *p, struct viewport_screen *s, int n, int64_t rows,
                  int columns, double *now, double round_trip, struct viewport *asked)
{
    struct viewport next;
    int requests = 0;

    for (int i = 0; i < n; i++) {
        *now += 1000.0 / 30;
        s->top += rows;
        s->first_column += (size_t)columns;
        if (!viewport_policy_next(p, s, asked, *now, round_trip, &next))
            continue;
        viewport_release(asked);
        *asked = next;
        requests++;
    }
    return requests;
}

static void start(struct viewport_policy *p, const struct viewport_screen *s,
                  struct viewport *asked)
{
    viewport_policy_init(p);
    assert_true(viewport_policy_next(p, s, NULL, 0, 100, asked));
}

static void pages_ahead_are_the_round_trip_in_steps_and_one(void **state)
{
    static const struct {
        double round_trip;
        int64_t pages;
    } cases[] = {{0, 1}, {20, 2}, {50, 3}, {100, 5}, {150, 6}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct viewport_screen s = screen_at(5000);
        struct viewport_policy p;
        struct viewport v;
        double now = 1000;

        start(&p, &s, &v);
        (void)travel(&p, &s, 8, 20, 0, &now, cases[i].round_trip, &v);
        assert_int_equal(rowset_last(v.rows), s.top + 19 + 20 * cases[i].pages);
        assert_int_equal(rowset_first(v.rows), s.top - 20);
        (void)travel(&p, &s, 8, -20, 0, &now, cases[i].round_trip, &v);
        assert_int_equal(rowset_first(v.rows), s.top - 20 * cases[i].pages);
        assert_int_equal(rowset_last(v.rows), s.top + 39);
        viewport_release(&v);
    }
}

static void single_rows_do_not_ask_at_each_step(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport_policy p;
    struct viewport v;
    double now = 1000;

    (void)state;
    start(&p, &s, &v);
    assert_in_range(travel(&p, &s, 100, 1, 0, &now, 100, &v), 5, 12);
    viewport_release(&v);
}

static void standing_still_asks_at_most_once(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport_policy p;
    struct viewport v;
    double now = 1000;

    (void)state;
    start(&p, &s, &v);
    (void)travel(&p, &s, 2, 20, 0, &now, 100, &v);
    now += 1000; /* all margins are still there */
    assert_int_equal(travel(&p, &s, 30, 0, 0, &now, 100, &v), 0);
    (void)travel(&p, &s, 20, 20, 0, &now, 100, &v);
    now += 1000; /* the columns beside the screen were let go */
    assert_int_equal(travel(&p, &s, 1, 0, 0, &now, 100, &v), 1);
    assert_true(rowset_count(v.columns) > 8);
    assert_int_equal(rowset_first(v.rows), s.top - 20);
    assert_int_equal(rowset_last(v.rows), s.top + 39);
    assert_int_equal(travel(&p, &s, 30, 0, 0, &now, 100, &v), 0);
    viewport_release(&v);
}

static void a_jump_is_no_travel(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport_policy p;
    struct viewport v;
    double now = 1000;

    (void)state;
    start(&p, &s, &v);
    (void)travel(&p, &s, 8, 20, 0, &now, 100, &v);
    assert_int_equal(travel(&p, &s, 1, 100000, 0, &now, 100, &v), 1);
    assert_int_equal(rowset_first(v.rows), s.top - 20);
    assert_int_equal(rowset_last(v.rows), s.top + 39);
    viewport_release(&v);
}

static void scrolling_down_adds_no_column(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport_policy p;
    struct viewport v, first;
    double now = 1000;

    (void)state;
    s.first_column = 500;
    start(&p, &s, &v);
    viewport_copy(&first, &v);
    for (int i = 0; i < 20; i++) {
        s.n_columns = i < 10 ? 8 : 7; /* widths grow */
        (void)travel(&p, &s, 1, 20, 0, &now, 100, &v);
        assert_true(rowset_contains(first.columns, v.columns));
        assert_true(rowset_has(v.columns, 499 + (int64_t)s.n_columns));
    }
    assert_true(rowset_count(v.columns) <= 8);
    viewport_release(&v);
    viewport_release(&first);
}

static void columns_are_asked_for_ahead_and_in_leaps(void **state)
{
    struct viewport_screen s = screen_at(5000);
    struct viewport_policy p;
    struct viewport v;
    double now = 1000;

    (void)state;
    s.first_column = 100;
    start(&p, &s, &v);
    assert_in_range(travel(&p, &s, 40, 0, 1, &now, 100, &v), 2, 8);
    assert_true(rowset_has(v.columns, (int64_t)s.first_column + 8 + 4));
    assert_true(rowset_last(v.columns) - (int64_t)s.first_column - 7 >
                (int64_t)s.first_column - rowset_first(v.columns));
    viewport_release(&v);
}

static void frozen_columns_are_always_asked_for(void **state)
{
    struct viewport_screen s = screen_at(5000);
    size_t frozen[] = {3, 999};
    struct viewport_policy p;
    struct viewport v;
    double now = 1000;

    (void)state;
    s.frozen = frozen;
    s.n_frozen = 2;
    s.first_column = 300;
    start(&p, &s, &v);
    assert_true(rowset_has(v.columns, 3) && rowset_has(v.columns, 999));
    (void)travel(&p, &s, 60, 0, 4, &now, 100, &v);
    assert_true(rowset_has(v.columns, 3) && rowset_has(v.columns, 999));
    assert_false(rowset_has(v.columns, 300));
    s.n_frozen = 0; /* nobody asks only to have fewer */
    assert_int_equal(travel(&p, &s, 1, 0, 0, &now, 100, &v), 0);
    viewport_release(&v);
}

static void following_asks_once_however_far_the_table_grows(void **state)
{
    struct viewport_screen s = screen_at(0);
    struct viewport_policy p;
    struct viewport v;
    double now = 1000;
    int requests = 0;

    (void)state;
    start(&p, &s, &v);
    s.to_end = true;
    for (int i = 0; i < 200; i++) {
        requests += travel(&p, &s, 1, 0, 0, &now, 100, &v);
        s.table_size += 1 + i * 10000;
    }
    assert_int_equal(requests, 1);
    assert_true(v.reverse);
    assert_int_equal(rowset_count(v.rows), 40);
    viewport_release(&v);
}

static void the_end_of_a_growing_table_is_asked_in_reverse_in_time(void **state)
{
    struct viewport_screen s = screen_at(80);
    struct viewport v, w;

    (void)state;
    s.table_size = 100;
    assert_true(viewport_next(&s, NULL, &v));
    assert_int_equal(rowset_last(v.rows), 119);
    s.to_end = true;
    s.table_size = 105; /* rows to come are still held for 15 rows */
    assert_false(viewport_next(&s, &v, &w));
    s.table_size = 112;
    assert_true(viewport_next(&s, &v, &w));
    assert_true(w.reverse);
    viewport_release(&v);
    viewport_release(&w);
}

static void travel_is_exact_at_huge_positions(void **state)
{
    static const int64_t tops[] = {INT64_C(1) << 62, (INT64_C(1) << 62) - 1,
                                   INT64_MAX - 100000};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct viewport_screen s = screen_at(tops[i]);
        struct viewport_policy p;
        struct viewport v;
        double now = 1000;

        s.table_size = INT64_MAX;
        start(&p, &s, &v);
        (void)travel(&p, &s, 8, 20, 0, &now, 100, &v);
        assert_int_equal(rowset_first(v.rows), tops[i] + 140);
        assert_int_equal(rowset_last(v.rows), tops[i] + 160 + 119);
        s.top = INT64_MAX - 20;
        (void)travel(&p, &s, 1, 0, 0, &now, 100, &v);
        assert_true(rowset_has(v.rows, INT64_MAX - 1));
        s.top = 0;
        (void)travel(&p, &s, 1, 0, 0, &now, 100, &v);
        assert_int_equal(rowset_first(v.rows), 0);
        viewport_release(&v);
    }
}

/* Times and round trips that make no sense give another margin, never too large a viewport.
 */
static void odd_clocks_do_no_harm(void **state)
{
    static const double times[] = {0, -1e300, 1e300, NAN, INFINITY, 5, 5, 4};

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct viewport_screen s = screen_at(100000);
        struct viewport_policy p;
        struct viewport v, w;

        start(&p, &s, &v);
        for (size_t k = 0; k < 64; k++) {
            s.top += (int64_t)(k % 5) * 20;
            s.first_column = k;
            if (!viewport_policy_next(&p, &s, &v, times[k % 8], times[(k + i) % 8], &w))
                continue;
            viewport_release(&v);
            v = w;
            assert_true(cells(&v) <= VIEWPORT_MAX_CELLS);
            assert_true(rowset_has(v.rows, s.top) && rowset_has(v.rows, s.top + 19));
            assert_true(rowset_has(v.columns, (int64_t)k + 7));
        }
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
        cmocka_unit_test(what_formats_the_columns_asked_for_comes_with_them),
        cmocka_unit_test(a_table_without_formatting_columns_has_no_formatting),
        cmocka_unit_test(any_screen_is_covered_and_then_quiet),
        cmocka_unit_test(pages_ahead_are_the_round_trip_in_steps_and_one),
        cmocka_unit_test(single_rows_do_not_ask_at_each_step),
        cmocka_unit_test(standing_still_asks_at_most_once),
        cmocka_unit_test(a_jump_is_no_travel),
        cmocka_unit_test(scrolling_down_adds_no_column),
        cmocka_unit_test(columns_are_asked_for_ahead_and_in_leaps),
        cmocka_unit_test(frozen_columns_are_always_asked_for),
        cmocka_unit_test(following_asks_once_however_far_the_table_grows),
        cmocka_unit_test(the_end_of_a_growing_table_is_asked_in_reverse_in_time),
        cmocka_unit_test(travel_is_exact_at_huge_positions),
        cmocka_unit_test(odd_clocks_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
