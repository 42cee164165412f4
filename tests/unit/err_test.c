/* Messages of errors: context in front, and what is too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void context_goes_in_front_of_what_was_said(void **state)
{
    struct err e;

    (void)state;
    assert_int_equal(err_set(&e, ERR_REFUSED, "found %d", 3), ERR_REFUSED);
    assert_int_equal(err_wrap(&e, ERR_PROTO, "row %d", 7), ERR_PROTO);
    assert_int_equal(e.code, ERR_PROTO);
    assert_string_equal(e.msg, "row 7: found 3");
    assert_int_equal(err_set(NULL, ERR_IO, "nowhere"), ERR_IO);
    assert_int_equal(err_wrap(NULL, ERR_IO, "nowhere"), ERR_IO);
}

static void check_cut(const struct err *e, const char *begins)
{
    assert_int_equal(strlen(e->msg), ERR_TEXT_MAX - 1);
    assert_memory_equal(e->msg, begins, strlen(begins));
    assert_string_equal(e->msg + ERR_TEXT_MAX - 1 - 3, "...");
}

static void a_message_that_is_cut_says_so(void **state)
{
    char text[2 * ERR_TEXT_MAX];
    struct err e;

    (void)state;
    memset(text, 'x', sizeof(text));
    text[ERR_TEXT_MAX - 1] = '\0';
    (void)err_set(&e, ERR_REFUSED, "%s", text);
    assert_string_equal(e.msg, text); /* it just fits */
    (void)err_wrap(&e, ERR_REFUSED, "where");
    check_cut(&e, "where: xxx");
    text[ERR_TEXT_MAX - 1] = 'x';
    text[sizeof(text) - 1] = '\0';
    (void)err_set(&e, ERR_REFUSED, "%s", text);
    check_cut(&e, "xxx");
    (void)err_set(&e, ERR_REFUSED, "inner");
    (void)err_wrap(&e, ERR_REFUSED, "%s", text);
    check_cut(&e, "xxx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(context_goes_in_front_of_what_was_said),
        cmocka_unit_test(a_message_that_is_cut_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
