#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/cli/options.h"

#define ARGS_MAX 16

/* Parses words separated by one blank; "_" stands for an empty word. */
static enum err_code parse(struct options *o, const char *line, struct err *e)
{
    char copy[512], *argv[ARGS_MAX] = {(char *)"dhview"}, *save = NULL;
    int argc = 1;
    enum err_code rc;

    strncpy(copy, line, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = '\0';
    for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
        argv[argc++] = strcmp(w, "_") == 0 ? w + 1 : w;
    options_init(o);
    rc = options_parse(o, argc, argv, e);
    return rc;
}

static void expect_fault(const char *line, const char *part)
{
    struct options o;
    struct err e = {.msg = ""};

    assert_int_equal(parse(&o, line, &e), ERR_USAGE);
    if (strstr(e.msg, part) == NULL)
        fail_msg("\"%s\": expected \"%s\" in \"%s\"", line, part, e.msg);
    options_release(&o);
}

static void defaults_are_those_of_the_table(void **state)
{
    struct options o;
    struct err e;

    (void)state;
    assert_int_equal(parse(&o, "localhost", &e), ERR_OK);
    assert_string_equal(o.targets[0], "localhost");
    assert_null(o.auth);
    assert_false(o.ascii);
    assert_int_equal(o.interval_ms, 0);
    assert_int_equal(o.max_message, 32 * 1024 * 1024);
    options_release(&o);
}

static void all_options_are_read(void **state)
{
    struct options o;
    struct err e;

    (void)state;
    assert_int_equal(
        parse(&o,
              "host/t -a psk --user=me -s /key --insecure-plaintext --ca c --cert d "
              "--key k",
              &e),
        ERR_OK);
    assert_string_equal(o.auth, "psk");
    assert_string_equal(o.user, "me");
    assert_string_equal(o.secret_file, "/key");
    assert_true(o.insecure_plaintext);
    assert_string_equal(o.ca, "c");
    assert_string_equal(o.cert, "d");
    assert_string_equal(o.key, "k");
    assert_string_equal(o.targets[0], "host/t");
    options_release(&o);
    assert_int_equal(
        parse(&o, "--server-name s --zone UTC -i 250 --max-message 64MiB -A -l f -- -t",
              &e),
        ERR_OK);
    assert_string_equal(o.server_name, "s");
    assert_string_equal(o.zone, "UTC");
    assert_int_equal(o.interval_ms, 250);
    assert_int_equal(o.max_message, 64 * 1024 * 1024);
    assert_true(o.ascii);
    assert_string_equal(o.log, "f");
    assert_string_equal(o.targets[0], "-t");
    options_release(&o);
}

static void the_last_of_two_values_counts(void **state)
{
    struct options o;

    (void)state;
    assert_int_equal(parse(&o, "-u a -u b t", NULL), ERR_OK);
    assert_string_equal(o.user, "b");
    options_release(&o);
}

static void help_and_version_need_no_target(void **state)
{
    struct options o;

    (void)state;
    assert_int_equal(parse(&o, "--help", NULL), ERR_OK);
    assert_true(o.help);
    options_release(&o);
    assert_int_equal(parse(&o, "-V", NULL), ERR_OK);
    assert_true(o.version);
    options_release(&o);
}

static void there_may_be_several_targets(void **state)
{
    struct options o;
    struct err e;

    (void)state;
    assert_int_equal(parse(&o, "host/a --ascii other:1/b _ host", &e), ERR_OK);
    assert_int_equal(o.n_targets, 3);
    assert_string_equal(o.targets[0], "host/a");
    assert_string_equal(o.targets[1], "other:1/b");
    assert_string_equal(o.targets[2], "host");
    options_release(&o);
    assert_int_equal(parse(&o, "--demo", &e), ERR_OK);
    assert_int_equal(o.n_targets, 0);
    options_release(&o);
}

static void faults_name_option_expected_and_found(void **state)
{
    (void)state;
    expect_fault("", "expected a TARGET");
    expect_fault("_", "expected a TARGET");
    expect_fault("--nope t", "unknown option --nope; see --help");
    expect_fault("--zoen=UTC t", "; did you mean \"zone\"?; see --help");
    expect_fault("--nope=1 t", "unknown option --nope");
    expect_fault("-x t", "unknown option -x");
    expect_fault("t --user", "--user: expected NAME, found nothing");
    expect_fault("t -u", "--user: expected NAME, found nothing");
    expect_fault("t --user=", "--user: expected NAME, found nothing");
    expect_fault("t --ascii=1", "--ascii: expected no value");
    expect_fault("t -i x", "--interval: expected a number from 0 to 3600000, found \"x\"");
    expect_fault("t -i -1", "--interval: expected a number");
    expect_fault("t -i 5K", "--interval: expected a number");
    expect_fault("t --max-message 1", "--max-message: expected a size");
    expect_fault("t --max-message 2G", "found \"2G\"");
    expect_fault("t --max-message 64X", "found \"64X\"");
    expect_fault("t --max-message 64MB", "found \"64MB\"");
    expect_fault("t --max-message 99999999999999999999", "found");
    expect_fault("t --max-message 9223372036854775807G", "found");
}

static void options_are_set_by_name(void **state)
{
    struct options o;
    struct err e;

    (void)state;
    options_init(&o);
    assert_int_equal(options_set(&o, "ascii", NULL, FROM_SET, &e), ERR_OK);
    assert_true(o.ascii);
    assert_int_equal(options_set(&o, "ascii", "false", FROM_SET, &e), ERR_OK);
    assert_false(o.ascii);
    assert_int_equal(options_set(&o, "interval", "100", FROM_SET, &e), ERR_OK);
    assert_int_equal(o.interval_ms, 100);
    assert_int_equal(options_set(&o, "ascii", "maybe", FROM_SET, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "true or false"));
    assert_int_equal(options_set(&o, "nope", "1", FROM_SET, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "nope"));
    assert_int_equal(options_set(&o, "asci", "1", FROM_SET, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "did you mean \"ascii\"?"));
    options_release(&o);
}

static void a_fault_leaves_the_old_value(void **state)
{
    struct options o;

    (void)state;
    options_init(&o);
    assert_int_equal(options_set(&o, "interval", "100", FROM_SET, NULL), ERR_OK);
    assert_int_equal(options_set(&o, "interval", "x", FROM_SET, NULL), ERR_USAGE);
    assert_int_equal(o.interval_ms, 100);
    options_release(&o);
}

static void a_value_reads_back_as_its_text(void **state)
{
    struct options o, back;
    char text[64];

    (void)state;
    assert_int_equal(parse(&o, "-z UTC -i 250 -A --max-message 64K t", NULL), ERR_OK);
    options_init(&back);
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *def = &option_table[i];

        options_value(&o, def, text, sizeof(text));
        if (options_origin(&o, def) == FROM_COMMAND_LINE)
            assert_int_equal(options_set(&back, def->name, text, FROM_FILE, NULL), ERR_OK);
        else
            assert_int_equal(options_origin(&o, def), FROM_DEFAULT);
    }
    assert_string_equal(back.zone, "UTC");
    assert_int_equal(back.interval_ms, 250);
    assert_true(back.ascii);
    assert_int_equal(back.max_message, 64 * 1024);
    options_release(&back);
    options_release(&o);
}

