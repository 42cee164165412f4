/*
 * A table of the real server reshaped from the keyboard: sorted, reversed, cut, with other
 * columns, and all of that undone and done again.
 *
 * Which rows are to be seen, and in which order, is reckoned here from the formulas of the
 * table: `order` holds the number of the source's row for each row of the screen.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/versions.h"
#include "tests/support/export_ids.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define ROWS 1000 /* of the table small */

static int64_t order[ROWS];
static size_t n_order;

static void source_order(void)
{
    n_order = ROWS;
    for (int64_t i = 0; i < ROWS; i++)
        order[i] = i;
}

/* --- the model --- */

#define NULL_FIRST INT64_MIN

static int64_t n_of(int64_t i)
{
    return i % 5 == 0 ? NULL_FIRST : i % 1000;
}

static int64_t b_of(int64_t i)
{
    return i % 3 == 0;
}

static int64_t c_of(int64_t i)
{
    return i % 26;
}

static int64_t d_of(int64_t i)
{
    return i;
}

typedef int64_t key_fn(int64_t row);

static key_fn *first_key, *second_key;
static bool first_down, second_down;

static int compare_by(key_fn *key, bool down, int64_t a, int64_t b)
{
    int64_t x = key ? key(a) : 0, y = key ? key(b) : 0;
    int up = (x > y) - (x < y);

    return down ? -up : up;
}

/* Rows that are equal stay as they were. */
static int compare(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
    int first = compare_by(first_key, first_down, a, b);
    int second = compare_by(second_key, second_down, a, b);

    if (first)
        return first;
    return second ? second : (a > b) - (a < b);
}

static void sort_order(key_fn *first, bool down, key_fn *second, bool then_down)
{
    source_order();
    first_key = first;
    first_down = down;
    second_key = second;
    second_down = then_down;
    qsort(order, n_order, sizeof(*order), compare);
}

static void reverse_order(void)
{
    for (size_t i = 0; i < n_order / 2; i++) {
        int64_t row = order[i];

        order[i] = order[n_order - 1 - i];
        order[n_order - 1 - i] = row;
    }
}

static char *in_order(const char *column, int64_t i)
{
    assert_true((uint64_t)i < n_order);
    return sheet_formula_million(column, order[i]);
}

/* --- the screen --- */

static void check(struct pty *t, int64_t row, int64_t rows)
{
    sheet_wait_status(t, row, rows);
    sheet_settle(t);
    (void)sheet_check(t, in_order);
}

static void wait_header(struct pty *t, const char *text)
{
    pty_wait_row(t, 1, text);
}

static void check_everywhere(struct pty *t)
{
    check(t, 1, (int64_t)n_order);
    pty_keys(t, "G");
    check(t, (int64_t)n_order, (int64_t)n_order);
    pty_keys(t, "50%");
    sheet_settle(t);
    (void)sheet_check(t, in_order);
    pty_keys(t, "gg");
}

/* --- sort --- */

static void a_column_sorts_up_and_down_with_nulls_least(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "500GcN<Enter>[");
    wait_header(t, "N ▲");
    sort_order(n_of, false, NULL, false);
    check_everywhere(t);
    pty_keys(t, "]");
    wait_header(t, "N ▼");
    sort_order(n_of, true, NULL, false);
    /* rows that are equal stay as they were, also downwards */
    check_everywhere(t);
    pty_keys(t, "]");
    pty_wait_text(t, "that changes nothing");
    pty_keys(t, "\\");
    pty_wait_gone(t, "N ▼");
    source_order();
    check_everywhere(t);
    pty_keys(t, "\\");
    pty_wait_text(t, "not sorted by this column");
    viewer_leave(t);
}

static void a_second_column_orders_what_the_first_leaves_equal(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "cB<Enter>]cC<Enter>z[");
    wait_header(t, "B ▼1");
    wait_header(t, "C ▲2");
    sort_order(b_of, true, c_of, false);
    check_everywhere(t);
    pty_keys(t, "cB<Enter>z[");
    wait_header(t, "B ▲1");
    wait_header(t, "C ▲2");
    sort_order(b_of, false, c_of, false);
    check_everywhere(t);
    pty_keys(t, "\\");
    wait_header(t, "C ▲ ");
    sort_order(c_of, false, NULL, false);
    check_everywhere(t);
    viewer_leave(t);
}

