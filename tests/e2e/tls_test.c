/* TLS of the real server itself: who is let in, and what its refusals are told as; its
 * logins by client certificate, token and password; and the server behind nginx and haproxy
 * that end TLS for it.
 *
 * The handlers of these logins are not part of the server that can be installed: those of
 * tests/e2e/handlers are compiled for it, with the names and types of the missing ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/gateway.h"
#include "tests/support/pty.h"
#include "tests/support/server.h"
#include "tests/support/sheet.h"
#include "tests/support/text_file.h"
#include "tests/support/trial.h"

#define FOLDER TEST_BUILD_DIR "/tls_e2e_test.files"
#define READY FOLDER "/ready"
#define TOKEN FOLDER "/token" /* what is taken for one */
#define MINE FOLDER "/mine"   /* what the viewer's command prints */
#define START_S 180
#define CUTS_MS 6000     /* in which time-outs of 2 s pass */
#define SESSION_MS 10000 /* the shortest that the server allows */
#define MTLS "io.deephaven.authentication.mtls.MTlsAuthenticationHandler"
#define OIDC "io.deephaven.authentication.oidc.OidcAuthenticationHandler"
#define ANONYMOUS "io.deephaven.auth.AnonymousAuthenticationHandler"
#define HANDLERS ANONYMOUS "," MTLS "," OIDC ",trial.TrialPassword"

static struct world {
    struct cert *authority, *other_authority, *server, *alice, *bob, *eve;
    pid_t pid;
    char address[64]; /* of the server with TLS */
} w;

static void run_server(pid_t parent)
{
    char *number = mem_printf("%d", (int)parent);

    (void)freopen("/dev/null", "w", stdout);
    (void)execl(TEST_SOURCE_DIR "/scripts/server", "server", "--port", "0", "--ready-file",
                READY, "--with-parent", number, "--cert", w.server->file, "--key",
                w.server->key_file, "--clients-of", w.authority->file, "--handlers",
                TEST_SOURCE_DIR "/tests/e2e/handlers", "--auth", HANDLERS, "--property",
                "trial.token=" TOKEN, "--session-ms", "10000", (char *)NULL);
    _exit(127);
}

