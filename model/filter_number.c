/*
 * Quick filters on numbers and booleans.
 *
 *     number = [ op ] [ "-" blanks ] [ digits [ "." [digits] ] [ exponent ] ] [ word ]
 *     op     = ">=" | "=>" | "<=" | "=<" | ">" | "<" | "!=" | "!" | "="     none: =
 *     word   = "null" | "nan" | "infinity" | "inf" | the sign for it
 *
 * Digits before a word do not count. A number that the column's type cannot hold is decided
 * here, since the server refuses it, or takes it for another: on whole numbers it becomes
 * the next one that the type has. Orders and large numbers go as digits, because a double
 * literal is cut to 16 decimals; a BigDecimal is compared by two orders, because equality
 * on the server includes the scale.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "model/decimal.h"
#include "model/filter_parts.h"

#define DOUBLE_LITERAL_MAX                                                                 \
    1e15 /* larger ones are written by the server in a way of its own */

enum word { WORD_NONE, WORD_NULL, WORD_NAN, WORD_INFINITY };

/* What was read of a component. */
struct typed_number {
    enum filter_op op;
    bool negative;
    bool has_value;
    struct decimal value; /* owned */
    enum word word;
};

static enum word take_word(const char **p)
{
    static const struct {
        const char *text;
        enum word word;
    } words[] = {{"null", WORD_NULL},
                 {"nan", WORD_NAN},
                 {"infinity", WORD_INFINITY},
                 {"inf", WORD_INFINITY},
                 {"\u221e", WORD_INFINITY}};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t n = strlen(words[i].text);

        if (strncasecmp(*p, words[i].text, n) != 0)
            continue;
        *p += n;
        return words[i].word;
    }
    return WORD_NONE;
}

static enum err_code read_number(const struct filter_part *f, struct typed_number *n)
{
    static const char expected[] = "a number, null, nan or inf";
    const char *p = f->text, *start;

    *n = (struct typed_number){.op = filter_take_op(&p)};
    if (*p == '-') {
        n->negative = true;
        p = filter_skip_blanks(p + 1);
    }
    start = p;
    n->has_value = decimal_take(&p, &n->value);
    if (!n->has_value && isdigit((unsigned char)start[*start == '.']))
        return filter_fault(f, start, "fewer digits");
    n->value.negative = n->negative;
    n->word = take_word(&p);
    if (!n->has_value && n->word == WORD_NONE)
        return filter_fault(f, p, expected);
    if (*p)
        return filter_fault(f, p, "nothing behind the number");
    if (n->word != WORD_NONE && n->op > FILTER_NOT_EQUAL)
        return filter_fault(f, f->text, "= or != before null, nan and inf");
    return ERR_OK;
}

/* --- whole numbers ---------------------------------------------------------------------
 */

static struct condition *compare_digits(const char *column, enum comparison c,
                                        const char *digits)
{
    return condition_compare(column, c, literal_text(LITERAL_DIGITS, digits));
}

static struct condition *compare_long(const char *column, enum comparison c, int64_t v)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%lld", (long long)v);
    return compare_digits(column, c, digits);
}

static struct condition *equals_long(const char *column, int64_t v)
{
    return condition_in(column, literal_number(LITERAL_LONG, v));
}

static struct whole whole_of(const char *digits)
{
    struct whole w = {0};

    errno = 0;
    w.v = strtoll(digits, NULL, 10);
    if (errno == ERANGE)
        w.beyond = *digits == '-' ? -1 : 1;
    return w;
}

/* Whole numbers that are equal to a decimal: none, when it is not one, but then the span
 * still says which are below it and above. */
static struct condition *whole_condition(const struct filter_part *f,
                                         const struct typed_number *n, const char *up,
                                         const char *down)
{
    struct filter_scale s = {f->column, f->type->low, f->type->high, compare_long,
                             equals_long};

    return filter_span(&s, n->op, (struct when_span){whole_of(up), whole_of(down)});
}

/* --- numbers of any size ---------------------------------------------------------------
 */

/* first <= x <= last, or what else the operator makes of the two. */
static struct condition *digits_condition(const char *column, enum filter_op op,
                                          const char *first, const char *last)
{
    if (op == FILTER_EQUAL)
        return condition_and(compare_digits(column, COMPARE_GREATER_EQUAL, first),
                             compare_digits(column, COMPARE_LESS_EQUAL, last));
    if (op == FILTER_NOT_EQUAL)
        return condition_or(compare_digits(column, COMPARE_LESS, first),
                            compare_digits(column, COMPARE_GREATER, last));
    return compare_digits(column, filter_comparison(op),
                          op == FILTER_LESS || op == FILTER_GREATER_EQUAL ? first : last);
}

static struct condition *big_integer_condition(const char *column, enum filter_op op,
                                               const char *up, const char *down)
{
    struct whole w = whole_of(up);
    struct condition *equal;

    if (op > FILTER_NOT_EQUAL)
        return digits_condition(column, op, up, down);
    if (strcmp(up, down) != 0)
        return op == FILTER_EQUAL ? condition_none() : condition_everything();
    if (w.beyond != 0 || w.v == INT64_MIN)
        return digits_condition(column, op, up, down);
    equal = equals_long(column, w.v);
    return op == FILTER_EQUAL ? equal : condition_inverted(equal);
}

static struct condition *big_decimal_condition(const struct filter_part *f,
                                               const struct typed_number *n)
{
    char *digits = decimal_text(&n->value);
    struct condition *c = digits_condition(f->column, n->op, digits, digits);

    free(digits);
    return c;
}

