/* The keys that texts tell of are those that work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/widget/key_hints.h"

static void expect(enum key_mode mode, const char *action, const char *key)
{
    char out[KEY_HINT_LEN];

    assert_string_equal(key_hint(mode, action, out), key);
}

static void bind(const char *action, const char *keys)
{
    struct err e;

    if (bindings_add(action, keys, &e) != ERR_OK)
        fail_msg("%s", e.msg);
}

static int back_to_the_table(void **state)
{
    (void)state;
    bindings_reset();
    return 0;
}

static void keys_are_told_as_people_say_them(void **state)
{
    (void)state;
    expect(MODE_GRID, "close", "q");
    expect(MODE_GRID, "cancel", "Esc");
    expect(MODE_GRID, "resubscribe", "^r");
    expect(MODE_GRID, "open-row", "z Enter");
    expect(MODE_GRID, "show-columns", "g-");
    expect(MODE_GRID, "go-tab 3", "Alt-3");
    expect(MODE_GRID, "resize-column -1", "<");
    expect(MODE_COLUMNS, "toggle", "Space");
    expect(MODE_COLUMNS, "shift-column 1", "J");
    expect(MODE_COLUMNS, "shift-column -1", "K");
    expect(MODE_PICKER, "accept-tab", "o");
}

static void a_mode_that_takes_text_tells_keys_that_are_none(void **state)
{
    (void)state;
    expect(MODE_GRID, "open-help", "?");
    expect(MODE_FILTER, "open-help", "F1");
    expect(MODE_FILTER, "accept-tab", "Alt-Enter");
}

static void own_keys_are_told_once_they_are_the_only_ones(void **state)
{
    (void)state;
    bind("close", "x");
    expect(MODE_GRID, "close", "q"); /* which works as well */
    bind("none", "q");
    expect(MODE_GRID, "close", "x");
    assert_int_equal(bindings_add("none", "x <Esc>", NULL),
                     ERR_USAGE); /* x was one's own */
    expect(MODE_POPUP, "close", ":close");
    expect(MODE_GRID, "cancel", "^c");
}

static void a_key_that_is_hidden_is_not_told(void **state)
{
    (void)state;
    bind("follow", "?"); /* in tables alone */
    expect(MODE_GRID, "open-help", "F1");
    expect(MODE_PICKER, "open-help", "?");
}

static void presets_are_told(void **state)
{
    (void)state;
    bindings_use_preset("less");
    expect(MODE_GRID, "pause", "P");
    bindings_use_preset("visidata");
    expect(MODE_GRID, "open-cell", "z Enter");
}

static void expect_text(const char *text, const char *wanted)
{
    char *got = key_hints(MODE_GRID, text);

    assert_string_equal(got, wanted);
    free(got);
}

static void texts_have_keys_in_place_of_actions(void **state)
{
    (void)state;
    expect_text("", "");
    expect_text("no key", "no key");
    expect_text("{close} closes, {sort -1} {sort 1}", "q closes, ] [");
    expect_text("{close}", "q");
    expect_text("{no-such-action}", ":no-such-action");
    expect_text("open: {close", "open: q");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_told_as_people_say_them),
        cmocka_unit_test(a_mode_that_takes_text_tells_keys_that_are_none),
        cmocka_unit_test_teardown(own_keys_are_told_once_they_are_the_only_ones,
                                  back_to_the_table),
        cmocka_unit_test_teardown(a_key_that_is_hidden_is_not_told, back_to_the_table),
        cmocka_unit_test_teardown(presets_are_told, back_to_the_table),
        cmocka_unit_test(texts_have_keys_in_place_of_actions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
