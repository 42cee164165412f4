/* A table that changes: marks, follow, pause, rate, and tables replaced or failed. */
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
#include "tests/support/server.h"
#include "tests/support/sheet.h"

#define QUIET_MS 2500 /* two and a half of the server's intervals */
#define GREEN 2

static struct pty *open_with(const char *table, const char *option, const char *env)
{
    char *target = server_target(table);
    const char *argv[] = {target, option, NULL};
    const char *envs[] = {env, NULL};
    struct pty *t = pty_start(&(struct pty_options){.argv = argv, .env = envs});

    free(target);
    pty_wait_text(t, " of ");
    return t;
}

static struct pty *open_table(const char *table)
{
    return open_with(table, NULL, NULL);
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

/* Rows 0 to last of ctl with one text. */
static void fill(int last, const char *text)
{
    server_control("clear");
    server_control("add 0 %d %s", last, text);
}

/* How the first character of a text on the screen is drawn. */
struct look {
    const char *text;
    bool bold, underline;
};

static bool looks(struct pty *t, void *ctx)
{
    const struct look *want = ctx;
    struct pty_cell c;
    int row = pty_find_row(t, want->text);
    char *line = row < 0 ? NULL : pty_row(t, row);
    int col = 0;

    if (!line)
        return false;
    for (const char *p = line; p < strstr(line, want->text); p++)
        col += (*p & 0xc0) != 0x80; /* columns before it, all of one cell */
    free(line);
    pty_cell(t, row, col, &c);
    return c.bold == want->bold && c.underline == want->underline;
}

static void wait_look(struct pty *t, const char *text, bool bold, bool underline)
{
    pty_wait(t, looks, &(struct look){text, bold, underline}, text);
}

/* The cursor's row has a style of its own, so changes are made elsewhere. */
static void text_decays(const char *option, const char *env)
{
    fill(9, "old");
    struct pty *t = open_with("ctl", option, env);

    pty_wait_text(t, "row 1 of 10 ");
    wait_look(t, "old", false, false);
    server_control("add 5 5 new");
    wait_look(t, "new", true, false);
    wait_look(t, "new", false, true);
    wait_look(t, "new", false, false);
    leave(t);
}

static void a_changed_text_is_bold_then_fades(void **state)
{
    (void)state;
    text_decays(NULL, NULL);
}

static void marks_show_without_colour(void **state)
{
    (void)state;
    text_decays(NULL, "NO_COLOR=1");
}

static void marks_show_in_ascii(void **state)
{
    (void)state;
    text_decays("--ascii", NULL);
}

static bool green_arrow(struct pty *t, void *ctx)
{
    int rows, cols;
    struct pty_cell c;

    pty_size(t, &rows, &cols);
    for (int row = 4; row < rows - 2; row++) {
        for (int col = 0; col < cols; col++) {
            pty_cell(t, row, col, &c);
            if (strcmp(c.utf8, ctx) == 0 && c.fg == GREEN)
                return true;
        }
    }
    return false;
}

static void a_number_that_grew_has_a_green_arrow(void **state)
{
    struct pty *t = open_table("modified");

    (void)state;
    pty_wait(t, green_arrow, "▲", "a green arrow");
    assert_false(pty_has(t, "▼"));
    leave(t);
    t = open_with("modified", "--ascii", NULL);
    pty_wait(t, green_arrow, "^", "a green ^");
    leave(t);
}

static size_t bytes_of_output(const struct pty *t)
{
    size_t n;

    (void)pty_output(t, &n);
    return n;
}

static void a_change_outside_the_screen_writes_nothing(void **state)
{
    (void)state;
    fill(599, "old");
    struct pty *t = open_table("ctl");
    size_t before;

    pty_wait_text(t, "row 1 of 600 ");
    pty_wait_quiet(t, QUIET_MS);
    before = bytes_of_output(t);
    server_control("add 500 500 far"); /* outside the window */
    server_control("add 25 25 near");  /* held, but not on screen */
    pty_wait_quiet(t, QUIET_MS);
    assert_int_equal(bytes_of_output(t), before);
    pty_keys(t, "30j");
    pty_wait_text(t, "near");
    server_control("add 24 24 seen");
    wait_look(t, "seen", true, false);
    leave(t);
}

static void following_stays_at_the_end(void **state)
{
    (void)state;
    fill(99, "old");
    struct pty *t = open_table("ctl");

    pty_wait_text(t, "row 1 of 100 ");
    pty_keys(t, "F");
    pty_wait_text(t, "row 100 of 100 ");
    pty_wait_text(t, "FOLLOW");
    server_control("add 100 104 more");
    pty_wait_text(t, "row 105 of 105 ");
    sheet_settle(t);
    assert_true(pty_has(t, "more"));
    pty_keys(t, "h");
    pty_resize(t, 50, 200);
    server_control("add 105 105 wide");
    pty_wait_text(t, "row 106 of 106 ");
    pty_wait_text(t, "FOLLOW");
    pty_wait_row(t, 47, "wide"); /* the last row above status and message */
    pty_keys(t, "k");
    pty_wait_gone(t, "FOLLOW");
    pty_wait_text(t, "row 105 of 106 ");
    server_control("add 106 109 below");
    pty_wait_text(t, "row 105 of 110 ");
    pty_keys(t, "F");
    pty_wait_text(t, "row 110 of 110 ");
    pty_keys(t, "F");
    pty_wait_gone(t, "FOLLOW");
    leave(t);
}

static void rows_on_screen_hold_their_positions(void **state)
{
    (void)state;
    fill(99, "old");
    struct pty *t = open_table("ctl");

    pty_wait_text(t, "row 1 of 100 ");
    server_control("add 100 109 more");
    pty_wait_text(t, "row 1 of 110 ");
    pty_keys(t, "50Gzt");
    pty_wait_row(t, 3, "50│");
    server_control("add 110 119 more");
    pty_wait_text(t, "row 50 of 120 ");
    pty_wait_row(t, 3, "50│");
    pty_keys(t, "G");
    pty_wait_text(t, "row 120 of 120 ");
    server_control("remove 30 119");
    pty_wait_text(t, "row 30 of 30 ");
    sheet_settle(t);
    server_control("clear");
    pty_wait_text(t, "row 0 of 0 ");
    leave(t);
}

static void a_pause_freezes_and_then_marks(void **state)
{
    (void)state;
    fill(99, "old");
    struct pty *t = open_table("ctl");

    pty_wait_text(t, "row 1 of 100 ");
    sheet_settle(t);
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED  0 missed");
    server_control("add 5 5 first");
    pty_wait_text(t, "PAUSED  1 missed");
    server_control("add 100 149 more");
    pty_wait_text(t, "PAUSED  2 missed   +50 rows");
    assert_false(pty_has(t, "first"));
    assert_true(pty_has(t, "row 1 of 100 "));
    pty_keys(t, "G"); /* no further than what is held */
    sheet_settle(t);
    assert_false(pty_has(t, "row 100 of 100"));
    pty_keys(t, "gg");
    pty_wait_text(t, "row 1 of 100 ");
    pty_keys(t, "p");
    wait_look(t, "first", true, false);
    assert_false(pty_has(t, "PAUSED"));
    pty_wait_text(t, "row 1 of 150 ");
    wait_look(t, "first", false, false);
    pty_keys(t, "G");
    pty_wait_text(t, "row 150 of 150 ");
    leave(t);
}

/* Rows that moved meanwhile are compared with what they were, not with what was there. */
static void a_pause_marks_rows_where_they_went(void **state)
{
    (void)state;
    fill(9, "old");
    struct pty *t = open_table("ctl");

    pty_wait_text(t, "row 1 of 10 ");
    sheet_settle(t);
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED  0 missed");
    server_control("remove 1 2");
    pty_wait_text(t, "PAUSED  1 missed");
    server_control("add 7 7 first");
    pty_wait_text(t, "PAUSED  2 missed");
    pty_keys(t, "p");
    wait_look(t, "first", true, false);
    pty_wait_text(t, "row 1 of 8 ");
    assert_false(pty_has(t, "▲")); /* the keys of the rows below are what they were */
    wait_look(t, "first", false, false);
    leave(t);
}

static void popups_show_the_paused_picture(void **state)
{
    (void)state;
    fill(9, "old");
    struct pty *t = open_table("ctl");

    pty_wait_text(t, "row 1 of 10 ");
    sheet_settle(t);
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED  0 missed");
    server_control("add 5 5 first");
    pty_wait_text(t, "PAUSED  1 missed");
    server_control("remove 6 9");
    pty_wait_text(t, "PAUSED  2 missed");
    pty_keys(t, "6GcV<Enter><Enter>");
    pty_wait_text(t, "value   old");
    pty_wait_text(t, "   as paused   ");
    pty_keys(t, "qjz<Enter>"); /* a row that is gone, but not from the picture */
    pty_wait_text(t, "row 7: line");
    pty_wait_text(t, "V  string  old");
    sheet_settle(t);
    assert_false(pty_has(t, "no such row"));
    assert_false(pty_has(t, "(live)"));
    pty_keys(t, "qpk");
    pty_wait_text(t, "row 6 of 6 ");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "value   first");
    assert_false(pty_has(t, "as paused"));
    leave(t);
}

