/*
 * Rows in a file: what is in it, what is asked and told, and that a file is there whole or
 * stays as it was.
 */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/sheet.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

#define STATUS_ROW 22
#define MESSAGE_ROW 23
#define TEXT_MAX ((size_t)1 << 20)
#define HELD "message.1=hold"
#define COLUMNS 100 /* of the screen, beside the name of a folder */

/* A message names the whole path, wherever folders are made: the screen has room for it. */
static struct pty *view_at(const char *address, const char *table)
{
    struct pty *t = trial_view_at(address, table, NULL);

    pty_resize(t, MESSAGE_ROW + 1, COLUMNS + (int)strlen(pty_home(t)));
    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    return t;
}

static struct pty *view(const char *table)
{
    return view_at(demo_program_address(trial_server()), table);
}

/* What a file in the viewer's home folder holds; NULL: there is none. Owned. */
static char *file_at_home(const struct pty *t, const char *name)
{
    char *path = mem_printf("%s/%s", pty_home(t), name), *text;
    FILE *f = fopen(path, "r");

    free(path);
    if (!f)
        return NULL;
    text = mem_calloc(TEXT_MAX, 1);
    (void)!fread(text, 1, TEXT_MAX - 1, f);
    (void)fclose(f);
    return text;
}

static void put_at_home(const struct pty *t, const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", pty_home(t), name);

    text_file_write(path, text, 0600);
    free(path);
}

static void expect_file(const struct pty *t, const char *name, const char *want)
{
    char *text = file_at_home(t, name);

    assert_non_null(text);
    assert_string_equal(text, want);
    free(text);
}

static void expect_start(const struct pty *t, const char *name, const char *start)
{
    char *text = file_at_home(t, name);

    assert_non_null(text);
    if (strncmp(text, start, strlen(start)) != 0)
        fail_msg("%s begins with %.200s", name, text);
    free(text);
}

/* Files whose names begin so: the file, and what it may be made of. */
static size_t files_like(const struct pty *t, const char *start)
{
    DIR *folder = opendir(pty_home(t));
    struct dirent *entry;
    size_t n = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL)
        n += strncmp(entry->d_name, start, strlen(start)) == 0;
    (void)closedir(folder);
    return n;
}

/* --- what is written --- */

