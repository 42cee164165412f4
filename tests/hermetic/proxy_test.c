/* Proxies that the environment names: gone through, gone around, and named when they fail.
 * The servers have addresses that nobody has (RFC 5737), so only a proxy leads there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/connect_proxy.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/text_file.h"
#include "tests/support/tls_relay.h"

#define PLAIN "dh+plain://192.0.2.2:10701/scope/billion"
#define FOLDER TEST_BUILD_DIR "/proxy_test.files"

#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

/* variable: "NAME=", what it is comes from value and rest. */
static struct pty *view(const char *const *argv, const char *variable, const char *value,
                        const char *other_variable)
{
    char *setting = mem_printf("%s%s", variable, value);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = 24, .cols = 300, .argv = argv, .env = ARGV(setting, other_variable)});

    free(setting);
    return t;
}

static void check_rows(struct pty *t)
{
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
}

static void check_refusal(struct pty *t, int code, const char *want)
{
    int found = pty_wait_exit(t);
    char *screen = pty_screen(t);

    if (found != code || !strstr(screen, want))
        fail_msg("expected %d and \"%s\", found %d and: %s", code, want, found, screen);
    if (strstr(screen, "hush"))
        fail_msg("a password is shown: %s", screen);
    free(screen);
    pty_check_restored(t);
    pty_free(t);
}

static void a_tunnel_leads_to_the_server(void **state)
{
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    struct connect_proxy *p = connect_proxy_new(demo_program_address(d), "200 OK");
    char *url = mem_printf("http://user:hush%%21@%s", connect_proxy_address(p));

    (void)state;
    check_rows(view(ARGV(PLAIN), "http_proxy=", url, "A=B"));
    connect_proxy_check_asked(p, "CONNECT 192.0.2.2:10701 HTTP/1.");
    connect_proxy_check_asked(p, "Basic dXNlcjpodXNoIQ==\r\n");
    check_rows(view(ARGV(PLAIN), "ALL_PROXY=", connect_proxy_address(p), "A=B"));
    check_rows(view(ARGV("dh+plain://[2001:db8::2]:10701/scope/billion"),
                    "grpc_proxy=", url, "A=B"));
    connect_proxy_check_asked(p, "CONNECT [2001:db8::2]:10701 HTTP/1.");
    check_rows(view(ARGV("dh+plain://no.such.name.invalid:1/scope/billion"),
                    "http_proxy=", url, "A=B")); /* looked up by the proxy */
    free(url);
    connect_proxy_free(p);
    demo_program_free(d);
}

static void tls_goes_through_the_tunnel_and_its_failure_is_told(void **state)
{
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    struct cert *c;
    struct tls_relay *server;
    struct connect_proxy *p;
    char *upstream;

    (void)state;
    (void)mkdir(FOLDER, 0700);
    c = cert_new(FOLDER, &(struct cert_options){.name = "c", .also = "DNS:dh.example"});
    server = tls_relay_new(
        &(struct tls_relay_options){.upstream = demo_program_address(d), .cert = c});
    upstream = mem_printf("127.0.0.1:%d", tls_relay_port(server));
    p = connect_proxy_new(upstream, "200 OK");
    check_rows(view(ARGV("dh://dh.example/scope/billion", "--ca", c->file),
                    "https_proxy=", connect_proxy_address(p), "A=B"));
    check_refusal(view(ARGV("dh://dh.example/scope/billion"),
                       "https_proxy=", connect_proxy_address(p), "A=B"),
                  1, "the server's certificate is signed by itself and not trusted here");
    connect_proxy_free(p);
    tls_relay_free(server);
    cert_free(c);
    (void)rmdir(FOLDER);
    demo_program_free(d);
    free(upstream);
}

