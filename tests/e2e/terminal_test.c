/* What the viewer does to a terminal: sizes, job control, signals, keys, and the way back.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"
#include "tests/support/viewer.h"
#include "ui/widget/keymap.h"

#define DHVIEW TEST_BUILD_DIR "/dhview"
#define PROMPT "PROMPT>"

static unsigned seed;

static int below(int n)
{
    return (int)((unsigned)rand_r(&seed) % (unsigned)n);
}

/* Starts the viewer on table million, with options and environment. */
static struct pty *start(int rows, int cols, const char *option, const char *const *env)
{
    char *target = server_target("million");
    struct pty *t =
        pty_start(&(struct pty_options){.rows = rows,
                                        .cols = cols,
                                        .argv = (const char *const[]){target, option, NULL},
                                        .env = env,
                                        .split_stderr = true});

    free(target);
    return t;
}

static struct pty *open_sized(const struct viewer_setting *z)
{
    struct pty *t = start(z->rows, z->cols, NULL, NULL);

    pty_wait_text(t, " row 1 of 1,000,000");
    sheet_settle(t);
    return t;
}

static struct pty *open_million(void)
{
    return open_sized(&viewer_small);
}

static void ended_well(struct pty *t)
{
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
    pty_free(t);
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    ended_well(t);
}

static void settled_at(struct pty *t, int64_t row)
{
    sheet_wait_status(t, row, 1000000);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
}

/* --- sizes
 * -------------------------------------------------------------------------------- */

static void random_size(int *rows, int *cols)
{
    static const int extremes[][2] = {{1, 1},   {1, 65535}, {2, 10}, {500, 3},
                                      {3, 300}, {24, 1},    {1, 2},  {100, 400}};
    const int *extreme = extremes[below(8)];
    bool usual = below(10) > 0;

    *rows = usual ? 1 + below(60) : extreme[0];
    *cols = usual ? 1 + below(250) : extreme[1];
}

static void the_last_of_many_sizes_wins(void **state)
{
    struct pty *t = open_million();
    int rows, cols;

    (void)state;
    for (int i = 0; i < 500; i++) {
        random_size(&rows, &cols);
        pty_resize(t, rows, cols);
        if (below(8) == 0)
            pty_keys(t, "j");
        if (below(50) == 0)
            pty_wait_quiet(t, 20);
    }
    pty_resize(t, 24, 100);
    pty_keys(t, "777G");
    settled_at(t, 777);
    pty_wait_row(t, 0, "● live");
    pty_resize(t, 50, 160);
    pty_wait_row(t, 48, " row 777 of 1,000,000");
    settled_at(t, 777);
    leave(t);
}

static void a_screen_of_65535_columns_works(void **state)
{
    struct pty *t = open_million();

    (void)state;
    pty_resize(t, 6, 65535);
    pty_wait_row(t, 4, " row 1 of 1,000,000");
    pty_keys(t, "G");
    pty_wait_row(t, 4, " row 1,000,000 of 1,000,000");
    pty_resize(t, 24, 100);
    settled_at(t, 1000000);
    leave(t);
}

/* Text, or on the least of screens the colour of the current cell. */
static bool shows_something(struct pty *t, void *ctx)
{
    char *screen = pty_screen(t);
    bool some = screen[strspn(screen, " \n")] != '\0';
    struct pty_cell cell;

    (void)ctx;
    free(screen);
    pty_cell(t, 0, 0, &cell);
    return some || cell.reverse || cell.bg != -1;
}

/* The keys of a binding as pty_keys() reads them; owned by the caller. */
static char *keys_of(const struct binding *b)
{
    struct key keys[KEYS_LEN_MAX];
    char *out = mem_strdup("");
    size_t n;

    assert_int_equal(keys_parse(b->keys, keys, &n, NULL), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        char name[KEY_NAME_LEN] = "a", *more;

        if (keys[i].code != K_ANY)
            key_notation(keys[i], name);
        more = mem_printf("%s%s", out, name);
        free(out);
        out = more;
    }
    return out;
}

