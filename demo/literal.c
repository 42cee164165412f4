#include "demo/literal.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "demo/order.h"
#include "model/calendar.h"

#define NUMBER_MAX 400 /* characters of a number that are read */
#define SCALE_MAX 10000
#define NANO_DIGITS 9

static enum err_code unfit(const struct wire_literal *l, const struct column *out,
                           struct err *e)
{
    return err_set(e, ERR_USAGE, "Failed to convert literal value <%.*s> to %s",
                   (int)(l->text.len < 80 ? l->text.len : 80), (const char *)l->text.data,
                   kind_name(column_type(out)->kind));
}

/* --- numbers --- */

/* Within the type, its null left out. */
static bool fits(enum kind kind, int64_t v)
{
    switch (kind) {
    case KIND_BYTE:
        return v > INT8_MIN && v <= INT8_MAX;
    case KIND_SHORT:
        return v > INT16_MIN && v <= INT16_MAX;
    case KIND_INT:
        return v > INT32_MIN && v <= INT32_MAX;
    default:
        return v > INT64_MIN;
    }
}

/* A C string of what only has characters of a number; false for anything else. */
static bool number_text(struct bytes text, char out[NUMBER_MAX + 1])
{
    if (text.len == 0 || text.len > NUMBER_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\0' || !strchr("0123456789+-.eE", text.data[i]))
            return false;
    }
    memcpy(out, text.data, text.len);
    out[text.len] = '\0';
    return true;
}

static bool read_whole(struct bytes text, int64_t *out)
{
    char s[NUMBER_MAX + 1], *end;

    if (!number_text(text, s))
        return false;
    errno = 0;
    *out = strtoll(s, &end, 10);
    return *end == '\0' && end != s && errno == 0;
}

static bool read_real(struct bytes text, double *out)
{
    char s[NUMBER_MAX + 1], *end;

    if (bytes_equal(text, bytes_of("Infinity")) ||
        bytes_equal(text, bytes_of("-Infinity"))) {
        *out = text.data[0] == '-' ? -INFINITY : INFINITY;
        return true;
    }
    if (!number_text(text, s))
        return false;
    *out = strtod(s, &end);
    return *end == '\0' && end != s;
}

/* A decimal number in parts. */
struct decimal_text {
    bool negative;
    char digits[NUMBER_MAX + 1];
    size_t n;
    int64_t scale;
};

static bool read_decimal(struct bytes text, struct decimal_text *out)
{
    char s[NUMBER_MAX + 1], *p = s, *end;
    bool point = false;

    *out = (struct decimal_text){0};
    if (!number_text(text, s))
        return false;
    if (*p == '+' || *p == '-')
        out->negative = *p++ == '-';
    for (; isdigit((unsigned char)*p) || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        out->digits[out->n++] = *p;
        out->scale += point;
    }
    if (out->n > 0 && (*p == 'e' || *p == 'E')) {
        long exponent = strtol(p + 1, &end, 10);

        if (end == p + 1 || labs(exponent) > SCALE_MAX)
            return false;
        out->scale -= exponent;
        p = end;
    }
    return out->n > 0 && *p == '\0';
}

/* The number's digits as big-endian two's complement; returns how many of `room` bytes, the
 * last ones, it takes. */
static size_t big_endian(const struct decimal_text *d, uint8_t *bytes, size_t room)
{
    unsigned carry;
    size_t n = room;

    memset(bytes, 0, room);
    for (size_t i = 0; i < d->n; i++) {
        carry = (unsigned)(d->digits[i] - '0');
        for (size_t k = room; k-- > 0;) {
            carry += 10U * bytes[k];
            bytes[k] = (uint8_t)carry;
            carry >>= 8;
        }
    }
    carry = 1;
    for (size_t k = room; d->negative && k-- > 0;) {
        carry += (uint8_t)~bytes[k];
        bytes[k] = (uint8_t)carry;
        carry >>= 8;
    }
    while (n > 1 && bytes[room - n] == (bytes[0] & 0x80 ? 0xff : 0) &&
           (bytes[room - n + 1] & 0x80) == (bytes[0] & 0x80))
        n--;
    return n;
}

