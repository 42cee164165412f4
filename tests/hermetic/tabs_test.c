/*
 * Several tables, on several servers, in one viewer.
 */
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
#include "tests/support/demo_program.h"
#include "tests/support/program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/tab_walk.h"
#include "tests/support/trial.h"

static struct demo_program *serve(void)
{
    return trial_serve("");
}

/* A viewer, 24 rows by 120 columns, of tables on servers, NULL at the end. */
struct wanted {
    const struct demo_program *server;
    const char *table;
};

static struct pty *view(const struct wanted *w, size_t n)
{
    char *targets[8] = {NULL};
    struct pty *t;

    assert_true(n < 8);
    for (size_t i = 0; i < n; i++)
        targets[i] = mem_printf("%s/%s", demo_program_address(w[i].server), w[i].table);
    t = pty_start(&(struct pty_options){.rows = 24,
                                        .cols = 120,
                                        .argv = (const char *const *)targets,
                                        .split_stderr = true});
    for (size_t i = 0; i < n; i++)
        free(targets[i]);
    return t;
}
#define VIEW(...)                                                                          \
    view((const struct wanted[]){__VA_ARGS__},                                             \
         sizeof((const struct wanted[]){__VA_ARGS__}) / sizeof(struct wanted))

static void wait_tabs(struct pty *t, const char *text)
{
    pty_wait_row(t, 0, text);
}

/* --- which tab is shown --- */

static void each_tab_offers_the_filters_of_its_own_value(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "ships"}, {d, "ships"});

    (void)state;
    pty_wait_text(t, "row 1 of 240");
    pty_keys(t, "cClass<Enter>z&");
    pty_wait_text(t, "rows by this value");
    pty_keys(t, "gt");
    pty_wait_text(t, "row 1 of 240");
    pty_keys(t, "cName<Enter>z&");
    pty_wait_text(t, "rows by this value");
    pty_keys(t, "gT<Enter>");
    pty_wait_text(t, "filter Class");
    trial_leave(t);
    demo_program_free(d);
}

static void keys_go_from_tab_to_tab(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "billion"}, {d, "trades"}, {d, "empty"});

    (void)state;
    wait_tabs(t, "[1 billion]");
    pty_keys(t, "gt");
    wait_tabs(t, " [2 trades] 3 empty");
    pty_keys(t, "gT");
    wait_tabs(t, "[1 billion]");
    pty_keys(t, "gT");
    wait_tabs(t, "[3 empty]");
    pty_keys(t, "2gt");
    wait_tabs(t, "[2 trades]");
    pty_keys(t, "<A-1>");
    wait_tabs(t, "[1 billion]");
    pty_keys(t, "2gT");
    wait_tabs(t, "[2 trades]");
    pty_keys(t, "7gt");
    pty_wait_text(t, "there is no tab 7; the last one is 3");
    trial_leave(t);
    demo_program_free(d);
}

static void each_tab_keeps_its_cursor_pause_and_columns(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "billion"}, {d, "trades"});

    (void)state;
    wait_tabs(t, "[1 billion]");
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "12345G2l");
    pty_wait_text(t, "row 12,345 of");
    pty_wait_text(t, "col 3/");
    pty_keys(t, "gt");
    pty_wait_text(t, "Symbol");
    pty_wait_text(t, "row 1 of 10"); /* before its rows there is nothing to pause */
    pty_keys(t, "p-");
    pty_wait_text(t, "PAUSED");
    pty_keys(t, "gt");
    pty_wait_text(t, "row 12,345 of 1,000,000,000");
    pty_wait_text(t, "col 3/");
    pty_keys(t, "gt");
    pty_wait_text(t, "PAUSED");
    pty_wait_text(t, "col 1/8");
    trial_leave(t);
    demo_program_free(d);
}

