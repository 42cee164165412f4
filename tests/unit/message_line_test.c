/* What a message leaves out where its line is too short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/widget/message_line.h"

static void expect(const char *text, size_t columns, bool ascii, const char *want)
{
    char *got = message_fit(text, columns, ascii);

    assert_string_equal(got, want);
    free(got);
}

static void a_message_that_fits_is_left_as_it_is(void **state)
{
    (void)state;
    expect("", 0, false, "");
    expect("/a/path/of/some/length: no room", 31, false, "/a/path/of/some/length: no room");
    expect("bad \033 byte", 11, false, "bad \033 byte");
}

static void a_long_path_gives_way_in_its_middle_and_the_reason_stays(void **state)
{
    (void)state;
    expect("/home/somebody/of/a/long/name/out.csv is not written: no room", 50, false,
           "/home/somebod…name/out.csv is not written: no room");
}

static void the_longest_of_several_words_gives_way_first(void **state)
{
    (void)state;
    expect("/twenty/columns/long /thirty/columns/long/of/a/path no", 48, true,
           "/twenty/columns/long /thirty/colu~g/of/a/path no");
    expect("/twenty/columns/long /thirty/columns/long/of/a/path no", 36, true,
           "/twenty/~ns/long /thirty/~/a/path no");
}

static void a_name_with_blanks_gives_way_before_the_last_colon(void **state)
{
    (void)state;
    expect("~/file of the year is not written: cannot write: no room", 40, false,
           "~/file of the y…n: cannot write: no room");
    expect("!tail -n 1 | cut -d, -f 1 >x: 240 rows", 30, false,
           "!tail -n 1…, -f 1 >x: 240 rows");
}

static void what_has_no_part_to_spare_is_left_to_who_draws_it(void **state)
{
    (void)state;
    expect("a row is wanted: it was not given", 20, false,
           "a row is wanted: it was not given");
    expect("no word of it is long, nor has it a colon", 20, false,
           "no word of it is long, nor has it a colon");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_that_fits_is_left_as_it_is),
        cmocka_unit_test(a_long_path_gives_way_in_its_middle_and_the_reason_stays),
        cmocka_unit_test(the_longest_of_several_words_gives_way_first),
        cmocka_unit_test(a_name_with_blanks_gives_way_before_the_last_colon),
        cmocka_unit_test(what_has_no_part_to_spare_is_left_to_who_draws_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
