/*
 * A real server that asks for a key is killed under two viewers and started again at its
 * address: each tab is back where it was by itself, also the one whose table comes late,
 * and until then no cell looks current. One viewer has tabs of every kind and its key from
 * a file, the other had it typed; the key is another one after a while. The server is one
 * of its own, and takes long to start: each start serves all of this.
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
#include "tests/support/folder.h"
#include "tests/support/held_port.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/text_file.h"

#define PROGRAM TEST_SOURCE_DIR "/scripts/server"
#define READY_MS 180000
#define ROUNDS 5 /* DHVIEW_ROUNDS: another number of restarts */
#define LOST "disconnected: these rows are old"
#define LIVE "● live"
#define LATE "restart_late" /* a table that the server does not have at its start */

#define HEADER 1
#define FIRST_ROW 3

static const struct sheet_area cells = {FIRST_ROW, 21, 12, 98};

struct site {
    pid_t pid;
    struct held_port held;
    char *folder, *ready, *control, *port, *key_file;
    char key[32]; /* as of the next start */
};

/* --- the server --- */

static void run(const struct site *s)
{
    char *log = mem_printf("%s/log", s->folder), *parent = mem_printf("%d", getppid());
    const char *const argv[] = {
        PROGRAM,         "--port",    s->port,         "--psk", s->key,
        "--with-parent", parent,      "--interval-ms", "200",   "--ready-file",
        s->ready,        "--control", s->control,      NULL};

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

static bool is_ready(const struct site *s)
{
    return access(s->ready, F_OK) == 0;
}

static void wait_for(bool (*done)(const struct site *), const struct site *s)
{
    for (int ms = 0; !done(s); ms += 50) {
        struct timespec pause = {.tv_nsec = 50000000};

        if (waitpid(s->pid, NULL, WNOHANG) != 0 || ms > READY_MS)
            fail_msg("the server is not ready after %d ms", ms);
        (void)nanosleep(&pause, NULL);
    }
}

static bool listens(const struct site *s)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)atoi(s->port)),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

    (void)close(fd);
    return ok;
}

static void site_kill(struct site *s)
{
    (void)kill(s->pid, SIGKILL);
    (void)waitpid(s->pid, NULL, 0);
}

/* In the file, and with the next start of the server. */
static void change_key(struct site *s, size_t number)
{
    (void)snprintf(s->key, sizeof(s->key), "key-%zu", number);
    text_file_write(s->key_file, s->key, 0600);
}

static struct site *site_new(void)
{
    struct site *s = MEM_NEW(struct site);

    s->folder = mem_strdup("/tmp/dhview-restart-XXXXXX");
    folder_make(s->folder);
    s->ready = mem_printf("%s/ready", s->folder);
    s->control = mem_printf("%s/control", s->folder);
    s->key_file = mem_printf("%s/key", s->folder);
    s->held = held_port_new();
    s->port = mem_printf("%d", s->held.number);
    change_key(s, 0);
    (void)setenv("DHVIEW_TEST_CONTROL", s->control, 1);
    serve(s);
    wait_for(is_ready, s);
    return s;
}

static void site_free(struct site *s)
{
    site_kill(s);
    held_port_close(&s->held);
    folder_remove(s->folder);
    free(s->folder);
    free(s->ready);
    free(s->control);
    free(s->port);
    free(s->key_file);
    free(s);
}

static void make_late(void)
{
    server_control("make " LATE " 1000 update I = ii; S = `row-` + ii");
}

/* --- the tabs --- */

#define EDITED_END 900000
#define EDITED                                                                             \
    "million?op=join,1,I,1,J%3DL,small,op%3Dhead%2C500&op=filter,I,x,all,2,greatereq,I,"   \
    "digits,1000,less,I,digits,900000"                                                     \
    "&op=sort,down,I"

static char *edited_formula(const char *column, int64_t i)
{
    return sheet_formula_million(column, EDITED_END - 1 - i);
}

static const struct place {
    const char *target, *keys, *seen; /* seen: a text of its status line */
    sheet_formula *formula;
    const char *header; /* a text of it; NULL: any */
} places[] = {
    {"appending", "F", "FOLLOW", sheet_formula_appending, NULL},
    {"million", "500000Gzz", " row 500,000 of 1,000,000", sheet_formula_million, NULL},
    {"verywide", "500GcC5000<Enter>", " row 500 of 1,000   C5000", sheet_formula_verywide,
     NULL},
    {LATE, "777Gzz", " row 777 of 1,000", sheet_formula_million, NULL},
    {EDITED, "400000Gzz", " row 400,000 of 899,000", edited_formula, "I ▼⌕"},
};
#define N_PLACES (sizeof(places) / sizeof(*places))
enum { APPENDING, MILLION, VERYWIDE, LATE_PLACE, EDITED_PLACE };

