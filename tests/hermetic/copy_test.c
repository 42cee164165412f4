/*
 * Cells that are selected and copied, as the terminal gets them: what the keys take, how it
 * is written, which limits hold, and what is said where nothing can arrive.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "tests/support/folder.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

#define STATUS_ROW 22
#define MESSAGE_ROW 23
#define FIRST_ROW 3 /* of cells */

/* A table in a terminal whose environment has one more variable (NULL: none). */
static struct pty *view(const char *table, const char *option, const char *variable)
{
    char *target =
        mem_printf("dh+plain://%s/scope/%s", demo_program_address(trial_server()), table);
    struct pty *t =
        pty_start(&(struct pty_options){.rows = 24,
                                        .cols = 100,
                                        .argv = (const char *const[]){target, option, NULL},
                                        .env = (const char *const[]){variable, NULL},
                                        .split_stderr = true});

    pty_let_copy(t);
    pty_wait_text(t, "row 1 of ");
    sheet_settle(t);
    free(target);
    return t;
}

static bool has_copied(struct pty *t, void *ctx)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);
    char *got = pty_clipboard(out, n);
    bool same = got && strcmp(got, ctx) == 0;

    free(got);
    return same;
}

/* Waits until the clipboard has that text, and it is said. */
static void expect(struct pty *t, const char *said, const char *want)
{
    pty_wait(t, has_copied, (void *)(uintptr_t)want, want);
    pty_wait_row(t, MESSAGE_ROW, said);
}

static void expect_nothing_sent_since(struct pty *t, size_t before)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    assert_null(pty_clipboard(out + before, n - before));
}

static void set_format(struct pty *t, const char *format)
{
    char *line = mem_printf(":set copy-format %s<Enter>", format);

    pty_keys(t, line);
    free(line);
}

/* --- what is copied --- */

static void one_cell_is_its_text_and_nothing_else(void **state)
{
    struct pty *t = view("types", NULL, NULL);

    (void)state;
    pty_keys(t, "cText<Enter>y");
    expect(t, "copied 1 cell, 5 bytes", "plain");
    pty_keys(t, "jy");
    pty_wait_row(t, MESSAGE_ROW, "there is nothing to copy: it is empty");
    pty_keys(t, "jjy"); /* neither quotes nor marks */
    expect(t, "copied 1 cell, 8 bytes", "tab\there");
    pty_keys(t, "7Gy");
    expect(t, "copied 1 cell, 21 bytes", "title \033]0;gotcha\a set");
    set_format(t, "json");
    pty_keys(t, "5Gy");
    expect(t, "copied 1 cell, 9 bytes", "two\nlines");
    trial_leave(t);
}

static void what_is_selected_is_copied_row_by_row(void **state)
{
    struct pty *t = view("ships", NULL, NULL);

    (void)state;
    pty_keys(t, "jvjl");
    pty_wait_row(t, STATUS_ROW, "2 rows x 2 columns selected");
    pty_keys(t, "y");
    expect(t, "copied 2 rows x 2 columns, 26 bytes",
           "Fulmar\t\xc3\x85LAND\nKittiwake\t\"\"");
    pty_wait_gone(t, "selected");
    pty_keys(t, "4G0vljjy"); /* a null is nothing, an empty text is "" */
    expect(t, "copied 3 rows x 2 columns",
           "Petrel\t\xc3\x96sterreich\nEgret\tnorge\nJabiru\t");
    pty_keys(t, "$");
    sheet_settle(t); /* all columns are here */
    pty_keys(t, "2GY");
    expect(
        t, "copied 1 row, ",
        "Fulmar\t\xc3\x85LAND\tB\t157\t11\t307\t90193\t7.25\t1854.75\t79.07\t900719925474\t"
        "2026-01-01T01:30:17.000000000Z\tPT26M17S\t1995-02-12\t00:59:31.000000000\tfalse");
    trial_leave(t);
}

static void a_count_says_how_many_rows_or_columns(void **state)
{
    struct pty *t = view("ships", NULL, NULL);

    (void)state;
    pty_keys(t, "3V");
    pty_wait_row(t, STATUS_ROW, "3 rows selected");
    pty_keys(t, "<Esc>gg2gv");
    pty_wait_row(t, STATUS_ROW, "2 columns selected");
    pty_keys(t, "<Esc>0j2y");
    expect(t, "copied 2 rows x 1 column, 16 bytes", "Fulmar\nKittiwake");
    pty_keys(t, "G9y"); /* no more than there are */
    pty_wait_row(t, MESSAGE_ROW, "copied 1 cell, ");
    trial_leave(t);
}

