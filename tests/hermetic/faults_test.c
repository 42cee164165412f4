/*
 * The viewer against a server that lies, stalls and dies, as planned in words (see
 * demo/faults.h). Whatever happens: keys are answered, no cell of "billion" differs from
 * its formula, memory stays under a cap, the terminal is restored, and every byte on it
 * keeps to the grammar.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "demo/noise.h"
#include "tests/support/demo_program.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"

#define SEED 7
#define BILLION INT64_C(1000000000)
#define NAME_STREAM 8000            /* of demo/tables.c */
#define EPOCH_S INT64_C(1767623400) /* of demo/main.c, with --seed */
#define OPTIONS_MAX 16
#define KEYS_TIMED 21
#define KEY_MS 50
#define SIZES 1000
#define ALONE_MS 22000 /* more than three keep-alive pings of the transport */
#define OLD "these rows are old"

#ifdef __SANITIZE_ADDRESS__
#define MEMORY_MB 700
#else
#define MEMORY_MB 200
#endif

static long highest_mb;    /* of all viewers so far */
static int64_t slowest_ms; /* median of all timings so far */
static size_t n_viewers, n_cells;
static uint64_t seed = SEED; /* of the server's data */

/* --- formulas, as in demo/tables.c --- */

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
    time_t at = (time_t)(EPOCH_S + row - BILLION);
    struct tm tm;
    char text[32];

    (void)gmtime_r(&at, &tm);
    (void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
    return mem_strdup(text);
}

static char *formula(const char *column, int64_t row)
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

/* --- a server and a viewer --- */

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Faults and other options of the server, all in one string with blanks. */
static struct demo_program *serve(const char *spec)
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

