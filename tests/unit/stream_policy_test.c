#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/stream_policy.h"

static void a_stream_is_started_anew_once_in_a_while(void **state)
{
    struct resubscriptions c = {0};

    (void)state;
    assert_true(resubscriptions_try(&c, 5)); /* soon after the start is no second time */
    assert_int_equal(c.count, 1);
    assert_false(resubscriptions_try(&c, 5));
    assert_false(resubscriptions_try(&c, 5 + RESUBSCRIBE_AGAIN_MS - 1));
    assert_int_equal(c.count, 1);
    assert_true(resubscriptions_try(&c, 5 + RESUBSCRIBE_AGAIN_MS));
    assert_false(resubscriptions_try(&c, 5 + 2 * RESUBSCRIBE_AGAIN_MS -
                                             1)); /* counted from the last one */
    assert_true(resubscriptions_try(&c, 5 + 2 * RESUBSCRIBE_AGAIN_MS));
    assert_int_equal(c.count, 3);
}

static void what_is_refused_does_not_prolong_the_rest(void **state)
{
    struct resubscriptions c = {0};

    (void)state;
    assert_true(resubscriptions_try(&c, 1000));
    for (uint64_t t = 1000; t < 1000 + RESUBSCRIBE_AGAIN_MS; t += 100)
        assert_false(resubscriptions_try(&c, t));
    assert_true(resubscriptions_try(&c, 1000 + RESUBSCRIBE_AGAIN_MS));
}

static void an_answer_may_take_longer_where_there_is_a_reason(void **state)
{
    (void)state;
    assert_int_equal(answer_limit_ms(0, -1), ANSWER_LIMIT_MS);
    assert_int_equal(answer_limit_ms(1000, 250), ANSWER_LIMIT_MS);
    assert_int_equal(answer_limit_ms(60000, -1), 120000);
    assert_int_equal(answer_limit_ms(0, 9000), 18000);
    assert_int_equal(answer_limit_ms(4000, 1500.5), 11001);
    assert_int_equal(answer_limit_ms(INT32_MAX, 1), 2 * (uint64_t)INT32_MAX + 2);
    assert_int_equal(answer_limit_ms(-5, -5), ANSWER_LIMIT_MS);
}

static void only_a_pending_answer_is_overdue(void **state)
{
    struct pending_answer none = {.since_ms = 0, .limit_ms = ANSWER_LIMIT_MS};

    (void)state;
    assert_int_equal(answer_overdue_s(&none, 1000000), 0);
    assert_true(answer_overdue_next_ms(&none, 1000000) ==
                OVERDUE_NEVER); /* no wake-up either */
}

static void an_overdue_answer_counts_whole_seconds_from_the_request(void **state)
{
    struct pending_answer d = {.pending = true, .since_ms = 700, .limit_ms = 10500};

    (void)state;
    assert_int_equal(answer_overdue_s(&d, 0), 0); /* a clock of another reading */
    assert_int_equal(answer_overdue_s(&d, 700), 0);
    assert_int_equal(answer_overdue_s(&d, 11199), 0);
    assert_int_equal(answer_overdue_s(&d, 11200), 10);
    assert_int_equal(answer_overdue_s(&d, 11699), 10);
    assert_int_equal(answer_overdue_s(&d, 11700), 11);
    assert_int_equal(answer_overdue_s(&d, 3600700), 3600);
}

/* Whoever sleeps until then sees every change, and no wake-up is for nothing. */
static void the_next_change_is_neither_early_nor_late(void **state)
{
    struct pending_answer d = {.pending = true, .since_ms = 123, .limit_ms = 10500};
    uint64_t now = 123, wakes = 0;

    (void)state;
    while (now < 60000) {
        uint64_t next = answer_overdue_next_ms(&d, now), said = answer_overdue_s(&d, now);

        assert_true(next > now);
        assert_int_equal(answer_overdue_s(&d, next - 1), said);
        assert_int_not_equal(answer_overdue_s(&d, next), said);
        now = next;
        wakes++;
    }
    assert_in_range(wakes, 49, 51); /* one, and then one a second */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_started_anew_once_in_a_while),
        cmocka_unit_test(what_is_refused_does_not_prolong_the_rest),
        cmocka_unit_test(an_answer_may_take_longer_where_there_is_a_reason),
        cmocka_unit_test(only_a_pending_answer_is_overdue),
        cmocka_unit_test(an_overdue_answer_counts_whole_seconds_from_the_request),
        cmocka_unit_test(the_next_change_is_neither_early_nor_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
