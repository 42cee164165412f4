/* The list of tables: what is in it, its filter, its keys, and that it is kept current. */
#include <inttypes.h>
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
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/viewer.h"

static struct pty *open_list(int rows, int cols)
{
    struct pty *t = pty_start(
        &(struct pty_options){.rows = rows,
                              .cols = cols,
                              .argv = (const char *const[]){server_address(), NULL},
                              .split_stderr = true});

    pty_wait_row(t, rows - 2, " table 1 of ");
    return t;
}

/* Puts the filter to exactly this text, from whatever it was. */
static void filter(struct pty *t, const char *text)
{
    char *line = mem_printf("/%s", text);

    pty_keys(t, "/<C-u>");
    pty_keys(t, text);
    pty_wait_row(t, 21, line);
    free(line);
}

static void settled_at(struct pty *t, int64_t row, int64_t rows)
{
    sheet_wait_status(t, row, rows);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
}

static void the_list_is_sorted_and_has_types(void **state)
{
    struct pty *t = open_list(50, 100);
    char *before = mem_strdup("");
    size_t n = 0, tables = 0;

    (void)state;
    server_control("offer");
    pty_wait_text(t, "optional");
    pty_wait_quiet(t, 1); /* the whole of it */
    for (int row = 0; row < 47; row++) {
        char *line = pty_row(t, row), *name = line + strspn(line, " ");
        char *end = name + strcspn(name, " ");

        if (strncmp(line, "  ", 2) == 0 && strcmp(name, "") != 0 &&
            strncmp(name, "Name ", 5) != 0) {
            tables += strstr(end, "  Table") != NULL;
            *end = '\0';
            if (strcmp(before, name) >= 0)
                fail_msg("%s comes after %s", name, before);
            free(before);
            before = mem_strdup(name);
            n++;
        }
        free(line);
    }
    free(before);
    assert_in_range(n, 17, 45);
    assert_in_range(tables, 17, n);
    pty_wait_row(t, 0, " tables ");
    pty_wait_row(t, 0, "● live");
    pty_wait_row(t, 1, "Name");
    viewer_leave(t);
}

static void a_filter_narrows_and_enter_opens(void **state)
{
    struct pty *t = open_list(24, 80);

    (void)state;
    filter(t, "illi");
    pty_wait_row(t, 21, "/illi");
    pty_wait_text(t, "billion");
    pty_wait_text(t, "million");
    pty_wait_gone(t, "appending");
    filter(t, "zzz");
    pty_wait_text(t, "nothing matches");
    pty_keys(t, "<Enter>"); /* nothing to open */
    pty_wait_text(t, "table 0 of 0");
    filter(t, "MILLION");
    pty_wait_text(t, "table 1 of 1");
    pty_keys(t, "<Enter>");
    settled_at(t, 1, 1000000);
    pty_keys(t, "q");
    pty_wait_text(t, "/MILLION"); /* as it was left */
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "appending");
    viewer_leave(t);
}

