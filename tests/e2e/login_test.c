/* Getting in, not getting in, and what is said then: credentials, servers, arguments. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <net/if.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/folder.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/stopwatch.h"
#include "tests/support/text_file.h"
#include "tests/support/viewer.h"
#include "ui/cli/options.h"

#define DHVIEW TEST_BUILD_DIR "/dhview"
#define WRONG_KEY "WrongKey-7f3a9"
#define TRY_HELP "Try 'dhview --help'.\n"
#define LONG_MS 25000 /* more than two lives of a token of 10 s */

static char key[256];
static char folder[] = "/tmp/dhview-login-XXXXXX";

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A file in the tests' folder; the path is owned by the caller. */
static char *make_file(const char *name, const char *content, mode_t mode)
{
    char *path = mem_printf("%s/%s", folder, name);

    text_file_write(path, content, mode);
    return path;
}

static char *psk_target(const char *table)
{
    return mem_printf("%s/%s", server_psk_address(), table);
}

static struct pty *run(const char *const *argv)
{
    return pty_start(&(struct pty_options){.argv = argv, .split_stderr = true});
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

/* --- what must not leak
 * ------------------------------------------------------------------- */

static bool holds(const void *data, size_t n, const char *secret)
{
    return memmem(data, n, secret, strlen(secret)) != NULL;
}

static void check_file_without(const char *path, const char *secret, bool must_have_text)
{
    static char data[1 << 20];
    FILE *f = fopen(path, "r");

    if (!f)
        fail_msg("cannot open %s", path);
    size_t n = fread(data, 1, sizeof(data), f);
    fclose(f);
    if (must_have_text)
        assert_true(n > 0);
    if (holds(data, n, secret))
        fail_msg("the secret is in %s", path);
}

static void check_process_without(const struct pty *t, const char *secret)
{
    static const char *const names[] = {"cmdline", "environ", "comm"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char *path = mem_printf("/proc/%d/%s", (int)pty_pid(t), names[i]);

        check_file_without(path, secret, true);
        free(path);
    }
}

static void check_output_without(const struct pty *t, const char *secret)
{
    size_t n;
    const uint8_t *out = pty_output(t, &n);
    char *screen = pty_screen(t);

    if (holds(out, n, secret) || strstr(screen, secret) || strstr(pty_stderr(t), secret))
        fail_msg("the secret was written");
    free(screen);
}

/* --- ends
 * --------------------------------------------------------------------------------- */

/* Ended with the code, the terminal as before, and one line of error that names text. */
static void check_failure_kept(struct pty *t, int code, const char *text, const char *after)
{
    int got = pty_wait_exit(t);
    const char *err = pty_stderr(t);
    const char *end = strchr(err, '\n');

    if (got != code || !strstr(err, text))
        fail_msg("code %d, expected %d with \"%s\", found \"%s\"", got, code, text, err);
    if (strncmp(err, "dhview: ", 8) != 0 || !end || strcmp(end + 1, after) != 0)
        fail_msg("not one line: \"%s\"", err);
    pty_check_restored(t);
    pty_check_output(t);
}

static void check_failure(struct pty *t, int code, const char *text)
{
    check_failure_kept(t, code, text, "");
    pty_free(t);
}

static void check_usage(struct pty *t, const char *text)
{
    check_failure_kept(t, 2, text, TRY_HELP);
    pty_free(t);
}

static void leave_kept(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_check_output(t);
    assert_string_equal(pty_stderr(t), "");
}

static void check_live(struct pty *t)
{
    pty_wait_text(t, " row 1 of 1,000,000");
    pty_wait_row(t, 0, "● live");
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
    pty_keys(t, "G");
    sheet_wait_status(t, 1000000, 1000000);
    sheet_settle(t);
    (void)sheet_check(t, sheet_formula_million);
}

/* --- slow ones, started first and looked at last
 * ------------------------------------------ */

static struct {
    struct pty *viewer;
    int64_t since;
} refreshed;
static struct pty *silent;
static struct stopwatch silent_watch;
static int64_t silent_since;
static struct relay *mute;

static void slow_ones_are_started(void **state)
{
    char *target = psk_target("million");

    (void)state;
    refreshed.viewer = RUN(target, "--secret-file", server_psk_file());
    free(target);
    pty_wait_text(refreshed.viewer, " row 1 of 1,000,000");
    refreshed.since = now_ms();
    mute = relay_fake("127.0.0.1", "", 0, false);
    target = mem_printf("%s/million", relay_address(mute));
    silent_since = now_ms();
    silent = RUN("--no-retry", target);
    silent_watch = stopwatch_start(pty_pid(silent));
    free(target);
    pty_wait_text(silent, "connecting");
}

static void a_server_that_says_nothing_ends_in_a_timeout(void **state)
{
    (void)state;
    check_failure_kept(silent, 1, "no answer in 15 s; is that a Deephaven server?", "");
    assert_true(pty_ended_ms(silent) - silent_since >= 14000);
    assert_in_range(pty_ended_after(silent, &silent_watch), 0, 60000);
    pty_free(silent);
    relay_free(mute);
}

/* The server of this test should forget a token after 10 s; see --session-ms. */
static void a_token_is_refreshed_for_as_long_as_the_viewer_runs(void **state)
{
    struct pty *t = refreshed.viewer;
    int64_t left;

    (void)state;
    while ((left = refreshed.since + LONG_MS - now_ms()) > 0)
        pty_wait_quiet(t, left < 500 ? (int)left : 500);
    pty_wait_row(t, 0, "● live");
    check_live(t);
    pty_keys(t, "t");
    pty_wait_text(t, "Table");
    check_output_without(t, key);
    viewer_leave(t);
}

/* --- credentials
 * -------------------------------------------------------------------------- */

static void anonymous_by_asking_and_by_name(void **state)
{
    char *target = server_target("million");
    char *uri = mem_printf("dh+plain://%s/scope/million", server_address());

    (void)state;
    struct pty *t = RUN(target);
    check_live(t);
    viewer_leave(t);
    t = RUN("--auth", "anonymous", uri);
    check_live(t);
    viewer_leave(t);
    t = RUN("-a", "Anonymous", target); /* the type of the header itself */
    check_live(t);
    viewer_leave(t);
    free(uri);
    free(target);
}

static void a_key_from_a_file_opens_and_leaks_nowhere(void **state)
{
    char *target = psk_target("million");
    char *log = mem_printf("%s/log", folder);
    static const char *const auth[] = {NULL, "psk",
                                       "io.deephaven.authentication.psk.PskAuthentication"
                                       "Handler"};

    (void)state;
    for (size_t i = 0; i < sizeof(auth) / sizeof(*auth); i++) {
        struct pty *t = RUN(target, "--secret-file", server_psk_file(), "--log", log,
                            auth[i] ? "--auth" : NULL, auth[i]);

        check_live(t);
        check_process_without(t, key);
        leave_kept(t);
        check_output_without(t, key);
        check_file_without(log, key, false);
        pty_free(t);
    }
    free(log);
    free(target);
}

static void a_key_typed_at_the_prompt_is_never_shown(void **state)
{
    char *target = psk_target("million");
    char *log = mem_printf("%s/log-prompt", folder);
    struct pty *t = RUN(target, "--log", log);

    (void)state;
    pty_wait_text(t, "key for 127.0.0.1:");
    for (const char *p = key; *p; p++) {
        pty_write(t, p, 1);
        pty_wait_quiet(t, 20);
        check_output_without(t, key);
    }
    char *screen = pty_screen(t);
    for (size_t n = strlen(key); n >= 6; n--) /* not a part of it either */
        assert_null(strstr(screen, key + n - 6));
    free(screen);
    pty_keys(t, "<Enter>");
    check_live(t);
    check_process_without(t, key);
    pty_keys(t, ":<Up><Up>"); /* no history of it */
    pty_wait_quiet(t, 50);
    check_output_without(t, key);
    pty_keys(t, "<Esc>");
    pty_wait_quiet(t, 50);
    leave_kept(t);
    check_output_without(t, key);
    check_file_without(log, key, false);
    pty_free(t);
    free(log);
    free(target);
}

static void a_wrong_key_is_refused_in_one_line(void **state)
{
    char *target = psk_target("million");
    char *path = make_file("wrong", WRONG_KEY "\n", 0600);
    char *log = mem_printf("%s/log-wrong", folder);

    (void)state;
    struct pty *t = RUN(target, "--secret-file", path, "--log", log);
    check_failure_kept(t, 3, "not allowed in", "");
    check_output_without(t, WRONG_KEY);
    check_file_without(log, WRONG_KEY, false);
    pty_free(t);
    t = RUN(target);
    pty_wait_text(t, "key for ");
    pty_keys(t, WRONG_KEY "<Enter>");
    pty_wait_text(t, "refused, try 2 of 3: key for ");
    pty_keys(t, WRONG_KEY "<Enter>");
    pty_wait_text(t, "try 3 of 3");
    pty_keys(t, WRONG_KEY "<Enter>");
    check_failure_kept(t, 3, "this server takes --auth psk", "");
    check_output_without(t, WRONG_KEY);
    pty_free(t);
    check_failure(RUN(target, "--auth", "anonymous"), 3, "not allowed in");
    free(log);
    free(path);
    free(target);
}

static void the_prompt_for_a_key_can_be_left(void **state)
{
    static const char *const keys[] = {"<C-c>", "<Esc>", "half<C-c>"};
    char *target = psk_target("million");

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct pty *t = RUN(target);

        pty_wait_text(t, "key for ");
        pty_keys(t, keys[i]);
        check_failure(t, 130, "interrupted");
    }
    struct pty *t = RUN(target);
    pty_wait_text(t, "key for ");
    pty_keys(t, "<Enter>");
    check_failure(t, 2, "the key is empty");
    free(target);
}

