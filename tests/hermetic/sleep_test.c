/*
 * Tabs that are not on the screen: what they still have on the server, and what is kept of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

/* A server that is traced, with these options too, and a viewer of two of its tables. */
struct scene {
    struct trial_trace trace;
    struct demo_program *server;
    struct pty *t;
};

static struct scene start(const char *spec, const char *first, const char *second)
{
    struct scene s;
    char *options, *a, *b;

    trial_trace_start(&s.trace);
    options = mem_printf("%s --trace %s", spec, s.trace.path);
    s.server = trial_serve(options);
    a = mem_printf("%s/%s", demo_program_address(s.server), first);
    b = mem_printf("%s/%s", demo_program_address(s.server), second);
    s.t = pty_start(&(struct pty_options){.rows = 24,
                                          .cols = 120,
                                          .argv = (const char *const[]){a, b, NULL},
                                          .split_stderr = true});
    free(options);
    free(a);
    free(b);
    return s;
}

static void leave(struct scene *s)
{
    trial_leave(s->t);
    demo_program_free(s->server);
    trial_trace_release(&s->trace);
}

static void wait_open(struct scene *s, const char *text)
{
    trial_trace_wait_open(s->t, &s->trace, text);
}

/* For a tab that is not on the screen any more it is so for seconds only. */
static void wait_had(struct scene *s, const char *text)
{
    trial_trace_wait_had(s->t, &s->trace, text);
}

static void a_hidden_tab_gives_up_its_stream_and_keeps_its_table(void **state)
{
    struct scene s = start("", "billion", "trades");

    (void)state;
    wait_had(&s, "streams=2 exports=2");
    wait_open(&s, "streams=1 exports=2");
    pty_keys(s.t, "gt");
    pty_wait_text(s.t, "Symbol");
    wait_had(&s, "streams=2 exports=2");
    wait_open(&s, "streams=1 exports=2");
    pty_keys(s.t, "gt");
    sheet_wait_status(s.t, 1, TRIAL_ROWS);
    wait_open(&s, "streams=2 exports=2");
    assert_true(trial_check_cells(s.t) > 0);
    leave(&s);
}

static void
a_tab_shown_again_keeps_its_cursor_and_marks_its_rows_old_until_others_are_there(
    void **state)
{
    static const struct viewer_look old = {.fg = 5, .bg = -1}, usual = {.fg = -1, .bg = -1};
    struct scene s = start("message.1=hold", "billion", "empty");

    (void)state;
    sheet_wait_status(s.t, 1, TRIAL_ROWS);
    pty_keys(s.t, "12345Gl");
    sheet_wait_status(s.t, 12345, TRIAL_ROWS);
    viewer_wait_look(s.t, "12340 ", usual);
    pty_keys(s.t, "gt");
    wait_had(&s, "streams=2 ");
    wait_open(&s, "streams=1 ");
    demo_program_hold(s.server);
    pty_keys(s.t, "gt");
    sheet_wait_status(s.t, 12345, TRIAL_ROWS);
    pty_wait_text(s.t, "col 2/");
    viewer_wait_look(s.t, "12340 ", old);
    demo_program_let_go(s.server);
    viewer_wait_look(s.t, "12340 ", usual);
    assert_true(trial_check_cells(s.t) > 0);
    leave(&s);
}

static void a_pause_outlives_sleep_and_says_that_more_was_missed(void **state)
{
    struct scene s = start("", "trades", "empty");

    (void)state;
    pty_wait_text(s.t, "row 1 of ");
    pty_keys(s.t, "p");
    pty_wait_text(s.t, "PAUSED");
    pty_keys(s.t, "gt");
    wait_had(&s, "streams=2 ");
    wait_open(&s, "streams=1 ");
    pty_keys(s.t, "gt");
    pty_wait_text(s.t, "PAUSED");
    pty_wait_text(s.t, "+ missed");
    pty_keys(s.t, "p");
    pty_wait_gone(s.t, "PAUSED");
    leave(&s);
}

