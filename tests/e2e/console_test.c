/*
 * Code that runs in the console of the real server: what is told of it, what Enter shows,
 * and that keys go on meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define STATUS_ROW 22
#define MESSAGE_ROW 23
#define IMPORT "from deephaven import empty_table; "

static const struct viewer_setting writing = {24, 80, "--write", NULL, false, false};

static struct pty *shared; /* by all tests, which leave it as it was */

/* --- code that runs for as long as the test wants --- */

#define HOLD_S 30 /* at the longest: all who use the server's console wait for it */

static char held_by[32]; /* the file at the home of the viewer that lets it go */

static void put_at_home(const struct pty *t, const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", pty_home(t), name);

    text_file_write(path, text, 0600);
    free(path);
}

/* Runs code that waits for that file, and what is given behind it (";" first, or ""), by
 * what opens the prompt. */
static void run_held(struct pty *t, const char *prompt, const char *more)
{
    static unsigned serial;
    char *code = mem_printf("import os, time; any(not os.path.exists('%s') or "
                            "os.path.exists('%s/let_go%u') or time.sleep(0.01) "
                            "for console_i in range(%d))",
                            pty_home(t), pty_home(t), ++serial, HOLD_S * 100);

    (void)snprintf(held_by, sizeof(held_by), "let_go%u", serial);
    pty_keys(t, prompt);
    pty_keys(t, code);
    pty_keys(t, more);
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "code runs for ");
    free(code);
}

static void let_go(const struct pty *t)
{
    put_at_home(t, held_by, "");
}

/* The box shows a line that was typed, and what came of it. */
static bool has_answer(struct pty *t, void *ctx)
{
    return pty_has(t, ctx) && !pty_has(t, "│ ... ");
}

static void wait_answer(struct pty *t, const char *line)
{
    pty_wait_frame(t, has_answer, (void *)(uintptr_t)line, line);
}

static int open_shared(void **state)
{
    (void)state;
    shared = viewer_open("small", &writing);
    sheet_settle(shared);
    return 0;
}

static int leave_shared(void **state)
{
    (void)state;
    viewer_leave(shared);
    return 0;
}

/* --- values --- */

static void the_value_of_an_expression_is_shown(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!6 * 7<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "42");
    pty_keys(t, ":![1,<Enter>"); /* goes as it is, for the server to refuse */
    pty_wait_row(t, MESSAGE_ROW, "SyntaxError: '[' was never closed; Enter shows all");
    pty_keys(t, ":!None<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    pty_keys(t, ":!(console_x := 5)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "5");
    pty_keys(t, ":!console_x == 5<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "True");
    pty_keys(t, ":!del console_x<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
}

static void what_is_printed_is_shown_and_all_of_it_by_enter(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!for i in range(3): print('line', i)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Enter shows all: line 0");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "line 2");
    pty_keys(t, "q:!print('x' * 100000)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Enter shows all");
    pty_keys(t, "<Enter>G");
    pty_wait_text(t, "bytes more");
    pty_keys(t, "q");
}

static void
of_more_lines_than_are_kept_the_last_are_told_and_that_others_are_gone(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":![print('n', i) for i in range(3000)] and __import__('time').sleep(0.5)"
                "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Enter shows the last lines: n ");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "... (the lines before are gone)");
    pty_keys(t, "G");
    pty_wait_text(t, "n 2999");
    pty_keys(t, "q:!print('n', 0)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "n 0");
}

/* --- tables --- */

