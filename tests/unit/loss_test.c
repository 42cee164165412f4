/* What may be had again, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "client/loss.h"

static struct err make(enum err_code code, const char *msg)
{
    struct err e = {.code = code};

    (void)snprintf(e.msg, sizeof(e.msg), "%s", msg);
    return e;
}

static void a_call_that_broke_off_may_pass_and_a_refusal_does_not(void **state)
{
    static const enum err_code passing[] = {ERR_LOST, ERR_ENDED, ERR_SESSION,
                                            ERR_CANCELLED};
    static const enum err_code lasting[] = {
        ERR_REFUSED, ERR_NOT_FOUND, ERR_AUTH, ERR_PROTO, ERR_LIMIT, ERR_SERVER, ERR_MISFIT};

    (void)state;
    for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++) {
        struct err e = make(passing[i], "");

        assert_true(loss_of_call_may_pass(&e));
    }
    for (size_t i = 0; i < sizeof(lasting) / sizeof(*lasting); i++) {
        struct err e = make(lasting[i], "");

        assert_false(loss_of_call_may_pass(&e));
    }
}

static void an_export_that_the_server_never_heard_of_is_not_released_again(void **state)
{
    struct err cut = make(ERR_LOST, "Socket closed"),
               unknown = make(ERR_LOST, "Export not yet defined"),
               refused = make(ERR_REFUSED, "no");

    (void)state;
    assert_true(loss_of_release_may_pass(&cut));
    assert_false(loss_of_release_may_pass(&unknown));
    assert_false(loss_of_release_may_pass(&refused));
}

static void a_lost_server_may_come_back_unless_it_lets_nobody_in(void **state)
{
    struct err lost = make(ERR_LOST, "Connection refused"),
               late = make(ERR_CONNECT, "late"),
               over = make(ERR_SESSION, "the server stopped"), shut = make(ERR_AUTH, "no"),
               old = make(ERR_VERSION, "0.36");

    (void)state;
    for (int was_live = 0; was_live < 2; was_live++) {
        assert_true(loss_may_pass(&lost, was_live));
        assert_true(loss_may_pass(&late, was_live));
        assert_true(loss_may_pass(&over, was_live));
        assert_false(loss_may_pass(&shut, was_live));
        assert_false(loss_may_pass(&old, was_live));
    }
}

static void
what_is_wrong_with_an_address_is_tried_again_only_once_it_was_right(void **state)
{
    static const char *const wrong[] = {"certificate verify failed", "wrong version number",
                                        "is that a Deephaven server? HTTP status 404"};
    struct err busy = make(ERR_LOST, "a gateway answers for the server: HTTP status 503");

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct err e = make(ERR_LOST, wrong[i]);

        assert_false(loss_may_pass(&e, false));
        assert_true(loss_may_pass(&e, true));
    }
    assert_true(loss_may_pass(&busy, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_broke_off_may_pass_and_a_refusal_does_not),
        cmocka_unit_test(an_export_that_the_server_never_heard_of_is_not_released_again),
        cmocka_unit_test(a_lost_server_may_come_back_unless_it_lets_nobody_in),
        cmocka_unit_test(
            what_is_wrong_with_an_address_is_tried_again_only_once_it_was_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