/* To a column of BigIntegers or BigDecimals. */
static bool push_decimal(struct bytes text, struct column *out)
{
    uint8_t bytes[4 + NUMBER_MAX / 2 + 1];
    const size_t room = sizeof(bytes) - 4;
    bool whole = column_type(out)->kind == KIND_BIG_INTEGER;
    struct decimal_text d;
    size_t n;

    if (!read_decimal(text, &d) || (whole && d.scale != 0))
        return false;
    n = big_endian(&d, bytes + 4, room);
    uint8_t *start = bytes + sizeof(bytes) - n;
    if (!whole) {
        start -= 4;
        for (int i = 0; i < 4; i++)
            start[i] = (uint8_t)((uint64_t)d.scale >> (8 * i));
    }
    column_push_bytes(out, (struct bytes){start, (size_t)(bytes + sizeof(bytes) - start)});
    return true;
}

enum err_code literal_decimal(struct bytes text, struct column *out, struct err *e)
{
    struct wire_literal l = {.kind = WIRE_LITERAL_TEXT, .text = text};

    return push_decimal(text, out) ? ERR_OK : unfit(&l, out, e);
}

/* --- times --- */

/* What is left of a text that is read from its start. */
struct scan {
    const uint8_t *p, *end;
};

static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != (uint8_t)c)
        return false;
    s->p++;
    return true;
}

/* Digits, at least and at most so many. */
static bool take_digits(struct scan *s, int least, int most, int64_t *out)
{
    int n = 0;

    *out = 0;
    for (; n < most && s->p < s->end && isdigit(*s->p); n++)
        *out = *out * 10 + (*s->p++ - '0');
    return n >= least;
}

/* "." and up to nine digits, or nothing. */
static bool take_fraction(struct scan *s, int64_t *nanos)
{
    const uint8_t *start;

    *nanos = 0;
    if (!take(s, '.'))
        return true;
    start = s->p;
    if (!take_digits(s, 1, NANO_DIGITS, nanos))
        return false;
    for (int64_t n = s->p - start; n < NANO_DIGITS; n++)
        *nanos *= 10;
    return true;
}

static bool at_end(const struct scan *s)
{
    return s->p == s->end;
}

static bool take_date(struct scan *s, int64_t *days)
{
    bool negative = take(s, '-');
    int64_t year, month, day;
    struct calendar_date back;

    (void)take(s, '+');
    if (!take_digits(s, 4, 9, &year) || !take(s, '-') || !take_digits(s, 2, 2, &month) ||
        !take(s, '-') || !take_digits(s, 2, 2, &day) || month < 1 || month > 12)
        return false;
    *days = calendar_days(negative ? -year : year, (int)month, (int)day);
    back = calendar_date(*days);
    return back.day == day && back.month == month;
}

static bool take_time(struct scan *s, int64_t *nanos)
{
    int64_t hours, minutes, seconds = 0, fraction = 0;

    if (!take_digits(s, 2, 2, &hours) || !take(s, ':') || !take_digits(s, 2, 2, &minutes))
        return false;
    if (take(s, ':') && (!take_digits(s, 2, 2, &seconds) || !take_fraction(s, &fraction)))
        return false;
    *nanos = ((hours * 60 + minutes) * 60 + seconds) * CALENDAR_NANOS + fraction;
    return hours < 24 && minutes < 60 && seconds < 60;
}

static bool read_date(struct scan *s, int64_t *days)
{
    return take_date(s, days) && at_end(s);
}

static bool read_time(struct scan *s, int64_t *nanos)
{
    return take_time(s, nanos) && at_end(s);
}

