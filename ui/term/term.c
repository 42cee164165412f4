/*
 * Design. ncurses knows the terminal and takes it over and gives it back, but it writes to
 * a memory file, from which this module moves the bytes to the terminal with writes that
 * never block: were ncurses to write itself, it would spin on a full terminal. Frames are
 * composed by ui/term/paint, because ncurses flushes after every movement of the cursor and
 * weighs every way to make it, which was three quarters of the time of a table that changes
 * all over. ncurses reads no keys either (ui/term/keyreader does) and sets no modes
 * (tcsetattr here).
 *
 * The terminal is opened anew by name: O_NONBLOCK then belongs to our own file description
 * and not to the one shared with the shell.
 */
#include "ui/term/term.h"

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

#include "base/mem.h"
#include "ui/term/kept_stderr.h"
#include "ui/term/paint.h"
#include "ui/term/theme.h"

#define READS_MAX 16        /* of keys, before others have their turn */
#define GOODBYE_WAIT_MS 500 /* for a stalled terminal to take the last bytes */
#define TERM_SIDE_MAX SURFACE_SIDE_MAX
#define TERM_CELLS_MAX (1024 * 1024)
#define OUT_MAX ((size_t)64 << 20) /* bytes of one frame */
#define CAPABILITY_MAX 64
#define RESTORE_MAX 256 /* bytes that put a terminal back */
#define CRASH_STACK ((size_t)64 * 1024)

static const int caught[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH}; /* by newterm() */
static const int crashes[] = {SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT,
                              SIGSYS,  SIGTRAP, SIGQUIT, SIGXCPU, SIGXFSZ};

#define CAUGHT_LEN (sizeof(caught) / sizeof(caught[0]))
#define CRASHES_LEN (sizeof(crashes) / sizeof(crashes[0]))

/* One terminal per process: ncurses has one, and a crash handler needs it without an
 * argument. */
