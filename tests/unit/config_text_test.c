/* What --print-config and --print-man print: made of the tables, whole, and true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/support/text_file.h"
#include "ui/app/config_text.h"
#include "ui/app/manual.h"
#include "ui/cli/config.h"
#include "ui/term/theme.h"
#include "ui/widget/commands.h"
#include "ui/widget/help.h"
#include "ui/widget/keymap.h"

static char path[] = "/tmp/dhview-config-text-XXXXXX";

static void read_text(struct config *c, const char *text)
{
    text_file_write(path, text, 0600);
    config_init(c);
    config_read(c, mem_strdup(path));
    if (c->n_faults > 0)
        fail_msg("%s", c->faults[0].why.msg);
}

/* Every line that may be set, as if its ";" had been taken away. */
static char *without_marks(const char *text)
{
    char *out = mem_strdup("");

    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
        mem_addf(&out, "%.*s\n", (int)strcspn(at, "\n") - (*at == ';'), at + (*at == ';'));
    return out;
}

static void the_printed_config_changes_nothing(void **state)
{
    char *text = config_text();
    struct config c;

    (void)state;
    read_text(&c, text);
    for (size_t i = 0; i < option_table_len; i++)
        assert_int_equal(options_origin(&c.options, &option_table[i]), FROM_DEFAULT);
    assert_int_equal(c.n_lines, 0);
    assert_int_equal(c.n, 0);
    config_release(&c);
    free(text);
}

static void check_option(const struct config *c, const struct option_def *def)
{
    struct options usual;
    char found[80], expected[80];

    options_init(&usual);
    options_value(&usual, def, expected, sizeof(expected));
    options_value(&c->options, def, found, sizeof(found));
    assert_int_equal(options_origin(&c->options, def), FROM_FILE);
    if (def->default_text || def->type == OPTION_FLAG)
        assert_string_equal(found, expected);
    options_release(&usual);
}

/* Each key that works does what it does by default. */
static void check_bindings(const char *line)
{
    for (size_t i = 0; i < bindings_count(); i++) {
        const struct binding *b = bindings_at(i);
        size_t k = 0;

        while (k < keymap_len &&
               (keymap[k].mode != b->mode || keymap[k].action != b->action ||
                keymap[k].arg.n != b->arg.n || strcmp(keymap[k].keys, b->keys) != 0))
            k++;
        if (k == keymap_len)
            fail_msg("%s: %s is another key", line, b->keys);
    }
}

static void each_of_its_lines_may_stand_and_says_what_holds(void **state)
{
    char *text = config_text(), *set = without_marks(text);
    const struct option_def *def = option_table;
    struct config c;

    (void)state;
    read_text(&c, set);
    for (; def < option_table + option_table_len; def++) {
        if (def->places & OPTION_IN_FILE)
            check_option(&c, def);
        if (def->places & OPTION_OF_CONNECTION)
            assert_int_equal(options_origin(&config_find(&c, "prod")->options, def),
                             FROM_FILE);
    }
    for (size_t i = 0; i < c.n_lines; i++) {
        struct err e = {.msg = ""};
        struct style before[STYLE_COUNT];

        for (unsigned id = 0; id < STYLE_COUNT; id++)
            before[id] = *theme_style(id);
        if (c.lines[i].section == CONFIG_KEYS)
            (void)bindings_add(c.lines[i].name, c.lines[i].value, &e);
        else if (c.lines[i].section == CONFIG_THEME)
            (void)theme_set(c.lines[i].name, c.lines[i].value, &e);
        check_bindings(c.lines[i].name);
        bindings_reset();
        if (*e.msg)
            fail_msg("%s = %s: %s", c.lines[i].name, c.lines[i].value, e.msg);
        for (unsigned id = 0; id < STYLE_COUNT; id++)
            assert_memory_equal(&before[id], theme_style(id), sizeof(*before));
    }
    config_release(&c);
    free(set);
    free(text);
}