static void a_proxy_is_gone_around_where_that_is_asked_for(void **state)
{
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    struct connect_proxy *p = connect_proxy_new(demo_program_address(d), "200 OK");
    char *here = mem_printf("%s/billion", demo_program_address(d));

    (void)state;
    check_rows(view(ARGV(here), "all_proxy=", connect_proxy_address(p), "A=B"));
    check_refusal(view(ARGV("--no-retry", "dh+plain://nobody.invalid:1/scope/x"),
                       "http_proxy=", connect_proxy_address(p), "no_proxy=.invalid"),
                  1, "nobody.invalid:1: cannot reach the server: ");
    check_refusal(
        view(ARGV("--no-retry", "--no-proxy", "dh+plain://nobody.invalid:1/scope/x"),
             "http_proxy=", connect_proxy_address(p), "A=B"),
        1, "nobody.invalid:1: cannot reach the server: ");
    assert_int_equal(connect_proxy_connections(p), 0);
    free(here);
    connect_proxy_free(p);
    demo_program_free(d);
}

static void a_proxy_that_fails_is_named(void **state)
{
    static const char *const answers[] = {"403 Forbidden", "502 Bad Gateway"};
    struct relay *closed = relay_fake("127.0.0.1", "", 0, true);
    char *url, *want;

    (void)state;
    relay_cut(closed); /* a port that was free a moment ago */
    url = mem_printf("http://user:hush@%s", relay_address(closed));
    want = mem_printf("192.0.2.2:10701: through the proxy %s "
                      "(https_proxy): Connection refused; --no-proxy goes without",
                      relay_address(closed));
    check_refusal(view(ARGV("--no-retry", PLAIN), "https_proxy=", url, "A=B"), 1, want);
    free(url);
    free(want);
    relay_free(closed);
    for (size_t i = 0; i < 2; i++) {
        struct connect_proxy *p = connect_proxy_new(NULL, answers[i]);

        url = mem_printf("http://user:hush@%s", connect_proxy_address(p));
        want =
            mem_printf("through the proxy %s (https_proxy): HTTP proxy returned response "
                       "code %.3s; --no-proxy goes without",
                       connect_proxy_address(p), answers[i]);
        check_refusal(view(ARGV("--no-retry", PLAIN), "https_proxy=", url, "A=B"), 1, want);
        free(url);
        free(want);
        connect_proxy_free(p);
    }
}

static void a_proxy_that_says_nothing_is_named_after_15_s(void **state)
{
    struct connect_proxy *p = connect_proxy_new(NULL, NULL);
    char *want = mem_printf("192.0.2.2:10701: through the proxy "
                            "%s (https_proxy): no answer in 15 s",
                            connect_proxy_address(p));
    const char *const targets[] = {PLAIN, "dh://192.0.2.2:10701/scope/billion"};
    struct pty *views[2];

    (void)state;
    for (size_t i = 0; i < 2; i++)
        views[i] = view(ARGV("--no-retry", targets[i]),
                        "https_proxy=", connect_proxy_address(p), "A=B");
    for (size_t i = 0; i < 2; i++)
        check_refusal(views[i], 1, want);
    free(want);
    connect_proxy_free(p);
}

static void a_proxy_that_wants_a_password_gets_that_of_its_variable(void **state)
{
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    struct connect_proxy *p = connect_proxy_new(demo_program_address(d), "200 OK");
    const char *address = connect_proxy_address(p);
    char *right = mem_printf("http://user:hush%%21@%s", address);
    char *wrong = mem_printf("http://user:hush@%s", address);

    (void)state;
    connect_proxy_want(p, "Basic dXNlcjpodXNoIQ==");
    check_rows(view(ARGV(PLAIN), "https_proxy=", right, "A=B"));
    check_refusal(view(ARGV("--no-retry", PLAIN), "https_proxy=", wrong, "A=B"), 1,
                  "response code 407 (it wants another login: http://USER:PASSWORD@HOST");
    check_refusal(view(ARGV("--no-retry", PLAIN), "https_proxy=", address, "A=B"), 1,
                  "response code 407 (it wants another login: http://USER:PASSWORD@HOST");
    free(wrong);
    free(right);
    connect_proxy_free(p);
    demo_program_free(d);
}

