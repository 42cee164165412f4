/* Keys of all kinds in any order: cells that are shown are those of the table. */
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
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define PAUSE_COLUMNS 100
#define ROUND_KEYS 25 /* at most, between two looks */

static struct prng numbers;
static size_t n_cells, n_pauses;

/* A count may come before each of these. */
static const char *const counted[] = {
    "j",     "k",     "h",       "l",    "<PgDn>", "<PgUp>",    "<C-d>",    "<C-u>",
    "G",     "gg",    "<Space>", "H",    "M",      "L",         "zt",       "zz",
    "zb",    "<C-l>", "<Down>",  "<Up>", "$",      "<C-Right>", "<C-Left>", "-",
    "g<lt>", "g>",    "!",       "<lt>", ">",      "_",         "v",        "V",
    "gv",    "y",     "Y",       "gy",   "zy",     "zY",
};

static const char *const others[] = {
    "0",
    "g-",
    "g_",
    "F",
    "p",
    "ma",
    "mb",
    "'a",
    "'b",
    "''",
    "<Enter>q",
    "<Enter>Gq",
    "z<Enter><Esc>",
    "z<Enter>jjq",
    "gmq",
    "C<Space>q",
    "CJq",
    "CKq",
    "C5j<Space>q",
    "z+",
    "z-",
    "<C-r>",
    ":<Esc>",
    "?Gq",
    ":first-row<Enter>",
    "c<Tab><Enter>",
    "s<Esc>",
};

/* Each of these opens a stream in place of another. They are not hurried: a server (42.7)
 * that has many large streams cancelled ends the connection. */
static const char *const reopening[] = {"z+", "z-", "<C-r>"};

static size_t below(size_t n)
{
    return (size_t)prng_below(&numbers, n);
}

/* On a narrow screen a pause is cut off the status line, where look() reads it. */
static void other_key(struct pty *t)
{
    const char *key = others[below(COUNT(others))];
    int rows, cols;

    pty_size(t, &rows, &cols);
    if (strcmp(key, "p") != 0 || cols >= PAUSE_COLUMNS)
        pty_keys(t, key);
    pty_keys(t, "<Esc>");
}

static void random_key(struct pty *t, const char *column, int64_t rows)
{
    switch (below(8)) {
    case 0:
        other_key(t);
        break;
    case 1:
        viewer_keys(t, "%zu%s", 1 + below(12), counted[below(COUNT(counted))]);
        break;
    case 2:
        viewer_keys(t, "%" PRId64 "G", 1 + (int64_t)prng_below(&numbers, (uint64_t)rows));
        break;
    case 3:
        viewer_keys(t, "%zu%%", 1 + below(100));
        break;
    case 4:
        viewer_keys(t, "c%s<Enter>", column);
        break;
    default:
        pty_keys(t, counted[below(COUNT(counted))]);
        break;
    }
}

static void random_size(struct pty *t)
{
    static const int sizes[][2] = {{24, 80}, {50, 200}, {9, 40}, {24, 100}};
    const int *size = sizes[below(COUNT(sizes))];

    pty_resize(t, size[0], size[1]);
}

/* While it is paused there may be cells that do not come. */
static void look(struct pty *t, sheet_formula *formula)
{
    sheet_sync(t);
    if (pty_has(t, "PAUSED")) {
        n_cells += sheet_check_known(t, formula);
        n_pauses++;
        pty_keys(t, "p");
    }
    sheet_settle(t);
    n_cells += sheet_check_known(t, formula);
    pty_wait_text(t, "live");
}

static const struct table {
    const char *name, *column;
    int64_t rows;
    sheet_formula *formula;
    size_t rounds;
} tables[] = {
    {"million", "T", 1000000, sheet_formula_million, 12},
    {"billion", "N", 1000000000, sheet_formula_million, 12},
    {"wide", "C77", 10000, sheet_formula_wide, 10},
    {"appending", "X", 150, sheet_formula_appending, 8},
};

static void run(const struct table *table, const struct viewer_setting *z)
{
    struct pty *t = viewer_open(table->name, z);

    pty_let_copy(t);
    sheet_settle(t);
    for (size_t round = 0; round < table->rounds; round++) {
        if (below(5) == 0)
            random_size(t);
        for (size_t i = 1 + below(ROUND_KEYS); i > 0; i--)
            random_key(t, table->column, table->rows);
        if (below(3) == 0)
            pty_keys(t, reopening[below(COUNT(reopening))]);
        look(t, table->formula);
    }
    viewer_leave(t);
}

static void after_any_keys_every_cell_is_right(void **state)
{
    for (size_t i = 0; i < COUNT(tables); i++)
        run(&tables[i], VIEWER_SETTING(state));
    print_message("%zu cells compared so far, %zu pictures were paused\n", n_cells,
                  n_pauses);
    assert_true(n_cells > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(after_any_keys_every_cell_is_right),
        VIEWER_TEST(after_any_keys_every_cell_is_right, "ascii", &viewer_ascii),
    };

    server_require();
    numbers = prng_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
