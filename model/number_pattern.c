#include "model/number_pattern.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

#define PER_MILLE "\u2030"
#define CURRENCY "\u00a4"

/* --- reading --- */

struct pattern_text {
    const char *p;
    const char *expected; /* of a fault at p */
};

/* The digits of a part, in their order. */
struct counts {
    int optional, always, rest; /* #, 0, and # behind those */
    int point;                  /* digits before it; -1: there is none */
    int group;                  /* digits between the last comma and it; -1: no comma */
};

static bool refuse(struct pattern_text *r, const char *expected)
{
    r->expected = expected;
    return false;
}

static bool take_byte(struct pattern_text *r, char *out)
{
    size_t n = strlen(out);

    if (n + 2 >= NUMBER_PATTERN_TEXT) /* a sign may come before it */
        return refuse(r, "at most 30 bytes of text beside the digits");
    out[n] = *r->p++;
    out[n + 1] = '\0';
    return true;
}

/* Two quotes in a row are one, alone too. */
static bool take_quoted(struct pattern_text *r, char *out)
{
    const char *open = r->p++;

    if (*r->p == '\'')
        return take_byte(r, out);
    while (*r->p) {
        if (*r->p == '\'' && *++r->p != '\'')
            return true;
        if (!take_byte(r, out))
            return false;
    }
    r->p = open;
    return refuse(r, "a second ' behind a text in quotes");
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Powers of ten of the sign that stands here. */
static int shift_at(const char *p)
{
    return *p == '%' ? 2 : begins(p, PER_MILLE) ? 3 : 0;
}

static bool take_text(struct pattern_text *r, char *out, int *shift)
{
    while (*r->p && !strchr("#0,.;", *r->p)) {
        int by = shift_at(r->p);

        if (by && *shift)
            return refuse(r, "no second % or per mille sign");
        if (begins(r->p, CURRENCY))
            return refuse(r, "no sign of a currency");
        *shift += by;
        if (*r->p == '\'' ? !take_quoted(r, out) : !take_byte(r, out))
            return false;
    }
    return true;
}

/* False: this one cannot stand there. */
static bool count_sign(struct pattern_text *r, struct counts *c)
{
    switch (*r->p) {
    case '#':
        if (c->always > 0 && c->point < 0)
            return refuse(r, "0 or a point, as # stands before the zeros");
        *(c->always > 0 ? &c->rest : &c->optional) += 1;
        break;
    case '0':
        if (c->rest > 0 || (c->point >= 0 && c->optional > c->point))
            return refuse(r, "#, as the zeros stand before it behind the point");
        c->always++;
        break;
    case ',':
        if (c->point >= 0)
            return refuse(r, "0 or #, as commas stand before the point");
        c->group = 0;
        return true;
    default:
        if (c->point >= 0 || c->group == 0)
            return refuse(r, c->group == 0 ? "0 or #" : "one point");
        c->point = c->optional + c->always;
        return true;
    }
    c->group += c->group >= 0 && c->point < 0;
    return true;
}

static bool take_digits(struct pattern_text *r, struct counts *c)
{
    int n = 0;

    *c = (struct counts){.point = -1, .group = -1};
    for (; *r->p && strchr("#0,.", *r->p); r->p++) {
        if (!count_sign(r, c))
            return false;
        n = c->optional + c->always + c->rest;
        if (n > NUMBER_PATTERN_DIGITS)
            return refuse(r, "at most 99 digits");
    }
    return (n > 0 && c->group != 0) || refuse(r, "0 or #");
}

/* Without any 0 the last # before the point counts as one, or else the first behind it. */
static void settle(struct counts *c, struct number_pattern *out)
{
    int total = c->optional + c->always + c->rest;

    if (c->always == 0 && c->point >= 0) {
        c->optional = max_int(c->point, 1) - 1;
        c->always = 1;
    }
    out->point = c->point == 0 || c->point == total;
    c->point = c->point < 0 ? total : c->point;
    out->whole = c->point - c->optional;
    out->fraction_min = c->optional + c->always - c->point;
    out->fraction_max = total - c->point;
    out->group = max_int(c->group, 0);
}

static bool take_exponent(struct pattern_text *r, const struct counts *c,
                          struct number_pattern *out)
{
    if (*r->p != 'E')
        return true;
    if (c->optional > 0 || out->whole == 0)
        return refuse(r, "only 0 before the point of an exponent");
    for (r->p++; *r->p == '0'; r->p++)
        if (++out->exponent > NUMBER_PATTERN_DIGITS)
            return refuse(r, "at most 99 digits");
    return out->exponent > 0 || refuse(r, "0 behind E");
}

static bool take_part(struct pattern_text *r, struct number_pattern *out,
                      struct number_sides *sides)
{
    struct counts c;

    if (!take_text(r, sides->before, &out->shift) || !take_digits(r, &c))
        return false;
    settle(&c, out);
    return take_exponent(r, &c, out) && take_text(r, sides->behind, &out->shift);
}

/* Of a second part only the texts count, and none if they are those of the first. */
static bool take_negative(struct pattern_text *r, struct number_pattern *out)
{
    struct number_pattern second = {0};

    out->negative = out->positive;
    if (*r->p == ';') {
        r->p++;
        out->negative = (struct number_sides){0};
        if (!take_part(r, &second, &out->negative))
            return false;
    }
    if (memcmp(&out->negative, &out->positive, sizeof(out->negative)) == 0)
        (void)snprintf(out->negative.before, sizeof(out->negative.before), "-%s",
                       out->positive.before);
    return true;
}

enum err_code number_pattern_parse(const char *text, struct number_pattern *out, size_t *at,
                                   struct err *e)
{
    struct pattern_text r = {.p = text};

    *out = (struct number_pattern){0};
    if (take_part(&r, out, &out->positive) && take_negative(&r, out) &&
        (!*r.p || refuse(&r, "; or a text, with # 0 , . in quotes")))
        return ERR_OK;
    *at = (size_t)(r.p - text);
    return err_set(e, ERR_USAGE, "expected %s, found %s%s%s", r.expected,
                   *r.p ? "\"" : "the end", r.p, *r.p ? "\"" : "");
}

/* --- writing --- */

/* A number that is rounded: digits, neither zeros in front nor at the end, and how many of
 * them stand before the point. */
struct rounded {
    char *digits; /* owned */
    int64_t n, point;
};

/* Whether so many digits, and one more at least, are nearer to the next number above. */
static bool is_up(const struct decimal *d, size_t keep, int beyond)
{
    if (d->digits[keep] != '5')
        return d->digits[keep] > '5';
    if (keep + 1 < d->n || beyond != 0)
        return keep + 1 < d->n || beyond > 0;
    return keep > 0 && (d->digits[keep - 1] - '0') % 2 == 1;
}

/* Adds one to the last digit. */
static void add_one(struct rounded *r)
{
    while (r->n > 0 && r->digits[r->n - 1] == '9')
        r->n--;
    if (r->n > 0) {
        r->digits[r->n - 1]++;
        return;
    }
    r->digits[r->n++] = '1';
    r->point++;
}

static struct rounded round_to(const struct decimal *d, int64_t keep, int beyond)
{
    struct rounded r = {mem_calloc(d->n + 1, 1), (int64_t)d->n,
                        (int64_t)d->n + d->exponent};

    memcpy(r.digits, d->digits, d->n);
    if (keep < r.n) {
        r.n = max_i64(keep, 0);
        if (keep >= 0 && is_up(d, (size_t)keep, beyond))
            add_one(&r);
        while (r.n > 0 && r.digits[r.n - 1] == '0')
            r.n--;
    }
    r.point = r.n ? r.point : 0;
    return r;
}

static void put_text(struct buf *out, const char *text)
{
    buf_append_fitting(out, text, strlen(text));
}

/* The digit at a place, counted from the first one. */
static void put_digit(const struct rounded *r, int64_t place, struct buf *out)
{
    buf_append_fitting(out, place >= 0 && place < r->n ? &r->digits[place] : "0", 1);
}

static void put_digits(const struct number_pattern *p, const struct rounded *r, int group,
                       struct buf *out)
{
    int64_t fraction = max_i64(r->n - r->point, p->fraction_min);
    int64_t whole = max_i64(r->point, p->whole);

    if (whole == 0 && fraction == 0)
        whole = 1;
    for (int64_t i = whole; i > 0; i--) {
        put_digit(r, r->point - i, out);
        if (group > 0 && i > 1 && (i - 1) % group == 0)
            put_text(out, ",");
    }
    if (fraction > 0 || p->point)
        put_text(out, ".");
    for (int64_t i = 0; i < fraction; i++)
        put_digit(r, r->point + i, out);
}

/* The digits before the point are those of the pattern. */
static void put_scientific(const struct number_pattern *p, struct rounded r,
                           struct buf *out)
{
    char text[2 * NUMBER_PATTERN_DIGITS];
    int64_t exponent = r.n ? r.point - p->whole : 0;

    r.point = p->whole;
    put_digits(p, &r, 0, out);
    (void)snprintf(text, sizeof(text), "E%s%0*" PRId64, exponent < 0 ? "-" : "",
                   p->exponent, exponent < 0 ? -exponent : exponent);
    put_text(out, text);
}

bool number_pattern_put(const struct number_pattern *p, const struct decimal *d, int beyond,
                        struct buf *out)
{
    int64_t whole = (int64_t)d->n + d->exponent;
    const struct number_sides *sides = d->negative ? &p->negative : &p->positive;
    struct rounded r;

    if (!p->exponent && whole > DECIMAL_DIGITS_MAX)
        return false;
    r = round_to(d, (p->exponent ? p->whole : whole) + p->fraction_max, beyond);
    put_text(out, sides->before);
    if (p->exponent)
        put_scientific(p, r, out);
    else
        put_digits(p, &r, p->group, out);
    put_text(out, sides->behind);
    free(r.digits);
    return true;
}

static bool surrounds(const struct number_sides *s, struct bytes text)
{
    size_t before = strlen(s->before), behind = strlen(s->behind);

    return before + behind <= text.len && memcmp(text.data, s->before, before) == 0 &&
           memcmp(text.data + text.len - behind, s->behind, behind) == 0;
}

size_t number_pattern_point(const struct number_pattern *p, struct bytes text)
{
    const struct number_sides *s =
        surrounds(&p->negative, text) ? &p->negative : &p->positive;
    size_t at = strlen(s->before);

    while (at < text.len && (isdigit(text.data[at]) || text.data[at] == ','))
        at++;
    return at < text.len ? at : text.len;
}
