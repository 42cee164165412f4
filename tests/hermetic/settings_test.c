/* The config file, what the command line and ":set" make of it, and what is told of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/folder.h"
#include "tests/support/pty.h"
#include "tests/support/text_file.h"

static char folder[] = "/tmp/dhview-settings-XXXXXX";
static struct demo_program *demo;

static char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
    char *path = path_of(name);

    text_file_write(path, text, 0600);
    free(path);
}

static struct pty *open_table(const char *table, const char *const *options)
{
    char *config = mem_printf("XDG_CONFIG_HOME=%s", folder);
    char *target = mem_printf("%s/%s", demo_program_address(demo), table);
    const char *argv[8] = {target};
    struct pty *t;

    for (size_t i = 0; options && options[i]; i++)
        argv[i + 1] = options[i];
    t = pty_start(&(struct pty_options){
        .argv = argv, .env = (const char *const[]){config, NULL}, .cols = 120});
    free(target);
    free(config);
    return t;
}

static int columns_before(const char *line, const char *text)
{
    int n = 0;

    for (const char *p = line, *at = strstr(line, text); p < at; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    return n;
}

#define WITH(...) ((const char *const[]){__VA_ARGS__, NULL})

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
}

static void show(struct pty *t, const char *command, const char *expected)
{
    pty_keys(t, command);
    pty_wait_text(t, expected);
}

static void defaults_file_command_line_and_set_count_in_that_order(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[options]\nzone = Asia/Tokyo\ninterval = 700\n");
    t = open_table("billion", WITH("--interval", "900"));
    show(t, ":set zone<Enter>", "zone is Asia/Tokyo (config file)");
    show(t, ":set interval<Enter>", "interval is 900 ms (command line)");
    show(t, ":set max-message<Enter>", "max-message is 33554432 (default)");
    pty_keys(t, ":set zone Europe/Vienna<Enter>");
    show(t, ":set zone<Enter>", "zone is Europe/Vienna (:set)");
    show(t, ":set zone No/Where<Enter>", "No/Where");
    show(t, ":set zone<Enter>", "zone is Europe/Vienna (:set)");
    show(t, ":set all<Enter>", "interval            900 ms               command line");
    pty_wait_text(t, "zone                Europe/Vienna        :set");
    pty_wait_text(t, "ascii               false                default");
    leave(t);
}

static void what_cannot_be_set_says_why(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "");
    t = open_table("billion", NULL);
    show(t, ":set zoen UTC<Enter>",
         "set: no option is called \"zoen\"; did you mean \"zone\"?");
    show(t, ":set ascii true<Enter>",
         "ascii is set at the start: as --ascii, or in [options] of the config file");
    show(t, ":set interval -1<Enter>", "expected a number from 0");
    leave(t);
}

static void a_bad_line_is_told_once_at_the_start_and_the_rest_counts(void **state)
{
    char *first = mem_printf("%s/dhview/config:2: unknown option \"zoen\"; did you mean "
                             "\"zone\"?",
                             folder);
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[options]\nzoen = UTC\nuser = me\nzone = Asia/Tokyo\n"
                                "[optoins]\nascii = true\ninterval = 5\n");
    t = open_table("billion", NULL);
    pty_wait_text(t, first);
    pty_wait_text(t, "(and 2 more: :config)");
    show(t, ":set zone<Enter>", "zone is Asia/Tokyo");
    assert_false(pty_has(t, "zoen"));
    show(t, ":config<Enter>", "config:3: \"user\" is about one server");
    pty_wait_text(t, "config: 7 lines");
    pty_wait_text(t, "did you mean \"options\"?");
    leave(t);
    free(first);
}

static void another_file_is_read_while_it_runs(void **state)
{
    char *command = mem_printf(":source %s/more<Enter>", folder);
    char *shown = mem_printf("%s/more: 3 lines", folder);
    char *piped = mem_printf(":source %s/pipe<Enter>", folder), *path = path_of("pipe");
    struct pty *t;

    (void)state;
    write_file("dhview/config", "");
    write_file("more", "[options]\nzone = Asia/Tokyo\nascii = true\n\n"
                       "[connection \"here\"]\ntarget = localhost\n# end\n");
    t = open_table("billion", WITH("--zone", "UTC"));
    show(t, command, "7 lines read; for the next start: ascii");
    show(t, ":set zone<Enter>", "zone is Asia/Tokyo (config file)");
    write_file("more", "[options]\nzone = No/Where\nx = 1\n");
    show(t, command, "more:2: time zone 'No/Where'");
    show(t, ":set zone<Enter>", "zone is Asia/Tokyo (config file)");
    assert_int_equal(mkfifo(path, 0600), 0);
    show(t, piped, "pipe: 0 lines read"); /* nobody is waited for */
    show(t, ":source /no/such<Enter>", "config file /no/such: No such file or directory");
    show(t, ":config<Enter>", shown);
    pty_wait_text(t, "/no/such: No such file");
    pty_wait_text(t, "more:3: unknown option \"x\"");
    write_file("more", "[options]\nzone = UTC\n"); /* mended */
    pty_keys(t, "<Esc>");
    show(t, command, "more: 2 lines read");
    pty_keys(t, ":config<Enter>");
    pty_wait_gone(t, "lines read");
    pty_wait_text(t, "more: 2 lines");
    assert_false(pty_has(t, "unknown option"));
    leave(t);
    free(path);
    free(piped);
    free(shown);
    free(command);
}

