/*
 * The viewer against a server that lies, stalls and ends calls, as planned in words (see
 * demo/fault/faults.h): each fault is told, and what must hold does (see
 * tests/support/trial.h).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

struct told {
    bool old;
    const char *text;
};

static bool is_told(struct pty *t, void *ctx)
{
    const struct told *w = ctx;

    return (!w->old || pty_has(t, TRIAL_OLD)) && pty_has(t, w->text);
}

/* --- one plan after the other --- */

struct fault_case {
    int row;          /* of the table of faults in tests/README.md */
    const char *spec; /* of the server */
    bool scrolled;    /* rows are on the screen before it happens */
    bool old;         /* the rows have to be marked as old */
    const char *text; /* to be seen */
};

/* Of a stream that broke off and was opened again, the answer is there: row 5,000. */
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
    {5, "message.3=offset:3", true, true, "expected a multiple of 8 from 0 on"},
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
    {8, "message.2=removed:3", false, true, "removed row 2 of 0 rows held"},
    {8, "message.3=size:-1", true, false, "table of -1 rows"},
    {8, "message.3=removed:4611686018427387904", true, false, "removed row"},
    {9, "message.3=skip", true, false, "····"},
    {9, "request.2=skip", true, false, "····"},
    {12, "message.2=text:1000", false, true, "hostile"},
    {12, "message.3=text:2000", true, false, "4999"},
    {12, "message.3=text:1000000", true, false, "4999"},
    {12, "message.3=status:13", true, false, "4999"},
    {12, "message.3=status:12", true, true, "a fault that was asked for"},
    {12, "told=terminate:1000", true, false, "hostile"},
    {12, "told=terminate:1000000", true, false, "hostile"},
    {13, "message.2=stall", false, false, "row 0 of ?"},
    {13, "message.3=stall", true, false, "····"},
    {13, "message.3=ok", true, false, "4999"},
    {13, "message.3=cut", true, false, "4999"},
    {14, "told=lost", true, false, "connected again, after: the session"},
    {14, "call.3=lost", false, false, "connected again, after: the session"},
};

static void run_case(const struct fault_case *c)
{
    struct demo_program *d = trial_serve(c->spec);
    struct pty *t = trial_view(d, "billion", NULL);
    struct told told = {c->old, c->text};

    print_message("row %d: %s\n", c->row, c->spec);
    if (c->scrolled) {
        trial_start(t);
        pty_keys(t, "5000G");
    }
    if (strncmp(c->spec, "told=", 5) == 0) {
        sheet_wait_status(t, 5000, TRIAL_ROWS); /* a key takes away what is said */
        demo_program_fault(d);
    }
    pty_wait(t, is_told, &told, c->text);
    trial_check_keys(t);
    (void)trial_check_cells(t);
    if (c->scrolled) { /* what was held before is still held, and right */
        pty_keys(t, "gg");
        sheet_wait_status(t, 1, TRIAL_ROWS);
        (void)trial_check_cells(t);
    }
    trial_leave(t);
    demo_program_free(d);
}

static void each_fault_is_told_and_no_cell_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        run_case(&cases[i]);
}

/* Keys take a message away, not the reason. */
static void why_a_table_ended_stays_in_sight(void **state)
{
    static const char reason[] = "a fault that was asked for";
    struct demo_program *d = trial_serve("message.3=status:12");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "5000G");
    pty_wait_row(t, 23, reason);
    pty_wait_row(t, 22, "ENDED");
    pty_keys(t, "gg");
    sheet_wait_status(t, 1, TRIAL_ROWS);
    pty_wait_row(t, 23, reason);
    pty_keys(t, "<Enter>");
    pty_wait_row(t, 22, "row 1: lines 1 to ");
    pty_keys(t, "q");
    sheet_wait_status(t, 1, TRIAL_ROWS);
    pty_wait_row(t, 23, reason);
    trial_leave(t);
    demo_program_free(d);
}

/* The reason is looked for in the log for some seconds. */
static void another_rate_asks_for_no_table_that_has_ended(void **state)
{
    struct demo_program *d = trial_serve("message.3=unexplained");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "5000G");
    sheet_wait_status(t, 5000, TRIAL_ROWS);
    sheet_settle(t); /* with times as text: it might have been one of them */
    pty_keys(t, "9000G");
    pty_wait_row(t, 22, "ENDED");
    pty_keys(t, "z+");
    pty_wait_row(t, 23, "billion: has ended; ^r asks for it anew");
    pty_wait_row(t, 22, "ENDED");
    trial_leave(t);
    demo_program_free(d);
}

static void what_has_no_rows_yet_is_not_paused(void **state)
{
    struct demo_program *d = trial_serve("message.2=stall");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    pty_wait_text(t, "row 0 of ?");
    pty_keys(t, "p");
    pty_wait_row(t, 23, "billion: is not here yet");
    trial_leave(t);
    demo_program_free(d);
}

/* Before there is anything to show. */
static void a_start_that_fails_ends_it_with_one_line(void **state)
{
    static const struct {
        const char *spec;
        int code;
        const char *text;
    } starts[] = {
        {"login=refuse", 3, "dhview: "},
        {"call.1=lost", 3, "dhview: "},
        {"message.1=status:13", 1, "failed on the server: a fault that was asked"},
        {"call.1=status:7", 1, "refused by the server: a fault that was asked"},
        {"message.1=truncate:9", 1, "bad message"},
        {"message.1=text:2000", 1, "hostile"},
        {"message.1=skip", 1, "bad message"},
        {"message.1=dictionary", 1, "column Name is dictionary-encoded"},
        {"message.1=runs", 1, "column Name is run-end encoded"}};

    (void)state;
    for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
        struct demo_program *d = trial_serve(starts[i].spec);

        print_message("%s\n", starts[i].spec);
        trial_ended(trial_view(d, "billion", NULL), starts[i].code, starts[i].text);
        demo_program_free(d);
    }
}

/* The list was laid on a table; another one, chosen from it, is refused. */
static void a_refusal_leads_back_to_the_list(void **state)
{
    struct demo_program *d = trial_serve("stream.2=status:5");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "t/");
    pty_wait_text(t, "trades");
    pty_keys(t, "trades");
    pty_wait_text(t, "table 1 of 1");
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "the server has no table \"trades\"");
    assert_int_equal(pty_find_row(t, " tables "), 0);
    assert_true(pty_has(t, "table 1 of 1"));
    pty_keys(t, "<Enter>"); /* the fault was for one call */
    pty_wait_row(t, 0, "a market");
    pty_keys(t, "qqq"); /* the filter goes before the list */
    pty_wait_row(t, 0, " billion ");
    sheet_wait_status(t, 1, TRIAL_ROWS);
    (void)trial_check_cells(t);
    trial_leave(t);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_told_and_no_cell_is_wrong),
        cmocka_unit_test(a_refusal_leads_back_to_the_list),
        cmocka_unit_test(why_a_table_ended_stays_in_sight),
        cmocka_unit_test(another_rate_asks_for_no_table_that_has_ended),
        cmocka_unit_test(what_has_no_rows_yet_is_not_paused),
        cmocka_unit_test(a_start_that_fails_ends_it_with_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