static void q_and_t_go_back_and_everything_still_works(void **state)
{
    char *target = server_target("small");
    struct pty *t = pty_dhview(target, NULL);

    (void)state;
    free(target);
    settled_at(t, 1, 1000);
    for (int i = 0; i < 3; i++) {
        pty_keys(t, "t");
        pty_wait_row(t, 22, " table ");
        filter(t, "million");
        pty_keys(t, "<Enter>");
        settled_at(t, 1, 1000000);
        pty_keys(t, "G");
        settled_at(t, 1000000, 1000000);
        pty_keys(t, "t");
        pty_wait_row(t, 21, "/million");
        pty_keys(t, "<Enter>");
        settled_at(t, 1, 1000000);
        pty_keys(t, "q");
        pty_wait_row(t, 21, "/million");
        pty_keys(t, "<Esc>");
        pty_wait_text(t, "appending");
        pty_keys(t, "q");
        sheet_wait_status(t, i == 0 ? 1 : 500 + i - 1, 1000);
        char *go = mem_printf(":%d<Enter>", 500 + i); /* commands reach the first table */
        pty_keys(t, go);
        free(go);
        settled_at(t, 500 + i, 1000);
    }
    pty_keys(t, "q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

static void a_table_that_comes_and_goes_is_seen(void **state)
{
    struct pty *t = open_list(24, 80);

    (void)state;
    server_control("offer");
    filter(t, "optional");
    pty_wait_text(t, "table 1 of 1");
    for (int i = 0; i < 2; i++) {
        server_control("drop");
        pty_wait_text(t, "nothing matches");
        server_control("offer");
        pty_wait_text(t, "table 1 of 1");
    }
    pty_keys(t, "<Enter>");
    pty_wait_text(t, " row 1 of 5 ");
    pty_keys(t, "q");
    pty_wait_row(t, 0, " tables ");
    viewer_leave(t);
}

/* The entry that was chosen stays the chosen one when others come and go before it. */
static void the_chosen_entry_survives_changes(void **state)
{
    struct pty *t = open_list(24, 80);

    (void)state;
    server_control("offer");
    filter(t, "io");
    pty_wait_text(t, "optional");
    for (int i = 0; i < 30; i++)
        pty_keys(t, "<Down>");
    server_control("drop");
    pty_wait_gone(t, "optional");
    pty_keys(t, "<Enter>"); /* the last of those in whose names "io" stands latest */
    pty_wait_row(t, 0, " million ");
    pty_wait_text(t, " row 1 of 1,000,000 ");
    server_control("offer");
    viewer_leave(t);
}

static void a_table_that_vanished_gives_a_message_and_the_list_stays(void **state)
{
    struct pty *t = open_list(24, 80);

    (void)state;
    server_control("offer");
    filter(t, "optional");
    pty_wait_text(t, "table 1 of 1");
    pty_kill(t, SIGSTOP); /* so that it does not hear of the change in time */
    pty_wait_stopped(t);
    server_control("drop");
    pty_keys(t, "<Enter>");
    pty_kill(t, SIGCONT);
    pty_wait_row(t, 0, " tables ");
    pty_wait_text(t, "nothing matches");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "appending");
    server_control("offer");
    pty_wait_text(t, "optional");
    filter(t, "small");
    pty_keys(t, "<Enter>");
    settled_at(t, 1, 1000);
    pty_wait_row(t, 0, "● live");
    viewer_leave(t);
}

static void it_works_on_a_small_screen(void **state)
{
    struct pty *t = open_list(10, 24);

    (void)state;
    pty_keys(t, "G");
    pty_wait_text(t, "wide");
    pty_keys(t, "gg");
    pty_wait_text(t, "appending");
    pty_keys(t, "<PgDn><PgUp>jjk<C-d><C-u>");
    pty_wait_text(t, " table 2 of ");
    pty_keys(t, "/small<Enter>");
    pty_wait_row(t, 8, " row 1 of 1,000");
    pty_keys(t, "q");
    pty_wait_row(t, 7, "/small");
    pty_resize(t, 3, 20);
    pty_resize(t, 1, 1);
    pty_resize(t, 24, 80);
    pty_wait_row(t, 21, "/small");
    pty_wait_text(t, "table 1 of 1");
    viewer_leave(t);
}

static void the_ways_out_of_the_list(void **state)
{
    static const char *const keys[] = {"q", "Q", "<Esc>", ":q<Enter>", "/sm<Esc>q"};

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct pty *t = open_list(24, 80);

        pty_keys(t, keys[i]);
        assert_int_equal(pty_wait_exit(t), 0);
        pty_check_restored(t);
        pty_check_output(t);
        pty_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_sorted_and_has_types),
        cmocka_unit_test(a_filter_narrows_and_enter_opens),
        cmocka_unit_test(q_and_t_go_back_and_everything_still_works),
        cmocka_unit_test(a_table_that_comes_and_goes_is_seen),
        cmocka_unit_test(the_chosen_entry_survives_changes),
        cmocka_unit_test(a_table_that_vanished_gives_a_message_and_the_list_stays),
        cmocka_unit_test(it_works_on_a_small_screen),
        cmocka_unit_test(the_ways_out_of_the_list),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