static struct pty *view(const struct demo_program *d, const char *table, const char *option)
{
    char *target = mem_printf("dh+plain://%s/scope/%s", demo_program_address(d), table);
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
    assert_in_range(kb, 1, MEMORY_MB * 1024L);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Times keys that need no server: a prompt opens, takes letters and closes. */
static void check_keys(struct pty *t)
{
    int64_t took[KEYS_TIMED];
    char typed[KEYS_TIMED + 2] = ":";

    for (int i = 0; i < KEYS_TIMED; i++) {
        int64_t before = now_ms();
        char key[2] = {(char)('a' + i % 26), '\0'};

        pty_keys(t, i == 0 ? ":" : key);
        if (i > 0)
            typed[i] = key[0];
        pty_wait_text(t, typed);
        took[i] = now_ms() - before;
    }
    pty_keys(t, "<Esc>");
    pty_wait_gone(t, typed);
    qsort(took, KEYS_TIMED, sizeof(*took), compare);
    if (took[KEYS_TIMED / 2] > slowest_ms)
        slowest_ms = took[KEYS_TIMED / 2];
    assert_in_range(took[KEYS_TIMED / 2], 0, KEY_MS);
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
        char *expected = formula(s->name[c], s->number[r] - 1);

        if (!found)
            break; /* cut, or a blank: what follows cannot be told apart */
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

/* Fails the test when any cell of "billion" on the screen is wrong; says how many are
 * there. */
static size_t check_cells(struct pty *t)
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

    if (!end || end[1] != '\0' || !strstr(text, part) || strlen(text) > 1000)
        fail_msg("expected one line with \"%s\", found \"%.2000s\"", part, text);
    for (const char *p = text; p < end; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            fail_msg("byte %02x on standard error", (unsigned char)*p);
    }
}

static void leave(struct pty *t)
{
    int64_t before = now_ms();

    check_memory(t);
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    assert_in_range(now_ms() - before, 0, 3000);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
}

static void ended(struct pty *t, int code, const char *part)
{
    assert_int_equal(pty_wait_exit(t), code);
    pty_check_restored(t);
    pty_check_output(t);
    check_one_line(t, part);
    pty_free(t);
}

struct told {
    bool old;
    const char *text;
};

static bool is_told(struct pty *t, void *ctx)
{
    const struct told *w = ctx;

    return (!w->old || pty_has(t, OLD)) && pty_has(t, w->text);
}

/* --- one plan after the other --- */

struct fault_case {
    int row;          /* of the table of faults in tests/README.md */
    const char *spec; /* of the server */
    bool scrolled;    /* rows are on the screen before it happens */
    bool old;         /* the rows have to be marked as old */
    const char *text; /* to be seen */
};

static const struct fault_case cases[] = {
    {1, "message.2=truncate:20", false, true, "bad message"},
    {1, "message.3=truncate:1", true, true, "bad message"},
    {2, "message.2=body:9223372036854775807", false, true,
     "announced as 9223372036854775807"},
    {2, "message.2=rows:4611686018427387904", false, true, "bad message"},
    {2, "message.3=rows:4611686018427387904", true, true, "bad message"},
    {2, "message.2=node:4611686018427387904", false, true, "bad message"},
    {2, "message.3=node:4611686018427387904", true, true, "bad message"},
    {3, "message.2=added:4611686018427387904", false, true, "update of more than"},
    {3, "message.3=added:4611686018427387904", true, true, "update of more than"},
    {3, "message.2=removed:4611686018427387904", false, true, "removed row"},
    {3, "message.3=ranges:1000000", true, false, "····"}, /* more rows may follow */
    {4, "message.2=garble", false, true, "row set without an end mark"},
    {4, "message.3=garble", true, true, "row set without an end mark"},
    {5, "message.2=offset:4611686018427387904", false, true, "in a body of"},
    {5, "message.3=length:4611686018427387904", true, true, "in a body of"},
    {5, "message.2=descend", false, true, "column Name: row"},
    {5, "message.3=descend", true, true, "column Name: row"},
    {5, "message.3=beyond", true, true, "column Name: row"},
    {7, "message.1=twice", false, true, "a second schema"},
    {7, "message.3=twice", true, false, "1 resubscribed"},
    {7, "message.1=narrow", false, true, "modified rows of 6 columns, the table has 5"},
    {7, "message.2=narrow", false, true, "has 5 nodes, the schema 6"},
    {7, "message.3=narrow", true, true, "has 5 nodes, the schema 6"},
    {7, "message.2=mods:7", false, true, "modified rows of 7 columns"},
    {7, "message.3=mods:5", true, true, "modified rows of 5 columns"},
    {8, "message.2=size:5", false, true, "table of 5 rows"},
    {8, "message.2=size:-1", false, true, "table of -1 rows"},
    {8, "message.2=removed:3", false, true, "removed row 2 in a window of 0 rows"},
    {8, "message.3=size:-1", true, false, "table of -1 rows"},
    {8, "message.3=removed:4611686018427387904", true, false, "removed row"},
    {9, "message.3=skip", true, false, "····"},
    {9, "request.2=skip", true, false, "····"},
    {12, "message.2=text:1000", false, true, "hostile"},
    {12, "message.3=text:2000", true, true, "hostile"},
    {12, "message.3=text:1000000", true, true, "size exceeds limit"},
    {12, "message.3=status:13", true, true, "a fault that was asked for"},
    {12, "time.1500=terminate:1000", true, true, "hostile"},
    {12, "time.1500=terminate:1000000", true, true, "hostile"},
    {13, "message.2=stall", false, false, "row 0 of ?"},
    {13, "message.3=stall", true, false, "····"},
    {13, "message.3=ok", true, true, "the server ended the stream"},
    {13, "message.3=cut", true, true, "ended"},
    {14, "time.1500=lost", true, true, "session has ended"},
    {14, "call.3=lost", false, true, "disconnected"},
};

static void settled_start(struct pty *t)
{
    sheet_wait_status(t, 1, BILLION);
    sheet_settle(t);
    assert_true(check_cells(t) > 0);
}

static void run_case(const struct fault_case *c)
{
    struct demo_program *d = serve(c->spec);
    struct pty *t = view(d, "billion", NULL);
    struct told told = {c->old, c->text};

    print_message("row %d: %s\n", c->row, c->spec);
    if (c->scrolled) {
        settled_start(t);
        pty_keys(t, "5000G");
    }
    pty_wait(t, is_told, &told, c->text);
    check_keys(t);
    (void)check_cells(t);
    if (c->scrolled) { /* what was held before is still held, and right */
        pty_keys(t, "gg");
        sheet_wait_status(t, 1, BILLION);
        (void)check_cells(t);
    }
    leave(t);
    demo_program_free(d);
}

static void each_fault_is_told_and_no_cell_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        run_case(&cases[i]);
}