static void popups_say_what_is_not_of_the_paused_picture(void **state)
{
    struct pty *t = open_table("types");

    (void)state;
    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    pty_keys(t, "7GcInts<Enter>p");
    pty_wait_text(t, "PAUSED");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "items   1,000");
    pty_wait_text(t, "live    the paused picture has not all of it: the value of now");
    pty_wait_text(t, "as paused, but for what is live");
    leave(t);
    t = open_table("wide");
    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    pty_keys(t, "pz<Enter>");
    pty_wait_text(t, "C0    long  0 ");
    pty_keys(t, "G");
    pty_wait_text(t, "C999  long  (live) 999 ");
    leave(t);
}

static void the_rate_changes_and_rows_stay(void **state)
{
    (void)state;
    fill(9, "old");
    struct pty *t = open_table("ctl");

    pty_wait_text(t, "row 1 of 10 ");
    sheet_settle(t);
    pty_keys(t, "z+");
    pty_wait_text(t, "an update every 500 ms at most");
    assert_true(pty_has(t, "old"));
    server_control("add 5 5 faster");
    pty_wait_text(t, "faster");
    pty_keys(t, "z-");
    pty_wait_text(t, "updates at the server's own interval");
    pty_keys(t, "z-");
    pty_wait_text(t, "an update every 2 s at most");
    server_control("add 6 6 slower");
    pty_wait_text(t, "slower");
    assert_true(pty_has(t, "faster"));
    leave(t);
    t = open_with("ctl", "--interval=125", NULL);
    pty_wait_text(t, "row 1 of 10 ");
    pty_keys(t, "3z-");
    pty_wait_text(t, "updates at the server's own interval");
    leave(t);
}

