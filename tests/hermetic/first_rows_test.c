/*
 * What leaves the viewer before the first rows are on the screen: one call, nothing else.
 *
 * A relay between the viewer and the demo server counts the calls that pass by. It stops
 * the viewer at its second call, so that the screen shows what was there before.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/heartbeat.h"
#include "tests/support/call_count.h"
#include "tests/support/folder.h"
#include "tests/support/relay.h"
#include "tests/support/script_run.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define CALLS_WAIT_MS 20000

struct watch {
    struct call_count count; /* first: the filter's ctx */
    atomic_int viewer;       /* process id, 0: not started yet */
};

static void rest_ms(long ms)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void stop_viewer(struct call_count *c, int call)
{
    struct watch *w = (struct watch *)c;
    int pid;

    if (call != 2)
        return;
    while ((pid = atomic_load(&w->viewer)) == 0)
        rest_ms(1);
    (void)kill(pid, SIGSTOP);
}

static void wait_calls(struct pty *t, struct watch *w, int calls)
{
    int64_t end = trial_now_ms() + CALLS_WAIT_MS;

    while (atomic_load(&w->count.calls) < calls) {
        assert_true(trial_now_ms() < end);
        pty_wait_quiet(t, 10);
    }
}

static bool billion_is_shown(struct pty *t)
{
    return trial_check_cells(t) > 0;
}

/* Its second row begins so: demo/formula_tables.c. */
static bool wide_is_shown(struct pty *t)
{
    return pty_has(t, " 10000 ");
}

/* calls: of the whole start: the table, the end of the session, what keeps it, an export of
 * the table, the list of tables. */
static void check_start(const char *spec, const char *table,
                        bool (*is_shown)(struct pty *t), int calls)
{
    struct demo_program *d = trial_serve(spec);
    struct watch w = {.count.seen = stop_viewer};
    struct relay *relay = relay_filtered(demo_program_address(d), &call_counting, &w);
    struct pty *t = trial_view_at(relay_address(relay), table, "--auth=anonymous");
    bool shown;

    atomic_store(&w.viewer, pty_pid(t));
    pty_wait_stopped(t);
    pty_wait_quiet(t, 50); /* what it had written before */
    shown = is_shown(t);
    pty_kill(t, SIGCONT); /* else it would outlive a failure */
    if (!shown)
        fail_msg("%s", pty_screen(t));
    wait_calls(t, &w, calls);
    trial_leave(t);
    relay_free(relay);
    demo_program_free(d);
}

static void nothing_but_the_table_is_asked_for_before_its_rows_are_shown(void **state)
{
    (void)state;
    check_start("first.2=delay:200", "billion", billion_is_shown, 5);
}

static void nor_is_a_view_of_a_wide_table(void **state)
{
    (void)state;
    check_start("first.2=delay:200 --columns 1000", "wide", wide_is_shown, 7);
}

/* The rows of all its columns never come here. */
static void of_a_very_wide_table_only_the_schema_is_waited_for(void **state)
{
    struct demo_program *d = trial_serve("--columns 10001 first.2=stall");
    struct pty *t = trial_view(d, "wide", "--auth=anonymous");

    (void)state;
    pty_wait_text(t, " row 1 of ");
    sheet_settle(t);
    pty_wait_row(t, 0, "● live");
    assert_true(wide_is_shown(t));
    trial_leave(t);
    demo_program_free(d);
}

/* A column of it takes 160 bytes. */
static void the_schema_of_a_very_wide_table_comes_once(void **state)
{
    struct demo_program *d = trial_serve("--columns 10001 first.2=stall");
    struct relay *relay = relay_new(demo_program_address(d));
    struct pty *t = trial_view_at(relay_address(relay), "wide", "--auth=anonymous");

    (void)state;
    pty_wait_text(t, " 10000 "); /* of its second row */
    pty_wait_text(t, "static");  /* the server is asked for no more then */
    trial_leave(t);
    assert_in_range(relay_bytes_down(relay), 100 * 10001, 200 * 10001);
    relay_free(relay);
    demo_program_free(d);
}

/* The other one is the end of the session. Who takes long is asked for a sign of life. */
static void the_last_rows_of_a_run_without_a_screen_are_one_call(void **state)
{
    static char folder[] = "/tmp/dhview-first-XXXXXX";
    struct demo_program *d = trial_serve("");
    struct call_count count = {0};
    struct relay *relay = relay_filtered(demo_program_address(d), &call_counting, &count);
    char *line = mem_printf("dhview --once --auth=anonymous --rows -10: %s/billion | "
                            "cut -d, -f 1",
                            relay_address(relay));

    int64_t since = trial_now_ms();

    (void)state;
    folder_make(folder);
    script_expect(folder, line, 0,
                  "Row\n999999990\n999999991\n999999992\n999999993\n999999994\n999999995\n"
                  "999999996\n999999997\n999999998\n999999999\n",
                  "");
    assert_in_range(atomic_load(&count.calls), 1,
                    2 + (trial_now_ms() - since) / HEARTBEAT_ASK_MS);
    folder_remove(folder);
    free(line);
    relay_free(relay);
    demo_program_free(d);
}

/* --- a server that is too old --- */

#define TOO_OLD "too old a server: it is Deephaven 0.35.3; dhview needs 0.37 or newer"

static void check_too_old(const char *spec, const char *table)
{
    struct demo_program *d = trial_serve(spec);
    struct pty *t = trial_view(d, table, "--auth=anonymous");

    trial_ended(t, 1, TOO_OLD);
    demo_program_free(d);
}

/* As before 0.37: added is the whole table, and the rows sent are named apart. */
static void an_older_server_is_named_when_its_rows_cannot_be_read(void **state)
{
    (void)state;
    check_too_old("version=old message.2=added:1000000", "billion");
}

static void an_older_server_is_named_though_an_empty_table_can_be_read(void **state)
{
    (void)state;
    check_too_old("version=old", "empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_the_table_is_asked_for_before_its_rows_are_shown),
        cmocka_unit_test(nor_is_a_view_of_a_wide_table),
        cmocka_unit_test(of_a_very_wide_table_only_the_schema_is_waited_for),
        cmocka_unit_test(the_schema_of_a_very_wide_table_comes_once),
        cmocka_unit_test(the_last_rows_of_a_run_without_a_screen_are_one_call),
        cmocka_unit_test(an_older_server_is_named_when_its_rows_cannot_be_read),
        cmocka_unit_test(an_older_server_is_named_though_an_empty_table_can_be_read),
    };

    return cmocka_run_group_tests_name("first rows", tests, NULL, trial_tell);
}