static void files_that_cannot_hold_a_secret_are_refused(void **state)
{
    char *target = psk_target("million");
    char *open = make_file("open", WRONG_KEY "\n", 0644);
    char *empty = make_file("empty", "", 0600);
    char *blank = make_file("blank", "\n" WRONG_KEY "\n", 0600);
    char *control = make_file("control", "abc\033]0;x\007\n", 0600);

    (void)state;
    struct pty *t = RUN(target, "--secret-file", open);
    check_failure_kept(t, 2, "0600", "");
    check_output_without(t, WRONG_KEY);
    pty_free(t);
    check_failure(RUN(target, "--secret-file", empty), 2, "expected a secret");
    check_failure(RUN(target, "--secret-file", blank), 2, "expected a secret");
    check_failure(RUN(target, "--secret-file", control), 2, "not plain ASCII");
    check_failure(RUN(target, "--secret-file", folder), 2, "expected a regular file");
    check_failure(RUN(target, "--secret-file", "/no/such"), 1, "/no/such: No such file");
    check_failure(RUN(target, "--auth", "basic"), 2, "--user");
    check_failure(RUN(target, "--auth", "anonymous", "--secret-file", server_psk_file()), 2,
                  "takes no secret");
    free(open);
    free(empty);
    free(blank);
    free(control);
    free(target);
}

