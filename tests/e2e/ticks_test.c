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
#include "tests/support/viewer.h"

#define TRIES 5
#define QUIET_MS 2500 /* two and a half of the server's intervals */
#define TOP_LINE 1    /* of pty_painted(): tells the round trip anew from time to time */
#define RED 1
#define GREEN 2

static const struct viewer_look plain = {-1, -1, false, false, false};
static const struct viewer_look fresh = {-1, -1, true, false, false};
static const struct viewer_look fading = {-1, -1, false, true, false};

/* Rows 0 to last of ctl with one text. */
static void fill(int last, const char *text)
{
    server_control("clear");
    server_control("add 0 %d %s", last, text);
}

/* --- marks --- */

static bool is_no_longer_fresh(struct pty *t, void *ctx)
{
    return viewer_has_look(t, ctx, fading) || viewer_has_look(t, ctx, plain);
}

/* Gives the row with key 5 a text, and looks at it until it is plain again. False where the
 * viewer had no processor while it should have faded. The cursor's row has a style of its
 * own. */
static bool change_fades(struct pty *t, const char *text, const struct viewer_setting *z)
{
    bool faded;

    server_control("add 5 5 %s", text);
    viewer_wait_look(t, text, fresh);
    viewer_check_look(t, z);
    pty_wait_seen(t, is_no_longer_fresh, (void *)(uintptr_t)text, "another look");
    faded = viewer_has_look(t, text, fading);
    viewer_check_look(t, z);
    viewer_wait_look(t, text, plain);
    return faded;
}

static void a_changed_text_is_bold_then_fades(void **state)
{
    static const char *const texts[TRIES] = {"new", "newer", "next", "later", "last"};
    int tries = 0;
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t;

    fill(9, "old");
    t = viewer_open("ctl", z);
    pty_wait_text(t, "row 1 of 10 ");
    viewer_wait_look(t, "old", plain);
    while (!change_fades(t, texts[tries], z))
        assert_true(++tries < TRIES);
    viewer_leave(t);
}

struct mark {
    const char *text;
    int fg;
    bool bold, underline;
};

/* Some cell below the cursor's row has the mark, and its number the same look. */
static bool has_mark(struct pty *t, void *ctx)
{
    const struct mark *m = ctx;
    struct pty_cell c, digit;
    int rows, cols;

    pty_size(t, &rows, &cols);
    for (int row = 4; row < rows - 2; row++) {
        for (int col = 0; col + 1 < cols; col++) {
            pty_cell(t, row, col, &c);
            pty_cell(t, row, col + 1, &digit);
            if (strcmp(c.utf8, m->text) == 0 && digit.utf8[0] >= '0' &&
                digit.utf8[0] <= '9' && c.fg == m->fg && c.bold == m->bold &&
                c.underline == m->underline && digit.fg == c.fg && digit.bold == c.bold)
                return true;
        }
    }
    return false;
}

static void wait_mark(struct pty *t, const struct viewer_setting *z, int direction,
                      bool old)
{
    static const char *const texts[2][2] = {{"▼", "▲"}, {"v", "^"}};
    struct mark m = {.text = texts[z->ascii][direction > 0],
                     .fg = z->mono         ? -1
                           : direction > 0 ? GREEN
                                           : RED,
                     .bold = !old,
                     .underline = old && z->mono};

    pty_wait_seen(t, has_mark, &m,
                  old ? "a fading mark of a change" : "a mark of a change");
    viewer_check_look(t, z);
}

static void numbers_tell_which_way_they_went(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("swinging", z);

    wait_mark(t, z, +1, false);
    wait_mark(t, z, +1, true);
    wait_mark(t, z, -1, false);
    wait_mark(t, z, -1, true);
    viewer_leave(t);
    t = viewer_open("modified", z); /* where all grow */
    wait_mark(t, z, +1, false);
    assert_false(pty_has(t, "▼"));
    viewer_leave(t);
}

static void only_the_cell_that_changed_is_painted(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t;
    size_t before;
    uint64_t painted, row;

    fill(9, "steady");
    t = viewer_open("ctl", z);
    pty_wait_text(t, "row 1 of 10 ");
    viewer_wait_look(t, "steady", plain);
    pty_wait_quiet(t, QUIET_MS);
    before = viewer_bytes(t);
    (void)pty_painted(t);
    (void)change_fades(t, "lively", z);
    painted = pty_painted(t);
    row = UINT64_C(1) << pty_find_row(t, "lively");
    assert_int_equal(painted & ~(uint64_t)TOP_LINE, row);
    assert_false(pty_has_written(t, before, "steady"));
    if (!(painted & TOP_LINE))
        assert_in_range(viewer_bytes(t) - before, 12, 400); /* three times one cell */
    viewer_leave(t);
}

/* --- what is drawn --- */

