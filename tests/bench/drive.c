/*
 * tests/bench/drive - runs a program in a pseudo-terminal, presses keys and measures what
 * comes back.
 *
 * A frame is what the program writes without a pause of FRAME_GAP_MS; its time is that of
 * the read that brought its last byte (CLOCK_MONOTONIC, taken before anything is parsed).
 * Frames go to libvterm, and a wait is over with the first frame after which the screen
 * shows all that was asked for. Fields of a command are separated by tabs, keys are hex:
 *
 *   spawn ROWS COLS PROGRAM ARGUMENT...   ok PID
 *   wait MS EXPECT...                     ok NS BYTES FRAMES FIRST_NS END_NS
 *   key HEX MS EXPECT...                  ok NS BYTES FRAMES FIRST_NS END_NS
 *   hold HEX COUNT PAUSE_US INTERVAL_US   ok NS:TOP:MISSING... BYTES
 *   collect MS                            ok BYTES FRAMES
 *   stamp COUNT MS ROW COLUMN             ok NS...
 *   screen                                rows, then "ok"
 *   end                                   ok
 *
 * NS is since the spawn or the key, FIRST_NS the end of the first frame likewise, END_NS
 * that of the last one on CLOCK_MONOTONIC.
 * hold presses a key as a keyboard does that is held: once, and after the pause again and
 * again. It has one entry a frame: TOP is what row 3 begins with, MISSING 1 when a cell is
 * not there yet. stamp gives the ages of COUNT different numbers seen there, nanoseconds of
 * CLOCK_REALTIME.
 *
 * EXPECT is "ROW:TEXT" (row -1: any) or "whole": no cell of the table is missing. What does
 * not come in time is answered by "late". One thread.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/mem.h"

#define FRAME_GAP_MS 1
#define FIELDS_MAX 64
#define MISSING 0xb7 /* the middle dot that stands for a cell not here yet */
#define HEADER_ROWS 3

static struct {
    pid_t pid;
    int fd, rows, cols;
    VTerm *vt;
    VTermScreen *screen;
    int64_t spawned;
    uint64_t bytes, frames;
    char *frame;
    size_t len, cap;
    int64_t frame_end;
} d;

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* --- the child --- */

static void end_child(void)
{
    if (d.pid <= 0)
        return;
    (void)kill(d.pid, SIGTERM);
    (void)close(d.fd);
    for (int i = 0; i < 200 && waitpid(d.pid, NULL, WNOHANG) == 0; i++)
        (void)usleep(10000);
    (void)kill(d.pid, SIGKILL);
    vterm_free(d.vt);
    d.pid = 0;
}

static void run_child(char **argv)
{
    (void)setenv("TERM", "xterm-256color", 1);
    (void)setenv("LANG", "C.UTF-8", 1);
    (void)setenv("LC_ALL", "C.UTF-8", 1);
    (void)setenv("TZ", "UTC", 1);
    (void)unsetenv("LESS");
    (void)setenv("LESSHISTFILE", "-", 1);
    (void)unsetenv("NO_COLOR");
    (void)execv(argv[0], argv);
    _exit(127);
}

static bool spawn(char **field, int n)
{
    struct winsize size = {0};

    if (n < 4)
        return false;
    end_child();
    d.rows = (int)strtol(field[1], NULL, 10);
    d.cols = (int)strtol(field[2], NULL, 10);
    size.ws_row = (unsigned short)d.rows;
    size.ws_col = (unsigned short)d.cols;
    d.vt = vterm_new(d.rows, d.cols);
    vterm_set_utf8(d.vt, 1);
    d.screen = vterm_obtain_screen(d.vt);
    vterm_screen_enable_altscreen(d.screen, 1);
    vterm_screen_reset(d.screen, 1);
    d.bytes = d.frames = 0;
    d.spawned = now_ns(CLOCK_MONOTONIC);
    d.pid = forkpty(&d.fd, NULL, NULL, &size);
    if (d.pid == 0)
        run_child(field + 3);
    (void)printf("ok %d\n", (int)d.pid);
    return true;
}

