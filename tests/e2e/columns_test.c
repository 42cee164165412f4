/* Columns hidden, moved, frozen and sized on the real server while the screen scrolls. */
#include <inttypes.h>
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

static void settle(struct pty *t, sheet_formula *formula, const char *columns)
{
    sheet_settle(t);
    (void)sheet_check(t, formula);
    if (columns)
        sheet_check_columns(t, columns);
}

static void hidden_columns_go_and_come_back(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("million", z);

    settle(t, sheet_formula_million, "I S D N B ");
    pty_keys(t, "l-");
    pty_wait_text(t, "1 column hidden; g- shows all");
    settle(t, sheet_formula_million, "I D N B T C L ");
    pty_wait_text(t, "D (double)   col 2/7   1 hidden");
    pty_wait_text(t, "⋮");
    pty_keys(t, "3-");
    settle(t, sheet_formula_million, "I T C L ");
    pty_keys(t, "0-$-");
    settle(t, sheet_formula_million, "T C ");
    pty_keys(t, "5-");
    pty_wait_text(t, "1 column hidden");
    pty_keys(t, "-");
    pty_wait_text(t, "the last column cannot be hidden");
    settle(t, sheet_formula_million, "T ");
    pty_keys(t, "G");
    sheet_wait_status(t, 1000000, 1000000);
    settle(t, sheet_formula_million, "T ");
    pty_keys(t, "g-");
    pty_wait_text(t, "7 columns shown again");
    settle(t, sheet_formula_million, "I S D N B ");
    pty_keys(t, "g-");
    pty_wait_text(t, "no column is hidden");
    pty_wait_gone(t, "⋮");
    viewer_leave(t);
}

static void moved_columns_keep_their_cells_and_the_cursor(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("million", z);

    sheet_settle(t);
    pty_keys(t, "2g>");
    pty_wait_text(t, "I (long)   col 3/8");
    settle(t, sheet_formula_million, "S D I N B ");
    pty_keys(t, "$9g<lt>");
    pty_wait_text(t, "L (long)   col 1/8");
    settle(t, sheet_formula_million, "L S D I N B ");
    pty_keys(t, "g<lt>");
    pty_wait_text(t, "no further");
    pty_keys(t, "500000G");
    settle(t, sheet_formula_million, "L S D I N B ");
    pty_resize(t, 24, 80);
    settle(t, sheet_formula_million, "L S D I N B ");
    pty_resize(t, 50, 200);
    settle(t, sheet_formula_million, "L S D I N B T C ");
    viewer_leave(t);
}

static void expect_last_column(struct pty *t, const char *want)
{
    static struct sheet s;

    assert_true(sheet_read(t, &s));
    assert_string_equal(s.name[s.n_columns - 1], want);
    sheet_release(&s);
}

static void frozen_columns_stay_while_the_others_scroll(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("wide", z);

    sheet_settle(t);
    pty_keys(t, "l!");
    pty_wait_text(t, "2 columns frozen");
    settle(t, sheet_formula_wide, "C0 C1 C2 C3 ");
    pty_keys(t, "$");
    pty_wait_text(t, "col 1,000/1,000");
    settle(t, sheet_formula_wide, "C0 C1 ");
    expect_last_column(t, "C999");
    viewer_leave(t);
}

static void frozen_columns_of_a_wide_table_are_right_anywhere(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("verywide", z);

    sheet_settle(t);
    pty_keys(t, "l!");
    for (int i = 0; i < 25; i++)
        pty_keys(t, "<C-Right>");
    settle(t, sheet_formula_verywide, "C0 C1 ");
    pty_keys(t, "5000l");
    settle(t, sheet_formula_verywide, "C0 C1 ");
    pty_keys(t, "cC9000<Enter>");
    pty_wait_text(t, "C9000 (long)   col 9,001/10,000");
    settle(t, sheet_formula_verywide, "C0 C1 ");
    pty_keys(t, "3-");
    pty_wait_text(t, "C9003 (long)   col 9,001/9,997   3 hidden");
    settle(t, sheet_formula_verywide, "C0 C1 ");
    pty_keys(t, "2000g<lt>G");
    pty_wait_text(t, "C9003 (long)   col 7,001/9,997");
    settle(t, sheet_formula_verywide, "C0 C1 ");
    pty_keys(t, "!");
    pty_wait_text(t, "take no more than half the screen");
    settle(t, sheet_formula_verywide, "C0 C1 C2 ");
    pty_keys(t, "!");
    pty_wait_text(t, "no column is frozen");
    pty_keys(t, "0");
    settle(t, sheet_formula_verywide, "C0 C1 C2 C3 ");
    viewer_leave(t);
}

