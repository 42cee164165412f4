/*
 * The console where there is none, and where there is no server any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/site.h"
#include "tests/support/trial.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_is_refused_in_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
