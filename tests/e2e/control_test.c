/* The test servers are there and their tables change on command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/server.h"

static void test_every_command_is_answered(void **state)
{
    (void)state;
    server_control("ping");
    server_control("clear");
    server_control("add 1 5 five rows");
    server_control("add 3 3 a b  c");
    server_control("remove 2 9");
    server_control("replace");
    server_control("drop");
    server_control("drop");
    server_control("offer");
    server_control("fail");
    server_control("restore");
    server_control("clear");
}

static void test_addresses_are_loopback_and_differ(void **state)
{
    (void)state;
    assert_memory_equal(server_address(), "127.0.0.1:", 10);
    assert_memory_equal(server_psk_address(), "127.0.0.1:", 10);
    assert_string_not_equal(server_address(), server_psk_address());
    char *target = server_target("small");
    assert_non_null(strstr(target, "/small"));
    free(target);
}

static void test_key_file_holds_the_key(void **state)
{
    (void)state;
    char key[64] = "";
    FILE *f = fopen(server_psk_file(), "r");

    assert_non_null(f);
    assert_non_null(fgets(key, sizeof(key), f));
    fclose(f);
    assert_int_equal(strlen(key), 24);
}

int main(void)
{
    server_require();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_is_answered),
        cmocka_unit_test(test_addresses_are_loopback_and_differ),
        cmocka_unit_test(test_key_file_holds_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
