/* Runs without a screen, where the link to the server is cut: on the demo server. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/heartbeat.h"
#include "tests/support/demo_program.h"
#include "tests/support/folder.h"
#include "tests/support/relay.h"
#include "tests/support/script_run.h"
#include "tests/support/site.h"
#include "tests/support/trial.h"

#define CONNECT_LOOKS 1000 /* one each 20 ms */

#define ROWS                                                                               \
    "{\"op\":\"add\",\"row\":1,\"values\":{\"Row\":0}}\n"                                  \
    "{\"op\":\"add\",\"row\":2,\"values\":{\"Row\":1}}\n"

static void rows_come_anew_after_a_line_that_says_so(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    char *address = mem_strdup(relay_address(r));
    char *options =
        mem_printf("--follow --columns Row --rows :2 %s/billion", relay_address(r));
    int pid = script_start(group_folder, options);

    (void)state;
    script_wait(group_folder, ROWS);
    relay_free(r);
    r = relay_at(address, demo_program_address(d));
    script_wait(group_folder, ROWS "{\"op\":\"reset\"}\n" ROWS);
    assert_int_equal(script_stop(pid, SIGTERM), 128 + SIGTERM);
    free(address);
    free(options);
    relay_free(r);
    demo_program_free(d);
}

/* What was printed is no table: the reader must not take it for one. */
static void rows_that_break_off_are_an_error(void **state)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    char *options =
        mem_printf("--once -o %s/kept %s/billion", group_folder, relay_address(r));
    int pid = script_start(group_folder, options);

    (void)state;
    for (int i = 0; i < CONNECT_LOOKS && relay_connections(r) == 0; i++)
        (void)nanosleep(&pause, NULL);
    assert_true(relay_connections(r) > 0);
    relay_stall(r);
    relay_cut(r);
    assert_int_equal(script_stop(pid, 0), 1);
    script_expect(group_folder, "ls $W", 0, "err\nout\n", "");
    free(options);
    relay_free(r);
    demo_program_free(d);
}

/* The first of the rows are there. */
static void wait_begun(const char *out)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    struct stat st = {0};

    for (int i = 0; i < 20000 && st.st_size == 0; i++) {
        (void)nanosleep(&pause, NULL);
        assert_int_equal(stat(out, &st), 0);
    }
    assert_true(st.st_size > 0);
}

/* Long enough for the link to count as silent, not for the connection to be lost; unless
 * this test has slept for longer than it meant to. */
static void rows_come_once_though_the_link_was_silent(void **state)
{
    const struct timespec silence = {5, 500000000};
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    char *options =
        mem_printf("--once --columns Row --rows :3000000 %s/billion", relay_address(r));
    char *out = mem_printf("%s/out", group_folder),
         *rows = mem_printf("%s/rows", group_folder);
    int pid = script_start(group_folder, options), status;
    int64_t since, silent_ms;

    (void)state;
    wait_begun(out);
    since = trial_now_ms();
    relay_stall(r);
    (void)nanosleep(&silence, NULL);
    relay_flow(r);
    silent_ms = trial_now_ms() - since;
    status = script_stop(pid, 0);
    if (silent_ms < HEARTBEAT_LOST_MS)
        assert_int_equal(status, 0);
    else
        print_message("silent for %d ms: it may be lost, and its end is not checked\n",
                      (int)silent_ms);
    assert_int_equal(rename(out, rows), 0);
    if (status == 0)
        script_expect(group_folder, "wc -l <$W/rows; tail -n 1 $W/rows; rm $W/rows", 0,
                      "3000001\n2999999\n", "");
    (void)unlink(rows);
    free(out);
    free(rows);
    free(options);
    relay_free(r);
    demo_program_free(d);
}

/* The session goes on, and nobody else hears of it. */
static void a_call_that_breaks_is_made_again_or_ends_the_run(void **state)
{
    static const char *const faults[] = {"call.2=status:14", "call.3=status:14"};

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        struct demo_program *once = trial_serve(faults[i]);
        struct demo_program *follow = trial_serve(faults[i]);
        char *options = mem_printf("--once --columns Row --rows :2 --timeout 20 %s/billion",
                                   demo_program_address(once));
        int pid = script_start(group_folder, options);

        assert_in_range(script_stop(pid, 0), 0, 1); /* not 5: it ran out of time */
        free(options);
        options = mem_printf("--follow --columns Row --rows :2 %s/billion",
                             demo_program_address(follow));
        pid = script_start(group_folder, options);
        script_wait(group_folder, ROWS);
        assert_int_equal(script_stop(pid, SIGTERM), 128 + SIGTERM);
        free(options);
        demo_program_free(once);
        demo_program_free(follow);
    }
}

