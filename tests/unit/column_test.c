/* Columns: every way a slot can be filled, read, moved and thrown away. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/bignum.h"
#include "model/column.h"
#include "tests/support/build.h"

static const struct type t_int = {KIND_INT, NULL};
static const struct type t_double = {KIND_DOUBLE, NULL};
static const struct type t_string = {KIND_STRING, NULL};
static const struct type t_list = {KIND_LIST, (struct type *)&t_int};

static void assert_column(const struct column *c, const char *want)
{
    char *got = text_of_column(c);

    assert_string_equal(got, want);
    free(got);
}

static void splice(struct column *c, const char *removed, const char *added,
                   const char *incoming)
{
    struct rowset *out = build_set(removed);
    struct rowset *in = build_set(added);
    struct column *data = incoming ? build_column(column_type(c), incoming) : NULL;

    column_splice(c, out, in, data);
    if (data)
        assert_int_equal(column_length(data), 0);
    column_free(data);
    rowset_free(out);
    rowset_free(in);
}

static void slots_are_absent_null_or_set(void **state)
{
    (void)state;
    struct column *c = build_column(&t_int, "5,null,absent");

    assert_int_equal(column_get(c, 0).state, VALUE_SET);
    assert_int_equal(column_get(c, 0).i, 5);
    assert_int_equal(column_get(c, 1).state, VALUE_NULL);
    assert_int_equal(column_get(c, 2).state, VALUE_ABSENT);
    assert_int_equal(column_get(c, 3).state, VALUE_ABSENT);
    assert_ptr_equal(column_get(c, 3).type, &t_int);
    column_free(c);
}

static void text_of_any_length_is_kept(void **state)
{
    (void)state;
    struct column *c = column_new(&t_string);
    char text[20];

    for (size_t n = 0; n < sizeof(text); n++) {
        memset(text, 'a' + (int)n, sizeof(text));
        column_push_bytes(c, (struct bytes){(uint8_t *)text, n});
    }
    for (size_t n = 0; n < sizeof(text); n++) {
        struct value v = column_get(c, n);

        memset(text, 'a' + (int)n, sizeof(text));
        assert_int_equal(v.bytes.len, n);
        assert_memory_equal(v.bytes.data, text, n);
    }
    column_free(c);
}

static void splice_moves_rows_as_the_protocol_example(void **state)
{
    (void)state;
    struct column *c = build_column(&t_int, "0,1,2,3,4,5");

    splice(c, "5", "0", "100"); /* a row came in above */
    assert_column(c, "100,0,1,2,3,4");
    splice(c, "2", "5", "200"); /* row 2 was deleted, the next one came up */
    assert_column(c, "100,0,2,3,4,200");
    splice(c, "0-1,3", "1,4-5", "7,8,9");
    assert_column(c, "2,7,4,200,8,9");
    column_free(c);
}

static void splice_may_empty_and_refill(void **state)
{
    (void)state;
    struct column *c = build_column(&t_string, "a,bcdefghijk,c");

    splice(c, "0-2", "", "");
    assert_int_equal(column_length(c), 0);
    splice(c, "", "0-1", "longer than eight,z");
    assert_column(c, "longer than eight,z");
    splice(c, "0-1", "0-2", "1,a replacement,3");
    assert_column(c, "1,a replacement,3");
    column_free(c);
}

static void splice_without_data_adds_absent_slots(void **state)
{
    (void)state;
    struct column *c = build_column(&t_int, "1,2,3");

    splice(c, "1", "0,3", NULL);
    assert_column(c, "absent,1,3,absent");
    column_free(c);
}

