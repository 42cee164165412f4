/*
 * Design. ncurses is given a memory file instead of the terminal to write to: it composes
 * the difference between two frames there, and this module moves the bytes to the terminal
 * with writes that never block. Were ncurses to write itself, it would spin on a full
 * terminal. It reads no keys either (ui/keyreader does) and sets no modes (tcsetattr here),
 * so what it is used for is terminfo, the screen difference and the attributes.
 *
 * The terminal is opened anew by name: O_NONBLOCK then belongs to our own file description
 * and not to the one shared with the shell.
 */
#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "ui/keyreader.h"
#include "ui/theme.h"

#define ESC_WAIT_MS 25      /* a sequence that started has this long to go on */
#define GOODBYE_WAIT_MS 500 /* for a stalled terminal to take the last bytes */
#define TERM_SIDE_MAX 32766 /* ncurses counts in short; what lies beyond stays empty */
#define TERM_CELLS_MAX (1024 * 1024)
#define RESTORE_MAX 256 /* bytes that put a terminal back */
#define CRASH_STACK (64 * 1024)

static const int caught[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH}; /* by newterm() */
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

#define CAUGHT_LEN (sizeof(caught) / sizeof(caught[0]))
#define CRASHES_LEN (sizeof(crashes) / sizeof(crashes[0]))

/* One terminal per process: ncurses has one, and a crash handler needs it without an
 * argument. */
static struct {
    bool started;
    bool released; /* given back for a while */
    bool gone;
    bool ascii, colors;
    bool all; /* the next flush writes everything */
    int tty, memory;
    int rows, cols;
    int cursor_row, cursor_col; /* as shown; row -1: hidden */
    FILE *memory_file, *tty_file;
    SCREEN *screen;
    struct termios found, raw;
    struct cell *shown; /* rows * cols: what ncurses was told last */
    struct keyreader keys;
    attr_t attrs[STYLE_COUNT];
    short pairs[STYLE_COUNT];
    char *out; /* bytes on their way */
    size_t out_len, out_pos, out_cap;
    uint64_t written;
} term;

/* For the crash handlers; written before armed is set. */
static struct {
    volatile sig_atomic_t armed;
    int tty;
    struct termios found;
    char restore[RESTORE_MAX];
    size_t restore_len;
} crash;

static char *crash_stack; /* lives until the process ends */

/* ---- bytes to the terminal ---- */

