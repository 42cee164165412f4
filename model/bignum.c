#include "model/bignum.h"

#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

#define LOG10_OF_2 0.30102999566398119521
#define SPAN_SLACK 1e-6 /* more than what rounding takes from the longest number */

/* A number as a sign and decimal digits. */
struct digits {
    bool negative;
    const char *text; /* borrowed from small or big */
    size_t len;
    char small[24];
    char *big; /* owned by libcrypto, or NULL */
};

static void put_zeros(struct buf *out, size_t n)
{
    char zeros[BIGNUM_PAD];

    memset(zeros, '0', sizeof(zeros));
    buf_append_fitting(out, zeros, n <= sizeof(zeros) ? n : sizeof(zeros));
}

static void digits_small(struct bytes in, struct digits *d)
{
    uint64_t v = in.data[0] & 0x80 ? UINT64_MAX : 0;

    for (size_t i = 0; i < in.len; i++)
        v = v << 8 | in.data[i];
    d->negative = v >> 63;
    d->len =
        (size_t)snprintf(d->small, sizeof(d->small), "%" PRIu64, d->negative ? 0 - v : v);
    d->text = d->small;
}

/* Owned. The magnitude of a negative number is the complement of its bytes, plus one;
 * 0 < in.len <= BIGNUM_EXACT_MAX. */
static BIGNUM *magnitude_of(struct bytes in)
{
    uint8_t *magnitude = mem_calloc(in.len, 1);
    bool negative = in.data[0] & 0x80;
    BIGNUM *bn;

    for (size_t i = 0; i < in.len; i++)
        magnitude[i] = (uint8_t)(negative ? ~in.data[i] : in.data[i]);
    bn = mem_checked(BN_bin2bn(magnitude, (int)in.len, NULL));
    free(magnitude);
    if (negative)
        mem_checked(BN_add_word(bn, 1) ? bn : NULL);
    return bn;
}

static void digits_big(struct bytes in, struct digits *d)
{
    BIGNUM *bn = magnitude_of(in);

    d->negative = in.data[0] & 0x80;
    d->big = mem_checked(BN_bn2dec(bn));
    BN_free(bn);
    d->text = d->big;
    d->len = strlen(d->big);
}

/* The digits of in; false when it has none, or more bytes than max. */
static bool digits_read(struct digits *d, struct bytes in, size_t max)
{
    *d = (struct digits){.big = NULL};
    if (in.len == 0 || in.len > max)
        return false;
    if (in.len <= sizeof(uint64_t))
        digits_small(in, d);
    else
        digits_big(in, d);
    return true;
}

/* The same for the screen; a text that names it stands for a number that is not computed.
 */
static bool digits_init(struct digits *d, struct bytes in, const char *what,
                        struct buf *out)
{
    char text[64];
    int n;

    if (digits_read(d, in, BIGNUM_MAX))
        return true;
    n = snprintf(text, sizeof(text), "<%s of %zu bytes>", what, in.len);
    buf_append_fitting(out, text, (size_t)n);
    return false;
}

static void digits_release(struct digits *d)
{
    OPENSSL_free(d->big);
}

void bignum_integer(struct bytes in, bool group, struct buf *out)
{
    struct digits d;

    if (!digits_init(&d, in, "integer", out))
        return;
    buf_append_fitting(out, "-", d.negative);
    if (!group)
        buf_append_fitting(out, d.text, d.len);
    for (size_t i = 0; group && i < d.len;) {
        size_t n = number_group(d.len - i);

        buf_append_fitting(out, ",", i > 0);
        buf_append_fitting(out, d.text + i, n);
        i += n;
    }
    digits_release(&d);
}

/* 1.234E+70, as java.math.BigDecimal.toString. */
static void put_exponent(const struct digits *d, int64_t scale, struct buf *out)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "E%+" PRId64, (int64_t)d->len - 1 - scale);

    buf_append_fitting(out, d->text, 1);
    if (d->len > 1) {
        buf_append_fitting(out, ".", 1);
        buf_append_fitting(out, d->text + 1, d->len - 1);
    }
    buf_append_fitting(out, text, (size_t)n);
}

static void put_decimal(const struct digits *d, int64_t scale, struct buf *out)
{
    int64_t len = (int64_t)d->len;
    bool zero = d->len == 1 && d->text[0] == '0';

    buf_append_fitting(out, "-", d->negative);
    if (scale < -BIGNUM_PAD || scale - len > BIGNUM_PAD) {
        put_exponent(d, scale, out);
    } else if (scale <= 0) {
        buf_append_fitting(out, d->text, d->len);
        put_zeros(out, zero ? 0 : (size_t)-scale);
    } else if (scale < len) {
        buf_append_fitting(out, d->text, (size_t)(len - scale));
        buf_append_fitting(out, ".", 1);
        buf_append_fitting(out, d->text + (len - scale), (size_t)scale);
    } else {
        buf_append_fitting(out, "0.", 2);
        put_zeros(out, (size_t)(scale - len));
        buf_append_fitting(out, d->text, d->len);
    }
}

static struct bytes unscaled(struct bytes decimal)
{
    if (decimal.len <= 4)
        return (struct bytes){decimal.data, 0};
    return (struct bytes){decimal.data + 4, decimal.len - 4};
}

static int32_t scale_of(struct bytes decimal)
{
    return (int32_t)bytes_u32(decimal.data);
}

void bignum_decimal(struct bytes in, struct buf *out)
{
    struct digits d;

    if (!digits_init(&d, unscaled(in), "decimal", out))
        return;
    put_decimal(&d, scale_of(in), out);
    digits_release(&d);
}

