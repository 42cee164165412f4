/* nginx and haproxy that end TLS in front of a server: what a user does goes
 * through them, and what they cut, refuse or answer in the server's place does
 * no harm. Their time-outs, which are a minute by default, are seconds here. */
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

#include "base/mem.h"
#include "tests/support/certs.h"
#include "tests/support/demo_program.h"
#include "tests/support/gateway.h"
#include "tests/support/pty.h"
#include "tests/support/relay.h"
#include "tests/support/sheet.h"
#include "tests/support/trial.h"

#define FOLDER TEST_BUILD_DIR "/gateways_test.files"
#define PATIENCE_MS 29000 /* longer than the time-outs of that test */
#define CUTS_MS 5000      /* in which time-outs of one or two seconds pass */

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

/* --- what they cut --- */

/* A server that is traced, a gateway before it, and a viewer of "billion"
 * behind both. */
struct scene {
    struct trial_trace trace;
    struct demo_program *server;
    struct gateway *gateway;
    struct pty *t;
};

static struct scene open_scene(start_gateway *start, const char *settings)
{
    struct scene s;
    char *options;

    trial_trace_start(&s.trace);
    options = mem_printf("--trace %s", s.trace.path);
    s.server = trial_serve(options);
    free(options);
    s.gateway = start(FOLDER, demo_program_address(s.server), certificate, settings);
    s.t = view(s.gateway, "billion");
    trial_start(s.t);
    return s;
}

static void close_scene(struct scene *s)
{
    trial_leave(s->t);
    gateway_free(s->gateway);
    demo_program_free(s->server);
    trial_trace_release(&s->trace);
}

/* How often the server was left without the stream of the table. */
static int cuts(const struct scene *s)
{
    FILE *f = fopen(s->trace.path, "re");
    char line[256];
    size_t streams, before = 0;
    int n = 0;

    assert_non_null(f);
    while (fgets(line, sizeof(line), f)) {
        if (sscanf(line, "open sessions=%*u streams=%zu", &streams) != 1)
            continue;
        n += streams == 0 && before > 0;
        before = streams;
    }
    (void)fclose(f);
    return n;
}

struct wanted_cuts {
    const struct scene *scene;
    int n;
};

static bool is_cut(struct pty *t, void *ctx)
{
    const struct wanted_cuts *w = ctx;

    (void)t;
    return cuts(w->scene) >= w->n;
}

static void wait_cuts(const struct scene *s, int n)
{
    struct wanted_cuts w = {s, n};

    pty_wait(s->t, is_cut, &w, "a stream that is cut");
}

/* The rows there are new ones, and right. */
static void check_end_of_table(struct pty *t)
{
    pty_keys(t, "G");
    sheet_wait_status(t, TRIAL_ROWS, TRIAL_ROWS);
    sheet_settle(t);
    pty_wait_row(t, 0, "● live");
    assert_true(trial_check_cells(t) > 0);
}

/* No cell of any of them is wrong in that time. */
static void watch(const struct scene *scenes, size_t n, int64_t ms)
{
    for (int64_t end = trial_now_ms() + ms; trial_now_ms() < end;)
        for (size_t i = 0; i < n; i++)
            trial_watch_cells(scenes[i].t, 50);
}

/* The tab line told of old rows for a moment, and no message of a fault. */
static void check_quiet(const struct pty *t)
{
    static const char *const words[] = {"HTTP", "reset", "✗ ended"};
    size_t n;
    const uint8_t *out = pty_output(t, &n);

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (memmem(out, n, words[i], strlen(words[i])))
            fail_msg("it was said: %s", words[i]);
}

/* Within time-outs of a minute a quiet table asks again. Of one that is cut every few
 * seconds the waits do not grow. */
static void quiet_tables_stay_live_or_come_back_at_once(void **state)
{
    struct scene s[] = {
        open_scene(gateway_nginx, "grpc_read_timeout 28s; grpc_send_timeout 28s;\n"
                                  "client_body_timeout 28s; client_header_timeout 5s;\n"
                                  "keepalive_timeout 28s;\n"),
        open_scene(gateway_haproxy, "timeout server 28s\n timeout client 28s\n"
                                    " timeout tunnel 28s\n timeout http-keep-alive 5s\n"),
        open_scene(gateway_haproxy, "timeout server 3s\n timeout client 1h\n"),
    };
    const uint8_t *out;
    size_t n;

    (void)state;
    watch(s, 3, PATIENCE_MS);
    assert_int_equal(cuts(&s[0]), 0);
    assert_int_equal(cuts(&s[1]), 0);
    wait_cuts(&s[2], 6);
    out = pty_output(s[2].t, &n);
    assert_null(memmem(out, n, "again in 2 s", strlen("again in 2 s")));
    for (size_t i = 0; i < 3; i++) {
        check_quiet(s[i].t);
        check_end_of_table(s[i].t);
        close_scene(&s[i]);
    }
}

