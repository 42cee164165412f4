/*
 * The viewer against faults of HTTP/2 and TCP that no gRPC server can be made to commit: a
 * relay before the demo server, or in place of it, commits them as planned (see
 * tests/support/h2_faults.h). What must hold in each is in tests/support/trial.h. Floods
 * have a program of their own.
 *
 * Viewers run side by side where they only wait. Those that wait for a deadline begin with
 * the first test and are looked at in the last one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/h2_trial.h"

#define SENT_MS 60000 /* a message without end: the viewer has ended it long before */
#define DEADLINE "no answer in 15 s"
#define COUNT(cases) (sizeof(cases) / sizeof(*(cases)))

/* --- plans --- */

/* clang-format off */
#define ON_CALL(n, ...) H2_PLAN(.when = H2_ON_CALL, .number = n, __VA_ARGS__)
#define ON_MESSAGE(n, ...) H2_PLAN(.when = H2_ON_MESSAGE, .number = n, __VA_ARGS__)

#define HOSTILE "\033[31m\033]52;c;ZXZpbA==\007 calm\r\n\xc2\x9b down"
#define LAST_0 "\0\0\0\0"            /* the last stream that was looked at */
#define LAST_ANY "\x7f\xff\xff\xff"
#define NO_ERROR "\0\0\0\0"
#define CALM "\0\0\0\x0b"            /* ENHANCE_YOUR_CALM */
#define NO_WINDOW "\0\4\0\0\0\0"     /* SETTINGS_INITIAL_WINDOW_SIZE 0 */
#define ONE_STREAM "\0\3\0\0\0\1"    /* SETTINGS_MAX_CONCURRENT_STREAMS 1 */
#define WINDOWS (1 << H2_SETTINGS | 1 << H2_WINDOW_UPDATE)

/* Header fields that need no table (protocol: RFC 7541, 6.1 and 6.2.2). */
#define STATUS_200 "\x88"
#define STATUS_404 "\x8d"
#define STATUS_503 "\x08\x03" "503"
#define TYPE_GRPC "\x0f\x10\x10" "application/grpc"
#define TYPE_HTML "\x0f\x10\x09" "text/html"
#define GRPC_STATUS_0 "\x00\x0b" "grpc-status" "\x01" "0"
#define HTML "<html>\033[31mhere is a web server</html>"

/* In place of a server: agrees to talk HTTP/2, and answers the first call like this. */
#define ANSWER(fields, data) \
    {.step = {{.when = H2_ON_OPEN, H2_SAY(.type = H2_SETTINGS)}, \
              {.when = H2_ON_CALL, .number = 1, \
               .say = {{H2_HEADERS, H2_END_HEADERS, H2_THE_STREAM, H2_BYTES(fields)}, \
                       {H2_DATA, H2_END_STREAM, H2_THE_STREAM, H2_BYTES(data)}}, \
               .n_say = 2}}}

#define GOAWAY_TEXT "the server is closing the connection (GOAWAY)"

static struct h2_case starts[] = {
    {11, "GOAWAY before the login", H2_ENDS, GOAWAY_TEXT, H2_THEN_FIRE,
     ON_CALL(1, H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_0 NO_ERROR)))},
    {11, "GOAWAY with a hostile text before the login", H2_ENDS, GOAWAY_TEXT, H2_THEN_FIRE,
     ON_CALL(1, H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_0 CALM HOSTILE)))},
    {11, "GOAWAY at the login", H2_ENDS, GOAWAY_TEXT, H2_THEN_FIRE,
     ON_CALL(2, H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_0 CALM HOSTILE)))},
    {11, "RST_STREAM REFUSED before headers", H2_ENDS, "HTTP/2 error 7", H2_THEN_FIRE,
     H2_PLAN(.when = H2_ON_REQUEST, H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES("\0\0\0\7")))},
    {11, "RST_STREAM INTERNAL before headers", H2_ENDS, "HTTP/2 error 2", H2_THEN_FIRE,
     H2_PLAN(.when = H2_ON_REQUEST, H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES("\0\0\0\2")))},
    {11, "RST_STREAM PROTOCOL after headers", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_PLAN(.when = H2_ON_HEADERS, H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES("\0\0\0\1")))},
    {11, "RST_STREAM NO_ERROR after headers", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_PLAN(.when = H2_ON_HEADERS, H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES("\0\0\0\0")))},
    {11, "RST_STREAM CANCEL within the schema", H2_GOES_ON, NULL, H2_THEN_FIRE,
     ON_MESSAGE(1, H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES("\0\0\0\x8")))},
    {12, "404 of a web server", H2_ENDS, "HTTP status 404", H2_ALONE,
     ANSWER(STATUS_404 TYPE_HTML, HTML)},
    {12, "503 of a web server", H2_ENDS, "HTTP status 503", H2_ALONE,
     ANSWER(STATUS_503 TYPE_HTML, HTML)},
    {12, "200 of a web server", H2_ENDS, "without a status", H2_ALONE,
     ANSWER(STATUS_200 TYPE_HTML, HTML)},
    {12, "a reply without trailers", H2_ENDS, "without a status", H2_ALONE,
     ANSWER(STATUS_200 TYPE_GRPC, "\0\0\0\0\0")},
    {5, "a reply of 4 GiB that ends at once", H2_ENDS, "without a status", H2_ALONE,
     ANSWER(STATUS_200 TYPE_GRPC, "\0\xff\xff\xff\xff")},
    {5, "a reply of 4 GiB, all that is taken of it", H2_ENDS, "too large", H2_ALONE,
     {.step = {{.when = H2_ON_OPEN, H2_SAY(.type = H2_SETTINGS)},
               {.when = H2_ON_CALL, .number = 1,
                .say = {{H2_HEADERS, H2_END_HEADERS, H2_THE_STREAM,
              H2_BYTES(STATUS_200 TYPE_GRPC)},
                        {H2_DATA, 0, H2_THE_STREAM, H2_BYTES("\0\xff\xff\xff\xff")}},
                .n_say = 2,
                .flood = {H2_DATA, 0, H2_THE_STREAM, NULL, 16384}, .flood_ms = SENT_MS}}}},
    {13, "an end at once", H2_ENDS, "dhview: ", H2_ALONE,
     H2_OPENED(.then = H2_END_BOTH)},
};

