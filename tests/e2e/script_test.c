/*
 * Runs without a screen, on the real server: what is offered, a table's rows as csv, tsv
 * and json lines, and how a run ends.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/call_count.h"
#include "tests/support/folder.h"
#include "tests/support/script_run.h"
#include "tests/support/server.h"
#include "tests/support/text_file.h"
#include "tests/support/viewer.h"

/* A row of the table ctl that has come. */
#define ADD(row, k, v)                                                                     \
    "{\"op\":\"add\",\"row\":" row ",\"values\":{\"K\":" k ",\"V\":\"" v "\"}}\n"

/* Runs a line in which $S is the server. */
#define RUN(line) script_run(group_folder, "S=%s; %s", server_address(), line)

static void expect(const char *line, int status, const char *out, const char *err)
{
    char *text = mem_printf("S=%s; %s", server_address(), line);

    script_expect(group_folder, text, status, out, err);
    free(text);
}

static void expect_reason(const char *line, int status, const char *part)
{
    struct script_run r = RUN(line);

    if (!strstr(r.err, part) || r.status != status)
        fail_msg("%s: expected %d and \"%s\", found %d and \"%s\"", line, status, part,
                 r.status, r.err);
    assert_string_equal(r.out, "");
    script_run_release(&r);
}

static void the_list_names_every_table_with_a_target_that_opens_it(void **state)
{
    struct script_run r = RUN("dhview --list $S");
    char *line =
        mem_printf("\nsmall\tTable\tdh+plain://%s/scope/small\t", server_address());

    (void)state;
    assert_int_equal(r.status, 0);
    assert_true(strncmp(r.out, "name\ttype\ttarget\tdescription\n", 29) == 0);
    assert_non_null(strstr(r.out, line));
    free(line);
    script_run_release(&r);
    r = RUN("dhview --list --format json $S");
    assert_non_null(strstr(r.out, "{\"name\":\"small\",\"type\":\"Table\",\"target\":"));
    script_run_release(&r);
}

static void rows_come_as_csv_tsv_and_json_lines(void **state)
{
    (void)state;
    expect("dhview --once --rows 1:2 $S/small", 0,
           "I,S,D,N,B,T,C,L\n"
           "0,row-0,0.0,,true,2024-01-01T00:00:00.000000000Z,a,0\n"
           "1,row-1,0.25,1,false,2024-01-01T00:00:01.000000000Z,b,1\n",
           "");
    expect("dhview --once --rows 2:2 --format tsv --no-header $S/small", 0,
           "1\trow-1\t0.25\t1\tfalse\t2024-01-01T00:00:01.000000000Z\tb\t1\n", "");
    expect("dhview --once --rows :1 --format json $S/small", 0,
           "{\"I\":0,\"S\":\"row-0\",\"D\":0.0,\"N\":null,\"B\":true,"
           "\"T\":\"2024-01-01T00:00:00.000000000Z\",\"C\":\"a\",\"L\":0}\n",
           "");
}

static void rows_are_chosen_filtered_sorted_and_cut(void **state)
{
    (void)state;
    expect("dhview --once --where 'I%2==0' --filter 'I >100' --filter 'S *9*' --sort "
           "'-B, I' --columns ' S , I' --rows 2:4 $S/small",
           0, "S,I\nrow-198,198\nrow-294,294\nrow-390,390\n", "");
    expect("dhview --once --columns I --no-header $S/small'?op=head,2'", 0, "0\n1\n", "");
    expect_reason("dhview --once $S/small'?op=where,I%20%3D%3D%203'", 2,
                  "would run \"where I == 3\" on the server: give it as --where");
    expect_reason("dhview --once --filter 'I=5' $S/small", 2,
                  "filter 'I=5': expected COLUMN TEXT, found no TEXT");
}

static void rows_are_counted_from_either_end(void **state)
{
    (void)state;
    expect("for r in 5:-995 -998:4 :-999 -10:3; do dhview --once --columns I --no-header "
           "--rows $r $S/small; done",
           0, "4\n5\n2\n3\n0\n1\n", "");
    expect("dhview --once --columns I --no-header --rows 999999999:-1 $S/billion; dhview "
           "--once --columns I --no-header --rows 3:-999999997 $S/billion",
           0, "999999998\n999999999\n2\n3\n", "");
    expect_reason("dhview --once --rows -2:-5 $S/small", 2, "is before its first");
}