/* --- frames --- */

static bool readable(int timeout_ms)
{
    struct pollfd p = {.fd = d.fd, .events = POLLIN};

    return poll(&p, 1, timeout_ms) > 0 && (p.revents & POLLIN) != 0;
}

/* Reads one frame; false when nothing came until the deadline. */
static bool read_frame(int64_t deadline)
{
    int64_t left = (deadline - now_ns(CLOCK_MONOTONIC) + 999999) / 1000000;

    d.len = 0;
    if (!readable(left < 0 ? 0 : (int)left))
        return false;
    do {
        ssize_t n;

        MEM_GROW(d.frame, d.cap, d.len + 65536);
        n = read(d.fd, d.frame + d.len, 65536);
        if (n <= 0)
            return d.len > 0;
        d.frame_end = now_ns(CLOCK_MONOTONIC);
        d.len += (size_t)n;
    } while (readable(FRAME_GAP_MS));
    d.bytes += d.len;
    d.frames++;
    (void)vterm_input_write(d.vt, d.frame, d.len);
    return true;
}

static void row_text(int row, char *out, size_t size)
{
    VTermRect r = {row, row + 1, 0, d.cols};
    size_t n = vterm_screen_get_text(d.screen, out, size - 1, r);

    out[n < size ? n : size - 1] = '\0';
}

static bool missing_cell(void)
{
    for (int row = HEADER_ROWS; row < d.rows - 2; row++) {
        for (int col = 0; col < d.cols; col++) {
            VTermScreenCell cell;

            (void)vterm_screen_get_cell(d.screen, (VTermPos){row, col}, &cell);
            if (cell.chars[0] == MISSING)
                return true;
        }
    }
    return false;
}

static bool shows(const char *expect)
{
    char text[4096], *end;
    long row;

    if (strcmp(expect, "whole") == 0)
        return !missing_cell();
    row = strtol(expect, &end, 10);
    if (*end != ':')
        return false;
    for (int i = 0; i < d.rows; i++) {
        if (row >= 0 && i != row)
            continue;
        row_text(i, text, sizeof(text));
        if (strstr(text, end + 1))
            return true;
    }
    return false;
}

static bool shows_all(char **expect, int n)
{
    for (int i = 0; i < n; i++) {
        if (!shows(expect[i]))
            return false;
    }
    return true;
}

/* --- commands --- */

static size_t unhex(const char *hex, char *out)
{
    size_t n = 0;

    for (; hex[0] && hex[1] && n < 64; hex += 2) {
        char pair[3] = {hex[0], hex[1], '\0'};

        out[n++] = (char)strtol(pair, NULL, 16);
    }
    return n;
}

/* Waits for what is expected; answers with times since begin. */
static bool await(int64_t begin, const char *ms, char **expect, int n)
{
    int64_t deadline = now_ns(CLOCK_MONOTONIC) + strtoll(ms, NULL, 10) * 1000000;
    uint64_t bytes = d.bytes, frames = d.frames;
    int64_t first = 0;

    while (read_frame(deadline)) {
        if (first == 0)
            first = d.frame_end - begin;
        if (!shows_all(expect, n))
            continue;
        (void)printf("ok %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n",
                     d.frame_end - begin, d.bytes - bytes, d.frames - frames, first,
                     d.frame_end);
        return true;
    }
    (void)puts("late");
    return true;
}

static bool press(char **field, int n)
{
    char keys[64];
    size_t len;
    int64_t begin;

    if (n < 3)
        return false;
    len = unhex(field[1], keys);
    begin = now_ns(CLOCK_MONOTONIC);
    if (write(d.fd, keys, len) != (ssize_t)len)
        return false;
    return await(begin, field[2], field + 3, n - 3);
}

static void print_top(int64_t at)
{
    char text[4096];
    char *rest, *word;

    row_text(HEADER_ROWS, text, sizeof(text));
    word = strtok_r(text, " |\xe2", &rest);
    (void)printf(" %" PRId64 ":%s:%d", at, word ? word : "", missing_cell());
}