static void the_first_column_is_reached_past_frozen_ones(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("wide", z);

    sheet_settle(t);
    pty_keys(t, "2!$");
    pty_wait_text(t, "col 1,000/1,000");
    pty_keys(t, "0");
    pty_wait_text(t, "C0 (long)   col 1/1,000");
    settle(t, sheet_formula_wide, "C0 C1 C2 C3 ");
    pty_keys(t, "500l<C-Left>");
    settle(t, sheet_formula_wide, "C0 C1 ");
    for (int i = 0; i < 120; i++)
        pty_keys(t, "<C-Left>");
    pty_wait_text(t, "C0 (long)   col 1/1,000");
    settle(t, sheet_formula_wide, "C0 C1 C2 C3 ");
    viewer_leave(t);
}

/* First terminal column of a text in the header. */
static int column_of(struct pty *t, const char *text)
{
    char *row = pty_row(t, 1);
    char *at = strstr(row, text);
    int n = -1;

    if (at) { /* the gutter's rule takes three bytes for one column */
        n = (int)(at - row);
        for (char *p = row; p < at; p++)
            n -= ((unsigned char)*p & 0xc0) == 0x80;
    }
    free(row);
    return n;
}

static void widths_are_set_and_fit(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("million", z);
    int from;

    sheet_settle(t);
    from = column_of(t, " D ");
    pty_keys(t, "l10>");
    sheet_settle(t);
    assert_int_equal(column_of(t, " D "), from + 10);
    settle(t, sheet_formula_million, "I S D ");
    pty_keys(t, "4<lt>");
    sheet_settle(t);
    assert_int_equal(column_of(t, " D "), from + 6);
    pty_keys(t, "999999G");
    sheet_settle(t);
    pty_keys(t, "_"); /* row-999998 */
    settle(t, sheet_formula_million, "I S D ");
    pty_keys(t, "gg_g_");
    sheet_wait_status(t, 1, 1000000);
    sheet_settle(t);
    assert_int_equal(column_of(t, " D "), from);
    settle(t, sheet_formula_million, "I S D ");
    viewer_leave(t);
}

static void a_column_is_found_by_a_part_of_its_name(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("wide", z);

    pty_keys(t, "c");
    pty_wait_text(t, "1000 matches:");
    pty_keys(t, "c77");
    pty_wait_text(t, "11 matches: C77 C770 C771");
    pty_keys(t, "<Tab><Tab>");
    pty_wait_text(t, "match 2 of 11: C770 C771");
    pty_wait_text(t, "column: C770");
    pty_keys(t, "<S-Tab>");
    pty_wait_text(t, "match 1 of 11: C77 ");
    pty_keys(t, "<Tab><Enter>");
    pty_wait_text(t, "C770 (long)   col 771/1,000");
    settle(t, sheet_formula_wide, NULL);
    pty_keys(t, "c99<Enter>"); /* starts no name: the first that has it inside */
    pty_wait_text(t, "C99 (long)   col 100/1,000");
    settle(t, sheet_formula_wide, NULL);
    pty_keys(t, "cNope<Enter>");
    pty_wait_text(t, "no column is named Nope");
    pty_keys(t, "cC100<Enter>");
    pty_wait_text(t, "C100 (long)   col 101/1,000");
    pty_keys(t, "-cC100<Enter>");
    pty_wait_text(t, "column C100 is hidden; C shows it");
    pty_keys(t, "c<Esc>");
    settle(t, sheet_formula_wide, NULL);
    viewer_leave(t);
}

