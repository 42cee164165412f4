/* Which totals a table's columns have: by its attribute, by default, by choice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/totals.h"
#include "tests/support/build.h"

/* A table with these columns; attribute NULL: without one. Owned. */
static struct schema *table(const char *attribute)
{
    static const char *const columns[][2] = {{"I", "int"},
                                             {"S", "java.lang.String"},
                                             {"D", "double"},
                                             {"C", "char"},
                                             {"L", "int[]"}};
    struct schema *s = schema_new(5);

    for (size_t i = 0; i < 5; i++) {
        s->columns[i].name = columns[i][0];
        s->columns[i].java_type = columns[i][1];
    }
    if (attribute) {
        s->attributes = MEM_ARRAY(struct schema_attribute, 1);
        s->attributes[0] = (struct schema_attribute){"TotalsTable", attribute};
        s->n_attributes = 1;
    }
    return s;
}

/* "NAME=OP COLUMN, ..." of the aggregates. */
static void assert_totals(const struct total_list *t, const struct schema *s,
                          const char *expected)
{
    struct aggregate out[TOTALS_MAX];
    size_t n = totals_aggregates(t, s, out);
    char *text = mem_strdup("");

    for (size_t i = 0; i < n; i++)
        mem_addf(&text, "%s%s=%s%s%s", i > 0 ? ", " : "", out[i].name,
                 aggregation_name(out[i].op), out[i].column ? " " : "",
                 out[i].column ? out[i].column : "");
    assert_string_equal(text, expected);
    free(text);
}

static void assert_default(const char *attribute, const char *expected)
{
    struct schema *s = table(attribute);
    struct total_list t;
    struct err e;

    assert_int_equal(totals_default(s, &t, &e), ERR_OK);
    assert_totals(&t, s, expected);
    totals_release(&t);
    schema_free(s);
}

static void without_an_attribute_numbers_are_added_up(void **state)
{
    (void)state;
    assert_default(NULL, "I=Sum I, D=Sum D");
}

static void the_attribute_names_columns_and_a_default(void **state)
{
    (void)state;
    assert_default("false,false,Skip;I=Max:Min,S=Count,;;",
                   "I=Max I, I__Min=Min I, S=Count");
    assert_default("true,true,First;I=Skip,D=Sum,;D:Sum=0.00,;",
                   "D=Sum D, S=First S, C=First C, L=First L");
    assert_default("false,false,Min;;;", "I=Min I, S=Min S, D=Min D, C=Min C");
    assert_default("false,false,Skip;Gone=Sum,S=Sum,I=Sum:Sum,;;", "I=Sum I");
}

static void an_attribute_of_another_shape_is_told(void **state)
{
    static const char *const wrong[][2] = {
        {"", "the attribute TotalsTable: expected three parts ended by ;"},
        {"true,false,Sum", "the attribute TotalsTable: expected three parts ended by ;"},
        {"true,false,Sum;I;;",
         "the attribute TotalsTable: expected COLUMN=OPERATION, found \"I\""},
        {"true,false,Sum;I=Sum;;",
         "the attribute TotalsTable: expected COLUMN=OPERATION, found \"I=Sum\""},
    };
    struct total_list t;
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct schema *s = table(wrong[i][0]);

        assert_int_equal(totals_default(s, &t, &e), ERR_USAGE);
        assert_string_equal(e.msg, wrong[i][1]);
        assert_totals(&t, s, "I=Sum I, D=Sum D");
        totals_release(&t);
        schema_free(s);
    }
}

static void it_says_whether_totals_are_shown_from_the_start(void **state)
{
    static const char *const attributes[] = {NULL, "false,true,Sum;;;",
                                             "true,false,Sum;;;"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct schema *s = table(attributes[i]);

        assert_int_equal(totals_wanted(s), i == 2);
        schema_free(s);
    }
}

static void a_choice_replaces_all_totals_of_its_column(void **state)
{
    struct schema *s = table("false,false,Skip;I=Max:Min,D=Sum,;;");
    struct total_list t;
    struct err e;

    (void)state;
    assert_int_equal(totals_default(s, &t, &e), ERR_OK);
    assert_int_equal(totals_lines(&t), 2);
    totals_set(&t, "I", AGGREGATION_AVG);
    assert_int_equal(totals_lines(&t), 1);
    assert_totals(&t, s, "D=Sum D, I=Avg I");
    totals_clear(&t, "D");
    assert_totals(&t, s, "I=Avg I");
    totals_set(&t, "Gone", AGGREGATION_SUM); /* of a column that a filter's undo brings */
    assert_totals(&t, s, "I=Avg I");
    totals_release(&t);
    schema_free(s);
}

/* The default totals of so many columns of numbers, c0 and on. */
static struct total_list totals_of_many(size_t n)
{
    char *letters = mem_calloc(n + 1, 1);
    struct total_list t;
    struct schema *s;
    struct err e;

    memset(letters, 'l', n);
    s = build_schema(letters);
    for (size_t i = 0; i < n; i++)
        s->columns[i].java_type = "long";
    assert_int_equal(totals_default(s, &t, &e), ERR_OK);
    schema_free(s);
    free(letters);
    return t;
}

static void what_is_beyond_the_limit_is_known_and_a_choice_finds_room(void **state)
{
    struct total_list t = totals_of_many(TOTALS_MAX + 1);

    (void)state;
    assert_int_equal(t.n, TOTALS_MAX);
    assert_true(t.is_cut);
    totals_release(&t);
    t = totals_of_many(TOTALS_MAX);
    assert_false(t.is_cut);
    assert_non_null(totals_of(&t, "c511", 0));
    totals_set(&t, "one more", AGGREGATION_MAX);
    assert_int_equal(t.n, TOTALS_MAX);
    assert_non_null(totals_of(&t, "one more", 0));
    assert_null(totals_of(&t, "c511", 0)); /* it has made room */
    totals_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_attribute_numbers_are_added_up),
        cmocka_unit_test(the_attribute_names_columns_and_a_default),
        cmocka_unit_test(an_attribute_of_another_shape_is_told),
        cmocka_unit_test(it_says_whether_totals_are_shown_from_the_start),
        cmocka_unit_test(a_choice_replaces_all_totals_of_its_column),
        cmocka_unit_test(what_is_beyond_the_limit_is_known_and_a_choice_finds_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