static void the_table_as_it_is_filtered_and_sorted_is_written(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, "&Ibis<Enter>");
    pty_wait_text(t, "filter Ibis");
    pty_keys(t, "cCrew<Enter>]");
    pty_wait_text(t, "sort by Crew");
    pty_wait_row(t, STATUS_ROW, "row 1 of 15");
    pty_keys(t, ":w ~/out.CSV<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "out.CSV: 15 rows, ");
    expect_start(t, "out.CSV", "Ship,Flag,Class,Length,Crew,Passengers,");
    pty_keys(t, ":w ~/out.tsv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "out.tsv: 15 rows, ");
    expect_start(t, "out.tsv", "Ship\tFlag\tClass\tLength\tCrew\tPassengers\t");
    pty_keys(t, ":w ~/out.json<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "out.json: 15 rows, ");
    expect_start(t, "out.json", "{\"Ship\":\"Ibis\",\"Flag\":\"");
    pty_keys(t, ":w ~/out.arrow<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "out.arrow: 15 rows, ");
    expect_start(t, "out.arrow", "\xff\xff\xff\xff");
    trial_leave(t);
}

static void a_paused_picture_is_not_what_is_written_and_that_is_said(void **state)
{
    struct pty *t = view("leaders");

    (void)state;
    pty_keys(t, "p");
    pty_wait_row(t, STATUS_ROW, "PAUSED");
    pty_keys(t, ":w ~/now.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, " rows as they are now, not as paused, ");
    trial_leave(t);
}

static void rows_that_are_selected_are_written_alone(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, ":select Ship, Crew<Enter>");
    pty_wait_text(t, "col 1/2");
    pty_keys(t, "2GVjs");
    pty_wait_row(t, MESSAGE_ROW, ":w");
    pty_keys(t, "~/two.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "two.csv: 2 rows, ");
    expect_file(t, "two.csv", "Ship,Crew\nFulmar,11\nKittiwake,22\n");
    pty_wait_gone(t, "selected");
    trial_leave(t);
}

static void cells_and_columns_that_are_selected_are_written_as_they_are_shown(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, ":select Ship, Crew, Class<Enter>");
    pty_wait_text(t, "col 1/3");
    pty_keys(t, "$2Gg<vjl"); /* Class before Crew */
    pty_wait_row(t, STATUS_ROW, "2 rows x 2 columns selected");
    pty_keys(t, ":w ~/cells.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "cells.csv: 2 rows, ");
    expect_file(t, "cells.csv", "Class,Crew\nB,11\nC,22\n");
    pty_keys(t, "gv:w ~/column.json<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "column.json: 240 rows, ");
    expect_start(t, "column.json", "{\"Crew\":");
    trial_leave(t);
}

static void columns_that_are_shown_are_written_in_their_order(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, ":select Ship, Crew, Class<Enter>");
    pty_wait_text(t, "col 1/3");
    pty_keys(t, ":head 2<Enter>");
    pty_wait_row(t, STATUS_ROW, "row 1 of 2  ");
    pty_keys(t, "$g<0-"); /* Class, Crew */
    pty_keys(t, ":w --shown --format tsv ~/shown<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "shown: 2 rows, ");
    expect_file(t, "shown", "Class\tCrew\nA\t0\nB\t11\n");
    pty_keys(t, ":w --format csv ~/all<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "all: 2 rows, ");
    expect_file(t, "all", "Ship,Crew,Class\nAlbatross,0,A\nFulmar,11,B\n");
    trial_leave(t);
}

/* --- what is asked and told --- */

static void a_file_is_replaced_only_when_that_is_answered(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    put_at_home(t, "old.csv", "mine\n");
    pty_keys(t, "Vs~/old.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "old.csv? (y, n)");
    pty_keys(t, "n<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the file stays as it is");
    expect_file(t, "old.csv", "mine\n");
    pty_keys(t, "s~/old.csv<Enter>y<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "old.csv: 1 row, ");
    expect_start(t, "old.csv", "Ship,");
    trial_leave(t);
}

static void what_cannot_be_written_is_told(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, ":w ~/out.xls<Enter>");
    pty_wait_row(t, MESSAGE_ROW,
                 "w: expected .csv, .tsv, .json or .arrow at its end, or --format");
    pty_keys(t, ":w --shown<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "w: expected the name of a file behind the options");

    pty_keys(t, ":w /no/such/folder.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "No such file or directory");
    pty_keys(t, ":w<Enter>");
    pty_wait_row(t, MESSAGE_ROW,
                 "expected the name of a file, or ! and a command, found nothing");
    assert_int_equal(files_like(t, "out"), 0);
    trial_leave(t);
}

static void the_reason_is_seen_behind_a_long_path(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t,
             ":w ~/a/folder/with/a/name/that/takes/much/more/room/than/a/line/has/x.csv");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "/has/x.csv: No such file or directory");
    pty_keys(t,
             ":w !true # a command with a name that takes much more room than a line has");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, MESSAGE_ROW, ": the command has ended before it had read all");
    trial_leave(t);
}

static void a_full_disk_is_told_and_ends_it(void **state)
{
    struct pty *t = view("ships");
    char *link = mem_printf("ln -s /dev/full %s/full.csv", pty_home(t));

    (void)state;
    assert_int_equal(system(link), 0);
    pty_keys(t, ":w ~/full.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "full.csv is not written: cannot write");
    pty_keys(t, ":w ~/next.csv<Enter>"); /* nothing is left of it */
    pty_wait_row(t, MESSAGE_ROW, "next.csv: 240 rows");
    free(link);
    trial_leave(t);
}

/* A viewer that waited for a reader would take no key. */
static void a_pipe_that_nobody_reads_is_told(void **state)
{
    struct pty *t = view("ships");
    char *path = mem_printf("%s/pipe.csv", pty_home(t));

    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    pty_keys(t, ":w ~/pipe.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "pipe.csv: nobody reads it");
    pty_keys(t, "j");
    pty_wait_row(t, STATUS_ROW, "row 2 of 240");
    free(path);
    trial_leave(t);
}

/* That server's log has no such line, which takes its time to be known. */
static void a_reason_that_is_in_the_server_s_log_alone_is_looked_for_there(void **state)
{
    struct demo_program *d = trial_serve("message.6=unexplained");
    struct pty *t = view_at(demo_program_address(d), "billion");

    (void)state;
    pty_keys(t, ":w ~/x.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "x.csv is not written: ");
    pty_wait_row(t, MESSAGE_ROW, "in the server's log, which cannot be read");
    assert_null(file_at_home(t, "x.csv"));
    pty_keys(t, "<Enter>"); /* the id that is told is a way there */
    pty_wait_row(t, STATUS_ROW, "log line 0 of 0");
    trial_leave(t);
    demo_program_free(d);
}

static void a_large_table_is_written_while_the_screen_goes_on(void **state)
{
    struct pty *t = view("billion");

    (void)state;
    pty_keys(t, ":w ~/large.csv<Enter>");
    pty_wait_row(t, STATUS_ROW, " left; Esc ends it");
    pty_keys(t, "G");
    pty_wait_row(t, STATUS_ROW, "row 1,000,000,000");
    pty_keys(t, ":w ~/other.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "a file is being written");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, MESSAGE_ROW, "large.csv is not written: it was given up");
    assert_int_equal(files_like(t, "large"), 0);
    trial_leave(t); /* which looks at its memory */
}

static void the_last_tab_of_a_server_takes_its_file_along(void **state)
{
    struct demo_program *other = trial_serve("");
    char *open =
        mem_printf(":open dh+plain://%s/scope/ships<Enter>", demo_program_address(other));
    struct pty *t = view("billion");

    (void)state;
    pty_keys(t, open);
    pty_wait_row(t, STATUS_ROW, "row 1 of 240");
    pty_keys(t, "gT:w ~/large.csv<Enter>");
    pty_wait_row(t, STATUS_ROW, "writing ");
    pty_keys(t, "q");
    pty_wait_row(t, MESSAGE_ROW,
                 "large.csv is not written: the last tab of its server was closed");
    pty_wait_row(t, STATUS_ROW, "row 1 of 240");
    pty_wait_gone(t, "writing");
    assert_int_equal(files_like(t, "large"), 0);
    pty_keys(t, ":w ~/ships.csv<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "ships.csv: 240 rows, ");
    trial_leave(t);
    demo_program_free(other);
    free(open);
}

/* --- commands --- */

static void a_command_reads_the_rows(void **state)
{
    struct pty *t = view("ships");

    (void)state;
    pty_keys(t, ":w !tail -n 1 | cut -d, -f 1,5 >~/last<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "!tail -n 1 | cut -d, -f 1,5 >~/last: 240 rows, ");
    expect_file(t, "last", "Lapwing,19\n");
    trial_leave(t);
}

static void a_command_that_fails_or_stops_reading_is_told(void **state)
{
    struct pty *t = view("billion");

    (void)state;
    pty_keys(t, ":w !cat >/dev/null; echo no room >&2; exit 3<Enter>");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, MESSAGE_ROW, "exit 3 is not written: it was given up");
    pty_keys(t, ":w !echo no room >&2; exit 3<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the command: exit status 3: no room");
    pty_keys(t, ":w !head -n 1 >~/first<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the command has ended before it had read all");
    expect_start(t, "first", "Row,");
    trial_leave(t);
}

static bool is_there(struct pty *t, void *name)
{
    return files_like(t, name) > 0;
}

static bool status_is_another(struct pty *t, void *before)
{
    char *now = pty_row(t, STATUS_ROW);
    bool is_another = strcmp(now, before) != 0;

    free(now);
    return is_another;
}

/* The speed falls, and no row comes. */
static bool rows_stand_still(struct pty *t)
{
    char *before = pty_row(t, STATUS_ROW), *after, *at;
    bool same;

    pty_wait(t, status_is_another, before, "another speed");
    after = pty_row(t, STATUS_ROW);
    at = strstr(after, "writing ");
    assert_non_null(at);
    *strchr(at, ',') = '\0';
    same = strstr(before, at) != NULL;
    free(before);
    free(after);
    return same;
}

static void nothing_is_fetched_for_a_reader_that_has_gone(void **state)
{
    struct pty *t = view("billion");
    int tries = 8;

    (void)state;
    pty_keys(t, ":w !head -n 1 >~/first; exec 0>&-; echo >~/gone; sleep 300<Enter>");
    pty_wait(t, is_there, (void *)(uintptr_t) "gone", "the end of the reader");
    while (!rows_stand_still(t))
        assert_true(tries-- > 0);
    trial_leave(t);
}

/* Programs that the viewer has started and not taken leave of. */
static bool has_no_child(struct pty *t, void *ctx)
{
    char *line = mem_printf("test -z \"$(cat /proc/%d/task/%d/children)\"", (int)pty_pid(t),
                            (int)pty_pid(t));
    int status = system(line);

    (void)ctx;
    free(line);
    return status == 0;
}

static void a_command_that_was_given_up_is_taken_leave_of(void **state)
{
    struct pty *t = view("billion");

    (void)state;
    pty_keys(t, ":w !sleep 300<Enter>");
    pty_wait_row(t, STATUS_ROW, "writing ");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, MESSAGE_ROW, "!sleep 300 is not written: it was given up");
    pty_keys(t, "j"); /* something is drawn */
    pty_wait(t, has_no_child, NULL, "the end of the command");
    trial_leave(t);
}

static void a_command_that_does_not_read_holds_nothing_up(void **state)
{
    struct pty *t = view("billion");

    (void)state;
    pty_keys(t, ":w !sleep 300<Enter>");
    pty_wait_row(t, STATUS_ROW, "writing ");
    pty_keys(t, "j");
    pty_wait_row(t, STATUS_ROW, "row 2 of ");
    trial_leave(t); /* within 3 s */
}

/* --- whole or not at all --- */

/* A viewer that writes a file, whose rows do not come while the server holds them. */
static struct pty *write_held(struct demo_program *d)
{
    struct pty *t = view_at(demo_program_address(d), "ships");

    put_at_home(t, "old.csv", "mine\n");
    demo_program_hold(d);
    pty_keys(t, ":w ~/old.csv<Enter>y<Enter>");
    pty_wait_row(t, STATUS_ROW, "writing 0 of ? rows");
    return t;
}

static void esc_gives_a_file_up_and_the_old_one_stays(void **state)
{
    struct demo_program *d = trial_serve(HELD);
    struct pty *t = write_held(d);

    (void)state;
    pty_keys(t, "j"); /* other keys go on */
    pty_wait_row(t, STATUS_ROW, "row 2 of 240");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, MESSAGE_ROW, "old.csv is not written: it was given up");
    pty_wait_gone(t, "writing");
    expect_file(t, "old.csv", "mine\n");
    assert_int_equal(files_like(t, "old"), 1);
    demo_program_let_go(d);
    trial_leave(t);
    demo_program_free(d);
}

static void the_end_of_the_program_leaves_the_old_file(void **state)
{
    static const char *const ends[] = {"Q", NULL}; /* NULL: SIGKILL */

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        struct demo_program *d = trial_serve(HELD);
        struct pty *t = write_held(d);

        if (ends[i])
            pty_keys(t, ends[i]);
        else
            pty_kill(t, SIGKILL);
        (void)pty_wait_exit(t);
        expect_file(t, "old.csv", "mine\n");
        assert_int_equal(files_like(t, "old"), 1);
        pty_free(t);
        demo_program_free(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_as_it_is_filtered_and_sorted_is_written),
        cmocka_unit_test(a_paused_picture_is_not_what_is_written_and_that_is_said),
        cmocka_unit_test(rows_that_are_selected_are_written_alone),
        cmocka_unit_test(cells_and_columns_that_are_selected_are_written_as_they_are_shown),
        cmocka_unit_test(columns_that_are_shown_are_written_in_their_order),
        cmocka_unit_test(a_file_is_replaced_only_when_that_is_answered),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(the_reason_is_seen_behind_a_long_path),
        cmocka_unit_test(a_full_disk_is_told_and_ends_it),
        cmocka_unit_test(a_pipe_that_nobody_reads_is_told),
        cmocka_unit_test(a_reason_that_is_in_the_server_s_log_alone_is_looked_for_there),
        cmocka_unit_test(a_large_table_is_written_while_the_screen_goes_on),
        cmocka_unit_test(the_last_tab_of_a_server_takes_its_file_along),
        cmocka_unit_test(a_command_reads_the_rows),
        cmocka_unit_test(a_command_that_fails_or_stops_reading_is_told),
        cmocka_unit_test(nothing_is_fetched_for_a_reader_that_has_gone),
        cmocka_unit_test(a_command_that_was_given_up_is_taken_leave_of),
        cmocka_unit_test(a_command_that_does_not_read_holds_nothing_up),
        cmocka_unit_test(esc_gives_a_file_up_and_the_old_one_stays),
        cmocka_unit_test(the_end_of_the_program_leaves_the_old_file),
    };

    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
