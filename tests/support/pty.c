/*
 * The child is not started directly but by a supervisor, a fork that plays the part of a
 * shell: it leads the session, starts the child as the foreground group, reports over a
 * pipe each time the child stops, goes on or ends, and then stays until the test lets go.
 * Without it the child would be in an orphaned process group, which job control cannot
 * stop, and its end would hang the terminal up before the modes it left could be looked at.
 */
#include "tests/support/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <vterm.h>

#include "base/mem.h"
#include "tests/support/pty_internal.h"

#define TAIL_BYTES 160 /* of the output, shown when a check fails */
#define TAIL_TEXT (2 * TAIL_BYTES + 1)

#define DEFAULT_ROWS 24
#define DEFAULT_COLS 80
#define ARGS_MAX 64

struct report {
    pid_t pid;
    int status; /* as of waitpid; -1 with pid alone: started */
    int64_t ms; /* when it stopped, went on or ended */
    int64_t waited_ns;
};

int64_t pty_now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void text_add(struct pty_text *x, const void *data, size_t n)
{
    MEM_GROW(x->data, x->cap, x->len + n + 1);
    memcpy(x->data + x->len, data, n);
    x->len += n;
    x->data[x->len] = '\0';
}

/* --- environment of the child ------------------------------------------------------------
 */

