/*
 * A long use of one viewer: tabs on tables that tick in every way, moved through without
 * end, over a link that breaks now and then. What it takes of the machine does not grow,
 * and what it shows in the end is what a new viewer shows.
 *
 * DHVIEW_SECONDS prolongs it, DHVIEW_SEED begins it in the same way. Memory is compared
 * from the second quarter to the last, so that what is set up once counts for nothing.
 * What the heaps have in use (tests/bench/heap.c, not with AddressSanitizer) is to stay as
 * it is on a long one. Private memory is more than that: freed blocks are kept for later,
 * more of them for hours.
 */
#include <dirent.h>
#include <inttypes.h>
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
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ROWS 24
#define COLS 160
#define SECONDS 8
#define BURST 12 /* keys between two looks */
#define FIRST_BREAK_MS 3000
#define BREAK_MIN_MS 12000 /* between two; after less the next wait is a longer one */
#define BREAK_MAX_MS 40000
#define TELL_MS 60000    /* between two lines on a long one */
#define GROWTH_KB 4096L  /* of the median, from the second quarter to the last */
#define LONG_HOURS 0.4   /* from this length on: */
#define IN_USE_SLOPE 128 /* KB an hour, of the second half */
#define COMPARE_TRIES 20 /* pictures in which two viewers do not agree */
#define LOOK_MS 20
#define HELD_MS 3000 /* in which they show all that was sent to them */

/* Appended to, modified in place, reordered, growing and shrinking, replaced, still. */
static const char *const tables[] = {"trades", "book",  "leaders",
                                     "tide",   "pulse", "billion"};

static const char *const moves[] = {"j",
                                    "k",
                                    "<C-f>",
                                    "<C-b>",
                                    "<C-d>",
                                    "<C-u>",
                                    "G",
                                    "gg",
                                    "50%",
                                    "H",
                                    "L",
                                    "$",
                                    "0",
                                    "20l",
                                    "20h",
                                    "700G",
                                    "33%",
                                    "zt",
                                    "zb",
                                    "FFk",
                                    "pp",
                                    "<Enter><Esc>",
                                    "z<Enter><Esc>",
                                    "gtgT",
                                    "gbj<Esc>",
                                    "z+z-",
                                    "ma",
                                    "'a"};

static struct prng numbers;
static struct demo_program *server;
static struct relay *link_of_viewer;

struct sample {
    double hours;
    long kb, in_use_kb; /* in_use_kb: 0: not known */
};

struct samples {
    struct sample *list; /* owned */
    size_t n, cap;
    size_t breaks;
};

/* --- what it takes --- */

static long own_kb(const struct pty *t)
{
    char *path = mem_printf("/proc/%d/smaps_rollup", (int)pty_pid(t));
    FILE *f = fopen(path, "re");
    char line[256];
    long kb = 0;

    assert_non_null(f);
    while (fgets(line, sizeof(line), f) && sscanf(line, "Private_Dirty: %ld", &kb) != 1)
        continue;
    (void)fclose(f);
    free(path);
    assert_true(kb > 0);
    return kb;
}

#define HEAP_FILE TEST_BUILD_DIR "/soak_test.heap"

static long in_use_kb(void)
{
    FILE *f = fopen(HEAP_FILE, "re");
    long bytes = 0;

    if (f && fscanf(f, "%ld", &bytes) != 1)
        bytes = 0;
    if (f)
        (void)fclose(f);
    return bytes / 1024;
}

static size_t descriptors(const struct pty *t)
{
    char *path = mem_printf("/proc/%d/fd", (int)pty_pid(t));
    DIR *d = opendir(path);
    size_t n = 0;

    assert_non_null(d);
    while (readdir(d))
        n++;
    (void)closedir(d);
    free(path);
    return n;
}

static bool has_descriptors(struct pty *t, void *n)
{
    return descriptors(t) == *(const size_t *)n;
}

static int by_size(const void *a, const void *b)
{
    long x = ((const struct sample *)a)->kb, y = ((const struct sample *)b)->kb;

    return (x > y) - (x < y);
}

static long median(const struct samples *s, size_t from, size_t to)
{
    struct sample *part = MEM_ARRAY(struct sample, to - from);
    long out;

    memcpy(part, s->list + from, (to - from) * sizeof(*part));
    qsort(part, to - from, sizeof(*part), by_size);
    out = part[(to - from) / 2].kb;
    free(part);
    return out;
}

