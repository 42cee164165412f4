/* What a config file says, and what is said of one that is wrong. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/text_file.h"
#include "ui/cli/config.h"

static char path[] = "/tmp/dhview-config-XXXXXX";

static void read_text(struct config *c, const char *text, mode_t mode)
{
    text_file_write(path, text, mode);
    config_init(c);
    config_read(c, mem_strdup(path));
}

static void connections_are_found_by_name(void **state)
{
    struct config c;
    const struct config_connection *prod;

    (void)state;
    read_text(&c,
              "# mine\n"
              "[connection \"prod\"]\n"
              "target = dh://demo.example:8443\n"
              "auth=basic\n"
              "user = J\xc3\xb6rg\n"
              "secret-command = pass show 'a b' ; echo c\n"
              "server-name = other.example\n"
              "\n"
              "[connection \"two words\"]\n"
              "target = localhost:1/t\n"
              "insecure-plaintext = true\n"
              "no-proxy = true\n",
              0600);
    assert_int_equal(c.n_faults, 0);
    assert_int_equal(c.n, 2);
    prod = config_find(&c, "prod");
    assert_ptr_equal(prod, config_find(&c, "prod/trades"));
    assert_string_equal(prod->target, "dh://demo.example:8443");
    assert_string_equal(prod->options.auth, "basic");
    assert_string_equal(prod->options.user, "J\xc3\xb6rg");
    assert_string_equal(prod->options.secret_command, "pass show 'a b' ; echo c");
    assert_string_equal(prod->options.server_name, "other.example");
    assert_true(config_find(&c, "two words/x")->options.insecure_plaintext);
    assert_true(config_find(&c, "two words/x")->options.no_proxy);
    assert_false(prod->options.no_proxy);
    assert_null(config_find(&c, "pro"));
    assert_null(config_find(&c, "prod2"));
    assert_null(config_find(&c, "prod:1/t"));
    config_release(&c);
}

static void a_missing_file_is_no_fault(void **state)
{
    struct config c;

    (void)state;
    config_init(&c);
    config_read(&c, mem_strdup("/no/such/config"));
    assert_int_equal(c.files[0].error, ENOENT);
    assert_int_equal(c.n_faults, 0);
    assert_int_equal(c.n, 0);
    config_read(&c, NULL);
    assert_int_equal(c.n_files, 1);
    config_release(&c);
}

/* text, whose fault is at that line with this part; "good" in it must be fine. */
/* Its path is there, and can be opened. */
static void a_folder_in_the_file_s_place_is_told(void **state)
{
    struct config c;

    (void)state;
    config_init(&c);
    config_read(&c, mem_strdup("/tmp"));
    assert_int_equal(c.n_faults, 1);
    assert_string_equal(c.faults[0].why.msg, "config file /tmp: Is a directory");
    assert_int_equal(c.files[0].error, EISDIR);
    config_release(&c);
}

static void wrong(const char *text, mode_t mode, unsigned line, const char *part)
{
    struct config c;
    char *where = mem_printf("%s:%u: ", path, line);

    read_text(&c, text, mode);
    if (c.n_faults == 0)
        fail_msg("taken: %s", text);
    if (strncmp(c.faults[0].why.msg, where, strlen(where)) != 0 ||
        !strstr(c.faults[0].why.msg, part))
        fail_msg("expected %s%s, found %s", where, part, c.faults[0].why.msg);
    assert_null(strstr(c.faults[0].why.msg, "s3cret"));
    if (config_find(&c, "good"))
        assert_int_equal(config_find(&c, "good")->fault.code, ERR_OK);
    if (config_find(&c, "bad"))
        assert_int_not_equal(config_find(&c, "bad")->fault.code, ERR_OK);
    free(where);
    config_release(&c);
}

#define GOOD "[connection \"good\"]\ntarget = h\n"
#define BAD "[connection \"bad\"]\n"