static void default_takes_a_setting_back(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[options]\ncopy-command = cat >'a b' # \"x\" ;\n");
    t = open_table("billion", WITH("--zone", "Asia/Tokyo"));
    show(t, ":set copy-command<Enter>",
         "copy-command is cat >'a b' # \"x\" ; (config file)");
    show(t, ":set copy-command def<Tab>", ":set copy-command default");
    pty_keys(t, "<Enter>");
    show(t, ":set copy-command<Enter>", "copy-command is not set (default)");
    pty_keys(t, ":set zone default<Enter>");
    show(t, ":set zone<Enter>", "zone is UTC (default)");
    pty_keys(t, ":set keys less<Enter>:set keys default<Enter>");
    show(t, ":set keys<Enter>", "keys is vim (default)");
    leave(t);
}

static void a_log_of_the_file_that_cannot_be_written_costs_its_line(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[options]\nzone = UTC\nlog = /proc/no/log\n");
    t = open_table("billion", NULL);
    pty_wait_text(t, "config:3: ");
    pty_wait_text(t, "/proc/no/log");
    show(t, ":set zone<Enter>", "zone is UTC (config file)");
    leave(t);
    write_file("dhview/config", "");
}

static void keys_of_ones_own_work_and_are_shown_as_they_work(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[keys]\nhide-column = x c\nnone = q\n");
    t = open_table("billion", NULL);
    show(t, "x", "col 1/");
    pty_keys(t, "q");
    pty_wait_text(t, "no such key: q");
    show(t, "?/hide this<Enter>", "- x c ");
    assert_false(pty_has(t, "go to a column by name"));
    leave(t);
}

static void what_is_told_of_keys_follows_ones_own(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[keys]\nnone = ? g- q <Esc> / <C-r>\nclose = x\n"
                                "show-columns = gX\nhide-column = X\n");
    t = open_table("billion", NULL);
    pty_wait_text(t, "row 1 of 1,000,000,000");
    assert_true(pty_has(t, "F1 help"));
    show(t, "X", "1 column hidden; gX shows all");
    show(t, "K", "no such key: K   (F1 lists them)");
    show(t, "z<Enter>", "Enter opens   x closes");
    show(t, "xgb", "Enter shows, :open-filter filters, x back");
    show(t, "x<F1>", "x goes back");
    pty_keys(t, "x");
    show(t, "<C-c>", "nothing to cancel; Q quits");
    leave(t);
}

static void wrong_and_doubled_keys_are_told_at_the_start(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[keys]\nhide-column = x\nfolow = z\nfollow = x\n");
    t = open_table("billion", NULL);
    pty_wait_text(t, "config:3: no action is called \"folow\"; did you mean \"follow\"?");
    show(t, ":config<Enter>", "config:4: x is bound twice, to hide-column and to follow");
    pty_keys(t, "<Esc>");
    pty_wait_text(t, "row 1 of");
    show(t, "x", "FOLLOW");
    leave(t);
}

static void keys_of_another_program_are_had_by_a_preset(void **state)
{
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[options]\nkeys = less\n[keys]\npause = K\n");
    t = open_table("billion", NULL);
    show(t, ">", "row 1,000,000,000 of");
    show(t, ":set keys<Enter>", "keys is less (config file)");
    show(t, ":set keys emacs<Enter>", "--keys: expected vim|less|visidata, found");
    pty_keys(t, ":set keys visidata<Enter>");
    show(t, "gk", "row 1 of");
    show(t, "K", "PAUSED");
    show(t, "?/keys = visi<Enter>", "what keys = visidata changes");
    leave(t);
}