static struct h2_case losses[] = {
    {11, "GOAWAY that takes back the subscription", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_0 NO_ERROR)))},
    {11, "GOAWAY within a message", H2_GOES_ON, NULL, H2_THEN_ASK,
     ON_MESSAGE(3, H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_0 CALM HOSTILE)))},
    {11, "GOAWAY that lets streams go on", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_ANY NO_ERROR)))},
    {11, "GOAWAY CALM that lets streams go on", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_GOAWAY, 0, 0, H2_BYTES(LAST_ANY CALM HOSTILE)))},
    {11, "RST_STREAM CALM within a message", H2_GOES_ON, NULL, H2_THEN_ASK,
     ON_MESSAGE(3, H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES(CALM)))},
    {11, "RST_STREAM 2^32 - 1 between messages", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_RST_STREAM, 0, H2_THE_STREAM, H2_BYTES("\xff\xff\xff\xff")))},
    {11, "WINDOW_UPDATE 0 of the connection", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_WINDOW_UPDATE, 0, 0, H2_BYTES("\0\0\0\0")))},
    {11, "WINDOW_UPDATE 0 of the stream", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_WINDOW_UPDATE, 0, H2_THE_STREAM, H2_BYTES("\0\0\0\0")))},
    {11, "no window any more", H2_WAITS, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_SETTINGS, 0, 0, H2_BYTES(NO_WINDOW)), .drop = WINDOWS)},
    {11, "one stream only, and no call besides it", H2_OLD, "no sign of life", H2_THEN_FIRE,
     H2_OPENED(H2_SAY(H2_SETTINGS, 0, 0, H2_BYTES(ONE_STREAM)), .drop = 1 << H2_SETTINGS)},
    {12, "an end without trailers", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_DATA, H2_END_STREAM, H2_THE_STREAM, NULL, 0))},
    {12, "trailers without a status", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_HEADERS, H2_END_STREAM | H2_END_HEADERS, H2_THE_STREAM,
              H2_BYTES(H2_FIELD)))},
    {12, "OK within a message", H2_GOES_ON, NULL, H2_THEN_ASK,
     ON_MESSAGE(3, H2_SAY(H2_HEADERS, H2_END_STREAM | H2_END_HEADERS, H2_THE_STREAM,
              H2_BYTES(GRPC_STATUS_0)))},
    {5, "a message of 4 GiB begins", H2_WAITS, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_DATA, 0, H2_THE_STREAM, H2_BYTES("\0\xff\xff\xff\xff")))},
    {5, "a message of 4 GiB, all that is taken of it", H2_OLD, "too large", H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_DATA, 0, H2_THE_STREAM, H2_BYTES("\0\xff\xff\xff\xff")),
             .flood = {H2_DATA, 0, H2_THE_STREAM, NULL, 16384}, .flood_ms = SENT_MS)},
    {5, "a message of an unknown kind", H2_WAITS, NULL, H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_DATA, 0, H2_THE_STREAM, H2_BYTES("\7\0\0\0\1x")))},
    {5, "a message said to be compressed", H2_OLD, "bad message", H2_THEN_FIRE,
     H2_FIRED(H2_SAY(H2_DATA, 0, H2_THE_STREAM, H2_BYTES("\1\0\0\0\1x")))},
    {13, "stall of the stream within a message", H2_WAITS, NULL, H2_THEN_ASK,
     ON_MESSAGE(3, .then = H2_HOLD)},
    {13, "an end to the viewer", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(.then = H2_END)},
    {13, "an end to the viewer within a message", H2_GOES_ON, NULL, H2_THEN_ASK,
     ON_MESSAGE(3, .then = H2_END)},
    {13, "an end to the server", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(.then = H2_END_UP)},
};