/* What leads back from what an action opens at once, perhaps: a cell that is not here has
 * no popup, and q would leave the table then. */
static const char *leaves(enum action a)
{
    if (a == ACT_OPEN_HELP || a == ACT_OPEN_PICKER || a == ACT_OPEN_COLUMNS)
        return "jkGq";
    if (a == ACT_OPEN_CELL || a == ACT_OPEN_ROW || a == ACT_OPEN_METER)
        return "jkG<C-c>";
    return "<C-c>";
}

/* All keys that neither end nor stop the program; commands and prompts that a key opens are
 * left by Ctrl-C and not by Esc, which would be Alt with the key that follows. */
static void all_keys(struct pty *t)
{
    char *all = mem_strdup("");

    for (size_t i = 0; i < keymap_len; i++) {
        const struct binding *b = &keymap[i];
        char *keys, *more;

        if ((b->mode != MODE_GRID && b->mode != MODE_ANY) || b->action == ACT_QUIT ||
            b->action == ACT_CLOSE || b->action == ACT_SUSPEND ||
            b->action == ACT_OPEN_VALUE_FILTERS) /* a list, once the value is here */
            continue;
        keys = keys_of(b);
        more = mem_printf("%s%s%s", all, keys, leaves(b->action));
        free(keys);
        free(all);
        all = more;
    }
    pty_keys(t, all);
    free(all);
}

static void tiny_screens_show_something_and_take_all_keys(void **state)
{
    static const int sizes[][2] = {{1, 1}, {2, 10}, {3, 20}, {4, 20}, {5, 1}, {1, 80}};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct pty *t = start(sizes[i][0], sizes[i][1], NULL, NULL);

        pty_let_copy(t);
        pty_wait(t, shows_something, NULL, "anything");
        if (sizes[i][0] >= 3 && sizes[i][1] >= 20)
            pty_wait_text(t, " row 1 of");
        pty_resize(t, 24, 100); /* where it can be seen that the table is there */
        settled_at(t, 1);
        pty_resize(t, sizes[i][0], sizes[i][1]);
        all_keys(t);
        pty_keys(t, "<Esc>gg");
        pty_wait_quiet(t, 150);
        pty_wait(t, shows_something, NULL, "anything after all keys");
        pty_resize(t, 24, 100);
        pty_keys(t, "<Esc><C-l>123G");
        settled_at(t, 123);
        leave(t);
    }
}

/* --- job control
 * -------------------------------------------------------------------------- */

static struct pty *start_shell(int rows, int cols)
{
    struct pty *t = pty_start(&(struct pty_options){
        .rows = rows,
        .cols = cols,
        .program = "/bin/bash",
        .argv = (const char *const[]){"--noprofile", "--norc", "--noediting", "-i", NULL},
        .env = (const char *const[]){"PS1=" PROMPT " ", "HISTFILE=", NULL}});

    pty_wait_text(t, PROMPT);
    return t;
}

/* Types a line, its end apart so that the echo is not mistaken for output. */
static void shell_line(struct pty *t, const char *line)
{
    pty_write(t, line, strlen(line));
    pty_keys(t, "<Enter>");
}

/* Back to the viewer, on a cleared screen: the next "Stopped" is a new one. */
static void shell_fg(struct pty *t)
{
    shell_line(t, "printf '\\033[2J'; fg");
}

static void shell_check_alive(struct pty *t)
{
    static int n = 1000;
    char line[40], answer[40];

    n++;
    (void)snprintf(line, sizeof(line), "echo back-$((%d + 1))", n);
    (void)snprintf(answer, sizeof(answer), "back-%d", n + 1);
    shell_line(t, line);
    pty_wait_text(t, answer);
    assert_false(pty_alt_screen(t));
    assert_true(pty_cursor_visible(t));
    pty_check_restored(t);
}

