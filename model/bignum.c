#include "model/bignum.h"

#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* A number as a sign and decimal digits. */
struct digits {
    bool negative;
    const char *text; /* borrowed from small or big */
    size_t len;
    char small[24];
    char *big; /* owned by libcrypto, or NULL */
};

static void put(struct buf *out, const char *s, size_t n)
{
    size_t room = out->max - out->len;

    (void)buf_append(out, s, n < room ? n : room, NULL);
}

static void put_zeros(struct buf *out, size_t n)
{
    char zeros[BIGNUM_PAD];

    memset(zeros, '0', sizeof(zeros));
    put(out, zeros, n <= sizeof(zeros) ? n : sizeof(zeros));
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

/* The magnitude of a negative number is the complement of its bytes, plus one. */
static void digits_big(struct bytes in, struct digits *d)
{
    uint8_t magnitude[BIGNUM_MAX];
    BIGNUM *bn;

    d->negative = in.data[0] & 0x80;
    for (size_t i = 0; i < in.len; i++)
        magnitude[i] = (uint8_t)(d->negative ? ~in.data[i] : in.data[i]);
    bn = mem_checked(BN_bin2bn(magnitude, (int)in.len, NULL));
    if (d->negative)
        mem_checked(BN_add_word(bn, 1) ? bn : NULL);
    d->big = mem_checked(BN_bn2dec(bn));
    BN_free(bn);
    d->text = d->big;
    d->len = strlen(d->big);
}

/* The digits of in; false, with a text that names it instead, when they are not computed.
 */
static bool digits_init(struct digits *d, struct bytes in, const char *what,
                        struct buf *out)
{
    char text[64];
    int n;

    *d = (struct digits){.big = NULL};
    if (in.len > 0 && in.len <= sizeof(uint64_t)) {
        digits_small(in, d);
        return true;
    }
    if (in.len > 0 && in.len <= BIGNUM_MAX) {
        digits_big(in, d);
        return true;
    }
    n = snprintf(text, sizeof(text), "<%s of %zu bytes>", what, in.len);
    put(out, text, (size_t)n);
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
    put(out, "-", d.negative);
    if (!group)
        put(out, d.text, d.len);
    for (size_t i = 0; group && i < d.len;) {
        size_t n = (d.len - i - 1) % 3 + 1; /* the first group may be short */

        put(out, ",", i > 0);
        put(out, d.text + i, n);
        i += n;
    }
    digits_release(&d);
}

/* 1.234E+70, as java.math.BigDecimal.toString. */
static void put_exponent(const struct digits *d, int64_t scale, struct buf *out)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "E%+" PRId64, (int64_t)d->len - 1 - scale);

    put(out, d->text, 1);
    if (d->len > 1) {
        put(out, ".", 1);
        put(out, d->text + 1, d->len - 1);
    }
    put(out, text, (size_t)n);
}

static void put_decimal(const struct digits *d, int64_t scale, struct buf *out)
{
    int64_t len = (int64_t)d->len;
    bool zero = d->len == 1 && d->text[0] == '0';

    put(out, "-", d->negative);
    if (scale < -BIGNUM_PAD || scale - len > BIGNUM_PAD) {
        put_exponent(d, scale, out);
    } else if (scale <= 0) {
        put(out, d->text, d->len);
        put_zeros(out, zero ? 0 : (size_t)-scale);
    } else if (scale < len) {
        put(out, d->text, (size_t)(len - scale));
        put(out, ".", 1);
        put(out, d->text + (len - scale), (size_t)scale);
    } else {
        put(out, "0.", 2);
        put_zeros(out, (size_t)(scale - len));
        put(out, d->text, d->len);
    }
}

void bignum_decimal(struct bytes in, struct buf *out)
{
    struct digits d;
    struct bytes unscaled = {in.data, 0};

    if (in.len > 4)
        unscaled = (struct bytes){in.data + 4, in.len - 4};
    if (!digits_init(&d, unscaled, "decimal", out))
        return;
    put_decimal(&d, (int32_t)bytes_u32(in.data), out);
    digits_release(&d);
}
