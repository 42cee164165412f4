/* nginx and haproxy that end TLS in front of a server: what a user does goes through them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/demo_program.h"
#include "tests/support/gateway.h"
#include "tests/support/pty.h"

#define FOLDER TEST_BUILD_DIR "/gateways_test.files"

static struct cert *authority, *certificate;

static int set_up(void **state)
{
    (void)state;
    (void)mkdir(FOLDER, 0711); /* nginx's workers have no rights here */
    authority = cert_new(FOLDER, &(struct cert_options){.name = "ca", .authority = true});
    certificate = cert_new(FOLDER, &(struct cert_options){.name = "gateway",
                                                          .also = "DNS:localhost",
                                                          .issuer = authority});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cert_free(certificate);
    cert_free(authority);
    return 0;
}

static struct pty *view(const struct gateway *g, const char *table)
{
    char *target = mem_printf("dh://localhost:%d/scope/%s", gateway_port(g), table);
    struct pty *t = pty_start(&(struct pty_options){
        .rows = 24,
        .cols = 120,
        .argv = (const char *const[]){"--ca", authority->file, target, NULL}});

    free(target);
    return t;
}

static void leave(struct pty *t)
{
    pty_keys(t, "Q");
    assert_int_equal(pty_wait_exit(t), 0);
    pty_check_restored(t);
    pty_free(t);
}

/* Jumps, the list of tables, another table, its ticks. */
static void use(const struct gateway *g)
{
    struct pty *t = view(g, "billion");

    pty_wait_text(t, "row 1 of 1,000,000,000");
    pty_keys(t, "G");
    pty_wait_text(t, "row 1,000,000,000 of 1,000,000,000");
    pty_wait_gone(t, "·····");
    pty_keys(t, "t/trades<Enter>");
    pty_wait_text(t, "trades");
    pty_keys(t, "<Enter>");
    pty_wait_row(t, 0, "● live");
    leave(t);
}

typedef struct gateway *start_gateway(const char *folder, const char *upstream,
                                      const struct cert *cert, const char *settings);

static start_gateway *const gateways[] = {gateway_nginx, gateway_haproxy};

static void all_goes_through_nginx_and_haproxy(void **state)
{
    struct demo_program *d = demo_program_start((const char *const[]){"--seed", "1", NULL});

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct gateway *g = gateways[i](FOLDER, demo_program_address(d), certificate, "");

        use(g);
        gateway_free(g);
    }
    demo_program_free(d);
}

static void new_settings_of_nginx_leave_the_table_alone(void **state)
{
    struct demo_program *d = demo_program_start((const char *const[]){"--seed", "1", NULL});
    struct gateway *g = gateway_nginx(FOLDER, demo_program_address(d), certificate, "");
    struct pty *t = view(g, "billion");

    (void)state;
    pty_wait_text(t, "row 1 of 1,000,000,000");
    gateway_signal(g, SIGHUP);
    pty_keys(t, "G");
    pty_wait_text(t, "row 1,000,000,000 of 1,000,000,000");
    pty_wait_gone(t, "·····");
    assert_true(pty_has(t, "● live"));
    leave(t);
    gateway_free(g);
    demo_program_free(d);
}

/* A refusal of the gateway's own is no TLS trouble. */
static void a_server_that_is_not_there_is_told_by_its_status(void **state)
{
    struct gateway *g = gateway_nginx(FOLDER, "127.0.0.1:9", certificate, "");
    struct pty *t = view(g, "billion");

    (void)state;
    pty_wait_text(t, "HTTP status 502");
    leave(t); /* it goes on trying: the server may come back */
    gateway_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_goes_through_nginx_and_haproxy),
        cmocka_unit_test(new_settings_of_nginx_leave_the_table_alone),
        cmocka_unit_test(a_server_that_is_not_there_is_told_by_its_status),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