static bool tty_ready(short events, int timeout_ms)
{
    struct pollfd p = {.fd = term.tty, .events = events};

    if (poll(&p, 1, timeout_ms) <= 0)
        return false;
    if ((p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        term.gone = true;
    return (p.revents & events) != 0;
}

enum term_flush term_write(void)
{
    while (!term.gone && term.out_pos < term.out_len) {
        ssize_t n = write(term.tty, term.out + term.out_pos, term.out_len - term.out_pos);
        if (n > 0) {
            term.out_pos += (size_t)n;
            term.written += (uint64_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            return TERM_WAIT;
        } else if (n == 0 || errno != EINTR) {
            term.gone = true;
        }
    }
    term.out_pos = term.out_len = 0;
    return term.gone ? TERM_GONE : TERM_DONE;
}

bool term_waiting(void)
{
    return term.out_pos < term.out_len;
}

uint64_t term_bytes_written(void)
{
    return term.written;
}

/* Moves what ncurses has composed to the bytes on their way. */
static void collect(void)
{
    off_t n = lseek(term.memory, 0, SEEK_CUR);
    size_t len = n > 0 ? (size_t)n : 0;

    MEM_GROW(term.out, term.out_cap, term.out_len + len + 1);
    if (len > 0 && pread(term.memory, term.out + term.out_len, len, 0) == n)
        term.out_len += len;
    if (ftruncate(term.memory, 0) != 0 || lseek(term.memory, 0, SEEK_SET) != 0)
        term.gone = true; /* cannot happen with a memory file; never show doubled bytes */
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Writes to the end, but waits for a stalled terminal only so long. */
static void write_out(void)
{
    int64_t end = now_ms() + GOODBYE_WAIT_MS;

    while (term_write() == TERM_WAIT && now_ms() < end)
        (void)tty_ready(POLLOUT, 50);
    term.out_pos = term.out_len = 0;
}

/* ---- sizes ---- */

static void ask_size(int *rows, int *cols)
{
    struct winsize w = {0};

    *rows = *cols = 0;
    if (ioctl(term.tty, TIOCGWINSZ, &w) == 0) {
        *rows = w.ws_row;
        *cols = w.ws_col;
    }
    if (*rows < 1 || *cols < 1) {
        *rows = tigetnum("lines");
        *cols = tigetnum("cols");
    }
    if (*rows < 1 || *cols < 1) {
        *rows = 24;
        *cols = 80;
    }
    *cols = *cols > TERM_SIDE_MAX ? TERM_SIDE_MAX : *cols;
    *rows = *rows > TERM_SIDE_MAX ? TERM_SIDE_MAX : *rows;
    if (*rows > TERM_CELLS_MAX / *cols)
        *rows = TERM_CELLS_MAX / *cols;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void take_size(int rows, int cols)
{
    term.rows = rows;
    term.cols = cols;
    /* ncurses takes the new rows before the new columns: from a wide to a high terminal it
     * would hold the product of both for a while, so it first becomes small. */
    resize_term(least(rows, LINES), least(cols, COLS));
    resize_term(rows, cols);
    free(term.shown); /* its content does not matter: all is written anew */
    term.shown = MEM_ARRAY(struct cell, (size_t)rows * (size_t)cols);
    term.all = true;
}

bool term_size_changed(void)
{
    int rows, cols;

    if (!term.started || term.released)
        return false;
    ask_size(&rows, &cols);
    if (rows == term.rows && cols == term.cols)
        return false;
    take_size(rows, cols);
    return true;
}

int term_rows(void)
{
    return term.rows;
}

int term_cols(void)
{
    return term.cols;
}

int term_fd(void)
{
    return term.tty;
}

bool term_is_ascii(void)
{
    return term.ascii;
}

bool term_has_colors(void)
{
    return term.colors;
}

/* ---- colours ---- */

static attr_t looks_attr(unsigned looks)
{
    attr_t a = A_NORMAL;

    a |= (looks & LOOK_BOLD) != 0 ? A_BOLD : 0;
    a |= (looks & LOOK_DIM) != 0 ? A_DIM : 0;
    a |= (looks & LOOK_REVERSE) != 0 ? A_REVERSE : 0;
    a |= (looks & LOOK_UNDERLINE) != 0 ? A_UNDERLINE : 0;
    return a;
}

/* A colour this terminal has; a bright foreground becomes bold where there are only eight.
 */
static short hue_color(int hue, bool own_default, short fallback, attr_t *attr)
{
    if (hue == HUE_DEFAULT)
        return own_default ? -1 : fallback;
    if (hue < COLORS)
        return (short)hue;
    *attr |= A_BOLD;
    return (short)(hue & 7);
}

static bool want_colors(const struct term_options *o)
{
    const char *no_color = getenv("NO_COLOR");

    return !o->mono && (no_color == NULL || *no_color == '\0') && has_colors();
}

static void start_styles(const struct term_options *o)
{
    bool own_default;

    term.colors =
        want_colors(o) && start_color() == OK && COLORS >= 8 && COLOR_PAIRS > STYLE_COUNT;
    own_default = term.colors && use_default_colors() == OK;
    for (int i = 0; i < STYLE_COUNT; i++) {
        const struct style *s = theme_style((unsigned)i);
        attr_t attr = looks_attr(term.colors ? s->looks : s->mono), unused = 0;

        term.pairs[i] = 0;
        if (term.colors && (s->fg != HUE_DEFAULT || s->bg != HUE_DEFAULT)) {
            short fg = hue_color(s->fg, own_default, COLOR_WHITE, &attr);
            short bg = hue_color(s->bg, own_default, COLOR_BLACK, &unused);
            if (init_pair((short)(i + 1), fg, bg) == OK)
                term.pairs[i] = (short)(i + 1);
        }
        term.attrs[i] = attr;
    }
}

/* ---- start and end ---- */

/* A terminfo string without its padding ("$<5>"), or "". */
static void capability(const char *name, char *out, size_t size)
{
    const char *s = tigetstr((char *)name);
    size_t n = 0;

    if (s == NULL || s == (char *)-1)
        s = "";
    for (; *s != '\0' && n + 1 < size; s++) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end != NULL)
            s = end;
        else
            out[n++] = *s;
    }
    out[n] = '\0';
}

/* What a handler writes must be ready: terminfo may not be asked there. */
static void prepare_crash(void)
{
    static const char *const names[] = {"sgr0", "op", "rmkx", "rmcup", "cnorm"};

    crash.restore_len = 0;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[64];
        size_t n;

        capability(names[i], text, sizeof(text));
        n = strlen(text);
        if (n > sizeof(crash.restore) - crash.restore_len)
            continue;
        memcpy(crash.restore + crash.restore_len, text, n);
        crash.restore_len += n;
    }
    crash.tty = term.tty;
    crash.found = term.found;
}

static void add_keys(void)
{
    static const struct {
        const char *name;
        uint32_t code;
    } keys[] = {
        /* clang-format off */
        {"kcuu1", K_UP}, {"kcud1", K_DOWN}, {"kcub1", K_LEFT}, {"kcuf1", K_RIGHT},
        {"khome", K_HOME}, {"kend", K_END}, {"kpp", K_PGUP}, {"knp", K_PGDN},
        {"kich1", K_INSERT}, {"kdch1", K_DELETE}, {"kbs", K_BACKSPACE}, {"kcbt", K_BACKTAB},
        {"kHOM5", K_CTRL_HOME}, {"kEND5", K_CTRL_END}, {"kLFT5", K_CTRL_LEFT},
        {"kRIT5", K_CTRL_RIGHT}, {"kf1", K_F1}, {"kf2", K_F2}, {"kf3", K_F3}, {"kf4", K_F4},
        {"kf5", K_F5}, {"kf6", K_F6}, {"kf7", K_F7}, {"kf8", K_F8}, {"kf9", K_F9},
        {"kf10", K_F10}, {"kf11", K_F11}, {"kf12", K_F12},
        /* clang-format on */
    };

    keyreader_init(&term.keys, !term.ascii || strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char text[KEYREADER_SEQ_MAX + 2];
        capability(keys[i].name, text, sizeof(text));
        keyreader_add(&term.keys, text, keys[i].code);
    }
}

static enum err_code open_tty(struct err *e)
{
    int flags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;

    term.tty = open("/dev/tty", flags);
    if (term.tty < 0)
        return err_set(e, ERR_IO, "no terminal to draw on: /dev/tty: %s", strerror(errno));
    if (tcgetattr(term.tty, &term.found) != 0)
        return err_set(e, ERR_IO, "the terminal does not tell its modes: %s",
                       strerror(errno));
    term.memory = memfd_create("screen", MFD_CLOEXEC);
    if (term.memory < 0)
        return err_set(e, ERR_IO, "no memory file for the screen: %s", strerror(errno));
    term.memory_file = fdopen(term.memory, "w+");
    term.tty_file = fdopen(term.tty, "r");
    if (term.memory_file == NULL || term.tty_file == NULL)
        return err_set(e, ERR_IO, "no stream for the screen: %s", strerror(errno));
    return ERR_OK;
}

/* newterm() takes signals over; they belong to the loop. */
static SCREEN *new_screen(void)
{
    struct sigaction before[CAUGHT_LEN];
    SCREEN *screen;

    for (size_t i = 0; i < CAUGHT_LEN; i++)
        sigaction(caught[i], NULL, &before[i]);
    use_env(FALSE); /* LINES and COLUMNS may be stale: the terminal is asked */
    screen = newterm(NULL, term.memory_file, term.tty_file);
    for (size_t i = 0; i < CAUGHT_LEN; i++)
        sigaction(caught[i], &before[i], NULL);
    return screen;
}

/* Asked before newterm(), which does not tell why it failed and loses memory then. */
static bool is_known_type(const char *name)
{
    int found;
    bool known = setupterm(name, term.tty, &found) == OK;

    if (known)
        del_curterm(cur_term);
    return known;
}

static enum err_code open_screen(struct err *e)
{
    const char *name = getenv("TERM");
    char cup[64];

    if (name == NULL || *name == '\0')
        return err_set(e, ERR_USAGE, "expected the terminal's type in TERM, found nothing");
    if (!is_known_type(name))
        return err_set(e, ERR_USAGE, "the terminal type \"%.40s\" in TERM is not known",
                       name);
    term.screen = new_screen();
    if (term.screen != NULL)
        capability("cup", cup, sizeof(cup));
    if (term.screen == NULL || cup[0] == '\0')
        return err_set(e, ERR_USAGE,
                       "the terminal type \"%.40s\" in TERM cannot place its cursor", name);
    return ERR_OK;
}

static void set_raw(void)
{
    term.raw = term.found;
    cfmakeraw(&term.raw);
    term.raw.c_cc[VMIN] = 1;
    term.raw.c_cc[VTIME] = 0;
    /* TCSANOW: waiting for output to drain would hang on a stalled terminal */
    if (tcsetattr(term.tty, TCSANOW, &term.raw) != 0)
        term.gone = true;
}

static void release_all(void)
{
    if (term.screen != NULL)
        delscreen(term.screen);
    if (term.memory_file != NULL)
        fclose(term.memory_file);
    else if (term.memory >= 0)
        close(term.memory);
    if (term.tty_file != NULL)
        fclose(term.tty_file);
    else if (term.tty >= 0)
        close(term.tty);
    free(term.shown);
    free(term.out);
    memset(&term, 0, sizeof(term));
    term.tty = term.memory = -1;
}

enum err_code term_start(const struct term_options *o, struct err *e)
{
    enum err_code rc;
    int rows, cols;

    memset(&term, 0, sizeof(term));
    term.tty = term.memory = -1;
    rc = open_tty(e);
    if (rc == ERR_OK)
        rc = open_screen(e);
    if (rc != ERR_OK) {
        release_all();
        return rc;
    }
    term.ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    prepare_crash();
    add_keys();
    term.started = true;
    crash.armed = 1;
    set_raw();
    typeahead(-1); /* a frame is composed whole, keys waiting or not */
    keypad(stdscr, TRUE);
    idlok(stdscr, TRUE);
    start_styles(o);
    curs_set(0);
    term.cursor_row = -1;
    ask_size(&rows, &cols);
    take_size(rows, cols);
    return ERR_OK;
}

/* Some terminals bring back, with the main screen, a cursor as it was when ncurses last
 * saved its place, which may have been while it was hidden. */
static void show_cursor(void)
{
    char text[64];
    size_t n;

    capability("cnorm", text, sizeof(text));
    n = strlen(text);
    MEM_GROW(term.out, term.out_cap, term.out_len + n + 1);
    memcpy(term.out + term.out_len, text, n);
    term.out_len += n;
}

void term_release(void)
{
    if (!term.started || term.released)
        return;
    term.released = true;
    curs_set(1);
    endwin();
    collect();
    show_cursor();
    write_out();
    crash.armed = 0;
    (void)tcsetattr(term.tty, TCSANOW, &term.found);
}

/* Enters the alternate screen again. ncurses resets the palette on that occasion; this
 * program never changes it, so that would only take the user's own away. */
static void resume_screen(void)
{
    const char *reset = tigetstr((char *)"oc");
    size_t n = reset == NULL || reset == (char *)-1 ? 0 : strlen(reset);
    char *at;

    doupdate();
    collect();
    while (n > 0 && (at = memmem(term.out, term.out_len, reset, n)) != NULL) {
        memmove(at, at + n, term.out_len - n - (size_t)(at - term.out));
        term.out_len -= n;
    }
}

enum err_code term_retake(struct err *e)
{
    if (!term.started || !term.released)
        return ERR_OK;
    if (tcgetattr(term.tty, &term.found) != 0) /* the shell may have changed them */
        return err_set(e, ERR_IO, "the terminal is gone: %s", strerror(errno));
    crash.found = term.found;
    crash.armed = 1;
    set_raw();
    term.released = false;
    term.cursor_row = -1;
    resume_screen();
    keypad(stdscr, TRUE);
    curs_set(0);
    term.all = true;
    (void)term_size_changed();
    return ERR_OK;
}

void term_end(void)
{
    if (!term.started)
        return;
    term_release();
    crash.armed = 0;
    release_all();
}

/* The rest of the group stops through the signal (whoever started this program in a
 * pipeline or a script), this process by its own hand, so that it is stopped before the
 * next line runs. */
static void stop_group(void)
{
    struct sigaction before, act = {.sa_handler = SIG_IGN};
    sigset_t stop, mask;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    sigaction(SIGTSTP, &act, &before);
    (void)kill(0, SIGTSTP);
    act.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &act, NULL);
    (void)raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void term_suspend(void)
{
    if (!term.started)
        return;
    term_release();
    stop_group();
    if (term_retake(NULL) != ERR_OK)
        term.gone = true;
}

/* ---- crash ---- */

/* Nothing here but async-signal-safe calls on data made ready before. */
static void on_crash(int sig)
{
    size_t done = 0;

    if (crash.armed) {
        crash.armed = 0;
        for (int tries = 0; done < crash.restore_len && tries < 10; tries++) {
            struct pollfd p = {.fd = crash.tty, .events = POLLOUT};
            ssize_t n = write(crash.tty, crash.restore + done, crash.restore_len - done);
            if (n > 0)
                done += (size_t)n;
            else
                (void)poll(&p, 1, 20);
        }
        (void)tcsetattr(crash.tty, TCSANOW, &crash.found);
    }
    (void)raise(sig); /* the default by now: SA_RESETHAND, and not blocked: SA_NODEFER */
}

void term_install_crash_handlers(void)
{
    struct sigaction act = {.sa_handler = on_crash,
                            .sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK)};
    stack_t stack = {.ss_size = CRASH_STACK};

    if (crash_stack == NULL)
        crash_stack = mem_calloc(1, CRASH_STACK);
    stack.ss_sp = crash_stack; /* a full stack must not stop the handler */
    (void)sigaltstack(&stack, NULL);
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < CRASHES_LEN; i++)
        sigaction(crashes[i], &act, NULL);
}