static void shell_start_viewer(struct pty *t, const char *rest)
{
    char *target = server_target("million");
    char *line = mem_printf("%s %s%s", DHVIEW, target, rest);

    shell_line(t, line);
    pty_wait_text(t, " row 1 of 1,000,000");
    sheet_settle(t);
    free(line);
    free(target);
}

static void shell_end(struct pty *t)
{
    shell_line(t, "exit");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_output(t);
    pty_free(t);
}

static void ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it(void **state)
{
    struct pty *t = start_shell(24, 100);

    (void)state;
    shell_start_viewer(t, "");
    pty_keys(t, "55G");
    settled_at(t, 55);
    for (int i = 0; i < 3; i++) {
        pty_keys(t, "<C-z>");
        pty_wait_text(t, "Stopped");
        shell_check_alive(t);
        shell_fg(t);
        settled_at(t, 55 + i);
        assert_true(pty_alt_screen(t));
        pty_keys(t, "j");
        settled_at(t, 56 + i);
    }
    pty_keys(t, "Q");
    pty_wait_text(t, PROMPT);
    shell_line(t, "echo code=$((100 + $?))");
    pty_wait_text(t, "code=100");
    shell_check_alive(t);
    shell_end(t);
}

static void a_size_changed_while_stopped_is_seen_after_fg(void **state)
{
    struct pty *t = start_shell(24, 80);

    (void)state;
    shell_start_viewer(t, "");
    pty_keys(t, "<C-z>");
    pty_wait_text(t, "Stopped");
    pty_resize(t, 40, 120);
    shell_check_alive(t);
    shell_fg(t);
    pty_wait_row(t, 38, " row 1 of 1,000,000");
    settled_at(t, 1);
    pty_keys(t, "<C-z>");
    pty_wait_text(t, "Stopped");
    pty_resize(t, 10, 60);
    shell_fg(t);
    pty_wait_row(t, 8, " row 1 of 1,000,000");
    settled_at(t, 1);
    pty_keys(t, "Q");
    pty_wait_text(t, PROMPT);
    shell_check_alive(t);
    shell_end(t);
}

static void continued_in_the_background_it_waits_for_fg(void **state)
{
    struct pty *t = start_shell(24, 100);

    (void)state;
    shell_start_viewer(t, "");
    pty_keys(t, "<C-z>");
    pty_wait_text(t, "Stopped");
    shell_line(t, "stty -echo"); /* modes that must not become the viewer's own */
    shell_line(t, "bg");
    shell_line(t, "echo kept-$((20 + 22))");
    pty_wait_text(t, "kept-42");
    pty_wait_quiet(t, 200);
    assert_false(pty_alt_screen(t));
    shell_line(t, "stty echo");
    shell_check_alive(t);
    shell_fg(t);
    settled_at(t, 1);
    assert_true(pty_alt_screen(t));
    pty_keys(t, "Q");
    pty_wait_text(t, PROMPT);
    shell_check_alive(t);
    shell_end(t);
}

static void a_pipeline_stops_as_one(void **state)
{
    struct pty *t = start_shell(24, 100);

    (void)state;
    shell_start_viewer(t, " </dev/null | cat");
    pty_keys(t, "<C-z>");
    pty_wait_text(t, "Stopped");
    shell_check_alive(t);
    shell_fg(t);
    settled_at(t, 1);
    pty_keys(t, "Q");
    pty_wait_text(t, PROMPT);
    shell_check_alive(t);
    shell_end(t);
}

static void sigtstp_and_sigcont_from_outside(void **state)
{
    struct pty *t = open_million();

    (void)state;
    for (int i = 0; i < 3; i++) {
        pty_kill(t, SIGTSTP);
        pty_wait_stopped(t);
        pty_wait_quiet(t, 50);
        pty_check_restored(t);
        pty_kill(t, SIGCONT);
        pty_keys(t, "j");
        settled_at(t, 2 + i);
    }
    pty_kill(t, SIGCONT); /* nothing was stopped */
    pty_keys(t, "j");
    settled_at(t, 5);
    leave(t);
}

