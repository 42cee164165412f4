#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/commands.h"

static struct command parse(const char *text)
{
    struct command c;
    struct err e;

    if (command_parse(text, &c, &e) != ERR_OK)
        fail_msg("\"%s\": %s", text, e.msg);
    return c;
}

static void refuse(const char *text, const char *why)
{
    struct command c;
    struct err e;

    assert_int_equal(command_parse(text, &c, &e), ERR_USAGE);
    if (strstr(e.msg, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.msg, why);
}

static void numbers_are_rows(void **state)
{
    (void)state;
    assert_int_equal(parse("12").kind, COMMAND_ROW);
    assert_int_equal(parse("  1,000,000").number, 1000000);
    assert_int_equal(parse("50%").kind, COMMAND_PERCENT);
    assert_int_equal(parse("50%").number, 50);
    assert_true(parse("99999999999999999999999").number == INT64_MAX);
    assert_int_equal(parse("").kind, COMMAND_NOTHING);
    assert_int_equal(parse("   ").kind, COMMAND_NOTHING);
    refuse("12x", "no such command");
    refuse("-5", "no such command");
}

static void every_action_without_a_key_can_be_run_by_name(void **state)
{
    (void)state;
    for (int a = ACT_NONE + 1; a < ACTION_COUNT; a++) {
        struct command c;
        bool key = a == ACT_SET_MARK || a == ACT_GO_MARK || a == ACT_OPEN_COMMAND;
        enum err_code rc = command_parse(action_name((enum action)a), &c, NULL);

        assert_int_equal(rc, key ? ERR_USAGE : ERR_OK);
        if (key)
            continue;
        assert_int_equal(c.kind, COMMAND_ACTION);
        assert_int_equal(c.binding.action, a);
        assert_int_equal(c.match.count, 1);
        assert_false(c.match.has_count);
    }
    refuse("none", "no such command");
}

static void an_action_takes_a_count_and_an_argument(void **state)
{
    struct command c = parse("5 move-row");

    (void)state;
    assert_int_equal(c.match.count, 5);
    assert_true(c.match.has_count);
    assert_int_equal(c.binding.arg.n, 1);
    c = parse("move-page -1");
    assert_int_equal(c.binding.arg.n, -1);
    assert_int_equal(c.match.count, 1);
    c = parse("77 first-row");
    assert_int_equal(c.match.count, 77);
    refuse("move-row many", "expected a number");
    refuse("move-row 1 2", "expected a number");
}

static void short_names_stand_for_actions(void **state)
{
    (void)state;
    assert_int_equal(parse("q").binding.action, ACT_CLOSE);
    assert_int_equal(parse("qa").binding.action, ACT_QUIT);
    assert_int_equal(parse("tabs").binding.action, ACT_OPEN_TABS);
    assert_int_equal(parse("help").binding.action, ACT_OPEN_HELP);
    assert_int_equal(parse("c").binding.action, ACT_CLOSE);
    assert_int_equal(parse("red").binding.action, ACT_REDRAW);
    assert_int_equal(parse("tabn").binding.action, ACT_STEP_TAB);
    assert_int_equal(parse("tabnext").binding.arg.n, 1);
    assert_int_equal(parse("tabprevious").binding.arg.n, -1);
    assert_int_equal(parse("2 tabp").match.count, 2);
    assert_int_equal(parse("tabe trades").kind, COMMAND_TAB);
    assert_int_equal(parse("o localhost").kind, COMMAND_OPEN);
    refuse("qu", "no such command: qu");
}

static void set_takes_options_that_can_change(void **state)
{
    struct command c = parse("set zone Europe/Vienna");

    (void)state;
    assert_int_equal(c.kind, COMMAND_SET);
    assert_string_equal(c.option->name, "zone");
    assert_string_equal(c.value, "Europe/Vienna");
    c = parse("set   interval");
    assert_int_equal(c.kind, COMMAND_SHOW);
    assert_string_equal(c.option->name, "interval");
    assert_int_equal(parse("set ascii").kind, COMMAND_SHOW);
    assert_int_equal(parse("set").kind, COMMAND_SHOW_ALL);
    assert_int_equal(parse("set all").kind, COMMAND_SHOW_ALL);
    refuse("set ascii true", "ascii is set at the start: as --ascii, or in [options]");
    refuse("set secret-file x", "secret-file is set at the start: as --secret-file");
    refuse("set where", "where is for the command line alone");
    refuse("set print-man", "print-man is for the command line alone");
    refuse("set intervall 5", "no option is called \"intervall\"; did you mean");
    refuse("settle", "no such command");
}

static void tab_and_open_take_the_rest_of_the_line(void **state)
{
    char long_name[2 * COMMAND_TEXT_MAX];
    struct command c = parse("tab  a name ");

    (void)state;
    assert_int_equal(c.kind, COMMAND_TAB);
    assert_string_equal(c.value, "a name ");
    assert_int_equal(parse("tab").kind, COMMAND_TAB);
    assert_string_equal(parse("tab").value, "");
    c = parse("open dh+plain://localhost/scope/t");
    assert_int_equal(c.kind, COMMAND_OPEN);
    assert_string_equal(c.value, "dh+plain://localhost/scope/t");
    refuse("open", "open: expected a target");
    refuse("opening", "no such command: opening");
    (void)snprintf(long_name, sizeof(long_name), "open %0*d", COMMAND_TEXT_MAX, 0);
    refuse(long_name, "expected at most 4095 bytes, found 4096");
}

static void an_exclamation_mark_needs_no_blank_behind_it(void **state)
{
    struct command c = parse("!t = 'a  b' ");

    (void)state;
    assert_int_equal(c.kind, COMMAND_EXECUTE);
    assert_string_equal(c.value, "t = 'a  b' ");
    assert_string_equal(parse(" !  1").value, "1");
    refuse("!", "!: expected code for the server's console, found nothing");
    assert_int_equal(parse("run ~/a b.py").kind, COMMAND_RUN);
    assert_string_equal(parse("run ~/a b.py").value, "~/a b.py");
    refuse("run", "run: expected the name of a file of code, found nothing");
}

static void every_proposal_can_be_run(void **state)
{
    const char *text;
    size_t n = 0, quit = 0;

    (void)state;
    for (; (text = command_proposal(n)) != NULL; n++) {
        struct command c;
        struct err e;

        if (command_parse(text, &c, &e) != ERR_OK && !strstr(e.msg, "found nothing"))
            fail_msg("%s: %s", text, e.msg); /* else more is to be typed */
        quit += strcmp(text, "quit") == 0;
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(command_proposal(i), text);
    }
    assert_true(n > 20);
    assert_int_equal(quit, 1);
    assert_int_equal(command_count_length("5 move-p"), 2);
    assert_int_equal(command_count_length("  12  x"), 6);
    assert_int_equal(command_count_length("12"), 0);
    assert_int_equal(command_count_length("move"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rows),
        cmocka_unit_test(every_action_without_a_key_can_be_run_by_name),
        cmocka_unit_test(an_action_takes_a_count_and_an_argument),
        cmocka_unit_test(short_names_stand_for_actions),
        cmocka_unit_test(set_takes_options_that_can_change),
        cmocka_unit_test(tab_and_open_take_the_rest_of_the_line),
        cmocka_unit_test(an_exclamation_mark_needs_no_blank_behind_it),
        cmocka_unit_test(every_proposal_can_be_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