/* Before there is anything to show. */
static void a_start_that_fails_ends_it_with_one_line(void **state)
{
    static const struct {
        const char *spec;
        int code;
        const char *text;
    } starts[] = {{"login=refuse", 3, "dhview: "},
                  {"call.1=lost", 3, "dhview: "},
                  {"call.1=status:13", 1, "a fault that was asked for"},
                  {"call.1=text:2000", 1, "hostile"},
                  {"message.1=truncate:9", 1, "bad message"},
                  {"message.1=text:2000", 1, "hostile"},
                  {"message.1=skip", 1, "bad message"}};

    (void)state;
    for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
        struct demo_program *d = serve(starts[i].spec);

        print_message("%s\n", starts[i].spec);
        ended(view(d, "billion", NULL), starts[i].code, starts[i].text);
        demo_program_free(d);
    }
}

/* --- updates that contradict what is held --- */

static void check_live(struct pty *t, int64_t row)
{
    sheet_wait_status(t, row, BILLION);
    sheet_settle(t);
    (void)sheet_check(t, formula);
    assert_false(pty_has(t, OLD));
}

static void one_contradiction_is_cured_by_another_stream(void **state)
{
    static const struct {
        const char *spec;
        bool scrolled;
    } plans[] = {{"first.2=size:5", false},
                 {"first.2=size:-1", false},
                 {"first.3=size:-1", true},
                 {"first.3=removed:4611686018427387904", true},
                 {"first.3=twice", true}};

    (void)state;
    for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++) {
        struct demo_program *d = serve(plans[i].spec);
        struct pty *t = view(d, "billion", NULL);

        print_message("row 8: %s\n", plans[i].spec);
        if (plans[i].scrolled) {
            settled_start(t);
            pty_keys(t, "5000G");
        }
        pty_wait_text(t, "   1 resubscribed");
        check_live(t, plans[i].scrolled ? 5000 : 1);
        pty_keys(t, "9000000G"); /* and it goes on */
        check_live(t, 9000000);
        pty_keys(t, "gm");
        pty_wait_text(t, "resubscribed  1");
        pty_keys(t, "q");
        leave(t);
        demo_program_free(d);
    }
}

static void a_contradiction_that_comes_back_ends_it(void **state)
{
    struct demo_program *d = serve("message.3=size:-1");
    struct pty *t = view(d, "billion", NULL);

    (void)state;
    settled_start(t);
    pty_keys(t, "5000G");
    pty_wait_text(t, "   1 resubscribed");
    check_live(t, 5000);
    pty_keys(t, "9000G"); /* long before another cure would be tried */
    pty_wait_row(t, 0, OLD);
    pty_wait_text(t, "ended: bad message 2: tab");
    (void)check_cells(t);
    check_keys(t);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    check_live(t, 9000);
    assert_true(pty_has(t, "   1 resubscribed"));
    leave(t);
    demo_program_free(d);
}

/* --- answers that do not come --- */

