#include "model/typed_value.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/bignum.h"
#include "model/calendar.h"
#include "model/decimal.h"
#include "model/filter_parts.h"
#include "model/format.h"

#define BIG_DIGITS_MAX 4000 /* of a BigInteger or BigDecimal */
#define TEXT_MAX ((size_t)1 << 20)
#define FOUND_MAX 100 /* bytes of a wrong value that are told */

/* What is read, and where it goes. */
struct typed_reading {
    const char *text;
    const struct schema_column *column;
    const struct when_now *now;
    struct column *out;
    struct err *e;
};

static enum err_code expect(const struct typed_reading *r, const char *expected)
{
    char *found = text_clean_line(r->text, false);
    enum err_code rc = err_set(r->e, ERR_USAGE, "%s: expected %s, found '%.*s'",
                               r->column->name, expected, FOUND_MAX, found);

    free(found);
    return rc;
}

/* --- numbers --- */

static enum err_code take_whole(const struct typed_reading *r, const struct decimal *d)
{
    const struct filter_type *type = filter_type_of(r->column->java_type);
    char *up = decimal_whole(d, true), *down = decimal_whole(d, false), *range;
    bool whole = up && down && strcmp(up, down) == 0;
    long long v;
    enum err_code rc = ERR_OK;

    errno = 0;
    v = whole ? strtoll(up, NULL, 10) : 0;
    free(up);
    free(down);
    if (!whole || errno == ERANGE || v < type->low || v > type->high) {
        range = mem_printf("a whole number from %lld to %lld", (long long)type->low,
                           (long long)type->high);
        rc = expect(r, range);
        free(range);
    } else {
        column_push_int(r->out, v);
    }
    return rc;
}

static enum err_code take_big(const struct typed_reading *r, const struct decimal *d)
{
    bool decimal = r->column->type->kind == KIND_BIG_DECIMAL;
    struct buf bytes;

    if (d->n + (d->exponent > 0 && !decimal ? (size_t)d->exponent : 0) > BIG_DIGITS_MAX)
        return expect(r, "a number of at most 4000 digits");
    if (!decimal && d->n > 0 && d->exponent < 0)
        return expect(r, "a whole number");
    buf_init(&bytes, TEXT_MAX);
    bignum_of_decimal(d, decimal, &bytes);
    column_push_bytes(r->out, buf_bytes(&bytes));
    buf_release(&bytes);
    return ERR_OK;
}

/* protocol: the least of all stands for null. */
static enum err_code take_floating(const struct typed_reading *r, const struct decimal *d)
{
    bool single = r->column->type->kind == KIND_FLOAT;
    double v = single ? (double)decimal_float(d) : decimal_double(d);
    double least = single ? -(double)FLT_MAX : -DBL_MAX;

    if (isinf(v) || v == least)
        return expect(r, single ? "a number that a float can hold"
                                : "a number that a double can hold");
    column_push_double(r->out, v);
    return ERR_OK;
}

static enum err_code take_number(const struct typed_reading *r, const struct decimal *d)
{
    switch (r->column->type->kind) {
    case KIND_FLOAT:
    case KIND_DOUBLE:
        return take_floating(r, d);
    case KIND_BIG_INTEGER:
    case KIND_BIG_DECIMAL:
        return take_big(r, d);
    default:
        return take_whole(r, d);
    }
}

static bool take_word(const struct typed_reading *r)
{
    const char *p = r->text + (*r->text == '-');
    double v;

    if (strcasecmp(r->text, "nan") == 0)
        v = (double)NAN;
    else if (strcasecmp(p, "inf") == 0 || strcasecmp(p, "infinity") == 0)
        v = *r->text == '-' ? -(double)INFINITY : (double)INFINITY;
    else
        return false;
    column_push_double(r->out, v);
    return true;
}

static enum err_code read_number(const struct typed_reading *r)
{
    enum kind kind = r->column->type->kind;
    bool floating = kind == KIND_FLOAT || kind == KIND_DOUBLE;
    const char *p = r->text + (*r->text == '-' || *r->text == '+');
    struct decimal d;
    enum err_code rc;

    if (floating && take_word(r))
        return ERR_OK;
    if (!decimal_take(&p, &d))
        return expect(r, floating ? "a number, nan, inf or null" : "a number or null");
    d.negative = *r->text == '-';
    rc = *p ? expect(r, "nothing behind the number") : take_number(r, &d);
    decimal_release(&d);
    return rc;
}

static enum err_code read_boolean(const struct typed_reading *r)
{
    if (strcasecmp(r->text, "true") != 0 && strcasecmp(r->text, "false") != 0)
        return expect(r, "true, false or null");
    column_push_int(r->out, tolower((unsigned char)*r->text) == 't');
    return ERR_OK;
}

/* --- texts --- */

