#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/prompt.h"

#define E_ACUTE "e\xcc\x81" /* two code points, one cluster */
#define WIDE "\xe6\xbc\xa2"

static enum prompt_result press(struct prompt *p, uint32_t code)
{
    return prompt_key(p, (struct key){code});
}

static void type(struct prompt *p, const char *text)
{
    for (; *text != '\0'; text++)
        press(p, (uint32_t)*text);
}

static int setup(void **state)
{
    *state = prompt_new();
    prompt_open(*state, ":", NULL, NULL);
    return 0;
}

static int teardown(void **state)
{
    prompt_free(*state);
    return 0;
}

static void typed_text_is_accepted(void **state)
{
    struct prompt *p = *state;

    assert_int_equal(press(p, 'a'), PROMPT_CHANGED);
    assert_int_equal(press(p, 0xe9), PROMPT_CHANGED);
    assert_int_equal(press(p, 0x1f600), PROMPT_CHANGED);
    assert_int_equal(press(p, K_ENTER), PROMPT_ACCEPTED);
    assert_string_equal(prompt_text(p), "a\xc3\xa9\xf0\x9f\x98\x80");
}

static void what_is_no_text_is_ignored(void **state)
{
    static const uint32_t codes[] = {
        1 + 0x10ffff + 40, K_F1, K_ALT | '1', 0x85, 0xd800, K_TAB};
    struct prompt *p = *state;

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        assert_int_equal(press(p, codes[i]), PROMPT_MORE);
    assert_string_equal(prompt_text(p), "");
}

static void editing_keys_edit(void **state)
{
    struct prompt *p = *state;

    type(p, "one two");
    press(p, K_CTRL('w'));
    assert_string_equal(prompt_text(p), "one ");
    press(p, K_CTRL('a'));
    type(p, "x");
    assert_string_equal(prompt_text(p), "xone ");
    press(p, K_DELETE);
    assert_string_equal(prompt_text(p), "xne ");
    press(p, K_RIGHT);
    press(p, K_CTRL('k'));
    assert_string_equal(prompt_text(p), "xn");
    press(p, K_LEFT);
    press(p, K_CTRL('u'));
    assert_string_equal(prompt_text(p), "n");
    press(p, K_END);
    press(p, K_BACKSPACE);
    assert_string_equal(prompt_text(p), "");
}

static void the_cursor_goes_by_clusters(void **state)
{
    struct prompt *p = *state;

    prompt_set_text(p, "a" E_ACUTE WIDE);
    press(p, K_BACKSPACE);
    assert_string_equal(prompt_text(p), "a" E_ACUTE);
    press(p, K_LEFT);
    type(p, "x");
    assert_string_equal(prompt_text(p), "ax" E_ACUTE);
    press(p, K_RIGHT);
    press(p, K_BACKSPACE);
    assert_string_equal(prompt_text(p), "ax");
}

static void a_combining_character_joins_what_is_before(void **state)
{
    struct prompt *p = *state;

    prompt_set_text(p, "eab");
    press(p, K_HOME);
    press(p, K_RIGHT);
    press(p, 0x301);
    assert_string_equal(prompt_text(p), E_ACUTE "ab");
    press(p, K_BACKSPACE);
    assert_string_equal(prompt_text(p), "ab");
}

static void esc_and_backspace_in_nothing_cancel(void **state)
{
    struct prompt *p = *state;

    assert_int_equal(press(p, K_BACKSPACE), PROMPT_CANCELLED);
    assert_int_equal(press(p, K_ESC), PROMPT_CANCELLED);
    assert_int_equal(press(p, K_CTRL('c')), PROMPT_CANCELLED);
    type(p, "a");
    press(p, K_HOME);
    assert_int_equal(press(p, K_BACKSPACE), PROMPT_MORE);
}

static void input_stops_at_its_maximum(void **state)
{
    struct prompt *p = *state;
    char *big = malloc(PROMPT_MAX + 3);

    assert_non_null(big);
    memset(big, 'a', PROMPT_MAX + 2);
    memcpy(big + PROMPT_MAX - 1, "\xc3\xa9", 3);
    prompt_set_text(p, big);
    assert_int_equal(strlen(prompt_text(p)), PROMPT_MAX - 1);
    assert_int_equal(press(p, 0xe9), PROMPT_MORE);
    assert_int_equal(press(p, 'b'), PROMPT_CHANGED);
    assert_int_equal(press(p, 'c'), PROMPT_MORE);
    assert_int_equal(strlen(prompt_text(p)), PROMPT_MAX);
    free(big);
}

static void a_paste_goes_where_the_cursor_is_as_far_as_there_is_room(void **state)
{
    static char text[PROMPT_MAX];
    struct prompt *p = *state;

    type(p, "ad");
    press(p, K_LEFT);
    assert_int_equal(prompt_paste(p, "b\xc3\xa9"), 3);
    type(p, "c");
    assert_string_equal(prompt_text(p), "ab\xc3\xa9"
                                        "cd");
    memset(text, 'x', PROMPT_MAX - 1);
    assert_int_equal(prompt_paste(p, text), PROMPT_MAX - 6);
    assert_int_equal(prompt_paste(p, "y"), 0);
    press(p, K_BACKSPACE);
    assert_int_equal(prompt_paste(p, "\xc3\xa9"), 0); /* not half of it */
}

