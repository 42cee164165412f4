/* What an operation on a table goes through, and where the cursor is afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/info_text.h"
#include "ui/table/operations.h"

#define AT(row_) ((struct grid_place){(row_), (row_), false})

static void arrive(struct operations *o, int64_t here, int64_t want)
{
    struct grid_place from = AT(here), to;

    assert_true(o->under_way);
    assert_int_equal(operations_target(o, &from).row, want);
    to = operations_arrived(o, &from);
    assert_int_equal(to.row, want);
    assert_int_equal(to.top, want);
    assert_false(o->under_way);
}

static void operate(struct operations *o, const char *what, enum anchor anchor,
                    int64_t here, int64_t want)
{
    operations_begin(o, what, anchor, 1000);
    arrive(o, here, want);
}

static void step(struct operations *o, int steps, const char *doing, int64_t here,
                 int64_t want)
{
    assert_true(operations_begin_step(o, steps, 1000));
    assert_string_equal(operations_doing(o), doing);
    arrive(o, here, want);
}

static void undo_and_redo_go_back_to_where_the_cursor_was(void **state)
{
    struct operations o = {0};

    (void)state;
    assert_false(operations_begin_step(&o, -1, 0));
    operate(&o, "sort by A", ANCHOR_FIRST, 70, 0);
    operate(&o, "filter B", ANCHOR_ROW, 12, 12);
    step(&o, -1, "undo of filter B", 5, 12);
    step(&o, -1, "undo of sort by A", 20, 70);
    assert_false(operations_begin_step(&o, -1, 0));
    step(&o, +1, "redo of sort by A", 71, 20);
    step(&o, +1, "redo of filter B", 21, 5);
    assert_false(operations_begin_step(&o, +1, 0));
    operations_release(&o);
}

static void a_new_operation_takes_the_place_of_those_that_were_undone(void **state)
{
    struct operations o = {0};

    (void)state;
    operate(&o, "a", ANCHOR_FIRST, 1, 0);
    operate(&o, "b", ANCHOR_FIRST, 2, 0);
    step(&o, -1, "undo of b", 3, 2);
    operate(&o, "c", ANCHOR_FIRST, 4, 0);
    assert_false(operations_begin_step(&o, +1, 0));
    step(&o, -1, "undo of c", 5, 4);
    operations_release(&o);
}

static void what_is_dropped_leaves_no_trace(void **state)
{
    struct operations o = {0};

    (void)state;
    operate(&o, "a", ANCHOR_FIRST, 1, 0);
    step(&o, -1, "undo of a", 9, 1);
    operations_begin(&o, "b", ANCHOR_FIRST, 0);
    operations_begin(&o, "c", ANCHOR_FIRST, 0);
    operations_drop(&o);
    assert_false(o.under_way);
    assert_false(operations_begin_step(&o, -1, 0));
    step(&o, +1, "redo of a", 1, 9);
    operations_release(&o);
}

static void operations_on_top_of_one_that_is_under_way_arrive_together(void **state)
{
    struct operations o = {0};

    (void)state;
    operate(&o, "a", ANCHOR_FIRST, 3, 0);
    assert_true(operations_begin_step(&o, -1, 0));
    operations_begin(&o, "b", ANCHOR_ROW, 0);
    operations_begin(&o, "c", ANCHOR_FIRST, 0);
    arrive(&o, 8, 0);
    step(&o, -1, "undo of c", 4, 0);
    step(&o, -1, "undo of b", 4, 3);
    assert_false(operations_begin_step(&o, -1, 0));
    operations_release(&o);
}

static void steps_go_on_from_where_what_is_under_way_leads(void **state)
{
    struct operations o = {0};

    (void)state;
    operate(&o, "a", ANCHOR_FIRST, 3, 0);
    operate(&o, "b", ANCHOR_FIRST, 4, 0);
    operate(&o, "c", ANCHOR_FIRST, 5, 0);
    assert_true(operations_begin_step(&o, -1, 0));
    assert_true(operations_begin_step(&o, -1, 0));
    assert_string_equal(operations_doing(&o), "undo of b");
    assert_true(operations_begin_step(&o, -1, 0));
    assert_false(operations_begin_step(&o, -1, 0));
    arrive(&o, 9, 3);
    assert_true(operations_begin_step(&o, +1, 0));
    assert_false(operations_is_back(&o));
    assert_true(operations_begin_step(&o, +1, 0));
    assert_true(operations_begin_step(&o, -1, 0));
    assert_true(operations_begin_step(&o, -1, 0));
    assert_true(operations_is_back(&o)); /* nothing is to be asked for */
    operations_drop(&o);
    operations_begin(&o, "d", ANCHOR_FIRST, 0);
    operations_begin(&o, "e", ANCHOR_FIRST, 0);
    assert_false(operations_begin_step(&o, +1, 0));
    assert_true(operations_begin_step(&o, -1, 0));
    assert_string_equal(operations_doing(&o), "undo of e");
    arrive(&o, 6, 6);
    step(&o, -1, "undo of d", 7, 6);
    operations_release(&o);
}

static char *status_at(const struct operations *o, uint64_t now)
{
    struct info_line line;
    char *out;

    info_line_init(&line);
    operations_status(o, now, &line);
    out = info_text(&line, 80, true);
    info_line_release(&line);
    return out;
}

static void expect_status(const struct operations *o, uint64_t now, const char *want)
{
    char *text = status_at(o, now);

    assert_string_equal(text, want);
    free(text);
}

static void the_time_is_told_from_300_ms_on_ten_times_a_second(void **state)
{
    struct operations o = {0};

    (void)state;
    assert_true(operations_next_ms(&o, 5000) == VIEW_NEVER);
    operations_begin(&o, "sort by A", ANCHOR_FIRST, 1000);
    expect_status(&o, 1299, "");
    assert_int_equal(operations_next_ms(&o, 1001), 1300);
    expect_status(&o, 1300, "sort by A: 0.3 s; Esc goes back");
    assert_int_equal(operations_next_ms(&o, 1300), 1400);
    assert_int_equal(operations_next_ms(&o, 1399), 1400);
    expect_status(&o, 13456, "sort by A: 12.4 s; Esc goes back");
    operations_drop(&o);
    expect_status(&o, 13456, "");
    assert_true(operations_next_ms(&o, 13456) == VIEW_NEVER);
    operations_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undo_and_redo_go_back_to_where_the_cursor_was),
        cmocka_unit_test(a_new_operation_takes_the_place_of_those_that_were_undone),
        cmocka_unit_test(what_is_dropped_leaves_no_trace),
        cmocka_unit_test(operations_on_top_of_one_that_is_under_way_arrive_together),
        cmocka_unit_test(steps_go_on_from_where_what_is_under_way_leads),
        cmocka_unit_test(the_time_is_told_from_300_ms_on_ten_times_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
