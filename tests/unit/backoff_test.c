#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/backoff.h"

static const uint32_t randoms[] = {0, 1, 1000, UINT32_MAX / 2, UINT32_MAX - 1, UINT32_MAX};
#define N_RANDOMS (sizeof(randoms) / sizeof(*randoms))

static void a_wait_stays_within_its_bounds_for_any_attempt(void **state)
{
    static const uint32_t attempts[] = {
        0, 1, 2, 8, 9, 10, 31, 32, 63, 64, 65, UINT32_C(1) << 31, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++)
        for (size_t k = 0; k < N_RANDOMS; k++)
            assert_in_range(backoff_ms(attempts[i], BACKOFF_MAX_MS, randoms[k]),
                            BACKOFF_MIN_MS, BACKOFF_MAX_MS);
}

static void the_longest_wait_doubles_up_to_a_minute(void **state)
{
    static const uint32_t longest[] = {200,   400,   800,   1600,  3200, 6400,
                                       12800, 25600, 51200, 60000, 60000};

    (void)state;
    for (uint32_t i = 0; i < sizeof(longest) / sizeof(*longest); i++) {
        assert_int_equal(backoff_ms(i, BACKOFF_MAX_MS, UINT32_MAX), longest[i]);
        assert_int_equal(backoff_ms(i, BACKOFF_MAX_MS, 0), longest[i] / 2);
    }
    assert_int_equal(backoff_ms(UINT32_C(1) << 31, BACKOFF_MAX_MS, UINT32_MAX), 60000);
    assert_int_equal(backoff_ms(UINT32_C(1) << 31, BACKOFF_MAX_MS, 0), 30000);
}

static void a_stream_of_a_server_that_answers_waits_for_seconds_only(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t ms = backoff_ms(i, BACKOFF_STREAM_MAX_MS, UINT32_MAX);

        assert_in_range(ms, BACKOFF_MIN_MS, BACKOFF_STREAM_MAX_MS);
        assert_int_equal(backoff_ms(i, BACKOFF_STREAM_MAX_MS, 0), ms / 2);
    }
}

static void a_larger_random_number_never_means_a_shorter_wait(void **state)
{
    (void)state;
    for (uint32_t attempt = 0; attempt < 12; attempt++)
        for (size_t k = 1; k < N_RANDOMS; k++)
            assert_true(backoff_ms(attempt, BACKOFF_MAX_MS, randoms[k]) >=
                        backoff_ms(attempt, BACKOFF_MAX_MS, randoms[k - 1]));
}

/* A thousand clients, each with its own number: no tenth of the time gets twice its share.
 */
static void clients_that_failed_together_come_back_spread(void **state)
{
    uint32_t shortest = backoff_ms(5, BACKOFF_MAX_MS, 0),
             span = backoff_ms(5, BACKOFF_MAX_MS, UINT32_MAX) - shortest;
    uint32_t random = 12345;
    size_t tenth[10] = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint32_t late;

        random = random * 1664525 + 1013904223;
        late = backoff_ms(5, BACKOFF_MAX_MS, random) - shortest;
        tenth[late * 10 / (span + 1)]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(tenth[i], 50, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_stays_within_its_bounds_for_any_attempt),
        cmocka_unit_test(the_longest_wait_doubles_up_to_a_minute),
        cmocka_unit_test(a_stream_of_a_server_that_answers_waits_for_seconds_only),
        cmocka_unit_test(a_larger_random_number_never_means_a_shorter_wait),
        cmocka_unit_test(clients_that_failed_together_come_back_spread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
