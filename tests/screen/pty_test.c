/* The terminal harness itself, driven by small shell programs. */
#include <inttypes.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"
#include "tests/support/stopwatch.h"

static struct pty *shell(const char *script)
{
    const char *argv[] = {"-c", script, NULL};
    return pty_start(
        &(struct pty_options){.rows = 10, .cols = 40, .program = "/bin/sh", .argv = argv});
}

static void assert_row(const struct pty *t, int row, const char *want)
{
    char *got = pty_row(t, row);
    assert_string_equal(got, want);
    free(got);
}

static void test_text_attributes_and_cursor_are_read(void **state)
{
    (void)state;
    struct pty *t = shell(
        "printf "
        "'a\\033[1;7;31mb\\033[0;44mc\\033[m\\r\\n\\344\\270\\255|e\\314\\201\\033[5;9H'");
    struct pty_cell cell;
    int row, col;

    assert_int_equal(pty_wait_exit(t), 0);
    assert_row(t, 0, "abc");
    assert_row(t, 1, "\u4e2d|e\u0301");
    pty_cell(t, 0, 0, &cell);
    assert_false(cell.bold || cell.reverse);
    assert_int_equal(cell.fg, -1);
    assert_int_equal(cell.bg, -1);
    pty_cell(t, 0, 1, &cell);
    assert_true(cell.bold && cell.reverse);
    assert_int_equal(cell.fg, 1);
    pty_cell(t, 0, 2, &cell);
    assert_int_equal(cell.bg, 4);
    pty_cell(t, 1, 0, &cell);
    assert_int_equal(cell.width, 2);
    pty_cell(t, 1, 1, &cell);
    assert_int_equal(cell.width, 0);
    pty_cursor(t, &row, &col);
    assert_int_equal(row, 4);
    assert_int_equal(col, 8);
    assert_int_equal(pty_find_row(t, "|e"), 1);
    pty_free(t);
}

static void test_environment_is_pinned(void **state)
{
    (void)state;
    setenv("NO_COLOR", "1", 1);
    setenv("DHVIEW_LEAK", "1", 1);
    struct pty *t = shell(
        "echo $TERM $LANG $LC_ALL $TZ .$NO_COLOR$DHVIEW_LEAK.; cd && basename \"$PWD\"; "
        "[ -d $XDG_STATE_HOME ] && stty size");

    assert_int_equal(pty_wait_exit(t), 0);
    assert_row(t, 0, "xterm-256color C.UTF-8 C.UTF-8 UTC ..");
    assert_true(pty_has(t, strrchr(pty_home(t), '/') + 1));
    assert_true(pty_has(t, "10 40"));
    pty_free(t);
    unsetenv("NO_COLOR");
    unsetenv("DHVIEW_LEAK");
}

static void test_keys_reach_the_program(void **state)
{
    (void)state;
    struct pty *t =
        shell("stty raw -echo; printf 'ready\\r\\n'; dd bs=1 count=20 2>/dev/null "
              "| od -An -tx1 -w20; stty sane");

    pty_wait_text(t, "ready");
    pty_keys(t, "a<lt><C-f><M-1><Up><F5><PgDn><S-Tab><BS>");
    pty_wait_text(t, "61 3c 06 1b 31 1b 5b 41 1b 5b 31 35 7e");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
}

static void test_resize_is_seen_by_the_child(void **state)
{
    (void)state;
    struct pty *t = shell("trap 'stty size; exit 3' WINCH; echo ready; "
                          "while :; do sleep 0.05; done");

    pty_wait_text(t, "ready");
    pty_resize(t, 5, 100);
    pty_wait_text(t, "5 100");
    assert_int_equal(pty_wait_exit(t), 3);
    pty_free(t);
}

static void test_end_by_signal_is_told_apart_from_exit(void **state)
{
    (void)state;
    struct pty *t = shell("echo ready; exec sleep 100");

    pty_wait_text(t, "ready");
    pty_kill(t, SIGTERM);
    assert_int_equal(pty_wait_exit(t), -SIGTERM);
    pty_free(t);
}

