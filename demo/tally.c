#include "demo/tally.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "demo/order.h"

#define SCALE_MAX 30 /* digits behind the point that are added up */
#define WIDE_BYTES 16

__extension__ typedef __int128 wide; /* decimals are added up in this */

bool tally_is_counted(enum kind kind)
{
    return order_is_whole(kind) || kind == KIND_CHAR || kind == KIND_BOOL;
}

bool tally_is_summed(enum kind kind)
{
    return tally_is_counted(kind) || order_is_real(kind) || kind == KIND_BIG_INTEGER ||
           kind == KIND_BIG_DECIMAL;
}

/* Overflow wraps, as in Java. */
static int64_t add_wrapping(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static void add_number(struct tally *t, const struct value *v)
{
    double d = order_is_real(v->type->kind) ? v->d : (double)v->i;

    t->real += d;
    t->real_abs += fabs(d);
    t->squares += d * d;
    if (order_is_real(v->type->kind))
        return;
    t->sum = add_wrapping(t->sum, v->i);
    t->sum_squares =
        add_wrapping(t->sum_squares, (int64_t)((uint64_t)v->i * (uint64_t)v->i));
    t->sum_abs = add_wrapping(t->sum_abs, v->i < 0 ? -max_i64(v->i, -INT64_MAX) : v->i);
}

static void keep_extremes(struct tally *t, const struct value *v)
{
    bool first = t->n == 0 || order_is_nan(&t->least);

    if (first || order_values(v, &t->least) < 0)
        t->least = *v;
    if (first || order_values(v, &t->most) > 0)
        t->most = *v;
    if (!order_has_absolute(v->type->kind))
        return;
    if (first || order_absolute(v, &t->nearest) < 0)
        t->nearest = *v;
    if (first || order_absolute(v, &t->farthest) > 0)
        t->farthest = *v;
}

struct tally tally_of(const struct column *c, const int64_t *rows, size_t n)
{
    struct tally t = {0};

    for (size_t i = 0; i < n; i++) {
        struct value v = column_get(c, (size_t)rows[i]);
        enum kind kind = v.state == VALUE_SET ? v.type->kind : KIND_UNKNOWN;

        if (v.state != VALUE_SET)
            continue;
        if (tally_is_counted(kind) || order_is_real(kind))
            add_number(&t, &v);
        t.has_nan = t.has_nan || order_is_nan(&v);
        if (order_has(kind) && !order_is_nan(&v))
            keep_extremes(&t, &v);
        t.n++;
    }
    return t;
}

/* --- decimals --- */

struct scaled {
    wide unscaled;
    int32_t scale;
};

static bool read_decimal(const struct value *v, struct scaled *out)
{
    struct bytes in = v->bytes;
    wide n;

    out->scale = 0;
    if (v->type->kind == KIND_BIG_DECIMAL) {
        if (in.len < 4)
            return false;
        out->scale = (int32_t)bytes_u32(in.data);
        in = (struct bytes){in.data + 4, in.len - 4};
    }
    if (in.len == 0 || in.len > WIDE_BYTES || out->scale < 0 || out->scale > SCALE_MAX)
        return false;
    n = in.data[0] & 0x80 ? -1 : 0;
    for (size_t i = 0; i < in.len; i++)
        n = n * 256 + in.data[i];
    out->unscaled = n;
    return true;
}

static bool add_decimal(struct scaled *sum, struct scaled d, bool absolute)
{
    struct scaled *shorter = sum->scale < d.scale ? sum : &d;
    int32_t scale = sum->scale < d.scale ? d.scale : sum->scale;

    for (; shorter->scale < scale; shorter->scale++) {
        if (__builtin_mul_overflow(shorter->unscaled, (wide)10, &shorter->unscaled))
            return false;
    }
    if (absolute && d.unscaled < 0 &&
        __builtin_sub_overflow((wide)0, d.unscaled, &d.unscaled))
        return false;
    return !__builtin_add_overflow(sum->unscaled, d.unscaled, &sum->unscaled);
}

static void push_decimal(const struct scaled *d, struct column *out)
{
    uint8_t bytes[4 + WIDE_BYTES];
    uint8_t *end = bytes + sizeof(bytes), *p = end;
    wide n = d->unscaled;

    do {
        *--p = (uint8_t)(n & 0xff);
        n >>= 8;
    } while (p > bytes + 4 && n != (*p & 0x80 ? -1 : 0));
    if (column_type(out)->kind == KIND_BIG_DECIMAL) {
        p -= 4;
        for (int i = 0; i < 4; i++)
            p[i] = (uint8_t)((uint32_t)d->scale >> (8 * i));
    }
    column_push_bytes(out, (struct bytes){p, (size_t)(end - p)});
}

enum err_code tally_sum_decimals(const struct column *c, const int64_t *rows, size_t n,
                                 bool absolute, struct column *out, struct err *e)
{
    struct scaled sum = {0};
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        struct value v = column_get(c, (size_t)rows[i]);
        struct scaled d;

        if (v.state != VALUE_SET)
            continue;
        if (!read_decimal(&v, &d) || !add_decimal(&sum, d, absolute))
            return err_set(e, ERR_REFUSED,
                           "the demo server adds up decimals of 38 digits at most");
        any = true;
    }
    if (any)
        push_decimal(&sum, out);
    else
        column_push_null(out);
    return ERR_OK;
}
