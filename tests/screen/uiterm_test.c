/*
 * ui/term/term in a pseudo-terminal that libvterm reads.
 *
 * Three processes: the test holds the terminal's other end; a small shell of it leads the
 * session, so that stopping and continuing work as under a real one; the program under test
 * draws and reports each key over a pipe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "base/mem.h"
#include "ui/term/crash.h"
#include "ui/term/surface.h"
#include "ui/term/term.h"
#include "ui/term/theme.h"

#define WAIT_MS 20000
#define WIDE "\xe6\xbc\xa2"

enum report_kind { STARTED, FAILED, KEY, STOPPED, ENDED };

struct report {
    int32_t kind;
    uint32_t key;
    uint64_t bytes; /* written by term so far */
    int32_t flush;  /* enum term_flush */
    int32_t a, b;   /* rows and columns, flags, error code or wait status */
    int64_t slowest_us;
};

/* ---- the program under test ---- */

static int pipe_out;

static void send_report(struct report r)
{
    r.bytes = term_bytes_written();
    if (write(pipe_out, &r, sizeof(r)) != (ssize_t)sizeof(r))
        _exit(99);
}

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Many whole new frames, whether the terminal takes them or not. */
static void storm(struct surface *s, struct report *r)
{
    for (int i = 0; i < 300; i++) {
        int64_t start = now_us(), took;
        for (int row = 0; row < surface_rows(s); row++)
            for (int col = 0; col < surface_cols(s); col++)
                surface_str(s, row, col, 1, i % 2 ? "x" : "o", (uint8_t)(i % 30), true);
        start = now_us();
        r->flush = (int32_t)term_flush(s, -1, 0);
        took = now_us() - start;
        r->slowest_us = took > r->slowest_us ? took : r->slowest_us;
    }
}

/* Small frames until one is refused, whole or in part; a tells whether it is waited for. */
static void trickle(struct surface *s, struct report *r)
{
    r->flush = TERM_DONE;
    for (int i = 0; i < 1000000 && r->flush == TERM_DONE; i++) {
        surface_str(s, 0, 0, 1, i % 2 ? "x" : "o", STYLE_CELL, true);
        r->flush = (int32_t)term_flush(s, -1, 0);
    }
}

static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS,  SIGFPE, SIGILL,
                                    SIGQUIT, SIGSYS,  SIGXFSZ, SIGTRAP};

/* cmocka makes assert() its own. */
static void assert_program(bool holds)
{
    if (!holds)
        __assert_fail("it holds", __FILE__, __LINE__, __func__);
}

static void on_key(struct surface *s, struct key k)
{
    struct report r = {.kind = KEY, .key = k.code};

    if (k.code == 'x')
        surface_str(s, 1, 5, 1, "X", STYLE_CELL_CURRENT, true);
    if (k.code == 'w')
        surface_str(s, 2, 0, 10, WIDE WIDE, STYLE_CELL, term_is_ascii());
    if (k.code == 'l')
        term_redraw();
    if (k.code == 'Z')
        term_suspend();
    if (k.code == 'C')
        term_continued();
    if (k.code == 'r' && term_size_changed())
        surface_resize(s, term_rows(), term_cols());
    if (k.code >= '1' && k.code <= '9') {
        raise(crash_signals[k.code - '1']);
    }
    if (k.code == 'O')
        (void)mem_checked(NULL);
    if (k.code == 'a')
        assert_program(k.code == 0);
    if (k.code == 'p')
        (void)fputs("a library's warning\n", stderr);
    if (k.code == 'm') { /* with a way down and back to the left */
        surface_str(s, 5, 10, 1, "m", STYLE_CELL, true);
        surface_str(s, 6, 10, 1, "n", STYLE_CELL, true);
    }
    if (k.code == 'B')
        storm(s, &r);
    else if (k.code == 'b')
        trickle(s, &r);
    else if (k.code == 'W')
        r.flush = (int32_t)term_write();
    else
        r.flush = (int32_t)term_flush(s, k.code == 'c' ? 1 : -1, 3);
    r.a = k.code == 'b' ? term_waiting() : term_rows();
    r.b = term_cols();
    send_report(r);
}