static void an_open_popup_sleeps_with_its_tab_and_is_right_afterwards(void **state)
{
    struct scene s = start("", "billion", "empty");

    (void)state;
    sheet_wait_status(s.t, 1, TRIAL_ROWS);
    pty_keys(s.t, "500Gz<Enter>");
    pty_wait_text(s.t, "row 500:");
    wait_open(&s, "streams=2 ");
    pty_keys(s.t, "gt");
    wait_open(&s, "streams=1 ");
    pty_keys(s.t, "gt");
    pty_wait_text(s.t, "row 500:");
    wait_open(&s, "streams=2 ");
    pty_wait_gone(s.t, "old");
    leave(&s);
}

static void a_wide_table_wakes_up_with_the_columns_that_were_on_the_screen(void **state)
{
    struct scene s = start("", "wide", "empty");

    (void)state;
    pty_wait_text(s.t, "C00003");
    pty_keys(s.t, "5000lzt");
    pty_wait_text(s.t, "C05000");
    pty_keys(s.t, "gt");
    wait_had(&s, "streams=2 ");
    wait_open(&s, "streams=1 ");
    pty_keys(s.t, "gt");
    pty_wait_text(s.t, "C05000");
    wait_open(&s, "streams=1 ");
    leave(&s);
}

/* --- row counts --- */

/* What stands behind a text in the first row that has it, as a number; -1: none does. */
static int64_t number_after(const struct pty *t, const char *text)
{
    int at = pty_find_row(t, text);
    char *row = at >= 0 ? pty_row(t, at) : NULL;
    const char *p = row ? strstr(row, text) + strlen(text) : "";
    int64_t n = -1;

    while (*p == ' ')
        p++;
    for (; *p == ',' || (*p >= '0' && *p <= '9'); p++)
        if (*p != ',')
            n = (n < 0 ? 0 : n * 10) + (*p - '0');
    free(row);
    return n;
}

struct grown {
    const char *after;
    int64_t from;
};

static bool has_grown(struct pty *t, void *ctx)
{
    const struct grown *g = ctx;

    return number_after(t, g->after) > g->from;
}

static void wait_growth(struct pty *t, const char *after)
{
    for (int i = 0; i < 3; i++) {
        struct grown g = {after, number_after(t, after)};

        pty_wait(t, has_grown, &g, after);
    }
}

static void rows_of_a_table_that_sleeps_go_on_in_the_tab_line(void **state)
{
    struct scene s = start("", "empty", "trades");

    (void)state;
    wait_open(&s, "streams=1 exports=2 counters=1");
    wait_growth(s.t, " 2 trades ");
    pty_keys(s.t, "gt");
    wait_open(&s, "counters=0");
    wait_growth(s.t, "row 1 of ");
    wait_open(&s, "streams=1 exports=2 counters=1");
    leave(&s);
}

static void the_list_of_tables_tells_the_rows_of_those_that_are_open(void **state)
{
    struct scene s = start("", "billion", "trades");

    (void)state;
    wait_open(&s, "streams=1 exports=2 counters=1");
    pty_keys(s.t, "t");
    pty_wait_text(s.t, "Rows  Description");
    pty_wait_text(s.t, "Table                 1,000,000,000  a thousand million rows");
    wait_growth(s.t, "trades    Table ");
    assert_int_equal(number_after(s.t, "book      Table "), -1); /* it is not open */
    leave(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hidden_tab_gives_up_its_stream_and_keeps_its_table),
        cmocka_unit_test(
            a_tab_shown_again_keeps_its_cursor_and_marks_its_rows_old_until_others_are_there),
        cmocka_unit_test(a_pause_outlives_sleep_and_says_that_more_was_missed),
        cmocka_unit_test(an_open_popup_sleeps_with_its_tab_and_is_right_afterwards),
        cmocka_unit_test(a_wide_table_wakes_up_with_the_columns_that_were_on_the_screen),
        cmocka_unit_test(rows_of_a_table_that_sleeps_go_on_in_the_tab_line),
        cmocka_unit_test(the_list_of_tables_tells_the_rows_of_those_that_are_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
