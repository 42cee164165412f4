/* The mouse: not asked for unless it is wanted, and what it does then. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define HEADER 1 /* rows of the screen */
#define FIRST 3
#define FEW_FRAMES (10 * 24 * 100) /* bytes: a frame for each step would be more */
#define ON "\033[?1002h\033[?1006h"
#define OFF "\033[?1006l\033[?1002l"

static struct pty *view(const char *table, const char *option)
{
    struct pty *t = trial_view(trial_server(), table, option);

    pty_let_mouse(t);
    pty_wait_text(t, "row 1 of");
    return t;
}

static int count(const struct pty *t, const char *text)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n), *end = out + n;
    int found = 0;

    while ((out = memmem(out, (size_t)(end - out), text, strlen(text))) != NULL) {
        found++;
        out++;
    }
    return found;
}

/* The column of the screen at which a text begins; lines of ASCII before it alone. */
static int column_of(const struct pty *t, int row, const char *text)
{
    char *line = pty_row(t, row), *at = strstr(line, text);
    int n = 0;

    if (!at)
        fail_msg("no \"%s\" in: %s", text, line);
    for (const char *p = line; p < at; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    free(line);
    return n;
}

static void send(struct pty *t, const char *reports)
{
    pty_write(t, reports, strlen(reports));
}

/* --- off --- */

static void the_mouse_is_the_terminals_own_unless_it_is_wanted(void **state)
{
    struct pty *t = trial_view(trial_server(), "ships", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of 240");
    pty_click(t, FIRST + 4, 20);
    send(t, "\033[<0;20;8M\033[<65;20;8M"); /* it reports nevertheless */
    pty_keys(t, "j:set mouse<Enter>");
    pty_wait_text(t, "mouse is false (default)");
    assert_true(pty_has(t, "row 2 of 240"));
    pty_keys(t, "<C-z>");
    pty_wait_stopped(t);
    pty_kill(t, SIGCONT);
    sheet_sync(t);
    pty_kill(t, SIGABRT);
    assert_int_equal(pty_wait_exit(t), -SIGABRT);
    pty_check_restored(t);
    pty_check_output(t); /* which has nothing about a mouse */
    pty_free(t);
}

static bool has_mouse(struct pty *t, void *ctx)
{
    return pty_has_mouse(t) == *(bool *)ctx;
}

static void wait_mouse(struct pty *t, bool on)
{
    pty_wait(t, has_mouse, &on, on ? "a request for the mouse" : "the mouse given back");
}

static bool has_asked_thrice(struct pty *t, void *ctx)
{
    (void)ctx;
    return count(t, ON) == 3;
}

static void it_is_asked_for_while_it_is_wanted_and_given_back_at_each_way_out(void **state)
{
    struct pty *t = view("ships", NULL);

    (void)state;
    pty_keys(t, ":set mouse true<Enter>");
    wait_mouse(t, true);
    pty_keys(t, ":set mouse false<Enter>");
    wait_mouse(t, false);
    pty_keys(t, ":set mouse true<Enter>");
    wait_mouse(t, true);
    pty_keys(t, "<C-z>");
    pty_wait_stopped(t);
    assert_false(pty_has_mouse(t));
    pty_check_screen_restored(t);
    pty_kill(t, SIGCONT);
    pty_wait(t, has_asked_thrice, NULL, "a third request for the mouse");
    wait_mouse(t, true);
    assert_int_equal(count(t, OFF), 2);
    pty_kill(t, SIGABRT);
    assert_int_equal(pty_wait_exit(t), -SIGABRT);
    pty_check_restored(t);
    pty_check_output(t);
    assert_int_equal(count(t, OFF), 3);
    pty_free(t);
}

static void it_can_be_wanted_from_the_start(void **state)
{
    struct pty *t = view("ships", "--mouse");

    (void)state;
    assert_true(pty_has_mouse(t));
    pty_kill(t, SIGTERM);
    assert_int_equal(pty_wait_exit(t), -SIGTERM);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

/* --- a table --- */

static void a_click_moves_the_cursor(void **state)
{
    struct pty *t = view("ships", "--mouse");

    (void)state;
    pty_click(t, FIRST + 4, column_of(t, HEADER, "Class"));
    pty_wait_text(t, "row 5 of 240");
    pty_wait_text(t, "Class (");
    pty_click(t, FIRST + 2, 0); /* a row number: the column stays */
    pty_wait_text(t, "row 3 of 240");
    assert_true(pty_has(t, "Class ("));
    send(t, "\033[<0;99999;99999M\033[<0;0;0M\033[<0;60;24M\033[<32;9999;2M");
    pty_keys(t, "j");
    pty_wait_text(t, "row 4 of 240");
    assert_true(pty_has(t, "Class ("));
    trial_leave(t);
}

static void a_click_on_a_name_sorts_up_then_down_then_not_at_all(void **state)
{
    struct pty *t = view("ships", "--mouse");
    char *before = pty_row(t, FIRST);
    int col = column_of(t, HEADER, "Ship");

    (void)state;
    pty_click(t, HEADER, col);
    pty_wait_row(t, HEADER, "Ship ▲");
    pty_click(t, HEADER + 1, col); /* the type stands below it */
    pty_wait_row(t, HEADER, "Ship ▼");
    pty_click(t, HEADER, col);
    pty_wait_gone(t, "▼");
    pty_wait_row(t, FIRST, before);
    pty_drag(t, HEADER, col, HEADER, col + 3); /* is no click */
    pty_keys(t, "j");
    pty_wait_text(t, "row 2 of 240");
    assert_false(pty_has(t, "▲"));
    free(before);
    trial_leave(t);
}

static void a_border_that_is_dragged_makes_its_column_as_wide(void **state)
{
    struct pty *t = view("ships", "--mouse");
    int name = column_of(t, HEADER, "Ship"), next = column_of(t, HEADER, "Flag");
    char *wider = mem_printf("%*s", next - name - 4 + 7, ""), *expected;

    (void)state;
    pty_drag(t, HEADER, next - 1, HEADER + 9, next + 6);
    expected = mem_printf("Ship%sFlag", wider);
    pty_wait_row(t, HEADER, expected);
    assert_false(pty_has(t, "▲")); /* it was no click */
    pty_drag(t, HEADER, next + 7 - 2, HEADER, 0);
    pty_wait_row(t, HEADER, "Sh…"); /* no narrower than columns get */
    pty_keys(t, "l");
    pty_wait_text(t, "Flag (");
    free(expected);
    free(wider);
    trial_leave(t);
}

static void the_wheel_moves_the_screen_and_the_cursor_stays_while_it_is_seen(void **state)
{
    struct pty *t = view("billion", "--mouse");

    (void)state;
    pty_keys(t, "8j");
    pty_wait_text(t, "row 9 of");
    pty_wheel(t, FIRST, 20, 2, false);
    pty_wait_row(t, FIRST, " 7│");
    assert_true(pty_has(t, "row 9 of"));
    pty_wheel(t, FIRST, 20, 2, false);
    pty_wait_row(t, FIRST, " 13│");
    pty_wait_text(t, "row 13 of");
    pty_keys(t, "G");
    pty_wait_text(t, "row 1,000,000,000 of");
    pty_wheel(t, FIRST, 20, -1, false);
    pty_wait_text(t, "row 999,999,997 of");
    pty_wheel(t, FIRST, 20, 60, false); /* no further than the end */
    pty_keys(t, "L");
    pty_wait_text(t, "row 1,000,000,000 of");
    (void)trial_check_cells(t);
    trial_leave(t);
}

static void a_burst_of_the_wheel_costs_few_frames(void **state)
{
    struct pty *t = view("billion", "--mouse");
    char *burst = mem_strdup("");
    size_t before, after;

    (void)state;
    for (int i = 0; i < 300; i++)
        mem_addf(&burst, "\033[<65;20;4M");
    (void)pty_output(t, &before);
    send(t, burst);
    pty_wait_row(t, FIRST, " 901│");
    pty_wait_text(t, "row 901 of");
    (void)pty_output(t, &after);
    assert_in_range(after - before, 1, FEW_FRAMES);
    free(burst);
    trial_leave(t);
}

static bool begins_with(struct pty *t, void *ctx)
{
    struct sheet s;
    bool does = sheet_read(t, &s) && s.n_columns > 0 && strcmp(s.name[0], ctx) == 0;

    sheet_release(&s);
    return does;
}

static void the_wheel_with_ctrl_moves_by_columns(void **state)
{
    struct pty *t = view("ships", "--mouse");
    struct sheet s;

    (void)state;
    assert_true(sheet_read(t, &s));
    pty_wheel(t, FIRST, 20, 1, true);
    pty_wait(t, begins_with, s.name[1], "the second column as the first");
    pty_wait_text(t, "col 2/");
    pty_wheel(t, FIRST, 20, -3, true);
    pty_wait(t, begins_with, s.name[0], "the first column again");
    assert_true(pty_has(t, "col 2/"));
    send(t, "\033[<67;20;4M"); /* a wheel of its own */
    pty_wait(t, begins_with, s.name[1], "the second column as the first");
    sheet_release(&s);
    trial_leave(t);
}

static void press(struct pty *t, int row, int col)
{
    char report[32];

    (void)snprintf(report, sizeof(report), "\033[<0;%d;%dM", col + 1, row + 1);
    send(t, report);
}

static void release(struct pty *t, int row, int col)
{
    char report[32];

    (void)snprintf(report, sizeof(report), "\033[<0;%d;%dm", col + 1, row + 1);
    send(t, report);
}

static void what_was_pressed_before_a_key_is_not_done_at_the_release(void **state)
{
    struct pty *t = view("ships", "--mouse");
    int col = column_of(t, HEADER, "Ship");

    (void)state;
    press(t, HEADER, col);
    pty_keys(t, ":");
    release(t, HEADER, col); /* is not for what is asked */
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "row 1 of 240");
    pty_click(t, 0, column_of(t, 0, "ships"));
    press(t, HEADER, col);
    pty_keys(t, "j");
    release(t, HEADER, col);
    pty_keys(t, "j");
    pty_wait_text(t, "row 3 of 240");
    assert_false(pty_has(t, "▲"));
    pty_click(t, HEADER, col);
    pty_wait_row(t, HEADER, "Ship ▲");
    trial_leave(t);
}

/* --- beside a table --- */

static void a_click_on_a_tab_shows_it(void **state)
{
    struct pty *t = view("ships", "--mouse");

    (void)state;
    pty_keys(t, ":tab billion<Enter>");
    pty_wait_row(t, 0, "[2 billion");
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, ":");
    pty_click(t, 0, column_of(t, 0, "ships"));
    pty_wait_row(t, 0, "[1 ships");
    pty_click(t, 0, 99); /* the connection is no tab */
    pty_keys(t, "j");
    pty_wait_text(t, "row 2 of 240");
    trial_leave(t);
}

static void a_click_in_a_list_chooses_and_another_one_takes(void **state)
{
    struct pty *t = view("ships", "--mouse");
    int row;

    (void)state;
    pty_keys(t, "t");
    pty_wait_text(t, "billion");
    pty_wait_text(t, "table 1 of");
    row = pty_find_row(t, "billion");
    pty_wheel(t, row, 10, 1, false);
    pty_wait_text(t, "table 4 of");
    pty_click(t, row, 10);
    pty_click(t, row, 10);
    pty_wait_text(t, "of 1,000,000,000");
    pty_keys(t, "z<Enter>");
    pty_wait_text(t, "line 1 of");
    row = pty_find_row(t, "┌");
    pty_click(t, row + 3, 40);
    pty_wait_text(t, "line 3 of");
    pty_click(t, row, 40); /* its frame is no line */
    pty_click(t, row + 3, 40);
    pty_wait_gone(t, "line 3 of");
    trial_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mouse_is_the_terminals_own_unless_it_is_wanted),
        cmocka_unit_test(it_is_asked_for_while_it_is_wanted_and_given_back_at_each_way_out),
        cmocka_unit_test(it_can_be_wanted_from_the_start),
        cmocka_unit_test(a_click_moves_the_cursor),
        cmocka_unit_test(a_click_on_a_name_sorts_up_then_down_then_not_at_all),
        cmocka_unit_test(a_border_that_is_dragged_makes_its_column_as_wide),
        cmocka_unit_test(the_wheel_moves_the_screen_and_the_cursor_stays_while_it_is_seen),
        cmocka_unit_test(a_burst_of_the_wheel_costs_few_frames),
        cmocka_unit_test(the_wheel_with_ctrl_moves_by_columns),
        cmocka_unit_test(what_was_pressed_before_a_key_is_not_done_at_the_release),
        cmocka_unit_test(a_click_on_a_tab_shows_it),
        cmocka_unit_test(a_click_in_a_list_chooses_and_another_one_takes),
    };

    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
