#include "model/rowset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/rowset_text.h"

/* One change of one set: what is there, the range added or removed, what comes out. */
struct change {
    const char *before;
    int64_t first, last;
    const char *after;
};

static void run_changes(const struct change *c, size_t n,
                        void (*change)(struct rowset *, int64_t, int64_t))
{
    for (size_t i = 0; i < n; i++) {
        struct rowset *rs = rowset_parse(c[i].before);

        change(rs, c[i].first, c[i].last);
        assert_rowset(rs, c[i].after);
        rowset_free(rs);
    }
}

#define MAX INT64_MAX
#define MAX_TEXT "9223372036854775807"

static void adding_merges_what_touches(void **state)
{
    static const struct change cases[] = {
        {"", 5, 5, "5"},
        {"", 0, MAX, "0-" MAX_TEXT},
        {"5", 7, 9, "5,7-9"},
        {"5", 6, 9, "5-9"},
        {"5-9", 2, 4, "2-9"},
        {"5-9", 2, 3, "2-3,5-9"},
        {"5-9", 0, 0, "0,5-9"},
        {"1-3", 0, 0, "0-3"},
        {"5-9", 6, 7, "5-9"},
        {"5-9", 5, 9, "5-9"},
        {"5-9", 8, 12, "5-12"},
        {"5-9", 3, 12, "3-12"},
        {"1,3,5,7,9", 3, 7, "1,3-7,9"},
        {"1,3,5,7,9", 2, 8, "1-9"},
        {"1,4,9,20", 5, 8, "1,4-9,20"},
        {"1,4,9,20", 6, 7, "1,4,6-7,9,20"},
        {"1,4,9,20", 0, 100, "0-100"},
        {"1,4", MAX, MAX, "1,4," MAX_TEXT},
        {"1,9223372036854775806", MAX, MAX, "1,9223372036854775806-" MAX_TEXT},
        {"1," MAX_TEXT, MAX - 1, MAX, "1,9223372036854775806-" MAX_TEXT},
        {"1," MAX_TEXT, 3, MAX - 1, "1,3-" MAX_TEXT},
    };

    (void)state;
    run_changes(cases, sizeof(cases) / sizeof(cases[0]), rowset_add);
}

static void removing_cuts_and_splits(void **state)
{
    static const struct change cases[] = {
        {"", 5, 5, ""},
        {"5", 5, 5, ""},
        {"5", 6, 9, "5"},
        {"5", 0, 4, "5"},
        {"5-9", 0, 5, "6-9"},
        {"5-9", 9, 20, "5-8"},
        {"5-9", 7, 7, "5-6,8-9"},
        {"5-9,20-29,40", 8, 21, "5-7,22-29,40"},
        {"5-9,20-29,40", 10, 30, "5-9,40"},
        {"5-9,20-29,40", 0, 1000, ""},
        {"0-" MAX_TEXT, 0, MAX, ""},
        {"0-" MAX_TEXT, 1, MAX - 1, "0," MAX_TEXT},
        {"0-" MAX_TEXT, MAX, MAX, "0-9223372036854775806"},
        {"0-" MAX_TEXT, 0, 0, "1-" MAX_TEXT},
    };

    (void)state;
    run_changes(cases, sizeof(cases) / sizeof(cases[0]), rowset_remove);
}

static void a_new_range_may_be_empty(void **state)
{
    struct rowset *some = rowset_new_range(3, 7), *none = rowset_new_range(0, -1);

    (void)state;
    assert_rowset(some, "3-7");
    assert_rowset(none, "");
    assert_true(rowset_empty(none));
    assert_false(rowset_empty(some));
    rowset_clear(some);
    assert_rowset(some, "");
    rowset_add(some, 1, 1);
    assert_rowset(some, "1");
    rowset_free(some);
    rowset_free(none);
    rowset_free(NULL);
}

static void a_copy_is_independent(void **state)
{
    struct rowset *rs = rowset_parse("0-9,20"), *copy = rowset_copy(rs);

    (void)state;
    rowset_remove(rs, 0, 4);
    assert_rowset(copy, "0-9,20");
    assert_rowset(rs, "5-9,20");
    assert_null(rowset_copy(NULL));
    rowset_free(rs);
    rowset_free(copy);
}

