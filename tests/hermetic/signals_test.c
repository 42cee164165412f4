/* What signals do to a viewer that is at work, and to its terminal and its streams. */
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/stopwatch.h"
#include "tests/support/trial.h"

#define ROUNDS 50    /* DHVIEW_ROUNDS asks for more */
#define END_MS 1000  /* that an end may take */
#define MOMENT_MS 60 /* within which the signal comes */
#define GIVEN_BACK_MS PTY_TIMEOUT_MS
#define PARTING_MS 250 /* by then the server has answered that the session is closed */

static struct prng numbers;
static struct demo_program *demo;
static struct trial_trace trace;

static uint64_t below(uint64_t n)
{
    return prng_below(&numbers, n);
}

static struct pty *view(const char *table)
{
    char *target = mem_printf("%s/%s", demo_program_address(demo), table);
    const char *const argv[] = {target, NULL};
    struct pty *t = pty_start(&(struct pty_options){.argv = argv, .split_stderr = true});

    free(target);
    return t;
}

static bool on_alt_screen(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_alt_screen(t);
}

/* --- the end at any moment --- */

static const char *const doings[] = {"",
                                     "G",
                                     "<C-f><C-f>",
                                     "?",
                                     "zl",
                                     ":mete",
                                     "/x",
                                     "z<Enter>",
                                     "t",
                                     "gm",
                                     "Cjjj",
                                     "p",
                                     "<C-l>",
                                     "<Enter>j",
                                     "500000000G",
                                     "F",
                                     ":open h:1<Enter>"};

/* 0: the terminal is closed instead. */
static const int ends[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, 0};

#define N(list) (sizeof(list) / sizeof(*(list)))

static bool is_expected(int code, int end)
{
    if (end == 0)
        return code == -SIGHUP || code == 1;
    return code == -end || (end == SIGINT && code == 130);
}

/* Ends that the program learns of in its loop. */
static bool is_told(int end)
{
    return end == SIGTERM || end == SIGHUP || end == SIGINT || end == 0;
}

/* Nothing of the viewer is left at the server but the sessions of those that crashed, until
 * their time is over. */
static void check_given_back(unsigned sessions)
{
    struct timespec pause = {.tv_nsec = 2000000};
    int64_t end = trial_now_ms() + GIVEN_BACK_MS;
    struct trial_open now;

    while ((now = trial_trace_open(&trace)).streams > 0 || now.counters > 0 ||
           now.sessions > sessions) {
        if (trial_now_ms() > end)
            fail_msg("the server has %u sessions (%u expected), %u streams, %u counters",
                     now.sessions, sessions, now.streams, now.counters);
        (void)nanosleep(&pause, NULL);
    }
}

static void end_one(int end, const char *doing)
{
    struct pty *t = view(below(2) ? "billion" : "trades");
    unsigned others = UINT_MAX;
    struct stopwatch w;
    int64_t since;
    bool heard; /* a server that takes its time is not waited for */
    int code;

    pty_wait(t, on_alt_screen, NULL,
             "the screen"); /* before, there is nothing to restore */
    if (below(2)) {
        pty_wait_text(t, " row 1 of ");
        trial_trace_wait_open(t, &trace, " streams=1");
        others = trial_trace_open(&trace).sessions - 1;
    }
    pty_keys(t, doing);
    pty_watch(t, (int64_t)below(MOMENT_MS));
    since = trial_now_ms();
    w = stopwatch_start(pty_pid(t));
    if (end == 0)
        pty_hangup(t);
    else
        pty_kill(t, end);
    code = pty_wait_exit(t);
    heard = trial_now_ms() - since < PARTING_MS;
    if (is_told(end) && !heard && others != UINT_MAX)
        print_message("the end took long: it is not checked that its session is closed\n");
    if (!is_expected(code, end))
        fail_msg("signal %d while \"%s\" gave %d: %s", end, doing, code, pty_stderr(t));
    assert_in_range(pty_ended_after(t, &w), 0, END_MS);
    if (end != 0) { /* what is closed shows nothing */
        pty_check_restored(t);
        if (!is_told(end))
            pty_let_cut(t);
        pty_check_output(t);
    }
    pty_free(t);
    check_given_back(is_told(end) && heard ? others : UINT_MAX);
}

static void an_end_at_any_moment_is_quick_and_gives_the_terminal_back(void **state)
{
    size_t n = program_rounds(ROUNDS);

    (void)state;
    numbers = prng_start();
    for (size_t i = 0; i < n; i++)
        end_one(ends[i % N(ends)], doings[below(N(doings))]);
}

