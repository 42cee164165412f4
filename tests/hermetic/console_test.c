/*
 * The console where there is none, and where there is no server any more; the server's log.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/site.h"
#include "tests/support/trial.h"
#include "tests/support/viewer.h"

#define STATUS_ROW 22
#define MESSAGE_ROW 23

static void code_is_refused_in_a_line(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "ships", "--write");

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, ":!1<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "this server has no console");
    site_kill(s);
    pty_wait_row(t, 0, "disconnected: these rows are old");
    pty_keys(t, ":!1<Enter>");
    pty_wait_row(t, MESSAGE_ROW, "there is no connection to the server now");
    trial_leave(t);
    site_free(s);
}

static void refuse(struct pty *t, const char *column)
{
    viewer_keys(t, ":where %s > 1<Enter>", column);
    pty_wait_row(t, MESSAGE_ROW, "doesn't exist");
}

static void the_log_opens_at_the_line_of_the_last_error(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = trial_view(d, "ships", NULL), *other = trial_view(d, "ships", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_wait_text(other, "row 1 of ");
    refuse(t, "Nope");
    refuse(other, "Other");
    trial_leave(other);
    pty_keys(t, "gL");
    pty_wait_row(t, STATUS_ROW, "log line 1 of 2");
    assert_false(pty_has(t, "follows"));
    pty_keys(t, "<Enter>");
    pty_wait_text(t, "line of the log");
    pty_keys(t, "qG");
    pty_wait_row(t, STATUS_ROW, "log line 2 of 2   follows");
    pty_keys(t, "&nope<Enter>");
    pty_wait_row(t, STATUS_ROW, "log line 1 of 1");
    pty_keys(t, "lll"); /* only what is printed */
    pty_wait_text(t, "no line passes the filter");
    trial_leave(t);
    demo_program_free(d);
}

/* What comes is more than is held, and than some readers can take. */
static void a_log_that_floods_leaves_keys_and_memory_alone(void **state)
{
    struct demo_program *d = trial_serve("--log-rate 100000 --tick-ms 20");
    struct pty *t = trial_view(d, "ships", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, ":log<Enter>");
    pty_wait_row(t, STATUS_ROW, " older are gone");
    pty_wait_row(t, STATUS_ROW, "log line 10,000 of 10,000");
    assert_true(pty_has(t, "follows"));
    trial_check_keys(t);
    pty_keys(t, "k");
    pty_wait_gone(t, "follows");
    trial_check_keys(t);
    pty_keys(t, "&noise 1000<Enter>G");
    pty_wait_row(t, STATUS_ROW, "with \"noise 1000\"");
    trial_check_keys(t);
    pty_keys(t, "&<C-u><Enter>G");
    pty_wait_row(t, STATUS_ROW, "follows");
    for (int i = 0; i < 5; i++) { /* the line of the reader is gone by each of these */
        pty_keys(t, "gg");
        pty_wait_quiet(t, 20);
        pty_keys(t, "<Enter>");
        pty_wait_text(t, "line of the log");
        pty_keys(t, "q");
        pty_wait_row(t, STATUS_ROW, " older are gone");
    }
    pty_keys(t, "q");
    pty_wait_row(t, STATUS_ROW, "row 1 of ");
    trial_leave(t); /* which looks at its memory */
    demo_program_free(d);
}

static void lines_that_come_too_fast_are_told_as_missing(void **state)
{
    struct demo_program *d = trial_serve("--log-rate 1000000");
    struct pty *t = trial_view(d, "ships", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, "gL&are missing<Enter>");
    pty_wait_text(t, "... lines are missing here: more came than could be read");
    trial_check_keys(t);
    trial_leave(t);
    demo_program_free(d);
}

static void the_log_of_a_server_that_was_restarted_goes_on(void **state)
{
    struct site *s = site_new("");
    struct pty *t = trial_view(s->demo, "ships", NULL), *other;

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, "gL");
    pty_wait_row(t, STATUS_ROW, "log line 0 of 0");
    site_kill(s);
    pty_wait_row(t, 0, "disconnected: these rows are old");
    site_serve(s, "");
    other = trial_view(s->demo, "ships", NULL);
    pty_wait_text(other, "row 1 of ");
    refuse(other, "Nope");
    trial_leave(other);
    pty_wait_row(t, STATUS_ROW, "log line 1 of 1");
    trial_leave(t);
    site_free(s);
}

static void what_the_server_tells_of_itself_hides_secrets(void **state)
{
    struct demo_program *d = trial_serve("");
    struct pty *t = trial_view(d, "ships", NULL);

    (void)state;
    pty_wait_text(t, "row 1 of ");
    pty_keys(t, ":server<Enter>");
    pty_wait_text(t, "768 of 1,024 MB used, at most 4,096 MB");
    pty_keys(t, "G");
    pty_wait_text(t, "demo.password");
    assert_true(pty_has(t, "(not shown)"));
    pty_check_never(t, "never shown");
    trial_leave(t);
    demo_program_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_is_refused_in_a_line),
        cmocka_unit_test(the_log_opens_at_the_line_of_the_last_error),
        cmocka_unit_test(a_log_that_floods_leaves_keys_and_memory_alone),
        cmocka_unit_test(lines_that_come_too_fast_are_told_as_missing),
        cmocka_unit_test(the_log_of_a_server_that_was_restarted_goes_on),
        cmocka_unit_test(what_the_server_tells_of_itself_hides_secrets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
