/* Export ids: each names something in its own session alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/exports.h"

static void ids_are_given_one_after_the_other_until_none_is_left(void **state)
{
    struct exports x = {.epoch = 3};
    struct export_id id = exports_next(&x);

    (void)state;
    assert_int_equal(id.id, 1);
    assert_int_equal(id.epoch, 3);
    assert_int_equal(exports_next(&x).id, 2);
    x.last = INT32_MAX - 2;
    assert_int_equal(exports_next(&x).id, INT32_MAX - 1);
    assert_int_equal(exports_next(&x).id, 0);
    assert_int_equal(exports_next(&x).id, 0);
}

static void an_id_gives_a_ticket_in_its_own_epoch(void **state)
{
    static const uint8_t expected[EXPORT_TICKET_LEN] = {'e', 1, 0, 0, 0};
    struct exports x = {.epoch = 1};
    struct export_id id = exports_next(&x);
    uint8_t room[EXPORT_TICKET_LEN];
    struct bytes ticket = exports_ticket(&x, id, room);

    (void)state;
    assert_true(exports_have(&x, id));
    assert_int_equal(ticket.len, EXPORT_TICKET_LEN);
    assert_memory_equal(ticket.data, expected, EXPORT_TICKET_LEN);
}

static void an_id_of_another_epoch_names_nothing(void **state)
{
    struct exports before = {.epoch = 1}, now = {.epoch = 2};
    struct export_id old = exports_next(&before), same_number = exports_next(&now);
    uint8_t room[EXPORT_TICKET_LEN];

    (void)state;
    assert_int_equal(old.id, same_number.id);
    assert_false(exports_have(&now, old));
    assert_int_equal(exports_ticket(&now, old, room).len, 0);
    assert_true(exports_have(&now, same_number));
}

static void what_was_never_given_names_nothing(void **state)
{
    struct exports x = {.epoch = 1};
    struct export_id none = {0}, later = {1, 1}, negative = {-1, 1};
    uint8_t room[EXPORT_TICKET_LEN];

    (void)state;
    assert_int_equal(exports_ticket(&x, none, room).len, 0);
    assert_int_equal(exports_ticket(&x, later, room).len, 0);
    assert_int_equal(exports_ticket(&x, negative, room).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_given_one_after_the_other_until_none_is_left),
        cmocka_unit_test(an_id_gives_a_ticket_in_its_own_epoch),
        cmocka_unit_test(an_id_of_another_epoch_names_nothing),
        cmocka_unit_test(what_was_never_given_names_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
