/*
 * A server comes back without a table, with another one of its name, or lets a call fail
 * for a while: the rows stay, old, the viewer says what it waits for, and they are live
 * again when the table is there.
 */
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
#include "tests/support/sheet.h"
#include "tests/support/site.h"
#include "tests/support/stopwatch.h"
#include "tests/support/trial.h"

#define LOST "disconnected: these rows are old"
#define MISSING "no such table: these rows are old"
#define LIVE "● live"
#define EDITED "/billion?op=filter,Row,x,less,Row,digits,900000000&op=sort,down,Row"
#define EDITED_ROWS "of 900,000,000"
#define BELIEVED_MS 15000 /* what "not found" is not believed after a loss */
#define LONG_WAIT_S 3     /* one that can be told from no wait */
#define LONGEST_WAIT_S 5
#define FIRST_ROW 3 /* of the screen that shows cells */

static const struct sheet_area cells = {FIRST_ROW, 20, 20, 80};

/* On row 5,000 of billion, in the middle of the screen. */
static struct pty *view(const struct site *s, const char *other)
{
    char *more = other ? mem_printf("%s%s", demo_program_address(s->demo), other) : NULL;
    struct pty *t = trial_view(s->demo, "billion", more);

    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    pty_keys(t, "5000Gzz");
    sheet_wait_status(t, 5000, TRIAL_ROWS);
    sheet_settle(t);
    free(more);
    return t;
}

static void restart(struct site *s, struct pty *t, const char *spec)
{
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    site_serve(s, spec);
}

/* The rows from before, and none of them looks current. */
static void check_old(struct pty *t)
{
    sheet_sync(t);
    assert_true(sheet_check_old(t, &cells, 12) > 100);
    assert_true(trial_check_cells(t) > 0);
}

static void check_live(struct pty *t)
{
    pty_wait_row(t, 0, LIVE);
    sheet_settle(t);
    sheet_wait_status(t, 5000, TRIAL_ROWS);
    assert_true(trial_check_cells(t) > 0);
}

static void check_nothing_said(struct pty *t)
{
    char *said = pty_row(t, 23);

    assert_string_equal(said + strspn(said, " "), "");
    free(said);
}

/* Not after check_live(), whose keys take away what was said. */
static void check_not_replaced(struct pty *t)
{
    char *said = pty_row(t, 23);

    if (strstr(said, "replaced"))
        fail_msg("\"%s\"", said);
    free(said);
}

static bool waits_long(struct pty *t, void *ctx)
{
    char *line = pty_row(t, 0);
    const char *again = strstr(line, "again in ");
    bool out = again && strtol(again + 9, NULL, 10) >= LONG_WAIT_S;

    (void)ctx;
    free(line);
    return out;
}

/* The server answers other calls: nobody waits long for a table of it. */
static bool ends_after_short_waits(struct pty *t, void *ctx)
{
    char *line = pty_row(t, 0);
    const char *again = strstr(line, "again in ");
    bool out = strstr(line, "ended: these rows are old") != NULL;

    (void)ctx;
    if (again)
        assert_in_range(strtol(again + 9, NULL, 10), 0, LONGEST_WAIT_S);
    free(line);
    return out;
}

static void leave(struct pty *t, struct site *s)
{
    trial_leave(t);
    site_free(s);
}

/* --- a table that is not there --- */

static void a_table_that_comes_late_is_waited_for_and_its_news_ends_the_wait(void **state)
{
    struct site *s = site_new("");
    struct pty *t = view(s, NULL);

    (void)state;
    restart(s, t, "--late billion");
    pty_wait_row(t, 0, MISSING);
    check_old(t);
    pty_wait(t, waits_long, NULL, "a wait of some seconds");
    check_old(t);
    struct stopwatch w = stopwatch_start_both(pty_pid(t), demo_program_pid(s->demo));
    demo_program_reveal(s->demo);
    pty_wait_row(t, 0, LIVE);
    assert_in_range(stopwatch_ms(&w), 0, (LONG_WAIT_S - 1) * 1000);
    check_not_replaced(t);
    check_live(t);
    leave(t, s);
}

static void not_found_is_believed_after_15_s_and_even_then_comes_back(void **state)
{
    struct site *s = site_new("");
    struct pty *t = view(s, NULL);

    (void)state;
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    int64_t before = trial_now_ms();
    site_serve(s, "--late billion");
    pty_wait(t, waits_long, NULL, "a wait of some seconds");
    pty_wait_row_seen(t, 0, "again in 1 s"); /* counted down, though nothing else happens */
    pty_set_timeout(t, 3 * BELIEVED_MS);
    pty_wait(t, ends_after_short_waits, NULL, "an end, and until then short waits");
    pty_wait_row(t, 23, "the server has no table \"billion\"");
    assert_true(trial_now_ms() - before >= BELIEVED_MS);
    check_old(t);
    trial_check_keys(t);
    demo_program_reveal(s->demo);
    pty_wait_row(t, 0, LIVE);
    check_not_replaced(t);
    check_live(t);
    leave(t, s);
}

