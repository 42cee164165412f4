#include "model/shift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/rowset_text.h"

#define MAX INT64_MAX

static struct shift *shift_of(const struct shift_move *moves, size_t n)
{
    struct shift *s = shift_new();

    for (size_t i = 0; i < n; i++) {
        enum err_code rc =
            shift_add(s, moves[i].first, moves[i].last, moves[i].delta, NULL);

        assert_int_equal(rc, ERR_OK);
    }
    return s;
}

/* One set under up to three moves; a NULL result stands for ERR_PROTO. */
struct apply_case {
    const char *before;
    struct shift_move moves[3];
    size_t n;
    const char *after;
};

static void check_apply(const struct apply_case *c)
{
    struct shift *s = shift_of(c->moves, c->n);
    struct rowset *rs = rowset_parse(c->before), *out = NULL;
    struct err e = {0};
    enum err_code rc = shift_apply(s, rs, &out, &e);

    assert_int_equal(rc, c->after ? ERR_OK : ERR_PROTO);
    if (c->after) {
        assert_rowset(out, c->after);
    } else {
        assert_null(out);
        assert_int_equal(e.code, ERR_PROTO);
    }
    assert_rowset(rs, c->before);
    shift_free(s);
    rowset_free(rs);
    rowset_free(out);
}

static void moves_take_their_keys_along(void **state)
{
    static const struct apply_case cases[] = {
        {"0-9", {{0}}, 0, "0-9"},
        {"", {{0, 9, 5}}, 1, ""},
        {"0-9", {{0, 9, 5}}, 1, "5-14"},
        {"0-9", {{5, 9, 5}}, 1, "0-4,10-14"},
        {"0-9", {{10, 19, 5}}, 1, "0-9"},
        {"10-19", {{5, 12, -5}}, 1, "5-7,13-19"},
        {"0-4,10-14", {{10, 14, -5}}, 1, "0-9"},
        {"0-4,10,12,14", {{8, 14, -3}}, 1, "0-4,7,9,11"},
        {"100-199,300-399", {{100, 199, 5}, {300, 399, -10}}, 2, "105-204,290-389"},
        {"0,10,20,30", {{10, 12, 2}, {18, 22, -3}}, 2, "0,12,17,30"},
        {"0-2,4-6,8", {{1, 4, 0}}, 1, "0-2,4-6,8"},
        {"0-29", {{10, 19, 0}, {20, 29, 7}}, 2, "0-19,27-36"},
        {"5", {{5, 5, MAX - 5}}, 1, "9223372036854775807"},
        {"9223372036854775807", {{MAX, MAX, -MAX}}, 1, "0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_apply(&cases[i]);
}

static void keys_that_stay_are_never_passed(void **state)
{
    static const struct apply_case cases[] = {
        {"0-9,12", {{0, 9, 3}}, 1, NULL},     /* lands on 12 */
        {"0-9,12", {{0, 9, 20}}, 1, NULL},    /* passes over 12 */
        {"5,10-12", {{10, 12, -5}}, 1, NULL}, /* lands on 5 */
        {"5,10-12", {{10, 12, -8}}, 1, NULL}, /* passes over 5 */
        {"0-9", {{0, 4, 5}}, 1, NULL},        /* onto the rest of its own range */
        {"0-9", {{5, 9, -1}}, 1, NULL},       /* likewise, downwards */
        {"0-4,12", {{0, 9, 7}}, 1, "7-12"},   /* the range would, but its keys do not */
        {"5-9,12", {{0, 9, 3}}, 1, NULL},     /* 9 does */
        {"0,3,9", {{0, 0, 1}, {3, 3, 2}}, 2, "1,5,9"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        check_apply(&cases[i]);
}

static void a_bad_move_is_refused_and_leaves_no_trace(void **state)
{
    static const struct shift_move bad[] = {
        {-1, 5, 1},        {9, 8, 1},    {20, 29, -21},       {20, 29, MAX - 28},
        {20, MAX, 1},      {19, 25, 30}, {10, 19, 5},         {0, 5, 0},
        {20, 29, -1},      {25, 29, -6}, {20, 29, INT64_MIN}, {INT64_MIN, 5, 1},
        {20, INT64_MIN, 1}};
    static const struct shift_move good = {10, 19, 0};
    struct shift *s = shift_of(&good, 1);
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err e = {0};
        const struct shift_move *moves;

        assert_int_equal(shift_add(s, bad[i].first, bad[i].last, bad[i].delta, &e),
                         ERR_PROTO);
        assert_true(e.msg[0] != '\0');
        moves = shift_moves(s, &n);
        assert_int_equal(n, 1);
        assert_true(moves[0].first == 10 && moves[0].last == 19 && moves[0].delta == 0);
    }
    assert_int_equal(shift_add(s, 20, 29, MAX - 29, NULL), ERR_OK);
    shift_free(s);
}

static void no_shift_is_an_empty_one(void **state)
{
    struct shift *s = shift_new();
    struct rowset *rs = rowset_parse("1,3"), *out = NULL;
    size_t n = 7;

    (void)state;
    assert_true(shift_empty(NULL));
    assert_true(shift_empty(s));
    (void)shift_moves(s, &n);
    assert_int_equal(n, 0);
    assert_int_equal(shift_apply(NULL, rs, &out, NULL), ERR_OK);
    assert_rowset(out, "1,3");
    rowset_free(out);
    assert_int_equal(shift_add(s, 3, 3, 1, NULL), ERR_OK);
    assert_false(shift_empty(s));
    shift_free(s);
    shift_free(NULL);
    rowset_free(rs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_take_their_keys_along),
        cmocka_unit_test(keys_that_stay_are_never_passed),
        cmocka_unit_test(a_bad_move_is_refused_and_leaves_no_trace),
        cmocka_unit_test(no_shift_is_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