static void a_table_that_was_made_opens_by_enter(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!" IMPORT "console_t = empty_table(7)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "made console_t; Enter opens it");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "2 console_t");
    sheet_wait_status(t, 1, 7);
    pty_keys(t, "gT"); /* a table in sight tells of its end by itself */
    pty_wait_row(t, 0, "[1 small");
    pty_keys(t, ":!console_t = empty_table(8)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "changed console_t; Enter opens it");
    pty_keys(t, ":!console_t = console_t<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "console_t is a table; Enter opens it");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 1, 8);
    pty_keys(t, "qq");
    pty_wait_gone(t, "console_t");
    pty_keys(t, ":!del console_t<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "removed console_t");
}

static void of_several_tables_one_is_chosen(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t,
             ":!" IMPORT "console_a = empty_table(3); console_b = empty_table(4)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "made console_a, console_b; Enter lists them");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "Enter opens it in a tab");
    pty_keys(t, "j<Enter>");
    pty_wait_text(t, "2 console_b");
    sheet_wait_status(t, 1, 4);
    pty_keys(t, "q");
    pty_wait_gone(t, "console_b");
    pty_keys(t, ":!del console_a, console_b<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "removed console_a, console_b");
}

/* --- errors --- */

static void an_error_is_a_line_and_all_of_it_by_enter(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!console_nope<Enter>");
    pty_wait_row(t, MESSAGE_ROW,
                 "NameError: name 'console_nope' is not defined; Enter shows all");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "Traceback (most recent call last):");
    pty_wait_text(t, "File \"<string>\", line 1, in <module>");
    assert_false(pty_has(t, "\tat ") || pty_has(t, "jpy"));
    assert_false(pty_has(t, "line 2") || pty_has(t, "RuntimeException"));
    pty_keys(t, "q:!" IMPORT "empty_table(5).update('X = nope')<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Formula compilation error for: nope");
}

static void hostile_text_of_the_console_is_shown_as_marks(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!raise ValueError('\\x1b]0;pwned\\x07 and \\u202e')<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "ValueError: ␛]0;pwned␇ and <202e>; Enter shows all");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "␛]0;pwned␇ and <202e>");
    pty_keys(t, "q:!print('\\x1b[31mred')<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "␛[31mred");
    pty_check_never(t, "\033]0;pwned");
    pty_check_never(t, "\033[31mred");
}

static void a_nul_hides_nothing_behind_it(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!print('a\\0b')<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "a␀b");
    pty_keys(t, ":!print('c\\0d\\ne')<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Enter shows all: c␀d");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "│ e ");
    pty_keys(t, "q");
}