static void a_proxy_that_goes_away_is_named_over_the_old_rows(void **state)
{
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    struct connect_proxy *p = connect_proxy_new(demo_program_address(d), "200 OK");
    struct relay *way = relay_new(connect_proxy_address(p));
    char *want = mem_printf("through the proxy %s (https_proxy): ", relay_address(way));
    struct pty *t = view(ARGV(PLAIN), "https_proxy=", relay_address(way), "A=B");

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    relay_cut(way);
    pty_wait_text(t, want);
    pty_wait_text(t, "these rows are old");
    check_rows(t);
    free(want);
    relay_free(way);
    connect_proxy_free(p);
    demo_program_free(d);
}

/* Its way leads nowhere without a proxy. */
static void a_connection_of_the_config_file_goes_around_the_proxy(void **state)
{
    struct demo_program *d = demo_program_start(ARGV("--seed", "1"));
    struct connect_proxy *p = connect_proxy_new(demo_program_address(d), "200 OK");
    const char *const argv[] = {"--no-retry", "direct/billion", NULL};
    char *setting = mem_printf("http_proxy=%s", connect_proxy_address(p));
    const char *const env[] = {setting, "XDG_CONFIG_HOME=" FOLDER, NULL};

    (void)state;
    (void)mkdir(FOLDER, 0700);
    (void)mkdir(FOLDER "/dhview", 0700);
    text_file_write(FOLDER "/dhview/config",
                    "[connection \"direct\"]\n"
                    "target = dh+plain://nobody.invalid:1\n"
                    "no-proxy = true\n",
                    0600);
    check_refusal(
        pty_start(&(struct pty_options){.rows = 24, .cols = 300, .argv = argv, .env = env}),
        1, "nobody.invalid:1: cannot reach the server: ");
    assert_int_equal(connect_proxy_connections(p), 0);
    (void)unlink(FOLDER "/dhview/config");
    (void)rmdir(FOLDER "/dhview");
    (void)rmdir(FOLDER);
    free(setting);
    connect_proxy_free(p);
    demo_program_free(d);
}

static void why_a_proxy_failed_is_seen_on_a_small_screen(void **state)
{
    struct relay *closed = relay_fake("127.0.0.1", "", 0, true);
    char *setting = mem_printf("https_proxy=http://user:hush@%s", relay_address(closed));
    struct pty *t;

    (void)state;
    relay_cut(closed);
    t = pty_start(&(struct pty_options){.argv = ARGV(PLAIN), .env = ARGV(setting)});
    pty_wait_row(t, 23, "(https_proxy): Conn");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    free(setting);
    relay_free(closed);
}

static void a_proxy_that_is_not_supported_is_not_ignored(void **state)
{
    (void)state;
    check_refusal(view(ARGV(PLAIN), "all_proxy=", "socks5://user:hush@127.0.0.1:9", "A=B"),
                  2,
                  "all_proxy names a proxy of the kind socks5://, which is not supported");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tunnel_leads_to_the_server),
        cmocka_unit_test(tls_goes_through_the_tunnel_and_its_failure_is_told),
        cmocka_unit_test(a_proxy_is_gone_around_where_that_is_asked_for),
        cmocka_unit_test(a_proxy_that_fails_is_named),
        cmocka_unit_test(a_proxy_that_says_nothing_is_named_after_15_s),
        cmocka_unit_test(a_proxy_that_wants_a_password_gets_that_of_its_variable),
        cmocka_unit_test(a_proxy_that_goes_away_is_named_over_the_old_rows),
        cmocka_unit_test(a_connection_of_the_config_file_goes_around_the_proxy),
        cmocka_unit_test(why_a_proxy_failed_is_seen_on_a_small_screen),
        cmocka_unit_test(a_proxy_that_is_not_supported_is_not_ignored),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