static enum err_code read_char(const struct typed_reading *r)
{
    size_t n = strlen(r->text);
    uint32_t c = 0;
    size_t taken = text_code_point((struct bytes){(const uint8_t *)r->text, n}, &c);

    if (n == 0 || taken != n || c > 0xfffe)
        return expect(r, "one character of at most 16 bits, or null");
    column_push_int(r->out, (int64_t)c);
    return ERR_OK;
}

static enum err_code read_text(const struct typed_reading *r)
{
    column_push_bytes(r->out, bytes_of(r->text));
    return ERR_OK;
}

/* --- times --- */

static enum err_code take_span(const struct typed_reading *r, const struct when_text *when,
                               bool read, const struct when_span *span)
{
    if (!read)
        return expect(r, when->expected);
    if (*when->p)
        return expect(r, "nothing behind the time");
    if (span->first.beyond != 0 || span->last.v < span->first.v)
        return expect(r, "a time that there is");
    column_push_int(r->out, span->first.v);
    return ERR_OK;
}

static enum err_code read_time(const struct typed_reading *r)
{
    struct when_text when = {.p = r->text};
    struct when_span span = {.first = {.v = 0}};
    bool read;

    if (r->column->type->kind == KIND_DATE)
        read = when_date(&when, r->now, &span);
    else if (r->column->type->kind == KIND_TIME)
        read = when_time(&when, &span);
    else
        read = when_instant(&when, r->now, &span);
    return take_span(r, &when, read, &span);
}

/* One unit of an ISO 8601 length, and how much it is. */
struct length_unit {
    char name;
    bool clock; /* it stands behind the T */
    int64_t size;
};

static const struct length_unit duration_units[] = {
    {'D', false, CALENDAR_DAY *CALENDAR_NANOS},
    {'H', true, 3600 * CALENDAR_NANOS},
    {'M', true, 60 * CALENDAR_NANOS},
    {'S', true, CALENDAR_NANOS},
    {0, false, 0}};
/* protocol: a period goes as months. */
static const struct length_unit period_units[] = {
    {'Y', false, 12}, {'M', false, 1}, {0, false, 0}};

struct length_amount {
    int64_t whole, billionths;
    char unit;
};

static bool take_amount(const char **p, struct length_amount *a)
{
    const char *q = *p + (**p == '-' || **p == '+');
    int64_t place = CALENDAR_NANOS / 10;
    char *end;

    *a = (struct length_amount){0};
    if (!isdigit((unsigned char)*q))
        return false;
    errno = 0;
    a->whole = strtoll(*p, &end, 10);
    if (*end == '.')
        for (end++; isdigit((unsigned char)*end); end++, place /= 10)
            a->billionths += (*end - '0') * place;
    if (**p == '-')
        a->billionths = -a->billionths;
    a->unit = (char)toupper((unsigned char)*end);
    *p = end + (*end != '\0');
    return errno == 0 && a->unit != '\0';
}

/* A part of a second alone can be told. */
static bool add_amount(const struct length_amount *a, int64_t size, bool negative,
                       int64_t *sum)
{
    int64_t v;

    if ((a->billionths != 0 && size != CALENDAR_NANOS) ||
        __builtin_mul_overflow(a->whole, negative ? -size : size, &v) ||
        __builtin_add_overflow(v, negative ? -a->billionths : a->billionths, &v))
        return false;
    return !__builtin_add_overflow(*sum, v, sum);
}

/* Adds up what is written in these units, in their order. */
static bool read_length(const char *p, const struct length_unit *unit, int64_t *sum)
{
    bool negative = *p == '-', clock = false;
    struct length_amount a;

    p += *p == '-' || *p == '+';
    *sum = 0;
    if (toupper((unsigned char)*p++) != 'P' || *p == '\0')
        return false;
    while (*p) {
        if (!clock && toupper((unsigned char)*p) == 'T') {
            clock = true;
            p++;
        }
        if (!take_amount(&p, &a))
            return false;
        while (unit->name && (unit->name != a.unit || unit->clock != clock))
            unit++;
        if (!unit->name || !add_amount(&a, unit->size, negative, sum))
            return false;
        unit++;
    }
    return true;
}

static enum err_code read_duration(const struct typed_reading *r)
{
    int64_t v;

    if (!read_length(r->text, duration_units, &v) || v == INT64_MIN)
        return expect(r, "a duration such as PT1H30M, or null");
    column_push_int(r->out, v);
    return ERR_OK;
}

static enum err_code read_period(const struct typed_reading *r)
{
    int64_t v;

    if (!read_length(r->text, period_units, &v) || v <= INT32_MIN || v > INT32_MAX)
        return expect(r, "a period of years and months such as P1Y2M, or null");
    column_push_int(r->out, v);
    return ERR_OK;
}

/* --- all of them --- */

typedef enum err_code read_fn(const struct typed_reading *r);