/* Also one that the child, which was begun just now, would not have had yet. */
static void test_a_signal_at_the_start_is_not_lost(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        struct pty *t = shell("exec sleep 100");

        pty_kill(t, i % 2 ? SIGHUP : SIGINT);
        assert_int_equal(pty_wait_exit(t), i % 2 ? -SIGHUP : -SIGINT);
        pty_free(t);
    }
}

static void test_interrupt_key_reaches_the_foreground_group(void **state)
{
    (void)state;
    struct pty *t = shell("echo ready; exec sleep 100");

    pty_wait_text(t, "ready");
    pty_keys(t, "<C-c>");
    assert_int_equal(pty_wait_exit(t), -SIGINT);
    pty_free(t);
}

static void test_child_can_be_stopped_and_go_on(void **state)
{
    (void)state;
    struct pty *t = shell("echo ready; read x; echo got $x");

    pty_wait_text(t, "ready");
    pty_keys(t, "<C-z>");
    pty_wait_stopped(t);
    pty_kill(t, SIGCONT);
    pty_keys(t, "hello<Enter>");
    pty_wait_text(t, "got hello");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
}

static void test_hangup_ends_the_child(void **state)
{
    (void)state;
    struct pty *t = shell("echo ready; read x; exit 4");

    pty_wait_text(t, "ready");
    pty_hangup(t);
    int status = pty_wait_exit(t);
    assert_true(status == -SIGHUP || status == 4);
    pty_free(t);
}

static void test_all_output_is_read_before_the_end(void **state)
{
    (void)state;
    struct pty *t = shell("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");
    size_t n;

    assert_int_equal(pty_wait_exit(t), 0);
    const char *out = (const char *)pty_output(t, &n);
    assert_string_equal(out + n - strlen("line 2999\r\n"), "line 2999\r\n");
    assert_true(pty_has(t, "line 2999"));
    pty_free(t);
}

static void test_standard_error_can_be_kept_apart(void **state)
{
    (void)state;
    const char *argv[] = {"-c", "echo out; echo err >&2", NULL};
    struct pty *t = pty_start(
        &(struct pty_options){.program = "/bin/sh", .argv = argv, .split_stderr = true});

    assert_int_equal(pty_wait_exit(t), 0);
    assert_true(pty_has(t, "out"));
    assert_false(pty_has(t, "err"));
    assert_string_equal(pty_stderr(t), "err\n");
    pty_free(t);
}

static void test_modes_left_behind_are_noticed(void **state)
{
    (void)state;
    struct pty *t = shell("printf '\\033[?1049h\\033[?25lhere'; stty -echo; read x; "
                          "printf '\\033[?25h\\033[?1049l'; stty echo");
    struct termios now;

    pty_wait_text(t, "here");
    pty_wait_quiet(t, 100);
    assert_true(pty_alt_screen(t));
    assert_false(pty_cursor_visible(t));
    pty_modes(t, &now);
    assert_int_not_equal(now.c_lflag, pty_modes_before(t)->c_lflag);
    pty_keys(t, "<Enter>");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

static bool grammatical(const char *text, size_t n, unsigned more)
{
    char *problem = pty_grammar((const uint8_t *)text, n, more);
    bool fine = problem == NULL;
    free(problem);
    return fine;
}

#define GRAMMATICAL(text) grammatical(text, sizeof(text) - 1, 0)
#define COPY_FINE(text) grammatical(text, sizeof(text) - 1, PTY_COPIES)
#define MOUSE_FINE(text) grammatical(text, sizeof(text) - 1, PTY_MOUSE)
#define CUT_FINE(text) grammatical(text, sizeof(text) - 1, PTY_CUT)

/* Waits for ever when the second holds descriptors of the first one open. */
static void test_terminals_are_freed_in_any_order(void **state)
{
    (void)state;
    struct pty *first = shell("echo first; cat");
    struct pty *second = shell("echo second; cat");

    pty_wait_row(first, 0, "first");
    pty_wait_row(second, 0, "second");
    pty_hangup(first);
    (void)pty_wait_exit(first);
    pty_free(first);
    pty_keys(second, "goes on<Enter>");
    pty_wait_row(second, 2, "goes on");
    pty_free(second);
}

/* --- what is on the screen when --- */

static bool shows(struct pty *t, void *ctx)
{
    return pty_has(t, ctx);
}

/* Returns once a program has made the file "done" at its home, whatever it has written. */
static void wait_done(const struct pty *t)
{
    struct timespec pause = {.tv_nsec = 1000000};
    char path[256];

    (void)snprintf(path, sizeof(path), "%s/done", pty_home(t));
    while (access(path, F_OK) != 0)
        (void)nanosleep(&pause, NULL);
}

static void test_what_has_passed_is_seen_however_late_it_is_read(void **state)
{
    (void)state;
    struct pty *t = shell("printf 'first'; printf '\\033[1;1Hagain'; "
                          "printf '\\033[1;1Hlast!'; >$HOME/done; read x");

    wait_done(t);
    pty_wait_seen(t, shows, "first", "the first");
    pty_wait_seen(t, shows, "again", "the second");
    assert_row(t, 0, "again");
    pty_wait_quiet(t, 0); /* the rest is on the screen without more being written */
    assert_row(t, 0, "last!");
    assert_true(pty_has_written(t, 0, "again"));
    assert_false(pty_has_written(t, strlen("firstx"), "first"));
    pty_free(t);
}

static void test_what_has_passed_is_seen_of_a_program_that_has_ended(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        struct pty *t = shell("printf 'first'; printf '\\033[1;1Hagain'; >$HOME/done");

        wait_done(t);
        pty_wait_seen(t, shows, "first", "the first");
        pty_wait_seen(t, shows, "again", "the second");
        assert_int_equal(pty_wait_exit(t), 0);
        assert_row(t, 0, "again");
        pty_free(t);
    }
}

