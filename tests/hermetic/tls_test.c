/* TLS: who is let through, and who is refused for which reason; against servers that are
 * set up well and badly, with certificates made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/demo_program.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/text_file.h"
#include "tests/support/tls_relay.h"

#define HERE "DNS:localhost,IP:127.0.0.1"
#define FOLDER TEST_BUILD_DIR "/tls_test.files"

static struct world {
    struct demo_program *demo;
    struct cert *authority, *other_authority, *good, *expired, *early, *elsewhere, *itself;
    struct cert *stranger, *alice, *expired_alice;
} w;

static int set_up_world(void **state)
{
    (void)state;
    (void)mkdir(FOLDER, 0700);
    w.demo = demo_program_start((const char *const[]){"--seed", "1", NULL});
    w.authority =
        cert_new(FOLDER, &(struct cert_options){.name = "Trial CA", .authority = true});
    w.other_authority =
        cert_new(FOLDER, &(struct cert_options){.name = "Other CA", .authority = true});
    w.good = cert_new(FOLDER, &(struct cert_options){
                                  .name = "good", .also = HERE, .issuer = w.authority});
    w.expired = cert_new(FOLDER, &(struct cert_options){.name = "expired",
                                                        .also = HERE,
                                                        .issuer = w.authority,
                                                        .from_day = -30,
                                                        .until_day = -3});
    w.early = cert_new(FOLDER, &(struct cert_options){.name = "early",
                                                      .also = HERE,
                                                      .issuer = w.authority,
                                                      .from_day = 3,
                                                      .until_day = 30});
    w.elsewhere = cert_new(FOLDER, &(struct cert_options){.name = "elsewhere",
                                                          .also = "DNS:dh.example",
                                                          .issuer = w.authority});
    w.itself = cert_new(FOLDER, &(struct cert_options){.name = "itself", .also = HERE});
    w.stranger = cert_new(FOLDER, &(struct cert_options){.name = "stranger",
                                                         .also = HERE,
                                                         .issuer = w.other_authority});
    w.alice =
        cert_new(FOLDER, &(struct cert_options){.name = "alice", .issuer = w.authority});
    w.expired_alice = cert_new(FOLDER, &(struct cert_options){.name = "expired alice",
                                                              .issuer = w.authority,
                                                              .from_day = -30,
                                                              .until_day = -3});
    return 0;
}

static int tear_down_world(void **state)
{
    struct cert *const all[] = {w.good,      w.expired,        w.early, w.elsewhere,
                                w.itself,    w.stranger,       w.alice, w.expired_alice,
                                w.authority, w.other_authority};

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        cert_free(all[i]);
    demo_program_free(w.demo);
    (void)rmdir(FOLDER);
    return 0;
}

#define OPTIONS_MAX 9
struct options_list {
    const char *argv[OPTIONS_MAX]; /* after the target; the rest NULL */
};
#define WITH(...) ((struct options_list){{__VA_ARGS__}})
#define TRUSTING "--ca", w.authority->file

static struct pty *view(int port, const char *host, struct options_list options)
{
    char *target = mem_printf("dh://%s:%d/scope/billion", host, port);
    const char *argv[OPTIONS_MAX + 2] = {target};
    struct pty *t;

    memcpy(argv + 1, options.argv, sizeof(options.argv));
    t = pty_start(&(struct pty_options){.rows = 24, .cols = 300, .argv = argv});
    free(target);
    return t;
}

/* What the program says at its end, without the ends of lines. */
static char *last_words(struct pty *t)
{
    char *screen = pty_screen(t), *start = strstr(screen, "dhview: "), *out;
    size_t n = 0;

    out = mem_strdup(start ? start : screen);
    for (const char *p = out; *p; p++)
        if (*p != '\n')
            out[n++] = *p;
    out[n] = '\0';
    free(screen);
    return out;
}

static void check_refusal(struct pty *t, int code, const char *want)
{
    int found = pty_wait_exit(t);
    char *words = last_words(t);

    if (found != code || !strstr(words, want))
        fail_msg("expected %d and \"%s\", found %d and \"%s\"", code, want, found, words);
    free(words);
    pty_check_restored(t);
    pty_free(t);
}

