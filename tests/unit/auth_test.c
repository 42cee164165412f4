/* What a login header holds, and what cannot be put into one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client/auth.h"

static struct auth *make(const char *type, const char *user, const char *secret)
{
    struct auth *a = NULL;
    struct err e = {0};

    if (auth_new(&(struct auth_options){.type = type,
                                        .user = user,
                                        .secret = secret,
                                        .secret_allowed = true,
                                        .address = "h:1"},
                 &a, &e) != ERR_OK)
        fail_msg("%s: %s", type, e.msg);
    return a;
}

static void expect(const char *type, const char *user, const char *secret,
                   const char *header)
{
    struct auth *a = make(type, user, secret);
    char *got = auth_header(a);

    assert_string_equal(got, header);
    auth_wipe(&got);
    auth_free(a);
}

static void refuse(const char *type, const char *user, const char *secret, const char *part)
{
    struct auth *a = NULL;
    struct err e = {0};

    assert_int_equal(auth_new(&(struct auth_options){.type = type,
                                                     .user = user,
                                                     .secret = secret,
                                                     .secret_allowed = true,
                                                     .address = "h:1"},
                              &a, &e),
                     ERR_USAGE);
    assert_null(a);
    if (!strstr(e.msg, part))
        fail_msg("expected \"%s\", found \"%s\"", part, e.msg);
    assert_null(strstr(e.msg, "s3cret"));
}

static void a_password_may_hold_any_letter_colons_and_blanks(void **state)
{
    (void)state;
    expect("basic", "alice", "p\xc3\xa4ssword:1", "Basic YWxpY2U6cMOkc3N3b3JkOjE=");
    expect("basic", "alice", "open sesame ", "Basic YWxpY2U6b3BlbiBzZXNhbWUg");
    expect("basic", "alice", " ", "Basic YWxpY2U6IA==");
    expect("basic", "J\xc3\xb6rg", "x", "Basic SsO2cmc6eA==");
}

static void a_key_and_a_token_travel_as_they_are(void **state)
{
    (void)state;
    expect("psk", NULL, "a key: with, all",
           "io.deephaven.authentication.psk.PskAuthenticationHandler a key: with, all");
    expect("trial.Token", NULL, "eyJh.bGci.x-_", "trial.Token eyJh.bGci.x-_");
    expect("trial.Token", NULL, NULL, "trial.Token");
    expect("anonymous", NULL, NULL, "Anonymous");
}

static void what_no_header_can_carry_is_refused(void **state)
{
    (void)state;
    refuse("psk", NULL, "s3cret ", "ends in a blank");
    refuse("psk", NULL, "s3cr\xc3\xa9t", "not plain ASCII");
    refuse("trial.Token", NULL, "s3cret\n", "not plain ASCII");
    refuse("basic", "alice", "s3cret\x01", "control character");
    refuse("basic", "alice", "s3cret\x7f", "control character");
    refuse("basic", "alice", "s3cret\xff", "no UTF-8");
    refuse("basic", "alice", "", "empty");
    refuse("basic", NULL, "s3cret", "--user");
    refuse("anonymous", NULL, "s3cret", "no secret");
}

static void a_type_with_its_payload_is_refused(void **state)
{
    (void)state;
    refuse("Basic czNjcmV0", NULL, NULL, "without blanks");
    refuse("trial.Token s3cret", NULL, NULL, "--secret-file");
    refuse("", NULL, NULL, "--auth");
}

static void a_password_in_the_user_name_is_not_repeated(void **state)
{
    (void)state;
    refuse("basic", "alice:s3cret", "x", "without a colon");
    refuse("basic", "s3cret\x01", "x", "control character");
}

static void what_is_done_with(const char *handlers, const char *text)
{
    struct err e = {0};

    (void)err_set(&e, ERR_AUTH, "no");
    auth_tell_handlers(bytes_of(handlers), &e);
    assert_string_equal(e.msg, text);
}

static void handlers_are_told_by_what_to_type(void **state)
{
    (void)state;
    what_is_done_with("", "no");
    what_is_done_with("io.deephaven.auth.AnonymousAuthenticationHandler",
                      "no; this server takes --auth anonymous");
    what_is_done_with("io.deephaven.authentication.psk.PskAuthenticationHandler,"
                      "io.deephaven.auth.BasicAuthMarshaller,trial.Token",
                      "no; this server takes --auth psk, --auth basic --user NAME, "
                      "--auth TYPE (trial.Token)");
    what_is_done_with(",trial.Token,", "no; this server takes --auth TYPE (trial.Token)");
}

static void a_server_of_unknown_logins_has_one_named(void **state)
{
    struct auth *a = make(NULL, NULL, NULL);
    struct err e = {0};

    (void)state;
    assert_int_equal(auth_choose(a, bytes_of("trial.Token"), &e), ERR_AUTH);
    assert_string_equal(e.msg, "a login has to be named; this server takes --auth TYPE "
                               "(trial.Token)");
    assert_int_equal(
        auth_choose(a, bytes_of("io.deephaven.auth.AnonymousAuthenticationHandler"), &e),
        ERR_OK);
    assert_false(auth_wants_secret(a));
    auth_free(a);
}

static void a_secret_that_comes_later_goes_with_any_type(void **state)
{
    struct auth_options o = {.type = "trial.Token",
                             .secret_comes = true,
                             .secret_allowed = true,
                             .address = "h:1"};
    struct auth *a = NULL;
    struct err e = {0};
    char *header;

    (void)state;
    assert_int_equal(auth_new(&o, &a, &e), ERR_OK);
    assert_true(auth_wants_secret(a));
    assert_int_equal(auth_set_secret(a, "abc", &e), ERR_OK);
    assert_false(auth_wants_secret(a));
    header = auth_header(a);
    assert_string_equal(header, "trial.Token abc");
    auth_wipe(&header);
    auth_free(a);
    o.type = "anonymous";
    assert_int_equal(auth_new(&o, &a, &e), ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_may_hold_any_letter_colons_and_blanks),
        cmocka_unit_test(a_key_and_a_token_travel_as_they_are),
        cmocka_unit_test(what_no_header_can_carry_is_refused),
        cmocka_unit_test(a_type_with_its_payload_is_refused),
        cmocka_unit_test(handlers_are_told_by_what_to_type),
        cmocka_unit_test(a_server_of_unknown_logins_has_one_named),
        cmocka_unit_test(a_secret_that_comes_later_goes_with_any_type),
        cmocka_unit_test(a_password_in_the_user_name_is_not_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
