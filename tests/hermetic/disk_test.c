/*
 * What is written where the disk is full, where a call fails or does half of what it was
 * asked for, where the program is killed in the middle or nobody reads: the old file is
 * whole, no other one is left, the reason is told, and memory does not grow. The disks are
 * those of tests/torture/disk.c and, where one may be mounted, a small one of memory.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
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
#include "tests/support/folder.h"
#include "tests/support/program.h"
#include "tests/support/script_run.h"
#include "tests/support/sheet.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

#define STATUS_ROW 22
#define MESSAGE_ROW 23
#define KILLS 10
#define KILLS_ON_SCREEN 4
#define STALL_MS 1500
#define EXPORT_KB (64 * 1024L + 3 * 8192L) /* 64 MiB and three largest messages */
#define EXPORT_MS 180000                   /* is enough for all of them */
#define VIEWER TEST_BUILD_DIR "/dhview"

/* What goes before a viewer whose files are those of tests/torture/disk.c. */
#define PRELOAD "LD_PRELOAD=" TEST_BUILD_DIR "/tests/libdisk.so"
#define UNORDERED                                                                          \
    "ASAN_OPTIONS=verify_asan_link_order=0" /* it comes before the sanitizer */
#define WITH_PRELOAD "env " UNORDERED " " PRELOAD " "

static struct prng numbers;
static char folder[] = "/tmp/dhview-disk-XXXXXX";

static const char *address(void)
{
    return demo_program_address(trial_server());
}

static void wait_ms(int64_t ms)
{
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};

    (void)nanosleep(&pause, NULL);
}

/* --- a disk that is full --- */

static const struct disk {
    const char *name;
    const char *fills;  /* in its folder: takes what is left of it */
    const char *viewer; /* before a viewer that finds it filling up, */
    const char *late;   /* and one that finds it full */
    bool mounted;
} disks[] = {
    {"without room by tests/torture/disk.c", ":", WITH_PRELOAD "DISK_ROOM=200000 ",
     WITH_PRELOAD "DISK_ROOM=0 ", false},
    {"a small one of memory", "dd if=/dev/zero of=filler", "", "", true},
};
#define DISKS (sizeof(disks) / sizeof(*disks))

/* Some containers let nobody mount anything; there the other disk is what there is. */
static bool is_there(const struct disk *d)
{
    static const char mount[] =
        "unshare -rm mount -t tmpfs -o size=256k none /mnt 2>/dev/null";
    bool there = !d->mounted || system(mount) == 0; /* NOLINT(cert-env33-c) */

    print_message("%s%s\n", d->name, there ? "" : ": none may be mounted here");
    return there;
}

/* A script as a command of sh, in a folder $F of that disk, with the viewer as $V, the
 * server as $A, and $FILL, which fills the disk; owned. */
static char *on_disk(const struct disk *d, const char *viewer, const char *script)
{
    char *path = mem_printf("%s/script", folder), *line;
    char *text = mem_printf("F=%s/full; V='%s" TEST_BUILD_DIR "/dhview'; A=%s; FILL='%s'; "
                            "cd $F; %s\n",
                            folder, viewer, address(), d->fills, script);
    char *fresh = mem_printf("rm -rf %s/full; mkdir %s/full; ", folder, folder);

    text_file_write(path, text, 0600);
    line = d->mounted ? mem_printf("%sunshare -rm sh -c 'mount -t tmpfs -o size=256k none "
                                   "%s/full && exec sh %s'",
                                   fresh, folder, path)
                      : mem_printf("%sexec sh %s", fresh, path);
    free(fresh);
    free(text);
    free(path);
    return line;
}

static void a_run_whose_disk_fills_up_leaves_the_old_file_and_no_other(void **state)
{
    static const char script[] =
        "for f in csv tsv json arrow; do echo old >x.$f; "
        "$V --once --rows :20000 -o x.$f $A/billion; echo $?; cat x.$f; "
        "$V --once --rows :20000 -o new.$f $A/billion; done; ls -A";

    (void)state;
    for (size_t i = 0; i < DISKS; i++) {
        struct script_run r;
        char *line;
        size_t told = 0;

        if (!is_there(&disks[i]))
            continue;
        line = on_disk(&disks[i], disks[i].viewer, script);
        r = script_run(folder, "%s", line);
        assert_string_equal(r.out, "1\nold\n1\nold\n1\nold\n1\nold\n"
                                   "x.arrow\nx.csv\nx.json\nx.tsv\n");
        for (const char *p = r.err; (p = strstr(p, "No space left on device\n")); p++)
            told++;
        assert_int_equal(told, 8);
        script_run_release(&r);
        free(line);
    }
}

