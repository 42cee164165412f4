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
    expect((struct link){LINK_SILENT, 4, 0}, "○ silent for 4 s", "○ silent");
    expect((struct link){LINK_SLOW, 119, 0}, "◐ slow: no answer for 119 s", "◐ slow");
    expect((struct link){LINK_LATE, 120, 0}, "◐ 2 min late", "◐ late");
    expect((struct link){LINK_LATE, 7200, 0}, "◐ 2 h late", "◐ late");
}

static void a_lost_server_says_how_old_its_rows_are_and_when_it_is_tried(void **state)
{
    (void)state;
    expect((struct link){LINK_RETRYING, 42, 5},
           "✗ disconnected: these rows are old (42 s), again in 5 s", "✗ lost");
    expect((struct link){LINK_RETRYING, 42, 0},
           "✗ disconnected: these rows are old (42 s), trying again", "✗ lost");
    expect((struct link){LINK_SIGNED_OUT, 42, 0}, "✗ signed out: these rows are old (42 s)",
           "✗ signed out");
}

static void only_words_that_tell_a_time_run(void **state)
{
    (void)state;
    assert_true(link_text_runs(LINK_SILENT));
    assert_true(link_text_runs(LINK_RETRYING));
    assert_false(link_text_runs(LINK_LIVE));
    assert_false(link_text_runs(LINK_LOST));
}

static void the_largest_times_fit(void **state)
{
    char out[LINK_TEXT_LEN];

    (void)state;
    for (int i = LINK_CONNECTING; i <= LINK_REFUSED; i++) {
        struct link l = {(enum link_state)i, UINT64_MAX, UINT64_MAX};

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
        cmocka_unit_test(only_words_that_tell_a_time_run),
        cmocka_unit_test(the_largest_times_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