static bool read_instant(struct scan *s, int64_t *nanos)
{
    int64_t days, time;

    if (!take_date(s, &days) || !take(s, 'T') || !take_time(s, &time))
        return false;
    if (!take(s, 'Z') && !(take(s, ' ') && take(s, 'U') && take(s, 'T') && take(s, 'C')))
        return false;
    return at_end(s) &&
           !__builtin_mul_overflow(days, CALENDAR_DAY * CALENDAR_NANOS, nanos) &&
           !__builtin_add_overflow(*nanos, time, nanos);
}

/* One part of a duration, "5M" or "-1.5S", added to *nanos; false when the unit is not the
 * next in the text, or it does not fit. */
static bool take_part(struct scan *s, char unit, int64_t seconds, int64_t *nanos)
{
    bool negative = take(s, '-');
    int64_t n, fraction, part;

    if (!take_digits(s, 1, NANO_DIGITS, &n) || !take_fraction(s, &fraction) ||
        !take(s, unit) || (fraction && unit != 'S') ||
        __builtin_mul_overflow(n, seconds * CALENDAR_NANOS, &part))
        return false;
    part = negative ? -part - fraction : part + fraction;
    return !__builtin_add_overflow(*nanos, part, nanos);
}

/* protocol: java.time.Duration's text, "PT1H30M" or "-P1DT0.5S". */
static bool read_duration(struct scan *s, int64_t *nanos)
{
    static const struct duration_unit {
        char letter;
        int64_t seconds;
    } units[] = {{'D', CALENDAR_DAY}, {'H', 3600}, {'M', 60}, {'S', 1}};
    bool negative = take(s, '-'), any = false;

    *nanos = 0;
    if (!take(s, 'P'))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        struct scan before = *s;

        if (i == 1 && !at_end(s) && !take(s, 'T'))
            return false;
        if (i == 1)
            before = *s;
        if (take_part(s, units[i].letter, units[i].seconds, nanos))
            any = true;
        else
            *s = before;
    }
    if (negative && *nanos == INT64_MIN)
        return false;
    *nanos = negative ? -*nanos : *nanos;
    return any && at_end(s);
}

/* --- literals --- */

static bool push_code_unit(struct bytes text, struct column *out)
{
    unsigned c;

    if (text.len == 1 && text.data[0] < 0x80)
        c = text.data[0];
    else if (text.len == 2 && (text.data[0] & 0xe0) == 0xc0)
        c = (text.data[0] & 0x1fU) << 6 | (text.data[1] & 0x3fU);
    else if (text.len == 3 && (text.data[0] & 0xf0) == 0xe0)
        c = (text.data[0] & 0x0fU) << 12 | (text.data[1] & 0x3fU) << 6 |
            (text.data[2] & 0x3fU);
    else
        return false;
    column_push_int(out, (int64_t)c);
    return true;
}

static bool push_long(int64_t v, struct column *out)
{
    enum kind kind = column_type(out)->kind;
    char digits[NUMBER_LEN];

    if (order_is_whole(kind)) {
        if (fits(kind, v))
            column_push_int(out, v);
        return fits(kind, v);
    }
    if (order_is_real(kind)) {
        column_push_double(out, kind == KIND_FLOAT ? (double)(float)v : (double)v);
        return true;
    }
    if (kind != KIND_BIG_INTEGER && kind != KIND_BIG_DECIMAL)
        return false;
    (void)snprintf(digits, sizeof(digits), "%" PRId64, v);
    return push_decimal(bytes_of(digits), out);
}

/* The shortest digits that are read as this number, as Java writes it. */
static bool push_shortest(double v, struct column *out)
{
    char digits[NUMBER_LEN];

    for (int n = 1; n <= 17; n++) {
        (void)snprintf(digits, sizeof(digits), "%.*g", n, v);
        if (strtod(digits, NULL) == v)
            break;
    }
    return push_decimal(bytes_of(digits), out);
}

