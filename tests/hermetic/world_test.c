/*
 * What changes around a viewer that is left running: the wall clock jumps, a name leads
 * elsewhere, tokens live for 10 s, the machine sleeps for longer than its session lives.
 * Clock and names are those of tests/torture/world.c.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/backoff.h"
#include "tests/support/folder.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/site.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

#define LIVE "● live"
#define YEAR_S (INT64_C(365) * 86400)
#define HEARTBEAT_MS 4500 /* one comes in that time */
#define TOKEN_MS 10000
#define SHORT_LIVED "--session-ms 10000"

/* --- another world --- */

static struct world {
    char folder[64];
    _Atomic int64_t *ahead_s;
} world = {.folder = "/tmp/dhview-world-XXXXXX"};

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", world.folder, name);
}

static void set_hosts(const char *text)
{
    char *path = path_of("hosts");

    text_file_write(path, text, 0600);
    free(path);
}

static void make_world(void)
{
    char *path;
    int fd;

    folder_make(world.folder);
    path = path_of("clock");
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(fd, sizeof(*world.ahead_s)), 0);
    world.ahead_s =
        mmap(NULL, sizeof(*world.ahead_s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_true(world.ahead_s != MAP_FAILED);
    (void)close(fd);
    free(path);
    set_hosts("127.0.0.1 localhost\n");
}

static void end_world(void)
{
    folder_remove(world.folder);
}

/* A viewer that lives in it. */
static struct pty *view(const char *target)
{
    char *where = mem_printf("WORLD=%s", world.folder), *log = path_of("log");
    const char *preload = "LD_PRELOAD=" TEST_BUILD_DIR "/tests/libworld.so";
    struct pty *t = pty_start(&(struct pty_options){
        .rows = 24,
        .cols = 100,
        .argv = (const char *const[]){target, "--log", log, NULL},
        .env = (const char *const[]){preload, where,
                                     "ASAN_OPTIONS=verify_asan_link_order=0", NULL},
        .split_stderr = true});

    free(where);
    free(log);
    return t;
}

/* --- viewers left alone --- */

/* Nobody touches them while the other tests run. */
static struct alone {
    struct demo_program *server;
    struct pty *t;
} kept, by_trailers, asleep;
static int64_t alone_since;

static struct alone leave_alone(const char *spec)
{
    struct alone a = {.server = trial_serve(spec)};

    a.t = trial_view(a.server, "billion", NULL);
    trial_start(a.t);
    pty_keys(a.t, "5000Gzz");
    sheet_wait_status(a.t, 5000, TRIAL_ROWS);
    sheet_settle(a.t);
    return a;
}

static int begin(void **state)
{
    (void)state;
    make_world();
    kept = leave_alone(SHORT_LIVED);
    /* an answer that refuses has trailers alone: there is the new token */
    by_trailers = leave_alone(SHORT_LIVED " call.3=status:7 call.4=status:7 call.5=status:7"
                                          " call.6=status:7 call.7=status:7 call.8=status:7"
                                          " call.9=status:7 call.10=status:7"
                                          " call.11=status:7 call.12=status:7");
    asleep = leave_alone(SHORT_LIVED);
    pty_kill(asleep.t, SIGSTOP);
    alone_since = trial_now_ms();
    return 0;
}

static int finish(void **state)
{
    end_world();
    return trial_tell(state);
}

static void check_right(struct pty *t)
{
    pty_wait_row(t, 0, LIVE);
    sheet_settle(t);
    sheet_wait_status(t, 5000, TRIAL_ROWS);
    assert_true(trial_check_cells(t) > 0);
}

static void part(struct alone *a)
{
    trial_leave(a->t);
    demo_program_free(a->server);
}

static void wait_alone(int64_t ms)
{
    int64_t left;

    while ((left = alone_since + ms - trial_now_ms()) > 0)
        pty_wait_quiet(kept.t, left < 500 ? (int)left : 500);
}

static void check_kept(struct alone *a)
{
    wait_alone(2 * TOKEN_MS + HEARTBEAT_MS);
    assert_false(pty_has(a->t, TRIAL_OLD));
    assert_false(pty_has(a->t, "connected again"));
    check_right(a->t);
    pty_keys(a->t, "j");
    sheet_wait_status(a->t, 5001, TRIAL_ROWS);
    part(a);
}

static void a_session_outlives_its_tokens(void **state)
{
    (void)state;
    check_kept(&kept);
}

static void a_token_in_trailers_is_taken_too(void **state)
{
    (void)state;
    check_kept(&by_trailers);
}

/* One new login, and all is where it was. */
static void a_sleep_longer_than_the_session_ends_with_another_one(void **state)
{
    (void)state;
    wait_alone(TOKEN_MS + HEARTBEAT_MS);
    pty_kill(asleep.t, SIGCONT);
    pty_wait_row(asleep.t, 23, "connected again");
    check_right(asleep.t);
    part(&asleep);
}

/* --- the clock --- */

/* The viewer says so itself, in its log. */
static void check_year(int64_t ahead_s)
{
    time_t now = time(NULL) + (time_t)ahead_s;
    char *path = path_of("log"), line[512], year[8];
    FILE *log = fopen(path, "re");
    bool found = false;
    struct tm tm;

    (void)gmtime_r(&now, &tm);
    (void)strftime(year, sizeof(year), "%Y-", &tm);
    while (log && !found && fgets(line, sizeof(line), log))
        found = strncmp(line, year, strlen(year)) == 0;
    if (!found)
        fail_msg("no line of %s in the log", year);
    (void)fclose(log);
    free(path);
}

static void jump(struct pty *t, int64_t ahead_s)
{
    atomic_store(world.ahead_s, ahead_s);
    trial_check_keys(t);
    trial_watch_cells(t, HEARTBEAT_MS);
    assert_false(pty_has(t, TRIAL_OLD));
    assert_false(pty_has(t, "silent"));
    pty_keys(t, "G5000Gzz");
    check_right(t);
}

/* Tries to reach a server that is gone, as the log has them. */
static unsigned tries(void)
{
    char *path = path_of("log"), line[512];
    FILE *log = fopen(path, "re");
    unsigned n = 0;

    while (log && fgets(line, sizeof(line), log))
        n += strstr(line, "the server does not answer") != NULL;
    if (log)
        (void)fclose(log);
    free(path);
    return n;
}

static bool has_tried_again(struct pty *t, void *before)
{
    (void)t;
    return tries() > *(unsigned *)before;
}

static bool waits_seconds(struct pty *t, void *ctx)
{
    static const char told[] = "again in ";
    char *line = pty_row(t, 0);
    const char *at = strstr(line, told);
    bool yes = at && strtol(at + strlen(told), NULL, 10) >= 2;

    (void)ctx;
    free(line);
    return yes;
}

/* The waits before it have taken their time, each at least half of what the next one does.
 */
static void check_next_try(struct pty *t, int64_t lost, unsigned earlier)
{
    unsigned before = tries();
    int64_t waited = 0;

    pty_wait(t, has_tried_again, &before, "the next try");
    for (unsigned i = 0; i < before - earlier; i++)
        waited += (int64_t)BACKOFF_MIN_MS << i;
    assert_true(trial_now_ms() - lost >= waited);
}

static void a_clock_that_jumps_by_a_year_changes_nothing(void **state)
{
    struct site *s = site_new(SHORT_LIVED);
    char *target = mem_printf("%s/billion", demo_program_address(s->demo));
    struct pty *t = view(target);

    (void)state;
    trial_start(t);
    jump(t, YEAR_S);
    jump(t, -YEAR_S);
    unsigned earlier = tries();
    int64_t lost = trial_now_ms();
    site_kill(s);
    pty_wait(t, waits_seconds, NULL, "a wait of seconds");
    atomic_store(world.ahead_s, 2 * YEAR_S); /* a wait that has begun is not over */
    check_next_try(t, lost, earlier);
    atomic_store(world.ahead_s, 0); /* nor longer than it was */
    site_serve(s, SHORT_LIVED);
    pty_set_timeout(t, BACKOFF_MAX_MS + PTY_TIMEOUT_MS);
    check_right(t);
    check_year(-YEAR_S); /* then it was lost */
    trial_leave(t);
    free(target);
    site_free(s);
}

/* --- names --- */

static void a_name_that_leads_elsewhere_is_followed(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *here = relay_at("127.0.0.2:0", demo_program_address(d));
    const char *port = strrchr(relay_address(here), ':');
    char *there_address = mem_printf("127.0.0.3%s", port);
    struct relay *there = relay_at(there_address, demo_program_address(d));
    char *target = mem_printf("dh+plain://moving.example%s/scope/billion", port);

    (void)state;
    set_hosts("127.0.0.2 moving.example\n");
    struct pty *t = view(target);
    trial_start(t);
    pty_keys(t, "5000Gzz");
    check_right(t);
    assert_int_equal(relay_connections(there), 0);
    set_hosts("127.0.0.3 moving.example\n");
    relay_cut(here);
    pty_wait_row(t, 23, "connected again");
    check_right(t);
    assert_true(relay_connections(there) > 0);
    trial_leave(t);
    relay_free(here);
    relay_free(there);
    free(target);
    free(there_address);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_leads_elsewhere_is_followed),
        cmocka_unit_test(a_clock_that_jumps_by_a_year_changes_nothing),
        cmocka_unit_test(a_sleep_longer_than_the_session_ends_with_another_one),
        cmocka_unit_test(a_session_outlives_its_tokens),
        cmocka_unit_test(a_token_in_trailers_is_taken_too),
    };

    return cmocka_run_group_tests(tests, begin, finish);
}
