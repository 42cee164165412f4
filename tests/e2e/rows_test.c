/* Rows of tables of 10^3, 10^6 and 10^9 rows, reached in every way, cell by cell. */
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

static const struct {
    const char *name;
    int64_t rows;
} tables[] = {{"small", 1000}, {"million", 1000000}, {"billion", 1000000000}};

static unsigned seed;

static struct pty *open_table(const char *name, int rows, int cols)
{
    char *target = server_target(name);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = rows, .cols = cols, .argv = (const char *const[]){target, NULL}});

    free(target);
    pty_wait_text(t, " row 1 of ");
    return t;
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

static void settled_at(struct pty *t, int64_t row, int64_t rows)
{
    sheet_wait_status(t, row, rows);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
}

static void go(struct pty *t, int64_t row)
{
    char keys[32];

    (void)snprintf(keys, sizeof(keys), "%" PRId64 "G", row);
    pty_keys(t, keys);
}

static void first_last_and_random_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        int64_t n = tables[i].rows;
        struct pty *t = open_table(tables[i].name, 24, 100);

        settled_at(t, 1, n);
        pty_keys(t, "G");
        settled_at(t, n, n);
        pty_keys(t, "gg");
        settled_at(t, 1, n);
        for (int k = 0; k < 8; k++) {
            int64_t row = 1 + (int64_t)((unsigned)rand_r(&seed) % (unsigned)n);

            go(t, row);
            settled_at(t, row, n);
        }
        pty_keys(t, "50%");
        settled_at(t, n / 2 + 1, n);
        pty_keys(t, ":77<Enter>");
        settled_at(t, 77, n);
        pty_keys(t, "<C-g>12,345<Enter>");
        settled_at(t, n < 12345 ? n : 12345, n);
        leave(t);
    }
}

static void page_keys_held_down_skip_nothing(void **state)
{
    struct pty *t = open_table("million", 24, 100);

    (void)state;
    for (int i = 0; i < 200; i++)
        pty_keys(t, "<PgDn>");
    settled_at(t, 1 + 200 * 19, 1000000);
    for (int i = 0; i < 200; i++)
        pty_keys(t, "<PgUp>");
    settled_at(t, 1, 1000000);
    for (int i = 0; i < 100; i++)
        pty_keys(t, "<C-d>");
    settled_at(t, 1 + 100 * 9, 1000000);
    for (int i = 0; i < 500; i++)
        pty_keys(t, "j");
    settled_at(t, 1401, 1000000);
    leave(t);
}

static void counts_multiply_and_never_overflow(void **state)
{
    struct pty *t = open_table("billion", 24, 100);

    (void)state;
    pty_keys(t, "123456j");
    settled_at(t, 123457, 1000000000);
    pty_keys(t, "100000<PgDn>");
    settled_at(t, 123457 + 1900000, 1000000000);
    pty_keys(t, "99999999999999999999999j");
    settled_at(t, 1000000000, 1000000000);
    pty_keys(t, "99999999999999999999999<PgUp>");
    settled_at(t, 1, 1000000000);
    pty_keys(t, "99999999999999999999999G");
    settled_at(t, 1000000000, 1000000000);
    leave(t);
}

static void the_cursor_moves_within_the_screen(void **state)
{
    struct pty *t = open_table("million", 24, 100);

    (void)state;
    pty_keys(t, "500G");
    settled_at(t, 500, 1000000);
    pty_keys(t, "zt");
    settled_at(t, 500, 1000000);
    pty_wait_row(t, 3, "      500│");
    pty_keys(t, "L");
    settled_at(t, 518, 1000000);
    pty_keys(t, "M");
    settled_at(t, 509, 1000000);
    pty_keys(t, "H");
    settled_at(t, 500, 1000000);
    pty_keys(t, "zb");
    settled_at(t, 500, 1000000);
    pty_wait_row(t, 21, "      500│");
    pty_keys(t, "zz");
    settled_at(t, 500, 1000000);
    pty_wait_row(t, 12, "      500│");
    leave(t);
}

static void a_thousand_columns_scroll_sideways(void **state)
{
    struct pty *t = open_table("wide", 24, 100);

    (void)state;
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    pty_wait_text(t, "C0 (long)   col 1/1000");
    pty_keys(t, "$");
    pty_wait_text(t, "C999 (long)   col 1000/1000");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    pty_keys(t, "0");
    pty_wait_text(t, "C0 (long)   col 1/1000");
    pty_keys(t, "500l");
    pty_wait_text(t, "C500 (long)   col 501/1000");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    for (int i = 0; i < 30; i++)
        pty_keys(t, "<C-Right>");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    for (int i = 0; i < 30; i++)
        pty_keys(t, "<C-Left>");
    pty_keys(t, "G");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_wide);
    leave(t);
}

/* Keys that move, with weights; a count may come before each. */
static const char *const moves[] = {
    "j", "k",  "h",         "l",        "<PgDn>", "<PgUp>", "<C-d>",   "<C-u>",
    "G", "gg", "H",         "M",        "L",      "zt",     "zz",      "zb",
    "0", "$",  "<C-Right>", "<C-Left>", "<Down>", "<Up>",   "<Space>", "<C-l>",
};

static void random_keys(struct pty *t, int64_t rows)
{
    char keys[48];
    const char *move = moves[(unsigned)rand_r(&seed) % (sizeof(moves) / sizeof(*moves))];

    switch (rand_r(&seed) % 6) {
    case 0:
        (void)snprintf(keys, sizeof(keys), "%u%s", 1 + (unsigned)rand_r(&seed) % 40, move);
        break;
    case 1:
        (void)snprintf(keys, sizeof(keys), "%" PRId64 "G",
                       1 + (int64_t)((unsigned)rand_r(&seed) % (unsigned)rows));
        break;
    case 2:
        (void)snprintf(keys, sizeof(keys), "%u%%", (unsigned)rand_r(&seed) % 101);
        break;
    default:
        (void)snprintf(keys, sizeof(keys), "%s", move);
        break;
    }
    pty_keys(t, keys);
}

static void after_any_keys_every_cell_is_right(void **state)
{
    static const int sizes[][2] = {{24, 80}, {50, 200}, {9, 40}, {24, 100}};
    struct pty *t = open_table("billion", 24, 80);

    (void)state;
    for (int round = 0; round < 40; round++) {
        int keys = 1 + rand_r(&seed) % 30;

        if (rand_r(&seed) % 5 == 0) {
            const int *size = sizes[rand_r(&seed) % 4];

            pty_resize(t, size[0], size[1]);
        }
        for (int i = 0; i < keys; i++)
            random_keys(t, 1000000000);
        sheet_settle(t);
        (void)sheet_check(t, sheet_formula_million);
    }
    leave(t);
}

int main(void)
{
    const char *given = getenv("DHVIEW_SEED");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_last_and_random_rows),
        cmocka_unit_test(page_keys_held_down_skip_nothing),
        cmocka_unit_test(counts_multiply_and_never_overflow),
        cmocka_unit_test(the_cursor_moves_within_the_screen),
        cmocka_unit_test(a_thousand_columns_scroll_sideways),
        cmocka_unit_test(after_any_keys_every_cell_is_right),
    };

    server_require();
    seed = given ? (unsigned)strtoul(given, NULL, 10) : 20261121;
    print_message("seed %u (DHVIEW_SEED)\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
