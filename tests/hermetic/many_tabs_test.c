/*
 * Many tabs on several servers: what each costs here and there, and what is left on the
 * servers when they are closed.
 */
#include <setjmp.h>
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
#include "tests/support/pty.h"
#include "tests/support/trial.h"

#define SERVERS 3
#define TABS 50
#define QUIET_MS 1500

#define FRAMES 5 /* a second; the meter's own are four */

/* Resident memory that a tab of a narrow table may cost. The sanitizer's build keeps what
 * was freed, and gaps around all that is not; the release has the cap of the product. */
#ifdef __SANITIZE_ADDRESS__
#define TAB_KB 600
#else
#define TAB_KB 300
#endif
#define RELEASE_TAB_KB 300
#define RELEASE TEST_SOURCE_DIR "/build/release/dhview"

/* Narrow ones; the first never changes. */
static const char *const tables[] = {"billion", "trades", "book", "leaders", "tide"};
#define N_TABLES (sizeof(tables) / sizeof(*tables))

struct scene {
    struct trial_trace traces[SERVERS];
    struct demo_program *servers[SERVERS];
    struct pty *t;
};

static void serve(struct scene *s)
{
    for (size_t i = 0; i < SERVERS; i++) {
        char *options;

        trial_trace_start(&s->traces[i]);
        options = mem_printf("--trace %s", s->traces[i].path);
        s->servers[i] = trial_serve(options);
        free(options);
    }
}

/* A viewer (NULL: of this build) of a list of tables of each server, and so many tables of
 * them in turn. */
static void view(struct scene *s, const char *program, size_t n)
{
    char *targets[SERVERS + TABS + 1] = {NULL};

    for (size_t i = 0; i < SERVERS + n; i++) {
        const char *address = demo_program_address(s->servers[i % SERVERS]);

        targets[i] = i < SERVERS
                         ? mem_strdup(address)
                         : mem_printf("%s/%s", address, tables[(i - SERVERS) % N_TABLES]);
    }
    s->t = pty_start(&(struct pty_options){.rows = 24,
                                           .cols = 120,
                                           .program = program,
                                           .argv = (const char *const *)targets,
                                           .split_stderr = true});
    for (size_t i = 0; i < SERVERS + n; i++)
        free(targets[i]);
}

static void wait_open(struct scene *s, const char *text)
{
    for (size_t i = 0; i < SERVERS; i++)
        trial_trace_wait_open(s->t, &s->traces[i], text);
}

static void stop(struct scene *s)
{
    for (size_t i = 0; i < SERVERS; i++) {
        demo_program_free(s->servers[i]);
        trial_trace_release(&s->traces[i]);
    }
}

static long resident_kb(const struct pty *t)
{
    char *path = mem_printf("/proc/%d/status", (int)pty_pid(t));
    FILE *f = fopen(path, "re");
    char line[256];
    long kb = 0;

    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1)
            break;
    if (f)
        (void)fclose(f);
    free(path);
    assert_true(kb > 0);
    return kb;
}

/* A table is shown in each tab before that sleeps; back to the first. */
static void visit_all(struct pty *t)
{
    char label[16];

    pty_keys(t, "3gt");
    for (size_t i = SERVERS + 1; i <= SERVERS + TABS; i++) {
        (void)snprintf(label, sizeof(label), "[%zu ", i);
        pty_keys(t, "gt");
        pty_wait_row(t, 0, label);
        pty_wait_text(t, "row 1 of ");
    }
    pty_keys(t, "gt");
}

