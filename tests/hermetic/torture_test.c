/*
 * One allocation or system call of the viewer fails, another one in each run (see
 * tests/torture/preload.c): it goes on, or ends with one line, and never hangs, leaks,
 * shows a wrong cell or leaves the terminal in its modes. Where a server chose the size,
 * it goes on also without the memory.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/trial.h"

/* So many of them; DHVIEW_ROUNDS asks for more, 0 for each, one after the other, and
 * DHVIEW_FIRST names the first. */
#define CALLS 16
#define ALLOCATIONS 16
#define LARGE_BYTES (1 << 20)
#define QUIET_MS 100
#define START_MS 5000
#define END_MS PTY_TIMEOUT_MS

struct run {
    struct pty *t;
    char report[64];
};

static struct demo_program *demo;

/* The arguments end with a NULL. */
static struct run start(const char *kind, uint64_t index, const char *const *argv)
{
    char *which = mem_printf("TORTURE_KIND=%s", kind);
    char *preload = mem_printf("LD_PRELOAD=%s", TEST_BUILD_DIR "/tests/libtorture.so");
    char *number = mem_printf("TORTURE_INDEX=%llu", (unsigned long long)index);
    char *report;
    struct run r = {.report = "/tmp/dhview-torture-XXXXXX"};
    int fd = mkstemp(r.report);

    assert_true(fd >= 0);
    (void)close(fd);
    report = mem_printf("TORTURE_REPORT=%s", r.report);
    r.t = pty_start(&(struct pty_options){
        .cols = 100,
        .argv = argv,
        .env = (const char *const[]){preload, which, number, report,
                                     "ASAN_OPTIONS=verify_asan_link_order=0", NULL},
        .split_stderr = true});
    pty_set_timeout(r.t, END_MS);
    free(preload);
    free(which);
    free(number);
    free(report);
    return r;
}

static struct run start_usual(const char *kind, uint64_t index)
{
    char *target = mem_printf("%s/billion", demo_program_address(demo));
    struct run r = start(kind, index, (const char *const[]){target, NULL});

    free(target);
    return r;
}

/* The first line of the report: what failed, or how many calls there were. Owned. */
static char *reported(const struct run *r)
{
    FILE *f = fopen(r->report, "re");
    char line[64] = "";

    if (f) {
        (void)!fgets(line, sizeof(line), f);
        (void)fclose(f);
    }
    line[strcspn(line, "\n")] = '\0';
    return mem_strdup(line);
}

static void end(struct run *r)
{
    (void)unlink(r->report);
    pty_free(r->t);
}

static bool has_ended(const struct pty *t)
{
    return kill(pty_pid(t), 0) != 0;
}

/* What failed may have left it without rows, or have ended it. */
static void wait_start(struct pty *t)
{
    int64_t end = trial_now_ms() + START_MS;

    do
        pty_wait_quiet(t, QUIET_MS);
    while (!has_ended(t) && !pty_has(t, " row 1 of ") && trial_now_ms() < end);
}

static void use(struct pty *t)
{
    static const char *const keys[] = {"<C-f>", "z<Enter>", "<Esc>", "Q"};

    wait_start(t);
    pty_wait_quiet(t, 2 * QUIET_MS);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) && !has_ended(t); i++) {
        pty_keys(t, keys[i]);
        if (i == 0)
            pty_wait_quiet(t, QUIET_MS);
        if (i == 0 && pty_has(t, "Sine"))
            (void)trial_check_cells(t);
    }
}

/* What cannot go on says so, and memory or a thread that is not to be had ends it at once.
 * The terminal is given back whatever it was. */
static void check(const struct run *r, const char *name, int code)
{
    const char *said = pty_stderr(r->t);
    bool known = code == -SIGABRT || (code >= 0 && code <= 4);

    if (strstr(said, "Sanitizer") || !known ||
        (code != 0 && strncmp(said, "dhview: ", 8) != 0))
        fail_msg("%s fails, exit code %d: %s", name, code, said);
    pty_check_restored(r->t);
    print_message("%s, exit code %d\n", name, code);
}