static void sigstop_leaves_no_chance_but_the_screen_comes_back(void **state)
{
    struct pty *t = open_million();

    (void)state;
    pty_kill(t, SIGSTOP);
    pty_wait_stopped(t);
    pty_kill(t, SIGCONT);
    pty_keys(t, "<C-l>9G");
    settled_at(t, 9);
    leave(t);
}

/* --- signals and ends
 * --------------------------------------------------------------------- */

static void signals_end_it_and_restore_the_terminal(void **state)
{
    static const struct {
        int signal, code;
    } cases[] = {{SIGTERM, -SIGTERM}, {SIGHUP, -SIGHUP},   {SIGINT, 130},
                 {SIGABRT, -SIGABRT}, {SIGSEGV, -SIGSEGV}, {SIGBUS, -SIGBUS},
                 {SIGFPE, -SIGFPE}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pty *t = open_million();

        pty_kill(t, cases[i].signal);
        assert_int_equal(pty_wait_exit(t), cases[i].code);
        pty_check_restored(t);
        pty_check_output(t);
        assert_string_equal(pty_stderr(t),
                            cases[i].signal == SIGINT ? "dhview: interrupted\n" : "");
        pty_free(t);
    }
}

static bool on_alt_screen(struct pty *t, void *ctx)
{
    (void)ctx;
    return pty_alt_screen(t);
}

/* A crash before the terminal was touched is not ours to handle. */
static void signals_at_random_moments_of_the_start(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT};

    (void)state;
    for (int i = 0; i < 15; i++) {
        int which = signals[i % 5];
        struct pty *t = start(24, 80, NULL, NULL);

        pty_set_timeout(t, 10000);
        if (which == SIGSEGV || which == SIGABRT)
            pty_wait(t, on_alt_screen, NULL, "the screen");
        pty_watch(t, below(400));
        pty_kill(t, which);
        int code = pty_wait_exit(t);
        if (code != -which && !(which == SIGINT && code == 130))
            fail_msg("signal %d gave %d", which, code);
        pty_check_restored(t);
        pty_check_output(t);
        pty_free(t);
    }
}

static void a_closed_terminal_ends_it_within_a_second(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pty *t = open_million();
        struct stopwatch w = stopwatch_start(pty_pid(t));

        if (i == 1) /* with a frame under way */
            pty_keys(t, "G");
        pty_hangup(t);
        int code = pty_wait_exit(t);
        int64_t took = pty_ended_after(t, &w);
        if (code != -SIGHUP && code != 1)
            fail_msg("exit code %d", code);
        print_message("closed terminal: gone after %" PRId64 " ms\n", took);
        assert_in_range(took, 0, 1000);
        pty_free(t);
    }
}

static void keys_and_commands_that_quit(void **state)
{
    static const char *const keys[] = {"Q", "q", ":q<Enter>", ":quit<Enter>",
                                       ":close<Enter>"};

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct pty *t = open_million();

        pty_keys(t, keys[i]);
        ended_well(t);
    }
}

static void ctrl_c_while_browsing_is_a_message(void **state)
{
    struct pty *t = open_million();

    (void)state;
    pty_keys(t, "<C-c>");
    pty_wait_row(t, 23, "nothing to cancel; Q quits");
    pty_keys(t, "j");
    pty_wait_gone(t, "nothing to cancel");
    settled_at(t, 2);
    leave(t);
}

/* --- what goes out
 * ------------------------------------------------------------------------ */

static void check_only_ascii(const struct pty *t)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    for (size_t i = 0; i < n; i++)
        if (out[i] > 0x7e)
            fail_msg("byte %02x at offset %zu", out[i], i);
}

static void walk_around(struct pty *t)
{
    pty_wait_text(t, "row-0 ");
    pty_keys(t, "G");
    pty_wait_text(t, " row 1,000,000 of 1,000,000");
    pty_keys(t, "?");
    pty_wait_text(t, "help: lines 1 to");
    pty_keys(t, "Gqt");
    pty_wait_text(t, "million");
    pty_keys(t, "/mil<Esc>:nonsense<Enter>");
    pty_wait_text(t, "no such command: nonsense");
}

