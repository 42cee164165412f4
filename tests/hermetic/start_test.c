/* How the programs start and end: with standard descriptors that are closed or cannot be
 * written they say what they have to say where that is possible, and never end by a signal;
 * by whatever a viewer ends, its terminal is left as it was found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/text_file.h"

#define DHVIEW TEST_BUILD_DIR "/dhview"
#define DEMO TEST_BUILD_DIR "/dhview-demo"
#define SAID_MAX 8192

struct run {
    const char *const *argv; /* the program first, NULL last */
    unsigned closed;         /* bit n: descriptor n is closed */
    const char *out;         /* where descriptor 1 goes; NULL: what is said is read */
    bool unread;             /* it goes to a pipe without a reader */
    int code;                /* that it must end with; -1: any, but no signal */
    char said[SAID_MAX];     /* what came out of 1 and 2 */
};

/* In a session of its own: no terminal is there to be opened. */
static void become(const struct run *r, int output)
{
    (void)setsid();
    (void)dup2(open("/dev/null", O_RDONLY), 0);
    (void)dup2(r->out ? open(r->out, O_WRONLY) : output, 1);
    if (r->unread) {
        int fds[2];

        if (pipe(fds) != 0)
            _exit(126);
        (void)dup2(fds[1], 1);
        (void)close(fds[0]);
    }
    (void)dup2(output, 2);
    for (int fd = 3; fd < 64; fd++)
        (void)close(fd);
    for (int fd = 0; fd < 3; fd++)
        if (r->closed & 1u << fd)
            (void)close(fd);
    (void)execv(r->argv[0], (char *const *)(uintptr_t)r->argv);
    _exit(126);
}

static void go(struct run *r)
{
    size_t len = 0;
    ssize_t n;
    int fds[2], status;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(r, fds[1]);
    (void)close(fds[1]);
    while ((n = read(fds[0], r->said + len, SAID_MAX - 1 - len)) > 0)
        len += (size_t)n;
    r->said[len] = '\0';
    (void)close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status))
        fail_msg("%s %s, closed %u: signal %d: %s", r->argv[0], r->argv[1], r->closed,
                 WTERMSIG(status), r->said);
    if (r->code >= 0 && WEXITSTATUS(status) != r->code)
        fail_msg("%s %s, closed %u: code %d instead of %d: %s", r->argv[0], r->argv[1],
                 r->closed, WEXITSTATUS(status), r->code, r->said);
}

#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

static void any_descriptors_may_be_closed_at_the_start(void **state)
{
    static const struct {
        const char *argv[5];
        int code, code_without_output;
    } lines[] = {
        {{DHVIEW, "--version"}, 0, 1},
        {{DHVIEW, "--help"}, 0, 1},
        {{DHVIEW, "--bogus"}, 2, 2},
        {{DHVIEW}, 2, 2},
        {{DHVIEW, "x:y"}, 2, 2},
        {{DHVIEW, "127.0.0.1:9/trades"}, 1, 1}, /* no terminal */
        {{DHVIEW, "--demo", "billion"}, 1, 1},
        {{DHVIEW, "--log", "/nowhere/log", "127.0.0.1:9"}, 1, 1},
        {{DEMO, "--bogus"}, 2, 2},
        {{DEMO, "--ready-file", "/nowhere/ready"}, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        for (unsigned closed = 0; closed < 8; closed++) {
            bool silent = closed & 2;
            struct run r = {.argv = lines[i].argv, .closed = closed};

            r.code = silent ? lines[i].code_without_output : lines[i].code;
            go(&r);
            if ((closed & 6) == 0)
                assert_true(*r.said);
        }
    }
}

static void the_demo_server_says_when_it_cannot_be_announced(void **state)
{
    struct run closed = {.argv = ARGV(DEMO), .closed = 2, .code = 1};
    struct run full = {.argv = ARGV(DEMO), .out = "/dev/full", .code = 1};

    (void)state;
    go(&closed);
    assert_string_equal(closed.said,
                        "dhview-demo: cannot write standard output: Bad file descriptor\n");
    go(&full);
    assert_string_equal(
        full.said, "dhview-demo: cannot write standard output: No space left on device\n");
}

static void what_cannot_be_printed_is_an_error(void **state)
{
    static const char *const options[] = {"--version", "--help"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct run full = {.argv = ARGV(DHVIEW, options[i]), .out = "/dev/full", .code = 1};

        go(&full);
        assert_string_equal(
            full.said, "dhview: cannot write standard output: No space left on device\n");
    }
}

static void a_pipe_that_nobody_reads_ends_quietly(void **state)
{
    static const char *const options[] = {"--version", "--help"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct run r = {.argv = ARGV(DHVIEW, options[i]), .unread = true, .code = 0};

        go(&r);
        assert_string_equal(r.said, "");
    }
}

static void a_log_with_lines_missing_is_an_error(void **state)
{
    struct pty *t = pty_start(&(struct pty_options){
        .argv = ARGV("--log", "/dev/full", "--demo", "billion"),
        .env = ARGV("GRPC_VERBOSITY=DEBUG")}); /* there is much to log */

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 1);
    assert_true(pty_has(t, "dhview: the log file could not be written to its end"));
    pty_free(t);
}