static void what_a_time_out_cuts_comes_back_by_itself(void **state)
{
    static const struct {
        start_gateway *start;
        const char *settings;
        bool cuts; /* the table's stream */
    } all[] = {
        {gateway_nginx, "grpc_read_timeout 2s;", true},
        {gateway_nginx, "client_body_timeout 2s;", true},
        {gateway_nginx,
         "grpc_send_timeout 1s; client_header_timeout 1s; keepalive_timeout 1s;", false},
        {gateway_haproxy, "timeout client 1h\n timeout server 2s\n", true},
        {gateway_haproxy, "timeout client 2s\n timeout server 1h\n", false},
        {gateway_haproxy,
         "timeout client 1h\n timeout server 1h\n timeout tunnel 1s\n"
         " timeout http-keep-alive 1s\n",
         false},
    };

    struct scene scenes[sizeof(all) / sizeof(all[0])];
    const size_t n = sizeof(all) / sizeof(all[0]);

    (void)state;
    for (size_t i = 0; i < n; i++)
        scenes[i] = open_scene(all[i].start, all[i].settings);
    watch(scenes, n, CUTS_MS);
    for (size_t i = 0; i < n; i++) {
        if (all[i].cuts)
            wait_cuts(&scenes[i], 1);
        print_message("%s: cut %d times\n", all[i].settings, cuts(&scenes[i]));
        assert_int_equal(cuts(&scenes[i]) > 0, all[i].cuts);
        check_quiet(scenes[i].t);
        check_end_of_table(scenes[i].t);
        close_scene(&scenes[i]);
    }
}

static void a_connection_that_takes_no_more_requests_is_left_for_another(void **state)
{
    struct scene s = open_scene(gateway_nginx, "keepalive_requests 5;");

    (void)state;
    for (int i = 0; i < 3; i++) {
        pty_keys(s.t, "<C-r>");
        sheet_settle(s.t);
        trial_start(s.t);
    }
    trial_watch_cells(s.t, CUTS_MS); /* a heartbeat or two */
    check_end_of_table(s.t);
    close_scene(&s);
}

static void a_stream_that_has_sent_too_much_is_opened_again(void **state)
{
    struct scene s = open_scene(gateway_nginx, "client_max_body_size 2k;");

    (void)state;
    for (int64_t row = 1000; cuts(&s) == 0; row += 1000) {
        char *keys = mem_printf("%dG", (int)row);

        assert_true(row < 100000);
        pty_keys(s.t, keys);
        sheet_wait_status(s.t, row, TRIAL_ROWS);
        sheet_settle(s.t);
        assert_true(trial_check_cells(s.t) > 0);
        free(keys);
    }
    check_end_of_table(s.t);
    close_scene(&s);
}

/* nginx's old worker is made to leave, with all that goes through it. */
static void new_settings_of_nginx_leave_the_table_alone(void **state)
{
    struct scene s = open_scene(gateway_nginx, "");

    (void)state;
    gateway_signal(s.gateway, SIGHUP);
    check_end_of_table(s.t);
    trial_watch_cells(s.t, CUTS_MS);
    pty_keys(s.t, "gg");
    trial_start(s.t);
    check_end_of_table(s.t);
    close_scene(&s);
}

/* --- what they answer in the server's place --- */

static void kill_server(struct scene *s)
{
    demo_program_kill(s->server, SIGKILL);
    pty_wait_row(s->t, 0, TRIAL_OLD);
}

/* On the port that it had, which the old one holds until the new one listens. */
static void start_server_again(struct scene *s)
{
    struct demo_program *old = s->server;
    char *options = mem_printf("--port %s", strrchr(demo_program_address(old), ':') + 1);

    s->server = trial_serve(options);
    demo_program_free(old);
    free(options);
}

/* As gateways made for gRPC do: with a status of gRPC, and words of their own.
 */
#define IN_GRPC(status, words)                                                             \
    "error_page 502 504 = @away;\n"                                                        \
    "location @away { internal; default_type application/grpc;\n"                          \
    "add_header grpc-status " status "; add_header grpc-message '" words "';\n"            \
    "return 204; }\n"

