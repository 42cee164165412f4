#include "model/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/number.h"
#include "base/shortest.h"
#include "model/bignum.h"
#include "model/calendar.h"

#define LIST_DEPTH_MAX 16 /* lists inside lists; deeper ones are not opened */

static void put_str(struct buf *out, const char *s)
{
    buf_append_fitting(out, s, strlen(s));
}

static void put_int(int64_t v, bool group, struct buf *out)
{
    char text[NUMBER_LEN];

    if (group)
        put_str(out, number_grouped(v, text));
    else
        buf_append_fitting(out, text, number_put(v, text));
}

static const uint32_t power_of_ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
#define FEW_DECIMALS 6

/* n / 10^decimals, without zeros at the end, but with one digit behind the point. */
static size_t put_point(uint64_t n, size_t decimals, char *out)
{
    size_t len = number_put((int64_t)(n / power_of_ten[decimals]), out);
    uint64_t rest = n % power_of_ten[decimals];

    out[len++] = '.';
    out[len] = '0';
    for (size_t i = decimals; i > 0; i--, rest /= 10)
        out[len + i - 1] = (char)('0' + rest % 10);
    len += decimals > 0 ? decimals : 1;
    while (out[len - 1] == '0' && out[len - 2] != '.')
        len--;
    return len;
}

/*
 * The whole text of what is most common, a number of few decimals: v = n / 10^k with both
 * exact as doubles, so that the decimal number n / 10^k reads back as v. With at most 15
 * digits it is the only one so short, whichever k it was found by. Returns its length, 0
 * when v is not such a number, or is written with an exponent.
 */
static size_t few_decimals(double v, char out[NUMBER_LEN])
{
    size_t k = FEW_DECIMALS;
    uint64_t n;

    while (k > 0 && v * power_of_ten[k] + 0.5 >= 1e15)
        k--;
    if (v < 1e-4 || v * power_of_ten[k] + 0.5 >= 1e15)
        return 0;
    n = (uint64_t)(v * power_of_ten[k] + 0.5);
    return (double)n / power_of_ten[k] == v ? put_point(n, k, out) : 0;
}

static void put_zeros(int n, struct buf *out)
{
    static const char zeros[] = "0000000000000000";

    buf_append_fitting(out, zeros, (size_t)n);
}

static void put_digits(const char *digits, size_t n, int exponent, struct buf *out)
{
    char tail[16];
    int len = (int)n;

    if (exponent < -4 || exponent > 15) {
        buf_append_fitting(out, digits, 1);
        if (n > 1) {
            put_str(out, ".");
            buf_append_fitting(out, digits + 1, n - 1);
        }
        (void)snprintf(tail, sizeof(tail), "e%+03d", exponent);
        put_str(out, tail);
    } else if (exponent < 0) {
        put_str(out, "0.");
        put_zeros(-exponent - 1, out);
        buf_append_fitting(out, digits, n);
    } else if (len <= exponent + 1) {
        buf_append_fitting(out, digits, n);
        put_zeros(exponent + 1 - len, out);
        put_str(out, ".0");
    } else {
        buf_append_fitting(out, digits, (size_t)exponent + 1);
        put_str(out, ".");
        buf_append_fitting(out, digits + exponent + 1, n - (size_t)exponent - 1);
    }
}

static void put_digits_of(double v, bool single, struct buf *out)
{
    char digits[NUMBER_LEN];
    int exponent = 0;
    size_t n = single ? 0 : few_decimals(v, digits);

    if (n > 0) {
        buf_append_fitting(out, digits, n);
        return;
    }
    n = shortest_digits(v, single, digits, &exponent);
    put_digits(digits, n, exponent, out);
}

static void put_double(double v, bool single, struct buf *out)
{
    if (isnan(v)) {
        put_str(out, "NaN");
        return;
    }
    if (signbit(v))
        put_str(out, "-");
    if (isinf(v))
        put_str(out, "Inf");
    else if (v == 0)
        put_str(out, "0.0");
    else
        put_digits_of(fabs(v), single, out);
}

/* As much of a text as the budget holds; not cut inside a character. */
static struct bytes within(struct bytes s, size_t budget)
{
    size_t n = budget && budget < s.len ? budget : s.len;

    for (int i = 0; i < 3 && n < s.len && (s.data[n] & 0xc0) == 0x80; i++)
        n++;
    return (struct bytes){s.data, n};
}

/* Between the commas of a list it could be read as something else: as two items, as null,
 * as the mark of a cut, as the list's end. */
static bool needs_quotes(struct bytes s)
{
    if (s.len == 0 || s.data[0] == ' ' || s.data[s.len - 1] == ' ' ||
        bytes_equal(s, bytes_of("null")) || bytes_equal(s, bytes_of("\u2026")))
        return true;
    for (size_t i = 0; i < s.len; i++)
        if (strchr(",[]\"", s.data[i]) && s.data[i])
            return true;
    return false;
}

