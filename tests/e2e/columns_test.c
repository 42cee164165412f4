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

static unsigned seed;

static struct pty *open_with(const char *table, int rows, int cols, const char *option)
{
    char *target = server_target(table);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = rows, .cols = cols, .argv = (const char *const[]){target, option, NULL}});

    free(target);
    pty_wait_text(t, " row 1 of ");
    return t;
}

static struct pty *open_table(const char *table, int rows, int cols)
{
    return open_with(table, rows, cols, NULL);
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

static char *formula_verywide(const char *column, int64_t i)
{
    return column[0] == 'C' ? mem_printf("%" PRId64, i * 10000 + (int64_t)atoll(column + 1))
                            : NULL;
}

/* Names of the columns on the screen with a blank after each, the cut one left out when
 * only the first n are asked for. */
static void expect_columns(struct pty *t, const char *want)
{
    static struct sheet s;
    char got[512] = "";
    size_t n = 0;

    assert_true(sheet_read(t, &s));
    for (size_t i = 0; i < s.n_columns && n < strlen(want); i++)
        n += (size_t)snprintf(got + n, sizeof(got) - n, "%s ", s.name[i]);
    sheet_release(&s);
    assert_string_equal(got, want);
}

static void settle(struct pty *t, sheet_formula *formula, const char *columns)
{
    sheet_settle(t);
    (void)sheet_check(t, formula);
    if (columns)
        expect_columns(t, columns);
}

static void hidden_columns_go_and_come_back(void **state)
{
    struct pty *t = open_table("million", 24, 80);

    (void)state;
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
    leave(t);
}

static void moved_columns_keep_their_cells_and_the_cursor(void **state)
{
    struct pty *t = open_table("million", 24, 80);

    (void)state;
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
    pty_resize(t, 50, 200);
    settle(t, sheet_formula_million, "L S D I N B T C ");
    leave(t);
}

static void frozen_columns_stay_while_the_others_scroll(void **state)
{
    struct pty *t = open_table("wide", 24, 100);

    (void)state;
    sheet_settle(t);
    pty_keys(t, "l!");
    pty_wait_text(t, "2 columns frozen");
    settle(t, sheet_formula_wide, "C0 C1 C2 C3 ");
    pty_keys(t, "$");
    pty_wait_text(t, "col 1000/1000");
    settle(t, sheet_formula_wide, "C0 C1 C989 ");
    leave(t);
}

static void frozen_columns_of_a_wide_table_are_right_anywhere(void **state)
{
    struct pty *t = open_table("verywide", 24, 100);

    (void)state;
    sheet_settle(t);
    pty_keys(t, "l!");
    for (int i = 0; i < 25; i++)
        pty_keys(t, "<C-Right>");
    settle(t, formula_verywide, "C0 C1 ");
    pty_keys(t, "5000l");
    settle(t, formula_verywide, "C0 C1 ");
    pty_keys(t, "cC9000<Enter>");
    pty_wait_text(t, "C9000 (long)   col 9001/10000");
    settle(t, formula_verywide, "C0 C1 ");
    pty_keys(t, "3-");
    pty_wait_text(t, "C9003 (long)   col 9001/9997   3 hidden");
    settle(t, formula_verywide, "C0 C1 ");
    pty_keys(t, "2000g<lt>G");
    pty_wait_text(t, "C9003 (long)   col 7001/9997");
    settle(t, formula_verywide, "C0 C1 ");
    pty_keys(t, "!");
    pty_wait_text(t, "take no more than half the screen");
    settle(t, formula_verywide, "C0 C1 C2 ");
    pty_keys(t, "!");
    pty_wait_text(t, "no column is frozen");
    pty_keys(t, "0");
    settle(t, formula_verywide, "C0 C1 C2 C3 ");
    leave(t);
}

static void the_first_column_is_reached_past_frozen_ones(void **state)
{
    struct pty *t = open_table("wide", 24, 80);

    (void)state;
    sheet_settle(t);
    pty_keys(t, "2!$");
    pty_wait_text(t, "col 1000/1000");
    pty_keys(t, "0");
    pty_wait_text(t, "C0 (long)   col 1/1000");
    settle(t, sheet_formula_wide, "C0 C1 C2 C3 ");
    pty_keys(t, "500l<C-Left>");
    settle(t, sheet_formula_wide, "C0 C1 ");
    for (int i = 0; i < 120; i++)
        pty_keys(t, "<C-Left>");
    pty_wait_text(t, "C0 (long)   col 1/1000");
    settle(t, sheet_formula_wide, "C0 C1 C2 C3 ");
    leave(t);
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
    struct pty *t = open_table("million", 24, 100);
    int from;

    (void)state;
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
    leave(t);
}

static void a_column_is_found_by_a_part_of_its_name(void **state)
{
    struct pty *t = open_table("wide", 24, 100);

    (void)state;
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
    pty_wait_text(t, "C770 (long)   col 771/1000");
    settle(t, sheet_formula_wide, NULL);
    pty_keys(t, "c99<Enter>"); /* starts no name: the first that has it inside */
    pty_wait_text(t, "C99 (long)   col 100/1000");
    settle(t, sheet_formula_wide, NULL);
    pty_keys(t, "cNope<Enter>");
    pty_wait_text(t, "no column is named Nope");
    pty_keys(t, "cC100<Enter>");
    pty_wait_text(t, "C100 (long)   col 101/1000");
    pty_keys(t, "-cC100<Enter>");
    pty_wait_text(t, "column C100 is hidden; C shows it");
    pty_keys(t, "c<Esc>");
    settle(t, sheet_formula_wide, NULL);
    leave(t);
}

static void the_list_of_columns_shows_hides_and_orders(void **state)
{
    struct pty *t = open_table("million", 24, 80);

    (void)state;
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
    leave(t);
}

static void ascii_marks_rule_and_hidden_columns(void **state)
{
    struct pty *t = open_with("million", 24, 80, "--ascii");
    char *screen;

    (void)state;
    pty_keys(t, "!ll-");
    pty_wait_text(t, "1 column hidden");
    pty_wait_text(t, ":");
    screen = pty_screen(t);
    for (const char *p = screen; *p; p++)
        assert_true((unsigned char)*p < 0x80);
    free(screen);
    leave(t);
}

static unsigned below(unsigned n)
{
    return (unsigned)rand_r(&seed) % n;
}

/* Keys that change columns or move, none of which cuts a name. */
static void random_keys(struct pty *t)
{
    static const char *const keys[] = {
        "j",  "k",         "h",     "l",   "l",           "<PgDn>",     "<PgUp>",
        "G",  "gg",        "0",     "$",   "<C-Left>",    "<C-Right>",  "<C-Right>",
        "-",  "g-",        "g<lt>", "g>",  "!",           ">",          "_",
        "g_", "C<Space>q", "CJq",   "CKq", "C5j<Space>q", "cC1<Enter>", "c<Tab><Enter>",
    };
    const char *key = keys[below(sizeof(keys) / sizeof(*keys))];
    char text[64];

    if (below(5) == 0 && key[0] != 'c')
        (void)snprintf(text, sizeof(text), "%u%s", 1 + below(12), key);
    else
        (void)snprintf(text, sizeof(text), "%s", key);
    pty_keys(t, text);
}

static void any_keys(const char *table, sheet_formula *formula, int rounds)
{
    static const int sizes[][2] = {{24, 80}, {50, 200}, {9, 40}, {24, 100}};
    struct pty *t = open_table(table, 24, 80);

    sheet_settle(t);
    for (int round = 0; round < rounds; round++) {
        if (below(5) == 0) {
            const int *size = sizes[below(4)];

            pty_resize(t, size[0], size[1]);
        }
        for (unsigned i = 1 + below(20); i > 0; i--)
            random_keys(t);
        sheet_settle(t);
        (void)sheet_check(t, formula);
    }
    leave(t);
}

static void after_any_column_keys_every_cell_is_right(void **state)
{
    (void)state;
    any_keys("million", sheet_formula_million, 30);
    any_keys("wide", sheet_formula_wide, 30);
    any_keys("verywide", formula_verywide, 15);
}

int main(void)
{
    const char *given = getenv("DHVIEW_SEED");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hidden_columns_go_and_come_back),
        cmocka_unit_test(moved_columns_keep_their_cells_and_the_cursor),
        cmocka_unit_test(frozen_columns_stay_while_the_others_scroll),
        cmocka_unit_test(frozen_columns_of_a_wide_table_are_right_anywhere),
        cmocka_unit_test(the_first_column_is_reached_past_frozen_ones),
        cmocka_unit_test(widths_are_set_and_fit),
        cmocka_unit_test(a_column_is_found_by_a_part_of_its_name),
        cmocka_unit_test(the_list_of_columns_shows_hides_and_orders),
        cmocka_unit_test(ascii_marks_rule_and_hidden_columns),
        cmocka_unit_test(after_any_column_keys_every_cell_is_right),
    };

    server_require();
    seed = given ? (unsigned)strtoul(given, NULL, 10) : 20261122;
    print_message("seed %u (DHVIEW_SEED)\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
