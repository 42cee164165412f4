#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/keymap.h"

static struct key_match type(struct key_matcher *m, enum key_mode mode, const char *text)
{
    struct key_match last = {.result = KEYS_PENDING};

    /* one key at a time: a sequence longer than KEYS_LEN_MAX is typed here too */
    while (*text != '\0') {
        struct key k[KEYS_LEN_MAX];
        size_t n;
        const char *end = *text == '<' ? strchr(text, '>') : text;
        char one[32] = "";
        memcpy(one, text, (size_t)(end - text) + 1);
        assert_int_equal(keys_parse(one, k, &n, NULL), ERR_OK);
        last = key_matcher_feed(m, mode, k[0]);
        text = end + 1;
    }
    return last;
}

static void expect_action(const char *text, enum action action, int n, int64_t count)
{
    struct key_matcher m = {.len = 0};
    struct key_match got = type(&m, MODE_GRID, text);

    assert_int_equal(got.result, KEYS_ACTION);
    assert_int_equal(got.binding->action, action);
    assert_int_equal(got.binding->arg.n, n);
    assert_int_equal(got.count, count);
    assert_false(key_matcher_pending(&m));
}

static void every_binding_can_be_read_and_has_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < keymap_len; i++) {
        struct key k[KEYS_LEN_MAX];
        size_t n;
        assert_int_equal(keys_parse(keymap[i].keys, k, &n, NULL), ERR_OK);
        assert_true(keymap[i].help[0] != '\0' && keymap[i].group[0] != '\0');
        assert_true(keymap[i].action > ACT_NONE && keymap[i].action < ACTION_COUNT);
        assert_true(keymap[i].mode < MODE_COUNT);
    }
}

static void no_key_is_bound_twice_nor_starts_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < keymap_len; i++) {
        for (size_t j = 0; j < keymap_len; j++) {
            const struct binding *a = &keymap[i], *b = &keymap[j];
            struct key x[KEYS_LEN_MAX], y[KEYS_LEN_MAX];
            size_t n, k;
            bool overrides = a->mode != b->mode;
            if (i == j || (overrides && a->mode != MODE_ANY && b->mode != MODE_ANY))
                continue;
            assert_int_equal(keys_parse(a->keys, x, &n, NULL), ERR_OK);
            assert_int_equal(keys_parse(b->keys, y, &k, NULL), ERR_OK);
            if (n > k ||
                (n == k && overrides)) /* a mode may bind a key of MODE_ANY itself */
                continue;
            if (memcmp(x, y, n * sizeof(x[0])) == 0)
                fail_msg("\"%s\" and \"%s\" clash", a->keys, b->keys);
        }
    }
}

static void every_action_is_bound(void **state)
{
    (void)state;
    for (int a = ACT_NONE + 1; a < ACTION_COUNT; a++) {
        bool bound = false;
        for (size_t i = 0; i < keymap_len; i++)
            bound = bound || (int)keymap[i].action == a;
        if (!bound)
            fail_msg("%s is not bound", action_name((enum action)a));
    }
}

static void keys_that_terminals_swallow_are_not_bound(void **state)
{
    static const char *const swallowed[] = {"<C-i>", "<C-m>", "<C-j>", "<C-h>",
                                            "<C-s>", "<C-q>", "<Tab>"};
    (void)state;
    for (size_t i = 0; i < keymap_len; i++)
        for (size_t k = 0; k < sizeof(swallowed) / sizeof(swallowed[0]); k++)
            assert_string_not_equal(keymap[i].keys, swallowed[k]);
}

static void action_names_go_both_ways(void **state)
{
    (void)state;
    for (int a = 0; a < ACTION_COUNT; a++)
        assert_int_equal(action_find(action_name((enum action)a)), a);
    assert_int_equal(action_find("no-such-action"), -1);
}

