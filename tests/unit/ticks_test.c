/* Highlights, rates and the slow terminal, on a clock of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/table/rate.h"
#include "ui/table/ticks.h"

#define EXPECT(t, column, position, now, age_, direction_)                                 \
    do {                                                                                   \
        struct tick got_ = ticks_look((t), (column), (position), (now));                   \
        assert_int_equal(got_.age, (age_));                                                \
        assert_int_equal(got_.direction, (direction_));                                    \
    } while (0)

static void a_change_is_fresh_then_fades_then_is_gone(void **state)
{
    struct ticks *t = ticks_new();

    (void)state;
    EXPECT(t, 1, 7, 100, TICK_NONE, 0);
    ticks_add(t, 1, 7, +1, 100);
    EXPECT(t, 1, 7, 100, TICK_FRESH, 1);
    EXPECT(t, 7, 1, 100, TICK_NONE, 0);
    EXPECT(t, 1, 7, 599, TICK_FRESH, 1);
    EXPECT(t, 1, 7, 600, TICK_FADING, 1);
    ticks_add(t, 1, 7, -1, 700); /* again: starts anew */
    EXPECT(t, 1, 7, 1199, TICK_FRESH, -1);
    EXPECT(t, 1, 7, 1699, TICK_FADING, -1);
    EXPECT(t, 1, 7, 1700, TICK_NONE, 0);
    ticks_add(t, 2, INT64_MAX, 0, 1700);
    EXPECT(t, 2, INT64_MAX, 1700, TICK_FRESH, 0);
    ticks_clear(t);
    EXPECT(t, 2, INT64_MAX, 1700, TICK_NONE, 0);
    ticks_free(t);
}

/* Rows from 5 on are one further down, row 9 is gone. */
static int64_t one_down(const void *ctx, int64_t position)
{
    (void)ctx;
    return position == 9 ? -1 : position + (position >= 5);
}

static void changes_go_with_their_rows(void **state)
{
    struct ticks *t = ticks_new();

    (void)state;
    ticks_move(t, one_down, NULL);
    for (int64_t row = 0; row < 200; row++)
        ticks_add(t, (size_t)row % 2, row, row % 3 ? +1 : -1, 100 + (uint64_t)row);
    ticks_move(t, one_down, NULL);
    EXPECT(t, 0, 4, 600, TICK_FRESH, +1);
    EXPECT(t, 1, 5, 600, TICK_NONE, 0);
    EXPECT(t, 1, 6, 604, TICK_FRESH, +1);
    EXPECT(t, 1, 6, 605, TICK_FADING, +1); /* as old as it was */
    EXPECT(t, 1, 10, 600, TICK_NONE, 0);
    EXPECT(t, 0, 10, 600, TICK_NONE, 0);
    EXPECT(t, 1, 200, 600, TICK_FRESH, +1);
    for (int64_t row = 0; row < 2 * TICKS_MAX; row++)
        ticks_add(t, 2, row, 0, 2000); /* room is counted rightly */
    EXPECT(t, 2, TICKS_MAX - 1, 2000, TICK_FRESH, 0);
    EXPECT(t, 2, TICKS_MAX, 2000, TICK_NONE, 0);
    ticks_free(t);
}

static bool not_column_three(const void *ctx, size_t column, int64_t position)
{
    (void)position;
    return column != *(const size_t *)ctx;
}

static void the_next_step_is_that_of_visible_cells(void **state)
{
    struct ticks *t = ticks_new();
    size_t three = 3;

    (void)state;
    assert_true(ticks_next(t, 0, NULL, NULL) == TICKS_NEVER);
    ticks_add(t, 3, 0, 1, 100);
    assert_int_equal(ticks_next(t, 100, NULL, NULL), 600);
    assert_int_equal(ticks_next(t, 600, NULL, NULL), 1100);
    assert_true(ticks_next(t, 1100, NULL, NULL) == TICKS_NEVER);
    assert_true(ticks_next(t, 100, not_column_three, &three) == TICKS_NEVER);
    ticks_add(t, 4, 0, 1, 300);
    assert_int_equal(ticks_next(t, 300, NULL, NULL), 600);
    assert_int_equal(ticks_next(t, 300, not_column_three, &three), 800);
    ticks_free(t);
}

