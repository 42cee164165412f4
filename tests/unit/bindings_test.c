/* What presets and bindings of one's own make of the table of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/keymap.h"

/* What keys do in a mode: "hide-column", "sort -1", "" when nothing, "..." when more are
 * expected. */
static const char *does(enum key_mode mode, const char *keys)
{
    static char text[80];
    struct key_matcher m = {0};
    struct key_match got = {.result = KEYS_UNKNOWN};
    struct key k[KEYS_LEN_MAX];
    size_t n = 0;

    assert_int_equal(keys_parse(keys, k, &n, NULL), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        got = key_matcher_feed(&m, mode, k[i]);
        if (got.result != KEYS_PENDING && i + 1 < n)
            return "early";
    }
    if (got.result != KEYS_ACTION)
        return got.result == KEYS_PENDING ? "..." : "";
    (void)snprintf(text, sizeof(text), "%s", action_name(got.binding->action));
    if (got.binding->arg.n != 0)
        (void)snprintf(text, sizeof(text), "%s %d", action_name(got.binding->action),
                       got.binding->arg.n);
    return text;
}

static void bind(const char *action, const char *keys)
{
    struct err e = {.msg = ""};

    if (bindings_add(action, keys, &e) != ERR_OK)
        fail_msg("%s = %s: %s", action, keys, e.msg);
}

static void refuse(const char *action, const char *keys, const char *part)
{
    struct err e = {.msg = ""};

    assert_int_equal(bindings_add(action, keys, &e), ERR_USAGE);
    if (!strstr(e.msg, part))
        fail_msg("expected \"%s\", found \"%s\"", part, e.msg);
}

static const struct binding *held(enum key_mode mode, const char *keys)
{
    for (size_t i = 0; i < bindings_count(); i++)
        if (bindings_at(i)->mode == mode && strcmp(bindings_at(i)->keys, keys) == 0)
            return bindings_at(i);
    return NULL;
}

static void an_action_has_keys_of_its_own_beside_those_it_had(void **state)
{
    (void)state;
    bind("hide-column", "x <C-x>");
    bind("sort -1", "S");
    bind("move-row 5", "<C-e>");
    assert_string_equal(does(MODE_GRID, "x"), "hide-column");
    assert_string_equal(does(MODE_GRID, "<C-x>"), "hide-column");
    assert_string_equal(does(MODE_GRID, "-"), "hide-column");
    assert_string_equal(does(MODE_GRID, "S"), "sort -1");
    assert_string_equal(does(MODE_GRID, "<C-e>"), "move-row 5");
    assert_string_equal(does(MODE_POPUP, "<C-e>"), "move-row 5"); /* where rows are moved */
    assert_string_equal(does(MODE_POPUP, "x"), "");
    assert_string_equal(held(MODE_GRID, "x")->help, held(MODE_GRID, "-")->help);
    assert_string_equal(held(MODE_GRID, "<C-e>")->help, "move-row 5");
}

static void it_stands_beside_the_line_that_does_the_same(void **state)
{
    size_t at = 0;

    (void)state;
    bind("hide-column", "x");
    while (strcmp(bindings_at(at)->keys, "x") != 0)
        at++;
    assert_string_equal(bindings_at(at - 1)->keys, "-");
    assert_ptr_equal(bindings_at(at)->group, bindings_at(at - 1)->group);
}

static void keys_of_another_action_are_taken_from_it(void **state)
{
    (void)state;
    bind("hide-column", "c");
    assert_string_equal(does(MODE_GRID, "c"), "hide-column");
    bind("none", "q");
    assert_string_equal(does(MODE_GRID, "q"), "");
    assert_string_equal(does(MODE_PICKER, "q"), "");
    bind("open-help", "d"); /* in every mode, so from what they do in any */
    assert_string_equal(does(MODE_GRID, "d"), "open-help");
    assert_string_equal(does(MODE_PICKER, "d"), "open-help");
    assert_string_equal(does(MODE_FILTER, "d"), ""); /* is typed there */
    bind("hide-column", "?");                        /* only where it hides one */
    assert_string_equal(does(MODE_GRID, "?"), "hide-column");
    assert_string_equal(does(MODE_PICKER, "?"), "open-help");
}

