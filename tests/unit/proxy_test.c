/* Which proxy the environment names for which server, and what it gets to know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/rpc/proxy.h"

/* "NAME=value", NULL last: what the environment is */
static const char *const *environment;

static char *ask(const char *name)
{
    size_t n = strlen(name);

    for (const char *const *v = environment; *v; v++)
        if (strncmp(*v, name, n) == 0 && (*v)[n] == '=')
            return (char *)(uintptr_t)(*v + n + 1);
    return NULL;
}

#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

static void check(const char *const *env, const char *host, bool tls, const char *want)
{
    struct proxy p;
    struct err e = {0};

    environment = env;
    if (proxy_choose(ask, host, 443, tls, &p, &e) != ERR_OK)
        fail_msg("%s, %s: %s", env[0], host, e.msg);
    if (!want && p.host)
        fail_msg("%s, %s: through %s", env[0], host, p.host);
    if (want && (!p.host || strcmp(p.host, want) != 0))
        fail_msg("%s, %s: expected %s, found %s", env[0], host, want, p.host);
    proxy_release(&p);
}

static void the_variables_are_asked_in_their_order(void **state)
{
    (void)state;
    check(ENV("https_proxy=a"), "dh.example", true, "a");
    check(ENV("HTTPS_PROXY=a"), "dh.example", true, "a");
    check(ENV("HTTPS_PROXY=b", "https_proxy=a"), "dh.example", true, "a");
    check(ENV("https_proxy=", "HTTPS_PROXY=a"), "dh.example", true, "a");
    check(ENV("all_proxy=b", "https_proxy=a"), "dh.example", true, "a");
    check(ENV("ALL_PROXY=a"), "dh.example", true, "a");
    check(ENV("ALL_PROXY=a"), "dh.example", false, "a");
    check(ENV("http_proxy=a"), "dh.example", true, NULL);
    check(ENV("http_proxy=a", "https_proxy=b"), "dh.example", false, "a");
    check(ENV("HTTP_PROXY=a"), "dh.example", false, NULL); /* a web server sets it */
    check(ENV("https_proxy=a"), "dh.example", false, "a"); /* a tunnel is a tunnel */
    check(ENV("grpc_proxy=a", "https_proxy=b"), "dh.example", true, "a");
    check(ENV("no_proxy=x"), "dh.example", true, NULL);
}

static void this_machine_is_behind_no_proxy(void **state)
{
    (void)state;
    check(ENV("https_proxy=a"), "localhost", true, NULL);
    check(ENV("https_proxy=a"), "127.0.0.2", true, NULL);
    check(ENV("https_proxy=a"), "::1", true, NULL);
}