static void refused_as(const struct tls_relay_options *server, struct options_list options,
                       const char *want)
{
    struct tls_relay *r = tls_relay_new(server);

    check_refusal(view(tls_relay_port(r), "localhost", options), 1, want);
    tls_relay_free(r);
}

static void let_in(const struct tls_relay_options *server, const char *host,
                   struct options_list options)
{
    struct tls_relay *r = tls_relay_new(server);
    struct pty *t = view(tls_relay_port(r), host, options);

    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "GQ");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    tls_relay_free(r);
}

#define SERVER(...)                                                                        \
    (&(struct tls_relay_options){.upstream = demo_program_address(w.demo), __VA_ARGS__})

static void a_good_server_is_let_through(void **state)
{
    (void)state;
    let_in(SERVER(.cert = w.good), "localhost", WITH(TRUSTING));
    let_in(SERVER(.cert = w.good), "localhost.", WITH(TRUSTING));
    let_in(SERVER(.cert = w.good), "127.0.0.1", WITH(TRUSTING));
    let_in(SERVER(.cert = w.good, .tls_1_2 = true), "localhost", WITH(TRUSTING));
    let_in(SERVER(.cert = w.itself), "localhost", WITH("--ca", w.itself->file));
}

#define SYSTEM_ROOTS "/etc/ssl/certs/ca-certificates.crt"

/* In a world where the system trusts ours. */
static void the_systems_authorities_are_trusted(void **state)
{
    struct tls_relay *r;
    struct pty *t;
    char *line;

    (void)state;
    if (system("unshare -rm true") != 0 ||
        access(SYSTEM_ROOTS, R_OK) != 0) { /* NOLINT(cert-env33-c): a fixed text */
        print_message("no mount namespaces or no " SYSTEM_ROOTS " here\n");
        skip();
    }
    r = tls_relay_new(SERVER(.cert = w.good));
    line = mem_printf("mount --bind '%s' " SYSTEM_ROOTS " && exec " TEST_BUILD_DIR
                      "/dhview dh://localhost:%d/scope/billion",
                      w.authority->file, tls_relay_port(r));
    t = pty_start(&(struct pty_options){
        .program = "/usr/bin/unshare",
        .argv = (const char *const[]){"-rm", "/bin/sh", "-c", line, NULL}});
    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    free(line);
    tls_relay_free(r);
}

static void another_name_can_be_expected(void **state)
{
    (void)state;
    let_in(SERVER(.cert = w.elsewhere), "127.0.0.1",
           WITH(TRUSTING, "--server-name", "dh.example"));
    refused_as(SERVER(.cert = w.good), WITH(TRUSTING, "--server-name", "dh.example"),
               "the server's certificate is for localhost, 127.0.0.1, not for dh.example; "
               "--server-name NAME expects another name");
}

static void a_client_certificate_is_shown(void **state)
{
    (void)state;
    let_in(SERVER(.cert = w.good, .clients_of = w.authority), "localhost",
           WITH(TRUSTING, "--cert", w.alice->file, "--key", w.alice->key_file));
}

static void a_bad_certificate_is_refused_with_its_reason(void **state)
{
    (void)state;
    refused_as(SERVER(.cert = w.expired), WITH(TRUSTING),
               "no secure connection: the server's certificate (\"expired\") has expired: "
               "it was valid until 20");
    refused_as(SERVER(.cert = w.early), WITH(TRUSTING),
               "the server's certificate (\"early\") is not yet valid, only from 20");
    refused_as(SERVER(.cert = w.elsewhere), WITH(TRUSTING),
               "the server's certificate is for dh.example, not for localhost");
    refused_as(SERVER(.cert = w.itself), WITH(TRUSTING),
               "the server's certificate is signed by itself and not trusted here");
    refused_as(SERVER(.cert = w.stranger), WITH(TRUSTING),
               "Trial CA.crt, but by \"Other CA\"");
    refused_as(SERVER(.cert = w.good), WITH(NULL),
               "an authority that is not trusted here, \"Trial CA\"; --ca FILE trusts");
}

