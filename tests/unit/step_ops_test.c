/*
 * Steps of recipes as operations: each stands on the one before it, and what the server
 * cannot take as it is goes as something that it can.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/step_ops.h"

static struct step_ops ops_of(const struct recipe_step *steps, size_t n)
{
    struct step_ops o = {0};

    for (size_t i = 0; i < n; i++)
        step_ops_add(&o, bytes_of("s/t"), &steps[i]);
    return o;
}

/* The operations of a filter (given). */
static struct step_ops filter_of(struct condition *c, struct condition **keep)
{
    struct recipe_step step = {.op = RECIPE_FILTER, .condition = c};

    *keep = c;
    return ops_of(&step, 1);
}

static void assert_text(struct bytes is, const char *want)
{
    assert_true(bytes_equal(is, bytes_of(want)));
}

static void each_operation_stands_on_the_one_before(void **state)
{
    const struct sort_key key = {.column = "A", .descending = true, .absolute = true};
    const struct recipe_step steps[] = {
        {.op = RECIPE_FETCH},           {.op = RECIPE_SORT, .keys = &key, .n_keys = 1},
        {.op = RECIPE_REVERSE},         {.op = RECIPE_ADD, .column = "N", .text = "A + 1"},
        {.op = RECIPE_HEAD, .last = 5}, {.op = RECIPE_SLICE, .first = -3, .last = -1},
    };
    struct step_ops o = ops_of(steps, sizeof(steps) / sizeof(*steps));

    (void)state;
    step_ops_keep(&o, bytes_of("e1234"));
    assert_int_equal(o.n, 6);
    assert_text(o.ops[0].source.ticket, "s/t");
    for (size_t i = 1; i < o.n; i++) {
        assert_null(o.ops[i].source.ticket.data);
        assert_int_equal(o.ops[i].source.offset, i - 1);
        assert_int_equal(o.ops[i].result.len, i == 5 ? 5 : 0);
    }
    assert_int_equal(o.ops[1].sorts[0].direction, WIRE_DESCENDING);
    assert_true(o.ops[1].sorts[0].absolute);
    assert_int_equal(o.ops[2].kind, WIRE_OP_SORT);
    assert_int_equal(o.ops[2].sorts[0].direction, WIRE_REVERSE);
    assert_int_equal(o.ops[3].kind, WIRE_OP_UPDATE_VIEW);
    assert_text(o.ops[3].texts[0], "N = A + 1");
    assert_int_equal(o.ops[4].first, 5);
    assert_int_equal(o.ops[5].first, -3);
    assert_int_equal(o.ops[5].last, -1);
    step_ops_release(&o);
}

static void the_right_table_of_a_join_is_made_in_front_of_it(void **state)
{
    static const char *const on[] = {"A", "T=U"}, *const added[] = {"B"};
    const struct recipe_step right_steps[] = {{.op = RECIPE_FETCH},
                                              {.op = RECIPE_HEAD, .last = 5}};
    const struct right_table right = {"r", bytes_of("s/r"), right_steps, 2};
    const struct recipe_step steps[] = {
        {.op = RECIPE_FETCH},
        {.op = RECIPE_ASOF_JOIN,
         .names = on,
         .n = 2,
         .added = added,
         .n_added = 1,
         .right = &right},
        {.op = RECIPE_REVERSE},
    };
    struct step_ops o = ops_of(steps, 3);

    (void)state;
    assert_int_equal(o.n, 5);
    assert_int_equal(o.ops[1].kind, WIRE_OP_FETCH);
    assert_text(o.ops[1].source.ticket, "s/r");
    assert_int_equal(o.ops[2].source.offset, 1);
    assert_int_equal(o.ops[3].kind, WIRE_OP_AS_OF_JOIN);
    assert_null(o.ops[3].source.ticket.data);
    assert_int_equal(o.ops[3].source.offset, 0);
    assert_int_equal(o.ops[3].right.offset, 2);
    assert_text(o.ops[3].texts[0], "A");
    assert_text(o.ops[3].texts[1], "T >= U");
    assert_text(o.ops[3].added[0], "B");
    assert_int_equal(o.ops[4].source.offset, 3);
    step_ops_release(&o);
    o = ops_of(&steps[1], 1); /* of an export that is there */
    assert_int_equal(o.n, 3);
    assert_text(o.ops[2].source.ticket, "s/t");
    assert_int_equal(o.ops[2].right.offset, 1);
    step_ops_release(&o);
}

