/*
 * A hunt for what nobody thought of: any keys, pastes, sizes of the terminal and what a
 * terminal sends, in any order and cut anywhere, over all tables of the demo server. The
 * viewer lives, is on its table afterwards, and no cell with a formula is wrong.
 *
 * DHVIEW_SECONDS prolongs it, DHVIEW_SEED begins it in the same way; what was sent last is
 * told when it fails.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/program.h"
#include "tests/support/sheet.h"
#include "tests/support/stray.h"
#include "tests/support/trial.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define BURSTS 5      /* of one viewer */
#define BURST_MOST 40 /* things in one */
#define LATER 60      /* ms: Esc waits no longer */

static struct prng numbers;
static size_t n_cells, n_things;

static size_t below(size_t n)
{
    return (size_t)prng_below(&numbers, n);
}

/* --- what was sent, for when it fails --- */

static struct {
    const char *table; /* NULL: nothing is going on */
    char bytes[4096];  /* of this burst; cut */
    size_t len;
} sent;

static void send_bytes(struct pty *t, const char *bytes, size_t n)
{
    size_t room = sizeof(sent.bytes) - sent.len, kept = n < room ? n : room;

    memcpy(sent.bytes + sent.len, bytes, kept);
    sent.len += kept;
    pty_write(t, bytes, n);
}

static void send_text(struct pty *t, const char *text)
{
    send_bytes(t, text, strlen(text));
}

static int tell(void **state)
{
    (void)state;
    if (!sent.table)
        return 0;
    print_error("%s, the last burst: ", sent.table);
    for (size_t i = 0; i < sent.len; i++) {
        unsigned char b = (unsigned char)sent.bytes[i];
        print_error(b > 32 && b < 127 && b != '\\' ? "%c" : "\\%03o", b);
    }
    print_error("\n");
    return 0;
}

/* --- things to do --- */

/* Special keys as terminals send them. Esc in a form that needs no pause behind it. */
#define ESC_KEY "\033[27u"
static const char *const keys[] = {
    "j",       "k",    "h",         "l",         "\033[6~",
    "\033[5~", "\x04", "\x15",      "G",         "gg",
    " ",       "H",    "M",         "L",         "zt",
    "zz",      "zb",   "\x0c",      "\033[B",    "\033OA",
    "$",       "0",    "\033[1;5C", "\033[1;5D", "-",
    "-",       "-",    "g-",        "g<",        "g>",
    "!",       "<",    ">",         "_",         "g_",
    "F",       "p",    "ma",        "'a",        "''",
    "\r",      "z\r",  "gm",        "C",         "t",
    "?",       "n",    "N",         "/",         "c",
    ":",       "J",    "K",         "\t",        "\033[Z",
    "\x7f",    "\x03", ESC_KEY,     "\0331",     "\033x",
    "%",       "3",    "7",         "\x07",      "\033[27;5;100~",
    "\x10",    "v",    "V",         "gv",        "y",
    "Y",       "gy",   "zy",        "zY",        "s",
};

static const char *const commands[] = {
    ":12\r",
    ":50%\r",
    ":last-row\r",
    ":first-row\r",
    ":5 move-page\r",
    ":hide-column\r",
    ":show-columns\r",
    ":open-cell\r",
    ":freeze-columns\r",
    ":set zone Asia/Tokyo\r",
    ":set zone UTC\r",
    ":nonsense\r",
    ":open-go-column\r",
    ":pause\r",
    ":toggle\r",
    ":search-again\r",
};

/* Each of these opens a stream anew. */
static const char *const reopening[] = {"z+", "z-", "\x12"};

static void one_key(struct pty *t)
{
    char text[32];

    if (below(4) == 0) {
        (void)snprintf(text, sizeof(text), "%zu", 1 + below(12));
        send_text(t, text);
    }
    send_text(t, keys[below(COUNT(keys))]);
}

static void one_stray(struct pty *t)
{
    const struct stray *s = &stray[below(stray_count)];
    size_t at = below(s->len + 1);

    send_bytes(t, s->bytes, at);
    if (below(8) == 0)
        pty_wait_quiet(t, LATER);
    send_bytes(t, s->bytes + at, s->len - at);
}

static void one_paste(struct pty *t)
{
    static const char *const texts[] = {"2\rQ", "Price\nq",   "", "G",
                                        ":q\r", "\x03\033[A", "1"};

    send_text(t, "\033[200~");
    for (size_t i = below(4); i > 0; i--)
        send_text(t, texts[below(COUNT(texts))]);
    if (below(8) != 0) /* else it has no end of its own */
        send_text(t, "\033[201~");
}

