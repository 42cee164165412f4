/* Which servers are refused for their version (see client/version.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/version.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void servers_before_0_37_are_too_old(void **state)
{
    static const char *const old[] = {"0.36.1", "0.36.0-SNAPSHOT", "0.4.0", "0.35.3"};
    struct err e;

    (void)state;
    for (size_t i = 0; i < COUNT(old); i++)
        assert_int_equal(version_check(bytes_of(old[i]), &e), ERR_VERSION);
    assert_string_equal(e.msg, "it is Deephaven 0.35.3; dhview needs 0.37 or newer");
}

static void newer_ones_and_what_cannot_be_read_are_let_through(void **state)
{
    static const char *const fine[] = {
        "0.37.0",
        "0.37",
        "0.40.9",
        "1.0",
        "41.11",
        "42.7-demo",
        "43.0-SNAPSHOT",
        "",
        "main",
        "0.x.37",
        ".1",
        "0",
        "0.1111111111111111111111111111111111111111111111111111111111111111111111"};
    struct err e = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(fine); i++)
        assert_int_equal(version_check(bytes_of(fine[i]), &e), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_before_0_37_are_too_old),
        cmocka_unit_test(newer_ones_and_what_cannot_be_read_are_let_through),
    };

    return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}
