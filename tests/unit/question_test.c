/* What is asked for in the message line: answers, completion, and what is not kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/question.h"

struct owner {
    struct question *q;
    enum question_kind kind;
    char answer[64];
    int answers, given_up, unkept;
    char why[256];
    char code[64];             /* that is being typed */
    const char *code_lines[2]; /* that it may become */
    bool was_open;             /* when the answer came */
};

static void answered(void *ctx, enum question_kind kind, const char *text)
{
    struct owner *o = ctx;

    o->kind = kind;
    (void)snprintf(o->answer, sizeof(o->answer), "%s", text);
    o->was_open = question_is_open(o->q);
    o->answers++;
}

static void given_up(void *ctx, enum question_kind kind)
{
    struct owner *o = ctx;

    o->kind = kind;
    o->given_up++;
}

static const char *columns(const void *ctx, size_t i)
{
    static const char *const names[] = {"Price", "Size", "BidSize"};

    (void)ctx;
    return i < sizeof(names) / sizeof(*names) ? names[i] : NULL;
}

static const char *lines(const void *ctx, size_t i)
{
    static const char *const line[] = {"tab trades", "tab quotes"};

    (void)ctx;
    return i < 2 ? line[i] : NULL;
}

static void unkept(void *ctx, const char *why)
{
    struct owner *o = ctx;

    o->unkept++;
    (void)snprintf(o->why, sizeof(o->why), "%s", why);
}

static void coding(void *ctx, const char *text)
{
    struct owner *o = ctx;

    (void)snprintf(o->code, sizeof(o->code), "%s", text);
}

static const char *code_lines(const void *ctx, size_t i)
{
    const struct owner *o = ctx;

    return i < 2 ? o->code_lines[i] : NULL;
}

static const char *code_hint(const void *ctx)
{
    (void)ctx;
    return "f(n: int)";
}

static const struct question_handler handler = {answered, given_up, columns,    lines,
                                                unkept,   coding,   code_lines, code_hint};

static int set_up(void **state)
{
    static struct owner o;

    assert_int_equal(unsetenv("HOME"), 0); /* no history of whoever runs this */
    assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
    o = (struct owner){.q = question_new(&handler, &o)};
    *state = &o;
    return 0;
}

static int tear_down(void **state)
{
    struct owner *o = *state;

    question_free(o->q);
    return 0;
}

static void type(struct owner *o, const char *text)
{
    for (; *text; text++)
        question_key(o->q, (struct key){.code = (uint32_t)*text});
}

static void press(struct owner *o, uint32_t code)
{
    question_key(o->q, (struct key){.code = code});
}

static void an_answer_comes_when_the_question_is_closed(void **state)
{
    struct owner *o = *state;

    question_open(o->q, QUESTION_ROW, "go to row: ");
    assert_true(question_is_open(o->q));
    type(o, "1,042");
    assert_int_equal(o->answers, 0);
    press(o, K_ENTER);
    assert_int_equal(o->answers, 1);
    assert_int_equal(o->kind, QUESTION_ROW);
    assert_string_equal(o->answer, "1,042");
    assert_false(o->was_open);
    question_open(o->q, QUESTION_SEARCH, "/");
    press(o, K_ESC);
    assert_int_equal(o->given_up, 1);
    assert_int_equal(o->kind, QUESTION_SEARCH);
    assert_false(question_is_open(o->q));
    assert_int_equal(o->answers, 1);
}

static void a_secret_may_be_refused_and_is_kept_nowhere(void **state)
{
    struct owner *o = *state;
    char matches[64] = "";

    question_open(o->q, QUESTION_SECRET, "key: ");
    type(o, "abc");
    press(o, K_TAB);
    question_matches(o->q, matches, sizeof(matches));
    assert_string_equal(matches, "");
    press(o, K_ENTER);
    assert_string_equal(o->answer, "abc");
    assert_true(o->was_open);
    assert_true(question_is_open(o->q));
    question_close(o->q);
    assert_false(question_is_open(o->q));
    question_open(o->q, QUESTION_COMMAND, ":");
    press(o, K_UP); /* it is in no history */
    press(o, K_ENTER);
    assert_string_equal(o->answer, "");
}

static void commands_have_a_history_and_others_have_none(void **state)
{
    struct owner *o = *state;

    question_open(o->q, QUESTION_COMMAND, ":");
    type(o, "last-row");
    press(o, K_ENTER);
    question_open(o->q, QUESTION_ROW, "go to row: ");
    press(o, K_UP);
    press(o, K_ENTER);
    assert_string_equal(o->answer, "");
    question_open(o->q, QUESTION_COMMAND, ":");
    press(o, K_UP);
    press(o, K_ENTER);
    assert_string_equal(o->answer, "last-row");
}