static void movement_keys_do_what_they_say(void **state)
{
    (void)state;
    expect_action("j", ACT_MOVE_ROW, 1, 1);
    expect_action("<Up>", ACT_MOVE_ROW, -1, 1);
    expect_action("5l", ACT_MOVE_COLUMN, 1, 5);
    expect_action("gg", ACT_FIRST_ROW, 0, 1);
    expect_action("1000000000G", ACT_LAST_ROW, 0, 1000000000);
    expect_action("50%", ACT_GO_PERCENT, 0, 50);
    expect_action("0", ACT_FIRST_COLUMN, 0, 1);
    expect_action("10j", ACT_MOVE_ROW, 1, 10);
    expect_action("3gl", ACT_LAST_COLUMN, 0, 3);
    expect_action("zz", ACT_SCROLL_TO, 0, 1);
    expect_action("<C-Home>", ACT_FIRST_ROW, 0, 1);
    expect_action("<Space>", ACT_MOVE_PAGE, 1, 1);
    expect_action("<C-c>", ACT_CANCEL, 0, 1);
}

static void a_count_without_end_saturates(void **state)
{
    (void)state;
    expect_action("4611686018427387904G", ACT_LAST_ROW, 0, INT64_C(1) << 62);
    expect_action("99999999999999999999999999G", ACT_LAST_ROW, 0, INT64_MAX);
}

static void a_prefix_lists_its_choices(void **state)
{
    struct key_matcher m = {.len = 0};
    const struct binding *b;
    char typed[KEYS_TYPED_LEN];
    size_t n = 0, bound = 0;

    (void)state;
    for (size_t i = 0; i < keymap_len; i++)
        bound += keymap[i].mode == MODE_GRID && keymap[i].keys[0] == 'z';
    assert_null(key_matcher_choice(&m, 0));
    assert_int_equal(type(&m, MODE_GRID, "12z").result, KEYS_PENDING);
    assert_true(key_matcher_pending(&m));
    key_matcher_typed(&m, typed, sizeof(typed));
    assert_string_equal(typed, "12z");
    while ((b = key_matcher_choice(&m, n)) != NULL) {
        assert_int_equal(b->keys[0], 'z');
        n++;
    }
    assert_true(n >= 3);
    assert_int_equal(n, bound);
}

static void a_key_may_be_the_argument_of_another(void **state)
{
    struct key_matcher m = {.len = 0};
    struct key_match got;

    (void)state;
    assert_int_equal(type(&m, MODE_GRID, "m").result, KEYS_PENDING);
    assert_string_equal(key_matcher_choice(&m, 0)->keys, "m<Any>");
    got = type(&m, MODE_GRID, "a");
    assert_int_equal(got.result, KEYS_ACTION);
    assert_int_equal(got.binding->action, ACT_SET_MARK);
    assert_int_equal(got.arg.code, 'a');
    got = type(&m, MODE_GRID, "'7");
    assert_int_equal(got.binding->action, ACT_GO_MARK);
    assert_int_equal(got.arg.code, '7');
    got = type(&m, MODE_GRID, "j");
    assert_int_equal(got.arg.code, K_NONE);
}

static void keys_that_are_named_win_over_any(void **state)
{
    struct key_matcher m = {.len = 0};

    (void)state;
    assert_int_equal(type(&m, MODE_GRID, "''").binding->action, ACT_GO_BACK);
    assert_int_equal(type(&m, MODE_GRID, "'<Up>").result, KEYS_UNKNOWN);
    assert_int_equal(type(&m, MODE_GRID, "m<Esc>").result, KEYS_CANCELLED);
}

static void an_unknown_sequence_is_told_and_dropped(void **state)
{
    struct key_matcher m = {.len = 0};
    char typed[KEYS_TYPED_LEN];

    (void)state;
    assert_int_equal(type(&m, MODE_GRID, "7gx").result, KEYS_UNKNOWN);
    key_matcher_typed(&m, typed, sizeof(typed));
    assert_string_equal(typed, "7gx");
    assert_false(key_matcher_pending(&m));
    assert_int_equal(type(&m, MODE_GRID, "j").count, 1);
}

static void esc_takes_back_what_is_pending(void **state)
{
    struct key_matcher m = {.len = 0};

    (void)state;
    assert_int_equal(type(&m, MODE_GRID, "3g<Esc>").result, KEYS_CANCELLED);
    assert_int_equal(type(&m, MODE_GRID, "3<C-c>").result, KEYS_CANCELLED);
    assert_int_equal(type(&m, MODE_GRID, "<Esc>").binding->action, ACT_CANCEL);
}

static void a_change_of_mode_drops_what_is_pending(void **state)
{
    struct key_matcher m = {.len = 0};
    struct key_match got;

    (void)state;
    type(&m, MODE_GRID, "5g");
    got = type(&m, MODE_HELP, "j");
    assert_int_equal(got.result, KEYS_ACTION);
    assert_int_equal(got.count, 1);
}