/* Of another tab, which sleeps before the table is there. */
static void
a_filtered_table_that_comes_late_while_its_tab_sleeps_is_there_again(void **state)
{
    struct trial_trace trace;
    struct site *s = site_new("");
    struct pty *t = view(s, EDITED);

    (void)state;
    trial_trace_start(&trace);
    char *spec = mem_printf("--late billion --trace %s", trace.path);
    pty_keys(t, "2gt");
    pty_wait_text(t, EDITED_ROWS);
    restart(s, t, spec);
    pty_wait_row(t, 0, MISSING);
    pty_keys(t, "1gt");
    trial_trace_wait_open(t, &trace, "counters=1");
    pty_keys(t, "2gt");
    pty_wait_row(t, 0, MISSING);
    demo_program_reveal(s->demo);
    pty_wait_row(t, 0, LIVE);
    pty_wait_text(t, EDITED_ROWS);
    free(spec);
    trial_trace_release(&trace);
    leave(t, s);
}

/* The server tells of new tables only with its tick: the rows are there before. Another
 * table of the same news tells that it has come. */
static void
rows_that_come_before_the_news_of_their_table_are_not_replaced_by_it(void **state)
{
    struct site *s = site_new("");
    struct pty *t = view(s, ""); /* and the list of tables, in a tab of its own */

    (void)state;
    restart(s, t, "--late billion --late leaders --tick-ms 5000");
    pty_wait_row(t, 0, "no such table");
    demo_program_reveal(s->demo);
    pty_wait_row(t, 0, LIVE);
    sheet_settle(t);
    pty_keys(t, "2gt");
    pty_wait_text(t, "pulse");
    pty_wait_text(t, "leaders");
    pty_keys(t, "1gt");
    pty_wait_row(t, 0, "[1 billion");
    check_not_replaced(t);
    check_live(t);
    leave(t, s);
}

/* --- another table of its name --- */

static void a_table_of_another_schema_is_told_and_replaces_no_row(void **state)
{
    struct site *s = site_new("");
    struct pty *t = view(s, NULL);

    (void)state;
    restart(s, t, "--swap billion,trades");
    pty_wait_row(t, 0, "ended: these rows are old");
    pty_wait_row(t, 23, "its name stands for another table now");
    pty_wait_text(t, "ENDED; ^r asks for it anew");
    check_old(t);
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    check_old(t);
    site_serve(s, "");
    check_live(t);
    restart(s, t, "--swap billion,trades");
    pty_wait_row(t, 0, "ended: these rows are old");
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "Symbol");
    pty_wait_row(t, 0, LIVE);
    leave(t, s);
}

/* --- what had failed before --- */

static void a_table_that_had_failed_before_the_loss_is_had_again(void **state)
{
    struct site *s = site_new("first.3=status:12");
    struct pty *t = trial_view(s->demo, "billion", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, "5000Gzz");
    pty_wait_row(t, 0, "ended: these rows are old");
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    site_serve(s, "");
    check_live(t);
    leave(t, s);
}

/* --- what is not available for a while --- */

static void what_is_not_available_is_asked_for_again_without_a_word(void **state)
{
    (void)state;
    for (int message = 1; message <= 4; message++) {
        char *spec = mem_printf("first.%d=status:14", message);
        struct site *s = site_new(spec);
        struct pty *t = view(s, NULL);

        print_message("%s\n", spec);
        check_live(t);
        assert_false(pty_has(t, "disconnected"));
        check_nothing_said(t);
        leave(t, s);
        free(spec);
    }
}

static void a_start_that_is_not_available_is_tried_again(void **state)
{
    struct site *s = site_new("call.1=status:14");
    struct pty *t = view(s, NULL);

    (void)state;
    check_live(t);
    leave(t, s);
}

/* --- popups --- */

/* The export that it was made of is another one in the next session, since the tab with the
 * first one is closed. */
static void a_popup_is_had_again_with_its_table(void **state)
{
    struct trial_trace trace;

    (void)state;
    trial_trace_start(&trace);
    char *spec = mem_printf("--trace %s", trace.path);
    struct site *s = site_new(spec);
    struct pty *t = view(s, "/trades"); /* off the screen: it is made first */

    pty_keys(t, "2gt");
    pty_wait_text(t, "Symbol");
    pty_keys(t, "q");
    pty_wait_gone(t, "trades");
    pty_keys(t, "z<Enter>");
    pty_wait_text(t, "row 5,000:");
    pty_wait_text(t, "DigitSum");
    trial_trace_wait_open(t, &trace, "streams=2 ");
    pty_wait_quiet(t, 300); /* what the popup shows is its own by now */
    site_kill(s);
    pty_wait_text(t, "old: asking for it anew");
    site_serve(s, "");
    pty_wait_gone(t, "old");
    pty_wait_text(t, "row 5,000:");
    pty_keys(t, "q");
    check_live(t);
    leave(t, s);
    trial_trace_release(&trace);
    free(spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_that_comes_late_is_waited_for_and_its_news_ends_the_wait),
        cmocka_unit_test(not_found_is_believed_after_15_s_and_even_then_comes_back),
        cmocka_unit_test(
            a_filtered_table_that_comes_late_while_its_tab_sleeps_is_there_again),
        cmocka_unit_test(
            rows_that_come_before_the_news_of_their_table_are_not_replaced_by_it),
        cmocka_unit_test(a_table_of_another_schema_is_told_and_replaces_no_row),
        cmocka_unit_test(a_table_that_had_failed_before_the_loss_is_had_again),
        cmocka_unit_test(what_is_not_available_is_asked_for_again_without_a_word),
        cmocka_unit_test(a_start_that_is_not_available_is_tried_again),
        cmocka_unit_test(a_popup_is_had_again_with_its_table),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