static void a_change_outside_the_screen_writes_nothing(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    int below = viewer_height(z) + 6;
    size_t before;
    uint64_t painted;
    struct pty *t;

    fill(599, "old");
    t = viewer_open("ctl", z);
    pty_wait_text(t, "row 1 of 600 ");
    pty_wait_quiet(t, QUIET_MS);
    before = viewer_bytes(t);
    (void)pty_painted(t);
    server_control("add 500 500 far");              /* outside the viewport */
    server_control("add %d %d near", below, below); /* held, but not on screen */
    pty_wait_quiet(t, QUIET_MS);
    painted = pty_painted(t);
    assert_int_equal(painted & ~(uint64_t)TOP_LINE, 0);
    if (!painted)
        assert_int_equal(viewer_bytes(t), before);
    viewer_keys(t, "%dj", below + 5);
    pty_wait_text(t, "near");
    server_control("add %d %d seen", below - 1, below - 1);
    viewer_wait_look(t, "seen", fresh);
    viewer_leave(t);
}

static void following_stays_at_the_end(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    fill(99, "old");
    struct pty *t = viewer_open("ctl", z);

    pty_wait_text(t, "row 1 of 100 ");
    pty_keys(t, "F");
    pty_wait_text(t, "row 100 of 100 ");
    pty_wait_text(t, "FOLLOW");
    server_control("add 100 104 more");
    pty_wait_text(t, "row 105 of 105 ");
    sheet_settle(t);
    pty_wait_text(t, "more");
    pty_keys(t, "h");
    pty_wait_row(t, z->rows - 3, "more");       /* the last row above status and message */
    pty_resize(t, 74 - z->rows, 280 - z->cols); /* the other size */
    server_control("add 105 105 wide");
    pty_wait_text(t, "row 106 of 106 ");
    pty_wait_text(t, "FOLLOW");
    pty_wait_row(t, 74 - z->rows - 3, "wide");
    pty_keys(t, "k");
    pty_wait_gone(t, "FOLLOW");
    pty_wait_text(t, "row 105 of 106 ");
    server_control("add 106 109 below");
    pty_wait_text(t, "row 105 of 110 ");
    pty_keys(t, "F");
    pty_wait_text(t, "row 110 of 110 ");
    pty_keys(t, "F");
    pty_wait_gone(t, "FOLLOW");
    viewer_leave(t);
}

static void rows_on_screen_hold_their_positions(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    fill(99, "old");
    struct pty *t = viewer_open("ctl", z);

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
    viewer_leave(t);
}

static void a_pause_freezes_and_then_marks(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    fill(99, "old");
    struct pty *t = viewer_open("ctl", z);

    pty_wait_text(t, "row 1 of 100 ");
    sheet_settle(t);
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED  0 missed");
    server_control("add 5 5 first");
    pty_wait_text(t, "PAUSED  1 missed");
    server_control("add 100 149 more");
    pty_wait_text(t, "PAUSED  2 missed   +50 rows");
    assert_false(pty_has(t, "first"));
    pty_wait_text(t, "row 1 of 100 ");
    pty_keys(t, "G"); /* no further than what is held */
    sheet_settle(t);
    assert_false(pty_has(t, "row 100 of 100"));
    pty_keys(t, "gg");
    pty_wait_text(t, "row 1 of 100 ");
    pty_keys(t, "p");
    viewer_wait_look(t, "first", fresh);
    pty_wait_gone(t, "PAUSED");
    pty_wait_text(t, "row 1 of 150 ");
    viewer_wait_look(t, "first", plain);
    pty_keys(t, "G");
    pty_wait_text(t, "row 150 of 150 ");
    viewer_leave(t);
}

/* Rows that moved meanwhile are compared with what they were, not with what was there. */
static void a_pause_marks_rows_where_they_went(void **state)
{
    fill(9, "old");
    struct pty *t = viewer_open("ctl", VIEWER_SETTING(state));

    pty_wait_text(t, "row 1 of 10 ");
    sheet_settle(t);
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED  0 missed");
    server_control("remove 1 2");
    pty_wait_text(t, "PAUSED  1 missed");
    server_control("add 7 7 first");
    pty_wait_text(t, "PAUSED  2 missed");
    pty_keys(t, "p");
    viewer_wait_look(t, "first", fresh);
    pty_wait_text(t, "row 1 of 8 ");
    assert_false(pty_has(t, "▲")); /* the keys of the rows below are what they were */
    viewer_wait_look(t, "first", plain);
    viewer_leave(t);
}

static void popups_show_the_paused_picture(void **state)
{
    fill(9, "old");
    struct pty *t = viewer_open("ctl", VIEWER_SETTING(state));

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
    pty_keys(t, "qp"); /* row 7 is gone, the last one is current */
    pty_wait_text(t, "row 6 of 6 ");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "value   first");
    assert_false(pty_has(t, "as paused"));
    viewer_leave(t);
}