/* A viewer of "billion" in a script on that disk, whose home it is. */
static struct pty *view_on(const struct disk *d, const char *viewer, const char *before,
                           const char *after)
{
    char *script = mem_printf("export HOME=$F XDG_STATE_HOME=$F/state; %s; $V "
                              "dh+plain://$A/scope/billion; %s",
                              before, after);
    char *line = on_disk(d, viewer, script);
    struct pty *t = pty_start(&(struct pty_options){
        .cols = 120,
        .program = "/bin/sh",
        .argv = (const char *const[]){"-c", line, NULL},
    });

    pty_wait_text(t, "row 1 of 1,000,000,000");
    sheet_settle(t);
    free(line);
    free(script);
    return t;
}

/* Ends the viewer, and the script, which has said that. */
static void leave_script(struct pty *t, const char *said)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    if (!pty_has(t, said)) {
        char *screen = pty_screen(t);
        fail_msg("no \"%s\":\n%s", said, screen);
    }
    pty_check_restored(t);
    pty_free(t);
}

static void a_file_from_the_screen_whose_disk_fills_up_leaves_the_old_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < DISKS; i++) {
        struct pty *t;

        if (!is_there(&disks[i]))
            continue;
        t = view_on(&disks[i], disks[i].viewer, "echo mine >old.csv",
                    "echo $(cat old.csv; ls -A) are here");
        pty_keys(t, ":w ~/old.csv<Enter>y<Enter>");
        pty_wait_row(t, MESSAGE_ROW, "old.csv is not written: cannot write: No space left");
        pty_keys(t, ":w ~/new.json<Enter>");
        pty_wait_row(t, MESSAGE_ROW, "new.json is not written: cannot write: No space");
        pty_wait_gone(t, "writing");
        (void)trial_check_cells(t);
        leave_script(t, "mine old.csv state are here");
    }
}

static void what_is_kept_for_the_next_run_stays_as_it_was_on_a_full_disk(void **state)
{
    (void)state;
    for (size_t i = 0; i < DISKS; i++) {
        struct pty *t;

        if (!is_there(&disks[i]))
            continue;
        t = view_on(
            &disks[i], disks[i].late,
            "mkdir -p state/dhview; yes typed77 | head -n 512 >state/dhview/history; "
            "echo ,t,v >state/dhview/views; $FILL 2>/dev/null",
            "cd state/dhview; echo $(sort -u *; wc -c <history; ls -A) are here");
        pty_keys(t, ":5<Enter>");
        pty_wait_row(t, MESSAGE_ROW, "what is typed is not kept: ");
        pty_wait_row(t, MESSAGE_ROW, "No space left on device");
        pty_keys(t, "&7<Enter>");
        pty_wait_text(t, "filter 7");
        assert_false(pty_has(t, "not kept"));
        pty_keys(t, ":save mine<Enter>");
        pty_wait_row(t, MESSAGE_ROW, "not saved: ");
        pty_wait_row(t, MESSAGE_ROW, "state/dhview/views: No space left on device");
        leave_script(t, ",t,v typed77 4096 history views are here");
    }
}

/* --- a call that fails --- */

/* A line of sh in which $A is the server and $S a number. */
static void expect(const char *line, const char *out)
{
    char *text = mem_printf("A=%s; S=%" PRIu64 "; %s", address(),
                            prng_below(&numbers, 1000000), line);

    script_expect(folder, text, 0, out, "");
    free(text);
}

static void a_call_that_fails_at_the_end_leaves_the_old_file(void **state)
{
    (void)state;
    expect(
        "mkdir $W/calls; cd $W/calls; for c in fsync linkat rename; do echo old >$c.csv; "
        "" WITH_PRELOAD "DISK_FAILS=$c " VIEWER
        " --once --rows :3 -o $c.csv $A/billion 2>&1 | "
        "sed 's|/.*/||'; cat $c.csv; done; ls -A",
        "dhview: cannot write: Disk quota exceeded\nold\n"
        "dhview: cannot write linkat.csv: Disk quota exceeded\nold\n"
        "dhview: cannot write rename.csv: Disk quota exceeded\nold\n"
        "fsync.csv\nlinkat.csv\nrename.csv\n");
}

/* --- reads and writes in part, and interrupted --- */

static void rows_that_are_written_in_parts_are_the_same(void **state)
{
    (void)state;
    expect("mkdir $W/parts; cd $W/parts; P='" WITH_PRELOAD "'\"DISK_PATCHY=$S " VIEWER
           "\"; "
           "for f in csv arrow; do O=\"--once --rows :20000 --format $f $A/billion\"; "
           "dhview $O >whole.$f; $P $O -o file.$f; $P $O | cat >pipe.$f; "
           "cmp whole.$f file.$f; cmp whole.$f pipe.$f; done; wc -l <file.csv",
           "20001\n");
}