/* All three closed, and a terminal to be found by name. */
static void the_viewer_runs_with_all_descriptors_closed(void **state)
{
    struct pty *t = pty_start(&(struct pty_options){
        .program = "/bin/sh",
        .argv = (const char *const[]){"-c", DHVIEW " --demo billion <&- >&- 2>&-; exit $?",
                                      NULL}});

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "Gt");
    pty_wait_text(t, "table 1 of ");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_free(t);
}

static void a_signal_that_leaves_a_core_leaves_the_terminal_as_found(void **state)
{
    static const int signals[] = {SIGABRT, SIGQUIT};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pty *t = pty_start(&(struct pty_options){
            .program = "/bin/sh",
            .argv = ARGV("-c", "ulimit -c 0; exec " DHVIEW " --demo billion")});

        pty_wait_text(t, "row 1 of 1,000,000,000");
        pty_kill(t, signals[i]);
        assert_int_equal(pty_wait_exit(t), -signals[i]);
        pty_check_restored(t);
        pty_free(t);
    }
}

/* Starts the viewer in an environment that names what is not there. */
static struct pty *start_with(const char *variable)
{
    return pty_start(&(struct pty_options){
        .rows = 24, .cols = 120, .argv = ARGV("--demo", "billion"), .env = ARGV(variable)});
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_free(t);
}

static void what_the_environment_asks_for_in_vain_is_said_once(void **state)
{
    static const struct {
        const char *variable, *said;
    } cases[] = {
        {"LC_ALL=xx_XX.ISO-8859-1",
         "drawn in ASCII, LC_ALL=C.UTF-8 draws all: no locale xx_XX.ISO-8859-1 here"},
        {"TZ=Mars/Olympus", "Mars/Olympus"},
        {"TZ=Mars/Olympus", "times are in UTC, --zone names another: "},
        {"TERM=xterm-nowhere",
         "the terminal type xterm-nowhere is not known here: taken for xterm-256color"},
        {"TERM=tmux-nowhere", "taken for screen-256color"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pty *t = start_with(cases[i].variable);

        pty_wait_text(t, "row 1 of 1,000,000,000");
        pty_wait_row(t, 23, cases[i].said);
        pty_keys(t, "j");
        pty_wait_gone(t, cases[i].said);
        leave(t);
    }
}

/* A locale of UTF-8 that is not installed is as good as one that is: only its characters
 * are used. */
static void a_locale_of_utf_8_need_not_be_installed(void **state)
{
    struct pty *t = start_with("LC_ALL=xx_XX.utf8");

    (void)state;
    pty_wait_row(t, 0, "● live");
    pty_wait_text(t, "row 1 of 1,000,000,000");
    assert_false(pty_has(t, "not installed"));
    leave(t);
}

static void an_error_keeps_to_the_characters_of_the_terminal(void **state)
{
    struct run r = {.argv = ARGV("/bin/sh", "-c", "LC_ALL=C " DHVIEW " --Größe"),
                    .code = 2};

    (void)state;
    go(&r);
    assert_non_null(strstr(r.said, "dhview: unknown option --Gr<00f6><00df>e"));
}

/* However it is spelt, it is spoken to without TLS, and found. */
static void loopback_in_any_spelling_is_loopback(void **state)
{
    static const char *const hosts[] = {"[::ffff:127.0.0.1]", "127.1", "localhost.",
                                        "LOCALHOST"};
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    const char *port = strchr(demo_program_address(d), ':');

    (void)state;
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        char *target = mem_printf("%s%s/billion", hosts[i], port);
        struct pty *t = pty_dhview(target, NULL);

        pty_wait_text(t, "row 1 of 1,000,000,000");
        leave(t);
        free(target);
    }
    demo_program_free(d);
}