/* ---- keys ---- */

/* Reads what is there; false when nothing came. */
static bool read_bytes(void)
{
    size_t room;
    uint8_t *space = keyreader_space(&term.keys, &room);
    ssize_t n;

    if (room == 0)
        return false;
    do
        n = read(term.tty, space, room);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        keyreader_put(&term.keys, (size_t)n);
    else if (n == 0 || errno != EAGAIN)
        term.gone = true;
    return n > 0;
}

struct key term_read_key(void)
{
    struct key k = {K_NONE};
    enum keyreader_result got;

    if (!term.started || term.released)
        return k;
    got = keyreader_next(&term.keys, false, &k);
    if (got != KEYREADER_KEY && !term.gone && read_bytes())
        got = keyreader_next(&term.keys, false, &k);
    while (got == KEYREADER_MORE) {
        bool came = !term.gone && tty_ready(POLLIN, ESC_WAIT_MS) && read_bytes();
        got = keyreader_next(&term.keys, !came, &k);
    }
    if (got == KEYREADER_EMPTY)
        k.code = term.gone ? K_HANGUP : K_NONE;
    return k;
}

/* ---- frames ---- */

/* Code points of a cell, at most what ncurses holds. */
static int decode(const struct cell *c, wchar_t out[CCHARW_MAX + 1])
{
    int n = 0;

    for (size_t i = 0; i < c->len && n < CCHARW_MAX;) {
        uint8_t b = (uint8_t)c->utf8[i];
        size_t len = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
        uint32_t code = len == 1 ? b : b & (0x7fU >> len);

        for (size_t k = 1; k < len && i + k < c->len; k++)
            code = code << 6 | ((uint8_t)c->utf8[i + k] & 0x3f);
        i += len;
        if (n == 0 || wcwidth((wchar_t)code) == 0)
            out[n++] = (wchar_t)code;
    }
    out[n] = L'\0';
    return n;
}