static void a_mode_overrides_the_keys_of_all(void **state)
{
    struct key_matcher m = {.len = 0};

    (void)state;
    assert_int_equal(type(&m, MODE_HELP, "<Esc>").binding->action, ACT_CLOSE);
    assert_int_equal(type(&m, MODE_PICKER, "<Esc>").binding->action, ACT_CLOSE);
    assert_int_equal(type(&m, MODE_PICKER, "<C-c>").binding->action, ACT_CANCEL);
    assert_int_equal(type(&m, MODE_PICKER, "Q").binding->action, ACT_QUIT);
}

static void text_stays_text_where_text_is_typed(void **state)
{
    struct key_matcher m = {.len = 0};

    (void)state;
    assert_int_equal(type(&m, MODE_PROMPT, "Q").result, KEYS_UNKNOWN);
    assert_int_equal(type(&m, MODE_PROMPT, "?").result, KEYS_UNKNOWN);
    assert_int_equal(type(&m, MODE_PROMPT, "7").result, KEYS_UNKNOWN);
    assert_int_equal(type(&m, MODE_FILTER, ":").result, KEYS_UNKNOWN);
    assert_int_equal(type(&m, MODE_FILTER, "<Down>").binding->action, ACT_MOVE_ROW);
    assert_int_equal(type(&m, MODE_PROMPT, "<C-z>").binding->action, ACT_SUSPEND);
}

static void notation_goes_both_ways(void **state)
{
    static const char *const names[] = {"j",        "<PgDn>", "<C-d>",    "<Esc>",
                                        "<Space>",  "<A-1>",  "$",        "<Enter>",
                                        "<C-Home>", "<BS>",   "\xc3\xa9", "<lt>"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct key k[KEYS_LEN_MAX];
        char name[KEY_NAME_LEN];
        size_t n;
        assert_int_equal(keys_parse(names[i], k, &n, NULL), ERR_OK);
        assert_int_equal(n, 1);
        key_notation(k[0], name);
        assert_string_equal(name, names[i]);
    }
}

static void meta_is_another_name_of_alt(void **state)
{
    static const char *const names[][2] = {
        {"<M-1>", "<A-1>"}, {"<M-Up>", "<A-Up>"}, {"<A-\xc3\xa9>", "<A-\xc3\xa9>"}};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct key k[KEYS_LEN_MAX];
        char name[KEY_NAME_LEN];
        size_t n;
        assert_int_equal(keys_parse(names[i][0], k, &n, NULL), ERR_OK);
        key_notation(k[0], name);
        assert_string_equal(name, names[i][1]);
    }
}

static void bad_notation_names_the_fault(void **state)
{
    static const char *const bad[] = {"",     "<Nope>", "g<C-dd>", "abcde",
                                      "\xff", "a b",    "<>"};
    struct key k[KEYS_LEN_MAX];
    struct err e;
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(keys_parse(bad[i], k, &n, &e), ERR_USAGE);
        assert_true(strstr(e.msg, "expected") != NULL ||
                    strstr(e.msg, "more than") != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_binding_can_be_read_and_has_help),
        cmocka_unit_test(no_key_is_bound_twice_nor_starts_another),
        cmocka_unit_test(every_action_is_bound),
        cmocka_unit_test(keys_that_terminals_swallow_are_not_bound),
        cmocka_unit_test(action_names_go_both_ways),
        cmocka_unit_test(movement_keys_do_what_they_say),
        cmocka_unit_test(a_count_without_end_saturates),
        cmocka_unit_test(a_prefix_lists_its_choices),
        cmocka_unit_test(a_key_may_be_the_argument_of_another),
        cmocka_unit_test(keys_that_are_named_win_over_any),
        cmocka_unit_test(an_unknown_sequence_is_told_and_dropped),
        cmocka_unit_test(esc_takes_back_what_is_pending),
        cmocka_unit_test(a_change_of_mode_drops_what_is_pending),
        cmocka_unit_test(a_mode_overrides_the_keys_of_all),
        cmocka_unit_test(text_stays_text_where_text_is_typed),
        cmocka_unit_test(notation_goes_both_ways),
        cmocka_unit_test(meta_is_another_name_of_alt),
        cmocka_unit_test(bad_notation_names_the_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
