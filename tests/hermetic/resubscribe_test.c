/*
 * What the viewer does about a server by itself: one new subscription when an update
 * contradicts what it holds, and a word when an answer it waits for does not come.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sheet.h"
#include "tests/support/trial.h"

/* --- updates that contradict what is held --- */

static void check_live(struct pty *t, int64_t row)
{
    sheet_wait_status(t, row, TRIAL_ROWS);
    sheet_settle(t);
    (void)trial_check_cells(t);
    assert_false(pty_has(t, TRIAL_OLD));
}

static void one_contradiction_is_mended_by_another_stream(void **state)
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
        struct demo_program *d = trial_serve(plans[i].spec);
        struct pty *t = trial_view(d, "billion", NULL);

        print_message("row 8: %s\n", plans[i].spec);
        if (plans[i].scrolled) {
            trial_start(t);
            pty_keys(t, "5000G");
        }
        pty_wait_text(t, "   1 resubscribed");
        check_live(t, plans[i].scrolled ? 5000 : 1);
        pty_keys(t, "9000000G"); /* and it goes on */
        check_live(t, 9000000);
        pty_keys(t, "gm");
        pty_wait_text(t, "resubscribed  1");
        pty_keys(t, "q");
        trial_leave(t);
        demo_program_free(d);
    }
}

static void a_contradiction_that_comes_back_ends_it(void **state)
{
    struct demo_program *d = trial_serve("message.3=size:-1");
    struct pty *t = trial_view(d, "billion", NULL);

    (void)state;
    trial_start(t);
    pty_keys(t, "5000G");
    pty_wait_text(t, "   1 resubscribed");
    check_live(t, 5000);
    pty_keys(t, "9000G"); /* long before another one would be tried */
    pty_wait_row(t, 0, TRIAL_OLD);
    pty_wait_text(t, "bad message 2: tab");
    (void)trial_check_cells(t);
    trial_check_keys(t);
    pty_keys(t, "<C-r>");
    pty_wait_text(t, "subscribed anew");
    check_live(t, 9000);
    assert_true(pty_has(t, "   1 resubscribed"));
    trial_leave(t);
    demo_program_free(d);
}

/* --- answers that do not come --- */

/* It is said from ten seconds on. */
static bool waits_long(struct pty *t, void *ctx)
{
    static const char told[] = "no answer for ";
    int row = pty_find_row(t, told);
    char *line = row < 0 ? NULL : pty_row(t, row);
    bool ok = line && strtol(strstr(line, told) + strlen(told), NULL, 10) >= 10;

    (void)ctx;
    free(line);
    return ok;
}

static void an_overdue_answer_is_told_until_the_answer_is_there(void **state)
{
    struct demo_program *late = trial_serve("message.3=hold"), *never;
    struct pty *t = trial_view(late, "billion", NULL), *u;

    (void)state;
    never = trial_serve("message.3=stall");
    u = trial_view(never, "billion", NULL);
    trial_start(t);
    trial_start(u);
    demo_program_hold(late);
    pty_keys(t, "5000G");
    pty_keys(u, "5000G");
    pty_wait(t, waits_long, NULL, "no answer for 10 s");
    pty_wait_text(t, "^r asks anew");
    pty_wait_row(t, 0, "live");
    trial_check_keys(t);
    (void)trial_check_cells(t); /* what is not here shows as dots */
    demo_program_let_go(late);
    pty_wait_gone(t, "no answer for");
    check_live(t, 5000);
    pty_wait_text(u, "no answer for ");
    (void)trial_check_cells(u);
    pty_keys(u, "<C-r>");
    pty_wait_text(u, "subscribed anew");
    pty_wait_gone(u, "no answer for");
    check_live(u, 5000);
    trial_leave(u); /* the later one first: it holds the other's terminal open */
    trial_leave(t);
    demo_program_free(late);
    demo_program_free(never);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_contradiction_is_mended_by_another_stream),
        cmocka_unit_test(a_contradiction_that_comes_back_ends_it),
        cmocka_unit_test(an_overdue_answer_is_told_until_the_answer_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, trial_tell);
}
