/* How late a picture is found to be on a slow link, and what is done about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/lag_policy.h"

#define START 1000000
#define TRIP 200

static struct lag begun(void)
{
    struct lag l = {0};

    lag_began(&l, START);
    return l;
}

/* A probe that leaves at from and is answered after late and a round trip. */
static void answered_late(struct lag *l, uint64_t from, uint64_t late)
{
    lag_probed(l, TRIP, from);
    lag_update(l, true, false, from + TRIP + late);
}

static void a_quiet_stream_is_asked_each_25_s(void **state)
{
    struct lag l = begun();

    (void)state;
    assert_int_equal(lag_next_ms(&l, 0), START + 25000);
    assert_int_equal(lag_next(&l, 0, START + 24999), LAG_STAY);
    assert_int_equal(lag_next(&l, 0, START + 25000), LAG_PROBE);
    answered_late(&l, START + 25000, 0);
    assert_int_equal(lag_next_ms(&l, 0), START + 25000 + TRIP + 25000);
}

static void a_stream_that_brings_updates_is_asked_each_5_s(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_update(&l, false, false, START + 10);
    assert_int_equal(lag_next(&l, 0, START + 4999), LAG_STAY);
    assert_int_equal(lag_next(&l, 0, START + 5000), LAG_PROBE);
    answered_late(&l, START + 5000, 0);
    assert_int_equal(lag_next_ms(&l, 0), START + 5200 + 25000);
    lag_update(&l, false, false, START + 5300);
    assert_int_equal(lag_next_ms(&l, 0), START + 5200 + 5000);
}

static void a_stream_that_may_fill_the_link_is_asked_each_second(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_update(&l, false, false, START + 10);
    lag_update(&l, false, true, START + 20);
    assert_int_equal(lag_next_ms(&l, 0), START + 1000);
    answered_late(&l, START + 1000, 0);
    lag_update(&l, false, true, START + 1300);
    assert_int_equal(lag_next_ms(&l, 0), START + 1200 + 1000);
}

static void the_way_there_and_back_is_no_lateness(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_probed(&l, TRIP, START);
    assert_int_equal(lag_late_ms(&l, START + TRIP), 0);
    assert_false(lag_is_behind(&l, START + TRIP + 399));
    assert_true(lag_is_behind(&l, START + TRIP + 400));
    lag_update(&l, false, false, START + 400); /* no answer: it tells nothing */
    assert_int_equal(lag_late_ms(&l, START + 1200), 1000);
    lag_update(&l, true, false, START + 1200);
    assert_int_equal(lag_late_ms(&l, START + 99000), 1000);
    assert_int_equal(lag_next_ms(&l, 0), START + 1200 + 1000);
}

static void the_answer_to_another_request_tells_nothing(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_update(&l, true, false, START + 5000);
    assert_int_equal(lag_late_ms(&l, START + 5000), 0);
    assert_int_equal(lag_next_ms(&l, 0), START + 25000);
}

/* Takes the step that is due, and lets another stream begin. */
static int32_t next_step(struct lag *l, enum lag_step step, int32_t interval, uint64_t now)
{
    assert_int_equal(lag_next(l, interval, now - 1), LAG_STAY);
    assert_int_equal(lag_next(l, interval, now), step);
    (void)lag_change(l, step, interval, now);
    assert_int_equal(lag_next(l, interval, now), LAG_STAY);
    lag_began(l, now);
    return l->least_ms;
}

static void what_is_2_s_late_goes_down_the_ladder(void **state)
{
    static const int32_t steps[] = {1000, 2000, 5000, 10000};
    struct lag l = begun();
    uint64_t now = START;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        lag_probed(&l, TRIP, now);
        now += TRIP + 2000;
        assert_int_equal(next_step(&l, LAG_SLOWER, 100, now), steps[i]);
    }
    lag_probed(&l, TRIP, now);
    assert_int_equal(next_step(&l, LAG_SLOWER, 100, now + TRIP + 20000), 10000);
}

/* 0 is the server's own interval, a second unless it was set otherwise. */
static void the_ladder_begins_above_what_the_user_wants(void **state)
{
    static const int32_t wanted[][2] = {
        {0, 2000}, {1, 1000}, {1000, 2000}, {4000, 5000}, {5000, 10000}};

    (void)state;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
        struct lag l = begun();

        lag_probed(&l, TRIP, START);
        assert_true(lag_change(&l, LAG_SLOWER, wanted[i][0], START + 3000));
        assert_int_equal(l.least_ms, wanted[i][1]);
        assert_true(lag_change(&l, LAG_FASTER, wanted[i][0], START + 9000));
        assert_int_equal(l.least_ms, 0);
    }
}