static struct {
    bool started;
    bool released; /* given back for a while */
    bool retaken;  /* by term_suspend(); its SIGCONT is still to come */
    bool gone;
    bool ascii, colors;
    char note[128]; /* what is not as TERM says, or "" */
    int tty, memory;
    int rows, cols;
    int cursor_row, cursor_col; /* as shown; row -1: hidden */
    FILE *memory_file, *tty_file;
    SCREEN *screen;
    struct termios found, raw;
    struct keyreader keys;
    int64_t keys_ms; /* when bytes came last, or their silence was told */
    struct paint *paint;
    struct paint_terminal terminal; /* borrows from the texts below */
    char styles[STYLE_COUNT][CAPABILITY_MAX];
    char clear[CAPABILITY_MAX], hide[CAPABILITY_MAX], show[CAPABILITY_MAX];
    const char *bracket_on, *bracket_off; /* pastes */
    struct buf out;                       /* bytes on their way */
    size_t out_pos;
    bool behind; /* a frame was not looked at, since there was no room */
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

static void forget_output(void)
{
    buf_clear(&term.out);
    term.out_pos = 0;
}

enum term_flush term_write(void)
{
    while (!term.gone && term.out_pos < term.out.len) {
        ssize_t n =
            write(term.tty, term.out.data + term.out_pos, term.out.len - term.out_pos);
        if (n > 0) {
            term.out_pos += (size_t)n;
            term.written += (uint64_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            return TERM_WAIT;
        } else if (n == 0 || errno != EINTR) {
            term.gone = true;
        }
    }
    forget_output();
    term.behind = false;
    return term.gone ? TERM_GONE : TERM_DONE;
}

bool term_waiting(void)
{
    return term.behind || term.out_pos < term.out.len;
}

uint64_t term_bytes_written(void)
{
    return term.written;
}

static void send_text(const char *text)
{
    (void)buf_append_text(&term.out, text, NULL); /* far below its limit */
}

/* Moves what ncurses has written to the bytes on their way. */
static void collect(void)
{
    off_t left = lseek(term.memory, 0, SEEK_CUR);
    char chunk[1024];

    for (off_t at = 0; at < left;) {
        ssize_t n = pread(term.memory, chunk, sizeof(chunk), at);

        if (n <= 0 || buf_append(&term.out, chunk, (size_t)n, NULL) != ERR_OK)
            break;
        at += n;
    }
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
    forget_output();
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

static void take_size(int rows, int cols)
{
    term.rows = rows;
    term.cols = cols;
    paint_resize(term.paint, rows, cols);
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

/* ---- start and end ---- */

/* Copies a terminfo string without its padding ("$<5>"). */
static void copy_unpadded(const char *s, char *out, size_t size)
{
    size_t n = 0;

    for (; *s != '\0' && n + 1 < size; s++) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end != NULL)
            s = end;
        else
            out[n++] = *s;
    }
    out[n] = '\0';
}

/* A terminfo string without its padding, or "". */
static void capability(const char *name, char *out, size_t size)
{
    const char *s = tigetstr((char *)name);

    copy_unpadded(s == NULL || s == (char *)-1 ? "" : s, out, size);
}

/* What a handler writes must be ready: terminfo may not be asked there. */
static void prepare_crash(void)
{
    static const char *const names[] = {"sgr0", "op", "rmkx", "rmcup", "cnorm"};

    crash.restore_len = strlen(term.bracket_off);
    memcpy(crash.restore, term.bracket_off, crash.restore_len);
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

/* ---- styles ---- */

/* A colour this terminal has, -1 its own; a bright one becomes bold where there are only
 * eight.
 */
static int hue_color(int hue, bool own_default, int fallback, unsigned *looks)
{
    if (hue == HUE_DEFAULT)
        return own_default ? -1 : fallback;
    if (hue < tigetnum((char *)"colors"))
        return hue;
    *looks |= LOOK_BOLD;
    return hue & 7;
}

static bool want_colors(const struct term_options *o)
{
    const char *no_color = getenv("NO_COLOR");

    return !o->mono && (no_color == NULL || *no_color == '\0') && has_colors() &&
           tigetnum((char *)"colors") >= 8;
}

static void add_capability(char out[CAPABILITY_MAX], const char *name)
{
    size_t n = strlen(out);

    capability(name, out + n, CAPABILITY_MAX - n);
}

static void add_color(char out[CAPABILITY_MAX], const char *name, int color)
{
    const char *s = tigetstr((char *)name);
    size_t n = strlen(out);

    if (color >= 0 && s != NULL && s != (char *)-1)
        copy_unpadded(tiparm(s, color), out + n, CAPABILITY_MAX - n);
}

/* One sequence of ECMA-48, as nearly all terminals take it. */
static void ansi_style(char out[CAPABILITY_MAX], unsigned looks, int fg, int bg)
{
    size_t n = (size_t)snprintf(out, CAPABILITY_MAX, "\033[%s%s%s%s%s", "",
                                looks & LOOK_BOLD ? ";1" : "", looks & LOOK_DIM ? ";2" : "",
                                looks & LOOK_UNDERLINE ? ";4" : "",
                                looks & LOOK_REVERSE ? ";7" : "");

    if (fg >= 0)
        n += (size_t)snprintf(out + n, CAPABILITY_MAX - n, ";%d",
                              fg < 8 ? 30 + fg : 82 + fg);
    if (bg >= 0)
        n += (size_t)snprintf(out + n, CAPABILITY_MAX - n, ";%d",
                              bg < 8 ? 40 + bg : 92 + bg);
    (void)snprintf(out + n, CAPABILITY_MAX - n, "m");
}

static void terminfo_style(char out[CAPABILITY_MAX], unsigned looks, int fg, int bg)
{
    out[0] = '\0';
    add_capability(out, "sgr0");
    if (looks & LOOK_BOLD)
        add_capability(out, "bold");
    if (looks & LOOK_DIM)
        add_capability(out, "dim");
    if (looks & LOOK_UNDERLINE)
        add_capability(out, "smul");
    if (looks & LOOK_REVERSE)
        add_capability(out, "rev");
    add_color(out, "setaf", fg);
    add_color(out, "setab", bg);
}

static bool capability_is(const char *name, const char *text)
{
    const char *s = tigetstr((char *)name);

    return s != NULL && s != (char *)-1 && strcmp(s, text) == 0;
}

/* The terminal understands what ui/term/paint writes by itself. That LF moves down is known
 * from ind: for cud1 some name another sequence that they have as well. */
static bool is_ansi(void)
{
    char reset[CAPABILITY_MAX];

    capability("sgr0", reset, sizeof(reset));
    return capability_is("cup", "\033[%i%p1%d;%p2%dH") && capability_is("el", "\033[K") &&
           capability_is("csr", "\033[%i%p1%d;%p2%dr") && capability_is("ri", "\033M") &&
           capability_is("ind", "\n") && capability_is("cr", "\r") &&
           capability_is("cub1", "\b") && capability_is("cub", "\033[%p1%dD") &&
           capability_is("cuf", "\033[%p1%dC") && strstr(reset, "\033[") != NULL;
}

static const char *move_ansi(int row, int col)
{
    static char text[32];

    (void)snprintf(text, sizeof(text), "\033[%d;%dH", row + 1, col + 1);
    return text;
}

static const char *move_terminfo(int row, int col)
{
    static char text[CAPABILITY_MAX];
    const char *s = tiparm(tigetstr((char *)"cup"), row, col);

    copy_unpadded(s != NULL ? s : "", text, sizeof(text));
    return text;
}

/* A terminal of another kind would show the sequence. */
static void start_brackets(void)
{
    bool ansi = is_ansi();

    term.bracket_on = ansi ? "\033[?2004h" : "";
    term.bracket_off = ansi ? "\033[?2004l" : "";
}

static void start_styles(const struct term_options *o)
{
    bool ansi = is_ansi(), own_default;

    term.colors = want_colors(o);
    own_default = tigetflag((char *)"AX") == 1 || tigetstr((char *)"op") != NULL;
    capability("clear", term.clear, sizeof(term.clear));
    capability("civis", term.hide, sizeof(term.hide));
    capability("cnorm", term.show, sizeof(term.show));
    term.terminal = (struct paint_terminal){
        .clear = term.clear,
        .move = ansi ? move_ansi : move_terminfo,
        .ansi = ansi,
        .no_last_cell = tigetflag((char *)"am") == 1 && tigetflag((char *)"xenl") != 1,
        .ascii = term.ascii,
    };
    for (int i = 0; i < STYLE_COUNT; i++) {
        const struct style *st = theme_style((unsigned)i);
        unsigned looks = term.colors ? st->looks : st->mono, unused = 0;
        bool plain = !term.colors || (st->fg == HUE_DEFAULT && st->bg == HUE_DEFAULT);
        int fg = plain ? -1 : hue_color(st->fg, own_default, COLOR_WHITE, &looks);
        int bg = plain ? -1 : hue_color(st->bg, own_default, COLOR_BLACK, &unused);

        (ansi ? ansi_style : terminfo_style)(term.styles[i], looks, fg, bg);
        term.terminal.style[i] = (struct paint_style){
            .on = term.styles[i],
            .on_blanks = bg >= 0 || (looks & (LOOK_REVERSE | LOOK_UNDERLINE)) != 0,
        };
    }
    term.paint = paint_new(&term.terminal);
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
static SCREEN *new_screen(const char *type)
{
    struct sigaction before[CAUGHT_LEN];
    SCREEN *screen;

    for (size_t i = 0; i < CAUGHT_LEN; i++)
        sigaction(caught[i], NULL, &before[i]);
    use_env(FALSE);   /* LINES and COLUMNS may be stale: the terminal is asked */
    use_tioctl(TRUE); /* else a type without a size of its own, as linux, has no screen */
    screen = newterm(type, term.memory_file, term.tty_file);
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

/* Terminals whose own entry is often missing on a remote host, and one there that they
 * understand. */
static const struct {
    const char *begins, *like;
} families[] = {
    {"xterm", "xterm-256color"},   {"alacritty", "xterm-256color"},
    {"foot", "xterm-256color"},    {"ghostty", "xterm-256color"},
    {"gnome", "xterm-256color"},   {"kitty", "xterm-256color"},
    {"konsole", "xterm-256color"}, {"rxvt", "xterm-256color"},
    {"st-", "xterm-256color"},     {"vte", "xterm-256color"},
    {"wezterm", "xterm-256color"}, {"tmux", "screen-256color"},
    {"screen", "screen"},
};

/* The type itself, or one that it is like; NULL when neither is known. */
static const char *usable_type(const char *name)
{
    if (is_known_type(name))
        return name;
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (strncmp(name, families[i].begins, strlen(families[i].begins)) == 0 &&
            is_known_type(families[i].like))
            return families[i].like;
    }
    return NULL;
}

static enum err_code open_screen(struct err *e)
{
    const char *name = getenv("TERM"), *type;
    char cup[64];

    if (name == NULL || *name == '\0')
        return err_set(e, ERR_USAGE,
                       "expected the terminal's type in TERM, found nothing; most are like "
                       "TERM=xterm-256color");
    type = usable_type(name);
    if (type == NULL)
        return err_set(e, ERR_USAGE,
                       "the terminal type \"%.40s\" in TERM is not known; most are like "
                       "TERM=xterm-256color",
                       name);
    term.screen = new_screen(type);
    if (term.screen != NULL)
        capability("cup", cup, sizeof(cup));
    if (term.screen == NULL || cup[0] == '\0')
        return err_set(e, ERR_USAGE,
                       "the terminal type \"%.40s\" in TERM cannot place its cursor; most "
                       "are like TERM=xterm-256color",
                       name);
    if (type != name)
        (void)snprintf(term.note, sizeof(term.note),
                       "the terminal type %.40s is not known here: taken for %s", name,
                       type);
    return ERR_OK;
}

const char *term_note(void)
{
    return *term.note ? term.note : NULL;
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
    paint_free(term.paint);
    buf_release(&term.out);
    memset(&term, 0, sizeof(term));
    term.tty = term.memory = -1;
}

/* ncurses enters the alternate screen with its first, empty frame. */
static void enter_screen(void)
{
    wrefresh(stdscr);
    collect();
    send_text(term.hide);
    send_text(term.bracket_on);
}

enum err_code term_start(const struct term_options *o, struct err *e)
{
    enum err_code rc;
    int rows, cols;

    memset(&term, 0, sizeof(term));
    term.tty = term.memory = -1;
    buf_init(&term.out, OUT_MAX);
    rc = open_tty(e);
    if (rc == ERR_OK)
        rc = open_screen(e);
    if (rc != ERR_OK) {
        release_all();
        return rc;
    }
    term.ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    start_brackets();
    prepare_crash();
    add_keys();
    term.started = true;
    crash.armed = 1;
    kept_stderr_start();
    set_raw();
    keypad(stdscr, TRUE);
    start_styles(o);
    enter_screen();
    term.cursor_row = -1;
    ask_size(&rows, &cols);
    take_size(rows, cols);
    (void)term_write(); /* or the first frame would wait for what opens the screen */
    return ERR_OK;
}

void term_release(void)
{
    if (!term.started || term.released)
        return;
    term.released = true;
    send_text(term.bracket_off);
    send_text(term.styles[STYLE_DEFAULT]);
    endwin();
    collect();
    /* Last: with the main screen some terminals bring back a cursor as it was when its
     * place was saved, which may have been while it was hidden. */
    send_text(term.show);
    write_out();
    crash.armed = 0;
    (void)tcsetattr(term.tty, TCSANOW, &term.found);
    kept_stderr_end();
}

enum err_code term_retake(struct err *e)
{
    if (!term.started || !term.released)
        return ERR_OK;
    if (tcgetattr(term.tty, &term.found) != 0) /* the shell may have changed them */
        return err_set(e, ERR_IO, "the terminal is gone: %s", strerror(errno));
    crash.found = term.found;
    crash.armed = 1;
    kept_stderr_start();
    set_raw();
    term.released = false;
    term.cursor_row = -1;
    enter_screen();
    keypad(stdscr, TRUE);
    paint_forget(term.paint);
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
    term.retaken = true;
}

void term_continued(void)
{
    bool retaken = term.retaken;

    term.retaken = false;
    if (!term.started || term.released || retaken)
        return;
    set_raw();
    send_text(term.hide);
    send_text(term.bracket_on);
    term.cursor_row = -1;
    paint_forget(term.paint);
}

/* ---- crash ---- */

/* Nothing here but async-signal-safe calls on data made ready before. */
static void restore_in_crash(void)
{
    size_t done = 0;

    if (!crash.armed)
        return;
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
    kept_stderr_end(); /* last: where the shell is to go on, its reader can see it */
}

static void on_crash(int sig)
{
    restore_in_crash();
    (void)raise(sig); /* the default by now: SA_RESETHAND, and not blocked: SA_NODEFER */
}

/* There with the sanitizers, whose reports end the process without a signal. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

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
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(restore_in_crash);
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
    if (n > 0) {
        keyreader_put(&term.keys, (size_t)n);
        term.keys_ms = now_ms();
    } else if (n == 0 || errno != EAGAIN) {
        term.gone = true;
    }
    return n > 0;
}

/* What is there was read before: a process that was late does not take it for silence. */
static bool key_of_silence(struct key *k)
{
    if (term_key_wait() != 0)
        return false;
    keyreader_expire(&term.keys);
    term.keys_ms = now_ms();
    return keyreader_next(&term.keys, k);
}

struct key term_read_key(void)
{
    struct key k = {K_NONE};

    if (!term.started || term.released)
        return k;
    for (int reads = 0; !keyreader_next(&term.keys, &k); reads++) {
        if (!term.gone && reads < READS_MAX && read_bytes())
            continue;
        if (reads < READS_MAX && !key_of_silence(&k))
            k.code = term.gone ? K_HANGUP : K_NONE;
        break;
    }
    return k;
}

int term_key_wait(void)
{
    int wait = keyreader_wait(&term.keys);
    int64_t left = term.keys_ms + wait - now_ms();

    if (!term.started || term.released || wait == 0)
        return -1;
    return left > 0 ? (int)left : 0;
}

const struct keyreader_paste *term_paste(void)
{
    return keyreader_paste(&term.keys);
}

/* ---- frames ---- */

static bool show_cursor(int row, int col)
{
    bool changed = row != term.cursor_row || (row >= 0 && col != term.cursor_col);

    if ((row < 0) != (term.cursor_row < 0))
        send_text(row < 0 ? term.hide : term.show);
    term.cursor_row = row;
    term.cursor_col = col;
    return changed;
}

/* Composes a frame; nothing is added to the output when nothing differs. */
static void compose(const struct surface *s, int cursor_row, int cursor_col)
{
    size_t before;

    if (cursor_row >= term.rows || cursor_col < 0 || cursor_col >= term.cols)
        cursor_row = -1;
    before = term.out.len;
    (void)paint_frame(term.paint, s, &term.out, NULL);
    if ((show_cursor(cursor_row < 0 ? -1 : cursor_row, cursor_col) ||
         term.out.len > before) &&
        cursor_row >= 0)
        (void)paint_cursor(term.paint, cursor_row, cursor_col, &term.out, NULL);
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
    if (!tty_ready(POLLOUT, 0)) {
        term.behind = true;
        return term.gone ? TERM_GONE : TERM_WAIT;
    }
    compose(s, cursor_row, cursor_col);
    return term_write();
}

void term_redraw(void)
{
    paint_forget(term.paint);
}
