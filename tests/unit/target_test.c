/* Every form of a TARGET, and what is wrong with the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "client/target.h"

struct form {
    const char *text;
    bool tls;
    const char *host;
    int port;
    const char *name;   /* NULL: no table */
    const char *ticket; /* without its end mark */
};

static const struct form forms[] = {
    {"localhost", false, "localhost", 10000, NULL, ""},
    {"localhost:10001/trades", false, "localhost", 10001, "trades", "s/trades"},
    {"127.0.0.1/t", false, "127.0.0.1", 10000, "t", "s/t"},
    {"127.9.9.9", false, "127.9.9.9", 10000, NULL, ""},
    {"[::1]:12/t", false, "::1", 12, "t", "s/t"},
    {"localhost./t", false, "localhost.", 10000, "t", "s/t"},
    {"LocalHost", false, "LocalHost", 10000, NULL, ""},
    {"[::ffff:127.0.0.1]/t", false, "::ffff:127.0.0.1", 10000, "t", "s/t"},
    {"[::ffff:10.0.0.1]/t", true, "::ffff:10.0.0.1", 443, "t", "s/t"},
    {"[0:0:0:0:0:0:0:1]", false, "0:0:0:0:0:0:0:1", 10000, NULL, ""},
    {"127.1:12/t", false, "127.0.0.1", 12, "t", "s/t"},
    {"0x7f000001", false, "127.0.0.1", 10000, NULL, ""},
    {"10.1", true, "10.0.0.1", 443, NULL, ""},
    {"[fe80::1%eth0]:12/t", true, "fe80::1%eth0", 12, "t", "s/t"},
    {"dh+plain://[fe80::1%25eth0]", false, "fe80::1%eth0", 10000, NULL, ""},
    {"db.localhost/t", true, "db.localhost", 443, "t", "s/t"}, /* a name like any other */
    {"localhost.example", true, "localhost.example", 443, NULL, ""},
    {"127.0.0.1.example", true, "127.0.0.1.example", 443, NULL, ""},
    {"demo.example/t", true, "demo.example", 443, "t", "s/t"},
    {"demo.example:8443", true, "demo.example", 8443, NULL, ""},
    {"10.0.0.1/t", true, "10.0.0.1", 443, "t", "s/t"},
    {"dh://demo.example", true, "demo.example", 443, NULL, ""},
    {"dh://localhost/scope/t", true, "localhost", 443, "t", "s/t"},
    {"dh+plain://demo.example/scope/t", false, "demo.example", 10000, "t", "s/t"},
    {"dh+plain://h:1/scope/a%20b%2fc", false, "h", 1, "a b/c", "s/a b/c"},
    {"dh://h/app/my.app/field/quotes", true, "h", 443, "quotes", "a/my.app/f/quotes"},
    {"dh://h/shared/4142ff", true, "h", 443, "shared table", "hAB\xff"},
    {"localhost/", false, "localhost", 10000, NULL, ""},
    {"http://h:10000/iframe/widget/?name=trades", false, "h", 10000, "trades", "s/trades"},
    {"https://demo.example/iframe/table/?theme=dark&name=a%20b#x", true, "demo.example",
     443, "a b", "s/a b"},
    {"http://localhost/?name=t", false, "localhost", 80, "t", "s/t"},
    {"http://localhost/?&&name=t&", false, "localhost", 80, "t", "s/t"},
    {"https://demo.example/ide/", true, "demo.example", 443, NULL, ""},
    {"http://[::1]:10000", false, "::1", 10000, NULL, ""},
    {"HTTPS://demo.example/ide/?name=t", true, "demo.example", 443, "t", "s/t"},
    /* escapes are taken off once, and what they stand for is a name, whatever it is */
    {"http://h/iframe/table/?name=%2574%2500", false, "h", 80, "%74%00", "s/%74%00"},
    {"http://h/?name=%e6%97%a5%E6%9C%AC&name=x", false, "h", 80, "\u65e5\u672c",
     "s/\u65e5\u672c"},
    {"http://h/?rename=x&name=\u00e9%20%1b%5b2J%e2%80%ae", false, "h", 80,
     "\u00e9 \033[2J\u202e", "s/\u00e9 \033[2J\u202e"},
    {"http://h/?name=a%26b%3Dc%23d%2Fe%3Fop%3Dwhere", false, "h", 80, "a&b=c#d/e?op=where",
     "s/a&b=c#d/e?op=where"},
};