/* --- killed --- */

/* The line of README that puts a terminal right; owned. */
static char *reset_line(void)
{
    FILE *f = fopen(TEST_SOURCE_DIR "/README.md", "re");
    char line[512];
    char *out = NULL;

    assert_non_null(f);
    while (!out && fgets(line, sizeof(line), f))
        if (strncmp(line, "    stty sane", 13) == 0)
            out = mem_strndup(line, strcspn(line, "\n"));
    (void)fclose(f);
    assert_non_null(out);
    return out;
}

/* The viewer that a shell runs. */
static pid_t child_of(pid_t shell)
{
    char *path = mem_printf("/proc/%d/task/%d/children", (int)shell, (int)shell);
    FILE *f = fopen(path, "re");
    int pid = 0;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &pid), 1);
    (void)fclose(f);
    free(path);
    return pid;
}

static void one_line_puts_the_terminal_right_after_sigkill(void **state)
{
    char *line = reset_line();
    char *script =
        mem_printf("stty sane ixon; found=$(stty -g); '%s' --mouse %s/billion; %s\n"
                   "[ \"$found\" = \"$(stty -g)\" ]",
                   TEST_BUILD_DIR "/dhview", demo_program_address(demo), line);
    struct pty *t = pty_start(&(struct pty_options){
        .program = "/bin/sh", .argv = (const char *const[]){"-c", script, NULL}});

    (void)state;
    pty_wait_text(t, " row 1 of ");
    assert_int_equal(kill(child_of(pty_pid(t)), SIGKILL), 0);
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_screen_restored(t);
    pty_free(t);
    free(script);
    free(line);
}

/* --- a crash in a thread that is not the loop's --- */

/* The thread of the process at that place in the list of them; 0: there are not so many. */
static long thread_at(pid_t pid, size_t place)
{
    char *path = mem_printf("/proc/%ld/task", (long)pid);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    long id = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) && id == 0)
        if (*entry->d_name != '.' && place-- == 0)
            id = strtol(entry->d_name, NULL, 10);
    (void)closedir(dir);
    free(path);
    return id;
}

static bool crash_thread(size_t place)
{
    struct pty *t = view("billion");
    long id;

    pty_wait_text(t, " row 1 of ");
    id = thread_at(pty_pid(t), place);
    if (id == 0) {
        trial_leave(t);
        return false;
    }
    assert_int_equal(syscall(SYS_tgkill, pty_pid(t), id, SIGSEGV), 0);
    assert_int_equal(pty_wait_exit(t), -SIGSEGV);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
    return true;
}

static void a_crash_in_any_thread_gives_the_terminal_back(void **state)
{
    size_t threads = 0;

    (void)state;
    while (crash_thread(threads))
        threads++;
    assert_in_range(threads, 2, 20); /* the loop's, the pump's, those of gRPC */
}

/* --- stopped --- */

static void a_stopped_viewer_has_no_stream_and_takes_it_up_again(void **state)
{
    struct pty *t = view("trades");

    (void)state;
    pty_wait_text(t, " row 1 of ");
    trial_trace_wait_open(t, &trace, "sessions=1 streams=1");
    for (int i = 0; i < 2; i++) {
        pty_keys(t, "<C-z>");
        pty_wait_stopped(t);
        trial_trace_wait_open(t, &trace, "sessions=1 streams=0");
        pty_kill(t, SIGCONT);
        trial_trace_wait_open(t, &trace, "sessions=1 streams=1");
        pty_wait_gone(t, TRIAL_OLD);
    }
    pty_kill(t, SIGTSTP); /* from outside it is the same */
    pty_wait_stopped(t);
    trial_trace_wait_open(t, &trace, "sessions=1 streams=0");
    pty_kill(t, SIGCONT);
    pty_wait_text(t, " row 1 of ");
    pty_wait_gone(t, TRIAL_OLD);
    trial_leave(t);
}

/* --- the group --- */

static int set_up(void **state)
{
    (void)state;
    trial_trace_start(&trace);
    demo = demo_program_start((const char *const[]){"--trace", trace.path, NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    demo_program_free(demo);
    trial_trace_release(&trace);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_viewer_has_no_stream_and_takes_it_up_again),
        cmocka_unit_test(one_line_puts_the_terminal_right_after_sigkill),
        cmocka_unit_test(a_crash_in_any_thread_gives_the_terminal_back),
        cmocka_unit_test(an_end_at_any_moment_is_quick_and_gives_the_terminal_back),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