static void the_picture_stays_late_until_another_stream_has_begun(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_probed(&l, TRIP, START);
    (void)lag_change(&l, LAG_SLOWER, 100, START + 2200);
    assert_int_equal(lag_late_ms(&l, START + 3200), 3000);
    assert_false(lag_is_behind(&l, START + 3200)); /* nothing waits any more */
    lag_began(&l, START + 3300);
    assert_int_equal(lag_late_ms(&l, START + 3300), 0);
}

static void a_step_is_taken_back_when_it_was_current_for_a_minute(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_probed(&l, TRIP, START);
    (void)lag_change(&l, LAG_SLOWER, 100, START);
    (void)lag_change(&l, LAG_SLOWER, 100, START);
    lag_began(&l, START);
    answered_late(&l, START + 25000, 0);
    answered_late(&l, START + 50000, 0);
    assert_int_equal(lag_next_ms(&l, 100), START + 60000);
    assert_int_equal(next_step(&l, LAG_FASTER, 100, START + 60000), 1000);
    answered_late(&l, START + 85000, 2500); /* late, though not for long */
    assert_int_equal(lag_next(&l, 100, START + 85000 + TRIP + 2500 + 59999), LAG_PROBE);
    assert_int_equal(lag_next(&l, 100, START + 85000 + TRIP + 2500 + 60000), LAG_FASTER);
}

static void a_step_that_was_taken_back_too_soon_is_held_for_longer(void **state)
{
    struct lag l = begun();
    uint64_t now = START;

    (void)state;
    for (uint64_t hold = 120000; hold <= 960000; hold *= 2) {
        l.least_ms = 1000;
        (void)lag_change(&l, LAG_FASTER, 100, now);
        lag_began(&l, now);
        (void)lag_change(&l, LAG_SLOWER, 100, now + 9000);
        lag_began(&l, now + 10000);
        answered_late(&l, now + 10000, 0);
        assert_int_equal(lag_next(&l, 100, now + 10000 + hold - 1), LAG_PROBE);
        assert_int_equal(lag_next(&l, 100, now + 10000 + hold), LAG_FASTER);
        now += 2000000;
    }
    lag_forget(&l);
    assert_int_equal(l.least_ms, 0);
}

/* The answer came meanwhile and waits to be read. */
static void the_time_in_which_the_program_was_stopped_makes_nothing_late(void **state)
{
    struct lag l = begun();

    (void)state;
    lag_probed(&l, TRIP, START);
    assert_int_equal(lag_next_ms(&l, 0), START + TRIP + 2000);
    lag_wake(&l, START + 60000);
    assert_int_equal(lag_late_ms(&l, START + 60000), 0);
    assert_int_equal(lag_next(&l, 0, START + 60000), LAG_STAY);
    lag_update(&l, true, false, START + 60000);
    lag_over(&l);
    assert_int_equal(lag_next_ms(&l, 0), LAG_NEVER);
    assert_int_equal(lag_late_ms(&l, START + 60000), 0);
}

static void lateness_is_told_by_the_second(void **state)
{
    struct lag l = begun();

    (void)state;
    assert_int_equal(lag_late_next_ms(&l, START), LAG_NEVER);
    lag_probed(&l, TRIP, START);
    assert_int_equal(lag_late_next_ms(&l, START), START + 2000);
    assert_int_equal(lag_late_next_ms(&l, START + TRIP + 500), START + TRIP + 2000);
    assert_int_equal(lag_late_next_ms(&l, START + TRIP + 2000), START + TRIP + 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_stream_is_asked_each_25_s),
        cmocka_unit_test(a_stream_that_brings_updates_is_asked_each_5_s),
        cmocka_unit_test(a_stream_that_may_fill_the_link_is_asked_each_second),
        cmocka_unit_test(the_way_there_and_back_is_no_lateness),
        cmocka_unit_test(the_answer_to_another_request_tells_nothing),
        cmocka_unit_test(what_is_2_s_late_goes_down_the_ladder),
        cmocka_unit_test(the_ladder_begins_above_what_the_user_wants),
        cmocka_unit_test(the_picture_stays_late_until_another_stream_has_begun),
        cmocka_unit_test(a_step_is_taken_back_when_it_was_current_for_a_minute),
        cmocka_unit_test(a_step_that_was_taken_back_too_soon_is_held_for_longer),
        cmocka_unit_test(the_time_in_which_the_program_was_stopped_makes_nothing_late),
        cmocka_unit_test(lateness_is_told_by_the_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