/* NULL: there are no words for its values. */
static read_fn *reader_of(const struct schema_column *c)
{
    static read_fn *const readers[] = {
        [KIND_BYTE] = read_number,
        [KIND_SHORT] = read_number,
        [KIND_INT] = read_number,
        [KIND_LONG] = read_number,
        [KIND_CHAR] = read_char,
        [KIND_BOOL] = read_boolean,
        [KIND_FLOAT] = read_number,
        [KIND_DOUBLE] = read_number,
        [KIND_STRING] = read_text,
        [KIND_INSTANT] = read_time,
        [KIND_DATE] = read_time,
        [KIND_TIME] = read_time,
        [KIND_DURATION] = read_duration,
        [KIND_PERIOD] = read_period,
        [KIND_BIG_INTEGER] = read_number,
        [KIND_BIG_DECIMAL] = read_number,
        [KIND_UNKNOWN] = NULL,
    };
    enum filter_kind words = filter_type_of(c->java_type)->kind;

    return words == FILTER_OBJECT || words == FILTER_LIST ? NULL : readers[c->type->kind];
}

static bool is_quoted(const char *text)
{
    size_t n = strlen(text);

    return n >= 2 && text[0] == '"' && text[n - 1] == '"';
}

/* What stands in quotes; owned. */
static char *unquoted(const char *text)
{
    char *out = mem_strndup(text + 1, strlen(text) - 2), *to = out;

    for (const char *p = out; *p; p++) {
        *to++ = *p;
        p += p[0] == '"' && p[1] == '"';
    }
    *to = '\0';
    return out;
}

static enum err_code read_quoted(struct typed_reading *r, read_fn *read)
{
    char *inside = unquoted(r->text);
    enum err_code rc;

    r->text = inside;
    rc = read(r);
    free(inside);
    return rc;
}

enum err_code typed_value_read(const char *text, const struct schema_column *c,
                               const struct when_now *now, struct column *out,
                               struct err *e)
{
    struct typed_reading r = {text, c, now, out, e};
    read_fn *read = reader_of(c);

    if (*text == '\0' || filter_is_null_word(text)) {
        column_push_null(out);
        return ERR_OK;
    }
    if (!read)
        return expect(&r, "null, as there are no words for other values of its type");
    return is_quoted(text) ? read_quoted(&r, read) : read(&r);
}

/* --- the way back --- */

/* In quotes, where it would be read as something else without. Owned. */
static char *quoted(struct bytes text)
{
    char *out = mem_calloc(2 * text.len + 3, 1), *to = out;

    *to++ = '"';
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            *to++ = '"';
        *to++ = (char)text.data[i];
    }
    *to = '"';
    return out;
}

enum err_code typed_value_take(const struct value *v, const struct schema_column *c,
                               const struct when_now *now, struct column *out,
                               struct err *e)
{
    enum err_code rc;
    char *text;

    if (v->state != VALUE_SET || v->type->kind == c->type->kind) {
        column_push_value(out, v);
        return ERR_OK;
    }
    text = bytes_text(v->bytes);
    rc = typed_value_read(text, c, now, out, e);
    free(text);
    return rc;
}

static bool reads_as(const char *text, const struct value *v, const struct schema_column *c,
                     const struct when_now *now)
{
    struct column *read = column_new(c->type);
    bool same = false;
    struct value back;

    if (typed_value_read(text, c, now, read, NULL) == ERR_OK) {
        back = column_get(read, 0);
        same = v->type->kind != c->type->kind || value_equal(v, &back);
    }
    column_free(read);
    return same;
}

/* As the clock of the zone has it, else (an hour that comes twice) in UTC. */
static char *value_text(const struct value *v, const struct zone *zone)
{
    struct format_options o = {.time_digits = format_time_digits(v), .zone = zone};
    struct buf text;
    char *out;

    buf_init(&text, TEXT_MAX);
    format_value(v, &o, &text);
    if (v->type->kind == KIND_INSTANT && !zone)
        buf_append_fitting(&text, "Z", 1);
    out = bytes_text(buf_bytes(&text));
    buf_release(&text);
    return out;
}

char *typed_value_text(const struct value *v, const struct schema_column *c,
                       const struct when_now *now, struct err *e)
{
    char *text;

    if (v->state == VALUE_NULL)
        return mem_strdup("null");
    if (!reader_of(c)) {
        (void)err_set(e, ERR_USAGE, "%s: there are no words for values of its type",
                      c->name);
        return NULL;
    }
    text = value_text(v, now->zone);
    if (!reads_as(text, v, c, now)) {
        free(text);
        text = v->type->kind == KIND_STRING ? quoted(v->bytes) : value_text(v, NULL);
    }
    if (reads_as(text, v, c, now))
        return text;
    free(text);
    (void)err_set(e, ERR_USAGE, "%s: its value cannot be typed exactly", c->name);
    return NULL;
}