static bool hold(char **field, int n)
{
    char keys[64];
    size_t len;
    int64_t begin = now_ns(CLOCK_MONOTONIC), due = begin, pause, interval, count;
    uint64_t bytes = d.bytes;

    if (n != 5)
        return false;
    len = unhex(field[1], keys);
    count = strtoll(field[2], NULL, 10);
    pause = strtoll(field[3], NULL, 10) * 1000;
    interval = strtoll(field[4], NULL, 10) * 1000;
    (void)fputs("ok", stdout);
    for (int64_t i = 0; i < count + 30; i++) { /* the last frames come a little later */
        if (i < count && write(d.fd, keys, len) != (ssize_t)len)
            return false;
        due += i == 0 ? pause : interval;
        while (read_frame(due))
            print_top(d.frame_end - begin);
    }
    (void)printf(" %" PRIu64 "\n", d.bytes - bytes);
    return true;
}

static bool collect(char **field, int n)
{
    int64_t deadline = now_ns(CLOCK_MONOTONIC);
    uint64_t bytes = d.bytes, frames = d.frames;

    if (n != 2)
        return false;
    deadline += strtoll(field[1], NULL, 10) * 1000000;
    while (read_frame(deadline) || now_ns(CLOCK_MONOTONIC) < deadline) {
    }
    (void)printf("ok %" PRIu64 " %" PRIu64 "\n", d.bytes - bytes, d.frames - frames);
    return true;
}

/* The first number of 19 digits, which a time in nanoseconds has; 0 without one. */
static int64_t long_number(const char *text)
{
    while (*text) {
        size_t n = strspn(text, "0123456789");

        if (n == 19)
            return strtoll(text, NULL, 10);
        text += n ? n : 1;
    }
    return 0;
}

/* The time a frame is read must be taken on both clocks at once. */
static bool stamp(char **field, int n)
{
    int64_t deadline, count, last = 0;
    int row;
    char text[4096];

    if (n != 4)
        return false;
    count = strtoll(field[1], NULL, 10);
    deadline = now_ns(CLOCK_MONOTONIC) + strtoll(field[2], NULL, 10) * 1000000;
    row = (int)strtol(field[3], NULL, 10);
    (void)fputs("ok", stdout);
    while (count > 0 && read_frame(deadline)) {
        int64_t real = now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC), value;

        row_text(row, text, sizeof(text));
        value = long_number(text);
        if (value == 0 || value == last)
            continue;
        last = value;
        count--;
        (void)printf(" %" PRId64, d.frame_end + real - value);
    }
    (void)putchar('\n');
    return true;
}

static bool print_screen(void)
{
    char text[4096];

    for (int row = 0; row < d.rows; row++) {
        row_text(row, text, sizeof(text));
        (void)printf("|%s\n", text);
    }
    (void)puts("ok");
    return true;
}

static bool command(char **field, int n)
{
    if (n >= 4 && strcmp(field[0], "spawn") == 0)
        return spawn(field, n);
    if (strcmp(field[0], "end") == 0) {
        end_child();
        return puts("ok") >= 0;
    }
    if (d.pid <= 0)
        return false;
    if (n >= 2 && strcmp(field[0], "wait") == 0)
        return await(d.spawned, field[1], field + 2, n - 2);
    if (strcmp(field[0], "key") == 0)
        return press(field, n);
    if (strcmp(field[0], "hold") == 0)
        return hold(field, n);
    if (strcmp(field[0], "collect") == 0)
        return collect(field, n);
    if (strcmp(field[0], "stamp") == 0)
        return stamp(field, n);
    return strcmp(field[0], "screen") == 0 && print_screen();
}

int main(void)
{
    char line[8192];

    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof(line), stdin)) {
        char *field[FIELDS_MAX + 1] = {NULL}, *rest = line;
        int n = 0;

        line[strcspn(line, "\n")] = '\0';
        while (n < FIELDS_MAX && (field[n] = strsep(&rest, "\t")))
            n++;
        field[n] = NULL;
        if (n == 0 || !command(field, n))
            (void)puts("error");
    }
    end_child();
    return 0;
}