static void ascii_when_asked_or_when_the_locale_is_c(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        static const char *const c[] = {"LC_ALL=C", "LANG=C", NULL};
        static const char *const none[] = {"LC_ALL=", "LANG=", NULL};
        struct pty *t = start(24, 100, i == 0 ? "--ascii" : NULL,
                              i == 0   ? NULL
                              : i == 1 ? c
                                       : none);

        walk_around(t);
        pty_wait_row(t, 0, "* live");
        pty_keys(t, "Q");
        assert_int_equal(pty_wait_exit(t), 0);
        check_only_ascii(t);
        pty_check_restored(t);
        pty_check_output(t);
        pty_free(t);
    }
}

static void check_no_colour(const struct pty *t)
{
    int rows, cols;

    pty_size(t, &rows, &cols);
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) {
            struct pty_cell cell;

            pty_cell(t, row, col, &cell);
            if (cell.fg != -1 || cell.bg != -1)
                fail_msg("colour %d on %d at %d, %d", cell.fg, cell.bg, row, col);
        }
}

/* The cell under the cursor and the header of its column stay visible without colours. */
static void mono_by_environment_or_terminal(void **state)
{
    static const char *const no_color[] = {"NO_COLOR=1", NULL};
    static const char *const vt100[] = {"TERM=vt100", NULL};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pty *t = start(24, 100, "--ascii", i == 0 ? no_color : vt100);
        struct pty_cell current, other;

        pty_wait_text(t, "row-0 ");
        check_no_colour(t);
        char *row = pty_row(t, 3);
        char *zero = strstr(row, " 0");
        assert_non_null(zero);
        pty_cell(t, 3, (int)(zero - row) + 1, &current);
        pty_cell(t, 4, (int)(zero - row) + 1, &other);
        free(row);
        assert_true(current.reverse);
        assert_false(other.reverse);
        walk_around(t);
        check_no_colour(t);
        pty_keys(t, "Q");
        assert_int_equal(pty_wait_exit(t), 0);
        pty_check_restored(t);
        if (i == 0) /* the grammar is that of newer terminals */
            pty_check_output(t);
        pty_free(t);
    }
}

static void check_refusal(struct pty *t, int code, const char *text)
{
    assert_int_equal(pty_wait_exit(t), code);
    const char *err = pty_stderr(t);
    const char *end = strchr(err, '\n');

    if (!strstr(err, text))
        fail_msg("no \"%s\" in \"%s\"", text, err);
    assert_true(strncmp(err, "dhview: ", 8) == 0);
    if (!end || end[1] != '\0')
        fail_msg("not one line: \"%s\"", err);
    pty_check_restored(t);
    pty_check_output(t);
    pty_free(t);
}

static void terminals_that_cannot_are_refused(void **state)
{
    static const char *const dumb[] = {"TERM=dumb", NULL};
    static const char *const unset[] = {"TERM=", NULL};
    static const char *const unknown[] = {"TERM=no-such-terminal", NULL};
    static const char *const hostile[] = {"TERM=\033]0;x\007", NULL};

    (void)state;
    check_refusal(start(24, 80, NULL, dumb), 2, "\"dumb\" in TERM cannot place its cursor");
    check_refusal(start(24, 80, NULL, unset), 2, "TERM, found nothing");
    check_refusal(start(24, 80, NULL, unknown), 2, "\"no-such-terminal\" in TERM");
    check_refusal(start(24, 80, NULL, hostile), 2, "in TERM is not known");
}

static void without_a_terminal_it_says_so(void **state)
{
    char *target = server_target("million");
    struct pty *t = pty_start(
        &(struct pty_options){.program = "/usr/bin/setsid",
                              .argv = (const char *const[]){"--wait", DHVIEW, target, NULL},
                              .split_stderr = true});

    (void)state;
    free(target);
    check_refusal(t, 1, "no terminal to draw on");
}