static void an_address_of_an_interface_that_is_not_here_is_refused(void **state)
{
    struct pty *t = pty_dhview("[fe80::1%nowhere0]:10000/t", NULL);

    (void)state;
    assert_int_equal(pty_wait_exit(t), 2);
    assert_true(
        pty_has(t, "fe80::1%nowhere0: this machine has no network interface \"nowhere0\""));
    pty_free(t);
}

#define KEY_FILE TEST_BUILD_DIR "/start_test.key"
#define HOSTS_FILE TEST_BUILD_DIR "/start_test.hosts"

/* A viewer with a secret for host, in a world where names mean what HOSTS_FILE says. */
static struct pty *start_with_hosts(const char *host, const char *port)
{
    char *line =
        mem_printf("mount --bind " HOSTS_FILE " /etc/hosts && exec " DHVIEW
                   " --no-retry --secret-file " KEY_FILE " dh+plain://%s%s/scope/billion",
                   host, port);
    struct pty *t = pty_start(&(struct pty_options){
        .program = "/usr/bin/unshare", .argv = ARGV("-rm", "/bin/sh", "-c", line)});

    free(line);
    return t;
}

static void a_secret_goes_in_plain_text_to_what_resolves_to_loopback(void **state)
{
    struct demo_program *d;
    const char *port;
    struct pty *t;

    (void)state;
    if (system("unshare -rm true") != 0) { /* NOLINT(cert-env33-c): a fixed text */
        print_message("no mount namespaces here: names cannot be given a meaning\n");
        skip();
    }
    text_file_write(KEY_FILE, "open sesame\n", 0600);
    text_file_write(HOSTS_FILE,
                    "127.0.0.1 localhost here.test half.test\n"
                    "192.0.2.7 half.test away.localhost\n",
                    0600);
    d = demo_program_start(ARGV("--psk-file", KEY_FILE));
    port = strchr(demo_program_address(d), ':');
    t = start_with_hosts("here.test", port);
    pty_wait_text(t, "row 1 of 1,000,000,000");
    leave(t);
    t = start_with_hosts("half.test", port);
    assert_int_equal(pty_wait_exit(t), 2);
    assert_true(pty_has(t, "a secret would go in plain text to half.test:"));
    pty_free(t);
    t = start_with_hosts("away.localhost", port);
    assert_int_equal(pty_wait_exit(t), 2);
    assert_true(pty_has(t, "a secret would go in plain text to away.localhost:"));
    pty_free(t);
    t = start_with_hosts("nobody.test", port);
    assert_int_equal(pty_wait_exit(t), 1);
    assert_true(pty_has(t, "the name was not found"));
    pty_free(t);
    demo_program_free(d);
}

/* The interface is there, and nobody at the address. */
static void an_address_of_a_link_is_tried(void **state)
{
    struct pty *t = pty_dhview("--no-retry", "dh+plain://[fe80::1%25lo]:9", NULL);

    (void)state;
    assert_int_equal(pty_wait_exit(t), 1);
    assert_true(pty_has(t, "[fe80::1%lo]:9: cannot reach the server: "));
    pty_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_descriptors_may_be_closed_at_the_start),
        cmocka_unit_test(the_demo_server_says_when_it_cannot_be_announced),
        cmocka_unit_test(what_cannot_be_printed_is_an_error),
        cmocka_unit_test(a_pipe_that_nobody_reads_ends_quietly),
        cmocka_unit_test(a_log_with_lines_missing_is_an_error),
        cmocka_unit_test(the_viewer_runs_with_all_descriptors_closed),
        cmocka_unit_test(a_signal_that_leaves_a_core_leaves_the_terminal_as_found),
        cmocka_unit_test(what_the_environment_asks_for_in_vain_is_said_once),
        cmocka_unit_test(a_locale_of_utf_8_need_not_be_installed),
        cmocka_unit_test(an_error_keeps_to_the_characters_of_the_terminal),
        cmocka_unit_test(loopback_in_any_spelling_is_loopback),
        cmocka_unit_test(a_secret_goes_in_plain_text_to_what_resolves_to_loopback),
        cmocka_unit_test(an_address_of_an_interface_that_is_not_here_is_refused),
        cmocka_unit_test(an_address_of_a_link_is_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
