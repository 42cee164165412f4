#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/table/marks.h"

static void a_mark_is_found_under_its_letter(void **state)
{
    struct marks m = {0};

    (void)state;
    assert_null(marks_get(&m, 'a'));
    assert_true(marks_set(&m, 'a', 7, "X"));
    assert_true(marks_set(&m, 'A', INT64_C(1) << 62, "Y"));
    assert_true(marks_set(&m, 'z', 0, "Z"));
    assert_int_equal(marks_get(&m, 'a')->position, 7);
    assert_string_equal(marks_get(&m, 'a')->column, "X");
    assert_true(marks_get(&m, 'A')->position == INT64_C(1) << 62);
    assert_string_equal(marks_get(&m, 'z')->column, "Z");
    assert_null(marks_get(&m, 'b'));
    assert_true(marks_set(&m, 'a', 8, marks_get(&m, 'a')->column));
    assert_int_equal(marks_get(&m, 'a')->position, 8);
    assert_string_equal(marks_get(&m, 'a')->column, "X");
    marks_release(&m);
}

static void only_letters_are_marks(void **state)
{
    static const uint32_t others[] = {'0', '\'', '`', '{', '@', '[', 0, 0xe9, 0x10ffff};
    struct marks m = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        assert_false(marks_set(&m, others[i], 1, "X"));
        assert_null(marks_get(&m, others[i]));
    }
    marks_release(&m);
}

static void the_last_jump_is_kept_apart(void **state)
{
    struct marks m = {0};

    (void)state;
    assert_null(marks_back(&m));
    marks_set_back(&m, 3, "X");
    marks_set_back(&m, 4, "Y");
    assert_int_equal(marks_back(&m)->position, 4);
    assert_string_equal(marks_back(&m)->column, "Y");
    assert_null(marks_get(&m, 'a'));
    marks_release(&m);
    assert_null(marks_back(&m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_found_under_its_letter),
        cmocka_unit_test(only_letters_are_marks),
        cmocka_unit_test(the_last_jump_is_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