/* The header's first letter, when the viewer runs with these variables. */
static struct pty_cell header_cell(const char *a, const char *b)
{
    char *config = mem_printf("XDG_CONFIG_HOME=%s", folder);
    char *target = mem_printf("%s/billion", demo_program_address(demo));
    struct pty *t =
        pty_start(&(struct pty_options){.argv = (const char *const[]){target, NULL},
                                        .env = (const char *const[]){config, a, b, NULL}});
    struct pty_cell cell;
    char *line;

    pty_wait_text(t, "Name");
    line = pty_row(t, 1);
    pty_cell(t, 1, columns_before(line, "Name"), &cell);
    free(line);
    leave(t);
    free(target);
    free(config);
    return cell;
}

static void themes_use_the_colours_that_the_terminal_has(void **state)
{
    struct pty_cell c;

    (void)state;
    write_file("dhview/config", "[options]\ntheme = light\n");
    assert_int_equal(header_cell("TERM=xterm-256color", NULL).fg, 18);
    c = header_cell("TERM=xterm", NULL);
    assert_int_equal(c.fg, 4); /* of its eight */
    assert_int_equal(header_cell("TERM=xterm", "COLORTERM=truecolor").fg, 18);
    assert_int_equal(header_cell("TERM=linux", NULL).fg, 4);
    assert_int_equal(header_cell("TERM=screen", NULL).fg, 4);
    assert_int_equal(header_cell("TERM=screen", "COLORTERM=24bit").fg, 18);
    assert_int_equal(header_cell("TERM=tmux-256color", NULL).fg, 18);
    assert_int_equal(header_cell("TERM=vt100", NULL).fg, -1);
    c = header_cell("TERM=xterm-256color", "NO_COLOR=1");
    assert_int_equal(c.fg, -1);
    assert_true(c.bold);
    write_file("dhview/config", "[options]\ntheme = mono\n");
    assert_int_equal(header_cell("TERM=xterm-256color", NULL).fg, -1);
    write_file("dhview/config", "[theme]\nheader = 202 on black underline\n");
    c = header_cell("TERM=xterm-256color", NULL);
    assert_int_equal(c.fg, 202);
    assert_int_equal(c.bg, 0);
    assert_true(c.underline && !c.bold);
}

static bool has_colour(struct pty *t, void *ctx)
{
    const int *fg = ctx;
    char *line = pty_row(t, 1);
    const char *at = strstr(line, "Name");
    struct pty_cell cell = {.fg = -2};

    if (at)
        pty_cell(t, 1, columns_before(line, "Name"), &cell);
    free(line);
    return cell.fg == *fg;
}

static void a_theme_is_changed_while_it_runs(void **state)
{
    char *command = mem_printf(":source %s/more<Enter>", folder);
    int light = 18, dark = 117, own = 9;
    struct pty *t;

    (void)state;
    write_file("dhview/config", "[theme]\nhaeder = red\n");
    t = open_table("billion", NULL);
    pty_wait_text(t, "config:2: no style is called \"haeder\"; did you mean \"header\"?");
    pty_keys(t, ":set theme light<Enter>");
    pty_wait(t, has_colour, &light, "the header in the colour of the theme");
    pty_keys(t, ":set theme dark<Enter>");
    pty_wait(t, has_colour, &dark, "the header in the colour of the theme");
    write_file("more", "[theme]\nheader = bright-red\n");
    pty_keys(t, command);
    pty_wait(t, has_colour, &own, "the header in the colour of the file");
    show(t, ":set theme<Enter>", "theme is dark (:set)");
    leave(t);
    free(command);
}

static struct pty *open_with_state(const char *state_home)
{
    char *state = mem_printf("XDG_STATE_HOME=%s", state_home);
    char *target = mem_printf("%s/billion", demo_program_address(demo));
    struct pty *t =
        pty_start(&(struct pty_options){.argv = (const char *const[]){target, NULL},
                                        .env = (const char *const[]){state, NULL},
                                        .cols = 120});

    pty_wait_text(t, "row 1 of");
    free(target);
    free(state);
    return t;
}

static void what_was_typed_is_there_in_the_next_run(void **state)
{
    struct pty *t = open_with_state(folder);

    (void)state;
    show(t, "&7<Enter>", "filter 7");
    show(t, "?/column left<Enter>", "column left");
    pty_keys(t, "<Esc>:set copy-limit 7000<Enter>: set copy-command secret<Enter>");
    leave(t);
    t = open_with_state(folder);
    show(t, "&<Up>", ": 7");
    show(t, "<Esc>?/<Up>", "/column left");
    show(t, "<Esc><Esc>:<Up>", ":set copy-limit 7000"); /* no blank stood before it */
    pty_keys(t, "<Esc>");
    leave(t);
}