/* protocol: one with nothing behind its point is a whole number as well. */
static bool push_real(double v, struct column *out)
{
    enum kind kind = column_type(out)->kind;

    if (!isfinite(v))
        return false;
    if (order_is_whole(kind) || kind == KIND_BIG_INTEGER)
        return fabs(v) < 9e18 && v == trunc(v) && push_long((int64_t)v, out);
    if (kind == KIND_BIG_DECIMAL)
        return push_shortest(v, out);
    if (!order_is_real(kind))
        return false;
    column_push_double(out, kind == KIND_FLOAT ? (double)(float)v : v);
    return true;
}

/* One that is not a text, the same in both uses. */
static bool push_plain(const struct wire_literal *l, struct column *out)
{
    enum kind kind = column_type(out)->kind;
    bool fit = true;

    if (l->kind == WIRE_LITERAL_LONG)
        return push_long(l->number, out);
    if (l->kind == WIRE_LITERAL_DOUBLE)
        return push_real(l->real, out);
    if (l->kind == WIRE_LITERAL_BOOL && kind == KIND_BOOL)
        column_push_int(out, l->truth);
    else if (l->kind == WIRE_LITERAL_TIME && kind == KIND_INSTANT)
        column_push_int(out, l->number);
    else
        fit = false;
    return fit;
}

enum err_code literal_candidate(const struct wire_literal *l, struct column *out,
                                struct err *e)
{
    enum kind kind = column_type(out)->kind;
    bool fit = true;

    if (l->kind != WIRE_LITERAL_TEXT)
        fit = push_plain(l, out);
    else if (kind == KIND_STRING)
        column_push_bytes(out, l->text);
    else
        fit = kind == KIND_CHAR && push_code_unit(l->text, out);
    return fit ? ERR_OK : unfit(l, out, e);
}

/* The reader of a kind's times. */
typedef bool read_fn(struct scan *s, int64_t *out);

static read_fn *reader_of(enum kind kind)
{
    switch (kind) {
    case KIND_DATE:
        return read_date;
    case KIND_TIME:
        return read_time;
    case KIND_DURATION:
        return read_duration;
    case KIND_INSTANT:
        return read_instant;
    default:
        return NULL;
    }
}

/* protocol: a text loses its first and its last character. */
static bool push_quoted(struct bytes text, struct column *out)
{
    enum kind kind = column_type(out)->kind;
    read_fn *read = reader_of(kind);
    int64_t v;

    if (text.len < 2)
        return false;
    text = (struct bytes){text.data + 1, text.len - 2};
    if (kind == KIND_CHAR)
        return push_code_unit(text, out);
    if (kind == KIND_STRING)
        column_push_bytes(out, text);
    else if (read && read(&(struct scan){text.data, text.data + text.len}, &v))
        column_push_int(out, v);
    else
        return false;
    return true;
}

static bool push_digits(struct bytes text, struct column *out)
{
    enum kind kind = column_type(out)->kind;
    int64_t v;
    double d;

    if (kind == KIND_BIG_INTEGER || kind == KIND_BIG_DECIMAL)
        return push_decimal(text, out);
    if (order_is_whole(kind)) {
        if (!read_whole(text, &v) || !fits(kind, v))
            return false;
        column_push_int(out, v);
        return true;
    }
    if (!read_real(text, &d))
        return false;
    column_push_double(out, kind == KIND_FLOAT ? (double)(float)d : d);
    return true;
}

enum err_code literal_bound(const struct wire_literal *l, struct column *out, struct err *e)
{
    enum kind kind = column_type(out)->kind;
    bool number = order_is_whole(kind) || order_is_real(kind) || kind == KIND_BIG_INTEGER ||
                  kind == KIND_BIG_DECIMAL;
    bool fit;

    if (l->kind != WIRE_LITERAL_TEXT)
        fit = push_plain(l, out);
    else
        fit = number ? push_digits(l->text, out) : push_quoted(l->text, out);
    return fit ? ERR_OK : unfit(l, out, e);
}
