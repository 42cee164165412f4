/*
 * A server that goes away under the viewer, and comes back: everything is where it was, and
 * no cell that is shown as current is wrong. Killed and started again, and cut off by a
 * relay behind a message taken at random (see tests/support/trial.h).
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

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/h2_faults.h"
#include "tests/support/program.h"
#include "tests/support/sheet.h"
#include "tests/support/site.h"
#include "tests/support/stopwatch.h"
#include "tests/support/trial.h"

#define LOST "disconnected: these rows are old"
#define LONG_WAIT_MS 6000 /* the next one is longer still */
#define AT_ONCE_MS 2500
#define TRIES_MAX 3
#define CUTS 6 /* DHVIEW_ROUNDS: another number of them */
#define CUT_WITHIN_MS 60000
#define MESSAGES 12 /* of a subscription, behind one of which it is cut */
#define FIRST_ROW 3 /* of the screen that shows cells */

static const struct sheet_area cells = {FIRST_ROW, 20, 20, 80};

static void wait_lost(struct pty *t, int cursor)
{
    pty_wait_row(t, 0, LOST);
    sheet_sync(t);
    assert_true(sheet_check_old(t, &cells, cursor) > 100);
}

static void wait_live(struct pty *t)
{
    pty_wait_row(t, 0, "● live");
    sheet_settle(t);
}

static void a_server_that_comes_back_shows_the_row_that_was_current(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "5000000Gzzll-mag_");
    sheet_wait_status(t, 5000000, TRIAL_ROWS);
    sheet_settle(t);
    site_kill(s);
    wait_lost(t, 12);
    assert_true(trial_check_cells(t) > 0);
    pty_keys(t, "jj");
    sheet_wait_status(t, 5000002, TRIAL_ROWS);
    trial_check_keys(t);
    site_serve(s, "");
    pty_wait_row(t, 23, "connected again, after: ");
    wait_live(t);
    sheet_wait_status(t, 5000002, TRIAL_ROWS);
    assert_true(trial_check_cells(t) > 0);
    pty_wait_text(t, "1 hidden");
    pty_keys(t, "gg'a");
    sheet_wait_status(t, 5000000, TRIAL_ROWS);
    trial_leave(t);
    site_free(s);
}

static void following_and_a_pause_outlive_the_server(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "trades", NULL);

    (void)state;
    pty_wait_text(t, "Symbol");
    pty_keys(t, "F");
    pty_wait_text(t, "FOLLOW");
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    pty_wait_text(t, "FOLLOW");
    site_serve(s, "");
    pty_wait_row(t, 0, "● live");
    pty_wait_text(t, "FOLLOW");
    pty_keys(t, "p");
    pty_wait_text(t, "PAUSED");
    site_kill(s);
    pty_wait_row(t, 0, LOST);
    site_serve(s, "");
    pty_wait_row(t, 0, "● live");
    pty_wait_text(t, "PAUSED");
    pty_keys(t, "p");
    pty_wait_gone(t, "PAUSED");
    trial_leave(t);
    site_free(s);
}

static void a_wide_table_comes_back_with_the_columns_that_were_shown(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "wide", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of");
    pty_keys(t, "cC05000<Enter>");
    pty_wait_text(t, "C05000");
    sheet_settle(t);
    site_kill(s);
    wait_lost(t, FIRST_ROW);
    site_serve(s, "");
    wait_live(t);
    pty_wait_text(t, "C05000");
    trial_leave(t);
    site_free(s);
}

static void every_tab_comes_back_and_another_server_is_left_alone(void **state)
{
    struct site *s = site_new(""), *other = site_new("");
    char *first = mem_printf("%s/billion", demo_program_address(s->demo));
    char *second = mem_printf("%s/trades", demo_program_address(s->demo));
    char *third = mem_printf("%s/billion", demo_program_address(other->demo));
    struct pty *t = pty_start(
        &(struct pty_options){.rows = 24,
                              .cols = 100,
                              .argv = (const char *const[]){first, second, third, NULL},
                              .split_stderr = true});

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "77Ggt");
    pty_wait_text(t, "Symbol");
    site_kill(s);
    pty_wait_row(t, 0, "lost");
    pty_wait_row(t, 0, "billion!");
    pty_keys(t, "gt");
    sheet_settle(t);
    pty_keys(t, "900G");
    sheet_wait_status(t, 900, TRIAL_ROWS);
    sheet_settle(t);
    assert_true(trial_check_cells(t) > 0);
    pty_keys(t, "?");
    pty_wait_text(t, "help: lines");
    pty_keys(t, "q");
    site_serve(s, "");
    pty_wait_row(t, 0, "2 trades ");
    pty_keys(t, "gtgt");
    pty_wait_text(t, "Symbol");
    pty_wait_row(t, 0, "● live");
    pty_keys(t, "gT");
    sheet_wait_status(t, 77, TRIAL_ROWS);
    wait_live(t);
    assert_true(trial_check_cells(t) > 0);
    trial_leave(t);
    free(first);
    free(second);
    free(third);
    site_free(s);
    site_free(other);
}

