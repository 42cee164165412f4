/*
 * Reasons that stand in a server's log: the id that is told instead, and what a line of the
 * log says of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/server_log.h"

#define ID "0f8fad5b-d9cb-469f-a165-70867728950e"

static void the_id_stands_behind_its_mark(void **state)
{
    char id[LOG_ID_LEN + 1];

    (void)state;
    assert_true(server_log_id("where: Details Logged w/ID '" ID "' (more)", id));
    assert_string_equal(id, ID);
    assert_false(server_log_id("column(s) not found: Nowhere", id));
    assert_false(server_log_id("Details Logged w/ID '0f8fad5b'", id));
    assert_false(server_log_id("Details Logged w/ID '", id));
}

static void check(const char *line, const char *want)
{
    char reason[LOG_REASON_MAX];

    assert_true(server_log_reason(bytes_of(line), ID, reason));
    assert_string_equal(reason, want);
}

static void a_line_gives_its_message_and_the_last_cause_without_classes(void **state)
{
    (void)state;
    check("SessionService: Internal Error '" ID "' java.lang.Bad: no such thing\n"
          "\tat java.lang.Thread.run(Thread.java:1)\n",
          "no such thing");
    check("Internal Error '" ID "' io.x.Outer$In: Formula error: N > 3\n\tat io.x.Y\n"
          "Caused by: io.x.Middle: wrapped\n\tat io.x.Z\n"
          "Caused by: io.x.Inner: no variable N\n\tat io.x.Z\n",
          "Formula error: N > 3: no variable N");
    check("Internal Error '" ID "' a.Bad: Formula error: N > 3\n"
          "Caused by: a.Outer$ParseException: \n\nHaving trouble with:\n"
          "Full expression           : N > 3\n"
          "Exception message         : Cannot find variable or class N\n\n\t... 22 more\n",
          "Formula error: N > 3: Cannot find variable or class N");
    check("Internal Error '" ID "' a.B: same\nCaused by: a.C: same", "same");
    check("Internal Error '" ID "' java.lang.NullPointerException\n\tat io.x.Y",
          "java.lang.NullPointerException");
    check("Internal Error '" ID "'", "");
}

static void a_line_of_another_id_is_none(void **state)
{
    char reason[LOG_REASON_MAX];

    (void)state;
    assert_false(server_log_reason(
        bytes_of("Internal Error '1f8fad5b-d9cb-469f-a165-70867728950e' a.B: no"), ID,
        reason));
    assert_false(server_log_reason((struct bytes){0}, ID, reason));
}

static void a_long_reason_is_cut(void **state)
{
    char line[2 * LOG_REASON_MAX], reason[LOG_REASON_MAX];

    (void)state;
    memset(line, 'x', sizeof(line));
    memcpy(line, ID, LOG_ID_LEN);
    assert_true(
        server_log_reason((struct bytes){(const uint8_t *)line, sizeof(line)}, ID, reason));
    assert_int_equal(strlen(reason), LOG_REASON_MAX - 1);
}

static void a_line_is_behind_a_message_that_has_its_id_or_its_reason(void **state)
{
    static const char line[] = "Internal Error '" ID "' a.Bad: no such thing\n\tat io.x.Y";

    (void)state;
    assert_true(server_log_is_about(line, "t: Details Logged w/ID '" ID "'"));
    assert_true(server_log_is_about(line, "filter: no such thing; it stays as it was"));
    assert_false(server_log_is_about(line, "filter: another thing"));
    assert_false(server_log_is_about("no such thing", "no such thing"));
    assert_false(server_log_is_about("Internal Error '" ID "'", "anything"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_id_stands_behind_its_mark),
        cmocka_unit_test(a_line_gives_its_message_and_the_last_cause_without_classes),
        cmocka_unit_test(a_line_of_another_id_is_none),
        cmocka_unit_test(a_long_reason_is_cut),
        cmocka_unit_test(a_line_is_behind_a_message_that_has_its_id_or_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