/* A viewer of "billion" with more variables, NULL at the end; it may copy. */
static struct pty *view_with(const char *const *env)
{
    char *target = mem_printf("dh+plain://%s/scope/billion", address());
    struct pty *t =
        pty_start(&(struct pty_options){.cols = 100,
                                        .argv = (const char *const[]){target, NULL},
                                        .env = env,
                                        .split_stderr = true});

    pty_let_copy(t);
    pty_wait_text(t, "row 1 of 1,000,000,000");
    sheet_settle(t);
    free(target);
    return t;
}

static void expect_lines(const char *path, size_t want)
{
    char *text = text_file_read(path);
    size_t n = 0;

    for (const char *p = text; *p; p++)
        n += *p == '\n';
    assert_int_equal(n, want);
    free(text);
}

static void a_terminal_that_gives_and_takes_parts_gets_the_same(void **state)
{
    char *seed = mem_printf("DISK_PATCHY=%" PRIu64, prng_below(&numbers, 1000000)), *text;
    struct pty *t = view_with((const char *const[]){PRELOAD, UNORDERED, seed, NULL});
    const uint8_t *out;
    size_t n;

    (void)state;
    print_message("%s\n", seed);
    pty_keys(t, "<C-f>jj<Right><Left>12345G");
    pty_wait_row(t, STATUS_ROW, "row 12,345 of ");
    sheet_settle(t);
    assert_true(trial_check_cells(t) > 0);
    pty_keys(t, "v19jy");
    pty_wait_row(t, MESSAGE_ROW, "copied 20 rows x 1 column, 119 bytes");
    out = pty_output(t, &n);
    text = pty_clipboard(out, n);
    assert_true(strncmp(text, "12344\n12345\n", 12) == 0);
    free(text);
    pty_keys(t, "V99js!cat >~/rows<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "!cat >~/rows: 100 rows, ");
    text = mem_printf("%s/rows", pty_home(t));
    expect_lines(text, 101);
    free(text);
    pty_check_never(t, "not kept"); /* what was typed at prompts */
    trial_leave(t);
    free(seed);
}

/* --- killed in the middle --- */

/* The folder "kept" has the old file or the whole new one, and no other. */
static void expect_old_or_whole(int64_t lines)
{
    struct script_run r =
        script_run(folder, "cd $W/kept; ls -A; wc -l <x.csv; head -c 3 x.csv");
    char *whole = mem_printf("x.csv\n%" PRId64 "\nRow", lines);

    if (strcmp(r.out, "x.csv\n1\nold") != 0 && strcmp(r.out, whole) != 0)
        fail_msg("found %s", r.out);
    free(whole);
    script_run_release(&r);
}

static void keep_old(void)
{
    script_expect(folder, "mkdir -p $W/kept; rm -f $W/kept/*; echo old >$W/kept/x.csv", 0,
                  "", "");
}

static void a_run_that_is_killed_leaves_the_old_file_or_the_whole_new_one(void **state)
{
    char *options =
        mem_printf("--once --rows :20000 -o %s/kept/x.csv %s/billion", folder, address());
    int64_t begun = trial_now_ms(), whole_ms;

    (void)state;
    keep_old();
    assert_int_equal(script_stop(script_start(folder, options), 0), 0);
    whole_ms = trial_now_ms() - begun;
    expect_old_or_whole(20001);
    for (size_t i = 0; i < program_rounds(KILLS); i++) {
        int pid;

        keep_old();
        pid = script_start(folder, options);
        wait_ms((int64_t)prng_below(&numbers, (uint64_t)whole_ms + 1));
        assert_int_not_equal(script_stop(pid, SIGKILL), 1);
        expect_old_or_whole(20001);
    }
    free(options);
}

static void a_viewer_that_is_killed_leaves_the_old_file(void **state)
{
    char *keys = mem_printf(":w %s/kept/x.csv<Enter>y<Enter>", folder);

    (void)state;
    for (size_t i = 0; i < program_rounds(KILLS_ON_SCREEN); i++) {
        struct pty *t = trial_view(trial_server(), "billion", NULL);

        keep_old();
        pty_wait_text(t, "row 1 of ");
        pty_keys(t, keys);
        pty_wait_row(t, STATUS_ROW, "writing ");
        wait_ms((int64_t)prng_below(&numbers, 300));
        pty_kill(t, SIGKILL);
        assert_int_equal(pty_wait_exit(t), -SIGKILL);
        expect_old_or_whole(1);
        pty_free(t);
    }
    free(keys);
}

/* --- readers --- */

static void a_reader_that_leaves_ends_the_run_without_a_word(void **state)
{
    (void)state;
    expect("cd $W; { dhview --once $A/billion; echo $? >status; } | head -1; cat status; "
           "{ dhview --once $A/billion; echo $? >status; } | sleep 1; cat status",
           "Row,Name,Sine,Prime,DigitSum,Time\n0\n0\n");
}

/* The most memory that a process has had so far, in KB; 0: it has ended. */
static long peak_kb(int pid)
{
    char *path = mem_printf("/proc/%d/status", pid), line[256];
    FILE *f = fopen(path, "re");
    long kb = 0;

    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1)
            break;
    if (f)
        (void)fclose(f);
    free(path);
    return kb;
}