bool bignum_exact(struct bytes in, bool decimal, struct buf *out)
{
    struct digits d;

    if (!digits_read(&d, decimal ? unscaled(in) : in, BIGNUM_EXACT_MAX))
        return false;
    put_decimal(&d, decimal ? scale_of(in) : 0, out);
    digits_release(&d);
    return true;
}

/* --- order --- */

static uint8_t sign_byte(struct bytes in)
{
    return in.len && in.data[0] & 0x80 ? 0xff : 0;
}

int bignum_compare_integers(struct bytes a, struct bytes b)
{
    size_t n = a.len > b.len ? a.len : b.len;
    uint8_t sign_a = sign_byte(a), sign_b = sign_byte(b);

    if (sign_a != sign_b)
        return sign_a ? -1 : 1;
    for (size_t i = n; i > 0; i--) {
        uint8_t x = i > a.len ? sign_a : a.data[a.len - i];
        uint8_t y = i > b.len ? sign_b : b.data[b.len - i];

        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

static int sign_of(struct bytes in)
{
    return bignum_compare_integers(in, (struct bytes){in.data, 0});
}

/* Between which powers of ten the magnitude of a decimal other than zero is, both
 * included; known from its length alone, whatever its scale. */
struct decimal_span {
    double low, high;
};

static struct decimal_span span_of(struct bytes in, int32_t scale)
{
    uint8_t sign = sign_byte(in);
    size_t i = 0, bits = 0;

    while (i < in.len && in.data[i] == sign)
        i++;
    if (i < in.len) {
        for (unsigned top = in.data[i] ^ sign; top; top >>= 1)
            bits++;
        bits += 8 * (in.len - i - 1);
    }
    return (struct decimal_span){((double)bits - 1) * LOG10_OF_2 - scale - SPAN_SLACK,
                                 (double)bits * LOG10_OF_2 - scale + SPAN_SLACK};
}

/* in, times ten to the power of by; owned. */
static BIGNUM *scaled_up(struct bytes in, int64_t by)
{
    BIGNUM *bn = magnitude_of(in), *power = mem_checked(BN_new());
    BIGNUM *exponent = mem_checked(BN_new());
    BN_CTX *scratch = mem_checked(BN_CTX_new());
    bool done = BN_set_word(power, 10) && BN_set_word(exponent, (BN_ULONG)by) &&
                BN_exp(power, power, exponent, scratch) && BN_mul(bn, bn, power, scratch);

    BN_free(power);
    BN_free(exponent);
    BN_CTX_free(scratch);
    return mem_checked(done ? bn : NULL);
}

/* Of decimals whose spans overlap, so that the one with the smaller scale grows to about
 * the length of the other. */
static int compare_magnitudes(struct bytes a, struct bytes b, int64_t scale_a,
                              int64_t scale_b)
{
    BIGNUM *x = scaled_up(a, scale_a < scale_b ? scale_b - scale_a : 0);
    BIGNUM *y = scaled_up(b, scale_b < scale_a ? scale_a - scale_b : 0);
    int order = BN_cmp(x, y);

    BN_free(x);
    BN_free(y);
    return order;
}

int bignum_compare_decimals(struct bytes a, struct bytes b)
{
    struct bytes x = unscaled(a), y = unscaled(b);
    int sign = sign_of(x);
    struct decimal_span of_x, of_y;

    if (a.len < 4 || b.len < 4)
        return 0;
    if (sign != sign_of(y) || sign == 0)
        return (sign > sign_of(y)) - (sign < sign_of(y));
    if (scale_of(a) == scale_of(b))
        return bignum_compare_integers(x, y);
    of_x = span_of(x, scale_of(a));
    of_y = span_of(y, scale_of(b));
    if (of_x.low > of_y.high || of_y.low > of_x.high)
        return of_x.low > of_y.high ? sign : -sign;
    if (x.len > BIGNUM_MAX || y.len > BIGNUM_MAX)
        return 0;
    return sign * compare_magnitudes(x, y, scale_of(a), scale_of(b));
}

/* --- from text --- */

/* The shortest two's complement; n is owned. */
static void put_twos_complement(BIGNUM *n, struct buf *out)
{
    bool negative = BN_is_negative(n);
    uint8_t *bytes;
    int len;

    BN_set_negative(n, 0);
    if (negative)
        mem_checked(BN_sub_word(n, 1) ? n : NULL);
    len = BN_num_bits(n) / 8 + 1; /* with the sign's bit */
    bytes = mem_calloc((size_t)len, 1);
    (void)BN_bn2binpad(n, bytes, len);
    for (int i = 0; negative && i < len; i++)
        bytes[i] = (uint8_t)~bytes[i];
    buf_append_fitting(out, bytes, (size_t)len);
    free(bytes);
    BN_free(n);
}

static void put_scale(int64_t scale, struct buf *out)
{
    uint8_t bytes[4];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)((uint64_t)scale >> (8 * i));
    buf_append_fitting(out, bytes, sizeof(bytes));
}

void bignum_of_decimal(const struct decimal *d, bool decimal, struct buf *out)
{
    BIGNUM *n = NULL;
    char *digits = decimal
                       ? mem_printf("%s%s", d->negative ? "-" : "", d->n ? d->digits : "0")
                       : decimal_whole(d, true);

    mem_checked(digits && BN_dec2bn(&n, digits) > 0 ? n : NULL);
    free(digits);
    if (decimal)
        put_scale(d->n > 0 ? -d->exponent : 0, out);
    put_twos_complement(n, out);
}
