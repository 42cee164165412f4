/* Several tables of real servers in one viewer: what happens to one tab touches no other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/tab_walk.h"
#include "tests/support/viewer.h"

#define TARGETS_MAX 4
#define STEPS 25
#define OLD "these rows are old"

/* A table on a server; NULL ends a list. */
struct wanted {
    const char *address, *table;
};

/* The first of the servers may want the key. */
static struct pty *view(const struct viewer_setting *z, const struct wanted *w)
{
    const char *argv[TARGETS_MAX + 3] = {"--secret-file", server_psk_file()};
    char *targets[TARGETS_MAX];
    size_t n = 0, options = w[0].address == server_psk_address() ? 2 : 0;
    struct pty *t;

    for (; w[n].table; n++) {
        assert_true(n < TARGETS_MAX);
        targets[n] = mem_printf("%s/%s", w[n].address, w[n].table);
        argv[options + n] = targets[n];
    }
    argv[options + n] = NULL;
    t = pty_start(&(struct pty_options){.rows = z->rows, .cols = z->cols, .argv = argv});
    while (n > 0)
        free(targets[--n]);
    return t;
}
#define VIEW(state, ...)                                                                   \
    view(VIEWER_SETTING(state), (const struct wanted[]){__VA_ARGS__, {NULL, NULL}})

static void check_cells(struct pty *t, sheet_formula *formula)
{
    sheet_settle(t);
    assert_true(sheet_check(t, formula) > 0);
}

static void a_table_that_cannot_be_had_is_told_in_its_tab_alone(void **state)
{
    const char *server = server_address();
    struct pty *t = VIEW(state, {server, "number"}, {server, "million"},
                         {server, "no_such_table"}, {server, "appending"});

    pty_wait_row(t, 0, "[1 number!]");
    pty_wait_text(t, "number is not a table");
    pty_keys(t, "gt");
    sheet_wait_status(t, 1, 1000000);
    pty_keys(t, "777777G");
    sheet_wait_status(t, 777777, 1000000);
    check_cells(t, sheet_formula_million);
    pty_keys(t, "<A-3>");
    pty_wait_row(t, 0, "[3 no_such_table!]");
    pty_wait_text(t, "the server has no table \"no_such_table\"");
    pty_keys(t, "q");
    pty_wait_row(t, 0, "[3 appending]");
    check_cells(t, sheet_formula_appending);
    pty_keys(t, "<A-1>q");
    pty_wait_row(t, 0, "[1 million] 2 appending");
    sheet_wait_status(t, 777777, 1000000);
    check_cells(t, sheet_formula_million);
    viewer_leave(t);
}

static bool is_not_opened(struct pty *t, void *ctx)
{
    char *line = pty_row(t, 0);
    bool is = strstr(line, "not opened") != NULL;

    (void)ctx;
    free(line);
    return is;
}

static void a_table_that_failed_is_there_once_it_is_asked_for_anew(void **state)
{
    const char *server = server_address();
    struct pty *t;

    server_control("forget late");
    t = VIEW(state, {server, "late"}, {server, "number"}, {server, "million"});
    pty_wait_row(t, 0, "[1 late!]");
    pty_wait_text(t, "the server has no table \"late\"");
    pty_keys(t, "gt");
    pty_wait_row(t, 0, "[2 number!]");
    pty_wait_text(t, "the server cannot give number as a table: ");
    pty_keys(t, "<C-r>"); /* once the reason of the first end is known */
    pty_wait_seen(t, is_not_opened, NULL, "another try");
    pty_wait_text(t, "the server cannot give number as a table: ");
    pty_wait_row(t, 0, "[2 number!]");
    pty_keys(t, "gT<C-r>");
    pty_wait_text(t, "late: the server has no table \"late\"");
    server_control("make late 1000 view I=ii");
    pty_keys(t, "<C-r>");
    sheet_wait_status(t, 1, 1000);
    pty_wait_row(t, 0, "[1 late] ");
    pty_wait_text(t, "subscribed anew");
    pty_keys(t, "G");
    pty_wait_text(t, "1,000│  999");
    pty_wait_row(t, 0, "live");
    viewer_leave(t);
    server_control("forget late");
}

static void a_server_that_is_cut_off_touches_no_tab_of_another(void **state)
{
    struct relay *r = relay_new(server_address());
    struct pty *t = VIEW(state, {server_psk_address(), "million"},
                         {relay_address(r), "million"}, {relay_address(r), "wide"});

    sheet_wait_status(t, 1, 1000000);
    pty_keys(t, "400Ggt");
    pty_wait_row(t, 0, "[2 million]");
    sheet_wait_status(t, 1, 1000000);
    pty_keys(t, "300G");
    sheet_wait_status(t, 300, 1000000);
    check_cells(t, sheet_formula_million);
    pty_keys(t, "gT");
    sheet_wait_status(t, 400, 1000000);
    relay_cut(r);
    pty_wait_row(t, 0, " 2 million! ");
    pty_wait_row(t, 0, " 3 wide! ");
    pty_wait_row(t, 0, "live");
    assert_false(pty_has(t, OLD));
    pty_keys(t, "G");
    sheet_wait_status(t, 1000000, 1000000);
    check_cells(t, sheet_formula_million);
    pty_keys(t, "gt");
    pty_wait_row(t, 0, "[2 million!]");
    sheet_wait_status(t, 300, 1000000);
    check_cells(t, sheet_formula_million);
    pty_keys(t, "qq");
    pty_wait_row(t, 0, "live");
    check_cells(t, sheet_formula_million);
    viewer_leave(t);
    relay_free(r);
}

static void keys_of_one_tab_never_act_on_another(void **state)
{
    struct pty *t =
        VIEW(state, {server_psk_address(), "billion"}, {server_address(), "million"},
             {server_psk_address(), "million"}, {server_address(), "wide"});
    struct tab_walk tabs[] = {
        {"billion", 1000000000, 8, sheet_formula_million, 0, 0},
        {"million", 1000000, 8, sheet_formula_million, 0, 0},
        {"million", 1000000, 8, sheet_formula_million, 0, 0},
        {"wide", 10000, 1000, sheet_formula_wide, 0, 0},
    };

    tab_walk(t, tabs, 4, program_rounds(STEPS));
    viewer_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VIEWER_SIZES(a_table_that_cannot_be_had_is_told_in_its_tab_alone),
        VIEWER_SIZES(a_table_that_failed_is_there_once_it_is_asked_for_anew),
        VIEWER_SIZES(a_server_that_is_cut_off_touches_no_tab_of_another),
        VIEWER_SIZES(keys_of_one_tab_never_act_on_another),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