static void the_last_rows_of_a_billion_are_one_request(void **state)
{
    (void)state;
    expect("dhview --once --rows -2: --no-header $S/billion", 0,
           "999999998,row-999999998,249999999.5,998,false,"
           "2055-09-09T01:46:38.000000000Z,k,11977\n"
           "999999999,row-999999999,249999999.75,999,true,"
           "2055-09-09T01:46:39.000000000Z,l,5974\n",
           "");
    expect("dhview --once --rows -3:-3 --columns I --no-header $S/billion", 0,
           "999999997\n", "");
    expect("dhview --once --rows 2000:3000 --columns I $S/small", 0, "I\n", "");
}

static void columns_that_do_not_go_over_the_wire_whole_come_as_text(void **state)
{
    struct script_run r = RUN("dhview --once --rows 1:1 --format json $S/types");

    (void)state;
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "\"Period\":\"P1Y2M\""));
    assert_non_null(strstr(r.out, "\"Strings\":[\"a\",null,\"\u00e9\"]"));
    script_run_release(&r);
}

#define UTC "java.time.ZoneOffset.UTC"

/* 2024 in the first rows, and far below a year that 64 bits of nanoseconds do not have. */
static void make_far(int rows, int near)
{
    server_control("make script_far %d update Z=java.time.ZonedDateTime.of(ii < %d ? 2024 "
                   ": 9999,12,31,0,0,0,0," UTC "); N=ii",
                   rows, near);
}

static void a_value_that_the_wire_cannot_carry_comes_in_the_servers_words(void **state)
{
    (void)state;
    make_far(3, 2);
    expect(
        "dhview --once $S/script_far; dhview --once --rows 2: --format json "
        "$S/script_far; dhview --once --no-header --rows :2 -o $W/near.csv $S/script_far; "
        "cat $W/near.csv",
        0,
        "Z,N\n2024-12-31T00:00Z,0\n2024-12-31T00:00Z,1\n9999-12-31T00:00Z,2\n"
        "{\"Z\":\"2024-12-31T00:00Z\",\"N\":1}\n{\"Z\":\"9999-12-31T00:00Z\",\"N\":2}\n"
        "2024-12-31T00:00:00.000000000Z,0\n2024-12-31T00:00:00.000000000Z,1\n",
        "");
    expect("dhview --until 'N 2' --no-header $S/script_far", 0, "9999-12-31T00:00Z,2\n",
           "");
    server_control("forget script_far");
}

/* Far down, where rows are printed already: a file begins again, a pipe goes on. */
static void such_a_value_is_met_after_many_rows(void **state)
{
    (void)state;
    make_far(20000, 15000);
    expect(
        "dhview --once -o $W/far.csv $S/script_far; cut -c 1-17 $W/far.csv | sort -u; wc "
        "-l <$W/far.csv",
        0, "2024-12-31T00:00Z\n9999-12-31T00:00Z\nZ,N\n20001\n", "");
    expect(
        "dhview --once --no-header $S/script_far 2>&1 >$W/far | cut -c 1-18; seq 0 19999 "
        ">$W/all; cut -d , -f 2 $W/far | cmp - $W/all; tail -n 1 $W/far",
        0, "dhview: behind row\n9999-12-31T00:00Z,19999\n", "");
    expect("dhview --once --no-header --columns N,Z --rows -12000: $S/script_far "
           "2>$W/said | cut -d , -f 1 >$W/far; seq 8000 19999 | cmp - $W/far; cut -c 1-18 "
           "$W/said",
           0, "dhview: behind row\n", "");
    server_control("forget script_far");
}

