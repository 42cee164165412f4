/* What each state of a connection is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/widget/link_text.h"

static void expect(struct link l, const char *text, const char *words)
{
    char out[LINK_TEXT_LEN];

    link_text(&l, false, out);
    assert_string_equal(out, text);
    link_text_short(&l, false, out);
    assert_string_equal(out, words);
}

static void times_are_told_in_the_unit_that_fits(void **state)
{
    (void)state;
    expect((struct link){LINK_SILENT, 4, 0, 0}, "○ silent for 4 s", "○ silent");
    expect((struct link){LINK_SLOW, 119, 0, 0}, "◐ slow: no answer for 119 s", "◐ slow");
    expect((struct link){LINK_LATE, 120, 0, 0}, "◐ 2 min late", "◐ late");
    expect((struct link){LINK_LATE, 7200, 0, 0}, "◐ 2 h late", "◐ late");
}

static void a_lost_server_says_how_old_its_rows_are_and_when_it_is_tried(void **state)
{
    (void)state;
    expect((struct link){LINK_RETRYING, 42, 5, 0},
           "✗ disconnected: these rows are old (42 s), again in 5 s", "✗ lost");
    expect((struct link){LINK_RETRYING, 42, 0, 0},
           "✗ disconnected: these rows are old (42 s), trying again", "✗ lost");
    expect((struct link){LINK_SIGNED_OUT, 42, 0, 0},
           "✗ signed out: these rows are old (42 s)", "✗ signed out");
}

static void a_table_says_what_it_waits_for_while_the_server_is_there(void **state)
{
    (void)state;
    expect((struct link){LINK_MISSING, 42, 5, 0},
           "✗ no such table: these rows are old (42 s), again in 5 s", "✗ no table");
    expect((struct link){LINK_BROKEN, 42, 0, 0},
           "✗ broken off: these rows are old (42 s), trying again", "✗ broken off");
}

static void words_change_with_each_second_that_they_tell(void **state)
{
    struct link l = link_at(LINK_RETRYING, 1000, 9300, 5100);

    (void)state;
    assert_int_equal(l.seconds, 4);
    assert_int_equal(l.retry_s, 5);
    assert_int_equal(l.next_ms, 5300); /* then it is 4 s until the next try */
    l = link_at(LINK_RETRYING, 1000, 9300, 9200);
    assert_int_equal(l.retry_s, 1);
    assert_int_equal(l.next_ms, 9300);
    l = link_at(LINK_RETRYING, 1000, 0, 9400);
    assert_int_equal(l.retry_s, 0);
    assert_int_equal(l.next_ms, 10000);
    assert_int_equal(link_at(LINK_SILENT, 1000, 0, 4000).next_ms, 5000);
    assert_int_equal(link_at(LINK_SILENT, 4001, 0, 4000).seconds, 0); /* read before */
    assert_true(link_at(LINK_LIVE, 1000, 0, 4000).next_ms == LINK_NEVER);
    assert_true(link_at(LINK_LOST, 1000, 0, 4000).next_ms == LINK_NEVER);
}

static void the_largest_times_fit(void **state)
{
    char out[LINK_TEXT_LEN];

    (void)state;
    for (int i = LINK_CONNECTING; i <= LINK_REFUSED; i++) {
        struct link l = {(enum link_state)i, UINT64_MAX, UINT64_MAX, 0};

        link_text(&l, true, out);
        for (const char *p = out; *p; p++)
            assert_in_range(*p, ' ', '~');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_told_in_the_unit_that_fits),
        cmocka_unit_test(a_lost_server_says_how_old_its_rows_are_and_when_it_is_tried),
        cmocka_unit_test(a_table_says_what_it_waits_for_while_the_server_is_there),
        cmocka_unit_test(words_change_with_each_second_that_they_tell),
        cmocka_unit_test(the_largest_times_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