static void a_table_that_a_new_server_has_late_is_waited_for(void **state)
{
    const struct timespec pause = {.tv_sec = 3};
    struct site *s = site_new("");
    char *options = mem_printf("--follow --columns Row --rows :2 %s/billion",
                               demo_program_address(s->demo));
    int pid = script_start(group_folder, options);

    (void)state;
    script_wait(group_folder, ROWS);
    site_kill(s);
    site_serve(s, "--late billion");
    (void)nanosleep(&pause, NULL);
    demo_program_reveal(s->demo);
    script_wait(group_folder, ROWS "{\"op\":\"reset\"}\n" ROWS);
    assert_int_equal(script_stop(pid, SIGTERM), 128 + SIGTERM);
    free(options);
    site_free(s);
}

static void a_run_that_does_not_begin_has_no_rows_to_count(void **state)
{
    (void)state;
    script_expect(group_folder,
                  "dhview --once --stats -o $W/none/x 127.0.0.1:1/t 2> /dev/null; echo $?; "
                  "dhview --once --stats --rows x 127.0.0.1:1/t 2> /dev/null; echo $?; "
                  "dhview --list --stats --format x 127.0.0.1:1 2> /dev/null; echo $?",
                  0, "1\n2\n2\n", "");
}

/* A table that never changes: nothing is written that could fail. */
static void a_minus_is_standard_output_and_no_file(void **state)
{
    struct demo_program *d = trial_serve("");
    char *line = mem_printf("cd $W; dhview --once --columns Row --rows :2 --output - "
                            "%s/billion && test ! -e ./-",
                            demo_program_address(d));

    (void)state;
    script_expect(group_folder, line, 0, "Row\n0\n1\n", "");
    free(line);
    demo_program_free(d);
}

static void a_reader_that_goes_ends_a_run_that_waits(void **state)
{
    struct demo_program *d = trial_serve("");
    char *line = mem_printf("{ timeout 20 " TEST_BUILD_DIR "/dhview --follow --columns Row "
                            "--rows :2 %s/billion; echo $? >$W/status; } | head -n 1; cat "
                            "$W/status",
                            demo_program_address(d));

    (void)state;
    script_expect(group_folder, line, 0,
                  "{\"op\":\"add\",\"row\":1,\"values\":{\"Row\":0}}\n0\n", "");
    free(line);
    demo_program_free(d);
}

#define PHASES 6

/* Nothing is heard of a command that is to give the key, of the list, of the login, of the
 * table, of its rows, of any server. */
static void the_time_limit_holds_in_every_phase(void **state)
{
    static const struct {
        const char *options, *table, *fault;
    } phases[PHASES] = {
        {"--once --auth psk --secret-command 'exec sleep 60'", "/billion", ""},
        {"--list", "", "call.1=stall"},
        {"--once --rows :9", "/billion", "first.1=stall"},
        {"--follow", "/billion", "call.2=stall"},
        {"--until 'Row 5'", "/billion", "call.3=stall"},
        {"--once", "/billion", NULL},
    };
    struct relay *silent = relay_fake("127.0.0.1", "", 0, false);
    struct demo_program *demos[PHASES] = {NULL};
    int pids[PHASES];

    (void)state;
    for (size_t i = 0; i < PHASES; i++) {
        const char *fault = phases[i].fault;
        char *options;

        demos[i] = fault ? trial_serve(fault) : NULL;
        options = mem_printf("%s --timeout 1 %s%s", phases[i].options,
                             fault ? demo_program_address(demos[i]) : relay_address(silent),
                             phases[i].table);
        pids[i] = script_start(group_folder, options);
        free(options);
    }
    for (size_t i = 0; i < PHASES; i++) {
        int status = script_stop(pids[i], 0);

        if (status != 5)
            fail_msg("%s: %d", phases[i].options, status);
        demo_program_free(demos[i]);
    }
    relay_free(silent);
}

static void every_kind_of_run_counts_what_it_has_written(void **state)
{
    struct demo_program *d = trial_serve("");
    char *line =
        mem_printf("run() { dhview --stats \"$@\" 2>&1 >/dev/null | cut -d , -f 1; }; "
                   "S=%s; n=$(dhview --list $S | wc -l); "
                   "run --list $S | sed \"s/ $((n - 1)) rows/ all rows/\"; run --once "
                   "--rows :3 $S/billion; run "
                   "--until 'Row 5' $S/billion; run --follow --rows :2 --timeout 2 "
                   "$S/billion",
                   demo_program_address(d));

    (void)state;
    script_expect(group_folder, line, 0,
                  "dhview: all rows\ndhview: 3 rows\ndhview: 1 rows\ndhview: 2 rows\n"
                  "dhview: not done after 2 s\n",
                  "");
    free(line);
    demo_program_free(d);
}

