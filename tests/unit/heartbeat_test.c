/* When a link is asked for a sign of life, and what its silence is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/heartbeat.h"

#define START 1000000

/* Asked and answered at START. */
static struct heartbeat fresh(void)
{
    struct heartbeat h = {0};

    heartbeat_asked(&h, START);
    heartbeat_answered(&h, START);
    return h;
}

static void a_link_is_asked_4_s_after_its_last_answer(void **state)
{
    struct heartbeat h = fresh();

    (void)state;
    assert_int_equal(heartbeat_next_ms(&h, START), START + 4000);
    assert_false(heartbeat_due(&h, START + 3999));
    assert_true(heartbeat_due(&h, START + 4000));
    heartbeat_asked(&h, START + 4000);
    assert_false(heartbeat_due(&h, START + 60000)); /* one question at a time */
    heartbeat_answered(&h, START + 5000);
    assert_int_equal(heartbeat_next_ms(&h, START + 5000), START + 9000);
}

static void rows_that_come_are_no_answer(void **state)
{
    struct heartbeat h = fresh();

    (void)state;
    heartbeat_heard(&h, START + 3900);
    assert_true(heartbeat_due(&h, START + 4000));
}

static void silence_is_told_after_3_s_and_ends_the_link_after_8(void **state)
{
    struct heartbeat h = fresh();

    (void)state;
    heartbeat_asked(&h, START + 4000);
    assert_int_equal(heartbeat_next_ms(&h, START + 4000), START + 7000);
    assert_int_equal(heartbeat_link(&h, START + 6999), HEARTBEAT_WELL);
    assert_int_equal(heartbeat_link(&h, START + 7000), HEARTBEAT_SILENT);
    assert_int_equal(heartbeat_since_ms(&h, START + 7000), START);
    assert_int_equal(heartbeat_next_ms(&h, START + 7000), START + 12000);
    assert_int_equal(heartbeat_link(&h, START + 11999), HEARTBEAT_SILENT);
    assert_int_equal(heartbeat_link(&h, START + 12000), HEARTBEAT_LOST);
}

static void an_answer_makes_it_well_again(void **state)
{
    struct heartbeat h = fresh();

    (void)state;
    heartbeat_asked(&h, START + 4000);
    heartbeat_answered(&h, START + 11000);
    assert_int_equal(heartbeat_link(&h, START + 11000), HEARTBEAT_WELL);
    assert_int_equal(heartbeat_link(&h, START + 99000), HEARTBEAT_WELL);
}

static void a_link_that_brings_rows_but_no_answer_is_slow_and_then_lost(void **state)
{
    struct heartbeat h = fresh();
    uint64_t now = START + 4000;

    (void)state;
    heartbeat_asked(&h, now);
    for (; now < START + 24000; now += 500) {
        enum heartbeat_link link = now < START + 7000 ? HEARTBEAT_WELL : HEARTBEAT_SLOW;

        heartbeat_heard(&h, now);
        assert_int_equal(heartbeat_link(&h, now), link);
    }
    assert_int_equal(heartbeat_since_ms(&h, now - 1), START + 4000);
    assert_int_equal(heartbeat_link(&h, now), HEARTBEAT_LOST);
}

static void rows_that_stop_while_it_is_slow_make_it_silent(void **state)
{
    struct heartbeat h = fresh();

    (void)state;
    heartbeat_asked(&h, START + 4000);
    heartbeat_heard(&h, START + 8000);
    assert_int_equal(heartbeat_link(&h, START + 10999), HEARTBEAT_SLOW);
    assert_int_equal(heartbeat_next_ms(&h, START + 10999), START + 11000);
    assert_int_equal(heartbeat_link(&h, START + 11000), HEARTBEAT_SILENT);
    assert_int_equal(heartbeat_link(&h, START + 16000), HEARTBEAT_LOST);
}

/* What came meanwhile waits to be read, however long it was. */
static void the_time_in_which_the_program_was_stopped_is_no_silence(void **state)
{
    (void)state;
    for (uint64_t woken = START + 12501; woken < START + 60000; woken += 500) {
        struct heartbeat h = fresh();

        heartbeat_asked(&h, START + 4000);
        assert_int_equal(heartbeat_next_ms(&h, START + 7000), START + 12000);
        heartbeat_wake(&h, woken);
        assert_int_equal(heartbeat_link(&h, woken), HEARTBEAT_WELL);
        assert_int_equal(heartbeat_next_ms(&h, woken), woken + 3000);
        assert_int_equal(heartbeat_link(&h, woken + 8000), HEARTBEAT_LOST);
    }
}

static void a_machine_that_is_busy_is_no_excuse(void **state)
{
    struct heartbeat h = fresh();

    (void)state;
    heartbeat_asked(&h, START + 4000);
    assert_int_equal(heartbeat_next_ms(&h, START + 7000), START + 12000);
    heartbeat_wake(&h, START + 12400);
    assert_int_equal(heartbeat_link(&h, START + 12400), HEARTBEAT_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_asked_4_s_after_its_last_answer),
        cmocka_unit_test(rows_that_come_are_no_answer),
        cmocka_unit_test(silence_is_told_after_3_s_and_ends_the_link_after_8),
        cmocka_unit_test(an_answer_makes_it_well_again),
        cmocka_unit_test(a_link_that_brings_rows_but_no_answer_is_slow_and_then_lost),
        cmocka_unit_test(rows_that_stop_while_it_is_slow_make_it_silent),
        cmocka_unit_test(the_time_in_which_the_program_was_stopped_is_no_silence),
        cmocka_unit_test(a_machine_that_is_busy_is_no_excuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