static void silence_is_told_until_the_answer_is_there(void **state)
{
    struct demo_program *late = serve("message.3=delay:13000"), *never;
    struct pty *t = view(late, "billion", NULL), *u;

    (void)state;
    never = serve("message.3=stall");
    u = view(never, "billion", NULL);
    settled_start(t);
    settled_start(u);
    pty_keys(t, "5000G");
    pty_keys(u, "5000G");
    pty_wait_text(t, "no answer for 1"); /* seconds, two digits of them */
    pty_wait_text(t, "^r asks anew");
    pty_wait_row(t, 0, "live");
    check_keys(t);
    (void)check_cells(t); /* what is not here shows as dots */
    pty_wait_gone(t, "no answer for");
    check_live(t, 5000);
    pty_wait_text(u, "no answer for ");
    (void)check_cells(u);
    pty_keys(u, "<C-r>");
    pty_wait_text(u, "subscribed anew");
    pty_wait_gone(u, "no answer for");
    check_live(u, 5000);
    leave(u); /* the later one first: it holds the other's terminal open */
    leave(t);
    demo_program_free(late);
    demo_program_free(never);
}

/* --- late answers, pieces, floods --- */

/* Looks at the cells again and again while something else goes on. */
static void watch_cells(struct pty *t, int64_t ms)
{
    for (int64_t end = now_ms() + ms; now_ms() < end;)
        (void)check_cells(t);
}

static void late_answers_are_never_drawn_as_the_new_window(void **state)
{
    struct demo_program *d = serve("request.2=delay:700 request.4=delay:300 "
                                   "request.5=delay:500 request.7=delay:400 "
                                   "request.8=delay:200");
    struct pty *t = view(d, "billion", NULL);

    (void)state;
    settled_start(t);
    for (int i = 0; i < 6; i++) {
        static const char *const there[] = {"5000G", "900000000G", "50%",
                                            "G",     "77G",        "123456789G"};

        pty_keys(t, there[i]);
        watch_cells(t, 150);
    }
    check_keys(t);
    sheet_wait_status(t, 123456789, BILLION);
    sheet_settle(t);
    (void)sheet_check(t, formula);
    leave(t);
    demo_program_free(d);
}

static void pieces_of_eight_rows_paint_one_by_one(void **state)
{
    struct demo_program *d = serve("--growth 48"); /* cells; six columns */
    struct pty *t = view(d, "billion", NULL);

    (void)state;
    settled_start(t);
    for (int i = 0; i < 5; i++) {
        char *keys = mem_printf("%dG", 1000 * (i + 1));

        pty_keys(t, keys);
        watch_cells(t, 60);
        sheet_wait_status(t, 1000 * (i + 1), BILLION);
        sheet_settle(t);
        (void)sheet_check(t, formula);
        free(keys);
    }
    leave(t);
    demo_program_free(d);
}

static void a_flood_of_updates_blocks_no_key(void **state)
{
    static const struct {
        const char *spec, *table;
    } floods[] = {{"message.2=flood:4000", "billion"},
                  {"message.2=flood:4000", "leaders"},
                  {"--rate 10000 --tick-ms 1 --interval-ms 1", "trades"},
                  {"--tick-ms 1 --interval-ms 1", "book"}};

    (void)state;
    for (size_t i = 0; i < sizeof(floods) / sizeof(*floods); i++) {
        struct demo_program *d = serve(floods[i].spec);
        struct pty *t = view(d, floods[i].table, NULL);

        print_message("row 11: %s, %s\n", floods[i].spec, floods[i].table);
        pty_wait_text(t, " row 1 of ");
        check_keys(t);
        pty_keys(t, "G");
        if (strcmp(floods[i].table, "billion") == 0)
            watch_cells(t, 500);
        check_keys(t);
        leave(t);
        demo_program_free(d);
    }
}

/* --- sizes --- */

static void a_message_over_the_limit_is_an_error_that_names_it(void **state)
{
    static const struct {
        const char *spec;
        bool taken;
    } sizes[] = {{"message.3=pad:1048575", true},
                 {"message.3=pad:1048576", true},
                 {"message.3=pad:1048577", false}};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct demo_program *d = serve(sizes[i].spec);
        struct pty *t = view(d, "billion", "--max-message=1M");

        print_message("row 6: %s\n", sizes[i].spec);
        settled_start(t);
        pty_keys(t, "5000G");
        sheet_wait_status(t, 5000, BILLION);
        if (sizes[i].taken) {
            sheet_settle(t);
            (void)sheet_check(t, formula);
        } else {
            pty_wait_row(t, 0, OLD);
            pty_wait_text(t, "1048576"); /* the limit */
            (void)check_cells(t);
        }
        check_keys(t);
        leave(t);
        demo_program_free(d);
    }
}