static void exceptions_are_names_addresses_nets_and_ports(void **state)
{
    static const struct {
        const char *list, *host;
        bool excepted;
    } cases[] = {
        {"dh.example", "dh.example", true},
        {"dh.example", "DH.EXAMPLE", true},
        {"dh.example", "dh.example.", true},
        {"dh.example.", "dh.example", true},
        {"example", "dh.example", true},
        {".example", "dh.example", true},
        {".dh.example", "dh.example", true},
        {"ample", "dh.example", false},
        {"x.dh.example", "dh.example", false},
        {"other, dh.example", "dh.example", true},
        {"other dh.example", "dh.example", true},
        {"*", "dh.example", true},
        {"*.example", "dh.example", false},
        {"dh.example:443", "dh.example", true},
        {"dh.example:10000", "dh.example", false},
        {"10.1.2.3", "10.1.2.3", true},
        {"10.1.2.3:443", "10.1.2.3", true},
        {"10.0.0.0/8", "10.1.2.3", true},
        {"10.0.0.0/8", "11.1.2.3", false},
        {"10.1.2.0/23", "10.1.3.3", true},
        {"10.1.2.0/23", "10.1.4.3", false},
        {"0.0.0.0/0", "10.1.2.3", true},
        {"10.0.0.0/33", "10.1.2.3", false},
        {"10.0.0.0/x", "10.1.2.3", false},
        {"10.0.0.0/8", "dh.example", false},
        {"2.3", "10.1.2.3", false},
        {"2001:db8::/32", "2001:db8:1::5", true},
        {"2001:db8::/32", "2001:db9:1::5", false},
        {"[2001:db8::5]", "2001:db8::5", true},
        {"[2001:db8::5]:443", "2001:db8:0::5", true},
        {"[2001:db8::5]:1", "2001:db8::5", false},
        {",, ,", "dh.example", false},
        {".", "dh.example", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char variable[128] = "no_proxy=";

        strncat(variable, cases[i].list, sizeof(variable) - 16);
        check(ENV(variable, "https_proxy=a"), cases[i].host, true,
              cases[i].excepted ? NULL : "a");
    }
    check(ENV("NO_PROXY=dh.example", "https_proxy=a"), "dh.example", true, NULL);
    check(ENV("NO_PROXY=dh.example", "no_proxy=x", "https_proxy=a"), "dh.example", true,
          "a");
    check(ENV("no_grpc_proxy=dh.example", "no_proxy=x", "https_proxy=a"), "dh.example",
          true, NULL);
}

static void a_proxy_has_place_port_and_login(void **state)
{
    static const struct {
        const char *value, *host;
        int port;
        const char *login;
    } cases[] = {
        {"proxy.example", "proxy.example", 1080, NULL},
        {"proxy.example:3128", "proxy.example", 3128, NULL},
        {"http://proxy.example:3128/", "proxy.example", 3128, NULL},
        {"HTTP://proxy.example", "proxy.example", 1080, NULL},
        {"http://[2001:db8::1]:8080", "2001:db8::1", 8080, NULL},
        {"[2001:db8::1]", "2001:db8::1", 1080, NULL},
        {"http://user:pw@proxy.example:1", "proxy.example", 1, "Basic dXNlcjpwdw=="},
        {"http://user:p%40%3a@proxy.example:1", "proxy.example", 1, "Basic dXNlcjpwQDo="},
        {"user:p@w@proxy.example:1", "proxy.example", 1, "Basic dXNlcjpwQHc="},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char variable[128] = "https_proxy=";
        struct proxy p;
        struct err e = {0};

        strncat(variable, cases[i].value, sizeof(variable) - 16);
        environment = ENV(variable);
        if (proxy_choose(ask, "dh.example", 443, true, &p, &e) != ERR_OK)
            fail_msg("%s: %s", variable, e.msg);
        assert_string_equal(p.host, cases[i].host);
        assert_int_equal(p.port, cases[i].port);
        assert_string_equal(p.variable, "https_proxy");
        if (cases[i].login)
            assert_string_equal(p.login, cases[i].login);
        else
            assert_null(p.login);
        proxy_release(&p);
    }
}

static void what_cannot_be_used_is_said_without_its_password(void **state)
{
    static const char *const cases[][2] = {
        {"https_proxy=socks5://user:hush@h:1080", "of the kind socks5://, which is not"},
        {"https_proxy=https://user:hush@h", "of the kind https://, which is not"},
        {"https_proxy=http://user:hush@h:port", "expected http://"},
        {"https_proxy=http://user:hush@h:0", "expected http://"},
        {"https_proxy=http://user:hush@h:70000", "expected http://"},
        {"https_proxy=http://user:hush@", "expected http://"},
        {"https_proxy=user:hush@[h", "expected http://"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct proxy p;
        struct err e = {0};

        environment = ENV(cases[i][0]);
        if (proxy_choose(ask, "dh.example", 443, true, &p, &e) != ERR_USAGE)
            fail_msg("%s was taken", cases[i][0]);
        if (!strstr(e.msg, cases[i][1]) || !strstr(e.msg, "https_proxy") ||
            !strstr(e.msg, "--no-proxy") || strstr(e.msg, "hush"))
            fail_msg("%s: \"%s\"", cases[i][0], e.msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_variables_are_asked_in_their_order),
        cmocka_unit_test(this_machine_is_behind_no_proxy),
        cmocka_unit_test(exceptions_are_names_addresses_nets_and_ports),
        cmocka_unit_test(a_proxy_has_place_port_and_login),
        cmocka_unit_test(what_cannot_be_used_is_said_without_its_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