static char *make_home(void)
{
    static const char *const folders[] = {"config", "state", "cache", "data", "run"};
    const char *tmp = getenv("TMPDIR");
    char *home = mem_printf("%s/dhview-home-XXXXXX", tmp != NULL ? tmp : "/tmp");

    if (mkdtemp(home) == NULL)
        fail_msg("cannot make a folder like %s: %s", home, strerror(errno));
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        char *path = mem_printf("%s/%s", home, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    return home;
}

/* Puts "NAME=value", owned, into the list, in place of one of the same name. */
static void env_put(char **env, char *entry)
{
    size_t name = strcspn(entry, "=") + 1, i = 0;

    while (env[i] != NULL && strncmp(env[i], entry, name) != 0)
        i++;
    assert_in_range(i, 0, ARGS_MAX - 1);
    free(env[i]);
    env[i] = entry;
}

static char **make_env(const char *home, const char *const *extra)
{
    static const char *const kept[] = {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                       "LSAN_OPTIONS"};
    static const char *const pinned[] = {"TERM=xterm-256color", "LANG=C.UTF-8",
                                         "LC_ALL=C.UTF-8", "TZ=UTC"};
    static const char suppressions[] =
        "LSAN_OPTIONS=print_suppressions=0:suppressions=" TEST_SOURCE_DIR
        "/tests/support/lsan.supp";
    static const char *const xdg[][2] = {{"XDG_CONFIG_HOME", "config"},
                                         {"XDG_STATE_HOME", "state"},
                                         {"XDG_CACHE_HOME", "cache"},
                                         {"XDG_DATA_HOME", "data"},
                                         {"XDG_RUNTIME_DIR", "run"}};
    char **env = MEM_ARRAY(char *, ARGS_MAX + 1);

    env_put(env, mem_strdup(suppressions));
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
        if (getenv(kept[i]) != NULL)
            env_put(env, mem_printf("%s=%s", kept[i], getenv(kept[i])));
    for (size_t i = 0; i < sizeof(pinned) / sizeof(*pinned); i++)
        env_put(env, mem_strdup(pinned[i]));
    env_put(env, mem_printf("HOME=%s", home));
    for (size_t i = 0; i < sizeof(xdg) / sizeof(*xdg); i++)
        env_put(env, mem_printf("%s=%s/%s", xdg[i][0], home, xdg[i][1]));
    for (; extra != NULL && *extra != NULL; extra++)
        env_put(env, mem_strdup(*extra));
    return env;
}

static char **make_argv(const char *program, const char *const *args)
{
    char **argv = MEM_ARRAY(char *, ARGS_MAX + 2);
    size_t n = 0;

    argv[n++] = mem_strdup(program);
    for (; args != NULL && *args != NULL; args++) {
        assert_in_range(n, 1, ARGS_MAX);
        argv[n++] = mem_strdup(*args);
    }
    return argv;
}

static void free_list(char **list)
{
    for (char **p = list; *p != NULL; p++)
        free(*p);
    free(list);
}

/* --- supervisor and child: after fork, async-signal-safe calls only ----------------------
 */

struct launch {
    int slave, err; /* err -1: the terminal */
    int report, release;
    char **argv, **env;
};

static void signals_default(void)
{
    sigset_t none;

    for (int n = 1; n < NSIG; n++)
        signal(n, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run_child(const struct launch *l)
{
    prctl(PR_SET_PDEATHSIG,
          SIGKILL); /* also one that is stopped does not outlive the test */
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN); /* taking the terminal from the background */
    tcsetpgrp(l->slave, getpid());
    signals_default();
    dup2(l->slave, 0);
    dup2(l->slave, 1);
    dup2(l->err >= 0 ? l->err : l->slave, 2);
    close_range(3, ~0U, 0);
    execve(l->argv[0], l->argv, l->env);
    _exit(127);
}

/* What a test sends before the child's signals are the usual ones waits until they are:
 * the supervisor ignores some. */
static pid_t fork_child(const struct launch *l)
{
    sigset_t all, before;
    pid_t pid;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    pid = fork();
    if (pid == 0)
        run_child(l);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

/* How long a child was ready to run and had no processor: the second number. It has ended,
 * and has not been waited for. */
static int64_t waited_ns(pid_t pid)
{
    char path[32], text[64] = "";
    int64_t waited = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
        waited = strtoll(text + strcspn(text, " "), NULL, 10);
    if (fd >= 0)
        close(fd);
    return waited;
}

/* Waits for the child to stop, go on or end; false when it has been gone before. */
static bool supervise(struct report *r)
{
    siginfo_t info;

    if (waitid(P_PID, (id_t)r->pid, &info, WEXITED | WSTOPPED | WCONTINUED | WNOWAIT) != 0)
        return false;
    r->waited_ns = waited_ns(r->pid);
    r->ms = pty_now_ms();
    return waitpid(r->pid, &r->status, WUNTRACED | WCONTINUED) == r->pid;
}

/* The other terminals of the test are not the supervisor's: it would keep their pipes open
 * past their end. */
static void close_others(const struct launch *l)
{
    const int ours[] = {l->slave, l->err, l->report, l->release};
    int last = 2;

    for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
        last = ours[i] > last ? ours[i] : last;
    for (int fd = 3; fd < last; fd++)
        if (fd != l->slave && fd != l->err && fd != l->report && fd != l->release)
            close(fd);
    close_range((unsigned)last + 1, ~0U, 0);
}

static _Noreturn void run_supervisor(const struct launch *l)
{
    struct report r = {.status = -1};
    char byte;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_others(l);
    setsid();
    ioctl(l->slave, TIOCSCTTY, 0);
    signals_default();
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN); /* outlives the terminal to report how the child took it */
    r.pid = fork_child(l);
    (void)!write(l->report, &r, sizeof(r));
    while (supervise(&r)) {
        if (write(l->report, &r, sizeof(r)) != sizeof(r))
            kill(r.pid, SIGKILL); /* the test is gone */
        if (WIFEXITED(r.status) || WIFSIGNALED(r.status))
            break;
    }
    while (read(l->release, &byte, 1) > 0)
        ;
    _exit(0);
}

/* --- start and end -----------------------------------------------------------------------
 */

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
    struct pty *t = user;

    if (prop == VTERM_PROP_ALTSCREEN)
        t->alt_screen = value->boolean != 0;
    else if (prop == VTERM_PROP_CURSORVISIBLE)
        t->cursor_visible = value->boolean != 0;
    else if (prop == VTERM_PROP_MOUSE)
        t->mouse = value->number != VTERM_PROP_MOUSE_NONE;
    return 1;
}

static int on_damage(VTermRect rect, void *user)
{
    struct pty *t = user;

    for (int row = rect.start_row; row < rect.end_row; row++)
        t->painted |= UINT64_C(1) << (row < 63 ? row : 63);
    return 1;
}

static const VTermScreenCallbacks screen_callbacks = {.damage = on_damage,
                                                      .settermprop = on_property};

static void start_screen(struct pty *t)
{
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_set_callbacks(t->screen, &screen_callbacks, t);
    vterm_screen_reset(t->screen, 1);
    t->cursor_visible = true;
}

static void make_pipe(int fd[2])
{
    if (pipe2(fd, O_CLOEXEC) != 0)
        fail_msg("no pipe: %s", strerror(errno));
}

static int open_terminal(struct pty *t)
{
    struct winsize size = {.ws_row = (unsigned short)t->rows,
                           .ws_col = (unsigned short)t->cols};
    char name[64];
    int slave;

    if (openpty(&t->master, &slave, name, NULL, &size) != 0)
        fail_msg("no pseudo-terminal: %s", strerror(errno));
    fcntl(t->master, F_SETFD, FD_CLOEXEC);
    fcntl(t->master, F_SETFL, O_RDWR | O_NONBLOCK);
    /* A second open gives a file description of our own, not shared with the child. */
    t->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    assert_true(t->slave >= 0);
    assert_int_equal(tcgetattr(t->slave, &t->before), 0);
    return slave;
}

static void read_report(struct pty *t)
{
    struct report r;

    if (read(t->report, &r, sizeof(r)) != sizeof(r))
        fail_msg("the supervisor of the child has gone");
    t->child = r.pid;
    if (r.status == -1)
        return;
    t->status = r.status;
    t->stopped = WIFSTOPPED(r.status);
    t->ended = WIFEXITED(r.status) || WIFSIGNALED(r.status);
    t->told_ms = r.ms;
    t->waited_ns = r.waited_ns;
}

static void launch(struct pty *t, const struct pty_options *o)
{
    int report[2], release[2], err[2] = {-1, -1};
    int slave = open_terminal(t);

    make_pipe(report);
    make_pipe(release);
    if (o->split_stderr)
        make_pipe(err);
    struct launch l = {
        .slave = slave, .err = err[1], .report = report[1], .release = release[0]};
    l.argv = make_argv(o->program != NULL ? o->program : TEST_BUILD_DIR "/dhview", o->argv);
    l.env = make_env(t->home, o->env);
    t->supervisor = fork();
    if (t->supervisor == 0)
        run_supervisor(&l);
    assert_true(t->supervisor > 0);
    close(slave);
    close(report[1]);
    close(release[0]);
    if (err[1] >= 0)
        close(err[1]);
    t->report = report[0];
    t->release = release[1];
    t->err = err[0];
    free_list(l.argv);
    free_list(l.env);
    read_report(t);
}

struct pty *pty_start(const struct pty_options *options)
{
    struct pty *t = MEM_NEW(struct pty);

    t->rows = options->rows > 0 ? options->rows : DEFAULT_ROWS;
    t->cols = options->cols > 0 ? options->cols : DEFAULT_COLS;
    t->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : PTY_TIMEOUT_MS;
    t->home = make_home();
    start_screen(t);
    launch(t, options);
    return t;
}

struct pty *pty_dhview(const char *first, ...)
{
    const char *argv[ARGS_MAX + 1] = {NULL};
    va_list args;
    size_t n = 0;

    va_start(args, first);
    for (const char *a = first; a != NULL && n < ARGS_MAX; a = va_arg(args, const char *))
        argv[n++] = a;
    va_end(args);
    return pty_start(&(struct pty_options){.argv = argv});
}

static void remove_tree(const char *path)
{
    pid_t pid = fork();

    if (pid == 0) {
        execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

void pty_free(struct pty *t)
{
    if (t == NULL)
        return;
    while (!t->ended) {
        kill(t->child, SIGKILL);
        read_report(t);
    }
    close(t->release);
    waitpid(t->supervisor, NULL, 0);
    close(t->report);
    close(t->slave);
    if (t->master >= 0)
        close(t->master);
    if (t->err >= 0)
        close(t->err);
    remove_tree(t->home);
    free(t->home);
    vterm_free(t->vt);
    free(t->out.data);
    free(t->stderr_text.data);
    free(t);
}

pid_t pty_pid(const struct pty *t)
{
    return t->child;
}

const char *pty_home(const struct pty *t)
{
    return t->home;
}

void pty_set_timeout(struct pty *t, int ms)
{
    t->timeout_ms = ms;
}

VTerm *pty_vterm(struct pty *t)
{
    return t->vt;
}

/* --- input and output --------------------------------------------------------------------
 */

/* Takes the marks out that pty_wait.c has written; returns what is left of n bytes. */
static size_t take_marks(struct pty *t, char *data, size_t n)
{
    for (char *mark; t->marks > 0 && (mark = memchr(data, PTY_MARK, n)) != NULL;) {
        n--;
        memmove(mark, mark + 1, (size_t)(data + n - mark));
        t->marks--;
    }
    return n;
}

void pty_show(struct pty *t, size_t end)
{
    if (end > t->shown) {
        vterm_input_write(t->vt, t->out.data + t->shown, end - t->shown);
        t->shown = end;
        pty_flush_keys(t);
    }
}

/* Reads all that is waiting on the terminal; true when there was something. */
static bool read_terminal(struct pty *t)
{
    char data[16384];
    size_t before = t->out.len;
    ssize_t n;

    while (t->master >= 0 && (n = read(t->master, data, sizeof(data))) > 0)
        text_add(&t->out, data, take_marks(t, data, (size_t)n));
    if (!t->in_pieces)
        pty_show(t, t->out.len);
    return t->out.len > before;
}

void pty_read_stderr(struct pty *t)
{
    char data[4096];
    ssize_t n = read(t->err, data, sizeof(data));

    if (n > 0) {
        text_add(&t->stderr_text, data, (size_t)n);
        return;
    }
    close(t->err);
    t->err = -1;
}

bool pty_pump(struct pty *t, int ms)
{
    struct pollfd p[3] = {{.fd = t->master, .events = POLLIN},
                          {.fd = t->ended ? -1 : t->report, .events = POLLIN},
                          {.fd = t->err, .events = POLLIN}};

    if (poll(p, 3, ms) < 0 && errno != EINTR)
        fail_msg("poll: %s", strerror(errno));
    if (p[2].revents != 0)
        pty_read_stderr(t);
    if (p[1].revents != 0)
        read_report(t);
    return read_terminal(t);
}

void pty_write(struct pty *t, const void *data, size_t n)
{
    const char *p = data;
    int64_t end = pty_now_ms() + t->timeout_ms;

    while (n > 0) {
        ssize_t done = write(t->master, p, n);
        if (done > 0) {
            p += done;
            n -= (size_t)done;
            end = pty_now_ms() + t->timeout_ms;
            continue;
        }
        if (errno != EAGAIN || pty_now_ms() > end)
            fail_msg("the child does not read its terminal: %s", strerror(errno));
        pty_pump(t, 10);
    }
}

void pty_paste(struct pty *t, const char *text)
{
    char *whole = mem_printf("\033[200~%s\033[201~", text);

    pty_write(t, whole, strlen(whole));
    free(whole);
}

void pty_flush_keys(struct pty *t)
{
    char data[256];
    size_t n;

    while ((n = vterm_output_read(t->vt, data, sizeof(data))) > 0)
        if (t->master >= 0 && !t->ended)
            pty_write(t, data, n);
}

void pty_resize(struct pty *t, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    read_terminal(t);
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vt, rows, cols);
    assert_int_equal(ioctl(t->master, TIOCSWINSZ, &size), 0);
}

void pty_kill(struct pty *t, int signal)
{
    if (!t->ended)
        kill(t->child, signal);
}

void pty_hangup(struct pty *t)
{
    close(t->slave);
    t->slave = -1;
    close(t->master);
    t->master = -1;
}

/* --- looking at the screen ---------------------------------------------------------------
 */

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (c >> 18 & 7));
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static int colour(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return -1;
    if (VTERM_COLOR_IS_INDEXED(c))
        return c->indexed.idx;
    return PTY_RGB + (c->rgb.red << 16) + (c->rgb.green << 8) + c->rgb.blue;
}

void pty_cell(const struct pty *t, int row, int col, struct pty_cell *out)
{
    VTermScreenCell cell;
    size_t len = 0;

    assert_in_range(row, 0, t->rows - 1);
    assert_in_range(col, 0, t->cols - 1);
    vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
    memset(out, 0, sizeof(*out));
    if (cell.chars[0] == UINT32_MAX)
        return; /* right half of a wide one */
    for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
        len += put_utf8(out->utf8 + len, cell.chars[i]);
    if (len == 0)
        out->utf8[0] = ' ';
    out->width = (unsigned char)cell.width;
    out->bold = cell.attrs.bold;
    out->underline = cell.attrs.underline != 0;
    out->italic = cell.attrs.italic;
    out->blink = cell.attrs.blink;
    out->reverse = cell.attrs.reverse;
    out->strike = cell.attrs.strike;
    out->fg = colour(&cell.fg);
    out->bg = colour(&cell.bg);
}

char *pty_row(const struct pty *t, int row)
{
    struct pty_text x = {0};

    text_add(&x, "", 0);
    for (int col = 0; col < t->cols; col++) {
        struct pty_cell cell;
        pty_cell(t, row, col, &cell);
        text_add(&x, cell.utf8, strlen(cell.utf8));
    }
    while (x.len > 0 && x.data[x.len - 1] == ' ')
        x.data[--x.len] = '\0';
    return x.data;
}

char *pty_screen(const struct pty *t)
{
    struct pty_text x = {0};

    for (int row = 0; row < t->rows; row++) {
        char *line = pty_row(t, row);
        text_add(&x, line, strlen(line));
        text_add(&x, "\n", 1);
        free(line);
    }
    return x.data;
}

int pty_find_row(const struct pty *t, const char *text)
{
    for (int row = 0; row < t->rows; row++) {
        char *line = pty_row(t, row);
        bool found = strstr(line, text) != NULL;
        free(line);
        if (found)
            return row;
    }
    return -1;
}

bool pty_has(const struct pty *t, const char *text)
{
    return pty_find_row(t, text) >= 0;
}

void pty_cursor(const struct pty *t, int *row, int *col)
{
    VTermPos pos;

    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

bool pty_cursor_visible(const struct pty *t)
{
    return t->cursor_visible;
}

bool pty_alt_screen(const struct pty *t)
{
    return t->alt_screen;
}

void pty_size(const struct pty *t, int *rows, int *cols)
{
    *rows = t->rows;
    *cols = t->cols;
}

uint64_t pty_painted(struct pty *t)
{
    uint64_t painted = t->painted;

    t->painted = 0;
    return painted;
}

const uint8_t *pty_output(const struct pty *t, size_t *n)
{
    *n = t->out.len;
    return (const uint8_t *)t->out.data;
}

void pty_check_never(const struct pty *t, const char *text)
{
    size_t n;
    const uint8_t *output = pty_output(t, &n);

    if (memmem(output, n, text, strlen(text)))
        fail_msg("\"%s\" was written", text);
}

const char *pty_stderr(const struct pty *t)
{
    return t->stderr_text.data != NULL ? t->stderr_text.data : "";
}

/* --- checks ------------------------------------------------------------------------------
 */

void pty_modes(const struct pty *t, struct termios *out)
{
    assert_int_equal(tcgetattr(t->slave, out), 0);
}

const struct termios *pty_modes_before(const struct pty *t)
{
    return &t->before;
}

/* Offset just past the last place where text was written; 0 when never. */
static size_t last_written(const struct pty *t, const char *text)
{
    size_t n = strlen(text);

    for (size_t at = t->out.len; at >= n; at--)
        if (memcmp(t->out.data + at - n, text, n) == 0)
            return at;
    return 0;
}

/* The end of the output with escapes spelled out. */
static void last_bytes(const struct pty *t, char out[TAIL_TEXT])
{
    size_t from = t->out.len > TAIL_BYTES ? t->out.len - TAIL_BYTES : 0;
    char *p = out;

    for (size_t i = from; i < t->out.len; i++) {
        if (t->out.data[i] == 033)
            p = stpcpy(p, "\\e");
        else
            *p++ = t->out.data[i];
    }
    *p = '\0';
}

void pty_check_screen_restored(const struct pty *t)
{
    /* set, reset */
    static const char *const modes[][2] = {
        {"\033[?1h", "\033[?1l"},       {"\033=", "\033>"},
        {"\033[?1002h", "\033[?1002l"}, {"\033[?1006h", "\033[?1006l"},
        {"\033[?2004h", "\033[?2004l"}, {"\033[?2026h", "\033[?2026l"},
    };
    char tail[TAIL_TEXT];

    last_bytes(t, tail);
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
        if (last_written(t, modes[i][0]) > last_written(t, modes[i][1]))
            fail_msg("the terminal mode \\e%s is still set", modes[i][0] + 1);
    assert_false(t->alt_screen);
    assert_false(t->mouse);
    if (!t->cursor_visible)
        fail_msg("the cursor is still hidden; the last bytes were: %s", tail);
}

void pty_check_restored(const struct pty *t)
{
    struct termios now;

    pty_modes(t, &now);
    assert_int_equal(now.c_iflag, t->before.c_iflag);
    assert_int_equal(now.c_oflag, t->before.c_oflag);
    assert_int_equal(now.c_cflag, t->before.c_cflag);
    assert_int_equal(now.c_lflag, t->before.c_lflag);
    assert_memory_equal(now.c_cc, t->before.c_cc, sizeof(now.c_cc));
    pty_check_screen_restored(t);
}

void pty_let_copy(struct pty *t)
{
    t->more |= PTY_COPIES;
}

void pty_let_mouse(struct pty *t)
{
    t->more |= PTY_MOUSE;
}

void pty_let_cut(struct pty *t)
{
    t->more |= PTY_CUT;
}

bool pty_has_mouse(const struct pty *t)
{
    return t->mouse;
}

void pty_check_output(const struct pty *t)
{
    char *problem = pty_grammar((const uint8_t *)t->out.data, t->out.len, t->more);

    if (problem != NULL)
        fail_msg("%s", problem);
}