static void splice_agrees_with_a_plain_array(void **state)
{
    (void)state;
    /* every removed set of 5 slots with every added set of the result's first 8 places */
    for (unsigned out = 0; out < 32; out++) {
        for (unsigned in = 0; in < 256; in++) {
            unsigned kept = 5 - (unsigned)__builtin_popcount(out);
            unsigned len = kept + (unsigned)__builtin_popcount(in);

            if (in >> len)
                continue;
            struct rowset *removed = rowset_new();
            struct rowset *added = rowset_new();
            struct column *c = build_column(&t_int, "0,1,2,3,4");
            struct column *data = column_new(&t_int);
            unsigned survivor = 0;
            int fresh = 100;

            for (unsigned i = 0; i < 8; i++) {
                if (out >> i & 1)
                    rowset_add(removed, i, i);
                if (in >> i & 1) {
                    rowset_add(added, i, i);
                    column_push_int(data, 100 + (int64_t)column_length(data));
                }
            }
            column_splice(c, removed, added, data);
            assert_int_equal(column_length(c), len);
            for (unsigned i = 0; i < len; i++) {
                if (in >> i & 1) {
                    assert_int_equal(column_get(c, i).i, fresh++);
                    continue;
                }
                while (out >> survivor & 1)
                    survivor++;
                assert_int_equal(column_get(c, i).i, survivor++);
            }
            rowset_free(removed);
            rowset_free(added);
            column_free(c);
            column_free(data);
        }
    }
}

static void replace_overwrites_in_order(void **state)
{
    (void)state;
    struct column *c = build_column(&t_string, "a,a long text to free,c,d");
    struct rowset *at = build_set("1,3");
    struct column *data = build_column(&t_string, "another long text,null");

    column_replace(c, at, data);
    assert_column(c, "a,another long text,c,null");
    assert_int_equal(column_length(data), 0);
    column_free(data);
    rowset_free(at);
    column_free(c);
}

static bool same(const struct type *t, const char *a, const char *b)
{
    struct column *x = build_column(t, a);
    struct column *y = build_column(t, b);
    struct value v = column_get(x, 0);
    struct value w = column_get(y, 0);
    bool equal = value_equal(&v, &w);

    if (t->kind != KIND_LIST) {
        assert_true(equal == (value_order(&v, &w) == 0));
        assert_true((value_order(&v, &w) < 0) == (value_order(&w, &v) > 0));
    }
    column_free(x);
    column_free(y);
    return equal;
}

static void equality_is_by_value(void **state)
{
    (void)state;
    assert_true(same(&t_int, "1", "1"));
    assert_false(same(&t_int, "1", "2"));
    assert_false(same(&t_int, "0", "null"));
    assert_false(same(&t_int, "null", "absent"));
    assert_true(same(&t_int, "null", "null"));
    assert_true(same(&t_double, "nan", "nan"));
    assert_false(same(&t_double, "nan", "1"));
    assert_false(same(&t_double, "0", "-0"));
    assert_true(same(&t_string, "a long enough text", "a long enough text"));
    assert_false(same(&t_string, "ab", "a"));
    assert_true(same(&t_list, "(1;null)", "(1;null)"));
    assert_false(same(&t_list, "(1;null)", "(1)"));
    assert_false(same(&t_list, "(1;2)", "(1;3)"));
}

static void memory_follows_what_is_held(void **state)
{
    (void)state;
    struct column *c = column_new(&t_string);
    uint8_t text[1000] = {0};

    for (size_t i = 0; i < 1000; i++)
        column_push_bytes(c, (struct bytes){text, sizeof(text)});
    assert_true(column_memory(c) > 1000 * 1000);
    splice(c, "10-999", "", NULL);
    assert_true(column_memory(c) < 20 * 1000);
    column_free(c);
}

static void memory_counts_what_lists_hold(void **state)
{
    (void)state;
    struct column *c = column_new(&t_list), *items = column_new(t_list.item);
    size_t empty;

    column_push_null(c);
    empty = column_memory(c);
    for (int64_t i = 0; i < 1000; i++)
        column_push_int(items, i);
    column_push_list(c, items);
    assert_true(column_memory(c) > empty + 1000 * sizeof(int64_t));
    column_free(c);
}

static void names_are_there_for_all_kinds(void **state)
{
    (void)state;
    for (int k = KIND_BYTE; k <= KIND_UNKNOWN; k++)
        assert_true(strlen(kind_name((enum kind)k)) > 0);
}

static int direction(const struct type *t, const char *was_is)
{
    struct column *c = build_column(t, was_is);
    struct value was = column_get(c, 0), is = column_get(c, 1);
    int d = value_direction(&was, &is);

    column_free(c);
    return d;
}

static int big_direction(enum kind kind, struct bytes was, struct bytes is)
{
    struct type *t = type_new(kind, NULL);
    struct column *c = column_new(t);

    column_push_bytes(c, was);
    column_push_bytes(c, is);
    struct value a = column_get(c, 0), b = column_get(c, 1);
    int d = value_direction(&a, &b);
    column_free(c);
    type_free(t);
    return d;
}