static void what_cannot_be_typed_is_told_and_not_shown(void **state)
{
    (void)state;
    refuse("hide-column", "dd", "dd cannot be typed, as d is move-half-page");
    bind("none", "d");
    bind("hide-column", "dd");
    assert_string_equal(does(MODE_GRID, "d"), "...");
    refuse("hide-column", "g", "g is hide-column now: g");
    assert_string_equal(does(MODE_GRID, "g"), "hide-column");
    assert_null(held(MODE_GRID, "gg"));
    assert_non_null(held(MODE_PICKER, "gg"));
    assert_string_equal(does(MODE_PICKER, "gg"), "first-row");
}

static void a_binding_that_holds_nowhere_is_not_shown(void **state)
{
    (void)state;
    bind("move-page", "?"); /* wherever pages are moved, which is all but where text is */
    assert_null(held(MODE_ANY, "?"));
    assert_non_null(held(MODE_ANY, "<F1>"));
    assert_string_equal(does(MODE_HELP, "?"), "move-page 1");
}

static void a_key_may_be_for_one_mode_alone(void **state)
{
    (void)state;
    bind("popup/close", "x");
    assert_string_equal(does(MODE_POPUP, "x"), "close");
    assert_string_equal(does(MODE_PICKER, "x"), "");
    bind("table/sort -1", "S");
    assert_string_equal(does(MODE_GRID, "S"), "sort -1");
    bind("list/open-help", "h"); /* of what the table binds for all at once, too */
    assert_string_equal(does(MODE_PICKER, "h"), "open-help");
    assert_string_equal(does(MODE_GRID, "h"), "move-column -1");
    bind("popup/none", "q");
    assert_string_equal(does(MODE_POPUP, "q"), "");
    assert_string_equal(does(MODE_HELP, "q"), "close");
    refuse("box/close", "y",
           "expected any, table, list, columns, filter, help, popup or log before "
           "the /, found \"box\"");
    refuse("popup/follow", "y", "follow does nothing in a popup");
    refuse("filter/accept", "y", "y would be typed as text there");
    refuse("table/hide", "y", "no action is called \"hide\"");
}

static void a_key_bound_twice_is_told(void **state)
{
    (void)state;
    bind("hide-column", "x");
    bind("hide-column", "x");
    refuse("open-values", "x", "no action is called \"open-values\"");
    refuse("values", "x y", "x is bound twice, to hide-column and to values, which counts");
    assert_string_equal(does(MODE_GRID, "x"), "values");
    assert_string_equal(does(MODE_GRID, "y"), "values");
    bind("sort", "Z");
    refuse("sort -1", "Z", "bound twice");
}

static void what_is_wrong_is_told_and_the_rest_counts(void **state)
{
    (void)state;
    refuse("hide-colum", "x", "did you mean \"hide-column\"?");
    refuse("sort up", "x", "expected a number from -1000 to 1000, found \"up\"");
    refuse("sort 5000", "x", "expected a number");
    refuse("hide-column", "", "expected keys, found none");
    refuse("hide-column", "<Foo> x", "Foo");
    assert_string_equal(does(MODE_GRID, "x"), "hide-column");
    refuse("hide-column", "5x", "a digit begins a count");
    refuse("set-mark", "M", "expected keys with <Any> at their end");
    refuse("hide-column", "M<Any>", "expected keys without <Any>");
    refuse("hide-column", "x<Esc>", "Esc and ^c take back what was begun");
    refuse("set-mark", "<Any>x", "<Any> stands at the end alone");
    refuse("hide-column", "mab", "mab cannot be typed, as m<Any> is set-mark");
    refuse("none", "<F9>", "does nothing anyway");
    bind("none", "r");
    bind("none", "r"); /* the file is read again */
    bind("set-mark", "B<Any>");
    assert_string_equal(does(MODE_GRID, "Bq"), "set-mark");
}

