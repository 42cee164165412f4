/* model/format over random bits: numbers read back, and no shorter text would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/format.h"

#define ROUNDS 200000

static uint64_t seed = 0xb175da7aU;
static const struct format_options plain = {.time_digits = 9};

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void text_of(enum kind kind, double d, char *text, size_t size)
{
    struct type t = {.kind = kind};
    struct value v = {.state = VALUE_SET, .type = &t, .d = d};
    struct buf b;

    buf_init(&b, size - 1);
    format_value(&v, &plain, &b);
    assert_true(b.len < 32);
    memcpy(text, b.data, b.len);
    text[b.len] = '\0';
    buf_release(&b);
}

/* Digits of the number, without zeros in front of and behind them. */
static int significant(const char *text)
{
    int n = 0, zeros = 0;

    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (*text == '0' && n == 0))
            continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        n++;
    }
    return n - zeros;
}

/* The bits of a double: any, a whole number, or a decimal with few digits. */
static double random_double(int i)
{
    uint64_t bits = next_random();
    double d;

    if (i % 4 == 1)
        return (double)((int64_t)bits >> (bits & 63));
    if (i % 4 == 2)
        return (double)((int64_t)bits % 1000000) / 1000;
    if (i % 4 == 3)
        bits &= UINT64_C(0x800fffffffffffff); /* too small for full precision */
    memcpy(&d, &bits, sizeof(d));
    return d;
}

static void doubles_read_back_bit_by_bit(void **state)
{
    char text[64], shorter[64];

    (void)state;
    print_message("seed %llx\n", (unsigned long long)seed);
    for (int i = 0; i < ROUNDS; i++) {
        double d = random_double(i), back;

        text_of(KIND_DOUBLE, d, text, sizeof(text));
        if (isnan(d) || isinf(d))
            continue;
        back = strtod(text, NULL);
        assert_memory_equal(&back, &d, sizeof(d));
        if (d != 0 && significant(text) > 1) {
            (void)snprintf(shorter, sizeof(shorter), "%.*e", significant(text) - 2, d);
            assert_true(strtod(shorter, NULL) != d);
        }
    }
}

static void floats_read_back_bit_by_bit(void **state)
{
    char text[64];

    (void)state;
    print_message("seed %llx\n", (unsigned long long)seed);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t bits = (uint32_t)(next_random() >> 16) & (i % 4 == 3 ? 0x807fffff : ~0U);
        float f, back;

        memcpy(&f, &bits, sizeof(f));
        text_of(KIND_FLOAT, (double)f, text, sizeof(text));
        if (isnan(f) || isinf(f))
            continue;
        back = strtof(text, NULL);
        assert_memory_equal(&back, &f, sizeof(f));
        assert_true(significant(text) <= 9);
    }
}

/* The decimal text of random two's complement bytes, read again by libcrypto, gives them.
 */
static void big_integers_read_back(void **state)
{
    struct type t = {.kind = KIND_BIG_INTEGER};
    struct buf b;

    (void)state;
    print_message("seed %llx\n", (unsigned long long)seed);
    buf_init(&b, 4096);
    for (int i = 0; i < 5000; i++) {
        uint8_t in[40], back[40];
        size_t n = 1 + next_random() % sizeof(in);
        struct value v = {.state = VALUE_SET, .type = &t, .bytes = {in, n}};
        BIGNUM *number = NULL, *wrap = BN_new();

        for (size_t k = 0; k < n; k++)
            in[k] = (uint8_t)(next_random() >> 20);
        buf_clear(&b);
        format_value(&v, &plain, &b);
        assert_int_equal(buf_append(&b, "", 1, NULL), ERR_OK);
        assert_int_equal(BN_dec2bn(&number, (const char *)b.data), (int)b.len - 1);
        assert_non_null(wrap);
        assert_true(BN_set_bit(wrap, (int)n * 8));
        if (BN_is_negative(number))
            assert_true(BN_add(number, number, wrap));
        assert_int_equal(BN_bn2binpad(number, back, (int)n), (int)n);
        assert_memory_equal(back, in, n);
        BN_free(number);
        BN_free(wrap);
    }
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_read_back_bit_by_bit),
        cmocka_unit_test(floats_read_back_bit_by_bit),
        cmocka_unit_test(big_integers_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