static void what_a_script_reads_ends_nobodys_view(void **state)
{
    struct pty *t;
    int pid;
    char *options =
        mem_printf("--follow --columns Z,N --rows -1: %s/script_far", server_address());

    (void)state;
    make_far(3000, 2000);
    t = viewer_open("script_far", &viewer_small);
    pty_wait_text(t, " 10│ 2024-12-31 00:00:00");
    pid = script_start(group_folder, options);
    script_wait(group_folder,
                "{\"op\":\"add\",\"row\":1,\"values\":{\"Z\":\"9999-12-31T00:00Z\","
                "\"N\":2999}}\n");
    assert_int_equal(script_stop(pid, SIGTERM), 128 + SIGTERM);
    expect(
        "dhview --once --rows -1: --no-header $S/script_far; dhview --once --columns Z,N "
        "--rows -1: --no-header $S/script_far; dhview --until 'N 2500' --no-header "
        "$S/script_far",
        0, "9999-12-31T00:00Z,2999\n9999-12-31T00:00Z,2999\n9999-12-31T00:00Z,2500\n", "");
    pty_keys(t, "99G");
    pty_wait_text(t, "  99│ 2024-12-31 00:00:00");
    pty_wait_text(t, "live");
    viewer_leave(t);
    free(options);
    server_control("forget script_far");
}

/* What the Arrow stream says is the truth that the texts are compared with. */
static void assert_read_back(const char *table)
{
    struct script_run r =
        script_run(group_folder,
                   TEST_SOURCE_DIR "/build/venv/bin/python " TEST_SOURCE_DIR
                                   "/tests/e2e/read_back.py $W %s; rm -f $W/%s.*",
                   table, table);

    if (r.status != 0 || strncmp(r.out, "ok ", 3) != 0)
        fail_msg("%s: %s%s", table, r.out, r.err);
    script_run_release(&r);
}

static const char *const all_types[] = {"types", "awkward", "edge", "empty", "nothing"};
#define ALL_TYPES (sizeof(all_types) / sizeof(*all_types))

static void every_type_is_read_back_equal_by_pyarrow(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALL_TYPES; i++) {
        char *line = mem_printf("for f in arrow csv tsv json; do dhview --once -o "
                                "$W/%s.$f $S/%s || exit 1; done",
                                all_types[i], all_types[i]);

        expect(line, 0, "", "");
        assert_read_back(all_types[i]);
        free(line);
    }
}

static void write_from_screen(const char *table)
{
    static const char *const formats[] = {"arrow", "csv", "tsv", "json"};
    struct pty *t = viewer_open(table, &viewer_large);

    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        char *said = mem_printf("%s/%s.%s: ", group_folder, table, formats[i]);

        viewer_keys(t, ":w %s/%s.%s<Enter>", group_folder, table, formats[i]);
        pty_wait_row(t, viewer_large.rows - 1, said);
        free(said);
    }
    viewer_leave(t);
}

static void what_the_screen_writes_is_read_back_equal_by_pyarrow(void **state)
{
    static const char *const tables[] = {"types", "awkward", "nothing"};

    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
        write_from_screen(tables[i]);
        assert_read_back(tables[i]);
    }
}

#define LATE "more_than_one_moment"

/* 10,200,000 cells, and one row more each second. */
static void make_large_table_that_changes(void)
{
    char *path = mem_printf("%s/large.py", group_folder);

    text_file_write(path,
                    "from deephaven import empty_table, merge, time_table\n" LATE
                    " = merge([\n"
                    "    empty_table(5100000).update(['A = (byte)1', 'B = (byte)2']),\n"
                    "    time_table('PT1s').view(['A = (byte)3', 'B = (byte)4'])])\n",
                    0600);
    server_control("run %s", path);
    free(path);
}

static void rows_that_are_not_as_of_one_moment_are_called_so(void **state)
{
    struct pty *t;

    (void)state;
    make_large_table_that_changes();
    expect("dhview --once $S/" LATE " 2>&1 >/dev/null; "
           "dhview --once --rows :2 $S/" LATE,
           0,
           "dhview: these rows are not as of one moment: there are many, and the table "
           "changes\nA,B\n1,2\n1,2\n",
           "");
    t = viewer_open(LATE, &viewer_large);
    pty_keys(t, ":w !cat >/dev/null<Enter>");
    pty_wait_row(t, viewer_large.rows - 1, " rows not as of one moment, ");
    viewer_leave(t);
    server_control("forget " LATE);
}