static void program(void)
{
    const struct term_options o = {.ascii = getenv("WANT_ASCII") != NULL};
    struct surface *s;
    struct err e;
    enum err_code rc;
    bool waits;

    setlocale(LC_ALL, getenv("WANT_LOCALE"));
    signal(SIGHUP, SIG_IGN);
    rc = term_start(&o, &e);
    if (rc != ERR_OK) {
        send_report((struct report){.kind = FAILED, .a = (int32_t)rc});
        _exit(1);
    }
    waits = term_waiting();
    crash_install_handlers();
    s = surface_new(term_rows(), term_cols());
    surface_str(s, 0, 0, 80, "hello", STYLE_HEADER_CURRENT, true);
    (void)term_flush(s, -1, 0);
    send_report((struct report){.kind = STARTED,
                                .flush = waits ? TERM_WAIT : TERM_DONE,
                                .a = term_is_ascii(),
                                .b = term_has_colors()});
    for (;;) {
        struct pollfd p = {.fd = term_fd(), .events = POLLIN};
        struct key k = term_read_key();
        int wait = term_key_wait();

        if (k.code == K_NONE && poll(&p, 1, wait < 0 ? WAIT_MS : wait) == 0 && wait < 0)
            _exit(98);
        if (k.code != K_NONE)
            on_key(s, k);
        if (k.code == 'Q' || k.code == K_HANGUP)
            break;
    }
    surface_free(s);
    term_end();
    term_end(); /* once more does no harm */
    _exit(0);
}

/* ---- the shell between ---- */