static void every_form_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        const struct form *f = &forms[i];
        struct target t;
        struct err e = {0};

        if (target_parse(f->text, &t, &e) != ERR_OK)
            fail_msg("%s: %s", f->text, e.msg);
        assert_int_equal(t.tls, f->tls);
        assert_string_equal(t.host, f->host);
        assert_int_equal(t.port, f->port);
        if (f->name)
            assert_string_equal(t.name, f->name);
        else
            assert_null(t.name);
        assert_int_equal(t.ticket.len, strlen(f->ticket));
        assert_true(bytes_equal(buf_bytes(&t.ticket), bytes_of(f->ticket)));
        target_release(&t);
    }
}

static const char *const wrong[][2] = {
    {"", "host name"},
    {"/t", "host name"},
    {"ftp://h/t", "dh://"},
    {"http://h/t", "?name=TABLE"},
    {"http://", "host name"},
    {"http://h:x/", "port number"},
    {"http://h/?name=%zz", "hex digits"},
    {"http://h/?name=a%", "hex digits"},
    {"http://h/?name=%00", "hex digits"},
    {"http://h/?name=", "empty"},
    {"http://h\\evil.example/?name=t", "cannot hold"},
    {"http://h /?name=t", "cannot hold"},
    {"http://[::1/?name=t", "]"},
    {"http:///?name=t", "host name"},
    {"http://h/table#?name=t", "?name=TABLE"},
    {"h:0", "1 to 65535"},
    {"h:65536", "1 to 65535"},
    {"h:port", "port number"},
    {"h:99999999999999999999", "1 to 65535"},
    {"::1", "brackets"},
    {"[::1", "]"},
    {"[::1]x", ":PORT"},
    {"[demo.example]/t", "IPv6 address"},
    {"[127.0.0.1]", "IPv6 address"},
    {"[fe80::1%]", "IPv6 address"},
    {"[]:1", "IPv6 address"},
    {"h\x1b[31m", "cannot hold"},
    {"dh://h/trades", "scope/NAME"},
    {"dh://h/scope/", "empty"},
    {"dh://h/scope/a/b", "scope/NAME"},
    {"dh://h/app/a/fields/b", "scope/NAME"},
    {"dh://h/shared/", "hex"},
    {"dh://h/shared/abc", "hex"},
    {"dh://h/shared/zz", "hex"},
    {"dh://h/scope/a%0", "hex digits"},
    {"dh://h/scope/a%00", "hex digits"},
};

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct target t;
        struct err e = {0};

        if (target_parse(wrong[i][0], &t, &e) != ERR_USAGE)
            fail_msg("%s was taken", wrong[i][0]);
        if (!strstr(e.msg, wrong[i][1]))
            fail_msg("%s: expected \"%s\" in \"%s\"", wrong[i][0], wrong[i][1], e.msg);
    }
}

static const char *const with_secret[] = {
    "user:s3cret@localhost:1/t",
    "s3cret@h/t",
    "user:s3c@s3cret@h",
    "user:s3cret/x@h:1/t",
    "dh://alice:s3cret@h/scope/t",
    "dh+plain://s3cret@h",
    "dh://alice%3As3cret%40h/scope/t",
    "alice:s3cret%40h/t",
    "http://user:s3cret@h/t",
    "h/t@s3cret",
    "[::1]:1@s3cret",
};

/* However it is spelt, and behind whatever it stands. */
static void a_key_in_a_link_is_refused_and_not_repeated(void **state)
{
    static const char *const links[] = {
        "http://h:1/iframe/table/?name=t&psk=s3cret",
        "http://h/?PSK=s3cret&name=t",
        "http://h/?name=t&%70s%6B=s3cret",
        "http://h/?name=t&p%73k%3ds3cret",
        "https://h/ide/#authToken=s3cret",
        "http://h/?name=t&%zz&%61uthToken=s3cret",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
        struct target t;
        struct err e;

        if (target_parse(links[i], &t, &e) != ERR_USAGE)
            fail_msg("%s was taken", links[i]);
        if (!strstr(e.msg, "the link holds a key") || strstr(e.msg, "s3cret"))
            fail_msg("%s: %s", links[i], e.msg);
    }
}