static void expressions_of_a_filter_come_behind_its_other_conditions(void **state)
{
    struct condition *c;
    struct step_ops o = filter_of(
        condition_and(condition_formula("B > 1"),
                      condition_and(condition_is_null("A"), condition_formula("C > 2"))),
        &c);

    (void)state;
    assert_int_equal(o.n, 2);
    assert_int_equal(o.ops[0].kind, WIRE_OP_FILTER);
    assert_int_equal(o.ops[0].n_conditions, 1);
    assert_int_equal(o.ops[0].conditions[0].kind, WIRE_CONDITION_IS_NULL);
    assert_int_equal(o.ops[1].kind, WIRE_OP_WHERE);
    assert_int_equal(o.ops[1].n_texts, 2);
    assert_text(o.ops[1].texts[0], "B > 1");
    assert_text(o.ops[1].texts[1], "C > 2");
    step_ops_release(&o);
    condition_free(c);
}

static void no_row_at_all_is_the_first_none(void **state)
{
    struct condition *c;
    struct step_ops o = filter_of(condition_none(), &c);

    (void)state;
    assert_int_equal(o.n, 1);
    assert_int_equal(o.ops[0].kind, WIRE_OP_HEAD);
    assert_int_equal(o.ops[0].first, 0);
    step_ops_release(&o);
    condition_free(c);
}

static void only_what_has_no_inverted_form_is_put_into_a_not(void **state)
{
    struct condition *c;
    struct step_ops o =
        filter_of(condition_and(condition_inverted(condition_nan("D")),
                                condition_inverted(
                                    condition_in("S", literal_text(LITERAL_TEXT, "null")))),
                  &c);
    const struct wire_condition *nan = &o.ops[0].conditions[0];
    const struct wire_condition *in = &o.ops[0].conditions[1];

    (void)state;
    assert_int_equal(nan->kind, WIRE_CONDITION_NOT);
    assert_int_equal(nan->children[0].kind, WIRE_CONDITION_INVOKE);
    assert_text(nan->children[0].text, "isNaN");
    assert_int_equal(in->kind, WIRE_CONDITION_IN);
    assert_true(in->inverted);
    assert_text(in->literals[0].text, "null");
    step_ops_release(&o);
    condition_free(c);
}

/* protocol: an ordering reads its value as an expression. */
static void a_value_is_quoted_where_it_is_compared(void **state)
{
    struct condition *c;
    struct step_ops o = filter_of(
        condition_and(
            condition_compare("S", COMPARE_LESS, literal_text(LITERAL_TEXT, "x")),
            condition_compare("I", COMPARE_GREATER, literal_text(LITERAL_DIGITS, "5"))),
        &c);

    (void)state;
    assert_text(o.ops[0].conditions[0].literals[0].text, "\"x\"");
    assert_int_equal(o.ops[0].conditions[0].comparison, WIRE_LESS);
    assert_text(o.ops[0].conditions[1].literals[0].text, "5");
    assert_int_equal(o.ops[0].conditions[1].literals[0].kind, WIRE_LITERAL_TEXT);
    step_ops_release(&o);
    condition_free(c);
}

static void totals_are_of_one_row_also_when_there_are_none(void **state)
{
    static const char *const by[] = {"K"};
    const struct aggregate aggregates[] = {{AGGREGATION_MAX, "A", "A__Max"},
                                           {AGGREGATION_COUNT, NULL, "Rows"}};
    const struct recipe_step steps[] = {
        {.op = RECIPE_AGGREGATE, .aggregates = aggregates, .n_aggregates = 2},
        {.op = RECIPE_AGGREGATE,
         .aggregates = aggregates,
         .n_aggregates = 2,
         .names = by,
         .n = 1},
    };
    struct step_ops o = ops_of(steps, 2);

    (void)state;
    assert_true(o.ops[0].preserve_empty);
    assert_false(o.ops[1].preserve_empty);
    assert_int_equal(o.ops[1].n_texts, 1);
    assert_text(o.ops[0].aggregations[0].texts[0], "A__Max=A");
    assert_int_equal(o.ops[0].aggregations[1].kind, WIRE_AGG_COUNT);
    assert_text(o.ops[0].aggregations[1].texts[0], "Rows");
    step_ops_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_operation_stands_on_the_one_before),
        cmocka_unit_test(the_right_table_of_a_join_is_made_in_front_of_it),
        cmocka_unit_test(expressions_of_a_filter_come_behind_its_other_conditions),
        cmocka_unit_test(no_row_at_all_is_the_first_none),
        cmocka_unit_test(only_what_has_no_inverted_form_is_put_into_a_not),
        cmocka_unit_test(a_value_is_quoted_where_it_is_compared),
        cmocka_unit_test(totals_are_of_one_row_also_when_there_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