/* All but what leaves the program. */
static void any_bytes(struct pty *t)
{
    static const char common[] = "\033\033[[O]P_^X\\;?<0123~AMRuc\a\x9b\x9d\xc3\xa9";

    for (size_t i = 1 + below(12); i > 0; i--) {
        char c = below(3) ? common[below(sizeof(common) - 1)] : (char)below(256);

        if (c != 'q' && c != 'Q' && c != 0x1a)
            send_bytes(t, &c, 1);
    }
}

static void another_size(struct pty *t)
{
    static const int sizes[][2] = {{24, 100}, {24, 80}, {50, 200}, {9, 40}, {1, 1}, {3, 7}};
    const int *size = sizes[below(COUNT(sizes))];

    pty_resize(t, size[0], size[1]);
}

static void one_thing(struct pty *t)
{
    n_things++;
    switch (below(16)) {
    case 0:
        one_stray(t);
        break;
    case 1:
        one_paste(t);
        break;
    case 2:
        any_bytes(t);
        break;
    case 3:
        another_size(t);
        break;
    case 4:
        send_text(t, commands[below(COUNT(commands))]);
        break;
    default:
        one_key(t);
        break;
    }
}

/* --- back to the table --- */

/* Ends what may be unfinished, closes what lies on the table, and a table that was opened
 * from the list. */
static void go_back(struct pty *t)
{
    send_text(t, "\033[201~");
    for (int i = 0; i < 8; i++)
        send_text(t, ESC_KEY);
    send_text(t, "t");
    for (int i = 0; i < 3; i++)
        send_text(t, ESC_KEY);
    send_text(t, ":set zone UTC\r");
    pty_resize(t, 24, 100);
}

/* Keys may have opened another tab from the list. */
static bool has_tabs(struct pty *t, bool *is_first)
{
    char *top = pty_row(t, 0);
    const char *shown = strchr(top, '[');

    *is_first = shown && shown[1] == '1' && shown[2] == ' ';
    free(top);
    return shown != NULL;
}

static void close_other_tabs(struct pty *t)
{
    bool is_first;

    while (has_tabs(t, &is_first)) {
        send_text(t, is_first ? "gT" : "q");
        sheet_sync(t);
    }
    go_back(t);
    sheet_sync(t);
}

static bool has_status(struct pty *t, void *ctx)
{
    const char *table = ctx;
    char *top = pty_row(t, 0);
    bool there =
        top[0] == ' ' && strncmp(top + 1, table, strlen(table)) == 0 && strstr(top, "live");

    free(top);
    return there;
}

static const struct table {
    const char *name;
    sheet_formula *formula; /* NULL: it changes, or has none */
} tables[] = {
    {"billion", trial_formula},
    {"leaders", NULL},
    {"wide", trial_formula_wide},
    {"trades", NULL},
    {"book", NULL},
    {"tide", NULL},
    {"pulse", NULL},
    {"types", NULL},
    {"empty", NULL},
    {"bare", NULL},
};

static void look(struct pty *t, const struct table *table)
{
    bool is_first;

    go_back(t);
    sheet_sync(t);
    if (has_tabs(t, &is_first))
        close_other_tabs(t);
    pty_wait(t, has_status, (void *)(uintptr_t)table->name, "the table, live");
    if (pty_has(t, "PAUSED"))
        pty_keys(t, "p");
    if (!table->formula)
        return;
    sheet_settle(t);
    n_cells += sheet_check_known(t, table->formula);
}

static void hunt_in(const struct table *table)
{
    struct pty *t = trial_view(trial_server(), table->name, NULL);

    pty_let_copy(t);
    sent.table = table->name;
    sent.len = 0;
    pty_wait(t, has_status, (void *)(uintptr_t)table->name, "the table, live");
    for (size_t burst = 0; burst < BURSTS; burst++) {
        sent.len = 0;
        for (size_t i = 1 + below(BURST_MOST); i > 0; i--)
            one_thing(t);
        if (below(3) == 0) {
            go_back(t);
            send_text(t, reopening[below(COUNT(reopening))]);
        }
        look(t, table);
    }
    trial_leave(t);
    sent.table = NULL;
}

static void nothing_that_comes_does_harm(void **state)
{
    const char *seconds = getenv("DHVIEW_SECONDS");
    int64_t end = trial_now_ms() + (seconds ? strtoll(seconds, NULL, 10) * 1000 : 0);

    (void)state;
    do
        for (size_t i = 0; i < COUNT(tables); i++)
            hunt_in(&tables[i]);
    while (trial_now_ms() < end);
    print_message("%zu things, %zu cells with a formula compared\n", n_things, n_cells);
    assert_true(n_cells > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(nothing_that_comes_does_harm, tell),
    };

    numbers = prng_start();
    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