static void a_secret_in_a_target_is_not_repeated(void **state)
{
    struct target t;
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof(with_secret) / sizeof(*with_secret); i++) {
        assert_int_equal(target_parse(with_secret[i], &t, &e), ERR_USAGE);
        if (!strstr(e.msg, "no user names in a target") || strstr(e.msg, "s3c"))
            fail_msg("%s: %s", with_secret[i], e.msg);
    }
    assert_int_equal(target_parse("http://h:x/?name=t&other=s3cret", &t, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "target \"http://h:x/\""));
    assert_null(strstr(e.msg, "s3cret"));
    assert_int_equal(target_parse("h:1/t?psk=s3cret", &t, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "no ? in a target"));
    assert_null(strstr(e.msg, "s3cret"));
}

static void check_uri(const char *text)
{
    struct target t;
    struct buf uri;
    char *address, *got;
    struct err e;

    assert_int_equal(target_parse(text, &t, &e), ERR_OK);
    address = mem_printf(strchr(t.host, ':') ? "[%s]:%d" : "%s:%d", t.host, t.port);
    buf_init(&uri, 4096);
    assert_int_equal(target_uri(t.tls, address, buf_bytes(&t.ticket), &uri, &e), ERR_OK);
    got = mem_strndup((const char *)uri.data, uri.len);
    assert_string_equal(got, text);
    free(got);
    free(address);
    buf_release(&uri);
    target_release(&t);
}

static void a_ticket_has_the_uri_that_it_came_from(void **state)
{
    struct buf uri;
    struct err e;

    (void)state;
    check_uri("dh+plain://127.0.0.1:10000/scope/trades");
    check_uri("dh://demo.example:443/scope/a%20b%2Fc%3Fd%E2%82%AC");
    check_uri("dh://[::1]:10000/app/my%20app/field/t");
    check_uri("dh+plain://h:1/shared/00ff7a");
    buf_init(&uri, 4096);
    assert_int_equal(
        target_uri(false, "h:1", (struct bytes){(const uint8_t *)"e\1\0\0", 5}, &uri, &e),
        ERR_USAGE);
    buf_release(&uri);
}

static void operations_stand_behind_a_table(void **state)
{
    struct target t;
    struct err e;

    (void)state;
    assert_int_equal(target_parse("h:1/trades?op=sort,Price&op=head,5", &t, &e), ERR_OK);
    assert_string_equal(t.name, "trades");
    assert_string_equal(t.ops, "op=sort,Price&op=head,5");
    target_release(&t);
    assert_int_equal(target_parse("dh://h/scope/t%3F?op=reverse", &t, &e), ERR_OK);
    assert_string_equal(t.name, "t?");
    assert_string_equal(t.ops, "op=reverse");
    target_release(&t);
    assert_int_equal(target_parse("h:1/trades", &t, &e), ERR_OK);
    assert_null(t.ops);
    target_release(&t);
    assert_int_equal(target_parse("h:1?op=reverse", &t, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "expected the name of a table"));
}

static void another_table_of_the_server_may_have_operations_of_its_own(void **state)
{
    struct target t;
    struct err e;

    (void)state;
    assert_int_equal(target_parse("h:1/trades?op=reverse", &t, &e), ERR_OK);
    assert_int_equal(target_set_table(&t, "quotes?op=head,5", &e), ERR_OK);
    assert_string_equal(t.name, "quotes");
    assert_string_equal(t.ops, "op=head,5");
    assert_true(bytes_equal(buf_bytes(&t.ticket), bytes_of("s/quotes")));
    assert_int_equal(target_set_table(&t, "trades", &e), ERR_OK);
    assert_null(t.ops);
    assert_int_equal(target_set_table(&t, "trades?psk=x", &e), ERR_USAGE);
    assert_null(strstr(e.msg, "psk"));
    assert_int_equal(target_set_table(&t, "?op=reverse", &e), ERR_USAGE);
    assert_string_equal(e.msg, "expected the name of a table before the ?");
    target_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_understood),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_key_in_a_link_is_refused_and_not_repeated),
        cmocka_unit_test(a_secret_in_a_target_is_not_repeated),
        cmocka_unit_test(a_ticket_has_the_uri_that_it_came_from),
        cmocka_unit_test(operations_stand_behind_a_table),
        cmocka_unit_test(another_table_of_the_server_may_have_operations_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