static void q_closes_the_tab_and_the_last_one_ends_the_program(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "billion"}, {d, "trades"}, {d, "empty"});

    (void)state;
    wait_tabs(t, "[1 billion]");
    pty_keys(t, "gt?");
    pty_wait_text(t, "help: lines");
    pty_keys(t, "q");
    wait_tabs(t, "[2 trades]");
    pty_wait_text(t, "Symbol");
    pty_keys(t, "q");
    wait_tabs(t, "[2 empty]");
    pty_keys(t, ":q<Enter>");
    pty_wait_gone(t, "empty");
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_free(t);
    demo_program_free(d);
}

static void Q_and_qa_end_the_program_with_all_tabs(void **state)
{
    static const char *const keys[] = {"Q", ":qa<Enter>"};
    struct demo_program *d = serve();

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pty *t = VIEW({d, "billion"}, {d, "trades"});

        wait_tabs(t, "[1 billion]");
        pty_keys(t, keys[i]);
        assert_int_equal(pty_wait_exit(t), 0);
        pty_check_restored(t);
        pty_free(t);
    }
    demo_program_free(d);
}

/* --- new tabs --- */

static void a_table_is_opened_in_a_new_tab(void **state)
{
    struct demo_program *d = serve(), *other = serve();
    struct pty *t = VIEW({d, "billion"});
    char *open;

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "t");
    pty_wait_text(t, "an order book");
    pty_keys(t, "jj");
    pty_wait_text(t, "table 3 of ");
    pty_keys(t, "o");
    wait_tabs(t, " 1 tables [2 book]");
    pty_wait_text(t, "row 1 of");
    pty_keys(t, "tG");
    pty_wait_text(t, "ten thousand columns");
    pty_keys(t, "o");
    wait_tabs(t, " 2 tables [3 wide]");
    pty_keys(t, "q");
    wait_tabs(t, "[2 tables]");
    pty_keys(t, "q:tab tr<Tab><Enter>");
    wait_tabs(t, "[3 trades]");
    open = mem_printf(":open %s/empty<Enter>", demo_program_address(other));
    pty_keys(t, open);
    wait_tabs(t, "[4 empty]");
    wait_tabs(t, demo_program_address(other));
    pty_keys(t, ":tabs<Enter>");
    pty_wait_text(t, "tab 4 of 4");
    pty_wait_row(t, 3, "2     book      260 ");
    pty_keys(t, "/boo<Enter>");
    wait_tabs(t, "[2 book]");
    pty_keys(t, ":open host:port<Enter>");
    pty_wait_text(t, "expected a port number, found \"port\"");
    free(open);
    trial_leave(t);
    demo_program_free(other);
    demo_program_free(d);
}

static void the_list_of_tabs_tells_their_state_on_a_small_screen(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "billion"}, {d, "a_table_with_a_name_of_some_length"});

    (void)state;
    pty_resize(t, 24, 80);
    wait_tabs(t, "[1 billion]");
    pty_keys(t, ":tabs<Enter>");
    pty_wait_row(t, 1, "State");
    pty_wait_row(t, 2, "● live");
    pty_wait_row(t, 3, "✗ not opened");
    trial_leave(t);
    demo_program_free(d);
}

/* --- what fails --- */

static void a_refused_table_says_why_in_its_tab_alone(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "nope"}, {d, "billion"});

    (void)state;
    wait_tabs(t, "[1 nope!]");
    pty_wait_text(t, "the server has no table \"nope\"");
    assert_false(pty_has(t, "ENDED")); /* it never began */
    pty_keys(t, ":tabn<Enter>");
    wait_tabs(t, " 1 nope! [2 billion]");
    trial_start(t);
    pty_keys(t, "gtq");
    pty_wait_gone(t, "nope");
    (void)trial_check_cells(t);
    trial_leave(t);
    demo_program_free(d);
}

