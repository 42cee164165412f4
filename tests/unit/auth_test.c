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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_may_hold_any_letter_colons_and_blanks),
        cmocka_unit_test(a_key_and_a_token_travel_as_they_are),
        cmocka_unit_test(what_no_header_can_carry_is_refused),
        cmocka_unit_test(a_type_with_its_payload_is_refused),
        cmocka_unit_test(a_password_in_the_user_name_is_not_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
