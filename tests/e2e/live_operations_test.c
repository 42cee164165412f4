/*
 * Sorts, filters, totals and values on tables of the real server that change: what is
 * shown, seen at rest in a paused picture, agrees with the table's formula.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
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

/* Lets the picture go on, and releases what was read of it. */
static void go_on(struct pty *t, struct sheet *s)
{
    sheet_release(s);
    pty_keys(t, "p");
    pty_wait_gone(t, "PAUSED");
}

/* The picture, paused, so that rows and columns of it are of one moment. A blink table may
 * have no rows in it a few times. */
static struct sheet *read_paused(struct pty *t)
{
    static struct sheet s; /* large; tests have one thread */

    for (int tries = 0; tries < 20; tries++) {
        pty_keys(t, "p");
        pty_wait_text(t, "PAUSED");
        sheet_settle(t);
        assert_true(sheet_read(t, &s));
        if (s.n_rows > 0)
            return &s;
        go_on(t, &s);
    }
    fail_msg("no rows in any of 20 pictures");
    return NULL;
}

static int64_t number_at(const struct sheet *s, size_t row, const char *column)
{
    int c = sheet_column(s, column);

    assert_true(c >= 0);
    return atoll(s->cell[row][c]);
}

/* The first row has another X than before. */
static bool has_other_first(struct pty *t, void *ctx)
{
    static struct sheet s;
    bool other =
        sheet_read(t, &s) && s.n_rows > 0 && number_at(&s, 0, "X") != *(int64_t *)ctx;

    sheet_release(&s);
    return other;
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
        pty_wait_frame(t, has_other_first, &newest, "rows that have come");
    }
    pty_keys(t, "F");
    pty_wait_row(t, 21, "  0"); /* X of the oldest, at the end whatever comes */
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

/* --- totals --- */

#define TOTALS_MAX 4

struct totals {
    int64_t sum[TOTALS_MAX]; /* from left to right */
    size_t n;
};

static struct totals read_totals(const struct pty *t)
{
    struct totals out = {.n = 0};
    int row = pty_find_row(t, "Σ");
    char *text = row >= 0 ? pty_row(t, row) : NULL;
    const char *p = text;

    while (p && out.n < TOTALS_MAX && (p = strpbrk(p, "0123456789")) != NULL) {
        char *end;

        out.sum[out.n++] = strtoll(p, &end, 10);
        p = end;
    }
    free(text);
    return out;
}

static bool has_totals(struct pty *t, void *ctx)
{
    return read_totals(t).n == *(const size_t *)ctx;
}

/* So many sums. */
static struct totals wait_totals(struct pty *t, size_t n)
{
    pty_wait_frame(t, has_totals, &n, "totals");
    return read_totals(t);
}

static bool has_other_totals(struct pty *t, void *ctx)
{
    const struct totals *before = ctx;
    struct totals now = read_totals(t);

    return now.n == before->n && now.sum[0] + now.sum[1] != before->sum[0] + before->sum[1];
}

static void wait_other_totals(struct pty *t, struct totals *before)
{
    pty_wait_frame(t, has_other_totals, before, "other totals");
}

static int64_t rows_now(const struct pty *t)
{
    int64_t row, rows;

    assert_true(sheet_status(t, &row, &rows));
    return rows;
}

static bool has_rows(struct pty *t, void *ctx)
{
    return rows_now(t) >= *(const int64_t *)ctx;
}

/* X of row i is 3 i. */
static int64_t sum_of_rows(int64_t n)
{
    return 3 * n * (n - 1) / 2;
}

/* Totals come by a stream of their own, perhaps an update later than rows. */
static bool are_summed_up(struct pty *t, void *ctx)
{
    struct totals now = read_totals(t);

    return now.n == 1 && now.sum[0] >= sum_of_rows(*(const int64_t *)ctx);
}

static void totals_of_rows_that_are_appended_are_those_of_all_rows(void **state)
{
    struct pty *t = open_with("appending", "", "X");
    int64_t least = rows_now(t);

    (void)state;
    pty_keys(t, "T");
    for (int round = 0; round < 2; round++) {
        int64_t sum, n = least;

        pty_wait_frame(t, are_summed_up, &least, "totals of the rows on the screen");
        sum = read_totals(t).sum[0];
        while (sum_of_rows(n) < sum)
            n++;
        assert_int_equal(sum_of_rows(n), sum);
        least = n + 1;
        pty_wait_frame(t, has_rows, &least, "more rows than were summed up");
    }
    viewer_leave(t);
}