/* Of the line with the least squares, in KB an hour. */
static double slope(const struct samples *s, size_t from, size_t to, bool in_use)
{
    double n = (double)(to - from), t = 0, kb = 0, tt = 0, tkb = 0;

    for (size_t i = from; i < to; i++) {
        double y = (double)(in_use ? s->list[i].in_use_kb : s->list[i].kb);

        t += s->list[i].hours;
        kb += y;
        tt += s->list[i].hours * s->list[i].hours;
        tkb += s->list[i].hours * y;
    }
    return (n * tkb - t * kb) / (n * tt - t * t);
}

static void check_growth(const struct samples *s)
{
    assert_true(s->n >= 8);
    const struct sample *last = &s->list[s->n - 1];
    double in_use = slope(s, s->n / 2, s->n, true);
    long early = median(s, s->n / 4, s->n / 2), late = median(s, s->n * 3 / 4, s->n);

    print_message(
        "memory: %ld KB in the second quarter, %ld KB in the last; %zu looks, the "
        "link broke %zu times\n",
        early, late, s->n, s->breaks);
    print_message("slope of the second half: %.0f KB an hour; in use %ld KB, %.0f KB an "
                  "hour\n",
                  slope(s, s->n / 2, s->n, false), last->in_use_kb, in_use);
    assert_true(late - early < GROWTH_KB);
    if (last->hours >= LONG_HOURS && in_use >= IN_USE_SLOPE)
        fail_msg("what is in use grows by %.0f KB an hour", in_use);
}

/* --- what it does --- */

static const char *const asan[] = {"ASAN_OPTIONS=quarantine_size_mb=1", NULL};

#ifdef __SANITIZE_ADDRESS__
#define watched asan
#else
/* Freed blocks that each thread keeps would count as in use. */
static const char *const watched[] = {"LD_PRELOAD=" TEST_BUILD_DIR "/tests/libheap.so",
                                      "BENCH_HEAP=" HEAP_FILE,
                                      "GLIBC_TUNABLES=glibc.malloc.tcache_count=0", NULL};
#endif

static struct pty *open_tabs(const char *address, const char *const *env)
{
    const char *argv[COUNT(tables) + 1] = {NULL};
    char *targets[COUNT(tables)];

    for (size_t i = 0; i < COUNT(tables); i++)
        argv[i] = targets[i] = mem_printf("%s/%s", address, tables[i]);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = ROWS, .cols = COLS, .argv = argv, .env = env, .split_stderr = true});
    for (size_t i = 0; i < COUNT(tables); i++)
        free(targets[i]);
    viewer_wait_table(t);
    return t;
}

static void go_to_tab(struct pty *t, size_t i)
{
    char keys[16];

    (void)snprintf(keys, sizeof(keys), "%zugt", i + 1);
    pty_keys(t, "<Esc><Esc>");
    pty_keys(t, keys);
}

static void use(struct pty *t)
{
    go_to_tab(t, (size_t)prng_below(&numbers, COUNT(tables)));
    for (size_t i = 0; i < BURST; i++)
        pty_keys(t, moves[prng_below(&numbers, COUNT(moves))]);
    sheet_settle(t);
}

/* --- the link --- */

/* The second one is closed before an answer: libssl, which is asked why, is loaded once,
 * and soon. */
static void close_second(void *ctx, struct relay_link *l)
{
    static int links;

    if (++links == 2)
        relay_break_off(ctx, l);
}

static const struct relay_filter breaking = {
    .open = close_second, .pass = relay_pass_on, .fire = relay_break_off};

/* Nobody comes in before it has been seen; then nothing is waited for longer than it must
 * be. */
static void break_link(struct pty *t)
{
    pty_keys(t, "<Esc><Esc>");
    relay_stall(link_of_viewer);
    relay_fire(link_of_viewer);
    pty_wait_row(t, 0, TRIAL_OLD);
    relay_flow(link_of_viewer);
    pty_keys(t, "<C-r>");
    pty_wait_row(t, 0, "● live");
    pty_wait_gone(t, TRIAL_OLD);
}

/* --- what it shows in the end --- */

/* The rows of the table in words: neither marks nor the width of a column tell apart. */
static char *words(const struct pty *t)
{
    char *all = mem_strdup(""), *end;

    for (int row = 1; row < ROWS - 2; row++) {
        char *text = pty_row(t, row);

        for (char *p; (p = strstr(text, "▲")) || (p = strstr(text, "▼"));)
            memset(p, ' ', strlen("▲"));
        for (char *w = strtok_r(text, " ", &end); w; w = strtok_r(NULL, " ", &end)) {
            char *longer = mem_printf("%s %s", all, w);

            free(all);
            all = longer;
        }
        free(text);
    }
    return all;
}