static void the_list_of_columns_shows_hides_and_orders(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("million", z);

    sheet_settle(t);
    pty_keys(t, "lC");
    pty_wait_text(t, "column 2 of 8, 8 shown");
    pty_keys(t, "<Space>");
    pty_wait_text(t, "column 2 of 8, 7 shown");
    pty_wait_text(t, "[ ] S");
    pty_keys(t, "jJJ");
    pty_wait_text(t, "column 5 of 8, 7 shown");
    pty_keys(t, "q");
    settle(t, sheet_formula_million, "I N B D ");
    pty_wait_text(t, "D (double)   col 4/7   1 hidden");
    pty_keys(t, "C/s<Enter>");
    pty_wait_text(t, "column 1 of 1, 7 shown");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "column 1 of 1, 8 shown");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "column 2 of 8, 8 shown");
    pty_keys(t, "4K");
    pty_wait_text(t, "column 1 of 8, 8 shown");
    pty_keys(t, "q");
    settle(t, sheet_formula_million, "S I N B D ");
    pty_wait_text(t, "S (string)   col 1/8");
    viewer_leave(t);
}

/* --- widths and looks --- */

static void widths_grow_and_do_not_shrink_by_themselves(void **state)
{
    struct pty *t = viewer_open("million", VIEWER_SETTING(state));
    int narrow, wide;

    sheet_settle(t);
    narrow = column_of(t, " D ");
    pty_keys(t, "G");
    settle(t, sheet_formula_million, "I S D ");
    wide = column_of(t, " D ");
    assert_true(wide > narrow);
    pty_keys(t, "gg");
    settle(t, sheet_formula_million, "I S D ");
    assert_int_equal(column_of(t, " D "), wide);
    pty_keys(t, "g_");
    settle(t, sheet_formula_million, "I S D ");
    assert_int_equal(column_of(t, " D "), narrow);
    viewer_leave(t);
}

/* In D every fourth number has no more than a zero behind its point. */
static void points_are_lined_up(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("million", z);
    char *line, *name;
    int at = -1;

    pty_keys(t, "390Gzt"); /* 97.25 to 100.0 and on */
    settle(t, sheet_formula_million, "I S D ");
    for (int i = 0; i < viewer_height(z); i++) {
        line = pty_row(t, 3 + i);
        name = strstr(line, "row-");
        assert_non_null(name);
        at = i == 0 ? (int)(strchr(name, '.') - line) : at;
        assert_int_equal(strchr(name, '.') - line, at);
        free(line);
    }
    viewer_leave(t);
}

/* How a name in the header looks. */
static struct pty_cell header_cell(struct pty *t, const char *name)
{
    struct pty_cell c;

    pty_cell(t, 1, column_of(t, name) + 1, &c);
    return c;
}

static void marks_of_the_header_in_every_look(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = viewer_open("million", z);
    struct pty_cell current, other;

    pty_keys(t, "!lll-");
    pty_wait_text(t, "B (boolean)   col 4/7   1 hidden");
    settle(t, sheet_formula_million, "I S D B ");
    pty_wait_row(t, 1, z->ascii ? "I | S" : "I │ S"); /* the rule after frozen columns */
    pty_wait_row(t, 1, z->ascii ? ":B" : "⋮B");       /* hidden ones stand here */
    current = header_cell(t, z->ascii ? ":B" : "⋮B");
    other = header_cell(t, " S ");
    assert_true(current.bold && other.bold);
    assert_true(z->mono ? current.reverse && !other.reverse : current.bg != other.bg);
    viewer_check_look(t, z);
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(hidden_columns_go_and_come_back),
        VIEWER_SIZES(moved_columns_keep_their_cells_and_the_cursor),
        VIEWER_SIZES(frozen_columns_stay_while_the_others_scroll),
        VIEWER_SIZES(frozen_columns_of_a_wide_table_are_right_anywhere),
        VIEWER_SIZES(the_first_column_is_reached_past_frozen_ones),
        VIEWER_SIZES(widths_are_set_and_fit),
        VIEWER_SIZES(widths_grow_and_do_not_shrink_by_themselves),
        VIEWER_LOOKS(points_are_lined_up),
        VIEWER_LOOKS(marks_of_the_header_in_every_look),
        VIEWER_SIZES(a_column_is_found_by_a_part_of_its_name),
        VIEWER_SIZES(the_list_of_columns_shows_hides_and_orders),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