#define SPIN "i=0; while [ $i -lt 50000 ]; do i=$((i + 1)); done; "

static void test_no_half_of_what_a_program_is_writing_counts_as_a_frame(void **state)
{
    (void)state;
    struct pty *t =
        shell("printf one; " SPIN "printf ' two'; read x; printf '\\033[1;1Ha'; " SPIN
              "printf ' b'; read x");

    pty_wait_frame(t, shows, "one", "a frame");
    assert_row(t, 0, "one two");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "ane");
    pty_wait_quiet(t, 1);
    assert_row(t, 0, "a b two");
    pty_check_output(t); /* nothing but what it has written */
    pty_free(t);
}

/* --- times --- */

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What the script takes for a line; by_clock: with all waits. */
static int64_t time_of(const char *script, int64_t *by_clock)
{
    struct pty *t = shell(script);

    pty_wait_text(t, "ready");
    struct stopwatch w = stopwatch_start(pty_pid(t));
    int64_t since = now_ms();
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "done");
    int64_t ms = stopwatch_ms(&w);
    *by_clock = now_ms() - since;
    pty_keys(t, "<Enter>");
    pty_wait_exit(t);
    pty_free(t);
    return ms;
}

/* What the script takes from a line to its end. */
static int64_t end_of(const char *script)
{
    struct pty *t = shell(script);

    pty_wait_text(t, "ready");
    struct stopwatch w = stopwatch_start(pty_pid(t));
    pty_keys(t, "<Enter>");
    pty_wait_exit(t);
    int64_t ms = pty_ended_after(t, &w);
    pty_free(t);
    return ms;
}

/* What the shell and this program wait for a processor while it sleeps is taken off, too.
 */
static void test_a_stopwatch_counts_a_program_that_sleeps(void **state)
{
    int64_t by_clock;

    (void)state;
    assert_true(time_of("echo ready; read x; sleep 1; echo done; read x", &by_clock) >=
                500);
    assert_true(end_of("echo ready; read x; sleep 1") >= 500);
}

/* Keeps the one processor busy that this program and its children have from then on. */
static pid_t rival_start(cpu_set_t *before)
{
    cpu_set_t one;
    size_t cpu = 0;

    assert_int_equal(sched_getaffinity(0, sizeof(*before), before), 0);
    while (!CPU_ISSET(cpu, before))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    pid_t pid = fork();
    if (pid == 0) {
        for (volatile unsigned i = 0;; i++) {
        }
    }
    return pid;
}