static void shell(int order)
{
    pid_t child;
    int status;

    signal(SIGTTOU, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    child = fork();
    if (child == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        program();
    }
    while (waitpid(child, &status, WUNTRACED) == child) {
        char go;
        send_report(
            (struct report){.kind = WIFSTOPPED(status) ? STOPPED : ENDED, .a = status});
        if (!WIFSTOPPED(status))
            break;
        if (read(order, &go, 1) != 1)
            break;
        tcsetpgrp(0, child);
        kill(-child, SIGCONT);
    }
    _exit(0);
}

/* ---- the test's end ---- */

struct fixture {
    pid_t pid;
    int master, reports, order;
    struct termios before;
    VTerm *vt;
    int alt, cursor; /* as the terminal was told */
    uint64_t seen;   /* bytes read */
    int backspaces;  /* among them */
};

static int on_prop(VTermProp prop, VTermValue *val, void *user)
{
    struct fixture *f = user;

    if (prop == VTERM_PROP_ALTSCREEN)
        f->alt = val->boolean;
    if (prop == VTERM_PROP_CURSORVISIBLE)
        f->cursor = val->boolean;
    return 1;
}

static void drain(struct fixture *f)
{
    char buf[65536];
    ssize_t n;

    while ((n = read(f->master, buf, sizeof(buf))) > 0) {
        vterm_input_write(f->vt, buf, (size_t)n);
        f->seen += (uint64_t)n;
        for (ssize_t i = 0; i < n; i++)
            f->backspaces += buf[i] == '\b';
    }
}

/* Waits for a report, feeding the terminal meanwhile unless it is to stall. */
static struct report next_report(struct fixture *f, bool stall)
{
    struct report r = {.kind = -1};

    for (int64_t end = now_us() + WAIT_MS * 1000; now_us() < end;) {
        struct pollfd p[2] = {{.fd = f->reports, .events = POLLIN},
                              {.fd = stall ? -1 : f->master, .events = POLLIN}};
        (void)poll(p, 2, 1000);
        if (p[1].revents & POLLIN)
            drain(f);
        if (p[0].revents & POLLIN) {
            assert_int_equal(read(f->reports, &r, sizeof(r)), (ssize_t)sizeof(r));
            break;
        }
    }
    if (!stall)
        drain(f);
    assert_int_not_equal(r.kind, -1);
    return r;
}

static struct report press(struct fixture *f, const char *bytes)
{
    assert_int_equal(write(f->master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
    return next_report(f, false);
}

static void open_terminal(struct fixture *f)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_prop};
    VTermScreen *screen;

    *f = (struct fixture){.alt = 0, .cursor = 1};
    f->vt = vterm_new(24, 80);
    vterm_set_utf8(f->vt, 1);
    screen = vterm_obtain_screen(f->vt);
    vterm_screen_set_callbacks(screen, &callbacks, f);
    vterm_screen_enable_altscreen(screen, 1);
    vterm_screen_reset(screen, 1);
}

static struct report begin(struct fixture *f)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int up[2], down[2], slave;

    open_terminal(f);
    assert_int_equal(pipe(up), 0);
    assert_int_equal(pipe(down), 0);
    assert_int_equal(openpty(&f->master, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(f->master, &f->before), 0);
    f->pid = fork();
    if (f->pid == 0) {
        close(f->master);
        pipe_out = up[1];
        login_tty(slave);
        shell(down[0]);
    }
    close(slave);
    close(up[1]);
    close(down[0]);
    f->reports = up[0];
    f->order = down[1];
    fcntl(f->master, F_SETFL, O_NONBLOCK);
    return next_report(f, false);
}

static void finish(struct fixture *f)
{
    close(f->reports);
    close(f->order);
    if (f->master >= 0)
        close(f->master);
    (void)waitpid(f->pid, NULL, 0);
    vterm_free(f->vt);
}

static void expect_row(struct fixture *f, int row, const char *text)
{
    VTermRect rect = {row, row + 1, 0, 20};
    char got[128] = "";
    size_t n =
        vterm_screen_get_text(vterm_obtain_screen(f->vt), got, sizeof(got) - 1, rect);

    got[n] = '\0';
    while (n > 0 && (got[n - 1] == ' ' || got[n - 1] == '\n'))
        got[--n] = '\0';
    assert_string_equal(got, text);
}

static void expect_as_found(struct fixture *f)
{
    struct termios now;

    drain(f);
    assert_int_equal(tcgetattr(f->master, &now), 0);
    assert_int_equal(now.c_iflag, f->before.c_iflag);
    assert_int_equal(now.c_oflag, f->before.c_oflag);
    assert_int_equal(now.c_lflag, f->before.c_lflag);
    assert_int_equal(now.c_cflag, f->before.c_cflag);
    assert_false(f->alt);
    assert_true(f->cursor);
}

/* Somewhere on the screen that the terminal shows, perhaps over the end of a line. */
static void expect_text(struct fixture *f, const char *text)
{
    VTermRect rect = {0, 24, 0, 80};
    char got[24 * 81 * 4 + 1] = "", *to = got;
    size_t n =
        vterm_screen_get_text(vterm_obtain_screen(f->vt), got, sizeof(got) - 1, rect);

    for (size_t i = 0; i < n; i++)
        if (got[i] != '\n')
            *to++ = got[i];
    *to = '\0';
    if (!strstr(got, text))
        fail_msg("\"%s\" is not in \"%s\"", text, got);
}

static void expect_end(struct fixture *f)
{
    struct report r;

    (void)press(f, "Q");
    r = next_report(f, false);
    assert_int_equal(r.kind, ENDED);
    assert_true(WIFEXITED(r.a) && WEXITSTATUS(r.a) == 0);
    expect_as_found(f);
}

static void quit(struct fixture *f)
{
    expect_end(f);
    finish(f);
}

static void an_exit_leaves_the_terminal_as_found(void **state)
{
    struct fixture f;
    struct termios now;

    (void)state;
    assert_int_equal(begin(&f).kind, STARTED);
    expect_row(&f, 0, "hello");
    assert_true(f.alt);
    assert_false(f.cursor);
    assert_int_equal(tcgetattr(f.master, &now), 0);
    assert_int_equal(now.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG), 0);
    quit(&f);
}

static void the_first_frame_waits_for_nothing(void **state)
{
    struct fixture f;
    struct report r = begin(&f);

    (void)state;
    assert_int_equal(r.kind, STARTED);
    assert_int_equal(r.flush, TERM_DONE);
    quit(&f);
}

static void only_what_changed_is_written(void **state)
{
    struct fixture f;
    uint64_t before;
    struct report r;

    (void)state;
    r = begin(&f);
    before = r.bytes;
    r = press(&f, "s");
    assert_int_equal(r.bytes, before); /* nothing changed */
    r = press(&f, "x");
    print_message("one cell: %u bytes\n", (unsigned)(r.bytes - before));
    assert_in_range(r.bytes - before, 1, 40);
    expect_row(&f, 1, "     X");
    before = r.bytes;
    assert_int_equal(press(&f, "x").bytes, before);
    r = press(&f, "l");
    assert_true(r.bytes > before);
    expect_row(&f, 0, "hello");
    expect_row(&f, 1, "     X");
    assert_int_equal(f.seen, r.bytes);
    quit(&f);
}