static void what_is_wrong_is_named_by_file_and_line(void **state)
{
    char long_line[400];

    (void)state;
    wrong(GOOD BAD "usr = s3cret\n", 0600, 4,
          "unknown key \"usr\"; did you mean \"user\"?; expected one of target");
    wrong(BAD "secret = s3cret\n" GOOD, 0600, 2, "unknown key \"secret\"");
    wrong(BAD "secret-fd = 3\n", 0600, 2, "unknown key \"secret-fd\"");
    wrong(BAD "log = x\n", 0600, 2, "unknown key \"log\"");
    wrong(BAD "user =\n" GOOD, 0600, 2, "--user: expected NAME, found nothing");
    wrong(BAD "insecure-plaintext = yes\n", 0600, 2, "true or false");
    wrong("[options]\nzoen = s3cret\n" GOOD, 0600, 2, "did you mean \"zone\"?");
    wrong("[options]\nuser = s3cret\n" GOOD, 0600, 2, "in a [connection \"NAME\"]");
    wrong("[options]\nhelp = true\n" GOOD, 0600, 2, "for the command line alone");
    wrong("[options]\ninterval = x\n" GOOD, 0600, 2, "expected a number");
    wrong("[options]\nzone = Europe/Nowhere\n" GOOD, 0600, 2, "Europe/Nowhere");
    wrong("[key]\na = s3cret\nb = c\n" GOOD, 0600, 2, "did you mean \"keys\"?");
    wrong("target = s3cret\n" GOOD, 0600, 1, "[connection \"NAME\"]");
    wrong("[other]\na = s3cret\n" GOOD, 0600, 2, "[connection \"NAME\"]");
    wrong("[connection \"a/b\"]\ntarget = h\n", 0600, 2, "[connection \"NAME\"]");
    wrong("[connection \"\"]\ntarget = h\n", 0600, 2, "[connection \"NAME\"]");
    wrong(GOOD "s3cret\n", 0600, 3, "KEY = VALUE");
    memset(long_line, 'x', sizeof(long_line) - 1);
    long_line[sizeof(long_line) - 1] = '\0';
    memcpy(long_line, GOOD "user=", strlen(GOOD "user="));
    wrong(long_line, 0600, 3, "bytes in a line");
}

static void secrets_are_named_in_a_private_file_alone(void **state)
{
    (void)state;
    wrong(GOOD BAD "secret-command = cat s3cret\n", 0644, 4, "expected mode 0600");
    wrong(GOOD BAD "secret-file = s3cret\n", 0620, 4, "expected mode 0600");
    wrong(GOOD BAD "key = s3cret\n", 0604, 4, "expected mode 0600");
}

static void what_is_given_goes_before_the_file(void **state)
{
    struct config c;
    struct options given;
    const struct options *o;

    (void)state;
    read_text(&c,
              "[connection \"p\"]\nuser = alice\nca = /a\nsecret-command = cat x\n"
              "target = h\n",
              0600);
    options_init(&given);
    assert_int_equal(options_set(&given, "user", "bob", FROM_COMMAND_LINE, NULL), ERR_OK);
    assert_int_equal(options_set(&given, "secret-file", "/s", FROM_COMMAND_LINE, NULL),
                     ERR_OK);
    config_override(config_find(&c, "p"), &given);
    o = &config_find(&c, "p")->options;
    assert_string_equal(o->user, "bob");
    assert_string_equal(o->ca, "/a");
    assert_string_equal(o->secret_file, "/s");
    assert_null(o->secret_command);
    options_release(&given);
    config_release(&c);
}

static void options_stand_beside_connections(void **state)
{
    struct options given;
    struct config c;

    (void)state;
    read_text(&c,
              "[options]\nzone = UTC\nno-retry = true\nnope = 1\nmax-message = 64M\n"
              "[connection \"p\"]\ntarget = h\n[options]\nzone = Asia/Tokyo\n",
              0644);
    assert_int_equal(c.n_faults, 1);
    options_init(&given);
    assert_int_equal(options_set(&given, "max-message", "1M", FROM_COMMAND_LINE, NULL),
                     ERR_OK);
    options_fill(&given, &c.options);
    assert_string_equal(given.zone, "Asia/Tokyo");
    assert_true(given.no_retry);
    assert_int_equal(given.max_message, 1024 * 1024);
    assert_int_equal(options_origin(&given, options_find("zone")), FROM_FILE);
    assert_int_equal(options_origin(&given, options_find("max-message")),
                     FROM_COMMAND_LINE);
    assert_int_equal(options_origin(&given, options_find("ascii")), FROM_DEFAULT);
    options_release(&given);
    config_release(&c);
}

