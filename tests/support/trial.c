#include "tests/support/trial.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "demo/noise.h"
#include "tests/support/build.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"

#define SEED 7
#define NAME_STREAM 8000       /* of demo/table_defs.h */
#define TRADE_SIDE_STREAM 2002 /* likewise */
#define WIDE_COLUMNS 10000
#define EPOCH_S INT64_C(1767623400) /* of demo/main.c, with --seed */
#define OPTIONS_MAX 32
#define KEYS_TIMED 21
#define KEY_MS 50
#define LAST_WORDS_MAX                                                                     \
    ((size_t)4 * ERR_TEXT_MAX) /* bytes; a mark for a byte takes up to four */

#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MB 700
#else
#define MEMORY_MB 200
#endif

static long memory_mb = MEMORY_MB;
static long highest_mb;    /* of all viewers so far */
static int64_t slowest_ms; /* median of all timings so far */
static size_t n_viewers, n_cells;
static uint64_t seed = SEED; /* of the server's data */

void trial_seed(uint64_t s)
{
    seed = s ? s : SEED;
}

void trial_memory(long mb)
{
    memory_mb = mb ? mb : MEMORY_MB;
}

/* --- formulas, as in demo/formula_tables.c --- */

static int64_t digit_sum(int64_t n)
{
    int64_t sum = 0;

    for (; n > 0; n /= 10)
        sum += n % 10;
    return sum;
}

static bool is_prime(int64_t n)
{
    for (int64_t d = 2; d * d <= n; d++) {
        if (n % d == 0)
            return false;
    }
    return n > 1;
}

