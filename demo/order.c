#include "demo/order.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "model/bignum.h"

bool order_is_whole(enum kind kind)
{
    return kind == KIND_BYTE || kind == KIND_SHORT || kind == KIND_INT || kind == KIND_LONG;
}

bool order_is_real(enum kind kind)
{
    return kind == KIND_FLOAT || kind == KIND_DOUBLE;
}

bool order_has(enum kind kind)
{
    return kind != KIND_PERIOD && kind != KIND_PERIOD_DURATION && kind != KIND_BINARY &&
           kind != KIND_LIST && kind != KIND_UNKNOWN;
}

bool order_has_absolute(enum kind kind)
{
    return order_is_whole(kind) || order_is_real(kind) || kind == KIND_CHAR;
}

bool order_is_nan(const struct value *v)
{
    return v->state == VALUE_SET && order_is_real(v->type->kind) && isnan(v->d);
}

/* Of UTF-8 text by UTF-16 code units: a pair of surrogates, four bytes in UTF-8, comes
 * before U+E000 and what follows it. */
static int order_texts(struct bytes a, struct bytes b)
{
    size_t n = a.len < b.len ? a.len : b.len, i = 0;

    while (i < n && a.data[i] == b.data[i])
        i++;
    if (i == n)
        return (a.len > b.len) - (a.len < b.len);
    if (a.data[i] >= 0xee && b.data[i] >= 0xee) {
        bool pair_a = a.data[i] >= 0xf0, pair_b = b.data[i] >= 0xf0;

        if (pair_a != pair_b)
            return pair_a ? -1 : 1;
    }
    return a.data[i] < b.data[i] ? -1 : 1;
}

static int order_reals(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

/* Of two that are set. */
static int order_set(const struct value *a, const struct value *b)
{
    switch (a->type->kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        return order_reals(a->d, b->d);
    case KIND_STRING:
        return order_texts(a->bytes, b->bytes);
    case KIND_BIG_INTEGER:
        return bignum_compare_integers(a->bytes, b->bytes);
    case KIND_BIG_DECIMAL:
        return bignum_compare_decimals(a->bytes, b->bytes);
    default:
        return (a->i > b->i) - (a->i < b->i);
    }
}

static int order_nulls(const struct value *a, const struct value *b)
{
    return (a->state == VALUE_SET) - (b->state == VALUE_SET);
}

int order_values(const struct value *a, const struct value *b)
{
    if (a->state != VALUE_SET || b->state != VALUE_SET)
        return order_nulls(a, b);
    return order_set(a, b);
}

int order_absolute(const struct value *a, const struct value *b)
{
    struct value x = *a, y = *b;

    if (a->state != VALUE_SET || b->state != VALUE_SET)
        return order_nulls(a, b);
    if (order_is_real(a->type->kind)) {
        x.d = fabs(a->d);
        y.d = fabs(b->d);
    } else {
        x.i = a->i < 0 ? -max_i64(a->i, -INT64_MAX) : a->i;
        y.i = b->i < 0 ? -max_i64(b->i, -INT64_MAX) : b->i;
    }
    return order_set(&x, &y);
}