static void test_a_stopwatch_leaves_out_the_wait_for_a_processor(void **state)
{
    cpu_set_t before;
    int64_t by_clock, ms;

    (void)state;
    if (access("/proc/self/schedstat", R_OK) != 0) {
        print_message("this system keeps no such times\n");
        skip();
    }
    pid_t rival = rival_start(&before);
    ms = time_of("echo ready; read i; " SPIN SPIN "echo done; read x", &by_clock);
    int64_t since = now_ms(), end_ms = end_of("echo ready; read i; " SPIN SPIN);
    int64_t end_by_clock = now_ms() - since;
    (void)kill(rival, SIGKILL);
    (void)waitpid(rival, NULL, 0);
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
    print_message("%" PRId64 " ms of %" PRId64 "\n", ms, by_clock);
    assert_in_range(ms, 0, by_clock * 3 / 4);
    assert_in_range(end_ms, 0, end_by_clock * 3 / 4);
}

static void test_grammar_accepts_what_curses_sends(void **state)
{
    (void)state;
    assert_true(
        GRAMMATICAL("\033[?1049h\033[22;0;0t\033[1;24r\033(B\033[m\033[4l\033[?7h"));
    assert_true(
        GRAMMATICAL("\033[?1h\033=\033[H\033[2J\033[38;5;123mx\033[10;20H\r\n\b\t\a"));
    assert_true(GRAMMATICAL("\033[?12l\033[?25h\033[?1049l\033[23;0;0t\r\033[?1l\033>"));
    assert_true(GRAMMATICAL("caf\u00e9 \u4e2d \u2502 \U0001F600 e\u0301 \u2400"));
}

static void test_grammar_rejects_what_could_harm(void **state)
{
    (void)state;
    assert_false(GRAMMATICAL("\033]52;c;aGVsbG8=\007")); /* clipboard */
    assert_false(GRAMMATICAL("\033]0;title\033\\"));
    assert_false(GRAMMATICAL("\033Pq\033\\")); /* DCS */
    assert_false(GRAMMATICAL("\033[6n"));      /* makes the terminal type */
    assert_false(GRAMMATICAL("\033[c"));
    assert_false(GRAMMATICAL("\033[21t")); /* reports the title */
    assert_false(GRAMMATICAL("\033[5i"));  /* printer */
    assert_false(GRAMMATICAL("\033[?9999h"));
    assert_false(GRAMMATICAL("\033c"));  /* full reset */
    assert_false(GRAMMATICAL("\033[1")); /* unfinished */
    assert_false(GRAMMATICAL("\033"));
    assert_false(GRAMMATICAL("a\0b"));
    assert_false(GRAMMATICAL("\x7f"));
    assert_false(GRAMMATICAL("\x9b"
                             "31m")); /* C1 as a byte: also bad UTF-8 */
    assert_false(GRAMMATICAL("\xc2\x9b"
                             "31m"));      /* C1 as UTF-8 */
    assert_false(GRAMMATICAL("\xe4\xb8")); /* cut short */
    assert_false(GRAMMATICAL("\u202e"));   /* right-to-left override */
    assert_false(GRAMMATICAL("\u200b"));   /* zero width */
    assert_false(GRAMMATICAL("\u200d"));
    assert_false(GRAMMATICAL("\ue000"));     /* private */
    assert_false(GRAMMATICAL("\U000E0041")); /* tag */
}

#define CODE "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4" /* base64, 32 bytes of it */

static void test_grammar_takes_copies_where_they_may_be_and_nothing_near_them(void **state)
{
    (void)state;
    assert_true(COPY_FINE("a\033]52;c;YWI=\a\033[H"));
    assert_true(COPY_FINE("\033Ptmux;\033\033]52;c;YQ==\a\033\\"));
    assert_true(COPY_FINE("\033P\033]52;c;YW\033\\\033PI=\a\033\\"));
    assert_false(COPY_FINE("\033]52;c;\a"));     /* takes the clipboard away */
    assert_false(COPY_FINE("\033]52;c;?\a"));    /* asks what is in it */
    assert_false(COPY_FINE("\033]52;p;YWI=\a")); /* another one */
    assert_false(COPY_FINE("\033]52;c;YWI\a"));  /* no base64 */
    assert_false(COPY_FINE("\033]52;c;YW\nI=\a"));
    assert_false(COPY_FINE("\033]52;c;YWI=\033\\")); /* would end the string of screen */
    assert_false(COPY_FINE("\033]52;c;YWI="));
    assert_false(COPY_FINE("\033]0;title\a"));
    assert_false(COPY_FINE("\033Ptmux;\033]52;c;YQ==\a\033\\")); /* one ESC is missing */
    assert_false(COPY_FINE("\033Ptmux;\033\033]52;c;YQ==\a"));
    assert_false(COPY_FINE("\033P\033]52;c;YW\033\\x\033PI=\a\033\\"));
    assert_false(COPY_FINE("\033P\033]52;c;" CODE CODE CODE CODE CODE CODE CODE CODE
                           "\a\033\\")); /* longer than screen takes */
}