#define BYTES(...)                                                                         \
    ((struct bytes){(const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})})

static void numbers_have_a_direction(void **state)
{
    struct schema *s = build_schema("lds");

    (void)state;
    assert_int_equal(direction(s->columns[0].type, "1,2"), 1);
    assert_int_equal(direction(s->columns[0].type, "5,-9"), -1);
    assert_int_equal(direction(s->columns[0].type, "5,5"), 0);
    assert_int_equal(direction(s->columns[0].type, "null,5"), 0);
    assert_int_equal(direction(s->columns[1].type, "0.5,0.75"), 1);
    assert_int_equal(direction(s->columns[1].type, "0.5,-1"), -1);
    assert_int_equal(direction(s->columns[2].type, "a,b"), 0);
    schema_free(s);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, BYTES(0x7f), BYTES(0, 0x80)), 1);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, BYTES(0x01), BYTES(0xff, 0xfe)), -1);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, BYTES(0xfe), BYTES(0xff, 0xff)), 1);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, BYTES(0, 5), BYTES(5)), 0);
    assert_int_equal(
        big_direction(KIND_BIG_DECIMAL, BYTES(2, 0, 0, 0, 9), BYTES(2, 0, 0, 0, 8)), -1);
    assert_int_equal(big_direction(KIND_BIG_DECIMAL, BYTES(2, 0), BYTES(1)), 0);
}

/* The direction from one decimal to another, and back, which is the opposite. */
static int decimal_direction(struct bytes was, struct bytes is)
{
    int there = big_direction(KIND_BIG_DECIMAL, was, is);

    assert_int_equal(big_direction(KIND_BIG_DECIMAL, is, was), -there);
    return there;
}

/* A server drops the zeros at the end, so the scale changes with the value. */
static void decimals_of_different_scales_have_a_direction(void **state)
{
    struct bytes ten_one = BYTES(1, 0, 0, 0, 101), ten_quarter = BYTES(2, 0, 0, 0, 4, 1);
    struct bytes minus = BYTES(1, 0, 0, 0, 155), minus_more = BYTES(2, 0, 0, 0, 0xfb, 0xff);
    struct bytes one = BYTES(0, 0, 0, 0, 1), one_zero = BYTES(2, 0, 0, 0, 100);
    struct bytes zero = BYTES(0, 0, 0, 0, 0), zeros = BYTES(9, 0, 0, 0, 0, 0);

    (void)state;
    assert_int_equal(decimal_direction(ten_one, ten_quarter), 1);
    assert_int_equal(decimal_direction(minus, minus_more), -1); /* -10.1, -10.25 */
    assert_int_equal(decimal_direction(minus, ten_quarter), 1);
    assert_int_equal(decimal_direction(one, one_zero), 0);
    assert_int_equal(decimal_direction(zero, zeros), 0);
    assert_int_equal(decimal_direction(zero, one_zero), 1);
    assert_int_equal(decimal_direction(zeros, minus), -1);
    assert_int_equal(decimal_direction(BYTES(1, 0, 0, 0, 99), BYTES(0, 0, 0, 0, 10)), 1);
    assert_int_equal(decimal_direction(BYTES(1, 0, 0, 0, 100), BYTES(0, 0, 0, 0, 10)), 0);
    assert_int_equal(decimal_direction(BYTES(255, 255, 255, 255, 0xff), minus), -1);
}

/* 1E+1000000 is not written out, nor is 1E-2147483647. */
static void decimals_of_any_exponent_are_compared_at_the_cost_of_their_bytes(void **state)
{
    struct bytes vast = BYTES(0xc0, 0xbd, 0xf0, 0xff, 1), one = BYTES(0, 0, 0, 0, 1);
    struct bytes tiny = BYTES(0xff, 0xff, 0xff, 0x7f, 1);
    struct bytes vaster = BYTES(0, 0, 0, 0x80, 0x7f);
    struct bytes minus_vast = BYTES(0xc0, 0xbd, 0xf0, 0xff, 0xff);

    (void)state;
    assert_int_equal(decimal_direction(one, vast), 1);
    assert_int_equal(decimal_direction(tiny, one), 1);
    assert_int_equal(decimal_direction(tiny, vaster), 1);
    assert_int_equal(decimal_direction(vast, vaster), 1);
    assert_int_equal(decimal_direction(tiny, minus_vast), -1);
    assert_int_equal(decimal_direction(one, minus_vast), -1);
}