/* --- text --- */

static void hostile_names_and_cells_show_as_placeholders(void **state)
{
    static const char *const targets[] = {"zz%1b]52;c;ZXZpbA==%07name", "zz%c2%9b31mname",
                                          "zz%e2%80%aeeman", "zz%0d%0aname", "zzhostile"};
    struct demo_program *d = serve("names=hostile");

    (void)state;
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        struct pty *t = view(d, targets[i], NULL);

        print_message("rows 20 to 22: %s\n", targets[i]);
        pty_wait_text(t, "Plain");
        pty_wait_text(t, " row 1 of 40");
        pty_keys(t, "Glll$");
        pty_wait_text(t, " row 40 of 40");
        check_keys(t);
        pty_keys(t, "ggt"); /* the list, with all the names in it */
        pty_wait_text(t, "zzhostile");
        check_keys(t);
        leave(t);
    }
    demo_program_free(d);
}

/* --- sizes of the terminal --- */

static void a_storm_of_sizes_ends_with_the_last_one(void **state)
{
    struct demo_program *d = serve("request.5=delay:300");
    struct pty *t = view(d, "billion", NULL);
    struct prng p = {SEED};
    int64_t before;

    (void)state;
    settled_start(t);
    pty_keys(t, "5000G");
    before = now_ms();
    for (int i = 0; i < SIZES; i++) {
        if (i % 100 == 0)
            pty_resize(t, 1, 1);
        else
            pty_resize(t, 1 + (int)prng_below(&p, 80), 1 + (int)prng_below(&p, 400));
    }
    print_message("row 23: %d sizes in %" PRId64 " ms\n", SIZES, now_ms() - before);
    pty_resize(t, 24, 100);
    sheet_wait_status(t, 5000, BILLION);
    sheet_settle(t);
    (void)sheet_check(t, formula);
    check_keys(t);
    leave(t);
    demo_program_free(d);
}

/* --- the server goes --- */

static void another_server_on_the_same_port_is_another_session(void **state)
{
    struct demo_program *first = serve("");
    struct pty *t = view(first, "billion", NULL);
    char *again, *spec;

    (void)state;
    settled_start(t);
    again = mem_strdup(demo_program_address(first));
    demo_program_kill(first, SIGKILL);
    pty_wait_row(t, 0, OLD);
    (void)sheet_check(t, formula);
    spec = mem_printf("--port %s", strchr(again, ':') + 1);
    struct demo_program *second = serve(spec);
    assert_string_equal(demo_program_address(second), again);
    check_keys(t); /* of the old session nothing comes back by itself */
    (void)check_cells(t);
    struct pty *other = view(second, "billion", NULL);
    settled_start(other);
    leave(other);
    leave(t);
    free(spec);
    free(again);
    demo_program_free(first);
    demo_program_free(second);
}

static void a_viewer_left_alone_stays_connected(void **state)
{
    struct demo_program *d = serve("");
    struct pty *t = view(d, "billion", NULL);

    (void)state;
    settled_start(t);
    for (int64_t end = now_ms() + ALONE_MS; now_ms() < end;) {
        pty_wait_quiet(t, 500);
        assert_false(pty_has(t, OLD));
    }
    pty_keys(t, "G");
    sheet_wait_status(t, BILLION, BILLION);
    sheet_settle(t);
    (void)sheet_check(t, formula);
    leave(t);
    demo_program_free(d);
}

static void a_port_that_says_nothing_can_be_left(void **state)
{
    struct relay *r = relay_fake("127.0.0.1", "", 0, false);
    char *target = mem_printf("%s/billion", relay_address(r));
    struct pty *t = pty_start(&(struct pty_options){
        .argv = (const char *const[]){target, NULL}, .split_stderr = true});

    (void)state;
    pty_wait_row(t, 0, "connecting");
    leave(t);
    free(target);
    relay_free(r);
}