static void when_no_target_can_be_had_the_program_ends_with_the_reason(void **state)
{
    struct demo_program *d = serve();

    (void)state;
    trial_ended(VIEW({d, "nope"}, {d, "neither"}), 4, "the server has no table");
    demo_program_free(d);
}

static void a_server_that_stops_touches_no_other_tab(void **state)
{
    struct demo_program *a = serve(), *b = serve();
    struct pty *t = VIEW({a, "billion"}, {b, "trades"});

    (void)state;
    trial_start(t);
    pty_keys(t, "gt");
    pty_wait_text(t, "Symbol");
    pty_keys(t, "gt");
    demo_program_kill(b, SIGKILL);
    wait_tabs(t, " 2 trades! ");
    wait_tabs(t, "live");
    trial_check_keys(t);
    pty_keys(t, "5000G");
    pty_wait_text(t, "row 5,000 of 1,000,000,000");
    sheet_settle(t);
    assert_true(trial_check_cells(t) > 0);
    assert_false(pty_has(t, TRIAL_OLD));
    pty_keys(t, "gt");
    wait_tabs(t, "disconnected: these rows are old");
    pty_wait_text(t, "Symbol");
    pty_keys(t, "gt:open nowhere:1/x<Enter>");
    wait_tabs(t, "[3 x");
    pty_keys(t, "<A-1>");
    pty_wait_text(t, "row 5,000 of 1,000,000,000");
    trial_leave(t);
    demo_program_free(b);
    demo_program_free(a);
}

static void the_end_of_a_hidden_table_shows_in_the_tab_line(void **state)
{
    struct demo_program *quiet = serve(), *d = trial_serve("message.3=status:12");
    struct pty *t = VIEW({quiet, "empty"}, {d, "trades"});

    (void)state;
    wait_tabs(t, "[1 empty] 2 trades! ");
    trial_leave(t);
    demo_program_free(d);
    demo_program_free(quiet);
}

/* --- keys to servers --- */

#define KEY "k3y"

#define KEY_FILE "/tmp/dhview-key-XXXXXX"

/* Makes a file with the key of this name, whose last letters are chosen. */
static void write_key(char path[])
{
    FILE *f = fdopen(mkstemp(path), "w");

    assert_non_null(f);
    (void)fputs(KEY "\n", f);
    (void)fclose(f);
}

static struct demo_program *serve_with_key(void)
{
    char path[] = KEY_FILE, *spec;
    struct demo_program *d;

    write_key(path);
    spec = mem_printf("--psk-file %s", path);
    d = trial_serve(spec);
    (void)remove(path);
    free(spec);
    return d;
}

static void the_right_key_after_one_that_cannot_be_sent_revives_the_tab(void **state)
{
    struct demo_program *open = serve(), *d = serve_with_key();
    struct pty *t = VIEW({open, "empty"}, {d, "billion"});

    (void)state;
    wait_tabs(t, "live");
    pty_keys(t, "gt");
    pty_wait_text(t, "key for ");
    pty_keys(t, "k\xc3\xa9y<Enter>");
    wait_tabs(t, "[2 billion!]");
    pty_keys(t, "gtgt");
    pty_wait_text(t, "key for ");
    pty_keys(t, KEY "<Enter>");
    trial_start(t);
    wait_tabs(t, "[2 billion] ");
    trial_leave(t);
    demo_program_free(d);
    demo_program_free(open);
}

static void going_to_the_tab_that_asks_keeps_what_was_typed(void **state)
{
    struct demo_program *d = serve_with_key();
    struct pty *t = VIEW({d, "billion"}, {d, "trades"});

    (void)state;
    pty_wait_text(t, "key for ");
    pty_keys(t, "k3<A-1>y<Enter>");
    trial_start(t);
    trial_leave(t);
    demo_program_free(d);
}

