/*
 * Design. ncurses knows the terminal and takes it over and gives it back, but it writes to
 * a memory file, from which this module moves the bytes to the terminal with writes that
 * never block: were ncurses to write itself, it would spin on a full terminal. Frames are
 * composed by ui/term/paint, because ncurses flushes after every movement of the cursor and
 * weighs every way to make it, which was three quarters of the time of a table that changes
 * all over. ncurses reads no keys either (ui/term/keyreader does) and sets no modes
 * (tcsetattr here). What the terminal understands is asked once (ui/term/terminfo).
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
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/term/crash.h"
#include "ui/term/kept_stderr.h"
#include "ui/term/paint.h"
#include "ui/term/terminfo.h"

#define READS_MAX 16        /* of keys, before others have their turn */
#define GOODBYE_WAIT_MS 500 /* for a stalled terminal to take the last bytes */
#define MODE_TRIES 3
#define TERM_SIDE_MAX SURFACE_SIDE_MAX
#define TERM_CELLS_MAX (1024 * 1024)
#define OUT_MAX ((size_t)64 << 20) /* bytes of one frame */

static const int caught[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH}; /* by newterm() */

#define CAUGHT_LEN (sizeof(caught) / sizeof(caught[0]))

/* One terminal per process, as ncurses has one. */
static struct {
    bool started;
    bool released; /* given back for a while */
    bool retaken;  /* by term_suspend(); its SIGCONT is still to come */
    bool gone;
    bool ascii, mono;
    bool mouse;     /* is reported */
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
    struct terminfo info;
    struct buf out; /* bytes on their way */
    size_t out_pos;
    bool behind; /* a frame was not looked at, since there was no room */
    uint64_t written;
} term;

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
        if (crash_under_way()) /* in another thread: its words are the last */
            return TERM_WAIT;
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

static bool copy_memory(void)
{
    off_t left = lseek(term.memory, 0, SEEK_CUR);
    char chunk[1024];

    for (off_t at = 0; at < left;) {
        ssize_t n = pread(term.memory, chunk, sizeof(chunk), at);

        if (n <= 0 || buf_append(&term.out, chunk, (size_t)n, NULL) != ERR_OK)
            return false;
        at += n;
    }
    return left >= 0;
}

/* Moves what ncurses has written to the bytes on their way. A memory file that fails must
 * leave out or double nothing: then the terminal is as good as gone. */