/* --- random faults --- */

static char *random_fault(struct prng *p)
{
    static const char *const lies[] = {"rows",  "node",    "offset", "length", "body",
                                       "added", "removed", "size",   "mods"};
    unsigned message = 1 + (unsigned)prng_below(p, 4);

    switch (prng_below(p, 4)) {
    case 0:
        return mem_printf("message.%u=truncate:%u", message,
                          1 + (unsigned)prng_magnitude(p, 10));
    case 1: {
        size_t which = (size_t)prng_below(p, sizeof(lies) / sizeof(*lies));
        /* as many columns as 2^20 are a matter of the fuzzers */
        unsigned bits = strcmp(lies[which], "mods") == 0 ? 20 : 62;

        return mem_printf("message.%u=%s:%" PRIu64, message, lies[which],
                          prng_magnitude(p, bits));
    }
    default:
        return mem_printf("message.%u=flip:%u", message, 1 + (unsigned)prng_below(p, 8));
    }
}

static bool has_begun(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_has(t, " row ") || *pty_stderr(t);
}

/* A cell whose bits were turned over is another cell, and no one can tell. */
static void use(struct pty *t, bool any_cells)
{
    pty_keys(t, "5000G");
    check_keys(t);
    if (!any_cells)
        (void)check_cells(t);
    leave(t);
}

static void random_faults_neither_crash_nor_block(void **state)
{
    static const char *const tables[] = {"billion", "leaders", "types", "book"};
    struct prng p = prng_start();
    size_t rounds = program_rounds(20), n_ended = 0;

    (void)state;
    for (size_t i = 0; i < rounds; i++) {
        const char *table = tables[prng_below(&p, 4)];
        char *fault = random_fault(&p);
        struct demo_program *d;
        struct pty *t;

        seed = prng_below(&p, 1000000);
        print_message("%zu: dhview-demo --seed %" PRIu64 " --fault %s; table %s\n", i, seed,
                      fault, table);
        d = serve(fault);
        t = view(d, table, NULL);
        pty_wait(t, has_begun, NULL, "a table, or an error");
        if (*pty_stderr(t)) {
            ended(t, 1, "bad message");
            n_ended++;
        } else {
            use(t, strstr(fault, "flip") || strcmp(table, "billion") != 0);
        }
        demo_program_free(d);
        free(fault);
    }
    print_message("%zu faults, %zu at the start\n", rounds, n_ended);
    seed = SEED;
}

static int tell(void **state)
{
    (void)state;
    print_message("%zu viewers, %zu cells compared, at most %ld MB, a key's median at most "
                  "%" PRId64 " ms\n",
                  n_viewers, n_cells, highest_mb, slowest_ms);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_told_and_no_cell_is_wrong),
        cmocka_unit_test(a_start_that_fails_ends_it_with_one_line),
        cmocka_unit_test(one_contradiction_is_cured_by_another_stream),
        cmocka_unit_test(a_contradiction_that_comes_back_ends_it),
        cmocka_unit_test(silence_is_told_until_the_answer_is_there),
        cmocka_unit_test(late_answers_are_never_drawn_as_the_new_window),
        cmocka_unit_test(pieces_of_eight_rows_paint_one_by_one),
        cmocka_unit_test(a_flood_of_updates_blocks_no_key),
        cmocka_unit_test(a_message_over_the_limit_is_an_error_that_names_it),
        cmocka_unit_test(hostile_names_and_cells_show_as_placeholders),
        cmocka_unit_test(a_storm_of_sizes_ends_with_the_last_one),
        cmocka_unit_test(another_server_on_the_same_port_is_another_session),
        cmocka_unit_test(a_viewer_left_alone_stays_connected),
        cmocka_unit_test(a_port_that_says_nothing_can_be_left),
        cmocka_unit_test(random_faults_neither_crash_nor_block),
    };

    return cmocka_run_group_tests(tests, NULL, tell);
}