static void a_key_that_is_not_given_ends_no_other_servers_tab(void **state)
{
    struct demo_program *d = serve_with_key(), *slow = trial_serve("call.1=stall");
    struct pty *t = VIEW({d, "billion"}, {slow, "trades"});

    (void)state;
    pty_wait_text(t, "key for ");
    pty_keys(t, "<C-c>");
    pty_wait_text(t, "no key was given");
    pty_keys(t, "<C-c>");
    pty_wait_text(t, "nothing to cancel");
    pty_keys(t, "gtgT");
    pty_wait_text(t, "key for ");
    pty_keys(t, KEY "<Enter>");
    trial_start(t);
    trial_leave(t);
    demo_program_free(slow);
    demo_program_free(d);
}

static void a_server_that_was_left_is_gone_to_again_with_the_key_of_the_first(void **state)
{
    struct demo_program *d = serve_with_key(), *other = serve();
    char path[] = KEY_FILE, *first, *second, *open;
    struct pty *t;

    (void)state;
    write_key(path);
    first = mem_printf("%s/billion", demo_program_address(d));
    second = mem_printf("%s/trades", demo_program_address(other));
    open = mem_printf("q:open %s<Enter>", first);
    t = pty_start(&(struct pty_options){
        .rows = 24,
        .cols = 120,
        .argv = (const char *const[]){"--secret-file", path, first, second, NULL},
        .split_stderr = true});
    for (int i = 0; i < 3; i++) { /* the last goodbye may not be over */
        pty_wait_row(t, 0, i == 0 ? "[1 billion]" : "[2 billion]");
        trial_start(t);
        pty_keys(t, open);
    }
    trial_start(t);
    wait_tabs(t, "[2 billion]");
    trial_leave(t);
    (void)remove(path);
    free(first);
    free(second);
    free(open);
    demo_program_free(other);
    demo_program_free(d);
}

static void a_server_that_cannot_be_reached_is_named_in_its_tab(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "billion"});

    (void)state;
    trial_start(t);
    pty_keys(t, ":open 127.0.0.1:1/x<Enter>");
    wait_tabs(t, "[2 x!]");
    pty_wait_text(t, "127.0.0.1:1: cannot reach the server: Connection refused");
    pty_keys(t, "q");
    trial_leave(t);
    demo_program_free(d);
}

static void a_key_that_does_nothing_in_the_list_of_tabs_says_so(void **state)
{
    struct demo_program *d = serve();
    struct pty *t = VIEW({d, "billion"});

    (void)state;
    trial_start(t);
    pty_keys(t, ":tabs<Enter>");
    pty_wait_text(t, "tab 1 of 1");
    pty_keys(t, "o");
    pty_wait_text(t, "that does nothing here");
    trial_leave(t);
    demo_program_free(d);
}

/* --- the tab whose call carries the login --- */

/* Tables of one server that is told to be logged in to without a question. */
static struct pty *view_two(const char *address, const char *const tables[2],
                            const char *other)
{
    char *targets[] = {mem_printf("%s/%s", address, tables[0]),
                       mem_printf("%s/%s", address, tables[1])};
    struct pty *t = pty_start(&(struct pty_options){
        .rows = 24,
        .cols = 120,
        .argv = (const char *const[]){"--auth", "anonymous", targets[0], targets[1], other,
                                      NULL},
        .split_stderr = true});

    free(targets[0]);
    free(targets[1]);
    return t;
}

