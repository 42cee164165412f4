/*
 * When frames are drawn, on a clock that the test moves: how many, how late, in what order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/term/pace.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)
#define START (5 * SECOND)

struct seen {
    uint64_t frames, at_once, waited_most;
};

/* Things that happen every `every` ns for ten seconds, and the frames they get. */
static struct seen run(enum pace_reason reason, uint64_t every)
{
    struct pace p = {0};
    struct seen seen = {0};
    uint64_t oldest = 0; /* what waits since when */

    for (uint64_t now = START; now < START + 10 * SECOND; now += MS / 10) {
        if ((now - START) % every == 0) {
            if (!p.due)
                oldest = now;
            seen.at_once += pace_want(&p, reason, now) <= now;
        }
        if (p.due && p.at <= now) {
            if (now - oldest > seen.waited_most)
                seen.waited_most = now - oldest;
            pace_frame(&p, now);
            seen.frames++;
        }
    }
    return seen;
}

static void a_quiet_program_draws_at_once(void **state)
{
    struct pace p = {0};

    (void)state;
    for (uint64_t i = 0; i < PACE_BURST; i++) {
        enum pace_reason reason = i % 2 == 0 ? PACE_KEY : PACE_DATA;

        assert_int_equal(pace_want(&p, reason, START + i * MS), START + i * MS);
        pace_frame(&p, START + i * MS);
    }
    assert_true(pace_want(&p, PACE_DATA, START + 9 * MS) > START + 9 * MS);
}

/* The frames of a filter: Enter, its rows, the cursor on its row, the rows around that. */
static void a_key_and_its_answers_are_drawn_at_once_beside_a_table_that_ticks(void **state)
{
    struct pace p = {0};
    uint64_t now = START;

    (void)state;
    for (; now < START + SECOND; now += MS)
        if (pace_want(&p, PACE_DATA, now) <= now)
            pace_frame(&p, now);
    for (int i = 0; i < 4; i++, now += 3 * MS) {
        assert_int_equal(pace_want(&p, PACE_KEY, now), now);
        pace_frame(&p, now);
        assert_true(pace_want(&p, PACE_DATA, now + MS) > now + MS);
    }
}

/* What is drawn earlier for keys is drawn less for ticks afterwards. */
static void a_held_key_beside_a_table_that_ticks_makes_no_more_frames(void **state)
{
    struct pace p = {0};
    uint64_t frames = 0;

    (void)state;
    for (uint64_t ms = 0; ms < 10000; ms++) {
        uint64_t now = START + ms * MS;

        (void)pace_want(&p, ms % 33 < 2 ? PACE_KEY : PACE_DATA, now); /* and its answer */
        if (p.at <= now) {
            pace_frame(&p, now);
            frames++;
        }
    }
    assert_in_range(frames, 10 * PACE_PER_SECOND * 8 / 10,
                    10 * PACE_PER_SECOND + PACE_BURST + PACE_RESERVE);
}

static void a_key_waits_no_longer_than_it_must(void **state)
{
    struct pace p = {0};
    uint64_t data, key;

    (void)state;
    for (int i = 0; i < PACE_BURST + PACE_RESERVE; i++)
        pace_frame(&p, START);
    data = pace_want(&p, PACE_DATA, START + MS);
    assert_int_equal(data, START + (1 + PACE_RESERVE) * PACE_FRAME_NS);
    key = pace_want(&p, PACE_KEY, START + 2 * MS);
    assert_int_equal(key, START + PACE_FRAME_NS);
    assert_int_equal(pace_want(&p, PACE_DATA, START + 3 * MS), key); /* never put off */
}

static void never_more_than_sixty_frames_a_second(void **state)
{
    static const uint64_t every[] = {MS / 10, MS, 3 * MS, 7 * MS, 10 * MS, 15 * MS};

    (void)state;
    for (size_t i = 0; i < sizeof(every) / sizeof(*every); i++) {
        for (int reason = PACE_KEY; reason <= PACE_DATA; reason++) {
            struct seen s = run((enum pace_reason)reason, every[i]);

            assert_in_range(s.frames, 10 * PACE_PER_SECOND * 8 / 10,
                            10 * PACE_PER_SECOND + PACE_BURST + PACE_RESERVE);
            assert_in_range(s.waited_most, 0, PACE_FRAME_NS + MS / 10);
        }
    }
}

static void slower_things_never_wait(void **state)
{
    struct seen s = run(PACE_DATA, 20 * MS);

    (void)state;
    assert_int_equal(s.frames, 500);
    assert_int_equal(s.waited_most, 0);
}

static void of_a_hundred_updates_a_second_most_are_drawn_as_they_come(void **state)
{
    struct seen s = run(PACE_DATA, 10 * MS);

    (void)state;
    assert_in_range(s.at_once, 590, 610);
    assert_int_equal(s.at_once, s.frames);
}

/* Also when its timer is early again and again. */
static void a_key_waits_no_longer_after_frames_that_came_early(void **state)
{
    struct pace p = {0};
    uint64_t now = START, key;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        (void)pace_want(&p, PACE_DATA, now);
        now += 7 * MS;
        pace_frame(&p, now);
    }
    key = pace_want(&p, PACE_KEY, now + MS);
    assert_in_range(key, now + MS, now + PACE_FRAME_NS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_program_draws_at_once),
        cmocka_unit_test(a_key_waits_no_longer_than_it_must),
        cmocka_unit_test(a_key_and_its_answers_are_drawn_at_once_beside_a_table_that_ticks),
        cmocka_unit_test(a_held_key_beside_a_table_that_ticks_makes_no_more_frames),
        cmocka_unit_test(never_more_than_sixty_frames_a_second),
        cmocka_unit_test(a_key_waits_no_longer_after_frames_that_came_early),
        cmocka_unit_test(slower_things_never_wait),
        cmocka_unit_test(of_a_hundred_updates_a_second_most_are_drawn_as_they_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