/* 2 to a power near the limit of what is computed, beside the same tenfold: their lengths
 * leave open which is more. Above the limit only lengths and equal scales are looked at. */
static void long_decimals_are_compared_whole_up_to_the_limit(void **state)
{
    static uint8_t a[4 + BIGNUM_MAX + 1] = {1}, b[4 + BIGNUM_MAX + 1] = {0};
    size_t whole = 4 + BIGNUM_MAX, digits = 4 + BIGNUM_MAX - 1;

    (void)state;
    a[4] = 0x0a;      /* 10 * 256^n */
    b[4] = 0x01;      /* 1 * 256^n */
    b[whole - 1] = 1; /* and one more */
    assert_int_equal(decimal_direction((struct bytes){a, whole}, (struct bytes){b, whole}),
                     1);
    b[whole - 1] = 0;
    assert_int_equal(decimal_direction((struct bytes){a, whole}, (struct bytes){b, whole}),
                     0);
    b[whole] = 1;
    assert_int_equal(
        decimal_direction((struct bytes){a, whole + 1}, (struct bytes){b, whole + 1}), 0);
    assert_int_equal(
        decimal_direction((struct bytes){a, digits}, (struct bytes){b, whole + 1}), 1);
}

static void floats_at_their_limits_have_a_direction(void **state)
{
    struct type type = {.kind = KIND_DOUBLE};
    struct value low = {.state = VALUE_SET, .type = &type, .d = -(double)INFINITY};
    struct value high = low, nan = low, zero = low, minus_zero = low;

    (void)state;
    high.d = (double)INFINITY;
    nan.d = (double)NAN;
    zero.d = 0.0;
    minus_zero.d = -0.0;
    assert_int_equal(value_direction(&low, &high), 1);
    assert_int_equal(value_direction(&high, &zero), -1);
    assert_int_equal(value_direction(&minus_zero, &zero), 0);
    assert_int_equal(value_direction(&nan, &high), 0);
    assert_int_equal(value_direction(&high, &nan), 0);
}

/* A clock that only goes up, or a flag, is a change and no more. */
static void what_is_no_number_has_no_direction(void **state)
{
    static const enum kind kinds[] = {KIND_CHAR, KIND_BOOL,   KIND_INSTANT, KIND_DATE,
                                      KIND_TIME, KIND_PERIOD, KIND_DURATION};

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct type type = {.kind = kinds[i]};
        struct value a = {.state = VALUE_SET, .type = &type, .i = 0}, b = a;

        b.i = 1;
        assert_false(value_equal(&a, &b));
        assert_int_equal(value_direction(&a, &b), 0);
    }
}

/* Lengths that a server should never send: none, and a scale without digits. */
static void big_numbers_of_odd_lengths_have_a_direction(void **state)
{
    (void)state;
    assert_int_equal(big_direction(KIND_BIG_INTEGER, (struct bytes){0}, BYTES(1)), 1);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, BYTES(0xff), (struct bytes){0}), 1);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, (struct bytes){0}, BYTES(0xff)), -1);
    assert_int_equal(big_direction(KIND_BIG_INTEGER, BYTES(0x80), BYTES(1)), 1);
    assert_int_equal(big_direction(KIND_BIG_DECIMAL, BYTES(2, 0, 0, 0, 1), BYTES(2)), 0);
    assert_int_equal(
        big_direction(KIND_BIG_DECIMAL, BYTES(0, 0, 0, 0), BYTES(0, 0, 0, 0, 1)), 1);
}

static void values_of_different_types_are_not_compared(void **state)
{
    struct type number = {.kind = KIND_LONG}, date = {.kind = KIND_DATE};
    struct value a = {.state = VALUE_SET, .type = &number, .i = 1};
    struct value b = {.state = VALUE_SET, .type = &date, .i = 2};

    (void)state;
    assert_int_equal(value_direction(&a, &b), 0);
    b.i = 1;
    assert_false(value_equal(&a, &b));
}