static struct h2_case deadlines[] = {
    {13, "nothing is said", H2_ENDS, DEADLINE, H2_ALONE,
     {.step = {{.when = H2_NEVER}}}},
    {13, "HTTP/2 is agreed on, nothing is answered", H2_ENDS, DEADLINE, H2_ALONE,
     H2_OPENED(H2_SAY(.type = H2_SETTINGS))},
    {13, "one byte a second", H2_ENDS, DEADLINE, H2_THEN_FIRE,
     H2_OPENED(.then = H2_DRIP)},
    {13, "one byte a second after some messages", H2_GOES_ON, NULL, H2_THEN_FIRE,
     H2_FIRED(.then = H2_DRIP)},
    {13, "stall of the link within a message", H2_GOES_ON, NULL, H2_THEN_ASK,
     ON_MESSAGE(3, .then = H2_STALL)},
    {11, "no window from the start", H2_ENDS, DEADLINE, H2_THEN_FIRE,
     H2_OPENED(H2_SAY(H2_SETTINGS, 0, 0, H2_BYTES(NO_WINDOW)), .drop = WINDOWS)},
};
/* clang-format on */

/* --- tests --- */

/* Ports that talk something else, with and without an end. */
static const struct {
    const char *data;
    size_t n;
    bool closes;
} talk[] = {
#define HTTP_1 "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n" HTML
#define TLS_ALERT "\x15\x03\x03\0\2\2\x46"             /* fatal: protocol_version */
#define TLS_HELLO "\x16\x03\x03\xff\xff\2\0\0\x51\3\3" /* of a server, unfinished */
    {H2_BYTES(HTTP_1), false},   {H2_BYTES(HTTP_1), true},     {H2_BYTES(TLS_ALERT), false},
    {H2_BYTES(TLS_ALERT), true}, {H2_BYTES(TLS_HELLO), false}, {H2_BYTES(TLS_HELLO), true},
};

static struct h2_run waiting[COUNT(deadlines)], talking[COUNT(talk)];

static void what_takes_long_begins(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(deadlines); i++)
        waiting[i] = h2_begin(&deadlines[i], trial_server());
    for (size_t i = 0; i < COUNT(talk); i++) {
        struct h2_run *r = &talking[i];

        r->relay = relay_fake("127.0.0.1", talk[i].data, talk[i].n, talk[i].closes);
        r->t = trial_view_at(relay_address(r->relay), "billion", "--no-retry");
    }
    for (size_t i = 0; i < COUNT(deadlines); i++)
        h2_go_on(&waiting[i]);
}

static void a_start_that_fails_ends_it_with_one_line(void **state)
{
    (void)state;
    h2_run_all(starts, COUNT(starts), H2_SIDE_BY_SIDE, trial_server());
}

static void a_loss_is_told_and_no_cell_is_wrong(void **state)
{
    (void)state;
    h2_run_all(losses, COUNT(losses), H2_SIDE_BY_SIDE, trial_server());
}

/* The list of tables has the only stream: what is opened from it never gets one. */
static void with_one_stream_the_list_stays_usable(void **state)
{
    static struct h2_plan plan = {.step = {{.when = H2_ON_OPEN,
                                            H2_SAY(H2_SETTINGS, 0, 0, H2_BYTES(ONE_STREAM)),
                                            .drop = 1 << H2_SETTINGS}}};
    struct relay *r = h2_faults_relay(demo_program_address(trial_server()), &plan);
    char *target = mem_printf("%s", relay_address(r));
    struct pty *t = pty_start(&(struct pty_options){
        .argv = (const char *const[]){target, NULL}, .split_stderr = true});

    (void)state;
    pty_wait_text(t, "billion");
    pty_keys(t, "/billion<Enter><Enter>");
    pty_wait_row(t, 0, "waiting for the table");
    trial_check_keys(t);
    pty_keys(t, "q");
    pty_wait_text(t, "table 1 of 1"); /* as the filter has it */
    trial_leave(t);
    free(target);
    relay_free(r);
}

static void a_port_that_talks_something_else_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(talk); i++) {
        trial_ended(talking[i].t, 1, relay_address(talking[i].relay));
        relay_free(talking[i].relay);
    }
}

static void what_waited_in_vain_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(deadlines); i++)
        h2_finish(&waiting[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_long_begins),
        cmocka_unit_test(a_start_that_fails_ends_it_with_one_line),
        cmocka_unit_test(a_loss_is_told_and_no_cell_is_wrong),
        cmocka_unit_test(with_one_stream_the_list_stays_usable),
        cmocka_unit_test(a_port_that_talks_something_else_is_left),
        cmocka_unit_test(what_waited_in_vain_says_so),
    };

    return cmocka_run_group_tests(tests, trial_serve_group, trial_end_group);
}