static void reversed_rows_are_those_that_were_seen(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "R");
    pty_wait_text(t, "reversed");
    source_order();
    reverse_order();
    check_everywhere(t);
    pty_keys(t, "cC<Enter>[");
    wait_header(t, "C ▲");
    pty_wait_gone(t, "reversed");
    pty_keys(t, "R");
    wait_header(t, "C ▼");
    sort_order(c_of, false, NULL, false);
    reverse_order();
    check_everywhere(t);
    pty_keys(t, "R");
    wait_header(t, "C ▲");
    sort_order(c_of, false, NULL, false);
    check_everywhere(t);
    viewer_leave(t);
}

/* --- undo --- */

static void undo_goes_back_to_where_the_cursor_was(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, "500GcD<Enter>]");
    wait_header(t, "D ▼");
    sort_order(d_of, true, NULL, false);
    check(t, 1, ROWS);
    pty_keys(t, "300GcC<Enter>[");
    wait_header(t, "C ▲");
    sort_order(c_of, false, NULL, false);
    check(t, 1, ROWS);
    pty_keys(t, "U");
    wait_header(t, "D ▼");
    sort_order(d_of, true, NULL, false);
    check(t, 300, ROWS);
    pty_keys(t, "U");
    pty_wait_gone(t, "▼");
    source_order();
    check(t, 500, ROWS);
    pty_keys(t, "U");
    pty_wait_text(t, "nothing to undo");
    pty_keys(t, "gUgU");
    pty_wait_text(t, "redo of sort by C");
    wait_header(t, "C ▲");
    sort_order(c_of, false, NULL, false);
    check(t, 1, ROWS);
    pty_keys(t, "gU");
    pty_wait_text(t, "nothing to redo");
    viewer_leave(t);
}

/* Fifty different operations, of which none changes nothing. */
static void operate(struct pty *t, int i)
{
    static const char *const keys[] = {"[", "z]", "R", "l]", "z["};

    pty_keys(t, keys[i % 5]);
    if (i % 10 == 9)
        viewer_keys(t, ":head %d<Enter>", ROWS - i);
}

struct wanted_exports {
    struct export_ids *ids;
    size_t most;
};

static bool has_so_few(struct pty *t, void *ctx)
{
    const struct wanted_exports *w = ctx;

    (void)t;
    return export_ids_left(w->ids) <= w->most;
}

/* So many exports at most are there, or asked for. */
static void wait_exports(struct pty *t, struct export_ids *ids, size_t most)
{
    struct wanted_exports w = {ids, most};

    pty_wait(t, has_so_few, &w, "exports to be released");
}

static struct pty *open_two(const struct export_ids *ids, const char *first,
                            const char *second, const struct viewer_setting *z)
{
    char *a = mem_printf("%s/%s", export_ids_address(ids), first);
    char *b = mem_printf("%s/%s", export_ids_address(ids), second);
    const char *const argv[] = {a, b, NULL};
    struct pty *t =
        pty_start(&(struct pty_options){.rows = z->rows, .cols = z->cols, .argv = argv});

    viewer_wait_table(t);
    free(a);
    free(b);
    return t;
}

static void fifty_operations_undone_end_where_they_began_and_leave_no_export(void **state)
{
    struct export_ids *ids = export_ids_new(server_address());
    struct pty *t = open_two(ids, "small", "empty", VIEWER_SETTING(state));
    char *before, *after;

    sheet_settle(t);
    pty_keys(t, "500G");
    sheet_wait_status(t, 500, ROWS);
    sheet_settle(t);
    for (int i = 0; i < 50; i++)
        operate(t, i);
    sheet_wait_status(t, 1, ROWS - 49);
    sheet_settle(t);
    before = pty_row(t, 5);
    for (int i = 0; i < 55; i++)
        pty_keys(t, "U");
    pty_wait_text(t, "undo of sort by I");
    source_order();
    check(t, 500, ROWS);
    wait_exports(t, ids, 2 + VERSIONS_KEPT);
    for (int i = 0; i < 55; i++)
        pty_keys(t, "gU");
    sheet_wait_status(t, 1, ROWS - 49);
    sheet_settle(t);
    after = pty_row(t, 5);
    assert_string_equal(before, after);
    pty_keys(t, "q");
    pty_wait_row(t, 0, " empty ");
    wait_exports(t, ids, 1);
    free(before);
    free(after);
    viewer_leave(t);
    export_ids_free(ids);
}