static void another_tab_logs_in_when_the_one_that_did_is_closed(void **state)
{
    struct trial_trace trace;
    struct demo_program *d;
    struct pty *t;
    char *spec;

    (void)state;
    trial_trace_start(&trace);
    spec = mem_printf("call.1=stall --trace %s", trace.path);
    d = trial_serve(spec);
    t = view_two(demo_program_address(d), (const char *const[]){"trades", "billion"}, NULL);
    wait_tabs(t, "[1 trades] 2 billion ");
    trial_trace_wait_open(t, &trace, "sessions=1"); /* it has the call */
    pty_wait_quiet(t, 300);                         /* and nothing comes of it */
    assert_false(pty_has(t, "live"));
    pty_keys(t, "q");
    pty_wait_gone(t, "trades");
    trial_start(t);
    wait_tabs(t, "live");
    pty_keys(t, ":tab http://localhost/ide/?name=trades&psk=secret<Enter>");
    pty_wait_row(t, 23, "found a link; :open takes one");
    assert_false(pty_has(t, "secret"));
    pty_keys(t, ":tab trades<Enter>");
    wait_tabs(t, "[2 trades]");
    pty_wait_text(t, "Symbol");
    trial_leave(t);
    trial_trace_release(&trace);
    free(spec);
    demo_program_free(d);
}

static void tabs_of_a_server_that_never_answers_close_and_the_others_go_on(void **state)
{
    struct demo_program *d = serve();
    struct relay *silent = relay_fake("127.0.0.1", "", 0, false);
    char *other = mem_printf("%s/billion", demo_program_address(d));
    struct pty *t = view_two(relay_address(silent), (const char *const[]){"x", "y"}, other);

    (void)state;
    wait_tabs(t, "[1 x] 2 y  3 billion ");
    pty_wait_quiet(t, 300);
    pty_keys(t, "q");
    wait_tabs(t, "[1 y] 2 billion ");
    trial_check_keys(t);
    pty_keys(t, "q");
    pty_wait_gone(t, " y");
    trial_start(t);
    wait_tabs(t, "live");
    trial_leave(t);
    free(other);
    relay_free(silent);
    demo_program_free(d);
}

/* --- random keys --- */

#define STEPS 40

static void keys_of_one_tab_never_act_on_another(void **state)
{
    struct demo_program *a = serve(), *b = serve();
    struct pty *t = VIEW({a, "billion"}, {b, "billion"}, {a, "billion"});
    struct tab_walk tabs[3];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        tabs[i] = (struct tab_walk){"billion", TRIAL_ROWS, 5, trial_formula, 0, 0};
    tab_walk(t, tabs, 3, program_rounds(STEPS));
    trial_leave(t);
    demo_program_free(b);
    demo_program_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tab_offers_the_filters_of_its_own_value),
        cmocka_unit_test(keys_go_from_tab_to_tab),
        cmocka_unit_test(each_tab_keeps_its_cursor_pause_and_columns),
        cmocka_unit_test(q_closes_the_tab_and_the_last_one_ends_the_program),
        cmocka_unit_test(Q_and_qa_end_the_program_with_all_tabs),
        cmocka_unit_test(a_table_is_opened_in_a_new_tab),
        cmocka_unit_test(the_list_of_tabs_tells_their_state_on_a_small_screen),
        cmocka_unit_test(a_refused_table_says_why_in_its_tab_alone),
        cmocka_unit_test(when_no_target_can_be_had_the_program_ends_with_the_reason),
        cmocka_unit_test(a_server_that_stops_touches_no_other_tab),
        cmocka_unit_test(the_end_of_a_hidden_table_shows_in_the_tab_line),
        cmocka_unit_test(the_right_key_after_one_that_cannot_be_sent_revives_the_tab),
        cmocka_unit_test(going_to_the_tab_that_asks_keeps_what_was_typed),
        cmocka_unit_test(a_key_that_is_not_given_ends_no_other_servers_tab),
        cmocka_unit_test(a_server_that_was_left_is_gone_to_again_with_the_key_of_the_first),
        cmocka_unit_test(a_server_that_cannot_be_reached_is_named_in_its_tab),
        cmocka_unit_test(a_key_that_does_nothing_in_the_list_of_tabs_says_so),
        cmocka_unit_test(another_tab_logs_in_when_the_one_that_did_is_closed),
        cmocka_unit_test(tabs_of_a_server_that_never_answers_close_and_the_others_go_on),
        cmocka_unit_test(keys_of_one_tab_never_act_on_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