static void row_popups_say_what_is_not_of_the_paused_picture(void **state)
{
    struct pty *t = viewer_open("wide", VIEWER_SETTING(state));

    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    pty_keys(t, "pz<Enter>");
    pty_wait_text(t, "C0    long  0 ");
    pty_keys(t, "G");
    pty_wait_text(t, "C999  long  (live) 999 ");
    viewer_leave(t);
}

static void the_rate_changes_and_rows_stay(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct viewer_setting fast = *z;

    fill(9, "old");
    struct pty *t = viewer_open("ctl", z);

    pty_wait_text(t, "row 1 of 10 ");
    sheet_settle(t);
    pty_keys(t, "z+");
    pty_wait_text(t, "an update every 500 ms at most");
    pty_wait_text(t, "old");
    server_control("add 5 5 faster");
    pty_wait_text(t, "faster");
    pty_keys(t, "z-");
    pty_wait_text(t, "updates at the server's own interval");
    pty_keys(t, "z-");
    pty_wait_text(t, "an update every 2 s at most");
    server_control("add 6 6 slower");
    pty_wait_text(t, "slower");
    pty_wait_text(t, "faster");
    viewer_leave(t);
    fast.option = "--interval=125";
    t = viewer_open("ctl", &fast);
    pty_wait_text(t, "row 1 of 10 ");
    pty_keys(t, "3z-");
    pty_wait_text(t, "updates at the server's own interval");
    viewer_leave(t);
}

static void rows_appended_are_counted(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("appending", z);

    pty_wait_text(t, "   +2/s"); /* two rows a second */
    viewer_leave(t);
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
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("replaced", z);
    char *before, *after, *expected;

    pty_wait_text(t, "row 1 of 10 ");
    pty_keys(t, "5Gl");
    pty_wait_text(t, "row 5 of 10 ");
    sheet_settle(t);
    before = first_cell(t, "Version");
    server_control("replace");
    pty_wait_text(t, "replaced was replaced on the server: ^r shows the new one");
    viewer_check_look(t, z);
    after = first_cell(t, "Version");
    assert_string_equal(after, before);
    free(after);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "replaced: subscribed anew");
    sheet_settle(t);
    after = first_cell(t, "Version");
    expected = mem_printf("%ld", strtol(before, NULL, 10) + 1);
    assert_string_equal(after, expected);
    pty_wait_text(t, "row 5 of 10   I (long)   col 2/2");
    free(before);
    free(after);
    free(expected);
    viewer_leave(t);
}

static void a_wide_table_asked_anew_keeps_its_place(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("wide", z);

    pty_wait_text(t, "row 1 of 10,000 ");
    pty_keys(t, "500l77Gzt");
    pty_wait_text(t, "row 77 of 10,000   C500 (long)   col 501/1,000");
    sheet_settle(t);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "wide: subscribed anew");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    pty_wait_text(t, "row 77 of 10,000   C500 (long)   col 501/1,000");
    viewer_leave(t);
}

static void a_failed_table_keeps_its_rows_and_comes_back_with_its_name(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    server_control("restore");
    struct pty *t = viewer_open("failing", z);

    pty_wait_text(t, "row 1 of 10 ");
    pty_keys(t, "7G");
    sheet_settle(t);
    server_control("fail");
    pty_wait_text(t, "ended: these rows are old");
    pty_wait_text(t, "For input string"); /* the reason, from the log */
    viewer_check_look(t, z);
    pty_keys(t, "z+");
    pty_wait_text(t, "failing: has ended; ^r asks for it anew");
    sheet_settle(t);
    char *first = first_cell(t, "I");
    assert_string_equal(first, "0");
    free(first);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "failing: Table is already failed");
    pty_wait_text(t, "ended: these rows are old");
    server_control("restore"); /* its name stands for another one: back by itself */
    pty_wait_text(t, "live");
    pty_wait_gone(t, "these rows are old");
    pty_wait_text(t, "row 7 of 10");
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_LOOKS(a_changed_text_is_bold_then_fades),
        VIEWER_LOOKS(numbers_tell_which_way_they_went),
        VIEWER_SIZES(only_the_cell_that_changed_is_painted),
        VIEWER_SIZES(a_change_outside_the_screen_writes_nothing),
        VIEWER_SIZES(following_stays_at_the_end),
        VIEWER_SIZES(rows_on_screen_hold_their_positions),
        VIEWER_SIZES(a_pause_freezes_and_then_marks),
        VIEWER_SIZES(a_pause_marks_rows_where_they_went),
        VIEWER_SIZES(popups_show_the_paused_picture),
        VIEWER_SIZES(row_popups_say_what_is_not_of_the_paused_picture),
        VIEWER_SIZES(the_rate_changes_and_rows_stay),
        VIEWER_SIZES(rows_appended_are_counted),
        VIEWER_LOOKS(a_replaced_table_is_offered),
        VIEWER_SIZES(a_wide_table_asked_anew_keeps_its_place),
        VIEWER_LOOKS(a_failed_table_keeps_its_rows_and_comes_back_with_its_name),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
