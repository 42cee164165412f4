/*
 * Tabs that are not on the screen, on a real server: their rows go on in the tab line,
 * their end is told, and what was made for a tab is released with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/export_ids.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

#define SOME_TABS 12

static struct pty *view(const char *const *argv)
{
    return pty_start(
        &(struct pty_options){.rows = 24, .cols = 120, .argv = argv, .split_stderr = true});
}

/* "million", a table, and "appending", of the anonymous server. */
static struct pty *view_tables(const char *table)
{
    char *a = server_target("million"), *b = server_target(table);
    char *c = server_target("appending");
    struct pty *t = view((const char *const[]){a, b, c, NULL});

    free(a);
    free(b);
    free(c);
    sheet_wait_status(t, 1, 1000000);
    return t;
}

/* Label and row count of "appending" in the tab line; owned. */
static char *appending_label(const struct pty *t)
{
    char *row = pty_row(t, 0), *label = strstr(row, "appending "), *out;

    assert_non_null(label);
    out = mem_strndup(label, strlen("appending ") +
                                 strspn(label + strlen("appending "), "0123456789,"));
    free(row);
    return out;
}

static bool is_other(struct pty *t, void *ctx)
{
    char *now = appending_label(t);
    bool other = strcmp(now, ctx) != 0;

    free(now);
    return other;
}

/* Until the tab line follows its rows, which it does not before that tab sleeps. */
static void wait_asleep(struct pty *t)
{
    for (int i = 0; i < 3; i++) {
        char *before = appending_label(t);

        pty_wait(t, is_other, before, "another number of rows");
        free(before);
    }
}

static void rows_of_a_table_that_sleeps_go_on_in_the_tab_line(void **state)
{
    struct pty *t = view_tables("small");

    (void)state;
    wait_asleep(t);
    pty_keys(t, "gT");
    pty_wait_text(t, "Timestamp");
    pty_keys(t, "gt12345G");
    sheet_wait_status(t, 12345, 1000000);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
    viewer_leave(t);
}

static void a_table_that_fails_while_its_tab_sleeps_marks_that_tab(void **state)
{
    struct pty *t;

    (void)state;
    server_control("restore");
    t = view_tables("failing");
    pty_keys(t, "gt");
    pty_wait_text(t, "row 1 of 10");
    pty_keys(t, "gt");
    pty_wait_text(t, "Timestamp");
    pty_keys(t, "gt");
    sheet_wait_status(t, 1, 1000000);
    wait_asleep(t); /* the one that was left later; so both do */
    server_control("fail");
    pty_wait_row(t, 0, " 2 failing! ");
    pty_keys(t, "gt");
    pty_wait_row(t, 0, "ended: these rows are old");
    pty_wait_text(t, "row 1 of 10");
    server_control("restore");
    viewer_leave(t);
}

static bool none_left(struct pty *t, void *ctx)
{
    (void)t;
    return export_ids_left(ctx) == 0;
}

static void every_id_that_tabs_have_made_is_released_when_they_are_closed(void **state)
{
    static const struct {
        const char *name, *last; /* column; a wide table makes parts on the way to it */
    } tables[] = {{"million", "(long)   col 8/8"},
                  {"appending", "X (long)"},
                  {"verywide", "C9999"},
                  {"sorting", "K (long)"}};
    struct export_ids *ids = export_ids_new(server_address());
    struct pty *t = view((const char *const[]){export_ids_address(ids), NULL});
    size_t made;

    (void)state;
    pty_wait_text(t, "table 1 of");
    for (size_t i = 0; i < SOME_TABS; i++) {
        char *keys = mem_printf(":tab %s<Enter>", tables[i % 4].name);
        char *label = mem_printf("[%zu %s]", i + 2, tables[i % 4].name);

        pty_keys(t, keys);
        pty_wait_row(t, 0, label);
        pty_wait_text(t, "row 1 of ");
        pty_keys(t, "$");
        pty_wait_text(t, tables[i % 4].last);
        free(keys);
        free(label);
    }
    made = export_ids_made(ids);
    assert_true(made > SOME_TABS);
    assert_true(export_ids_left(ids) >= SOME_TABS);
    for (size_t i = 0; i < SOME_TABS; i++)
        pty_keys(t, "q");
    pty_wait_text(t, "table 1 of");
    pty_wait(t, none_left, ids, "all that was made to be released");
    print_message("%zu exports made, and released\n", export_ids_made(ids));
    viewer_leave(t);
    export_ids_free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_table_that_sleeps_go_on_in_the_tab_line),
        cmocka_unit_test(a_table_that_fails_while_its_tab_sleeps_marks_that_tab),
        cmocka_unit_test(every_id_that_tabs_have_made_is_released_when_they_are_closed),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