/* That a partitioned table is one tells the list alone, the second call here. */
static void
a_list_that_breaks_off_is_had_again_and_one_that_is_refused_ends_the_run(void **state)
{
    struct demo_program *breaks = trial_serve("call.2=status:13");
    struct demo_program *refuses = trial_serve("call.1=status:7");
    char *line = mem_printf("dhview --once --rows :1 %s/voyages | cut -d , -f 1,2",
                            demo_program_address(breaks));
    char *list =
        mem_printf("dhview --list %s 2>&1 | cut -d : -f 5", demo_program_address(refuses));

    (void)state;
    script_expect(group_folder, line, 0, "Port,Year\nBergen,2021\n", "");
    script_expect(group_folder, list, 0, " a fault that was asked for\n", "");
    free(line);
    free(list);
    demo_program_free(breaks);
    demo_program_free(refuses);
}

static void a_list_is_of_the_table_that_is_named(void **state)
{
    (void)state;
    script_expect(group_folder, "dhview --demo --list ships | cut -f 1,2,4", 0,
                  "name\ttype\tdescription\nships\tTable\tto filter, sort and add up\n",
                  "");
    script_expect(group_folder,
                  "dhview --demo --list ship 2>&1 | cut -d : -f 4; dhview "
                  "--demo --list ship 2>/dev/null; echo $?",
                  0, " the server offers no ship\n4\n", "");
    script_expect(group_folder, "dhview --demo --list ships trades 2>&1 | head -n 1", 0,
                  "dhview: expected one TARGET, found 2\n", "");
}

/* Writes the config file; text is a format of printf(1). */
static void configure(const char *text)
{
    char *line = mem_printf("mkdir -p $W/dhview; printf '%s' > $W/dhview/config", text);

    script_expect(group_folder, line, 0, "", "");
    free(line);
}

/* Of a host that is not reached that connection is named; NULL: none is. */
static void expect_near(const char *host, const char *connection)
{
    char *told = connection
                     ? mem_printf("(the config file has a connection \"%s\")\n", connection)
                     : NULL;
    struct script_run r =
        script_run(group_folder, "XDG_CONFIG_HOME=$W dhview --once %s:1/x", host);

    assert_int_equal(r.status, 1);
    if (told)
        assert_non_null(strstr(r.err, told));
    else
        assert_null(strstr(r.err, "config file"));
    script_run_release(&r);
    free(told);
}

static void a_host_that_is_near_the_name_of_a_connection_is_told_with_it(void **state)
{
    (void)state;
    configure("[connection \"127.0.0.2\"]\\ntarget = dh+plain://demo.example\\n");
    expect_near("127.0.0.1", "127.0.0.2");
    expect_near("localhost", NULL);
    configure("[connection \"127.0.0.2\"]\\ntarget = 127.0.0.10\\n"
              "[connection \"ffff127.0.0.1\"]\\ntarget = [::10]\\n");
    expect_near("127.0.0.1", "127.0.0.2");
    expect_near("[::ffff:127.0.0.1]", "ffff127.0.0.1");
    configure("[connection \"127.0.0.2\"]\\ntarget = 127.0.0.1:2\\n");
    expect_near("127.0.0.1", NULL);
    script_expect(group_folder, "rm -r $W/dhview", 0, "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_anew_after_a_line_that_says_so),
        cmocka_unit_test(rows_that_break_off_are_an_error),
        cmocka_unit_test(a_minus_is_standard_output_and_no_file),
        cmocka_unit_test(a_reader_that_goes_ends_a_run_that_waits),
        cmocka_unit_test(the_time_limit_holds_in_every_phase),
        cmocka_unit_test(every_kind_of_run_counts_what_it_has_written),
        cmocka_unit_test(a_run_that_does_not_begin_has_no_rows_to_count),
        cmocka_unit_test(rows_come_once_though_the_link_was_silent),
        cmocka_unit_test(a_call_that_breaks_is_made_again_or_ends_the_run),
        cmocka_unit_test(a_table_that_a_new_server_has_late_is_waited_for),
        cmocka_unit_test(
            a_list_that_breaks_off_is_had_again_and_one_that_is_refused_ends_the_run),
        cmocka_unit_test(a_list_is_of_the_table_that_is_named),
        cmocka_unit_test(a_host_that_is_near_the_name_of_a_connection_is_told_with_it),
    };

    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