static void cells_known_are_bounded_and_old_ones_make_room(void **state)
{
    struct ticks *t = ticks_new();

    (void)state;
    for (int64_t i = 0; i < 3 * TICKS_MAX; i++)
        ticks_add(t, (size_t)(i % 20), i / 20, 1, 1000);
    size_t known = 0;
    for (int64_t i = 0; i < 3 * TICKS_MAX; i++)
        known += ticks_look(t, (size_t)(i % 20), i / 20, 1000).age == TICK_FRESH;
    assert_in_range(known, TICKS_MAX, 2 * TICKS_MAX);
    ticks_add(t, 5, -1, 1, 1999);
    EXPECT(t, 5, -1, 1999, TICK_NONE, 0);
    ticks_add(t, 5, -1, 1, 2000);
    EXPECT(t, 5, -1, 2000, TICK_FRESH, 1);
    EXPECT(t, 0, 0, 2000, TICK_NONE, 0);
    for (uint64_t now = 3000; now < 40000; now += 10) /* goes on for long */
        for (size_t c = 0; c < 20; c++)
            ticks_add(t, c, (int64_t)(now * c % 977), -1, now);
    EXPECT(t, 0, 0, 39990, TICK_FRESH, -1);
    ticks_free(t);
}

static void a_rate_looks_back_five_seconds(void **state)
{
    struct rate r = {0};

    (void)state;
    assert_int_equal(rate_per_second(&r, 0), 0);
    assert_true(rate_next(&r, 0) == RATE_NEVER);
    rate_add(&r, 500, 1000); /* the first only starts the clock */
    assert_int_equal(rate_per_second(&r, 1000), 0);
    rate_add(&r, 100, 2000);
    assert_int_equal(rate_per_second(&r, 2000), 100);
    rate_add(&r, 300, 3000);
    assert_int_equal(rate_per_second(&r, 3000), 200);
    assert_int_equal(rate_next(&r, 3000), 7000);
    assert_int_equal(rate_per_second(&r, 6999), 300); /* since 2000 */
    assert_int_equal(rate_per_second(&r, 7000), 0);
    rate_add(&r, 2, 20000);
    assert_int_equal(rate_per_second(&r, 20000), 0);
    rate_add(&r, 1, 23000); /* a third of one a second is shown as one */
    assert_int_equal(rate_per_second(&r, 23000), 1);
}

static void fast_lumps_share_samples(void **state)
{
    struct rate r = {0};
    uint64_t now = 1000;

    (void)state;
    for (; now < 60000; now++)
        rate_add(&r, 7, now);
    assert_in_range(rate_per_second(&r, now), 6800, 7200);
    assert_in_range(rate_per_second(&r, now + 1000), 6800, 7200);
    assert_int_equal(rate_per_second(&r, now + RATE_SPAN_MS), 0);
}

static void a_terminal_is_slow_after_two_seconds(void **state)
{
    struct slow s = {0};
    uint64_t now = 1000;

    (void)state;
    assert_int_equal(slow_frames(&s, now), 0);
    for (; now < 3000; now += 100)
        slow_skip(&s, now);
    assert_int_equal(slow_frames(&s, now), 0);
    slow_skip(&s, now);
    assert_int_equal(slow_frames(&s, now), 21);
    assert_int_equal(slow_next(&s, now), 6000);
    assert_int_equal(slow_frames(&s, 6000), 0);
    slow_skip(&s, 7000); /* another run */
    assert_int_equal(slow_frames(&s, 7000), 0);
    assert_true(slow_next(&s, 7000) == RATE_NEVER);
}

static void intervals_double_and_halve_around_the_servers_own(void **state)
{
    char text[64];

    (void)state;
    assert_int_equal(interval_step(0, 1), 500);
    assert_int_equal(interval_step(0, -1), 2000);
    assert_int_equal(interval_step(500, -1), 0);
    assert_int_equal(interval_step(2000, 1), 0);
    assert_int_equal(interval_step(0, 3), 125);
    assert_int_equal(interval_step(15, 1), 15);
    assert_int_equal(interval_step(5, 1), 5);
    assert_int_equal(interval_step(5, -1), 15);
    assert_int_equal(interval_step(31, -6), 2000); /* meets the server's own on its way */
    assert_int_equal(interval_step(31, -5), 0);
    assert_int_equal(interval_step(0, INT32_MAX), 15);
    assert_int_equal(interval_step(64000, -1), 64000);
    assert_int_equal(interval_step(INT32_MAX, -1), INT32_MAX);
    assert_int_equal(interval_step(0, INT32_MIN + 1), 64000);
    interval_text(0, text, sizeof(text));
    assert_non_null(strstr(text, "server's own"));
    interval_text(250, text, sizeof(text));
    assert_non_null(strstr(text, "250 ms"));
    interval_text(2000, text, sizeof(text));
    assert_non_null(strstr(text, "2 s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_fresh_then_fades_then_is_gone),
        cmocka_unit_test(changes_go_with_their_rows),
        cmocka_unit_test(the_next_step_is_that_of_visible_cells),
        cmocka_unit_test(cells_known_are_bounded_and_old_ones_make_room),
        cmocka_unit_test(a_rate_looks_back_five_seconds),
        cmocka_unit_test(fast_lumps_share_samples),
        cmocka_unit_test(a_terminal_is_slow_after_two_seconds),
        cmocka_unit_test(intervals_double_and_halve_around_the_servers_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