static char *instant(int64_t row)
{
    time_t at = (time_t)(EPOCH_S + row - TRIAL_ROWS);
    struct tm tm;
    char text[32];

    (void)gmtime_r(&at, &tm);
    (void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
    return mem_strdup(text);
}

char *trial_formula(const char *column, int64_t row)
{
    char name[NOISE_NAME_MAX];

    if (strcmp(column, "Row") == 0)
        return mem_printf("%" PRId64, row);
    if (strcmp(column, "Prime") == 0)
        return mem_strdup(is_prime(row) ? "true" : "false");
    if (strcmp(column, "DigitSum") == 0)
        return mem_printf("%" PRId64, digit_sum(row));
    if (strcmp(column, "Time") == 0)
        return instant(row);
    if (strcmp(column, "Name") != 0)
        return NULL;
    noise_name(seed + NAME_STREAM, (uint64_t)row, name);
    return mem_strdup(name);
}

char *trial_formula_wide(const char *column, int64_t row)
{
    char *end;
    long c = *column == 'C' ? strtol(column + 1, &end, 10) : -1;

    return c >= 0 && *end == '\0' && c % 3 == 0
               ? mem_printf("%" PRId64, row * WIDE_COLUMNS + c)
               : NULL;
}

char *trial_formula_trades(const char *column, int64_t row)
{
    if (strcmp(column, "Side") != 0)
        return NULL;
    return mem_strdup(noise_hash(seed, TRADE_SIDE_STREAM, (uint64_t)row) & 1024 ? "buy"
                                                                                : "sell");
}

/* --- a server and a viewer --- */

int64_t trial_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct demo_program *trial_serve(const char *spec)
{
    char *number = mem_printf("%" PRIu64, seed);
    const char *argv[OPTIONS_MAX + 1] = {"--seed", number};
    char *words = mem_strdup(spec), *rest = words, *word;
    struct demo_program *d;
    size_t n = 2;

    while ((word = strsep(&rest, " ")) != NULL && n + 2 < OPTIONS_MAX) {
        if (!*word)
            continue;
        if (*word >= 'a' && *word <= 'z' &&
            strchr(word, '=')) /* else an option of its own */
            argv[n++] = "--fault";
        argv[n++] = word;
    }
    d = demo_program_start(argv);
    free(words);
    free(number);
    return d;
}

struct pty *trial_view(const struct demo_program *d, const char *table, const char *option)
{
    return trial_view_at(demo_program_address(d), table, option);
}

struct pty *trial_view_at(const char *address, const char *table, const char *option)
{
    char *target = mem_printf("dh+plain://%s/scope/%s", address, table);
    struct pty *t =
        pty_start(&(struct pty_options){.rows = 24,
                                        .cols = 100,
                                        .argv = (const char *const[]){target, option, NULL},
                                        .split_stderr = true});

    free(target);
    n_viewers++;
    return t;
}

/* The most memory it has had so far. */
static void check_memory(const struct pty *t)
{
    char *path = mem_printf("/proc/%d/status", (int)pty_pid(t));
    FILE *f = fopen(path, "re");
    char line[256];
    long kb = 0;

    while (f && fgets(line, sizeof(line), f)) {
        if (sscanf(line, "VmHWM: %ld", &kb) == 1)
            break;
    }
    if (f)
        (void)fclose(f);
    free(path);
    if (kb / 1024 > highest_mb)
        highest_mb = kb / 1024;
    assert_in_range(kb, 1, memory_mb * 1024L);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

void trial_check_median(int64_t *took, size_t n)
{
    qsort(took, n, sizeof(*took), compare);
    if (took[n / 2] > slowest_ms)
        slowest_ms = took[n / 2];
    assert_in_range(took[n / 2], 0, KEY_MS);
}

void trial_check_keys(struct pty *t)
{
    int64_t took[KEYS_TIMED];
    char typed[KEYS_TIMED + 2] = ":";

    for (int i = 0; i < KEYS_TIMED; i++) {
        struct stopwatch w = stopwatch_start(pty_pid(t));
        char key[2] = {(char)('a' + i % 26), '\0'};

        pty_keys(t, i == 0 ? ":" : key);
        if (i > 0)
            typed[i] = key[0];
        pty_wait_text(t, typed);
        took[i] = stopwatch_ms(&w);
    }
    pty_keys(t, "<Esc>");
    pty_wait_gone(t, typed);
    trial_check_median(took, KEYS_TIMED);
}

struct cells {
    size_t compared;
    char *wrong; /* owned */
};

/* Dots and blanks are no claim about a cell; everything else has to be right. */
static void compare_row(const struct sheet *s, size_t r, struct cells *out)
{
    for (size_t c = 0; c < s->n_columns; c++) {
        const char *found = s->cell[r][c];
        char *expected = trial_formula(s->name[c], s->number[r] - 1);

        if (!found) { /* cut, or a blank: what follows cannot be told apart */
            free(expected);
            break;
        }
        if (strstr(found, "·")) {
            free(expected);
            continue;
        }
        if (expected && strcmp(expected, found) != 0 && !out->wrong)
            out->wrong = mem_printf("row %" PRId64 ", %s: expected \"%s\", found \"%s\"",
                                    s->number[r], s->name[c], expected, found);
        out->compared += expected != NULL;
        free(expected);
    }
}

size_t trial_check_cells(struct pty *t)
{
    static struct sheet s;
    struct cells all = {0};

    pty_wait_quiet(t, 60); /* not in the middle of a frame */
    if (sheet_read(t, &s)) {
        for (size_t r = 0; r < s.n_rows; r++)
            compare_row(&s, r, &all);
    }
    sheet_release(&s);
    if (all.wrong) {
        char *screen = pty_screen(t);

        fail_msg("%s\n%s", all.wrong, screen);
    }
    n_cells += all.compared;
    return all.compared;
}

static void check_one_line(const struct pty *t, const char *part)
{
    const char *text = pty_stderr(t);
    const char *end = strchr(text, '\n');

    if (!end || end[1] != '\0' || !strstr(text, part) || strlen(text) > LAST_WORDS_MAX)
        fail_msg("expected one line with \"%s\", found \"%.2000s\"", part, text);
    for (const char *p = text; p < end; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            fail_msg("byte %02x on standard error", (unsigned char)*p);
    }
}

void trial_leave(struct pty *t)
{
    check_memory(t);
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0); /* how soon, e2e/terminal looks at */
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
}

void trial_ended(struct pty *t, int code, const char *part)
{
    assert_int_equal(pty_wait_exit(t), code);
    pty_check_restored(t);
    pty_check_output(t);
    check_one_line(t, part);
    pty_free(t);
}

void trial_start(struct pty *t)
{
    sheet_wait_status(t, 1, TRIAL_ROWS);
    sheet_settle(t);
    assert_true(trial_check_cells(t) > 0);
}

void trial_watch_cells(struct pty *t, int64_t ms)
{
    for (int64_t end = trial_now_ms() + ms; trial_now_ms() < end;)
        (void)trial_check_cells(t);
}

/* --- requests --- */

void trial_trace_start(struct trial_trace *t)
{
    static int serial;

    *t = (struct trial_trace){
        .path = mem_printf("%s/trace.%d.%d", TEST_BUILD_DIR, (int)getpid(), ++serial)};
    (void)unlink(t->path);
}

static void forget_requests(struct trial_trace *t)
{
    for (size_t i = 0; i < t->n; i++) {
        rowset_free(t->list[i].rows);
        rowset_free(t->list[i].columns);
    }
    free(t->list);
    t->list = NULL;
    t->n = 0;
}

static struct rowset *read_set(const char *text)
{
    return strcmp(text, "none") == 0 ? rowset_new() : build_set(text);
}

void trial_trace_read(struct trial_trace *t)
{
    FILE *f = fopen(t->path, "re");
    char line[4096], rows[1024], columns[1024];
    size_t cap = 0;

    forget_requests(t);
    while (f && fgets(line, sizeof(line), f)) {
        struct trial_request r = {0};

        if (strncmp(line, "open ", 5) == 0)
            continue;
        if (sscanf(line,
                   "request ms=%" SCNd64 " table=%*s width=%zu rows=%1023s "
                   "columns=%1023s",
                   &r.ms, &r.width, rows, columns) != 4)
            fail_msg("no request: %s", line);
        r.rows = read_set(rows);
        r.columns = read_set(columns);
        MEM_GROW(t->list, cap, t->n + 1);
        t->list[t->n++] = r;
    }
    if (f)
        (void)fclose(f);
}

struct wanted_open {
    struct trial_trace *trace;
    const char *text;
    bool passed; /* a line before the last one will do */
};

/* The first line that will do from the one on that was found last. */
static bool was_open(struct pty *t, void *ctx)
{
    const struct wanted_open *w = ctx;
    FILE *f = fopen(w->trace->path, "re");
    char line[4096];
    bool has = false;
    long at = w->trace->seen, found = 0;

    (void)t;
    if (!f)
        return false;
    (void)fseek(f, at, SEEK_SET);
    for (; !(has && w->passed) && fgets(line, sizeof(line), f); at = ftell(f)) {
        if (strncmp(line, "open ", 5) != 0)
            continue;
        has = strchr(line, '\n') && strstr(line, w->text);
        found = at;
    }
    (void)fclose(f);
    if (has)
        w->trace->seen = found;
    return has;
}

void trial_trace_wait_open(struct pty *t, struct trial_trace *trace, const char *text)
{
    struct wanted_open w = {trace, text, false};

    pty_wait(t, was_open, &w, text);
}

void trial_trace_wait_had(struct pty *t, struct trial_trace *trace, const char *text)
{
    struct wanted_open w = {trace, text, true};

    pty_wait(t, was_open, &w, text);
}

struct trial_open trial_trace_open(const struct trial_trace *t)
{
    struct trial_open open = {0};
    FILE *f = fopen(t->path, "re");
    char line[4096];

    while (f && fgets(line, sizeof(line), f))
        (void)sscanf(line, "open sessions=%u streams=%u exports=%u counters=%u",
                     &open.sessions, &open.streams, &open.exports, &open.counters);
    if (f)
        (void)fclose(f);
    return open;
}

void trial_trace_release(struct trial_trace *t)
{
    forget_requests(t);
    (void)unlink(t->path);
    free(t->path);
}

int trial_tell(void **state)
{
    (void)state;
    print_message("%zu viewers, %zu cells compared, at most %ld MB, a key's median at most "
                  "%" PRId64 " ms\n",
                  n_viewers, n_cells, highest_mb, slowest_ms);
    return 0;
}

static struct demo_program *shared;

int trial_serve_group(void **state)
{
    (void)state;
    shared = trial_serve("");
    return 0;
}

int trial_end_group(void **state)
{
    demo_program_free(shared);
    return trial_tell(state);
}

struct demo_program *trial_server(void)
{
    return shared;
}