static void a_command_with_a_password_is_in_no_history(void **state)
{
    static const char *const lines[] = {"open dh://me:s3cret@h/scope/t", "opne me:s3cret@h",
                                        "open me%3As3cret%40h",
                                        "open http://h/?PSK=s3cret"};
    struct owner *o = *state;

    question_open(o->q, QUESTION_COMMAND, ":");
    type(o, "last-row");
    press(o, K_ENTER);
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        question_open(o->q, QUESTION_COMMAND, ":");
        type(o, lines[i]);
        press(o, K_ENTER);
        assert_string_equal(o->answer, lines[i]);
        question_open(o->q, QUESTION_COMMAND, ":");
        press(o, K_UP);
        press(o, K_ENTER);
        assert_string_equal(o->answer, "last-row");
    }
}

/* Types a line where that kind of question stands, after stepping back so often. */
static void ask(struct owner *o, enum question_kind kind, int back, const char *text)
{
    question_open(o->q, kind, "?");
    for (int i = 0; i < back; i++)
        press(o, K_UP);
    type(o, text);
    press(o, K_ENTER);
    question_close(o->q);
}

static void a_command_behind_a_blank_is_in_no_history(void **state)
{
    struct owner *o = *state;

    ask(o, QUESTION_COMMAND, 0, "first-row");
    ask(o, QUESTION_COMMAND, 0, " set copy-command secret");
    ask(o, QUESTION_COMMAND, 1, "");
    assert_string_equal(o->answer, "first-row");
    ask(o, QUESTION_FIND, 0, " a text that begins so");
    ask(o, QUESTION_FIND, 1, "");
    assert_string_equal(o->answer, " a text that begins so");
}

/* Types a line that goes on with what was begun. */
static void go_on(struct owner *o, const char *begun, const char *text)
{
    question_open(o->q, QUESTION_CODE, ".");
    question_go_on(o->q, begun);
    type(o, text);
    press(o, K_ENTER);
}

static void code_behind_a_blank_is_in_no_history_with_all_its_lines(void **state)
{
    struct owner *o = *state;

    ask(o, QUESTION_CODE, 0, "for i in x:");
    go_on(o, "for i in x:", "  f(i)");
    ask(o, QUESTION_CODE, 0, " g('secret',");
    go_on(o, " g('secret',", "2)");
    ask(o, QUESTION_CODE, 1, "");
    assert_string_equal(o->answer, "  f(i)");
    ask(o, QUESTION_CODE, 3, "");
    assert_string_equal(o->answer, "for i in x:");
}

static void columns_are_completed(void **state)
{
    struct owner *o = *state;
    char matches[64] = "";

    question_open(o->q, QUESTION_COLUMN, "column: ");
    type(o, "si");
    question_matches(o->q, matches, sizeof(matches));
    assert_string_equal(matches, "2 matches: Size BidSize");
    press(o, K_TAB);
    press(o, K_TAB);
    question_matches(o->q, matches, sizeof(matches));
    assert_string_equal(matches, "match 2 of 2: BidSize");
    press(o, K_BACKTAB);
    press(o, K_ENTER);
    assert_string_equal(o->answer, "Size");
    assert_string_equal(question_first_column(o->q, "siz"), "Size");
    assert_null(question_first_column(o->q, "none"));
}

static void a_count_stays_in_front_of_a_command(void **state)
{
    struct owner *o = *state;

    question_open(o->q, QUESTION_COMMAND, ":");
    type(o, "5 move-pa");
    press(o, K_TAB);
    press(o, K_ENTER);
    assert_string_equal(o->answer, "5 move-page");
}

static void names_of_columns_are_completed_where_a_command_takes_them(void **state)
{
    struct owner *o = *state;
    char matches[128] = "";

    question_open(o->q, QUESTION_COMMAND, ":");
    type(o, "drop Size, bi");
    question_matches(o->q, matches, sizeof(matches));
    assert_string_equal(matches, "1 match: drop Size, BidSize");
    press(o, K_TAB);
    press(o, K_ENTER);
    assert_string_equal(o->answer, "drop Size, BidSize");
    question_open(o->q, QUESTION_COMMAND, ":");
    type(o, "select ");
    question_matches(o->q, matches, sizeof(matches));
    assert_string_equal(matches, "3 matches: select Price select Size select BidSize");
    press(o, K_ESC);
}