static void lines_of_keys_are_kept_with_their_place(void **state)
{
    struct err why = {.code = ERR_USAGE, .msg = "no such key"};
    struct config c;

    (void)state;
    read_text(&c, "[keys]\nsort -1 = ] ;\n[theme]\nheader = red\n", 0644);
    assert_int_equal(c.n_faults, 0);
    assert_int_equal(c.n_lines, 2);
    assert_int_equal(c.lines[0].section, CONFIG_KEYS);
    assert_string_equal(c.lines[0].name, "sort -1");
    assert_string_equal(c.lines[0].value, "] ;");
    assert_int_equal(c.lines[1].section, CONFIG_THEME);
    config_fault(&c, &c.lines[1], &why);
    assert_non_null(strstr(c.faults[0].why.msg, ":4: no such key"));
    config_release(&c);
}

static void a_second_file_adds_to_the_first(void **state)
{
    struct config_connection *first;
    struct config c;

    (void)state;
    read_text(&c, GOOD "[options]\nzone = UTC\nascii = true\n", 0600);
    first = config_find(&c, "good");
    text_file_write(path,
                    "[connection \"b\"]\ntarget = b\n[options]\nzone = local\n"
                    "[connection \"c\"]\ntarget = c\n",
                    0600);
    config_read(&c, mem_strdup(path));
    assert_ptr_equal(config_find(&c, "good"), first);
    assert_string_equal(config_find(&c, "c")->target, "c");
    assert_string_equal(c.options.zone, "local");
    assert_true(c.options.ascii);
    assert_int_equal(c.n_files, 2);
    config_release(&c);
}

static void a_file_that_is_read_again_leaves_no_old_faults(void **state)
{
    struct config c;
    char *other = mem_printf("%s.other", path);

    (void)state;
    read_text(&c, BAD "usr = x\n[keys]\nsort = ]\n[options]\nlog = /a\n", 0600);
    text_file_write(other, "[theme]\nheader = red\n[options]\nzoen = UTC\n", 0600);
    config_read(&c, mem_strdup(other));
    assert_int_equal(c.n_faults, 2);
    config_option_fault(&c, "log", &(struct err){.code = ERR_IO, .msg = "no room"});
    assert_non_null(strstr(c.faults[2].why.msg, ":6: no room"));
    config_forget(&c, path);
    assert_int_equal(c.n_files, 1);
    assert_int_equal(c.n_faults, 1);
    assert_non_null(strstr(c.faults[0].why.msg, "other:4: unknown option"));
    assert_int_equal(c.n_lines, 2);
    assert_string_equal(c.lines[0].name, "header");
    assert_string_equal(c.files[c.lines[0].file].path, other);
    assert_int_equal(config_find(&c, "bad")->fault.code, ERR_OK);
    config_forget(&c, "/no/such");
    assert_int_equal(c.n_files, 1);
    config_release(&c);
    (void)unlink(other);
    free(other);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_are_found_by_name),
        cmocka_unit_test(a_missing_file_is_no_fault),
        cmocka_unit_test(a_folder_in_the_file_s_place_is_told),
        cmocka_unit_test(what_is_wrong_is_named_by_file_and_line),
        cmocka_unit_test(secrets_are_named_in_a_private_file_alone),
        cmocka_unit_test(what_is_given_goes_before_the_file),
        cmocka_unit_test(options_stand_beside_connections),
        cmocka_unit_test(lines_of_keys_are_kept_with_their_place),
        cmocka_unit_test(a_second_file_adds_to_the_first),
        cmocka_unit_test(a_file_that_is_read_again_leaves_no_old_faults),
    };
    int fd = mkstemp(path);

    if (fd < 0)
        return 1;
    (void)close(fd);
    return cmocka_run_group_tests(tests, NULL, remove_file);
}