static void what_was_set_is_taken_back(void **state)
{
    struct options o, usual;
    char found[64], wanted[64];

    (void)state;
    assert_int_equal(parse(&o,
                           "-z UTC -i 250 -A --max-message 64K --copy-format csv "
                           "--copy-command x --keys less t",
                           NULL),
                     ERR_OK);
    options_init(&usual);
    for (size_t i = 0; i < option_table_len; i++) {
        const struct option_def *def = &option_table[i];

        if (!options_is_setting(def))
            continue;
        options_reset(&o, def);
        options_value(&o, def, found, sizeof(found));
        options_value(&usual, def, wanted, sizeof(wanted));
        assert_string_equal(found, wanted);
        assert_int_equal(options_origin(&o, def), FROM_DEFAULT);
    }
    options_release(&usual);
    options_release(&o);
}

static void assert_fits(const char *help)
{
    int lines = 0;

    for (const char *p = help; *p != '\0'; lines++) {
        size_t len = strcspn(p, "\n");
        assert_true(len <= 79);
        assert_int_equal(p[len], '\n');
        p += len + 1;
    }
    assert_true(lines <= 24);
}

static void help_fits_a_screen_and_names_all_options(void **state)
{
    char *help = options_help(false), *script = options_help(true);

    (void)state;
    assert_fits(help);
    assert_fits(script);
    for (size_t i = 0; i < option_table_len; i++) {
        bool is_script = strcmp(option_table[i].group, "without a screen") == 0;

        assert_non_null(strstr(is_script ? script : help, option_table[i].name));
        if (!(option_table[i].places & OPTION_RARE))
            assert_non_null(strstr(is_script ? script : help, option_table[i].help));
    }
    assert_non_null(strstr(help, "--once --help"));
    free(help);
    free(script);
}

static void what_is_without_a_screen_has_one_target_and_options_of_its_own(void **state)
{
    struct options o;

    (void)state;
    assert_int_equal(parse(&o, "--once --where a>1 --where b --filter x o", NULL), ERR_OK);
    assert_true(options_is_script(&o));
    assert_int_equal(o.where.n, 2);
    assert_string_equal(o.where.items[1], "b");
    assert_int_equal(o.filter.n, 1);
    options_release(&o);
    expect_fault("--once a b", "expected one TARGET, found 2");
    expect_fault("--once --list a", "expected one of --list, --once");
    expect_fault("--list --where x a", "--where is about the rows of a table");
    expect_fault("--list --rows 1: a", "--rows is about the rows of a table");
    expect_fault("--where x a", "--where is for runs without a screen");
    expect_fault("--stats a", "--stats is for runs without a screen");
}

static void names_and_letters_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_table_len; i++)
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(option_table[i].name, option_table[k].name);
            assert_true(option_table[i].letter == 0 ||
                        option_table[i].letter != option_table[k].letter);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_table),
        cmocka_unit_test(all_options_are_read),
        cmocka_unit_test(the_last_of_two_values_counts),
        cmocka_unit_test(help_and_version_need_no_target),
        cmocka_unit_test(there_may_be_several_targets),
        cmocka_unit_test(faults_name_option_expected_and_found),
        cmocka_unit_test(options_are_set_by_name),
        cmocka_unit_test(a_fault_leaves_the_old_value),
        cmocka_unit_test(a_value_reads_back_as_its_text),
        cmocka_unit_test(what_was_set_is_taken_back),
        cmocka_unit_test(help_fits_a_screen_and_names_all_options),
        cmocka_unit_test(what_is_without_a_screen_has_one_target_and_options_of_its_own),
        cmocka_unit_test(names_and_letters_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