/* What is on the screen when the server is killed, one round after the other. */
static const struct round {
    size_t place;
    const char *keys;    /* typed then, and not waited for; NULL: none */
    bool new_key, hurry; /* hurry: it is tried as soon as it listens, by a key */
} rounds[ROUNDS] = {{MILLION, "<C-f><C-f><C-f>jjj", false, false},
                    {APPENDING, NULL, false, true},
                    {VERYWIDE, "lll", true, false},
                    {EDITED_PLACE, "10000<C-f>", false, true},
                    {APPENDING, NULL, true, true}};

static struct pty *start(const char *const *argv)
{
    return pty_start(&(struct pty_options){.rows = 24,
                                           .cols = 180,
                                           .argv = argv,
                                           .timeout_ms = READY_MS,
                                           .split_stderr = true});
}

/* All tabs; the key is in a file. */
static struct pty *view_all(const struct site *s)
{
    char *target[N_PLACES];
    const char *argv[N_PLACES + 3] = {NULL};

    for (size_t i = 0; i < N_PLACES; i++)
        argv[i] = target[i] = mem_printf("127.0.0.1:%s/%s", s->port, places[i].target);
    argv[N_PLACES] = "--secret-file";
    argv[N_PLACES + 1] = s->key_file;
    struct pty *t = start(argv);
    for (size_t i = 0; i < N_PLACES; i++)
        free(target[i]);
    return t;
}

static void type_key(struct pty *t, const struct site *s)
{
    char *keys = mem_printf("%s<Enter>", s->key);

    pty_wait_text(t, "key for 127.0.0.1");
    pty_keys(t, keys);
    free(keys);
}

/* The million alone; the key is typed. */
static struct pty *view_typed(const struct site *s)
{
    char *target = mem_printf("127.0.0.1:%s/million", s->port);
    struct pty *t = start((const char *const[]){target, "--write", NULL});

    type_key(t, s);
    pty_wait_row(t, 0, LIVE);
    pty_keys(t, places[MILLION].keys);
    pty_wait_text(t, places[MILLION].seen);
    sheet_settle(t);
    free(target);
    return t;
}

static void go_to(struct pty *t, size_t place)
{
    char *keys = mem_printf("%zugt", place + 1);
    const char *target = places[place].target;
    char *name = mem_printf("[%zu %.*s", place + 1, (int)strcspn(target, "?"), target);

    pty_keys(t, keys);
    pty_wait_row(t, 0, name);
    free(name);
    free(keys);
}

static void wait_header(struct pty *t, const struct place *p)
{
    pty_wait_row(t, HEADER, p->header ? p->header : "");
}