static void a_cell_with_tabs_or_line_ends_stays_one_cell(void **state)
{
    struct pty *t = view("types", NULL, NULL);

    (void)state;
    pty_keys(t, "cText<Enter>4Gvjy");
    expect(t, "copied 2 rows x 1 column", "\"tab\there\"\n\"two\nlines\"");
    set_format(t, "csv");
    pty_keys(t, "4Ghvljy");
    expect(t, "copied 2 rows x 2 columns", "Infinity,tab\there\n-Infinity,\"two\nlines\"");
    set_format(t, "json");
    pty_keys(t, "4Ghvljy");
    expect(t, "copied 2 rows x 2 columns",
           "{\"Double\":\"Infinity\",\"Text\":\"tab\\there\"}\n"
           "{\"Double\":\"-Infinity\",\"Text\":\"two\\nlines\"}");
    trial_leave(t);
}

static void names_of_columns_are_copied_with_or_without_cells(void **state)
{
    struct pty *t = view("ships", NULL, NULL);

    (void)state;
    pty_keys(t, "cClass<Enter>-0vllzy"); /* Class is hidden */
    expect(t, "copied 1 row x 3 columns", "Ship\tFlag\tLength\nAlbatross\tNorge\t20");
    pty_keys(t, "0gvl");
    pty_wait_row(t, STATUS_ROW, "2 columns selected");
    pty_keys(t, "zY");
    expect(t, "copied the names of 2 columns, 9 bytes", "Ship\tFlag");
    pty_keys(t, "0zY");
    pty_wait_row(t, MESSAGE_ROW, "copied the names of 15 columns");
    trial_leave(t);
}

/* Of a type that the wire cuts; it is asked for as text. */
static void what_comes_as_text_is_copied_as_that(void **state)
{
    struct pty *t = view("types", NULL, NULL);

    (void)state;
    pty_keys(t, "cPeriod<Enter>3Gy");
    expect(t, "copied 1 cell, 4 bytes", "P-8M");
    trial_leave(t);
}

static void a_copy_as_shown_has_the_format_of_the_screen(void **state)
{
    struct pty *t = view("ships", "--zone=Europe/Vienna", NULL);

    (void)state;
    pty_keys(t, "cArrived<Enter>y");
    expect(t, "copied 1 cell", "2026-01-01T00:00:00.000000000Z");
    pty_keys(t, "gy");
    expect(t, "copied 1 cell", "2026-01-01 01:00:00");
    trial_leave(t);
}

static void a_paused_picture_is_what_is_copied(void **state)
{
    struct pty *t = view("pulse", NULL, NULL);
    struct sheet s;

    (void)state;
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED");
    assert_true(sheet_read(t, &s));
    pty_keys(t, "gy");
    expect(t, "copied 1 cell", s.cell[0][0]);
    sheet_release(&s);
    trial_leave(t);
}

/* --- what is not here --- */

/* Texts of the first column of "billion", which counts from 0; owned. */
static char *numbers(int64_t rows)
{
    size_t size = (size_t)rows * 8, len = 0;
    char *text = mem_calloc(size, 1);

    for (int64_t i = 0; i < rows; i++)
        len += (size_t)snprintf(text + len, size - len, "%s%" PRId64, i ? "\n" : "", i);
    return text;
}

static void what_is_not_here_is_fetched(void **state)
{
    struct pty *t = view("billion", NULL, NULL);
    char *want = numbers(3000);

    (void)state;
    pty_keys(t, "v2999jy");
    expect(t, "copied 3,000 rows x 1 column", want);
    pty_wait_gone(t, "selected");
    pty_keys(t, "ggv19999jy");
    pty_wait_row(t, MESSAGE_ROW, "not copied: more than 100,000 bytes (:set copy-limit");
    pty_keys(t, "<Esc>gvy"); /* which is not asked for at all */
    pty_wait_row(t, MESSAGE_ROW, "not copied: more than 100,000 bytes (:set copy-limit");
    free(want);
    trial_leave(t);
}