static void a_server_that_speaks_something_else_is_told(void **state)
{
    (void)state;
    refused_as(SERVER(.cert = w.good, .old = true), WITH(TRUSTING),
               "the server speaks no TLS 1.2 or newer");
    refused_as(SERVER(.cert = w.good, .no_alpn = true), WITH(TRUSTING),
               "no HTTP/2 is spoken over TLS there (ALPN h2)");
    refused_as(SERVER(.cert = w.good, .protocol = "http/1.1"), WITH(TRUSTING),
               "no HTTP/2 is spoken over TLS there (ALPN h2)");
}

static void a_client_certificate_that_is_missing_or_unknown_is_told(void **state)
{
    static const bool tls_1_2[] = {false, true};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        refused_as(SERVER(.cert = w.good, .clients_of = w.authority, .tls_1_2 = tls_1_2[i]),
                   WITH(TRUSTING),
                   "the server lets nobody in without a client certificate; give --cert "
                   "FILE --key FILE");
        refused_as(
            SERVER(.cert = w.good, .clients_of = w.other_authority, .tls_1_2 = tls_1_2[i]),
            WITH(TRUSTING, "--cert", w.alice->file, "--key", w.alice->key_file),
            "the server does not accept the client certificate");
    }
}

/* Nothing falls back by itself. */
static void the_wrong_one_of_tls_and_plaintext_is_told(void **state)
{
    struct tls_relay *r = tls_relay_new(SERVER(.cert = w.good));
    const char *port = strchr(demo_program_address(w.demo), ':') + 1;
    char *target = mem_printf("dh+plain://localhost:%d/scope/billion", tls_relay_port(r));
    char *want = mem_printf("TLS is spoken there; dh://localhost:%d", tls_relay_port(r));

    (void)state;
    check_refusal(pty_dhview(target, NULL), 1, want);
    check_refusal(view((int)strtol(port, NULL, 10), "localhost", WITH(TRUSTING)), 1,
                  "no TLS is spoken there; dh+plain://localhost:");
    tls_relay_free(r);
    free(target);
    free(want);
}

/* It may be a gateway whose server is away: that no TLS is spoken there is not known. */
static void a_server_that_closes_without_a_word_is_told_as_that(void **state)
{
    struct relay *r = relay_fake("127.0.0.1", "", 0, true);
    const char *port = strchr(relay_address(r), ':') + 1;

    (void)state;
    check_refusal(view((int)strtol(port, NULL, 10), "localhost", WITH(TRUSTING)), 1,
                  "expected an answer to the TLS handshake, found the connection closed "
                  "without a word: the server is not ready, or speaks no TLS ");
    relay_free(r);
}

static char *write_text(const char *name, const char *text)
{
    char *path = mem_printf(FOLDER "/%s", name);

    text_file_write(path, text, 0600);
    return path;
}

