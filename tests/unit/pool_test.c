/* The pool of texts: what it gives back is a copy, ends, stays where it is, and repeats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/pool.h"

static void texts_are_ended_copies_of_their_own_length(void **state)
{
    struct pool p;
    char source[] = "PriceSize";

    (void)state;
    pool_init(&p);
    const char *a = pool_copy(&p, (struct bytes){(const uint8_t *)source, 5});
    const char *b = pool_copy(&p, bytes_of(source + 5));
    memset(source, 'x', sizeof(source) - 1);
    assert_string_equal(a, "Price");
    assert_string_equal(b, "Size");
    pool_release(&p);
}

static void a_text_ends_at_its_first_zero_byte(void **state)
{
    struct pool p;

    (void)state;
    pool_init(&p);
    assert_string_equal(pool_copy(&p, (struct bytes){(const uint8_t *)"a\0b", 3}), "a");
    assert_string_equal(pool_share(&p, (struct bytes){(const uint8_t *)"a\0b", 3}), "a");
    assert_string_equal(pool_copy(&p, (struct bytes){NULL, 0}), "");
    assert_string_equal(pool_share(&p, (struct bytes){NULL, 0}), "");
    pool_release(&p);
}

/* Lengths around that of a block too; nothing moves and nothing overlaps. */
static void texts_of_any_length_stay_where_they_are(void **state)
{
    enum { N = 300 };
    const char *got[N];
    size_t len[N];
    struct pool p;

    (void)state;
    pool_init(&p);
    for (size_t i = 0; i < N; i++) {
        len[i] = i % 100 < 90 ? i : 3990 + i % 100 - 90;
        if (i == 150)
            len[i] = 100000;
        char *text = mem_calloc(len[i] + 1, 1);
        memset(text, (int)('a' + i % 26), len[i]);
        got[i] = pool_copy(&p, bytes_of(text));
        free(text);
    }
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(strlen(got[i]), len[i]);
        for (size_t k = 0; k < len[i]; k++)
            assert_int_equal(got[i][k], 'a' + i % 26);
    }
    pool_release(&p);
}

static void shared_texts_that_repeat_are_one(void **state)
{
    struct pool p;

    (void)state;
    pool_init(&p);
    const char *a = pool_share(&p, bytes_of("long"));
    const char *b = pool_share(&p, bytes_of("double"));
    const char *c = pool_share(&p, bytes_of("lon"));
    assert_ptr_equal(pool_share(&p, bytes_of("long")), a);
    assert_ptr_equal(pool_share(&p, bytes_of("double")), b);
    assert_ptr_equal(pool_share(&p, bytes_of("lon")), c);
    assert_ptr_not_equal(a, c);
    assert_ptr_not_equal(pool_copy(&p, bytes_of("long")), a);
    pool_release(&p);
}

static void the_oldest_shared_text_is_forgotten_first(void **state)
{
    struct pool p;
    const char *texts[POOL_RECENT + 1];

    (void)state;
    pool_init(&p);
    for (int i = 0; i <= POOL_RECENT; i++) {
        char text[16];

        (void)snprintf(text, sizeof(text), "%d", i);
        texts[i] = pool_share(&p, bytes_of(text));
    }
    assert_ptr_equal(pool_share(&p, bytes_of("1")), texts[1]);
    assert_ptr_not_equal(pool_share(&p, bytes_of("0")), texts[0]);
    assert_string_equal(texts[0], "0"); /* forgotten, not freed */
    pool_release(&p);
}

static void a_released_pool_can_be_filled_again(void **state)
{
    struct pool p;

    (void)state;
    pool_init(&p);
    (void)pool_share(&p, bytes_of("first"));
    pool_release(&p);
    assert_string_equal(pool_share(&p, bytes_of("first")), "first");
    pool_release(&p);
    pool_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_ended_copies_of_their_own_length),
        cmocka_unit_test(a_text_ends_at_its_first_zero_byte),
        cmocka_unit_test(texts_of_any_length_stay_where_they_are),
        cmocka_unit_test(shared_texts_that_repeat_are_one),
        cmocka_unit_test(the_oldest_shared_text_is_forgotten_first),
        cmocka_unit_test(a_released_pool_can_be_filled_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