/* More cells than the stream of a copy holds. */
static void many_cells_are_fetched_up_to_the_limit_in_bytes(void **state)
{
    struct pty *t = view("billion", "--copy-limit=1000000", NULL);
    char *want = numbers(70000);

    (void)state;
    pty_keys(t, "v69999jy");
    expect(t, "copied 70,000 rows x 1 column, 408,889 bytes", want);
    pty_wait_gone(t, "selected");
    pty_keys(t, "ggv199999jy");
    pty_wait_row(t, MESSAGE_ROW, "not copied: more than 1,000,000 bytes (:set copy-limit");
    pty_keys(t, "gy");
    pty_wait_row(t, MESSAGE_ROW,
                 "not copied as shown: 200,000 rows x 1 column has more than 65,536 cells");
    pty_keys(t, ":set copy-command cat >~/many<Enter>y");
    pty_wait_row(t, MESSAGE_ROW, "copied 200,000 rows x 1 column, 1,288,889 bytes, by ");
    pty_keys(t, "gvy");
    pty_wait_row(t, MESSAGE_ROW, "not copied: more than 64 MiB");
    free(want);
    trial_leave(t);
}

static bool has_passed(struct pty *t, void *relay)
{
    (void)t;
    return relay_bytes_down(relay) > (size_t)70000 * 8; /* a number is 8 bytes */
}

/* The session that brought them is gone by the time the table is in sight. */
static void cells_that_came_behind_the_help_outlive_their_session(void **state)
{
    struct demo_program *d = trial_serve("told=lost");
    struct relay *r = relay_new(demo_program_address(d));
    struct pty *t = trial_view_at(relay_address(r), "billion", "--copy-limit=1000000");

    (void)state;
    pty_let_copy(t);
    trial_start(t);
    pty_keys(t, "v69999jy?");
    pty_wait(t, has_passed, r, "the cells");
    demo_program_fault(d);
    pty_wait_row(t, MESSAGE_ROW, "connected again, after: ");
    pty_keys(t, "q");
    pty_wait_row(t, MESSAGE_ROW, "copied 70,000 rows x 1 column, 408,889 bytes");
    trial_leave(t);
    relay_free(r);
    demo_program_free(d);
}

static void a_list_that_the_screen_cuts_is_copied_whole(void **state)
{
    struct pty *t = view("types", NULL, NULL);
    size_t items = 1, n;
    const uint8_t *out;
    char *got;

    (void)state;
    pty_keys(t, "cInts<Enter>G");
    sheet_settle(t);
    pty_keys(t, "y");
    pty_wait_row(t, MESSAGE_ROW, "copied 1 cell, ");
    out = pty_output(t, &n);
    got = pty_clipboard(out, n);
    for (const char *p = got; *p; p++)
        items += *p == ',';
    assert_int_equal(items, 200);
    free(got);
    trial_leave(t);
}

static void esc_gives_up_what_does_not_come(void **state)
{
    struct relay *r = relay_new(demo_program_address(trial_server()));
    struct pty *t = trial_view_at(relay_address(r), "billion", NULL);

    (void)state;
    pty_let_copy(t);
    pty_wait_text(t, "row 1 of 1,000,000,000");
    sheet_settle(t);
    relay_stall_up(r);
    pty_keys(t, "v2999jy");
    pty_wait_row(t, MESSAGE_ROW, "asking for what is to be copied");
    pty_keys(t, "<Esc>");
    pty_wait_row(t, MESSAGE_ROW, "the copy is given up");
    pty_wait_row(t, STATUS_ROW, "3,000 rows x 1 column selected");
    relay_flow(r);
    sheet_settle(t);
    expect_nothing_sent_since(t, 0);
    trial_leave(t);
    relay_free(r);
}

