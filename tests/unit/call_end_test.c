/*
 * What the end of a call means: texts are those of gRPC 1.51 and server 42.7 as they were
 * seen on the wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/rpc/call_end.h"

enum {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    PERMISSION_DENIED = 7,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    UNIMPLEMENTED = 12,
    INTERNAL,
    UNAVAILABLE,
    UNAUTHENTICATED = 16
};

#define IN_TRAILERS true
#define BARE false
#define UP true
#define DOWN false

struct row {
    int status;
    const char *message;
    bool has_trailers, connected;
    enum call_fault fault;
    enum err_code code;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *r = &rows[i];
        struct call_end end = {.status = r->status,
                               .message = r->message,
                               .has_trailers = r->has_trailers,
                               .connected = r->connected};
        struct err e;

        if (call_end_fault(&end) != r->fault || call_end_err(&end, &e) != r->code)
            fail_msg("%d \"%s\": fault %d, code %d (%s)", r->status, r->message,
                     (int)call_end_fault(&end), (int)e.code, e.msg);
        assert_int_equal(e.code, r->code);
        assert_true(*e.msg != '\0');
    }
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof(*(rows)))

static void what_grpc_says_of_the_transport_is_a_lost_connection(void **state)
{
    static const struct row rows[] = {
        {UNAVAILABLE, "Socket closed", BARE, DOWN, CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE, "Socket closed", BARE, UP, CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE, "GOAWAY received", BARE, DOWN, CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE,
         "failed to connect to all addresses; last error: UNAVAILABLE: ipv4:10.0.0.1:1: "
         "Socket closed",
         BARE, DOWN, CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE, "DNS resolution failed for x:1: C-ares status is not ARES_SUCCESS",
         BARE, DOWN, CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE, "Received RST_STREAM with error code 7", BARE, UP, CALL_TRANSPORT,
         ERR_LOST},
        {INTERNAL, "Received RST_STREAM with error code 2", BARE, UP, CALL_TRANSPORT,
         ERR_LOST},
        {CANCELLED, "Received RST_STREAM with error code 8", BARE, UP, CALL_TRANSPORT,
         ERR_LOST},
        {RESOURCE_EXHAUSTED, "Received RST_STREAM with error code 11", BARE, UP,
         CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE, "Received http2 header with status: 504", BARE, UP, CALL_TRANSPORT,
         ERR_LOST},
        {UNIMPLEMENTED, "Received http2 header with status: 404", BARE, UP, CALL_TRANSPORT,
         ERR_LOST},
        {INTERNAL, "frame of size 16384 overflows local window of 0", BARE, UP,
         CALL_TRANSPORT, ERR_LOST},
        {UNKNOWN, "Stream removed", BARE, DOWN, CALL_TRANSPORT, ERR_LOST},
        {UNKNOWN, "No status received", IN_TRAILERS, UP, CALL_TRANSPORT, ERR_LOST},
        {UNAVAILABLE, "words of a gRPC that is not written yet", BARE, DOWN, CALL_TRANSPORT,
         ERR_LOST},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void a_refusal_of_one_call_is_no_lost_connection(void **state)
{
    static const struct row rows[] = {
        {PERMISSION_DENIED, "Operation not allowed", IN_TRAILERS, UP, CALL_REFUSED,
         ERR_REFUSED},
        {PERMISSION_DENIED, "", BARE, UP, CALL_REFUSED, ERR_REFUSED},
        {INVALID_ARGUMENT, "Details Logged w/ID 'x'", IN_TRAILERS, UP, CALL_REFUSED,
         ERR_REFUSED},
        {FAILED_PRECONDITION, "Table is already failed", BARE, UP, CALL_REFUSED,
         ERR_REFUSED},
        {UNIMPLEMENTED, "Method not found: a/b", IN_TRAILERS, UP, CALL_REFUSED,
         ERR_REFUSED},
        {NOT_FOUND, "variable 'x' not found", IN_TRAILERS, UP, CALL_REFUSED, ERR_NOT_FOUND},
        {RESOURCE_EXHAUSTED, "too many", BARE, UP, CALL_REFUSED, ERR_LIMIT},
        {UNAUTHENTICATED, "Authentication details invalid", BARE, UP, CALL_REFUSED,
         ERR_AUTH},
        {PERMISSION_DENIED, "the last word before it went", BARE, DOWN, CALL_REFUSED,
         ERR_REFUSED},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void what_is_not_available_in_the_servers_own_words_is_a_lost_call(void **state)
{
    static const struct row rows[] = {
        {UNAVAILABLE, "Export not yet defined", IN_TRAILERS, UP, CALL_OTHER, ERR_LOST},
        {UNAVAILABLE, "Export not yet defined", IN_TRAILERS, DOWN, CALL_OTHER, ERR_LOST},
        {UNAVAILABLE, "no healthy upstream", BARE, UP, CALL_OTHER, ERR_LOST},
        {DEADLINE_EXCEEDED, "stream timeout", BARE, UP, CALL_OTHER, ERR_LOST},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void what_fails_on_the_server_is_no_lost_connection(void **state)
{
    static const struct row rows[] = {
        {INTERNAL, "a table that failed", BARE, UP, CALL_OTHER, ERR_SERVER},
        {UNKNOWN, "Application error processing RPC", BARE, UP, CALL_OTHER, ERR_SERVER},
        {UNKNOWN, "", IN_TRAILERS, UP, CALL_OTHER, ERR_SERVER},
        {CANCELLED, "Session closed", BARE, UP, CALL_OTHER, ERR_CANCELLED},
        {DEADLINE_EXCEEDED, "Deadline Exceeded", BARE, UP, CALL_OTHER, ERR_TIMEOUT},
        {RESOURCE_EXHAUSTED, "Buffers full", BARE, UP, CALL_OTHER, ERR_LIMIT},
        {99, "a status of later years", BARE, UP, CALL_OTHER, ERR_SERVER},
        {-1, "", BARE, UP, CALL_OTHER, ERR_SERVER},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void an_end_without_a_fault_is_told_as_one(void **state)
{
    static const struct row rows[] = {
        {OK, "", BARE, UP, CALL_FINE, ERR_ENDED},
        {OK, "Socket closed", BARE, DOWN, CALL_FINE, ERR_ENDED},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void a_status_without_a_text_is_named(void **state)
{
    struct call_end end = {.status = PERMISSION_DENIED, .message = "", .connected = true};
    struct err e;

    (void)state;
    (void)call_end_err(&end, &e);
    assert_string_equal(e.msg, "refused by the server (PERMISSION_DENIED)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_grpc_says_of_the_transport_is_a_lost_connection),
        cmocka_unit_test(a_refusal_of_one_call_is_no_lost_connection),
        cmocka_unit_test(what_is_not_available_in_the_servers_own_words_is_a_lost_call),
        cmocka_unit_test(what_fails_on_the_server_is_no_lost_connection),
        cmocka_unit_test(an_end_without_a_fault_is_told_as_one),
        cmocka_unit_test(a_status_without_a_text_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
