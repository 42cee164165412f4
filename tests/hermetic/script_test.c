/* Runs without a screen, where the link to the server is cut: on the demo server. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/relay.h"
#include "tests/support/script_run.h"
#include "tests/support/trial.h"

static char folder[] = "/tmp/dhview-script-XXXXXX";

#define ROWS                                                                               \
    "{\"op\":\"add\",\"row\":1,\"values\":{\"Row\":0}}\n"                                  \
    "{\"op\":\"add\",\"row\":2,\"values\":{\"Row\":1}}\n"

static void rows_come_anew_after_a_line_that_says_so(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    char *address = mem_strdup(relay_address(r));
    char *options =
        mem_printf("--follow --columns Row --rows :2 %s/billion", relay_address(r));
    int pid = script_start(folder, options);

    (void)state;
    script_wait(folder, ROWS);
    relay_free(r);
    r = relay_at(address, demo_program_address(d));
    script_wait(folder, ROWS "{\"op\":\"reset\"}\n" ROWS);
    assert_int_equal(script_stop(pid, SIGTERM), 128 + SIGTERM);
    free(address);
    free(options);
    relay_free(r);
    demo_program_free(d);
}

/* What was printed is no table: the reader must not take it for one. */
static void rows_that_break_off_are_an_error(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    char *options = mem_printf("--once -o %s/kept %s/billion", folder, relay_address(r));
    int pid = script_start(folder, options);

    (void)state;
    while (relay_connections(r) == 0)
        continue;
    relay_stall(r);
    relay_cut(r);
    assert_int_equal(script_stop(pid, 0), 1);
    script_expect(folder, "ls $W", 0, "err\nout\n", "");
    free(options);
    relay_free(r);
    demo_program_free(d);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char *command = mem_printf("rm -r '%s'", folder);

    (void)state;
    assert_int_equal(system(command), 0);
    free(command);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_anew_after_a_line_that_says_so),
        cmocka_unit_test(rows_that_break_off_are_an_error),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
