/*
 * Sorts and filters on tables of the real server that change: what is shown, seen at rest
 * in a paused picture, agrees with the table's formula.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

static struct pty *open_with(const char *table, const char *keys, const char *header)
{
    struct pty *t = viewer_open(table, &viewer_small);

    sheet_settle(t);
    pty_keys(t, keys);
    pty_wait_row(t, 1, header);
    sheet_settle(t);
    return t;
}

/* The picture, paused, so that rows and columns of it are of one moment. */
static struct sheet *read_paused(struct pty *t)
{
    static struct sheet s; /* large; tests have one thread */

    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED");
    sheet_settle(t);
    assert_true(sheet_read(t, &s));
    assert_true(s.n_rows > 0);
    return &s;
}

static int64_t number_at(const struct sheet *s, size_t row, const char *column)
{
    int c = sheet_column(s, column);

    assert_true(c >= 0);
    return atoll(s->cell[row][c]);
}

static void go_on(struct pty *t, struct sheet *s)
{
    sheet_release(s);
    pty_keys(t, "p");
    pty_wait_gone(t, "PAUSED");
}

static void rows_that_are_appended_go_where_the_sort_wants_them(void **state)
{
    struct pty *t = open_with("appending", "cX<Enter>]", "X ▼");
    int64_t newest = 0;

    (void)state;
    for (int round = 0; round < 2; round++) {
        struct sheet *s = read_paused(t);
        int64_t first = number_at(s, 0, "X");

        assert_true(first % 3 == 0 && first > newest);
        for (size_t i = 1; i < s->n_rows; i++)
            assert_true(number_at(s, i, "X") == first - 3 * (int64_t)i);
        newest = first;
        go_on(t, s);
        pty_wait_row(t, 22, "+"); /* rows come */
    }
    pty_keys(t, "G");
    sheet_settle(t);
    pty_wait_row(t, 21, " 0"); /* X of the oldest */
    viewer_leave(t);
}

static void rows_that_are_modified_stay_in_their_filter(void **state)
{
    struct pty *t = open_with("modified", "cK<Enter>&>=500 && <lt>510<Enter>", "K ⌕");

    (void)state;
    pty_wait_text(t, "row 1 of 10");
    for (int round = 0; round < 2; round++) {
        struct sheet *s = read_paused(t);

        assert_int_equal(s->n_rows, 10);
        for (size_t i = 0; i < 10; i++) {
            assert_int_equal(number_at(s, i, "K"), 500 + i);
            assert_int_equal(number_at(s, i, "V") % 1000, 500 + i);
            assert_int_equal(number_at(s, i, "W"), 2 * number_at(s, i, "V"));
        }
        go_on(t, s);
    }
    viewer_leave(t);
}

static void rows_move_with_what_they_are_sorted_by(void **state)
{
    struct pty *t = open_with("sorting", "cB<Enter>[", "B ▲");
    struct sheet *s = read_paused(t);

    (void)state;
    for (size_t i = 0; i < s->n_rows; i++) {
        assert_int_equal(number_at(s, i, "B"), 7 * number_at(s, i, "A"));
        assert_true(i == 0 || number_at(s, i, "B") > number_at(s, i - 1, "B"));
    }
    go_on(t, s);
    viewer_leave(t);
}

static void a_filter_of_a_table_that_shrinks_keeps_to_its_rows(void **state)
{
    struct pty *t = open_with("shrinking", "cP<Enter>&>=5<Enter>", "P ⌕");

    (void)state;
    for (int round = 0; round < 3; round++) {
        struct sheet *s = read_paused(t);

        for (size_t i = 0; i < s->n_rows; i++) {
            assert_int_equal(number_at(s, i, "P"), s->number[i] + 4);
            assert_int_equal(number_at(s, i, "R"), 10 * number_at(s, i, "P"));
        }
        go_on(t, s);
    }
    viewer_leave(t);
}

static void each_cycle_of_a_blink_table_is_sorted(void **state)
{
    struct pty *t = open_with("blinking", "cX<Enter>]", "X ▼");
    struct sheet *s = read_paused(t);

    (void)state;
    for (size_t i = 0; i < s->n_rows; i++) {
        assert_int_equal(number_at(s, i, "Y"), number_at(s, i, "X") + 1);
        assert_true(i == 0 || number_at(s, i, "X") < number_at(s, i - 1, "X"));
    }
    go_on(t, s);
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_are_appended_go_where_the_sort_wants_them),
        cmocka_unit_test(rows_that_are_modified_stay_in_their_filter),
        cmocka_unit_test(rows_move_with_what_they_are_sorted_by),
        cmocka_unit_test(a_filter_of_a_table_that_shrinks_keeps_to_its_rows),
        cmocka_unit_test(each_cycle_of_a_blink_table_is_sorted),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