/* Until the next try, as the tab line tells; -1: it does not. */
static int64_t left_ms(const struct pty *t)
{
    char *line = pty_row(t, 0), *again = strstr(line, "again in ");
    int64_t ms = again ? strtol(again + strlen("again in "), NULL, 10) * 1000 : -1;

    free(line);
    return ms;
}

/* Some tries have failed by then, and the waits are longer. */
static bool waits_long(struct pty *t, void *ctx)
{
    (void)ctx;
    return left_ms(t) >= LONG_WAIT_MS;
}

static bool waits_or_lives(struct pty *t, void *ctx)
{
    char *line = pty_row(t, 0);
    bool lives = strstr(line, "● live") != NULL;

    (void)ctx;
    free(line);
    return lives || left_ms(t) > 0;
}

/* Kills the server, lets the waits grow, and has it back; how long the one that is under
 * way still lasts. */
static int64_t come_back_in_a_long_wait(struct site *s, struct pty *t)
{
    trial_start(t);
    site_kill(s);
    pty_wait_seen(t, waits_long, NULL, "a long wait");
    site_serve(s, "");
    pty_wait_frame(t, waits_or_lives, NULL, "a wait, or a connection");
    return left_ms(t);
}

static void a_key_tries_again_at_once(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "billion", NULL);
    struct stopwatch w;

    (void)state;
    for (int i = 0; come_back_in_a_long_wait(s, t) <= AT_ONCE_MS; i++) {
        assert_in_range(i, 0, TRIES_MAX); /* what comes by itself says nothing of the key */
        print_message("it comes back before the key; once more\n");
        wait_live(t);
    }
    w = stopwatch_start_both(pty_pid(t), demo_program_pid(s->demo));
    pty_keys(t, "<C-r>");
    wait_live(t);
    assert_in_range(stopwatch_ms(&w), 0, AT_ONCE_MS);
    assert_true(trial_check_cells(t) > 0);
    trial_leave(t);
    site_free(s);
}

/* That its session is over it learns from the server: the login needs no other wait. */
static void a_server_that_is_back_is_waited_for_only_once(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "billion", NULL);

    struct stopwatch w;
    int64_t left;

    (void)state;
    left = come_back_in_a_long_wait(s, t);
    w = stopwatch_start_both(pty_pid(t), demo_program_pid(s->demo));
    wait_live(t);
    assert_in_range(stopwatch_ms(&w), 0, (left > 0 ? left : 0) + AT_ONCE_MS);
    trial_leave(t);
    site_free(s);
}

static void a_start_without_a_server_waits_for_one(void **state)
{
    struct site *s = site_new("");
    char *address = mem_strdup(demo_program_address(s->demo));

    (void)state;
    site_kill(s);
    struct pty *t = trial_view_at(address, "billion", NULL);
    pty_wait_row(t, 0, "no server there");
    pty_wait_row(t, 23, "cannot reach the server: Connection refused; it is tried again");
    site_serve(s, "");
    wait_live(t);
    sheet_wait_status(t, 1, TRIAL_ROWS);
    assert_true(trial_check_cells(t) > 0);
    trial_leave(t);
    site_kill(s);
    t = trial_view_at(address, "billion", "--no-retry");
    trial_ended(t, 1, "cannot reach the server: Connection refused");
    t = trial_view_at(address, "billion", NULL);
    pty_wait_row(t, 0, "no server there");
    pty_keys(t, "<C-c>");
    assert_int_equal(pty_wait_exit(t), 130);
    pty_free(t);
    free(address);
    site_free(s);
}

/* --- cut by a relay --- */

/* Message 0: when it is told to. */
static struct h2_plan cut_behind(unsigned message)
{
    return (struct h2_plan){.step = {{.when = message > 0 ? H2_ON_MESSAGE : H2_ON_FIRE,
                                      .number = message,
                                      .then = H2_END_BOTH}},
                            .once = true};
}

/* To a row, in the middle of what is known of it; the keys are owned. */
static char *jump(struct prng *p)
{
    return mem_printf("%" PRIu64 "G", 1 + prng_below(p, 900000));
}

static char *sideways(struct prng *p)
{
    return mem_printf("cC%05" PRIu64 "<Enter>", prng_below(p, 9000));
}

/* With a filter and a sort from the start; its first stream is of the table without them,
 * so that it is cut when they are on their way. */
#define EDITED "billion?op=filter,Row,x,less,Row,digits,900000000&op=sort,down,Row"

static char *edited_formula(const char *column, int64_t row)
{
    return trial_formula(column, INT64_C(899999999) - row);
}