static void collect(void)
{
    if (!copy_memory() || ftruncate(term.memory, 0) != 0 ||
        lseek(term.memory, 0, SEEK_SET) != 0)
        term.gone = true;
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Writes to the end, but waits for a stalled terminal only so long; false: not all. */
static bool write_out(void)
{
    int64_t end = now_ms() + GOODBYE_WAIT_MS;
    enum term_flush rc;

    while ((rc = term_write()) == TERM_WAIT && now_ms() < end)
        (void)tty_ready(POLLOUT, 50);
    forget_output();
    return rc == TERM_DONE;
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
    return term.info.colors;
}

bool term_takes_sequences(void)
{
    return term.info.paint.ansi;
}

/* ---- start and end ---- */

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

static enum err_code open_screen(struct err *e)
{
    const char *name = getenv("TERM"), *type;

    if (name == NULL || *name == '\0')
        return err_set(e, ERR_USAGE,
                       "expected the terminal's type in TERM, found nothing; most are like "
                       "TERM=xterm-256color");
    type = terminfo_type(name, term.tty);
    if (type == NULL)
        return err_set(e, ERR_USAGE,
                       "the terminal type \"%.40s\" in TERM is not known; most are like "
                       "TERM=xterm-256color",
                       name);
    term.screen = new_screen(type);
    if (term.screen == NULL || !terminfo_places_cursor())
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

/* Modes that ncurses knows nothing of. */
static void send_modes(void)
{
    send_text(term.info.hide);
    send_text(term.info.bracket_on);
    if (term.mouse)
        send_text(term.info.mouse_on);
}

/* ncurses enters the alternate screen with its first, empty frame. */
static void enter_screen(void)
{
    wrefresh(stdscr);
    collect();
    send_modes();
}

static void prepare_keys(void)
{
    keyreader_init(&term.keys);
    terminfo_add_keys(&term.keys);
}

static void prepare_crash(void)
{
    char restore[CRASH_RESTORE_MAX];
    size_t len = terminfo_restore(&term.info, restore, sizeof(restore));

    crash_prepare(term.tty, restore, len, strlen(term.info.mouse_off));
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
    term.mono = o->mono;
    term.mouse = o->mouse;
    terminfo_read(&term.info, term.ascii, term.mono);
    term.paint = paint_new(&term.info.paint);
    prepare_keys();
    prepare_crash();
    keyreader_want_mouse(&term.keys, o->mouse);
    if (o->mouse)
        crash_mouse();
    term.started = true;
    crash_arm(&term.found);
    kept_stderr_start();
    set_raw();
    keypad(stdscr, TRUE);
    enter_screen();
    term.cursor_row = -1;
    ask_size(&rows, &cols);
    take_size(rows, cols);
    (void)term_write(); /* or the first frame would wait for what opens the screen */
    return ERR_OK;
}

void term_restyle(void)
{
    if (!term.started)
        return;
    terminfo_read(&term.info, term.ascii, term.mono);
    paint_free(term.paint);
    term.paint = paint_new(&term.info.paint);
    paint_resize(term.paint, term.rows, term.cols);
}

void term_release(void)
{
    if (!term.started || term.released)
        return;
    term.released = true;
    if (term.mouse)
        send_text(term.info.mouse_off);
    send_text(term.info.bracket_off);
    send_text(term.info.styles[STYLE_DEFAULT]);
    endwin();
    collect();
    /* Last: with the main screen some terminals bring back a cursor as it was when its
     * place was saved, which may have been while it was hidden. */
    send_text(term.info.show);
    if (!write_out())
        crash_restore(); /* all in few bytes, also if it only seems to be gone */
    crash_disarm();
    for (int tries = 0; tries < MODE_TRIES; tries++)
        if (tcsetattr(term.tty, TCSANOW, &term.found) == 0)
            break;
    kept_stderr_end();
}

enum err_code term_retake(struct err *e)
{
    if (!term.started || !term.released)
        return ERR_OK;
    if (tcgetattr(term.tty, &term.found) != 0) /* the shell may have changed them */
        return err_set(e, ERR_IO, "the terminal is gone: %s", strerror(errno));
    crash_arm(&term.found);
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
    crash_disarm();
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
    send_modes();
    term.cursor_row = -1;
    paint_forget(term.paint);
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

/* A key that only silence makes, such as Esc alone. All bytes that are there have been read
 * before, so that a process which was late does not take its own delay for silence. */
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

const struct paste *term_paste(void)
{
    return keyreader_paste(&term.keys);
}

const struct mouse *term_mouse(void)
{
    return keyreader_mouse(&term.keys);
}

/* ---- frames ---- */

static bool show_cursor(int row, int col)
{
    bool changed = row != term.cursor_row || (row >= 0 && col != term.cursor_col);

    if ((row < 0) != (term.cursor_row < 0))
        send_text(row < 0 ? term.info.hide : term.info.show);
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

bool term_send(struct bytes b)
{
    if (!term.started || term.gone || term.released ||
        buf_append(&term.out, b.data, b.len, NULL) != ERR_OK)
        return false;
    return term_write() != TERM_GONE;
}

/* Once it was on, a crash ends it in any case: that does no harm. */
void term_want_mouse(bool on)
{
    if (on == term.mouse)
        return;
    term.mouse = on;
    keyreader_want_mouse(&term.keys, on);
    if (on)
        crash_mouse();
    (void)term_send(bytes_of(on ? term.info.mouse_on : term.info.mouse_off));
}

void term_redraw(void)
{
    paint_forget(term.paint);
}