/* One cell into ncurses. A character to which the C library gives another width than the
 * cell has would shift the row, so a question mark stands for it; text that went through
 * base/text has none. */
static void put_cell(int row, int col, const struct cell *c)
{
    uint8_t style = c->style < STYLE_COUNT ? c->style : STYLE_DEFAULT;
    wchar_t text[CCHARW_MAX + 1];
    cchar_t cc[2];
    int n = 1;

    if (decode(c, text) == 0 || wcwidth(text[0]) != c->width ||
        (term.ascii && text[0] > 126)) {
        text[0] = L'?';
        text[1] = L'\0';
        n = c->width;
    }
    setcchar(&cc[0], text, term.attrs[style], term.pairs[style], NULL);
    setcchar(&cc[1], L" ", term.attrs[style], term.pairs[style], NULL);
    mvadd_wchnstr(row, col, cc, n);
}

static const struct cell blank = {
    .utf8 = " ", .len = 1, .width = 1, .style = STYLE_DEFAULT};

/* The cell of s there, a blank outside and where a wide cluster would be cut. */
static const struct cell *cell_of(const struct surface *s, int row, int col)
{
    const struct cell *c = surface_cell(s, row, col);

    return c == NULL || (c->width == 2 && col + 1 >= term.cols) ? &blank : c;
}