static void what_comes_after_a_newer_copy_is_not_copied(void **state)
{
    struct relay *r = relay_new(demo_program_address(trial_server()));
    struct pty *t = trial_view_at(relay_address(r), "billion", NULL);

    (void)state;
    pty_let_copy(t);
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, ":tab ships<Enter>");
    pty_wait_row(t, STATUS_ROW, "row 1 of 240");
    pty_keys(t, "gT");
    pty_wait_row(t, STATUS_ROW, "row 1 of 1,000,000,000");
    sheet_settle(t);
    relay_stall_up(r);
    pty_keys(t, "v2999jy");
    pty_wait_row(t, MESSAGE_ROW, "asking for what is to be copied");
    pty_keys(t, "gty");
    expect(t, "copied 1 cell, 9 bytes", "Albatross");
    pty_keys(t, "gT");
    relay_flow(r);
    pty_wait_row(t, MESSAGE_ROW, "not copied: something else was copied meanwhile");
    expect(t, "not copied", "Albatross");
    trial_leave(t);
    relay_free(r);
}

/* --- the selection --- */

static void a_selection_ends_with_esc_and_with_its_table(void **state)
{
    struct pty *t = view("ships", NULL, NULL);

    (void)state;
    pty_keys(t, "Vj");
    pty_wait_row(t, STATUS_ROW, "2 rows selected");
    pty_keys(t, "z<Enter>q"); /* a popup and another tab are looked at */
    pty_wait_row(t, STATUS_ROW, "2 rows selected");
    pty_keys(t, ":tab billion<Enter>");
    pty_wait_text(t, "of 1,000,000,000");
    pty_keys(t, "gT");
    pty_wait_row(t, STATUS_ROW, "2 rows selected");
    pty_keys(t, "<Esc>");
    pty_wait_gone(t, "selected");
    pty_keys(t, "v");
    pty_wait_row(t, STATUS_ROW, "1 row x 1 column selected");
    pty_keys(t, "]");
    pty_wait_text(t, "sort by Ship");
    pty_wait_gone(t, "selected");
    trial_leave(t);
}

static struct pty_cell cell_of(struct pty *t, int row, const char *text)
{
    char *line = pty_row(t, row), *at = strstr(line, text);
    struct pty_cell c;

    assert_non_null(at);
    pty_cell(
        t, row,
        (int)text_width((struct bytes){(uint8_t *)line, (size_t)(at - line)}, false, 100),
        &c);
    free(line);
    return c;
}

static void a_selection_is_seen_with_and_without_colour_and_in_ascii(void **state)
{
    static const struct {
        const char *option, *variable;
        int bg; /* of what is selected */
    } looks[] = {{NULL, NULL, 3}, {"--ascii", NULL, 3}, {NULL, "NO_COLOR=1", -1}};

    (void)state;
    for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
        struct pty *t = view("ships", looks[i].option, looks[i].variable);
        struct pty_cell selected, beside;

        pty_keys(t, "vj");
        pty_wait_row(t, STATUS_ROW, "2 rows x 1 column selected");
        selected = cell_of(t, FIRST_ROW, "Albatross");
        beside = cell_of(t, FIRST_ROW + 2, "Kittiwake");
        assert_int_equal(selected.bg, looks[i].bg);
        assert_int_equal(beside.bg, -1);
        assert_true(selected.bg >= 0 || (selected.bold && selected.underline));
        assert_false(beside.bold || beside.underline);
        trial_leave(t);
    }
}

/* --- limits --- */

static void above_the_limit_nothing_is_sent(void **state)
{
    struct pty *t = view("ships", NULL, NULL);
    size_t before;

    (void)state;
    pty_keys(t, ":set copy-limit 1K<Enter>");
    (void)pty_output(t, &before);
    pty_keys(t, "v18j9ly");
    pty_wait_row(t, MESSAGE_ROW, "not copied: more than 1,024 bytes (:set copy-limit");
    expect_nothing_sent_since(t, before);
    pty_wait_row(t, STATUS_ROW, "19 rows x 10 columns selected"); /* to be made smaller */
    pty_keys(t, "9k5hy");
    pty_wait_row(t, MESSAGE_ROW, "copied 10 rows x 5 columns");
    pty_wait_gone(t, "selected");
    trial_leave(t);
}

/* --- ways --- */

static void a_terminal_without_a_clipboard_is_sent_nothing(void **state)
{
    static const char *const types[] = {"TERM=linux", "TERM=vt220"};

    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        struct pty *t = view("ships", "--ascii", types[i]);

        pty_keys(t, "vy");
        pty_wait_row(t, MESSAGE_ROW, "this terminal has no clipboard");
        pty_wait_row(t, STATUS_ROW, "1 row x 1 column selected"); /* for another way */
        expect_nothing_sent_since(t, 0);
        pty_keys(t, "Q");
        assert_int_equal(pty_wait_exit(t), 0);
        pty_free(t);
    }
}