static void an_end_tells_by_its_code_what_happened(void **state)
{
    (void)state;
    expect_reason("dhview --once $S/nosuch", 4, "the server has no table \"nosuch\"");
    expect_reason("dhview --once --rows 1:1 $S/nosuch", 4, "has no table \"nosuch\"");
    expect_reason("dhview --once --columns I,Nope $S/small", 4,
                  "not found: expected a column of small, found \"Nope\"\n");
    expect_reason("dhview --once --sort N,-Strng $S/types", 4,
                  "expected a column of types, found \"N\"");
    expect_reason("dhview --once --sort -Strng $S/types", 4,
                  "found \"Strng\"; did you mean \"String\"?");
    expect_reason("dhview --once --filter 'I abc' $S/small", 2,
                  "filter 'I abc': expected a number");
    expect_reason("dhview --once --where 'Nope == 1' $S/small", 1,
                  "where: Column \"Nope\" doesn't exist in this table");
    expect_reason("dhview --follow --where 'I ==' $S/small", 1, "Invalid expression");
    expect_reason("dhview --until 'I 5' --where 'foo(I)' $S/small", 1,
                  "Cannot find method foo(long)");
    expect_reason("dhview --once $S", 2, "expected a table");
    expect_reason("dhview --once --rows 5:2 $S/small", 2, "is before its first");
    expect_reason("dhview --once --rows x $S/small", 2, "expected A:B");
    expect_reason("dhview --once --format xls $S/small", 2, "found \"xls\"");
    expect_reason("dhview --once -o x.xml $S/small", 2,
                  "--output: expected a name that ends in .csv, .tsv,");
    expect_reason("dhview --once --no-header --format json $S/small", 2, "for csv and tsv");
    expect_reason("dhview --once --columns I,,S $S/small", 2, "expected names with commas");
    expect_reason("dhview --once localhost:1/x", 1, "cannot reach the server");
    expect_reason("dhview --once --timeout 1 $S/billion > /dev/null", 5,
                  "not done after 1 s");
}

static void a_server_that_wants_a_key_gets_the_one_of_the_file(void **state)
{
    struct script_run r =
        script_run(group_folder, "dhview --once --rows 1:1 %s/small", server_psk_address());

    (void)state;
    assert_int_equal(r.status, 3);
    assert_non_null(strstr(r.err, "--secret-file"));
    script_run_release(&r);
    r = script_run(group_folder, "dhview --once --rows 1:1 --columns I -s %s %s/small",
                   server_psk_file(), server_psk_address());
    assert_string_equal(r.err, "");
    assert_string_equal(r.out, "I\n0\n");
    script_run_release(&r);
}

static void a_pipe_that_is_closed_ends_the_run_without_a_word(void **state)
{
    (void)state;
    expect("{ dhview --once $S/million; echo $? > $W/status; } | head -1; cat $W/status", 0,
           "I,S,D,N,B,T,C,L\n0\n", "");
}

/* A reader that does not read holds up the end neither by a signal nor by the time. */
static void an_interrupt_ends_with_130_also_when_nobody_reads(void **state)
{
    (void)state;
    expect("mkfifo $W/pipe; (sleep 60 < $W/pipe & timeout --preserve-status -s INT 1 "
           "" TEST_BUILD_DIR "/dhview --once $S/billion > $W/pipe; echo $?; dhview --once "
           "--timeout 1 $S/billion > $W/pipe; echo $?; kill $!) 2> /dev/null",
           0, "130\n5\n", "");
}

static void a_file_is_replaced_once_all_is_written(void **state)
{
    (void)state;
    expect("mkdir $W/d; echo old > $W/d/x.TSV; chmod 640 $W/d/x.TSV; dhview --once --rows "
           ":2 --columns I,S -o $W/d/x.TSV $S/small; cat $W/d/x.TSV; stat -c %a "
           "$W/d/x.TSV; ls $W/d",
           0, "I\tS\n0\trow-0\n1\trow-1\n640\nx.TSV\n", "");
}