static enum err_code integer_condition(const struct filter_part *f,
                                       const struct typed_number *n, struct condition **out)
{
    char *up = decimal_whole(&n->value, true), *down = decimal_whole(&n->value, false);
    enum err_code rc = ERR_OK;

    if (!up || !down)
        rc = filter_fault(f, f->text, "a number of at most 10000 digits");
    else if (f->type->kind == FILTER_WHOLE)
        *out = whole_condition(f, n, up, down);
    else
        *out = big_integer_condition(f->column, n->op, up, down);
    free(up);
    free(down);
    return rc;
}

/* --- floating numbers ------------------------------------------------------------------
 */

static struct condition *or_nan(const char *column, struct condition *c)
{
    return condition_or(c, condition_nan(column));
}

/* Equal to, or other than, one of the infinities. */
static struct condition *infinity_condition(const char *column, bool negative, bool equal)
{
    const char *digits = negative ? "-Infinity" : "Infinity";

    if (equal && !negative)
        return compare_digits(column, COMPARE_GREATER_EQUAL, digits);
    if (equal)
        return condition_and(compare_digits(column, COMPARE_LESS_EQUAL, digits),
                             filter_is_not_null(column));
    if (!negative)
        return or_nan(column, compare_digits(column, COMPARE_LESS, digits));
    return or_nan(column, condition_or(compare_digits(column, COMPARE_GREATER, digits),
                                       filter_is_null(column)));
}

/* A number beyond all finite ones: only an infinity can be on its far side. */
static struct condition *huge_condition(const char *column, const struct typed_number *n)
{
    switch (n->op) {
    case FILTER_EQUAL:
        return condition_none();
    case FILTER_NOT_EQUAL:
        return condition_everything();
    case FILTER_LESS:
    case FILTER_LESS_EQUAL:
        return n->negative ? compare_digits(column, COMPARE_LESS_EQUAL, "-Infinity")
                           : compare_digits(column, COMPARE_LESS, "Infinity");
    default:
        return n->negative ? compare_digits(column, COMPARE_GREATER, "-Infinity")
                           : compare_digits(column, COMPARE_GREATER_EQUAL, "Infinity");
    }
}

/* The server writes a double literal with at most 16 decimals. */
static bool fits_literal(double v, bool single)
{
    char text[64];

    if (fabs(v) >= DOUBLE_LITERAL_MAX)
        return false;
    (void)snprintf(text, sizeof(text), "%.16f", v);
    return single ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v;
}

static struct condition *floating_condition(const struct filter_part *f,
                                            const struct typed_number *n)
{
    const char *column = f->column;
    bool single = f->type->single;
    double v = decimal_double(&n->value) + 0.0; /* no zero below zero */
    struct condition *c;
    char *digits;

    if (isinf(single ? decimal_float(&n->value) : v))
        return huge_condition(column, n);
    if (n->op <= FILTER_NOT_EQUAL && fits_literal(v, single)) {
        c = condition_in(column, literal_double(v));
        return n->op == FILTER_EQUAL ? c : condition_inverted(c);
    }
    digits = decimal_text(&n->value);
    c = digits_condition(column, n->op, digits, digits);
    free(digits);
    return n->op == FILTER_NOT_EQUAL ? or_nan(column, c) : c;
}

/* --- */

static struct condition *word_condition(const struct filter_part *f,
                                        const struct typed_number *n)
{
    const char *column = f->column;
    bool equal = n->op == FILTER_EQUAL;
    struct condition *nan;

    if (f->type->kind != FILTER_FLOATING) /* the type has neither of them */
        return equal ? condition_none() : condition_everything();
    if (n->word == WORD_INFINITY)
        return infinity_condition(column, n->negative, equal);
    nan = condition_nan(column);
    return equal ? nan : condition_inverted(nan);
}

static enum err_code number_condition(const struct filter_part *f,
                                      const struct typed_number *n, struct condition **out)
{
    if (n->word == WORD_NULL)
        return filter_null(f, n->op, out);
    if (n->word == WORD_NONE &&
        (f->type->kind == FILTER_WHOLE || f->type->kind == FILTER_BIG_INTEGER))
        return integer_condition(f, n, out);
    if (n->word != WORD_NONE)
        *out = word_condition(f, n);
    else if (f->type->kind == FILTER_FLOATING)
        *out = floating_condition(f, n);
    else
        *out = big_decimal_condition(f, n);
    return ERR_OK;
}

enum err_code filter_number(const struct filter_part *f, struct condition **out)
{
    struct typed_number n;
    enum err_code rc = read_number(f, &n);

    if (rc == ERR_OK)
        rc = number_condition(f, &n, out);
    decimal_release(&n.value);
    return rc;
}

/* --- booleans --------------------------------------------------------------------------
 */

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words && strcasecmp(text, *words) != 0)
        words++;
    return *words;
}

enum err_code filter_boolean(const struct filter_part *f, struct condition **out)
{
    static const char *const yes[] = {"1", "t",  "tr",  "tru", "true",
                                      "y", "ye", "yes", NULL};
    static const char *const no[] = {"0",     "f", "fa", "fal", "fals",
                                     "false", "n", "no", NULL};
    const char *p = f->text;
    enum filter_op op = filter_take_op(&p);
    bool truth = is_one_of(p, yes);

    if (op > FILTER_NOT_EQUAL)
        return filter_fault(f, f->text, "true, false or null, with = or !=");
    if (filter_is_null_word(p))
        return filter_null(f, op, out);
    if (!truth && !is_one_of(p, no))
        return filter_fault(f, p, "true, false or null");
    *out = condition_in(f->column, literal_number(LITERAL_BOOL, truth));
    if (op == FILTER_NOT_EQUAL)
        *out = condition_inverted(*out);
    return ERR_OK;
}