static void a_folder_that_cannot_be_written_is_told_once(void **state)
{
    struct pty *t = open_with_state("/proc/no");

    (void)state;
    show(t, ":set zone<Enter>",
         "zone is UTC (default); what is typed is not kept: /proc/no");
    show(t, ":nonsense<Enter>", "no such command: nonsense");
    assert_false(pty_has(t, "not kept"));
    leave(t);
}

static void without_a_home_folder_it_works_and_that_is_told_once(void **state)
{
    char *target = mem_printf("%s/billion", demo_program_address(demo));
    struct pty *t = pty_start(&(struct pty_options){
        .argv = (const char *const[]){target, NULL},
        .env = (const char *const[]){"HOME=", "XDG_STATE_HOME=", "XDG_CONFIG_HOME=", NULL},
        .cols = 120});

    (void)state;
    pty_wait_text(t, "row 1 of");
    show(t, ":5<Enter>", "what is typed is not kept: neither XDG_STATE_HOME nor HOME");
    show(t, ":nonsense<Enter>", "no such command: nonsense");
    assert_false(pty_has(t, "not kept"));
    show(t, ":save mine<Enter>", "neither XDG_STATE_HOME nor HOME names a folder for it");
    leave(t);
    free(target);
}

static void a_saved_view_is_offered_and_brought_back_in_the_next_run(void **state)
{
    struct pty *t = open_with_state(folder);

    (void)state;
    show(t, "]", "Row ▼");
    pty_keys(t, "l-");
    pty_wait_gone(t, "Name");
    show(t, ":save mine<Enter>", "saved; :view mine brings it back");
    show(t, ":save other<Enter>", "saved; :view other");
    show(t, ":unsave other<Enter>", "view other is no longer kept");
    show(t, ":view m<Tab>", ":view mine");
    pty_keys(t, "<Esc>l-");
    pty_wait_text(t, "2 hidden");
    show(t, ":save mine<Enter>", "replace the view mine? (y, n)");
    show(t, "n<Enter>", "the view stays as it was saved");
    leave(t);

    t = open_with_state(folder);
    pty_wait_text(t, "a view is saved: :view mine");
    assert_true(pty_has(t, "Name"));
    show(t, ":view none<Enter>", "no view of this table is called none");
    show(t, "[", "Row ▲"); /* goes with what is done here */
    show(t, ":view mine<Enter>", "Row ▼");
    pty_wait_gone(t, "Name");
    show(t, ":views<Enter>", "saved views");
    pty_keys(t, "<Esc>U");
    pty_wait_gone(t, "▼");
    show(t, ":head 50<Enter>", "row 1 of 50 ");
    show(t, "D", "Count");
    show(t, ":view mine<Enter>", "a view begins at the table of the server");
    pty_keys(t, "q");
    show(t, ":save<Enter>", "save: expected a name for this view, found nothing");
    show(t, ":save mine<Enter>y<Enter>", "saved; :view mine brings it back");
    leave(t);
}

static int serve(void **state)
{
    char *config;

    (void)state;
    folder_make(folder);
    config = path_of("dhview");
    assert_int_equal(mkdir(config, 0700), 0);
    free(config);
    demo = demo_program_start((const char *const[]){NULL});
    return 0;
}

static int end(void **state)
{
    (void)state;
    demo_program_free(demo);
    folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_file_command_line_and_set_count_in_that_order),
        cmocka_unit_test(what_cannot_be_set_says_why),
        cmocka_unit_test(a_bad_line_is_told_once_at_the_start_and_the_rest_counts),
        cmocka_unit_test(another_file_is_read_while_it_runs),
        cmocka_unit_test(default_takes_a_setting_back),
        cmocka_unit_test(a_log_of_the_file_that_cannot_be_written_costs_its_line),
        cmocka_unit_test(keys_of_ones_own_work_and_are_shown_as_they_work),
        cmocka_unit_test(what_is_told_of_keys_follows_ones_own),
        cmocka_unit_test(wrong_and_doubled_keys_are_told_at_the_start),
        cmocka_unit_test(keys_of_another_program_are_had_by_a_preset),
        cmocka_unit_test(what_was_typed_is_there_in_the_next_run),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_told_once),
        cmocka_unit_test(without_a_home_folder_it_works_and_that_is_told_once),
        cmocka_unit_test(a_saved_view_is_offered_and_brought_back_in_the_next_run),
        cmocka_unit_test(themes_use_the_colours_that_the_terminal_has),
        cmocka_unit_test(a_theme_is_changed_while_it_runs),
    };
    return cmocka_run_group_tests(tests, serve, end);
}