static void screen_is_sent_pieces(void **state)
{
    struct pty *t = view("ships", NULL, "STY=1.pts-0.host");
    const uint8_t *out;
    size_t n;

    (void)state;
    pty_keys(t, "v9j4ly");
    pty_wait_row(t, MESSAGE_ROW, "copied 10 rows x 5 columns");
    out = pty_output(t, &n);
    assert_non_null(memmem(out, n, "\033P\033]52;c;", 8));
    trial_leave(t); /* which looks at all of it */
}

static void behind_ssh_what_tmux_needs_is_told(void **state)
{
    struct pty *t = view("ships", NULL, "TERM=tmux-256color");

    (void)state;
    pty_keys(t, "y");
    expect(t, "sent 1 cell, 9 bytes; tmux must have set-clipboard on", "Albatross");
    pty_keys(t, "Q"); /* what tmux is sent is not in the grammar */
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
}

/* --- tmux --- */

/* The viewer in a tmux in a terminal, with a line of its configuration. */
struct nest {
    struct pty *t;
    char *socket;
};

static struct nest nest_new(const char *setting)
{
    static int serial; /* one that is about to end removes its socket */
    struct nest n = {.socket =
                         mem_printf("/tmp/dhview-tmux-%d.%d", (int)getpid(), ++serial)};
    char *conf = mem_printf("%s.conf", n.socket);
    char *lines =
        mem_printf("set -g destroy-unattached on\nset -g status off\n%s\n", setting);
    char *command = mem_printf(TEST_BUILD_DIR "/dhview dh+plain://%s/scope/ships",
                               demo_program_address(trial_server()));

    text_file_write(conf, lines, 0600);
    n.t = pty_start(
        &(struct pty_options){.rows = 24,
                              .cols = 100,
                              .program = "/usr/bin/tmux",
                              .argv = (const char *const[]){"-S", n.socket, "-f", conf,
                                                            "new-session", command, NULL}});
    pty_wait_text(n.t, "row 1 of 240");
    free(command);
    free(lines);
    (void)unlink(conf);
    free(conf);
    return n;
}

static void nest_free(struct nest *n)
{
    pty_keys(n->t, "Q");
    assert_int_equal(pty_wait_exit(n->t), 0);
    pty_free(n->t);
    (void)unlink(n->socket);
    free(n->socket);
}

static bool has_bytes(struct pty *t, void *ctx)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    return memmem(out, n, ctx, strlen(ctx)) != NULL;
}

/* Waits until the terminal around tmux was sent base64. tmux has a way of its own of
 * writing what is before it. */
static void expect_outside(const struct nest *n, const char *code)
{
    pty_wait(n->t, has_bytes, (void *)(uintptr_t)code, code);
}

/* What tmux itself has kept; owned. */
static char *kept_by(const struct nest *n)
{
    char *command = mem_printf("/usr/bin/tmux -S %s show-buffer 2>/dev/null", n->socket);
    char text[256] = "";
    FILE *f = popen(command, "r");

    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    (void)pclose(f);
    free(command);
    return mem_strdup(text);
}

static void tmux_keeps_a_copy_and_hands_it_on(void **state)
{
    struct nest n = nest_new("set -s set-clipboard on");
    char *kept;

    (void)state;
    pty_keys(n.t, "vjly");
    pty_wait_row(n.t, MESSAGE_ROW, "copied 2 rows x 2 columns, 29 bytes");
    expect_outside(&n, "QWxiYXRyb3NzCU5vcmdlCkZ1bG1hcgnDhUxBTkQ=\a");
    kept = kept_by(&n);
    assert_string_equal(kept, "Albatross\tNorge\nFulmar\t\xc3\x85LAND");
    free(kept);
    nest_free(&n);
}

static void tmux_that_lets_all_through_hands_a_copy_on(void **state)
{
    struct nest n = nest_new("set -s set-clipboard off\nset -g allow-passthrough on");

    (void)state;
    pty_keys(n.t, "y");
    pty_wait_row(n.t, MESSAGE_ROW, "copied 1 cell, 9 bytes");
    expect_outside(&n, "\033]52;c;QWxiYXRyb3Nz\a"); /* as it was sent */
    nest_free(&n);
}