/* What a line of the file says is what the option is, and its text makes the same line. */
static void options_of_odd_characters_read_back(void **state)
{
    static const char *const odd[] = {
        "cat >'a b' ; true", "; begins like a comment?",
        "a # b = c : d",     "\"quoted\" \\n \\",
        "[options]",         "\xc3\xa4\xe2\x82\xac %s %1$n",
        "default",           "=",
    };
    const struct option_def *def = options_find("copy-command");

    (void)state;
    for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
        char *text = mem_printf("[options]\ncopy-command = %s\n", odd[i]), found[128];
        struct config c;

        read_text(&c, text);
        options_value(&c.options, def, found, sizeof(found));
        assert_string_equal(found, odd[i]);
        config_release(&c);
        free(text);
    }
}

static void it_has_every_action_and_every_style(void **state)
{
    char *text = config_text(), line[80];

    (void)state;
    for (size_t i = 0; i < keymap_len; i++) {
        const char *place = bindings_place(keymap[i].mode);

        (void)snprintf(line, sizeof(line), "\n;%s%s%s ", place ? place : "",
                       place ? "/" : "", action_name(keymap[i].action));
        if (!strstr(text, line))
            fail_msg("not there: %s", line);
    }
    for (unsigned id = 0; id < STYLE_COUNT; id++) {
        (void)snprintf(line, sizeof(line), "\n;%s = ", theme_style(id)->name);
        assert_non_null(strstr(text, line));
    }
    free(text);
}

/* As man(7) has it: "-" and "\" are escaped. */
static char *in_man(const char *text)
{
    char *out = mem_strdup("");

    for (; *text; text++)
        mem_addf(&out, "%s%c", *text == '-' ? "\\" : "", *text == '\\' ? '\001' : *text);
    return out;
}

static void check_in_manual(const char *manual, const char *text)
{
    char *wanted = in_man(text);

    if (!strchr(wanted, '\001') && !strstr(manual, wanted))
        fail_msg("not in the manual: %s", text);
    free(wanted);
}

static void the_manual_has_every_option_key_command_style_and_click(void **state)
{
    char *manual = manual_text("1.2.3");
    const char *usage, *help, *preset, *keys;

    (void)state;
    assert_non_null(strstr(manual, "dhview 1.2.3"));
    for (size_t i = 0; i < option_table_len; i++) {
        check_in_manual(manual, option_table[i].name);
        check_in_manual(manual, option_table[i].help);
    }
    for (size_t i = 0; i < keymap_len; i++) {
        check_in_manual(manual, keymap[i].keys);
        check_in_manual(manual, action_name(keymap[i].action));
    }
    for (size_t i = 0; command_help(i, &usage, &help); i++)
        check_in_manual(manual, usage);
    for (size_t i = 0; preset_change(i, &preset, &keys, &help); i++)
        check_in_manual(manual, keys);
    for (size_t i = 0; mouse_help(i, &usage, &help); i++)
        check_in_manual(manual, usage);
    for (unsigned id = 0; id < STYLE_COUNT; id++)
        check_in_manual(manual, theme_style(id)->name);
    free(manual);
}

/* A line that begins with a dot or a quote is a request, and only known ones are there. */
static void the_manual_has_no_request_by_accident(void **state)
{
    static const char *const known[] = {".TH ", ".SH ", ".SS ", ".TP\n", ".B ",
                                        ".BR ", ".RI ", ".IR ", ".I ",   ".br\n"};
    char *manual = manual_text("1");

    (void)state;
    for (const char *at = manual; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        bool good = *at != '.' && *at != '\'';

        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
            good = good || strncmp(at, known[i], strlen(known[i])) == 0;
        if (!good)
            fail_msg("%.40s", at);
    }
    free(manual);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_config_changes_nothing),
        cmocka_unit_test(each_of_its_lines_may_stand_and_says_what_holds),
        cmocka_unit_test(options_of_odd_characters_read_back),
        cmocka_unit_test(it_has_every_action_and_every_style),
        cmocka_unit_test(the_manual_has_every_option_key_command_style_and_click),
        cmocka_unit_test(the_manual_has_no_request_by_accident),
    };
    int fd = mkstemp(path);

    if (fd < 0)
        return 1;
    (void)close(fd);
    return cmocka_run_group_tests(tests, NULL, remove_file);
}