static uint64_t count(const char *kind)
{
    struct run r = start_usual(kind, 0);
    uint64_t n;
    char *text;

    use(r.t);
    assert_int_equal(pty_wait_exit(r.t), 0);
    text = reported(&r);
    end(&r);
    n = strtoull(text, NULL, 10);
    free(text);
    assert_true(n > 0);
    return n;
}

static void one(const char *kind, uint64_t index)
{
    struct run r = start_usual(kind, index);
    char *name;
    int code;

    print_message("%llu: ", (unsigned long long)index);
    use(r.t);
    code = pty_wait_exit(r.t);
    name = reported(&r);
    check(&r, name, code);
    free(name);
    end(&r);
}

/* Spread over all that there are, other ones in each run. */
static void torture(const char *kind, size_t usual)
{
    struct prng p = prng_start();
    const char *first = getenv("DHVIEW_FIRST");
    size_t rounds = program_rounds(usual);
    uint64_t n = count(kind), step = rounds > 0 && rounds < n ? n / rounds : 1;
    uint64_t from = first ? strtoull(first, NULL, 10) : 1 + prng_below(&p, step);

    print_message("%s: %llu can fail, every %lluth does, from %llu on\n", kind,
                  (unsigned long long)n, (unsigned long long)step,
                  (unsigned long long)from);
    for (uint64_t i = from; i <= n; i += step)
        one(kind, i);
}

static void a_system_call_that_fails_is_told_or_made_again(void **state)
{
    (void)state;
    torture("calls", CALLS);
}

static void without_memory_it_ends_with_one_line(void **state)
{
    (void)state;
    torture("memory", ALLOCATIONS);
}

/* What a server sends of a size that it chose, with the words that it does not come to. */
static const struct {
    const char *spec, *table, *option, *keys;
    bool rest; /* the program goes on, with the rows that there are */
} large[] = {
    {"names=huge:50000000", "zzhuge_text", "--max-message=100M", "", true},
    {"names=huge:10000000", "zzhuge_list", "--max-message=64M", "4G$<Enter>", true},
    {"message.3=ranges:1000000", "billion", "--max-message=64M", "500000G", true},
    {"--columns 10001", "wide", "--max-message=64M", "", false},
};

static void check_refusal(struct pty *t)
{
    pty_wait_text(t, "no memory for ");
    trial_check_keys(t);
    pty_keys(t, "<Esc>Q");
    assert_int_equal(pty_wait_exit(t), 0);
}

static void check_end(struct pty *t)
{
    assert_int_equal(pty_wait_exit(t), 1);
    assert_non_null(strstr(pty_stderr(t), "no memory for "));
}

static void what_a_server_makes_large_is_refused_without_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++) {
        struct demo_program *d = trial_serve(large[i].spec);
        char *target = mem_printf("%s/%s", demo_program_address(d), large[i].table);
        struct run r =
            start("large", LARGE_BYTES,
                  (const char *const[]){target, large[i].option, "--no-retry", NULL});

        print_message("%s\n", large[i].spec);
        if (*large[i].keys)
            pty_wait_text(r.t, " row 1 of ");
        pty_keys(r.t, large[i].keys);
        if (large[i].rest)
            check_refusal(r.t);
        else
            check_end(r.t);
        pty_check_restored(r.t);
        free(target);
        end(&r);
        demo_program_free(d);
    }
}

static int set_up(void **state)
{
    (void)state;
    demo = trial_serve("");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    demo_program_free(demo);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_system_call_that_fails_is_told_or_made_again),
        cmocka_unit_test(without_memory_it_ends_with_one_line),
        cmocka_unit_test(what_a_server_makes_large_is_refused_without_memory),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