static void
totals_of_rows_that_are_modified_are_of_one_moment_and_of_the_filter(void **state)
{
    struct pty *t = open_with("modified", "cK<Enter>&>=500 && <lt>510<Enter>]T", "K ▼⌕");
    int64_t before = 0;

    (void)state;
    pty_wait_text(t, "row 1 of 10");
    for (int round = 0; round < 2; round++) {
        struct totals all = wait_totals(t, 3);

        assert_int_equal(all.sum[0], 5045);
        assert_int_equal(all.sum[1] % 10000, 5045);
        assert_int_equal(all.sum[2], 2 * all.sum[1]);
        assert_true(all.sum[1] > before);
        before = all.sum[1];
        wait_other_totals(t, &all);
    }
    viewer_leave(t);
}

static void totals_of_a_table_that_shrinks_are_of_the_rows_that_are_left(void **state)
{
    struct pty *t = open_with("shrinking", "T", "P");

    (void)state;
    for (int round = 0; round < 3; round++) {
        struct totals all = wait_totals(t, 2);
        int64_t n = 10;

        while (n * (n - 1) / 2 < all.sum[0])
            n += 40;
        assert_int_equal(all.sum[0], n * (n - 1) / 2);
        assert_int_equal(all.sum[1], 10 * all.sum[0]);
        wait_other_totals(t, &all);
    }
    viewer_leave(t);
}

/* The server adds up all rows of a blink table that have come by. */
static void totals_of_a_blink_table_grow_with_its_rows(void **state)
{
    struct pty *t = open_with("blinking", "T", "X");
    int64_t before = 0;

    (void)state;
    for (int round = 0; round < 2; round++) {
        struct totals all = wait_totals(t, 2);

        assert_true(all.sum[1] - all.sum[0] > before);
        before = all.sum[1] - all.sum[0];
        wait_other_totals(t, &all);
    }
    pty_keys(t, "cX<Enter>");
    pty_wait_text(t, "total Sum, of all rows so far");
    viewer_leave(t);
}

/* --- values --- */

static const struct counted {
    const char *table, *column;
    int64_t step, first; /* each value is first and so many times the step */
    bool of_one_moment;  /* first is any number instead, of all of them the same */
} counted[] = {{"appending", "X", 3, 0, false},
               {"modified", "V", 1, 0, true},
               {"shrinking", "P", 1, 0, false},
               {"blinking", "X", 1, 0, true}};

/* In the order in which the values came: one after the other. */
static void values_of_a_column_that_changes_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
        const struct counted *k = &counted[i];
        char *keys = mem_printf("c%s<Enter>D", k->column);
        struct pty *t = open_with(k->table, keys, "Count ▼");
        struct sheet *s = read_paused(t);
        int64_t first = k->of_one_moment ? number_at(s, 0, k->column) : k->first;

        for (size_t r = 0; r < s->n_rows; r++) {
            assert_int_equal(number_at(s, r, "Count"), 1);
            assert_int_equal(number_at(s, r, k->column), first + k->step * (int64_t)r);
        }
        go_on(t, s);
        viewer_leave(t);
        free(keys);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_are_appended_go_where_the_sort_wants_them),
        cmocka_unit_test(rows_that_are_modified_stay_in_their_filter),
        cmocka_unit_test(rows_move_with_what_they_are_sorted_by),
        cmocka_unit_test(a_filter_of_a_table_that_shrinks_keeps_to_its_rows),
        cmocka_unit_test(each_cycle_of_a_blink_table_is_sorted),
        cmocka_unit_test(totals_of_rows_that_are_appended_are_those_of_all_rows),
        cmocka_unit_test(
            totals_of_rows_that_are_modified_are_of_one_moment_and_of_the_filter),
        cmocka_unit_test(totals_of_a_table_that_shrinks_are_of_the_rows_that_are_left),
        cmocka_unit_test(totals_of_a_blink_table_grow_with_its_rows),
        cmocka_unit_test(values_of_a_column_that_changes_are_counted),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