static void wide_clusters_and_the_cursor_are_shown(void **state)
{
    struct fixture f;

    (void)state;
    (void)begin(&f);
    (void)press(&f, "w");
    expect_row(&f, 2, WIDE WIDE);
    (void)press(&f, "c");
    assert_true(f.cursor);
    (void)press(&f, "s");
    assert_false(f.cursor);
    quit(&f);
}

static void keys_are_decoded(void **state)
{
    static const struct {
        const char *bytes;
        uint32_t code;
    } keys[] = {
        {"\033OA", K_UP},
        {"\033[B", K_DOWN},
        {"\033[5~", K_PGUP},
        {"\033[6~", K_PGDN},
        {"\033OH", K_HOME},
        {"\033OF", K_END},
        {"\033[1;5H", K_CTRL_HOME},
        {"\033[1;5F", K_CTRL_END},
        {"\033[1;5D", K_CTRL_LEFT},
        {"\033[1;5C", K_CTRL_RIGHT},
        {"\033OP", K_F1},
        {"\0337", K_ALT | '7'},
        {"\033", K_ESC},
        {"\x03", K_CTRL('c')},
        {"\x1a", K_CTRL('z')},
        {"\x1c", K_CTRL('\\')},
        {"\x13", K_CTRL('s')},
        {"\r", K_ENTER},
        {"\xc3\xa9", 0xe9},
        {"\x7f", K_BACKSPACE},
        {"\033[9;9~", K_UNKNOWN},
    };
    struct fixture f;

    (void)state;
    (void)begin(&f);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        assert_int_equal(press(&f, keys[i].bytes).key, keys[i].code);
    quit(&f);
}

static void a_crash_restores_the_terminal_and_keeps_its_signal(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        const char key[] = {(char)('1' + i), 0};
        struct fixture f;
        struct report r;

        (void)begin(&f);
        r = press(&f, key);
        assert_int_equal(r.kind, ENDED);
        assert_true(WIFSIGNALED(r.a));
        assert_int_equal(WTERMSIG(r.a), crash_signals[i]);
        expect_as_found(&f);
        finish(&f);
    }
}

static void last_words_are_seen_on_the_main_screen(void **state)
{
    static const struct {
        const char *key, *said;
    } ends[] = {{"O", "dhview: out of memory"}, {"a", "Assertion `it holds' failed"}};

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct fixture f;
        struct report r;

        (void)begin(&f);
        r = press(&f, ends[i].key);
        assert_int_equal(r.kind, ENDED);
        assert_true(WIFSIGNALED(r.a));
        assert_int_equal(WTERMSIG(r.a), SIGABRT);
        expect_as_found(&f);
        expect_text(&f, ends[i].said);
        finish(&f);
    }
}

static void warnings_of_a_library_wait_until_the_screen_is_given_back(void **state)
{
    struct fixture f;

    (void)state;
    (void)begin(&f);
    (void)press(&f, "p");
    (void)press(&f, "x");
    expect_row(&f, 0, "hello");
    expect_row(&f, 1, "     X");
    expect_end(&f);
    expect_text(&f, "a library's warning");
    finish(&f);
}

static void suspend_gives_the_terminal_back_until_continued(void **state)
{
    struct fixture f;
    struct report r;

    (void)state;
    (void)begin(&f);
    for (int i = 0; i < 2; i++) {
        r = press(&f, "Z");
        assert_int_equal(r.kind, STOPPED);
        assert_int_equal(WSTOPSIG(r.a), SIGTSTP);
        expect_as_found(&f);
        assert_int_equal(write(f.order, "g", 1), 1);
        r = next_report(&f, false);
        assert_int_equal(r.kind, KEY);
        assert_true(f.alt);
        assert_false(f.cursor);
        expect_row(&f, 0, "hello");
        assert_int_equal(press(&f, "\033OA").key, K_UP);
    }
    quit(&f);
}