static void put_quoted(struct bytes s, struct buf *out)
{
    put_str(out, "\"");
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '"' || s.data[i] == '\\')
            put_str(out, "\\");
        buf_append_fitting(out, (const char *)&s.data[i], 1);
    }
    put_str(out, "\"");
}

/* An item of a list, where more text follows: a cut is shown. */
static void put_text_item(struct bytes text, size_t budget, struct buf *out)
{
    struct bytes shown = within(text, budget);

    if (needs_quotes(shown))
        put_quoted(shown, out);
    else
        buf_append_fitting(out, (const char *)shown.data, shown.len);
    if (shown.len < text.len)
        put_str(out, "\u2026");
}

static void put_string(struct bytes s, size_t budget, bool in_list, struct buf *out)
{
    struct bytes shown = within(s, budget);

    if (in_list)
        put_text_item(s, budget, out);
    else
        buf_append_fitting(out, (const char *)shown.data, shown.len);
}

/* One UTF-16 unit. A lone surrogate becomes the three bytes that UTF-8 would have for it,
 * which base/text.h shows by its number. */
static void put_char(int64_t unit, bool in_list, struct buf *out)
{
    char text[3];
    size_t n;

    if (unit < 0 || unit > 0xffff) {
        put_str(out, "?");
        return;
    }
    if (unit < 0x80) {
        text[0] = (char)unit;
        n = 1;
    } else if (unit < 0x800) {
        text[0] = (char)(0xc0 | unit >> 6);
        text[1] = (char)(0x80 | (unit & 0x3f));
        n = 2;
    } else {
        text[0] = (char)(0xe0 | unit >> 12);
        text[1] = (char)(0x80 | (unit >> 6 & 0x3f));
        text[2] = (char)(0x80 | (unit & 0x3f));
        n = 3;
    }
    if (in_list)
        put_text_item((struct bytes){(const uint8_t *)text, n}, 0, out);
    else
        buf_append_fitting(out, text, n);
}

/* Ends a list that has been cut, or goes on to the next item. False: cut. */
static bool next_item(size_t i, size_t start, size_t budget, struct buf *out)
{
    bool full = out->len == out->max || (budget && out->len - start >= budget);

    if (i > 0)
        put_str(out, full ? ", \u2026" : ", ");
    else if (full)
        put_str(out, "\u2026");
    return !full;
}

static void put_binary(struct bytes b, size_t budget, struct buf *out)
{
    size_t start = out->len;

    put_str(out, "[");
    for (size_t i = 0; i < b.len && next_item(i, start, budget, out); i++)
        put_int((int8_t)b.data[i], false, out);
    put_str(out, "]");
}

static void put_value(const struct value *v, const struct format_options *o, size_t budget,
                      int depth, struct buf *out);

static void put_list(const struct column *list, const struct format_options *o,
                     size_t budget, int depth, struct buf *out)
{
    size_t start = out->len;
    size_t n = list ? column_length(list) : 0;
    struct format_options own = *o; /* items do not line up: each has the digits it needs */

    put_str(out, "[");
    if (depth >= LIST_DEPTH_MAX && n > 0) {
        put_str(out, "\u2026");
        n = 0;
    }
    for (size_t i = 0; i < n && next_item(i, start, budget, out); i++) {
        struct value item = column_get(list, i);
        size_t used = out->len - start;

        own.time_digits = max_int(o->time_digits, format_time_digits(&item));
        put_value(&item, &own, budget ? (budget > used ? budget - used : 1) : 0, depth + 1,
                  out);
    }
    put_str(out, "]");
}

static void put_instant(int64_t nanos, const struct format_options *o, struct buf *out)
{
    char text[CALENDAR_TEXT_MAX];
    int32_t offset =
        o->zone ? zone_offset(o->zone, calendar_floor_div(nanos, CALENDAR_NANOS)) : 0;

    buf_append_fitting(out, text,
                       calendar_instant_text(nanos, offset, o->time_digits, text));
}

/* A time outside its day cannot be shown as one: its number says what is there. */
static void put_time(int64_t nanos, int digits, struct buf *out)
{
    char text[CALENDAR_TEXT_MAX];

    if (nanos < 0 || nanos >= CALENDAR_DAY * CALENDAR_NANOS) {
        put_int(nanos, false, out);
        put_str(out, "ns");
        return;
    }
    buf_append_fitting(out, text, calendar_time_text(nanos, digits, text));
}

static int64_t period_nanos(struct bytes b)
{
    return b.len == 16 ? (int64_t)bytes_u64(b.data + 8) : 0;
}