static void test_grammar_takes_what_asks_for_the_mouse_only_where_it_may_be(void **state)
{
    (void)state;
    assert_true(MOUSE_FINE("a\033[?1002h\033[?1006h\033[H\033[?1006l\033[?1002l"));
    assert_false(GRAMMATICAL("\033[?1002h\033[?1006h"));
    assert_false(GRAMMATICAL("\033[?1006l\033[?1002l"));
    assert_false(MOUSE_FINE("\033[?1002h"));            /* numbers that end at column 95 */
    assert_false(MOUSE_FINE("\033[?1003h\033[?1006h")); /* every movement */
    assert_false(MOUSE_FINE("\033[?1000h\033[?1006h"));
    assert_false(MOUSE_FINE("\033[?1002l\033[?1006l")); /* the last reports unreadable */
}

static void test_grammar_takes_one_cut_where_a_program_may_crash(void **state)
{
    (void)state;
    assert_true(CUT_FINE("a\xc2\033[m"));
    assert_true(CUT_FINE("a\xe2\x94\033[m"));
    assert_true(CUT_FINE("a\033\033[m"));
    assert_true(CUT_FINE("a\033[12;3\033[m"));
    assert_false(CUT_FINE("a\xc2\033[m\xc2\033[m"));
    assert_false(CUT_FINE("a\xc2z\033[m"));
    assert_false(CUT_FINE("a\x84\033[m"));
    assert_false(CUT_FINE("a\033]0;x\033[m"));
    assert_false(CUT_FINE("a\xc2"));
    assert_false(GRAMMATICAL("a\xc2\033[m"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_attributes_and_cursor_are_read),
        cmocka_unit_test(test_environment_is_pinned),
        cmocka_unit_test(test_keys_reach_the_program),
        cmocka_unit_test(test_resize_is_seen_by_the_child),
        cmocka_unit_test(test_end_by_signal_is_told_apart_from_exit),
        cmocka_unit_test(test_a_signal_at_the_start_is_not_lost),
        cmocka_unit_test(test_interrupt_key_reaches_the_foreground_group),
        cmocka_unit_test(test_child_can_be_stopped_and_go_on),
        cmocka_unit_test(test_hangup_ends_the_child),
        cmocka_unit_test(test_all_output_is_read_before_the_end),
        cmocka_unit_test(test_standard_error_can_be_kept_apart),
        cmocka_unit_test(test_modes_left_behind_are_noticed),
        cmocka_unit_test(test_terminals_are_freed_in_any_order),
        cmocka_unit_test(test_what_has_passed_is_seen_however_late_it_is_read),
        cmocka_unit_test(test_what_has_passed_is_seen_of_a_program_that_has_ended),
        cmocka_unit_test(test_no_half_of_what_a_program_is_writing_counts_as_a_frame),
        cmocka_unit_test(test_a_stopwatch_counts_a_program_that_sleeps),
        cmocka_unit_test(test_a_stopwatch_leaves_out_the_wait_for_a_processor),
        cmocka_unit_test(test_grammar_accepts_what_curses_sends),
        cmocka_unit_test(test_grammar_rejects_what_could_harm),
        cmocka_unit_test(test_grammar_takes_copies_where_they_may_be_and_nothing_near_them),
        cmocka_unit_test(test_grammar_takes_what_asks_for_the_mouse_only_where_it_may_be),
        cmocka_unit_test(test_grammar_takes_one_cut_where_a_program_may_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