static void long_errors_and_names_are_cut_and_told_so(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!raise ValueError('x\\n' + 'y' * 70000)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "ValueError: x; Enter shows all");
    pty_keys(t, "<Enter>G");
    pty_wait_text(t, "bytes more");
    pty_keys(t, "q:!" IMPORT "globals()['x' * 300] = empty_table(1)<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "made xxx");
    pty_keys(t, "E");
    pty_wait_text(t, "xx...");
    pty_keys(t, "q:!del globals()['x' * 300]<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "removed xxx");
}

/* --- while it runs --- */

/* How many seconds a text is followed by; -1: it is not there. */
static long seconds_behind(const struct pty *t, int row, const char *text)
{
    char *line = pty_row(t, row);
    const char *at = strstr(line, text);
    long s = at ? strtol(at + strlen(text), NULL, 10) : -1;

    free(line);
    return s;
}

static bool runs_for_a_second(struct pty *t, void *ctx)
{
    (void)ctx;
    return seconds_behind(t, STATUS_ROW, "code runs for ") >= 1;
}

static void keys_go_on_while_code_runs_and_its_time_is_shown(void **state)
{
    struct pty *t = shared;

    (void)state;
    run_held(t, ":!", "");
    pty_keys(t, "jj");
    sheet_wait_status(t, 3, 1000);
    pty_wait(t, runs_for_a_second, NULL, "a second of code");
    pty_keys(t, ":!1<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "a command is running; Esc waits for it no longer");
    let_go(t);
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    assert_true(seconds_behind(t, MESSAGE_ROW, "done in ") >= 1);
    pty_wait_gone(t, "code runs for ");
    pty_keys(t, "kk");
    sheet_wait_status(t, 1, 1000);
}

static void esc_gives_up_waiting_and_says_what_goes_on(void **state)
{
    struct pty *t = shared;

    (void)state;
    run_held(t, ":!", "");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, MESSAGE_ROW, "not waited for; the server still runs it");
    pty_wait_gone(t, "code runs for ");
    pty_keys(t, ":!2 + 3<Enter>"); /* which waits for its turn */
    pty_wait_text(t, "code runs for ");
    let_go(t);
    pty_wait_row(t, MESSAGE_ROW, "5");
}

static void code_whose_link_breaks_may_have_run_and_does_not_run_again(void **state)
{
    static const struct relay_filter breaking = {.pass = relay_pass_on,
                                                 .fire = relay_break_off};
    struct relay *r = relay_filtered(server_address(), &breaking, NULL);
    struct pty *t = trial_view_at(relay_address(r), "small", "--write");

    (void)state;
    pty_wait_text(t, "row 1 of 1,000");
    pty_keys(t, ":!import time; console_n = 0<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    run_held(t, ":!", "; console_n += 1");
    relay_fire(r);
    pty_wait_gone(t, "code runs for ");
    let_go(t);
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "E");
    pty_wait_text(t, "whether the code has run is not known");
    pty_keys(t, "q:!'n', console_n<Enter>"); /* in the same session */
    pty_wait_row(t, MESSAGE_ROW, "('n', 1)");
    pty_keys(t, ":!del console_n<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    trial_leave(t);
    relay_free(r);
}

static void the_key_that_is_told_is_the_one_that_is_bound(void **state)
{
    struct pty *t = viewer_open("small", &writing);

    (void)state;
    put_at_home(t, "keys", "[keys]\nnone = <Esc> <C-c>\ncancel = x\n");
    pty_keys(t, ":source ~/keys<Enter>");
    run_held(t, ":!", "");
    pty_wait_text(t, "; x leaves it");
    pty_keys(t, ":!1<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "a command is running; x waits for it no longer");
    pty_keys(t, "x");
    pty_wait_row(t, MESSAGE_ROW, "not waited for; the server still runs it");
    let_go(t);
    viewer_leave(t);
}

/* --- the box --- */

static void the_box_keeps_what_was_typed_and_what_came_of_it(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, "`");
    pty_wait_row(t, MESSAGE_ROW, ">");
    pty_keys(t, "[1,<Enter>");
    pty_wait_row(t, MESSAGE_ROW, ".");
    pty_keys(t, "2]<Enter>");
    pty_wait_text(t, "│ [1, 2] ");
    pty_wait_text(t, "│ > [1, ");
    pty_wait_text(t, "│ . 2] ");
    pty_keys(t, "for i in range(2):<Enter>  print('n', i)<Enter><Enter>");
    pty_wait_text(t, "│ n 1 ");
    pty_keys(t, "console_nope<Enter>");
    pty_wait_text(t, "NameError: name 'console_nope' is not defined");
    pty_keys(t, "<Up><Up>"); /* lines that were typed */
    pty_wait_row(t, MESSAGE_ROW, ">   print('n', i)");
    pty_keys(t, "<C-u>print('\\x1b]0;pwned\\x07')<Enter>");
    pty_wait_text(t, "│ ␛]0;pwned␇ ");
    pty_check_never(t, "\033]0;pwned");
    pty_keys(t, "  console_x = 'hidden'<Enter>"); /* runs, and is in no history */
    wait_answer(t, "│ > console_x = 'hidden' ");
    pty_keys(t, "<Up>");
    pty_wait_row(t, MESSAGE_ROW, "> print('");
    pty_keys(t, "<C-u>del console_x<Enter>");
    wait_answer(t, "│ > del console_x ");
    pty_keys(t, "<Esc>q`");
    pty_wait_text(t, "│ ␛]0;pwned␇ "); /* it is kept */
    pty_keys(t, "<Esc>q");
    pty_wait_gone(t, "pwned");
}

static void a_table_made_in_the_box_opens_by_enter_on_nothing(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, "`" IMPORT "console_p = empty_table(9)<Enter>");
    pty_wait_text(t, "│ made console_p ");
    pty_keys(t, "<Enter>");
    sheet_wait_status(t, 1, 9);
    pty_keys(t, "q");
    pty_wait_gone(t, "row 1 of 9");
    pty_keys(t, "`del console_p<Enter>");
    pty_wait_text(t, "│ removed console_p ");
    run_held(t, "", "");
    pty_keys(t, "1<Enter>"); /* it stays to be run later */
    pty_wait_text(t, "a command is running; Esc waits for it no longer");
    pty_wait_row(t, MESSAGE_ROW, "> 1");
    let_go(t);
    pty_wait_gone(t, "│ ... ");
    pty_keys(t, "<C-u>[2,<Enter>");
    pty_wait_row(t, MESSAGE_ROW, ".");
    pty_keys(t, "<Esc>3<Enter>"); /* what was begun is dropped */
    pty_wait_text(t, "│ 3 ");
    run_held(t, "", "");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "│ not waited for; the server still runs it");
    let_go(t);
    pty_keys(t, "<Esc>q");
    pty_wait_gone(t, "not waited for");
}

/* Removes variables, and closes the box of the console. */
static void leave_box(struct pty *t, const char *names)
{
    char *run = mem_printf("│ > del %s ", names);

    viewer_keys(t, "del %s<Enter>", names);
    wait_answer(t, run);
    pty_keys(t, "<Esc>q");
    pty_wait_gone(t, "─ console ─");
    free(run);
}

/* --- pastes --- */

static void lines_that_are_pasted_are_one_input(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, "`");
    pty_wait_row(t, MESSAGE_ROW, ">");
    pty_paste(t, "def console_h(n):\r\tif n > 1:\r\t\treturn n * 3\r\r\treturn "
                 "0\r\rconsole_h(14)\r");
    pty_wait_text(t, "7 lines so far; Enter runs them");
    pty_wait_row(t, MESSAGE_ROW, ". console_h(14)");
    pty_keys(t, "<Enter><Enter>");
    wait_answer(t, "│ . console_h(14) ");
    pty_keys(t, "console_h(7)<Enter>");
    pty_wait_text(t, "│ 21 ");
    leave_box(t, "console_h");
}

