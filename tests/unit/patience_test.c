#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/patience.h"

static void a_stream_is_cured_once_in_a_while(void **state)
{
    struct cure c = {0};

    (void)state;
    assert_true(cure_try(&c, 5)); /* soon after the start is no second time */
    assert_int_equal(c.count, 1);
    assert_false(cure_try(&c, 5));
    assert_false(cure_try(&c, 5 + CURE_REST_MS - 1));
    assert_int_equal(c.count, 1);
    assert_true(cure_try(&c, 5 + CURE_REST_MS));
    assert_false(cure_try(&c, 5 + 2 * CURE_REST_MS - 1)); /* counted from the last one */
    assert_true(cure_try(&c, 5 + 2 * CURE_REST_MS));
    assert_int_equal(c.count, 3);
}

static void what_is_refused_does_not_prolong_the_rest(void **state)
{
    struct cure c = {0};

    (void)state;
    assert_true(cure_try(&c, 1000));
    for (uint64_t t = 1000; t < 1000 + CURE_REST_MS; t += 100)
        assert_false(cure_try(&c, t));
    assert_true(cure_try(&c, 1000 + CURE_REST_MS));
}

static void an_answer_may_take_longer_where_there_is_a_reason(void **state)
{
    (void)state;
    assert_int_equal(debt_grace_ms(0, -1), SILENCE_MS);
    assert_int_equal(debt_grace_ms(1000, 250), SILENCE_MS);
    assert_int_equal(debt_grace_ms(60000, -1), 120000);
    assert_int_equal(debt_grace_ms(0, 9000), 18000);
    assert_int_equal(debt_grace_ms(4000, 1500.5), 11001);
    assert_int_equal(debt_grace_ms(INT32_MAX, 1), 2 * (uint64_t)INT32_MAX + 2);
    assert_int_equal(debt_grace_ms(-5, -5), SILENCE_MS);
}

static void silence_is_said_only_of_an_owed_answer(void **state)
{
    struct debt none = {.since_ms = 0, .grace_ms = SILENCE_MS};

    (void)state;
    assert_int_equal(debt_silence_s(&none, 1000000), 0);
    assert_true(debt_next_ms(&none, 1000000) == PATIENCE_NEVER); /* no wake-up either */
}

static void silence_counts_whole_seconds_from_the_request(void **state)
{
    struct debt d = {.owed = true, .since_ms = 700, .grace_ms = 10500};

    (void)state;
    assert_int_equal(debt_silence_s(&d, 0), 0); /* a clock of another reading */
    assert_int_equal(debt_silence_s(&d, 700), 0);
    assert_int_equal(debt_silence_s(&d, 11199), 0);
    assert_int_equal(debt_silence_s(&d, 11200), 10);
    assert_int_equal(debt_silence_s(&d, 11699), 10);
    assert_int_equal(debt_silence_s(&d, 11700), 11);
    assert_int_equal(debt_silence_s(&d, 3600700), 3600);
}

/* Whoever sleeps until then sees every change, and no wake-up is for nothing. */
static void the_next_change_is_neither_early_nor_late(void **state)
{
    struct debt d = {.owed = true, .since_ms = 123, .grace_ms = 10500};
    uint64_t now = 123, wakes = 0;

    (void)state;
    while (now < 60000) {
        uint64_t next = debt_next_ms(&d, now), said = debt_silence_s(&d, now);

        assert_true(next > now);
        assert_int_equal(debt_silence_s(&d, next - 1), said);
        assert_int_not_equal(debt_silence_s(&d, next), said);
        now = next;
        wakes++;
    }
    assert_in_range(wakes, 49, 51); /* one, and then one a second */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_cured_once_in_a_while),
        cmocka_unit_test(what_is_refused_does_not_prolong_the_rest),
        cmocka_unit_test(an_answer_may_take_longer_where_there_is_a_reason),
        cmocka_unit_test(silence_is_said_only_of_an_owed_answer),
        cmocka_unit_test(silence_counts_whole_seconds_from_the_request),
        cmocka_unit_test(the_next_change_is_neither_early_nor_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