/* --- help, messages, prefixes
 * -------------------------------------------------------------- */

/* Adds what is on the screen to *all. */
static void take_screen(struct pty *t, char **all)
{
    char *screen = pty_screen(t);
    char *more = mem_printf("%s%s", *all, screen);

    free(screen);
    free(*all);
    *all = more;
}

/* Does one line hold these words, each whole? */
static bool line_has(const char *all, const char *keys, const char *help)
{
    while (*all) {
        const char *end = strchrnul(all, '\n');
        char *line = mem_strndup(all, (size_t)(end - all));
        char *padded = mem_printf("%s ", line), *word = mem_printf(" %s ", keys);
        bool found = strstr(padded, word) && (!help || strstr(padded, help));

        free(line);
        free(padded);
        free(word);
        if (found)
            return true;
        all = *end ? end + 1 : end;
    }
    return false;
}

/* "help: lines 63 to 84 of 84" */
static bool at_end_of_help(const struct pty *t)
{
    char *screen = pty_screen(t);
    const char *at = strstr(screen, "help: lines ");
    int last = 0, all = 1;

    if (at)
        (void)sscanf(at, "help: lines %*d to %d of %d", &last, &all);
    free(screen);
    return last == all;
}

static void the_help_screen_shows_every_binding(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = open_sized(z);
    char *all = mem_strdup("");

    pty_keys(t, "?");
    pty_wait_text(t, "help: lines 1 to ");
    take_screen(t, &all);
    for (int top = 2; !at_end_of_help(t); top++) {
        char position[48];

        (void)snprintf(position, sizeof(position), "help: lines %d to ", top);
        pty_keys(t, "j");
        pty_wait_text(t, position);
        take_screen(t, &all);
    }
    for (size_t i = 0; i < keymap_len; i++) {
        if (keymap[i].action == ACT_GO_TAB && keymap[i].arg.n > 1 && keymap[i].arg.n < 9)
            continue; /* "<A-1> ... <A-9>" */
        if (!line_has(all, keymap[i].keys, NULL))
            fail_msg("%s is not on the help screen:\n%s", keymap[i].keys, all);
    }
    free(all);
    pty_keys(t, "gg");
    pty_wait_text(t, "help: lines 1 to ");
    pty_keys(t, "q");
    settled_at(t, 1);
    pty_keys(t, "<F1>");
    pty_wait_text(t, "help: lines 1 to ");
    pty_keys(t, "<Esc>:help<Enter>");
    pty_wait_text(t, "help: lines 1 to ");
    pty_keys(t, "Q");
    ended_well(t);
}

static void errors_of_commands_are_shown_and_go(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    static const char *const lines[][2] = {
        {":nonsense<Enter>", "no such command: nonsense"},
        {":12x<Enter>", "no such command: 12x"},
        {":q!<Enter>", "no such command: q!"},
        {"<C-g>abc<Enter>", "expected a row number"},
        {"x", "no such key: x"},
        {"gx", "no such key: gx"},
        {"12zq", "no such key: 12zq"},
        {"<F7>", "no such key: <F7>"},
    };
    struct pty *t = open_sized(z);

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        pty_keys(t, lines[i][0]);
        pty_wait_row(t, z->rows - 1, lines[i][1]);
        pty_keys(t, "H");
        pty_wait_gone(t, lines[i][1]);
    }
    pty_keys(t, ":<Esc>:<Enter><C-g><Enter>:999999999999999999999999<Enter>");
    settled_at(t, 1000000);
    pty_keys(t, ":0<Enter>");
    settled_at(t, 1);
    leave(t);
}