static void a_server_that_is_away_for_a_while_is_waited_for(void **state)
{
    static const struct {
        start_gateway *start;
        const char *settings;
    } all[] = {
        {gateway_nginx, ""},                                   /* HTTP status 502 */
        {gateway_haproxy, ""},                                 /* 503 */
        {gateway_nginx, IN_GRPC("14", "no healthy upstream")}, /* UNAVAILABLE */
        {gateway_nginx, IN_GRPC("4", "stream timeout")},       /* DEADLINE_EXCEEDED */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct scene s = open_scene(all[i].start, all[i].settings);

        kill_server(&s);
        start_server_again(&s);
        pty_wait_row(s.t, 0, "● live");
        check_end_of_table(s.t);
        close_scene(&s);
    }
}

/* The server does not answer: the gateway does, with HTTP status 504. */
static void a_server_that_hangs_behind_a_gateway_is_waited_for(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r = relay_new(demo_program_address(d));
    struct gateway *g =
        gateway_nginx(FOLDER, relay_address(r), certificate, "grpc_read_timeout 1s;");
    struct pty *t = view(g, "billion");

    (void)state;
    trial_start(t);
    relay_stall(r);
    pty_wait_row(t, 0, TRIAL_OLD);
    relay_flow(r);
    pty_wait_row(t, 0, "● live");
    check_end_of_table(t);
    trial_leave(t);
    gateway_free(g);
    relay_free(r);
    demo_program_free(d);
}

/* Asks for the table anew while the server hangs for longer than the gateway waits, and
 * until that is said (NULL: for some time). */
static struct pty *ask_in_vain(const struct demo_program *d, const char *settings,
                               const char *said, struct relay **r, struct gateway **g)
{
    struct pty *t;

    *r = relay_new(demo_program_address(d));
    *g = gateway_nginx(FOLDER, relay_address(*r), certificate, settings);
    t = view(*g, "billion");
    trial_start(t);
    relay_stall(*r);
    pty_keys(t, "<C-r>");
    if (said)
        pty_wait_text(t, said);
    trial_watch_cells(t, 1500);
    relay_flow(*r);
    return t;
}

static void check_asked_again(const char *settings)
{
    struct demo_program *d = trial_serve("");
    struct relay *r;
    struct gateway *g;
    struct pty *t = ask_in_vain(d, settings, NULL, &r, &g);

    pty_wait_row(t, 0, "● live");
    check_end_of_table(t);
    check_quiet(t);
    trial_leave(t);
    gateway_free(g);
    relay_free(r);
    demo_program_free(d);
}

/* In the words for it, or in some of its own. */
static void what_a_gateway_waited_for_in_vain_is_asked_for_again(void **state)
{
    (void)state;
    check_asked_again("grpc_read_timeout 1s;\n" IN_GRPC("4", "stream timeout"));
    check_asked_again("grpc_read_timeout 1s;\n" IN_GRPC("13", "gateway at fault"));
}

/* There is no export behind a status of the gateway's that a stream could wait for. */
static void what_a_gateway_refuses_is_told_in_its_words_and_the_table_goes_on(void **state)
{
    struct demo_program *d = trial_serve("");
    struct relay *r;
    struct gateway *g;
    struct pty *t = ask_in_vain(d, "grpc_read_timeout 1s;\n" IN_GRPC("7", "not for you"),
                                "not for you", &r, &g);

    (void)state;
    pty_wait_row(t, 0, "● live");
    check_end_of_table(t);
    trial_leave(t);
    gateway_free(g);
    relay_free(r);
    demo_program_free(d);
}

/* A refusal of the gateway's own is no TLS trouble. */
static void a_server_that_is_not_there_is_told_by_its_status(void **state)
{
    struct gateway *g = gateway_nginx(FOLDER, "127.0.0.1:9", certificate, "");
    struct pty *t = view(g, "billion");

    (void)state;
    pty_wait_text(t, "a gateway answers for the server: HTTP status 502");
    leave(t); /* it goes on trying: the server may come back */
    gateway_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_goes_through_nginx_and_haproxy),
        cmocka_unit_test(quiet_tables_stay_live_or_come_back_at_once),
        cmocka_unit_test(what_a_time_out_cuts_comes_back_by_itself),
        cmocka_unit_test(a_connection_that_takes_no_more_requests_is_left_for_another),
        cmocka_unit_test(a_stream_that_has_sent_too_much_is_opened_again),
        cmocka_unit_test(new_settings_of_nginx_leave_the_table_alone),
        cmocka_unit_test(a_server_that_is_away_for_a_while_is_waited_for),
        cmocka_unit_test(a_server_that_hangs_behind_a_gateway_is_waited_for),
        cmocka_unit_test(what_a_gateway_waited_for_in_vain_is_asked_for_again),
        cmocka_unit_test(what_a_gateway_refuses_is_told_in_its_words_and_the_table_goes_on),
        cmocka_unit_test(a_server_that_is_not_there_is_told_by_its_status),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
