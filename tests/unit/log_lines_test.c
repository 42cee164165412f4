/*
 * The last lines of a log: bounds, numbers that stay, and what a filter lets through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/log_lines.h"

static void add(struct log_lines *l, const char *level, const char *text)
{
    log_lines_add(l, 1, bytes_of(level), bytes_of(text));
}

static uint64_t count(const struct log_lines *l)
{
    return log_lines_end(l) - log_lines_first(l);
}

static void a_line_keeps_its_number_while_it_is_held(void **state)
{
    struct log_lines *l = log_lines_new();
    char text[32];

    (void)state;
    for (int i = 0; i < LOG_LINES_MAX + 10; i++) {
        (void)snprintf(text, sizeof(text), "line %d", i);
        add(l, "INFO", text);
    }
    assert_int_equal(log_lines_first(l), 10);
    assert_int_equal(log_lines_end(l), LOG_LINES_MAX + 10);
    assert_int_equal(log_lines_gone(l), 10);
    assert_string_equal(log_lines_at(l, 10).text, "line 10");
    assert_string_equal(log_lines_at(l, LOG_LINES_MAX + 9).text, "line 10009");
    log_lines_free(l);
}

static void long_lines_are_cut_and_push_others_out(void **state)
{
    struct log_lines *l = log_lines_new();
    char *text = mem_calloc(LOG_ENTRY_BYTES_MAX + 5, 1);

    (void)state;
    memset(text, 'x', LOG_ENTRY_BYTES_MAX + 5);
    for (int i = 0; i < 1000; i++)
        log_lines_add(l, 1, bytes_of("INFO"),
                      (struct bytes){(uint8_t *)text, LOG_ENTRY_BYTES_MAX + 5});
    assert_int_equal(log_lines_at(l, log_lines_first(l)).cut, 5);
    assert_int_equal(strlen(log_lines_at(l, log_lines_first(l)).text), LOG_ENTRY_BYTES_MAX);
    assert_true(count(l) * LOG_ENTRY_BYTES_MAX <= LOG_LINES_BYTES_MAX);
    assert_true(count(l) > 10);
    free(text);
    log_lines_free(l);
}

static void a_filter_takes_levels_and_a_text_in_either_case(void **state)
{
    struct log_lines *l = log_lines_new();

    (void)state;
    add(l, "INFO", "started");
    add(l, "ERROR", "Internal Error of a table");
    add(l, "STDOUT", "printed");
    add(l, "STDERR", "printed, too");
    add(l, "WARN", "late table");
    log_lines_filter(l, LOG_WARNINGS, "");
    assert_int_equal(count(l), 3);
    log_lines_filter(l, LOG_PRINTED, "");
    assert_int_equal(count(l), 2);
    log_lines_filter(l, LOG_ALL, "TABLE");
    assert_int_equal(count(l), 2);
    assert_string_equal(log_lines_at(l, 1).text, "late table");
    log_lines_filter(l, LOG_ERRORS, "table");
    assert_int_equal(count(l), 1);
    add(l, "ERROR", "no such thing");
    add(l, "FATAL", "another table");
    assert_int_equal(count(l), 2);
    assert_string_equal(log_lines_at(l, 1).level, "FATAL");
    log_lines_filter(l, LOG_ALL, "stdout"); /* a level is a text, too */
    assert_int_equal(count(l), 1);
    log_lines_filter(l, LOG_ALL, "");
    assert_int_equal(count(l), 7);
    log_lines_free(l);
}

static void lines_that_go_take_their_number_with_them(void **state)
{
    struct log_lines *l = log_lines_new();

    (void)state;
    log_lines_filter(l, LOG_ERRORS, "");
    for (int i = 0; i < 2 * LOG_LINES_MAX; i++)
        add(l, i % 100 == 0 ? "ERROR" : "INFO", "x");
    assert_int_equal(count(l), LOG_LINES_MAX / 100);
    assert_int_equal(log_lines_first(l), LOG_LINES_MAX / 100);
    log_lines_free(l);
}

static void a_nul_hides_nothing_behind_it(void **state)
{
    struct log_lines *l = log_lines_new();

    (void)state;
    log_lines_add(l, 1, bytes_of("INFO"), (struct bytes){(const uint8_t *)"a\0b", 3});
    assert_string_equal(log_lines_at(l, 0).text, "a␀b");
    log_lines_add(l, 1, (struct bytes){NULL, 0}, (struct bytes){NULL, 0});
    assert_string_equal(log_lines_at(l, 1).text, "");
    log_lines_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_keeps_its_number_while_it_is_held),
        cmocka_unit_test(long_lines_are_cut_and_push_others_out),
        cmocka_unit_test(a_filter_takes_levels_and_a_text_in_either_case),
        cmocka_unit_test(lines_that_go_take_their_number_with_them),
        cmocka_unit_test(a_nul_hides_nothing_behind_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