static void hostile_commands_reach_no_terminal(void **state)
{
    struct pty *t = open_million();

    (void)state;
    pty_keys(t, ":");
    pty_write(t, "\x16\x01\x9b\xc2\x9b\xff\xf0\x9f\xe2\x80\xae|\xcc\x81", 14);
    pty_keys(t, "<Enter>");
    pty_wait_row(t, 23, "no such command");
    pty_keys(t, "5G");
    settled_at(t, 5);
    leave(t);
}

static void prefixes_list_their_choices(void **state)
{
    const struct viewer_setting *z = VIEWER_SETTING(state);
    struct pty *t = open_sized(z);

    pty_keys(t, "g");
    pty_wait_row(t, z->rows - 2, "gg row 1");
    pty_wait_row(t, z->rows - 2, "gl last");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, z->rows - 2, " row 1 of");
    pty_keys(t, "7z");
    pty_wait_row(t, z->rows - 2, "7z");
    pty_wait_row(t, z->rows - 2, "zt top");
    pty_keys(t, "<C-c>");
    pty_wait_row(t, z->rows - 2, " row 1 of");
    pty_keys(t, "25");
    pty_wait_row(t, z->rows - 2, "25");
    pty_keys(t, "<Esc>j");
    settled_at(t, 2);
    pty_keys(t, "25j");
    settled_at(t, 27);
    leave(t);
}

static void any_bytes_typed_leave_a_working_viewer(void **state)
{
    struct pty *t = open_million();

    (void)state;
    for (int round = 0; round < 30; round++) {
        uint8_t bytes[64];

        for (size_t i = 0; i < sizeof(bytes); i++) {
            do
                bytes[i] = (uint8_t)below(256);
            while (strchr("Qq\x1a:", bytes[i]) && bytes[i] != 0);
        }
        pty_write(t, bytes, sizeof(bytes));
        pty_watch(t, 5);
    }
    for (int i = 0; i < 6; i++) { /* out of help, list and filter, back to the table */
        pty_wait_read(t);         /* what is read together with a line end may be a paste */
        pty_keys(t, "<Esc>");
        pty_wait_quiet(t, 40);
    }
    pty_wait_read(t);
    pty_keys(t, "?");
    pty_wait_text(t, "help: lines");
    leave(t);
}

int main(void)
{
    const char *given = getenv("DHVIEW_SEED");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_of_many_sizes_wins),
        cmocka_unit_test(a_screen_of_65535_columns_works),
        cmocka_unit_test(tiny_screens_show_something_and_take_all_keys),
        cmocka_unit_test(ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it),
        cmocka_unit_test(a_size_changed_while_stopped_is_seen_after_fg),
        cmocka_unit_test(continued_in_the_background_it_waits_for_fg),
        cmocka_unit_test(a_pipeline_stops_as_one),
        cmocka_unit_test(sigtstp_and_sigcont_from_outside),
        cmocka_unit_test(sigstop_leaves_no_chance_but_the_screen_comes_back),
        cmocka_unit_test(signals_end_it_and_restore_the_terminal),
        cmocka_unit_test(signals_at_random_moments_of_the_start),
        cmocka_unit_test(a_closed_terminal_ends_it_within_a_second),
        cmocka_unit_test(keys_and_commands_that_quit),
        cmocka_unit_test(ctrl_c_while_browsing_is_a_message),
        cmocka_unit_test(ascii_when_asked_or_when_the_locale_is_c),
        cmocka_unit_test(mono_by_environment_or_terminal),
        cmocka_unit_test(terminals_that_cannot_are_refused),
        cmocka_unit_test(without_a_terminal_it_says_so),
        VIEWER_SIZES(the_help_screen_shows_every_binding),
        VIEWER_SIZES(errors_of_commands_are_shown_and_go),
        cmocka_unit_test(hostile_commands_reach_no_terminal),
        VIEWER_SIZES(prefixes_list_their_choices),
        cmocka_unit_test(any_bytes_typed_leave_a_working_viewer),
    };

    server_require();
    seed = given ? (unsigned)strtoul(given, NULL, 10) : 20261121;
    print_message("seed %u (DHVIEW_SEED)\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