static void on_any_failure_the_old_file_stays_and_no_other_does(void **state)
{
    (void)state;
    expect(
        "mkdir $W/e; echo old > $W/e/x; { timeout --preserve-status -s KILL 1 "
        "" TEST_BUILD_DIR "/dhview --once -o $W/e/x $S/billion; echo $?; } 2> /dev/null; "
        "cat $W/e/x; dhview --once -o $W/e/x $S/nosuch 2> /dev/null; cat $W/e/x; ls $W/e",
        0, "137\nold\nold\nx\n", "");
    expect_reason("dhview --once -o $W/none/x $S/small", 1, "No such file or directory");
    expect_reason("dhview --once $S/small > /dev/full", 1, "No space left on device");
    expect_reason("dhview --once -o /dev/full $S/small", 1, "No space left on device");
}

static void what_was_written_is_counted_on_standard_error(void **state)
{
    struct script_run r = RUN("dhview --once --stats --columns I -o $W/counted $S/small");

    (void)state;
    assert_true(strncmp(r.err, "dhview: 1000 rows, 3892 bytes, ", 31) == 0);
    script_run_release(&r);
}

/* Waits for text behind what the run has printed so far, which is kept in *all. */
static void wait_more(char **all, const char *text)
{
    mem_addf(all, "%s", text);
    script_wait(group_folder, *all);
}

static void changes_come_as_lines_in_an_order_that_can_be_applied(void **state)
{
    char *options = mem_printf("--follow %s/ctl", server_address()), *all = mem_strdup("");
    int pid;

    (void)state;
    server_control("clear");
    server_control("add 1 3 x");
    pid = script_start(group_folder, options);
    wait_more(&all, ADD("1", "1", "x") ADD("2", "2", "x") ADD("3", "3", "x"));
    server_control("add 2 2 y");
    wait_more(&all, "{\"op\":\"modify\",\"row\":2,\"values\":{\"K\":2,\"V\":\"y\"}}\n");
    server_control("remove 1 1");
    wait_more(&all, "{\"op\":\"remove\",\"row\":1}\n");
    server_control("add 9 9 z");
    wait_more(&all, ADD("3", "9", "z"));
    assert_int_equal(script_stop(pid, SIGINT), 130);
    free(all);
    free(options);
}

static void a_row_is_waited_for_until_it_comes(void **state)
{
    char *options = mem_printf("--until 'K =77' --format json %s/ctl", server_address());
    int pid;

    (void)state;
    server_control("clear");
    server_control("add 1 3 x");
    pid = script_start(group_folder, options);
    server_control("add 76 78 here");
    assert_int_equal(script_stop(pid, 0), 0);
    script_wait(group_folder, "{\"K\":77,\"V\":\"here\"}\n");
    free(options);
    expect("dhview --until 'I >=500' --columns I $S/small", 0, "I\n500\n", "");
    expect_reason("dhview --until 'I >5000' --timeout 1 $S/small", 5, "not done after 1 s");
    expect_reason("dhview --until 'I 5x' $S/small", 2, "filter 'I 5x'");
    expect_reason("dhview --until 'Nope 5' $S/small", 4, "found \"Nope\"");
    expect_reason("dhview --follow --output x $S/small", 2, "use > FILE");
}

/* The third call is the stream: the login and the table were before it. */
static void a_row_is_waited_for_though_the_link_was_cut(void **state)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    struct call_count count = {0};
    struct relay *r = relay_filtered(server_address(), &call_counting, &count);
    char *options = mem_printf("--until 'K =77' --no-header %s/ctl", relay_address(r));
    int pid;

    (void)state;
    server_control("clear");
    pid = script_start(group_folder, options);
    while (atomic_load(&count.calls) < 3)
        (void)nanosleep(&pause, NULL);
    relay_cut(r);
    server_control("add 77 77 meanwhile");
    relay_mend(r);
    assert_int_equal(script_stop(pid, 0), 0);
    script_wait(group_folder, "77,meanwhile\n");
    relay_free(r);
    free(options);
}