/* Reads all of a pipe that a process writes, slowly at first; how many bytes that were.
 * *peak is the most memory that the process has had. */
static int64_t read_slowly(int fd, int pid, long *peak)
{
    static char some[1 << 20];
    struct pollfd begun = {.fd = fd, .events = POLLIN};
    int64_t n = 0;
    ssize_t got;

    assert_int_equal(poll(&begun, 1, PTY_TIMEOUT_MS), 1);
    *peak = peak_kb(pid);
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0); /* from now on reads wait */
    wait_ms(STALL_MS);
    while ((got = read(fd, some, sizeof(some))) > 0) {
        long kb = peak_kb(pid);

        n += got;
        *peak = kb > *peak ? kb : *peak;
    }
    assert_int_equal(got, 0);
    return n;
}

/* The sanitizer keeps little of what was freed. */
#define MEASURED "quarantine_size_mb=1"

/* How many bytes so many rows of an Arrow stream are, and the most memory that took. */
static int64_t export_rows(int64_t rows, long *peak)
{
    char *pipe = mem_printf("%s/pipe", folder);
    char *options = mem_printf("--once --format arrow --rows :%" PRId64 " -o %s %s/billion",
                               rows, pipe, address());
    int64_t n;
    int pid, fd;

    (void)unlink(pipe);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    fd = open(pipe, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    assert_true(fd >= 0);
    assert_int_equal(setenv("ASAN_OPTIONS", MEASURED, 1), 0);
    pid = script_start(folder, options);
    n = read_slowly(fd, pid, peak);
    assert_int_equal(script_stop(pid, 0), 0);
    assert_int_equal(unsetenv("ASAN_OPTIONS"), 0);
    (void)close(fd);
    free(options);
    free(pipe);
    return n;
}

static void expect_bounded(const char *what, int64_t bytes, long before, long peak)
{
    print_message("%s: %" PRId64 " MB took %ld MB, %ld MB before\n", what, bytes >> 20,
                  peak >> 10, before >> 10);
    assert_true(before > 0 && bytes / 1024 > EXPORT_KB); /* it could take more */
    assert_in_range(peak - before, 0, EXPORT_KB);
}

static void a_run_takes_no_more_memory_for_more_rows(void **state)
{
    long few, many;
    int64_t bytes;

    (void)state;
    (void)export_rows(1, &few);
    bytes = export_rows(2700000, &many);
    expect_bounded("--once", bytes, few, many);
}

static void a_file_from_the_screen_takes_no_more_memory_for_more_rows(void **state)
{
    struct pty *t = view_with((const char *const[]){"ASAN_OPTIONS=" MEASURED, NULL});
    long before = peak_kb(pty_pid(t));

    (void)state;
    pty_set_timeout(t, EXPORT_MS);
    pty_keys(t, ":w !(sleep 1; head -c 100000000) >/dev/null<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "the command has ended before it");
    expect_bounded(":w", 100000000, before, peak_kb(pty_pid(t)));
    trial_leave(t);
}

/* --- the group --- */

static int set_up(void **state)
{
    folder_make(folder);
    numbers = prng_start();
    return trial_serve_group(state);
}

static int tear_down(void **state)
{
    folder_remove(folder);
    return trial_end_group(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_whose_disk_fills_up_leaves_the_old_file_and_no_other),
        cmocka_unit_test(a_file_from_the_screen_whose_disk_fills_up_leaves_the_old_one),
        cmocka_unit_test(what_is_kept_for_the_next_run_stays_as_it_was_on_a_full_disk),
        cmocka_unit_test(a_call_that_fails_at_the_end_leaves_the_old_file),
        cmocka_unit_test(rows_that_are_written_in_parts_are_the_same),
        cmocka_unit_test(a_terminal_that_gives_and_takes_parts_gets_the_same),
        cmocka_unit_test(a_run_that_is_killed_leaves_the_old_file_or_the_whole_new_one),
        cmocka_unit_test(a_viewer_that_is_killed_leaves_the_old_file),
        cmocka_unit_test(a_reader_that_leaves_ends_the_run_without_a_word),
        cmocka_unit_test(a_run_takes_no_more_memory_for_more_rows),
        cmocka_unit_test(a_file_from_the_screen_takes_no_more_memory_for_more_rows),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