/* The tab on the screen is live, where it was, and right. */
static void check_live(struct pty *t, const struct place *p)
{
    pty_wait_row(t, 0, LIVE);
    wait_header(t, p);
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

/* The line of the cursor, which has a look of its own; -1: it is off the screen. */
static int cursor_line(const struct pty *t)
{
    static struct sheet s;
    int64_t row, rows;
    int line = -1;

    if (sheet_read(t, &s) && sheet_status(t, &row, &rows) && row >= s.number[0])
        line = FIRST_ROW + (int)(row - s.number[0]);
    sheet_release(&s);
    return line;
}

/* Returns how many letters look old; rows that had not come yet are dots. */
static size_t check_old(struct pty *t, const struct place *p)
{
    pty_wait_row(t, 0, LOST);
    wait_header(t, p);
    sheet_sync(t);
    (void)sheet_check_known(t, p->formula);
    return sheet_check_old(t, &cells, cursor_line(t));
}

static int64_t current_row(const struct pty *t)
{
    int64_t row = -1, rows;

    assert_true(sheet_status(t, &row, &rows));
    return row;
}

/* --- one restart --- */

/* The table is there again, and the cursor on the row where it was left. */
static void check_back(struct pty *t, const struct place *p, int64_t row)
{
    pty_wait_frame(t, is_live, (void *)(uintptr_t)p, "the rows to be live again");
    sheet_settle(t);
    assert_true(sheet_check(t, p->formula) > 0);
    if (p != &places[APPENDING]) /* it begins anew, and its end is followed */
        assert_int_equal(current_row(t), row);
}

/* A key that is taken no more is asked for over the rows. */
static void check_typed(struct pty *t, const struct site *s, bool new_key)
{
    const struct place *p = &places[MILLION];

    if (new_key) {
        pty_wait_text(t, "key for 127.0.0.1");
        pty_wait_row(t, 0, "signed out: these rows are old");
        pty_wait_quiet(t, 1); /* whole */
        assert_true(sheet_check_old(t, &cells, cursor_line(t)) > 100);
        assert_true(sheet_check_known(t, p->formula) > 0);
        type_key(t, s);
    }
    pty_wait_frame(t, is_live, (void *)(uintptr_t)p, "the rows to be live again");
    check_live(t, p);
}

static void check_late(struct pty *t)
{
    go_to(t, LATE_PLACE);
    pty_wait(t, is_without_table, NULL, "it to be without a table");
    make_late();
    pty_wait_row(t, 0, LIVE);
    char *said = pty_row(t, 23);
    if (strstr(said, "replaced"))
        fail_msg("\"%s\"", said);
    free(said);
    check_live(t, &places[LATE_PLACE]);
}

/* To where a tab is looked for. */
static void put(struct pty *t, size_t place)
{
    go_to(t, place);
    pty_wait_row(t, 0, LIVE);
    wait_header(t, &places[place]); /* what a link asks for comes behind the rows without */
    sheet_settle(t);
    pty_keys(t, places[place].keys);
    check_live(t, &places[place]);
}

/* Another server has another console, which is said with what comes of the first code. */
static void check_console(struct pty *t)
{
    pty_keys(t, ":!restart_v<Enter>");
    pty_wait_text(t,
                  "name 'restart_v' is not defined; Enter shows all; a new console: a se");
}

/* A table of nothing in the last tab, with a column. */
static void make_empty(struct pty *t)
{
    pty_keys(t, ":table empty 7<Enter>");
    pty_wait_row(t, 0, "[6 empty 7");
    pty_wait_text(t, "row 1 of 7 ");
    pty_keys(t, ":add I = ii * 2<Enter>");
    pty_wait_text(t, "7│   12");
}

static void check_empty(struct pty *t)
{
    pty_keys(t, "6gt");
    pty_wait_row(t, 0, "[6 empty 7");
    pty_wait_row(t, 0, LIVE);
    pty_wait_text(t, "row 1 of 7 ");
    pty_wait_text(t, "12");
}

static void restart(struct site *s, struct pty *all, struct pty *typed,
                    const struct round *r, size_t number)
{
    const struct place *p = &places[r->place];

    go_to(all, r->place);
    check_live(all, p);
    if (r->keys)
        pty_keys(all, r->keys);
    pty_keys(typed, ":!restart_v = 1<Enter>");
    pty_wait_text(typed, "done in ");
    site_kill(s);
    assert_true(check_old(all, p) > 100 || r->keys);
    assert_true(check_old(typed, &places[MILLION]) > 100);
    int64_t row = current_row(all);
    if (r->new_key)
        change_key(s, number);
    serve(s);
    if (r->hurry) {
        wait_for(listens, s);
        pty_keys(all, "<C-r>");
        pty_keys(typed, "<C-r>");
    }
    check_back(all, p, row);
    wait_for(is_ready, s);
    check_typed(typed, s, r->new_key);
    check_console(typed);
    check_late(all);
    if (r->keys)
        put(all, r->place);
    for (size_t i = 0; i < N_PLACES; i++) {
        go_to(all, i);
        check_live(all, &places[i]);
    }
    check_empty(all);
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
}

static void each_tab_is_back_where_it_was(void **state)
{
    struct site *s = site_new();

    (void)state;
    make_late();
    struct pty *all = view_all(s), *typed = view_typed(s);
    for (size_t i = 0; i < N_PLACES; i++)
        put(all, i);
    make_empty(all);
    for (size_t i = 0; i < program_rounds(ROUNDS); i++) {
        print_message("restart %zu\n", i + 1);
        restart(s, all, typed, &rounds[i % ROUNDS], i + 1);
    }
    leave(all);
    leave(typed);
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