/* Typed in the first mode that has it, each does what it says. */
static void every_change_of_a_preset_works(void **state)
{
    const char *preset, *keys, *help;
    size_t n = 0, vim = 0;

    (void)state;
    for (; preset_change(n, &preset, &keys, &help); n++) {
        char copy[64], *save = NULL;
        bool works = false;

        bindings_use_preset(preset);
        (void)snprintf(copy, sizeof(copy), "%s", keys);
        for (char *k = strtok_r(copy, " ", &save); k; k = strtok_r(NULL, " ", &save)) {
            for (int mode = 0; mode < MODE_COUNT && !works; mode++) {
                const struct binding *b = held((enum key_mode)mode, k);

                works = b && strcmp(b->help, help) == 0;
            }
            if (!works)
                fail_msg("%s: %s does not do: %s", preset, k, help);
        }
        assert_true(*help != '\0');
        vim += strcmp(preset, "vim") == 0;
    }
    assert_true(n > 20);
    assert_int_equal(vim, 0);
}

static void a_preset_is_changed_by_own_bindings_without_a_word(void **state)
{
    (void)state;
    bindings_use_preset("less");
    assert_string_equal(does(MODE_GRID, "f"), "move-page 1");
    assert_string_equal(does(MODE_GRID, "h"), "open-help");
    assert_string_equal(does(MODE_GRID, "z>"), "resize-column 1");
    bind("hide-column", "f");
    assert_string_equal(does(MODE_GRID, "f"), "hide-column");
    assert_string_equal(does(MODE_PICKER, "f"), "move-page 1");
    bindings_use_preset("visidata");
    assert_string_equal(does(MODE_GRID, "f"), "");
    assert_string_equal(does(MODE_GRID, "gj"), "last-row");
    assert_string_equal(does(MODE_GRID, "<Enter>"), "open-row");
    bindings_use_preset("vim");
    assert_int_equal(bindings_count(), keymap_len);
    assert_ptr_equal(bindings_at(0), &keymap[0]);
}

/* Whatever is bound, what is listed can be typed and does what the list says. */
static void all_that_is_listed_works(const char *preset)
{
    bindings_use_preset(preset);
    for (size_t i = 0; i < bindings_count(); i++) {
        const struct binding *b = bindings_at(i);
        struct key k[KEYS_LEN_MAX];
        struct key_matcher m = {0};
        struct key_match got = {.result = KEYS_PENDING};
        enum key_mode mode = b->mode == MODE_ANY ? MODE_GRID : b->mode;
        size_t n = 0;

        assert_int_equal(keys_parse(b->keys, k, &n, NULL), ERR_OK);
        for (size_t j = 0; j < n; j++) {
            if (k[j].code == K_ANY)
                k[j] = (struct key){.code = 'x'};
            got = key_matcher_feed(&m, mode, k[j]);
        }
        if (got.result != KEYS_ACTION || got.binding->action != b->action)
            fail_msg("%s: %s is listed and does not work", preset, b->keys);
    }
}

static void what_is_listed_works_in_every_preset(void **state)
{
    (void)state;
    all_that_is_listed_works("vim");
    all_that_is_listed_works("less");
    all_that_is_listed_works("visidata");
}

static int forget(void **state)
{
    (void)state;
    bindings_reset();
    return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_action_has_keys_of_its_own_beside_those_it_had),
        TEST(it_stands_beside_the_line_that_does_the_same),
        TEST(keys_of_another_action_are_taken_from_it),
        TEST(what_cannot_be_typed_is_told_and_not_shown),
        TEST(a_binding_that_holds_nowhere_is_not_shown),
        TEST(a_key_may_be_for_one_mode_alone),
        TEST(a_key_bound_twice_is_told),
        TEST(what_is_wrong_is_told_and_the_rest_counts),
        TEST(every_change_of_a_preset_works),
        TEST(a_preset_is_changed_by_own_bindings_without_a_word),
        TEST(what_is_listed_works_in_every_preset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