static void put_period_duration(struct bytes b, int digits, struct buf *out)
{
    char text[CALENDAR_TEXT_MAX];
    int32_t months, days;

    if (b.len != 16) {
        put_str(out, "?");
        return;
    }
    months = (int32_t)bytes_u32(b.data);
    days = (int32_t)bytes_u32(b.data + 4);
    buf_append_fitting(out, text,
                       calendar_period_text(months, days, period_nanos(b), digits, text));
}

static void put_moment(const struct value *v, const struct format_options *o,
                       struct buf *out)
{
    char text[CALENDAR_TEXT_MAX];
    size_t n = 0;

    switch (v->type->kind) {
    case KIND_INSTANT:
        put_instant(v->i, o, out);
        break;
    case KIND_TIME:
        put_time(v->i, o->time_digits, out);
        break;
    case KIND_PERIOD_DURATION:
        put_period_duration(v->bytes, o->time_digits, out);
        break;
    case KIND_DATE:
        n = calendar_date_text(v->i, text);
        break;
    case KIND_DURATION:
        n = calendar_duration_text(v->i, o->time_digits, text);
        break;
    default:
        n = calendar_period_text((int32_t)v->i, 0, 0, 0, text);
        break;
    }
    buf_append_fitting(out, text, n);
}

static void put_number(const struct value *v, bool group, struct buf *out)
{
    switch (v->type->kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        put_double(v->d, v->type->kind == KIND_FLOAT, out);
        break;
    case KIND_BIG_INTEGER:
        bignum_integer(v->bytes, group, out);
        break;
    case KIND_BIG_DECIMAL:
        bignum_decimal(v->bytes, out);
        break;
    default:
        put_int(v->i, group, out);
        break;
    }
}

static void put_set(const struct value *v, const struct format_options *o, size_t budget,
                    int depth, struct buf *out)
{
    switch (v->type->kind) {
    case KIND_CHAR:
        put_char(v->i, depth > 0, out);
        break;
    case KIND_BOOL:
        put_str(out, v->i ? "true" : "false");
        break;
    case KIND_STRING:
        put_string(v->bytes, budget, depth > 0, out);
        break;
    case KIND_BINARY:
        put_binary(v->bytes, budget, out);
        break;
    case KIND_LIST:
        put_list(v->list, o, budget, depth, out);
        break;
    case KIND_UNKNOWN:
        put_str(out, "?");
        break;
    case KIND_INSTANT:
    case KIND_TIME:
    case KIND_DATE:
    case KIND_DURATION:
    case KIND_PERIOD:
    case KIND_PERIOD_DURATION:
        put_moment(v, o, out);
        break;
    default:
        put_number(v, o->group_digits, out);
        break;
    }
}

static void put_value(const struct value *v, const struct format_options *o, size_t budget,
                      int depth, struct buf *out)
{
    if (v->state == VALUE_SET)
        put_set(v, o, budget, depth, out);
    else if (v->state == VALUE_NULL)
        put_str(out, "null");
}

void format_value(const struct value *v, const struct format_options *o, struct buf *out)
{
    put_value(v, o, o->max_bytes, 0, out);
}

static bool has_point(const struct type *t)
{
    return t->kind == KIND_FLOAT || t->kind == KIND_DOUBLE || t->kind == KIND_BIG_DECIMAL;
}

enum align format_align(const struct type *t)
{
    switch (t->kind) {
    case KIND_BYTE:
    case KIND_SHORT:
    case KIND_INT:
    case KIND_LONG:
    case KIND_BIG_INTEGER:
        return ALIGN_RIGHT;
    default:
        return has_point(t) ? ALIGN_RIGHT : ALIGN_LEFT;
    }
}

size_t format_whole_width(const struct value *v)
{
    switch (v->type->kind) {
    case KIND_BYTE:
    case KIND_SHORT:
    case KIND_INT:
    case KIND_LONG:
        return v->state == VALUE_SET ? number_width(v->i) : 0;
    default:
        return 0;
    }
}

size_t format_point(const struct type *t, const char *text, size_t len)
{
    size_t i = 0;

    if (!has_point(t) || (len > 0 && text[0] == '<'))
        return len;
    while (i < len && text[i] != '.' && text[i] != 'e' && text[i] != 'E')
        i++;
    return i;
}

int format_time_digits(const struct value *v)
{
    int64_t nanos = 0;

    if (v->state != VALUE_SET)
        return 0;
    if (v->type->kind == KIND_INSTANT || v->type->kind == KIND_TIME ||
        v->type->kind == KIND_DURATION)
        nanos = v->i;
    else if (v->type->kind == KIND_PERIOD_DURATION)
        nanos = period_nanos(v->bytes);
    nanos %= CALENDAR_NANOS;
    return nanos == 0 ? 0 : nanos % 1000000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;
}