static void positions_and_keys_answer_each_other(void **state)
{
    struct rowset *rs = rowset_parse("5-9,20,30-31");

    (void)state;
    assert_int_equal(rowset_count(rs), 8);
    assert_int_equal(rowset_first(rs), 5);
    assert_int_equal(rowset_last(rs), 31);
    assert_int_equal(rowset_key_at(rs, 0), 5);
    assert_int_equal(rowset_key_at(rs, 4), 9);
    assert_int_equal(rowset_key_at(rs, 5), 20);
    assert_int_equal(rowset_key_at(rs, 7), 31);
    assert_int_equal(rowset_key_at(rs, 8), -1);
    assert_int_equal(rowset_key_at(rs, UINT64_MAX), -1);
    assert_int_equal(rowset_find(rs, 20), 5);
    assert_int_equal(rowset_find(rs, 21), -1);
    assert_int_equal(rowset_find(rs, 4), -1);
    assert_int_equal(rowset_find(rs, MAX), -1);
    assert_int_equal(rowset_rank(rs, 0), 0);
    assert_int_equal(rowset_rank(rs, 7), 2);
    assert_int_equal(rowset_rank(rs, 15), 5);
    assert_int_equal(rowset_rank(rs, 31), 7);
    assert_int_equal(rowset_rank(rs, MAX), 8);
    assert_true(rowset_has(rs, 20) && rowset_has(rs, 5) && rowset_has(rs, 31));
    assert_false(rowset_has(rs, 19) || rowset_has(rs, 32) || rowset_has(rs, -1));
    rowset_free(rs);
}

static void an_empty_set_answers_with_nothing(void **state)
{
    struct rowset *rs = rowset_new();
    struct rowset_iter it = rowset_iter(rs);
    int64_t key;
    size_t n;

    (void)state;
    assert_int_equal(rowset_count(rs), 0);
    assert_int_equal(rowset_first(rs), -1);
    assert_int_equal(rowset_last(rs), -1);
    assert_int_equal(rowset_key_at(rs, 0), -1);
    assert_int_equal(rowset_find(rs, 0), -1);
    assert_int_equal(rowset_rank(rs, 17), 0);
    assert_false(rowset_next(&it, &key));
    (void)rowset_ranges(rs, &n);
    assert_int_equal(n, 0);
    rowset_free(rs);
}

static void the_set_of_all_keys_is_counted_right(void **state)
{
    struct rowset *all = rowset_new_range(0, MAX), *some = rowset_parse("0-4,7-" MAX_TEXT);
    struct rowset *part = rowset_positions_of(all, some), *keys = rowset_keys_at(some, all);

    (void)state;
    assert_true(rowset_count(all) == (uint64_t)1 << 63);
    assert_true(rowset_key_at(all, (uint64_t)MAX) == MAX);
    assert_int_equal(rowset_key_at(all, (uint64_t)1 << 63), -1);
    assert_true(rowset_find(all, MAX) == MAX);
    assert_true(rowset_rank(all, MAX) == (uint64_t)MAX);
    assert_true(rowset_find(some, MAX) == MAX - 2);
    assert_true(rowset_contains(all, some) && !rowset_contains(some, all));
    assert_rowset(part, "0-4,7-" MAX_TEXT);
    assert_rowset(keys, "0-4,7-" MAX_TEXT);
    rowset_free(all);
    rowset_free(some);
    rowset_free(part);
    rowset_free(keys);
}

/* Two sets and everything that is said of them together. */
struct pair {
    const char *a, *b;
    const char *unite, *intersect, *a_less_b, *b_less_a;
};

static void check_pair(const struct pair *p)
{
    struct rowset *a = rowset_parse(p->a), *b = rowset_parse(p->b);
    struct rowset *result[] = {rowset_union(a, b),     rowset_union(b, a),
                               rowset_intersect(a, b), rowset_intersect(b, a),
                               rowset_subtract(a, b),  rowset_subtract(b, a)};
    const char *expected[] = {p->unite,     p->unite,    p->intersect,
                              p->intersect, p->a_less_b, p->b_less_a};

    for (size_t i = 0; i < 6; i++) {
        assert_rowset(result[i], expected[i]);
        rowset_free(result[i]);
    }
    assert_int_equal(rowset_contains(a, b), *p->b_less_a == '\0');
    assert_int_equal(rowset_contains(b, a), *p->a_less_b == '\0');
    assert_int_equal(rowset_equal(a, b), *p->a_less_b == '\0' && *p->b_less_a == '\0');
    rowset_free(a);
    rowset_free(b);
}

