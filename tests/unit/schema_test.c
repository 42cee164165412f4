/* A schema: finding by name, and copies that share nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/schema.h"
#include "tests/support/build.h"

static struct schema *table(void)
{
    struct schema *s = build_schema("lIs");

    s->columns[0].description = pool_share(&s->texts, bytes_of("what it is"));
    s->columns[2].description = pool_share(&s->texts, bytes_of("what it is"));
    s->columns[1].style_column = pool_share(&s->texts, bytes_of("c0"));
    s->columns[2].is_format = true;
    s->is_blink = true;
    s->is_input = true;
    s->n_attributes = 2;
    s->attributes = MEM_ARRAY(struct schema_attribute, 2);
    s->attributes[0] = (struct schema_attribute){"LayoutHints", "front=c1"};
    s->attributes[1] = (struct schema_attribute){"TableDescription", "words"};
    return s;
}

static void columns_and_attributes_are_found_by_name(void **state)
{
    struct schema *s = table();

    (void)state;
    s->columns[2].name = "c1"; /* repeats: the first counts */
    assert_int_equal(schema_find(s, "c0"), 0);
    assert_int_equal(schema_find(s, "c1"), 1);
    assert_int_equal(schema_find(s, "c"), -1);
    assert_string_equal(schema_attribute(s, "TableDescription"), "words");
    assert_null(schema_attribute(s, "Table"));
    schema_free(s);
}

static void a_column_is_not_taken_for_another_that_rows_are_sorted_by(void **state)
{
    struct schema *s = table();

    (void)state;
    assert_false(schema_is_sorted_by(s, "Price"));
    s->attributes[1] =
        (struct schema_attribute){"SortedColumns", "Price=Ascending,Size=Descending"};
    assert_true(schema_is_sorted_by(s, "Price"));
    assert_true(schema_is_sorted_by(s, "Size"));
    assert_false(schema_is_sorted_by(s, "Pric"));
    assert_false(schema_is_sorted_by(s, "rice"));
    assert_false(schema_is_sorted_by(s, "Ascending"));
    assert_false(schema_is_sorted_by(s, ""));
    s->attributes[1].value = "Price";
    assert_false(schema_is_sorted_by(s, "Price"));
    schema_free(s);
}

static void an_empty_schema_has_nothing_to_find(void **state)
{
    struct schema *s = schema_new(0);

    (void)state;
    assert_int_equal(schema_find(s, ""), -1);
    assert_null(schema_attribute(s, ""));
    schema_free(s);
    schema_free(NULL);
}

static void a_copy_outlives_the_original(void **state)
{
    struct schema *s = table();
    struct schema *copy = schema_copy(s);

    (void)state;
    schema_free(s);
    assert_int_equal(copy->n_columns, 3);
    assert_string_equal(copy->columns[1].name, "c1");
    assert_string_equal(copy->columns[1].style_column, "c0");
    assert_null(copy->columns[1].date_format_column);
    assert_string_equal(copy->columns[2].description, "what it is");
    assert_string_equal(copy->columns[2].java_type, "");
    assert_int_equal(copy->columns[1].type->item->kind, KIND_INT);
    assert_true(copy->columns[2].is_format && !copy->columns[1].is_format);
    assert_true(copy->is_blink && copy->is_input && !copy->is_append_only);
    assert_int_equal(copy->n_attributes, 2);
    assert_string_equal(schema_attribute(copy, "LayoutHints"), "front=c1");
    schema_free(copy);
}

static void expect_type(enum kind kind, const char *java_type, const char *want)
{
    struct type item = {.kind = KIND_INT};
    struct type type = {.kind = kind, .item = kind == KIND_LIST ? &item : NULL};
    struct schema_column c = {.type = &type, .java_type = java_type, .arrow_name = "Union"};
    char text[64];

    assert_string_equal(schema_type_text(&c, text, sizeof(text)), want);
}

static void a_type_has_one_wording(void **state)
{
    (void)state;
    expect_type(KIND_LONG, "long", "long");
    expect_type(KIND_INSTANT, "java.time.ZonedDateTime", "instant");
    expect_type(KIND_LIST, "int[]", "int[]");
    expect_type(KIND_BINARY, "byte[]", "byte[]");
    expect_type(KIND_UNKNOWN, "java.lang.Thing", "Union");
    expect_type(KIND_STRING, "java.lang.String", "string");
    expect_type(KIND_STRING, "", "string");
    expect_type(KIND_STRING, "java.lang.Thing", "Thing");
}

static void the_text_of_a_type_is_cut_to_its_room(void **state)
{
    struct type type = {.kind = KIND_STRING};
    struct schema_column c = {.type = &type, .java_type = "java.lang.Thing"};
    char text[4];

    (void)state;
    assert_string_equal(schema_type_text(&c, text, sizeof(text)), "Thi");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_and_attributes_are_found_by_name),
        cmocka_unit_test(a_column_is_not_taken_for_another_that_rows_are_sorted_by),
        cmocka_unit_test(an_empty_schema_has_nothing_to_find),
        cmocka_unit_test(a_copy_outlives_the_original),
        cmocka_unit_test(a_type_has_one_wording),
        cmocka_unit_test(the_text_of_a_type_is_cut_to_its_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