static void a_password_in_an_argument_is_not_repeated(void **state)
{
    static const char *const targets[] = {"me:" WRONG_KEY "@localhost:1/t",
                                          "dh://me:" WRONG_KEY "@localhost:1/scope/t",
                                          "me%3A" WRONG_KEY "%40localhost/t"};
    char *log = mem_printf("%s/log-target", folder);

    (void)state;
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        struct pty *t = RUN(targets[i], "--log", log);

        check_failure_kept(t, 2, "no user names in a target", "");
        check_output_without(t, WRONG_KEY);
        check_file_without(log, WRONG_KEY, false);
        pty_free(t);
    }
    free(log);
    check_failure(RUN("h/x", "--auth", "basic", "--user", "me:" WRONG_KEY), 2,
                  "without a colon");
    check_failure(RUN("h/x", "--auth", "Token " WRONG_KEY), 2, "without blanks");
}

/* An IPv4 address of this machine that is not loopback; false when there is none. */
static bool own_address(char *out, size_t size)
{
    struct ifaddrs *all;
    bool found = false;

    if (getifaddrs(&all) != 0)
        return false;
    for (struct ifaddrs *a = all; a && !found; a = a->ifa_next) {
        if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET ||
            (a->ifa_flags & IFF_LOOPBACK))
            continue;
        const struct sockaddr_in *in = (const struct sockaddr_in *)(void *)a->ifa_addr;
        found = inet_ntop(AF_INET, &in->sin_addr, out, (socklen_t)size) != NULL;
    }
    freeifaddrs(all);
    return found;
}