static void sigstop_is_made_good_once_continued(void **state)
{
    static const char other[] = "\033[H$ prompt of a shell";
    struct termios now;
    struct fixture f;

    (void)state;
    (void)begin(&f);
    assert_int_equal(tcsetattr(f.master, TCSANOW, &f.before), 0); /* as a shell does */
    vterm_input_write(f.vt, other, sizeof(other) - 1);
    assert_int_equal(press(&f, "C\n").key, 'C');
    (void)next_report(&f, false);
    expect_row(&f, 0, "hello");
    assert_false(f.cursor);
    assert_int_equal(tcgetattr(f.master, &now), 0);
    assert_int_equal(now.c_lflag & (ICANON | ECHO | ISIG), 0);
    quit(&f);
}

static void a_type_without_a_size_of_its_own_will_do(void **state)
{
    static const char *const names[] = {"linux", "vt220"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct fixture f;
        struct report r;

        setenv("TERM", names[i], 1);
        r = begin(&f);
        assert_int_equal(r.kind, STARTED);
        expect_row(&f, 0, "hello");
        r = press(&f, "x");
        assert_int_equal(r.a, 24);
        assert_int_equal(r.b, 80);
        expect_row(&f, 1, "     X");
        quit(&f);
    }
    setenv("TERM", "xterm-256color", 1);
}

static struct report resize(struct fixture *f, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    assert_int_equal(ioctl(f->master, TIOCSWINSZ, &size), 0);
    return press(f, "r");
}

static void any_size_is_taken(void **state)
{
    static const int sizes[][2] = {{1, 1},     {50, 200},  {2, 3},
                                   {3, 65535}, {65535, 2}, {24, 80}};
    struct fixture f;

    (void)state;
    (void)begin(&f);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct report r = resize(&f, sizes[i][0], sizes[i][1]);
        assert_int_equal(r.a, sizes[i][0]);
        assert_int_equal(r.b, sizes[i][1]);
        assert_int_not_equal(r.flush, TERM_GONE);
    }
    assert_int_equal(press(&f, "x").a, 24);
    expect_row(&f, 1, "     X");
    quit(&f);
}

static void a_stalled_terminal_does_not_block(void **state)
{
    struct fixture f;
    struct report r;

    (void)state;
    (void)begin(&f);
    assert_int_equal(write(f.master, "B", 1), 1);
    r = next_report(&f, true);
    assert_int_equal(r.flush, TERM_WAIT);
    print_message("slowest flush: %lld us, %llu bytes taken\n", (long long)r.slowest_us,
                  (unsigned long long)r.bytes);
    assert_true(r.slowest_us < 500000);
    for (int i = 0; i < 100 && r.flush == TERM_WAIT; i++)
        r = press(&f, "W");
    assert_int_equal(r.flush, TERM_DONE);
    (void)press(&f, "s"); /* the newest frame, the skipped ones never */
    expect_row(&f, 0, "xxxxxxxxxxxxxxxxxxxx");
    quit(&f);
}

static void a_small_frame_that_was_refused_is_waited_for(void **state)
{
    struct fixture f;
    struct report r;

    (void)state;
    (void)begin(&f);
    assert_int_equal(write(f.master, "b", 1), 1);
    r = next_report(&f, true);
    assert_int_equal(r.flush, TERM_WAIT);
    assert_int_equal(r.a, 1); /* whoever polls for room learns of it */
    for (int i = 0; i < 100 && r.flush == TERM_WAIT; i++)
        r = press(&f, "W");
    assert_int_equal(r.flush, TERM_DONE);
    quit(&f);
}

/* Describes a terminal that is xterm but for one capability, and goes there. */
static void use_other_xterm(char folder[], const char *capability)
{
    char source[64], command[160];
    FILE *out;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(source, sizeof(source), "%s/source", folder);
    out = fopen(source, "w");
    assert_non_null(out);
    (void)fprintf(out, "other|a terminal of the test,\n\t%s, use=xterm-256color,\n",
                  capability);
    assert_int_equal(fclose(out), 0);
    (void)snprintf(command, sizeof(command), "tic -x -o %s %s", folder, source);
    assert_int_equal(system(command), 0);
    setenv("TERMINFO", folder, 1);
    setenv("TERM", "other", 1);
}

