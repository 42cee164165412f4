/* Names of servers: what the system finds is found, and a name server that does not answer
 * holds nothing up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/name_server.h"
#include "tests/support/pty.h"
#include "tests/support/stopwatch.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

#define FOLDER TEST_BUILD_DIR "/names_test.files"
#define KEY_FILE FOLDER "/key"
#define LEAVING_MS 1000

static const char resolv_conf[] = "nameserver 127.0.0.1\nsearch corp.test lab.test\n";
static const char hosts[] = "127.0.0.1 localhost inhosts whole.hosts.test\n";
static struct name_record records[] = {
    {"moving.corp.test", "192.0.2.7"}, /* first */
    {"db.corp.test", "127.0.0.1"},     {"bench.lab.test", "127.0.0.1"},
    {"in.sub.lab.test", "127.0.0.1"},  {"six.corp.test", "::ffff:127.0.0.1"},
    {"both.corp.test", "2001:db8::1"}, /* where nothing leads */
    {"both.corp.test", "127.0.0.1"},   {"far.corp.test", "192.0.2.7"},
    {"mute.corp.test", NULL},          {NULL, NULL},
};

static const char *port;

static struct pty *view(const char *const *options, const char *name)
{
    char *target = mem_printf("dh+plain://%s:%s/scope/billion", name, port);
    const char *argv[8] = {target};
    struct pty *t;

    for (size_t i = 0; i < 6 && options[i]; i++)
        argv[1 + i] = options[i];
    t = pty_start(
        &(struct pty_options){.rows = 24, .cols = 100, .argv = argv, .split_stderr = true});
    free(target);
    return t;
}

#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

static bool system_knows(const char *name)
{
    char *command = mem_printf("getent ahosts '%s' >/dev/null", name);
    bool known = system(command) == 0; /* NOLINT(cert-env33-c): our own text */

    free(command);
    return known;
}

static void what_the_system_finds_is_found(void **state)
{
    static const char *const names[] = {
        "db.corp.test", "db.corp.test.",    "db",  "bench",          "in.sub",
        "inhosts",      "whole.hosts.test", "six", "six.corp.test.", "DB.Corp.Test",
        "both",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct pty *t = view(OPTIONS("--no-retry"), names[i]);

        print_message("%s\n", names[i]);
        assert_true(system_knows(names[i]));
        trial_start(t);
        trial_leave(t);
    }
}

static void what_the_system_does_not_find_is_told(void **state)
{
    static const char *const names[] = {"nobody.corp.test", "nobody", "db.other.test"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        assert_false(system_knows(names[i]));
        trial_ended(view(OPTIONS("--no-retry"), names[i]), 1,
                    "cannot reach the server: Domain name not found");
    }
}

/* As when a VPN comes up, or a server has another address. */
static void a_name_is_looked_up_again_for_each_try(void **state)
{
    struct pty *t = view(OPTIONS(NULL), "moving.corp.test");

    (void)state;
    pty_wait_text(t, "no server there");
    name_server_move(&records[0], "127.0.0.1");
    pty_keys(t, "<C-r>");
    trial_start(t);
    trial_leave(t);
}

static void check_leaving(struct pty *t)
{
    struct stopwatch w = stopwatch_start(pty_pid(t));

    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    assert_in_range(pty_ended_after(t, &w), 0, LEAVING_MS);
    pty_check_restored(t);
    pty_free(t);
}

/* Whoever asks for the name waits for many seconds. */
static void a_name_server_that_does_not_answer_holds_nobody_up(void **state)
{
    struct pty *t = view(OPTIONS(NULL), "mute.corp.test");
    struct pty *with_key = view(OPTIONS("--secret-file", KEY_FILE), "mute.corp.test");

    (void)state;
    pty_wait_text(t, "connecting");
    pty_wait_text(with_key, "connecting");
    trial_check_keys(t);
    check_leaving(t);
    check_leaving(with_key);
    trial_ended(view(OPTIONS("--no-retry"), "mute.corp.test"), 1, "mute.corp.test:");
}

static int set_up(void **state)
{
    static struct demo_program *demo;

    demo = trial_serve("");
    *state = demo;
    port = strrchr(demo_program_address(demo), ':') + 1;
    return 0;
}

static int tear_down(void **state)
{
    demo_program_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_system_finds_is_found),
        cmocka_unit_test(what_the_system_does_not_find_is_told),
        cmocka_unit_test(a_name_is_looked_up_again_for_each_try),
        cmocka_unit_test(a_name_server_that_does_not_answer_holds_nobody_up),
    };

    (void)mkdir(FOLDER, 0700);
    text_file_write(KEY_FILE, "open sesame\n", 0600);
    if (!name_server_start(FOLDER, resolv_conf, hosts, records)) {
        print_message("no namespaces here: names cannot be given a meaning\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