/* --- a reader that does not read --- */

#define STALLED_ROWS 50000 /* of each change: some 4 MB as text */

/* Changes all rows so often, and returns once they have been told. */
static void change_rows(char text, int times)
{
    char *line =
        mem_printf("dhview --until 'V =%c-%d' --columns K --no-header $S/ctl", text, times);

    for (int i = 1; i <= times; i++)
        server_control("add 1 %d %c-%d", STALLED_ROWS, text, i);
    expect(line, 0, "1\n", "");
    free(line);
}

/* The most that a process has had, in kilobytes. */
static long peak_kb(int pid)
{
    char *path = mem_printf("/proc/%d/status", pid), *text = text_file_read(path);
    const char *at = strstr(text, "VmHWM:");
    long kb = at ? strtol(at + 6, NULL, 10) : -1;

    assert_true(kb > 0);
    free(path);
    free(text);
    return kb;
}

/* What is told meanwhile is left with the server, who sends the newest values later. */
static void a_reader_that_stalls_does_not_make_a_follower_grow(void **state)
{
    char stalled[] = "/tmp/dhview-stalled-XXXXXX";
    char *options = mem_printf("--follow %s/ctl", server_address()), *pipe;
    int pid, fd;
    long before;

    (void)state;
    folder_make(stalled);
    pipe = mem_printf("%s/out", stalled);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    fd = open(pipe, O_RDWR | O_CLOEXEC); /* so there is a reader, who does not read */
    server_control("clear");
    assert_int_equal(setenv("ASAN_OPTIONS", "quarantine_size_mb=1", 1), 0);
    pid = script_start(stalled, options);
    assert_int_equal(unsetenv("ASAN_OPTIONS"), 0);
    change_rows('a', 4);
    before = peak_kb(pid);
    change_rows('b', 12);
    assert_in_range(peak_kb(pid), before, before + 16384);
    assert_int_equal(script_stop(pid, SIGTERM), 128 + SIGTERM);
    server_control("clear");
    assert_int_equal(close(fd), 0);
    folder_remove(stalled);
    free(options);
    free(pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_names_every_table_with_a_target_that_opens_it),
        cmocka_unit_test(rows_come_as_csv_tsv_and_json_lines),
        cmocka_unit_test(rows_are_chosen_filtered_sorted_and_cut),
        cmocka_unit_test(rows_are_counted_from_either_end),
        cmocka_unit_test(the_last_rows_of_a_billion_are_one_request),
        cmocka_unit_test(columns_that_do_not_go_over_the_wire_whole_come_as_text),
        cmocka_unit_test(a_value_that_the_wire_cannot_carry_comes_in_the_servers_words),
        cmocka_unit_test(such_a_value_is_met_after_many_rows),
        cmocka_unit_test(what_a_script_reads_ends_nobodys_view),
        cmocka_unit_test(every_type_is_read_back_equal_by_pyarrow),
        cmocka_unit_test(what_the_screen_writes_is_read_back_equal_by_pyarrow),
        cmocka_unit_test(rows_that_are_not_as_of_one_moment_are_called_so),
        cmocka_unit_test(an_end_tells_by_its_code_what_happened),
        cmocka_unit_test(a_server_that_wants_a_key_gets_the_one_of_the_file),
        cmocka_unit_test(a_pipe_that_is_closed_ends_the_run_without_a_word),
        cmocka_unit_test(an_interrupt_ends_with_130_also_when_nobody_reads),
        cmocka_unit_test(a_file_is_replaced_once_all_is_written),
        cmocka_unit_test(on_any_failure_the_old_file_stays_and_no_other_does),
        cmocka_unit_test(what_was_written_is_counted_on_standard_error),
        cmocka_unit_test(changes_come_as_lines_in_an_order_that_can_be_applied),
        cmocka_unit_test(a_row_is_waited_for_until_it_comes),
        cmocka_unit_test(a_row_is_waited_for_though_the_link_was_cut),
        cmocka_unit_test(a_reader_that_stalls_does_not_make_a_follower_grow),
    };

    server_require();
    return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