static void code_that_would_be_cut_is_not_taken(void **state)
{
    struct pty *t = shared;
    char text[6000] = "console_cut = 1\r\"";

    (void)state;
    memset(text + strlen(text), 'a', sizeof(text) - strlen(text) - 1);
    pty_keys(t, "`");
    pty_wait_row(t, MESSAGE_ROW, ">");
    pty_paste(t, text);
    pty_wait_text(t, "not pasted: a line of it is too long");
    pty_keys(t, "40 + 3<Enter>");
    pty_wait_text(t, "│ 43 ");
    pty_keys(t, "<Esc>q");
    pty_wait_gone(t, "─ console ─");
}

static void what_no_keyboard_types_is_pointed_at(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!");
    pty_paste(t, "print(“a”)");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "invalid character '“' (U+201C)");
    pty_keys(t, ":!");
    pty_paste(t, "1 +\u00a02");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "invalid non-printable character U+00A0");
}

/* --- files --- */

static void a_file_of_code_runs_whole(void **state)
{
    struct pty *t = shared;

    (void)state;
    put_at_home(t, "made.py", IMPORT "\nconsole_f = \\\n    empty_table(6)\n");
    put_at_home(t, "wrong.py", "a = 1\n\ndel a, console_nope\n");
    put_at_home(t, "bytes.py", "a = 1\nb = '\xff'\n");
    pty_keys(t, ":run ~/made.py<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "made console_f; Enter opens it");
    pty_keys(t, ":run ~/wrong.py<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "line 3: NameError: name 'console_nope' is not defined");
    pty_keys(t, ":run ~/bytes.py<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "bytes.py: line 2 is not text in UTF-8");
    pty_keys(t, ":run ~/none.py<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "none.py: No such file or directory");
    pty_keys(t, ":run ~<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "~: No such file or directory");
    pty_keys(t, ":run /<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "/: expected a regular file");
    pty_keys(t, ":!del console_f<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "removed console_f");
}

/* --- completion --- */

static void code_is_completed_by_the_server_while_it_is_typed(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!console_value = 7; console_vanilla = 8<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    pty_keys(t, "`console_va");
    pty_wait_text(t, "2 matches: console_value console_vanilla");
    pty_keys(t, "l"); /* those that are left are known already */
    pty_wait_text(t, "1 match: console_value");
    pty_keys(t, "<Tab>");
    pty_wait_row(t, MESSAGE_ROW, "> console_value");
    pty_keys(t, " + console_van<Tab>");
    pty_wait_text(t, ": console_vanilla");
    pty_keys(t, "<Tab>");
    pty_wait_row(t, MESSAGE_ROW, "> console_value + console_vanilla");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "│ 15 ");
    leave_box(t, "console_value, console_vanilla");
}

static void it_is_told_how_the_function_is_called_that_is_typed(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!def console_f(weight: int, name: str) -> bool: return True<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    pty_keys(t, "`console_f(1, ");
    pty_wait_text(t, "console_f(weight: int, name: str) -> bool");
    pty_keys(t, "<C-u>");
    leave_box(t, "console_f");
}

/* Which the server does not know of inside of a string. */
static void columns_of_a_table_that_is_open_are_completed_in_strings(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, "`small.where(\"");
    pty_wait_text(t, "8 matches: I S D N B T C L");
    pty_keys(t, "<Tab><Tab>");
    pty_wait_row(t, MESSAGE_ROW, "> small.where(\"S");
    pty_keys(t, "<C-u>other.where(\"");
    pty_wait_gone(t, "match");
    pty_keys(t, "<Esc>q");
    pty_wait_gone(t, "─ console ─");
}

static void what_is_proposed_reaches_no_terminal_as_it_is(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":!def console_g(a='\\x1b]0;pwned\\x07'): pass<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "done in ");
    pty_keys(t, "`console_g(");
    pty_wait_text(t, "console_g(a=");
    pty_keys(t, "<C-u>");
    leave_box(t, "console_g");
    pty_check_never(t, "\033]0;pwned");
}

/* --- the log --- */

static void the_log_shows_what_is_printed_and_a_line_whole(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, "gL&console_l<Enter>");
    pty_wait_row(t, STATUS_ROW, "with \"console_l\"");
    pty_keys(t, "q:!print('console_l \\x1b]0;pwned\\x07')<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "console_l ␛]0;pwned␇");
    pty_keys(t, ":log<Enter>&console_l<Enter>llG");
    pty_wait_row(t, STATUS_ROW, "errors");
    pty_keys(t, "l");
    pty_wait_row(t, STATUS_ROW, "what is printed");
    pty_wait_text(t, "STDOUT  console_l ␛]0;pwned␇");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "STDOUT ");
    pty_wait_text(t, "line of the log");
    pty_keys(t, "qq");
    sheet_wait_status(t, 1, 1000);
    pty_check_never(t, "\033]0;pwned");
}

static void from_an_error_the_log_opens_at_what_caused_it(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":where console_nothing > 5<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "Formula compilation error for: console_nothing");
    pty_keys(t, "q:log<Enter>"); /* what the line cuts is in a box */
    pty_wait_row(t, STATUS_ROW, "log line ");
    pty_wait_gone(t, "follows"); /* the line has come */
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "line of the log");
    pty_keys(t, "/Caused by<Enter>");
    pty_wait_text(t, "Caused by: ");
    pty_keys(t, "qq");
    sheet_wait_status(t, 1, 1000);
}

static void the_server_tells_of_itself_in_a_box(void **state)
{
    struct pty *t = shared;

    (void)state;
    pty_keys(t, ":server<Enter>");
    pty_wait_text(t, " MB used, at most ");
    pty_wait_text(t, "Deephaven ");
    pty_wait_text(t, "io.deephaven.auth.Anonymous");
    pty_wait_text(t, "logged in");
    pty_wait_text(t, " ms");
    pty_keys(t, "G");
    pty_wait_text(t, "http.session.durationMs");
    pty_keys(t, "q");
    sheet_wait_status(t, 1, 1000);
}

static void without_write_nothing_runs(void **state)
{
    struct pty *t = viewer_open("small", &viewer_small);

    (void)state;
    pty_keys(t, ":!console_never = 1<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "code changes what others see: it is for dhview --write");
    pty_keys(t, ":run /<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "code changes what others see: it is for dhview --write");
    pty_keys(t, "j`");
    pty_wait_row(t, MESSAGE_ROW, "code changes what others see: it is for dhview --write");
    viewer_leave(t);
    t = shared;
    pty_keys(t, ":!'console_never' in globals()<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "False");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_of_an_expression_is_shown),
        cmocka_unit_test(what_is_printed_is_shown_and_all_of_it_by_enter),
        cmocka_unit_test(
            of_more_lines_than_are_kept_the_last_are_told_and_that_others_are_gone),
        cmocka_unit_test(a_table_that_was_made_opens_by_enter),
        cmocka_unit_test(of_several_tables_one_is_chosen),
        cmocka_unit_test(an_error_is_a_line_and_all_of_it_by_enter),
        cmocka_unit_test(hostile_text_of_the_console_is_shown_as_marks),
        cmocka_unit_test(a_nul_hides_nothing_behind_it),
        cmocka_unit_test(long_errors_and_names_are_cut_and_told_so),
        cmocka_unit_test(keys_go_on_while_code_runs_and_its_time_is_shown),
        cmocka_unit_test(esc_gives_up_waiting_and_says_what_goes_on),
        cmocka_unit_test(code_whose_link_breaks_may_have_run_and_does_not_run_again),
        cmocka_unit_test(the_key_that_is_told_is_the_one_that_is_bound),
        cmocka_unit_test(the_box_keeps_what_was_typed_and_what_came_of_it),
        cmocka_unit_test(a_table_made_in_the_box_opens_by_enter_on_nothing),
        cmocka_unit_test(a_file_of_code_runs_whole),
        cmocka_unit_test(lines_that_are_pasted_are_one_input),
        cmocka_unit_test(code_that_would_be_cut_is_not_taken),
        cmocka_unit_test(what_no_keyboard_types_is_pointed_at),
        cmocka_unit_test(code_is_completed_by_the_server_while_it_is_typed),
        cmocka_unit_test(it_is_told_how_the_function_is_called_that_is_typed),
        cmocka_unit_test(columns_of_a_table_that_is_open_are_completed_in_strings),
        cmocka_unit_test(what_is_proposed_reaches_no_terminal_as_it_is),
        cmocka_unit_test(the_log_shows_what_is_printed_and_a_line_whole),
        cmocka_unit_test(from_an_error_the_log_opens_at_what_caused_it),
        cmocka_unit_test(the_server_tells_of_itself_in_a_box),
        cmocka_unit_test(without_write_nothing_runs),
    };

    server_require();
    return cmocka_run_group_tests(tests, open_shared, leave_shared);
}