static void two_sets_combine(void **state)
{
    static const struct pair pairs[] = {
        {"", "", "", "", "", ""},
        {"1-3", "", "1-3", "", "1-3", ""},
        {"1-3", "1-3", "1-3", "1-3", "", ""},
        {"1-3", "4-6", "1-6", "", "1-3", "4-6"},
        {"1-3", "5-6", "1-3,5-6", "", "1-3", "5-6"},
        {"1-5", "3-8", "1-8", "3-5", "1-2", "6-8"},
        {"0-9", "2,4-5,9", "0-9", "2,4-5,9", "0-1,3,6-8", ""},
        {"0-9,20-29", "5-24", "0-29", "5-9,20-24", "0-4,25-29", "10-19"},
        {"0,2,4,6", "1,3,5,7", "0-7", "", "0,2,4,6", "1,3,5,7"},
        {"0-100", "10-20,30-200", "0-200", "10-20,30-100", "0-9,21-29", "101-200"},
        {"0-" MAX_TEXT, MAX_TEXT, "0-" MAX_TEXT, MAX_TEXT, "0-9223372036854775806", ""},
        {"0-5," MAX_TEXT, "3-" MAX_TEXT, "0-" MAX_TEXT, "3-5," MAX_TEXT, "0-2",
         "6-9223372036854775806"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        check_pair(&pairs[i]);
}

static void positions_of_leaves_out_other_keys(void **state)
{
    struct rowset *rs = rowset_parse("5-9,20,30-31"),
                  *part = rowset_parse("0-6,9-25,31-40");
    struct rowset *positions = rowset_positions_of(rs, part);

    (void)state;
    assert_rowset(positions, "0-1,4-5,7");
    rowset_free(rs);
    rowset_free(part);
    rowset_free(positions);
}

static void keys_at_leaves_out_positions_past_the_end(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"0", "5"},
        {"0-100", "5-9,20,30-31"},
        {"1,3-6", "6,8-9,20,30"},
        {"4-5,7", "9,20,31"},
        {"7-100,200", "31"},
        {"8-100", ""},
    };
    struct rowset *rs = rowset_parse("5-9,20,30-31");

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rowset *positions = rowset_parse(cases[i][0]);
        struct rowset *keys = rowset_keys_at(rs, positions);

        assert_rowset(keys, cases[i][1]);
        rowset_free(positions);
        rowset_free(keys);
    }
    rowset_free(rs);
}

static void walking_meets_every_key_in_order(void **state)
{
    static const int64_t expected[] = {0, 1, 2, 7, MAX - 1, MAX};
    struct rowset *rs = rowset_parse("0-2,7,9223372036854775806-" MAX_TEXT);
    struct rowset_iter it = rowset_iter(rs);
    int64_t key = -1;

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        assert_true(rowset_next(&it, &key));
        assert_true(key == expected[i]);
    }
    assert_false(rowset_next(&it, &key));
    assert_false(rowset_next(&it, &key));
    rowset_free(rs);
}

/* 300,000 ranges: anything that costs the number of ranges per call would not come to an
 * end within the time of a test. */
static void many_ranges_stay_quick(void **state)
{
    const int64_t n = 300000;
    struct rowset *rs = rowset_new(), *odd = rowset_new();

    (void)state;
    for (int64_t i = 0; i < n; i++) {
        rowset_add(rs, i * 10, i * 10 + 3);
        rowset_add(odd, i * 10 + 1, i * 10 + 1);
    }
    for (int64_t i = 0; i < n; i++) {
        assert_true(rowset_key_at(rs, (uint64_t)i * 4 + 2) == i * 10 + 2);
        assert_true(rowset_find(rs, i * 10 + 3) == i * 4 + 3);
        assert_true(rowset_rank(rs, i * 10 + 9) == (uint64_t)i * 4 + 4);
    }
    assert_true(rowset_contains(rs, odd));
    rowset_check(rs);
    assert_int_equal(rowset_count(rs), 4 * n);
    rowset_free(rs);
    rowset_free(odd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_merges_what_touches),
        cmocka_unit_test(removing_cuts_and_splits),
        cmocka_unit_test(a_new_range_may_be_empty),
        cmocka_unit_test(a_copy_is_independent),
        cmocka_unit_test(positions_and_keys_answer_each_other),
        cmocka_unit_test(an_empty_set_answers_with_nothing),
        cmocka_unit_test(the_set_of_all_keys_is_counted_right),
        cmocka_unit_test(two_sets_combine),
        cmocka_unit_test(positions_of_leaves_out_other_keys),
        cmocka_unit_test(keys_at_leaves_out_positions_past_the_end),
        cmocka_unit_test(walking_meets_every_key_in_order),
        cmocka_unit_test(many_ranges_stay_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
