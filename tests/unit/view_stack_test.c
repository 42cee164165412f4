/* The stack of views: what is on top, what is drawn, what is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/widget/view_stack.h"

static enum key_mode mode(const void *self)
{
    return *(const enum key_mode *)self;
}

static const struct view_ops whole = {.mode = mode};
static const struct view_ops overlay = {.overlay = true, .mode = mode};

static void the_last_one_put_there_is_on_top(void **state)
{
    enum key_mode modes[] = {MODE_PICKER, MODE_GRID};
    struct view_stack s = {0};

    (void)state;
    assert_int_equal(view_stack_room(&s), VIEW_STACK_MAX);
    view_stack_push(&s, (struct view){&whole, &modes[0]});
    view_stack_push(&s, (struct view){&whole, &modes[1]});
    assert_int_equal(view_stack_room(&s), VIEW_STACK_MAX - 2);
    assert_ptr_equal(view_stack_top(&s)->self, &modes[1]);
    assert_ptr_equal(view_stack_pop(&s).self, &modes[1]);
    assert_ptr_equal(view_stack_top(&s)->self, &modes[0]);
}

static void drawing_begins_at_what_hides_the_rest(void **state)
{
    enum key_mode m = MODE_GRID;
    struct view_stack s = {0};

    (void)state;
    view_stack_push(&s, (struct view){&overlay, &m});
    assert_int_equal(view_stack_base(&s), 0); /* nothing is below */
    view_stack_push(&s, (struct view){&whole, &m});
    assert_int_equal(view_stack_base(&s), 1);
    while (view_stack_room(&s) > 0)
        view_stack_push(&s, (struct view){&overlay, &m});
    assert_int_equal(view_stack_base(&s), 1);
}

static void the_uppermost_of_its_kind_is_found(void **state)
{
    enum key_mode modes[] = {MODE_GRID, MODE_PICKER, MODE_GRID, MODE_POPUP};
    struct view_stack s = {0};

    (void)state;
    assert_null(view_stack_find(&s, MODE_GRID));
    for (size_t i = 0; i < 4; i++)
        view_stack_push(&s, (struct view){&whole, &modes[i]});
    assert_ptr_equal(view_stack_find(&s, MODE_GRID), &modes[2]);
    assert_ptr_equal(view_stack_find(&s, MODE_PICKER), &modes[1]);
    assert_null(view_stack_find(&s, MODE_HELP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_one_put_there_is_on_top),
        cmocka_unit_test(drawing_begins_at_what_hides_the_rest),
        cmocka_unit_test(the_uppermost_of_its_kind_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