/* Until its tables are there. */
static void wait_ready(void)
{
    for (int i = 0; i < START_S * 10; i++) {
        FILE *f = fopen(READY, "re");
        bool there = f && fgets(w.address, sizeof(w.address), f);

        if (f)
            (void)fclose(f);
        if (there) {
            w.address[strcspn(w.address, "\n")] = '\0';
            return;
        }
        if (waitpid(w.pid, NULL, WNOHANG) == w.pid)
            fail_msg("the server with TLS ends at its start");
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    fail_msg("the server with TLS is not there after %d s", START_S);
}

static struct cert *new_cert(const char *name, const char *also, const struct cert *issuer)
{
    return cert_new(
        FOLDER, &(struct cert_options){
                    .name = name, .also = also, .issuer = issuer, .authority = !issuer});
}

static int set_up(void **state)
{
    pid_t parent = getpid();

    (void)state;
    (void)mkdir(FOLDER, 0711);
    (void)unlink(READY);
    w.authority = new_cert("ca", NULL, NULL);
    w.other_authority = new_cert("other-ca", NULL, NULL);
    w.server = new_cert("server", "DNS:localhost,IP:127.0.0.1", w.authority);
    w.alice = new_cert("alice", NULL, w.authority);
    w.bob = new_cert("bob", NULL, w.authority);
    w.eve = new_cert("eve", NULL, w.other_authority);
    w.pid = fork();
    assert_true(w.pid >= 0);
    if (w.pid == 0)
        run_server(parent);
    wait_ready();
    return 0;
}

static int tear_down(void **state)
{
    struct cert *const all[] = {w.server, w.alice,     w.bob,
                                w.eve,    w.authority, w.other_authority};

    (void)state;
    (void)kill(w.pid, SIGTERM);
    (void)waitpid(w.pid, NULL, 0);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        cert_free(all[i]);
    (void)unlink(TOKEN);
    (void)unlink(MINE);
    return 0;
}

#define OPTIONS_MAX 8

static struct pty *view(const char *port, const char *const *options)
{
    char *target = mem_printf("dh://localhost%s/scope/million", port);
    const char *argv[OPTIONS_MAX + 4] = {target, "--ca", w.authority->file};
    struct pty *t;

    for (size_t i = 0; i < OPTIONS_MAX && options[i]; i++)
        argv[3 + i] = options[i];
    t = pty_start(&(struct pty_options){.rows = 24, .cols = 300, .argv = argv});
    free(target);
    return t;
}

static void use_again(struct pty *t)
{
    pty_keys(t, "G");
    pty_wait_text(t, "row 1,000,000 of 1,000,000");
    pty_wait_gone(t, "·····");
    pty_keys(t, "t");
    pty_wait_text(t, "table 1 of ");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
}

static void use(struct pty *t)
{
    pty_wait_text(t, "row 1 of 1,000,000");
    use_again(t);
}

static void check_end(struct pty *t, int expected, const char *want)
{
    int code = pty_wait_exit(t);
    char *screen = pty_screen(t);

    if (code != expected || !strstr(screen, want))
        fail_msg("expected %d and \"%s\", found %d and: %s", expected, want, code, screen);
    free(screen);
    pty_free(t);
}

static void check_refusal(struct pty *t, const char *want)
{
    check_end(t, 1, want);
}

#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void a_client_with_its_certificate_is_let_in(void **state)
{
    (void)state;
    use(view(strchr(w.address, ':'),
             OPTIONS("--cert", w.alice->file, "--key", w.alice->key_file)));
}

static void others_are_told_what_the_server_wants(void **state)
{
    const char *port = strchr(w.address, ':');

    (void)state;
    check_refusal(view(port, OPTIONS(NULL)),
                  "the server lets nobody in without a client certificate");
    check_refusal(view(port, OPTIONS("--cert", w.eve->file, "--key", w.eve->key_file)),
                  "the server does not accept the client certificate");
}

static void plaintext_to_it_and_tls_to_the_plain_one_are_told(void **state)
{
    char *plain = mem_printf("dh+plain://%s/scope/million", w.address);

    (void)state;
    check_refusal(
        pty_start(&(struct pty_options){.rows = 24, .cols = 300, .argv = OPTIONS(plain)}),
        "TLS is spoken there; dh://");
    check_refusal(view(strchr(server_address(), ':'), OPTIONS(NULL)),
                  "no TLS is spoken there; dh+plain://localhost:");
    free(plain);
}

/* --- logins --- */

#define ALICE "--cert", w.alice->file, "--key", w.alice->key_file

static void a_certificate_logs_in_its_owner_alone(void **state)
{
    const char *port = strchr(w.address, ':');

    (void)state;
    use(view(port, OPTIONS(ALICE, "--auth", "mtls")));
    check_end(view(port, OPTIONS("--cert", w.bob->file, "--key", w.bob->key_file, "--auth",
                                 "mtls")),
              3,
              "not allowed in: Authentication details invalid; this server takes "
              "--auth anonymous, --auth mtls --cert FILE --key FILE, "
              "--auth oidc --secret-command CMD, --auth TYPE (trial.TrialPassword)");
}

static void write_secret(const char *path, const char *text)
{
    text_file_write(path, text, 0600);
}

static void a_token_logs_in_and_the_next_one_logs_in_again(void **state)
{
    const char *port = strchr(w.address, ':');
    struct pty *t;

    (void)state;
    write_secret(TOKEN, "eyJhbGciOiJub25lIn0.one\n");
    write_secret(MINE, "eyJhbGciOiJub25lIn0.one\n");
    t = view(port, OPTIONS(ALICE, "--auth", "oidc", "--secret-command", "cat " MINE));
    pty_wait_text(t, "row 1 of 1,000,000");
    pty_keys(t, "500G");
    pty_wait_text(t, "row 500 of 1,000,000");
    pty_kill(t, SIGSTOP); /* until the session has expired, and its token with it */
    write_secret(TOKEN, "eyJhbGciOiJub25lIn0.two\n");
    write_secret(MINE, "eyJhbGciOiJub25lIn0.two\n");
    (void)nanosleep(&(struct timespec){.tv_sec = SESSION_MS / 1000 + 2}, NULL);
    pty_kill(t, SIGCONT);
    pty_wait_text(t, "connected again, after: the session ");
    pty_wait_text(t, "row 500 of 1,000,000");
    use_again(t);
    check_end(view(port, OPTIONS(ALICE, "--auth", OIDC, "--secret-command", "echo three")),
              3, "not allowed in: Authentication details invalid");
}

static void a_password_logs_in(void **state)
{
    const char *port = strchr(w.address, ':');

    (void)state;
    write_secret(MINE, "p\xc3\xa4ssword:1\n");
    use(view(port, OPTIONS(ALICE, "--user", "alice", "--secret-file", MINE)));
    check_end(view(port, OPTIONS(ALICE, "--user", "bob", "--secret-file", MINE)), 3,
              "not allowed in: Authentication details invalid");
}

/* --- gateways --- */

static void it_is_used_through_nginx_and_haproxy(void **state)
{
    struct gateway *g = gateway_nginx(FOLDER, server_address(), w.server, "");
    char *port = mem_printf(":%d", gateway_port(g));

    (void)state;
    use(view(port, OPTIONS(NULL)));
    gateway_free(g);
    free(port);
    g = gateway_haproxy(FOLDER, server_address(), w.server, "");
    port = mem_printf(":%d", gateway_port(g));
    use(view(port, OPTIONS(NULL)));
    gateway_free(g);
    free(port);
}

typedef struct gateway *start_gateway(const char *folder, const char *upstream,
                                      const struct cert *cert, const char *settings);

/* A quiet table and one that ticks, through time-outs of 2 s instead of a minute. */
static void what_their_time_outs_cut_comes_back(void **state)
{
    static const struct {
        start_gateway *start;
        const char *settings;
    } all[] = {
        {gateway_nginx, "grpc_read_timeout 2s; client_body_timeout 2s;"},
        {gateway_haproxy, "timeout client 1h\n timeout server 2s\n"},
    };
    struct gateway *gateways[2];
    struct pty *views[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *port, *ticking;

        gateways[i] = all[i].start(FOLDER, server_address(), w.server, all[i].settings);
        port = mem_printf(":%d", gateway_port(gateways[i]));
        ticking = mem_printf("dh://localhost%s/scope/appending", port);
        views[i] = view(port, OPTIONS(ticking));
        pty_wait_text(views[i], "row 1 of 1,000,000");
        free(ticking);
        free(port);
    }
    for (int64_t end = trial_now_ms() + CUTS_MS; trial_now_ms() < end;)
        for (size_t i = 0; i < 2; i++) {
            sheet_sync(views[i]);
            (void)sheet_check_known(views[i], sheet_formula_million);
        }
    for (size_t i = 0; i < 2; i++) {
        pty_keys(views[i], "gtF");
        pty_wait_text(views[i], "FOLLOW");
        sheet_settle(views[i]);
        (void)sheet_check(views[i], sheet_formula_appending);
        pty_keys(views[i], "gt");
        use_again(views[i]);
        gateway_free(gateways[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_with_its_certificate_is_let_in),
        cmocka_unit_test(others_are_told_what_the_server_wants),
        cmocka_unit_test(plaintext_to_it_and_tls_to_the_plain_one_are_told),
        cmocka_unit_test(a_certificate_logs_in_its_owner_alone),
        cmocka_unit_test(a_token_logs_in_and_the_next_one_logs_in_again),
        cmocka_unit_test(a_password_logs_in),
        cmocka_unit_test(it_is_used_through_nginx_and_haproxy),
        cmocka_unit_test(what_their_time_outs_cut_comes_back),
    };

    server_require();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