static void a_wrong_filter_stays_to_be_mended(void **state)
{
    struct owner *o = *state;
    char note[64] = "";

    question_open(o->q, QUESTION_FILTER, "filter Price: ");
    question_set_text(o->q, ">5");
    type(o, "x");
    press(o, K_ENTER);
    assert_string_equal(o->answer, ">5x");
    assert_true(o->was_open);
    question_refuse(o->q, 2, "expected a number");
    question_matches(o->q, note, sizeof(note));
    assert_string_equal(note, "expected a number");
    press(o, K_DELETE); /* the cursor went to the place of the error */
    press(o, K_ENTER);
    assert_string_equal(o->answer, ">5");
    question_close(o->q);
    question_open(o->q, QUESTION_FILTER, "filter Size: ");
    press(o, K_UP);
    press(o, K_ENTER);
    assert_string_equal(o->answer, ">5");
    question_close(o->q);
}

static void code_is_completed_by_what_is_proposed_for_it_meanwhile(void **state)
{
    struct owner *o = *state;
    char text[64];

    question_open(o->q, QUESTION_CODE, "> ");
    type(o, "t = emp");
    assert_string_equal(o->code, "t = emp");
    question_matches(o->q, text, sizeof(text));
    assert_string_equal(text, "f(n: int)");
    o->code_lines[0] = "t = empty_table";
    o->code_lines[1] = "t = employees";
    question_code_changed(o->q);
    question_matches(o->q, text, sizeof(text));
    assert_string_equal(text, "2 matches: empty_table employees");
    press(o, K_TAB);
    o->code_lines[1] = NULL; /* comes late: a choice is being made */
    question_code_changed(o->q);
    press(o, K_TAB);
    question_matches(o->q, text, sizeof(text));
    assert_string_equal(text, "match 2 of 2: employees");
    press(o, K_ENTER);
    assert_string_equal(o->answer, "t = employees");
}

static void
behind_a_bracket_how_it_is_called_comes_before_what_may_stand_there(void **state)
{
    struct owner *o = *state;
    char text[64];

    question_open(o->q, QUESTION_CODE, "> ");
    type(o, "f(");
    o->code_lines[0] = "f(abs";
    o->code_lines[1] = "f(all";
    question_code_changed(o->q);
    question_matches(o->q, text, sizeof(text));
    assert_string_equal(text, "f(n: int)");
    press(o, K_TAB);
    question_matches(o->q, text, sizeof(text));
    assert_string_equal(text, "match 1 of 2: abs all");
}

static void each_kind_of_question_has_a_history_of_its_own(void **state)
{
    struct owner *o = *state;

    ask(o, QUESTION_FILTER, 0, ">5");
    ask(o, QUESTION_FIND, 0, "AAPL");
    ask(o, QUESTION_SEARCH, 0, "sort");
    ask(o, QUESTION_COMMAND, 0, "last-row");
    ask(o, QUESTION_FILTER, 2, "");
    assert_string_equal(o->answer, ">5");
    ask(o, QUESTION_FIND, 2, "");
    assert_string_equal(o->answer, "AAPL");
    ask(o, QUESTION_SEARCH, 2, "");
    assert_string_equal(o->answer, "sort");
    ask(o, QUESTION_COMMAND, 2, "");
    assert_string_equal(o->answer, "last-row");
}

static void a_folder_that_cannot_be_written_is_told_once(void **state)
{
    struct owner *o = *state;

    assert_int_equal(setenv("XDG_STATE_HOME", "/proc/no", 1), 0);
    ask(o, QUESTION_COMMAND, 0, "first-row");
    assert_int_equal(o->unkept, 1);
    assert_non_null(strstr(o->why, "what is typed is not kept: /proc/no"));
    ask(o, QUESTION_COMMAND, 0, "last-row");
    ask(o, QUESTION_FILTER, 0, ">5");
    assert_int_equal(o->unkept, 1);
    ask(o, QUESTION_COMMAND, 1, "");
    assert_string_equal(o->answer, "last-row"); /* of this run they are there */
}

static void without_a_home_folder_it_is_told_once(void **state)
{
    struct owner *o = *state;

    ask(o, QUESTION_COMMAND, 0, "first-row");
    assert_non_null(strstr(o->why, "neither XDG_STATE_HOME nor HOME names a folder"));
    ask(o, QUESTION_FILTER, 0, ">5");
    assert_int_equal(o->unkept, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_comes_when_the_question_is_closed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_secret_may_be_refused_and_is_kept_nowhere, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(commands_have_a_history_and_others_have_none,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_with_a_password_is_in_no_history, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            code_behind_a_blank_is_in_no_history_with_all_its_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_behind_a_blank_is_in_no_history, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(columns_are_completed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            names_of_columns_are_completed_where_a_command_takes_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_filter_stays_to_be_mended, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            behind_a_bracket_how_it_is_called_comes_before_what_may_stand_there, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            code_is_completed_by_what_is_proposed_for_it_meanwhile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_kind_of_question_has_a_history_of_its_own,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_home_folder_it_is_told_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_told_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_count_stays_in_front_of_a_command, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