static void a_secret_never_goes_in_plain_text_to_another_host(void **state)
{
    char host[INET_ADDRSTRLEN];
    struct pty *t = RUN("dh+plain://192.0.2.1/scope/x", "--secret-file", server_psk_file());
    struct stopwatch w = stopwatch_start(pty_pid(t));

    (void)state;
    check_failure_kept(t, 2, "--insecure-plaintext", "");
    assert_in_range(pty_ended_after(t, &w), 0, 5000);
    pty_free(t);
    if (!own_address(host, sizeof(host))) {
        print_message("this machine has loopback addresses only\n");
        return;
    }
    struct relay *r = relay_fake(host, "", 0, true);
    char *target = mem_printf("dh+plain://%s/scope/x", relay_address(r));
    check_failure(RUN(target, "--secret-file", server_psk_file()), 2,
                  "--insecure-plaintext");
    check_failure(RUN(target, "-a", "basic", "-u", "me", "-s", server_psk_file()), 2,
                  "--insecure-plaintext");
    t = RUN(target, "--auth", "psk");
    pty_wait_text(t, "key for ");
    pty_keys(t, WRONG_KEY "<Enter>");
    check_failure_kept(t, 2, "--insecure-plaintext", "");
    check_output_without(t, WRONG_KEY);
    pty_free(t);
    assert_int_equal(relay_connections(r), 0);
    check_failure(
        RUN(target, "--no-retry", "--insecure-plaintext", "-s", server_psk_file()), 1,
        "cannot reach the server");
    assert_true(relay_connections(r) > 0); /* what the zero above is worth */
    free(target);
    relay_free(r);
}

/* --- servers that are none
 * ---------------------------------------------------------------- */

static void nobody_listens(void **state)
{
    struct relay *r = relay_fake("127.0.0.1", "", 0, true);
    char *target = mem_printf("%s/million", relay_address(r));

    (void)state;
    relay_cut(r); /* a port that was free a moment ago */
    check_failure(RUN("--no-retry", target), 1, "Connection refused");
    relay_free(r);
    free(target);
}

