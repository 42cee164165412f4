#include "model/decimal.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define PLAIN_ZEROS 64 /* the most that are written out around the digits */

static bool is_digit(char c)
{
    return isdigit((unsigned char)c);
}

static bool is_group(const char *p)
{
    return p[0] == ',' && is_digit(p[1]) && is_digit(p[2]) && is_digit(p[3]);
}

/* Copies n digits; false when there are too many. */
static bool copy_digits(const char **p, struct decimal *d, size_t n)
{
    if (n > DECIMAL_DIGITS_MAX - d->n)
        return false;
    memcpy(d->digits + d->n, *p, n);
    d->n += n;
    *p += n;
    return true;
}

static bool take_digits(const char **p, struct decimal *d)
{
    return copy_digits(p, d, strspn(*p, "0123456789"));
}

static bool take_groups(const char **p, struct decimal *d)
{
    while (d->n > 0 && is_group(*p)) {
        ++*p;
        if (!copy_digits(p, d, 3))
            return false;
    }
    return true;
}

/* e, a sign, digits: all of it or nothing. */
static bool take_exponent(const char **p, struct decimal *d)
{
    const char *q = *p;
    int64_t v = 0;
    bool negative;

    if (*q != 'e' && *q != 'E')
        return true;
    negative = q[1] == '-';
    q += negative || q[1] == '+' ? 2 : 1;
    if (!is_digit(*q))
        return true;
    for (; is_digit(*q) && v <= DECIMAL_EXPONENT_MAX; q++)
        v = v * 10 + (*q - '0');
    *p = q;
    d->exponent += negative ? -v : v;
    return v <= DECIMAL_EXPONENT_MAX;
}

static void strip_zeros(struct decimal *d)
{
    size_t lead = strspn(d->digits, "0");

    d->n -= lead;
    memmove(d->digits, d->digits + lead, d->n + 1);
    while (d->n > 0 && d->digits[d->n - 1] == '0') {
        d->digits[--d->n] = '\0';
        d->exponent++;
    }
    if (d->n == 0)
        d->exponent = 0;
}

static bool take_all(const char **p, struct decimal *d)
{
    size_t whole;

    if (!take_digits(p, d) || !take_groups(p, d))
        return false;
    whole = d->n;
    if (**p == '.' && (d->n > 0 || is_digit((*p)[1]))) {
        (*p)++;
        if (!take_digits(p, d))
            return false;
    }
    d->exponent = -(int64_t)(d->n - whole);
    return d->n > 0 && take_exponent(p, d);
}

bool decimal_take(const char **p, struct decimal *d)
{
    *d = (struct decimal){.digits = mem_calloc(strlen(*p) + 1, 1)};
    if (!take_all(p, d)) {
        decimal_release(d);
        return false;
    }
    strip_zeros(d);
    return true;
}

void decimal_release(struct decimal *d)
{
    free(d->digits);
    d->digits = NULL;
}

static char *zeros(int64_t n)
{
    char *text = mem_calloc((size_t)n + 1, 1);

    memset(text, '0', (size_t)n);
    return text;
}

/* The digits with a point after the first `whole` of them, and zeros where there are none.
 */
static char *plain_text(const struct decimal *d, int64_t whole)
{
    int64_t n = (int64_t)d->n;
    char *pad = zeros(whole <= 0 ? -whole : whole > n ? whole - n : 0);
    const char *sign = d->negative ? "-" : "";
    char *text;

    if (whole <= 0)
        text = mem_printf("%s0.%s%s", sign, pad, d->digits);
    else if (whole >= n)
        text = mem_printf("%s%s%s", sign, d->digits, pad);
    else
        text = mem_printf("%s%.*s.%s", sign, (int)whole, d->digits, d->digits + whole);
    free(pad);
    return text;
}

char *decimal_text(const struct decimal *d)
{
    int64_t whole = (int64_t)d->n + d->exponent;

    if (d->n == 0)
        return mem_strdup("0");
    if (whole >= -PLAIN_ZEROS && d->exponent <= PLAIN_ZEROS)
        return plain_text(d, whole);
    return mem_printf("%s%c%s%sE%+" PRId64, d->negative ? "-" : "", d->digits[0],
                      d->n > 1 ? "." : "", d->digits + 1, whole - 1);
}

/* Adds one to a number of decimal digits that has room for one more in front of it. */
static void add_one(char *text)
{
    char *p = text + strlen(text);

    while (p-- > text && *p == '9')
        *p = '0';
    (*p)++;
}

char *decimal_whole(const struct decimal *d, bool up)
{
    int64_t whole = (int64_t)d->n + d->exponent;
    bool away = d->exponent < 0 && d->n > 0 && up != d->negative;
    char *pad, *text, *start;

    if (whole > DECIMAL_DIGITS_MAX)
        return NULL;
    if (whole < 0)
        whole = 0;
    pad = zeros(d->exponent > 0 ? d->exponent : 0);
    text = mem_printf("00%.*s%s", (int)(d->exponent < 0 ? whole : (int64_t)d->n), d->digits,
                      pad);
    free(pad);
    if (away)
        add_one(text);
    start = text + strspn(text, "0");
    pad = mem_printf("%s%s", d->negative && *start ? "-" : "", *start ? start : "0");
    free(text);
    return pad;
}

/* Digits and exponent without a point, which a locale may change. */
static char *machine_text(const struct decimal *d)
{
    return mem_printf("%s%se%" PRId64, d->negative ? "-" : "", d->n > 0 ? d->digits : "0",
                      d->exponent);
}

double decimal_double(const struct decimal *d)
{
    char *text = machine_text(d);
    double v = strtod(text, NULL);

    free(text);
    return v;
}

float decimal_float(const struct decimal *d)
{
    char *text = machine_text(d);
    float v = strtof(text, NULL);

    free(text);
    return v;
}
