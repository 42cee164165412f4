#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/fuzzy.h"

static void expect_better(const char *letters, const char *better, const char *worse)
{
    int a = fuzzy_score(better, letters), b = fuzzy_score(worse, letters);

    if (b < 0 || a <= b)
        fail_msg("\"%s\": %s has %d, %s has %d", letters, better, a, worse, b);
}

static void letters_must_be_there_in_their_order(void **state)
{
    (void)state;
    assert_true(fuzzy_score("trades", "tds") >= 0);
    assert_true(fuzzy_score("trades", "TRADES") >= 0);
    assert_int_equal(fuzzy_score("trades", "dt"), FUZZY_NONE);
    assert_int_equal(fuzzy_score("trades", "tt"), FUZZY_NONE);
    assert_int_equal(fuzzy_score("trades", "tradesx"), FUZZY_NONE);
    assert_int_equal(fuzzy_score("", "a"), FUZZY_NONE);
}

static void nothing_typed_fits_every_name_equally(void **state)
{
    (void)state;
    assert_int_equal(fuzzy_score("", ""), 0);
    assert_int_equal(fuzzy_score("trades", ""), fuzzy_score("a_long_name", ""));
}

static void the_likely_name_comes_first(void **state)
{
    (void)state;
    expect_better("tr", "trades", "trades_of_yesterday"); /* little else */
    expect_better("tr", "trades", "all_trades");          /* the beginning */
    expect_better("tr", "all_trades", "control");         /* a word */
    expect_better("tr", "control", "tear");               /* together, not apart */
    expect_better("pd", "price_daily", "updated_prd");    /* beginnings of words */
    expect_better("pd", "PriceDaily", "prepaid");
    expect_better("book", "order_book", "b_o_o_ks");
}

/* A greedy match would take the first "a" and lose the word. */
static void the_best_place_of_several_counts(void **state)
{
    (void)state;
    assert_true(fuzzy_score("xaxxx_abc", "abc") > fuzzy_score("xaxxx_axbxc", "abc"));
}

static void any_bytes_and_any_length_are_taken(void **state)
{
    char name[4 * FUZZY_NAME_MAX], letters[8 * FUZZY_NAME_MAX];

    (void)state;
    assert_true(fuzzy_score("Größe", "öß") >= 0);
    assert_true(fuzzy_score("GRÖSSE", "gö") >= 0);
    assert_true(fuzzy_score("a\xff\xfe z", "\xff") >= 0);
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    memset(letters, 'a', sizeof(letters) - 1);
    letters[sizeof(letters) - 1] = '\0';
    assert_true(fuzzy_score(name, "aaa") >= 0);
    assert_int_equal(fuzzy_score(name, letters), FUZZY_NONE);
    letters[FUZZY_NAME_MAX] = '\0';
    assert_true(fuzzy_score(name, letters) >= 0);
    letters[FUZZY_NAME_MAX] = 'a';
    letters[FUZZY_NAME_MAX + 1] = '\0';
    assert_int_equal(fuzzy_score(name, letters), FUZZY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_must_be_there_in_their_order),
        cmocka_unit_test(nothing_typed_fits_every_name_equally),
        cmocka_unit_test(the_likely_name_comes_first),
        cmocka_unit_test(the_best_place_of_several_counts),
        cmocka_unit_test(any_bytes_and_any_length_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