/* The first is without any configuration. */
static void what_tmux_lacks_is_named_and_nothing_is_called_copied(void **state)
{
    static const char *const settings[] = {"", "set -s set-clipboard off"};

    (void)state;
    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
        struct nest n = nest_new(settings[i]);
        char *kept;

        pty_keys(n.t, "y");
        pty_wait_row(n.t, MESSAGE_ROW,
                     "not copied: tmux needs set-clipboard on, or allow-passthrough on");
        kept = kept_by(&n);
        assert_string_equal(kept, "");
        expect_nothing_sent_since(n.t, 0);
        free(kept);
        nest_free(&n);
    }
}

/* --- screen --- */

static void screen_hands_all_pieces_on_as_one(void **state)
{
    static char folder[] = "/tmp/dhview-screen-XXXXXX";
    char *conf, *sockets,
        *target =
            mem_printf("dh+plain://%s/scope/billion", demo_program_address(trial_server()));
    char *want = numbers(300);
    struct pty *t;

    (void)state;
    folder_make(folder);
    conf = mem_printf("%s/conf", folder);
    sockets = mem_printf("SCREENDIR=%s", folder);
    text_file_write(conf, "startup_message off\ndefutf8 on\n", 0600);
    t = pty_start(&(struct pty_options){
        .rows = 24,
        .cols = 100,
        .program = "/usr/bin/screen",
        .argv = (const char *const[]){"-c", conf, TEST_BUILD_DIR "/dhview", target, NULL},
        .env = (const char *const[]){sockets, NULL}});
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, "v299jy");
    pty_wait_row(t, MESSAGE_ROW, "copied 300 rows x 1 column, 1,089 bytes");
    pty_wait(t, has_copied, want, "the copy outside of screen");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    folder_remove(folder);
    free(want);
    free(target);
    free(sockets);
    free(conf);
}

/* --- commands --- */

static void set_command(struct pty *t, const char *command)
{
    char *line = mem_printf(":set copy-command %s<Enter>", command);

    pty_keys(t, line);
    free(line);
}

static char *file_in(const struct pty *t, const char *name)
{
    char *path = mem_printf("%s/%s", pty_home(t), name), text[256] = "";
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    (void)fclose(f);
    free(path);
    return mem_strdup(text);
}

static void a_command_is_fed_the_text_and_no_shell_sees_it(void **state)
{
    struct pty *t = view("types", NULL, NULL);
    char *got;

    (void)state;
    set_command(t, "cat >>~/clip; echo done >>~/clip");
    pty_keys(t, "cText<Enter>4Gvjy");
    pty_wait_row(t, MESSAGE_ROW, "copied 2 rows x 1 column, 22 bytes, by \"cat >>~/clip");
    got = file_in(t, "clip");
    assert_string_equal(got, "\"tab\there\"\n\"two\nlines\"done\n");
    free(got);
    expect_nothing_sent_since(t, 0);
    trial_leave(t);
}

static void over_ssh_a_command_has_not_copied(void **state)
{
    struct pty *t = view("ships", "--copy-command=cat >/dev/null",
                         "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22");

    (void)state;
    pty_keys(t, "y");
    pty_wait_row(t, MESSAGE_ROW,
                 "went to this host alone: 1 cell, 9 bytes, by \"cat >/dev/null\"");
    trial_leave(t);
}

static void a_command_that_fails_is_told(void **state)
{
    struct pty *t = view("ships", NULL, NULL);

    (void)state;
    set_command(t, "cat >/dev/null; echo no display >&2; exit 3");
    pty_keys(t, "y");
    pty_wait_row(t, MESSAGE_ROW, "copy-command: exit status 3: no display");
    set_command(t, "no-such-program");
    pty_keys(t, "y");
    pty_wait_row(t, MESSAGE_ROW, "copy-command: exit status 127: ");
    set_command(t, "kill -9 $$");
    pty_keys(t, "y");
    pty_wait_row(t, MESSAGE_ROW, "copy-command: ended by signal 9");
    trial_leave(t);
}