static struct pty *open_through(const char *address, const char *table)
{
    char *target = mem_printf("%s/%s", address, table);
    struct pty *t = pty_dhview(target, NULL);

    free(target);
    viewer_wait_table(t);
    sheet_settle(t);
    return t;
}

static void
a_slow_operation_tells_its_time_and_is_left_at_once_and_without_an_export(void **state)
{
    struct relay *r = relay_new(server_address());
    struct export_ids *ids = export_ids_new(relay_address(r));
    struct pty *t = open_through(export_ids_address(ids), "small");

    (void)state;
    source_order();
    pty_keys(t, "10G");
    check(t, 10, ROWS);
    relay_stall_up(r);
    pty_keys(t, "]");
    pty_wait_text(t, "sort by I: "); /* and how long it has taken */
    pty_wait_text(t, "s; Esc goes back");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "sort by I was given up; the server may still be busy with it");
    pty_wait_gone(t, "Esc goes back");
    check(t, 10, ROWS);
    assert_int_equal(export_ids_left(ids), 2); /* it waits in the relay */
    relay_flow(r);
    wait_exports(t, ids, 1);
    pty_keys(t, "]");
    wait_header(t, "I ▼");
    reverse_order();
    check_everywhere(t);
    viewer_leave(t);
    export_ids_free(ids);
    relay_free(r);
}

static void rows_go_on_ticking_until_the_new_ones_are_there(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = open_through(relay_address(r), "stamp");
    char *first;

    (void)state;
    relay_stall_up(r);
    pty_keys(t, ":add Twice = N * 2<Enter>");
    pty_wait_text(t, "add Twice: ");
    pty_wait_quiet(t, 0);
    first = pty_row(t, 3);
    pty_wait_gone(t, first); /* the one row of that table is another each time it ticks */
    assert_false(pty_has(t, "Twice ")); /* but for what is under way */
    relay_flow(r);
    pty_wait_row(t, 1, "Twice");
    free(first);
    viewer_leave(t);
    relay_free(r);
}

/* --- rows and columns --- */

static void take_rows(int64_t first, int64_t n)
{
    n_order = (size_t)n;
    for (int64_t i = 0; i < n; i++)
        order[i] = first + i;
}

static void head_tail_and_slice_count_as_the_screen_does(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    pty_keys(t, ":head 100<Enter>");
    take_rows(0, 100);
    check_everywhere(t);
    pty_keys(t, ":tail 40<Enter>");
    take_rows(60, 40);
    check_everywhere(t);
    pty_keys(t, ":slice 11:20<Enter>");
    take_rows(70, 10);
    check_everywhere(t);
    pty_keys(t, ":slice -3:-1<Enter>");
    take_rows(77, 3);
    check_everywhere(t);
    pty_keys(t, ":slice 2:-1<Enter>");
    take_rows(78, 2);
    check_everywhere(t);
    pty_keys(t, ":slice 4:2<Enter>");
    pty_wait_text(t, "its last row comes before its first");
    pty_keys(t, ":slice 2-3<Enter>");
    pty_wait_text(t, "expected FIRST:LAST");
    pty_keys(t, ":head x<Enter>");
    pty_wait_text(t, "expected a number of rows");
    pty_keys(t, "UUUUU");
    pty_wait_text(t, "undo of the first 100 rows");
    source_order();
    check_everywhere(t);
    viewer_leave(t);
}

static char *twice(const char *column, int64_t i)
{
    return strcmp(column, "Twice") == 0 ? mem_printf("%" PRId64, 2 * i)
                                        : sheet_formula_million(column, i);
}