static void rows_appended_are_counted(void **state)
{
    struct pty *t = open_table("appending");

    (void)state;
    pty_wait_text(t, "   +2/s"); /* two rows a second */
    leave(t);
}

/* The cell of a column in the first row on screen. */
static char *first_cell(const struct pty *t, const char *column)
{
    struct sheet s;
    char *out;
    int c;

    assert_true(sheet_read(t, &s));
    c = sheet_column(&s, column);
    assert_true(c >= 0 && s.n_rows > 0);
    out = mem_strdup(s.cell[0][c]);
    sheet_release(&s);
    return out;
}

static void a_replaced_table_is_offered(void **state)
{
    struct pty *t = open_table("replaced");
    char *before, *after, *expected;

    (void)state;
    pty_wait_text(t, "row 1 of 10 ");
    pty_keys(t, "5Gl");
    pty_wait_text(t, "row 5 of 10 ");
    sheet_settle(t);
    before = first_cell(t, "Version");
    server_control("replace");
    pty_wait_text(t, "replaced was replaced on the server: ^r shows the new one");
    after = first_cell(t, "Version");
    assert_string_equal(after, before);
    free(after);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "replaced: subscribed anew");
    sheet_settle(t);
    after = first_cell(t, "Version");
    expected = mem_printf("%ld", strtol(before, NULL, 10) + 1);
    assert_string_equal(after, expected);
    assert_true(pty_has(t, "row 5 of 10   I (long)   col 2/2"));
    free(before);
    free(after);
    free(expected);
    leave(t);
}

static void a_wide_table_asked_anew_keeps_its_place(void **state)
{
    struct pty *t = open_table("wide");

    (void)state;
    pty_wait_text(t, "row 1 of 10,000 ");
    pty_keys(t, "500l77Gzt");
    pty_wait_text(t, "row 77 of 10,000   C500 (long)   col 501/1000");
    sheet_settle(t);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "wide: subscribed anew");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    assert_true(pty_has(t, "row 77 of 10,000   C500 (long)   col 501/1000"));
    leave(t);
}

static void a_failed_table_keeps_its_rows_until_asked_anew(void **state)
{
    server_control("restore");
    struct pty *t = open_table("failing");

    (void)state;
    pty_wait_text(t, "row 1 of 10 ");
    pty_keys(t, "7G");
    sheet_settle(t);
    server_control("fail");
    pty_wait_text(t, "ended: these rows are old");
    pty_keys(t, "z+");
    pty_wait_text(t, "failing: has ended; ^r asks for it anew");
    sheet_settle(t);
    char *first = first_cell(t, "I");
    assert_string_equal(first, "0");
    free(first);
    pty_keys(t, "<C-r>"); /* still failed */
    pty_wait_gone(t, "asking for it anew");
    assert_true(pty_has(t, "ended: these rows are old"));
    server_control("restore");
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "failing: subscribed anew");
    pty_wait_text(t, "live");
    pty_wait_gone(t, "these rows are old");
    assert_true(pty_has(t, "row 7 of 10"));
    leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_text_is_bold_then_fades),
        cmocka_unit_test(marks_show_without_colour),
        cmocka_unit_test(marks_show_in_ascii),
        cmocka_unit_test(a_number_that_grew_has_a_green_arrow),
        cmocka_unit_test(a_change_outside_the_screen_writes_nothing),
        cmocka_unit_test(following_stays_at_the_end),
        cmocka_unit_test(rows_on_screen_hold_their_positions),
        cmocka_unit_test(a_pause_freezes_and_then_marks),
        cmocka_unit_test(a_pause_marks_rows_where_they_went),
        cmocka_unit_test(popups_show_the_paused_picture),
        cmocka_unit_test(popups_say_what_is_not_of_the_paused_picture),
        cmocka_unit_test(the_rate_changes_and_rows_stay),
        cmocka_unit_test(rows_appended_are_counted),
        cmocka_unit_test(a_replaced_table_is_offered),
        cmocka_unit_test(a_wide_table_asked_anew_keeps_its_place),
        cmocka_unit_test(a_failed_table_keeps_its_rows_until_asked_anew),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