static void a_command_that_does_not_read_holds_nothing_up(void **state)
{
    struct pty *t = view("ships", "--copy-command=sleep 300", NULL);

    (void)state;
    pty_keys(t, "v9j4ly");
    pty_keys(t, "G");
    pty_wait_row(t, STATUS_ROW, "row 240 of 240");
    sheet_settle(t);
    pty_keys(t, ":set copy-command cat >~/clip<Enter>y"); /* gives the one before up */
    pty_wait_row(t, MESSAGE_ROW, "copied 1 cell, ");
    pty_keys(t, ":set copy-command sleep 300<Enter>y");
    trial_leave(t); /* within 3 s */
}

static void texts_of_boxes_and_lists_are_copied(void **state)
{
    struct pty *t = view("ships", NULL, NULL);
    char *link =
        mem_printf("dh+plain://%s/scope/ships", demo_program_address(trial_server()));

    (void)state;
    pty_keys(t, "z<Enter>");
    pty_wait_text(t, "line 1 of");
    pty_keys(t, "jy");
    expect(t, "copied this line, 5 bytes", "Norge");
    pty_keys(t, "10jy"); /* as from its cell, and not in a zone that is not told */
    expect(t, "copied this line, 30 bytes", "2026-01-01T00:00:00.000000000Z");
    pty_keys(t, "<Esc>:set copy-limit 100<Enter>z<Enter>");
    pty_wait_text(t, "line 1 of");
    pty_keys(t, "Y");
    pty_wait_text(t, "not copied: more than 100 bytes");
    pty_keys(t, "<Esc>:link<Enter>");
    pty_wait_text(t, "q closes");
    pty_keys(t, "y");
    expect(t, "copied this text", link);
    pty_keys(t, "<Esc>gb");
    pty_wait_text(t, "tab 1 of 1");
    pty_keys(t, "y");
    expect(t, "copied this name, 5 bytes", "ships");
    pty_keys(t, "<Esc>C/Fl<Enter>");
    pty_wait_text(t, "column 1 of 1");
    pty_keys(t, "Y");
    expect(t, "copied the names of this list, 4 bytes", "Flag");
    free(link);
    trial_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_boxes_and_lists_are_copied),
        cmocka_unit_test(one_cell_is_its_text_and_nothing_else),
        cmocka_unit_test(what_is_selected_is_copied_row_by_row),
        cmocka_unit_test(a_count_says_how_many_rows_or_columns),
        cmocka_unit_test(a_cell_with_tabs_or_line_ends_stays_one_cell),
        cmocka_unit_test(names_of_columns_are_copied_with_or_without_cells),
        cmocka_unit_test(what_comes_as_text_is_copied_as_that),
        cmocka_unit_test(a_copy_as_shown_has_the_format_of_the_screen),
        cmocka_unit_test(a_paused_picture_is_what_is_copied),
        cmocka_unit_test(what_is_not_here_is_fetched),
        cmocka_unit_test(many_cells_are_fetched_up_to_the_limit_in_bytes),
        cmocka_unit_test(cells_that_came_behind_the_help_outlive_their_session),
        cmocka_unit_test(a_list_that_the_screen_cuts_is_copied_whole),
        cmocka_unit_test(esc_gives_up_what_does_not_come),
        cmocka_unit_test(what_comes_after_a_newer_copy_is_not_copied),
        cmocka_unit_test(a_selection_ends_with_esc_and_with_its_table),
        cmocka_unit_test(a_selection_is_seen_with_and_without_colour_and_in_ascii),
        cmocka_unit_test(above_the_limit_nothing_is_sent),
        cmocka_unit_test(a_terminal_without_a_clipboard_is_sent_nothing),
        cmocka_unit_test(screen_is_sent_pieces),
        cmocka_unit_test(behind_ssh_what_tmux_needs_is_told),
        cmocka_unit_test(tmux_keeps_a_copy_and_hands_it_on),
        cmocka_unit_test(tmux_that_lets_all_through_hands_a_copy_on),
        cmocka_unit_test(what_tmux_lacks_is_named_and_nothing_is_called_copied),
        cmocka_unit_test(screen_hands_all_pieces_on_as_one),
        cmocka_unit_test(a_command_is_fed_the_text_and_no_shell_sees_it),
        cmocka_unit_test(over_ssh_a_command_has_not_copied),
        cmocka_unit_test(a_command_that_fails_is_told),
        cmocka_unit_test(a_command_that_does_not_read_holds_nothing_up),
    };

    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