/* Puts the cells of a row that differ into ncurses and into shown; true when there are any.
 */
static bool put_row(const struct surface *s, int row)
{
    struct cell *old = term.shown + (size_t)row * (size_t)term.cols;
    bool same_size = surface_cols(s) == term.cols && row < surface_rows(s);
    bool changed = false;

    if (same_size && !term.all &&
        memcmp(old, surface_row(s, row), (size_t)term.cols * sizeof(*old)) == 0)
        return false;
    for (int col = 0; col < term.cols; col++) {
        const struct cell *c = cell_of(s, row, col);
        if (!term.all && memcmp(&old[col], c, sizeof(*c)) == 0)
            continue;
        old[col] = *c;
        changed = true;
        if (c->width > 0)
            put_cell(row, col, c);
    }
    return changed;
}

static bool put_cursor(int row, int col)
{
    bool moved = row != term.cursor_row || (row >= 0 && col != term.cursor_col);

    if ((row < 0) != (term.cursor_row < 0))
        curs_set(row < 0 ? 0 : 1);
    if (row >= 0)
        move(row, col);
    term.cursor_row = row;
    term.cursor_col = col;
    return moved;
}

/* Composes a frame; false when nothing differs. */
static bool compose(const struct surface *s, int cursor_row, int cursor_col)
{
    bool changed = term.all;

    if (term.all)
        clearok(curscr, TRUE);
    for (int row = 0; row < term.rows; row++)
        changed = put_row(s, row) || changed;
    term.all = false;
    if (cursor_row >= term.rows || cursor_col < 0 || cursor_col >= term.cols)
        cursor_row = -1;
    changed = put_cursor(cursor_row < 0 ? -1 : cursor_row, cursor_col) || changed;
    if (changed) {
        wnoutrefresh(stdscr);
        doupdate();
    }
    return changed;
}

enum term_flush term_flush(const struct surface *s, int cursor_row, int cursor_col)
{
    enum term_flush rc;

    if (!term.started || term.gone)
        return TERM_GONE;
    if (term.released)
        return TERM_WAIT;
    rc = term_write();
    if (rc != TERM_DONE)
        return rc;
    if (!tty_ready(POLLOUT, 0))
        return term.gone ? TERM_GONE : TERM_WAIT;
    if (!compose(s, cursor_row, cursor_col))
        return TERM_DONE;
    collect();
    return term_write();
}

void term_redraw(void)
{
    term.all = true;
}