static const struct subject {
    const char *table, *status; /* text of the status line when it is there */
    const char *start;          /* keys that it is watched after */
    sheet_formula *formula;
    char *(*move)(struct prng *p); /* NULL: its rows move */
    unsigned messages; /* that a stream of it has at least: other columns have another; 0:
                          it is cut after any move */
} billion = {"billion", "row 1 of ", "", trial_formula, jump, MESSAGES},
  opened = {EDITED, "row 1 of 900,000,000", "", edited_formula, jump, 1},
  edited = {EDITED, "row 1 of 900,000,000", "", edited_formula, jump, 0},
  wide = {"wide", "row 1 of ", "500G", trial_formula_wide, sideways, 1},
  trades = {"trades", "row 1 of ", "F", trial_formula_trades, NULL, MESSAGES};

/* In turn: what is on the screen, and what in a second tab. */
static const struct {
    const struct subject *shown, *other;
} scenes[] = {{&billion, NULL},  {&wide, NULL},   {&trades, NULL},
              {&billion, &wide}, {&opened, NULL}, {&edited, NULL}};
#define N_SCENES (int)(sizeof(scenes) / sizeof(*scenes))

/* No cell that is there is wrong, not in the middle of a frame. */
static size_t check(struct pty *t, const struct subject *s)
{
    pty_wait_quiet(t, 60);
    return sheet_check_known(t, s->formula);
}

struct wait {
    struct relay *relay;
    const struct subject *subject;
};

static bool is_reconnected(struct pty *t, void *ctx)
{
    const struct wait *w = ctx;
    char *line = pty_row(t, 0);
    bool live = strstr(line, "● live") != NULL;

    free(line);
    (void)check(t, w->subject);
    return live && relay_connections(w->relay) >= 2;
}

static void check_back(struct pty *t, struct relay *r, const struct subject *s)
{
    struct wait w = {r, s};

    pty_wait(t, is_reconnected, &w, "rows that are live again");
    sheet_settle(t);
    assert_true(check(t, s) > 0);
}

static struct pty *view(const struct relay *r, const struct subject *shown,
                        const struct subject *other)
{
    char *more = other ? mem_printf("%s/%s", relay_address(r), other->table) : NULL;
    struct pty *t = trial_view_at(relay_address(r), shown->table, more);

    pty_wait_text(t, shown->status);
    pty_keys(t, shown->start);
    sheet_sync(t);
    free(more);
    return t;
}

/* Until it is cut, and for one move more at most. */
static void use(struct pty *t, struct relay *r, const struct subject *s, struct prng *p)
{
    int64_t end = trial_now_ms() + CUT_WITHIN_MS;

    while (relay_connections(r) < 2) {
        char *keys = s->move ? s->move(p) : mem_strdup("");

        if (trial_now_ms() > end)
            fail_msg("it was not cut");
        pty_keys(t, keys);
        if (s->messages == 0 && prng_below(p, 3) == 0)
            relay_fire(r);
        sheet_sync(t);
        (void)check(t, s);
        free(keys);
    }
}

static void cut_once(const struct demo_program *d, struct prng *p, int round)
{
    const struct subject *shown = scenes[round % N_SCENES].shown,
                         *other = scenes[round % N_SCENES].other;
    unsigned message =
        shown->messages > 0 ? 1 + (unsigned)prng_below(p, shown->messages) : 0;
    struct h2_plan plan = cut_behind(message);
    struct relay *r = h2_faults_relay(demo_program_address(d), &plan);
    struct pty *t = view(r, shown, other);
    int64_t row = -1, rows;

    print_message("cut %d: %s behind message %u\n", round, shown->table, message);
    use(t, r, shown, p);
    (void)sheet_status(t, &row, &rows);
    check_back(t, r, shown);
    if (shown->move)
        sheet_wait_status(t, row, rows);
    else
        pty_wait_text(t, "FOLLOW");
    if (other) {
        pty_keys(t, "gt");
        pty_wait_text(t, "C00000");
        check_back(t, r, other);
    }
    trial_leave(t);
    relay_free(r);
}

static void a_cut_behind_any_message_loses_nothing(void **state)
{
    const char *rounds = getenv("DHVIEW_ROUNDS");
    struct prng p = prng_start();
    int n = rounds ? (int)strtol(rounds, NULL, 10) : CUTS;
    struct demo_program *d = trial_serve("--tick-ms 20");

    (void)state;
    for (int i = 1; i <= n; i++)
        cut_once(d, &p, i);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_comes_back_shows_the_row_that_was_current),
        cmocka_unit_test(following_and_a_pause_outlive_the_server),
        cmocka_unit_test(a_wide_table_comes_back_with_the_columns_that_were_shown),
        cmocka_unit_test(every_tab_comes_back_and_another_server_is_left_alone),
        cmocka_unit_test(a_key_tries_again_at_once),
        cmocka_unit_test(a_server_that_is_back_is_waited_for_only_once),
        cmocka_unit_test(a_start_without_a_server_waits_for_one),
        cmocka_unit_test(a_cut_behind_any_message_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