static void history_is_walked_and_the_draft_comes_back(void **state)
{
    struct prompt *p = *state;
    struct prompt_history *h = prompt_history_new();

    prompt_history_add(h, "first");
    prompt_history_add(h, "second");
    prompt_history_add(h, "second");
    prompt_history_add(h, "");
    assert_int_equal(prompt_history_len(h), 2);
    prompt_open(p, ":", NULL, h);
    type(p, "dra");
    press(p, K_UP);
    assert_string_equal(prompt_text(p), "second");
    press(p, K_UP);
    press(p, K_UP);
    assert_string_equal(prompt_text(p), "first");
    press(p, K_DOWN);
    press(p, K_DOWN);
    assert_string_equal(prompt_text(p), "dra");
    assert_int_equal(press(p, K_DOWN), PROMPT_MORE);
    assert_int_equal(press(p, K_ENTER), PROMPT_ACCEPTED);
    assert_int_equal(prompt_history_len(h), 2); /* what is kept is for its owner to say */
    prompt_close(p);
    prompt_history_free(h);
}

static void a_line_that_joins_the_history_while_it_is_open_loses_no_draft(void **state)
{
    struct prompt *p = *state;
    struct prompt_history *h = prompt_history_new();

    prompt_history_add(h, "older");
    prompt_open(p, "/", NULL, h);
    type(p, "refused");
    prompt_history_add(h, "refused");
    press(p, K_DOWN);
    assert_string_equal(prompt_text(p), "refused");
    press(p, K_UP);
    press(p, K_UP);
    assert_string_equal(prompt_text(p), "older");
    prompt_close(p);
    prompt_history_free(h);
}

static void history_keeps_the_newest(void **state)
{
    struct prompt_history *h = prompt_history_new();

    (void)state;
    for (int i = 0; i < PROMPT_HISTORY_MAX + 5; i++) {
        char line[3] = {(char)('a' + i % 26), (char)('a' + i / 26), 0};
        prompt_history_add(h, line);
    }
    assert_int_equal(prompt_history_len(h), PROMPT_HISTORY_MAX);
    assert_string_equal(prompt_history_line(h, 0), "fa");
    assert_null(prompt_history_line(h, PROMPT_HISTORY_MAX));
    prompt_history_free(h);
}

static void hidden_input_shows_and_keeps_nothing(void **state)
{
    struct prompt *p = *state;
    struct surface *s = surface_new(1, 30);
    char *dump;

    prompt_open_hidden(p, "Password: ");
    type(p, "s3cret");
    assert_int_equal(prompt_draw(p, s, (struct rect){0, 0, 1, 30}, false), 10);
    dump = surface_dump(s);
    assert_string_equal(dump, "Password:\n");
    free(dump);
    assert_int_equal(press(p, K_ENTER), PROMPT_ACCEPTED);
    assert_string_equal(prompt_text(p), "s3cret");
    prompt_close(p);
    assert_string_equal(prompt_text(p), "");
    assert_memory_equal(prompt_text(p), "\0\0\0\0\0\0", 6);
    surface_free(s);
}

static void drawing_scrolls_to_the_cursor(void **state)
{
    struct prompt *p = *state;
    struct surface *s = surface_new(1, 6);
    char *dump;

    type(p, "abcdefgh");
    assert_int_equal(prompt_draw(p, s, (struct rect){0, 0, 1, 6}, true), 5);
    dump = surface_dump(s);
    assert_string_equal(dump, ":efgh\n");
    free(dump);
    press(p, K_HOME);
    assert_int_equal(prompt_draw(p, s, (struct rect){0, 0, 1, 6}, true), 1);
    dump = surface_dump(s);
    assert_string_equal(dump, ":abcd~\n");
    free(dump);
    surface_free(s);
}

static void drawing_fits_any_width(void **state)
{
    struct prompt *p = *state;
    struct surface *s = surface_new(1, 12);

    prompt_open(p, "a long label", "some " WIDE " text", NULL);
    for (int cols = 0; cols <= 12; cols++) {
        int col = prompt_draw(p, s, (struct rect){0, 0, 1, cols}, false);
        assert_true(col >= 0 && (col < cols || cols == 0));
    }
    surface_free(s);
}

static void a_text_cut_before_the_place_of_an_error_is_drawn(void **state)
{
    struct prompt *p = *state;
    struct surface *s = surface_new(1, 12);
    char *dump;

    type(p, "a ||");
    prompt_mark_error(p, 4);
    press(p, K_BACKSPACE);
    assert_int_equal(prompt_draw(p, s, (struct rect){0, 0, 1, 12}, false), 4);
    dump = surface_dump(s);
    assert_string_equal(dump, ":a |\n");
    free(dump);
    surface_free(s);
}

#define WITH_PROMPT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROMPT(typed_text_is_accepted),
        WITH_PROMPT(what_is_no_text_is_ignored),
        WITH_PROMPT(editing_keys_edit),
        WITH_PROMPT(the_cursor_goes_by_clusters),
        WITH_PROMPT(a_combining_character_joins_what_is_before),
        WITH_PROMPT(esc_and_backspace_in_nothing_cancel),
        WITH_PROMPT(input_stops_at_its_maximum),
        WITH_PROMPT(a_paste_goes_where_the_cursor_is_as_far_as_there_is_room),
        WITH_PROMPT(history_is_walked_and_the_draft_comes_back),
        WITH_PROMPT(a_line_that_joins_the_history_while_it_is_open_loses_no_draft),
        cmocka_unit_test(history_keeps_the_newest),
        WITH_PROMPT(hidden_input_shows_and_keeps_nothing),
        WITH_PROMPT(drawing_scrolls_to_the_cursor),
        WITH_PROMPT(drawing_fits_any_width),
        WITH_PROMPT(a_text_cut_before_the_place_of_an_error_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
