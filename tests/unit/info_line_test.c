#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/number.h"
#include "tests/support/info_text.h"

#define LONG_NAME "Average_price_of_all_trades_in_the_last_five_minutes_by_venue"

static void expect(struct info_line *l, int cols, bool ascii, const char *want)
{
    char *text = info_text(l, cols, ascii);

    assert_string_equal(text, want);
    free(text);
}

static void a_long_name_is_cut_in_its_middle_before_the_place_is_touched(void **state)
{
    struct info_line l;

    (void)state;
    info_line_init(&l);
    (void)info_line_add_place(&l, "row", 1042, 1000000000);
    (void)info_line_add(&l, INFO_NAME, LONG_NAME);
    info_line_add(&l, INFO_DETAIL, "(double)")->gap = 1;
    (void)info_line_add(&l, INFO_COUNT, "col 3/212");
    expect(&l, 120, false,
           "row 1,042 of 1,000,000,000   " LONG_NAME " (double)   col 3/212");
    expect(&l, 79, false,
           "row 1,042 of 1,000,000,000   Average_price_…nutes_by_venue (double)   "
           "col 3/212");
    expect(&l, 50, true, "row 1,042 of 1,000,000,000   Average_pr~s_by_venue");
    expect(&l, 30, true, "row 1,042 of 1,000,000,000");
    expect(&l, 18, true, "1042/1000000000");
    expect(&l, 10, true, "1042/1.0G");
    expect(&l, 5, true, "1042");
    info_line_release(&l);
}

static void the_longest_of_several_names_gives_way_first(void **state)
{
    struct info_line l;

    (void)state;
    info_line_init(&l);
    (void)info_line_add(&l, INFO_NAME, "abcdefghijklmnopqrstuvwxyz");
    (void)info_line_add(&l, INFO_NAME, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    (void)info_line_add(&l, INFO_NAME, "short");
    expect(&l, 60, true, "abcdefghijkl~opqrstuvwxyz   ABCDEFGHIJKL~Z0123456789   short");
    expect(&l, 43, true, "abcdefgh~tuvwxyz   ABCDEFGH~3456789   short");
    info_line_release(&l);
}

static void a_name_is_measured_as_it_is_drawn(void **state)
{
    struct info_line l;

    (void)state;
    info_line_init(&l);
    (void)info_line_add(&l, INFO_NAME, "Größe");
    (void)info_line_add(&l, INFO_COUNT, "col 1/2");
    expect(&l, 40, false, "Größe   col 1/2");
    expect(&l, 40, true, "Gr<00f6><00df>e   col 1/2");
    info_line_release(&l);
}

static void a_full_line_takes_no_more(void **state)
{
    struct info_line l;

    (void)state;
    info_line_init(&l);
    for (int i = 0; i < 100; i++)
        (void)info_line_add(&l, INFO_HINT, "x");
    (void)info_line_add(&l, INFO_HINT, "");
    assert_true(l.n < INFO_PARTS_MAX);
    info_line_release(&l);
}

static void counts_are_grouped_or_cut_to_a_unit(void **state)
{
    char out[NUMBER_LEN];

    (void)state;
    assert_string_equal(number_grouped(0, out), "0");
    assert_string_equal(number_grouped(-1234567, out), "-1,234,567");
    assert_string_equal(number_grouped(INT64_MAX, out), "9,223,372,036,854,775,807");
    assert_string_equal(number_rough(999, out), "999");
    assert_string_equal(number_rough(1000, out), "1.0k");
    assert_string_equal(number_rough(1999999, out), "1.9M");
    assert_string_equal(number_rough(34567890, out), "34M");
    assert_string_equal(number_rough(INT64_MAX, out), "9.2E");
    assert_string_equal(number_rough(INT64_MIN, out), "-9.2E");
    assert_string_equal(number_grouped(INT64_MIN, out), "-9,223,372,036,854,775,808");
    assert_string_equal(number_plain(INT64_MIN, out), "-9223372036854775808");
    assert_string_equal(number_plain(100, out), "100");
}

static void times_are_told_in_their_largest_unit_of_which_there_are_two(void **state)
{
    char out[NUMBER_LEN];

    (void)state;
    assert_string_equal(number_time(0, out), "0 s");
    assert_string_equal(number_time(119, out), "119 s");
    assert_string_equal(number_time(120, out), "2 min");
    assert_string_equal(number_time(7199, out), "119 min");
    assert_string_equal(number_time(7200, out), "2 h");
    assert_string_equal(number_time(172799, out), "47 h");
    assert_string_equal(number_time(275406, out), "3 days");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_name_is_cut_in_its_middle_before_the_place_is_touched),
        cmocka_unit_test(the_longest_of_several_names_gives_way_first),
        cmocka_unit_test(a_name_is_measured_as_it_is_drawn),
        cmocka_unit_test(a_full_line_takes_no_more),
        cmocka_unit_test(counts_are_grouped_or_cut_to_a_unit),
        cmocka_unit_test(times_are_told_in_their_largest_unit_of_which_there_are_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