static char *write_encrypted_key(void)
{
    char *path = write_text("encrypted.key", "");
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_int_equal(PEM_write_PrivateKey(f, w.alice->key, EVP_aes_128_cbc(),
                                          (const unsigned char *)"pass", 4, NULL, NULL),
                     1);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* No server is there: it is refused before anything is sent. */
static void a_file_that_cannot_be_used_is_refused_with_its_name(void **state)
{
    char *broken = write_text(
        "broken.crt", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    char *cut = write_text("cut.crt", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    char *empty = write_text("empty.crt", "nothing\n");
    char *encrypted = write_encrypted_key();
    char *broken_key = write_text(
        "broken.key", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
    char *no_key = write_text("no.key", "nothing\n");
    const struct {
        struct options_list options;
        const char *want;
    } cases[] = {
        {WITH("--ca", broken), "broken.crt is broken at certificate 1: "},
        {WITH("--ca", cut), "cut.crt is broken at certificate 1: "},
        {WITH("--ca", empty), "empty.crt holds no PEM block"},
        {WITH("--ca", w.alice->key_file), "alice.key holds no certificate"},
        {WITH("--ca", FOLDER "/none.crt"), "none.crt: No such file or directory"},
        {WITH(TRUSTING, "--cert", w.alice->file), "--cert and --key go together"},
        {WITH(TRUSTING, "--cert", broken, "--key", w.alice->key_file),
         "broken.crt is broken at certificate 1"},
        {WITH(TRUSTING, "--cert", w.alice->file, "--key", w.good->key_file),
         "does not belong to the certificate in"},
        {WITH(TRUSTING, "--cert", w.alice->file, "--key", encrypted),
         "encrypted.key is encrypted; \"openssl pkey"},
        {WITH(TRUSTING, "--cert", w.alice->file, "--key", broken_key),
         "broken.key is broken: "},
        {WITH(TRUSTING, "--cert", w.alice->file, "--key", no_key),
         "no.key holds no PEM block"},
        {WITH(TRUSTING, "--cert", w.alice->file, "--key", w.alice->file),
         "expected mode 0600"},
        {WITH(TRUSTING, "--cert", w.expired_alice->file, "--key",
              w.expired_alice->key_file),
         "expired alice.crt has expired: it was valid until 20"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pty *t = view(9, "localhost", cases[i].options);
        int code = pty_wait_exit(t);
        char *words = last_words(t);

        assert_in_range(code, 1, 2);
        if (!strstr(words, cases[i].want))
            fail_msg("expected \"%s\", found \"%s\"", cases[i].want, words);
        free(words);
        pty_free(t);
    }
    (void)unlink(broken);
    (void)unlink(cut);
    (void)unlink(empty);
    (void)unlink(encrypted);
    (void)unlink(broken_key);
    (void)unlink(no_key);
    free(broken_key);
    free(no_key);
    free(broken);
    free(cut);
    free(empty);
    free(encrypted);
}

/* It was good before, and may be so again: the viewer goes on asking. */
static void a_certificate_that_is_bad_later_is_told_and_tried_again(void **state)
{
    struct tls_relay *r = tls_relay_new(SERVER(.cert = w.good));
    int port = tls_relay_port(r);
    struct pty *t = view(port, "localhost", WITH(TRUSTING));

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    tls_relay_free(r);
    pty_wait_row(t, 0, "disconnected: these rows are old");
    r = tls_relay_new(SERVER(.cert = w.expired, .port = port));
    pty_wait_row(t, 23, "certificate (\"expired\") has expired");
    pty_wait_row(t, 0, "again in ");
    tls_relay_free(r);
    pty_wait_row(t, 0, "again in ");
    pty_wait_row(t, 23, "certificate (\"expired\") has expired"); /* the better reason */
    r = tls_relay_new(SERVER(.cert = w.good, .port = port));
    pty_wait_row(t, 0, "● live");
    pty_wait_row(t, 23, "connected again, after: the server's certificate (\"expired\")");
    pty_keys(t, "GQ");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    tls_relay_free(r);
}

/* Keys are answered while it waits. */
static void a_server_that_says_nothing_hangs_nothing(void **state)
{
    struct relay *r = relay_fake("127.0.0.1", "", 0, false);
    const char *port = strchr(relay_address(r), ':') + 1;
    struct pty *t = view((int)strtol(port, NULL, 10), "localhost", WITH(TRUSTING));

    (void)state;
    pty_keys(t, "?");
    pty_wait_text(t, "help");
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_free(t);
    relay_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_server_is_let_through),
        cmocka_unit_test(the_systems_authorities_are_trusted),
        cmocka_unit_test(another_name_can_be_expected),
        cmocka_unit_test(a_client_certificate_is_shown),
        cmocka_unit_test(a_bad_certificate_is_refused_with_its_reason),
        cmocka_unit_test(a_server_that_speaks_something_else_is_told),
        cmocka_unit_test(a_client_certificate_that_is_missing_or_unknown_is_told),
        cmocka_unit_test(the_wrong_one_of_tls_and_plaintext_is_told),
        cmocka_unit_test(a_server_that_closes_without_a_word_is_told_as_that),
        cmocka_unit_test(a_file_that_cannot_be_used_is_refused_with_its_name),
        cmocka_unit_test(a_certificate_that_is_bad_later_is_told_and_tried_again),
        cmocka_unit_test(a_server_that_says_nothing_hangs_nothing),
    };

    (void)signal(SIGPIPE, SIG_IGN); /* a client that leaves while it is written to */
    return cmocka_run_group_tests(tests, set_up_world, tear_down_world);
}