struct two {
    char *one, *other; /* what they show, owned */
};

/* What both show while the server stands still: "pulse" goes on else. It may have told one
 * of them of a change, and not yet the other: they do not agree then. */
static bool agree(struct pty *t, struct pty *fresh, struct two *out)
{
    pid_t pid = demo_program_pid(server);
    int64_t end;
    bool same;

    sheet_settle(t);
    sheet_settle(fresh);
    assert_int_equal(kill(pid, SIGSTOP), 0);
    end = trial_now_ms() + HELD_MS;
    do {
        free(out->one);
        free(out->other);
        pty_wait_quiet(t, LOOK_MS);
        pty_wait_quiet(fresh, LOOK_MS);
        out->one = words(t);
        out->other = words(fresh);
        same = strcmp(out->one, out->other) == 0;
    } while (!same && trial_now_ms() < end);
    assert_int_equal(kill(pid, SIGCONT), 0);
    return same;
}

static void compare_with(struct pty *t, struct pty *fresh, const char *table)
{
    struct two both = {NULL, NULL};
    int tries = 0;

    while (!agree(t, fresh, &both)) {
        if (++tries == COMPARE_TRIES)
            fail_msg("%s, long used: %s\na new viewer: %s", table, both.one, both.other);
    }
    assert_true(strlen(both.one) > COLS);
    free(both.one);
    free(both.other);
}

static void show_start(struct pty *t, size_t tab)
{
    go_to_tab(t, tab);
    pty_keys(t, "gg0");
    sheet_settle(t);
}

static void compare_all(struct pty *t)
{
    struct pty *fresh = open_tabs(demo_program_address(server), asan);

    for (size_t i = 0; i < COUNT(tables); i++) {
        show_start(t, i);
        show_start(fresh, i);
        compare_with(t, fresh, tables[i]);
    }
    trial_leave(fresh);
}

static void look(const struct pty *t, struct samples *s, int64_t ms)
{
    MEM_GROW(s->list, s->cap, s->n + 1);
    s->list[s->n++] = (struct sample){(double)ms / 3600000, own_kb(t), in_use_kb()};
}

static void tell(const struct pty *t, const struct samples *s, int64_t ms)
{
    print_message("%" PRId64
                  " s: %ld KB, %ld in use, %zu descriptors, %zu looks, %zu breaks\n",
                  ms / 1000, s->list[s->n - 1].kb, s->list[s->n - 1].in_use_kb,
                  descriptors(t), s->n, s->breaks);
}

static void use_for(struct pty *t, int64_t length, struct samples *s)
{
    int64_t start = trial_now_ms(), ms = 0, told = 0, due = FIRST_BREAK_MS;
    size_t open = descriptors(t);

    while (ms < length || s->n < 8 || s->breaks == 0) {
        if (ms >= due) {
            break_link(t);
            s->breaks++;
            due = ms + BREAK_MIN_MS +
                  (int64_t)prng_below(&numbers, BREAK_MAX_MS - BREAK_MIN_MS);
        }
        use(t);
        ms = trial_now_ms() - start;
        look(t, s, ms);
        pty_wait(t, has_descriptors, &open, "as many descriptors as before");
        if (ms - told < TELL_MS)
            continue;
        told = ms;
        tell(t, s, ms);
    }
}

static void a_long_use_leaves_no_trace(void **state)
{
    const char *seconds = getenv("DHVIEW_SECONDS");
    int64_t length = (seconds ? strtoll(seconds, NULL, 10) : SECONDS) * INT64_C(1000);
    struct samples s = {0};
    struct pty *t = open_tabs(relay_address(link_of_viewer), watched);

    (void)state;
    for (size_t i = 0; i < COUNT(tables); i++)
        show_start(t, i);
    use_for(t, length, &s);
    check_growth(&s);
    free(s.list);
    demo_program_fault(server); /* or the two would look at different moments */
    compare_all(t);
    trial_leave(t);
    (void)unlink(HEAP_FILE);
}

static int serve(void **state)
{
    (void)state;
    server = trial_serve("--rate 200 --interval-ms 100 --tick-ms 50 told=still");
    link_of_viewer = relay_filtered(demo_program_address(server), &breaking, NULL);
    return 0;
}

static int end_serving(void **state)
{
    relay_free(link_of_viewer);
    demo_program_free(server);
    return trial_tell(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_use_leaves_no_trace),
    };

    numbers = prng_start();
    return cmocka_run_group_tests(tests, serve, end_serving);
}