static int backspaces_used(void)
{
    struct fixture f;

    (void)begin(&f);
    (void)press(&f, "m");
    expect_row(&f, 5, "          m");
    expect_row(&f, 6, "          n");
    quit(&f);
    return f.backspaces;
}

static void only_movements_that_are_described_are_used(void **state)
{
    static const char *const other[] = {"cub1=\\E[D", "cr=\\EM", "cuf@", "cub@"};

    (void)state;
    assert_int_equal(backspaces_used(), 1);
    for (size_t i = 0; i < 4; i++) {
        char folder[] = "/tmp/uitermXXXXXX", command[64];

        use_other_xterm(folder, other[i]);
        assert_int_equal(backspaces_used(), 0);
        (void)snprintf(command, sizeof(command), "rm -r %s", folder);
        assert_int_equal(system(command), 0);
        unsetenv("TERMINFO");
        setenv("TERM", "xterm-256color", 1);
    }
}

static void a_vanished_terminal_is_told(void **state)
{
    struct fixture f;
    struct report r;

    (void)state;
    (void)begin(&f);
    close(f.master);
    f.master = -1;
    do {
        struct pollfd p = {.fd = f.reports, .events = POLLIN};
        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        assert_int_equal(read(f.reports, &r, sizeof(r)), (ssize_t)sizeof(r));
    } while (r.kind == KEY && r.key != K_HANGUP);
    assert_int_equal(r.kind, KEY);
    assert_int_equal(r.flush, TERM_GONE);
    finish(&f);
}

static void colours_and_characters_follow_the_environment(void **state)
{
    struct fixture f;
    struct report r;

    (void)state;
    r = begin(&f);
    assert_int_equal(r.a, 0);
    assert_int_equal(r.b, 1);
    quit(&f);
    setenv("NO_COLOR", "1", 1);
    setenv("WANT_LOCALE", "C", 1);
    r = begin(&f);
    assert_int_equal(r.a, 1);
    assert_int_equal(r.b, 0);
    (void)press(&f, "w");
    quit(&f);
    setenv("WANT_LOCALE", "C.UTF-8", 1);
    setenv("WANT_ASCII", "1", 1);
    assert_int_equal(begin(&f).a, 1);
    quit(&f);
    unsetenv("WANT_ASCII");
    unsetenv("NO_COLOR");
}

static void terminals_that_cannot_do_it_are_refused(void **state)
{
    static const char *const names[] = {"no-such-terminal", "dumb", ""};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct fixture f;
        struct report r;

        setenv("TERM", names[i], 1);
        r = begin(&f);
        assert_int_equal(r.kind, FAILED);
        assert_int_equal(r.a, ERR_USAGE);
        assert_int_equal(next_report(&f, false).kind, ENDED);
        expect_as_found(&f);
        finish(&f);
    }
    setenv("TERM", "xterm-256color", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_leaves_the_terminal_as_found),
        cmocka_unit_test(the_first_frame_waits_for_nothing),
        cmocka_unit_test(only_what_changed_is_written),
        cmocka_unit_test(wide_clusters_and_the_cursor_are_shown),
        cmocka_unit_test(keys_are_decoded),
        cmocka_unit_test(a_crash_restores_the_terminal_and_keeps_its_signal),
        cmocka_unit_test(last_words_are_seen_on_the_main_screen),
        cmocka_unit_test(warnings_of_a_library_wait_until_the_screen_is_given_back),
        cmocka_unit_test(suspend_gives_the_terminal_back_until_continued),
        cmocka_unit_test(sigstop_is_made_good_once_continued),
        cmocka_unit_test(a_type_without_a_size_of_its_own_will_do),
        cmocka_unit_test(any_size_is_taken),
        cmocka_unit_test(a_stalled_terminal_does_not_block),
        cmocka_unit_test(a_small_frame_that_was_refused_is_waited_for),
        cmocka_unit_test(only_movements_that_are_described_are_used),
        cmocka_unit_test(a_vanished_terminal_is_told),
        cmocka_unit_test(colours_and_characters_follow_the_environment),
        cmocka_unit_test(terminals_that_cannot_do_it_are_refused),
    };

    setenv("TERM", "xterm-256color", 1);
    setenv("WANT_LOCALE", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