static void servers_that_talk_something_else(void **state)
{
    static const char http[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\n\033[31m";
    static const char zeros[64] = {0};
    static const uint8_t garbage[] = {0xff, 0x1b, ']',  '0',  ';',  'x', 7, 0x9b,
                                      0,    0xfe, 0x80, 0x12, 0x34, 0,   0, 0,
                                      9,    9,    9,    9,    9,    9};
    static const char ssh[] = "SSH-2.0-OpenSSH_9.2\r\n";
    static const struct {
        const void *data;
        size_t n;
        bool closes;
    } cases[] = {
        {http, sizeof(http) - 1, false},   {http, sizeof(http) - 1, true},
        {garbage, sizeof(garbage), false}, {zeros, sizeof(zeros), false},
        {ssh, sizeof(ssh) - 1, false},     {"", 0, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct relay *r =
            relay_fake("127.0.0.1", cases[i].data, cases[i].n, cases[i].closes);
        char *target = mem_printf("%s/million", relay_address(r));
        struct pty *t = RUN("--no-retry", target);
        struct stopwatch w = stopwatch_start(pty_pid(t));

        check_failure_kept(t, 1, relay_address(r), "");
        print_message("case %zu: given up after %" PRId64 " ms\n", i,
                      pty_ended_after(t, &w));
        assert_in_range(pty_ended_after(t, &w), 0, 10000);
        pty_free(t);
        free(target);
        relay_free(r);
    }
}

static void ways_out_while_connecting(void **state)
{
    static const struct {
        const char *keys;
        int signal, code;
    } cases[] = {{"<C-c>", 0, 130},
                 {"<Esc>", 0, 130},
                 {"Q", 0, 0},
                 {"q", 0, 0},
                 {NULL, SIGINT, 130},
                 {NULL, SIGTERM, -SIGTERM},
                 {NULL, SIGHUP, -SIGHUP}};
    struct relay *r = relay_fake("127.0.0.1", "", 0, false);
    char *target = mem_printf("%s/million", relay_address(r));

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pty *t = RUN(target);

        pty_wait_row(t, 0, "connecting");
        if (cases[i].keys)
            pty_keys(t, cases[i].keys);
        else
            pty_kill(t, cases[i].signal);
        assert_int_equal(pty_wait_exit(t), cases[i].code);
        pty_check_restored(t);
        pty_check_output(t);
        assert_string_equal(pty_stderr(t),
                            cases[i].code == 130 ? "dhview: interrupted\n" : "");
        pty_free(t);
    }
    free(target);
    relay_free(r);
}

static void tls_to_a_plaintext_port_gives_a_hint(void **state)
{
    char *target = mem_printf("dh://%s/scope/million", server_address());

    (void)state;
    check_failure(RUN(target), 1, "dh+plain://");
    free(target);
}

/* --- tables and arguments
 * ----------------------------------------------------------------- */

static void what_is_no_table_ends_with_4(void **state)
{
    static const char *const names[] = {"nosuch", "%1b%5d0;x%07", "a%20b",
                                        "\xe2\x80\xae\x72ight"};
    char *target = server_target("number");

    (void)state;
    check_failure(RUN(target), 4, "number is not a table");
    free(target);
    target = server_target("nosuch");
    check_failure(RUN(target), 4, "no table \"nosuch\"");
    free(target);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        target = mem_printf("dh+plain://%s/scope/%s", server_address(), names[i]);
        struct pty *t = RUN(target);
        int code = pty_wait_exit(t);
        char *problem =
            pty_grammar((const uint8_t *)pty_stderr(t), strlen(pty_stderr(t)), 0);

        if (problem)
            fail_msg("%s: %s", names[i], problem);
        if (code != 4 && code != 2)
            fail_msg("%s: code %d: %s", names[i], code, pty_stderr(t));
        pty_check_restored(t);
        pty_check_output(t);
        pty_free(t);
        free(target);
    }
}

static void bad_arguments_are_named(void **state)
{
    (void)state;
    check_usage(RUN("--bogus", "h/x"), "--bogus");
    check_usage(RUN("-%", "h/x"), "-%");
    check_usage(RUN("--ascii=maybe", "h/x"), "--ascii");
    check_usage(RUN("h/x", "--interval", "abc"), "--interval");
    check_usage(RUN("h/x", "--interval=-1"), "\"-1\"");
    check_usage(RUN("h/x", "--interval", "99999999999999999999"), "--interval");
    check_usage(RUN("h/x", "--max-message=1"), "--max-message");
    check_usage(RUN("h/x", "--zone"), "--zone");
    check_failure(RUN("h/x", "two:0/y"), 2, "two:0/y");
    check_usage(RUN(""), "TARGET");
    check_usage(run((const char *const[]){NULL}), "TARGET");
    check_failure(RUN("h/x", "--zone", "No/Where"), 2, "No/Where");
    check_failure(RUN("h/x", "--zone", "../../etc/passwd"), 2, "../../etc/passwd");
    check_failure(RUN("http://h/x"), 2, "http://h/x");
    check_failure(RUN("dh+plain://"), 2, "host name");
    check_failure(RUN("h:0/x"), 2, "port");
    check_failure(RUN("h:70000/x"), 2, "70000");
    check_failure(RUN("dh://h/nonsense"), 2, "scope/NAME");
    check_failure(RUN("dh://h/scope/%zz"), 2, "hex digits");
    check_failure(RUN("h/x", "--log", "/no/such/log"), 1, "/no/such/log");
    check_failure(RUN("h/x", "--ca", "/no/such/ca"), 1, "/no/such/ca");
}

/* Output of a command; owned by the caller. */
static char *output_of(const char *command)
{
    static char text[65536];
    FILE *f = popen(command, "r");

    assert_non_null(f);
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    assert_int_equal(pclose(f), 0);
    return mem_strdup(text);
}

static void help_fits_a_screen_and_version_names_both(void **state)
{
    char *shown = output_of(DHVIEW " --help 2>&1"), *expected = options_help(false);
    char *again = output_of(DHVIEW " -h one two --ascii 2>&1");
    char *version = output_of(DHVIEW " --version 2>&1");
    size_t lines = 0, width = 0;

    (void)state;
    assert_string_equal(shown, expected);
    assert_string_equal(again, expected);
    for (const char *p = shown; *p; p++) {
        width = *p == '\n' ? 0 : width + 1;
        lines += *p == '\n';
        assert_in_range(width, 0, 80);
    }
    assert_in_range(lines, 10, 24);
    assert_true(strncmp(version, "dhview ", 7) == 0);
    assert_non_null(strstr(version, "(gRPC "));
    free(shown);
    free(again);
    free(expected);
    free(version);
}

static void read_key(void)
{
    FILE *f = fopen(server_psk_file(), "r");

    if (!f || !fgets(key, sizeof(key), f)) {
        print_error("cannot read %s\n", server_psk_file());
        exit(1);
    }
    key[strcspn(key, "\n")] = '\0';
    fclose(f);
}

static int remove_folder(void **state)
{
    (void)state;
    folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_ones_are_started),
        cmocka_unit_test(anonymous_by_asking_and_by_name),
        cmocka_unit_test(a_key_from_a_file_opens_and_leaks_nowhere),
        cmocka_unit_test(a_key_typed_at_the_prompt_is_never_shown),
        cmocka_unit_test(a_wrong_key_is_refused_in_one_line),
        cmocka_unit_test(the_prompt_for_a_key_can_be_left),
        cmocka_unit_test(files_that_cannot_hold_a_secret_are_refused),
        cmocka_unit_test(a_password_in_an_argument_is_not_repeated),
        cmocka_unit_test(a_secret_never_goes_in_plain_text_to_another_host),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(servers_that_talk_something_else),
        cmocka_unit_test(ways_out_while_connecting),
        cmocka_unit_test(tls_to_a_plaintext_port_gives_a_hint),
        cmocka_unit_test(what_is_no_table_ends_with_4),
        cmocka_unit_test(bad_arguments_are_named),
        cmocka_unit_test(help_fits_a_screen_and_version_names_both),
        cmocka_unit_test(a_server_that_says_nothing_ends_in_a_timeout),
        cmocka_unit_test(a_token_is_refreshed_for_as_long_as_the_viewer_runs),
    };

    server_require();
    read_key();
    folder_make(folder);
    return cmocka_run_group_tests(tests, NULL, remove_folder);
}
