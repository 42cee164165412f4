/*
 * Tabs that are not on the screen: what they still have on the server, and what is kept of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

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

static void a_hidden_tab_gives_up_its_stream_and_keeps_its_table(void **state)
{
    struct scene s = start("", "billion", "trades");

    (void)state;
    wait_open(&s, "streams=2 exports=2");
    wait_open(&s, "streams=1 exports=2");
    pty_keys(s.t, "gt");
    pty_wait_text(s.t, "Symbol");
    wait_open(&s, "streams=2 exports=2");
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
    static const struct viewer_look old = {.fg = 3, .bg = -1}, usual = {.fg = -1, .bg = -1};
    struct scene s = start("request.1=delay:1000", "billion", "empty");

    (void)state;
    sheet_wait_status(s.t, 1, TRIAL_ROWS);
    pty_keys(s.t, "12345Gl");
    sheet_wait_status(s.t, 12345, TRIAL_ROWS);
    viewer_wait_look(s.t, "12340 ", usual);
    pty_keys(s.t, "gt");
    wait_open(&s, "streams=2 ");
    wait_open(&s, "streams=1 ");
    pty_keys(s.t, "gt");
    sheet_wait_status(s.t, 12345, TRIAL_ROWS);
    pty_wait_text(s.t, "col 2/");
    viewer_wait_look(s.t, "12340 ", old);
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
    wait_open(&s, "streams=1 ");
    pty_keys(s.t, "gt");
    pty_wait_text(s.t, "C05000");
    wait_open(&s, "streams=1 ");
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
