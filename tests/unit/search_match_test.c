#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/quick_filter.h"
#include "model/search_match.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Two columns of a type, and what the search for a text makes of them. */
static struct schema *schema_of(const char *java_type, enum kind kind)
{
    struct schema *s = schema_new(2);

    for (size_t i = 0; i < 2; i++) {
        s->columns[i].name = i == 0 ? "A" : "B";
        s->columns[i].java_type = pool_copy(&s->texts, bytes_of(java_type));
        s->columns[i].description = s->columns[i].arrow_name = "";
        s->columns[i].type = type_new(kind, NULL);
    }
    return s;
}

static bool finds(const char *java_type, const char *text, struct value v)
{
    struct schema *s = schema_of(java_type, v.type->kind);
    struct when_now now = {NULL, 0};
    struct condition *c = quick_filter_search(text, s, &now);
    bool yes = search_match(c, "A", &v);

    assert_int_equal(search_match(c, "B", &v), yes);
    condition_free(c);
    schema_free(s);
    return yes;
}

static struct value whole(const struct type *t, int64_t i)
{
    return (struct value){.state = VALUE_SET, .type = t, .i = i};
}

static struct value text_value(const struct type *t, const char *text)
{
    return (struct value){.state = VALUE_SET, .type = t, .bytes = bytes_of(text)};
}

static void texts_have_it_somewhere_in_any_case(void **state)
{
    const struct type t = {KIND_STRING, NULL};

    (void)state;
    assert_true(finds("java.lang.String", "PpL", text_value(&t, "apple")));
    assert_true(finds("java.lang.String", " apple ", text_value(&t, "apple")));
    assert_false(finds("java.lang.String", "apples", text_value(&t, "apple")));
    assert_false(finds("java.lang.String", "a", text_value(&t, "")));
    assert_false(
        finds("java.lang.String", "a", (struct value){.state = VALUE_NULL, .type = &t}));
}

static void whole_numbers_are_it(void **state)
{
    const struct type t = {KIND_LONG, NULL};

    (void)state;
    assert_true(finds("long", "41", whole(&t, 41)));
    assert_true(finds("long", "-041", whole(&t, -41)));
    assert_true(finds("long", "0", whole(&t, 0)));
    assert_true(finds("long", "4,100", whole(&t, 4100)));
    assert_false(finds("long", "41", whole(&t, 410)));
    assert_false(finds("long", "41", whole(&t, -41)));
    assert_false(finds("long", "x", whole(&t, 41)));
}

static void other_numbers_begin_with_it(void **state)
{
    static const struct {
        const char *text;
        double value;
        bool yes;
    } cases[] = {
        {"1.5", 1.5, true},    {"1.5", 1.59, true},  {"1.5", 1.6, false},
        {"1", 1.99, true},     {"1", 10, false},     {"1.50", 1.5, true},
        {"-1", -1, true},      {"-1", -1.9, true},   {"-1", -2, false},
        {"-1", -0.5, false},   {"0", 0.25, true},    {"0", -0.25, false},
        {"1.5e3", 1500, true}, {"1.5e3", 15, false},
    };
    const struct type t = {KIND_DOUBLE, NULL};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct value v = {.state = VALUE_SET, .type = &t, .d = cases[i].value};

        if (finds("double", cases[i].text, v) != cases[i].yes)
            fail_msg("%s in %g", cases[i].text, cases[i].value);
    }
}

static void booleans_and_characters_are_it(void **state)
{
    const struct type b = {KIND_BOOL, NULL}, c = {KIND_CHAR, NULL};

    (void)state;
    assert_true(finds("java.lang.Boolean", "TRUE", whole(&b, 1)));
    assert_false(finds("java.lang.Boolean", "tr", whole(&b, 1)));
    assert_true(finds("char", "q", whole(&c, 'q')));
    assert_false(finds("char", "Q", whole(&c, 'q')));
}

#define NOON INT64_C(1795089600000000000) /* 2026-11-19 12:00 */

static void times_lie_in_what_it_stands_for(void **state)
{
    const struct type t = {KIND_INSTANT, NULL}, d = {KIND_DATE, NULL},
                      m = {KIND_TIME, NULL};

    (void)state;
    assert_true(finds("java.time.Instant", "2026-11-19", whole(&t, NOON)));
    assert_true(finds("java.time.Instant", "2026-11-19 12", whole(&t, NOON)));
    assert_false(finds("java.time.Instant", "2026-11-19 13", whole(&t, NOON)));
    assert_true(finds("java.time.LocalDate", "2026-11", whole(&d, NOON / 86400000000000)));
    assert_false(finds("java.time.LocalDate", "2026-12", whole(&d, NOON / 86400000000000)));
    assert_true(finds("java.time.LocalTime", "09:30", whole(&m, 34200000000001)));
    assert_false(finds("java.time.LocalTime", "09:31", whole(&m, 34200000000001)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_it_somewhere_in_any_case),
        cmocka_unit_test(whole_numbers_are_it),
        cmocka_unit_test(other_numbers_begin_with_it),
        cmocka_unit_test(booleans_and_characters_are_it),
        cmocka_unit_test(times_lie_in_what_it_stands_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
