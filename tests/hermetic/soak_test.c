/*
 * A long use of one viewer: tabs on tables that tick in every way, moved through without
 * end. What it takes of the machine does not grow, and what it shows in the end is what a
 * new viewer shows.
 *
 * DHVIEW_SECONDS prolongs it, DHVIEW_SEED begins it in the same way. Memory is compared
 * from the second quarter to the last, so that what is set up once counts for nothing.
 */
#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define ROWS 24
#define COLS 160
#define SECONDS 8
#define BURST 12         /* keys between two looks */
#define GROWTH_KB 4096L  /* of the median, from the second quarter to the last */
#define COMPARE_MS 15000 /* in which two viewers agree */

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

struct samples {
    long *kb; /* owned */
    size_t n, cap;
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

static int by_size(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;

    return (x > y) - (x < y);
}

static long median(const struct samples *s, size_t from, size_t to)
{
    qsort(s->kb + from, to - from, sizeof(*s->kb), by_size);
    return s->kb[from + (to - from) / 2];
}

static void check_growth(const struct samples *s)
{
    assert_true(s->n >= 8);
    long early = median(s, s->n / 4, s->n / 2), late = median(s, s->n * 3 / 4, s->n);

    print_message("memory: %ld KB in the second quarter, %ld KB in the last, %zu looks\n",
                  early, late, s->n);
    assert_true(late - early < GROWTH_KB);
}

/* --- what it does --- */

static struct pty *open_tabs(void)
{
    const char *argv[COUNT(tables) + 1] = {NULL};
    char *targets[COUNT(tables)];

    for (size_t i = 0; i < COUNT(tables); i++)
        argv[i] = targets[i] = mem_printf("%s/%s", demo_program_address(server), tables[i]);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = ROWS,
        .cols = COLS,
        .argv = argv,
        .env = (const char *const[]){"ASAN_OPTIONS=quarantine_size_mb=1", NULL},
        .split_stderr = true});
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

static void compare_with(struct pty *t, struct pty *fresh, const char *table)
{
    int64_t end = trial_now_ms() + COMPARE_MS;
    char *one = NULL, *other = NULL;
    bool same;

    do {
        free(one);
        free(other);
        sheet_settle(t);
        sheet_settle(fresh);
        one = words(t);
        other = words(fresh);
        same = strcmp(one, other) == 0;
    } while (!same && trial_now_ms() < end);
    assert_true(strlen(one) > COLS);
    if (!same)
        fail_msg("%s, long used: %s\na new viewer: %s", table, one, other);
    free(one);
    free(other);
}

static void show_start(struct pty *t, size_t tab)
{
    go_to_tab(t, tab);
    pty_keys(t, "gg0");
    sheet_settle(t);
}

static void compare_all(struct pty *t)
{
    struct pty *fresh = open_tabs();

    for (size_t i = 0; i < COUNT(tables); i++) {
        show_start(t, i);
        show_start(fresh, i);
        compare_with(t, fresh, tables[i]);
    }
    trial_leave(fresh);
}

static void a_long_use_leaves_no_trace(void **state)
{
    const char *seconds = getenv("DHVIEW_SECONDS");
    int64_t end =
        trial_now_ms() + (seconds ? strtoll(seconds, NULL, 10) : SECONDS) * INT64_C(1000);
    struct samples s = {0};
    struct pty *t = open_tabs();
    size_t open;

    (void)state;
    for (size_t i = 0; i < COUNT(tables); i++)
        show_start(t, i);
    open = descriptors(t);
    do {
        use(t);
        MEM_GROW(s.kb, s.cap, s.n + 1);
        s.kb[s.n++] = own_kb(t);
        assert_int_equal(descriptors(t), open);
    } while (trial_now_ms() < end || s.n < 8);
    check_growth(&s);
    free(s.kb);
    compare_all(t);
    trial_leave(t);
}

static int serve(void **state)
{
    (void)state;
    server = trial_serve("--rate 200 --interval-ms 100 --tick-ms 50");
    return 0;
}

static int end_serving(void **state)
{
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