static void measure(const char *program, long tab_kb)
{
    struct scene s;
    long alone, all;

    serve(&s);
    view(&s, program, 0);
    pty_wait_text(s.t, "table 1 of");
    wait_open(&s, "sessions=1 streams=0 exports=0");
    pty_wait_quiet(s.t, QUIET_MS);
    alone = resident_kb(s.t);
    trial_leave(s.t);
    view(&s, program, TABS);
    pty_wait_text(s.t, "table 1 of");
    visit_all(s.t);
    pty_wait_text(s.t, "table 1 of");
    wait_open(&s, "sessions=1 streams=0");
    all = resident_kb(s.t);
    print_message("%ld KB without a table, %ld KB with %d: %ld KB a tab\n", alone, all,
                  TABS, (all - alone) / TABS);
    assert_in_range(all, 1, alone + TABS * tab_kb);
    trial_leave(s.t);
    stop(&s);
}

static void a_tab_that_sleeps_costs_little_memory_and_no_stream(void **state)
{
    (void)state;
    measure(NULL, TAB_KB);
}

static void
a_tab_that_sleeps_costs_no_more_memory_in_the_release_than_is_promised(void **state)
{
    (void)state;
    if (access(RELEASE, X_OK) != 0) {
        print_message("there is no " RELEASE ": its memory is not measured\n");
        skip();
    }
    measure(RELEASE, RELEASE_TAB_KB);
}

/* --- drawing --- */

static bool draws_little(struct pty *t, void *ctx)
{
    int at = pty_find_row(t, " frames ");
    char *row = at >= 0 ? pty_row(t, at) : NULL;
    long frames = row ? atol(strstr(row, " frames ") + strlen(" frames ")) : 0;

    (void)ctx;
    free(row);
    return frames > 0 && frames <= FRAMES;
}

/* All but the one that is looked at change many times a second. */
static void tabs_off_the_screen_draw_nothing_awake_or_asleep(void **state)
{
    struct scene s;

    (void)state;
    serve(&s);
    view(&s, NULL, TABS);
    pty_wait_text(s.t, "table 1 of");
    pty_keys(s.t, "4gt");
    pty_wait_text(s.t, "row 1 of 1,000,000,000");
    pty_keys(s.t, "gm");
    pty_wait(s.t, draws_little, NULL, "few frames while they are awake");
    trial_trace_wait_open(s.t, &s.traces[1], "streams=0 exports=17 counters=1");
    pty_wait(s.t, draws_little, NULL, "few frames while they sleep");
    trial_leave(s.t);
    stop(&s);
}

/* --- closing --- */

static void nothing_is_left_on_a_server_when_its_tabs_are_closed(void **state)
{
    struct scene s;

    (void)state;
    serve(&s);
    view(&s, NULL, TABS);
    pty_wait_text(s.t, "table 1 of");
    pty_keys(s.t, "4gt");
    pty_wait_text(s.t, "row 1 of 1,000,000,000");
    for (size_t i = 0; i < SERVERS; i++) {
        char exports[32];

        (void)snprintf(exports, sizeof(exports), "exports=%zu ",
                       (TABS + SERVERS - 1 - i) / SERVERS);
        trial_trace_wait_open(s.t, &s.traces[i], exports);
    }
    for (size_t i = 0; i < TABS; i++)
        pty_keys(s.t, "q");
    pty_wait_row(s.t, 0, " 2 tables [3 tables]");
    wait_open(&s, "sessions=1 streams=0 exports=0 counters=0");
    pty_keys(s.t, "q");
    pty_wait_row(s.t, 0, "[2 tables]");
    trial_trace_wait_open(s.t, &s.traces[2], "sessions=0");
    trial_trace_wait_open(s.t, &s.traces[1], "sessions=1");
    pty_keys(s.t, "q");
    trial_trace_wait_open(s.t, &s.traces[1], "sessions=0");
    pty_wait_text(s.t, "table 1 of");
    trial_leave(s.t);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tab_that_sleeps_costs_little_memory_and_no_stream),
        cmocka_unit_test(
            a_tab_that_sleeps_costs_no_more_memory_in_the_release_than_is_promised),
        cmocka_unit_test(tabs_off_the_screen_draw_nothing_awake_or_asleep),
        cmocka_unit_test(nothing_is_left_on_a_server_when_its_tabs_are_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
