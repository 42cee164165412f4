/*
 * A real server that is killed under the viewer and started again at its address: each tab
 * is back where it was by itself, also the one whose table comes late, and until then no
 * cell looks current. The server is one of its own.
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"

#define PROGRAM TEST_SOURCE_DIR "/scripts/server"
#define READY_MS 180000
#define LOST "disconnected: these rows are old"
#define LIVE "● live"
#define LATE "restart_late" /* a table that the server does not have at its start */

static const struct sheet_area cells = {3, 21, 12, 98};

struct site {
    pid_t pid;
    char *folder, *ready, *control, *port;
};

/* --- the server --- */

static char *free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    (void)close(fd);
    return mem_printf("%d", ntohs(a.sin_port));
}

static void run(const struct site *s)
{
    char *log = mem_printf("%s/log", s->folder), *parent = mem_printf("%d", getppid());
    const char *const argv[] = {PROGRAM,  "--port",        s->port,    "--with-parent",
                                parent,   "--interval-ms", "200",      "--ready-file",
                                s->ready, "--control",     s->control, NULL};

    (void)setenv("TMPDIR", s->folder, 1);
    if (freopen("/dev/null", "r", stdin) && freopen(log, "w", stdout) &&
        dup2(STDOUT_FILENO, STDERR_FILENO) >= 0)
        (void)execv(PROGRAM, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void serve(struct site *s)
{
    (void)unlink(s->ready);
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0)
        run(s);
}

static void wait_ready(const struct site *s)
{
    for (int ms = 0; access(s->ready, F_OK) != 0; ms += 50) {
        struct timespec pause = {.tv_nsec = 50000000};

        if (waitpid(s->pid, NULL, WNOHANG) != 0 || ms > READY_MS)
            fail_msg("the server is not ready after %d ms", ms);
        (void)nanosleep(&pause, NULL);
    }
}

static void site_kill(struct site *s)
{
    (void)kill(s->pid, SIGKILL);
    (void)waitpid(s->pid, NULL, 0);
}

static struct site *site_new(void)
{
    struct site *s = MEM_NEW(struct site);

    s->folder = mem_strdup("/tmp/dhview-restart-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->ready = mem_printf("%s/ready", s->folder);
    s->control = mem_printf("%s/control", s->folder);
    s->port = free_port();
    (void)setenv("DHVIEW_TEST_CONTROL", s->control, 1);
    serve(s);
    wait_ready(s);
    return s;
}

static void site_free(struct site *s)
{
    char *command = mem_printf("rm -rf '%s'", s->folder);

    site_kill(s);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a name of our own */
    free(command);
    free(s->folder);
    free(s->ready);
    free(s->control);
    free(s->port);
    free(s);
}

static void make_late(void)
{
    server_control("make " LATE " 1000 update I = ii; S = `row-` + ii");
}

/* --- the tabs --- */

static const struct place {
    const char *table, *keys, *seen; /* seen: a text of its status line */
    sheet_formula *formula;
} places[] = {
    {"appending", "F", "FOLLOW", sheet_formula_appending},
    {"million", "500000Gzz", " row 500,000 of 1,000,000", sheet_formula_million},
    {"verywide", "500GcC5000<Enter>", " row 500 of 1,000   C5000", sheet_formula_verywide},
    {LATE, "777Gzz", " row 777 of 1,000", sheet_formula_million},
};
#define N_PLACES (sizeof(places) / sizeof(*places))
#define MILLION 1

static struct pty *view(const struct site *s)
{
    char *target[N_PLACES];
    const char *argv[N_PLACES + 1] = {NULL};

    for (size_t i = 0; i < N_PLACES; i++)
        argv[i] = target[i] = mem_printf("127.0.0.1:%s/%s", s->port, places[i].table);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = 24, .cols = 150, .argv = argv, .timeout_ms = 60000, .split_stderr = true});
    for (size_t i = 0; i < N_PLACES; i++)
        free(target[i]);
    return t;
}

static void go_to(struct pty *t, size_t place)
{
    char *keys = mem_printf("%zugt", place + 1);
    char *name = mem_printf("[%zu %s", place + 1, places[place].table);

    pty_keys(t, keys);
    pty_wait_row(t, 0, name);
    free(name);
    free(keys);
}

/* The tab on the screen is live, where it was, and right. */
static void check_live(struct pty *t, const struct place *p)
{
    pty_wait_row(t, 0, LIVE);
    pty_wait_text(t, p->seen);
    sheet_settle(t);
    assert_true(sheet_check(t, p->formula) > 0);
}

/* Right cells all the time, until it is live again. */
static bool is_live(struct pty *t, void *ctx)
{
    const struct place *p = ctx;
    char *line = pty_row(t, 0);
    bool live = strstr(line, LIVE) != NULL;

    free(line);
    (void)sheet_check_known(t, p->formula);
    return live;
}

/* It has been told that there is no such table, and asks again only in a while, or not at
 * all. */
static bool is_without_table(struct pty *t, void *ctx)
{
    char *line = pty_row(t, 0);
    const char *again = strstr(line, "again in ");
    bool waits = (again && strtol(again + 9, NULL, 10) >= 3) || strstr(line, "ended");

    (void)ctx;
    free(line);
    return waits;
}

static void restart_under(struct pty *t, struct site *s)
{
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    sheet_sync(t);
    assert_true(sheet_check_old(t, &cells, 12) > 100);
    assert_true(sheet_check_known(t, places[MILLION].formula) > 0);
    serve(s);
    pty_wait(t, is_live, (void *)(uintptr_t)&places[MILLION], "the rows to be live again");
    wait_ready(s);
}

static void check_late(struct pty *t)
{
    go_to(t, N_PLACES - 1);
    pty_wait(t, is_without_table, NULL, "it to be without a table");
    make_late();
    check_live(t, &places[N_PLACES - 1]);
    char *said = pty_row(t, 23);
    if (strstr(said, "replaced"))
        fail_msg("\"%s\"", said);
    free(said);
}

static void each_tab_is_back_where_it_was(void **state)
{
    struct site *s = site_new();

    (void)state;
    make_late();
    struct pty *t = view(s);
    for (size_t i = 0; i < N_PLACES; i++) {
        go_to(t, i);
        pty_wait_row(t, 0, LIVE);
        sheet_settle(t);
        pty_keys(t, places[i].keys);
        check_live(t, &places[i]);
    }
    for (size_t round = 0; round < program_rounds(1); round++) {
        go_to(t, MILLION);
        check_live(t, &places[MILLION]);
        restart_under(t, s);
        check_late(t);
        for (size_t i = 0; i < N_PLACES; i++) {
            go_to(t, i);
            check_live(t, &places[i]);
        }
    }
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
    site_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tab_is_back_where_it_was),
    };

    server_require();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