static void columns_come_and_go(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    source_order();
    sheet_settle(t);
    pty_keys(t, "cD<Enter>-");
    pty_wait_text(t, "1 column hidden");
    pty_keys(t, ":drop S, B<Enter>");
    pty_wait_gone(t, "row-7");
    check(t, 1, ROWS);
    sheet_check_columns(t, "I N T ");
    pty_keys(t, ":add Twice = I * 2<Enter>");
    pty_wait_text(t, "Twice");
    sheet_settle(t);
    (void)sheet_check(t, twice);
    pty_keys(t, ":select Twice, I<Enter>");
    pty_wait_gone(t, "T ");
    sheet_settle(t);
    sheet_check_columns(t, "Twice I ");
    (void)sheet_check(t, twice);
    pty_keys(t, "cTwice<Enter>]");
    wait_header(t, "Twice ▼");
    pty_keys(t, ":drop Nope<Enter>");
    pty_wait_text(t, "no column is named Nope");
    pty_keys(t, "UUUU");
    pty_wait_text(t, "undo of drop S, B");
    check(t, 1, ROWS);
    sheet_check_columns(t, "I S N B ");
    viewer_leave(t);
}

/* --- what cannot be --- */

static void what_cannot_be_sorted_says_so(void **state)
{
    struct pty *t = viewer_open("types", VIEWER_SETTING(state));

    pty_keys(t, "cPeriod<Enter>[");
    pty_wait_text(t, "Period cannot be sorted by");
    pty_keys(t, "cString<Enter>:sort-abs<Enter>");
    pty_wait_text(t, "String has no absolute value: expected a number, found string");
    viewer_leave(t);
}

static void a_refusal_keeps_the_rows_that_are_there(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    source_order();
    pty_keys(t, "40G:add Bad = Nope + 1<Enter>");
    pty_wait_text(t, "refused by the server"); /* too long for a line */
    pty_wait_text(t, "Nope + 1");
    pty_keys(t, "q");
    check(t, 40, ROWS);
    pty_keys(t, "cD<Enter>]");
    wait_header(t, "D ▼");
    sort_order(d_of, true, NULL, false);
    check_everywhere(t);
    pty_keys(t, "U");
    pty_wait_gone(t, "▼");
    pty_keys(t, "U");
    pty_wait_text(t, "nothing to undo");
    viewer_leave(t);
}

static void marks_and_frozen_columns_stay_through_operations(void **state)
{
    struct pty *t = viewer_open("small", VIEWER_SETTING(state));

    sheet_settle(t);
    pty_keys(t, "l!");
    pty_wait_text(t, "2 columns frozen");
    pty_keys(t, "20Gma:head 50<Enter>");
    sheet_wait_status(t, 1, 50);
    pty_keys(t, "'a");
    sheet_wait_status(t, 20, 50);
    pty_keys(t, "$g<lt>]");
    wait_header(t, "▼");
    sheet_wait_status(t, 1, 50);
    sheet_settle(t);
    sheet_check_columns(t, "I S ");
    pty_keys(t, ":drop I<Enter>");
    pty_wait_text(t, "drop I");
    sheet_settle(t);
    sheet_check_columns(t, "S ");
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(a_column_sorts_up_and_down_with_nulls_least),
        VIEWER_TEST(a_second_column_orders_what_the_first_leaves_equal, "200x50",
                    &viewer_large),
        VIEWER_TEST(reversed_rows_are_those_that_were_seen, "80x24", &viewer_small),
        VIEWER_SIZES(undo_goes_back_to_where_the_cursor_was),
        VIEWER_TEST(fifty_operations_undone_end_where_they_began_and_leave_no_export,
                    "80x24", &viewer_small),
        cmocka_unit_test(
            a_slow_operation_tells_its_time_and_is_left_at_once_and_without_an_export),
        cmocka_unit_test(rows_go_on_ticking_until_the_new_ones_are_there),
        VIEWER_TEST(head_tail_and_slice_count_as_the_screen_does, "200x50", &viewer_large),
        VIEWER_TEST(columns_come_and_go, "200x50", &viewer_large),
        VIEWER_TEST(what_cannot_be_sorted_says_so, "80x24", &viewer_small),
        VIEWER_TEST(a_refusal_keeps_the_rows_that_are_there, "80x24", &viewer_small),
        VIEWER_TEST(marks_and_frozen_columns_stay_through_operations, "80x24",
                    &viewer_small),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
