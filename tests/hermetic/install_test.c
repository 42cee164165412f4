/* What `cmake --install` leaves behind is whole: the program runs from there and finds its
 * demo server beside it. */
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
#include "tests/support/pty.h"

static char top[] = "/tmp/dhview-install-XXXXXX";
static char *bin; /* where the programs are */

static void run(const char *command)
{
    if (system(command) != 0)
        fail_msg("failed: %s", command);
}

static int install(void **state)
{
    char *command;

    (void)state;
    assert_non_null(mkdtemp(top));
    command =
        mem_printf("DESTDIR=%s '%s' --install '%s' --prefix /usr >%s/log 2>&1 </dev/null",
                   top, TEST_CMAKE, TEST_BUILD_DIR, top);
    run(command);
    free(command);
    bin = mem_printf("%s/usr/bin", top);
    return 0;
}

static int uninstall(void **state)
{
    char *command = mem_printf("rm -rf %s", top);

    (void)state;
    run(command);
    free(command);
    free(bin);
    return 0;
}

static void the_installed_program_says_its_version(void **state)
{
    char *command = mem_printf("%s/dhview --version", bin);
    FILE *out = popen(command, "r");
    char line[80] = "";

    (void)state;
    assert_non_null(out);
    assert_non_null(fgets(line, sizeof(line), out));
    assert_int_equal(pclose(out), 0);
    assert_ptr_equal(strstr(line, "dhview "), line);
    free(command);
}

static void the_installed_program_finds_the_installed_demo_server(void **state)
{
    char *program = mem_printf("%s/dhview", bin), *demo = mem_printf("%s/dhview-demo", bin);
    char *hidden = mem_printf("%s/elsewhere", bin);
    const char *const argv[] = {"--demo", NULL};
    struct pty *t = pty_start(&(struct pty_options){.program = program, .argv = argv});

    (void)state;
    pty_wait_text(t, "billion");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);

    assert_int_equal(rename(demo, hidden), 0); /* no other one will do */
    t = pty_start(&(struct pty_options){.program = program, .argv = argv});
    assert_int_equal(pty_wait_exit(t), 1);
    assert_true(pty_has(t, "cannot run"));
    pty_free(t);
    assert_int_equal(rename(hidden, demo), 0);
    free(hidden);
    free(demo);
    free(program);
}

static void licence_and_documents_are_installed(void **state)
{
    static const char *const names[] = {"LICENSE", "README.md", "CHANGELOG.md"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char *path = mem_printf("%s/usr/share/doc/dhview/%s", top, names[i]);

        if (access(path, R_OK) != 0)
            fail_msg("not installed: %s", path);
        free(path);
    }
}

/* No word of groff about it: each request is known, and nothing runs out of the page. */
static void the_manual_page_is_installed_and_well_formed(void **state)
{
    char *command =
        mem_printf("groff -man -ww -b -z -Tutf8 %s/usr/share/man/man1/dhview.1 2>&1", top);
    char *compare = mem_printf(
        "%s/dhview --print-man | cmp - %s/usr/share/man/man1/dhview.1", bin, top);
    FILE *out = popen(command, "r");
    char line[200] = "";

    (void)state;
    assert_non_null(out);
    if (fgets(line, sizeof(line), out))
        fail_msg("%s", line);
    assert_int_equal(pclose(out), 0);
    run(compare);
    free(compare);
    free(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_installed_program_says_its_version),
        cmocka_unit_test(the_installed_program_finds_the_installed_demo_server),
        cmocka_unit_test(licence_and_documents_are_installed),
        cmocka_unit_test(the_manual_page_is_installed_and_well_formed),
    };

    return cmocka_run_group_tests(tests, install, uninstall);
}