static void nan_equals_nan_and_zeros_have_a_sign(void **state)
{
    struct type type = {.kind = KIND_DOUBLE};
    struct value a = {.state = VALUE_SET, .type = &type, .d = (double)NAN}, b = a;

    (void)state;
    assert_true(value_equal(&a, &b));
    b.d = 1;
    assert_false(value_equal(&a, &b));
    assert_false(value_equal(&b, &a));
    a.d = 0.0;
    b.d = -0.0;
    assert_false(value_equal(&a, &b));
}

/* Many columns have the same type; lists own what is below them. */
static void plain_types_are_one_for_each_kind(void **state)
{
    struct type *a = type_new(KIND_LONG, NULL), *b = type_new(KIND_LIST, a);
    struct type *c = type_new(KIND_LIST, type_new(KIND_LIST, type_new(KIND_DATE, NULL)));

    (void)state;
    assert_ptr_equal(type_new(KIND_LONG, NULL), a);
    assert_ptr_not_equal(type_new(KIND_INT, NULL), a);
    type_free(a);
    type_free(b);
    assert_int_equal(a->kind, KIND_LONG); /* others may still have it */
    assert_int_equal(c->item->item->kind, KIND_DATE);
    type_free(c);
    type_free(NULL);
}

static void a_copy_owns_its_values(void **state)
{
    struct schema *s = build_schema("sI");

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct column *c =
            build_column(s->columns[i].type, i ? "(1;2),null,absent,()"
                                               : "short,null,a much longer text,absent");
        struct column *copy = column_copy(c, NULL);
        char *want = text_of_column(c), *got;

        column_free(c);
        got = text_of_column(copy);
        assert_string_equal(got, want);
        free(want);
        free(got);
        column_free(copy);
    }
    schema_free(s);
}

static void a_change_has_the_direction_of_its_values(void **state)
{
    static const struct type types[] = {{.kind = KIND_LONG}, {.kind = KIND_DOUBLE}};
    static const int numbers[] = {5, 5, 7, 3};
    static const int directions[] = {0, 0, 1, -1};

    (void)state;
    for (size_t t = 0; t < 2; t++) {
        struct column *c = column_new(&types[t]);
        int direction = 9;

        for (size_t i = 0; i < 4; i++) {
            if (t == 0)
                column_push_int(c, numbers[i]);
            else
                column_push_double(c, numbers[i]);
        }
        column_push_null(c);
        column_push_absent(c, 1);
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(column_changes(c, 0, c, i, &direction), directions[i] != 0);
            if (directions[i] != 0)
                assert_int_equal(direction, directions[i]);
        }
        assert_true(column_changes(c, 0, c, 4, &direction));
        assert_int_equal(direction, 0);
        assert_false(column_changes(c, 4, c, 4, &direction));
        assert_false(column_changes(c, 5, c, 0, &direction));
        assert_false(column_changes(c, 6, c, 0, &direction));
        column_free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_absent_null_or_set),
        cmocka_unit_test(text_of_any_length_is_kept),
        cmocka_unit_test(splice_moves_rows_as_the_protocol_example),
        cmocka_unit_test(splice_may_empty_and_refill),
        cmocka_unit_test(splice_without_data_adds_absent_slots),
        cmocka_unit_test(splice_agrees_with_a_plain_array),
        cmocka_unit_test(replace_overwrites_in_order),
        cmocka_unit_test(equality_is_by_value),
        cmocka_unit_test(memory_follows_what_is_held),
        cmocka_unit_test(memory_counts_what_lists_hold),
        cmocka_unit_test(names_are_there_for_all_kinds),
        cmocka_unit_test(numbers_have_a_direction),
        cmocka_unit_test(decimals_of_different_scales_have_a_direction),
        cmocka_unit_test(decimals_of_any_exponent_are_compared_at_the_cost_of_their_bytes),
        cmocka_unit_test(long_decimals_are_compared_whole_up_to_the_limit),
        cmocka_unit_test(floats_at_their_limits_have_a_direction),
        cmocka_unit_test(what_is_no_number_has_no_direction),
        cmocka_unit_test(big_numbers_of_odd_lengths_have_a_direction),
        cmocka_unit_test(values_of_different_types_are_not_compared),
        cmocka_unit_test(nan_equals_nan_and_zeros_have_a_sign),
        cmocka_unit_test(plain_types_are_one_for_each_kind),
        cmocka_unit_test(a_copy_owns_its_values),
        cmocka_unit_test(a_change_has_the_direction_of_its_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
