/*
 * Code for a console: what has a value, what goes to the server for it, and what is said of
 * its errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/script.h"

#define JAVA "\n\tat org.jpy.PyLib.executeCode(Native Method)\n\tat io.x.Y.z(Y.java:1)\n"
#define HEAD "java.lang.RuntimeException: Error in Python interpreter:\n"
#define TRACE "Traceback (most recent call last):\n"
#define FRAME "  File \"<string>\", line 3, in <module>\n"

static void one_expression_has_a_value(void **state)
{
    static const char *const python[] = {"1",
                                         " t ",
                                         "a == b",
                                         "a != b",
                                         "a <= b",
                                         "f(x=1)",
                                         "f(\n  x,\n  y)\n",
                                         "(1,\n2)",
                                         "'='",
                                         "\"# \\\" =\"",
                                         "'''a\n= b'''",
                                         "x # = 5",
                                         "x if y else z",
                                         "d['a:b':2]",
                                         "form",
                                         "type(t)",
                                         "match(x)",
                                         "a \\\n + b",
                                         "# first\nt.head(5)",
                                         "{1: 2}",
                                         "f'{x}'"};
    static const char *const groovy[] = {"t.where('A=1')", "a ? b : c", "x // = 1",
                                         "\"\"\"a\nb\"\"\"", "a =~ b"};

    (void)state;
    for (size_t i = 0; i < sizeof(python) / sizeof(*python); i++)
        if (!script_is_expression(SCRIPT_PYTHON, python[i]))
            fail_msg("%s", python[i]);
    for (size_t i = 0; i < sizeof(groovy) / sizeof(*groovy); i++)
        if (!script_is_expression(SCRIPT_GROOVY, groovy[i]))
            fail_msg("%s", groovy[i]);
}

static void statements_have_none(void **state)
{
    static const char *const python[] = {"",
                                         "  # nothing",
                                         "a = 1",
                                         "a += 1",
                                         "a <<= 1",
                                         "a: int",
                                         "import x",
                                         "del t",
                                         "a; b",
                                         "a\nb",
                                         "for i in x: f(i)",
                                         "def f():\n  pass",
                                         "async def f(): pass",
                                         "class A: pass",
                                         "if x: f()",
                                         "match x:\n  case 1: f()",
                                         "try:\n  f()\nfinally: g()",
                                         "type A = int",
                                         "while x: f()",
                                         "with x: f()",
                                         "del(t)",
                                         "(1",
                                         "1)",
                                         "'open",
                                         "'a\nb'",
                                         "'''open",
                                         "@f\ndef g(): 1",
                                         "a = b == c",
                                         "return"};

    (void)state;
    for (size_t i = 0; i < sizeof(python) / sizeof(*python); i++)
        if (script_is_expression(SCRIPT_PYTHON, python[i]))
            fail_msg("%s", python[i]);
    assert_false(script_is_expression(SCRIPT_GROOVY, "def x = 1"));
    assert_false(script_is_expression(SCRIPT_OTHER, "1"));
}

static void code_goes_on_in_open_brackets_strings_and_blocks(void **state)
{
    static const char *const open[] = {"f(",           "[1,\n 2,",
                                       "'''a",         "\"\"\"a\n'b'",
                                       "if x:",        "for i in x:\n  f(i)",
                                       "a + \\",       "{'a': 1,",
                                       "while x: # (", "def f():  # why\n  pass"};
    static const char *const whole[] = {
        "1",       "",        "f(\n)",   "for i in x:\n  f(i)\n", "'a",
        "1)",      "d[1:]",   "# if x:", "x = {'a':\n 1}",        "if x: f()",
        "'''a'''", "s = 'a:'"};

    (void)state;
    for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
        if (script_is_whole(SCRIPT_PYTHON, open[i]))
            fail_msg("%s", open[i]);
    for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
        if (!script_is_whole(SCRIPT_PYTHON, whole[i]))
            fail_msg("%s", whole[i]);
    assert_false(script_is_whole(SCRIPT_GROOVY, "if (x) {"));
    assert_true(script_is_whole(SCRIPT_GROOVY, "a = [b:\n1]"));
}

static void check_sent(const char *language, const char *code, const char *want)
{
    char *sent = script_with_value(script_language(bytes_of(language)), code);

    assert_string_equal(sent, want);
    free(sent);
}

static void the_value_is_printed_where_the_language_is_known(void **state)
{
    (void)state;
    check_sent("python", "t # x", "(lambda v: v is None or print(repr(v)))((\nt # x\n))");
    check_sent("groovy", "t", "println(\nt\n)");
    check_sent("scala", "t", "t");
    check_sent("python", "a = 1", "a = 1");
}

static void check_error(const char *code, const char *error, const char *want)
{
    char *line = script_error_line(SCRIPT_PYTHON, code, bytes_of(error));

    assert_string_equal(line, want);
    free(line);
}

static void an_error_is_told_in_a_line_without_the_servers_own_stack(void **state)
{
    (void)state;
    check_error("f()", HEAD TRACE FRAME "NameError: name 'f' is not defined\n" JAVA,
                "NameError: name 'f' is not defined");
    check_error("a = 1\n\nf(a)", HEAD TRACE FRAME "ValueError: many\nlines\n" JAVA,
                "line 3: ValueError: many");
    check_error("f(\n1)", HEAD TRACE FRAME "ValueError: x\n" JAVA, "line 2: ValueError: x");
    check_error("x ==",
                HEAD "  File \"<string>\", line 1\n    x ==\n        ^\n"
                     "SyntaxError: invalid syntax\n" JAVA,
                "SyntaxError: invalid syntax");
    check_error("t",
                HEAD TRACE FRAME "KeyError: 1\n\nDuring handling of the above exception,"
                                 " another exception occurred:\n\n" TRACE FRAME
                                 "ValueError: second\n" JAVA,
                "ValueError: second");
    check_error("t",
                HEAD TRACE FRAME "RuntimeError: io.x.FormulaException: no column X" JAVA,
                "no column X");
    check_error("t", "groovy.lang.MissingPropertyException: No such property: t" JAVA,
                "No such property: t");
    check_error("t", HEAD, "Error in Python interpreter:");
    check_error("t", "", "");
    assert_int_equal(script_error_part(bytes_of("a\nb\n" JAVA)).len, 3);
}

static void check_text(const char *code, const char *error, const char *want)
{
    char *text = script_error_text(SCRIPT_PYTHON, code, bytes_of(error));

    assert_string_equal(text, want);
    free(text);
}

static void the_whole_of_an_error_counts_lines_as_they_were_typed(void **state)
{
    (void)state;
    check_text("nope",
               HEAD TRACE "  File \"<string>\", line 1, in <module>\n"
                          "  File \"<string>\", line 2, in <module>\nNameError: x\n" JAVA,
               TRACE "  File \"<string>\", line 1, in <module>\nNameError: x\n");
    check_text("a = 1\nnope",
               HEAD TRACE "  File \"<string>\", line 2, in <module>\nNameError: x\n" JAVA,
               TRACE "  File \"<string>\", line 2, in <module>\nNameError: x\n");
    check_text("t", "groovy.lang.Missing: No such property: t" JAVA,
               "groovy.lang.Missing: No such property: t\n");
    check_text("t", HEAD TRACE "  File \"<string>\", line \n5\nNameError: x\n" JAVA,
               TRACE "  File \"<string>\", line \n5\nNameError: x\n");
    check_text("t", "", "");
}

static void check_variable(const char *code, const char *want)
{
    char *name = script_variable(code);

    if (want)
        assert_string_equal(name, want);
    else
        assert_null(name);
    free(name);
}

static void code_may_be_about_one_variable(void **state)
{
    (void)state;
    check_variable("t", "t");
    check_variable(" t = f(x)\n", "t");
    check_variable("t=1", "t");
    check_variable("t == 1", NULL);
    check_variable("t.x = 1", NULL);
    check_variable("f(x)", NULL);
    check_variable("5", NULL);
    check_variable("", NULL);
}

static void check_string(const char *code, const char *want)
{
    const char *open = script_open_string(SCRIPT_PYTHON, code);

    if (want)
        assert_string_equal(open, want);
    else
        assert_null(open);
}

static void a_string_may_be_open_at_the_end(void **state)
{
    (void)state;
    check_string("t.where(\"Pri", "Pri");
    check_string("t.where('", "");
    check_string("f('a', \"b", "b");
    check_string("f('''a\nb", "a\nb");
    check_string("t.where('Price')", NULL);
    check_string("# it's", NULL);
    check_string("x = 'never closed\nt.where(", NULL);
    check_string("", NULL);
}

static void check_call(const char *code, const char *want)
{
    size_t n = script_open_call(SCRIPT_PYTHON, code);
    char *call = mem_strndup(code, n);

    assert_string_equal(call, want);
    free(call);
}

static void a_call_may_be_open_at_the_end(void **state)
{
    (void)state;
    check_call("x = f(1, ", "x = f(");
    check_call("f(1, g(2), [3, {4", "f(");
    check_call("f(1, g(", "f(1, g(");
    check_call("f(\")\", ", "f(");
    check_call("f(\"a", "f(");
    check_call("f( # )", "f(");
    check_call("f(\n1,\n", "f(");
    check_call("f(1)", "");
    check_call("]) f", "");
    check_call("[1, ", "");
    check_call("x = '(never closed\ny", "");
    check_call("", "");
}

static void a_name_stands_in_code_as_a_word(void **state)
{
    (void)state;
    assert_true(script_has_word("x = trades.where('", "trades"));
    assert_false(script_has_word("x = mytrades.where(trades2", "trades"));
    assert_false(script_has_word("x", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_expression_has_a_value),
        cmocka_unit_test(statements_have_none),
        cmocka_unit_test(code_goes_on_in_open_brackets_strings_and_blocks),
        cmocka_unit_test(the_value_is_printed_where_the_language_is_known),
        cmocka_unit_test(an_error_is_told_in_a_line_without_the_servers_own_stack),
        cmocka_unit_test(the_whole_of_an_error_counts_lines_as_they_were_typed),
        cmocka_unit_test(code_may_be_about_one_variable),
        cmocka_unit_test(a_string_may_be_open_at_the_end),
        cmocka_unit_test(a_call_may_be_open_at_the_end),
        cmocka_unit_test(a_name_stands_in_code_as_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
