#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/build.h"
#include "ui/table/selection.h"

#define ROWS INT64_C(1000)

struct bench {
    struct schema *schema;
    struct columns *columns;
    struct grid_selection s;
};

static int begin(void **state)
{
    static struct bench b;

    b = (struct bench){.schema = build_schema("iiiii"), .columns = columns_new(false)};
    columns_set_schema(b.columns, b.schema);
    *state = &b;
    return 0;
}

static int end(void **state)
{
    struct bench *b = *state;

    (void)selection_end(&b->s);
    columns_free(b->columns);
    schema_free(b->schema);
    return 0;
}

static void start(struct bench *b, enum selection_kind kind, int64_t row, size_t column)
{
    selection_start(&b->s, kind, (struct selection_cell){row, column}, b->columns);
}

static void expect(struct bench *b, int64_t row, size_t column, struct selection_area want)
{
    struct selection_area a;

    assert_true(
        selection_area(&b->s, (struct selection_cell){row, column}, ROWS, b->columns, &a));
    assert_int_equal(a.first_row, want.first_row);
    assert_int_equal(a.last_row, want.last_row);
    assert_int_equal(a.first_column, want.first_column);
    assert_int_equal(a.last_column, want.last_column);
}

static void expect_nothing(struct bench *b, int64_t rows)
{
    struct selection_area a;

    assert_false(
        selection_area(&b->s, (struct selection_cell){0, 0}, rows, b->columns, &a));
}

static void cells_reach_from_the_first_to_the_cursor_in_any_direction(void **state)
{
    struct bench *b = *state;

    start(b, SELECTION_CELLS, 7, 2);
    expect(b, 7, 2, (struct selection_area){7, 7, 2, 2});
    expect(b, 9, 4, (struct selection_area){7, 9, 2, 4});
    expect(b, 0, 0, (struct selection_area){0, 7, 0, 2});
}

static void rows_and_columns_are_whole(void **state)
{
    struct bench *b = *state;

    start(b, SELECTION_ROWS, 7, 2);
    expect(b, 5, 4, (struct selection_area){5, 7, 0, 4});
    start(b, SELECTION_COLUMNS, 5, 4); /* goes on from where the rows began */
    expect(b, 5, 4, (struct selection_area){0, ROWS - 1, 2, 4});
}

static void the_same_kind_again_ends_it(void **state)
{
    struct bench *b = *state;

    start(b, SELECTION_ROWS, 7, 2);
    start(b, SELECTION_ROWS, 9, 2);
    expect_nothing(b, ROWS);
    assert_false(selection_end(&b->s));
}

static void its_edge_goes_with_the_column_it_began_in(void **state)
{
    struct bench *b = *state;

    start(b, SELECTION_CELLS, 7, 1);
    (void)columns_move(b->columns, 1, +2);
    expect(b, 7, 4, (struct selection_area){7, 7, 3, 4});
    (void)columns_hide(b->columns, 0, 1);
    expect(b, 7, 3, (struct selection_area){7, 7, 2, 3});
    (void)columns_hide(b->columns, 2, 1); /* the one itself: that of the cursor is left */
    expect(b, 7, 2, (struct selection_area){7, 7, 2, 2});
    (void)columns_show_all(b->columns);
    expect(b, 7, 4, (struct selection_area){7, 7, 3, 4});
}

static void rows_that_are_gone_are_left_out(void **state)
{
    struct bench *b = *state;

    start(b, SELECTION_CELLS, ROWS + 500, 1);
    expect(b, ROWS - 3, 1, (struct selection_area){ROWS - 3, ROWS - 1, 1, 1});
    expect_nothing(b, 0);
}

static void positions_are_64_bits_wide(void **state)
{
    struct bench *b = *state;
    struct selection_cell cursor = {(INT64_C(1) << 62) - 1, 0};
    struct selection_area a;
    char text[128];

    start(b, SELECTION_CELLS, 0, 0);
    assert_true(selection_area(&b->s, cursor, INT64_C(1) << 62, b->columns, &a));
    assert_int_equal(a.last_row, cursor.row);
    assert_string_equal(selection_text(SELECTION_CELLS, &a, text, sizeof(text)),
                        "4,611,686,018,427,387,904 rows x 1 column");
    assert_string_equal(selection_text(SELECTION_COLUMNS, &a, text, sizeof(text)),
                        "1 column");
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TABLE(cells_reach_from_the_first_to_the_cursor_in_any_direction),
        WITH_TABLE(rows_and_columns_are_whole),
        WITH_TABLE(the_same_kind_again_ends_it),
        WITH_TABLE(its_edge_goes_with_the_column_it_began_in),
        WITH_TABLE(rows_that_are_gone_are_left_out),
        WITH_TABLE(positions_are_64_bits_wide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
