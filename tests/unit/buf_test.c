#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

#define WIPES_MAX 16

/* What the code under test wiped, in order: both names stand in for libc's. */
static struct {
    void *data;
    size_t n;
} wipes[WIPES_MAX];
static size_t n_wipes;

void __explicit_bzero_chk(void *data, size_t n, size_t room);

void explicit_bzero(void *data, size_t n)
{
    memset(data, 0, n);
    if (n_wipes < WIPES_MAX) {
        wipes[n_wipes].data = data;
        wipes[n_wipes].n = n;
    }
    n_wipes++;
}

void __explicit_bzero_chk(void *data, size_t n, size_t room)
{
    (void)room;
    explicit_bzero(data, n);
}

static void memory_that_held_a_secret_is_wiped_before_it_goes(void **state)
{
    struct buf b;
    void *was;
    size_t cap;

    (void)state;
    n_wipes = 0;
    buf_init_secret(&b, 1000);
    for (size_t i = 0; i < 300; i++) {
        uint8_t byte = (uint8_t)i;
        size_t before = n_wipes;

        was = b.data;
        cap = b.cap;
        assert_int_equal(buf_append(&b, &byte, 1, NULL), ERR_OK);
        if (was && b.data != was) {
            assert_int_equal(n_wipes, before + 1);
            assert_ptr_equal(wipes[before].data, was);
            assert_int_equal(wipes[before].n, cap);
        }
    }
    assert_true(n_wipes > 1);
    for (size_t i = 0; i < b.len; i++)
        assert_int_equal(b.data[i], (uint8_t)i);
    was = b.data;
    cap = b.cap;
    buf_release(&b);
    assert_ptr_equal(wipes[n_wipes - 1].data, was);
    assert_int_equal(wipes[n_wipes - 1].n, cap);
    buf_release(&b); /* nothing is left to be wiped */
}

static void a_secret_keeps_to_its_maximum(void **state)
{
    struct buf b;
    struct err e;

    (void)state;
    buf_init_secret(&b, 5);
    assert_int_equal(buf_append(&b, "12345", 5, &e), ERR_OK);
    assert_int_equal(buf_append(&b, "6", 1, &e), ERR_LIMIT);
    assert_true(bytes_equal(buf_bytes(&b), bytes_of("12345")));
    buf_release(&b);
    assert_int_equal(buf_append(&b, "123456", 6, &e), ERR_LIMIT);
    assert_int_equal(buf_append(&b, "ab", 2, &e), ERR_OK); /* still a secret's */
    n_wipes = 0;
    buf_release(&b);
    assert_int_equal(n_wipes, 1);
}

static void what_is_no_secret_is_not_wiped(void **state)
{
    struct buf b;

    (void)state;
    n_wipes = 0;
    buf_init(&b, 1000);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(buf_append(&b, "x", 1, NULL), ERR_OK);
    buf_release(&b);
    assert_int_equal(n_wipes, 0);
}

static void a_text_is_appended_whole_or_not_at_all(void **state)
{
    struct buf b;
    struct err e;

    (void)state;
    buf_init(&b, 5);
    assert_int_equal(buf_append_text(&b, "abc", &e), ERR_OK);
    assert_int_equal(buf_append_text(&b, "def", &e), ERR_LIMIT);
    assert_true(bytes_equal(buf_bytes(&b), bytes_of("abc")));
    buf_release(&b);
}

static void what_fits_is_appended_and_the_rest_is_left(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    buf_append_fitting(&b, "abc", 3);
    buf_append_fitting(&b, "def", 3);
    assert_true(bytes_equal(buf_bytes(&b), bytes_of("abcde")));
    buf_append_fitting(&b, "g", 1);
    assert_true(bytes_equal(buf_bytes(&b), bytes_of("abcde")));
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_held_a_secret_is_wiped_before_it_goes),
        cmocka_unit_test(a_secret_keeps_to_its_maximum),
        cmocka_unit_test(what_is_no_secret_is_not_wiped),
        cmocka_unit_test(a_text_is_appended_whole_or_not_at_all),
        cmocka_unit_test(what_fits_is_appended_and_the_rest_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
